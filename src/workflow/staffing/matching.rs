//! Votes and people as a bipartite graph, filled vote by vote along augmenting paths.
//!
//! It must not know which votes are needed.

use super::Person;
use std::collections::{BTreeMap, BTreeSet};

/// Votes that are given, each by another person.
#[derive(Debug, Clone, Default)]
pub(super) struct Filling {
    // INVARIANT: `voter` maps a person to the one vote that they give, an index into `votes`.
    votes: Vec<(usize, BTreeSet<Person>)>,
    voter: BTreeMap<Person, usize>,
}

impl Filling {
    /// Adds a vote in a step that one of these people may give; false where others would have to vote twice.
    pub(super) fn add(&mut self, step: usize, who: &BTreeSet<Person>) -> bool {
        let vote = self.votes.len();
        self.votes.push((step, who.clone()));
        self.give(vote, &mut BTreeSet::new())
    }

    /// Those who vote, by step.
    pub(super) fn by_step(&self, steps: usize) -> Vec<Vec<Person>> {
        let mut found = vec![Vec::new(); steps];
        for (person, vote) in &self.voter {
            if let Some((step, _)) = self.votes.get(*vote)
                && let Some(voters) = found.get_mut(*step)
            {
                voters.push(person.clone());
            }
        }
        found
    }

    /// Finds somebody for a vote; whoever gives another one already gives it up where that finds somebody else.
    fn give(&mut self, vote: usize, asked: &mut BTreeSet<Person>) -> bool {
        let Some((_, who)) = self.votes.get(vote) else { return false };
        for person in who.clone() {
            if !asked.insert(person.clone()) {
                continue;
            }
            let free = match self.voter.get(&person).copied() {
                None => true,
                Some(other) => self.give(other, asked),
            };
            if free {
                self.voter.insert(person, vote);
                return true;
            }
        }
        false
    }
}
