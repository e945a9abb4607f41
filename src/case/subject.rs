//! A case as a subject of evaluation: its record typed, its stage and what is known of it.
//!
//! It must not decide anything.

use super::clocks::clock;
use super::command::Occasion;
use super::state::CaseState;
use crate::evaluation::{Clock, Subject};
use crate::names::{GateId, RecordName, StageId};
use crate::record::{FieldFinding, Object, Reading, RecordType, object_from_json};
use crate::workflow::Workflow;
use chrono::{DateTime, Utc};
use serde_json::Value as Json;
use std::collections::HashMap;
use std::sync::Arc;

/// A record from JSON, and what is wrong with it.
pub(super) fn typed(workflow: &Workflow, json: &Json) -> (Object, Vec<FieldFinding>) {
    let reading = Reading { zone: workflow.calendar().zone(), ..Reading::default() };
    let children = |name: &RecordName| -> Option<Arc<RecordType>> { workflow.records().get(name).cloned() };
    object_from_json(json, workflow.record().fields(), &children, &reading)
}

/// The case for a question about a gate, about a stage, or about all that is active.
pub(super) fn subject(workflow: &Workflow, state: &CaseState, about: About<'_>, occasion: &Occasion) -> Subject {
    let stages: Vec<StageId> = match about {
        About::Stage(stage) => vec![stage.clone()],
        About::Gate(gate) => {
            // A gate that decides again stands before the stages that it had left.
            let from = workflow.gates().get(gate).map(crate::workflow::Gate::from).unwrap_or_default();
            let reopened = state.reopened.contains_key(gate);
            let mut stages: Vec<StageId> = if reopened { from.to_vec() } else { Vec::new() };
            stages.extend(state.stages.keys().filter(|stage| !reopened || !from.contains(stage)).cloned());
            // What expressions call the stage of the case is one of those that the gate leaves.
            stages.sort_by_key(|stage| !from.contains(stage));
            stages
        }
        About::Case => state.stages.keys().cloned().collect(),
    };
    let since = stages.iter().filter_map(|stage| state.stages.get(stage)).map(|visit| visit.since).max();
    let submitted = match about {
        About::Gate(gate) => state.submissions.get(gate).map(|submission| submission.asked),
        _ => None,
    };
    let open = state.children.values().filter(|child| child.result.is_none());
    let local = |moment: DateTime<Utc>| moment.with_timezone(&workflow.calendar().zone()).fixed_offset();
    Subject {
        stages,
        record: Arc::new(typed(workflow, &state.record).0),
        before: state.before.as_ref().map(|before| Arc::new(typed(workflow, before).0)),
        since: since.map(local),
        submitted: submitted.map(local),
        deliverables: state.deliverables.keys().cloned().collect(),
        obligations: state.obligations.keys().cloned().collect(),
        unread_obligation: false,
        children: occasion.children.clone(),
        open_children: Some(open.map(|child| child.workflow.clone()).collect()),
        waived: state.waived.clone(),
        assigned: state.assigned.iter().map(|(role, users)| (role.clone(), users.clone())).collect(),
        clocks: clocks(workflow, state, occasion.now),
        levels: HashMap::new(),
    }
}

fn clocks(workflow: &Workflow, state: &CaseState, now: DateTime<Utc>) -> HashMap<StageId, Clock> {
    let active = state.stages.keys().filter_map(|stage| workflow.stages().get(stage));
    active.filter_map(|stage| Some((stage.id().clone(), clock(state, stage, now)?.1))).collect()
}

/// The case for a question about all that is active in it.
#[must_use]
pub fn whole(workflow: &Workflow, state: &CaseState, occasion: &Occasion) -> Subject {
    subject(workflow, state, About::Case, occasion)
}

/// What is asked about.
#[derive(Debug, Clone, Copy)]
pub(super) enum About<'a> {
    /// A gate.
    Gate(&'a GateId),
    /// An active stage.
    Stage(&'a StageId),
    /// Everything.
    Case,
}
