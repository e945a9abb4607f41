//! `tollgate show`: a workflow's resolved form: its file and all fragments joined, with the scripts and CSV files that stay beside it.
//!
//! It must not change what it shows.

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
    /// What to print
    #[arg(long, value_enum, default_value_t = Format::Yaml)]
    format: Format,
}

/// What is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// The joined workflow
    Yaml,
    /// The digest alone
    Digest,
}

/// Prints the resolved form.
pub(super) fn run(args: &Show, io: &mut Io<'_>) -> Result<Exit, CommandError> {
    let Some(Loaded { sources, workflow }) = workflow(&args.workflow, io)? else { return Ok(Exit::Findings) };
    if args.format == Format::Digest {
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
