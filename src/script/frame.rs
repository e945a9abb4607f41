//! What one evaluation hands to its rules: the record, the clock, results already known; and what the rules read of it.
//!
//! It must not outlive its record: results of one record are never seen by another.

use super::fault::{Fault, Signal};
use super::syntax::At;
use crate::calendar::Calendar;
use crate::names::{FieldPath, RecordName};
use crate::record::{Object, Value};
use chrono::{DateTime, FixedOffset, NaiveDate};
use rhai::NativeCallContext;
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};

/// What expressions can name: the record and its circumstances.
#[derive(Debug, Clone)]
pub struct Bindings {
    /// The record under judgement.
    pub record: Arc<Object>,
    /// The record as it last was; blank where nothing is known of it.
    pub before: Arc<Object>,
    /// The state of the case: stage, days in stage, deliverables, open obligations.
    pub case: Arc<Object>,
    /// Child records by their type.
    pub children: HashMap<RecordName, Arc<[Value]>>,
    /// The day of evaluation in the workflow's calendar.
    pub today: NaiveDate,
    /// The moment of evaluation.
    pub now: DateTime<FixedOffset>,
    /// Working days.
    pub calendar: Arc<Calendar>,
}

/// One value that a rule read.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Read {
    /// What it read: `application.amount`.
    pub path: FieldPath,
    /// What it found; `None` where nothing is there.
    pub value: Option<Value>,
}

/// What a rule that others may ask for has answered.
#[derive(Debug, Clone)]
pub enum Known {
    /// A value, or no value (a table without a matching row).
    Value(Option<Value>),
    /// It read missing fields.
    Missing(Vec<FieldPath>),
    /// It broke.
    Fault(Fault),
}

/// The kinds of results that a rule can ask for by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Asked {
    /// `score("card")`.
    Score,
    /// `grade("card")`.
    Grade,
    /// `table("name")`.
    Table,
}

/// The shared side of one evaluation. Cheap to clone: clones see the same evaluation.
#[derive(Debug, Clone)]
pub struct Frame {
    shared: Arc<Shared>,
    guards: Arc<HashSet<At>>,
    item: Option<Value>,
}

#[derive(Debug)]
struct Shared {
    bindings: Bindings,
    log: Mutex<Log>,
    known: Mutex<HashMap<(Asked, Arc<str>), Known>>,
}

#[derive(Debug, Default)]
struct Log {
    reads: Vec<Read>,
    unfound: Vec<FieldPath>,
}

impl Frame {
    pub(super) fn new(bindings: Bindings, guards: Arc<HashSet<At>>) -> Self {
        Self { shared: Arc::new(Shared { bindings, log: Mutex::default(), known: Mutex::default() }), guards, item: None }
    }

    /// The same evaluation, in which other places may read what is missing.
    pub(super) fn with_guards(&self, guards: Arc<HashSet<At>>) -> Self {
        Self { shared: Arc::clone(&self.shared), guards, item: self.item.clone() }
    }

    /// The same evaluation, in which rules are run for one element of a list.
    #[must_use]
    pub fn with_item(&self, item: Value) -> Self {
        Self { shared: Arc::clone(&self.shared), guards: Arc::clone(&self.guards), item: Some(item) }
    }

    /// The element for which rules are run; `None` where it is not for each of a list.
    pub(super) fn item(&self) -> Option<&Value> {
        self.item.as_ref()
    }

    /// What expressions can name.
    #[must_use]
    pub fn bindings(&self) -> &Bindings {
        &self.shared.bindings
    }

    /// Lets later rules ask for a result.
    pub fn know(&self, asked: Asked, name: &str, result: Known) {
        self.shared.known.lock().unwrap_or_else(PoisonError::into_inner).insert((asked, Arc::from(name)), result);
    }

    /// The result that a rule asks for, if it is known already.
    #[must_use]
    pub fn known(&self, asked: Asked, name: &str) -> Option<Known> {
        self.shared.known.lock().unwrap_or_else(PoisonError::into_inner).get(&(asked, Arc::from(name))).cloned()
    }

    /// The values read since the last call, in order, each once.
    #[must_use]
    pub fn take_reads(&self) -> Vec<Read> {
        let mut log = self.log();
        log.unfound.clear();
        std::mem::take(&mut log.reads)
    }

    pub(super) fn of(context: &NativeCallContext) -> Option<Self> {
        context.tag()?.read_lock::<Frame>().map(|frame| frame.clone())
    }

    pub(super) fn saw(&self, path: &str, value: Option<&Value>) {
        let mut log = self.log();
        if value.is_none() && !log.unfound.iter().any(|known| known.as_str() == path) {
            log.unfound.push(FieldPath::from_text(path));
        }
        if !log.reads.iter().any(|read| read.path.as_str() == path) {
            log.reads.push(Read { path: FieldPath::from_text(path), value: value.cloned() });
        }
    }

    pub(super) fn is_guarded(&self, at: At) -> bool {
        self.guards.contains(&at)
    }

    /// An operator met nothing: the guarded reads that found nothing are to blame, if there were any.
    pub(super) fn blame(&self, message: String) -> Signal {
        let log = self.log();
        if log.unfound.is_empty() { Signal::fault(super::fault::FaultKind::Unlike, message) } else { Signal::Missing(log.unfound.clone()) }
    }

    fn log(&self) -> std::sync::MutexGuard<'_, Log> {
        self.shared.log.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
