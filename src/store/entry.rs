//! What is appended to a case, and what stands in its history afterwards.
//!
//! It must not read what an event says.

use crate::names::{CaseId, NameError, UserId};
use crate::store::{Hash, Listing};
use chrono::{DateTime, Utc};
use std::fmt;
use std::sync::Arc;

/// How many events a case has; 0 before its first one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
pub struct Revision(pub u64);

impl Revision {
    /// Of a case that is not there yet.
    pub const NONE: Self = Self(0);
}

impl fmt::Display for Revision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The place of an event among those of all cases, counted from 1.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
pub struct Position(pub u64);

impl Position {
    /// Before the first event.
    pub const START: Self = Self(0);
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// By what a command is known again when it is sent a second time.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
pub struct CommandKey(Arc<str>);

impl CommandKey {
    /// Takes any text that is not blank.
    ///
    /// # Errors
    /// Says that the text is empty.
    pub fn parse(text: &str) -> Result<Self, NameError> {
        if text.trim().is_empty() { Err(NameError::Empty) } else { Ok(Self(Arc::from(text))) }
    }

    /// The key as it was given.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for CommandKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for CommandKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

/// An event as the store sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// What happened, such as `submitted`.
    pub kind: Arc<str>,
    /// Of the form of the body.
    pub version: u32,
    /// One line of JSON.
    pub body: Arc<str>,
}

/// Events of one command for one case, and the case as it stands after them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Append {
    /// The case; it is born with its first events.
    pub case: CaseId,
    /// What the command was decided on.
    pub expected: Revision,
    /// By what the command is known again.
    pub key: Option<CommandKey>,
    /// When it happened.
    pub at: DateTime<Utc>,
    /// Who caused it.
    pub by: UserId,
    /// What happened; one event at least.
    pub entries: Vec<Entry>,
    /// The case after it.
    pub listing: Listing,
}

/// That an append is kept for good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Appended {
    /// Of the case, after the last of the events.
    pub revision: Revision,
    /// Of the last of the events.
    pub position: Position,
    /// The command had been carried out before; nothing was written.
    pub repeated: bool,
}

/// An event in the history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    /// Its place among all events.
    pub position: Position,
    /// Whose event it is.
    pub case: CaseId,
    /// Its place in the case, counted from 1.
    pub revision: Revision,
    /// When it happened.
    pub at: DateTime<Utc>,
    /// Who caused it.
    pub by: UserId,
    /// Of the command that it came from.
    pub key: Option<CommandKey>,
    /// The event.
    pub entry: Entry,
    /// Over itself and all before it.
    pub hash: Hash,
}
