//! The functions of [`super::builtins`], as far as the rule language does not bring them itself.
//!
//! It must not read a clock or a file: dates come from the record, today from the frame.

use super::dynamic::{View, kind, to_dynamic, to_value};
use super::fault::{FaultKind, Signal};
use super::frame::{Asked, Frame, Known};
use crate::record::{Duration, Field, FieldType, Reading, Value, decimal_sum, value_from_text};
use chrono::{DateTime, Datelike, FixedOffset, NaiveDate};
use rhai::{Array, Dynamic, Engine, EvalAltResult, INT, ImmutableString, NativeCallContext};
use rust_decimal::{Decimal, RoundingStrategy};
use std::cmp::Ordering;

type Answer<T> = Result<T, Box<EvalAltResult>>;

/// Registers every function.
pub(super) fn register(engine: &mut Engine) {
    engine.register_fn("has", |value: Dynamic| match value.read_lock::<View>() {
        Some(view) => !view.object.is_blank(),
        None => !value.is_unit(),
    });
    numbers(engine);
    texts(engine);
    times(engine);
    results(engine);
}

fn numbers(engine: &mut Engine) {
    engine.register_fn("abs", |context: NativeCallContext, value: INT| {
        value.checked_abs().ok_or_else(|| Signal::fault(FaultKind::Arithmetic, "the number is too large to be exact").at(&context))
    });
    engine.register_fn("abs", |value: Decimal| value.abs());
    for (name, wanted) in [("min", Ordering::Less), ("max", Ordering::Greater)] {
        engine.register_fn(name, move |context: NativeCallContext, a: Dynamic, b: Dynamic| extreme(&context, name, wanted, a, b));
    }
    engine.register_fn("floor", |value: INT| value);
    engine.register_fn("ceiling", |value: INT| value);
    engine.register_fn("round", |value: INT| value);
    engine.register_fn("round", |value: INT, _digits: INT| value);
    engine.register_fn("round", |value: Decimal| value.round_dp_with_strategy(0, RoundingStrategy::MidpointAwayFromZero));
    engine.register_fn("round", |context: NativeCallContext, value: Decimal, digits: INT| {
        let digits = u32::try_from(digits).ok().filter(|digits| *digits <= 28);
        digits
            .map(|digits| value.round_dp_with_strategy(digits, RoundingStrategy::MidpointAwayFromZero))
            .ok_or_else(|| Signal::fault(FaultKind::Arithmetic, "digits are a whole number from 0 to 28").at(&context))
    });
    engine
        .register_fn("to_int", |context: NativeCallContext, value: Dynamic| converted(&context, &value, FieldType::Int, "a whole number"));
    engine.register_fn("to_decimal", |context: NativeCallContext, value: Dynamic| {
        converted(&context, &value, FieldType::Decimal, "a number")
    });
    engine.register_fn("sum", |context: NativeCallContext, list: Array| sum(&context, &list));
}

fn extreme(context: &NativeCallContext, name: &str, wanted: Ordering, a: Dynamic, b: Dynamic) -> Answer<Dynamic> {
    if a.is_unit() || b.is_unit() {
        return Err(Signal::Nothing(format!("`{name}` was called on nothing")).at(context));
    }
    let order = to_value(&a).zip(to_value(&b)).and_then(|(a, b)| a.order(&b).ok());
    match order {
        Some(order) if order == wanted || order == Ordering::Equal => Ok(a),
        Some(_) => Ok(b),
        None => Err(Signal::fault(FaultKind::Unlike, format!("`{name}` cannot compare {} with {}", kind(&a), kind(&b))).at(context)),
    }
}

fn sum(context: &NativeCallContext, list: &Array) -> Answer<Dynamic> {
    let mut total = Value::Int(0);
    for item in list {
        let number = match to_value(item) {
            Some(value @ (Value::Int(_) | Value::Decimal(_))) => value,
            _ => return Err(Signal::fault(FaultKind::Unlike, format!("`sum` needs numbers, not {}", kind(item))).at(context)),
        };
        let next = match (&total, &number) {
            (Value::Int(a), Value::Int(b)) => a.checked_add(*b).map(Value::Int),
            _ => total.number().zip(number.number()).and_then(|(a, b)| decimal_sum(a, b)).map(Value::Decimal),
        };
        total = next.ok_or_else(|| Signal::fault(FaultKind::Arithmetic, "the sum is too large to be exact").at(context))?;
    }
    Ok(to_dynamic(&total, ""))
}

/// Texts and numbers as a number, by the rules by which records are read.
fn converted(context: &NativeCallContext, value: &Dynamic, wanted: FieldType, words: &str) -> Answer<Dynamic> {
    if value.is_unit() {
        return Err(Signal::Nothing("there is no value to convert".to_owned()).at(context));
    }
    let text = to_value(value).map(|value| value.to_string()).unwrap_or_default();
    parsed(context, &text, wanted, words)
}

fn parsed(context: &NativeCallContext, text: &str, wanted: FieldType, words: &str) -> Answer<Dynamic> {
    match value_from_text(text, &Field::new(wanted), &Reading::default()) {
        Ok(Some(value)) => Ok(to_dynamic(&value, "")),
        _ => Err(Signal::fault(FaultKind::Other, format!("`{text}` is not {words}")).at(context)),
    }
}

fn texts(engine: &mut Engine) {
    for name in ["to_text", "to_string"] {
        engine.register_fn(name, |context: NativeCallContext, value: Dynamic| match to_value(&value) {
            Some(value) => Ok(ImmutableString::from(value.to_string())),
            None if value.is_unit() => Err(Signal::Nothing("there is no value to write as a text".to_owned()).at(&context)),
            None => Err(Signal::fault(FaultKind::Unlike, format!("a {} has no text", kind(&value))).at(&context)),
        });
    }
    engine.register_fn("len", |text: &str| text.chars().count() as INT);
    engine.register_fn("is_empty", |text: &str| text.is_empty());
    engine.register_fn("trim", |text: &str| ImmutableString::from(text.trim()));
    engine.register_fn("to_upper", |text: &str| ImmutableString::from(text.to_uppercase()));
    engine.register_fn("to_lower", |text: &str| ImmutableString::from(text.to_lowercase()));
    engine.register_fn("contains", |text: &str, part: &str| text.contains(part));
    engine.register_fn("starts_with", |text: &str, part: &str| text.starts_with(part));
    engine.register_fn("ends_with", |text: &str, part: &str| text.ends_with(part));
    engine.register_fn("index_of", |text: &str, part: &str| {
        text.find(part).and_then(|at| text.get(..at)).map_or(-1, |before| before.chars().count() as INT)
    });
    engine.register_fn("split", |text: &str, separator: &str| -> Array {
        text.split(separator).map(|part| Dynamic::from(ImmutableString::from(part))).collect()
    });
    engine.register_fn("sub_string", |text: &str, start: INT| part_of(text, start, INT::MAX));
    engine.register_fn("sub_string", |text: &str, start: INT, length: INT| part_of(text, start, length));
}

/// The characters of a text from `start` on; what lies outside is left out.
fn part_of(text: &str, start: INT, length: INT) -> ImmutableString {
    let start = usize::try_from(start).unwrap_or(0);
    let length = usize::try_from(length).unwrap_or(0);
    text.chars().skip(start).take(length).collect::<String>().into()
}

fn times(engine: &mut Engine) {
    engine.register_fn("date", |context: NativeCallContext, text: &str| parsed(&context, text, FieldType::Date, "a date"));
    engine.register_fn("datetime", |context: NativeCallContext, text: &str| parsed(&context, text, FieldType::DateTime, "a moment"));
    engine.register_fn("duration", |context: NativeCallContext, text: &str| parsed(&context, text, FieldType::Duration, "a span of time"));
    engine.register_fn("days", |count: INT| Duration::from_days(count));
    engine.register_fn("hours", |count: INT| Duration::from_seconds(count.saturating_mul(3_600)));
    engine.register_fn("in_days", |span: Duration| span.seconds() / 86_400);
    engine.register_fn("in_hours", |span: Duration| span.seconds() / 3_600);
    engine.register_fn("date_of", |moment: DateTime<FixedOffset>| moment.date_naive());
    engine.register_fn("date_of", |date: NaiveDate| date);
    engine.register_fn("year", |date: NaiveDate| INT::from(date.year()));
    engine.register_fn("month", |date: NaiveDate| INT::from(date.month()));
    engine.register_fn("day", |date: NaiveDate| INT::from(date.day()));
    engine.register_fn("weekday", |date: NaiveDate| INT::from(date.weekday().number_from_monday()));
    engine.register_fn("year", |moment: DateTime<FixedOffset>| INT::from(moment.year()));
    engine.register_fn("month", |moment: DateTime<FixedOffset>| INT::from(moment.month()));
    engine.register_fn("day", |moment: DateTime<FixedOffset>| INT::from(moment.day()));
    engine.register_fn("weekday", |moment: DateTime<FixedOffset>| INT::from(moment.weekday().number_from_monday()));
    engine.register_fn("days_between", |from: NaiveDate, to: NaiveDate| to.signed_duration_since(from).num_days());
    engine.register_fn("working_days_between", |context: NativeCallContext, from: NaiveDate, to: NaiveDate| {
        frame(&context).map(|frame| frame.bindings().calendar.working_days_between(from, to))
    });
    engine.register_fn("working_days_after", |context: NativeCallContext, from: NaiveDate, count: INT| -> Answer<NaiveDate> {
        let found = frame(&context)?.bindings().calendar.working_days_after(from, count);
        found.map_err(|error| Signal::fault(FaultKind::Other, error.to_string()).at(&context))
    });
    engine.register_fn("is_working_day", |context: NativeCallContext, date: NaiveDate| {
        frame(&context).map(|frame| frame.bindings().calendar.is_working_day(date))
    });
}

fn results(engine: &mut Engine) {
    for (name, asked) in [("score", Asked::Score), ("grade", Asked::Grade), ("table", Asked::Table)] {
        engine.register_fn(name, move |context: NativeCallContext, of: &str| -> Answer<Dynamic> {
            let frame = frame(&context)?;
            match frame.known(asked, of) {
                Some(Known::Value(value)) => {
                    let path = format!("{name}(\"{of}\")");
                    if let Some(value) = &value {
                        frame.saw(&path, Some(value));
                    }
                    Ok(value.map_or(Dynamic::UNIT, |value| to_dynamic(&value, &path)))
                }
                Some(Known::Missing(paths)) => Err(Signal::Missing(paths).at(&context)),
                Some(Known::Fault(fault)) => Err(Signal::fault(fault.kind, fault.message).at(&context)),
                None => Err(Signal::fault(FaultKind::NotFound, format!("there is no `{of}` to ask for a {name}")).at(&context)),
            }
        });
    }
    engine.register_fn("children", |context: NativeCallContext, of: &str| -> Answer<Array> {
        let frame = frame(&context)?;
        let found = frame.bindings().children.get(of);
        Ok(found.map_or_else(Array::new, |children| {
            children.iter().enumerate().map(|(index, child)| to_dynamic(child, &format!("{of}[{index}]"))).collect()
        }))
    });
}

fn frame(context: &NativeCallContext) -> Answer<Frame> {
    Frame::of(context).ok_or_else(|| Signal::fault(FaultKind::Other, "the function needs a record under evaluation").at(context))
}
