//! Small approvals and what people try in them, drawn at random, and the same on every run.
//!
//! It must not sort out what is refused: trying what is not allowed is part of it.

use super::*;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRng, TestRunner};

pub(super) const PEOPLE: usize = 5;

pub(super) fn person(index: usize) -> UserId {
    user(&format!("p{index}"))
}

/// Runs a test on so many cases.
pub(super) fn run<S: Strategy>(cases: u32, strategy: &S, test: impl Fn(S::Value) -> Result<(), TestCaseError>) {
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    TestRunner::new_with_rng(config, TestRng::deterministic_rng(prop::test_runner::RngAlgorithm::ChaCha)).run(strategy, test).unwrap();
}

fn holders(fewest: usize) -> impl Strategy<Value = Vec<UserId>> {
    proptest::collection::btree_set(0..PEOPLE, fewest..=4).prop_map(|people| people.into_iter().map(person).collect())
}

fn seats(most: usize) -> impl Strategy<Value = Vec<Seat>> {
    proptest::collection::vec((prop_oneof![1 => holders(0), 4 => holders(1)], 1..=3_i64), 1..=most).prop_map(|seats| {
        let seats = seats.into_iter().enumerate();
        seats.map(|(index, (users, weight))| Seat { users, ..weighing(&format!("r{index}"), "", weight) }).collect()
    })
}

fn drawn_step() -> impl Strategy<Value = StepPlan> {
    let unweighted = |seats: Vec<Seat>| seats.into_iter().map(|seat| Seat { weight: None, ..seat }).collect::<Vec<_>>();
    let committee = || holders(1).prop_map(|users| vec![Seat { users, ..seat("board", "") }]);
    let voters = prop_oneof![
        seats(3).prop_map(move |seats| (Votes::All, unweighted(seats))),
        seats(3).prop_map(move |seats| (Votes::Any, unweighted(seats))),
        (1..=3_u32, committee()).prop_map(|(count, seats)| (Votes::Count(count), seats)),
        (1..=100_i64, committee()).prop_map(|(percent, seats)| (Votes::Percent(Decimal::from(percent)), seats)),
        (1..=5_i64, seats(3)).prop_map(|(at_least, seats)| (Votes::Weight(Decimal::from(at_least)), seats)),
    ];
    (voters, prop::option::weighted(0.3, holders(1))).prop_map(|((votes, voters), veto)| {
        let veto = veto.into_iter().map(|users| Seat { users, ..seat("veto", "") }).collect();
        StepPlan { veto, ..step(votes, voters) }
    })
}

pub(super) fn drawn_plan(most: usize) -> impl Strategy<Value = Plan> {
    let barred = prop_oneof![2 => proptest::collection::btree_set(0..PEOPLE, 0..=1), 1 => proptest::collection::btree_set(0..PEOPLE, 2)];
    (proptest::collection::vec(drawn_step(), 1..=most), barred, any::<bool>()).prop_map(|(steps, barred, apart)| {
        let barred = barred.into_iter().enumerate();
        let why = [Why::Submitter, Why::Lead];
        let barred = barred.map(|(index, one)| Barred { user: person(one), why: why[index % 2] }).collect();
        Plan { barred, apart, ..at_high(steps) }
    })
}

pub(super) fn choice() -> impl Strategy<Value = Choice> {
    prop_oneof![5 => Just(Choice::Approve), 1 => Just(Choice::Reject), 1 => Just(Choice::Abstain)]
}

/// What somebody decides for himself.
pub(super) fn own_decision() -> impl Strategy<Value = Decision> {
    (0..3_usize, 0..PEOPLE, choice()).prop_map(|(step, by, choice)| Decision { by: person(by), ..decision(step, "nobody", choice, 0) })
}

pub(super) fn drawn_delegation() -> impl Strategy<Value = Delegation> {
    let bounds = (
        prop::option::weighted(0.15, prop_oneof![Just("r0"), Just("r1"), Just("board"), Just("veto")]),
        prop::option::weighted(0.15, prop_oneof![Just("grant"), Just("check")]),
        prop::option::weighted(0.25, prop_oneof![Just("low"), Just("high"), Just("highest"), Just("other")]),
    );
    (0..PEOPLE, prop_oneof![0..PEOPLE, PEOPLE..PEOPLE + 2], bounds, (0..20_i64, 1..60_i64), any::<bool>()).prop_map(
        |(from, to, (only, gate, limit), (starts, lasts), transitive)| Delegation {
            from: person(from),
            to: person(to),
            role: only.map(role),
            gate: gate.map(|gate| GateId::parse(gate).unwrap()),
            limit: limit.map(|limit| LevelId::parse(limit).unwrap()),
            starts: at(starts),
            ends: at(starts + lasts),
            transitive,
            reason: None,
        },
    )
}

/// Everything that people do, and what they do with delegations.
pub(super) fn drawn_act() -> impl Strategy<Value = Act> {
    let place = prop_oneof![Just(Place::Before), Just(Place::After)];
    prop_oneof![
        6 => own_decision().prop_map(Act::Decided),
        4 => (own_decision(), 0..PEOPLE + 2, 0..PEOPLE).prop_map(|(decision, by, holder)| {
            Act::Decided(Decision { by: person(by), for_user: Some(person(holder)), ..decision })
        }),
        1 => (0..3_usize, 0..PEOPLE, 0..PEOPLE + 2, place).prop_map(|(step, by, signer, place)| {
            Act::Added(Added { step, by: person(by), user: person(signer), place, at: at(0) })
        }),
        1 => (0..3_usize, 0..PEOPLE, 0..PEOPLE + 2).prop_map(|(step, from, to)| {
            Act::Transferred(Transferred { step, from: person(from), to: person(to), at: at(0) })
        }),
    ]
}

pub(super) fn dated(act: Act, minute: i64) -> Act {
    let at = at(minute);
    match act {
        Act::Decided(decision) => Act::Decided(Decision { at, ..decision }),
        Act::Added(added) => Act::Added(Added { at, ..added }),
        Act::Transferred(transferred) => Act::Transferred(Transferred { at, ..transferred }),
    }
}

/// A plan, delegations, and what people try, each a minute after the other. Most of what they try is their turn.
pub(super) fn drawn_case() -> impl Strategy<Value = (Plan, Vec<Delegation>, Vec<Act>)> {
    let act = (drawn_act(), prop::option::weighted(0.7, any::<prop::sample::Index>()));
    let acts = proptest::collection::vec(act, 0..=24);
    (drawn_plan(3), proptest::collection::vec(drawn_delegation(), 0..=16), acts).prop_map(|(plan, delegations, drawn)| {
        let (mut acts, mut done) = (Vec::new(), Vec::new());
        for ((act, turn), minute) in drawn.into_iter().zip(1..) {
            let act = match turn {
                Some(index) => in_turn(&standing(&plan, &done, &delegations, at(minute)), act, index),
                None => act,
            };
            acts.push(dated(act.clone(), minute));
            done.extend(admit(&plan, &done, &delegations, dated(act, minute)));
        }
        (plan, delegations, acts)
    })
}

/// The same by somebody who may decide now.
fn in_turn(standing: &Standing, act: Act, index: prop::sample::Index) -> Act {
    let open = standing.steps.iter().enumerate().find_map(|(step, one)| match &one.state {
        StepState::Open { may, .. } | StepState::Stuck { may, .. } if !may.is_empty() => Some((step, index.get(may))),
        _ => None,
    });
    let Some((step, may)) = open else { return act };
    let (by, for_user) = (may.user.clone(), may.for_user.clone());
    match act {
        Act::Decided(decision) => Act::Decided(Decision { step, by, for_user, ..decision }),
        Act::Added(added) => Act::Added(Added { step, by, ..added }),
        Act::Transferred(transferred) => Act::Transferred(Transferred { step, from: by, ..transferred }),
    }
}

/// What of it is admitted.
pub(super) fn admitted(plan: &Plan, delegations: &[Delegation], acts: &[Act]) -> Vec<Act> {
    let mut done: Vec<Act> = Vec::new();
    for act in acts {
        if let Ok(act) = admit(plan, &done, delegations, act.clone()) {
            done.push(act);
        }
    }
    done
}
