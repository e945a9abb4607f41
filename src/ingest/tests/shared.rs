//! Exports of real systems, where they are at hand: `TOLLGATE_SHARED_DATA`, or `shared/data` beside the repository.

use super::*;
use std::path::PathBuf;

/// The path of a file among the shared data; `None`, with a word, where it is not there.
fn shared_file(file: &str) -> Option<PathBuf> {
    let folder = std::env::var_os("TOLLGATE_SHARED_DATA")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/data"), PathBuf::from);
    let path = folder.join(file);
    if path.is_file() {
        return Some(path);
    }
    eprintln!("skipped: there is no {}", path.display());
    None
}
