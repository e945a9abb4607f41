//! The search against an enumeration of everything that everybody could do.
//!
//! It must not share code with the search.

use super::question::Question;
use super::{Ask, Person, Shared, Staff, share_out};
use crate::names::UserId;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRng, TestRunner};
use rust_decimal::Decimal;
use std::collections::BTreeSet;

const PEOPLE: usize = 5;
const CASES: u32 = 6_000;

fn person(index: usize) -> Person {
    match index {
        4 => Person::Named("order.owner".into()),
        _ => Person::Listed(UserId::parse(&format!("p{index}")).unwrap()),
    }
}

/// A role: 0 to 3 people, and now and then a crowd.
fn staff() -> impl Strategy<Value = Staff> {
    (proptest::collection::btree_set(0..PEOPLE, 0..=3), prop::option::weighted(0.08, 0..2_usize)).prop_map(|(people, crowd)| Staff {
        people: people.into_iter().map(person).collect(),
        crowds: crowd.into_iter().map(|crowd| format!("c{crowd}").into()).collect(),
    })
}

fn roles() -> impl Strategy<Value = Vec<Staff>> {
    proptest::collection::vec(staff(), 1..=3)
}

fn step() -> impl Strategy<Value = Ask> {
    prop_oneof![
        roles().prop_map(Ask::Each),
        roles().prop_map(Ask::One),
        (staff(), 1..=3_usize).prop_map(|(staff, count)| Ask::Of(staff, count)),
        (proptest::collection::vec((staff(), 1..=3_i64), 1..=3), 1..=5_i64).prop_map(|(staffs, least)| Ask::Weight(
            staffs.into_iter().map(|(staff, weight)| (staff, Decimal::from(weight))).collect(),
            Decimal::from(least)
        )),
    ]
}

fn question() -> impl Strategy<Value = Question> {
    let submitters = proptest::collection::vec(prop::option::weighted(0.8, (0..PEOPLE).prop_map(person)), 1..=3);
    let barred = prop_oneof![3 => Just(Staff::default()), 1 => staff()];
    let parts = (proptest::collection::vec(step(), 1..=3), barred, any::<bool>(), submitters);
    parts.prop_map(|(steps, barred, apart, submitters)| {
        let votes = |one: &Person| steps.iter().flat_map(Ask::staffs).any(|staff| staff.people.contains(one));
        let listed = (0..4).map(person).filter(votes).collect();
        Question { steps, barred, apart, submitters, listed }
    })
}

/// Whether these people, together with everybody of the crowds who is not barred, can vote in a step.
fn passes(step: &Ask, voting: &BTreeSet<Person>, barred: &Staff) -> bool {
    let holds = |staff: &Staff| {
        let crowd = staff.crowds.iter().any(|crowd| !barred.crowds.contains(crowd));
        crowd || staff.people.iter().any(|person| voting.contains(person))
    };
    match step {
        Ask::Each(staffs) => staffs.iter().all(holds),
        Ask::One(staffs) => staffs.iter().any(holds),
        Ask::Of(staff, count) => {
            let crowd = staff.crowds.iter().any(|crowd| !barred.crowds.contains(crowd));
            crowd || staff.people.iter().filter(|person| voting.contains(person)).count() >= *count
        }
        Ask::Weight(staffs, least) => staffs.iter().filter(|(staff, _)| holds(staff)).map(|(_, weight)| *weight).sum::<Decimal>() >= *least,
    }
}

/// Tries everybody in every step.
fn enumerated(steps: &[Ask], barred: &Staff, apart: bool) -> bool {
    let there: Vec<Person> = (0..PEOPLE).map(person).filter(|person| !barred.people.contains(person)).collect();
    if !apart {
        let all: BTreeSet<Person> = there.into_iter().collect();
        return steps.iter().all(|step| passes(step, &all, barred));
    }
    let choices = steps.len() + 1;
    (0..choices.pow(u32::try_from(there.len()).unwrap())).any(|mut code| {
        let mut voting = vec![BTreeSet::new(); choices];
        for person in &there {
            voting[code % choices].insert(person.clone());
            code /= choices;
        }
        steps.iter().zip(&voting).all(|(step, voting)| passes(step, voting, barred))
    })
}

fn barred(question: &Question, submitter: Option<&Person>, away: &BTreeSet<Person>) -> Staff {
    let mut barred = question.barred.clone();
    barred.people.extend(submitter.into_iter().chain(away).cloned());
    barred
}

/// Runs a test on cases that are the same on every run.
fn run(test: impl Fn(Question) -> Result<(), TestCaseError>) {
    let config = Config { cases: CASES, failure_persistence: None, ..Config::default() };
    TestRunner::new_with_rng(config, TestRng::deterministic_rng(prop::test_runner::RngAlgorithm::ChaCha)).run(&question(), test).unwrap();
}

#[test]
fn whether_an_approval_can_be_given_is_what_an_enumeration_says() {
    let count = std::cell::Cell::new((0_usize, 0_usize, 0_usize));
    run(|question| {
        for submitter in &question.submitters {
            let barred = barred(&question, submitter.as_ref(), &BTreeSet::new());
            let expected = enumerated(&question.steps, &barred, question.apart);
            let (yes, no, merged) = count.get();
            match share_out(&question.steps, &barred, question.apart) {
                Shared::Yes(voting) => {
                    prop_assert!(expected);
                    // Who is said to vote does vote so that every step passes.
                    for (step, voting) in question.steps.iter().zip(&voting) {
                        prop_assert!(passes(step, &voting.iter().cloned().collect(), &barred));
                        prop_assert!(!voting.iter().any(|person| barred.people.contains(person)));
                    }
                    let all: Vec<&Person> = voting.iter().flatten().collect();
                    let different: BTreeSet<&Person> = all.iter().copied().collect();
                    prop_assert!(!question.apart || all.len() == different.len());
                    let doubled = |(step, voting): (&Ask, &Vec<Person>)| matches!(step, Ask::Each(all) if voting.len() < all.len() && !all.iter().any(Staff::is_open));
                    let doubled = question.apart && question.steps.iter().zip(&voting).any(doubled);
                    count.set((yes + 1, no, merged + usize::from(doubled)));
                }
                Shared::No(step, before) => {
                    prop_assert!(!expected);
                    // The step is the first that nobody is left for.
                    let upto = |end: usize| enumerated(&question.steps[..end], &barred, question.apart);
                    prop_assert!(upto(step) && !upto(step + 1));
                    prop_assert_eq!(before.len(), step);
                    count.set((yes, no + 1, merged));
                }
                Shared::Unknown => prop_assert!(false, "a small approval is too large"),
            }
        }
        Ok(())
    });
    let (yes, no, merged) = count.get();
    assert!(yes > 2_000 && no > 2_000 && merged > 100, "{yes} can be given, {no} cannot, in {merged} one votes for several roles");
}

#[test]
fn who_must_not_be_away_is_what_an_enumeration_says() {
    let count = std::cell::Cell::new((0_usize, 0_usize, 0_usize));
    run(|question| {
        let fails = |away: &BTreeSet<Person>| {
            let mut there = question.submitters.iter().filter(|submitter| submitter.as_ref().is_none_or(|person| !away.contains(person)));
            let any = there.clone().next().is_some();
            any && !there.any(|submitter| enumerated(&question.steps, &barred(&question, submitter.as_ref(), away), question.apart))
        };
        if fails(&BTreeSet::new()) {
            return Ok(());
        }
        let listed: Vec<Person> = question.listed.iter().cloned().collect();
        let ones = listed.iter().map(|one| BTreeSet::from([one.clone()])).filter(&fails).collect::<Vec<_>>();
        let pairs = listed.iter().flat_map(|one| listed.iter().filter(move |other| one < *other).map(|other| [one.clone(), other.clone()]));
        let pairs = pairs.map(BTreeSet::from).filter(|pair| !ones.iter().any(|one| one.is_subset(pair)));
        let pairs: Vec<_> = pairs.filter(&fails).collect();
        let (kept, single, double) = count.get();
        count.set((kept + usize::from(ones.is_empty()), single + ones.len(), double + pairs.len()));
        prop_assert_eq!(question.indispensable(0), (Vec::new(), false));
        prop_assert_eq!(question.indispensable(1), (ones.clone(), false));
        let mut both = question.indispensable(2).0;
        both.sort();
        let mut expected = [ones, pairs].concat();
        expected.sort();
        prop_assert_eq!(both, expected);
        Ok(())
    });
    let (kept, single, double) = count.get();
    assert!(kept > 500 && single > 500 && double > 500, "{kept} bear an absence, {single} hang on one, {double} on two");
}

#[test]
fn what_is_too_large_proves_nothing() {
    // Sixteen roles of which each shares people with every other: more ways than are tried, and too few people for two steps.
    let one = |index: usize| Person::Listed(UserId::parse(&format!("p{index}")).unwrap());
    let role = |index: usize| Staff { people: (0..16).filter(|other| *other != index).map(one).collect(), ..Staff::default() };
    let step = Ask::Each((0..16).map(role).collect());
    let two = Ask::Of(Staff { people: (0..16).map(one).collect(), ..Staff::default() }, 15);
    assert_eq!(share_out(&[step.clone(), two], &Staff::default(), true), Shared::Unknown);
    assert!(matches!(share_out(&[step], &Staff::default(), true), Shared::Yes(_)));
}
