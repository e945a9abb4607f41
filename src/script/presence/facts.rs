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

/// Ways to a point that are told apart; the rest of them counts as one, of which less is known.
const MOST_WAYS: usize = 8;

/// What is known on one way to a point.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Facts {
    present: Known,
    absent: Known,
}

/// What is known at a point: on each way that leads there. No way leads to what no record reaches.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct State {
    ways: Vec<Facts>,
}

/// The whole of the record before: where it is known to be there, its fields are taken to be.
pub(super) fn all_of_before() -> ReadField {
    ReadField { root: Root::Before, path: Arc::from("") }
}

impl Facts {
    fn has(&self, field: &ReadField) -> bool {
        self.present.contains(field) || (field.root == Root::Before && self.present.contains(&all_of_before()))
    }

    /// The same with one field more that is there, or not; `None` where that contradicts.
    fn with(mut self, field: &ReadField, there: bool) -> Option<Self> {
        let contradicts = if there { self.absent.contains(field) } else { self.has(field) };
        let into = if there { &mut self.present } else { &mut self.absent };
        into.insert(field.clone());
        (!contradicts).then_some(self)
    }

    /// Whether whatever is known here is known there too.
    fn is_within(&self, other: &Self) -> bool {
        self.present.is_subset(&other.present) && self.absent.is_subset(&other.absent)
    }

    fn common(&mut self, other: &Self) {
        self.present.retain(|field| other.present.contains(field));
        self.absent.retain(|field| other.absent.contains(field));
    }
}

impl State {
    /// Where some fields are there and nothing else is known.
    pub(super) fn of(present: Known) -> Self {
        Self { ways: vec![Facts { present, absent: Known::new() }] }
    }

    /// Where no record comes.
    pub(super) fn unreached() -> Self {
        Self::default()
    }

    /// Whether any record may come here.
    pub(super) fn is_reached(&self) -> bool {
        !self.ways.is_empty()
    }

    /// Whether a field is there on every way.
    pub(super) fn has(&self, field: &ReadField) -> bool {
        self.ways.iter().all(|facts| facts.has(field))
    }

    /// Whether a field is missing on every way.
    pub(super) fn lacks(&self, field: &ReadField) -> bool {
        self.ways.iter().all(|facts| facts.absent.contains(field))
    }

    /// What is there on every way; `None` where no record comes.
    pub(super) fn present(&self) -> Option<Known> {
        let (first, rest) = self.ways.split_first()?;
        let mut known = first.present.clone();
        known.retain(|field| rest.iter().all(|facts| facts.has(field)));
        Some(known)
    }

    /// The ways on which one of some fields is there, and the others.
    pub(super) fn split(&self, fields: &[ReadField]) -> (Self, Self) {
        let (there, rest) = self.ways.iter().cloned().partition(|facts| fields.iter().any(|field| facts.has(field)));
        (Self { ways: there }, Self { ways: rest })
    }

    /// What is known once a field is found to be there, or not to be.
    pub(super) fn found(&self, field: &ReadField, there: bool) -> Self {
        Self::from_ways(self.ways.iter().filter_map(|facts| facts.clone().with(field, there)))
    }

    /// What is known where this point and another are one.
    pub(super) fn join(self, other: Self) -> Self {
        if other.ways.is_empty() || self == other {
            return self;
        }
        Self::from_ways(self.ways.into_iter().chain(other.ways))
    }

    /// What is known where both are.
    pub(super) fn both(&self, other: &Self) -> Self {
        if self == other {
            return self.clone();
        }
        Self::from_ways(self.ways.iter().flat_map(|one| {
            other.ways.iter().filter_map(|other| {
                let mut merged = one.clone();
                merged.present.extend(other.present.iter().cloned());
                merged.absent.extend(other.absent.iter().cloned());
                let contradicts = merged.absent.iter().any(|field| merged.has(field));
                (!contradicts).then_some(merged)
            })
        }))
    }

    /// A way of which more is known than of another says nothing beside it.
    fn from_ways(ways: impl Iterator<Item = Facts>) -> Self {
        let mut kept: Vec<Facts> = Vec::new();
        for facts in ways {
            if kept.iter().any(|known| known.is_within(&facts)) {
                continue;
            }
            kept.retain(|known| !facts.is_within(known));
            kept.push(facts);
        }
        if kept.len() > MOST_WAYS {
            let rest = kept.split_off(MOST_WAYS);
            if let Some(last) = kept.last_mut() {
                rest.iter().for_each(|facts| last.common(facts));
            }
        }
        Self { ways: kept }
    }
}
