//! The event log as CSV, one activity on a line, as spreadsheets and most mining tools import it.
//!
//! It must not quote by hand.

use super::row::Row;
use chrono::SecondsFormat;
use std::io;

/// The columns.
pub const HEAD: [&str; 8] = ["case", "workflow", "activity", "resource", "timestamp", "lifecycle", "outcome", "stage"];

/// The names of the columns as a line, with its end.
///
/// # Errors
/// None that a text in memory can have.
pub fn head() -> io::Result<String> {
    record(&HEAD)
}

/// An activity as a line, with its end.
///
/// # Errors
/// None that a text in memory can have.
pub fn line(row: &Row) -> io::Result<String> {
    record(&[
        row.case.as_str(),
        row.workflow.as_str(),
        &row.activity,
        row.resource.as_ref().map_or("", |user| user.as_str()),
        &row.at.to_rfc3339_opts(SecondsFormat::AutoSi, true),
        row.lifecycle,
        row.outcome.as_deref().unwrap_or(""),
        &row.stage,
    ])
}

fn record(cells: &[&str; 8]) -> io::Result<String> {
    let mut writer = csv::WriterBuilder::new().buffer_capacity(1 << 8).from_writer(Vec::new());
    writer.write_record(cells)?;
    let bytes = writer.into_inner().map_err(|error| io::Error::other(error.to_string()))?;
    String::from_utf8(bytes).map_err(io::Error::other)
}
