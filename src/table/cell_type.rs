//! What kind of values a column or a band holds, as far as cells must know it.
//!
//! It must not read cells; `parse` does, by these types.

use crate::record::{FieldType, Value};
use std::sync::Arc;

/// The type that a column or a band has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CellType {
    /// Exact numbers: decimals, money and percentages.
    Number,
    /// Whole numbers. Tests may name fractions (`> 2.5`), values may not have them.
    Int,
    /// Any text.
    Text,
    /// One of a closed set of texts.
    Enum(Arc<[Arc<str>]>),
    /// True or false.
    Bool,
    /// Calendar days.
    Date,
    /// Moments.
    DateTime,
    /// Spans of time.
    Duration,
    /// People; in cells they are texts.
    User,
}

impl CellType {
    /// The type of cells about a field; `None` for lists, objects and children, which cells cannot test.
    #[must_use]
    pub fn of(field_type: &FieldType) -> Option<Self> {
        match field_type {
            FieldType::Text => Some(CellType::Text),
            FieldType::Int => Some(CellType::Int),
            FieldType::Decimal | FieldType::Percent | FieldType::Money(_) => Some(CellType::Number),
            FieldType::Bool => Some(CellType::Bool),
            FieldType::Date => Some(CellType::Date),
            FieldType::DateTime => Some(CellType::DateTime),
            FieldType::Duration => Some(CellType::Duration),
            FieldType::User => Some(CellType::User),
            FieldType::Enum(values) => Some(CellType::Enum(Arc::clone(values))),
            FieldType::List(_) | FieldType::Object(_) | FieldType::Children(_) => None,
        }
    }

    /// Whether cells may use `<` and intervals. Texts have an order in rules, but not here: `a..b` and `< 5` in a text column are
    /// far likelier to be meant as texts or to stand in the wrong column.
    #[must_use]
    pub fn has_order(&self) -> bool {
        matches!(self, CellType::Number | CellType::Int | CellType::Date | CellType::DateTime | CellType::Duration)
    }

    /// Whether values can be added up.
    #[must_use]
    pub fn has_sum(&self) -> bool {
        matches!(self, CellType::Number | CellType::Int | CellType::Duration)
    }

    /// Whether a value may stand in such a column.
    #[must_use]
    pub fn accepts(&self, value: &Value) -> bool {
        match (self, value) {
            (CellType::Int, Value::Decimal(decimal)) => decimal.is_integer(),
            (CellType::Enum(values), Value::Text(text)) => values.contains(text),
            _ => self.same_kind(value),
        }
    }

    /// Whether tests of such a column can be held against a value.
    #[must_use]
    pub fn same_kind(&self, value: &Value) -> bool {
        matches!(
            (self, value),
            (CellType::Number | CellType::Int, Value::Int(_) | Value::Decimal(_))
                | (CellType::Text | CellType::User | CellType::Enum(_), Value::Text(_))
                | (CellType::Bool, Value::Bool(_))
                | (CellType::Date, Value::Date(_))
                | (CellType::DateTime, Value::DateTime(_))
                | (CellType::Duration, Value::Duration(_))
        )
    }

    /// One such value, for messages: `a number`.
    #[must_use]
    pub fn singular(&self) -> &'static str {
        match self {
            CellType::Number => "a number",
            CellType::Int => "a whole number",
            CellType::Text => "a text",
            CellType::Enum(_) => "one of its values",
            CellType::Bool => "`true` or `false`",
            CellType::Date => "a date",
            CellType::DateTime => "a moment",
            CellType::Duration => "a duration",
            CellType::User => "a user",
        }
    }

    /// Such values, for messages: `numbers`.
    #[must_use]
    pub fn plural(&self) -> &'static str {
        match self {
            CellType::Number => "numbers",
            CellType::Int => "whole numbers",
            CellType::Text => "texts",
            CellType::Enum(_) => "values of a closed set",
            CellType::Bool => "bools",
            CellType::Date => "dates",
            CellType::DateTime => "moments",
            CellType::Duration => "durations",
            CellType::User => "users",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rust_decimal::Decimal;

    #[test]
    fn an_int_column_takes_whole_numbers_however_they_are_kept() {
        assert!(CellType::Int.accepts(&Value::Int(5)));
        assert!(CellType::Int.accepts(&Value::Decimal(Decimal::new(500, 2))));
        assert!(!CellType::Int.accepts(&Value::Decimal(Decimal::new(55, 1))));
        assert!(CellType::Int.same_kind(&Value::Decimal(Decimal::new(55, 1))));
    }

    #[test]
    fn a_closed_set_takes_its_values_only() {
        let level = CellType::Enum(Arc::from([Arc::from("office"), Arc::from("region")]));
        assert!(level.accepts(&Value::text("office")));
        assert!(!level.accepts(&Value::text("Office")));
        assert!(!level.accepts(&Value::Int(1)));
    }

    #[test]
    fn lists_have_no_cells() {
        assert_eq!(CellType::of(&FieldType::List(Arc::new(FieldType::Int))), None);
        assert_eq!(CellType::of(&FieldType::Percent), Some(CellType::Number));
    }
}
