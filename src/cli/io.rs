//! What a command reads from its surroundings and writes to: streams, terminal, clock.
//!
//! It must not be reached around: no command prints or asks for the time by itself, so that tests can stand in for a terminal.

use chrono::{DateTime, Utc};
use std::io::{self, Write};
use std::sync::atomic::AtomicBool;

/// The surroundings of one run.
pub struct Io<'a> {
    /// Results.
    pub out: &'a mut (dyn Write + Send),
    /// Everything else.
    pub err: &'a mut (dyn Write + Send),
    /// Whether results go to a terminal.
    pub out_is_terminal: bool,
    /// Whether messages go to a terminal.
    pub err_is_terminal: bool,
    /// The columns of the terminal.
    pub width: usize,
    /// Whether colours are wanted where the user does not say.
    pub colour: bool,
    /// The language of titles where the user does not say.
    pub language: String,
    /// The moment of the run.
    pub now: DateTime<Utc>,
    /// Whether nothing but results is wanted.
    pub quiet: bool,
    /// Set when the user wants to stop.
    pub interrupted: &'a AtomicBool,
}

/// How a command ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Clean.
    Clean,
    /// Findings: errors in the user's files, or what the user asked to fail on.
    Findings,
    /// It could not be done: usage, unreadable files.
    Failed,
}

impl Exit {
    /// The code that the process ends with.
    #[must_use]
    pub fn code(self) -> u8 {
        match self {
            Exit::Clean => 0,
            Exit::Findings => 1,
            Exit::Failed => 2,
        }
    }
}

/// Why a command could not be done.
#[derive(Debug, thiserror::Error)]
pub enum CommandError {
    /// A stream could not be written.
    #[error("cannot write: {0}")]
    Write(#[from] io::Error),
    /// Files could not be read.
    #[error(transparent)]
    Catalog(#[from] crate::catalog::CatalogError),
    /// Anything that the user should know.
    #[error("{0}")]
    Message(String),
}

impl CommandError {
    /// Whether nobody reads the results any more, which is no fault of the command.
    #[must_use]
    pub fn is_closed_pipe(&self) -> bool {
        matches!(self, CommandError::Write(error) if error.kind() == io::ErrorKind::BrokenPipe)
    }
}
