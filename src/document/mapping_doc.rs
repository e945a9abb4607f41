//! A mapping as written: which columns of an export become which fields of a record.
//!
//! It must not read records; `ingest` does, by what a mapping says.

use super::file_doc::version;
use super::reader::{Entries, Reader};
use super::rule::Title;
use super::yaml::{Node, NodeKind, parse_yaml};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, did_you_mean};
use crate::names::{FieldPath, RecordName};
use crate::record::{Field, FieldType, Reading, RecordType, value_from_text};
use crate::source::{SourceId, Sources, Spanned};
use chrono_tz::Tz;
use std::sync::Arc;

/// A mapping.
#[derive(Debug, Clone)]
pub struct MappingDoc {
    /// Its name, such as `maven-crm`.
    pub mapping: Spanned<Arc<str>>,
    /// For people.
    pub title: Title,
    /// The record type that is read.
    pub record: Spanned<RecordName>,
    /// The column that identifies a record, where no field does.
    pub key: Option<Spanned<Arc<str>>>,
    /// Texts that mean a missing value in every column, beside the empty text.
    pub nulls: Vec<Spanned<Arc<str>>>,
    /// In which formats, besides ISO, days are written.
    pub dates: Vec<Spanned<Arc<str>>>,
    /// In which formats, besides ISO, moments are written.
    pub datetimes: Vec<Spanned<Arc<str>>>,
    /// The zone of moments that are written without an offset.
    pub zone: Option<Spanned<Arc<str>>>,
    /// The decimal mark of numbers in texts.
    pub decimal: Option<Spanned<DecimalMark>>,
    /// What stands between the values of a list in one text.
    pub list: Option<Spanned<char>>,
    /// Where each field comes from, by its path.
    pub fields: Entries<FieldPath, SourceDoc>,
    /// Where the stages of the case come from.
    pub stage: Option<SourceDoc>,
    /// Where the moment comes from since which the case is in its stages.
    pub since: Option<SourceDoc>,
    /// Where the moment comes from since which the case lies before its gate.
    pub submitted: Option<SourceDoc>,
    /// Where the deliverables come from that are there.
    pub deliverables: Option<SourceDoc>,
    /// Where the obligations come from that are open.
    pub obligations: Option<SourceDoc>,
    /// Columns that are left out on purpose.
    pub ignore: Vec<Spanned<Arc<str>>>,
}

/// Where a value comes from.
#[derive(Debug, Clone)]
pub enum SourceDoc {
    /// A column, or in JSON a path with dots.
    Column(ColumnDoc),
    /// The same text for every record, read in the usual way whatever the mapping says about dates and decimal marks.
    Constant(Spanned<Arc<str>>),
}

/// A column and what its texts mean.
#[derive(Debug, Clone)]
pub struct ColumnDoc {
    /// The name of the column.
    pub column: Spanned<Arc<str>>,
    /// Our texts for texts of the source.
    pub values: Vec<ValueDoc>,
    /// What becomes of a text that `values` does not list.
    pub others: Others,
    /// Texts that mean a missing value in this column, beside those of the whole mapping.
    pub nulls: Vec<Spanned<Arc<str>>>,
}

/// A text of the source and ours for it.
#[derive(Debug, Clone)]
pub struct ValueDoc {
    /// What the source writes.
    pub theirs: Spanned<Arc<str>>,
    /// What is read instead; an empty text means a missing value.
    pub ours: Spanned<Arc<str>>,
}

/// What becomes of a text that a map of values does not list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Others {
    /// It is read as it is.
    #[default]
    Keep,
    /// It is a finding.
    Refuse,
    /// It counts as missing.
    Missing,
}

/// The decimal mark of numbers in texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DecimalMark {
    /// As in `12.5`.
    Point,
    /// As in `12,5`.
    Comma,
}

impl MappingDoc {
    /// Reads a source. What cannot be read is reported; `None` where too little is left for a mapping.
    pub fn read_source(sources: &Sources, id: SourceId, diagnostics: &mut Diagnostics) -> Option<Self> {
        let node = parse_yaml(sources, id, diagnostics)?;
        Self::read(&mut Reader { sources, diagnostics }, &node)
    }

    pub(crate) fn read(reader: &mut Reader<'_>, node: &Node) -> Option<Self> {
        let mut keys = reader.keys(node, "a mapping")?;
        let written = keys.version(reader, true);
        version(reader, written);
        let mapping = keys.required(reader, "mapping").and_then(|node| reader.text(node, "the name of a mapping"));
        let record = keys.required(reader, "record").and_then(|node| reader.name(node, "a record type", RecordName::parse));
        let title = keys.optional("title").map(|node| Title::read(reader, node)).unwrap_or_default();
        let key = keys.optional("key").and_then(|node| reader.text(node, "a column"));
        let nulls = keys.optional("nulls").map(|node| texts(reader, node, "a text that means a missing value")).unwrap_or_default();
        let dates = keys.optional("dates").map(|node| texts(reader, node, "a date format")).unwrap_or_default();
        let datetimes = keys.optional("datetimes").map(|node| texts(reader, node, "a date format")).unwrap_or_default();
        let zone = keys.optional("zone").and_then(|node| reader.text(node, "a time zone"));
        let decimal = keys.optional("decimal").and_then(|node| decimal_mark(reader, node));
        let list = keys.optional("list").and_then(|node| separator(reader, node));
        let fields = keys.required(reader, "fields").map(|node| fields(reader, node)).unwrap_or_default();
        let stage = keys.optional("stage").and_then(|node| SourceDoc::read(reader, node));
        let since = keys.optional("since").and_then(|node| SourceDoc::read(reader, node));
        let submitted = keys.optional("submitted").and_then(|node| SourceDoc::read(reader, node));
        let deliverables = keys.optional("deliverables").and_then(|node| SourceDoc::read(reader, node));
        let obligations = keys.optional("obligations").and_then(|node| SourceDoc::read(reader, node));
        let ignore = keys.optional("ignore").map(|node| texts(reader, node, "a column")).unwrap_or_default();
        reader.finish(keys);
        let (mapping, record) = (mapping?, record?);
        Some(Self {
            mapping,
            title,
            record,
            key,
            nulls,
            dates,
            datetimes,
            zone,
            decimal,
            list,
            fields,
            stage,
            since,
            submitted,
            deliverables,
            obligations,
            ignore,
        })
    }

    /// Reports what does not fit the record type: unknown fields, values that no field takes, and formats that are none.
    pub fn check(&self, record: &RecordType, diagnostics: &mut Diagnostics) {
        if self.record.value != *record.name() {
            let message = format!("the mapping is for records of type `{}`, and these are of type `{}`", self.record.value, record.name());
            diagnostics.push(Diagnostic::new(Code::UnknownRecord, self.record.span, message));
            return;
        }
        for (path, source) in self.fields.iter() {
            match record.field(path.value.as_str()) {
                Some(field) => check_source(source, field, diagnostics),
                None => {
                    let leaves = record.leaves();
                    let help = did_you_mean(path.value.as_str(), leaves.iter().map(FieldPath::as_str));
                    let message = format!("`{}` has no field `{}`", record.name(), path.value);
                    diagnostics.push(Diagnostic::new(Code::UnknownField, path.span, message).maybe_help(help));
                }
            }
        }
        self.check_reading(diagnostics);
        self.check_ignored(diagnostics);
    }

    fn check_reading(&self, diagnostics: &mut Diagnostics) {
        for format in self.dates.iter().chain(&self.datetimes).filter(|format| !Reading::is_format(&format.value)) {
            let message = format!("`{}` is not a date format", format.value);
            let help = "`%Y` is the year, `%y` its last two digits, `%m` the month, `%d` the day, `%H:%M` the time, as in `%d.%m.%Y`";
            diagnostics.push(Diagnostic::new(Code::InvalidValue, format.span, message).help(help));
        }
        if let Some(zone) = self.zone.as_ref().filter(|zone| zone.value.parse::<Tz>().is_err()) {
            let help = did_you_mean(&zone.value, chrono_tz::TZ_VARIANTS.iter().map(|zone| zone.name()))
                .unwrap_or_else(|| "time zones are written like `Asia/Shanghai` or `UTC`".to_owned());
            let message = format!("there is no time zone `{}`", zone.value);
            diagnostics.push(Diagnostic::new(Code::InvalidValue, zone.span, message).help(help));
        }
    }

    fn check_ignored(&self, diagnostics: &mut Diagnostics) {
        let used = self.columns().chain(&self.key);
        for column in used.filter(|column| self.ignore.iter().any(|ignored| ignored.value == column.value)) {
            let ignored = self.ignore.iter().find(|ignored| ignored.value == column.value).map_or(column.span, |ignored| ignored.span);
            let message = format!("the column `{}` is ignored here, but used as well", column.value);
            diagnostics.push(Diagnostic::new(Code::NoEffect, ignored, message).related(column.span, "used here"));
        }
    }

    /// Every column that a field or the case is read from.
    fn columns(&self) -> impl Iterator<Item = &Spanned<Arc<str>>> {
        self.sources().filter_map(|source| match source {
            SourceDoc::Column(column) => Some(&column.column),
            SourceDoc::Constant(_) => None,
        })
    }

    /// Every source of a value: those of the fields, then those of the case.
    pub fn sources(&self) -> impl Iterator<Item = &SourceDoc> {
        self.fields.iter().map(|(_, source)| source).chain(self.case_sources().into_iter().flatten())
    }

    /// Where the parts of the case come from: stage, since, submitted, deliverables, obligations.
    pub(crate) fn case_sources(&self) -> [Option<&SourceDoc>; 5] {
        [&self.stage, &self.since, &self.submitted, &self.deliverables, &self.obligations].map(Option::as_ref)
    }
}

impl SourceDoc {
    fn read(reader: &mut Reader<'_>, node: &Node) -> Option<Self> {
        if !matches!(node.kind, NodeKind::Map(_)) {
            let column = reader.text(node, "a column")?;
            return Some(Self::Column(ColumnDoc { column, values: Vec::new(), others: Others::Keep, nulls: Vec::new() }));
        }
        let mut keys = reader.keys(node, "the source of a field")?;
        let constant = keys.optional("value");
        let column = if constant.is_some() { keys.optional("column") } else { keys.required(reader, "column") };
        let values = keys.optional("values").map(|node| values(reader, node)).unwrap_or_default();
        let others = keys.optional("others").and_then(|node| others(reader, node)).unwrap_or_default();
        let nulls = keys.optional("nulls").map(|node| texts(reader, node, "a text that means a missing value")).unwrap_or_default();
        for key in ["column", "values", "others", "nulls"] {
            keys.conflict(reader, "value", key);
        }
        reader.finish(keys);
        if let Some(node) = constant {
            return reader.text(node, "a value").map(Self::Constant);
        }
        let column = reader.text(column?, "a column")?;
        Some(Self::Column(ColumnDoc { column, values, others, nulls }))
    }
}

/// Holds the texts that the mapping itself writes against the field that takes them.
fn check_source(source: &SourceDoc, field: &Field, diagnostics: &mut Diagnostics) {
    let written: Vec<&Spanned<Arc<str>>> = match source {
        SourceDoc::Constant(text) => vec![text],
        SourceDoc::Column(column) => column.values.iter().map(|value| &value.ours).collect(),
    };
    for text in written {
        if let Err(error) = value_from_text(&text.value, field, &Reading::default()) {
            let code = if closed_set(&field.field_type) { Code::UnknownValue } else { Code::InvalidValue };
            diagnostics.push(Diagnostic::new(code, text.span, error.message).maybe_help(error.help));
        }
    }
}

fn closed_set(field_type: &FieldType) -> bool {
    match field_type {
        FieldType::Enum(_) => true,
        FieldType::List(inner) => closed_set(inner),
        _ => false,
    }
}

fn texts(reader: &mut Reader<'_>, node: &Node, what: &str) -> Vec<Spanned<Arc<str>>> {
    reader.list(node, |reader, node| reader.text(node, what))
}

fn fields(reader: &mut Reader<'_>, node: &Node) -> Entries<FieldPath, SourceDoc> {
    reader.entries(node, "a field", FieldPath::parse, |reader, _, node| SourceDoc::read(reader, node))
}

fn values(reader: &mut Reader<'_>, node: &Node) -> Vec<ValueDoc> {
    let NodeKind::Map(entries) = &node.kind else {
        let message = format!("`values` must be a map from texts of the source to texts of the record, not {}", node.describe());
        reader.report(Code::WrongShape, node.span, message, None);
        return Vec::new();
    };
    let ours = |reader: &mut Reader<'_>, node: &Node| match node.is_null() {
        true => Some(Spanned::new(Arc::from(""), node.span)),
        false => reader.text(node, "a value"),
    };
    entries.iter().filter_map(|entry| Some(ValueDoc { theirs: entry.key.clone(), ours: ours(reader, &entry.value)? })).collect()
}

fn others(reader: &mut Reader<'_>, node: &Node) -> Option<Others> {
    let read = reader.parsed(node, "`others`", |text| match text {
        "keep" => Ok(Others::Keep),
        "refuse" => Ok(Others::Refuse),
        "missing" => Ok(Others::Missing),
        _ => Err(format!("`others` is `keep`, `refuse` or `missing`, not `{text}`")),
    });
    read.map(|others| others.value)
}

fn decimal_mark(reader: &mut Reader<'_>, node: &Node) -> Option<Spanned<DecimalMark>> {
    reader.parsed(node, "`decimal`", |text| match text {
        "comma" | "," => Ok(DecimalMark::Comma),
        "point" | "." => Ok(DecimalMark::Point),
        _ => Err(format!("`decimal` is `comma` or `point`, not `{text}`")),
    })
}

fn separator(reader: &mut Reader<'_>, node: &Node) -> Option<Spanned<char>> {
    reader.parsed(node, "`list`", |text| {
        let mut characters = text.chars();
        match (characters.next(), characters.next()) {
            (Some(separator), None) => Ok(separator),
            _ => Err(format!("`list` is the one character between the values of a list, not `{text}`")),
        }
    })
}
