//! `tollgate why`: one record's verdict as a proof.
//!
//! It must not judge records that were not asked for.

use super::inputs::{Loaded, Opened, RecordArgs, records, subject, tell_columns, workflow};
use super::io::{CommandError, Exit, Io};
use super::results::{Origin, Told, line, tell};
use crate::evaluation::evaluate;
use clap::{Args, ValueEnum};
use std::path::PathBuf;

/// Which record to prove.
#[derive(Debug, Args)]
pub struct Why {
    /// The workflow's file
    #[arg(value_name = "WORKFLOW")]
    workflow: PathBuf,
    #[command(flatten)]
    input: RecordArgs,
    /// The record's key
    #[arg(long, value_name = "KEY", required_unless_present = "line")]
    key: Option<String>,
    /// The line of the file that the record begins on, where it has no key
    #[arg(long, value_name = "LINE", conflicts_with = "key")]
    line: Option<u64>,
    /// How to print the proof
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

/// How a proof is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// For people
    Human,
    /// The record's JSON line, as `dry-run` prints it
    Json,
}

/// Finds the record and prints why it stands where it stands.
pub(super) fn run(args: &Why, io: &mut Io<'_>) -> Result<Exit, CommandError> {
    let Some(Loaded { sources, workflow }) = workflow(&args.workflow, io)? else { return Ok(Exit::Findings) };
    let Some(Opened { records, columns }) = records(&args.input, &workflow, io)? else { return Ok(Exit::Findings) };
    tell_columns(records.header_findings(), &args.input.records, io)?;
    let now = args.input.now.unwrap_or(io.now);
    let mut near: Vec<String> = Vec::new();
    for ingested in records.filter_map(Result::ok) {
        let wanted = match (&args.key, args.line) {
            (Some(key), _) => ingested.key.as_ref() == Some(key),
            (None, line) => line == Some(ingested.line),
        };
        if !wanted {
            near.extend(ingested.key.filter(|_| near.len() < 10_000));
            continue;
        }
        let (key, place, ordinal) = (ingested.key.clone(), ingested.line, ingested.number);
        let (subject, findings) = subject(&workflow, ingested, &columns);
        let evaluation = evaluate(&workflow, &subject, now);
        if args.format == Format::Json {
            let origin = Origin { key: key.as_deref(), number: ordinal, line: place, findings: &findings };
            writeln!(io.out, "{}", line(&evaluation, &origin, &sources))?;
            return Ok(Exit::Clean);
        }
        let name = key.unwrap_or_else(|| super::results::Words::of(&io.language).line(place));
        let colour = io.colour && io.out_is_terminal;
        let told = Told {
            workflow: &workflow,
            sources: &sources,
            subject: &subject,
            now,
            language: &io.language,
            colour,
            evaluation: &evaluation,
        };
        io.out.write_all(tell(&told, &name).as_bytes())?;
        for finding in &findings {
            let help = finding.help.as_ref().map(|help| format!(" ({help})")).unwrap_or_default();
            writeln!(io.out, "  {} {}: {}{help}", finding.code, finding.column.as_deref().unwrap_or(""), finding.message)?;
        }
        return Ok(Exit::Clean);
    }
    let what = args.key.as_ref().map_or_else(|| format!("on line {}", args.line.unwrap_or(0)), |key| format!("with the key `{key}`"));
    let help = args.key.as_ref().and_then(|key| crate::diagnostic::suggest(key, near.iter().map(String::as_str)));
    let help = help.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
    Err(CommandError::Message(format!("there is no record {what} in `{}`{help}", args.input.records.display())))
}
