//! What was done in an approval, replayed: every act is weighed by the same rules when it is asked for and when it is remembered.
//!
//! It must not count votes itself, and must not look at anything but the plan and the acts.

use super::act::{Act, Added, Choice, Decision, Place, Transferred};
use super::delegation::{Delegation, reached};
use super::denied::Denied;
use super::plan::Plan;
use super::standing::{Cast, MayVote, Ruling, Standing, StepStanding, StepState};
use super::step::{Chair, End, Kind, Phase, StepLedger};
use super::{rights, standing::Impasse};
use crate::names::UserId;
use chrono::{DateTime, Utc};

/// An approval with everything that counted in it.
#[derive(Debug, Clone)]
pub(super) struct Ledger<'p> {
    pub(super) plan: &'p Plan,
    pub(super) steps: Vec<StepLedger>,
    /// The step whose turn it is; as many as there are when all are approved.
    pub(super) open: usize,
    /// Those who approved in a step, or gave another's approval, with the step.
    approvers: Vec<(UserId, usize)>,
    last: Option<DateTime<Utc>>,
    /// What counted, in order.
    pub(super) counted: Vec<Act>,
}

impl<'p> Ledger<'p> {
    /// Takes down everything that was done, and passes over what was not to be admitted.
    pub(super) fn replay(plan: &'p Plan, acts: &[Act]) -> Self {
        let steps = plan.steps.iter().map(StepLedger::new).collect();
        let mut ledger = Self { plan, steps, open: 0, approvers: Vec::new(), last: None, counted: Vec::new() };
        // What was handed over before its turn came stays handed over from the start.
        for act in plan.steps.iter().flat_map(|step| step.kept.iter().take_while(|act| matches!(act, Act::Transferred(_)))) {
            let _ = ledger.take(act);
        }
        ledger.begin();
        let mut sorted: Vec<&Act> = acts.iter().collect();
        sorted.sort_by_key(|act| act.at());
        for act in sorted {
            if ledger.take(act).is_ok() {
                ledger.last = Some(act.at());
            }
        }
        ledger
    }

    /// Whether an act would count; gives it with the delegations that it needs.
    pub(super) fn admit(mut self, delegations: &[Delegation], act: Act) -> Result<Act, Denied> {
        if let Some(last) = self.last.filter(|last| act.at() < *last) {
            return Err(Denied::OutOfOrder { at: act.at(), last });
        }
        let act = match act {
            Act::Decided(decision) => {
                self.turn(decision.step)?;
                rights::chairs(&self, delegations, &decision)?;
                let under = rights::used(&self, delegations, &decision);
                // Nobody is their own delegate.
                let for_user = decision.for_user.clone().filter(|user| *user != decision.by);
                Act::Decided(Decision { under, for_user, ..decision })
            }
            other => other,
        };
        // It is weighed once more by what it carries, as every replay will.
        self.take(&act)?;
        Ok(act)
    }

    pub(super) fn result(&self) -> Option<Ruling> {
        if self.steps.iter().any(|step| matches!(step.end, Some(End::Rejected { .. }))) {
            Some(Ruling::Rejected)
        } else if self.open >= self.steps.len() && !self.steps.is_empty() {
            Some(Ruling::Approved)
        } else {
            None
        }
    }

    /// Whether somebody's approval counts in a step, as far as other steps and their part in the case go.
    pub(super) fn can_approve(&self, step: usize, user: &UserId) -> bool {
        self.plan.barred(user).is_none() && self.approved_before(step, user).is_none()
    }

    /// The earlier step in which somebody approved, where nobody approves in two.
    pub(super) fn approved_before(&self, step: usize, user: &UserId) -> Option<usize> {
        let mut earlier = self.approvers.iter().filter(|_| self.plan.apart);
        earlier.find(|(known, approved)| known == user && *approved < step).map(|(_, approved)| *approved)
    }

    /// Who is asked in a step.
    pub(super) fn phase(&self, step: usize) -> Phase {
        self.steps.get(step).map_or(Phase::Vote, |ledger| ledger.phase(&|user| self.can_approve(step, user)))
    }

    /// For whom a step waits: those who can approve and have not said anything.
    pub(super) fn waiting(&self, step: usize) -> Vec<UserId> {
        let mut found: Vec<UserId> = Vec::new();
        let Some(ledger) = self.steps.get(step) else { return found };
        for chair in ledger.chairs_of(self.phase(step)) {
            for user in chair.users.iter().filter(|user| chair.vote_of(user).is_none() && self.can_approve(step, user)) {
                if !found.contains(user) {
                    found.push(user.clone());
                }
            }
        }
        found
    }

    /// Whether it is a step's turn.
    fn turn(&self, step: usize) -> Result<(), Denied> {
        if step >= self.steps.len() {
            return Err(Denied::UnknownStep { step, steps: self.steps.len() });
        }
        if let Some(result) = self.result() {
            return Err(Denied::Settled(result));
        }
        match step.cmp(&self.open) {
            std::cmp::Ordering::Less => Err(Denied::StepDecided { step, open: self.open }),
            std::cmp::Ordering::Equal => Ok(()),
            std::cmp::Ordering::Greater => Err(Denied::NotYourTurn { open: self.open, waiting: self.waiting(self.open) }),
        }
    }

    fn take(&mut self, act: &Act) -> Result<(), Denied> {
        match act {
            Act::Decided(decision) => self.decide(decision)?,
            Act::Added(added) => self.add(added)?,
            Act::Transferred(transferred) => self.transfer(transferred)?,
        }
        self.counted.push(act.clone());
        self.proceed();
        Ok(())
    }

    fn decide(&mut self, decision: &Decision) -> Result<(), Denied> {
        self.turn(decision.step)?;
        let chairs = rights::chairs(self, &decision.under, decision)?;
        let step = decision.step;
        let can: Vec<UserId> = self.able(step);
        let vote = Cast {
            voter: decision.voter().clone(),
            by: decision.by.clone(),
            role: None,
            capacity: super::Capacity::Vote,
            choice: decision.choice,
            at: decision.at,
        };
        if let Some(ledger) = self.steps.get_mut(step) {
            ledger.cast(&chairs, &vote, &|user| can.contains(user));
        }
        Ok(())
    }

    /// Those whose approval counts in a step.
    fn able(&self, step: usize) -> Vec<UserId> {
        let users = self.steps.get(step).into_iter().flat_map(|ledger| &ledger.chairs).flat_map(|chair| &chair.users);
        users.filter(|user| self.can_approve(step, user)).cloned().collect()
    }

    fn add(&mut self, added: &Added) -> Result<(), Denied> {
        let Added { step, by, user, place, .. } = added;
        self.turn(*step)?;
        rights::not_barred(self, *step, by)?;
        rights::not_barred(self, *step, user)?;
        let waiting = self.waiting(*step);
        let phase = self.phase(*step);
        let Some(ledger) = self.steps.get_mut(*step) else { return Ok(()) };
        if !ledger.chairs.iter().any(|chair| chair.kind != Kind::Veto && chair.seats(by)) {
            return Err(rights::no_seat(ledger, by, *step));
        }
        if rights::takes_part(ledger, user) {
            return Err(Denied::TakesPart { user: user.clone(), step: *step });
        }
        if *place == Place::Before && phase == Phase::After {
            return Err(Denied::VotesIn { step: *step, waiting });
        }
        ledger.chairs.push(Chair::signer(*place, user.clone()));
        Ok(())
    }

    fn transfer(&mut self, transferred: &Transferred) -> Result<(), Denied> {
        let Transferred { step, from, to, .. } = transferred;
        match self.turn(*step) {
            // What comes later can be handed over before it comes.
            Ok(()) | Err(Denied::NotYourTurn { .. }) => {}
            Err(denied) => return Err(denied),
        }
        rights::not_barred(self, *step, from)?;
        rights::not_barred(self, *step, to)?;
        let Some(ledger) = self.steps.get_mut(*step) else { return Ok(()) };
        if !ledger.chairs.iter().any(|chair| chair.seats(from)) {
            return Err(rights::no_seat(ledger, from, *step));
        }
        if ledger.chairs.iter().any(|chair| chair.vote_of(from).is_some()) {
            return Err(Denied::HasDecided { user: from.clone(), step: *step });
        }
        if rights::meets_own(ledger, from, to) {
            return Err(Denied::TakesPart { user: to.clone(), step: *step });
        }
        for chair in ledger.chairs.iter_mut().filter(|chair| chair.seats(from)) {
            if chair.seats(to) {
                chair.users.retain(|user| user != from);
            } else {
                for user in chair.users.iter_mut().filter(|user| *user == from) {
                    *user = to.clone();
                }
            }
        }
        Ok(())
    }

    /// Goes on to the next step where the open one is approved.
    fn proceed(&mut self) {
        let Some(ledger) = self.steps.get(self.open) else { return };
        if ledger.end != Some(End::Approved) {
            return;
        }
        for vote in ledger.chairs.iter().flat_map(|chair| &chair.votes).filter(|vote| vote.choice == Choice::Approve) {
            self.approvers.push((vote.voter.clone(), self.open));
            self.approvers.push((vote.by.clone(), self.open));
        }
        self.open += 1;
        self.begin();
    }

    /// Takes down what was done in the open step before the approval was opened again.
    fn begin(&mut self) {
        let Some(step) = self.plan.steps.get(self.open) else { return };
        let open = self.open;
        let rest = step.kept.iter().skip_while(|act| matches!(act, Act::Transferred(_)));
        for act in rest.filter(|act| act.step() == open) {
            let _ = self.take(act);
        }
    }

    pub(super) fn standing(&self, delegations: &[Delegation], now: DateTime<Utc>) -> Standing {
        let steps = self.steps.iter().enumerate().map(|(index, ledger)| StepStanding {
            state: self.state(index, ledger, delegations, now),
            votes: ledger.chairs.iter().flat_map(|chair| chair.votes.iter().cloned()).collect(),
        });
        Standing { steps: steps.collect(), result: self.result() }
    }

    fn state(&self, index: usize, ledger: &StepLedger, delegations: &[Delegation], now: DateTime<Utc>) -> StepState {
        match &ledger.end {
            Some(End::Approved) => return StepState::Approved,
            Some(End::Rejected { by, veto }) => return StepState::Rejected { by: by.clone(), veto: *veto },
            None if index != self.open || self.result().is_some() => return StepState::Waiting,
            None => {}
        }
        let phase = self.phase(index);
        let tally = ledger.tally(phase, &|user| self.can_approve(index, user));
        let may = self.may(index, ledger, delegations, now);
        let (needed, have) = (tally.needed, tally.have);
        let why = if !tally.is_enough(tally.all) {
            Impasse::TooFew
        } else if !tally.is_enough(tally.ahead) {
            let mut by: Vec<UserId> = Vec::new();
            let votes = ledger.chairs_of(phase).flat_map(|chair| &chair.votes);
            for vote in votes.filter(|vote| vote.choice == Choice::Abstain) {
                if !by.contains(&vote.voter) {
                    by.push(vote.voter.clone());
                }
            }
            Impasse::Abstained { by }
        } else {
            return StepState::Open { needed, have, may };
        };
        StepState::Stuck { why, needed, have, may }
    }

    /// Everybody who may decide now.
    fn may(&self, step: usize, ledger: &StepLedger, delegations: &[Delegation], now: DateTime<Utc>) -> Vec<MayVote> {
        let mut holders: Vec<&UserId> = Vec::new();
        for user in ledger.chairs.iter().flat_map(|chair| &chair.users) {
            if !holders.contains(&user) {
                holders.push(user);
            }
        }
        let current: Vec<Delegation> = delegations.iter().filter(|one| one.starts <= now && now < one.ends).cloned().collect();
        let mut found = Vec::new();
        for holder in holders {
            let deputies = reached(&current, holder, |_| true, |_| true).into_iter().map(|(user, _)| user);
            for user in std::iter::once(holder).chain(deputies) {
                let for_user = (user != holder).then(|| holder.clone());
                // A no is what everybody may say who may say anything.
                let decision = Decision {
                    step,
                    by: user.clone(),
                    for_user: for_user.clone(),
                    under: Vec::new(),
                    choice: Choice::Reject,
                    at: now,
                    comment: None,
                };
                let Ok(chairs) = rights::chairs(self, &current, &decision) else { continue };
                let chairs: Vec<&Chair> = chairs.iter().filter_map(|index| ledger.chairs.get(*index)).collect();
                let voting = chairs.iter().find(|chair| chair.kind != Kind::Veto).or(chairs.first());
                let Some(capacity) = voting.map(|chair| chair.capacity()) else { continue };
                let mut roles = Vec::new();
                for role in chairs.iter().filter_map(|chair| chair.role.as_ref()) {
                    if !roles.contains(role) {
                        roles.push(role.clone());
                    }
                }
                let said = chairs.iter().find_map(|chair| chair.vote_of(holder)).map(|vote| vote.choice);
                found.push(MayVote { user: user.clone(), for_user, roles, capacity, said });
            }
        }
        found
    }
}
