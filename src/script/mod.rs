//! Rules: expressions and functions in Rhai, parsed once, checked against the record types, run without side effects.
//!
//! It must not let the rule language's own types out: this is the only module that knows Rhai, and `lower` the only file that knows
//! its syntax tree.
//!
//! The semantics differ from plain Rhai on purpose. Reading a missing field makes a rule unknown at once, unless the read is guarded by
//! `??`, `?.` or `has(..)`; comparing unlike values is a fault and never `false`; numbers are exact, and `7 / 2` is `3.5`.

mod builtins;
mod check;
mod dynamic;
mod engine;
mod evaluate;
mod extent;
mod fault;
mod frame;
mod functions;
mod ignores;
mod labels;
pub mod logic;
mod lower;
mod mentions;
mod operators;
mod presence;
mod proof;
mod scan;
mod syntax;
mod unit;

#[cfg(test)]
mod tests;

pub use builtins::{BUILTINS, Builtin, Gives, Takes, builtin};
pub use check::{Environment, Expected, Used, check};
pub use evaluate::{Answer, ITEM, MAX_LINES, Rules};
pub use fault::{Fault, FaultKind};
pub use frame::{Asked, Bindings, Frame, Known, Read};
pub use ignores::script_ignores;
pub use presence::{AskedHere, Demand, Known as KnownFields, Presence, ReadField, Root, Shapes};
pub use proof::{Proof, Wanted};
pub use scan::normalised;
pub use unit::{RuleId, Unit};
