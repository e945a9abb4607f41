//! The digest of a workflow's resolved form.
//!
//! It must not depend on layout, comments, the order of files, or places.

use crate::document::{FileDoc, Resolved};
use crate::script::normalised;
use crate::source::Sources;
use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use std::sync::Arc;

/// Lower-case hexadecimal SHA-256 over the canonical text of the joined documents, scripts and CSV rows.
pub(super) fn digest(resolved: &Resolved, sources: &Sources) -> Arc<str> {
    let mut hasher = Sha256::new();
    hasher.update(canonical(&resolved.file));
    let mut scripts: Vec<String> =
        resolved.scripts.iter().filter_map(|id| sources.get(*id)).map(|source| normalised(source.text())).collect();
    scripts.sort();
    for script in scripts {
        hasher.update(b"\0script\0");
        hasher.update(script);
    }
    let mut tables: Vec<String> = resolved
        .tables
        .values()
        .filter_map(|id| sources.get(*id))
        .map(|source| {
            let lines = crate::table::csv_lines(source.text()).into_iter();
            lines.map(|line| line.into_iter().map(|cell| format!("{}\u{1f}", cell.text.trim())).collect::<String>() + "\n").collect()
        })
        .collect();
    tables.sort();
    for table in tables {
        hasher.update(b"\0rows\0");
        hasher.update(table);
    }
    let mut text = String::with_capacity(64);
    for byte in hasher.finalize() {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    Arc::from(text)
}

/// The joined document as JSON with its keys in file order: order has a meaning (the first row, the first grade).
fn canonical(file: &FileDoc) -> String {
    serde_json::to_string(file).unwrap_or_default()
}
