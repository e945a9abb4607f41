//! Measures the cases of a store, one after the other.
//!
//! It must not hold more than a page of names and one case with its children.

use super::{History, Measures, Period, Report};
use crate::case::{Actor, HistoryError};
use crate::names::{CaseId, WorkflowId};
use crate::service::{Service, ServiceError, is_absence};
use crate::store::{Filter, Listed, StoreError};
use std::sync::atomic::{AtomicBool, Ordering};

/// How many cases are fetched at a time.
const PAGE: usize = 500;

/// Why there are no numbers.
#[derive(Debug, thiserror::Error)]
pub enum MeasureError {
    /// A case could not be read.
    #[error(transparent)]
    Read(#[from] ServiceError),
    /// What is recorded is no history.
    #[error("case `{case}`: {source}")]
    History {
        /// The case.
        case: CaseId,
        /// Why.
        source: HistoryError,
    },
    /// Somebody wanted it to stop.
    #[error("interrupted before all cases were counted")]
    Interrupted,
}

impl From<StoreError> for MeasureError {
    fn from(error: StoreError) -> Self {
        MeasureError::Read(error.into())
    }
}

/// Some cases of a store.
pub struct Measured<'a> {
    /// The cases.
    pub service: &'a Service<'a>,
    /// Those of one workflow only.
    pub workflow: Option<&'a WorkflowId>,
    /// Set by whoever wants it to stop.
    pub interrupted: &'a AtomicBool,
}

impl Measured<'_> {
    /// How they went.
    ///
    /// # Errors
    /// What is wrong with the store, or with the history of a case.
    pub fn report(&self, period: Period) -> Result<Report, MeasureError> {
        let filter = Filter { workflow: self.workflow.cloned(), ..Filter::default() };
        let mut measures = Measures::new(period);
        let mut after = None;
        loop {
            let page = self.service.store().list(&filter, after.as_ref(), PAGE)?;
            // Who was away when is not how cases went, unless somebody asks for just that.
            let is_asked = |listed: &Listed| self.workflow.is_some() || !is_absence(&listed.case, &listed.listing.workflow);
            for listed in page.items.into_iter().filter(is_asked) {
                if self.interrupted.load(Ordering::Relaxed) {
                    return Err(MeasureError::Interrupted);
                }
                let case = self.service.open(&listed.case)?;
                let occasion = self.service.occasion(&case, period.until, &Actor::Clock)?;
                let earlier = self.service.earlier(&case)?;
                let children = &occasion.children;
                let history = History { events: &case.events, workflow: &case.workflow, earlier: &earlier, children };
                measures.add(&history).map_err(|source| MeasureError::History { case: listed.case, source })?;
            }
            after = page.next;
            if after.is_none() {
                return Ok(measures.report());
            }
        }
    }
}
