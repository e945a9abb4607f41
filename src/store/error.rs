//! What a store can answer instead of a result: each a sentence that says what is wrong.
//!
//! It must not carry errors of the file system or the database itself: many callers may be told of one failure.

use crate::names::CaseId;
use crate::store::{CommandKey, Position, Revision};
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

/// Why a store cannot do what was asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// Somebody else was faster.
    #[error("the case `{case}` is at revision {actual}, not {expected}: somebody else was faster")]
    Conflict {
        /// The case.
        case: CaseId,
        /// What the command was decided on.
        expected: Revision,
        /// Where the case is.
        actual: Revision,
    },
    /// The key stands for another command.
    #[error("the key `{key}` was used for another command of the case `{case}`")]
    KeyTaken {
        /// The case.
        case: CaseId,
        /// The key.
        key: CommandKey,
    },
    /// Of appends that belong together, some are there already.
    #[error("the command was carried out before for `{case}`, but not for all cases that it is about now")]
    PartlyRepeated {
        /// The first case for which it had been.
        case: CaseId,
    },
    /// An append without events, or with texts that cannot be kept.
    #[error("{what} cannot be kept: {why}")]
    Unfit {
        /// What.
        what: &'static str,
        /// Why not.
        why: &'static str,
    },
    /// The digest stands for another text.
    #[error("the definition `{digest}` is kept with another text")]
    DefinitionDiffers {
        /// The digest.
        digest: Arc<str>,
    },
    /// The store cannot do it, whatever is asked of it.
    #[error("{0}")]
    Unsupported(&'static str),
    /// A later version of the program wrote it.
    #[error("`{}` has format {found}, and this version knows formats up to {known}: use the version that wrote it", path.display())]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its format.
        found: u32,
        /// The newest that is known here.
        known: u32,
    },
    /// A database of something else.
    #[error("`{}` is not a store of cases", path.display())]
    Foreign {
        /// The file.
        path: PathBuf,
    },
    /// The file itself is damaged.
    #[error("`{}` is damaged ({detail}): restore a backup", path.display())]
    Corrupt {
        /// The file.
        path: PathBuf,
        /// What does not fit.
        detail: Arc<str>,
    },
    /// The history is not what was written.
    #[error("the history is broken: {0}")]
    Broken(Break),
    /// Nothing can be written there.
    #[error("`{}` cannot be written to: the file or its folder is read-only", path.display())]
    ReadOnly {
        /// The file.
        path: PathBuf,
    },
    /// Nothing more fits.
    #[error("there is no space left for `{}`", path.display())]
    Full {
        /// The file.
        path: PathBuf,
    },
    /// Somebody else writes.
    #[error("`{}` is in use by another process{}", path.display(), by.map(|by| format!(" ({by})")).unwrap_or_default())]
    Locked {
        /// The file.
        path: PathBuf,
        /// The number of the process, if it said so.
        by: Option<u32>,
    },
    /// The file is not there.
    #[error("there is no store at `{}`", path.display())]
    Absent {
        /// The file.
        path: PathBuf,
    },
    /// The disk or the system refuses.
    #[error("`{}` cannot be read or written: {detail}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system says.
        detail: Arc<str>,
    },
    /// A write failed, and what it left behind could not be cleared away yet.
    #[error("`{}` must be opened again: a write failed, and whether its events are kept is not known before ({detail})", path.display())]
    Unsettled {
        /// The file.
        path: PathBuf,
        /// What the system says.
        detail: Arc<str>,
    },
    /// Whoever does the writing is gone.
    #[error("the store is closed")]
    Closed,
}

/// The first place where a history is not what was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Break {
    /// The place among all events.
    pub position: Position,
    /// The case and the place in it, where they are known.
    pub place: Option<(CaseId, Revision)>,
    /// What was done.
    pub kind: BreakKind,
}

/// What was done to a history past the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BreakKind {
    /// The event is not as it was written.
    Changed,
    /// There is no such event any more.
    Missing,
    /// The event stands at another place now.
    Moved {
        /// Where.
        to: Position,
    },
    /// The event was not written by the store.
    Added,
    /// The events are as they were, but what the store notes about their end is not.
    Noted,
}

impl fmt::Display for Break {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.place {
            Some((case, revision)) => write!(f, "event {revision} of the case `{case}`, at position {}, ", self.position)?,
            None => write!(f, "the event at position {} ", self.position)?,
        }
        match self.kind {
            BreakKind::Changed => f.write_str("was changed"),
            BreakKind::Missing => f.write_str("is missing"),
            BreakKind::Moved { to } => write!(f, "was moved to position {to}"),
            BreakKind::Added => f.write_str("was added past the store"),
            BreakKind::Noted => f.write_str("is not the last one according to what the store notes"),
        }
    }
}
