//! The connection that writes: what waits is committed together, each answer is given when the commit is on the disk.
//!
//! It must not let one write's refusal touch another, nor acknowledge what failed; after a failure it clears away what may be left of it.

use crate::store::sqlite::failure::Failing;
use crate::store::sqlite::line::{Leading, Line};
use crate::store::sqlite::{read, write};
use crate::store::walk::End;
use crate::store::{Append, Appended, Relisting, StoreError};
use rusqlite::Connection;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How many writes are committed together at most.
const MOST: usize = 256;
/// How long is waited at most for others who wrote along with the last commit.
const PATIENCE: Duration = Duration::from_millis(2);

/// Something to write.
#[derive(Debug)]
pub(super) enum Task {
    Append(Vec<Append>),
    Relist(Vec<Relisting>),
    Define { digest: Arc<str>, text: Arc<str> },
}

/// That it is written.
#[derive(Debug)]
pub(super) enum Answer {
    Appended(Vec<Appended>),
    Done,
}

type Reply = Result<Answer, StoreError>;

impl Task {
    /// Whether a part of it may be written before another is refused. What is one is refused before it is written.
    fn is_compound(&self) -> bool {
        match self {
            Task::Append(appends) => appends.len() > 1,
            Task::Relist(listings) => listings.len() > 1,
            Task::Define { .. } => false,
        }
    }
}

/// The one connection that writes, and the line of those who want to.
#[derive(Debug)]
pub(super) struct Writer {
    line: Line<Task, Reply>,
    desk: Mutex<Desk>,
}

impl Writer {
    pub(super) fn new(connection: Connection, path: &Path) -> Self {
        let desk = Desk { connection, path: path.to_path_buf(), crowd: 1, pace: Duration::ZERO, unsettled: false };
        Self { line: Line::new(), desk: Mutex::new(desk) }
    }

    /// Has something written, and returns when it is on the disk.
    pub(super) fn ask(&self, task: Task) -> Reply {
        let write = |leading: &mut Leading<'_, Task, Reply>| self.desk.lock().unwrap_or_else(PoisonError::into_inner).write(leading);
        self.line.ask(task, write).unwrap_or(Err(StoreError::Closed))
    }
}

/// What the one who writes has before him.
#[derive(Debug)]
struct Desk {
    connection: Connection,
    path: PathBuf,
    /// How many wrote along with the last commit.
    crowd: usize,
    /// How long the last one took.
    pace: Duration,
    /// A commit failed, and what is left of it in the log is not cleared away yet.
    unsettled: bool,
}

impl Desk {
    fn write(&mut self, leading: &mut Leading<'_, Task, Reply>) -> Vec<Reply> {
        let written = self.settle().and_then(|()| {
            self.commit(leading).or_else(|error| {
                let error = error.at(&self.path);
                // Where this succeeds nothing is left of what failed.
                self.settle().and(Err(error))
            })
        });
        written.unwrap_or_else(|error| {
            if leading.taken() == 0 {
                while leading.taken() < MOST && leading.take(None).is_some() {}
            }
            (0..leading.taken()).map(|_| Err(error.clone())).collect()
        })
    }

    /// Writes all in one transaction.
    fn commit(&mut self, leading: &mut Leading<'_, Task, Reply>) -> Result<Vec<Reply>, Failing> {
        let start = Instant::now();
        let replies = self.transact(leading, start).and_then(|replies| {
            self.unsettled = true;
            run(&self.connection, "COMMIT")?;
            self.unsettled = false;
            Ok(replies)
        });
        if replies.is_err() && !self.connection.is_autocommit() {
            // Where even that fails, settling does too, and says so.
            drop(self.connection.execute_batch("ROLLBACK"));
        }
        self.crowd = leading.taken();
        self.pace = start.elapsed();
        replies
    }

    /// Begins a transaction and writes what waits in it, and what comes in while those who were answered just now turn round: else they
    /// would be split into two crowds that wait for each other's commits.
    fn transact(&self, leading: &mut Leading<'_, Task, Reply>, start: Instant) -> Result<Vec<Reply>, Failing> {
        run(&self.connection, "BEGIN IMMEDIATE")?;
        let noted = read::head(&self.connection)?;
        let mut head = noted;
        let mut replies = Vec::with_capacity(self.crowd);
        let until = start + self.pace.min(PATIENCE);
        while replies.len() < MOST {
            let until = (replies.len() < self.crowd).then_some(until);
            let Some(task) = leading.take(until) else { break };
            replies.push(self.one(task, &mut head)?);
        }
        if head != noted {
            write::set_head(&self.connection, head)?;
        }
        Ok(replies)
    }

    /// Writes one task; what is refused leaves nothing behind.
    fn one(&self, task: &Task, head: &mut End) -> Result<Reply, Failing> {
        let connection = &self.connection;
        let (before, compound) = (*head, task.is_compound());
        if compound {
            run(connection, "SAVEPOINT task")?;
        }
        let answer = match task {
            Task::Append(appends) => write::append_all(connection, head, appends).map(Answer::Appended),
            Task::Relist(listings) => write::relist(connection, listings).map(|()| Answer::Done),
            Task::Define { digest, text } => write::define(connection, digest, text).map(|()| Answer::Done),
        };
        let reply = match answer {
            Ok(answer) => Ok(answer),
            Err(refusal) if refusal.is_refusal() => {
                if compound {
                    run(connection, "ROLLBACK TO task")?;
                }
                *head = before;
                Err(refusal.at(&self.path))
            }
            Err(failure) => return Err(failure),
        };
        if compound {
            run(connection, "RELEASE task")?;
        }
        Ok(reply)
    }

    /// Clears the log after a failed commit: its last part may lie there whole without being synced, and would come to life when the file is
    /// opened after a crash, although its writer was told that it failed.
    fn settle(&mut self) -> Result<(), StoreError> {
        if !self.connection.is_autocommit() {
            drop(self.connection.execute_batch("ROLLBACK"));
        }
        if !self.unsettled {
            return Ok(());
        }
        let cleared = self.connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get::<_, i64>(0));
        let detail = match cleared {
            Ok(0) => {
                self.unsettled = false;
                return Ok(());
            }
            Ok(_) => "readers are in the way".to_owned(),
            Err(error) => Failing::from(error).at(&self.path).to_string(),
        };
        Err(StoreError::Unsettled { path: self.path.clone(), detail: detail.into() })
    }
}

fn run(connection: &Connection, sql: &str) -> Result<(), Failing> {
    connection.prepare_cached(sql)?.execute([])?;
    Ok(())
}
