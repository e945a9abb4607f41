//! What holds for every approval, whatever people try.
//!
//! It must not say how it is made so.

use super::draw::{PEOPLE, admitted, choice, dated, drawn_case, drawn_delegation, drawn_plan, own_decision, person, run};
use super::*;
use proptest::prelude::*;
use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};

#[test]
fn what_is_settled_stays_settled() {
    let settled = Cell::new(0_usize);
    run(1_200, &drawn_case(), |(plan, delegations, acts)| {
        let mut before = standing(&plan, &[], &delegations, at(0));
        for upto in 1..=acts.len() {
            let now = standing(&plan, &acts[..upto], &delegations, at(100));
            for (before, now) in before.steps.iter().zip(&now.steps) {
                if matches!(before.state, StepState::Approved | StepState::Rejected { .. }) {
                    settled.set(settled.get() + 1);
                    prop_assert_eq!(before, now);
                }
            }
            prop_assert!(before.result.is_none() || before.result == now.result);
            before = now;
        }
        Ok(())
    });
    assert!(settled.get() > 5_000, "{}", settled.get());
}

#[test]
fn what_is_admitted_is_what_counts() {
    let counts = Cell::new((0_usize, 0_usize));
    run(1_200, &drawn_case(), |(plan, delegations, acts)| {
        let mut done: Vec<Act> = Vec::new();
        for act in acts {
            let now = act.at();
            let before = standing(&plan, &done, &delegations, now);
            let answer = admit(&plan, &done, &delegations, act.clone());
            if let Act::Decided(decision) = &act {
                // The list of those who may decide says the same.
                let may = before.steps.get(decision.step).and_then(|step| match &step.state {
                    StepState::Open { may, .. } | StepState::Stuck { may, .. } => may
                        .iter()
                        .find(|may| may.user == decision.by && may.for_user.as_ref().unwrap_or(&may.user) == decision.voter())
                        .map(|may| may.capacity),
                    _ => None,
                });
                let fits = may.is_some_and(|capacity| capacity != Capacity::Veto || decision.choice == Choice::Reject);
                prop_assert_eq!(answer.is_ok(), fits, "{:?} {:?}", may, answer);
                // So does what becomes of it when it is written down anyhow.
                let anyhow = Act::Decided(Decision { under: delegations.clone(), ..decision.clone() });
                let after = standing(&plan, &[done.clone(), vec![anyhow]].concat(), &delegations, now);
                let dated = |standing: &Standing| standing.steps.iter().flat_map(|step| &step.votes).any(|vote| vote.at == now);
                prop_assert_eq!(dated(&after), answer.is_ok());
                prop_assert!(answer.is_ok() || after == before);
                if let Ok(recorded) = &answer {
                    prop_assert_eq!(&standing(&plan, &[done.clone(), vec![recorded.clone()]].concat(), &delegations, now), &after);
                }
            }
            let (yes, no) = counts.get();
            counts.set((yes + usize::from(answer.is_ok()), no + usize::from(answer.is_err())));
            done.extend(answer);
        }
        Ok(())
    });
    let (yes, no) = counts.get();
    assert!(yes > 2_000 && no > 2_000, "{yes} admitted, {no} refused");
}

#[test]
fn duties_stay_separate() {
    let delegated = Cell::new(0_usize);
    run(1_500, &drawn_case(), |(plan, delegations, acts)| {
        let done = admitted(&plan, &delegations, &acts);
        let standing = standing(&plan, &done, &delegations, at(100));
        let mut approved: BTreeMap<&UserId, BTreeSet<usize>> = BTreeMap::new();
        for (index, step) in standing.steps.iter().enumerate() {
            let mut votes: BTreeMap<&UserId, BTreeSet<&UserId>> = BTreeMap::new();
            for vote in &step.votes {
                delegated.set(delegated.get() + usize::from(vote.by != vote.voter));
                for one in [&vote.by, &vote.voter] {
                    prop_assert_eq!(plan.barred(one), None);
                    if vote.choice == Choice::Approve {
                        approved.entry(one).or_default().insert(index);
                    }
                }
                if vote.capacity == Capacity::Vote {
                    votes.entry(&vote.by).or_default().insert(&vote.voter);
                }
                // Whoever signs does not vote, and the other way round.
                let other = |other: &&Cast| other.capacity != Capacity::Veto && other.capacity != vote.capacity && other.by == vote.by;
                prop_assert!(vote.capacity != Capacity::Sign || step.votes.iter().find(other).is_none());
            }
            if !matches!(plan.steps[index].votes, Votes::All | Votes::Weight(_)) {
                // A committee counts different people, and different people gave the votes.
                prop_assert!(votes.values().all(|voters| voters.len() == 1));
            }
        }
        if plan.apart {
            prop_assert!(approved.values().all(|steps| steps.len() == 1));
        }
        Ok(())
    });
    assert!(delegated.get() > 200, "{}", delegated.get());
}

#[test]
fn a_yes_in_the_place_of_anything_else_never_stops_what_passes() {
    let passed = Cell::new(0_usize);
    let strategy = (drawn_plan(1), proptest::collection::vec(own_decision(), 1..=8), any::<prop::sample::Index>());
    run(2_500, &strategy, |(plan, decisions, index)| {
        let mut acts: Vec<Decision> =
            decisions.into_iter().zip(1..).map(|(one, minute)| Decision { step: 0, at: at(minute), ..one }).collect();
        let result = |acts: &[Decision]| {
            let acts: Vec<Act> = acts.iter().cloned().map(Act::Decided).collect();
            standing(&plan, &acts, &[], at(100)).result
        };
        let before = result(&acts);
        let changed = index.index(acts.len());
        acts[changed].choice = Choice::Approve;
        if before == Some(Ruling::Approved) {
            passed.set(passed.get() + 1);
            prop_assert_eq!(result(&acts), before);
        }
        // One more yes does not stop it either.
        acts.push(Decision { choice: Choice::Approve, at: at(50), ..acts[changed].clone() });
        prop_assert!(before != Some(Ruling::Approved) || result(&acts) == before);
        Ok(())
    });
    assert!(passed.get() > 400, "{}", passed.get());
}

#[test]
fn the_history_keeps_all_of_it() {
    run(500, &drawn_case(), |(mut plan, delegations, acts)| {
        let done = admitted(&plan, &delegations, &acts);
        plan.steps[0].kept = done.iter().filter(|act| act.step() == 0).cloned().collect();
        plan.steps[0].due = Some(at(7));
        let text = serde_json::to_string(&(&plan, &done, &delegations)).unwrap();
        let (plan_again, done_again, delegations_again): (Plan, Vec<Act>, Vec<Delegation>) = serde_json::from_str(&text).unwrap();
        prop_assert_eq!(&plan_again, &plan);
        prop_assert_eq!(&done_again, &done);
        prop_assert_eq!(&delegations_again, &delegations);
        Ok(())
    });
}

#[test]
fn an_approval_that_is_opened_again_unchanged_stands_as_before() {
    run(1_000, &drawn_case(), |(plan, delegations, acts)| {
        let done = admitted(&plan, &delegations, &acts);
        let again = reopened(&plan, &done, plan.clone(), true);
        let before = standing(&plan, &done, &delegations, at(40));
        prop_assert_eq!(&standing(&again, &[], &delegations, at(40)), &before);
        // And once more.
        let twice = reopened(&again, &[], plan.clone(), true);
        prop_assert_eq!(&standing(&twice, &[], &delegations, at(40)), &before);
        Ok(())
    });
}

/// Whether somebody can decide for somebody else: every way without a circle is tried.
fn may_decide_for(plan: &Plan, delegations: &[Delegation], from: &UserId, to: &UserId, minute: i64, way: &[&UserId]) -> bool {
    let place = |level: &LevelId| plan.levels.iter().position(|known| known == level);
    let fits = |one: &&Delegation| {
        let on_time = one.starts <= at(minute) && at(minute) < one.ends;
        let level = one.limit.as_ref().is_none_or(|limit| place(limit).is_some_and(|limit| limit >= 1));
        on_time
            && level
            && one.gate.as_ref().is_none_or(|gate| gate.as_str() == "grant")
            && one.role.as_ref().is_none_or(|one| *one == role("r0"))
    };
    let mut next = delegations.iter().filter(|one| one.from == *from && fits(one));
    next.any(|one| {
        let allowed = plan.barred(&one.to).is_none() && !way.contains(&&one.to);
        let on = || one.transitive && may_decide_for(plan, delegations, &one.to, to, minute, &[way, &[&one.to]].concat());
        allowed && (one.to == *to || on())
    })
}

#[test]
fn who_may_decide_for_whom_is_what_all_ways_say() {
    let counts = Cell::new((0_usize, 0_usize));
    let people = (0..PEOPLE, 0..PEOPLE + 2, 5..50_i64, choice());
    let strategy = (proptest::collection::vec(drawn_delegation(), 0..=16), people, proptest::option::of(0..PEOPLE));
    run(4_000, &strategy, |(delegations, (holder, by, minute, choice), barred)| {
        let mut plan = at_high(vec![step(Votes::Any, vec![Seat { users: vec![person(holder)], ..seat("r0", "") }])]);
        plan.barred = barred.into_iter().map(|one| Barred { user: person(one), why: Why::Submitter }).collect();
        let act = Act::Decided(Decision { by: person(by), for_user: Some(person(holder)), ..decision(0, "nobody", choice, minute) });
        let answer = admit(&plan, &[], &delegations, act);
        let (holder, by) = (person(holder), person(by));
        let free = plan.barred(&holder).is_none() && plan.barred(&by).is_none();
        let expected = free && (holder == by || may_decide_for(&plan, &delegations, &holder, &by, minute, &[&holder]));
        prop_assert_eq!(answer.is_ok(), expected, "{:?}", answer);
        if let Ok(Act::Decided(recorded)) = &answer {
            // What is on record is a way by itself, and no more than that.
            let under = &recorded.under;
            prop_assert!(holder == by || may_decide_for(&plan, under, &holder, &by, minute, &[&holder]));
            prop_assert!(holder != by || under.is_empty());
            for left_out in 0..under.len() {
                let fewer: Vec<Delegation> =
                    under.iter().enumerate().filter(|(index, _)| *index != left_out).map(|(_, one)| one.clone()).collect();
                prop_assert!(!may_decide_for(&plan, &fewer, &holder, &by, minute, &[&holder]));
            }
        }
        let (yes, no) = counts.get();
        let delegated = usize::from(holder != by);
        counts.set((yes + delegated * usize::from(answer.is_ok()), no + delegated * usize::from(answer.is_err())));
        Ok(())
    });
    let (yes, no) = counts.get();
    assert!(yes > 100 && no > 1_000, "{yes} may, {no} may not");
}

#[test]
fn the_order_of_one_moment_is_that_of_the_list() {
    let mut case = Running::new(plan(vec![step(Votes::Any, vec![seat("manager", "ana ben")])]));
    case.rejects("ana", 0).unwrap();
    let yes = dated(Act::Decided(decision(0, "ana", Choice::Approve, 0)), case.minute);
    case.act(yes).unwrap();
    assert_eq!(case.result(), Some(Ruling::Approved));
}

#[test]
fn who_is_asked_does_not_depend_on_who_stands_in() {
    let counts = Cell::new((0_usize, 0_usize));
    run(1_500, &drawn_case(), |(plan, delegations, acts)| {
        // Early on, while most delegations hold and much is undecided.
        let done = admitted(&plan, &delegations, &acts[..acts.len().min(6)]);
        let asked = |delegations: &[Delegation]| -> (BTreeSet<UserId>, usize) {
            let open = standing(&plan, &done, delegations, at(20)).steps.into_iter().find_map(|step| match step.state {
                StepState::Open { may, .. } | StepState::Stuck { may, .. } => Some(may),
                _ => None,
            });
            let may = open.unwrap_or_default();
            let open: Vec<_> = may.into_iter().filter(|may| may.said.is_none() && may.capacity != Capacity::Veto).collect();
            let deputies = open.iter().filter(|may| may.for_user.is_some()).count();
            (open.into_iter().map(|may| may.for_user.unwrap_or(may.user)).collect(), deputies)
        };
        let ((with, deputies), (without, _)) = (asked(&delegations), asked(&[]));
        prop_assert_eq!(with, without);
        let (cases, standing_in) = counts.get();
        counts.set((cases + 1, standing_in + deputies));
        Ok(())
    });
    let (cases, standing_in) = counts.get();
    assert!(standing_in > 500, "{standing_in} stand-ins in {cases} cases: the test is going blind");
}
