//! What an outcome would do, in the line of a record.
//!
//! It must not change in a way that breaks readers without a new version: additions only.

use super::{FaultLine, Lacking, People, fault_line, lacking, people};
use crate::evaluation::{ObligationReport, OutcomeReport, SpawnReport, SpawnStatus};
use crate::names::{EventName, FieldPath, ObligationId, OutcomeId, RecordName, StageId, WorkflowId};
use crate::record::{FieldFinding, Value};
use crate::source::Sources;
use serde::Serialize;
use std::collections::BTreeMap;

#[derive(Serialize)]
pub(super) struct Way<'a> {
    outcome: &'a OutcomeId,
    to: &'a [StageId],
    #[serde(skip_serializing_if = "Option::is_none")]
    missing: Option<Lacking<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    spawns: Vec<Spawn<'a>>,
    #[serde(skip_serializing_if = "<[EventName]>::is_empty")]
    emits: &'a [EventName],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    obligations: Vec<Obligation<'a>>,
}

#[derive(Serialize)]
struct Obligation<'a> {
    obligation: &'a ObligationId,
    #[serde(skip_serializing_if = "Option::is_none")]
    owes: Option<People<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    within: Option<String>,
}

#[derive(Serialize)]
struct Spawn<'a> {
    workflow: &'a WorkflowId,
    record: &'a RecordName,
    status: SpawnStatus,
    /// The element of the list, from 1, as people count them.
    #[serde(skip_serializing_if = "Option::is_none")]
    item: Option<usize>,
    values: BTreeMap<&'a str, Option<&'a Value>>,
    #[serde(skip_serializing_if = "<[FieldPath]>::is_empty")]
    missing: &'a [FieldPath],
    #[serde(skip_serializing_if = "Option::is_none")]
    fault: Option<FaultLine>,
    #[serde(skip_serializing_if = "<[FieldFinding]>::is_empty")]
    invalid: &'a [FieldFinding],
}

pub(super) fn way<'a>(report: &'a OutcomeReport, sources: &Sources) -> Way<'a> {
    Way {
        outcome: &report.outcome,
        to: &report.to,
        missing: (!report.missing.is_empty()).then(|| lacking(&report.missing)),
        spawns: report.spawns.iter().map(|report| spawn(report, sources)).collect(),
        emits: &report.emits,
        obligations: report.obligations.iter().map(obligation).collect(),
    }
}

fn obligation(report: &ObligationReport) -> Obligation<'_> {
    Obligation {
        obligation: &report.obligation,
        owes: report.holders.as_ref().map(people),
        within: report.within.map(|term| term.to_string()),
    }
}

fn spawn<'a>(report: &'a SpawnReport, sources: &Sources) -> Spawn<'a> {
    Spawn {
        workflow: &report.workflow,
        record: &report.record,
        status: report.status,
        item: report.index.map(|index| index + 1),
        values: report.values.iter().map(|(path, value)| (path.as_str(), value.as_ref())).collect(),
        missing: &report.missing,
        fault: report.fault.as_ref().map(|fault| fault_line(&fault.message, fault.span, sources)),
        invalid: &report.invalid,
    }
}
