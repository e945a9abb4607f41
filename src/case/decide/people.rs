//! Who holds a role in a case, who decides for whom, and who may end it.
//!
//! It must not change who holds a role in other cases.

use super::{Deciding, Reason, Refusal, one_of, required};
use crate::case::approval::Delegation;
use crate::case::event::{Actor, Event, Happened};
use crate::names::{RoleId, UserId};
use std::sync::Arc;

impl Deciding<'_> {
    pub(super) fn reassign(&self, role: &RoleId, to: &[UserId]) -> Result<Vec<Event>, Refusal> {
        if !self.workflow.roles().contains_key(role) {
            let refusal = Refusal::new(Reason::Unknown, format!("the workflow `{}` has no role `{role}`", self.workflow.id()));
            return Err(refusal.help(format!("its roles are {}", one_of(self.workflow.roles().keys()))));
        }
        // Whoever holds a role may hand it over, and whoever leads may give it to others.
        self.allow(&format!("give the role `{role}` to others"), &self.holding(std::iter::once(role).chain(self.leads())), None)?;
        let held = self.state.assigned.get(role).map(Vec::as_slice).unwrap_or_default();
        if held == to {
            return Err(Refusal::new(Reason::AlreadyDone, format!("the role `{role}` is held so already")));
        }
        Ok(self.one(Happened::Reassigned { role: role.clone(), to: to.to_vec() }))
    }

    pub(super) fn delegate(&self, delegation: &Delegation) -> Result<Vec<Event>, Refusal> {
        let events = self.stand_in(delegation)?;
        if let Some(role) = delegation.role.as_ref().filter(|role| !self.workflow.roles().contains_key(*role)) {
            return Err(Refusal::new(Reason::Unknown, format!("the workflow `{}` has no role `{role}`", self.workflow.id())));
        }
        if let Some(gate) = &delegation.gate {
            self.gate(gate)?;
        }
        Ok(events)
    }

    /// What is delegated for every case names roles and gates of other workflows.
    pub(super) fn stand_in(&self, delegation: &Delegation) -> Result<Vec<Event>, Refusal> {
        if let Some(user) = self.occasion.by.user().filter(|user| delegation.from != *user) {
            return Err(Refusal::not_allowed(&user, &format!("delegate what is for `{}`", delegation.from), &[]));
        }
        if delegation.from == delegation.to {
            return Err(Refusal::new(Reason::Invalid, "nobody stands in for himself"));
        }
        if delegation.ends <= delegation.starts.max(self.occasion.now) {
            return Err(Refusal::new(Reason::Invalid, "a delegation ends after it starts, and not in the past"));
        }
        Ok(self.one(Happened::Delegated { delegation: delegation.clone() }))
    }

    pub(super) fn end_delegation(&self, to: &UserId) -> Result<Vec<Event>, Refusal> {
        let Actor::User(from) = &self.occasion.by else { return Ok(Vec::new()) };
        let known = self.state.delegations.iter().any(|delegation| delegation.from == *from && delegation.to == *to);
        if !known {
            return Err(Refusal::new(Reason::Unknown, format!("`{from}` has delegated nothing to `{to}` in this case")));
        }
        Ok(self.one(Happened::DelegationEnded { from: from.clone(), to: to.clone() }))
    }

    pub(super) fn cancel(&self, reason: &Arc<str>) -> Result<Vec<Event>, Refusal> {
        self.allow("cancel the case", &self.holding(self.leads()), None)?;
        required(reason, "a case is not cancelled without a reason")?;
        Ok(self.one(Happened::Abandoned { reason: Arc::clone(reason) }))
    }
}
