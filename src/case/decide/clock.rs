//! What happens when time runs out: whoever is concerned is told, the next level is asked, another outcome follows.
//!
//! It must not do two things at once: one timer at a time, the one that fell due first.

use super::{About, Deciding, Refusal};
use crate::case::event::{Actor, Event, Happened, How, Return};
use crate::case::timers::{Timer, What, timers};
use crate::names::{GateId, OutcomeId, StageId, UserId};
use crate::workflow::{Gate, Lapse};
use chrono::{DateTime, Utc};
use indexmap::IndexSet;

impl Deciding<'_> {
    pub(super) fn fall_due(&self) -> Result<Vec<Event>, Refusal> {
        let due = timers(self.workflow, self.state, self.occasion).into_iter().find(|timer| timer.due <= self.occasion.now);
        let Some(timer) = due else { return Ok(Vec::new()) };
        // What follows from it follows at the moment when it fell due, also where nobody looked before now. Of what was due already when it
        // came to be, such as a deadline before a date that is changed to one in the past, that is the moment of the change.
        let at = timer.due.max(self.state.latest);
        let occasion = crate::case::Occasion { now: at, by: Actor::Clock, ..self.occasion.clone() };
        let deciding = Deciding { occasion: &occasion, ..*self };
        let told = deciding.told(&timer);
        let mut events = vec![deciding.event(Happened::FellDue { timer: timer.name.clone(), due: timer.due, told })];
        match &timer.what {
            What::Stage(stage) => events.extend(deciding.overdue(stage, at)),
            What::Approval(_) | What::Step(..) | What::Reminder(_) | What::Obligation(_) => {}
            // Where no higher level is left, or nobody holds it, the reminder is all that can be done.
            What::Escalation(gate) => events.extend(deciding.escalate(gate, at).unwrap_or_default()),
            // What lacks something at the end to which it leads waits for that; people are told.
            What::Hold(gate, then) => events.extend(deciding.by_itself(gate, then, at).ok()),
            What::Lapse(gate, then) => {
                let decided = then.as_ref().and_then(|then| deciding.by_itself(gate, then, at).ok());
                let returned = || deciding.event(Happened::Returned { gate: gate.clone(), why: Return::Lapsed, comment: None });
                events.push(decided.unwrap_or_else(returned));
            }
        }
        Ok(events)
    }

    /// The outcome of a gate that follows because a time is over, whatever the gate asks for otherwise.
    fn by_itself(&self, gate: &GateId, outcome: &OutcomeId, at: DateTime<Utc>) -> Result<Event, Refusal> {
        let found = self.gate(gate)?;
        let report = self.report(&self.subject(About::Gate(gate)), gate, at)?;
        self.decided((found, outcome, Vec::new()), &report, How::Expiry, at)
    }

    /// What follows by itself where a stage is overdue: at the first gate, in the order of the file, at which anything can.
    ///
    /// A case that came to the stage when it was due already is not sent on at the same moment, or it might go round for ever.
    fn overdue(&self, stage: &StageId, at: DateTime<Utc>) -> Vec<Event> {
        let stages = &self.state.stages;
        if stages.get(stage).is_none_or(|visit| visit.since >= at) {
            return Vec::new();
        }
        let lapses = self.workflow.lapses(stage).filter(|(gate, _)| gate.all_active(|stage| stages.contains_key(stage)));
        let follows = |(gate, lapse): (&Gate, &Lapse)| match lapse {
            Lapse::Outcome(outcome) => self.by_itself(gate.id(), outcome, at).ok().map(|event| vec![event]),
            Lapse::Rules => self.submit(gate.id(), None, &[]).ok(),
        };
        lapses.filter_map(follows).next().unwrap_or_default()
    }

    /// Who is told of a timer.
    fn told(&self, timer: &Timer) -> Vec<UserId> {
        let each = |found: Vec<UserId>| found.into_iter().collect::<IndexSet<UserId>>().into_iter().collect::<Vec<UserId>>();
        let holding = |roles: Vec<&crate::names::RoleId>| each(self.holding(roles).into_iter().flat_map(|(_, users)| users).collect());
        match &timer.what {
            What::Stage(stage) => holding(self.workflow.stages().get(stage).and_then(crate::workflow::Stage::lead).into_iter().collect()),
            What::Approval(gate) | What::Reminder(gate) | What::Step(gate, _) | What::Escalation(gate) | What::Lapse(gate, _) => {
                let may = self.state.submissions.get(gate).map(|submission| submission.may_vote(&self.delegations(), self.occasion.now));
                each(may.unwrap_or_default().into_iter().map(|may| may.user).collect())
            }
            What::Obligation(obligation) => {
                let role = self.state.obligations.get(obligation).and_then(|owed| owed.role.as_ref());
                holding(role.map_or_else(|| self.leads().collect(), |role| vec![role]))
            }
            What::Hold(..) => holding(self.leads().collect()),
        }
    }
}
