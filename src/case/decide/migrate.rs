//! A case goes over to another definition of its workflow.
//!
//! It must not lose anything on the way: what has no place in the new definition stops the whole.

use super::records::invalid;
use super::{Reason, Refusal};
use crate::case::command::Occasion;
use crate::case::event::{Event, Happened};
use crate::case::state::CaseState;
use crate::case::subject::typed;
use crate::names::StageId;
use crate::workflow::soundness::{MARKINGS, can_reach};
use crate::workflow::{Decider, Workflow};
use indexmap::IndexMap;
use std::sync::Arc;

/// The case stands where it stood, under the new names of its stages.
pub(super) fn migrate(
    workflow: &Workflow,
    state: &CaseState,
    stages: &IndexMap<StageId, StageId>,
    occasion: &Occasion,
) -> Result<Vec<Event>, Refusal> {
    if workflow.id() != state.workflow() {
        return Err(Refusal::new(
            Reason::Invalid,
            format!("the case `{}` is one of `{}`, not of `{}`", state.id(), state.workflow(), workflow.id()),
        ));
    }
    if workflow.digest() == &**state.digest() {
        return Err(Refusal::new(Reason::AlreadyDone, format!("the case `{}` is on this definition already", state.id())));
    }
    let mut wrong: Vec<String> = Vec::new();
    let lands = |stage: &StageId| stages.get(stage).unwrap_or(stage).clone();
    let landing: Vec<(StageId, StageId)> = state.stages().keys().map(|stage| (stage.clone(), lands(stage))).collect();
    let marking: Vec<StageId> = landing.iter().map(|(_, to)| to.clone()).collect();
    let gone: Vec<&StageId> = marking.iter().filter(|stage| !workflow.stages().contains_key(*stage)).collect();
    if gone.is_empty() {
        let names = marking.iter().map(|stage| format!("`{stage}`")).collect::<Vec<_>>().join(" + ");
        match can_reach(workflow.graph().net(), &marking, MARKINGS) {
            Some(true) => {}
            Some(false) => wrong.push(format!("no case of the new definition can stand in {names}")),
            None => wrong.push(format!("whether a case of the new definition can stand in {names} could not be found out")),
        }
    } else {
        wrong.extend(gone.into_iter().map(|stage| format!("the stage `{stage}` is not there any more; say where its cases go")));
    }
    for (id, submission) in state.submissions() {
        let gate = workflow.gates().get(id);
        let fits = gate.is_some_and(|gate| {
            matches!(gate.decider(), Decider::Approval(_))
                && gate.outcomes().contains_key(&submission.outcome)
                && (gate.all_active(|stage| marking.contains(stage)) || state.reopened().contains_key(id))
        });
        if !fits {
            wrong.push(format!("the approval that is under way at the gate `{id}` has no place"));
        }
    }
    for (id, hold) in state.holds() {
        let gate = workflow.gates().get(id);
        let then = hold.expiry.as_ref().map(|(_, then)| then);
        let fits = gate.is_some_and(|gate| {
            gate.all_active(|stage| marking.contains(stage)) && then.is_none_or(|then| gate.outcomes().contains_key(then))
        });
        if !fits {
            wrong.push(format!("the hold at the gate `{id}` has no place"));
        }
    }
    for (id, outcome) in state.reopened() {
        if !workflow.gates().get(id).is_some_and(|gate| gate.outcomes().contains_key(outcome)) {
            wrong.push(format!("the gate `{id}`, which has to decide again, is not there any more"));
        }
    }
    let (_, findings) = typed(workflow, state.record());
    if let Some(refusal) = invalid(&findings) {
        wrong.push(format!("the record does not fit: {}", refusal.message));
        wrong.extend(refusal.details);
    }
    if !wrong.is_empty() {
        let refusal = Refusal::new(Reason::Invalid, format!("the case `{}` cannot go over to the new definition", state.id()));
        return Err(refusal.details(wrong));
    }
    let what = Happened::Migrated { from: Arc::clone(state.digest()), to: Arc::from(workflow.digest()), stages: landing };
    Ok(vec![Event { at: occasion.now, by: occasion.by.clone(), what }])
}
