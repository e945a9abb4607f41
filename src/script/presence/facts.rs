//! What is known at a point of a rule about which fields have a value.
//!
//! It must not forget: a record does not change while a rule runs, so what was found out stays true.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

/// What a field is read from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Root {
    /// The record.
    Record,
    /// The record as it last was.
    Before,
    /// The state of the case.
    Case,
    /// Child records.
    Child,
}

/// A field that a rule reads: what it is read from, and its path there.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ReadField {
    /// What it is read from.
    pub root: Root,
    /// The path: `risk.legal`; of child records with the list that holds them: `orders[].paid`.
    pub path: Arc<str>,
}

impl ReadField {
    /// A field of the record.
    #[must_use]
    pub fn of_record(path: &str) -> Self {
        Self { root: Root::Record, path: Arc::from(path) }
    }

    /// As rules write it, where the record is called `record`.
    #[must_use]
    pub fn written(&self, record: &str) -> String {
        match self.root {
            Root::Record => format!("{record}.{}", self.path),
            Root::Child => self.path.to_string(),
            Root::Before | Root::Case => self.to_string(),
        }
    }
}

impl fmt::Display for ReadField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.root {
            Root::Record | Root::Child => f.write_str(&self.path),
            Root::Before => write!(f, "before.{}", self.path),
            Root::Case => write!(f, "case.{}", self.path),
        }
    }
}

/// Fields that surely have a value.
pub type Known = BTreeSet<ReadField>;

/// What is known at a point that can be reached.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Facts {
    pub(super) present: Known,
    pub(super) absent: Known,
}

/// What is known at a point; `None` where no record comes there.
pub(super) type State = Option<Facts>;

/// The whole of the record before: where it is known to be there, its fields are taken to be.
pub(super) fn all_of_before() -> ReadField {
    ReadField { root: Root::Before, path: Arc::from("") }
}

impl Facts {
    pub(super) fn has(&self, field: &ReadField) -> bool {
        self.present.contains(field) || (field.root == Root::Before && self.present.contains(&all_of_before()))
    }
}

/// What is known where two ways meet.
pub(super) fn join(one: State, other: State) -> State {
    match (one, other) {
        (None, only) | (only, None) => only,
        (Some(mut one), Some(other)) => {
            one.present.retain(|field| other.present.contains(field));
            one.absent.retain(|field| other.absent.contains(field));
            Some(one)
        }
    }
}

/// What is known where both are.
pub(super) fn both(one: &State, other: &State) -> State {
    let (Some(one), Some(other)) = (one, other) else { return None };
    let mut merged = one.clone();
    merged.present.extend(other.present.iter().cloned());
    merged.absent.extend(other.absent.iter().cloned());
    let contradicts = merged.absent.iter().any(|field| merged.has(field));
    (!contradicts).then_some(merged)
}

/// What is known once a field is found to be there, or not to be.
pub(super) fn found(state: &State, field: &ReadField, there: bool) -> State {
    let mut facts = state.clone()?;
    let (into, against) = if there { (&mut facts.present, &facts.absent) } else { (&mut facts.absent, &facts.present) };
    if against.contains(field) {
        return None;
    }
    into.insert(field.clone());
    Some(facts)
}
