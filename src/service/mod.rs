//! Carries commands out: loads a case, decides, appends, and does so again where somebody else was quicker. Every way in goes through here.
//!
//! It must not read clocks or files: the moment is handed in, and workflows come from the store or from whoever compiled them.

mod absence;
mod definitions;
mod family;
mod known;
mod listing;
mod log;
mod migration;
mod wire;
mod worklist;

pub use absence::{StandIn, is_absence};
pub use definitions::{DefinitionError, Definitions, Family};
pub use log::{Log, Logged};
pub use migration::{Landed, Landing, Target};
pub use wire::{WireError, read_event};
pub use worklist::Worklist;

use crate::case::{Actor, CaseState, Command, Event, HistoryError, Occasion, Refusal, decide, evolve, replay, timers, whole};
use crate::evaluation::Subject;
use crate::names::{CaseId, StageId, WorkflowId};
use crate::store::{Append, CaseStore, CommandKey, Listing, Revision, StoreError};
use crate::workflow::Workflow;
use chrono::{DateTime, Utc};
use serde_json::Value as Json;
use std::collections::HashSet;
use std::sync::{Arc, Mutex};

/// How often a command is decided anew where somebody else was quicker.
const TRIES: usize = 8;
/// How many timers of one case fall due in one go, before a circle of them is taken for one.
const MOST_DUE: usize = 1_000;

/// How many cases that are due are fetched at a time.
const DUE_PAGE: usize = 256;

/// Why a command was not carried out.
#[derive(Debug, thiserror::Error)]
pub enum ServiceError {
    /// It was refused.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// There is no such case.
    #[error("there is no case `{0}`")]
    Absent(CaseId),
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A definition.
    #[error(transparent)]
    Definition(#[from] DefinitionError),
    /// What is recorded is no event of this program.
    #[error("case `{case}`: {source}")]
    Wire {
        /// The case.
        case: CaseId,
        /// Why.
        source: WireError,
    },
    /// What is recorded is no history.
    #[error("case `{case}`, event {}: {source}", .event + 1)]
    History {
        /// The case.
        case: CaseId,
        /// Which event, from 0.
        event: usize,
        /// Why.
        source: HistoryError,
    },
    /// Others were quicker again and again.
    #[error("the case `{0}` is changed by others all the time; try again")]
    Busy(CaseId),
}

/// A case by its history alone.
#[derive(Debug, Clone)]
pub struct Replayed {
    /// As it stands.
    pub state: CaseState,
    /// All that happened.
    pub events: Vec<Event>,
    /// How many events it has.
    pub revision: Revision,
}

/// A case with its history and its workflow.
#[derive(Debug, Clone)]
pub struct Case {
    /// As it stands.
    pub state: CaseState,
    /// All that happened.
    pub events: Vec<Event>,
    /// What it travels through.
    pub workflow: Arc<Workflow>,
    /// The workflows that were defined with it.
    pub family: Arc<Family>,
    /// How many events it has.
    pub revision: Revision,
}

impl Case {
    /// The case as a subject of evaluation, all that is active in it.
    #[must_use]
    pub fn subject(&self, occasion: &Occasion) -> Subject {
        whole(&self.workflow, &self.state, occasion)
    }
}

/// A case that begins.
#[derive(Debug, Clone)]
pub struct Beginning<'a> {
    /// Its name.
    pub case: &'a CaseId,
    /// Its workflow.
    pub workflow: &'a WorkflowId,
    /// Its record, as JSON.
    pub record: &'a Json,
    /// Where it starts, where there are several ways.
    pub stage: Option<&'a StageId>,
}

/// What came of a command.
#[derive(Debug, Clone)]
pub struct Done {
    /// The case as it stands now.
    pub case: Case,
    /// What happened to it by this command; nothing where the command had been carried out before.
    pub events: Vec<Event>,
    /// Whether the command had been carried out before.
    pub repeated: bool,
}

/// What came of a look at the clock.
#[derive(Debug)]
pub struct Ticked {
    /// What happened, in the order of time.
    pub happened: Vec<(CaseId, Event)>,
    /// Cases for which it could not be done, and why.
    pub failed: Vec<(CaseId, ServiceError)>,
}

/// The cases of a store.
pub struct Service<'s> {
    store: &'s dyn CaseStore,
    definitions: Definitions<'s>,
    absences: Mutex<absence::Absences>,
}

impl<'s> Service<'s> {
    /// The cases of a store.
    #[must_use]
    pub fn new(store: &'s dyn CaseStore) -> Self {
        Self { store, definitions: Definitions::new(store), absences: Mutex::default() }
    }

    /// The store.
    #[must_use]
    pub fn store(&self) -> &'s dyn CaseStore {
        self.store
    }

    /// Starts a case on the definition that its family has now.
    ///
    /// # Errors
    /// Why it cannot start, or what is wrong with the store.
    pub fn start(
        &self,
        family: &Arc<Family>,
        beginning: &Beginning<'_>,
        occasion: &Occasion,
        key: Option<&CommandKey>,
    ) -> Result<Done, ServiceError> {
        let workflow = self.definitions.keep(family, beginning.workflow)?;
        let command = Command::Start {
            case: beginning.case.clone(),
            record: beginning.record.clone(),
            stage: beginning.stage.cloned(),
            parent: None,
        };
        if let Some(done) = self.repeated(beginning.case, key)? {
            return Ok(done);
        }
        if self.load(beginning.case)?.is_some() {
            let reason = crate::case::Reason::AlreadyDone;
            let message = format!("the case `{}` exists already", beginning.case);
            return Err(refused(reason, message, Some("give the new case another name".to_owned())));
        }
        let events = decide(&workflow, None, &command, occasion)?;
        let born = family::Change::born(beginning.case, events, workflow, Arc::clone(family))?;
        self.write(born, key, occasion)
    }

    /// Carries a command out. What fell due before it happens first.
    ///
    /// # Errors
    /// Why it is refused, or what is wrong with the store.
    pub fn carry_out(
        &self,
        id: &CaseId,
        command: &Command,
        now: DateTime<Utc>,
        by: &Actor,
        key: Option<&CommandKey>,
    ) -> Result<Done, ServiceError> {
        if let Some(done) = self.repeated(id, key)? {
            return Ok(done);
        }
        for _ in 0..TRIES {
            let (case, _) = self.catch_up(id, now)?;
            absence::is_own(&case.state, command, by)?;
            let occasion = self.occasion(&case, now, by)?;
            let events = decide(&case.workflow, Some(&case.state), command, &occasion)?;
            if events.is_empty() {
                return Ok(Done { case, events, repeated: false });
            }
            match self.write(family::Change::of(case, events)?, key, &occasion) {
                Err(ServiceError::Store(StoreError::Conflict { .. })) => {}
                answer => return answer,
            }
        }
        Err(ServiceError::Busy(id.clone()))
    }

    /// Does what fell due in a case up to a moment, each at the moment when it did; what happened.
    ///
    /// # Errors
    /// What is wrong with the store.
    pub fn fall_due(&self, id: &CaseId, now: DateTime<Utc>) -> Result<Vec<Event>, ServiceError> {
        Ok(self.catch_up(id, now)?.1)
    }

    /// The same, with the case as it stands then.
    fn catch_up(&self, id: &CaseId, now: DateTime<Utc>) -> Result<(Case, Vec<Event>), ServiceError> {
        let mut happened = Vec::new();
        for _ in 0..MOST_DUE {
            let case = self.open(id)?;
            let occasion = self.occasion(&case, now, &Actor::Clock)?;
            let Some(timer) = timers(&case.workflow, &case.state, &occasion).into_iter().next().filter(|timer| timer.due <= now) else {
                return Ok((case, happened));
            };
            let events = decide(&case.workflow, Some(&case.state), &Command::FallDue, &occasion)?;
            if events.is_empty() {
                return Ok((case, happened));
            }
            // A timer falls due once, whoever looks: its name is the key.
            let key = CommandKey::parse(&timer.name).ok();
            match self.write(family::Change::of(case, events)?, key.as_ref(), &occasion) {
                Ok(done) => happened.extend(done.events),
                Err(ServiceError::Store(StoreError::Conflict { .. })) => {}
                Err(error) => return Err(error),
            }
        }
        Ok((self.open(id)?, happened))
    }

    /// Does what fell due in all cases up to a moment, in the order of time. A case that cannot be read holds up no other.
    ///
    /// # Errors
    /// When the store cannot say which cases are due.
    pub fn tick(&self, now: DateTime<Utc>) -> Result<Ticked, ServiceError> {
        let mut ticked = Ticked { happened: Vec::new(), failed: Vec::new() };
        // Cases that stay due whatever is done: they are passed over, not asked again.
        let mut stuck: HashSet<CaseId> = HashSet::new();
        loop {
            let due = self.store.due(now, DUE_PAGE + stuck.len())?;
            let due: Vec<_> = due.into_iter().filter(|(case, _)| !stuck.contains(case)).collect();
            if due.is_empty() {
                break;
            }
            for (case, listed) in due {
                // A deadline that follows a field or a clock may have moved since the case was listed.
                let done =
                    self.fall_due(&case, now).and_then(|events| Ok((self.relist(&case, now, |new| new.timer == Some(listed))?, events)));
                match done {
                    Ok((moved, events)) => {
                        if !moved && events.is_empty() {
                            stuck.insert(case.clone());
                        }
                        ticked.happened.extend(events.into_iter().map(|event| (case.clone(), event)));
                    }
                    Err(error) => {
                        stuck.insert(case.clone());
                        ticked.failed.push((case, error));
                    }
                }
            }
        }
        ticked.happened.sort_by(|(one, first), (other, second)| (first.at, one).cmp(&(second.at, other)));
        Ok(ticked)
    }

    /// Lists a case anew unless it is listed so already; whether it had to be.
    fn relist(&self, id: &CaseId, now: DateTime<Utc>, is_listed: impl FnOnce(&Listing) -> bool) -> Result<bool, ServiceError> {
        let case = self.open(id)?;
        let listing = listing::listing(&case, &self.as_listed(&case, now)?);
        if is_listed(&listing) {
            return Ok(false);
        }
        match self.store.relist(id, case.revision, &listing) {
            Ok(()) => Ok(true),
            // Whoever was quicker has listed it, too.
            Err(StoreError::Conflict { .. }) => Ok(true),
            Err(error) => Err(error.into()),
        }
    }

    /// A case with its history.
    ///
    /// # Errors
    /// When there is none, or it cannot be read.
    pub fn open(&self, id: &CaseId) -> Result<Case, ServiceError> {
        self.load(id)?.ok_or_else(|| ServiceError::Absent(id.clone()))
    }

    /// A case with its history, where there is one.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn load(&self, id: &CaseId) -> Result<Option<Case>, ServiceError> {
        let Some(Replayed { state, events, revision }) = self.replayed(id)? else { return Ok(None) };
        let (family, workflow) = self.definitions.get(state.digest(), state.workflow())?;
        Ok(Some(Case { state, events, workflow, family, revision }))
    }

    /// What happened to a case and how it stands by that, where there is one. Its definition is not needed for it.
    ///
    /// # Errors
    /// When its history cannot be read.
    pub fn replayed(&self, id: &CaseId) -> Result<Option<Replayed>, ServiceError> {
        let recorded = self.store.history(id)?;
        let events: Vec<Event> =
            recorded.iter().map(wire::event).collect::<Result<_, _>>().map_err(|source| ServiceError::Wire { case: id.clone(), source })?;
        let state = replay(&events).map_err(|(event, source)| ServiceError::History { case: id.clone(), event, source })?;
        let (Some(state), Some(last)) = (state, recorded.last()) else { return Ok(None) };
        Ok(Some(Replayed { state, events, revision: last.revision }))
    }

    /// The circumstances of a command, with the records of the children, and with those who stand in for others in every case.
    ///
    /// # Errors
    /// When a child cannot be read.
    pub fn occasion(&self, case: &Case, now: DateTime<Utc>, by: &Actor) -> Result<Occasion, ServiceError> {
        let mut occasion = Occasion { children: self.children_of(case)?, ..Occasion::new(now, by.clone()) };
        if !is_absence(case.state.id(), case.state.workflow()) {
            // What fell due since the case was last changed falls due among those who stood in then.
            occasion.delegations = self.delegations(now.min(case.state.latest()))?.into();
        }
        Ok(occasion)
    }

    /// The circumstances of a listing, which knows nothing that begins or ends without an event of the case.
    fn as_listed(&self, case: &Case, now: DateTime<Utc>) -> Result<Occasion, ServiceError> {
        Ok(Occasion { children: self.children_of(case)?, ..Occasion::new(now, Actor::Clock) })
    }

    /// What a command came to that was carried out before.
    fn repeated(&self, id: &CaseId, key: Option<&CommandKey>) -> Result<Option<Done>, ServiceError> {
        let Some(key) = key else { return Ok(None) };
        if self.store.find_key(id, key)?.is_none() {
            return Ok(None);
        }
        let case = self.open(id)?;
        Ok(Some(Done { case, events: Vec::new(), repeated: true }))
    }

    /// Appends a change and all that follows from it in the family, in one go.
    fn write(&self, change: family::Change, key: Option<&CommandKey>, occasion: &Occasion) -> Result<Done, ServiceError> {
        let changes = self.followed(change)?;
        let appends = changes.iter().enumerate().map(|(index, change)| self.append(change, key.filter(|_| index == 0), occasion));
        let appends: Vec<Append> = appends.collect::<Result<_, _>>()?;
        let appended = self.store.append_all(&appends)?;
        let (Some(first), Some(answer)) = (changes.into_iter().next(), appended.first()) else {
            return Err(StoreError::Closed.into());
        };
        // The command is done, whatever comes of this.
        drop(self.look_again(&first, occasion.now));
        let mut case = first.case;
        case.revision = answer.revision;
        Ok(Done { case, events: first.events, repeated: answer.repeated })
    }
}

/// A refusal by the service itself.
fn refused(reason: crate::case::Reason, message: String, help: Option<String>) -> ServiceError {
    Refusal { reason, message, help, details: Vec::new() }.into()
}

/// A case after more events.
fn evolved(state: CaseState, id: &CaseId, events: &[Event]) -> Result<CaseState, ServiceError> {
    events.iter().enumerate().try_fold(state, |state, (event, happened)| {
        evolve(state, happened).map_err(|source| ServiceError::History { case: id.clone(), event, source })
    })
}
