//! The result depends on what people did, each in their own order, and on nothing else.
//!
//! It must not compare what was refused: an act that comes too late in one order need not in another.

use super::draw::{admitted, dated, drawn_case, run};
use super::*;
use proptest::prelude::*;
use std::cell::Cell;

/// Those who have to do with an act.
fn people(act: &Act) -> Vec<&UserId> {
    match act {
        Act::Decided(decision) => {
            let ways = decision.under.iter().flat_map(|one| [&one.from, &one.to]);
            [&decision.by, decision.voter()].into_iter().chain(ways).collect()
        }
        Act::Added(added) => vec![&added.by, &added.user],
        Act::Transferred(transferred) => vec![&transferred.from, &transferred.to],
    }
}

/// How an approval stands, without what only tells in which order people came.
fn result(plan: &Plan, acts: &[Act]) -> (Option<Ruling>, Vec<String>) {
    let mut standing = standing(plan, acts, &[], at(0));
    let steps = standing.steps.iter_mut().map(|step| {
        step.votes.sort_by_key(|vote| (vote.voter.clone(), vote.role.clone(), vote.by.clone()));
        let state = match &mut step.state {
            StepState::Open { needed, have, may } => {
                may.sort_by_key(|may| (may.user.clone(), may.for_user.clone()));
                format!("open {needed} {have} {may:?}")
            }
            StepState::Stuck { why, needed, have, .. } => {
                if let Impasse::Abstained { by } = why {
                    by.sort();
                }
                format!("stuck {why:?} {needed} {have}")
            }
            StepState::Rejected { by, veto } => {
                by.sort();
                format!("rejected {by:?} {veto}")
            }
            other => format!("{other:?}"),
        };
        format!("{state} {:?}", step.votes)
    });
    (standing.result, steps.collect())
}

#[test]
fn how_acts_are_stored_does_not_matter() {
    let strategy = (drawn_case(), any::<u64>());
    run(1_500, &strategy, |((plan, delegations, acts), seed)| {
        let done = admitted(&plan, &delegations, &acts);
        let mut stored = done.clone();
        // By step, by person, backwards, or in whatever order.
        match seed % 4 {
            0 => stored.sort_by_key(Act::step),
            1 => stored.sort_by_key(|act| people(act)[0].clone()),
            2 => stored.reverse(),
            _ => stored.sort_by_key(|act| act.at().timestamp().unsigned_abs().wrapping_mul(seed) % 1_013),
        }
        prop_assert_eq!(standing(&plan, &stored, &delegations, at(100)), standing(&plan, &done, &delegations, at(100)));
        Ok(())
    });
}

#[test]
fn in_which_order_different_people_came_does_not_matter() {
    let strategy = (drawn_case(), proptest::collection::vec(0..1_000_usize, 30));
    let (moved, results) = (Cell::new(0_usize), Cell::new(0_usize));
    run(1_500, &strategy, |((plan, delegations, acts), swaps)| {
        // All in one moment: the order is that of the list alone.
        let acts: Vec<Act> = acts.into_iter().map(|act| dated(act, 15)).collect();
        let done = admitted(&plan, &delegations, &acts);
        let expected = result(&plan, &done);
        results.set(results.get() + usize::from(expected.0.is_some()));
        let mut order = done.clone();
        for swap in swaps.into_iter().filter(|_| done.len() > 1) {
            let first = swap % (done.len() - 1);
            if people(&order[first]).iter().any(|one| people(&order[first + 1]).contains(one)) {
                continue;
            }
            order.swap(first, first + 1);
            // Where nothing comes too early or too late, the result is the same.
            if admitted(&plan, &delegations, &order).len() == order.len() {
                moved.set(moved.get() + 1);
                prop_assert_eq!(&result(&plan, &order), &expected);
            } else {
                order.swap(first, first + 1);
            }
        }
        Ok(())
    });
    assert!(moved.get() > 3_000 && results.get() > 200, "{} orders, {} results", moved.get(), results.get());
}
