//! What is told of an outcome: where it leads, and what it would set going.
//!
//! It must not say whether its gate opens.

use super::{Holders, Missing};
use crate::calendar::Term;
use crate::names::{EventName, FieldPath, ObligationId, OutcomeId, RecordName, StageId, WorkflowId};
use crate::record::{FieldFinding, Value};
use crate::script::Fault;

/// An outcome and where it leads.
#[derive(Debug, Clone, PartialEq)]
pub struct OutcomeReport {
    /// The outcome.
    pub outcome: OutcomeId,
    /// The stages that it leads to; those of the gate where the case stays.
    pub to: Vec<StageId>,
    /// What is missing at an end that it leads to.
    pub missing: Missing,
    /// Cases of other workflows that it would start.
    pub spawns: Vec<SpawnReport>,
    /// Events that others would be told of.
    pub emits: Vec<EventName>,
    /// What would be owed afterwards.
    pub obligations: Vec<ObligationReport>,
}

/// An obligation that an outcome leaves open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObligationReport {
    /// The obligation.
    pub obligation: ObligationId,
    /// Who owes it.
    pub holders: Option<Holders>,
    /// How long that may take.
    pub within: Option<Term>,
}

/// A case of another workflow that an outcome would start, or that may start: of that more must be known.
#[derive(Debug, Clone, PartialEq)]
pub struct SpawnReport {
    /// The workflow.
    pub workflow: WorkflowId,
    /// The type of its records.
    pub record: RecordName,
    /// Whether it would start.
    pub status: SpawnStatus,
    /// For which element of a list, from 0; `None` where it is not for each of one, or the list is not known.
    pub index: Option<usize>,
    /// What fields of its record begin with; `None` where that is unknown, broke, or does not fit the field.
    pub values: Vec<(FieldPath, Option<Value>)>,
    /// Fields without which it is not known whether it starts, or with what.
    pub missing: Vec<FieldPath>,
    /// The first of its rules that broke.
    pub fault: Option<Fault>,
    /// What is wrong with the values, as it would be with a record from a file.
    pub invalid: Vec<FieldFinding>,
}

/// Whether a case would start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum SpawnStatus {
    /// It would.
    Starts,
    /// Its condition or its list reads missing values.
    Unknown,
    /// One of its rules broke.
    Fault,
}
