//! Files that nobody would write: 10,000 mutated copies of the project's own samples are validated, and what compiles is run.
//!
//! It must not ask what is found, only that an answer comes, and comes soon.

use crate::support::Choice;
use std::collections::BTreeMap;
use std::fs;
use std::io::{Cursor, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use tollgate::catalog::Session;
use tollgate::evaluation::{Subject, evaluate};
use tollgate::ingest::{Plan, from_reader};
use tollgate::workflow::Workflow;

/// The mutants of the small samples, of the processes that ship, and of files of records.
const SMALL: usize = 9_200;
const SHIPPED: usize = 300;
const RECORDS: usize = 500;
/// All mutants follow from it.
const SEED: u64 = 20_261_122;
/// How long one may take at most: far more than any of them needs, also where many tests run at once.
const PATIENCE: Duration = Duration::from_secs(120);

/// Files that belong together, and what mutants of them are made of.
struct Sample {
    folder: String,
    files: BTreeMap<String, String>,
    records: Option<String>,
}

/// One mutant: the file that is changed, and what it says instead.
struct Mutant<'a> {
    sample: &'a Sample,
    path: String,
    text: String,
}

/// Samples of which a copy takes as long as the proofs may: a thousand of them are no quick test.
const LONG: &[&str] = &["tests/diagnostics/unproved-table"];

/// What a thread is at, for the watchdog.
type Work = Mutex<Option<(Instant, String)>>;

fn read(path: &Path) -> Option<String> {
    fs::read(path).ok().map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
}

/// All files below a folder, by their paths in the project.
fn below(folder: &str) -> BTreeMap<String, String> {
    let files = crate::library::files(folder, &[".yaml", ".rhai", ".csv", ".jsonl"]);
    let relative = |path: &PathBuf| path.strip_prefix(crate::support::project("")).unwrap().to_string_lossy().into_owned();
    files.iter().filter_map(|path| Some((relative(path), read(path)?))).collect()
}

/// Every sample of a finding and every example.
fn small() -> Vec<Sample> {
    let mut groups: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
    for (path, text) in below("tests/diagnostics").into_iter().chain(below("examples")) {
        let mut parts = path.split('/');
        let group: Vec<&str> = parts.by_ref().take(3).collect();
        groups.entry(group.join("/")).or_default().insert(path, text);
    }
    let sample = |(folder, mut files): (String, BTreeMap<String, String>)| {
        let records = files.keys().find(|path| path.contains("/records.")).cloned();
        let records = records.and_then(|path| files.remove(&path));
        Sample { folder: if folder.ends_with(".yaml") { String::new() } else { folder }, files, records }
    };
    groups.into_iter().filter(|(folder, _)| !LONG.contains(&folder.as_str())).map(sample).collect()
}

/// Every process that ships, with what it uses and its records.
fn shipped() -> Vec<Sample> {
    let all = below("workflows");
    let sample = |(workflow, records): &(&str, &str)| {
        let path = format!("workflows/{workflow}");
        let loaded = tollgate::catalog::load(&[crate::support::project(&path).into()]).unwrap();
        let used = loaded.sources.iter().map(|(_, source)| source.path().to_owned());
        let files = used.filter_map(|used| all.iter().find(|(path, _)| used.ends_with(&format!("/{path}"))));
        let files = files.map(|(path, text)| (path.clone(), text.clone())).collect();
        let records = all.get(&format!("workflows/{records}"));
        let some = |text: &String| text.lines().take(4).map(|line| format!("{line}\n")).collect();
        Sample { folder: String::new(), files, records: records.map(some) }
    };
    crate::library::SHIPPED.iter().map(sample).collect()
}

/// What does harm where it stands: deep, long, large or unusual.
fn harmful(choice: &mut Choice) -> String {
    let many = 10 + choice.below(600);
    match choice.below(16) {
        0 => "[".repeat(many),
        1 => "{a: ".repeat(many),
        2 => format!("\"{}1{}\"", "(".repeat(many), ")".repeat(many)),
        3 => format!("\"1{}\"", " + 1".repeat(many)),
        4 => "9".repeat(many),
        5 => "-1e999999999".to_owned(),
        6 => format!("\"record{}\"", ".a".repeat(many)),
        7 => "\"\\u0000\u{202e}🦀\u{2028}é\u{feff}\"".to_owned(),
        8 => "&a [*a, *a]".to_owned(),
        9 => "!!binary <<: ~".to_owned(),
        10 => "x".repeat(many * 30),
        11 => format!("'{}true'", "!".repeat(many)),
        12 => "79228162514264337593543950336".to_owned(),
        13 => "9999-12-31".to_owned(),
        14 => "\"|x| x\"".to_owned(),
        _ => "\t\r\u{85}\u{0}".to_owned(),
    }
}

/// A copy with one mistake or a few; `other` lends lines and words.
fn mutated(text: &str, other: &str, choice: &mut Choice) -> String {
    let mut text = text.to_owned();
    for _ in 0..1 + choice.below(3) {
        let mut lines: Vec<String> = text.split_inclusive('\n').map(ToOwned::to_owned).collect();
        let (at, to) = (choice.below(lines.len()), choice.below(lines.len()));
        let line = lines.get(at).cloned().unwrap_or_default();
        match choice.below(10) {
            0 => {
                let mut bytes = text.into_bytes();
                if !bytes.is_empty() {
                    let at = choice.below(bytes.len());
                    bytes[at] ^= 1 << choice.below(8);
                }
                text = String::from_utf8_lossy(&bytes).into_owned();
                continue;
            }
            1 => {
                let mut end = choice.below(text.len());
                while !text.is_char_boundary(end) {
                    end -= 1;
                }
                text.truncate(end);
                continue;
            }
            2 if !lines.is_empty() => drop(lines.remove(at)),
            3 if !lines.is_empty() => lines.insert(to, line),
            4 if !lines.is_empty() => lines.swap(at, to),
            5 if !lines.is_empty() => lines[at] = format!("{}{line}", " ".repeat(choice.below(6))),
            // A value of another kind.
            6 | 7 if line.contains(':') => {
                let key = line.split_once(':').map_or("", |(key, _)| key);
                lines[at] = format!("{key}: {}\n", harmful(choice));
            }
            8 => {
                let lent: Vec<&str> = other.split_inclusive('\n').collect();
                if !lent.is_empty() {
                    lines.insert(at, (*choice.of(&lent)).to_owned());
                }
            }
            _ => {
                let words = |text: &str| -> Vec<String> {
                    let words = text.split(|c: char| !c.is_alphanumeric() && c != '_' && c != '.');
                    words.filter(|word| !word.is_empty()).map(ToOwned::to_owned).collect()
                };
                let (here, lent) = (words(&line), words(other));
                if !here.is_empty() && !lent.is_empty() {
                    let word = if choice.below(5) == 0 { harmful(choice) } else { choice.of(&lent).clone() };
                    lines[at] = line.replacen(choice.of(&here).as_str(), &word, 1);
                }
            }
        }
        text = lines.concat();
    }
    text
}

fn mutant<'a>(samples: &'a [Sample], number: usize) -> Mutant<'a> {
    let mut choice = Choice::new(SEED + number as u64);
    // Every file is taken as often as every other.
    let count: usize = samples.iter().map(|sample| sample.files.len()).sum();
    let mut at = number % count;
    let mut sample = &samples[0];
    for candidate in samples {
        sample = candidate;
        if at < candidate.files.len() {
            break;
        }
        at -= candidate.files.len();
    }
    let (path, text) = sample.files.iter().nth(at).unwrap();
    let other = choice.of(samples).files.values().next().unwrap();
    Mutant { sample, path: path.clone(), text: mutated(text, other, &mut choice) }
}

/// Judges records in the first stages of a workflow.
fn judge(workflow: &Workflow, records: &str) {
    let Ok(plan) = Plan::new(workflow.record(), workflow.records().values(), None, workflow.calendar().zone()) else { return };
    let Ok(records) = from_reader(Cursor::new(records.as_bytes().to_vec()), None, "records", &plan) else { return };
    for record in records.flatten().take(3) {
        for stage in workflow.stages().keys().take(3) {
            let subject = Subject { since: record.case.since, ..Subject::new(stage.clone(), record.record.clone()) };
            assert!(evaluate(workflow, &subject, "2026-11-22T00:00:00Z".parse().unwrap()).gates.len() <= workflow.gates().len());
        }
    }
}

impl Mutant<'_> {
    /// Validates the mutant with the files that belong to it; true where a workflow came of it, and judged records.
    fn run(&self) -> bool {
        let mut session = Session::in_memory(Path::new(&self.sample.folder));
        for (path, text) in &self.sample.files {
            session.edit(Path::new(path), if *path == self.path { &self.text } else { text });
        }
        let checked = session.check().unwrap();
        for (_, workflow) in &checked.workflows {
            judge(workflow, self.sample.records.as_deref().unwrap_or("{}\n"));
        }
        !checked.workflows.is_empty()
    }
}

/// Does `work` for many numbers in two threads; a panic is told with its number, and what takes too long ends the test at once.
fn survives(what: &str, count: usize, name: impl Fn(usize) -> String + Sync, work: impl Fn(usize) -> bool + Sync) -> usize {
    let (next, done, fine) = (AtomicUsize::new(0), AtomicBool::new(false), AtomicUsize::new(0));
    let broken: Mutex<Vec<String>> = Mutex::new(Vec::new());
    let at: [Work; 2] = [Mutex::new(None), Mutex::new(None)];
    let run = |at: &Work| {
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= count {
                break;
            }
            *at.lock().unwrap() = Some((Instant::now(), name(number)));
            match catch_unwind(AssertUnwindSafe(|| work(number))) {
                Ok(compiled) => drop(fine.fetch_add(usize::from(compiled), Ordering::Relaxed)),
                Err(_) => broken.lock().unwrap().push(name(number)),
            }
        }
        *at.lock().unwrap() = None;
    };
    std::thread::scope(|scope| {
        let threads: Vec<_> = at.iter().map(|at| scope.spawn(move || run(at))).collect();
        let watchdog = scope.spawn(|| {
            while !done.load(Ordering::Relaxed) {
                std::thread::sleep(Duration::from_millis(50));
                for at in &at {
                    let late = at.lock().unwrap().clone().filter(|(since, _)| since.elapsed() > PATIENCE);
                    if let Some((_, name)) = late {
                        // A thread that hangs cannot be ended, and the output of a test that does not end is never shown.
                        let _ = writeln!(std::io::stderr(), "seed {SEED}: {what} {name} has taken longer than {PATIENCE:?}");
                        std::process::abort();
                    }
                }
            }
        });
        threads.into_iter().for_each(|thread| thread.join().unwrap());
        done.store(true, Ordering::Relaxed);
        watchdog.join().unwrap();
    });
    let broken = broken.into_inner().unwrap();
    assert!(broken.is_empty(), "seed {SEED}: {} of {count} {what} panic\n{}", broken.len(), broken.join("\n"));
    fine.into_inner()
}

fn survive_as_workflows(what: &str, samples: &[Sample], count: usize) -> usize {
    let name = |number: usize| format!("{number} of {}", mutant(samples, number).path);
    survives(what, count, name, |number| mutant(samples, number).run())
}

#[test]
fn mutants_of_every_sample_are_validated_and_run() {
    let compiled = survive_as_workflows("mutants of samples", &small(), SMALL);
    assert!(compiled > SMALL / 20, "only {compiled} of {SMALL} compile");
}

#[test]
fn mutants_of_the_processes_that_ship_are_validated_and_run() {
    let compiled = survive_as_workflows("mutants of processes", &shipped(), SHIPPED);
    assert!(compiled > SHIPPED / 20, "only {compiled} of {SHIPPED} compile");
}

#[test]
fn mutants_of_records_are_read_and_judged() {
    let samples = shipped();
    let workflows: Vec<_> = samples
        .iter()
        .map(|sample| {
            let mut session = Session::in_memory(Path::new(&sample.folder));
            sample.files.iter().for_each(|(path, text)| session.edit(Path::new(path), text));
            session.check().unwrap().workflows.remove(0).1
        })
        .collect();
    let text = |number: usize| {
        let mut choice = Choice::new(SEED + number as u64);
        let other = choice.of(&samples).records.clone().unwrap();
        mutated(samples[number % samples.len()].records.as_deref().unwrap(), &other, &mut choice)
    };
    let work = |number: usize| {
        judge(&workflows[number % workflows.len()], &text(number));
        true
    };
    survives("mutants of records", RECORDS, |number| format!("{number} of {}", workflows[number % workflows.len()].id()), work);
}
