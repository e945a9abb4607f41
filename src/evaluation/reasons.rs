//! Why a rule answered as it did, part by part.
//!
//! It must not be called for every record: it runs the parts of a rule again, one by one.

use super::Subject;
use super::evaluator::Evaluator;
use crate::script::{Proof, RuleId};
use crate::workflow::Workflow;
use chrono::{DateTime, Utc};

/// What can be told about a rule's answer.
pub type Reason = Proof;

/// Takes a rule apart for a record: each part's value, and what would have to change.
#[must_use]
pub fn reason_proof(workflow: &Workflow, subject: &Subject, now: DateTime<Utc>, rule: RuleId) -> Option<Reason> {
    let mut evaluator = Evaluator::new(workflow, subject, now);
    let _ = evaluator.answer(rule);
    workflow.rules().prove(rule, &evaluator.frame)
}
