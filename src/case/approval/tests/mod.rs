//! Approvals by example, each test one rule of the pages on approvals.
//!
//! It must not reach into the replay: only what others can see counts.

mod delegations;
mod draw;
mod examples;
mod model;
mod orders;
mod plans;
mod properties;
mod provers;
mod rings;

use super::*;
use crate::evaluation::Votes;
use crate::names::{GateId, LevelId, RoleId, UserId};
use chrono::{DateTime, TimeDelta, Utc};
use rust_decimal::Decimal;

pub(super) fn user(name: &str) -> UserId {
    UserId::parse(name).unwrap()
}

pub(super) fn users(names: &str) -> Vec<UserId> {
    names.split_whitespace().map(user).collect()
}

pub(super) fn role(name: &str) -> RoleId {
    RoleId::parse(name).unwrap()
}

/// Minutes after a Monday morning.
pub(super) fn at(minutes: i64) -> DateTime<Utc> {
    "2026-11-02T08:00:00Z".parse::<DateTime<Utc>>().unwrap() + TimeDelta::minutes(minutes)
}

pub(super) fn seat(name: &str, holders: &str) -> Seat {
    Seat { role: role(name), users: users(holders), weight: None }
}

pub(super) fn weighing(name: &str, holders: &str, weight: i64) -> Seat {
    Seat { weight: Some(Decimal::from(weight)), ..seat(name, holders) }
}

pub(super) fn step(votes: Votes, voters: Vec<Seat>) -> StepPlan {
    StepPlan { index: 0, voters, votes, veto: Vec::new(), due: None, kept: Vec::new() }
}

pub(super) fn plan(steps: Vec<StepPlan>) -> Plan {
    let steps = steps.into_iter().enumerate().map(|(index, step)| StepPlan { index, ..step }).collect();
    Plan { gate: GateId::parse("grant").unwrap(), level: None, levels: Vec::new(), steps, barred: Vec::new(), apart: false, due: None }
}

/// A plan at the level `high` of `low`, `high` and `highest`.
pub(super) fn at_high(steps: Vec<StepPlan>) -> Plan {
    let levels: Vec<LevelId> = ["low", "high", "highest"].map(|name| LevelId::parse(name).unwrap()).to_vec();
    Plan { level: Some(levels[1].clone()), levels, ..plan(steps) }
}

pub(super) fn decision(step: usize, by: &str, choice: Choice, minute: i64) -> Decision {
    Decision { step, by: user(by), for_user: None, under: Vec::new(), choice, at: at(minute), comment: None }
}

/// A delegation of everything, for the first thousand minutes.
pub(super) fn delegation(from: &str, to: &str) -> Delegation {
    Delegation {
        from: user(from),
        to: user(to),
        role: None,
        gate: None,
        limit: None,
        starts: at(0),
        ends: at(1_000),
        transitive: false,
        reason: None,
    }
}

/// A case that is being decided: what is admitted is done, a minute after what was done before.
pub(super) struct Running {
    pub(super) plan: Plan,
    pub(super) acts: Vec<Act>,
    pub(super) delegations: Vec<Delegation>,
    pub(super) minute: i64,
}

impl Running {
    pub(super) fn new(plan: Plan) -> Self {
        Self { plan, acts: Vec::new(), delegations: Vec::new(), minute: 0 }
    }

    pub(super) fn act(&mut self, act: Act) -> Result<(), Denied> {
        let act = admit(&self.plan, &self.acts, &self.delegations, act)?;
        self.acts.push(act);
        Ok(())
    }

    pub(super) fn says(&mut self, by: &str, step: usize, choice: Choice) -> Result<(), Denied> {
        self.minute += 1;
        self.act(Act::Decided(decision(step, by, choice, self.minute)))
    }

    pub(super) fn approves(&mut self, by: &str, step: usize) -> Result<(), Denied> {
        self.says(by, step, Choice::Approve)
    }

    pub(super) fn rejects(&mut self, by: &str, step: usize) -> Result<(), Denied> {
        self.says(by, step, Choice::Reject)
    }

    pub(super) fn approves_for(&mut self, by: &str, holder: &str, step: usize) -> Result<(), Denied> {
        self.minute += 1;
        self.act(Act::Decided(Decision { for_user: Some(user(holder)), ..decision(step, by, Choice::Approve, self.minute) }))
    }

    pub(super) fn adds(&mut self, by: &str, signer: &str, place: Place, step: usize) -> Result<(), Denied> {
        self.minute += 1;
        self.act(Act::Added(Added { step, by: user(by), user: user(signer), place, at: at(self.minute) }))
    }

    pub(super) fn transfers(&mut self, from: &str, to: &str, step: usize) -> Result<(), Denied> {
        self.minute += 1;
        self.act(Act::Transferred(Transferred { step, from: user(from), to: user(to), at: at(self.minute) }))
    }

    pub(super) fn standing(&self) -> Standing {
        standing(&self.plan, &self.acts, &self.delegations, at(self.minute))
    }

    pub(super) fn state(&self, step: usize) -> StepState {
        self.standing().steps[step].state.clone()
    }

    pub(super) fn result(&self) -> Option<Ruling> {
        self.standing().result
    }

    /// Who may decide now, with whom they decide for.
    pub(super) fn may(&self, step: usize) -> Vec<String> {
        let (StepState::Open { may, .. } | StepState::Stuck { may, .. }) = self.state(step) else { return Vec::new() };
        may.iter().map(|may| may.for_user.as_ref().map_or(may.user.to_string(), |holder| format!("{} for {holder}", may.user))).collect()
    }
}
