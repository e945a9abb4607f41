//! How large an exported log is, counted as process mining counts: traces, events, activities, variants.
//!
//! It must not keep what it counts: of a trace only a digest of its activities stays.

use super::row::Row;
use crate::names::CaseId;
use sha2::{Digest, Sha256};
use std::collections::{BTreeSet, HashMap, HashSet};
use std::fmt;

/// The counts so far.
#[derive(Debug, Default)]
pub struct Tally {
    events: usize,
    activities: BTreeSet<String>,
    traces: HashMap<CaseId, [u8; 32]>,
}

impl Tally {
    /// Counts one more.
    pub fn count(&mut self, row: &Row) {
        self.events += 1;
        if !self.activities.contains(&row.activity) {
            self.activities.insert(row.activity.clone());
        }
        let trace = self.traces.entry(row.case.clone()).or_insert([0; 32]);
        let mut hasher = Sha256::new();
        hasher.update(*trace);
        hasher.update(row.activity.as_bytes());
        *trace = hasher.finalize().into();
    }

    /// Cases.
    #[must_use]
    pub fn traces(&self) -> usize {
        self.traces.len()
    }

    /// Activities of cases.
    #[must_use]
    pub fn events(&self) -> usize {
        self.events
    }

    /// Different names of activities.
    #[must_use]
    pub fn activities(&self) -> usize {
        self.activities.len()
    }

    /// Different sequences of activities from the start of a case.
    #[must_use]
    pub fn variants(&self) -> usize {
        self.traces.values().collect::<HashSet<_>>().len()
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (traces, events, activities, variants) = (self.traces(), self.events(), self.activities(), self.variants());
        write!(f, "{traces} traces, {events} events, {activities} activities, {variants} variants")
    }
}
