//! The records of a source, one after the other.
//!
//! It must not stop at a bad record, nor keep records that it has handed out.

use super::case::CaseFields;
use super::csv::{CsvRows, delimiter};
use super::draft::Draft;
use super::error::IngestError;
use super::finding::finding;
use super::flat::{Columns, Row, Rows};
use super::format::Format;
use super::input::{self, Meter, Metered};
use super::json::JsonLines;
use super::json_list::JsonList;
use super::keys::Keys;
use super::plan::Plan;
use super::target::Part;
use super::tree::{Shape, Trees};
use super::yaml::YamlList;
use crate::diagnostic::Code;
use crate::names::FieldPath;
use crate::record::{Object, RecordFinding, check_required};
use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::Path;
use std::sync::Arc;

/// A record with all that its source says about it.
#[derive(Debug, Clone, PartialEq)]
pub struct IngestedRecord {
    /// The place among the records of the source, from 1; what was no record at all is not counted.
    pub number: u64,
    /// The line that it begins in, from 1; in a workbook the row.
    pub line: u64,
    /// The values.
    pub record: Arc<Object>,
    /// What identifies it.
    pub key: Option<String>,
    /// What the source says about the case.
    pub case: CaseFields,
    /// What was found wrong; the fields that these findings name are missing.
    pub findings: Vec<RecordFinding>,
}

/// The records of one source. An error is a line that is no record at all; the iteration goes on after it.
pub struct Records {
    plan: Plan,
    source: Source,
    header_findings: Vec<RecordFinding>,
    keys: Keys,
    number: u64,
    meter: Meter,
    total: Option<u64>,
}

enum Source {
    Flat { rows: Box<dyn Rows>, columns: Columns, row: Row },
    Trees { trees: Box<dyn Trees>, shape: Shape },
}

/// Opens a file, whose kind its name or its first bytes say.
///
/// # Errors
/// When no record at all can be read from it.
pub fn open(path: &Path, plan: &Plan) -> Result<Records, IngestError> {
    let name = path.display().to_string();
    let file = File::open(path).map_err(|error| unreadable(&name, error))?;
    let total = file.metadata().map_err(|error| unreadable(&name, error))?.len();
    let meter = Meter::default();
    let mut reader = BufReader::with_capacity(1 << 16, Metered::new(file, &meter));
    let (head, format) = input::head(&mut reader, path).map_err(|error| unreadable(&name, error))?;
    let source = source(head, reader, format, &name, plan, &meter)?;
    Ok(Records::new(source, plan, meter, Some(total)))
}

/// Reads from standard input, a text or anything else that is not a file; without a format its first bytes say what it is.
///
/// # Errors
/// When no record at all can be read from it.
pub fn from_reader(reader: impl BufRead + Send + 'static, format: Option<Format>, name: &str, plan: &Plan) -> Result<Records, IngestError> {
    let meter = Meter::default();
    let mut reader = Metered::new(reader, &meter);
    let (head, found) = input::head(&mut reader, Path::new("")).map_err(|error| unreadable(name, error))?;
    let source = source(head, reader, format.unwrap_or(found), name, plan, &meter)?;
    Ok(Records::new(source, plan, meter, None))
}

fn unreadable(name: &str, error: io::Error) -> IngestError {
    IngestError::Unreadable { name: name.to_owned(), error }
}

/// A source from its first bytes on, and what its header shows.
fn source(
    head: Vec<u8>,
    reader: impl BufRead + Send + 'static,
    format: Format,
    name: &str,
    plan: &Plan,
    meter: &Meter,
) -> Result<(Source, Vec<RecordFinding>), IngestError> {
    if format == Format::Excel {
        return workbook(head, reader, name, plan, meter);
    }
    let delimiter = delimiter(&head);
    if format == Format::Csv && head.contains(&b'\r') && !head.contains(&b'\n') {
        return Err(IngestError::CarriageReturns { name: name.to_owned() });
    }
    let text = input::text(head, reader, name)?;
    Ok(match format {
        Format::Csv => {
            let (rows, header) = CsvRows::new(text, delimiter, name)?;
            flat(Box::new(rows), &header, plan)
        }
        Format::Json => trees(Box::new(JsonList::new(text)), plan),
        Format::Yaml => trees(Box::new(YamlList::new(text, name)?), plan),
        Format::JsonLines | Format::Excel => trees(Box::new(JsonLines::new(text)), plan),
    })
}

#[cfg(feature = "xlsx")]
fn workbook(
    head: Vec<u8>,
    reader: impl BufRead,
    name: &str,
    plan: &Plan,
    meter: &Meter,
) -> Result<(Source, Vec<RecordFinding>), IngestError> {
    let (rows, header) = super::excel::ExcelRows::new(head, reader, meter, name)?;
    Ok(flat(Box::new(rows), &header, plan))
}

#[cfg(not(feature = "xlsx"))]
fn workbook(_: Vec<u8>, _: impl BufRead, name: &str, _: &Plan, _: &Meter) -> Result<(Source, Vec<RecordFinding>), IngestError> {
    Err(IngestError::NoExcel { name: name.to_owned() })
}

fn flat(mut rows: Box<dyn Rows>, header: &Row, plan: &Plan) -> (Source, Vec<RecordFinding>) {
    let (columns, findings) = Columns::bind(header, rows.is_ragged(), plan);
    rows.knows_moments(columns.moments());
    (Source::Flat { rows, columns, row: Row::default() }, findings)
}

fn trees(trees: Box<dyn Trees>, plan: &Plan) -> (Source, Vec<RecordFinding>) {
    (Source::Trees { trees, shape: Shape::new(plan) }, Vec::new())
}

impl Records {
    fn new((source, header_findings): (Source, Vec<RecordFinding>), plan: &Plan, meter: Meter, total: Option<u64>) -> Self {
        Self { plan: plan.clone(), source, header_findings, keys: Keys::default(), number: 0, meter, total }
    }

    /// What the header shows: columns that are missing, that are there twice, and that nobody asked for.
    #[must_use]
    pub fn header_findings(&self) -> &[RecordFinding] {
        &self.header_findings
    }

    /// What only the end shows: paths of a mapping that no JSON or YAML record had. Ask after the last record.
    #[must_use]
    pub fn closing_findings(&self) -> Vec<RecordFinding> {
        match &self.source {
            Source::Trees { shape, .. } if self.number > 0 => shape.closing(&self.plan),
            _ => Vec::new(),
        }
    }

    /// How many bytes have been read, and how many there are where that is known.
    #[must_use]
    pub fn progress(&self) -> (u64, Option<u64>) {
        let bytes = self.meter.bytes();
        (self.total.map_or(bytes, |total| bytes.min(total)), self.total)
    }

    fn finish(&mut self, mut draft: Draft, line: u64) -> IngestedRecord {
        self.number += 1;
        check_required(&draft.object, &mut draft.findings);
        let key = self.key(&mut draft);
        draft.case.unread_obligation |= draft.findings.iter().filter_map(|finding| finding.path.as_ref()).any(holds_obligations);
        let mut findings = draft.others;
        findings.extend(draft.findings.into_iter().map(|finding| {
            let column = finding.path.as_ref().and_then(|path| self.plan.column_of(path));
            finding.at(Some(line), column)
        }));
        self.check_key(key.as_deref(), line, &mut findings);
        IngestedRecord { number: self.number, line, record: Arc::new(draft.object), key, case: draft.case, findings }
    }

    fn key(&self, draft: &mut Draft) -> Option<String> {
        match self.plan.key() {
            Some(place) => draft.object.path(place.path().as_str()).map(ToString::to_string),
            None => draft.key.take(),
        }
    }

    /// A key that is missing or was there before.
    fn check_key(&mut self, key: Option<&str>, line: u64, findings: &mut Vec<RecordFinding>) {
        let Some(column) = self.key_name() else { return };
        let Some(key) = key else {
            if !findings.iter().any(|finding| finding.column.as_ref() == Some(&column)) {
                let place = finding(Code::MissingRecordValue, line, "the record has no key");
                findings.push(RecordFinding { column: Some(column), ..place });
            }
            return;
        };
        if let Some(first) = self.keys.first_line(key, line) {
            let message = format!("the key `{key}` was used in line {first} already");
            let place = finding(Code::DuplicateRecordKey, line, message);
            findings.push(RecordFinding { column: Some(column), value: Some(key.to_owned()), ..place });
        }
    }

    /// The key as the source names it.
    fn key_name(&self) -> Option<String> {
        let field = self.plan.key().map(|place| self.plan.column_of(place.path()).unwrap_or_else(|| place.path().to_string()));
        field.or_else(|| self.plan.key_column().map(str::to_owned))
    }
}

impl Iterator for Records {
    type Item = Result<IngestedRecord, RecordFinding>;

    fn next(&mut self) -> Option<Self::Item> {
        let read = match &mut self.source {
            Source::Flat { rows, columns, row } => rows.next_row(row)?.map(|()| (columns.read(row, &self.plan), row.line())),
            Source::Trees { trees, shape } => trees.next_tree()?.map(|tree| {
                let line = tree.line;
                (shape.read(tree, &self.plan), line)
            }),
        };
        Some(read.map(|(draft, line)| self.finish(draft, line)))
    }
}

/// Whether a finding at a path means that something said of open obligations was not read.
fn holds_obligations(path: &FieldPath) -> bool {
    let path = path.as_str();
    path == super::case::CASE || path == Part::Obligations.path()
}
