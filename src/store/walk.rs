//! The walk along a history that holds every event against its hash, and says what was done to the first that does not fit.
//!
//! It must not believe anything but hashes: what a store notes beside them is held against them too.

use crate::names::CaseId;
use crate::store::chain::{Content, Hash};
use crate::store::{Break, BreakKind, Position, Recorded, Revision, StoreError};
use std::collections::HashMap;

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
    let mut cases: HashMap<CaseId, End> = HashMap::new();
    while let Some(event) = events.next() {
        let event = event?;
        let end = cases.get(&event.case).copied().unwrap_or(End::START);
        if let Some(found) = fits(&event, log, end, notes) {
            return Err(StoreError::Broken(explain(found, event, (log, &cases), notes, events)?));
        }
        log = End { count: event.position.0, hash: event.hash };
        cases.insert(event.case, End { count: event.revision.0, hash: event.hash });
    }
    if log.count < notes.log.count {
        let place = notes.cases.iter().find_map(|(case, noted)| {
            let end = cases.get(case).copied().unwrap_or(End::START);
            (end.count < noted.count).then(|| (case.clone(), Revision(end.count + 1)))
        });
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
    (log, cases): (End, &HashMap<CaseId, End>),
    notes: &Notes,
    rest: Events<'_>,
) -> Result<Break, StoreError> {
    let position = Position(log.count + 1);
    let place = Some((found.case.clone(), found.revision));
    match sight {
        Sight::Surplus => return Ok(Break { position: found.position, place, kind: BreakKind::Added }),
        Sight::Gap | Sight::Unlike => {}
    }
    let end = |case: &CaseId| cases.get(case).copied().unwrap_or(End::START);
    let mut gap = None;
    let mut counts: HashMap<CaseId, u64> = HashMap::new();
    let gone = matches!(sight, Sight::Gap);
    let kind = if gone { BreakKind::Missing } else { BreakKind::Changed };
    for event in std::iter::once(Ok(found)).chain(rest) {
        let event = event?;
        let before = end(&event.case);
        // The event that belongs here has a hash that only its true place gives.
        let true_revision = Revision(before.count + 1);
        if event.position != position && Content::recorded(&event).hash(before.hash, log.hash, true_revision, position) == event.hash {
            return Ok(Break { position, place: Some((event.case, true_revision)), kind: BreakKind::Moved { to: event.position } });
        }
        let count = counts.entry(event.case.clone()).or_insert(before.count);
        if gap.is_none() && event.revision.0 > *count + 1 {
            gap = Some((event.case.clone(), Revision(*count + 1)));
        }
        *count = event.revision.0;
    }
    if gone && gap.is_none() {
        // Nothing of the same case follows: what the store notes about its end tells whose event it was.
        let count = |case: &CaseId| counts.get(case).copied().unwrap_or_else(|| end(case).count);
        gap = notes.cases.iter().find(|(case, noted)| count(case) < noted.count).map(|(case, _)| (case.clone(), Revision(count(case) + 1)));
    }
    Ok(Break { position, place: if gone { gap } else { place }, kind })
}

/// Holds what a store notes about ends against where events end.
fn noted(log: End, cases: &HashMap<CaseId, End>, notes: &Notes) -> Result<(), StoreError> {
    let wrong = |place| Err(StoreError::Broken(Break { position: Position(log.count), place, kind: BreakKind::Noted }));
    if log != notes.log {
        return wrong(None);
    }
    let mut unlike: Vec<_> = cases.iter().filter(|(case, end)| notes.cases.get(*case) != Some(end)).collect();
    unlike.sort_by(|left, right| left.0.cmp(right.0));
    if let Some((case, end)) = unlike.first() {
        return wrong(Some(((*case).clone(), Revision(end.count))));
    }
    match notes.cases.iter().find(|(case, _)| !cases.contains_key(*case)) {
        Some((case, noted)) => wrong(Some((case.clone(), Revision(noted.count)))),
        None => Ok(()),
    }
}
