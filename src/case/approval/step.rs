//! One step while it is decided: chairs with those who sit in them, their votes, and what has come of them.
//!
//! It must not know other steps, delegations or time.

use super::act::{Choice, Place};
use super::plan::{Seat, StepPlan};
use super::standing::{Capacity, Cast};
use super::tally::{Ballot, Tally};
use crate::evaluation::Votes;
use crate::names::{RoleId, UserId};
use rust_decimal::Decimal;

/// Something that can be decided in a step: the vote of a role, the votes of a committee, a veto, or a signature.
#[derive(Debug, Clone)]
pub(super) struct Chair {
    pub(super) kind: Kind,
    pub(super) role: Option<RoleId>,
    pub(super) users: Vec<UserId>,
    weight: Option<Decimal>,
    pub(super) votes: Vec<Cast>,
    /// Who has voted here for whom: nobody votes here for two.
    pub(super) bound: Vec<(UserId, UserId)>,
}

/// What a chair is for. Chairs of one bench stand for one vote of each person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Voter { bench: usize },
    Veto,
    Signer(Place),
}

/// Who is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    /// Signers who come first.
    Before,
    /// Everybody with a vote or a veto.
    Vote,
    /// Signers who come last.
    After,
}

/// What has come of a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum End {
    Approved,
    Rejected { by: Vec<UserId>, veto: bool },
}

/// A step that is decided.
#[derive(Debug, Clone)]
pub(super) struct StepLedger {
    votes: Votes,
    pub(super) chairs: Vec<Chair>,
    pub(super) end: Option<End>,
}

impl Chair {
    fn new(kind: Kind, seat: &Seat) -> Self {
        let Seat { role, users, weight } = seat;
        Self { kind, role: Some(role.clone()), users: users.clone(), weight: *weight, votes: Vec::new(), bound: Vec::new() }
    }

    pub(super) fn signer(place: Place, user: UserId) -> Self {
        Self { kind: Kind::Signer(place), role: None, users: vec![user], weight: None, votes: Vec::new(), bound: Vec::new() }
    }

    /// Whether somebody sits here.
    pub(super) fn seats(&self, user: &UserId) -> bool {
        self.users.contains(user)
    }

    /// The vote that is somebody's own.
    pub(super) fn vote_of(&self, voter: &UserId) -> Option<&Cast> {
        self.votes.iter().find(|vote| vote.voter == *voter)
    }

    /// Whether one person should not decide in both for two people: a signer is one more pair of eyes, whatever the votes are.
    pub(super) fn meets(&self, other: &Chair) -> bool {
        match (self.kind, other.kind) {
            (Kind::Veto, Kind::Veto) | (Kind::Signer(_), Kind::Signer(_) | Kind::Voter { .. }) | (Kind::Voter { .. }, Kind::Signer(_)) => {
                true
            }
            (Kind::Voter { bench }, Kind::Voter { bench: other }) => bench == other,
            (Kind::Veto, _) | (_, Kind::Veto) => false,
        }
    }

    pub(super) fn capacity(&self) -> Capacity {
        match self.kind {
            Kind::Voter { .. } => Capacity::Vote,
            Kind::Veto => Capacity::Veto,
            Kind::Signer(_) => Capacity::Sign,
        }
    }

    pub(super) fn phase(&self) -> Phase {
        match self.kind {
            Kind::Signer(Place::Before) => Phase::Before,
            Kind::Voter { .. } | Kind::Veto => Phase::Vote,
            Kind::Signer(Place::After) => Phase::After,
        }
    }

    /// Puts a vote in the place of the voter's last one.
    fn cast(&mut self, vote: Cast) {
        if !self.bound.iter().any(|(by, _)| *by == vote.by) {
            self.bound.push((vote.by.clone(), vote.voter.clone()));
        }
        match self.votes.iter_mut().find(|known| known.voter == vote.voter) {
            Some(known) => *known = vote,
            None => self.votes.push(vote),
        }
    }

    fn rejecters(&self) -> impl Iterator<Item = &UserId> {
        self.votes.iter().filter(|vote| vote.choice == Choice::Reject).map(|vote| &vote.voter)
    }
}

impl StepLedger {
    pub(super) fn new(plan: &StepPlan) -> Self {
        // Whoever holds two roles of which each is asked votes for both; where votes are counted together, everybody has one.
        let together = matches!(plan.votes, Votes::Any | Votes::Count(_) | Votes::Percent(_));
        let voters = plan.voters.iter().enumerate();
        let voters = voters.map(|(index, seat)| Chair::new(Kind::Voter { bench: if together { 0 } else { index } }, seat));
        let chairs = voters.chain(plan.veto.iter().map(|seat| Chair::new(Kind::Veto, seat))).collect();
        Self { votes: plan.votes, chairs, end: None }
    }

    /// Who is asked now.
    pub(super) fn phase(&self, can: &dyn Fn(&UserId) -> bool) -> Phase {
        [Phase::Before, Phase::Vote].into_iter().find(|phase| !self.is_done(*phase, can)).unwrap_or(Phase::After)
    }

    /// Whether a phase waits for nobody.
    fn is_done(&self, phase: Phase, can: &dyn Fn(&UserId) -> bool) -> bool {
        let tally = self.tally(phase, can);
        (phase != Phase::Vote && self.chairs_of(phase).next().is_none()) || tally.is_enough(tally.have)
    }

    /// Counts what is asked for in a phase; `can` says who may approve at all.
    pub(super) fn tally(&self, phase: Phase, can: &dyn Fn(&UserId) -> bool) -> Tally {
        let ballots: Vec<Ballot<'_>> = self.chairs_of(phase).map(|chair| chair.ballot(can)).collect();
        Tally::of(if phase == Phase::Vote { self.votes } else { Votes::All }, &ballots)
    }

    /// The chairs whose approval is asked for in a phase.
    pub(super) fn chairs_of(&self, phase: Phase) -> impl Iterator<Item = &Chair> {
        self.chairs.iter().filter(move |chair| chair.phase() == phase && chair.kind != Kind::Veto)
    }

    /// Takes down a vote in these chairs, and what comes of it.
    pub(super) fn cast(&mut self, chairs: &[usize], vote: &Cast, can: &dyn Fn(&UserId) -> bool) {
        for (_, chair) in self.chairs.iter_mut().enumerate().filter(|(index, _)| chairs.contains(index)) {
            let (role, capacity) = (chair.role.clone(), chair.capacity());
            chair.cast(Cast { role, capacity, ..vote.clone() });
        }
        self.settle(can);
    }

    fn settle(&mut self, can: &dyn Fn(&UserId) -> bool) {
        if let Some(user) = self.chairs.iter().filter(|chair| chair.kind == Kind::Veto).flat_map(Chair::rejecters).next() {
            self.end = Some(End::Rejected { by: vec![user.clone()], veto: true });
            return;
        }
        let phase = self.phase(can);
        if phase == Phase::After && self.is_done(phase, can) {
            self.end = Some(End::Approved);
        } else if self.tally(phase, can).is_refused() {
            let mut by: Vec<UserId> = Vec::new();
            for user in self.chairs_of(phase).flat_map(Chair::rejecters) {
                if !by.contains(user) {
                    by.push(user.clone());
                }
            }
            self.end = Some(End::Rejected { by, veto: false });
        }
    }
}

impl Chair {
    fn ballot<'a>(&'a self, can: &dyn Fn(&UserId) -> bool) -> Ballot<'a> {
        let voting = self.users.iter().filter(|user| can(user));
        Ballot {
            weight: self.weight,
            members: self.users.len(),
            votes: voting.map(|user| (user, self.vote_of(user).map(|vote| vote.choice))).collect(),
        }
    }
}
