//! Cases: records travelling through a workflow, by commands that are decided into events, and a state that events evolve.
//!
//! It must not read clocks, files or stores: an occasion is handed in, and events are handed back.

pub mod approval;
mod clocks;
mod command;
mod decide;
mod event;
mod evolve;
mod leading;
mod refusal;
mod state;
mod subject;
mod timers;
mod waiting;

pub use clocks::stands_still;
pub use command::{Command, Occasion};
pub use decide::decide;
pub use event::{Actor, Birth, Condition, Decided, Event, Happened, How, Obligation, Replan, Return, Started};
#[cfg(feature = "cli")]
pub(crate) use evolve::set_field;
pub use evolve::{HistoryError, begin, evolve, replay};
pub use leading::leads;
pub use refusal::{Reason, Refusal};
pub use state::{CaseState, Child, End, Hold, Submission, Visit};
pub use subject::whole;
pub use timers::{Timer, What, timers};
pub use waiting::{Asked, Task, Waiting, next_moment, waiting};
