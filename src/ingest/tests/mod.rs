//! Tests of reading records, from the bytes of a source to typed values and findings.
//!
//! It must not test how single values are read; `record` does.

mod csv;
#[cfg(feature = "xlsx")]
mod excel;
mod flat;
mod mapping;
mod shared;
mod trees;

use super::*;
use crate::diagnostic::Diagnostics;
use crate::document::MappingDoc;
use crate::names::{FieldName, RecordName};
use crate::record::{Field, FieldType, ObjectType, RecordFinding, RecordType};
use crate::source::Sources;
use std::io::Cursor;
use std::sync::Arc;

/// Fields from names and types.
fn fields<const N: usize>(fields: [(&str, Field); N]) -> ObjectType {
    ObjectType::new(fields.into_iter().map(|(name, field)| (FieldName::parse(name).unwrap(), field)).collect())
}

fn required(field_type: FieldType) -> Field {
    Field { required: true, ..Field::new(field_type) }
}

fn one_of<const N: usize>(values: [&str; N]) -> FieldType {
    FieldType::Enum(values.into_iter().map(Arc::from).collect())
}

fn record_type(name: &str, key: Option<&str>, fields: ObjectType) -> Arc<RecordType> {
    Arc::new(RecordType::new(RecordName::parse(name).unwrap(), key.map(|key| FieldName::parse(key).unwrap()), fields))
}

fn order() -> Arc<RecordType> {
    record_type("order", None, fields([("number", required(FieldType::Text)), ("amount", Field::new(FieldType::Decimal))]))
}

/// A deal with a field of every kind that matters here.
fn deal() -> Arc<RecordType> {
    let risk = fields([("legal", Field::new(FieldType::Int)), ("solution", Field::new(FieldType::Int))]);
    let orders = FieldType::Children(RecordName::parse("order").unwrap());
    let fields = fields([
        ("id", required(FieldType::Text)),
        ("amount", Field::new(FieldType::Decimal)),
        ("origin", Field::new(one_of(["lead", "direct"]))),
        ("due", Field::new(FieldType::Date)),
        ("seen", Field::new(FieldType::DateTime)),
        ("urgent", Field::new(FieldType::Bool)),
        ("tags", Field::new(FieldType::List(Arc::new(FieldType::Text)))),
        ("risk", Field::new(FieldType::Object(Arc::new(risk)))),
        ("orders", Field::new(orders)),
    ]);
    record_type("deal", Some("id"), fields)
}

fn plan() -> Plan {
    Plan::new(&deal(), [&deal(), &order()], None, chrono_tz::Tz::UTC).unwrap()
}

/// A mapping for a record type, without findings.
fn mapped(record: &Arc<RecordType>, yaml: &str) -> Plan {
    let (document, diagnostics) = mapping(yaml);
    let document = document.unwrap();
    let mut all = diagnostics;
    document.check(record, &mut all);
    assert!(all.is_empty(), "{all:?}");
    Plan::new(record, [record], Some(&document), chrono_tz::Tz::UTC).unwrap()
}

fn mapping(yaml: &str) -> (Option<MappingDoc>, Diagnostics) {
    let mut sources = Sources::new();
    let id = sources.add("mapping.yaml", yaml);
    let mut diagnostics = Diagnostics::new();
    let document = MappingDoc::read_source(&sources, id, &mut diagnostics);
    (document, diagnostics)
}

fn start(bytes: impl AsRef<[u8]>, format: Format, plan: &Plan) -> Records {
    from_reader(Cursor::new(bytes.as_ref().to_vec()), Some(format), "test", plan).unwrap()
}

fn all(records: &mut Records) -> Vec<IngestedRecord> {
    records.map(|record| record.unwrap()).collect()
}

/// A finding as one line.
fn shown(finding: &RecordFinding) -> String {
    let line = finding.line.map_or_else(|| "-".to_owned(), |line| line.to_string());
    let column = finding.column.as_deref().map(|column| format!(" [{column}]")).unwrap_or_default();
    let value = finding.value.as_deref().map(|value| format!(" <{value}>")).unwrap_or_default();
    let help = finding.help.as_deref().map(|help| format!(" ({help})")).unwrap_or_default();
    format!("{line}: {}{column}{value}: {}{help}", finding.code, finding.message)
}

/// The whole of a source as text: findings about the header, the records, what is no record, and findings at the end.
fn told(bytes: impl AsRef<[u8]>, format: Format, plan: &Plan) -> String {
    let mut records = start(bytes, format, plan);
    let mut told: Vec<String> = records.header_findings().iter().map(shown).collect();
    for record in records.by_ref() {
        match record {
            Ok(record) => {
                let key = record.key.as_deref().unwrap_or("-");
                told.push(format!("{} in line {}, key {key}: {}", record.number, record.line, record.record));
                told.extend(record.findings.iter().map(|finding| format!("  {}", shown(finding))));
            }
            Err(finding) => told.push(format!("no record: {}", shown(&finding))),
        }
    }
    told.extend(records.closing_findings().iter().map(shown));
    told.join("\n")
}
