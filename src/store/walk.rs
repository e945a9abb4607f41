//! The walk along a history that holds every event against its hash, and says what was done to the first that does not fit.
//!
//! It must not believe anything but hashes: what a store notes beside them is held against them too.

use crate::names::CaseId;
use crate::store::chain::{Content, Hash};
use crate::store::{Break, BreakKind, Position, Recorded, Revision, StoreError};
use std::collections::{BTreeMap, HashMap};

/// What a walk along a whole history found in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verified {
    /// How many events there are.
    pub events: u64,
    /// How many cases they are of.
    pub cases: u64,
    /// Of the last event, which stands for all of them: noted elsewhere, it tells later whether this history was replaced as a whole.
    pub head: Option<Hash>,
}

/// Where a case or the log ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct End {
    /// How many events.
    pub(crate) count: u64,
    /// Of the last of them.
    pub(crate) hash: Hash,
}

impl End {
    /// Before the first event.
    pub(crate) const START: Self = Self { count: 0, hash: Hash::START };
}

/// Where the walk has come to in a case.
struct Last {
    end: End,
    position: Position,
}

/// What a store notes beside its events.
pub(crate) struct Notes {
    /// Of the log.
    pub(crate) log: End,
    /// Of each case.
    pub(crate) cases: HashMap<CaseId, End>,
}

/// All events of a store, read one by one.
type Events<'a> = &'a mut dyn Iterator<Item = Result<Recorded, StoreError>>;

/// Walks along all events, in the order of their positions.
pub(crate) fn walk(events: Events<'_>, notes: &Notes) -> Result<Verified, StoreError> {
    let mut log = End::START;
    let mut cases: HashMap<CaseId, Last> = HashMap::new();
    while let Some(event) = events.next() {
        let event = event?;
        let end = cases.get(&event.case).map_or(End::START, |last| last.end);
        if let Some(found) = fits(&event, log, end, notes) {
            return Err(StoreError::Broken(explain(found, event, (log, &cases), notes, events)?));
        }
        log = End { count: event.position.0, hash: event.hash };
        let end = End { count: event.revision.0, hash: event.hash };
        cases.insert(event.case, Last { end, position: event.position });
    }
    if log.count < notes.log.count {
        let count = |case| cases.get(case).map_or(0, |last| last.end.count);
        let mut short = notes.cases.iter().filter(|(case, noted)| count(*case) < noted.count);
        let place = match (short.next(), short.next()) {
            (Some((case, _)), None) => Some((case.clone(), Revision(count(case) + 1))),
            _ => None,
        };
        return Err(StoreError::Broken(Break { position: Position(log.count + 1), place, kind: BreakKind::Missing }));
    }
    noted(log, &cases, notes)?;
    Ok(Verified { events: log.count, cases: cases.len() as u64, head: (log.count > 0).then_some(log.hash) })
}

/// What is wrong with an event at first sight.
enum Sight {
    Gap,
    Surplus,
    Unlike,
}

fn fits(event: &Recorded, log: End, case: End, notes: &Notes) -> Option<Sight> {
    let (position, revision) = (Position(log.count + 1), Revision(case.count + 1));
    if event.position > position {
        // Somebody who adds events of his own may leave a gap before them.
        return Some(if log.count >= notes.log.count { Sight::Surplus } else { Sight::Gap });
    }
    if event.position.0 > notes.log.count {
        return Some(Sight::Surplus);
    }
    let same = event.position == position
        && event.revision == revision
        && Content::recorded(event).hash(case.hash, log.hash, revision, position) == event.hash;
    (!same).then_some(Sight::Unlike)
}

/// Looks at the rest of the events to say what became of the one that should stand here.
fn explain(
    sight: Sight,
    found: Recorded,
    (log, cases): (End, &HashMap<CaseId, Last>),
    notes: &Notes,
    rest: Events<'_>,
) -> Result<Break, StoreError> {
    let position = Position(log.count + 1);
    let place = Some((found.case.clone(), found.revision));
    if let Sight::Surplus = sight {
        return Ok(Break { position: found.position, place, kind: BreakKind::Added });
    }
    let end = |case: &CaseId| cases.get(case).map_or(End::START, |last| last.end);
    let mut counts: HashMap<CaseId, u64> = HashMap::new();
    let mut gaps: BTreeMap<CaseId, Revision> = BTreeMap::new();
    for event in std::iter::once(Ok(found)).chain(rest) {
        let event = event?;
        let before = end(&event.case);
        // The event that belongs here has a hash that only its true place gives.
        let revision = Revision(before.count + 1);
        if event.position != position && Content::recorded(&event).hash(before.hash, log.hash, revision, position) == event.hash {
            return Ok(Break { position, place: Some((event.case, revision)), kind: BreakKind::Moved { to: event.position } });
        }
        let count = counts.entry(event.case.clone()).or_insert(before.count);
        if event.revision.0 > *count + 1 {
            gaps.entry(event.case).or_insert(Revision(*count + 1));
        }
        *count = event.revision.0;
    }
    if let Sight::Unlike = sight {
        return Ok(Break { position, place, kind: BreakKind::Changed });
    }
    // Where nothing of the same case follows, what the store notes about its end tells whose event it was.
    for (case, noted) in &notes.cases {
        let count = counts.get(case).copied().unwrap_or_else(|| end(case).count);
        if count < noted.count {
            gaps.entry(case.clone()).or_insert(Revision(count + 1));
        }
    }
    // Where more than one case lacks something, nobody can tell which of them it was here.
    let place = if gaps.len() == 1 { gaps.pop_first() } else { None };
    Ok(Break { position, place, kind: BreakKind::Missing })
}

/// Holds what a store notes about ends against where events end.
fn noted(log: End, cases: &HashMap<CaseId, Last>, notes: &Notes) -> Result<(), StoreError> {
    let wrong = |position, place| Err(StoreError::Broken(Break { position, place, kind: BreakKind::Noted }));
    if log != notes.log {
        return wrong(Position(log.count), None);
    }
    let unlike = cases.iter().filter(|(case, last)| notes.cases.get(*case) != Some(&last.end)).min_by_key(|(_, last)| last.position);
    if let Some((case, last)) = unlike {
        return wrong(last.position, Some((case.clone(), Revision(last.end.count))));
    }
    match notes.cases.iter().filter(|(case, _)| !cases.contains_key(*case)).min_by_key(|(case, _)| *case) {
        Some((case, noted)) => wrong(Position(log.count), Some((case.clone(), Revision(noted.count)))),
        None => Ok(()),
    }
}
