//! Who is asked to vote in a case, and since when.
//!
//! It must not count; it says what became of each time that somebody was asked.

use crate::case::CaseState;
use crate::case::approval::Decision;
use crate::names::{GateId, UserId};
use chrono::{DateTime, Utc};
use std::collections::{BTreeMap, BTreeSet};

/// The open questions of one case.
#[derive(Debug, Default)]
pub(super) struct Asked {
    since: BTreeMap<(GateId, UserId), DateTime<Utc>>,
}

impl Asked {
    /// Takes the question that a vote answers, with when it was asked; `None` where it only changes an earlier vote.
    pub(super) fn answered(&mut self, gate: &GateId, decision: &Decision) -> Option<DateTime<Utc>> {
        self.since.remove(&(gate.clone(), decision.voter().clone()))
    }

    /// Looks at a case after an event: whoever is asked now and was not before, is asked since then. Returns those who were asked and are
    /// asked no more.
    pub(super) fn look(&mut self, state: &CaseState, at: DateTime<Utc>) -> (Vec<UserId>, Vec<(UserId, DateTime<Utc>)>) {
        if self.since.is_empty() && state.submissions().is_empty() {
            return (Vec::new(), Vec::new());
        }
        let now: BTreeSet<(GateId, UserId)> = state
            .submissions()
            .iter()
            .flat_map(|(gate, submission)| {
                // Whoever stands in for somebody is asked in their place: those who are asked are the same without.
                submission.may_vote(&[], at).into_iter().map(|may| (gate.clone(), may.user))
            })
            .collect();
        let mut lapsed = Vec::new();
        self.since.retain(|key, since| {
            let stays = now.contains(key);
            if !stays {
                lapsed.push((key.1.clone(), *since));
            }
            stays
        });
        let mut asked = Vec::new();
        for key in now {
            let user = key.1.clone();
            self.since.entry(key).or_insert_with(|| {
                asked.push(user);
                at
            });
        }
        (asked, lapsed)
    }

    /// Those who have not answered.
    pub(super) fn waiting(self) -> impl Iterator<Item = UserId> {
        self.since.into_keys().map(|(_, user)| user)
    }
}
