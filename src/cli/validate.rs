//! `tollgate validate`: all findings about workflows and what they use.
//!
//! It must not check anything itself; `catalog` and `workflow` do.

use super::io::{CommandError, Exit, Io};
use super::render::{self, Style};
use crate::catalog::{check, load};
use crate::diagnostic::{Diagnostics, Severity};
use crate::source::Sources;
use clap::{Args, ValueEnum};
use std::path::PathBuf;

/// What to check.
#[derive(Debug, Args)]
pub struct Validate {
    /// Files and folders; the folder `workflows`, or else the current one, without any
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// How to print findings
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
    /// What makes the exit code 1
    #[arg(long, value_enum, default_value_t = FailOn::Error, value_name = "SEVERITY")]
    fail_on: FailOn,
}

/// How findings are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// For people
    Human,
    /// One JSON document
    Json,
    /// A SARIF 2.1.0 log, for code scanning
    Sarif,
    /// Workflow commands, for annotations on GitHub
    Github,
}

/// What makes a run fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum FailOn {
    /// Errors
    Error,
    /// Errors and warnings
    Warning,
}

/// Checks files and prints the findings.
pub(super) fn run(args: &Validate, io: &mut Io<'_>) -> Result<Exit, CommandError> {
    let paths = if args.paths.is_empty() { vec![default_folder()] } else { args.paths.clone() };
    let catalog = load(&paths)?;
    if catalog.workflows.is_empty() && catalog.mappings.is_empty() && catalog.fragments.is_empty() && catalog.diagnostics.is_empty() {
        let path = paths.into_iter().next().unwrap_or_default();
        return Err(crate::catalog::CatalogError::NoWorkflow { path }.into());
    }
    let checked = check(&catalog);
    print(&checked.diagnostics, &catalog.sources, args.format, io)?;
    if checked.diagnostics.is_empty() && args.format == Format::Human {
        writeln!(io.err, "{} checked, nothing to report", counted(checked.workflows.len(), catalog.mappings.len()))?;
        if checked.workflows.is_empty() && !catalog.mappings.is_empty() {
            writeln!(io.err, "name a workflow as well to hold the fields of a mapping against its records")?;
        }
    }
    Ok(exit(&checked.diagnostics, args.fail_on))
}

/// `2 workflows`, `1 mapping`, `2 workflows and 1 mapping`.
fn counted(workflows: usize, mappings: usize) -> String {
    let many = |count: usize, what: &str| format!("{count} {what}{}", if count == 1 { "" } else { "s" });
    match (workflows, mappings) {
        (_, 0) => many(workflows, "workflow"),
        (0, _) => many(mappings, "mapping"),
        _ => format!("{} and {}", many(workflows, "workflow"), many(mappings, "mapping")),
    }
}

/// Prints findings in a format.
pub(super) fn print(diagnostics: &Diagnostics, sources: &Sources, format: Format, io: &mut Io<'_>) -> Result<(), CommandError> {
    let text = match format {
        Format::Human => {
            let style = Style { color: io.colour && io.out_is_terminal, unicode: io.out_is_terminal, width: io.width };
            render::human(diagnostics, sources, &style)
        }
        Format::Json => render::json(diagnostics, sources),
        Format::Sarif => render::sarif(diagnostics, sources),
        Format::Github => render::github(diagnostics, sources),
    };
    io.out.write_all(text.as_bytes())?;
    Ok(())
}

fn exit(diagnostics: &Diagnostics, fail_on: FailOn) -> Exit {
    let least = if fail_on == FailOn::Error { Severity::Error } else { Severity::Warning };
    if diagnostics.iter().any(|diagnostic| diagnostic.severity >= least) { Exit::Findings } else { Exit::Clean }
}

/// `workflows` where there is such a folder, else the current folder.
fn default_folder() -> PathBuf {
    let folder = PathBuf::from("workflows");
    if folder.is_dir() { folder } else { PathBuf::from(".") }
}
