//! A store that lives as long as the program does: for trials, tests and runs that only ask "what if".
//!
//! It must not differ from the SQLite store in any answer.

use crate::names::{CaseId, UserId, WorkflowId};
use crate::store::admission::{self, Admission, Known};
use crate::store::chain::Content;
use crate::store::walk::{self, End, Notes};
use crate::store::{
    Append, Appended, CaseStore, CommandKey, Filter, ListCursor, Listed, Listing, Page, Position, Recorded, Relisting, Revision,
    StoreError, Verified, Work, WorkCursor,
};
use chrono::{DateTime, Utc};
use std::collections::{BTreeSet, HashMap};
use std::path::Path;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

/// A history of cases in memory.
#[derive(Debug, Default)]
pub struct MemoryStore {
    held: RwLock<Held>,
}

#[derive(Debug, Clone, Default)]
struct Held {
    log: Vec<Recorded>,
    /// In the order of their birth.
    cases: Vec<File>,
    numbers: HashMap<CaseId, usize>,
    definitions: HashMap<Arc<str>, Arc<str>>,
}

/// One case.
#[derive(Debug, Clone)]
struct File {
    case: CaseId,
    listing: Listing,
    /// Places of its events in the log.
    events: Vec<usize>,
}

impl MemoryStore {
    /// A store without cases.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    // A change is made of steps that cannot fail, so that a thread that died left nothing half done.
    fn read(&self) -> RwLockReadGuard<'_, Held> {
        self.held.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Held> {
        self.held.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Held {
    fn file(&self, case: &CaseId) -> Option<&File> {
        self.numbers.get(case).and_then(|number| self.cases.get(*number))
    }

    fn events<'a>(&'a self, file: &'a File) -> impl Iterator<Item = &'a Recorded> {
        file.events.iter().filter_map(|place| self.log.get(*place))
    }

    fn revision(&self, case: &CaseId) -> Revision {
        Revision(self.file(case).map_or(0, |file| file.events.len() as u64))
    }

    fn end(&self, case: &CaseId) -> End {
        let last = self.file(case).and_then(|file| self.events(file).last());
        last.map_or(End::START, |event| End { count: event.revision.0, hash: event.hash })
    }

    fn log_end(&self) -> End {
        self.log.last().map_or(End::START, |event| End { count: event.position.0, hash: event.hash })
    }

    fn known(&self, case: &CaseId, key: &CommandKey) -> Option<Known> {
        let events: Vec<&Recorded> = self.events(self.file(case)?).filter(|event| event.key.as_ref() == Some(key)).collect();
        let last = events.last()?;
        let (revision, position) = (last.revision, last.position);
        Some(Known { entries: events.into_iter().map(|event| event.entry.clone()).collect(), revision, position })
    }

    fn append(&mut self, append: &Append) -> Result<Appended, StoreError> {
        let known = append.key.as_ref().and_then(|key| self.known(&append.case, key));
        if let Admission::Repeat(answer) = admission::admit(append, self.revision(&append.case), known)? {
            return Ok(answer);
        }
        let (mut end, mut log) = (self.end(&append.case), self.log_end());
        let mut places = Vec::with_capacity(append.entries.len());
        for entry in &append.entries {
            let (revision, position) = (Revision(end.count + 1), Position(log.count + 1));
            let hash = Content::of(append, entry).hash(end.hash, log.hash, revision, position);
            places.push(self.log.len());
            self.log.push(Recorded {
                position,
                case: append.case.clone(),
                revision,
                at: append.at,
                by: append.by.clone(),
                key: append.key.clone(),
                entry: entry.clone(),
                hash,
            });
            end = End { count: revision.0, hash };
            log = End { count: position.0, hash };
        }
        let next = self.cases.len();
        let number = *self.numbers.entry(append.case.clone()).or_insert(next);
        match self.cases.get_mut(number) {
            Some(file) => {
                file.events.extend(places);
                file.listing = append.listing.clone();
            }
            None => self.cases.push(File { case: append.case.clone(), listing: append.listing.clone(), events: places }),
        }
        Ok(Appended { revision: Revision(end.count), position: Position(log.count), repeated: false })
    }

    /// Takes back what a group wrote before one of its appends failed.
    fn take_back(&mut self, events: usize, listings: Vec<(usize, Listing)>, cases: usize) {
        self.log.truncate(events);
        for file in self.cases.drain(cases..) {
            self.numbers.remove(&file.case);
        }
        for file in &mut self.cases {
            file.events.retain(|place| *place < events);
        }
        for (number, listing) in listings {
            if let Some(file) = self.cases.get_mut(number) {
                file.listing = listing;
            }
        }
    }
}

impl CaseStore for MemoryStore {
    fn append_all(&self, appends: &[Append]) -> Result<Vec<Appended>, StoreError> {
        admission::check(appends)?;
        let mut held = self.write();
        let (events, cases) = (held.log.len(), held.cases.len());
        let listings = appends
            .iter()
            .filter_map(|append| {
                let number = *held.numbers.get(&append.case)?;
                Some((number, held.cases.get(number)?.listing.clone()))
            })
            .collect();
        let answers: Result<Vec<Appended>, StoreError> = appends.iter().map(|append| held.append(append)).collect();
        let answers = answers.and_then(|answers| admission::whole(appends, &answers).map(|()| answers));
        if answers.is_err() && held.log.len() > events {
            held.take_back(events, listings, cases);
        }
        answers
    }

    fn history(&self, case: &CaseId) -> Result<Vec<Recorded>, StoreError> {
        let held = self.read();
        Ok(held.file(case).map(|file| held.events(file).cloned().collect()).unwrap_or_default())
    }

    fn since(&self, position: Position, limit: usize) -> Result<Vec<Recorded>, StoreError> {
        let skipped = usize::try_from(position.0).unwrap_or(usize::MAX);
        Ok(self.read().log.iter().skip(skipped).take(limit).cloned().collect())
    }

    fn head(&self) -> Result<Position, StoreError> {
        Ok(Position(self.read().log_end().count))
    }

    fn find_key(&self, case: &CaseId, key: &CommandKey) -> Result<Option<Appended>, StoreError> {
        let known = self.read().known(case, key);
        Ok(known.map(|known| Appended { revision: known.revision, position: known.position, repeated: true }))
    }

    fn listing(&self, case: &CaseId) -> Result<Option<Listing>, StoreError> {
        Ok(self.read().file(case).map(|file| file.listing.clone()))
    }

    fn list(&self, filter: &Filter, after: Option<&ListCursor>, limit: usize) -> Result<Page<Listed, ListCursor>, StoreError> {
        let held = self.read();
        let found = held.cases.iter().zip(1_u64..).skip_while(|(_, number)| after.is_some_and(|after| *number <= after.number));
        let found = found.filter(|(file, _)| filter.fits(&file.listing)).take(limit.saturating_add(1)).map(|(file, number)| {
            let revision = Revision(file.events.len() as u64);
            (Listed { case: file.case.clone(), revision, listing: file.listing.clone() }, ListCursor { number })
        });
        Ok(Page::cut(found.collect(), limit))
    }

    fn work(&self, user: &UserId, after: Option<&WorkCursor>, limit: usize) -> Result<Page<Work, WorkCursor>, StoreError> {
        let held = self.read();
        let mut found = Vec::new();
        for (file, number) in held.cases.iter().zip(1_u64..) {
            for (wait, place) in file.listing.waits.iter().zip(1_u64..).filter(|(wait, _)| wait.user == *user) {
                let cursor = WorkCursor { due: wait.due, since: wait.since, number, place };
                if after.is_none_or(|after| cursor.key() > after.key()) {
                    found.push((file, wait, cursor));
                }
            }
        }
        found.sort_by_key(|(.., cursor)| cursor.key());
        found.truncate(limit.saturating_add(1));
        let found = found.into_iter().map(|(file, wait, cursor)| {
            let File { case, listing, .. } = file;
            (Work { case: case.clone(), workflow: listing.workflow.clone(), label: Arc::clone(&listing.label), wait: wait.clone() }, cursor)
        });
        Ok(Page::cut(found.collect(), limit))
    }

    fn due(&self, until: DateTime<Utc>, limit: usize) -> Result<Vec<(CaseId, DateTime<Utc>)>, StoreError> {
        let held = self.read();
        let timers = held.cases.iter().filter_map(|file| Some((file.case.clone(), file.listing.timer?)));
        let mut found: Vec<_> = timers.filter(|(_, timer)| *timer <= until).collect();
        found.sort_by_key(|(_, timer)| *timer);
        found.truncate(limit);
        Ok(found)
    }

    fn workflows(&self) -> Result<BTreeSet<(WorkflowId, Arc<str>)>, StoreError> {
        let held = self.read();
        Ok(held.cases.iter().map(|file| (file.listing.workflow.clone(), Arc::clone(&file.listing.digest))).collect())
    }

    fn children(&self, case: &CaseId) -> Result<Vec<CaseId>, StoreError> {
        let held = self.read();
        Ok(held.cases.iter().filter(|file| file.listing.parent.as_ref() == Some(case)).map(|file| file.case.clone()).collect())
    }

    fn replace_listings(&self, listings: &[Relisting]) -> Result<(), StoreError> {
        listings.iter().try_for_each(|new| admission::check_listing(&new.listing))?;
        let mut held = self.write();
        listings.iter().try_for_each(|new| admission::relist(new, held.revision(&new.case)))?;
        for new in listings {
            let number = held.numbers.get(&new.case).copied();
            if let Some(file) = number.and_then(|number| held.cases.get_mut(number)) {
                file.listing = new.listing.clone();
            }
        }
        Ok(())
    }

    fn put_definition(&self, digest: &str, text: &str) -> Result<(), StoreError> {
        let mut held = self.write();
        let kept = held.definitions.entry(Arc::from(digest)).or_insert_with(|| Arc::from(text));
        if **kept == *text { Ok(()) } else { Err(StoreError::DefinitionDiffers { digest: Arc::from(digest) }) }
    }

    fn definition(&self, digest: &str) -> Result<Option<Arc<str>>, StoreError> {
        Ok(self.read().definitions.get(digest).cloned())
    }

    fn verify(&self) -> Result<Verified, StoreError> {
        let held = self.read();
        let cases = held.cases.iter().map(|file| (file.case.clone(), held.end(&file.case))).collect();
        walk::walk(&mut held.log.iter().cloned().map(Ok), &Notes { log: held.log_end(), cases })
    }

    fn backup(&self, _: &Path) -> Result<(), StoreError> {
        Err(StoreError::Unsupported("a store in memory has no backup: it is gone with the program"))
    }
}
