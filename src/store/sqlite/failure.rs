//! What SQLite and the system say, as what a store says.
//!
//! It must not lose what was said: the words of the database go into the detail.

use crate::store::StoreError;
use rusqlite::{Error, ErrorCode, ffi};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Why a step did not succeed, before it is known of which file.
#[derive(Debug)]
pub(super) enum Failing {
    /// The database says so.
    Sql(Error),
    /// The database says so of another file.
    At(PathBuf, Error),
    /// The store says so.
    Store(StoreError),
    /// A row does not read as what it should be.
    Row(&'static str),
    /// The file as a whole is not what the database holds it to be.
    Unsound(String),
}

impl From<Error> for Failing {
    fn from(error: Error) -> Self {
        Self::Sql(error)
    }
}

impl From<StoreError> for Failing {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl Failing {
    /// What a store says of it.
    pub(super) fn at(self, path: &Path) -> StoreError {
        match self {
            Self::Sql(error) => sql(path, &error),
            Self::At(path, error) => sql(&path, &error),
            Self::Store(error) => error,
            Self::Row(what) => StoreError::Corrupt { path: path.to_path_buf(), detail: what.into() },
            Self::Unsound(said) => StoreError::Corrupt { path: path.to_path_buf(), detail: said.into() },
        }
    }

    /// Whether the store is in order and only refuses what was asked.
    pub(super) fn is_refusal(&self) -> bool {
        use StoreError::{Conflict, DefinitionDiffers, KeyTaken, PartlyRepeated, Unfit};
        let Self::Store(error) = self else { return false };
        matches!(error, Conflict { .. } | KeyTaken { .. } | PartlyRepeated { .. } | Unfit { .. } | DefinitionDiffers { .. })
    }
}

fn sql(path: &Path, error: &Error) -> StoreError {
    let path = path.to_path_buf();
    match error {
        Error::SqliteFailure(failure, said) => {
            let known = ffi::code_to_str(failure.extended_code);
            let detail: Arc<str> = match said {
                Some(said) if !known.contains(said.as_str()) => format!("{said}: {known}").into(),
                _ => known.into(),
            };
            match failure.code {
                ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => StoreError::Locked { path, by: None },
                ErrorCode::ReadOnly => StoreError::ReadOnly { path },
                ErrorCode::DiskFull => StoreError::Full { path },
                ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase | ErrorCode::ConstraintViolation => {
                    StoreError::Corrupt { path, detail }
                }
                _ => StoreError::Io { path, detail },
            }
        }
        // The rest is about rows that are not what this version writes.
        error => StoreError::Corrupt { path, detail: error.to_string().into() },
    }
}

/// What a store says of an error of the system.
pub(super) fn io(path: &Path, error: &io::Error) -> StoreError {
    let path = path.to_path_buf();
    match error.kind() {
        io::ErrorKind::ReadOnlyFilesystem | io::ErrorKind::PermissionDenied => StoreError::ReadOnly { path },
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => StoreError::Full { path },
        _ => StoreError::Io { path, detail: error.to_string().into() },
    }
}
