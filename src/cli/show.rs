//! `tollgate show`: a workflow's resolved form: its file and all fragments joined, with the scripts and CSV files that stay beside it;
//! or which of its rules read which field.
//!
//! It must not change what it shows.

mod reads;

use super::inputs::{Loaded, workflow};
use super::io::{CommandError, Exit, Io};
use clap::{Args, ValueEnum};
use std::path::PathBuf;

/// What to show.
#[derive(Debug, Args)]
pub struct Show {
    /// The workflow's file
    #[arg(value_name = "WORKFLOW")]
    workflow: PathBuf,
    /// List which rule reads which field instead, also through functions, tables and scorecards
    #[arg(long)]
    reads: bool,
    /// List the rules that read this field, such as `amount` or `risk.legal`
    #[arg(long, value_name = "FIELD")]
    field: Option<String>,
    /// What to print; `yaml` of a workflow, `human` of what is read
    #[arg(long, value_enum)]
    format: Option<Format>,
}

/// What is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// The joined workflow
    Yaml,
    /// The digest alone
    Digest,
    /// What is read, for people
    Human,
    /// What is read, as one JSON document
    Json,
    /// What is read, one JSON line for each rule
    Jsonl,
}

/// Prints the resolved form.
pub(super) fn run(args: &Show, io: &mut Io<'_>) -> Result<Exit, CommandError> {
    let Some(Loaded { sources, workflow }) = workflow(&args.workflow, io)? else { return Ok(Exit::Findings) };
    let reads = args.reads || args.field.is_some();
    let format = args.format.unwrap_or(if reads { Format::Human } else { Format::Yaml });
    match (reads, format) {
        (true, Format::Human | Format::Json | Format::Jsonl) => return reads::run(&workflow, &sources, args.field.as_deref(), format, io),
        (true, Format::Yaml | Format::Digest) => {
            return Err(CommandError::Message("what is read is printed as `human`, `json` or `jsonl`".to_owned()));
        }
        (false, Format::Human | Format::Json | Format::Jsonl) => {
            return Err(CommandError::Message(
                "a workflow is printed as `yaml` or `digest`; `--reads` lists what its rules read".to_owned(),
            ));
        }
        (false, Format::Yaml | Format::Digest) => {}
    }
    if format == Format::Digest {
        writeln!(io.out, "{}", workflow.digest())?;
        return Ok(Exit::Clean);
    }
    writeln!(io.out, "# digest: {}", workflow.digest())?;
    for source in workflow.sources() {
        writeln!(io.out, "# from: {}", sources.path(*source))?;
    }
    io.out.write_all(crate::document::to_yaml(workflow.document()).as_bytes())?;
    Ok(Exit::Clean)
}
