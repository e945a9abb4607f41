//! A record while it is read: the values so far, and what was found on the way.
//!
//! It must not judge; whoever finishes the draft asks for required fields and keys.

use super::case::CaseFields;
use crate::diagnostic::Code;
use crate::names::FieldPath;
use crate::record::{FieldFinding, Object, RecordFinding, ValueError};

/// A record in the making.
#[derive(Debug, Clone)]
pub(super) struct Draft {
    pub(super) object: Object,
    pub(super) case: CaseFields,
    /// The key, where a column gives it.
    pub(super) key: Option<String>,
    /// Findings by the paths of fields.
    pub(super) findings: Vec<FieldFinding>,
    /// Findings that already have their place in the source.
    pub(super) others: Vec<RecordFinding>,
}

impl Draft {
    /// What cannot be read is missing from then on, and a finding says why.
    pub(super) fn refuse(&mut self, path: &FieldPath, value: &str, error: ValueError) {
        self.findings.push(FieldFinding {
            code: Code::InvalidRecordValue,
            path: Some(path.clone()),
            value: Some(super::finding::shown(value)),
            message: error.message,
            help: error.help,
        });
    }
}
