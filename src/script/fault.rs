//! Why a rule has no answer: a value was missing, or the rule broke.
//!
//! It must not turn either into `false`.

use crate::names::FieldPath;
use crate::source::Span;
use rhai::{Dynamic, EvalAltResult, NativeCallContext, Position};
use std::fmt;

/// How a rule broke.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum FaultKind {
    /// Values of kinds that do not go together.
    Unlike,
    /// Overflow, division by zero, a date out of range.
    Arithmetic,
    /// A limit of work or size was reached.
    Limit,
    /// A function or field that does not exist, called with such values.
    NotFound,
    /// An index outside of a list or text.
    Bounds,
    /// The rule threw.
    Thrown,
    /// The answer is of a kind that the place cannot use.
    Result,
    /// Anything else.
    Other,
}

/// A rule that broke: how, why and where. A fault is never an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// How it broke.
    pub kind: FaultKind,
    /// Why, in one line.
    pub message: String,
    /// Where in the user's files.
    pub span: Option<Span>,
}

/// What travels through the rule language as an error until the rule is left.
#[derive(Debug, Clone)]
pub(super) enum Signal {
    /// Values were read that are missing.
    Missing(Vec<FieldPath>),
    /// An operator met `()`, which a guarded read of a missing field leaves behind.
    Nothing(String),
    /// The rule broke.
    Fault(FaultKind, String),
}

impl Signal {
    pub(super) fn fault(kind: FaultKind, message: impl Into<String>) -> Self {
        Self::Fault(kind, message.into())
    }

    pub(super) fn at(self, context: &NativeCallContext) -> Box<EvalAltResult> {
        Box::new(EvalAltResult::ErrorRuntime(Dynamic::from(self), context.call_position()))
    }
}

/// What an error of the rule language means, and where it arose. `missing` says which guarded reads found nothing.
pub(super) fn interpret(error: &EvalAltResult) -> (Signal, Position) {
    let position = error.position();
    let fault = |kind, message: String| (Signal::Fault(kind, message), position);
    match error {
        EvalAltResult::ErrorInFunctionCall(_, _, inner, outer) => {
            let (signal, inner_position) = interpret(inner);
            (signal, if inner_position.is_none() { *outer } else { inner_position })
        }
        EvalAltResult::ErrorRuntime(value, _) => match value.read_lock::<Signal>() {
            Some(signal) => (signal.clone(), position),
            None => {
                fault(FaultKind::Thrown, if value.is_unit() { "the rule threw".to_owned() } else { format!("the rule threw: {value}") })
            }
        },
        EvalAltResult::ErrorTooManyOperations(_) => {
            fault(FaultKind::Limit, format!("stopped after {} operations", super::engine::MAX_OPERATIONS))
        }
        EvalAltResult::ErrorStackOverflow(_) => fault(FaultKind::Limit, "functions call each other too deeply".to_owned()),
        EvalAltResult::ErrorDataTooLarge(what, _) => fault(FaultKind::Limit, format!("a {} grew too large", large(what))),
        EvalAltResult::ErrorTooManyVariables(_) => fault(FaultKind::Limit, "too many variables".to_owned()),
        EvalAltResult::ErrorFunctionNotFound(signature, _) => {
            // The signature lists the kinds of the arguments, and `()` among them is a value that is not there.
            if signature.split_once('(').is_some_and(|(_, arguments)| arguments.contains("()")) {
                (Signal::Nothing(format!("`{}` was called on nothing", name_of(signature))), position)
            } else {
                fault(FaultKind::NotFound, format!("there is no function `{}` for these values", name_of(signature)))
            }
        }
        EvalAltResult::ErrorVariableNotFound(name, _) => fault(FaultKind::NotFound, format!("there is no variable `{name}`")),
        EvalAltResult::ErrorPropertyNotFound(name, _) => fault(FaultKind::NotFound, format!("there is no field `{name}`")),
        EvalAltResult::ErrorDotExpr(..) => {
            fault(FaultKind::NotFound, "the value has no such field, or a record would be changed".to_owned())
        }
        EvalAltResult::ErrorIndexingType(..) => fault(FaultKind::NotFound, "the value cannot be indexed this way".to_owned()),
        EvalAltResult::ErrorArrayBounds(length, index, _) | EvalAltResult::ErrorStringBounds(length, index, _) => {
            fault(FaultKind::Bounds, format!("index {index} is outside of a length of {length}"))
        }
        EvalAltResult::ErrorMismatchDataType(wanted, found, _) if found == "()" => {
            (Signal::Nothing(format!("a {} is needed here, but there is no value", plain(wanted))), position)
        }
        EvalAltResult::ErrorMismatchDataType(wanted, found, _) => {
            fault(FaultKind::Unlike, format!("a {} is needed here, not a {}", plain(wanted), plain(found)))
        }
        EvalAltResult::ErrorDataRace(..) => {
            let message = "a closure reads the list that is gone through; give what it needs of it a name before, with `let`";
            fault(FaultKind::Other, message.to_owned())
        }
        EvalAltResult::ErrorFor(_) => fault(FaultKind::Unlike, "`for` needs a list".to_owned()),
        EvalAltResult::ErrorArithmetic(message, _) => fault(FaultKind::Arithmetic, message.to_lowercase()),
        EvalAltResult::ErrorAssignmentToConstant(name, _) => fault(FaultKind::Other, format!("`{name}` cannot be changed")),
        _ => fault(FaultKind::Other, "the rule could not be evaluated".to_owned()),
    }
}

/// The word for what an error says has grown: `Length of string`, `Size of array`.
fn large(what: &str) -> &'static str {
    let lowered = what.to_lowercase();
    if lowered.contains("string") {
        "text"
    } else if lowered.contains("array") {
        "list"
    } else {
        "map"
    }
}

fn name_of(signature: &str) -> &str {
    signature.split([' ', '(']).next().unwrap_or(signature)
}

/// The rule language's word for a kind of value, as ours.
fn plain(kind: &str) -> &str {
    match kind {
        "i64" => "int",
        "string" | "&str" | "char" => "text",
        "array" => "list",
        "()" => "nothing",
        "Fn" => "function",
        other => other.rsplit("::").next().unwrap_or(other),
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}
