//! The values that records hold and rules compute: exact, immutable, cheap to share.
//!
//! It must not convert between kinds: a text that looks like a number is a text.

use super::Object;
use chrono::{DateTime, FixedOffset, NaiveDate};
use rust_decimal::Decimal;
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// One value. A missing value is no value: it is `None` wherever one may be absent.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// True or false.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// An exact decimal: also money (in the field's currency) and percent (20 is 20 %).
    Decimal(Decimal),
    /// A text; also an enum value or a user.
    Text(Arc<str>),
    /// A calendar day.
    Date(NaiveDate),
    /// A moment, with the offset in which it was written.
    DateTime(DateTime<FixedOffset>),
    /// A span of time.
    Duration(Duration),
    /// Values of one type in order.
    List(Arc<[Value]>),
    /// A nested object or a child record.
    Object(Arc<Object>),
}

impl Eq for Value {}

/// Values that are equal feed the same; objects are not looked into.
impl Hash for Value {
    fn hash<H: Hasher>(&self, state: &mut H) {
        std::mem::discriminant(self).hash(state);
        match self {
            Value::Bool(value) => value.hash(state),
            Value::Int(value) => value.hash(state),
            Value::Decimal(value) => value.hash(state),
            Value::Text(value) => value.hash(state),
            Value::Date(value) => value.hash(state),
            Value::DateTime(value) => value.hash(state),
            Value::Duration(value) => value.hash(state),
            Value::List(values) => values.hash(state),
            Value::Object(_) => {}
        }
    }
}

/// A span of time, exact to the second.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Duration {
    seconds: i64,
}

/// Why two values have no order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unlike;

impl Value {
    /// The word for the kind of the value, as messages use it.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Value::Bool(_) => "bool",
            Value::Int(_) => "int",
            Value::Decimal(_) => "decimal",
            Value::Text(_) => "text",
            Value::Date(_) => "date",
            Value::DateTime(_) => "datetime",
            Value::Duration(_) => "duration",
            Value::List(_) => "list",
            Value::Object(_) => "object",
        }
    }

    /// A text value.
    #[must_use]
    pub fn text(text: &str) -> Self {
        Value::Text(Arc::from(text))
    }

    /// The number, where it is one.
    #[must_use]
    pub fn number(&self) -> Option<Decimal> {
        match self {
            Value::Int(int) => Some(Decimal::from(*int)),
            Value::Decimal(decimal) => Some(*decimal),
            _ => None,
        }
    }

    /// Whether two values are the same; numbers are the same when they are equal, whatever their kind.
    ///
    /// # Errors
    /// [`Unlike`] for values of different kinds: `5` is neither equal to `"5"` nor different from it.
    pub fn same(&self, other: &Value) -> Result<bool, Unlike> {
        match (self, other) {
            (Value::Int(a), Value::Int(b)) => Ok(a == b),
            (Value::Text(a), Value::Text(b)) => Ok(a == b),
            (Value::Bool(a), Value::Bool(b)) => Ok(a == b),
            (Value::Date(a), Value::Date(b)) => Ok(a == b),
            (Value::DateTime(a), Value::DateTime(b)) => Ok(a == b),
            (Value::Duration(a), Value::Duration(b)) => Ok(a == b),
            (Value::List(a), Value::List(b)) => {
                if a.len() != b.len() {
                    return Ok(false);
                }
                let mut same = true;
                for (a, b) in a.iter().zip(b.iter()) {
                    same &= a.same(b)?;
                }
                Ok(same)
            }
            (Value::Object(a), Value::Object(b)) => Ok(a == b),
            _ => match (self.number(), other.number()) {
                (Some(a), Some(b)) => Ok(a == b),
                _ => Err(Unlike),
            },
        }
    }

    /// The order of two values: numbers by size, texts by code points, dates and moments by time.
    ///
    /// # Errors
    /// [`Unlike`] for values of different kinds and for kinds without an order (bool, list, object).
    pub fn order(&self, other: &Value) -> Result<Ordering, Unlike> {
        match (self, other) {
            (Value::Int(a), Value::Int(b)) => Ok(a.cmp(b)),
            (Value::Text(a), Value::Text(b)) => Ok(a.cmp(b)),
            (Value::Date(a), Value::Date(b)) => Ok(a.cmp(b)),
            (Value::DateTime(a), Value::DateTime(b)) => Ok(a.cmp(b)),
            (Value::Duration(a), Value::Duration(b)) => Ok(a.cmp(b)),
            _ => match (self.number(), other.number()) {
                (Some(a), Some(b)) => Ok(a.cmp(&b)),
                _ => Err(Unlike),
            },
        }
    }
}

impl Duration {
    /// A span of so many seconds.
    #[must_use]
    pub const fn from_seconds(seconds: i64) -> Self {
        Self { seconds }
    }

    /// A span of so many days of 24 hours; saturates.
    #[must_use]
    pub const fn from_days(days: i64) -> Self {
        Self { seconds: days.saturating_mul(86_400) }
    }

    /// The whole span in seconds.
    #[must_use]
    pub const fn seconds(self) -> i64 {
        self.seconds
    }
}

/// As people write it: `3 days`, `1 day 4 hours`.
impl fmt::Display for Duration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut rest = self.seconds.unsigned_abs();
        if self.seconds < 0 {
            f.write_str("-")?;
        }
        let mut written = false;
        for (unit, size) in [("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1)] {
            let count = rest / size;
            rest %= size;
            if count > 0 || (unit == "second" && !written) {
                let space = if written { " " } else { "" };
                let plural = if count == 1 { "" } else { "s" };
                write!(f, "{space}{count} {unit}{plural}")?;
                written = true;
            }
        }
        Ok(())
    }
}

/// As a reader would write it: texts bare, lists in brackets.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Bool(value) => value.fmt(f),
            Value::Int(value) => value.fmt(f),
            Value::Decimal(value) => value.fmt(f),
            Value::Text(value) => f.write_str(value),
            Value::Date(value) => value.fmt(f),
            Value::DateTime(value) => f.write_str(&value.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true)),
            Value::Duration(value) => value.fmt(f),
            Value::List(values) => {
                f.write_str("[")?;
                for (index, value) in values.iter().enumerate() {
                    if index > 0 {
                        f.write_str(", ")?;
                    }
                    value.fmt(f)?;
                }
                f.write_str("]")
            }
            Value::Object(object) => object.fmt(f),
        }
    }
}

/// Exact numbers become JSON numbers, everything that JSON has no word for becomes its text.
impl serde::Serialize for Value {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Value::Bool(value) => serializer.serialize_bool(*value),
            Value::Int(value) => serializer.serialize_i64(*value),
            Value::Decimal(value) => match value.to_string().parse::<serde_json::Number>() {
                Ok(number) => number.serialize(serializer),
                Err(_) => serializer.collect_str(value),
            },
            Value::Text(value) => serializer.serialize_str(value),
            Value::List(values) => serializer.collect_seq(values.iter()),
            Value::Object(object) => object.serialize(serializer),
            other => serializer.collect_str(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unlike_kinds_have_no_order_and_are_not_unequal() {
        assert_eq!(Value::Int(5).same(&Value::text("5")), Err(Unlike));
        assert_eq!(Value::Int(5).order(&Value::text("5")), Err(Unlike));
        assert_eq!(Value::Int(5).same(&Value::Decimal(Decimal::new(50, 1))), Ok(true));
        assert_eq!(Value::Bool(true).order(&Value::Bool(false)), Err(Unlike));
    }

    #[test]
    fn durations_read_like_words() {
        assert_eq!(Duration::from_seconds(86_400 + 4 * 3_600).to_string(), "1 day 4 hours");
        assert_eq!(Duration::from_seconds(0).to_string(), "0 seconds");
        assert_eq!(Duration::from_days(-3).to_string(), "-3 days");
    }
}
