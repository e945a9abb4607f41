//! `tollgate audit export`: the event log in the forms of other tools.
//!
//! It must not know what a form looks like; `export` does. A file is there whole or not at all.

use super::case::{StoreFile, name};
use super::io::{CommandError, Exit, Io};
use crate::export::{ExportError, Exported, Form};
use crate::names::WorkflowId;
use crate::service::Service;
use clap::{Args, ValueEnum};
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

/// What to export, and where to.
#[derive(Debug, Args)]
pub(super) struct Export {
    /// The form
    #[arg(long, value_enum)]
    format: LogFormat,
    /// Cases of one workflow
    #[arg(long, value_name = "WORKFLOW", value_parser = name(WorkflowId::parse))]
    workflow: Option<WorkflowId>,
    /// The file to write, also over one that is there; standard output, without it
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    #[command(flatten)]
    at: StoreFile,
}

/// The forms of an event log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum LogFormat {
    /// JSON Lines: every event whole
    Jsonl,
    /// CSV: one activity on a line
    Csv,
    /// XES (IEEE 1849): one trace for each case
    Xes,
    /// OCEL 2.0 as JSON: cases and people as objects
    Ocel,
}

/// Writes the log.
pub(super) fn run(args: &Export, io: &mut Io<'_>) -> Result<Exit, CommandError> {
    let store = args.at.open(false)?;
    let (service, workflow) = (Service::new(&store), args.workflow.as_ref());
    let log = Exported { service: &service, workflow, interrupted: io.interrupted };
    let form = match args.format {
        LogFormat::Jsonl => Form::Jsonl,
        LogFormat::Csv => Form::Csv,
        LogFormat::Xes => Form::Xes,
        LogFormat::Ocel => Form::Ocel,
    };
    let failed = |error: ExportError| match error {
        ExportError::Write(error) => CommandError::Write(error),
        error => CommandError::Message(error.to_string()),
    };
    let tally = match &args.output {
        None => log.write(form, &mut *io.out).map_err(failed)?,
        Some(path) => into_file(path, |out| log.write(form, out).map_err(failed))?,
    };
    if !io.quiet {
        writeln!(io.err, "exported {tally}")?;
    }
    Ok(Exit::Clean)
}

/// Writes a file beside the one that is wanted, and puts it in its place once it is whole.
fn into_file<T>(path: &Path, write: impl FnOnce(&mut dyn Write) -> Result<T, CommandError>) -> Result<T, CommandError> {
    let told = |error: std::io::Error| CommandError::Message(format!("cannot write `{}`: {error}", path.display()));
    let mut part = path.as_os_str().to_owned();
    part.push(".part");
    let part = PathBuf::from(part);
    let mut out = BufWriter::new(File::create(&part).map_err(told)?);
    let written = write(&mut out).and_then(|written| {
        out.flush().map_err(told)?;
        fs::rename(&part, path).map_err(told)?;
        Ok(written)
    });
    if written.is_err() {
        // What is wrong has been said; a part that cannot even be removed changes nothing about it.
        let _ = fs::remove_file(&part);
    }
    written
}
