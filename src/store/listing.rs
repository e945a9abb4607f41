//! A case as it stands: what lists, worklists and timers are made of.
//!
//! It must not be the truth: it can be made again from the events at any time.

use crate::names::{CaseId, StageId, UserId, WorkflowId};
use crate::store::Revision;
use chrono::{DateTime, Utc};
use std::sync::Arc;

/// A case as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listing {
    /// What it goes through.
    pub workflow: WorkflowId,
    /// Of the definition that it keeps to.
    pub digest: Arc<str>,
    /// What people call it.
    pub label: Arc<str>,
    /// Where it is; several where it has forked.
    pub stages: Vec<StageId>,
    /// How it ended, if it has.
    pub ended: Option<Arc<str>>,
    /// Since when it stands so.
    pub since: DateTime<Utc>,
    /// By when it should move on.
    pub due: Option<DateTime<Utc>>,
    /// When it wants to be looked at next, whoever asks.
    pub timer: Option<DateTime<Utc>>,
    /// The case that started it.
    pub parent: Option<CaseId>,
    /// Whom it waits for.
    pub waits: Vec<Wait>,
}

/// Something that a person has to do for a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wait {
    /// Who.
    pub user: UserId,
    /// Why this person.
    pub why: Arc<str>,
    /// The gate or the activity.
    pub what: Arc<str>,
    /// Since when.
    pub since: DateTime<Utc>,
    /// By when.
    pub due: Option<DateTime<Utc>>,
}

/// A listing that was made anew from the events of a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Relisting {
    /// The case.
    pub case: CaseId,
    /// Of the last event that the listing was made of.
    pub revision: Revision,
    /// The case as it stands then.
    pub listing: Listing,
}
