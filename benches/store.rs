//! How fast the history of cases is: durable commands beside bare SQLite transactions, a long case, a worklist over a million cases, opening.
//!
//! It must not compare runs: the disk's sync time and the bare transactions of the same run tell how fast the machine is just now.

#![expect(clippy::unwrap_used, reason = "a benchmark stops at the first surprise")]

use chrono::{DateTime, TimeDelta, Utc};
use criterion::{Criterion, criterion_group, criterion_main};
use rusqlite::{Connection, params};
use std::fs::{self, File};
use std::hint::black_box;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Barrier;
use std::time::{Duration, Instant};
use tollgate::names::{CaseId, StageId, UserId, WorkflowId};
use tollgate::store::{Append, CaseStore, CommandKey, Entry, Listing, Revision, SqliteStore, Tuning, Wait};

/// As the binary does.
#[cfg(feature = "cli")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// An event such as a form of some twenty fields leaves.
const BODY: usize = 400;
const WRITERS: usize = 32;
/// Store and bare transactions take turns, since disks have moods.
const ROUNDS: usize = 9;
const CASES: usize = 1_000_000;
const TIMERS: usize = 100_000;

fn folder() -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("bench-store-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    folder
}

fn moment() -> DateTime<Utc> {
    "2026-11-02T09:30:00Z".parse().unwrap()
}

fn user(name: &str) -> UserId {
    UserId::parse(name).unwrap()
}

fn body() -> String {
    format!("{{\"text\":\"{}\"}}", "x".repeat(BODY))
}

fn listing(turn: u64) -> Listing {
    let wait =
        Wait { user: user("wang.wu"), why: "holds the role `officer`".into(), what: "review".into(), since: moment(), due: Some(moment()) };
    Listing {
        workflow: WorkflowId::parse("lead").unwrap(),
        digest: "sha256:0123456789abcdef".into(),
        label: "Lot 7".into(),
        stages: vec![StageId::parse("review").unwrap()],
        ended: None,
        since: moment() + TimeDelta::seconds(i64::try_from(turn).unwrap()),
        due: Some(moment()),
        timer: Some(moment()),
        parent: None,
        waits: vec![wait],
    }
}

fn command(case: &CaseId, revision: u64) -> Append {
    Append {
        case: case.clone(),
        expected: Revision(revision),
        key: Some(CommandKey::parse(&format!("{case}-{revision}")).unwrap()),
        at: moment(),
        by: user("zhang.san"),
        entries: vec![Entry { kind: "changed".into(), version: 1, body: body().into() }],
        listing: listing(revision),
    }
}

fn median<T: PartialOrd + Copy>(mut values: Vec<T>) -> T {
    values.sort_by(|left, right| left.partial_cmp(right).unwrap());
    values.get(values.len() / 2).copied().unwrap()
}

fn time(runs: usize, mut run: impl FnMut()) -> Duration {
    let one = |_| {
        let start = Instant::now();
        run();
        start.elapsed()
    };
    median((0..runs).map(one).collect())
}

/// How long it takes until one page is on the disk.
fn sync_time(folder: &Path) -> Duration {
    let mut file = File::create(folder.join("sync")).unwrap();
    time(201, || {
        file.write_all(&[7; 4096]).unwrap();
        file.sync_data().unwrap();
    })
}

/// SQLite alone: the same rows into the same tables, by one who knows that nobody else writes and that all is in order.
struct Bare {
    connection: Connection,
    position: i64,
    body: String,
}

impl Bare {
    fn new(path: &Path) -> Self {
        drop(SqliteStore::open(path).unwrap());
        let connection = Connection::open(path).unwrap();
        connection.execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;").unwrap();
        for case in 0..WRITERS as i64 {
            connection
                .execute(
                    "INSERT INTO cases (number, name, revision, hash, workflow, digest, label, stages, since, due, timer) \
                     VALUES (?1, ?2, 1, zeroblob(32), 'lead', 'sha256:0123456789abcdef', 'Lot 7', 'review', ?3, ?3, ?3)",
                    params![case, format!("C-{case}"), "2026-11-02T09:30:00"],
                )
                .unwrap();
        }
        Self { connection, position: 0, body: body() }
    }

    /// One transaction of so many commands.
    fn transaction(&mut self, commands: usize) {
        let run = |sql: &str| self.connection.prepare_cached(sql).unwrap().execute([]).unwrap();
        run("BEGIN IMMEDIATE");
        for case in 0..commands as i64 {
            self.position += 1;
            let sql = |sql| self.connection.prepare_cached(sql).unwrap();
            let revision = self.position;
            let (at, hash, key) = ("2026-11-02T09:30:00", [7_u8; 32], format!("C-{case}-{revision}"));
            sql("UPDATE cases SET revision = ?2, hash = ?3, digest = ?4, label = ?5, stages = ?6, since = ?7, due = ?8 WHERE number = ?1")
                .execute(params![case, revision, hash, "sha256:0123456789abcdef", "Lot 7", "review", at, at])
                .unwrap();
            sql("DELETE FROM wait WHERE number = ?1").execute([case]).unwrap();
            sql("INSERT INTO wait (user, due, since, number, place, why, what) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)")
                .execute(params!["wang.wu", at, at, case, 1, "holds the role `officer`", "review"])
                .unwrap();
            sql("INSERT INTO event (position, number, revision, at, author, key, kind, version, body, hash) \
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)")
            .execute(params![self.position, case, revision, at, "zhang.san", key, "changed", 1, self.body, hash])
            .unwrap();
        }
        self.connection.prepare_cached("UPDATE head SET position = ?1").unwrap().execute([self.position]).unwrap();
        run("COMMIT");
    }
}

/// Commands in a second: of so many writers at the store, and of bare transactions of as many; medians, and that of their ratios.
fn rates(folder: &Path, writers: usize, turns: u64) -> (f64, f64, f64) {
    let path = |name: &str| folder.join(format!("{name}-{writers}.db"));
    let store = SqliteStore::open(&path("store")).unwrap();
    let mut bare = Bare::new(&path("bare"));
    let cases: Vec<CaseId> = (0..writers).map(|writer| CaseId::parse(&format!("C-{writer}")).unwrap()).collect();
    for case in &cases {
        store.append(&command(case, 0)).unwrap();
    }
    let (mut of_store, mut of_bare, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    let commands = turns as f64 * writers as f64;
    // The writers are there before the clock runs, as those of a server are.
    let (ready, done) = (Barrier::new(writers + 1), Barrier::new(writers + 1));
    std::thread::scope(|scope| {
        for case in &cases {
            let (store, ready, done) = (&store, &ready, &done);
            scope.spawn(move || {
                for round in 0..=ROUNDS as u64 {
                    ready.wait();
                    for turn in 0..turns {
                        store.append(&command(case, 1 + round * turns + turn)).unwrap();
                    }
                    done.wait();
                }
            });
        }
        for round in 0..=ROUNDS {
            let start = Instant::now();
            for _ in 0..turns {
                bare.transaction(writers);
            }
            let bare_rate = commands / start.elapsed().as_secs_f64();
            ready.wait();
            let start = Instant::now();
            done.wait();
            let store_rate = commands / start.elapsed().as_secs_f64();
            // The first round is for both to find their places.
            if round > 0 {
                of_store.push(store_rate);
                of_bare.push(bare_rate);
                ratios.push(store_rate / bare_rate);
            }
        }
    });
    store.verify().unwrap();
    (median(of_store), median(of_bare), median(ratios))
}

/// A million open cases, by plain SQL: half of the work waits for one person, the rest for a thousand.
fn build(path: &Path) {
    drop(SqliteStore::open(path).unwrap());
    let connection = Connection::open(path).unwrap();
    let numbers = format!("WITH RECURSIVE n (n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM n WHERE n < {CASES})");
    let time = |minutes: &str| format!("strftime('%Y-%m-%dT%H:%M:%S', '2026-01-01', '+' || ({minutes}) || ' minutes')");
    let (since, due) = (time("n % 400000"), time("(n * 7919) % 500000"));
    connection
        .execute_batch(&format!(
            "PRAGMA synchronous = OFF; PRAGMA cache_size = -200000; BEGIN;
             {numbers} INSERT INTO cases (number, name, revision, hash, workflow, digest, label, stages, since, due, timer)
               SELECT n, 'C-' || n, 1, zeroblob(32), 'lead', 'd', 'Lot ' || n, 'review', {since}, {due}, iif(n <= {TIMERS}, {due}, NULL) FROM n;
             INSERT INTO stage SELECT 'review', number FROM cases;
             {numbers} INSERT INTO event SELECT n, n, 1, '2026-01-01T00:00:00', 'li.si', NULL, 'started', 1, '{{}}', zeroblob(32) FROM n;
             {numbers} INSERT INTO wait SELECT iif(n % 2, 'busy', 'user-' || (n % 1000)), iif(n % 10, {due}, 'never'), {since}, n, 1, 'why', 'review'
               FROM n ORDER BY 1, 2, 3;
             UPDATE head SET position = {CASES};
             COMMIT; PRAGMA wal_checkpoint(TRUNCATE);"
        ))
        .unwrap();
}

fn benchmarks(criterion: &mut Criterion) {
    let folder = folder();
    let out = |line: String| drop(writeln!(std::io::stdout(), "{line}"));
    let sync = sync_time(&folder);
    out(format!("{:<70} {:>10.3} ms", "the disk's sync time", sync.as_secs_f64() * 1000.0));
    for (writers, turns) in [(1, 400), (WRITERS, 150)] {
        let (store, bare, ratio) = rates(&folder, writers, turns);
        out(format!("{:<70} {bare:>10.0} per second", format!("bare SQLite, {writers} commands in a transaction")));
        out(format!("{:<70} {store:>10.0} per second  {ratio:>6.2} x bare", format!("the store, {writers} writers")));
    }

    let long = SqliteStore::open_tuned(&folder.join("long.db"), Tuning::Fast).unwrap();
    let case = CaseId::parse("C").unwrap();
    for revision in 0..1000 {
        long.append(&command(&case, revision)).unwrap();
    }
    let load = || assert_eq!(black_box(long.history(&case).unwrap()).len(), 1000);
    let path = folder.join("large.db");
    let start = Instant::now();
    build(&path);
    out(format!("a store of {CASES} cases built in {:.0} s", start.elapsed().as_secs_f64()));
    let open = || {
        let store = SqliteStore::open(&path).unwrap();
        assert_eq!(store.due(moment() + TimeDelta::days(9999), 100).unwrap().len(), 100);
    };
    let opening = time(11, open);
    let large = SqliteStore::open(&path).unwrap();
    let (busy, other) = (user("busy"), user("user-500"));
    let middle = large.work(&busy, None, CASES / 4).unwrap().next;
    let page = |user: &UserId, after| assert_eq!(black_box(large.work(user, after, 50).unwrap()).items.len(), 50);

    let mut group = criterion.benchmark_group("store");
    group.sample_size(20).measurement_time(Duration::from_secs(3)).warm_up_time(Duration::from_secs(1));
    group.bench_function("a case of 1,000 events", |bencher| bencher.iter(load));
    group.bench_function("the first page of one person's work", |bencher| bencher.iter(|| page(&other, None)));
    group.bench_function("a page from the middle of 500,000", |bencher| bencher.iter(|| page(&busy, middle.as_ref())));
    group.finish();

    let tell = |what: &str, time: Duration| out(format!("{what:<70} {:>10.3} ms", time.as_secs_f64() * 1000.0));
    tell("a case of 1,000 events", time(101, load));
    tell("a page of 50 of one person's work, of 1,000,000 open cases", time(101, || page(&other, None)));
    tell("a page from the middle of 500,000 for one person", time(101, || page(&busy, middle.as_ref())));
    tell("opening with 100,000 timers, and the first 100 of them", opening);
    drop((long, large));
    drop(fs::remove_dir_all(&folder));
}

criterion_group!(group, benchmarks);
criterion_main!(group);
