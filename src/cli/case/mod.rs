//! `tollgate case`: starts cases, carries commands out, shows how cases stand and what happened to them.
//!
//! It must not decide anything; `service` carries commands out.

mod act;
mod list;
mod show;
mod start;
mod tell;
mod words;

use super::io::{CommandError, Exit, Io};
use crate::case::{Actor, Refusal};
use crate::names::{CaseId, UserId};
use crate::service::{Service, ServiceError};
use crate::store::{CommandKey, SqliteStore};
use chrono::{DateTime, Utc};
use clap::{Args, Subcommand, ValueEnum};
use std::path::{Path, PathBuf};

pub(super) use act::name;
pub(super) use show::moment;
pub(super) use start::{Chosen, family_of};
pub(super) use tell::event_json;
pub(super) use words::{event as told, timer};

/// What to do with a case.
#[derive(Debug, Args)]
pub struct CaseArgs {
    /// What to do
    #[command(subcommand)]
    command: CaseCommand,
}

/// The commands.
#[derive(Debug, Subcommand)]
#[command(disable_help_subcommand = true)]
enum CaseCommand {
    /// Start a case
    Start(start::Start),
    /// Change fields of a case's record
    Update(act::Update),
    /// Say that an activity is done
    Complete(act::Complete),
    /// Say that a document is there
    Attach(act::Attach),
    /// Bring a case to a gate
    Submit(act::Submit),
    /// Vote at a gate: approve, reject or abstain
    Decide(act::Decide),
    /// Ask somebody else to sign as well
    AddSigner(act::AddSigner),
    /// Hand over what one has to decide
    Transfer(act::Transfer),
    /// Take back what was brought to a gate
    Recall(act::Recall),
    /// Ask the next level of authority
    Escalate(act::Escalate),
    /// Waive a criterion, on record
    Waive(act::Waive),
    /// Say that something is owed
    Owe(act::Owe),
    /// Say that something is owed no more
    Clear(act::Clear),
    /// Say that a condition of a hold is met
    Meet(act::Meet),
    /// End a hold
    Resume(act::Resume),
    /// Give a role to other people
    Reassign(act::Reassign),
    /// Let somebody else decide for oneself in a case, for a time
    Delegate(act::Delegate),
    /// Say something about a case
    Comment(act::Comment),
    /// End a case without an outcome
    Cancel(act::Cancel),
    /// Do what fell due in all cases
    Tick(list::Tick),
    /// Show how a case stands: on whom and what it waits, since when, and what happens next
    Show(show::Show),
    /// List what happened to a case
    History(show::History),
    /// List cases
    List(list::List),
}

/// Where cases are kept.
#[derive(Debug, Args)]
pub(super) struct StoreFile {
    /// The file that cases are kept in
    #[arg(long, env = "TOLLGATE_STORE", value_name = "FILE", default_value = "cases.db", hide_env_values = true)]
    store: PathBuf,
}

/// Where cases are kept, as of when they are looked at, and how that is printed.
#[derive(Debug, Args)]
pub(super) struct StoreArgs {
    #[command(flatten)]
    file: StoreFile,
    /// The moment, such as 2026-11-22T09:00:00Z; now, without it
    #[arg(long, value_name = "MOMENT", value_parser = super::inputs::moment)]
    pub(super) now: Option<DateTime<Utc>>,
    /// How to print
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub(super) format: Format,
}

/// Who does something, and where.
#[derive(Debug, Args)]
pub(super) struct ActArgs {
    #[command(flatten)]
    pub(super) at: StoreArgs,
    /// Who does it
    #[arg(long = "as", env = "TOLLGATE_USER", value_name = "USER", value_parser = user, hide_env_values = true)]
    user: UserId,
    /// A key by which the command is known when it is sent again: it is carried out once
    #[arg(long, value_name = "KEY", value_parser = command_key)]
    key: Option<CommandKey>,
}

/// How something is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// For people
    Human,
    /// JSON
    Json,
}

/// Does what was asked.
pub(super) fn run(args: &CaseArgs, io: &mut Io<'_>) -> Result<Exit, CommandError> {
    match &args.command {
        CaseCommand::Start(args) => start::run(args, io),
        CaseCommand::Update(args) => act::run(args, io),
        CaseCommand::Complete(args) => act::run(args, io),
        CaseCommand::Attach(args) => act::run(args, io),
        CaseCommand::Submit(args) => act::run(args, io),
        CaseCommand::Decide(args) => act::run(args, io),
        CaseCommand::AddSigner(args) => act::run(args, io),
        CaseCommand::Transfer(args) => act::run(args, io),
        CaseCommand::Recall(args) => act::run(args, io),
        CaseCommand::Escalate(args) => act::run(args, io),
        CaseCommand::Waive(args) => act::run(args, io),
        CaseCommand::Owe(args) => act::run(args, io),
        CaseCommand::Clear(args) => act::run(args, io),
        CaseCommand::Meet(args) => act::run(args, io),
        CaseCommand::Resume(args) => act::run(args, io),
        CaseCommand::Reassign(args) => act::run(args, io),
        CaseCommand::Delegate(args) => act::run(args, io),
        CaseCommand::Comment(args) => act::run(args, io),
        CaseCommand::Cancel(args) => act::run(args, io),
        CaseCommand::Tick(args) => list::tick(args, io),
        CaseCommand::Show(args) => show::run(args, io),
        CaseCommand::History(args) => show::history(args, io),
        CaseCommand::List(args) => list::run(args, io),
    }
}

impl StoreArgs {
    /// Opens the store; what is not there yet is only made where a case starts.
    pub(super) fn open(&self, make: bool) -> Result<SqliteStore, CommandError> {
        self.file.open(make)
    }
}

impl StoreFile {
    /// Opens the store; what is not there yet is only made where a case starts.
    pub(super) fn open(&self, make: bool) -> Result<SqliteStore, CommandError> {
        if !make && !self.store.exists() {
            let message = format!("there is no store `{}`; `tollgate case start` makes one", self.store.display());
            return Err(CommandError::Message(message));
        }
        SqliteStore::open(&self.store).map_err(|error| refused_store(&self.store, &error))
    }
}

fn refused_store(path: &Path, error: &crate::store::StoreError) -> CommandError {
    CommandError::Message(format!("`{}`: {error}", path.display()))
}

impl ActArgs {
    fn actor(&self) -> Actor {
        Actor::User(self.user.clone())
    }
}

/// Prints a refusal, or says what is wrong.
pub(super) fn settle(result: Result<Exit, ServiceError>, format: Format, io: &mut Io<'_>) -> Result<Exit, CommandError> {
    match result {
        Ok(exit) => Ok(exit),
        Err(ServiceError::Refused(refusal)) => {
            tell_refusal(&refusal, format, io)?;
            Ok(Exit::Findings)
        }
        Err(error) => Err(CommandError::Message(error.to_string())),
    }
}

fn tell_refusal(refusal: &Refusal, format: Format, io: &mut Io<'_>) -> std::io::Result<()> {
    let Refusal { reason, message, help, details } = refusal;
    if format == Format::Json {
        let told = serde_json::json!({ "refused": { "reason": reason, "message": message, "help": help, "details": details } });
        return writeln!(io.out, "{told}");
    }
    writeln!(io.err, "refused ({reason}): {message}")?;
    for detail in details {
        writeln!(io.err, "  - {detail}")?;
    }
    if let Some(help) = help {
        writeln!(io.err, "  help: {help}")?;
    }
    Ok(())
}

/// The cases of an opened store.
fn service(store: &SqliteStore) -> Service<'_> {
    Service::new(store)
}

pub(super) fn user(text: &str) -> Result<UserId, String> {
    UserId::parse(text).map_err(|error| error.to_string())
}

fn case_id(text: &str) -> Result<CaseId, String> {
    CaseId::parse(text).map_err(|error| error.to_string())
}

pub(super) fn workflow_id(text: &str) -> Result<crate::names::WorkflowId, String> {
    crate::names::WorkflowId::parse(text).map_err(|error| error.to_string())
}

pub(super) fn command_key(text: &str) -> Result<CommandKey, String> {
    CommandKey::parse(text).map_err(|error| error.to_string())
}
