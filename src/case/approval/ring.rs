//! Rings of delegations: people who are all away at the same time, each with the next to decide.
//!
//! It must not refuse anything: nobody is lost in a ring, but nobody in it may be there.

use super::delegation::Delegation;
use crate::names::{GateId, RoleId, UserId};
use chrono::{DateTime, Utc};
use serde::Serialize;
use std::collections::{HashSet, VecDeque};

/// People each of whom lets the next one decide, and the last one the first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Ring {
    /// They, in order.
    pub users: Vec<UserId>,
    /// Since when all of them are away.
    pub starts: DateTime<Utc>,
    /// Until when.
    pub ends: DateTime<Utc>,
}

/// What several delegations are for together.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Shared<'d> {
    role: Option<&'d RoleId>,
    gate: Option<&'d GateId>,
    starts: DateTime<Utc>,
    ends: DateTime<Utc>,
}

impl<'d> Shared<'d> {
    fn of(delegation: &'d Delegation) -> Self {
        let Delegation { role, gate, starts, ends, .. } = delegation;
        Self { role: role.as_ref(), gate: gate.as_ref(), starts: *starts, ends: *ends }
    }

    /// What is left of it where another delegation comes in between; nothing, where they are never for the same.
    fn with(&self, other: &'d Delegation) -> Option<Self> {
        let other = Self::of(other);
        let same_role = self.role.is_none() || other.role.is_none() || self.role == other.role;
        let same_gate = self.gate.is_none() || other.gate.is_none() || self.gate == other.gate;
        let (starts, ends) = (self.starts.max(other.starts), self.ends.min(other.ends));
        let fits = same_role && same_gate && starts < ends;
        fits.then(|| Self { role: self.role.or(other.role), gate: self.gate.or(other.gate), starts, ends })
    }
}

/// The shortest ring that a delegation closes: there is a moment, a role and a gate for which everybody in it has delegated.
#[must_use]
pub fn ring(delegations: &[Delegation], new: &Delegation) -> Option<Ring> {
    let mut next = VecDeque::from([(vec![&new.from, &new.to], Shared::of(new))]);
    // Whoever is reached for the same a second time leads nowhere else.
    let mut seen: HashSet<(&UserId, Shared<'_>)> = HashSet::new();
    while let Some((users, shared)) = next.pop_front() {
        let Some(last) = users.last().copied().filter(|last| seen.insert((*last, shared.clone()))) else { continue };
        for one in delegations.iter().filter(|one| one.from == *last) {
            let Some(shared) = shared.with(one) else { continue };
            if one.to == new.from {
                let users = users.into_iter().cloned().collect();
                return Some(Ring { users, starts: shared.starts, ends: shared.ends });
            }
            if !users.contains(&&one.to) {
                next.push_back(([&*users, &[&one.to]].concat(), shared));
            }
        }
    }
    None
}
