//! What holds a case back beside criteria: waivers, obligations, conditions of a hold.
//!
//! It must not judge whether something is really so; whoever says so is on record.

use super::{Deciding, Reason, Refusal, one_of, required};
use crate::case::event::{Event, Happened};
use crate::names::{CriterionId, GateId, ObligationId};
use chrono::{DateTime, Utc};
use std::sync::Arc;

impl Deciding<'_> {
    pub(super) fn waive(&self, id: &GateId, criterion: &CriterionId, reason: &Arc<str>) -> Result<Vec<Event>, Refusal> {
        let gate = self.gate(id)?;
        let Some(found) = gate.must().get(criterion) else {
            let refusal = Refusal::new(Reason::Unknown, format!("the gate `{id}` has no must-meet criterion `{criterion}`"));
            let can = gate.must().iter().filter(|(_, criterion)| criterion.waiver.is_some()).map(|(id, _)| id);
            return Err(refusal.help(format!("what can be waived: {}", one_of(can))));
        };
        let Some(role) = &found.waiver else {
            return Err(Refusal::new(Reason::NotAllowed, format!("nobody may waive `{criterion}`")));
        };
        self.allow(&format!("waive `{criterion}`"), &self.holding([role]), Some(id))?;
        required(reason, "a waiver needs a reason")?;
        if self.state.waived.contains(&(id.clone(), criterion.clone())) {
            return Err(Refusal::new(Reason::AlreadyDone, format!("`{criterion}` is waived already")));
        }
        Ok(self.one(Happened::Waived { gate: id.clone(), criterion: criterion.clone(), reason: Arc::clone(reason) }))
    }

    pub(super) fn owe(&self, obligation: &ObligationId, due: Option<DateTime<Utc>>) -> Result<Vec<Event>, Refusal> {
        let Some((_, known)) = self.workflow.obligations().find(|(known, _)| *known == obligation) else {
            let refusal =
                Refusal::new(Reason::Unknown, format!("the workflow `{}` knows no obligation `{obligation}`", self.workflow.id()));
            let names: std::collections::BTreeSet<&ObligationId> = self.workflow.obligations().map(|(known, _)| known).collect();
            return Err(refusal.help(format!("it knows {}", one_of(names))));
        };
        self.allow("say what is owed", &self.holding(self.leads()), None)?;
        if self.state.obligations.contains_key(obligation) {
            return Err(Refusal::new(Reason::AlreadyDone, format!("`{obligation}` is owed already")));
        }
        let due = due.or_else(|| known.within.and_then(|term| self.workflow.calendar().add(self.occasion.now, term).ok()));
        Ok(self.one(Happened::Owed { obligation: obligation.clone(), due, role: known.role.clone() }))
    }

    pub(super) fn clear(&self, obligation: &ObligationId, comment: Option<&Arc<str>>) -> Result<Vec<Event>, Refusal> {
        let Some(owed) = self.state.obligations.get(obligation) else {
            let refusal = Refusal::new(Reason::Unknown, format!("`{obligation}` is not owed"));
            return Err(refusal.help(format!("owed is {}", one_of(self.state.obligations.keys()))));
        };
        // Whoever leads asks for what the obligation holds back: where a role owes it, nobody else says that it is met.
        let roles: Vec<_> = owed.role.as_ref().map_or_else(|| self.leads().collect(), |role| vec![role]);
        if !roles.is_empty() {
            self.allow(&format!("clear `{obligation}`"), &self.holding(roles), None)?;
        }
        Ok(self.one(Happened::Cleared { obligation: obligation.clone(), comment: comment.cloned() }))
    }

    pub(super) fn meet(&self, id: &GateId, number: usize) -> Result<Vec<Event>, Refusal> {
        let hold = self.hold(id)?;
        let Some(condition) = hold.conditions.get(number) else {
            let refusal = Refusal::new(Reason::Unknown, format!("the hold at the gate `{id}` has no condition {}", number + 1));
            let known = hold.conditions.iter().enumerate().map(|(index, condition)| format!("{}: {}", index + 1, condition.text));
            return Err(refusal.details(known));
        };
        self.allow("say that a condition is met", &self.holding(self.leads()), Some(id))?;
        if condition.met {
            return Err(Refusal::new(Reason::AlreadyDone, format!("the condition {} is met already", number + 1)));
        }
        Ok(self.one(Happened::ConditionMet { gate: id.clone(), condition: number }))
    }

    pub(super) fn resume(&self, id: &GateId) -> Result<Vec<Event>, Refusal> {
        let hold = self.hold(id)?;
        self.allow("end a hold", &self.holding(self.leads()), Some(id))?;
        let open: Vec<String> =
            hold.conditions.iter().filter(|condition| !condition.met).map(|condition| condition.text.to_string()).collect();
        if open.is_empty() {
            return Ok(self.one(Happened::Resumed { gate: id.clone() }));
        }
        Err(Refusal::new(Reason::OnHold, format!("conditions of the hold at the gate `{id}` are open")).details(open))
    }

    fn hold(&self, id: &GateId) -> Result<&crate::case::Hold, Refusal> {
        self.gate(id)?;
        self.state.holds.get(id).ok_or_else(|| Refusal::new(Reason::Unknown, format!("the case is not on hold at the gate `{id}`")))
    }
}
