//! Who writes: a lock on a file beside the store, which the system takes back however its owner ends.
//!
//! It must not lock the store's own file: readers in other processes go on, and SQLite has its own locks there.

use crate::store::StoreError;
use crate::store::sqlite::failure;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// The right to write to a store, until it is dropped.
#[derive(Debug)]
pub(super) struct Lock {
    file: File,
}

impl Drop for Lock {
    fn drop(&mut self) {
        // To close the file is not enough: a process that is being started just now holds a copy of it for a moment.
        drop(self.file.unlock());
    }
}

impl Lock {
    pub(super) fn take(store: &Path) -> Result<Self, StoreError> {
        let path = beside(store, "-lock");
        let refused = |error: &std::io::Error| failure::io(store, error);
        // The file stays when its owner goes: to remove it would let two others lock two files of one name.
        let mut file =
            OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path).map_err(|error| refused(&error))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut owner = String::new();
                let by = file.read_to_string(&mut owner).ok().and_then(|_| owner.trim().parse().ok());
                return Err(StoreError::Locked { path: store.to_path_buf(), by });
            }
            Err(TryLockError::Error(error)) => return Err(refused(&error)),
        }
        // Who it is only helps people: on a full disk the lock holds without.
        let told = file.set_len(0).and_then(|()| file.seek(SeekFrom::Start(0))).and_then(|_| writeln!(file, "{}", std::process::id()));
        drop(told);
        Ok(Self { file })
    }
}

/// A file beside another.
pub(super) fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

/// Makes sure that a new name in a folder survives, where the system can.
pub(super) fn sync_folder(path: &Path) -> Result<(), StoreError> {
    if !cfg!(unix) {
        return Ok(());
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(|error| failure::io(path, &error))
}
