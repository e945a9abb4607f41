//! Delegations: somebody decides for somebody else, for a time and within bounds.
//!
//! It must not give more than the delegator has: which seats those are is for the [`ledger`](super::ledger).

use super::plan::Plan;
use crate::names::{GateId, LevelId, RoleId, UserId};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Somebody may decide for somebody else. An absence is one for everything.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delegation {
    /// The delegator.
    pub from: UserId,
    /// The delegate.
    pub to: UserId,
    /// The one role that it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<RoleId>,
    /// The one gate that it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gate: Option<GateId>,
    /// The highest level of authority that it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<LevelId>,
    /// From when on.
    pub starts: DateTime<Utc>,
    /// Until when; that moment is no longer part of it.
    pub ends: DateTime<Utc>,
    /// Whether the delegate may hand it on.
    #[serde(default)]
    pub transitive: bool,
    /// What was said about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Arc<str>>,
}

/// Why a delegation does not help, from what is nearest to helping.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Unfit {
    /// It is for another role.
    Role,
    /// It is for another gate.
    Gate,
    /// It does not reach this level.
    Limit,
    /// It has not begun.
    NotBegun,
    /// It is over.
    Ended,
}

impl Delegation {
    /// Whether it lets the delegate do what the role is for outside of an approval, at this gate or at none. One with a limit is for approvals:
    /// what has no level cannot be shown to be within it.
    #[must_use]
    pub fn covers(&self, role: &RoleId, gate: Option<&GateId>, at: DateTime<Utc>) -> bool {
        self.limit.is_none()
            && self.role.as_ref().is_none_or(|only| only == role)
            && self.gate.as_ref().is_none_or(|only| Some(only) == gate)
            && self.starts <= at
            && at < self.ends
    }

    /// Whether it is for this role at this approval and moment. A signer who was added holds no role: only what is for every role is for them.
    pub(super) fn fits(&self, plan: &Plan, role: Option<&RoleId>, at: DateTime<Utc>) -> Result<(), Unfit> {
        if self.ends <= at {
            Err(Unfit::Ended)
        } else if at < self.starts {
            Err(Unfit::NotBegun)
        } else if self.gate.as_ref().is_some_and(|gate| *gate != plan.gate) {
            Err(Unfit::Gate)
        } else if !self.reaches(plan) {
            Err(Unfit::Limit)
        } else if self.role.is_some() && self.role.as_ref() != role {
            Err(Unfit::Role)
        } else {
            Ok(())
        }
    }

    /// Whether its limit is as high as the level of an approval. An approval without levels, or with others, cannot be held against a limit,
    /// and what cannot be shown to be within bounds is not.
    fn reaches(&self, plan: &Plan) -> bool {
        let Some(limit) = &self.limit else { return true };
        let place = |level: &LevelId| plan.levels.iter().position(|known| known == level);
        match (plan.level.as_ref().and_then(place), place(limit)) {
            (Some(level), Some(limit)) => level <= limit,
            _ => false,
        }
    }
}

/// Everybody to whom a role of somebody comes by delegations, with those on the way; each once, whichever way around they delegate to each
/// other. `passes` says who may have it at all: who may not, cannot hand it on either.
pub(super) fn reached<'d>(
    delegations: &'d [Delegation],
    from: &UserId,
    fits: impl Fn(&Delegation) -> bool,
    passes: impl Fn(&UserId) -> bool,
) -> Vec<(&'d UserId, Vec<&'d Delegation>)> {
    let mut found: Vec<(&UserId, Vec<&Delegation>)> = Vec::new();
    let mut next: Vec<(&UserId, Vec<&Delegation>)> = Vec::new();
    let start = delegations.iter().filter(|one| one.from == *from);
    next.extend(start.filter(|one| fits(one)).map(|one| (&one.to, vec![one])));
    // Whoever comes by it so that it may be handed on hands it on once, and whoever comes by it otherwise is only noted.
    let mut handed_on: BTreeSet<&UserId> = BTreeSet::new();
    while !next.is_empty() {
        let mut further = Vec::new();
        for (user, way) in next {
            if user == from || !passes(user) {
                continue;
            }
            if way.last().is_some_and(|last| last.transitive) && handed_on.insert(user) {
                for one in delegations.iter().filter(|one| one.from == *user && fits(one)) {
                    let mut longer = way.clone();
                    longer.push(one);
                    further.push((&one.to, longer));
                }
            }
            if !found.iter().any(|(known, _)| *known == user) {
                found.push((user, way));
            }
        }
        next = further;
    }
    found
}
