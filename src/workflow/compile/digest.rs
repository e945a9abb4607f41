//! The digest of a workflow's resolved form.
//!
//! It must not depend on layout, comments, the order of files, or places.

use crate::document::{Entries, FileDoc, Resolved, RowDoc, RowsDoc, TableDoc, Writable, Written};
use crate::names::ColumnId;
use crate::script::normalised;
use crate::source::{SourceId, Sources, Span, Spanned};
use crate::table::{CsvCell, csv_lines};
use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use std::sync::Arc;

/// Lower-case hexadecimal SHA-256 over the joined documents, with the rows of CSV files in their place, and the scripts.
pub(super) fn digest(resolved: &Resolved, sources: &Sources) -> Arc<str> {
    let mut hasher = Sha256::new();
    feed(&mut hasher, &with_rows(resolved, sources).written());
    let mut scripts: Vec<String> =
        resolved.scripts.iter().filter_map(|id| sources.get(*id)).map(|source| normalised(source.text())).collect();
    scripts.sort();
    for script in scripts {
        text(&mut hasher, b'S', &script);
    }
    let mut digits = String::with_capacity(64);
    for byte in hasher.finalize() {
        // Writing to a String cannot fail.
        let _ = write!(digits, "{byte:02x}");
    }
    Arc::from(digits)
}

/// Hashes a part so that two differ where their parts do: each begins with its kind, and with its length where it has one. Keys keep
/// their order, because it has a meaning: the first row, the first grade.
fn feed(hasher: &mut Sha256, part: &Written) {
    match part {
        Written::Flag(value) => hasher.update([b'f', u8::from(*value)]),
        Written::Number(value) => text(hasher, b'n', &value.to_string()),
        Written::Text(value) => text(hasher, b't', value),
        Written::Rule(rule) => text(hasher, b'r', &normalised(rule)),
        Written::List(items) => {
            begin(hasher, b'l', items.len());
            items.iter().for_each(|item| feed(hasher, item));
        }
        Written::Map(entries) => {
            begin(hasher, b'm', entries.len());
            for (key, value) in entries {
                text(hasher, b'k', key);
                feed(hasher, value);
            }
        }
    }
}

fn begin(hasher: &mut Sha256, kind: u8, length: usize) {
    hasher.update([kind]);
    hasher.update((length as u64).to_be_bytes());
}

fn text(hasher: &mut Sha256, kind: u8, text: &str) {
    begin(hasher, kind, text.len());
    hasher.update(text);
}

/// The joined document with the rows of CSV files instead of their paths: it does not matter where rows are kept.
fn with_rows(resolved: &Resolved, sources: &Sources) -> FileDoc {
    let mut file = resolved.file.clone();
    let mut tables = Entries::default();
    for (name, table) in file.tables.iter() {
        let rows = match &table.rows {
            RowsDoc::File(path) => resolved.tables.get(&path.span).map(|id| csv_rows(sources, *id)),
            RowsDoc::Here(_) => None,
        };
        let table = TableDoc { rows: rows.map_or_else(|| table.rows.clone(), RowsDoc::Here), ..table.clone() };
        tables.push(name.clone(), table);
    }
    file.tables = tables;
    file
}

/// The rows of a CSV file without its notes, empty lines and empty cells.
fn csv_rows(sources: &Sources, id: SourceId) -> Vec<RowDoc> {
    let mut lines = sources.get(id).map(|source| csv_lines(source.text())).unwrap_or_default().into_iter();
    let names: Vec<Option<ColumnId>> = lines.next().unwrap_or_default().iter().map(|cell| ColumnId::parse(cell.text.trim()).ok()).collect();
    let span = Span::start_of(id);
    let row = |line: Vec<CsvCell>| {
        let mut cells = Entries::default();
        for (name, cell) in names.iter().zip(&line) {
            let text = cell.text.trim();
            if let (Some(name), false) = (name, matches!(text, "" | "-")) {
                cells.push(Spanned::new(name.clone(), span), Spanned::new(Arc::from(text), span));
            }
        }
        RowDoc { cells, span }
    };
    lines.filter(|line| line.iter().any(|cell| !cell.text.trim().is_empty())).map(row).collect()
}

#[cfg(test)]
mod tests;
