//! What an event makes of a case.
//!
//! It must not ask a workflow, a rule or a clock: an event says all that came of it, and the past stays true.

use super::approval::Delegation;
use super::event::{Decided, Event, Happened, How, Replan, Started};
use super::state::{CaseState, Child, End, Hold, Stay, Submission, Visit};
use crate::names::{FieldPath, GateId, StageId};
use chrono::{DateTime, Utc};
use indexmap::IndexMap;
use serde_json::Value as Json;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Why events are not the history of a case.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HistoryError {
    /// The first event is not the start of a case.
    #[error("a history begins with `started`, not with `{0}`")]
    NotStarted(&'static str),
    /// A case starts a second time.
    #[error("the case has started already")]
    StartedAgain,
    /// Something happens to a case that has ended.
    #[error("`{0}` cannot happen to a case that has ended")]
    Ended(&'static str),
    /// An event speaks of a stage that is not active, or of one that is active already.
    #[error("the stage `{0}` {1}")]
    Stage(StageId, &'static str),
    /// An event speaks of an approval that is not under way, or of one that is.
    #[error("the approval at the gate `{0}` {1}")]
    Approval(GateId, &'static str),
    /// An event speaks of something that is not there.
    #[error("there is no {0} `{1}`")]
    Absent(&'static str, String),
}

/// A case after its first event.
///
/// # Errors
/// When it is not the start of a case.
pub fn begin(event: &Event) -> Result<CaseState, HistoryError> {
    let Happened::Started(started) = &event.what else { return Err(HistoryError::NotStarted(event.what.kind())) };
    let Started { case, workflow, digest, record, stages, parent } = started;
    let mut state = CaseState {
        id: case.clone(),
        workflow: workflow.clone(),
        digest: Arc::clone(digest),
        parent: parent.clone(),
        children: IndexMap::new(),
        record: record.clone(),
        before: None,
        stages: IndexMap::new(),
        visits: BTreeMap::new(),
        stays: BTreeMap::new(),
        ended: None,
        completed: BTreeSet::new(),
        deliverables: BTreeMap::new(),
        obligations: IndexMap::new(),
        owed_since: BTreeMap::new(),
        waived: BTreeSet::new(),
        locked: BTreeMap::new(),
        submissions: IndexMap::new(),
        approved: BTreeMap::new(),
        holds: IndexMap::new(),
        reopened: IndexMap::new(),
        outcomes: BTreeMap::new(),
        assigned: BTreeMap::new(),
        delegations: Vec::new(),
        fired: BTreeSet::new(),
        births: 0,
        started: event.at,
        started_by: event.by.clone(),
        latest: event.at,
    };
    for stage in stages {
        enter(&mut state, stage, event.at)?;
    }
    Ok(state)
}

/// A case after one more event.
///
/// # Errors
/// When the event cannot have happened to such a case.
pub fn evolve(mut state: CaseState, event: &Event) -> Result<CaseState, HistoryError> {
    let kind = event.what.kind();
    // What others do after the end is still told: children end, people say something, obligations are cleared.
    let late = matches!(
        event.what,
        Happened::Commented { .. } | Happened::ChildEnded { .. } | Happened::ChildStarted { .. } | Happened::Cleared { .. }
    );
    if state.ended.is_some() && !late {
        return Err(HistoryError::Ended(kind));
    }
    state.latest = state.latest.max(event.at);
    match &event.what {
        Happened::Started(_) => return Err(HistoryError::StartedAgain),
        Happened::Updated { fields } => {
            state.before = Some(state.record.clone());
            for (path, value) in fields {
                set_field(&mut state.record, path, value);
            }
        }
        Happened::Completed { stage, activity } => {
            active(&state, stage)?;
            state.completed.insert((stage.clone(), activity.clone()));
        }
        Happened::Attached { deliverable, reference } => {
            state.deliverables.insert(deliverable.clone(), reference.clone());
        }
        Happened::Submitted { gate, outcome, conditions, plan, for_user } => {
            if state.submissions.contains_key(gate) {
                return Err(HistoryError::Approval(gate.clone(), "is under way already"));
            }
            state.holds.shift_remove(gate);
            let submission = Submission {
                outcome: outcome.clone(),
                conditions: conditions.clone(),
                by: event.by.clone(),
                for_user: for_user.clone(),
                at: event.at,
                asked: event.at,
                plan: plan.clone(),
                acts: Vec::new(),
                round: 1,
                escalated: false,
            };
            state.submissions.insert(gate.clone(), submission);
        }
        Happened::Acted { gate, act } => submission(&mut state, gate)?.acts.push(act.clone()),
        Happened::Replanned { gate, why, plan } => {
            let submission = submission(&mut state, gate)?;
            submission.plan = plan.clone();
            submission.acts.clear();
            submission.asked = event.at;
            submission.round += 1;
            submission.escalated |= *why == Replan::Escalated;
        }
        Happened::Returned { gate, .. } => {
            let gone = state.submissions.shift_remove(gate);
            gone.ok_or_else(|| HistoryError::Approval(gate.clone(), "is not under way"))?;
        }
        Happened::Decided(decided) => decide(&mut state, decided, event.at)?,
        Happened::Waived { gate, criterion, .. } => {
            state.waived.insert((gate.clone(), criterion.clone()));
        }
        Happened::Owed { obligation, due, role } => {
            let owed = super::event::Obligation { obligation: obligation.clone(), role: role.clone(), due: *due };
            state.obligations.insert(obligation.clone(), owed);
            state.owed_since.insert(obligation.clone(), event.at);
        }
        Happened::Cleared { obligation, .. } => {
            state.owed_since.remove(obligation);
            let gone = state.obligations.shift_remove(obligation);
            gone.ok_or_else(|| HistoryError::Absent("open obligation", obligation.to_string()))?;
        }
        Happened::ConditionMet { gate, condition } => {
            let hold = state.holds.get_mut(gate).ok_or_else(|| HistoryError::Absent("hold at the gate", gate.to_string()))?;
            let condition = hold.conditions.get_mut(*condition);
            condition.ok_or_else(|| HistoryError::Absent("condition of the hold at the gate", gate.to_string()))?.met = true;
        }
        Happened::Resumed { gate } => {
            let gone = state.holds.shift_remove(gate);
            gone.ok_or_else(|| HistoryError::Absent("hold at the gate", gate.to_string()))?;
        }
        Happened::Reopened { gate, .. } => {
            let outcome = state.outcomes.get(gate).cloned();
            let outcome = outcome.ok_or_else(|| HistoryError::Absent("decision of the gate", gate.to_string()))?;
            state.locked.retain(|_, locked_by| locked_by != gate);
            state.reopened.insert(gate.clone(), outcome);
        }
        Happened::Reassigned { role, to } => {
            if to.is_empty() {
                state.assigned.remove(role);
            } else {
                state.assigned.insert(role.clone(), to.clone());
            }
        }
        Happened::Delegated { delegation } => state.delegations.push(delegation.clone()),
        Happened::DelegationEnded { from, to } => {
            state.delegations.retain(|Delegation { from: known, to: other, .. }| known != from || other != to);
        }
        Happened::ChildStarted { child, workflow } => {
            state.children.insert(child.clone(), Child { workflow: workflow.clone(), result: None });
        }
        Happened::ChildEnded { child, result } => {
            let known = state.children.get_mut(child);
            known.ok_or_else(|| HistoryError::Absent("child", child.to_string()))?.result = Some(Arc::clone(result));
        }
        Happened::FellDue { timer, .. } => {
            state.fired.insert(Arc::clone(timer));
        }
        Happened::Migrated { to, stages, .. } => {
            state.digest = Arc::clone(to);
            let visits = std::mem::take(&mut state.stages);
            for (old, new) in stages {
                let visit = visits.get(old).ok_or_else(|| HistoryError::Stage(old.clone(), "is not active"))?;
                state.stages.insert(new.clone(), visit.clone());
                if old != new {
                    if let Some(stays) = state.stays.remove(old) {
                        let known = state.stays.entry(new.clone()).or_default();
                        known.extend(stays);
                        known.sort_by_key(|stay| stay.from);
                    }
                    let number = state.visits.entry(new.clone()).or_insert(0);
                    *number = (*number).max(visit.number);
                    let done = state.completed.iter().filter(|(stage, _)| stage == old).map(|(_, done)| (new.clone(), done.clone()));
                    let done: Vec<_> = done.collect();
                    state.completed.extend(done);
                    // What fell due there under the old name does not fall due again under the new one.
                    let (before, after) = (format!("stage/{old}/"), format!("stage/{new}/"));
                    let fired = state.fired.iter().filter_map(|timer| Some(Arc::from(format!("{after}{}", timer.strip_prefix(&*before)?))));
                    let fired: Vec<Arc<str>> = fired.collect();
                    state.fired.extend(fired);
                }
            }
        }
        Happened::Abandoned { .. } => {
            state.stages.clear();
            state.submissions.clear();
            state.holds.clear();
            state.ended = Some(End { result: Arc::from("abandoned"), at: event.at });
        }
        Happened::Commented { .. } => {}
    }
    Ok(state)
}

/// A case after all of its events, in their order.
///
/// # Errors
/// When they are not the history of a case; with the number of the event, from 0.
pub fn replay<'e>(events: impl IntoIterator<Item = &'e Event>) -> Result<Option<CaseState>, (usize, HistoryError)> {
    let mut state: Option<CaseState> = None;
    for (index, event) in events.into_iter().enumerate() {
        let next = match state.take() {
            None => begin(event),
            Some(state) => evolve(state, event),
        };
        state = Some(next.map_err(|error| (index, error))?);
    }
    Ok(state)
}

fn decide(state: &mut CaseState, decided: &Decided, at: DateTime<Utc>) -> Result<(), HistoryError> {
    let Decided { gate, outcome, how, left, entered, ended, lock, conditions, obligations, expiry, starts, .. } = decided;
    match state.submissions.shift_remove(gate).filter(|submission| *how == How::Approval && submission.outcome == *outcome) {
        Some(submission) => drop(state.approved.insert(gate.clone(), submission)),
        None => drop(state.approved.remove(gate)),
    }
    state.holds.shift_remove(gate);
    state.reopened.shift_remove(gate);
    state.outcomes.insert(gate.clone(), outcome.clone());
    for other in &decided.withdrawn {
        state.submissions.shift_remove(other);
        state.holds.shift_remove(other);
    }
    for stage in left {
        leave(state, stage, at)?;
    }
    for stage in entered {
        enter(state, stage, at)?;
    }
    for field in lock {
        state.locked.insert(field.clone(), gate.clone());
    }
    for owed in obligations {
        state.obligations.insert(owed.obligation.clone(), owed.clone());
        state.owed_since.insert(owed.obligation.clone(), at);
    }
    if entered.is_empty() && left.is_empty() && !decided.again {
        let hold = Hold { outcome: outcome.clone(), since: at, conditions: conditions.clone(), expiry: expiry.clone() };
        state.holds.insert(gate.clone(), hold);
    }
    for birth in starts {
        state.births += 1;
        state.children.insert(birth.case.clone(), Child { workflow: birth.workflow.clone(), result: None });
    }
    if let Some(result) = ended {
        state.submissions.clear();
        state.holds.clear();
        state.ended = Some(End { result: Arc::clone(result), at });
    }
    Ok(())
}

fn enter(state: &mut CaseState, stage: &StageId, at: DateTime<Utc>) -> Result<(), HistoryError> {
    if state.stages.contains_key(stage) {
        return Err(HistoryError::Stage(stage.clone(), "is active already"));
    }
    let number = state.visits.entry(stage.clone()).or_insert(0);
    *number += 1;
    state.stages.insert(stage.clone(), Visit { since: at, number: *number });
    state.stays.entry(stage.clone()).or_default().push(Stay { number: *number, from: at, to: None });
    Ok(())
}

fn leave(state: &mut CaseState, stage: &StageId, at: DateTime<Utc>) -> Result<(), HistoryError> {
    active(state, stage)?;
    state.stages.shift_remove(stage);
    state.completed.retain(|(of, _)| of != stage);
    if let Some(stay) = state.stays.get_mut(stage).and_then(|stays| stays.last_mut()) {
        stay.to = Some(at);
    }
    Ok(())
}

fn active(state: &CaseState, stage: &StageId) -> Result<(), HistoryError> {
    if state.stages.contains_key(stage) { Ok(()) } else { Err(HistoryError::Stage(stage.clone(), "is not active")) }
}

fn submission<'s>(state: &'s mut CaseState, gate: &GateId) -> Result<&'s mut Submission, HistoryError> {
    state.submissions.get_mut(gate).ok_or_else(|| HistoryError::Approval(gate.clone(), "is not under way"))
}

/// Sets a value at a path, and the objects on the way there; null takes it away.
pub(crate) fn set_field(record: &mut Json, path: &FieldPath, value: &Json) {
    let mut at = record;
    let mut parts = path.as_str().split('.').peekable();
    while let Some(part) = parts.next() {
        if !at.is_object() {
            *at = Json::Object(serde_json::Map::new());
        }
        let Json::Object(fields) = at else { return };
        if parts.peek().is_none() {
            if value.is_null() {
                fields.shift_remove(part);
            } else {
                fields.insert(part.to_owned(), value.clone());
            }
            return;
        }
        at = fields.entry(part).or_insert(Json::Null);
    }
}
