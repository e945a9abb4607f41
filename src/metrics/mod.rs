//! How cases went, in numbers: conversion, cycle times, what is open and overdue, owners, approvers. Made of events, exactly.
//!
//! It must not read clocks, or estimate: every number is a count, or one of the times that were counted.
//!
//! # What is counted
//! Everything is counted by when it began: a case by its start, a visit to a stage by its entry, a vote by when somebody was asked. A
//! period takes in what began within it, and follows it up to its end; what happened later is not looked at. What is open, waits or is
//! overdue is so at the end of the period, whenever it began.

mod asked;
mod measured;
mod report;
mod spans;
mod sums;
mod walk;

pub use measured::{MeasureError, Measured};
pub use report::{Approver, Conversion, Counted, Exit, OpenVisits, Owner, Report, ResultCount, StageReport, WorkflowReport};
pub use spans::{Spread, Times};
pub use walk::{History, Measures, Period};
