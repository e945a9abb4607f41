//! What comes of a command: the events that it has, or why it is refused.
//!
//! It must not change anything, and must not read a clock: the same workflow, case, command and occasion give the same answer.

mod clock;
mod gates;
mod migrate;
mod outcomes;
mod owed;
mod people;
mod records;
mod votes;

pub(super) use gates::opens;

use super::approval::Delegation;
use super::command::{Command, Occasion};
use super::event::{Actor, Event, Happened};
use super::refusal::{Reason, Refusal, one_of};
use super::state::CaseState;
use super::subject::{About, subject};
use crate::evaluation::{GateReport, Subject, evaluate, holders};
use crate::names::{GateId, RoleId, UserId};
use crate::workflow::{Gate, Workflow};
use chrono::{DateTime, Utc};
use std::borrow::Cow;

/// What comes of a command; `state` is `None` for a case that does not exist yet. Nothing at all comes of [`Command::FallDue`] where
/// nothing is due.
///
/// # Errors
/// Why the command is refused.
pub fn decide(workflow: &Workflow, state: Option<&CaseState>, command: &Command, occasion: &Occasion) -> Result<Vec<Event>, Refusal> {
    let state = match (state, command) {
        (None, Command::Start { case, record, stage, parent }) => {
            return records::start(workflow, (case, record, stage.as_ref(), parent.as_ref()), occasion);
        }
        (None, _) => return Err(Refusal::new(Reason::Unknown, "there is no such case")),
        (Some(state), Command::Start { .. }) => {
            return Err(Refusal::new(Reason::AlreadyDone, format!("the case `{}` exists already", state.id)));
        }
        (Some(state), _) => state,
    };
    let deciding = Deciding { workflow, state, occasion };
    let late =
        matches!(command, Command::Comment { .. } | Command::ChildEnded { .. } | Command::ChildStarted { .. } | Command::Clear { .. });
    if let Some(end) = state.ended.as_ref().filter(|_| !late) {
        if matches!(command, Command::FallDue) {
            return Ok(Vec::new());
        }
        return Err(Refusal::new(Reason::Ended, format!("the case `{}` has ended: `{}`", state.id, end.result)));
    }
    // Deadlines, votes and visits are told in the order of time: nobody slips something in before what is known already.
    if occasion.now < state.latest && matches!(occasion.by, Actor::User(_)) {
        let at = |moment: chrono::DateTime<chrono::Utc>| moment.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true);
        let refusal = Refusal::new(Reason::TooEarly, format!("the case went on at {}", at(state.latest)));
        return Err(refusal.help(format!("a command is not dated before that, such as {}", at(occasion.now))));
    }
    match command {
        Command::Start { .. } => Ok(Vec::new()),
        Command::Update { fields, reopen } => deciding.update(fields, *reopen),
        Command::Complete { activity, stage, reference } => deciding.complete(activity, stage.as_ref(), reference.as_ref()),
        Command::Attach { deliverable, reference } => deciding.attach(deliverable, reference.as_ref()),
        Command::Submit { gate, outcome, conditions } => deciding.submit(gate, outcome.as_ref(), conditions),
        Command::Vote { gate, for_user, choice, outcome, comment } => {
            deciding.vote(gate, (for_user.as_ref(), *choice, outcome.as_ref(), comment.as_ref()))
        }
        Command::AddSigner { gate, user, place } => deciding.add_signer(gate, user, *place),
        Command::Transfer { gate, to } => deciding.transfer(gate, to),
        Command::Recall { gate } => deciding.recall(gate),
        Command::Waive { gate, criterion, reason } => deciding.waive(gate, criterion, reason),
        Command::Owe { obligation, due } => deciding.owe(obligation, *due),
        Command::Clear { obligation, comment } => deciding.clear(obligation, comment.as_ref()),
        Command::Meet { gate, condition } => deciding.meet(gate, *condition),
        Command::Resume { gate } => deciding.resume(gate),
        Command::Reassign { role, to } => deciding.reassign(role, to),
        Command::Delegate(delegation) => deciding.delegate(delegation),
        Command::StandIn(delegation) => deciding.stand_in(delegation),
        Command::EndDelegation { to } => deciding.end_delegation(to),
        Command::Escalate { gate } => deciding.escalate(gate, occasion.now),
        Command::ChildStarted { child, workflow } => {
            Ok(deciding.one(Happened::ChildStarted { child: child.clone(), workflow: workflow.clone() }))
        }
        Command::ChildEnded { child, result } => match state.children.get(child) {
            Some(known) if known.result.is_none() => {
                Ok(deciding.one(Happened::ChildEnded { child: child.clone(), result: std::sync::Arc::clone(result) }))
            }
            Some(_) => Err(Refusal::new(Reason::AlreadyDone, format!("the case `{child}` has ended already"))),
            None => Err(Refusal::new(Reason::Unknown, format!("`{child}` is no child of this case"))),
        },
        Command::Cancel { reason } => deciding.cancel(reason),
        Command::Comment { text } => {
            required(text, "a comment says something")?;
            Ok(deciding.one(Happened::Commented { text: std::sync::Arc::clone(text) }))
        }
        Command::Migrate { stages } => migrate::migrate(workflow, state, stages, occasion),
        Command::FallDue => deciding.fall_due(),
    }
}

/// A case, its workflow and the circumstances of a command.
struct Deciding<'a> {
    workflow: &'a Workflow,
    state: &'a CaseState,
    occasion: &'a Occasion,
}

impl<'a> Deciding<'a> {
    fn event(&self, what: Happened) -> Event {
        Event { at: self.occasion.now, by: self.occasion.by.clone(), what }
    }

    fn one(&self, what: Happened) -> Vec<Event> {
        vec![self.event(what)]
    }

    fn gate(&self, id: &GateId) -> Result<&'a Gate, Refusal> {
        self.workflow.gates().get(id).ok_or_else(|| {
            let here = self.workflow.gates().values().filter(|gate| gate.from().iter().any(|stage| self.state.stages.contains_key(stage)));
            Refusal::new(Reason::Unknown, format!("the workflow `{}` has no gate `{id}`", self.workflow.id()))
                .help(format!("from here the case goes on by {}", one_of(here.map(Gate::id))))
        })
    }

    /// Who lets whom decide in this case.
    fn delegations(&self) -> Cow<'a, [Delegation]> {
        self.occasion.delegations_in(self.state)
    }

    fn subject(&self, about: About<'_>) -> Subject {
        subject(self.workflow, self.state, about, self.occasion)
    }

    /// How the case stands before a gate whose stages are active.
    fn report(&self, subject: &Subject, gate: &GateId, now: DateTime<Utc>) -> Result<GateReport, Refusal> {
        let evaluation = evaluate(self.workflow, subject, now);
        let found = evaluation.gates.into_iter().find(|report| report.gate == *gate);
        found.ok_or_else(|| Refusal::new(Reason::NotActive, format!("the case is not before the gate `{gate}`")))
    }

    /// Those who hold some roles for this case.
    fn holding<'r>(&self, roles: impl IntoIterator<Item = &'r RoleId>) -> Vec<(RoleId, Vec<UserId>)> {
        let subject = self.subject(About::Case);
        let mut found: Vec<(RoleId, Vec<UserId>)> = Vec::new();
        for role in roles {
            if !found.iter().any(|(known, _)| known == role) {
                found.push((role.clone(), holders(self.workflow, &subject, role, self.occasion.now).users));
            }
        }
        found
    }

    /// The roles that lead the active stages.
    fn leads(&self) -> impl Iterator<Item = &'a RoleId> {
        self.state.stages.keys().filter_map(|stage| self.workflow.stages().get(stage)?.lead())
    }

    /// Refuses unless whoever asks holds one of some roles, or was asked by somebody who does: that one is returned. The clock and other
    /// cases may.
    fn allow(&self, what: &str, roles: &[(RoleId, Vec<UserId>)], gate: Option<&GateId>) -> Result<Option<UserId>, Refusal> {
        let Actor::User(user) = &self.occasion.by else { return Ok(None) };
        if roles.iter().any(|(_, users)| users.contains(user)) {
            return Ok(None);
        }
        let (given, now) = (self.delegations(), self.occasion.now);
        let lets = |role: &RoleId, holder: &UserId| {
            let mut given = given.iter().filter(|delegation| delegation.from == *holder && delegation.to == *user);
            given.any(|delegation| delegation.covers(role, gate, now))
        };
        let absent = roles.iter().find_map(|(role, users)| users.iter().find(|holder| lets(role, holder)));
        absent.cloned().map(Some).ok_or_else(|| Refusal::not_allowed(user, what, roles))
    }
}

/// Refuses an empty text.
fn required(text: &str, message: &str) -> Result<(), Refusal> {
    if text.trim().is_empty() { Err(Refusal::new(Reason::Required, message)) } else { Ok(()) }
}
