//! The meaning of the operators: exact numbers, and no answer where two values cannot be compared.
//!
//! It must not fall back to the rule language's own operators, which answer `false` for a comparison of unlike values.

use super::dynamic::{kind, to_dynamic, to_value};
use super::fault::{FaultKind, Signal};
use crate::record::{Duration, Value, decimal_product, decimal_sum};
use rhai::{Dynamic, Engine, EvalAltResult, NativeCallContext};
use rust_decimal::Decimal;
use std::cmp::Ordering;

/// The operators with two operands that have a meaning.
pub(super) const BINARY: &[&str] = &["==", "!=", "<", "<=", ">", ">=", "+", "-", "*", "/", "%", "**"];

type Answer = Result<Dynamic, Box<EvalAltResult>>;

/// Puts our operators in the place of the rule language's own.
pub(super) fn register(engine: &mut Engine) {
    for name in BINARY {
        engine.register_fn(*name, move |context: NativeCallContext, left: Dynamic, right: Dynamic| -> Answer {
            binary(name, &left, &right).map_err(|signal| signal.at(&context))
        });
        if matches!(*name, "+" | "-" | "*" | "/" | "%" | "**") {
            engine.register_fn(format!("{name}="), move |context: NativeCallContext, left: &mut Dynamic, right: Dynamic| {
                *left = binary(name, left, &right).map_err(|signal| signal.at(&context))?;
                Ok::<(), Box<EvalAltResult>>(())
            });
        }
    }
    for name in ["!", "-", "+"] {
        engine.register_fn(name, move |context: NativeCallContext, operand: Dynamic| -> Answer {
            unary(name, &operand).map_err(|signal| signal.at(&context))
        });
    }
}

/// What an operator with two operands answers.
fn binary(operator: &'static str, left: &Dynamic, right: &Dynamic) -> Result<Dynamic, Signal> {
    if left.is_unit() || right.is_unit() {
        return Err(Signal::Nothing(format!("`{operator}` has no value on its {} side", if left.is_unit() { "left" } else { "right" })));
    }
    let unlike = || Signal::fault(FaultKind::Unlike, unlike_message(operator, kind(left), kind(right)));
    let (Some(left), Some(right)) = (to_value(left), to_value(right)) else { return Err(unlike()) };
    let ordering = |wanted: fn(Ordering) -> bool| left.order(&right).map(|order| Dynamic::from_bool(wanted(order))).map_err(|_| unlike());
    match operator {
        "==" => left.same(&right).map(Dynamic::from_bool).map_err(|_| unlike()),
        "!=" => left.same(&right).map(|same| Dynamic::from_bool(!same)).map_err(|_| unlike()),
        "<" => ordering(Ordering::is_lt),
        "<=" => ordering(Ordering::is_le),
        ">" => ordering(Ordering::is_gt),
        ">=" => ordering(Ordering::is_ge),
        _ => arithmetic(operator, &left, &right).map(|value| to_dynamic(&value, "")),
    }
}

/// The message for two values that an operator cannot join.
pub(super) fn unlike_message(operator: &str, left: &str, right: &str) -> String {
    if matches!(operator, "==" | "!=" | "<" | "<=" | ">" | ">=") {
        if left == right { format!("values of kind {left} have no order") } else { format!("cannot compare {left} with {right}") }
    } else {
        format!("cannot apply `{operator}` to {left} and {right}")
    }
}

fn unary(operator: &'static str, operand: &Dynamic) -> Result<Dynamic, Signal> {
    if operand.is_unit() {
        return Err(Signal::Nothing(format!("`{operator}` has no value behind it")));
    }
    match (operator, to_value(operand)) {
        ("!", Some(Value::Bool(value))) => Ok(Dynamic::from_bool(!value)),
        ("-", Some(Value::Int(value))) => value.checked_neg().map(Dynamic::from_int).ok_or_else(overflow),
        ("-", Some(Value::Decimal(value))) => Ok(Dynamic::from_decimal(-value)),
        ("-", Some(Value::Duration(value))) => Ok(Dynamic::from(Duration::from_seconds(value.seconds().saturating_neg()))),
        ("+", Some(Value::Int(_) | Value::Decimal(_))) => Ok(operand.clone()),
        _ => Err(Signal::fault(FaultKind::Unlike, format!("cannot apply `{operator}` to {}", kind(operand)))),
    }
}

fn overflow() -> Signal {
    Signal::fault(FaultKind::Arithmetic, "the number has too many digits to be exact".to_owned())
}

/// `+ - * / % **`. Division is exact, not whole: `7 / 2` is `3.5`, and `6 / 2` is the whole number `3`.
/// What an operator of arithmetic gives.
pub(super) fn arithmetic(operator: &'static str, left: &Value, right: &Value) -> Result<Value, Signal> {
    match (left, right) {
        (Value::Int(a), Value::Int(b)) => whole(operator, *a, *b),
        (Value::Text(a), Value::Text(b)) if operator == "+" => Ok(Value::text(&format!("{a}{b}"))),
        (Value::List(a), Value::List(b)) if operator == "+" => Ok(Value::List(a.iter().chain(b.iter()).cloned().collect())),
        _ => match (left.number(), right.number()) {
            (Some(a), Some(b)) => decimal(operator, a, b).map(Value::Decimal),
            _ => time(operator, left, right)
                .ok_or_else(|| Signal::fault(FaultKind::Unlike, unlike_message(operator, left.kind(), right.kind())))?,
        },
    }
}

fn whole(operator: &'static str, a: i64, b: i64) -> Result<Value, Signal> {
    let zero = || Signal::fault(FaultKind::Arithmetic, "division by zero".to_owned());
    let result = match operator {
        "+" => a.checked_add(b),
        "-" => a.checked_sub(b),
        "*" => a.checked_mul(b),
        "/" | "%" if b == 0 => return Err(zero()),
        "%" => a.checked_rem(b),
        "/" => match a.checked_rem(b) {
            Some(0) => a.checked_div(b),
            _ => return decimal("/", Decimal::from(a), Decimal::from(b)).map(Value::Decimal),
        },
        _ if b < 0 => return decimal("**", Decimal::from(a), Decimal::from(b)).map(Value::Decimal),
        _ => u32::try_from(b).ok().and_then(|exponent| a.checked_pow(exponent)),
    };
    result.map(Value::Int).ok_or_else(overflow)
}

fn decimal(operator: &'static str, a: Decimal, b: Decimal) -> Result<Decimal, Signal> {
    let result = match operator {
        "+" => decimal_sum(a, b),
        "-" => decimal_sum(a, -b),
        "*" => decimal_product(a, b),
        "/" | "%" if b.is_zero() => return Err(Signal::fault(FaultKind::Arithmetic, "division by zero".to_owned())),
        "/" => a.checked_div(b).map(|quotient| quotient.normalize()),
        "%" => a.checked_rem(b),
        _ => return power(a, b),
    };
    result.ok_or_else(overflow)
}

/// Powers with a whole exponent of at most 1,000: more is never a business rule, and would only burn time.
fn power(base: Decimal, exponent: Decimal) -> Result<Decimal, Signal> {
    if !exponent.fract().is_zero() || exponent.abs() > Decimal::ONE_THOUSAND {
        return Err(Signal::fault(FaultKind::Arithmetic, "the exponent must be a whole number of at most 1000".to_owned()));
    }
    let mut result = Decimal::ONE;
    let mut left = exponent.abs();
    while left >= Decimal::ONE {
        result = decimal_product(result, base).ok_or_else(overflow)?;
        left -= Decimal::ONE;
    }
    if exponent.is_sign_negative() { decimal("/", Decimal::ONE, result) } else { Ok(result) }
}

/// Dates, moments and durations; `None` where the kinds do not go together.
fn time(operator: &'static str, left: &Value, right: &Value) -> Option<Result<Value, Signal>> {
    let far = || Signal::fault(FaultKind::Arithmetic, "the date is out of range".to_owned());
    let span = |duration: &Duration, sign: i64| chrono::TimeDelta::try_seconds(duration.seconds().saturating_mul(sign));
    let sign = match operator {
        "+" => 1,
        "-" => -1,
        "*" => {
            return match (left, right) {
                (Value::Duration(d), Value::Int(n)) | (Value::Int(n), Value::Duration(d)) => {
                    Some(d.seconds().checked_mul(*n).map(|s| Value::Duration(Duration::from_seconds(s))).ok_or_else(overflow))
                }
                _ => None,
            };
        }
        _ => return None,
    };
    Some(match (left, right) {
        (Value::Date(a), Value::Date(b)) if sign < 0 => {
            Ok(Value::Duration(Duration::from_seconds(a.signed_duration_since(*b).num_seconds())))
        }
        (Value::DateTime(a), Value::DateTime(b)) if sign < 0 => {
            Ok(Value::Duration(Duration::from_seconds(a.signed_duration_since(*b).num_seconds())))
        }
        (Value::Date(date), Value::Duration(d)) if d.seconds() % 86_400 == 0 => {
            span(d, sign).and_then(|delta| date.checked_add_signed(delta)).map(Value::Date).ok_or_else(far)
        }
        (Value::Date(_), Value::Duration(_)) => Err(Signal::fault(FaultKind::Arithmetic, "a date moves by whole days only".to_owned())),
        (Value::DateTime(moment), Value::Duration(d)) => {
            span(d, sign).and_then(|delta| moment.checked_add_signed(delta)).map(Value::DateTime).ok_or_else(far)
        }
        (Value::Duration(a), Value::Duration(b)) => b
            .seconds()
            .checked_mul(sign)
            .and_then(|b| a.seconds().checked_add(b))
            .map(|s| Value::Duration(Duration::from_seconds(s)))
            .ok_or_else(overflow),
        _ => return None,
    })
}
