//! Cases go over from one definition of their workflow to another: planned for every open case, then done, each by an event.
//!
//! It must not leave a case out of a plan: one that cannot go over is listed with the reason.

use super::family::Change;
use super::{Case, Done, Family, Service, ServiceError, TRIES};
use crate::case::{Actor, Command, Refusal, Timer, decide, evolve, timers};
use crate::names::{CaseId, GateId, StageId};
use crate::store::{Filter, StoreError};
use crate::workflow::Workflow;
use chrono::{DateTime, Utc};
use indexmap::IndexMap;
use std::sync::Arc;

/// How many cases are fetched at a time.
const PAGE: usize = 500;

/// A definition that cases go over to.
#[derive(Debug, Clone)]
pub struct Target {
    /// The workflows that were defined together.
    pub family: Arc<Family>,
    /// The workflow.
    pub workflow: Arc<Workflow>,
    /// Where cases of stages go that are called otherwise there.
    pub stages: IndexMap<StageId, StageId>,
}

/// What becomes of one case.
#[derive(Debug, Clone)]
pub struct Landing {
    /// The case.
    pub case: CaseId,
    /// Where it stands.
    pub stages: Vec<StageId>,
    /// Where it will stand, or why it cannot go over.
    pub lands: Result<Landed, Refusal>,
}

/// How a case stands on the new definition.
#[derive(Debug, Clone)]
pub struct Landed {
    /// Where.
    pub stages: Vec<StageId>,
    /// The approvals that go on as they were.
    pub approvals: Vec<GateId>,
    /// What falls due as before.
    pub stay: Vec<Timer>,
    /// What no longer falls due, or at another moment.
    pub gone: Vec<Timer>,
    /// What falls due then, and did not before.
    pub new: Vec<Timer>,
}

impl Service<'_> {
    /// The definition with a digest, as a target.
    ///
    /// # Errors
    /// When the store does not have it.
    pub fn defined(&self, digest: &str, workflow: &crate::names::WorkflowId) -> Result<Target, ServiceError> {
        let (family, workflow) = self.definitions.get(digest, workflow)?;
        Ok(Target { family, workflow, stages: IndexMap::new() })
    }

    /// What becomes of every open case on a definition, or on any other one than the new.
    ///
    /// # Errors
    /// What is wrong with the store.
    pub fn plan_migration(&self, from: Option<&str>, target: &Target, now: DateTime<Utc>) -> Result<Vec<Landing>, ServiceError> {
        let filter = Filter { workflow: Some(target.workflow.id().clone()), open: Some(true), ..Filter::default() };
        let mut landings = Vec::new();
        let mut after = None;
        loop {
            let page = self.store.list(&filter, after.as_ref(), PAGE)?;
            for listed in page.items {
                let digest = &*listed.listing.digest;
                if from.map_or(digest != target.workflow.digest(), |from| digest == from) {
                    landings.push(self.landing(&self.open(&listed.case)?, target, now)?);
                }
            }
            after = page.next;
            if after.is_none() {
                return Ok(landings);
            }
        }
    }

    fn landing(&self, case: &Case, target: &Target, now: DateTime<Utc>) -> Result<Landing, ServiceError> {
        let occasion = self.occasion(case, now, &Actor::Clock)?;
        let command = Command::Migrate { stages: target.stages.clone() };
        let lands = decide(&target.workflow, Some(&case.state), &command, &occasion).and_then(|events| {
            let mut state = case.state.clone();
            for event in &events {
                let wrong = |error: crate::case::HistoryError| Refusal {
                    reason: crate::case::Reason::Invalid,
                    message: error.to_string(),
                    help: None,
                    details: Vec::new(),
                };
                state = evolve(state, event).map_err(wrong)?;
            }
            let before = timers(&case.workflow, &case.state, &occasion);
            let after = timers(&target.workflow, &state, &occasion);
            let (stay, new) =
                after.into_iter().partition(|timer| before.iter().any(|known| known.due == timer.due && known.what == timer.what));
            let stay: Vec<Timer> = stay;
            let gone = before.into_iter().filter(|timer| !stay.iter().any(|known| known.due == timer.due && known.what == timer.what));
            let gone = gone.collect();
            Ok(Landed {
                stages: state.stages().keys().cloned().collect(),
                approvals: state.submissions().keys().cloned().collect(),
                stay,
                gone,
                new,
            })
        });
        Ok(Landing { case: case.state.id().clone(), stages: case.state.stages().keys().cloned().collect(), lands })
    }

    /// Takes one case over.
    ///
    /// # Errors
    /// Why it cannot go over, or what is wrong with the store.
    pub fn migrate(&self, id: &CaseId, target: &Target, now: DateTime<Utc>, by: &Actor) -> Result<Done, ServiceError> {
        self.definitions.keep(&target.family, target.workflow.id())?;
        let command = Command::Migrate { stages: target.stages.clone() };
        for _ in 0..TRIES {
            // What fell due before belongs to the definition on which it did.
            let (mut case, _) = self.catch_up(id, now)?;
            let occasion = self.occasion(&case, now, by)?;
            let events = decide(&target.workflow, Some(&case.state), &command, &occasion)?;
            case.workflow = Arc::clone(&target.workflow);
            case.family = Arc::clone(&target.family);
            match self.write(Change::of(case, events)?, None, &occasion) {
                Err(ServiceError::Store(StoreError::Conflict { .. })) => {}
                answer => return answer,
            }
        }
        Err(ServiceError::Busy(id.clone()))
    }
}
