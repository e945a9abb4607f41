//! The digest of a workflow's resolved form.
//!
//! It must not depend on layout, comments, the order of files, or places.

use crate::document::{Entries, FileDoc, Resolved, RowDoc, RowsDoc, TableDoc, Writable, Written};
use crate::names::ColumnId;
use crate::script::normalised;
use crate::source::{Sources, Span, Spanned};
use crate::table::{CsvCell, csv_lines};
use sha2::{Digest as _, Sha256};
use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::{Arc, OnceLock};

/// The digest of a workflow. It is made when somebody asks for it: whoever only checks workflows, after each key, does not.
#[derive(Debug)]
pub(in crate::workflow) struct Digest {
    // The texts of CSV files, by the place that names them.
    rows: HashMap<Span, Arc<str>>,
    scripts: Vec<Arc<str>>,
    made: OnceLock<Arc<str>>,
}

impl Digest {
    pub(super) fn new(resolved: &Resolved, sources: &Sources) -> Self {
        let text = |id| sources.get(id).map(|source| source.shared_text());
        let rows = resolved.tables.iter().filter_map(|(place, id)| Some((*place, text(*id)?))).collect();
        Self { rows, scripts: resolved.scripts.iter().filter_map(|id| text(*id)).collect(), made: OnceLock::new() }
    }

    /// Lower-case hexadecimal SHA-256 over the joined documents, with the rows of CSV files in their place, and the scripts.
    pub(in crate::workflow) fn of(&self, document: &FileDoc) -> &str {
        self.made.get_or_init(|| self.make(document))
    }

    fn make(&self, document: &FileDoc) -> Arc<str> {
        let mut hasher = Sha256::new();
        feed(&mut hasher, &self.with_rows(document).written());
        let mut scripts: Vec<String> = self.scripts.iter().map(|script| normalised(script)).collect();
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

    /// The joined document with the rows of CSV files instead of their paths: it does not matter where rows are kept.
    fn with_rows(&self, document: &FileDoc) -> FileDoc {
        let mut file = document.clone();
        let mut tables = Entries::default();
        for (name, table) in file.tables.iter() {
            let rows = match &table.rows {
                RowsDoc::File(path) => self.rows.get(&path.span).map(|text| csv_rows(text, path.span)),
                RowsDoc::Here(_) => None,
            };
            let same = || Arc::clone(table);
            let with = |rows| Arc::new(TableDoc { rows: RowsDoc::Here(rows), ..TableDoc::clone(table) });
            tables.push(name.clone(), rows.map_or_else(same, with));
        }
        file.tables = tables;
        file
    }
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

/// The rows of a CSV file without its notes, empty lines and empty cells.
fn csv_rows(text: &str, span: Span) -> Vec<RowDoc> {
    let mut lines = csv_lines(text).into_iter();
    let names: Vec<Option<ColumnId>> = lines.next().unwrap_or_default().iter().map(|cell| ColumnId::parse(cell.text.trim()).ok()).collect();
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
