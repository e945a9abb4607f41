//! What falls due in a case, and when.
//!
//! It must not remember anything: a deadline that follows a field is worked out from the field as it is now.

use super::approval::{self, Capacity, Delegation, MayVote, StepState};
use super::clocks::clock;
use super::command::Occasion;
use super::state::{CaseState, Submission};
use super::subject::{About, subject};
use crate::calendar::Term;
use crate::evaluation::evaluate;
use crate::names::{GateId, ObligationId, OutcomeId, StageId};
use crate::workflow::{Approval, Authority, Decider, Workflow};
use chrono::{DateTime, SecondsFormat, Utc};
use std::sync::Arc;

/// Something that falls due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Timer {
    /// What tells it from every other timer of the case, also from the same deadline at another moment.
    pub name: Arc<str>,
    /// When.
    pub due: DateTime<Utc>,
    /// What.
    pub what: What,
}

/// What can fall due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// A stage that the case should have left.
    Stage(StageId),
    /// An approval.
    Approval(GateId),
    /// A step of an approval, from 0.
    Step(GateId, usize),
    /// A reminder after an approval was due.
    Reminder(GateId),
    /// The next level of an approval.
    Escalation(GateId),
    /// The end of an approval that nobody decided, after which an outcome follows, or whoever submitted has the case again.
    Lapse(GateId, Option<OutcomeId>),
    /// A hold, after which another outcome follows.
    Hold(GateId, OutcomeId),
    /// Something that is owed.
    Obligation(ObligationId),
}

/// What is still to fall due, the earliest first.
#[must_use]
pub fn timers(workflow: &Workflow, state: &CaseState, occasion: &Occasion) -> Vec<Timer> {
    if state.ended.is_some() {
        return Vec::new();
    }
    let mut found = Vec::new();
    let mut add = |name: String, due: DateTime<Utc>, what: What| {
        let name: Arc<str> = Arc::from(format!("{name}@{}", due.to_rfc3339_opts(SecondsFormat::Secs, true)));
        found.push(Timer { name, due, what });
    };
    // While another gate has to decide again, nothing else is decided, not even by itself: it follows afterwards.
    let may_decide = |gate: &GateId| state.reopened.is_empty() || state.reopened.contains_key(gate);
    let lapses = |stage: &StageId| workflow.lapses(stage).next().is_some();
    for (stage, visit) in state.stages.iter().filter(|(stage, _)| state.reopened.is_empty() || !lapses(stage)) {
        if let Some(known) = workflow.stages().get(stage).filter(|stage| stage.deadline().is_some()) {
            // A term that goes on falls due once, however often the case came back meanwhile.
            let number = clock(state, known, occasion.now).map_or(visit.number, |(number, _)| number);
            let evaluation = evaluate(workflow, &subject(workflow, state, About::Stage(stage), occasion), occasion.now);
            if let Some(due) = evaluation.stages.first().and_then(|stage| stage.due) {
                add(format!("stage/{stage}/{number}"), due.due, What::Stage(stage.clone()));
            }
        }
    }
    for (gate, submission) in &state.submissions {
        let Some(Decider::Approval(approval)) = workflow.gates().get(gate).map(crate::workflow::Gate::decider) else { continue };
        let step = submission.open_step(&occasion.delegations_in(state), occasion.now);
        // A step begins when the one before it was decided: with the last thing that was done there.
        let earlier = submission.acts.iter().filter(|act| act.step() < step);
        let turn = earlier.map(approval::Act::at).max().unwrap_or(submission.asked);
        if let Some(due) = term_of_step(approval, submission, step).and_then(|term| workflow.calendar().add(turn, term).ok()) {
            add(format!("step/{gate}/{}/{step}", submission.round), due, What::Step(gate.clone(), step));
        }
        let Some(due) = submission.plan.due else { continue };
        add(format!("approval/{gate}/{}", submission.round), due, What::Approval(gate.clone()));
        let after = |term| workflow.calendar().add(due, term).ok();
        if let Some(due) = approval.remind.and_then(after) {
            add(format!("reminder/{gate}/{}", submission.round), due, What::Reminder(gate.clone()));
        }
        if let Some(due) = approval.escalate.and_then(after) {
            add(format!("escalation/{gate}/{}", submission.round), due, What::Escalation(gate.clone()));
        }
        if let Some((due, then)) = approval.lapse.as_ref().filter(|_| may_decide(gate)).and_then(|(term, then)| Some((after(*term)?, then)))
        {
            add(format!("lapse/{gate}/{}", submission.round), due, What::Lapse(gate.clone(), then.clone()));
        }
    }
    for (gate, hold) in &state.holds {
        if let Some((due, then)) = hold.expiry.as_ref().filter(|_| may_decide(gate)) {
            add(format!("hold/{gate}"), *due, What::Hold(gate.clone(), then.clone()));
        }
    }
    for owed in state.obligations.values() {
        if let Some(due) = owed.due {
            add(format!("obligation/{}", owed.obligation), due, What::Obligation(owed.obligation.clone()));
        }
    }
    found.retain(|timer| !state.has_fired(&timer.name));
    found.sort_by(|one, other| (one.due, &one.name).cmp(&(other.due, &other.name)));
    found
}

impl Submission {
    /// Who may vote now.
    #[must_use]
    pub fn may_vote(&self, delegations: &[Delegation], now: DateTime<Utc>) -> Vec<MayVote> {
        let standing = approval::standing(&self.plan, &self.acts, delegations, now);
        let open = standing.steps.into_iter().find_map(|step| match step.state {
            StepState::Open { may, .. } | StepState::Stuck { may, .. } => Some(may),
            StepState::Waiting | StepState::Approved | StepState::Rejected { .. } => None,
        });
        // Whoever has said something already need not say it again.
        open.unwrap_or_default().into_iter().filter(|may| may.said.is_none() && may.capacity != Capacity::Veto).collect()
    }

    /// The step whose turn it is, from 0.
    #[must_use]
    pub fn open_step(&self, delegations: &[Delegation], now: DateTime<Utc>) -> usize {
        let standing = approval::standing(&self.plan, &self.acts, delegations, now);
        let open = |step: &approval::StepStanding| matches!(step.state, StepState::Open { .. } | StepState::Stuck { .. });
        standing.steps.iter().position(open).unwrap_or(0)
    }
}

/// The term of a step, as the file has it.
fn term_of_step(approval: &Approval, submission: &Submission, step: usize) -> Option<Term> {
    let steps = match &approval.authority {
        Authority::Steps(steps) => steps,
        Authority::Levels(_, levels) => &levels.get(submission.plan.level.as_ref()?)?.steps,
    };
    steps.get(submission.plan.steps.get(step)?.index)?.within
}
