//! Pages of cases and of work, and the places at which the next page begins.
//!
//! It must not count: a page begins behind a key, so that what is added or goes away meanwhile neither repeats nor hides anything else.

use crate::names::{CaseId, StageId, WorkflowId};
use crate::store::{Listing, Revision, Wait};
use chrono::{DateTime, Utc};
use std::sync::Arc;

/// Which cases are listed; all of what is given must be so.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Those of a workflow.
    pub workflow: Option<WorkflowId>,
    /// Those in a stage, perhaps among others.
    pub stage: Option<StageId>,
    /// Those that have not ended, or those that have.
    pub open: Option<bool>,
    /// Those that a case started.
    pub parent: Option<CaseId>,
}

impl Filter {
    /// Whether a case is meant.
    pub(crate) fn fits(&self, listing: &Listing) -> bool {
        self.workflow.as_ref().is_none_or(|workflow| *workflow == listing.workflow)
            && self.stage.as_ref().is_none_or(|stage| listing.stages.contains(stage))
            && self.open.is_none_or(|open| open == listing.ended.is_none())
            && self.parent.as_ref().is_none_or(|parent| listing.parent.as_ref() == Some(parent))
    }
}

/// Some of what was asked for, and where the rest begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<Item, Cursor> {
    /// In order.
    pub items: Vec<Item>,
    /// Hand it in for the next page; absent on the last one.
    pub next: Option<Cursor>,
}

impl<Item, Cursor> Page<Item, Cursor> {
    /// A page of what was looked up with one more than the limit.
    pub(crate) fn cut(mut found: Vec<(Item, Cursor)>, limit: usize) -> Self {
        let more = found.len() > limit;
        found.truncate(limit);
        let (items, mut cursors): (Vec<_>, Vec<_>) = found.into_iter().unzip();
        Self { items, next: if more { cursors.pop() } else { None } }
    }
}

/// A case in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// The case.
    pub case: CaseId,
    /// How many events it has.
    pub revision: Revision,
    /// The case as it stands.
    pub listing: Listing,
}

/// Something that waits for a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Work {
    /// The case that waits.
    pub case: CaseId,
    /// What the case goes through.
    pub workflow: WorkflowId,
    /// What people call the case.
    pub label: Arc<str>,
    /// What is to be done, since and until when.
    pub wait: Wait,
}

/// Behind which case a page of a list begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListCursor {
    /// The number of the case, in the order of birth.
    pub(crate) number: u64,
}

/// Behind which work a page of a worklist begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkCursor {
    /// By when it is due; what is never due comes last.
    pub(crate) due: Option<DateTime<Utc>>,
    /// Since when it waits.
    pub(crate) since: DateTime<Utc>,
    /// The number of the case, in the order of birth.
    pub(crate) number: u64,
    /// Its place among what the case waits for.
    pub(crate) place: u64,
}

impl WorkCursor {
    /// What worklists are ordered by.
    pub(crate) fn key(&self) -> (bool, Option<DateTime<Utc>>, DateTime<Utc>, u64, u64) {
        (self.due.is_none(), self.due, self.since, self.number, self.place)
    }
}
