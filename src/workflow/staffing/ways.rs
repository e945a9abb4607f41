//! The ways in which one step can be voted in: votes, each with those who may give it.
//!
//! It must not look at other steps.

use super::{Ask, Person, Staff};
use rust_decimal::Decimal;
use std::collections::BTreeSet;

/// How many ways one step may have.
const WAYS: usize = 2_000;

/// How many roles with weights are tried in all combinations.
const WEIGHTS: usize = 12;

/// The ways, of which any will do. In a way, each vote is given by another person.
#[derive(Debug, Default)]
pub(super) struct Ways {
    pub(super) all: Vec<Vec<BTreeSet<Person>>>,
    /// Whether there are more.
    pub(super) cut: bool,
}

/// Those who can vote in a step that is looked at alone; `None` where it cannot be voted in.
pub(super) fn alone(step: &Ask, barred: &Staff) -> Option<Vec<Person>> {
    let mut voting = BTreeSet::new();
    match step {
        Ask::Each(staffs) => {
            for staff in staffs.iter().map(|staff| staff.without(barred)) {
                if staff.is_empty() {
                    return None;
                }
                voting.extend(staff.people.into_iter().next().filter(|_| staff.crowds.is_empty()));
            }
        }
        Ask::One(staffs) => {
            let staff = union(staffs, barred);
            if staff.is_empty() {
                return None;
            }
            voting.extend(staff.people.into_iter().next().filter(|_| staff.crowds.is_empty()));
        }
        Ask::Of(staff, count) => {
            let staff = staff.without(barred);
            if staff.people.len() < *count && !staff.is_open() {
                return None;
            }
            voting.extend(staff.people.into_iter().take(*count));
        }
        Ask::Weight(staffs, at_least) => {
            let present = || staffs.iter().map(|(staff, weight)| (staff.without(barred), *weight));
            let voters: Vec<_> = present().filter(|(staff, weight)| !staff.is_empty() && *weight > Decimal::ZERO).collect();
            if voters.iter().map(|(_, weight)| *weight).sum::<Decimal>() < *at_least {
                return None;
            }
            voting.extend(voters.into_iter().filter_map(|(staff, _)| staff.people.into_iter().next()));
        }
    }
    Some(voting.into_iter().collect())
}

/// All ways in which a step can be voted in. A vote that somebody of a crowd can give is left out: there is always another one.
pub(super) fn ways(step: &Ask, barred: &Staff) -> Ways {
    match step {
        Ask::Each(staffs) => {
            let present: Vec<Staff> = staffs.iter().map(|staff| staff.without(barred)).collect();
            let mut found = Ways::default();
            if !present.iter().any(Staff::is_empty) {
                group(present.into_iter().filter(|staff| !staff.is_open()).map(|staff| staff.people).collect(), &mut found);
            }
            found
        }
        Ask::One(staffs) => votes(union(staffs, barred), 1),
        Ask::Of(staff, count) => votes(staff.without(barred), *count),
        Ask::Weight(staffs, at_least) => weights(staffs, *at_least, barred),
    }
}

fn union(staffs: &[Staff], barred: &Staff) -> Staff {
    let mut all = Staff::default();
    for staff in staffs {
        all.join(&staff.without(barred));
    }
    all
}

/// So many votes of the same people.
fn votes(staff: Staff, count: usize) -> Ways {
    let all = match staff {
        staff if staff.is_open() => vec![Vec::new()],
        staff if staff.people.len() < count => Vec::new(),
        staff => vec![vec![staff.people; count]],
    };
    Ways { all, cut: false }
}

/// Adds the ways to vote for each of these roles, where whoever holds several may vote for all of them.
fn group(roles: Vec<BTreeSet<Person>>, found: &mut Ways) {
    // Whoever votes for the role with fewer holders votes for one with more, too, where all of them hold it.
    let mut fewest: Vec<BTreeSet<Person>> = Vec::new();
    for role in roles {
        if !fewest.iter().any(|fewer| fewer.is_subset(&role)) {
            fewest.retain(|more| !role.is_subset(more));
            fewest.push(role);
        }
    }
    place(&fewest, &mut Vec::new(), found);
}

fn place(roles: &[BTreeSet<Person>], votes: &mut Vec<BTreeSet<Person>>, found: &mut Ways) {
    let Some((role, rest)) = roles.split_first() else {
        if found.all.len() < WAYS {
            found.all.push(votes.clone());
        } else {
            found.cut = true;
        }
        return;
    };
    if found.cut {
        return;
    }
    votes.push(role.clone());
    place(rest, votes, found);
    votes.pop();
    for index in 0..votes.len() {
        let Some(vote) = votes.get_mut(index) else { continue };
        let both: BTreeSet<Person> = vote.intersection(role).cloned().collect();
        if both.is_empty() {
            continue;
        }
        let before = std::mem::replace(vote, both);
        place(rest, votes, found);
        if let Some(vote) = votes.get_mut(index) {
            *vote = before;
        }
    }
}

fn weights(staffs: &[(Staff, Decimal)], at_least: Decimal, barred: &Staff) -> Ways {
    let mut found = Ways::default();
    let present = staffs.iter().map(|(staff, weight)| (staff.without(barred), *weight));
    let present: Vec<_> = present.filter(|(staff, weight)| !staff.is_empty() && *weight > Decimal::ZERO).collect();
    let open: Decimal = present.iter().filter(|(staff, _)| staff.is_open()).map(|(_, weight)| *weight).sum();
    let roles: Vec<_> = present.into_iter().filter(|(staff, _)| !staff.is_open()).collect();
    let need = at_least - open;
    if need <= Decimal::ZERO {
        found.all.push(Vec::new());
        return found;
    }
    if roles.len() > WEIGHTS {
        found.cut = true;
        return found;
    }
    for chosen in 0..(1_u32 << roles.len()) {
        let voting = || roles.iter().enumerate().filter(|(index, _)| chosen & (1 << index) != 0).map(|(_, role)| role);
        let sum: Decimal = voting().map(|(_, weight)| *weight).sum();
        // Whoever is not needed for the weight is not asked.
        if sum >= need && voting().all(|(_, weight)| sum - *weight < need) {
            group(voting().map(|(staff, _)| staff.people.clone()).collect(), &mut found);
        }
    }
    found
}
