//! What happens when time runs out: whoever is concerned is told, the next level is asked, another outcome follows.
//!
//! It must not do two things at once: one timer at a time, the one that fell due first.

use super::{About, Deciding, Refusal};
use crate::case::event::{Actor, Event, Happened, How};
use crate::case::timers::{Timer, What, timers};
use crate::names::UserId;
use indexmap::IndexSet;

impl Deciding<'_> {
    pub(super) fn fall_due(&self) -> Result<Vec<Event>, Refusal> {
        let due = timers(self.workflow, self.state, self.occasion).into_iter().find(|timer| timer.due <= self.occasion.now);
        let Some(timer) = due else { return Ok(Vec::new()) };
        // What follows from it follows at the moment when it fell due, also where nobody looked before now. Of what was due already when it
        // came to be, such as a deadline before a date that is changed to one in the past, that is the moment of the change.
        let at = timer.due.max(self.state.latest);
        let occasion = crate::case::Occasion { now: at, by: Actor::Clock, children: self.occasion.children.clone() };
        let deciding = Deciding { occasion: &occasion, ..*self };
        let told = deciding.told(&timer);
        let mut events = vec![deciding.event(Happened::FellDue { timer: timer.name.clone(), due: timer.due, told })];
        match &timer.what {
            What::Stage(_) | What::Approval(_) | What::Step(..) | What::Reminder(_) | What::Obligation(_) => {}
            // Where no higher level is left, or nobody holds it, the reminder is all that can be done.
            What::Escalation(gate) => events.extend(deciding.escalate(gate, at).unwrap_or_default()),
            What::Hold(gate, then) => {
                let expired = deciding.gate(gate).and_then(|found| {
                    let report = deciding.report(&deciding.subject(About::Gate(gate)), gate, at)?;
                    deciding.decided((found, then, Vec::new()), &report, How::Expiry, at)
                });
                // What lacks something at the end to which it leads waits for that; people are told.
                events.extend(expired.ok());
            }
        }
        Ok(events)
    }

    /// Who is told of a timer.
    fn told(&self, timer: &Timer) -> Vec<UserId> {
        let each = |found: Vec<UserId>| found.into_iter().collect::<IndexSet<UserId>>().into_iter().collect::<Vec<UserId>>();
        let holding = |roles: Vec<&crate::names::RoleId>| each(self.holding(roles).into_iter().flat_map(|(_, users)| users).collect());
        match &timer.what {
            What::Stage(stage) => holding(self.workflow.stages().get(stage).and_then(crate::workflow::Stage::lead).into_iter().collect()),
            What::Approval(gate) | What::Reminder(gate) | What::Step(gate, _) | What::Escalation(gate) => {
                let may =
                    self.state.submissions.get(gate).map(|submission| submission.may_vote(&self.state.delegations, self.occasion.now));
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
