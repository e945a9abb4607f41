//! A case as lists and worklists show it.
//!
//! It must not be read to decide anything: it is made anew after every command.

use super::Case;
use super::absence::{given, is_absence};
use crate::case::{Asked, CaseState, Occasion, Task, Waiting, next_moment, waiting};
use crate::evaluation::Status;
use crate::names::{GateId, RoleId, UserId};
use crate::store::{Listing, Wait};
use chrono::{DateTime, Utc};
use serde_json::Value as Json;
use std::sync::Arc;

/// What names of votes begin with.
const VOTE: &str = "decide at ";

/// How a case stands.
pub(super) fn listing(case: &Case, occasion: &Occasion) -> Listing {
    let state = &case.state;
    if is_absence(state.id(), state.workflow()) {
        return absence(case);
    }
    let waiting = waiting(&case.workflow, state, occasion);
    Listing {
        due: waiting.iter().filter_map(|waiting| waiting.due).min(),
        timer: next_moment(&case.workflow, state, occasion).into_iter().chain(turns(state, occasion.now)).min(),
        waits: waiting.iter().filter(|waiting| concerns(waiting)).flat_map(waits).collect(),
        ..quiet(case)
    }
}

/// Where a case is, without anything that it waits for.
fn quiet(case: &Case) -> Listing {
    let state = &case.state;
    Listing {
        workflow: state.workflow().clone(),
        digest: Arc::clone(state.digest()),
        label: label(case),
        stages: state.stages().keys().cloned().collect(),
        ended: state.ended().map(|end| Arc::clone(&end.result)),
        since: state.since(),
        due: None,
        timer: None,
        parent: state.parent().cloned(),
        waits: Vec::new(),
    }
}

/// The next moment at which others may vote without anything happening: a delegation of the case begins or ends. It is listed anew then.
fn turns(state: &CaseState, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let given = state.delegations().iter().filter(|_| !state.submissions().is_empty());
    given.flat_map(|one| [one.starts, one.ends]).filter(|turn| now < *turn).min()
}

/// A case that keeps delegations waits for nobody. It is due when the last of them is over, and nothing happens then.
fn absence(case: &Case) -> Listing {
    Listing { due: given(&case.events).iter().map(|one| one.ends).max(), ..quiet(case) }
}

/// A gate that is not open yet waits for what it lacks, not for those who may bring the case there.
fn concerns(waiting: &Waiting) -> bool {
    !matches!(waiting.what, Task::Submit(_, Status::Blocked | Status::Faulted))
}

fn waits(waiting: &Waiting) -> Vec<Wait> {
    let what: Arc<str> = Arc::from(match &waiting.what {
        Task::Activity(stage, activity) => format!("do {activity} in {stage}"),
        Task::Submit(gate, Status::Incomplete) => format!("make ready for {gate}"),
        Task::Submit(gate, _) => format!("bring to {gate}"),
        Task::Vote(gate) => return each(waiting, &vote(gate)),
        Task::Condition(gate, _, text) => format!("meet a condition of {gate}: {text}"),
        Task::Obligation(obligation) => format!("deliver {obligation}"),
    });
    each(waiting, &what)
}

/// One for everybody who may do it.
fn each(waiting: &Waiting, what: &Arc<str>) -> Vec<Wait> {
    let wait = |asked: &Asked| Wait {
        user: asked.user.clone(),
        why: why(asked.role.as_ref(), asked.for_user.as_ref().map(UserId::as_str)),
        what: Arc::clone(what),
        since: waiting.since,
        due: waiting.due,
    };
    waiting.who.iter().map(wait).collect()
}

/// What a vote is called.
pub(super) fn vote(gate: &GateId) -> Arc<str> {
    Arc::from(format!("{VOTE}{gate}"))
}

/// Whether it is a vote that waits.
pub(super) fn is_vote(wait: &Wait) -> bool {
    wait.what.starts_with(VOTE)
}

/// Why it waits for somebody.
pub(super) fn why(role: Option<&RoleId>, absent: Option<&str>) -> Arc<str> {
    let role = role.map_or("asked to decide", RoleId::as_str);
    absent.map_or_else(|| Arc::from(role), |absent| Arc::from(format!("{role} for {absent}")))
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
