//! The thread that writes: what waits is committed together, each answer is given when the commit is on the disk.
//!
//! It must not let one write's refusal touch another, nor acknowledge what failed; after a failure it clears away what may be left of it.

use crate::store::sqlite::failure::Failing;
use crate::store::sqlite::{read, write};
use crate::store::{Append, Appended, Relisting, StoreError};
use rusqlite::Connection;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender, SyncSender};
use std::thread::{self, JoinHandle};
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

struct Job {
    task: Task,
    reply: SyncSender<Reply>,
}

/// The way to the thread, which ends when this is dropped.
#[derive(Debug)]
pub(super) struct Writer {
    jobs: Option<Sender<Job>>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    pub(super) fn start(connection: Connection, path: &Path) -> Result<Self, StoreError> {
        let (jobs, waiting) = mpsc::channel();
        let desk = Desk { connection, path: path.to_path_buf(), waiting, crowd: 1, pace: Duration::ZERO, unsettled: false };
        let thread = thread::Builder::new().name("store".to_owned()).spawn(move || desk.work());
        let thread = thread.map_err(|error| StoreError::Io { path: path.to_path_buf(), detail: error.to_string().into() })?;
        Ok(Self { jobs: Some(jobs), thread: Some(thread) })
    }

    /// Has something written, and waits until it is on the disk.
    pub(super) fn ask(&self, task: Task) -> Reply {
        let (reply, answer) = mpsc::sync_channel(1);
        let sent = self.jobs.as_ref().is_some_and(|jobs| jobs.send(Job { task, reply }).is_ok());
        if sent { answer.recv().unwrap_or(Err(StoreError::Closed)) } else { Err(StoreError::Closed) }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.jobs = None;
        if let Some(thread) = self.thread.take() {
            // A thread that panicked has closed the file all the same.
            drop(thread.join());
        }
    }
}

/// What the thread has before it.
struct Desk {
    connection: Connection,
    path: PathBuf,
    waiting: Receiver<Job>,
    /// How many wrote along with the last commit.
    crowd: usize,
    /// How long the last commit took.
    pace: Duration,
    /// A commit failed, and what is left of it in the log is not cleared away yet.
    unsettled: bool,
}

impl Desk {
    fn work(mut self) {
        while let Ok(first) = self.waiting.recv() {
            let jobs = self.gather(first);
            let replies = self.write(&jobs);
            self.crowd = jobs.len();
            for (job, reply) in jobs.into_iter().zip(replies) {
                // Whoever asked may be gone; what was written stays.
                drop(job.reply.send(reply));
            }
        }
    }

    /// What waits, and what comes in while those who were answered just now turn round: else they would be split into two crowds that
    /// wait for each other's commits.
    fn gather(&self, first: Job) -> Vec<Job> {
        let mut jobs = vec![first];
        let until = Instant::now() + (self.pace / 2).min(PATIENCE);
        while jobs.len() < MOST {
            let job = if jobs.len() < self.crowd {
                self.waiting.recv_timeout(until.saturating_duration_since(Instant::now())).map_err(|error| match error {
                    RecvTimeoutError::Timeout => mpsc::TryRecvError::Empty,
                    RecvTimeoutError::Disconnected => mpsc::TryRecvError::Disconnected,
                })
            } else {
                self.waiting.try_recv()
            };
            match job {
                Ok(job) => jobs.push(job),
                Err(_) => break,
            }
        }
        jobs
    }

    fn write(&mut self, jobs: &[Job]) -> Vec<Reply> {
        let written = self.settle().and_then(|()| {
            self.commit(jobs).or_else(|error| {
                let error = error.at(&self.path);
                // Where this succeeds nothing is left of what failed.
                self.settle().and(Err(error))
            })
        });
        written.unwrap_or_else(|error| jobs.iter().map(|_| Err(error.clone())).collect())
    }

    /// Writes all in one transaction.
    fn commit(&mut self, jobs: &[Job]) -> Result<Vec<Reply>, Failing> {
        let start = Instant::now();
        let replies = transact(&self.connection, jobs, &self.path).and_then(|replies| {
            self.unsettled = true;
            run(&self.connection, "COMMIT")?;
            self.unsettled = false;
            Ok(replies)
        });
        if replies.is_err() && !self.connection.is_autocommit() {
            // Where even that fails, settling does too, and says so.
            drop(self.connection.execute_batch("ROLLBACK"));
        }
        self.pace = start.elapsed();
        replies
    }

    /// Clears the log after a failed commit: its last part may lie there whole without being synced, and would come to life when the file is
    /// opened after a crash, although its writer was told that it failed.
    fn settle(&mut self) -> Result<(), StoreError> {
        if !self.unsettled {
            return Ok(());
        }
        if !self.connection.is_autocommit() {
            drop(self.connection.execute_batch("ROLLBACK"));
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

/// Begins a transaction and writes all in it, each behind a savepoint.
fn transact(connection: &Connection, jobs: &[Job], path: &Path) -> Result<Vec<Reply>, Failing> {
    let run = |sql| run(connection, sql);
    run("BEGIN IMMEDIATE")?;
    let noted = read::head(connection)?;
    let mut head = noted;
    let mut replies = Vec::with_capacity(jobs.len());
    for job in jobs {
        run("SAVEPOINT job")?;
        let before = head;
        let answer = match &job.task {
            Task::Append(appends) => write::append_all(connection, &mut head, appends).map(Answer::Appended),
            Task::Relist(listings) => write::relist(connection, listings).map(|()| Answer::Done),
            Task::Define { digest, text } => write::define(connection, digest, text).map(|()| Answer::Done),
        };
        let reply = match answer {
            Ok(answer) => Ok(answer),
            Err(refusal) if refusal.is_refusal() => {
                run("ROLLBACK TO job")?;
                head = before;
                Err(refusal.at(path))
            }
            Err(failure) => return Err(failure),
        };
        run("RELEASE job")?;
        replies.push(reply);
    }
    if head != noted {
        write::set_head(connection, head)?;
    }
    Ok(replies)
}
