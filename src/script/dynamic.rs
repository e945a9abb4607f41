//! Record values inside the rule language and back: what a rule sees of a record, and what its answer is worth.
//!
//! It must not let a rule change a record: views have no setters.

use crate::record::{Duration, Object, Value};
use chrono::{DateTime, FixedOffset, NaiveDate};
use rhai::Dynamic;
use std::sync::Arc;

/// What a rule holds of a record, of a nested object or of a child: a shared object and the path it was reached by.
#[derive(Debug, Clone)]
pub(super) struct View {
    pub(super) object: Arc<Object>,
    /// `application`, `application.risk`; names what is missing.
    pub(super) path: Arc<str>,
}

/// A value as the rule language holds it. `path` is where it was read.
pub(super) fn to_dynamic(value: &Value, path: &str) -> Dynamic {
    match value {
        Value::Bool(value) => Dynamic::from_bool(*value),
        Value::Int(value) => Dynamic::from_int(*value),
        Value::Decimal(value) => Dynamic::from_decimal(*value),
        Value::Text(value) => Dynamic::from(rhai::ImmutableString::from(&**value)),
        Value::Date(value) => Dynamic::from(*value),
        Value::DateTime(value) => Dynamic::from(*value),
        Value::Duration(value) => Dynamic::from(*value),
        Value::List(values) => {
            Dynamic::from_array(values.iter().enumerate().map(|(index, value)| to_dynamic(value, &format!("{path}[{index}]"))).collect())
        }
        Value::Object(object) => Dynamic::from(View { object: Arc::clone(object), path: Arc::from(path) }),
    }
}

/// The value of a rule's result or operand; `None` for `()` and for what is no value: maps and functions.
pub(super) fn to_value(dynamic: &Dynamic) -> Option<Value> {
    if let Ok(int) = dynamic.as_int() {
        return Some(Value::Int(int));
    }
    if let Ok(value) = dynamic.as_bool() {
        return Some(Value::Bool(value));
    }
    if let Ok(decimal) = dynamic.as_decimal() {
        return Some(Value::Decimal(decimal));
    }
    if let Ok(text) = dynamic.as_immutable_string_ref() {
        return Some(Value::text(&text));
    }
    if let Ok(character) = dynamic.as_char() {
        return Some(Value::text(character.encode_utf8(&mut [0; 4])));
    }
    if let Ok(array) = dynamic.as_array_ref() {
        return array.iter().map(to_value).collect::<Option<Vec<_>>>().map(|values| Value::List(Arc::from(values)));
    }
    if let Some(date) = dynamic.read_lock::<NaiveDate>() {
        return Some(Value::Date(*date));
    }
    if let Some(moment) = dynamic.read_lock::<DateTime<FixedOffset>>() {
        return Some(Value::DateTime(*moment));
    }
    if let Some(duration) = dynamic.read_lock::<Duration>() {
        return Some(Value::Duration(*duration));
    }
    dynamic.read_lock::<View>().map(|view| Value::Object(Arc::clone(&view.object)))
}

/// The word for what a dynamic value is, for messages.
pub(super) fn kind(dynamic: &Dynamic) -> &'static str {
    if dynamic.is_unit() {
        "nothing"
    } else if dynamic.is_map() {
        "map"
    } else if dynamic.is_fnptr() {
        "function"
    } else {
        to_value(dynamic).map_or("list", |value| value.kind())
    }
}
