//! Delegations that hold in every case of a person: a case of its own keeps them, with all that cases have, and every other case reads them.
//!
//! It must not say who may decide what; it hands in what was delegated.

use super::family::Change;
use super::{Case, Done, Family, Service, ServiceError, refused, wire};
use crate::case::approval::{Delegation, Ring, ring};
use crate::case::{Actor, CaseState, Command, Event, Happened, Occasion, Reason, decide};
use crate::catalog::Session;
use crate::names::{CaseId, UserId, WorkflowId};
use crate::store::{CaseStore, CommandKey, Filter, Position, StoreError};
use chrono::{DateTime, Utc};
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, PoisonError};

/// The workflow of the cases that keep delegations.
const TEXT: &str = include_str!("absence.yaml");
/// Its name.
const WORKFLOW: &str = "absence";
/// The field with the person.
const PERSON: &str = "person";
/// What the names of its cases begin with, before that of the person.
const PREFIX: &str = "absence/";
/// How many events are looked through for changes, before all of it is read anew.
const NEWS: usize = 1_000;
/// How many cases are fetched at a time.
const PAGE: usize = 500;

/// Whether a case keeps the delegations of a person that hold in every case, and is none of the company's own.
#[must_use]
pub fn is_absence(case: &CaseId, workflow: &WorkflowId) -> bool {
    workflow.as_str() == WORKFLOW && case.as_str().starts_with(PREFIX)
}

/// Refuses what others than the person ask of a case that keeps their delegations: those to whom it gives something would have a say in it.
pub(super) fn is_own(state: &CaseState, command: &Command, by: &Actor) -> Result<(), ServiceError> {
    let person = state.record().get(PERSON).and_then(Json::as_str).unwrap_or_default();
    match by.user() {
        Some(user)
            if is_absence(state.id(), state.workflow()) && user.as_str() != person && !matches!(command, Command::Comment { .. }) =>
        {
            Err(refused(Reason::NotAllowed, format!("how long `{person}` is away is not up to `{user}`"), None))
        }
        _ => Ok(()),
    }
}

/// What came of a delegation for every case.
#[derive(Debug, Clone)]
pub struct StandIn {
    /// The case that keeps it, and what happened to it.
    pub done: Done,
    /// The ring that it closes: people who are all away at the same time, and decide for each other.
    pub ring: Option<Ring>,
}

/// What is known of delegations that hold in every case, up to some event of the store.
#[derive(Debug, Default)]
pub(super) struct Absences {
    seen: Option<Position>,
    cases: BTreeMap<CaseId, Absence>,
}

/// The delegations of a person, read where somebody needs them.
#[derive(Debug)]
struct Absence {
    /// When the last of them is over.
    until: Option<DateTime<Utc>>,
    given: Option<Vec<Delegation>>,
}

impl Absences {
    /// Looks at what was written since the last time.
    fn refresh(&mut self, store: &dyn CaseStore) -> Result<(), StoreError> {
        let Some(seen) = self.seen else { return self.read(store) };
        let news = store.since(seen, NEWS)?;
        if news.len() >= NEWS {
            return self.read(store);
        }
        for recorded in news {
            self.seen = Some(recorded.position);
            if recorded.case.as_str().starts_with(PREFIX)
                && let Some(listing) = store.listing(&recorded.case)?.filter(|listing| is_absence(&recorded.case, &listing.workflow))
            {
                self.cases.insert(recorded.case, Absence { until: listing.due, given: None });
            }
        }
        Ok(())
    }

    /// Looks at the listings of all; what is written meanwhile is seen the next time.
    fn read(&mut self, store: &dyn CaseStore) -> Result<(), StoreError> {
        let head = store.head()?;
        let filter = Filter { workflow: WorkflowId::parse(WORKFLOW).ok(), ..Filter::default() };
        let mut cases = BTreeMap::new();
        let mut after = None;
        loop {
            let page = store.list(&filter, after.as_ref(), PAGE)?;
            let absences = page.items.into_iter().filter(|listed| is_absence(&listed.case, &listed.listing.workflow));
            cases.extend(absences.map(|listed| (listed.case, Absence { until: listed.listing.due, given: None })));
            after = page.next;
            if after.is_none() {
                *self = Self { seen: Some(head), cases };
                return Ok(());
            }
        }
    }
}

/// The delegations of a case, each from when it was given and until it was taken back. So what fell due in another case is told to the same
/// people whenever somebody looks.
pub(super) fn given(events: &[Event]) -> Vec<Delegation> {
    let mut given: Vec<Delegation> = Vec::new();
    let end = |given: &mut Vec<Delegation>, at: DateTime<Utc>, is_meant: &dyn Fn(&Delegation) -> bool| {
        given.iter_mut().filter(|one| is_meant(one)).for_each(|one| one.ends = one.ends.min(at));
    };
    for event in events {
        match &event.what {
            Happened::Delegated { delegation } => {
                given.push(Delegation { starts: delegation.starts.max(event.at), ..delegation.clone() });
            }
            Happened::DelegationEnded { from, to } => end(&mut given, event.at, &|one| one.from == *from && one.to == *to),
            Happened::Decided(decided) if decided.ended.is_some() => end(&mut given, event.at, &|_| true),
            Happened::Abandoned { .. } => end(&mut given, event.at, &|_| true),
            _ => {}
        }
    }
    given.retain(|one| one.starts < one.ends);
    given
}

impl Service<'_> {
    /// The delegations that hold in every case and are not over at a moment. Nobody stands in by what cannot be read.
    ///
    /// # Errors
    /// What is wrong with the store.
    pub fn delegations(&self, after: DateTime<Utc>) -> Result<Vec<Delegation>, ServiceError> {
        self.held(after, false)
    }

    /// The same for people to see: what cannot be read is said.
    ///
    /// # Errors
    /// What is wrong with the store, or with a case in it that keeps delegations.
    pub fn stand_ins(&self, now: DateTime<Utc>) -> Result<Vec<Delegation>, ServiceError> {
        let mut found = self.held(now, true)?;
        found.sort_by(|one, other| (&one.from, one.starts, &one.to).cmp(&(&other.from, other.starts, &other.to)));
        Ok(found)
    }

    fn held(&self, after: DateTime<Utc>, strict: bool) -> Result<Vec<Delegation>, ServiceError> {
        let mut absences = self.absences.lock().unwrap_or_else(PoisonError::into_inner);
        absences.refresh(self.store)?;
        let mut found = Vec::new();
        for (case, absence) in absences.cases.iter_mut().filter(|(_, absence)| absence.until.is_some_and(|until| after < until)) {
            if absence.given.is_none() {
                match self.given_in(case) {
                    Ok(given) => absence.given = Some(given),
                    Err(ServiceError::Wire { .. }) if !strict => {}
                    Err(error) => return Err(error),
                }
            }
            found.extend(absence.given.iter().flatten().filter(|one| after < one.ends).cloned());
        }
        Ok(found)
    }

    fn given_in(&self, case: &CaseId) -> Result<Vec<Delegation>, ServiceError> {
        let recorded = self.store.history(case)?;
        let events: Result<Vec<Event>, _> = recorded.iter().map(wire::event).collect();
        Ok(given(&events.map_err(|source| ServiceError::Wire { case: case.clone(), source })?))
    }

    /// Lets somebody decide for somebody else in every case, for a time; where it is the first time, a case is started that keeps it.
    ///
    /// # Errors
    /// Why it is refused, or what is wrong with the store.
    pub fn stand_in(
        &self,
        delegation: &Delegation,
        now: DateTime<Utc>,
        by: &Actor,
        key: Option<&CommandKey>,
    ) -> Result<StandIn, ServiceError> {
        self.know(delegation)?;
        let command = Command::StandIn(delegation.clone());
        for _ in 0..super::TRIES {
            let (id, kept) = self.absence_of(&delegation.from)?;
            let done = match kept {
                Some(_) => self.carry_out(&id, &command, now, by, key),
                None => self.first(&id, delegation, &Occasion::new(now, by.clone()), key),
            };
            match done {
                // Somebody else started the case meanwhile.
                Err(ServiceError::Store(StoreError::Conflict { .. })) => {}
                Err(error) => return Err(error),
                Ok(done) => {
                    let new = Delegation { starts: delegation.starts.max(now), ..delegation.clone() };
                    return Ok(StandIn { done, ring: ring(&self.delegations(now)?, &new) });
                }
            }
        }
        Err(ServiceError::Busy(self.absence_of(&delegation.from)?.0))
    }

    /// Ends what somebody delegated to somebody else for every case.
    ///
    /// # Errors
    /// Why it is refused, or what is wrong with the store.
    pub fn end_stand_in(&self, from: &UserId, to: &UserId, now: DateTime<Utc>, key: Option<&CommandKey>) -> Result<Done, ServiceError> {
        let (id, kept) = self.absence_of(from)?;
        if let Some(done) = self.repeated(&id, key)? {
            return Ok(done);
        }
        let given = kept.map(|case| given(&case.events)).unwrap_or_default();
        let left: Vec<Delegation> = given.into_iter().filter(|one| now < one.ends).collect();
        if !left.iter().any(|one| one.to == *to) {
            let others: Vec<&str> = left.iter().map(|one| one.to.as_str()).collect();
            let help = (!others.is_empty()).then(|| format!("it is {} who may decide for `{from}`", others.join(", ")));
            return Err(refused(Reason::Unknown, format!("`{to}` does not stand in for `{from}` in every case"), help));
        }
        self.carry_out(&id, &Command::EndDelegation { to: to.clone() }, now, &Actor::User(from.clone()), key)
    }

    /// The case that keeps the delegations of a person; where it has ended, the next one.
    fn absence_of(&self, user: &UserId) -> Result<(CaseId, Option<Case>), ServiceError> {
        let mut number = 1;
        loop {
            let name = if number == 1 { format!("{PREFIX}{user}") } else { format!("{PREFIX}{user}/{number}") };
            let id = CaseId::parse(&name).map_err(|error| refused(Reason::Invalid, error.to_string(), None))?;
            let Some(case) = self.load(&id)? else { return Ok((id, None)) };
            let is_own = is_absence(&id, case.state.workflow()) && case.state.record().get(PERSON) == Some(&json!(user));
            if is_own && case.state.ended().is_none() {
                return Ok((id, Some(case)));
            }
            number += 1;
        }
    }

    /// Starts a case with its first delegation.
    fn first(&self, id: &CaseId, delegation: &Delegation, occasion: &Occasion, key: Option<&CommandKey>) -> Result<Done, ServiceError> {
        let (family, name) = own_family()?;
        let workflow = self.definitions.keep(&family, &name)?;
        let record = json!({ PERSON: delegation.from });
        let start = Command::Start { case: id.clone(), record, stage: None, parent: None };
        let mut events = decide(&workflow, None, &start, occasion)?;
        let state = crate::case::replay(&events).map_err(|(event, source)| ServiceError::History { case: id.clone(), event, source })?;
        let state = state.ok_or_else(|| ServiceError::Absent(id.clone()))?;
        events.extend(decide(&workflow, Some(&state), &Command::StandIn(delegation.clone()), occasion)?);
        self.write(Change::born(id, events, workflow, family)?, key, occasion)
    }
}

/// The workflow of the cases that keep delegations.
fn own_family() -> Result<(Arc<Family>, WorkflowId), ServiceError> {
    let name = WorkflowId::parse(WORKFLOW).map_err(|error| refused(Reason::Invalid, error.to_string(), None))?;
    let folder = Path::new(WORKFLOW);
    let mut session = Session::in_memory(folder);
    session.edit(&folder.join("absence.yaml"), TEXT);
    let workflows = session.check().map(|checked| checked.workflows).unwrap_or_default();
    Ok((Arc::new(Family::of(session.catalog(), &workflows)), name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Settings;
    use crate::workflow::examine;

    fn at(hours: i64) -> DateTime<Utc> {
        "2026-11-02T08:00:00Z".parse::<DateTime<Utc>>().unwrap() + chrono::TimeDelta::hours(hours)
    }

    fn user(name: &str) -> UserId {
        UserId::parse(name).unwrap()
    }

    fn away(to: &str, starts: i64, ends: i64) -> Delegation {
        let (from, to, starts, ends) = (user("finn"), user(to), at(starts), at(ends));
        Delegation { from, to, role: None, gate: None, limit: None, starts, ends, transitive: false, reason: None }
    }

    fn event(hours: i64, what: Happened) -> Event {
        Event { at: at(hours), by: Actor::User(user("finn")), what }
    }

    #[test]
    fn a_delegation_holds_from_when_it_was_given_until_it_was_taken_back() {
        let gave = |hours, to, starts, ends| event(hours, Happened::Delegated { delegation: away(to, starts, ends) });
        let ended = |hours, to| event(hours, Happened::DelegationEnded { from: user("finn"), to: user(to) });
        let mut events = vec![gave(2, "max", 0, 9), gave(2, "mia", 5, 9), ended(3, "mia"), gave(4, "mia", 6, 20), ended(10, "max")];
        // One that was taken back before it began never held, one that was over stays as it was.
        assert_eq!(given(&events), [away("max", 2, 9), away("mia", 6, 20)]);
        events.push(event(12, Happened::Abandoned { reason: Arc::from("left") }));
        assert_eq!(given(&events), [away("max", 2, 9), away("mia", 6, 12)]);
    }

    #[test]
    fn the_workflow_that_is_brought_along_has_no_findings() {
        let (family, name) = own_family().unwrap();
        assert!(family.get(&name).is_some());
        let mut session = Session::in_memory(Path::new(WORKFLOW));
        session.edit(&Path::new(WORKFLOW).join("absence.yaml"), TEXT);
        session.check().unwrap();
        let catalog = session.catalog();
        let found = examine(&catalog.sources, &catalog.documents, catalog.workflows[0], &Settings::default()).found;
        assert!(found.is_empty(), "{:?}", found.iter().map(|one| one.message.clone()).collect::<Vec<_>>());
    }
}
