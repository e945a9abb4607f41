//! Findings about records: what could not be read, what is missing, and where in the record.
//!
//! It must not stop anything: a record with findings goes on, with the fields they name missing.

use super::{Field, Object, Value};
use crate::diagnostic::Code;
use crate::names::{FieldName, FieldPath};

/// A finding about one field, before it is known from which line of which source the record came.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct FieldFinding {
    /// What kind of finding it is.
    pub code: Code,
    /// The field, such as `orders[2].amount`; `None` for the record as a whole.
    pub path: Option<FieldPath>,
    /// The value as the source wrote it, shortened where it is long.
    pub value: Option<String>,
    /// What is wrong, in one line.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
}

/// A finding about a record: it names where, and the record goes on with that field missing.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct RecordFinding {
    /// What kind of finding it is.
    pub code: Code,
    /// The line of the source, counted from 1.
    pub line: Option<u64>,
    /// The column or field path as the source names it.
    pub column: Option<String>,
    /// The value as the source wrote it, shortened where it is long.
    pub value: Option<String>,
    /// What is wrong, in one line.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
}

/// Adds a finding for every required field without a value.
///
/// A field that `findings` already name is left out: a value that could not be read is one mistake, not two. The required fields of
/// a nested object are asked for only once the record says something about that object.
pub fn check_required(object: &Object, findings: &mut Vec<FieldFinding>) {
    let mut missing = Vec::new();
    check_object(object, &mut Vec::new(), findings, &mut missing);
    findings.append(&mut missing);
}

impl FieldFinding {
    /// Gives the finding its place in a source; a column that the source names in its own words replaces the path.
    #[must_use]
    pub fn at(self, line: Option<u64>, column: Option<String>) -> RecordFinding {
        let column = column.or_else(|| self.path.map(|path| path.to_string()));
        RecordFinding { code: self.code, line, column, value: self.value, message: self.message, help: self.help }
    }
}

/// A text as messages show it: in backticks, on one line, not longer than a glance.
pub(super) fn quoted(text: &str) -> String {
    format!("`{}`", shortened(text, 60))
}

/// The first characters of a text, with an ellipsis where some were left out.
pub(super) fn shortened(text: &str, length: usize) -> String {
    let mut characters = text.chars().map(|character| if character.is_control() { ' ' } else { character });
    let mut short: String = characters.by_ref().take(length).collect();
    if characters.next().is_some() {
        short.push('…');
    }
    short
}

fn check_object(object: &Object, steps: &mut Vec<String>, known: &[FieldFinding], missing: &mut Vec<FieldFinding>) {
    for (slot, (name, field)) in object.object_type().iter().enumerate() {
        steps.push(name.to_string());
        check_field(name, field, object.at(slot), steps, known, missing);
        steps.pop();
    }
}

fn check_field(
    name: &FieldName,
    field: &Field,
    value: Option<&Value>,
    steps: &mut Vec<String>,
    known: &[FieldFinding],
    missing: &mut Vec<FieldFinding>,
) {
    match value {
        Some(Value::Object(inner)) if !inner.is_blank() => check_object(inner, steps, known, missing),
        Some(Value::List(items)) => {
            for (index, item) in items.iter().enumerate() {
                if let Value::Object(inner) = item {
                    steps.pop();
                    steps.push(format!("{name}[{index}]"));
                    check_object(inner, steps, known, missing);
                }
            }
        }
        None | Some(Value::Object(_)) if field.required => {
            let path = steps.join(".");
            if !known.iter().any(|finding| is_about(finding, &path)) {
                missing.push(FieldFinding {
                    code: Code::MissingRecordValue,
                    path: Some(FieldPath::from_text(&path)),
                    value: None,
                    message: format!("`{path}` is required, but has no value"),
                    help: None,
                });
            }
        }
        _ => {}
    }
}

/// Whether a finding is about this field or about something inside it.
fn is_about(finding: &FieldFinding, path: &str) -> bool {
    let Some(found) = &finding.path else { return false };
    found.as_str().strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
}
