//! Proofs about a workflow net: whether every case can end, properly, without a dead outcome and without entering a stage twice.
//!
//! It must not know texts or findings, nor ask what rules say: any outcome of a gate may come whenever its stages are active.

mod net;
mod reach;
mod reduce;
mod rules;
mod search;
mod stubborn;
mod verdict;

pub use reach::can_reach;
pub use verdict::{MARKINGS, Verdict, Violation, Way, prove};
