//! `tollgate show --reads`: which rule reads which field, and the other way round.
//!
//! It must not find out what is read; the workflow does.

use super::super::io::{CommandError, Exit, Io};
use super::Format;
use crate::diagnostic::did_you_mean;
use crate::source::Sources;
use crate::workflow::{RulePlace, Workflow};
use serde::Serialize;

/// A place with what it reads, as it is printed.
#[derive(Serialize)]
struct Line<'a> {
    place: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rule: Option<&'a str>,
    reads: Vec<String>,
}

/// Prints the places that read something; of one field, those that read it.
pub(super) fn run(
    workflow: &Workflow,
    sources: &Sources,
    field: Option<&str>,
    format: Format,
    io: &mut Io<'_>,
) -> Result<Exit, CommandError> {
    let record = workflow.record().name().as_str();
    let places = workflow.rule_places();
    let wanted = field.map(|field| known(field, &places, workflow)).transpose()?;
    let lines: Vec<Line<'_>> = places
        .iter()
        .filter_map(|place| {
            let reads: Vec<String> = place.reads.iter().map(|field| field.written(record)).collect();
            let shown = wanted.as_ref().map_or(!reads.is_empty(), |wanted| reads.iter().any(|read| is_within(read, wanted)));
            shown.then(|| line(place, reads, workflow, sources))
        })
        .collect();
    match format {
        Format::Json => writeln!(io.out, "{}", serde_json::to_string_pretty(&lines).map_err(std::io::Error::from)?)?,
        Format::Jsonl => {
            for line in &lines {
                writeln!(io.out, "{}", serde_json::to_string(line).map_err(std::io::Error::from)?)?;
            }
        }
        _ => human(&lines, io)?,
    }
    Ok(Exit::Clean)
}

fn line<'a>(place: &'a RulePlace, reads: Vec<String>, workflow: &'a Workflow, sources: &'a Sources) -> Line<'a> {
    let span = place.rule.and_then(|rule| workflow.rules().rule_span(rule));
    Line {
        place: &place.words,
        file: span.map(|span| sources.path(span.source)),
        line: span.map(|span| sources.position(span).line as usize),
        rule: place.rule.map(|rule| workflow.rules().rule_text(rule)),
        reads,
    }
}

/// A field by its path with or without the record's name; one that nothing reads must exist at least.
fn known(field: &str, places: &[RulePlace], workflow: &Workflow) -> Result<String, CommandError> {
    let record = workflow.record().name().as_str();
    let read: Vec<String> = places.iter().flat_map(|place| &place.reads).map(|field| field.written(record)).collect();
    let own = field.strip_prefix("record.").or_else(|| field.strip_prefix(record).and_then(|rest| rest.strip_prefix('.'))).unwrap_or(field);
    let written = format!("{record}.{own}");
    if workflow.record().field(own).is_some() {
        return Ok(written);
    }
    if read.iter().any(|read| is_within(read, field)) {
        return Ok(field.to_owned());
    }
    let leaves = workflow.record().leaves();
    let names = leaves.iter().map(|leaf| leaf.as_str()).chain(read.iter().map(String::as_str));
    let help = did_you_mean(own, names).map(|help| format!("; {help}")).unwrap_or_default();
    Err(CommandError::Message(format!("there is no field `{field}`{help}")))
}

/// Whether a field is the one that is meant, or lies inside of it.
fn is_within(read: &str, wanted: &str) -> bool {
    read == wanted || read.strip_prefix(wanted).is_some_and(|rest| rest.starts_with(['.', '[']))
}

/// Places on the left, fields on the right, broken where the terminal ends.
fn human(lines: &[Line<'_>], io: &mut Io<'_>) -> Result<(), CommandError> {
    let longest = lines.iter().map(|line| line.place.chars().count()).max().unwrap_or(0);
    let left = longest.min(io.width / 2);
    let room = io.width.saturating_sub(left + 2).max(20);
    for line in lines {
        let mut rows = wrapped(&line.reads, room).into_iter();
        let first = rows.next().unwrap_or_default();
        if line.place.chars().count() > left {
            writeln!(io.out, "{}", line.place)?;
            writeln!(io.out, "{:left$}  {first}", "")?;
        } else {
            writeln!(io.out, "{:left$}  {first}", line.place)?;
        }
        for row in rows {
            writeln!(io.out, "{:left$}  {row}", "")?;
        }
    }
    Ok(())
}

/// Fields one after the other, on as many rows as they need.
fn wrapped(fields: &[String], room: usize) -> Vec<String> {
    let mut rows: Vec<String> = Vec::new();
    for (index, field) in fields.iter().enumerate() {
        let text = if index + 1 < fields.len() { format!("{field},") } else { field.clone() };
        match rows.last_mut() {
            Some(row) if row.chars().count() + 1 + text.chars().count() <= room => {
                row.push(' ');
                row.push_str(&text);
            }
            _ => rows.push(text),
        }
    }
    rows
}
