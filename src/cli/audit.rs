//! `tollgate audit`: whether a history is whole, a copy of it, and the event log in the forms of other tools.
//!
//! It must not mend anything.

use super::case::StoreArgs;
use super::io::{CommandError, Exit, Io};
use crate::store::{CaseStore, StoreError};
use clap::{Args, Subcommand};
use std::path::PathBuf;

/// What to do with a store.
#[derive(Debug, Args)]
pub struct AuditArgs {
    /// What to do
    #[command(subcommand)]
    command: AuditCommand,
}

/// The commands.
#[derive(Debug, Subcommand)]
#[command(disable_help_subcommand = true)]
enum AuditCommand {
    /// Walk every event and hold its hash against what it should be
    Verify(Verify),
    /// Write a copy of the store while work goes on
    Backup(Backup),
    /// Write the event log as JSON Lines, CSV, XES or OCEL
    Export(super::export::Export),
}

/// Which store.
#[derive(Debug, Args)]
struct Verify {
    #[command(flatten)]
    at: StoreArgs,
}

/// Which store, and where to.
#[derive(Debug, Args)]
struct Backup {
    /// The file of the copy; it must not be there yet
    #[arg(value_name = "FILE")]
    to: PathBuf,
    #[command(flatten)]
    at: StoreArgs,
}

/// Does what was asked.
pub(super) fn run(args: &AuditArgs, io: &mut Io<'_>) -> Result<Exit, CommandError> {
    let failed = |error: StoreError| CommandError::Message(error.to_string());
    match &args.command {
        AuditCommand::Verify(verify) => match verify.at.open(false)?.verify() {
            Ok(verified) => {
                writeln!(io.out, "{} events of {} cases are as they were written", verified.events, verified.cases)?;
                Ok(Exit::Clean)
            }
            Err(error @ StoreError::Broken { .. }) => {
                writeln!(io.out, "{error}")?;
                Ok(Exit::Findings)
            }
            Err(error) => Err(failed(error)),
        },
        AuditCommand::Backup(backup) => {
            backup.at.open(false)?.backup(&backup.to).map_err(failed)?;
            Ok(Exit::Clean)
        }
        AuditCommand::Export(export) => super::export::run(export, io),
    }
}
