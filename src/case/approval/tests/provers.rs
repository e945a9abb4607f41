//! What can be approved is what the prover of approvals says can be given.
//!
//! It must not tell the two apart by anything but the result.

use super::draw::{drawn_plan, run};
use super::*;
use crate::workflow::{Voters, can_be_given};
use std::cell::Cell;

fn voters(step: &StepPlan) -> (Voters, Vec<Vec<UserId>>) {
    let roles = || step.voters.iter().map(|seat| seat.role.clone());
    let first = || step.voters[0].role.clone();
    let voters = match step.votes {
        Votes::All => Voters::All(roles().collect()),
        Votes::Any => Voters::Any(roles().collect()),
        Votes::Count(count) => Voters::Quorum(first(), count),
        Votes::Percent(percent) => Voters::Percent(first(), percent),
        Votes::Weight(at_least) => {
            Voters::Weighted(step.voters.iter().map(|seat| (seat.role.clone(), seat.weight.unwrap())).collect(), at_least)
        }
    };
    (voters, step.voters.iter().map(|seat| seat.users.clone()).collect())
}

/// Whether people can approve all of it, in whatever order and whoever of them holds back.
fn can_be_approved(plan: &Plan, acts: &mut Vec<Act>) -> bool {
    let standing = standing(plan, acts, &[], at(0));
    if standing.result == Some(Ruling::Approved) {
        return true;
    }
    let Some(step) = standing.steps.iter().position(|step| step.state != StepState::Approved) else { return false };
    let StepState::Open { may, .. } = &standing.steps[step].state else { return false };
    // Who approves in a step matters, and not in which order: later ones have later names.
    let last = acts.last().filter(|act| act.step() == step).map(|act| match act {
        Act::Decided(decision) => decision.by.clone(),
        other => panic!("{other:?}"),
    });
    let next = may.iter().filter(|may| may.capacity == Capacity::Vote && last.as_ref().is_none_or(|last| *last < may.user));
    next.clone().any(|may| {
        acts.push(Act::Decided(decision(step, may.user.as_str(), Choice::Approve, 0)));
        let found = can_be_approved(plan, acts);
        acts.pop();
        found
    })
}

#[test]
fn an_approval_can_be_given_where_the_prover_says_so() {
    let counts = Cell::new((0_usize, 0_usize, 0_usize));
    run(2_000, &drawn_plan(3), |plan| {
        let steps: Vec<_> = plan.steps.iter().map(voters).collect();
        let barred: Vec<UserId> = plan.barred.iter().map(|barred| barred.user.clone()).collect();
        let proved = can_be_given(&steps, &barred, plan.apart).unwrap();
        proptest::prop_assert_eq!(can_be_approved(&plan, &mut Vec::new()), proved);
        let (yes, no, apart) = counts.get();
        counts.set((
            yes + usize::from(proved),
            no + usize::from(!proved),
            apart + usize::from(proved && plan.apart && plan.steps.len() > 1),
        ));
        Ok(())
    });
    let (yes, no, apart) = counts.get();
    assert!(yes > 300 && no > 300 && apart > 50, "{yes} can, {no} cannot, {apart} with steps apart");
}
