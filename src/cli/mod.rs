//! The command line: one file for each subcommand, views of results under `render`.
//!
//! It must not hold rules about workflows; every answer comes from the core.

mod args;
mod audit;
mod case;
mod columns;
mod delegate;
mod dry_run;
mod explain;
mod export;
mod generate;
pub mod graph;
mod inputs;
mod io;
mod metrics;
mod migrate;
pub mod render;
pub mod results;
mod show;
mod validate;
mod watch;
mod why;
mod work;

pub use args::{Cli, command};
pub use io::{CommandError, Exit, Io};

use args::Command;
use clap::Parser;
use std::ffi::OsString;

/// Runs one command line.
pub fn run(arguments: impl IntoIterator<Item = OsString>, io: &mut Io<'_>) -> Exit {
    let cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(error) => {
            let asked_for = !error.use_stderr();
            let text = error.render();
            let stream = if asked_for { &mut *io.out } else { &mut *io.err };
            let coloured = if asked_for { io.colour && io.out_is_terminal } else { io.colour && io.err_is_terminal };
            // Nobody is left to tell when even the usage cannot be written.
            let _ = if coloured { write!(stream, "{}", text.ansi()) } else { write!(stream, "{text}") };
            return if asked_for { Exit::Clean } else { Exit::Failed };
        }
    };
    cli.common.apply(io);
    let result = match &cli.command {
        Command::Validate(args) => validate::run(args, io),
        Command::DryRun(args) => dry_run::run(args, io),
        Command::Why(args) => why::run(args, io),
        Command::Show(args) => show::run(args, io),
        Command::Graph(args) => graph::run(args, io),
        Command::Case(args) => case::run(args, io),
        Command::Delegate(args) => delegate::run(args, io),
        Command::Work(args) => work::run(args, io),
        Command::Migrate(args) => migrate::run(args, io),
        Command::Audit(args) => audit::run(args, io),
        Command::Metrics(args) => metrics::run(args, io),
        Command::Explain(args) => explain::run(args, io),
        Command::Completions(args) => generate::completions(args, io),
        Command::Man(args) => generate::man(args, io),
    };
    match result {
        Ok(exit) => exit,
        Err(error) if error.is_closed_pipe() => Exit::Clean,
        Err(error) => {
            let _ = writeln!(io.err, "error: {error}");
            Exit::Failed
        }
    }
}
