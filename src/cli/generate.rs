//! `tollgate completions` and `tollgate man`: what is made from the command line itself.
//!
//! It must not hold texts of its own.

use super::args::command;
use super::io::{CommandError, Exit, Io};
use clap::Args;
use clap_complete::Shell;

/// For which shell.
#[derive(Debug, Args)]
pub struct Completions {
    /// The shell
    #[arg(value_enum, value_name = "SHELL")]
    shell: Shell,
}

/// Which page.
#[derive(Debug, Args)]
pub struct Man {
    /// The command; `tollgate` itself without it
    #[arg(value_name = "COMMAND")]
    command: Option<String>,
}

/// Prints a completion script.
pub(super) fn completions(args: &Completions, io: &mut Io<'_>) -> Result<Exit, CommandError> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut command(), "tollgate", &mut script);
    io.out.write_all(&script)?;
    Ok(Exit::Clean)
}

/// Prints a man page.
pub(super) fn man(args: &Man, io: &mut Io<'_>) -> Result<Exit, CommandError> {
    let mut command = command();
    command.build();
    let page = match &args.command {
        None => command,
        Some(name) => match command.get_subcommands().find(|known| known.get_name() == name) {
            Some(found) => found.clone(),
            None => return Err(CommandError::Message(format!("there is no command `{name}`"))),
        },
    };
    let mut text = Vec::new();
    clap_mangen::Man::new(page).render(&mut text)?;
    io.out.write_all(&text)?;
    Ok(Exit::Clean)
}
