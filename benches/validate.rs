//! How long validation takes: a project of 300 workflows with 10 tables of 50 rows each, after one edit of it, and the processes that ship.
//!
//! It must not read the disk while it measures, except where it says so. The reference loop in the same group tells how fast the machine is
//! just now: compare ratios, not times.

#![expect(clippy::unwrap_used, reason = "a benchmark stops at the first surprise")]

#[path = "../tests/generated.rs"]
#[expect(clippy::indexing_slicing, reason = "it is made for tests")]
mod generated;

use criterion::{Criterion, criterion_group, criterion_main};
use generated::{Size, project};
use std::collections::BTreeMap;
use std::hint::black_box;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use tollgate::catalog::{Session, check, load};

/// As the binary does.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const SIZE: Size = Size { workflows: 300, tables: 10, rows: 50 };

/// A project of 300 files in all.
const FILES_300: Size = Size { workflows: 46, tables: 10, rows: 50 };

/// Work that never changes: hashing and sorting 100,000 numbers, as the engine does most of the day.
fn reference() -> u64 {
    let mut numbers: Vec<u64> = (0..100_000_u64).map(|number| (number.wrapping_mul(0x9E37_79B9_7F4A_7C15)).rotate_left(17)).collect();
    numbers.sort_unstable();
    numbers.iter().enumerate().fold(0, |sum, (index, number)| sum.rotate_left(5) ^ number.wrapping_mul(index as u64))
}

fn session(files: &BTreeMap<String, String>) -> Session {
    let mut session = Session::in_memory(Path::new("flows"));
    for (path, text) in files {
        session.edit(Path::new(path), text);
    }
    session
}

/// Checks, and holds that there is nothing to report.
fn checked(session: &mut Session) -> usize {
    let checked = session.check().unwrap();
    assert!(checked.diagnostics.is_empty(), "{:?}", checked.diagnostics);
    checked.workflows.len()
}

/// A text with a comment that changes each time.
fn edited(text: &str, turn: &mut usize) -> String {
    *turn += 1;
    format!("{text}\n# {turn}\n")
}

/// The median of some runs.
fn median(runs: usize, mut run: impl FnMut()) -> Duration {
    let mut times: Vec<Duration> = (0..runs)
        .map(|_| {
            let start = Instant::now();
            run();
            start.elapsed()
        })
        .collect();
    times.sort();
    times.get(runs / 2).copied().unwrap_or_default()
}

fn benchmarks(criterion: &mut Criterion) {
    let files = project(SIZE);
    let (workflow, script, shared) = ("flows/flow-150.yaml", "flows/rules/kind-0.rhai", "flows/common.yaml");
    let mut open = session(&files);
    assert_eq!(checked(&mut open), SIZE.workflows);
    let mut turn = 0;
    let mut edit = |path: &str| {
        let text = files.get(path).unwrap();
        let text = if path.ends_with(".rhai") { edited(text, &mut turn).replace("# ", "// ") } else { edited(text, &mut turn) };
        open.edit(Path::new(path), &text);
        assert_eq!(checked(&mut open), SIZE.workflows);
    };
    let small_files = project(FILES_300);
    assert!((290..=300).contains(&small_files.len()), "{} files", small_files.len());
    let mut small = session(&small_files);
    let mut small_turn = 0;
    let mut edit_small = || {
        small.edit(Path::new(shared), &edited(small_files.get(shared).unwrap(), &mut small_turn));
        assert_eq!(checked(&mut small), FILES_300.workflows);
    };
    let shipped = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/workflows"));
    let cold_shipped = || assert!(check(&load(std::slice::from_ref(&shipped)).unwrap()).diagnostics.is_empty());

    let mut group = criterion.benchmark_group("validate");
    group.sample_size(10).measurement_time(Duration::from_secs(5)).warm_up_time(Duration::from_secs(1));
    group.bench_function("reference loop", |bencher| bencher.iter(|| black_box(reference())));
    group.bench_function("300 workflows, cold", |bencher| bencher.iter(|| checked(&mut session(&files))));
    group.bench_function("300 workflows, after an edit of one", |bencher| bencher.iter(|| edit(workflow)));
    group.bench_function("300 workflows, after an edit of a script that 30 use", |bencher| bencher.iter(|| edit(script)));
    group.bench_function("300 workflows, after an edit of what all use", |bencher| bencher.iter(|| edit(shared)));
    group.bench_function("300 files, cold", |bencher| bencher.iter(|| checked(&mut session(&small_files))));
    group.bench_function("300 files, after an edit of what all use", |bencher| bencher.iter(&mut edit_small));
    group.bench_function("the shipped workflows, cold, from disk", |bencher| bencher.iter(cold_shipped));
    group.finish();

    let loop_time = median(51, || _ = black_box(reference()));
    let tell = |what: &str, time: Duration| {
        let ratio = time.as_secs_f64() / loop_time.as_secs_f64();
        let _ = writeln!(std::io::stdout(), "{what:<60} {:>9.1} ms  {ratio:>8.1} x the reference loop", time.as_secs_f64() * 1000.0);
    };
    tell("reference loop", loop_time);
    tell("300 workflows, cold", median(5, || _ = checked(&mut session(&files))));
    tell("300 workflows, after an edit of one", median(21, || edit(workflow)));
    tell("300 workflows, after an edit of a script that 30 use", median(5, || edit(script)));
    tell("300 workflows, after an edit of what all use", median(5, || edit(shared)));
    tell("300 files (46 workflows), cold", median(11, || _ = checked(&mut session(&small_files))));
    tell("300 files, after an edit of what all use", median(11, edit_small));
    tell("the shipped workflows, cold, from disk", median(11, cold_shipped));
}

criterion_group!(group, benchmarks);
criterion_main!(group);
