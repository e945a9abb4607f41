//! Who may decide what in a step: the rules that separate duties, bind delegates, and put signers first.
//!
//! It must not record anything.

use super::act::{Choice, Decision};
use super::delegation::{Delegation, Unfit, reached};
use super::denied::Denied;
use super::ledger::Ledger;
use super::step::{Chair, Kind, Phase, StepLedger};
use crate::names::UserId;

/// The chairs in which a decision counts, by these delegations: one at least.
pub(super) fn chairs(ledger: &Ledger<'_>, delegations: &[Delegation], decision: &Decision) -> Result<Vec<usize>, Denied> {
    let (step, by, voter) = (decision.step, &decision.by, decision.voter());
    let Some(own) = ledger.steps.get(step) else { return Err(Denied::UnknownStep { step, steps: ledger.steps.len() }) };
    for user in [by, voter] {
        if let Some(why) = ledger.plan.barred(user) {
            return Err(Denied::Barred { user: user.clone(), why });
        }
    }
    let mut left: Vec<(usize, &Chair)> = own.chairs.iter().enumerate().filter(|(_, chair)| chair.seats(voter)).collect();
    if left.is_empty() {
        return Err(no_seat(own, voter, step));
    }
    // Whoever approved before approves no more; a veto is no approval, and stays.
    for user in [by, voter] {
        if let Some(earlier) = ledger.approved_before(step, user) {
            let denied = Denied::ApprovedEarlier { user: user.clone(), step: earlier };
            keep(&mut left, |chair| chair.kind == Kind::Veto && decision.choice == Choice::Reject, || denied)?;
        }
    }
    if by != voter {
        let comes = |chair: &Chair| way(ledger, delegations, decision, chair).is_some();
        keep(&mut left, comes, || refusal(ledger, delegations, decision))?;
        let meets_own = |chair: &Chair| own.chairs.iter().any(|other| other.meets(chair) && other.seats(by));
        keep(&mut left, |chair| !meets_own(chair), || Denied::VotesForThemselves { user: by.clone(), step })?;
    }
    let another = |chair: &Chair| {
        let mut bound = own.chairs.iter().filter(|other| other.meets(chair)).flat_map(|other| &other.bound);
        bound.find(|(known, other)| known == by && other != voter).map(|(_, other)| other.clone())
    };
    let bound = left.iter().find_map(|(_, chair)| another(chair));
    left.retain(|(_, chair)| another(chair).is_none());
    if let (true, Some(other)) = (left.is_empty(), bound) {
        return Err(Denied::VotesForAnother { user: by.clone(), other, step });
    }
    if by != voter {
        let personal = |chair: &Chair| chair.vote_of(voter).is_some_and(|vote| vote.by == *voter);
        keep(&mut left, |chair| !personal(chair), || Denied::DecidedPersonally { user: voter.clone(), step })?;
    }
    let phase = ledger.phase(step);
    keep(
        &mut left,
        |chair| chair.phase() == phase,
        || {
            let waiting = ledger.waiting(step);
            match phase {
                Phase::Before => Denied::SignersFirst { step, waiting },
                Phase::Vote => Denied::VotesFirst { step, waiting },
                Phase::After => Denied::VotesIn { step, waiting },
            }
        },
    )?;
    if decision.choice != Choice::Reject {
        keep(&mut left, |chair| chair.kind != Kind::Veto, || Denied::VetoOnly { user: voter.clone(), step })?;
    }
    Ok(left.into_iter().map(|(index, _)| index).collect())
}

/// Keeps some of the chairs; if none is left, that is why.
fn keep(left: &mut Vec<(usize, &Chair)>, is_fit: impl Fn(&Chair) -> bool, why: impl FnOnce() -> Denied) -> Result<(), Denied> {
    left.retain(|(_, chair)| is_fit(chair));
    if left.is_empty() { Err(why()) } else { Ok(()) }
}

/// Whether somebody may pass on, or use, what a chair gives: nobody comes by delegation to what they may not do themselves.
fn passes(ledger: &Ledger<'_>, step: usize, chair: &Chair, user: &UserId) -> bool {
    ledger.plan.barred(user).is_none() && (chair.kind == Kind::Veto || ledger.approved_before(step, user).is_none())
}

/// The delegations by which a chair of the voter comes to who decides.
fn way<'d>(ledger: &Ledger<'_>, delegations: &'d [Delegation], decision: &Decision, chair: &Chair) -> Option<Vec<&'d Delegation>> {
    let fits = |one: &Delegation| one.fits(ledger.plan, chair.role.as_ref(), decision.at).is_ok();
    let found = reached(delegations, decision.voter(), fits, |user| passes(ledger, decision.step, chair, user));
    found.into_iter().find(|(user, _)| **user == decision.by).map(|(_, way)| way)
}

/// The delegations that a decision rests on.
pub(super) fn used(ledger: &Ledger<'_>, delegations: &[Delegation], decision: &Decision) -> Vec<Delegation> {
    let mut used: Vec<Delegation> = Vec::new();
    if decision.by == *decision.voter() {
        return used;
    }
    let chairs = ledger.steps.get(decision.step).into_iter().flat_map(|step| &step.chairs);
    for chair in chairs.filter(|chair| chair.seats(decision.voter())) {
        for one in way(ledger, delegations, decision, chair).unwrap_or_default() {
            if !used.contains(one) {
                used.push(one.clone());
            }
        }
    }
    used
}

/// What is wrong with the delegation that is nearest to what is wanted.
fn refusal(ledger: &Ledger<'_>, delegations: &[Delegation], decision: &Decision) -> Denied {
    let (from, to) = (decision.voter(), &decision.by);
    let roles: Vec<_> =
        ledger.steps.get(decision.step).into_iter().flat_map(|step| &step.chairs).filter(|chair| chair.seats(from)).collect();
    let direct = delegations.iter().filter(|one| one.from == *from && one.to == *to);
    let unfit = direct.filter_map(|one| {
        let why = roles.iter().filter_map(|chair| one.fits(ledger.plan, chair.role.as_ref(), decision.at).err()).min()?;
        Some((why, one))
    });
    let (from, to) = (from.clone(), to.clone());
    let Some((why, one)) = unfit.min_by_key(|(why, _)| *why) else { return Denied::NoDelegation { from, to } };
    match (why, &one.role, &one.gate, &one.limit) {
        (Unfit::Role, Some(role), _, _) => Denied::DelegationRole { from, to, role: role.clone() },
        (Unfit::Gate, _, Some(gate), _) => Denied::DelegationElsewhere { from, to, gate: gate.clone() },
        (Unfit::Limit, _, _, Some(limit)) => Denied::DelegationLimited { from, to, limit: limit.clone() },
        (Unfit::NotBegun, ..) => Denied::DelegationNotBegun { from, to, starts: one.starts },
        (Unfit::Ended, ..) => Denied::DelegationEnded { from, to, ended: one.ends },
        _ => Denied::NoDelegation { from, to },
    }
}

/// Refuses who is barred, or approved in an earlier step.
pub(super) fn not_barred(ledger: &Ledger<'_>, step: usize, user: &UserId) -> Result<(), Denied> {
    if let Some(why) = ledger.plan.barred(user) {
        return Err(Denied::Barred { user: user.clone(), why });
    }
    match ledger.approved_before(step, user) {
        Some(earlier) => Err(Denied::ApprovedEarlier { user: user.clone(), step: earlier }),
        None => Ok(()),
    }
}

/// That somebody does not vote in a step, and who does.
pub(super) fn no_seat(ledger: &StepLedger, user: &UserId, step: usize) -> Denied {
    let mut holders: Vec<UserId> = Vec::new();
    for holder in ledger.chairs.iter().flat_map(|chair| &chair.users) {
        if !holders.contains(holder) {
            holders.push(holder.clone());
        }
    }
    Denied::NoSeat { user: user.clone(), step, holders }
}

/// Whether somebody votes in a step, or has voted there for somebody else.
pub(super) fn takes_part(ledger: &StepLedger, user: &UserId) -> bool {
    let voting = ledger.chairs.iter().filter(|chair| chair.kind != Kind::Veto);
    voting.into_iter().any(|chair| chair.seats(user) || chair.bound.iter().any(|(by, _)| by == user))
}

/// Whether somebody takes part already where another one's vote would come to them.
pub(super) fn meets_own(ledger: &StepLedger, from: &UserId, to: &UserId) -> bool {
    let handed = ledger.chairs.iter().filter(|chair| chair.kind != Kind::Veto && chair.seats(from));
    handed.into_iter().any(|chair| {
        let others = ledger.chairs.iter().filter(|other| other.meets(chair));
        others.into_iter().any(|other| other.seats(to) || other.bound.iter().any(|(by, _)| by == to))
    })
}
