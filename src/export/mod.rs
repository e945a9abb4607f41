//! The event log in the forms that other tools read: JSON Lines, CSV, XES for traces, OCEL for objects. One file for each.
//!
//! It must not open files or stores: events are handed in, and texts are handed back. It must not need a workflow: a log can be exported
//! when no program compiles its definitions any more.

pub mod csv;
pub mod jsonl;
pub mod ocel;
mod row;
mod tally;
mod write;
pub mod xes;

pub use row::{Places, Row};
pub use tally::Tally;
pub use write::{ExportError, Exported, Form};
