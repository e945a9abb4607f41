//! Findings that arise before a record's fields are known.
//!
//! It must not decide what becomes of the record; whoever reads it does.

use crate::diagnostic::Code;
use crate::record::RecordFinding;

/// A finding about a line that is no sound record.
pub(super) fn malformed(line: u64, message: impl Into<String>) -> RecordFinding {
    finding(Code::MalformedRecord, line, message)
}

/// A finding about a line as a whole.
pub(super) fn finding(code: Code, line: u64, message: impl Into<String>) -> RecordFinding {
    RecordFinding { code, line: Some(line), column: None, value: None, message: message.into(), help: None }
}

/// The finding with a way out.
pub(super) fn with_help(finding: RecordFinding, help: &str) -> RecordFinding {
    RecordFinding { help: Some(help.to_owned()), ..finding }
}

/// The finding after which nothing more is read, because the source itself failed.
pub(super) fn broken_off(line: u64, error: &std::io::Error) -> RecordFinding {
    malformed(line, format!("the source cannot be read further: {error}"))
}

/// The finding for a record that is too large to be read.
pub(super) fn too_long(line: u64) -> RecordFinding {
    let limit = super::input::MAX_RECORD_BYTES / (1024 * 1024);
    malformed(line, format!("the record is larger than the {limit} MiB that are read of one"))
}

/// The beginning of a text on one line, as findings show values.
pub(super) fn shown(text: &str) -> String {
    const LENGTH: usize = 200;
    let mut characters = text.chars().map(|character| if character.is_control() { ' ' } else { character });
    let mut short: String = characters.by_ref().take(LENGTH).collect();
    if characters.next().is_some() {
        short.push('…');
    }
    short
}
