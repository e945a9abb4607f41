//! The history of cases: append-only, exact, chained by hashes; in memory and in SQLite behind one trait.
//!
//! It must not know workflows or commands, or what an event means: an event is a kind, a version and a line of text. Beside the events it keeps a
//! listing of each case, which whoever knows the meaning hands in with them, so that lists and worklists need no replay.

mod admission;
mod chain;
mod entry;
mod error;
mod listing;
mod memory;
mod page;
mod sqlite;
mod walk;

pub use chain::Hash;
pub use entry::{Append, Appended, CommandKey, Entry, Position, Recorded, Revision};
pub use error::{Break, BreakKind, StoreError};
pub use listing::{Listing, Relisting, Wait};
pub use memory::MemoryStore;
pub use page::{Filter, ListCursor, Listed, Page, Work, WorkCursor};
pub use sqlite::{SqliteStore, Tuning};
pub use walk::Verified;

use crate::names::{CaseId, UserId, WorkflowId};
use chrono::{DateTime, Utc};
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

/// Where the history of cases is kept. Every call blocks until it is answered; what was acknowledged stays.
pub trait CaseStore: Send + Sync {
    /// Adds events to one case, and replaces its listing.
    ///
    /// The same key for the same case again returns the first answer, `repeated`, and writes nothing, whatever revision is expected.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] where the case is at another revision; [`StoreError::KeyTaken`] where the key stands for other entries;
    /// otherwise what is wrong with the store. Nothing of a failed append is kept.
    fn append(&self, append: &Append) -> Result<Appended, StoreError> {
        self.append_all(std::slice::from_ref(append))?.pop().ok_or(StoreError::Closed)
    }

    /// Adds events to several cases, all of them or none: a parent and the children that it starts. Each may carry the key of the command,
    /// so that the whole is known again when it is repeated.
    ///
    /// # Errors
    /// That of the first append that fails; [`StoreError::PartlyRepeated`] where some were written before and others were not.
    fn append_all(&self, appends: &[Append]) -> Result<Vec<Appended>, StoreError>;

    /// All events of a case, in order; none where there is no such case.
    ///
    /// # Errors
    /// What is wrong with the store.
    fn history(&self, case: &CaseId) -> Result<Vec<Recorded>, StoreError>;

    /// Events of all cases that stand behind a position, in order, `limit` at most.
    ///
    /// # Errors
    /// What is wrong with the store.
    fn since(&self, position: Position, limit: usize) -> Result<Vec<Recorded>, StoreError>;

    /// The place of the last event.
    ///
    /// # Errors
    /// What is wrong with the store.
    fn head(&self) -> Result<Position, StoreError>;

    /// What a command was answered, if it was ever carried out; always `repeated`.
    ///
    /// # Errors
    /// What is wrong with the store.
    fn find_key(&self, case: &CaseId, key: &CommandKey) -> Result<Option<Appended>, StoreError>;

    /// A case as it stands.
    ///
    /// # Errors
    /// What is wrong with the store.
    fn listing(&self, case: &CaseId) -> Result<Option<Listing>, StoreError>;

    /// A page of cases in the order of their birth.
    ///
    /// # Errors
    /// What is wrong with the store.
    fn list(&self, filter: &Filter, after: Option<&ListCursor>, limit: usize) -> Result<Page<Listed, ListCursor>, StoreError>;

    /// A page of what waits for a person: by due time, then by how long it waits.
    ///
    /// # Errors
    /// What is wrong with the store.
    fn work(&self, user: &UserId, after: Option<&WorkCursor>, limit: usize) -> Result<Page<Work, WorkCursor>, StoreError>;

    /// Cases whose timer rings by a moment, earliest first.
    ///
    /// # Errors
    /// What is wrong with the store.
    fn due(&self, until: DateTime<Utc>, limit: usize) -> Result<Vec<(CaseId, DateTime<Utc>)>, StoreError>;

    /// What the cases go through, each with the definitions that some keep to.
    ///
    /// # Errors
    /// What is wrong with the store.
    fn workflows(&self) -> Result<BTreeSet<(WorkflowId, Arc<str>)>, StoreError>;

    /// Cases whose listing names this case as their parent, in the order of their birth.
    ///
    /// # Errors
    /// What is wrong with the store.
    fn children(&self, case: &CaseId) -> Result<Vec<CaseId>, StoreError>;

    /// Replaces the listing of a case without an event, after what makes listings has changed.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] where the case is not at the revision that the listing was made of.
    fn relist(&self, case: &CaseId, revision: Revision, listing: &Listing) -> Result<(), StoreError> {
        self.replace_listings(&[Relisting { case: case.clone(), revision, listing: listing.clone() }])
    }

    /// Replaces the listings of several cases, all of them or none.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] where a case is not at the revision that its listing was made of.
    fn replace_listings(&self, listings: &[Relisting]) -> Result<(), StoreError>;

    /// Keeps the text of a definition under its digest, so that cases find what they began with. The same again does nothing.
    ///
    /// # Errors
    /// [`StoreError::DefinitionDiffers`] where the digest stands for another text.
    fn put_definition(&self, digest: &str, text: &str) -> Result<(), StoreError>;

    /// The text of a definition.
    ///
    /// # Errors
    /// What is wrong with the store.
    fn definition(&self, digest: &str) -> Result<Option<Arc<str>>, StoreError>;

    /// Walks every event, and holds its hash against what it should be.
    ///
    /// # Errors
    /// [`StoreError::Broken`] with the first place where an event was changed, is missing, was moved or was added past the store.
    fn verify(&self) -> Result<Verified, StoreError>;

    /// Writes a copy as of now into a new file while work goes on.
    ///
    /// # Errors
    /// [`StoreError::Unsupported`] where there is nothing to copy from; otherwise what is wrong with the file.
    fn backup(&self, path: &Path) -> Result<(), StoreError>;
}
