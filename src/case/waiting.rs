//! On whom and on what a case waits, since when, until when, and what happens next.
//!
//! It must not say what is wrong with the case; `decide` says why a command is refused.

use super::command::Occasion;
use super::decide::opens;
use super::state::CaseState;
use super::subject::{About, subject};
use super::timers::timers;
use crate::evaluation::{GateReport, Holders, Status, evaluate, holders};
use crate::names::{ActivityId, GateId, ObligationId, RoleId, StageId, UserId};
use crate::workflow::Workflow;
use chrono::{DateTime, Utc};
use std::sync::Arc;

/// Something that a case waits for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// What somebody has to do.
    pub what: Task,
    /// Who may do it.
    pub who: Vec<Asked>,
    /// Since when.
    pub since: DateTime<Utc>,
    /// By when; `None` where there is no term.
    pub due: Option<DateTime<Utc>>,
    /// What stands in the way, one line each.
    pub lacks: Vec<String>,
}

/// Somebody who may do something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// Who.
    pub user: UserId,
    /// The role by which; none for a signer who was added.
    pub role: Option<RoleId>,
    /// For whom, where somebody else's vote was delegated.
    pub for_user: Option<UserId>,
}

impl Asked {
    fn holder(user: UserId, role: &RoleId) -> Self {
        Self { user, role: Some(role.clone()), for_user: None }
    }
}

/// What somebody has to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Task {
    /// An activity of a stage.
    Activity(StageId, ActivityId),
    /// To bring the case to a gate; how it stands there.
    Submit(GateId, Status),
    /// To vote.
    Vote(GateId),
    /// To meet a condition of a hold, from 0.
    Condition(GateId, usize, Arc<str>),
    /// To do what is owed.
    Obligation(ObligationId),
}

/// What a case waits for; nothing where it has ended and nothing is owed.
#[must_use]
pub fn waiting(workflow: &Workflow, state: &CaseState, occasion: &Occasion) -> Vec<Waiting> {
    let mut found = Vec::new();
    let whole = subject(workflow, state, About::Case, occasion);
    let who = |roles: &[&RoleId]| -> Vec<Asked> {
        let of = |role| holders(workflow, &whole, role, occasion.now).users.into_iter().map(move |user| Asked::holder(user, role));
        each(roles.iter().copied().flat_map(of))
    };
    if state.ended.is_none() {
        for (id, visit) in &state.stages {
            let Some(stage) = workflow.stages().get(id) else { continue };
            let evaluation = evaluate(workflow, &subject(workflow, state, About::Stage(id), occasion), occasion.now);
            let due = evaluation.stages.first().and_then(|stage| stage.due).map(|due| due.due);
            for (activity, work) in stage.activities() {
                if !work.optional && !state.is_completed(id, activity) && !has_produced(state, work.deliverable.as_ref()) {
                    let role = work.role.as_ref().or(stage.lead());
                    let who = who(&role.into_iter().collect::<Vec<_>>());
                    found.push(Waiting {
                        what: Task::Activity(id.clone(), activity.clone()),
                        who,
                        since: visit.since,
                        due,
                        lacks: Vec::new(),
                    });
                }
            }
        }
        found.extend(gates(workflow, state, occasion, who));
    }
    for (gate, submission) in &state.submissions {
        let may = submission.may_vote(&occasion.delegations_in(state), occasion.now).into_iter();
        let who = each(may.map(|may| Asked { user: may.user, role: may.roles.into_iter().next(), for_user: may.for_user }));
        found.push(Waiting { what: Task::Vote(gate.clone()), who, since: submission.asked, due: submission.plan.due, lacks: Vec::new() });
    }
    for (gate, hold) in &state.holds {
        let leads: Vec<&RoleId> = state.stages.keys().filter_map(|stage| workflow.stages().get(stage)?.lead()).collect();
        for (index, condition) in hold.conditions.iter().enumerate().filter(|(_, condition)| !condition.met) {
            let what = Task::Condition(gate.clone(), index, Arc::clone(&condition.text));
            found.push(Waiting {
                what,
                who: who(&leads),
                since: hold.since,
                due: hold.expiry.as_ref().map(|(due, _)| *due),
                lacks: Vec::new(),
            });
        }
    }
    for owed in state.obligations.values() {
        let who = who(&owed.role.iter().collect::<Vec<_>>());
        found.push(Waiting {
            what: Task::Obligation(owed.obligation.clone()),
            who,
            since: state.owed_since.get(&owed.obligation).copied().unwrap_or_else(|| state.since()),
            due: owed.due,
            lacks: Vec::new(),
        });
    }
    found
}

/// The gates that somebody can bring the case to, or that lack something.
fn gates(workflow: &Workflow, state: &CaseState, occasion: &Occasion, holding: impl Fn(&[&RoleId]) -> Vec<Asked>) -> Vec<Waiting> {
    let before = |gate: &GateId| {
        let gate = workflow.gates().get(gate);
        state.reopened.is_empty() && gate.is_some_and(|gate| gate.all_active(|stage| state.stages.contains_key(stage)))
    };
    let mut found = Vec::new();
    for (id, gate) in workflow.gates() {
        let open_hold = state.holds.get(id).is_some_and(|hold| hold.conditions.iter().any(|condition| !condition.met));
        let concerned = before(id) || state.reopened.contains_key(id);
        if !concerned || open_hold || state.submissions.contains_key(id) {
            continue;
        }
        let evaluation = evaluate(workflow, &subject(workflow, state, About::Gate(id), occasion), occasion.now);
        let Some(report) = evaluation.gates.into_iter().find(|report| report.gate == *id) else { continue };
        if report.status == Status::Skipped {
            continue;
        }
        let since = gate.from().iter().filter_map(|stage| state.stages.get(stage)).map(|visit| visit.since).max();
        let due = evaluation
            .stages
            .iter()
            .filter(|stage| gate.from().contains(&stage.stage) && state.stages.contains_key(&stage.stage))
            .filter_map(|stage| stage.due);
        found.push(Waiting {
            what: Task::Submit(id.clone(), report.status),
            // Whether the gate is the question is not known yet where a field is missing; who would answer it is.
            who: if report.submitters.is_empty() { holding(&gate.submit().iter().collect::<Vec<_>>()) } else { submitters(&report) },
            since: since.unwrap_or_else(|| state.since()),
            due: due.map(|due| due.due).min(),
            lacks: opens(gate, &report).err().map(|refusal| refusal.details).unwrap_or_default(),
        });
    }
    found
}

fn submitters(report: &GateReport) -> Vec<Asked> {
    let holders = report.submitters.iter();
    each(holders.flat_map(|Holders { role, users, .. }| users.iter().map(move |user| Asked::holder(user.clone(), role))))
}

/// Everybody once, by the first of what they may do it by. One's own vote comes before those of others.
fn each(found: impl Iterator<Item = Asked>) -> Vec<Asked> {
    let mut each: Vec<Asked> = Vec::new();
    for asked in found {
        match each.iter_mut().find(|known| known.user == asked.user) {
            None => each.push(asked),
            Some(known) if known.for_user.is_some() && asked.for_user.is_none() => *known = asked,
            Some(_) => {}
        }
    }
    each
}

fn has_produced(state: &CaseState, deliverable: Option<&crate::names::DeliverableId>) -> bool {
    deliverable.is_some_and(|deliverable| state.deliverables.contains_key(deliverable))
}

/// The next moment at which something happens by itself.
#[must_use]
pub fn next_moment(workflow: &Workflow, state: &CaseState, occasion: &Occasion) -> Option<DateTime<Utc>> {
    timers(workflow, state, occasion).first().map(|timer| timer.due)
}
