//! Whether a set of people can give the votes of an approval, found out by an exact search.
//!
//! It must not know gates, tables or documents, and must not guess: a search that was cut short says so, and proves nothing.

#[cfg(test)]
mod brute;
mod matching;
mod question;
mod ways;

pub(super) use question::{Blocked, Question, Verdict};

use crate::names::UserId;
use matching::Filling;
use rust_decimal::Decimal;
use std::collections::BTreeSet;
use std::sync::Arc;
use ways::{Ways, alone, ways};

/// How many ways of filling a step are tried in one search.
const TRIES: usize = 20_000;

/// Somebody who may vote.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Person {
    /// Somebody whom the files list.
    Listed(UserId),
    /// The one person whom a field of the record names.
    Named(Arc<str>),
}

/// Holders of a role: people, and crowds of which nobody knows how many they are or who. A crowd never lacks another person.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Staff {
    /// The people.
    pub(super) people: BTreeSet<Person>,
    /// The crowds, by what tells them apart.
    pub(super) crowds: BTreeSet<Arc<str>>,
}

/// What one step of an approval asks for.
#[derive(Debug, Clone)]
pub(super) enum Ask {
    /// One holder of each; the same person may hold several.
    Each(Vec<Staff>),
    /// One holder of any.
    One(Vec<Staff>),
    /// So many different holders.
    Of(Staff, usize),
    /// So much weight together; each weighs once, whoever of it votes.
    Weight(Vec<(Staff, Decimal)>, Decimal),
}

/// What came of a search.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Shared {
    /// All steps can be voted in: those who vote in each, but for people of crowds.
    Yes(Vec<Vec<Person>>),
    /// The first step in which nobody is left to vote, and who may have voted in the steps before it.
    No(usize, Vec<Vec<Person>>),
    /// There are too many ways to try them all.
    Unknown,
}

impl Staff {
    /// Those who are not barred.
    pub(super) fn without(&self, barred: &Staff) -> Staff {
        Staff {
            people: self.people.difference(&barred.people).cloned().collect(),
            crowds: self.crowds.difference(&barred.crowds).cloned().collect(),
        }
    }

    /// Adds those of another.
    pub(super) fn join(&mut self, other: &Staff) {
        self.people.extend(other.people.iter().cloned());
        self.crowds.extend(other.crowds.iter().cloned());
    }

    /// Whether there is always another one.
    pub(super) fn is_open(&self) -> bool {
        !self.crowds.is_empty()
    }

    /// Whether there is nobody.
    pub(super) fn is_empty(&self) -> bool {
        self.people.is_empty() && self.crowds.is_empty()
    }
}

impl Ask {
    /// The holders of each role that is asked.
    pub(super) fn staffs(&self) -> Vec<&Staff> {
        match self {
            Ask::Each(staffs) | Ask::One(staffs) => staffs.iter().collect(),
            Ask::Of(staff, _) => vec![staff],
            Ask::Weight(staffs, _) => staffs.iter().map(|(staff, _)| staff).collect(),
        }
    }
}

/// Finds people for every step. Whoever is barred does not vote; where the steps are `apart`, nobody votes in two of them.
pub(super) fn share_out(steps: &[Ask], barred: &Staff, apart: bool) -> Shared {
    if !apart {
        let mut voting = Vec::new();
        for (index, step) in steps.iter().enumerate() {
            match alone(step, barred) {
                Some(people) => voting.push(people),
                None => return Shared::No(index, voting),
            }
        }
        return Shared::Yes(voting);
    }
    let ways: Vec<Ways> = steps.iter().map(|step| ways(step, barred)).collect();
    let mut search = Search { ways: &ways, left: TRIES, deepest: 0, before: Vec::new(), cut: ways.iter().any(|ways| ways.cut) };
    match search.fill(0, &Filling::default()) {
        Some(filling) => Shared::Yes(filling.by_step(steps.len())),
        None if search.cut => Shared::Unknown,
        None => Shared::No(search.deepest, search.before),
    }
}

/// Whether an approval can be given by these people: each step with its voters, and the holders of each of their roles. For the tests of
/// those who run approvals; `None` where the search was cut short.
#[cfg(test)]
pub(crate) fn can_be_given(steps: &[(crate::workflow::Voters, Vec<Vec<UserId>>)], barred: &[UserId], apart: bool) -> Option<bool> {
    use crate::workflow::Voters;
    let staff = |users: &Vec<UserId>| Staff { people: users.iter().cloned().map(Person::Listed).collect(), crowds: BTreeSet::new() };
    let asks = steps.iter().map(|(voters, holders)| {
        let mut staffs: Vec<Staff> = holders.iter().map(staff).collect();
        let members = staffs.first().map_or(0, |staff| staff.people.len());
        match voters {
            Voters::All(_) => Ask::Each(staffs),
            Voters::Any(_) => Ask::One(staffs),
            Voters::Quorum(_, count) => Ask::Of(staffs.remove(0), *count as usize),
            // As many as leave no gap to the share: found by trying, not by rounding.
            Voters::Percent(_, percent) => {
                let enough = |count: &usize| Decimal::from(*count) * Decimal::ONE_HUNDRED >= *percent * Decimal::from(members);
                Ask::Of(staffs.remove(0), (1..=members.max(1)).find(enough).unwrap())
            }
            Voters::Weighted(roles, at_least) => {
                Ask::Weight(staffs.into_iter().zip(roles).map(|(staff, (_, weight))| (staff, *weight)).collect(), *at_least)
            }
        }
    });
    match share_out(&asks.collect::<Vec<_>>(), &staff(&barred.to_vec()), apart) {
        Shared::Yes(_) => Some(true),
        Shared::No(..) => Some(false),
        Shared::Unknown => None,
    }
}

struct Search<'a> {
    ways: &'a [Ways],
    left: usize,
    /// The furthest step that was come to: all steps before it can be voted in, and it cannot with them.
    deepest: usize,
    before: Vec<Vec<Person>>,
    cut: bool,
}

impl Search<'_> {
    fn fill(&mut self, step: usize, filling: &Filling) -> Option<Filling> {
        let Some(ways) = self.ways.get(step) else { return Some(filling.clone()) };
        if step > self.deepest || self.before.is_empty() {
            self.deepest = step;
            self.before = filling.by_step(step);
        }
        for way in &ways.all {
            if self.left == 0 {
                self.cut = true;
                return None;
            }
            self.left -= 1;
            let mut next = filling.clone();
            if way.iter().all(|slot| next.add(step, slot))
                && let Some(found) = self.fill(step + 1, &next)
            {
                return Some(found);
            }
        }
        None
    }
}
