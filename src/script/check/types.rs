//! The types that the checker gives to expressions.
//!
//! It must not guess: what it cannot tell is `Any`, and nothing is reported about it.

use crate::record::{FieldType, ObjectType, RecordType};
use std::fmt;
use std::sync::Arc;

/// What an expression gives.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Type {
    /// It cannot be told before the rule runs.
    Any,
    /// No value.
    Nothing,
    Bool,
    Int,
    Number,
    Text,
    /// One of these texts.
    OneOf(Arc<[Arc<str>]>),
    Date,
    DateTime,
    Duration,
    List(Box<Type>),
    /// Fields; the path by which they are reached.
    Object(Arc<ObjectType>, Arc<str>),
    Map,
    /// One of several kinds, as branches give them; each kind once, none of them `Any` or again such a choice.
    Either(Vec<Type>),
    /// A closure: its function, and the types of what it captured.
    Closure(Arc<str>, Vec<Type>),
}

impl Type {
    /// The type of a field's values.
    pub(super) fn of(field_type: &FieldType, path: &str, records: &dyn Fn(&str) -> Option<Arc<RecordType>>) -> Self {
        match field_type {
            FieldType::Text | FieldType::User => Type::Text,
            FieldType::Int => Type::Int,
            FieldType::Decimal | FieldType::Percent | FieldType::Money(_) => Type::Number,
            FieldType::Bool => Type::Bool,
            FieldType::Date => Type::Date,
            FieldType::DateTime => Type::DateTime,
            FieldType::Duration => Type::Duration,
            FieldType::Enum(values) => Type::OneOf(Arc::clone(values)),
            FieldType::List(inner) => Type::List(Box::new(Type::of(inner, &format!("{path}[]"), records))),
            FieldType::Object(object) => Type::Object(Arc::clone(object), Arc::from(path)),
            FieldType::Children(record) => Type::children(record.as_str(), records),
        }
    }

    /// A list of child records.
    pub(super) fn children(record: &str, records: &dyn Fn(&str) -> Option<Arc<RecordType>>) -> Self {
        let element = records(record).map_or(Type::Any, |record_type| Type::Object(Arc::clone(record_type.fields()), Arc::from(record)));
        Type::List(Box::new(element))
    }

    /// The kind that decides what a value can be compared with; `None` where it cannot be told.
    pub(super) fn kind(&self) -> Option<&'static str> {
        Some(match self {
            Type::Any | Type::Either(_) => return None,
            Type::Nothing => "nothing",
            Type::Bool => "bool",
            Type::Int | Type::Number => "number",
            Type::Text | Type::OneOf(_) => "text",
            Type::Date => "date",
            Type::DateTime => "datetime",
            Type::Duration => "duration",
            Type::List(_) => "list",
            Type::Object(..) => "object",
            Type::Map => "map",
            Type::Closure(..) => "function",
        })
    }

    /// The field type that holds such values; `None` where there is none or it cannot be told.
    pub(super) fn field_type(&self) -> Option<FieldType> {
        Some(match self {
            Type::Bool => FieldType::Bool,
            Type::Int => FieldType::Int,
            Type::Number => FieldType::Decimal,
            Type::Text => FieldType::Text,
            Type::OneOf(values) => FieldType::Enum(Arc::clone(values)),
            Type::Date => FieldType::Date,
            Type::DateTime => FieldType::DateTime,
            Type::Duration => FieldType::Duration,
            _ => return None,
        })
    }

    /// The type of a value that is one or the other.
    pub(super) fn join(self, other: Type) -> Type {
        match (self, other) {
            (a, b) if a == b => a,
            (Type::Int | Type::Number, Type::Int | Type::Number) => Type::Number,
            (Type::Text | Type::OneOf(_), Type::Text | Type::OneOf(_)) => Type::Text,
            (Type::List(a), Type::List(b)) => Type::List(Box::new(a.join(*b))),
            (Type::Any, _) | (_, Type::Any) => Type::Any,
            (a, b) => Type::either(a.alternatives().iter().chain(b.alternatives()).cloned()),
        }
    }

    /// What it may be: itself, or each of several.
    pub(super) fn alternatives(&self) -> &[Type] {
        match self {
            Type::Either(types) => types,
            one => std::slice::from_ref(one),
        }
    }

    /// One of these; types of one kind are joined.
    pub(super) fn either(types: impl Iterator<Item = Type>) -> Type {
        let mut found: Vec<Type> = Vec::new();
        for next in types {
            match found.iter_mut().find(|known| known.kind() == next.kind()) {
                // What differs within its kind, such as two objects, is not told apart further.
                Some(known) if *known != next => {
                    let joined = match (known.kind(), next.kind()) {
                        (Some("number" | "text" | "list"), _) => std::mem::replace(known, Type::Any).join(next),
                        _ => return Type::Any,
                    };
                    *known = joined;
                }
                Some(_) => {}
                None => found.push(next),
            }
        }
        match found.len() {
            0 => Type::Any,
            1 => found.swap_remove(0),
            _ => Type::Either(found),
        }
    }

    /// It without the possibility of no value.
    pub(super) fn something(self) -> Type {
        match self {
            Type::Either(types) => Type::either(types.into_iter().filter(|found| *found != Type::Nothing)),
            other => other,
        }
    }
}

/// As messages name it.
impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Type::Any => f.write_str("anything"),
            Type::Int => f.write_str("int"),
            Type::Number => f.write_str("decimal"),
            Type::OneOf(_) => f.write_str("enum"),
            Type::Either(types) => {
                let names: Vec<String> = types.iter().map(Type::to_string).collect();
                f.write_str(&names.join(" or "))
            }
            Type::List(inner) if **inner != Type::Any => write!(f, "list of {inner}"),
            other => f.write_str(other.kind().unwrap_or("anything")),
        }
    }
}
