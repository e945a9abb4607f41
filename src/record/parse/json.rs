//! Reads JSON as values of fields: nested objects, lists and child records, with every finding and not just the first.
//!
//! It must not stop at an error: what cannot be read is missing, and the rest is read.

use super::number::{self, Notation};
use super::text::{check_bounds, read, value_from_text};
use super::{Reading, ValueError};
use crate::diagnostic::{Code, did_you_mean};
use crate::names::{FieldPath, RecordName};
use crate::record::finding::{FieldFinding, quoted, shortened};
use crate::record::{Field, FieldType, Object, ObjectType, RecordType, Value};
use serde_json::Value as Json;
use std::fmt;
use std::sync::Arc;

/// Finds the type of child records by its name.
type RecordTypes<'a> = &'a dyn Fn(&RecordName) -> Option<Arc<RecordType>>;

/// Reads a JSON object as an object of the type, with all findings about it; required fields are for
/// [`check_required`](crate::record::check_required).
///
/// Keys that the type does not declare are warnings. Where the JSON is not even an object, the object is blank.
pub fn object_from_json(
    json: &Json,
    object_type: &Arc<ObjectType>,
    children: RecordTypes<'_>,
    reading: &Reading,
) -> (Object, Vec<FieldFinding>) {
    let mut reader = Reader { children, reading, findings: Vec::new() };
    let object = reader.object(json, object_type, &At::Record);
    if object.is_none() {
        let message = format!("a record is an object in braces, not {}", kind(json));
        reader.push(Code::MalformedRecord, json, &At::Record, ValueError::new(message));
    }
    (object.unwrap_or_else(|| Object::empty(object_type)), reader.findings)
}

/// Reads JSON as a value of the field at a path, with all findings about it; `None` where it is missing or cannot be read.
pub fn value_from_json(
    json: &Json,
    path: &FieldPath,
    field: &Field,
    children: RecordTypes<'_>,
    reading: &Reading,
) -> (Option<Value>, Vec<FieldFinding>) {
    let mut reader = Reader { children, reading, findings: Vec::new() };
    let value = reader.field(json, field, &At::Key(&At::Record, path.as_str()));
    (value, reader.findings)
}

/// The way to the JSON that is being read; it becomes a path only when there is a finding.
enum At<'a> {
    Record,
    Key(&'a At<'a>, &'a str),
    Index(&'a At<'a>, usize),
}

impl fmt::Display for At<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            At::Record => Ok(()),
            At::Key(At::Record, key) => f.write_str(key),
            At::Key(parent, key) => write!(f, "{parent}.{key}"),
            At::Index(parent, index) => write!(f, "{parent}[{index}]"),
        }
    }
}

struct Reader<'a> {
    children: RecordTypes<'a>,
    reading: &'a Reading,
    findings: Vec<FieldFinding>,
}

impl Reader<'_> {
    /// `None`, without a finding, where the JSON is not an object.
    fn object(&mut self, json: &Json, object_type: &Arc<ObjectType>, at: &At<'_>) -> Option<Object> {
        let mut object = Object::empty(object_type);
        for (key, value) in json.as_object()? {
            let at = At::Key(at, key);
            match object_type.get(key) {
                Some((slot, field)) => {
                    let value = self.field(value, field, &at);
                    object.set(slot, value);
                }
                None => {
                    let help = did_you_mean(key, object_type.names());
                    let error = ValueError::new(format!("no field is named {}", quoted(key))).maybe_help(help);
                    self.push(Code::UnmappedColumn, value, &at, error);
                }
            }
        }
        Some(object)
    }

    /// Reads a value and holds it against the field's bounds.
    fn field(&mut self, json: &Json, field: &Field, at: &At<'_>) -> Option<Value> {
        let value = self.value(json, field, at)?;
        match check_bounds(&value, field) {
            Ok(()) => Some(value),
            Err(error) => self.refuse(json, at, error),
        }
    }

    fn value(&mut self, json: &Json, field: &Field, at: &At<'_>) -> Option<Value> {
        let read = match (&field.field_type, json) {
            (_, Json::Null) => return None,
            (FieldType::Object(inner), Json::Object(_)) => {
                return self.object(json, inner, at).map(|object| Value::Object(Arc::new(object)));
            }
            (FieldType::List(inner), Json::Array(items)) => return self.list(items, &Field::new(FieldType::clone(inner)), at),
            (FieldType::Children(name), Json::Array(items)) => return self.child_records(items, name, at),
            (FieldType::Bool, Json::String(text)) => truth(text, self.reading),
            (_, Json::String(text)) => value_from_text(text, field, self.reading),
            (FieldType::Bool, Json::Bool(value)) => Ok(Some(Value::Bool(*value))),
            (field_type, Json::Number(number)) => numeric(number.as_str(), field_type, self.reading).map(Some),
            (field_type, _) => Err(unlike(json, field_type)),
        };
        read.unwrap_or_else(|error| self.refuse(json, at, error))
    }

    /// A list is read whole or not at all: a sum over the rest would be wrong without a word.
    fn list(&mut self, items: &[Json], item: &Field, at: &At<'_>) -> Option<Value> {
        let mut values = Vec::with_capacity(items.len());
        for (index, json) in items.iter().enumerate() {
            let at = At::Index(at, index);
            let known = self.findings.len();
            let value = self.value(json, item, &at);
            if value.is_none() && self.findings.len() == known {
                self.push(Code::InvalidRecordValue, json, &at, ValueError::new("an item of a list cannot be missing"));
            }
            values.push(value);
        }
        values.into_iter().collect::<Option<Vec<Value>>>().map(|values| Value::List(Arc::from(values)))
    }

    fn child_records(&mut self, items: &[Json], name: &RecordName, at: &At<'_>) -> Option<Value> {
        let Some(record_type) = (self.children)(name) else {
            let error = ValueError::new(format!("there is no record type `{name}`"));
            return self.refuse(&Json::Null, at, error);
        };
        self.list(items, &Field::new(FieldType::Object(Arc::clone(record_type.fields()))), at)
    }

    /// What cannot be read is missing from then on.
    fn refuse(&mut self, json: &Json, at: &At<'_>, error: ValueError) -> Option<Value> {
        self.push(Code::InvalidRecordValue, json, at, error);
        None
    }

    /// Adds a finding.
    fn push(&mut self, code: Code, json: &Json, at: &At<'_>, error: ValueError) {
        let path = at.to_string();
        self.findings.push(FieldFinding {
            code,
            path: (!path.is_empty()).then(|| FieldPath::from_text(&path)),
            value: raw(json),
            message: error.message,
            help: error.help,
        });
    }
}

/// A JSON number as a value; numbers may stand for the texts that are often written so, such as ids.
fn numeric(text: &str, field_type: &FieldType, reading: &Reading) -> Result<Value, ValueError> {
    let notation = Notation::PLAIN;
    match field_type {
        FieldType::Int => number::int(text, notation).map(Value::Int),
        FieldType::Decimal => number::exact(text, "a number", notation).map(Value::Decimal),
        FieldType::Percent => number::percent(text, notation).map(Value::Decimal),
        FieldType::Money(_) => number::exact(text, "a money amount", notation).map(Value::Decimal),
        FieldType::Text | FieldType::User | FieldType::Enum(_) if text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-') => {
            read(text, field_type, reading)
        }
        FieldType::Text | FieldType::User | FieldType::Enum(_) => {
            Err(ValueError::new(format!("{} is a number, but the field is a text", quoted(text))).help("write it in quotes"))
        }
        FieldType::Date | FieldType::DateTime => {
            let example = if *field_type == FieldType::Date { "2024-01-31" } else { "2024-01-31T09:00:00Z" };
            Err(ValueError::new(format!("{} is a number, but the field is a `{field_type}`", quoted(text)))
                .help(format!("write it as a text, such as `\"{example}\"`; no count of days or seconds is read")))
        }
        FieldType::Duration => {
            Err(ValueError::new(format!("{} has no unit", quoted(text))).help(format!("write it as a text, such as `\"{text} days\"`")))
        }
        FieldType::Bool => {
            Err(ValueError::new(format!("{} is neither true nor false", quoted(text))).help("write `true` or `false`, without quotes"))
        }
        FieldType::List(_) | FieldType::Object(_) | FieldType::Children(_) => {
            Err(ValueError::new(format!("{} is a number, but the field is {}", quoted(text), shape(field_type))))
        }
    }
}

/// Quoted truth is accepted in JSON's own spelling; other words are for sources that have nothing but texts.
fn truth(text: &str, reading: &Reading) -> Result<Option<Value>, ValueError> {
    match reading.present(text) {
        None => Ok(None),
        Some("true") => Ok(Some(Value::Bool(true))),
        Some("false") => Ok(Some(Value::Bool(false))),
        Some(text) => {
            Err(ValueError::new(format!("{} is neither true nor false", quoted(text))).help("write `true` or `false`, without quotes"))
        }
    }
}

fn unlike(json: &Json, field_type: &FieldType) -> ValueError {
    let error = ValueError::new(format!("the field is {}, not {}", shape(field_type), kind(json)));
    match (json, field_type) {
        (Json::Object(_), FieldType::List(_) | FieldType::Children(_)) => error.help("put it into brackets, even where it is the only one"),
        _ => error,
    }
}

/// The words for what a field takes.
fn shape(field_type: &FieldType) -> String {
    match field_type {
        FieldType::List(_) => "a list".to_owned(),
        FieldType::Children(name) => format!("a list of `{name}` records"),
        FieldType::Object(_) => "an object".to_owned(),
        FieldType::Enum(_) => "an `enum`".to_owned(),
        other => format!("a `{other}`"),
    }
}

/// The words for what JSON gives.
fn kind(json: &Json) -> &'static str {
    match json {
        Json::Null => "null",
        Json::Bool(true) => "`true`",
        Json::Bool(false) => "`false`",
        Json::Number(_) => "a number",
        Json::String(_) => "a text",
        Json::Array(_) => "a list",
        Json::Object(_) => "an object",
    }
}

/// The value as a finding shows it; lists and objects are too long to show.
fn raw(json: &Json) -> Option<String> {
    match json {
        Json::Null | Json::Array(_) | Json::Object(_) => None,
        Json::String(text) => Some(shortened(text, 200)),
        other => Some(shortened(&other.to_string(), 200)),
    }
}

#[cfg(test)]
mod tests;
