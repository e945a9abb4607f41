//! Votes, counted: what is needed, what is there, and what can still come.
//!
//! It must not know why somebody cannot vote, or who votes for whom.

use super::act::Choice;
use crate::evaluation::Votes;
use crate::names::UserId;
use rust_decimal::Decimal;

/// What is counted: roles or members that approved, or the weight of roles.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Tally {
    /// What is needed.
    pub(super) needed: Decimal,
    /// What is there.
    pub(super) have: Decimal,
    /// What there is if all approve who have said nothing yet.
    pub(super) ahead: Decimal,
    /// What there is if those who abstained approve, too.
    pub(super) reach: Decimal,
    /// What there is if all approve who can, also those who said no.
    pub(super) all: Decimal,
}

/// A role with its votes: for everybody who can vote, what they said.
#[derive(Debug, Clone)]
pub(super) struct Ballot<'a> {
    /// What the role weighs.
    pub(super) weight: Option<Decimal>,
    /// How many hold it, also those who cannot vote.
    pub(super) members: usize,
    /// Those who can vote, with what they said.
    pub(super) votes: Vec<(&'a UserId, Option<Choice>)>,
}

impl Tally {
    /// Counts the votes of a step.
    pub(super) fn of(votes: Votes, ballots: &[Ballot<'_>]) -> Self {
        match votes {
            Votes::All => Self::roles(Decimal::from(ballots.len()), ballots, |_| Decimal::ONE),
            Votes::Any => Self::roles(Decimal::ONE, ballots, |_| Decimal::ONE),
            Votes::Weight(at_least) => Self::roles(at_least, ballots, |ballot| ballot.weight.unwrap_or_default().max(Decimal::ZERO)),
            Votes::Count(count) => Self::members(Decimal::from(count), ballots),
            Votes::Percent(percent) => {
                let members: usize = ballots.iter().map(|ballot| ballot.members).sum();
                Self::members(share(percent, members), ballots)
            }
        }
    }

    /// One holder is enough for a role, and a role counts once.
    fn roles(needed: Decimal, ballots: &[Ballot<'_>], weight: impl Fn(&Ballot<'_>) -> Decimal) -> Self {
        let sum = |counts: fn(Option<Choice>) -> bool| {
            let voting = ballots.iter().filter(|ballot| ballot.votes.iter().any(|(_, said)| counts(*said)));
            voting.fold(Decimal::ZERO, |sum, ballot| sum.checked_add(weight(ballot)).unwrap_or(Decimal::MAX))
        };
        Self::counted(needed, sum)
    }

    /// Every member counts.
    fn members(needed: Decimal, ballots: &[Ballot<'_>]) -> Self {
        let sum = |counts: fn(Option<Choice>) -> bool| {
            Decimal::from(ballots.iter().flat_map(|ballot| &ballot.votes).filter(|(_, said)| counts(*said)).count())
        };
        Self::counted(needed, sum)
    }

    fn counted(needed: Decimal, sum: impl Fn(fn(Option<Choice>) -> bool) -> Decimal) -> Self {
        Self {
            needed,
            have: sum(|said| said == Some(Choice::Approve)),
            ahead: sum(|said| matches!(said, None | Some(Choice::Approve))),
            reach: sum(|said| said != Some(Choice::Reject)),
            all: sum(|_| true),
        }
    }

    /// Whether it is enough. Nothing is approved by nobody, however little is asked for.
    pub(super) fn is_enough(&self, votes: Decimal) -> bool {
        votes >= self.needed && votes > Decimal::ZERO
    }

    /// Whether a no, and not only a lack of people, has put it out of reach.
    pub(super) fn is_refused(&self) -> bool {
        !self.is_enough(self.reach) && self.reach < self.all
    }
}

/// How many members are a share of all of them: rounded up, exactly.
fn share(percent: Decimal, members: usize) -> Decimal {
    let exact = percent.checked_mul(Decimal::from(members)).map(|product| product / Decimal::ONE_HUNDRED);
    exact.unwrap_or(Decimal::MAX).ceil().max(Decimal::ONE)
}
