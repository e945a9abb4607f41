//! The hash of an event: over the event before it in its case, the event before it in the log, and all that it says.
//!
//! It must not depend on how a store keeps an event, and must never change: hashes of years ago are held against it.

use crate::names::{CaseId, UserId};
use crate::store::{Append, CommandKey, Entry, Position, Recorded, Revision};
use chrono::{DateTime, Timelike, Utc};
use sha2::{Digest, Sha256};
use std::fmt;

/// A SHA-256 of an event and, through it, of all before it.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Hash(pub(crate) [u8; 32]);

impl Hash {
    /// Stands before the first event of a case and of the log.
    pub(crate) const START: Self = Self([0; 32]);
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// All that an event says, borrowed.
pub(crate) struct Content<'a> {
    case: &'a CaseId,
    at: DateTime<Utc>,
    by: &'a UserId,
    key: Option<&'a CommandKey>,
    entry: &'a Entry,
}

impl<'a> Content<'a> {
    pub(crate) fn of(append: &'a Append, entry: &'a Entry) -> Self {
        Self { case: &append.case, at: append.at, by: &append.by, key: append.key.as_ref(), entry }
    }

    pub(crate) fn recorded(event: &'a Recorded) -> Self {
        Self { case: &event.case, at: event.at, by: &event.by, key: event.key.as_ref(), entry: &event.entry }
    }

    /// The hash of the event at a place.
    ///
    /// Every part is either of a fixed width or preceded by its length, so that no two events are hashed as the same bytes.
    pub(crate) fn hash(&self, before_in_case: Hash, before_in_log: Hash, revision: Revision, position: Position) -> Hash {
        let mut hasher = Sha256::new();
        hasher.update(b"tollgate event 1\n");
        hasher.update(before_in_case.0);
        hasher.update(before_in_log.0);
        hasher.update(position.0.to_be_bytes());
        hasher.update(revision.0.to_be_bytes());
        hasher.update(self.at.timestamp().to_be_bytes());
        hasher.update(self.at.nanosecond().to_be_bytes());
        hasher.update(self.entry.version.to_be_bytes());
        hasher.update([u8::from(self.key.is_some())]);
        let texts = [self.case.as_str(), self.by.as_str(), self.key.map_or("", CommandKey::as_str), &self.entry.kind, &self.entry.body];
        for text in texts {
            hasher.update((text.len() as u64).to_be_bytes());
            hasher.update(text.as_bytes());
        }
        Hash(hasher.finalize().into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(case: &str, kind: &str, body: &str, key: Option<&str>) -> Recorded {
        Recorded {
            position: Position(1),
            case: CaseId::parse(case).unwrap(),
            revision: Revision(1),
            at: DateTime::from_timestamp(1_800_000_000, 7).unwrap(),
            by: UserId::parse("li").unwrap(),
            key: key.map(|key| CommandKey::parse(key).unwrap()),
            entry: Entry { kind: kind.into(), version: 1, body: body.into() },
            hash: Hash::START,
        }
    }

    fn hash(event: &Recorded) -> Hash {
        Content::recorded(event).hash(Hash::START, Hash::START, event.revision, event.position)
    }

    /// A history of today must verify for ever: this value may not change.
    #[test]
    fn the_hash_of_an_event_is_what_it_always_was() {
        let told = hash(&event("C-1", "started", "{\"amount\":\"24999.50\"}", Some("k"))).to_string();
        assert_eq!(told, "c8d1da72c11ba909e94451b2771b0f3a77d12bbb4cd7f79268c23bbb1713b431");
    }

    #[test]
    fn what_stands_side_by_side_cannot_change_sides() {
        assert_ne!(hash(&event("C", "ab", "c", None)), hash(&event("C", "a", "bc", None)));
        assert_ne!(hash(&event("C", "ab", "c", None)), hash(&event("C", "ab", "c", Some("c"))));
        assert_ne!(hash(&event("C", "ab", "c", None)), hash(&event("D", "ab", "c", None)));
    }
}
