//! Rings of delegations, by example and against all ways that there are.
//!
//! It must not ask who may decide.

use super::draw::{PEOPLE, drawn_delegation, person, run};
use super::*;
use proptest::prelude::*;
use std::cell::Cell;

fn names(ring: &Ring) -> Vec<&str> {
    ring.users.iter().map(UserId::as_str).collect()
}

#[test]
fn two_who_are_away_and_decide_for_each_other_are_a_ring_while_both_are_away() {
    let given = [Delegation { starts: at(10), ends: at(30), ..delegation("ben", "ana") }];
    let new = |starts, ends| Delegation { starts: at(starts), ends: at(ends), ..delegation("ana", "ben") };
    let found = ring(&given, &new(20, 40)).unwrap();
    assert_eq!((names(&found), found.starts, found.ends), (vec!["ana", "ben"], at(20), at(30)));
    // One comes back when the other goes.
    assert_eq!(ring(&given, &new(30, 40)), None);
    assert_eq!(ring(&given, &new(0, 10)), None);
}

#[test]
fn several_are_a_ring_where_one_moment_role_and_gate_is_common_to_all() {
    let given = [delegation("ben", "carl"), delegation("carl", "ana"), delegation("carl", "dora")];
    let new = delegation("ana", "ben");
    assert_eq!(names(&ring(&given, &new).unwrap()), ["ana", "ben", "carl"]);
    let as_legal = |one: &Delegation| Delegation { role: Some(role("legal")), ..one.clone() };
    let as_finance = |one: &Delegation| Delegation { role: Some(role("finance")), ..one.clone() };
    assert!(ring(&given.each_ref().map(as_legal), &new).is_some());
    assert_eq!(ring(&given.each_ref().map(as_legal), &as_finance(&new)), None);
    // What was for one role in the middle stays so.
    let mixed = [as_legal(&given[0]), given[1].clone()];
    assert_eq!(ring(&mixed, &as_finance(&new)), None);
    let turns = [(0, 10), (5, 20), (15, 30)].map(|(starts, ends)| (at(starts), at(ends)));
    let [first, second, third] = turns.map(|(starts, ends)| move |one: Delegation| Delegation { starts, ends, ..one });
    assert_eq!(ring(&[second(delegation("ben", "carl")), third(delegation("carl", "ana"))], &first(new)), None);
}

/// Whether a way leads back to the beginning: every way without a circle is tried.
fn leads_back(delegations: &[Delegation], way: &[&Delegation]) -> Option<usize> {
    let common = |of: &dyn Fn(&Delegation) -> Option<String>| {
        let said: Vec<String> = way.iter().filter_map(|one| of(one)).collect();
        said.windows(2).all(|pair| pair[0] == pair[1])
    };
    let fits = common(&|one| one.role.as_ref().map(ToString::to_string))
        && common(&|one| one.gate.as_ref().map(ToString::to_string))
        && way.iter().map(|one| one.starts).max() < way.iter().map(|one| one.ends).min();
    let (first, last) = (way[0], way[way.len() - 1]);
    if !fits {
        return None;
    }
    if last.to == first.from {
        return Some(way.len());
    }
    let next = delegations.iter().filter(|one| one.from == last.to && !way.iter().any(|known| known.to == one.to));
    next.filter_map(|one| leads_back(delegations, &[way, &[one]].concat())).min()
}

#[test]
fn a_ring_is_found_where_there_is_one_and_it_is_the_shortest() {
    let counts = Cell::new((0_usize, 0_usize));
    let strategy = (proptest::collection::vec(drawn_delegation(), 0..=10), drawn_delegation(), 0..PEOPLE, 0..PEOPLE);
    run(3_000, &strategy, |(delegations, new, from, to)| {
        let new = Delegation { from: person(from), to: person(to), ..new };
        if from == to || new.starts >= new.ends {
            return Ok(());
        }
        let found = ring(&delegations, &new);
        prop_assert_eq!(found.as_ref().map(|ring| ring.users.len()), leads_back(&delegations, &[&new]));
        if let Some(ring) = &found {
            prop_assert!(ring.starts >= new.starts && ring.ends <= new.ends && ring.starts < ring.ends);
        }
        let (rings, longer) = counts.get();
        counts.set((rings + usize::from(found.is_some()), longer + usize::from(found.is_some_and(|ring| ring.users.len() > 2))));
        Ok(())
    });
    let (rings, longer) = counts.get();
    assert!(rings > 200 && longer > 50, "{rings} rings, {longer} of more than two: the test is going blind");
}
