//! The history of cases: both stores held to one contract and against each other, and SQLite's against crashes, failing disks and forgers.
//!
//! It must not look into a store otherwise than by its answers, except where it plays somebody who tampers with the file.

mod contract;
mod crash;
mod differential;
mod failing;
mod files;
mod tampering;

use chrono::{DateTime, TimeDelta, Utc};
use rusqlite::Connection;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use tollgate::names::{CaseId, StageId, UserId, WorkflowId};
use tollgate::store::{Append, CaseStore, CommandKey, Entry, Listing, Revision, SqliteStore, Wait};

/// A folder of its own for a test, gone when it is dropped.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!("store-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn file(&self) -> PathBuf {
        self.0.join("cases.db")
    }

    fn store(&self) -> SqliteStore {
        SqliteStore::open(&self.file()).unwrap()
    }

    /// The file as plain SQL sees it.
    fn sql(&self) -> Connection {
        Connection::open(self.file()).unwrap()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        drop(fs::remove_dir_all(&self.0));
    }
}

/// This binary once more, as a process of its own that does what one ignored test says.
fn child(test: &str, folder: &Folder) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--ignored", "--exact", "--nocapture", "--test-threads=1", &format!("store::{test}")]);
    command.env(CHILD, folder.file()).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Tells a child which store it is about; without it, an ignored test has nothing to do.
const CHILD: &str = "TOLLGATE_TEST_STORE";

/// A line that a child tells its parent. The harness of tests mixes its own lines in.
fn tell(line: &str) {
    let mut out = std::io::stdout().lock();
    out.write_all(format!("\n@{line}\n").as_bytes()).and_then(|()| out.flush()).unwrap();
}

/// What a child told; a line that was cut off is none.
fn told(out: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(out);
    let whole = text.rsplit_once('\n').map_or("", |(whole, _)| whole);
    whole.lines().filter_map(|line| line.strip_prefix('@')).map(str::to_owned).collect()
}

fn case(name: &str) -> CaseId {
    CaseId::parse(name).unwrap()
}

fn user(name: &str) -> UserId {
    UserId::parse(name).unwrap()
}

fn key(text: &str) -> CommandKey {
    CommandKey::parse(text).unwrap()
}

/// So many minutes after the beginning of 2026-11-02.
fn at(minutes: i64) -> DateTime<Utc> {
    "2026-11-02T00:00:00Z".parse::<DateTime<Utc>>().unwrap() + TimeDelta::minutes(minutes)
}

fn entry(kind: &str, body: &str) -> Entry {
    Entry { kind: Arc::from(kind), version: 1, body: Arc::from(body) }
}

fn wait(who: &str, since: i64, due: Option<i64>) -> Wait {
    Wait { user: user(who), why: "holds the role `officer`".into(), what: "review".into(), since: at(since), due: due.map(at) }
}

fn listing(stage: &str) -> Listing {
    Listing {
        workflow: WorkflowId::parse("lead").unwrap(),
        digest: "d1".into(),
        label: "Lot 7 \u{2013} 检测".into(),
        stages: vec![StageId::parse(stage).unwrap()],
        ended: None,
        since: at(0),
        due: None,
        timer: None,
        parent: None,
        waits: Vec::new(),
    }
}

/// One event for a case.
fn append(name: &str, expected: u64, kind: &str) -> Append {
    Append {
        case: case(name),
        expected: Revision(expected),
        key: None,
        at: at(i64::try_from(expected).unwrap()),
        by: user("li"),
        entries: vec![entry(kind, "{\"amount\":\"24999.50\"}")],
        listing: listing("open"),
    }
}

fn with_key(append: Append, text: &str) -> Append {
    Append { key: Some(key(text)), ..append }
}

/// Appends so many events to a case that is not there yet, one by one.
fn fill(store: &dyn CaseStore, name: &str, events: u64) {
    for revision in 0..events {
        store.append(&append(name, revision, "changed")).unwrap();
    }
}
