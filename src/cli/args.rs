//! The arguments of the command line.
//!
//! It must not act: each command has a file of its own.

use super::io::Io;
use clap::{Args, CommandFactory, Parser, Subcommand, ValueEnum};

/// A workflow rules engine: YAML declares stages, gates and roles, Rhai declares rules, records are judged against them.
#[derive(Debug, Parser)]
#[command(name = "tollgate", version, max_term_width = 100)]
pub struct Cli {
    /// What every command takes.
    #[command(flatten)]
    pub common: Common,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What every command takes.
#[derive(Debug, Args)]
pub struct Common {
    /// When to use colours
    #[arg(long, global = true, value_enum, default_value_t = Colour::Auto, value_name = "WHEN")]
    pub color: Colour,
    /// The language of titles and hints, such as `en` or `zh`
    #[arg(long, global = true, value_name = "LANG")]
    pub lang: Option<String>,
    /// Say nothing but results
    #[arg(long, short, global = true)]
    pub quiet: bool,
}

/// The commands.
#[derive(Debug, Subcommand)]
#[command(disable_help_subcommand = true)]
pub enum Command {
    /// Check workflows and everything that they use
    Validate(super::validate::Validate),
    /// Judge every record of a file, without changing anything
    DryRun(super::dry_run::DryRun),
    /// Prove one record's verdict: rules, values, lines, what would have to change
    Why(super::why::Why),
    /// Print a workflow with everything that it uses joined
    Show(super::show::Show),
    /// Draw a workflow
    Graph(super::graph::Graph),
    /// Start cases, carry commands out, show how cases stand and what happened to them
    Case(super::case::CaseArgs),
    /// Let somebody else decide for oneself in every case, for a time; list who does so
    Delegate(super::delegate::DelegateArgs),
    /// List what waits for somebody
    Work(super::work::WorkArgs),
    /// Take open cases over to another definition of their workflow
    Migrate(super::migrate::MigrateArgs),
    /// Prove that a history is whole, copy it, or export it for other tools
    Audit(super::audit::AuditArgs),
    /// Measure how cases went: conversion, cycle times, what is open and overdue, owners and approvers
    Metrics(super::metrics::MetricsArgs),
    /// Say what a finding means and what to do about it
    Explain(super::explain::Explain),
    /// Print a completion script for a shell
    Completions(super::generate::Completions),
    /// Print a manual page
    Man(super::generate::Man),
}

/// When to use colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Colour {
    /// At a terminal
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

impl Common {
    /// Lets the surroundings know what the user said.
    pub fn apply(&self, io: &mut Io<'_>) {
        match self.color {
            Colour::Auto => {}
            Colour::Always => {
                io.colour = true;
                io.out_is_terminal = true;
                io.err_is_terminal = true;
            }
            Colour::Never => io.colour = false,
        }
        io.quiet |= self.quiet;
        if let Some(language) = &self.lang {
            io.language.clone_from(language);
        }
    }
}

/// The command line as data, for man pages, completions and tests.
#[must_use]
pub fn command() -> clap::Command {
    Cli::command()
}
