//! The event log of a store as events that can be understood, page by page.
//!
//! It must not hold more than a page, and needs no workflow for it: an event says all that came of it.

use super::{Case, Service, ServiceError, wire};
use crate::case::{Event, Happened};
use crate::names::CaseId;
use crate::store::{CaseStore, Hash, Position, Recorded, Revision};
use crate::workflow::Workflow;
use std::sync::Arc;

/// How many events are fetched at a time.
const PAGE: usize = 1_000;

/// An event and its place in the log.
#[derive(Debug, Clone, PartialEq)]
pub struct Logged {
    /// Its place among all events.
    pub position: Position,
    /// Whose event it is.
    pub case: CaseId,
    /// Its place in the case, counted from 1.
    pub revision: Revision,
    /// When, who and what.
    pub event: Event,
    /// Over itself and all before it.
    pub hash: Hash,
}

/// The events of all cases in the order in which they were written.
pub struct Log<'s> {
    store: &'s dyn CaseStore,
    behind: Position,
    page: std::vec::IntoIter<Recorded>,
    over: bool,
}

impl<'s> Service<'s> {
    /// The events of all cases, also those that are written meanwhile. It ends at the first one that cannot be read.
    #[must_use]
    pub fn log(&self) -> Log<'s> {
        Log { store: self.store(), behind: Position::START, page: Vec::new().into_iter(), over: false }
    }

    /// The definitions that a case had before the one that it has now.
    ///
    /// # Errors
    /// When one of them does not compile any more.
    pub fn earlier(&self, case: &Case) -> Result<Vec<Arc<Workflow>>, ServiceError> {
        let digests = case.events.iter().filter_map(|event| match &event.what {
            Happened::Started(started) => Some(&started.digest),
            Happened::Migrated { to, .. } => Some(to),
            _ => None,
        });
        let earlier = digests.filter(|digest| *digest != case.state.digest());
        earlier.map(|digest| Ok(self.definitions.get(digest, case.state.workflow())?.1)).collect()
    }

    /// The events of one case.
    ///
    /// # Errors
    /// When one of them cannot be read.
    pub fn logged(&self, case: &CaseId) -> Result<Vec<Logged>, ServiceError> {
        self.store().history(case)?.into_iter().map(logged).collect()
    }
}

impl Iterator for Log<'_> {
    type Item = Result<Logged, ServiceError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.over {
            return None;
        }
        if self.page.len() == 0 {
            match self.store.since(self.behind, PAGE) {
                Ok(page) => self.page = page.into_iter(),
                Err(error) => {
                    self.over = true;
                    return Some(Err(error.into()));
                }
            }
        }
        let Some(recorded) = self.page.next() else {
            self.over = true;
            return None;
        };
        self.behind = recorded.position;
        let read = logged(recorded);
        self.over = read.is_err();
        Some(read)
    }
}

fn logged(recorded: Recorded) -> Result<Logged, ServiceError> {
    let event = wire::event(&recorded).map_err(|source| ServiceError::Wire { case: recorded.case.clone(), source })?;
    let Recorded { position, case, revision, hash, .. } = recorded;
    Ok(Logged { position, case, revision, event, hash })
}
