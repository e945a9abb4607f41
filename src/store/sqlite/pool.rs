//! Connections that read, kept for the next reader.
//!
//! It must not hand out one connection twice at a time.

use crate::store::sqlite::failure::Failing;
use crate::store::sqlite::{copy, format, read};
use crate::store::{StoreError, Verified};
use rusqlite::Connection;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// How many idle connections are kept.
const KEPT: usize = 8;

#[derive(Debug)]
pub(super) struct Pool {
    path: PathBuf,
    immutable: bool,
    idle: Mutex<Vec<Connection>>,
}

impl Pool {
    pub(super) fn new(path: &Path, immutable: bool) -> Self {
        Self { path: path.to_path_buf(), immutable, idle: Mutex::default() }
    }

    /// Reads in one snapshot.
    pub(super) fn read<T>(&self, read: impl FnOnce(&Connection) -> Result<T, Failing>) -> Result<T, StoreError> {
        self.with(|connection| {
            connection.prepare_cached("BEGIN")?.execute([])?;
            let found = read(connection)?;
            connection.prepare_cached("COMMIT")?.execute([])?;
            Ok(found)
        })
    }

    pub(super) fn walk(&self) -> Result<Verified, StoreError> {
        self.read(|connection| read::walk(connection, &self.path))
    }

    pub(super) fn copy(&self, to: &Path) -> Result<(), StoreError> {
        self.with(|connection| copy(connection, to))
    }

    pub(super) fn close(&self) {
        self.idle().clear();
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Connection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn with<T>(&self, work: impl FnOnce(&Connection) -> Result<T, Failing>) -> Result<T, StoreError> {
        let idle = self.idle().pop();
        let attempt = || {
            let connection = match idle {
                Some(connection) => connection,
                None => format::reader(&self.path, self.immutable)?,
            };
            // A connection on which something failed is closed, and its transaction with it.
            let done = work(&connection)?;
            let mut idle = self.idle();
            if idle.len() < KEPT {
                idle.push(connection);
            }
            Ok(done)
        };
        attempt().map_err(|error: Failing| error.at(&self.path))
    }
}
