//! What is told of how cases went: counts, and spans in seconds.
//!
//! It must not hold shares or words: whoever shows it makes them of the counts.

use super::spans::Times;
use crate::names::{GateId, OutcomeId, StageId, UserId, WorkflowId};
use chrono::{DateTime, Utc};
use serde::Serialize;
use std::sync::Arc;

/// How cases went.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Since when what began is counted; from the first event on, without it.
    pub since: Option<DateTime<Utc>>,
    /// As of when.
    pub until: DateTime<Utc>,
    /// The workflows of the cases, in the order of their first case.
    pub workflows: Vec<WorkflowReport>,
    /// Those who lead stages, by name.
    pub owners: Vec<Owner>,
    /// Those who are asked to decide, by name.
    pub approvers: Vec<Approver>,
}

/// How the cases of a workflow went.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WorkflowReport {
    /// The workflow.
    pub workflow: WorkflowId,
    /// Cases that started.
    pub cases: usize,
    /// How they ended, most often first, with the time from their start.
    pub results: Vec<Counted>,
    /// The time from start to end, of all that ended.
    pub time: Times,
    /// Cases that are open, whenever they started.
    pub open: usize,
    /// Cases of which something is overdue, whenever they started.
    pub overdue: usize,
    /// The stages in the order of the workflow; its ends are results.
    pub stages: Vec<StageReport>,
    /// Cases of other workflows that were born of these.
    pub conversions: Vec<Conversion>,
}

/// Cases that ended with one result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Counted {
    /// The result.
    pub result: Arc<str>,
    /// The time from start to end.
    pub time: Times,
}

/// How cases went through a stage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StageReport {
    /// The stage.
    pub stage: StageId,
    /// Visits that began.
    pub entered: usize,
    /// By which outcomes they ended, most often first.
    pub exits: Vec<Exit>,
    /// Visits that ended because the case was abandoned.
    pub abandoned: usize,
    /// Visits that have not ended.
    pub stayed: usize,
    /// The time of the visits that ended.
    pub time: Times,
    /// Different cases among the visits.
    pub cases: usize,
    /// How those cases ended, here or later on.
    pub results: Vec<ResultCount>,
    /// Cases that are here, whenever they came.
    pub open: OpenVisits,
}

/// Visits that ended by an outcome.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Exit {
    /// The gate.
    pub gate: GateId,
    /// Its outcome.
    pub outcome: OutcomeId,
    /// How many.
    pub count: usize,
    /// With how many of these the case ended.
    pub ended: usize,
}

/// Cases that ended with a result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ResultCount {
    /// The result.
    pub result: Arc<str>,
    /// How many.
    pub count: usize,
}

/// Cases that are in a stage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OpenVisits {
    /// For how long they have been there.
    pub age: Times,
    /// Of how many something is overdue there.
    pub overdue: usize,
}

/// Cases of a workflow that gave birth to cases of another one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Conversion {
    /// The workflow of the children.
    pub to: WorkflowId,
    /// Cases that have at least one such child.
    pub cases: usize,
    /// Their children.
    pub children: usize,
    /// The time from the start of a case to its first such child.
    pub time: Times,
}

/// Somebody who leads stages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Owner {
    /// Who.
    pub user: UserId,
    /// Open cases that are in a stage of theirs.
    pub open: usize,
    /// Of how many of these something is overdue in such a stage.
    pub overdue: usize,
    /// Outcomes by which gates decided about such stages, with the time since the last of these began.
    pub decided: Times,
}

/// Somebody who is asked to decide.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Approver {
    /// Who.
    pub user: UserId,
    /// How often they were asked.
    pub asked: usize,
    /// How often they voted when asked, with the time that it took.
    pub voted: Times,
    /// How often somebody else voted for them.
    pub stood_in: usize,
    /// How often it was settled without them.
    pub lapsed: usize,
    /// How often they are asked and have not voted, whenever it began.
    pub waiting: usize,
    /// How often they said yes, also for others.
    pub approved: usize,
    /// How often they said no, also for others.
    pub rejected: usize,
    /// How often they abstained, also for others.
    pub abstained: usize,
}
