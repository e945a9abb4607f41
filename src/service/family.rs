//! What follows from an event in other cases of a family: children are born, parents hear of their end.
//!
//! It must not write anything; all changes of a command are written together or not at all.

use super::definitions::Family;
use super::{Case, Service, ServiceError, evolved, listing, wire};
use crate::case::{Actor, Command, Event, Happened, Occasion, decide, replay};
use crate::names::{CaseId, RecordName};
use crate::record::{Reading, Value, object_from_json};
use crate::store::{Append, CommandKey, Entry, Revision};
use crate::workflow::Workflow;
use chrono::{DateTime, Utc};
use std::collections::HashMap;
use std::sync::Arc;

/// Events that a case gets, and the case after them.
pub(super) struct Change {
    pub(super) case: Case,
    pub(super) events: Vec<Event>,
    expected: Revision,
}

impl Change {
    /// A case that is there.
    pub(super) fn of(mut case: Case, events: Vec<Event>) -> Result<Self, ServiceError> {
        let id = case.state.id().clone();
        case.state = evolved(case.state, &id, &events)?;
        case.events.extend(events.iter().cloned());
        let expected = case.revision;
        Ok(Self { case, events, expected })
    }

    /// A case that begins.
    pub(super) fn born(id: &CaseId, events: Vec<Event>, workflow: Arc<Workflow>, family: Arc<Family>) -> Result<Self, ServiceError> {
        let state = replay(&events).map_err(|(event, source)| ServiceError::History { case: id.clone(), event, source })?;
        let state = state.ok_or_else(|| ServiceError::Absent(id.clone()))?;
        let case = Case { state, events: events.clone(), workflow, family, revision: Revision::NONE };
        Ok(Self { case, events, expected: Revision::NONE })
    }
}

impl Service<'_> {
    /// A change with all that follows from it, itself first.
    pub(super) fn followed(&self, change: Change) -> Result<Vec<Change>, ServiceError> {
        let mut changes = vec![change];
        let mut at = 0;
        while let Some(change) = changes.get(at) {
            let mut more = Vec::new();
            let (id, family) = (change.case.state.id(), &change.case.family);
            for event in &change.events {
                let Happened::Decided(decided) = &event.what else { continue };
                for birth in &decided.starts {
                    let workflow = self.definitions.keep(family, &birth.workflow)?;
                    let command =
                        Command::Start { case: birth.case.clone(), record: birth.record.clone(), stage: None, parent: Some(id.clone()) };
                    let by = Occasion::new(event.at, Actor::Case(id.clone()));
                    let events = decide(&workflow, None, &command, &by)?;
                    more.push(Change::born(&birth.case, events, workflow, Arc::clone(family))?);
                }
            }
            let state = &change.case.state;
            let ends = change.events.iter().any(|event| match &event.what {
                Happened::Decided(decided) => decided.ended.is_some(),
                Happened::Abandoned { .. } => true,
                _ => false,
            });
            if let (true, Some(end), Some(parent)) = (ends, state.ended(), state.parent()) {
                let known = changes.iter().any(|change| change.case.state.id() == parent);
                if let Some(parent) = self.load(parent)?.filter(|_| !known) {
                    let command = Command::ChildEnded { child: id.clone(), result: Arc::clone(&end.result) };
                    let by = Occasion::new(end.at, Actor::Case(id.clone()));
                    let events = decide(&parent.workflow, Some(&parent.state), &command, &by)?;
                    more.push(Change::of(parent, events)?);
                }
            }
            changes.extend(more);
            at += 1;
        }
        Ok(changes)
    }

    /// A change as the store takes it.
    pub(super) fn append(&self, change: &Change, key: Option<&CommandKey>, occasion: &Occasion) -> Result<Append, ServiceError> {
        let case = change.case.state.id();
        let wrong = |source| ServiceError::Wire { case: case.clone(), source };
        let entries: Vec<Entry> = change.events.iter().map(wire::entry).collect::<Result<_, _>>().map_err(wrong)?;
        let first = change.events.first();
        let at = first.map_or(occasion.now, |event| event.at);
        let by = first.map_or(&occasion.by, |event| &event.by);
        let by = wire::user_of(by).ok_or_else(|| ServiceError::Absent(case.clone()))?;
        let as_of = self.as_listed(&change.case, occasion.now.max(at))?;
        Ok(Append {
            case: case.clone(),
            expected: change.expected,
            key: key.cloned(),
            at,
            by,
            entries,
            listing: listing::listing(&change.case, &as_of),
        })
    }

    /// Lists cases anew whose rules read what a change has written in other cases: the case itself, of which children were born, and the
    /// parent of a case whose record has changed. Nothing else tells of it.
    pub(super) fn look_again(&self, change: &Change, now: DateTime<Utc>) -> Result<(), ServiceError> {
        let state = &change.case.state;
        let happened = |is_meant: fn(&Happened) -> bool| change.events.iter().any(|event| is_meant(&event.what));
        if happened(|what| matches!(what, Happened::Decided(decided) if !decided.starts.is_empty())) {
            self.list_again(state.id(), now)?;
        }
        match state.parent().filter(|_| happened(|what| matches!(what, Happened::Updated { .. }))) {
            Some(parent) => self.list_again(parent, now),
            None => Ok(()),
        }
    }

    fn list_again(&self, id: &CaseId, now: DateTime<Utc>) -> Result<(), ServiceError> {
        let known = self.store.listing(id)?;
        self.relist(id, now, |new| known.as_ref() == Some(new)).map(drop)
    }

    /// The records of the children of a case, by their types.
    pub(super) fn children_of(&self, case: &Case) -> Result<HashMap<RecordName, Arc<[Value]>>, ServiceError> {
        let mut found: HashMap<RecordName, Vec<Value>> = HashMap::new();
        let workflow = &case.workflow;
        let reading = Reading { zone: workflow.calendar().zone(), ..Reading::default() };
        for child in case.state.children().keys() {
            let Some(child) = self.replayed(child)? else { continue };
            let name = self.definitions.record(child.state.digest(), child.state.workflow())?;
            let Some(record) = workflow.records().get(&name) else { continue };
            let types = |name: &RecordName| workflow.records().get(name).cloned();
            let (object, _) = object_from_json(child.state.record(), record.fields(), &types, &reading);
            found.entry(name).or_default().push(Value::Object(Arc::new(object)));
        }
        Ok(found.into_iter().map(|(name, records)| (name, Arc::from(records))).collect())
    }
}
