//! Why somebody may not do something in an approval: the rule, and what would be accepted.
//!
//! It must not decide that; the [`ledger`](super::ledger) does.

use super::plan::Why;
use super::standing::Ruling;
use crate::names::{GateId, LevelId, RoleId, UserId};
use chrono::{DateTime, Utc};
use std::fmt;

/// Why something is refused. Steps count from 0 here, and from 1 in messages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Denied {
    /// The approval is over.
    Settled(Ruling),
    /// The approval has no such step.
    UnknownStep {
        /// The step that was named.
        step: usize,
        /// How many there are.
        steps: usize,
    },
    /// The step is decided.
    StepDecided {
        /// The step.
        step: usize,
        /// The step whose turn it is.
        open: usize,
    },
    /// An earlier step is still open.
    NotYourTurn {
        /// The step that is open.
        open: usize,
        /// For whom it waits.
        waiting: Vec<UserId>,
    },
    /// It is dated before what was done last.
    OutOfOrder {
        /// When it is said to have been done.
        at: DateTime<Utc>,
        /// When something was done last.
        last: DateTime<Utc>,
    },
    /// Somebody's decision does not count here.
    Barred {
        /// Who.
        user: UserId,
        /// Why.
        why: Why,
    },
    /// Somebody approved in an earlier step already.
    ApprovedEarlier {
        /// Who.
        user: UserId,
        /// The step.
        step: usize,
    },
    /// Somebody has no vote in the step.
    NoSeat {
        /// Who.
        user: UserId,
        /// The step.
        step: usize,
        /// Those who have.
        holders: Vec<UserId>,
    },
    /// Somebody's no is final, and there is no vote beside it.
    VetoOnly {
        /// Who.
        user: UserId,
        /// The step.
        step: usize,
    },
    /// Nobody was told to decide for somebody else.
    NoDelegation {
        /// The delegator.
        from: UserId,
        /// The delegate.
        to: UserId,
    },
    /// A delegation is over.
    DelegationEnded {
        /// The delegator.
        from: UserId,
        /// The delegate.
        to: UserId,
        /// When it ended.
        ended: DateTime<Utc>,
    },
    /// A delegation has not begun.
    DelegationNotBegun {
        /// The delegator.
        from: UserId,
        /// The delegate.
        to: UserId,
        /// When it begins.
        starts: DateTime<Utc>,
    },
    /// A delegation is for another gate.
    DelegationElsewhere {
        /// The delegator.
        from: UserId,
        /// The delegate.
        to: UserId,
        /// The gate that it is for.
        gate: GateId,
    },
    /// A delegation does not reach the level of this approval.
    DelegationLimited {
        /// The delegator.
        from: UserId,
        /// The delegate.
        to: UserId,
        /// The highest level that it is for.
        limit: LevelId,
    },
    /// A delegation is for a role that the delegator does not have in the step.
    DelegationRole {
        /// The delegator.
        from: UserId,
        /// The delegate.
        to: UserId,
        /// The role that it is for.
        role: RoleId,
    },
    /// Somebody votes for themselves where they would vote for somebody else.
    VotesForThemselves {
        /// Who.
        user: UserId,
        /// The step.
        step: usize,
    },
    /// Somebody votes for another person already.
    VotesForAnother {
        /// Who.
        user: UserId,
        /// For whom.
        other: UserId,
        /// The step.
        step: usize,
    },
    /// Somebody decided personally, which no delegate changes.
    DecidedPersonally {
        /// Who.
        user: UserId,
        /// The step.
        step: usize,
    },
    /// Signers who were added come first.
    SignersFirst {
        /// The step.
        step: usize,
        /// They.
        waiting: Vec<UserId>,
    },
    /// Signers who come last wait for the votes.
    VotesFirst {
        /// The step.
        step: usize,
        /// Those who have not voted.
        waiting: Vec<UserId>,
    },
    /// The votes are in, and only signers who were added are left.
    VotesIn {
        /// The step.
        step: usize,
        /// They.
        waiting: Vec<UserId>,
    },
    /// Somebody has a part in the step already.
    TakesPart {
        /// Who.
        user: UserId,
        /// The step.
        step: usize,
    },
    /// Somebody decided, and cannot hand that over any more.
    HasDecided {
        /// Who.
        user: UserId,
        /// The step.
        step: usize,
    },
}

impl Denied {
    /// The word for it; it never changes.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Denied::Settled(_) => "approval-settled",
            Denied::UnknownStep { .. } => "unknown-step",
            Denied::StepDecided { .. } => "step-decided",
            Denied::NotYourTurn { .. } => "not-your-turn",
            Denied::OutOfOrder { .. } => "out-of-order",
            Denied::Barred { why: Why::Submitter, .. } => "own-submission",
            Denied::Barred { why: Why::Lead, .. } => "own-stage",
            Denied::ApprovedEarlier { .. } => "approved-earlier",
            Denied::NoSeat { .. } => "no-vote",
            Denied::VetoOnly { .. } => "veto-only",
            Denied::NoDelegation { .. } => "no-delegation",
            Denied::DelegationEnded { .. } => "delegation-ended",
            Denied::DelegationNotBegun { .. } => "delegation-not-begun",
            Denied::DelegationElsewhere { .. } => "delegation-elsewhere",
            Denied::DelegationLimited { .. } => "delegation-limited",
            Denied::DelegationRole { .. } => "delegation-role",
            Denied::VotesForThemselves { .. } => "votes-for-themselves",
            Denied::VotesForAnother { .. } => "votes-for-another",
            Denied::DecidedPersonally { .. } => "decided-personally",
            Denied::SignersFirst { .. } => "signers-first",
            Denied::VotesFirst { .. } => "votes-first",
            Denied::VotesIn { .. } => "votes-in",
            Denied::TakesPart { .. } => "takes-part",
            Denied::HasDecided { .. } => "has-decided",
        }
    }
}

/// People in a message.
fn people(users: &[UserId]) -> String {
    if users.is_empty() {
        return "nobody".to_owned();
    }
    users.iter().map(|user| format!("`{user}`")).collect::<Vec<_>>().join(", ")
}

fn time(at: &DateTime<Utc>) -> impl fmt::Display + '_ {
    at.format("%Y-%m-%d %H:%M UTC")
}

impl fmt::Display for Denied {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Denied::Settled(Ruling::Approved) => write!(f, "it is approved already: nothing is left to decide"),
            Denied::Settled(Ruling::Rejected) => write!(f, "it is rejected already: nothing is left to decide"),
            Denied::UnknownStep { step, steps } => write!(f, "there is no step {}: the approval has {steps}", step + 1),
            Denied::StepDecided { step, open } => write!(f, "step {} is decided already: it is the turn of step {}", step + 1, open + 1),
            Denied::NotYourTurn { open, waiting } => {
                write!(f, "not your turn: step {} is still open, waiting for {}", open + 1, people(waiting))
            }
            Denied::OutOfOrder { at, last } => {
                write!(f, "it is dated {}, before what was done last, on {}", time(at), time(last))
            }
            Denied::Barred { user, why: Why::Submitter } => write!(f, "`{user}` submitted this: somebody else must decide"),
            Denied::Barred { user, why: Why::Lead } => write!(f, "`{user}` leads the stage: somebody else must decide"),
            Denied::ApprovedEarlier { user, step } => {
                write!(f, "`{user}` approved in step {} already: somebody else must decide", step + 1)
            }
            Denied::NoSeat { user, step, holders } => {
                write!(f, "`{user}` has no vote in step {}: {} may decide there", step + 1, people(holders))
            }
            Denied::VetoOnly { user, step } => write!(f, "`{user}` can stop step {} by a no, and has no vote there", step + 1),
            Denied::NoDelegation { from, to } => write!(f, "there is no delegation from `{from}` to `{to}`"),
            Denied::DelegationEnded { from, to, ended } => write!(f, "the delegation from `{from}` to `{to}` ended on {}", time(ended)),
            Denied::DelegationNotBegun { from, to, starts } => {
                write!(f, "the delegation from `{from}` to `{to}` begins on {}", time(starts))
            }
            Denied::DelegationElsewhere { from, to, gate } => {
                write!(f, "the delegation from `{from}` to `{to}` is for the gate `{gate}` only")
            }
            Denied::DelegationLimited { from, to, limit } => {
                write!(f, "the delegation from `{from}` to `{to}` is for levels up to `{limit}`")
            }
            Denied::DelegationRole { from, to, role } => write!(f, "the delegation from `{from}` to `{to}` is for the role `{role}` only"),
            Denied::VotesForThemselves { user, step } => {
                write!(f, "`{user}` has a vote of their own in step {}, and gives no other", step + 1)
            }
            Denied::VotesForAnother { user, other, step } => write!(f, "`{user}` votes for `{other}` in step {} already", step + 1),
            Denied::DecidedPersonally { user, step } => {
                write!(f, "`{user}` decided in step {} personally: nobody else can change that", step + 1)
            }
            Denied::SignersFirst { step, waiting } => write!(f, "{} must sign step {} first", people(waiting), step + 1),
            Denied::VotesFirst { step, waiting } => {
                write!(f, "the votes of step {} come first, waiting for {}", step + 1, people(waiting))
            }
            Denied::VotesIn { step, waiting } => {
                write!(f, "the votes of step {} are in: it waits for {} to sign", step + 1, people(waiting))
            }
            Denied::TakesPart { user, step } => write!(f, "`{user}` takes part in step {} already: name somebody else", step + 1),
            Denied::HasDecided { user, step } => write!(f, "`{user}` decided in step {} already: there is nothing to hand over", step + 1),
        }
    }
}

impl std::error::Error for Denied {}
