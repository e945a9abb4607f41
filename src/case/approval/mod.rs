//! Approvals while they are decided: who may decide, what counts, and what has come of it. One semantics for all of them.
//!
//! It must not know workflows, records, clocks or stores: a [`Plan`] is fixed when a case is brought to its gate, what people do is a list of
//! [`Act`]s in the order of the history, and everything else follows from the two.

mod act;
mod delegation;
mod denied;
mod ledger;
mod plan;
mod reopen;
mod rights;
mod ring;
mod standing;
mod step;
mod tally;

pub use act::{Act, Added, Choice, Decision, Place, Transferred};
pub use delegation::Delegation;
pub use denied::Denied;
pub use plan::{Barred, Plan, Seat, StepPlan, Submission, Unplanned, Why};
pub use reopen::{is_same, reopened};
pub use ring::{Ring, ring};
pub use standing::{Capacity, Cast, Impasse, MayVote, Ruling, Standing, StepStanding, StepState, admit, standing};

#[cfg(test)]
mod tests;
