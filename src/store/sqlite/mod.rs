//! Cases in a SQLite file: one connection writes, and commits what waits together; readers see the last commit beside it.
//!
//! It must not acknowledge anything that is not on the disk. No other module knows that it is SQLite.

mod columns;
mod failure;
mod format;
mod line;
mod lock;
mod pool;
mod read;
mod write;
mod writer;

use crate::names::{CaseId, UserId, WorkflowId};
use crate::store::{
    Append, Appended, CaseStore, CommandKey, Filter, ListCursor, Listed, Listing, Page, Position, Recorded, Relisting, StoreError,
    Verified, Work, WorkCursor, admission,
};
use chrono::{DateTime, Utc};
use failure::Failing;
use lock::Lock;
use pool::Pool;
use rusqlite::Connection;
use rusqlite::backup::{Backup, StepResult};
use std::collections::BTreeSet;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use writer::{Answer, Task, Writer};

/// How hard a store works for what it keeps.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Tuning {
    /// What is acknowledged survives the loss of power.
    #[default]
    Durable,
    /// What is acknowledged survives the end of the program, but perhaps not that of the machine: for trials, and for histories that are read in again.
    Fast,
}

/// A history of cases in a SQLite file.
#[derive(Debug)]
pub struct SqliteStore {
    pool: Pool,
    /// Absent in a store that is only read.
    writer: Option<Writer>,
    path: PathBuf,
    /// Kept until the writer is gone.
    _lock: Option<Lock>,
}

impl SqliteStore {
    /// Opens a store for reading and writing, makes it where it is absent, and brings an older format up to date.
    ///
    /// # Errors
    /// Says what is wrong with the file: another process writes, a newer version wrote it, it is damaged, or it cannot be written to.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        Self::open_tuned(path, Tuning::Durable)
    }

    /// Opens a store as [`Self::open`] does, with less care where that is wanted.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub fn open_tuned(path: &Path, tuning: Tuning) -> Result<Self, StoreError> {
        if path.is_dir() {
            return Err(StoreError::Io { path: path.to_path_buf(), detail: "it is a folder".into() });
        }
        let lock = Lock::take(path)?;
        format::probe(path)?;
        let connection = format::open(path, tuning)?;
        let pool = Pool::new(path, false);
        let writer = Writer::new(connection, path);
        Ok(Self { pool, writer: Some(writer), path: path.to_path_buf(), _lock: Some(lock) })
    }

    /// Opens a store that is there for reading only, whether or not somebody writes to it, and also where nothing can be written.
    ///
    /// # Errors
    /// Says what is wrong with the file. An older format is not brought up to date, and cannot be read.
    pub fn open_read_only(path: &Path) -> Result<Self, StoreError> {
        if !path.exists() {
            return Err(StoreError::Absent { path: path.to_path_buf() });
        }
        let found = format::probe(path)?;
        if found.format != format::CURRENT {
            return Err(match found.format {
                0 => StoreError::Foreign { path: path.to_path_buf() },
                _ => StoreError::Unsupported("the store has an older format: open it for writing once, which brings it up to date"),
            });
        }
        Ok(Self { pool: Pool::new(path, found.immutable), writer: None, path: path.to_path_buf(), _lock: None })
    }

    fn write(&self, task: Task) -> Result<Answer, StoreError> {
        match &self.writer {
            Some(writer) => writer.ask(task),
            None => Err(StoreError::ReadOnly { path: self.path.clone() }),
        }
    }
}

impl Drop for SqliteStore {
    fn drop(&mut self) {
        // The writer goes last: whoever closes the file last clears the log away, and only the writer can.
        self.pool.close();
        self.writer = None;
    }
}

impl CaseStore for SqliteStore {
    fn append_all(&self, appends: &[Append]) -> Result<Vec<Appended>, StoreError> {
        admission::check(appends)?;
        match self.write(Task::Append(appends.to_vec()))? {
            Answer::Appended(answers) => Ok(answers),
            Answer::Done => Err(StoreError::Closed),
        }
    }

    fn history(&self, case: &CaseId) -> Result<Vec<Recorded>, StoreError> {
        self.pool.read(|connection| read::history(connection, case))
    }

    fn since(&self, position: Position, limit: usize) -> Result<Vec<Recorded>, StoreError> {
        self.pool.read(|connection| read::since(connection, position, limit))
    }

    fn head(&self) -> Result<Position, StoreError> {
        self.pool.read(|connection| Ok(Position(read::head(connection)?.count)))
    }

    fn find_key(&self, case: &CaseId, key: &CommandKey) -> Result<Option<Appended>, StoreError> {
        self.pool.read(|connection| read::find_key(connection, case, key))
    }

    fn listing(&self, case: &CaseId) -> Result<Option<Listing>, StoreError> {
        self.pool.read(|connection| read::listing(connection, case))
    }

    fn list(&self, filter: &Filter, after: Option<&ListCursor>, limit: usize) -> Result<Page<Listed, ListCursor>, StoreError> {
        self.pool.read(|connection| read::list(connection, filter, after, limit))
    }

    fn work(&self, user: &UserId, after: Option<&WorkCursor>, limit: usize) -> Result<Page<Work, WorkCursor>, StoreError> {
        self.pool.read(|connection| read::work(connection, user, after, limit))
    }

    fn due(&self, until: DateTime<Utc>, limit: usize) -> Result<Vec<(CaseId, DateTime<Utc>)>, StoreError> {
        self.pool.read(|connection| read::due(connection, until, limit))
    }

    fn workflows(&self) -> Result<BTreeSet<(WorkflowId, Arc<str>)>, StoreError> {
        self.pool.read(read::workflows)
    }

    fn children(&self, case: &CaseId) -> Result<Vec<CaseId>, StoreError> {
        self.pool.read(|connection| read::children(connection, case))
    }

    fn replace_listings(&self, listings: &[Relisting]) -> Result<(), StoreError> {
        listings.iter().try_for_each(|new| admission::check_listing(&new.listing))?;
        self.write(Task::Relist(listings.to_vec())).map(drop)
    }

    fn put_definition(&self, digest: &str, text: &str) -> Result<(), StoreError> {
        self.write(Task::Define { digest: Arc::from(digest), text: Arc::from(text) }).map(drop)
    }

    fn definition(&self, digest: &str) -> Result<Option<Arc<str>>, StoreError> {
        self.pool.read(|connection| read::definition(connection, digest))
    }

    fn verify(&self) -> Result<Verified, StoreError> {
        self.pool.read(read::sound)?;
        // One snapshot for the walk: what is appended meanwhile is not seen.
        self.pool.walk()
    }

    fn backup(&self, path: &Path) -> Result<(), StoreError> {
        let refused = |error: std::io::Error| failure::io(path, &error);
        if path.exists() {
            return Err(StoreError::Io { path: path.to_path_buf(), detail: "the file is there already".into() });
        }
        // What is whole only has the name that was asked for.
        let draft = lock::beside(path, "-draft");
        if draft.exists() {
            fs::remove_file(&draft).map_err(refused)?;
        }
        self.pool.copy(&draft)?;
        File::open(&draft).and_then(|file| file.sync_all()).map_err(refused)?;
        fs::rename(&draft, path).map_err(refused)?;
        lock::sync_folder(path)
    }
}

/// Copies a whole database in one step, so that whatever is committed meanwhile does not start it anew.
fn copy(from: &Connection, to: &Path) -> Result<(), Failing> {
    let mut target = Connection::open(to).map_err(|error| Failing::At(to.to_path_buf(), error))?;
    let at = |error| Failing::At(to.to_path_buf(), error);
    let backup = Backup::new(from, &mut target).map_err(at)?;
    for _ in 0..50 {
        match backup.step(-1).map_err(at)? {
            StepResult::Done => return Ok(()),
            _ => std::thread::sleep(Duration::from_millis(100)),
        }
    }
    Err(Failing::Store(StoreError::Locked { path: to.to_path_buf(), by: None }))
}
