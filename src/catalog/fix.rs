//! Mends what has one safe answer, round by round, and writes the files.
//!
//! It must not write half of a change, or over what somebody else wrote meanwhile.

use super::{Catalog, Checked, check};
use crate::diagnostic::fixed;
use crate::source::SourceId;
use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// The most rounds: each mends what lay too near to another change in the one before.
const ROUNDS: usize = 20;
const BYTE_ORDER_MARK: &str = "\u{feff}";

/// A catalog after all fixes, not yet written.
#[derive(Debug)]
pub struct Repaired {
    /// The files with their new texts.
    pub catalog: Catalog,
    /// What is left to find in them.
    pub checked: Checked,
    /// The files that changed, by path.
    pub changes: Vec<Change>,
    /// How many findings were mended.
    pub count: usize,
}

/// A file that changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Its path.
    pub path: PathBuf,
    /// The text that it had when it was read.
    pub before: String,
    /// The text that it gets.
    pub after: String,
}

/// Why files could not be mended.
#[derive(Debug, thiserror::Error)]
pub enum FixError {
    /// Somebody wrote the file since it was read.
    #[error("`{}` was changed while it was checked; nothing was written", path.display())]
    Changed {
        /// The file.
        path: PathBuf,
    },
    /// The file is not to be written.
    #[error("`{}` is read-only; nothing was written", path.display())]
    ReadOnly {
        /// The file.
        path: PathBuf,
    },
    /// The file cannot be read or written.
    #[error("cannot write `{}`: {source}", path.display())]
    Unwritable {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
}

/// Applies the edits of all fixable findings until nothing changes any more. Nothing is written.
#[must_use]
pub fn repair(catalog: Catalog) -> Repaired {
    let mut before: BTreeMap<SourceId, String> = BTreeMap::new();
    let mut checked = check(&catalog);
    let mut catalog = catalog;
    let mut count = 0;
    for _ in 0..ROUNDS {
        let round = fixed(&checked.diagnostics, &catalog.sources);
        if round.texts.is_empty() {
            break;
        }
        for (id, text) in &round.texts {
            let Some(source) = catalog.sources.get(*id) else { continue };
            before.entry(*id).or_insert_with(|| source.text().to_owned());
            let path = source.path().to_owned();
            catalog.sources.replace(&path, text);
        }
        count += round.count;
        checked = check(&catalog);
    }
    let change = |(id, before): (SourceId, String)| {
        let after = catalog.sources.get(id)?.text().to_owned();
        (after != before).then(|| Change { path: PathBuf::from(catalog.sources.path(id)), before, after })
    };
    let mut changes: Vec<Change> = before.into_iter().filter_map(change).collect();
    changes.sort_by(|one, other| one.path.cmp(&other.path));
    Repaired { catalog, checked, changes, count }
}

/// Writes all files: each beside its old self first, and only when all are there are they put in place.
///
/// # Errors
/// When a file was changed by somebody else, is read-only, or cannot be written. Then none is changed, unless the disk fails between
/// two of them.
pub fn write(changes: &[Change]) -> Result<(), FixError> {
    let mut waiting: Vec<Waiting> = Vec::new();
    for change in changes {
        waiting.push(Waiting::write(change)?);
    }
    waiting.into_iter().try_for_each(Waiting::put)
}

/// A new text beside the file that it is for; it is taken away again unless it is put in place.
struct Waiting {
    temporary: PathBuf,
    file: PathBuf,
}

impl Waiting {
    fn write(change: &Change) -> Result<Self, FixError> {
        let failed = |source| FixError::Unwritable { path: change.path.clone(), source };
        // A link stays a link: what it leads to is written.
        let file = fs::canonicalize(&change.path).map_err(failed)?;
        let permissions = fs::metadata(&file).map_err(failed)?.permissions();
        if permissions.readonly() {
            return Err(FixError::ReadOnly { path: change.path.clone() });
        }
        let now = fs::read(&file).map_err(failed)?;
        let mark = if now.starts_with(BYTE_ORDER_MARK.as_bytes()) { BYTE_ORDER_MARK } else { "" };
        if now.get(mark.len()..) != Some(change.before.as_bytes()) {
            return Err(FixError::Changed { path: change.path.clone() });
        }
        let waiting = Self { temporary: beside(&file), file };
        let written = fs::File::create_new(&waiting.temporary).and_then(|mut new| {
            new.write_all(mark.as_bytes())?;
            new.write_all(change.after.as_bytes())?;
            new.set_permissions(permissions)?;
            new.sync_all()
        });
        written.map(|()| waiting).map_err(failed)
    }

    fn put(self) -> Result<(), FixError> {
        fs::rename(&self.temporary, &self.file).map_err(|source| FixError::Unwritable { path: self.file.clone(), source })
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        // Nothing is left to do when it cannot be removed; after `put` it is not there any more.
        let _ = fs::remove_file(&self.temporary);
    }
}

fn beside(file: &Path) -> PathBuf {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    file.with_file_name(format!(".{name}.{}.new", std::process::id()))
}
