//! How an approval stands: what each step waits for, who may decide, and what has come of it.
//!
//! It must not remember anything: it follows from the plan and what was done.

use super::act::{Act, Choice};
use super::delegation::Delegation;
use super::denied::Denied;
use super::ledger::Ledger;
use super::plan::Plan;
use crate::names::{RoleId, UserId};
use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// How an approval stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// Its steps, in order.
    pub steps: Vec<StepStanding>,
    /// What has come of it. Once it is there, it never changes.
    pub result: Option<Ruling>,
}

/// What has come of an approval.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ruling {
    /// Every step was approved.
    Approved,
    /// A step was rejected.
    Rejected,
}

/// How a step stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepStanding {
    /// What it waits for, or what has come of it.
    pub state: StepState,
    /// The votes that stand, in the order in which people first voted.
    pub votes: Vec<Cast>,
}

/// What a step waits for, or what has come of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StepState {
    /// It is not its turn, or will never be because an earlier step was rejected.
    Waiting,
    /// It can be decided.
    Open {
        /// What is needed: roles, members, or weight. While it waits for added signers, how many they are.
        needed: Decimal,
        /// How much of that is there.
        have: Decimal,
        /// Who may decide now. Whoever has decided already may still decide otherwise.
        may: Vec<MayVote>,
    },
    /// Enough have agreed.
    Approved,
    /// It cannot be approved any more.
    Rejected {
        /// Who said no.
        by: Vec<UserId>,
        /// Whether a veto did it.
        veto: bool,
    },
    /// Nobody said no, and yet those who are left are too few. It waits for another way: a transfer, a recall, the next level.
    Stuck {
        /// Why.
        why: Impasse,
        /// What is needed.
        needed: Decimal,
        /// How much of that is there.
        have: Decimal,
        /// Who may decide nevertheless.
        may: Vec<MayVote>,
    },
}

/// Why a step that nobody rejected is not approved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Impasse {
    /// Too few may vote: the others submitted it, lead the stage, or approved in an earlier step, or nobody holds the role.
    TooFew,
    /// Too many abstained.
    Abstained {
        /// They.
        by: Vec<UserId>,
    },
}

/// Somebody who may decide.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MayVote {
    /// Who.
    pub user: UserId,
    /// For whom, where that is somebody else.
    pub for_user: Option<UserId>,
    /// The roles that this is for; none for a signer who was added.
    pub roles: Vec<RoleId>,
    /// What the decision is good for.
    pub capacity: Capacity,
    /// What was decided already and could be decided otherwise.
    pub said: Option<Choice>,
}

/// What a decision is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Capacity {
    /// It is a vote.
    Vote,
    /// It is the signature of somebody who was added.
    Sign,
    /// It is no vote, but a no is final.
    Veto,
}

/// A vote that stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cast {
    /// Whose vote it is.
    pub voter: UserId,
    /// Who gave it.
    pub by: UserId,
    /// For which role; none for a signer who was added.
    pub role: Option<RoleId>,
    /// What it is good for.
    pub capacity: Capacity,
    /// What was said.
    pub choice: Choice,
    /// When.
    pub at: DateTime<Utc>,
}

/// How an approval stands after what was done. The acts are taken in order of their time, those of one moment in the order given; an act
/// that was not to be admitted counts for nothing. Delegations only say who may decide now: what was decided carries its own.
#[must_use]
pub fn standing(plan: &Plan, acts: &[Act], delegations: &[Delegation], now: DateTime<Utc>) -> Standing {
    Ledger::replay(plan, acts).standing(delegations, now)
}

/// Whether something may be done at its time; if so, gives it as the history is to keep it: a decision for somebody else with the
/// delegations by which it is made.
///
/// # Errors
/// Names the rule against it, and what would be accepted.
pub fn admit(plan: &Plan, acts: &[Act], delegations: &[Delegation], act: Act) -> Result<Act, Denied> {
    Ledger::replay(plan, acts).admit(delegations, act)
}
