//! A case as lists and worklists show it.
//!
//! It must not be read to decide anything: it is made anew after every command.

use super::Case;
use crate::case::{Occasion, Task, Waiting, next_moment, waiting};
use crate::evaluation::Status;
use crate::store::{Listing, Wait};
use serde_json::Value as Json;
use std::sync::Arc;

/// How a case stands.
pub(super) fn listing(case: &Case, occasion: &Occasion) -> Listing {
    let state = &case.state;
    let waiting = waiting(&case.workflow, state, occasion);
    let due = waiting.iter().filter_map(|waiting| waiting.due).min();
    Listing {
        workflow: state.workflow().clone(),
        digest: Arc::clone(state.digest()),
        label: label(case),
        stages: state.stages().keys().cloned().collect(),
        ended: state.ended().map(|end| Arc::clone(&end.result)),
        since: state.since(),
        due,
        timer: next_moment(&case.workflow, state, occasion),
        parent: state.parent().cloned(),
        waits: waiting.iter().filter(|waiting| concerns(waiting)).flat_map(waits).collect(),
    }
}

/// A gate that is not open yet waits for what it lacks, not for those who may bring the case there.
fn concerns(waiting: &Waiting) -> bool {
    !matches!(waiting.what, Task::Submit(_, Status::Blocked | Status::Faulted))
}

fn waits(waiting: &Waiting) -> Vec<Wait> {
    let what: Arc<str> = Arc::from(match &waiting.what {
        Task::Activity(stage, activity) => format!("do {activity} in {stage}"),
        Task::Submit(gate, Status::Incomplete) => format!("complete for {gate}"),
        Task::Submit(gate, _) => format!("bring to {gate}"),
        Task::Vote(gate) => format!("decide at {gate}"),
        Task::Condition(gate, _, text) => format!("meet a condition of {gate}: {text}"),
        Task::Obligation(obligation) => format!("deliver {obligation}"),
    });
    let wait = |(user, role): &(crate::names::UserId, Option<crate::names::RoleId>)| Wait {
        user: user.clone(),
        why: role.as_ref().map_or_else(|| Arc::from("asked to decide"), |role| Arc::from(role.as_str())),
        what: Arc::clone(&what),
        since: waiting.since,
        due: waiting.due,
    };
    waiting.who.iter().map(wait).collect()
}

/// What people call a case: the first text of its record that is not its key.
fn label(case: &Case) -> Arc<str> {
    let record = case.workflow.record();
    let key = record.key().map(crate::names::FieldName::as_str);
    let texts = record.fields().names().filter(|name| Some(*name) != key).filter_map(|name| match case.state.record().get(name) {
        Some(Json::String(text)) => Some(text.as_str()),
        _ => None,
    });
    texts.into_iter().next().map_or_else(|| Arc::from(case.state.id().as_str()), Arc::from)
}
