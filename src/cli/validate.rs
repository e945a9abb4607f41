//! `tollgate validate`: all findings about workflows and what they use.
//!
//! It must not check anything itself; `catalog` and `workflow` do.

use super::io::{CommandError, Exit, Io};
use super::render::{self, Style};
use crate::catalog::{Catalog, Checked, Repaired, check, load, repair, write};
use crate::diagnostic::{Diagnostics, Severity};
use crate::document::PROJECT_FILE;
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
    /// Mend what has one safe answer, in the files; print what is left
    #[arg(long)]
    fix: bool,
    /// Print what `--fix` would change, as a patch, and change nothing
    #[arg(long, conflicts_with_all = ["fix", "format"])]
    diff: bool,
    /// Check again whenever a file is saved, until interrupted
    #[arg(long, conflicts_with_all = ["fix", "diff", "fail_on"])]
    watch: bool,
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
    if args.watch {
        return super::watch::run(&paths, args.format, io);
    }
    let catalog = load(&paths)?;
    if catalog.workflows.is_empty()
        && catalog.mappings.is_empty()
        && catalog.fragments.is_empty()
        && catalog.diagnostics.is_empty()
        && !names_a_project(&paths)
    {
        let path = paths.into_iter().next().unwrap_or_default();
        return Err(crate::catalog::CatalogError::NoWorkflow { path }.into());
    }
    if args.diff {
        return diff(catalog, args.fail_on, io);
    }
    let (catalog, checked) = if args.fix {
        mended(catalog, io)?
    } else {
        let checked = check(&catalog);
        (catalog, checked)
    };
    print(&checked.diagnostics, &catalog.sources, args.format, io)?;
    if checked.diagnostics.is_empty() && args.format == Format::Human {
        let ignored = match checked.diagnostics.ignored().len() {
            0 => String::new(),
            count => format!("; {count} ignored by comments"),
        };
        writeln!(io.err, "{} checked, nothing to report{ignored}", counted(checked.workflows.len(), catalog.mappings.len()))?;
        if checked.workflows.is_empty() && !catalog.mappings.is_empty() {
            writeln!(io.err, "name a workflow as well to hold the fields of a mapping against its records")?;
        }
    }
    Ok(exit(&checked.diagnostics, args.fail_on))
}

/// Mends the files, says how much, and goes on with what is left.
fn mended(catalog: Catalog, io: &mut Io<'_>) -> Result<(Catalog, Checked), CommandError> {
    let Repaired { catalog, checked, changes, count } = repair(catalog);
    write(&changes).map_err(|error| CommandError::Message(error.to_string()))?;
    if count > 0 && !io.quiet {
        writeln!(io.err, "mended {}", in_files(count, changes.len()))?;
    }
    Ok((catalog, checked))
}

/// Prints a patch of what can be mended; the findings of the files as they are make the exit code.
fn diff(catalog: Catalog, fail_on: FailOn, io: &mut Io<'_>) -> Result<Exit, CommandError> {
    let exit = exit(&check(&catalog).diagnostics, fail_on);
    let Repaired { checked, changes, count, .. } = repair(catalog);
    for change in &changes {
        let path = change.path.to_string_lossy().replace('\\', "/");
        io.out.write_all(render::unified(&path, &change.before, &change.after).as_bytes())?;
    }
    if !io.quiet {
        let left = match checked.diagnostics.len() {
            0 => "nothing is left".to_owned(),
            left => format!("{left} more to mend by hand"),
        };
        writeln!(io.err, "`--fix` would mend {}; {left}", in_files(count, changes.len()))?;
    }
    Ok(exit)
}

/// `2 findings in 1 file`.
fn in_files(count: usize, files: usize) -> String {
    let many = |count: usize, what: &str| format!("{count} {what}{}", if count == 1 { "" } else { "s" });
    if count == 0 { "nothing".to_owned() } else { format!("{} in {}", many(count, "finding"), many(files, "file")) }
}

/// `2 workflows`, `1 mapping`, `2 workflows and 1 mapping`.
pub(super) fn counted(workflows: usize, mappings: usize) -> String {
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

/// Whether a project file is to be checked by itself.
fn names_a_project(paths: &[PathBuf]) -> bool {
    paths.iter().any(|path| path.file_name().is_some_and(|name| name == PROJECT_FILE))
}

/// `workflows` where there is such a folder, else the current folder.
fn default_folder() -> PathBuf {
    let folder = PathBuf::from("workflows");
    if folder.is_dir() { folder } else { PathBuf::from(".") }
}
