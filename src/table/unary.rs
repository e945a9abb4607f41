//! One cell of a table: a set of values, and whether a value lies in it.
//!
//! It must not guess: a missing value and a value of another kind are never simply outside the set.

use super::CellType;
use super::literal;
use crate::record::Value;
use std::cmp::Ordering;
use std::fmt;

/// A set of values as a cell describes it (DMN's unary test). Two are equal when they are written the same way in canonical form.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct UnaryTest {
    // INVARIANT: `parse` made it. All operands are of one kind; numbers are normalised decimals; only kinds with an order have
    // comparisons by order and intervals; an interval holds a value; a list has two or more parts, each a comparison other than
    // `!=` or an interval; `Not` holds such a part or a list.
    shape: Shape,
}

/// What a test consists of.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Shape {
    /// Every value, and also a missing one: `-`.
    Any,
    /// The values that compare so with this one: `>= 5`, `5`.
    Compare(Comparison, Value),
    /// The values between two: `[1..10)`.
    Interval(Interval),
    /// The values in at least one of these sets: `10, 20, > 50`.
    OneOf(Vec<UnaryTest>),
    /// The values outside a set: `not(10, 20)`.
    Not(Box<UnaryTest>),
}

/// How a value compares with the one that a cell names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Comparison {
    /// `=`, or the bare value.
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Below,
    /// `<=`
    AtMost,
    /// `>`
    Above,
    /// `>=`
    AtLeast,
}

/// The values between two ends.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Interval {
    /// The lower end.
    pub low: Value,
    /// Whether the lower end is part of the interval.
    pub low_closed: bool,
    /// The upper end; never below the lower one.
    pub high: Value,
    /// Whether the upper end is part of the interval.
    pub high_closed: bool,
}

/// Why a value is neither inside nor outside a set.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CellFault {
    /// There is no value.
    #[error("the value is missing")]
    Missing,
    /// The value is of another kind than those that the test names.
    #[error("{found} cannot be compared with {wanted}")]
    Unlike {
        /// The kind that the test names, with its article.
        wanted: &'static str,
        /// The kind of the value, with its article.
        found: &'static str,
    },
}

impl UnaryTest {
    /// The test that every value passes.
    #[must_use]
    pub fn any() -> Self {
        Self { shape: Shape::Any }
    }

    /// A test of a shape for which the invariant holds.
    pub(super) fn of(shape: Shape) -> Self {
        Self { shape }
    }

    /// What the test consists of.
    #[must_use]
    pub fn shape(&self) -> &Shape {
        &self.shape
    }

    /// Whether every value passes without being looked at.
    #[must_use]
    pub fn is_any(&self) -> bool {
        matches!(self.shape, Shape::Any)
    }

    /// Whether a value lies in the set.
    ///
    /// # Errors
    /// A missing value lies in [`Shape::Any`] alone and is [`CellFault::Missing`] to every other test. A value of another kind is
    /// [`CellFault::Unlike`], never `false`.
    pub fn matches(&self, value: Option<&Value>) -> Result<bool, CellFault> {
        match (&self.shape, value) {
            (Shape::Any, _) => Ok(true),
            (_, None) => Err(CellFault::Missing),
            (_, Some(value)) => self.holds(value),
        }
    }

    /// Whether the values that the test names are of a column's kind.
    #[must_use]
    pub(super) fn fits(&self, cell_type: &CellType) -> bool {
        match &self.shape {
            Shape::Any => true,
            Shape::Compare(_, operand) => cell_type.same_kind(operand),
            Shape::Interval(interval) => cell_type.same_kind(&interval.low) && cell_type.same_kind(&interval.high),
            Shape::OneOf(parts) => parts.iter().all(|part| part.fits(cell_type)),
            Shape::Not(inner) => inner.fits(cell_type),
        }
    }

    fn holds(&self, value: &Value) -> Result<bool, CellFault> {
        match &self.shape {
            Shape::Any => Ok(true),
            Shape::Compare(comparison, operand) => comparison.holds(value, operand),
            Shape::Interval(interval) => interval.holds(value),
            Shape::OneOf(parts) => {
                for part in parts {
                    if part.holds(value)? {
                        return Ok(true);
                    }
                }
                Ok(false)
            }
            Shape::Not(inner) => inner.holds(value).map(|inside| !inside),
        }
    }
}

impl Comparison {
    /// The sign, as cells have it.
    #[must_use]
    pub fn sign(self) -> &'static str {
        match self {
            Comparison::Equal => "=",
            Comparison::NotEqual => "!=",
            Comparison::Below => "<",
            Comparison::AtMost => "<=",
            Comparison::Above => ">",
            Comparison::AtLeast => ">=",
        }
    }

    /// Whether it asks for an order, and not just whether two values are the same.
    #[must_use]
    pub fn needs_order(self) -> bool {
        !matches!(self, Comparison::Equal | Comparison::NotEqual)
    }

    fn holds(self, value: &Value, operand: &Value) -> Result<bool, CellFault> {
        match self {
            Comparison::Equal => value.same(operand).map_err(|_| unlike(value, operand)),
            Comparison::NotEqual => value.same(operand).map(|same| !same).map_err(|_| unlike(value, operand)),
            Comparison::Below => order(value, operand).map(Ordering::is_lt),
            Comparison::AtMost => order(value, operand).map(Ordering::is_le),
            Comparison::Above => order(value, operand).map(Ordering::is_gt),
            Comparison::AtLeast => order(value, operand).map(Ordering::is_ge),
        }
    }
}

impl Interval {
    fn holds(&self, value: &Value) -> Result<bool, CellFault> {
        let low = order(value, &self.low)?;
        let high = order(value, &self.high)?;
        Ok((low.is_gt() || (self.low_closed && low.is_eq())) && (high.is_lt() || (self.high_closed && high.is_eq())))
    }
}

fn order(value: &Value, operand: &Value) -> Result<Ordering, CellFault> {
    value.order(operand).map_err(|_| unlike(value, operand))
}

fn unlike(value: &Value, operand: &Value) -> CellFault {
    CellFault::Unlike { wanted: kind(operand), found: kind(value) }
}

/// The kind of a value with its article; numbers are one kind, as [`Value::same`] has it.
pub(super) fn kind(value: &Value) -> &'static str {
    match value {
        Value::Bool(_) => "a bool",
        Value::Int(_) | Value::Decimal(_) => "a number",
        Value::Text(_) => "a text",
        Value::Date(_) => "a date",
        Value::DateTime(_) => "a moment",
        Value::Duration(_) => "a duration",
        Value::List(_) => "a list",
        Value::Object(_) => "an object",
    }
}

impl fmt::Display for Comparison {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.sign())
    }
}

/// The canonical text; parsing it for a column of the same type gives an equal test.
impl fmt::Display for UnaryTest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.shape {
            Shape::Any => f.write_str("-"),
            Shape::Compare(Comparison::Equal, operand) => literal::write(operand, f),
            Shape::Compare(comparison, operand) => {
                write!(f, "{comparison} ")?;
                literal::write(operand, f)
            }
            Shape::Interval(interval) => interval.fmt(f),
            Shape::OneOf(parts) => {
                for (index, part) in parts.iter().enumerate() {
                    let comma = if index == 0 { "" } else { ", " };
                    write!(f, "{comma}{part}")?;
                }
                Ok(())
            }
            Shape::Not(inner) => write!(f, "not({inner})"),
        }
    }
}

impl fmt::Display for Interval {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.low_closed { "[" } else { "(" })?;
        literal::write(&self.low, f)?;
        f.write_str("..")?;
        literal::write(&self.high, f)?;
        f.write_str(if self.high_closed { "]" } else { ")" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rust_decimal::Decimal;

    fn test(text: &str, cell_type: &CellType) -> UnaryTest {
        UnaryTest::parse(text, cell_type).unwrap()
    }

    #[test]
    fn a_missing_value_is_not_outside() {
        assert_eq!(test("-", &CellType::Number).matches(None), Ok(true));
        assert_eq!(test("< 5", &CellType::Number).matches(None), Err(CellFault::Missing));
        assert_eq!(test("not(5)", &CellType::Number).matches(None), Err(CellFault::Missing));
    }

    #[test]
    fn another_kind_is_not_outside() {
        let found = test("[1..5], 9", &CellType::Number).matches(Some(&Value::text("3"))).unwrap_err();
        assert_eq!(found.to_string(), "a text cannot be compared with a number");
        assert!(test("not(a, b)", &CellType::Text).matches(Some(&Value::Int(1))).is_err());
        assert!(test("!= 2026-01-05", &CellType::Date).matches(Some(&Value::text("2026-01-05"))).is_err());
    }

    #[test]
    fn ends_belong_to_an_interval_only_where_it_is_closed() {
        let inside = |text: &str, tenths: i64| test(text, &CellType::Number).matches(Some(&Value::Decimal(Decimal::new(tenths, 1))));
        for (text, low, high) in [("[1..2]", true, true), ("(1..2]", false, true), ("[1..2)", true, false), ("]1..2[", false, false)] {
            assert_eq!((inside(text, 10), inside(text, 15), inside(text, 20)), (Ok(low), Ok(true), Ok(high)), "{text}");
            assert_eq!((inside(text, 9), inside(text, 21)), (Ok(false), Ok(false)), "{text}");
        }
    }
}
