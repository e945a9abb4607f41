//! The values of a test in canonical form: equal sets look equal, whatever the cells say.
//!
//! It must not match records; it serves those who compare tests with each other.

use super::CellType;
use super::unary::{Comparison, Interval, Shape, UnaryTest};
use crate::record::{Duration, Value};
use rust_decimal::Decimal;
use std::cmp::Ordering;
use std::ops::Bound;
use std::sync::Arc;

/// A set of values of one column.
///
/// Two tests of a column allow the same values exactly when their sets are equal, lists of texts apart from their order.
#[derive(Debug, Clone, PartialEq)]
pub enum ValueSet {
    /// For types with an order: ranges that rise, hold a value and do not touch.
    Ranges(Vec<Range>),
    /// Exactly these; for bools and closed sets in the order of the type, for texts sorted.
    Only(Vec<Value>),
    /// All texts but these, sorted.
    AllBut(Vec<Value>),
}

/// The values from a lower bound to an upper one. Among whole numbers, days and durations a bound that a neighbouring value could
/// include is included: `(5..8)` is `[6..7]`.
#[derive(Debug, Clone, PartialEq)]
pub struct Range {
    /// The lower bound.
    pub low: Bound<Value>,
    /// The upper bound.
    pub high: Bound<Value>,
}

impl UnaryTest {
    /// The values that pass, for a column of the type that the test was read for.
    #[must_use]
    pub fn values(&self, cell_type: &CellType) -> ValueSet {
        match self.shape() {
            Shape::Any => ValueSet::all(cell_type),
            Shape::Compare(comparison, operand) => ValueSet::comparing(*comparison, operand, cell_type),
            Shape::Interval(interval) => ValueSet::between(interval, cell_type),
            Shape::OneOf(parts) => parts.iter().fold(ValueSet::none(), |set, part| set.union(&part.values(cell_type), cell_type)),
            Shape::Not(inner) => inner.values(cell_type).complement(cell_type),
        }
    }
}

impl ValueSet {
    /// No value, whatever the type.
    #[must_use]
    pub fn none() -> Self {
        ValueSet::Only(Vec::new())
    }

    /// Every value of a type.
    #[must_use]
    pub fn all(cell_type: &CellType) -> Self {
        ValueSet::none().complement(cell_type)
    }

    /// Whether no value is in the set.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == ValueSet::none()
    }

    /// Whether a value of the column's type is in the set.
    #[must_use]
    pub fn contains(&self, value: &Value) -> bool {
        let listed = |values: &[Value]| values.iter().any(|other| other.same(value) == Ok(true));
        match self {
            ValueSet::Ranges(ranges) => ranges.iter().any(|range| range.contains(value)),
            ValueSet::Only(values) => listed(values),
            ValueSet::AllBut(values) => !listed(values),
        }
    }

    /// A value of the set, one that reads well: an end of a range, or a round value in it; `None` where there is none.
    #[must_use]
    pub fn example(&self, cell_type: &CellType) -> Option<Value> {
        let value = match self {
            ValueSet::Ranges(ranges) => ranges.iter().find_map(|range| range.example(cell_type))?,
            ValueSet::Only(values) => values.first()?.clone(),
            ValueSet::AllBut(values) => {
                let taken = |text: &str| values.iter().any(|value| matches!(value, Value::Text(known) if &**known == text));
                let mut texts = std::iter::once("other".to_owned()).chain((2..).map(|number| format!("other {number}")));
                Value::text(&texts.find(|text| !taken(text))?)
            }
        };
        Some(value)
    }

    /// Another value of the set, from its upper end; the same where the set has only one.
    #[must_use]
    pub fn last_example(&self, cell_type: &CellType) -> Option<Value> {
        match self {
            ValueSet::Ranges(ranges) => ranges.last().and_then(|range| range.last_example()).or_else(|| self.example(cell_type)),
            ValueSet::Only(values) => values.last().cloned(),
            ValueSet::AllBut(_) => self.example(cell_type),
        }
    }

    /// The numbers from a smallest to a largest one, for a field that has bounds; every value of other types.
    #[must_use]
    pub fn bounded(cell_type: &CellType, min: Option<Decimal>, max: Option<Decimal>) -> Self {
        if !matches!(cell_type, CellType::Number | CellType::Int) {
            return ValueSet::all(cell_type);
        }
        let bound = |end: Option<Decimal>| end.map_or(Bound::Unbounded, |end| Bound::Included(Value::Decimal(end.normalize())));
        ValueSet::of_ranges(vec![Range { low: bound(min), high: bound(max) }], cell_type)
    }

    /// The values of a range.
    #[must_use]
    pub fn ranging(range: Range, cell_type: &CellType) -> Self {
        ValueSet::of_ranges(vec![range], cell_type)
    }

    /// The values that are not in the set.
    #[must_use]
    pub fn complement(&self, cell_type: &CellType) -> Self {
        if cell_type.has_order() {
            return ValueSet::of_ranges(gaps(self.ranges()), cell_type);
        }
        match (members(cell_type), self) {
            (Some(members), set) => ValueSet::Only(members.into_iter().filter(|member| !set.contains(member)).collect()),
            (None, ValueSet::AllBut(values)) => ValueSet::Only(values.clone()),
            (None, ValueSet::Only(values)) => ValueSet::AllBut(values.clone()),
            (None, ValueSet::Ranges(_)) => ValueSet::none(),
        }
    }

    /// The values that are in one of two sets, or in both.
    #[must_use]
    pub fn union(&self, other: &Self, cell_type: &CellType) -> Self {
        if cell_type.has_order() {
            return ValueSet::of_ranges(self.ranges().iter().chain(other.ranges()).cloned().collect(), cell_type);
        }
        if let Some(members) = members(cell_type) {
            return ValueSet::Only(members.into_iter().filter(|member| self.contains(member) || other.contains(member)).collect());
        }
        match (self, other) {
            (ValueSet::Only(a), ValueSet::Only(b)) => {
                let mut values: Vec<Value> = a.iter().chain(b.iter().filter(|value| !self.contains(value))).cloned().collect();
                values.sort_by(in_order);
                ValueSet::Only(values)
            }
            (ValueSet::AllBut(left_out), set) | (set, ValueSet::AllBut(left_out)) => {
                ValueSet::AllBut(left_out.iter().filter(|value| !set.contains(value)).cloned().collect())
            }
            _ => ValueSet::none(),
        }
    }

    /// The values between two ends.
    pub(super) fn between(interval: &Interval, cell_type: &CellType) -> Self {
        let bound = |closed: bool, value: &Value| if closed { Bound::Included(value.clone()) } else { Bound::Excluded(value.clone()) };
        let range = Range { low: bound(interval.low_closed, &interval.low), high: bound(interval.high_closed, &interval.high) };
        ValueSet::of_ranges(vec![range], cell_type)
    }

    /// The values that stand so to another; numbers are given as decimals.
    #[must_use]
    pub fn comparing(comparison: Comparison, operand: &Value, cell_type: &CellType) -> Self {
        let value = || operand.clone();
        let (low, high) = match comparison {
            Comparison::Equal if cell_type.has_order() => (Bound::Included(value()), Bound::Included(value())),
            Comparison::Equal => return ValueSet::none().union(&ValueSet::Only(vec![value()]), cell_type),
            Comparison::NotEqual => return ValueSet::comparing(Comparison::Equal, operand, cell_type).complement(cell_type),
            Comparison::Below => (Bound::Unbounded, Bound::Excluded(value())),
            Comparison::AtMost => (Bound::Unbounded, Bound::Included(value())),
            Comparison::Above => (Bound::Excluded(value()), Bound::Unbounded),
            Comparison::AtLeast => (Bound::Included(value()), Bound::Unbounded),
        };
        ValueSet::of_ranges(vec![Range { low, high }], cell_type)
    }

    /// Exactly some values.
    #[must_use]
    pub fn listing(mut values: Vec<Value>, cell_type: &CellType) -> Self {
        values.sort_by(in_order);
        values.dedup();
        if cell_type.has_order() {
            let one = |value: Value| Range { low: Bound::Included(value.clone()), high: Bound::Included(value) };
            return ValueSet::of_ranges(values.into_iter().map(one).collect(), cell_type);
        }
        match members(cell_type) {
            Some(members) => ValueSet::Only(members.into_iter().filter(|member| values.contains(member)).collect()),
            None => ValueSet::Only(values),
        }
    }

    pub(super) fn ranges(&self) -> &[Range] {
        match self {
            ValueSet::Ranges(ranges) => ranges,
            _ => &[],
        }
    }

    /// The canonical set: bounds moved to values, empty ranges dropped, the rest in order and joined where nothing lies between.
    pub(super) fn of_ranges(ranges: Vec<Range>, cell_type: &CellType) -> Self {
        let settled = ranges.into_iter().map(|range| range.settle(cell_type));
        let mut ranges: Vec<Range> = settled.filter(|range| !range.is_empty()).collect();
        ranges.sort_by(|a, b| a.low_order(b));
        let mut joined: Vec<Range> = Vec::with_capacity(ranges.len());
        for range in ranges {
            match joined.last_mut() {
                Some(last) if last.reaches(&range, cell_type) => {
                    if last.ends_before(&range) {
                        last.high = range.high;
                    }
                }
                _ => joined.push(range),
            }
        }
        if joined.is_empty() { ValueSet::none() } else { ValueSet::Ranges(joined) }
    }
}

impl Range {
    /// Whether a value lies in the range.
    #[must_use]
    pub fn contains(&self, value: &Value) -> bool {
        let above = match &self.low {
            Bound::Unbounded => true,
            Bound::Included(low) => in_order(low, value).is_le(),
            Bound::Excluded(low) => in_order(low, value).is_lt(),
        };
        above
            && match &self.high {
                Bound::Unbounded => true,
                Bound::Included(high) => in_order(value, high).is_le(),
                Bound::Excluded(high) => in_order(value, high).is_lt(),
            }
    }

    /// An end of the range where one belongs to it, else a value between its ends.
    fn example(&self, cell_type: &CellType) -> Option<Value> {
        match (&self.low, &self.high) {
            (Bound::Included(value), _) => Some(value.clone()),
            (_, Bound::Included(value)) => Some(value.clone()),
            (Bound::Unbounded, Bound::Unbounded) => start(cell_type),
            (Bound::Unbounded, Bound::Excluded(value)) => beside(value, -1),
            (Bound::Excluded(value), Bound::Unbounded) => beside(value, 1),
            (Bound::Excluded(low), Bound::Excluded(high)) => between(low, high),
        }
        .filter(|value| self.contains(value))
    }

    /// The upper end where it belongs to the range, else a value near it.
    fn last_example(&self) -> Option<Value> {
        match (&self.low, &self.high) {
            (_, Bound::Included(value)) => Some(value.clone()),
            (_, Bound::Excluded(value)) => beside(value, -1),
            (Bound::Included(value) | Bound::Excluded(value), Bound::Unbounded) => beside(value, 2),
            (Bound::Unbounded, Bound::Unbounded) => None,
        }
        .filter(|value| self.contains(value))
    }

    fn settle(self, cell_type: &CellType) -> Self {
        Self { low: settle_bound(self.low, cell_type, 1), high: settle_bound(self.high, cell_type, -1) }
    }

    pub(super) fn is_empty(&self) -> bool {
        match (&self.low, &self.high) {
            (Bound::Unbounded, _) | (_, Bound::Unbounded) => false,
            (Bound::Included(low), Bound::Included(high)) => in_order(low, high).is_gt(),
            (Bound::Included(low) | Bound::Excluded(low), Bound::Included(high) | Bound::Excluded(high)) => in_order(low, high).is_ge(),
        }
    }

    pub(super) fn low_order(&self, other: &Range) -> Ordering {
        match (&self.low, &other.low) {
            (Bound::Unbounded, Bound::Unbounded) => Ordering::Equal,
            (Bound::Unbounded, _) => Ordering::Less,
            (_, Bound::Unbounded) => Ordering::Greater,
            (Bound::Included(a), Bound::Excluded(b)) => in_order(a, b).then(Ordering::Less),
            (Bound::Excluded(a), Bound::Included(b)) => in_order(a, b).then(Ordering::Greater),
            (Bound::Included(a) | Bound::Excluded(a), Bound::Included(b) | Bound::Excluded(b)) => in_order(a, b),
        }
    }

    pub(super) fn ends_before(&self, other: &Range) -> bool {
        match (&self.high, &other.high) {
            (Bound::Unbounded, _) => false,
            (_, Bound::Unbounded) => true,
            (Bound::Excluded(a), Bound::Included(b)) => in_order(a, b).is_le(),
            (Bound::Included(a) | Bound::Excluded(a), Bound::Included(b) | Bound::Excluded(b)) => in_order(a, b).is_lt(),
        }
    }

    /// Whether no value lies between this range and one that does not begin before it.
    fn reaches(&self, next: &Range, cell_type: &CellType) -> bool {
        match (&self.high, &next.low) {
            (Bound::Unbounded, _) | (_, Bound::Unbounded) => true,
            (Bound::Excluded(high), Bound::Excluded(low)) => in_order(high, low).is_gt(),
            (Bound::Included(high), Bound::Included(low)) => {
                in_order(high, low).is_ge() || step(high, cell_type, 1).is_some_and(|after| in_order(&after, low).is_ge())
            }
            (Bound::Included(high) | Bound::Excluded(high), Bound::Included(low) | Bound::Excluded(low)) => in_order(high, low).is_ge(),
        }
    }
}

/// What lies before, between and after ranges in canonical form.
fn gaps(ranges: &[Range]) -> Vec<Range> {
    let mut gaps = Vec::with_capacity(ranges.len() + 1);
    let mut low = Some(Bound::Unbounded);
    for range in ranges {
        if let (Some(low), Some(high)) = (low.take(), beyond(&range.low)) {
            gaps.push(Range { low, high });
        }
        low = beyond(&range.high);
    }
    gaps.extend(low.map(|low| Range { low, high: Bound::Unbounded }));
    gaps
}

fn beyond(bound: &Bound<Value>) -> Option<Bound<Value>> {
    match bound {
        Bound::Unbounded => None,
        Bound::Included(value) => Some(Bound::Excluded(value.clone())),
        Bound::Excluded(value) => Some(Bound::Included(value.clone())),
    }
}

/// Moves a bound inwards to a value that the type can have; `inwards` is 1 for a lower bound and -1 for an upper one.
fn settle_bound(bound: Bound<Value>, cell_type: &CellType, inwards: i64) -> Bound<Value> {
    let whole = |value: Value| match (cell_type, value) {
        (CellType::Int, Value::Decimal(number)) if inwards > 0 => Value::Decimal(number.ceil()),
        (CellType::Int, Value::Decimal(number)) => Value::Decimal(number.floor()),
        (_, value) => value,
    };
    match bound {
        Bound::Included(value) => Bound::Included(whole(value)),
        Bound::Excluded(value) => {
            let settled = whole(value.clone());
            if settled.same(&value) != Ok(true) {
                return Bound::Included(settled);
            }
            step(&value, cell_type, inwards).map_or(Bound::Excluded(value), Bound::Included)
        }
        Bound::Unbounded => Bound::Unbounded,
    }
}

/// The neighbour of a value, where the type has neighbours and the value is not the last one.
fn step(value: &Value, cell_type: &CellType, by: i64) -> Option<Value> {
    match (cell_type, value) {
        (CellType::Int, Value::Decimal(number)) => number.checked_add(Decimal::from(by)).map(Value::Decimal),
        (CellType::Date, Value::Date(day)) => if by > 0 { day.succ_opt() } else { day.pred_opt() }.map(Value::Date),
        (CellType::Duration, Value::Duration(span)) => {
            span.seconds().checked_add(by).map(|seconds| Value::Duration(Duration::from_seconds(seconds)))
        }
        _ => None,
    }
}

/// A value of a type with an order, for a range without ends.
fn start(cell_type: &CellType) -> Option<Value> {
    let day = chrono::NaiveDate::from_ymd_opt(2026, 1, 1)?;
    Some(match cell_type {
        CellType::Date => Value::Date(day),
        CellType::DateTime => Value::DateTime(day.and_hms_opt(0, 0, 0)?.and_utc().fixed_offset()),
        CellType::Duration => Value::Duration(Duration::from_seconds(0)),
        _ => Value::Decimal(Decimal::ZERO),
    })
}

/// A value a little further in a direction.
fn beside(value: &Value, by: i64) -> Option<Value> {
    Some(match value {
        Value::DateTime(moment) => Value::DateTime(moment.checked_add_signed(chrono::TimeDelta::hours(by))?),
        Value::Int(_) | Value::Decimal(_) => Value::Decimal(value.number()?.checked_add(Decimal::from(by))?.normalize()),
        Value::Date(_) => step(value, &CellType::Date, by)?,
        Value::Duration(_) => step(value, &CellType::Duration, by)?,
        _ => return None,
    })
}

/// A value between two others, with as few digits as it needs.
fn between(low: &Value, high: &Value) -> Option<Value> {
    if let (Value::DateTime(low), Value::DateTime(high)) = (low, high) {
        return Some(Value::DateTime(low.checked_add_signed(high.signed_duration_since(*low) / 2)?));
    }
    let (low, high) = (low.number()?, high.number()?);
    let middle = low.checked_add(high.checked_sub(low)?.checked_div(Decimal::TWO)?)?;
    let short = (0..=middle.scale()).map(|digits| middle.round_dp(digits)).find(|short| low < *short && *short < high);
    Some(Value::Decimal(short.unwrap_or(middle).normalize()))
}

/// All values of a type that has few of them.
fn members(cell_type: &CellType) -> Option<Vec<Value>> {
    match cell_type {
        CellType::Bool => Some(vec![Value::Bool(false), Value::Bool(true)]),
        CellType::Enum(values) => Some(values.iter().map(|value| Value::Text(Arc::clone(value))).collect()),
        _ => None,
    }
}

/// Values of one column are of one kind and have an order, or are the same to whoever asks.
fn in_order(a: &Value, b: &Value) -> Ordering {
    a.order(b).unwrap_or(Ordering::Equal)
}
