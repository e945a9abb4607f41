//! A process that writes under load is killed at random moments: what it acknowledged is there once, the rest whole or not at all.
//!
//! It must not help the store: the process is killed by SIGKILL, and the next one finds the files as they lie.

use super::{CHILD, Folder, append, case, child, entry, tell, told, with_key};
use crate::support::Choice;
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read};
use std::time::{Duration, Instant};
use tollgate::names::CaseId;
use tollgate::store::{Append, CaseStore, Position, Revision, SqliteStore};

/// How often a writer is killed, and how many of its successors work on in the same file.
const KILLS: usize = 200;
const GENERATIONS: usize = 20;
const THREADS: usize = 6;

/// Events that say of how many they are one, and of how many cases.
fn command(name: &str, revision: u64, key: &str, events: usize, cases: usize) -> Append {
    let body = format!("{{\"events\":{events},\"cases\":{cases},\"pad\":\"{}\"}}", "x".repeat(events * 300));
    Append { entries: vec![entry("changed", &body); events], ..with_key(append(name, revision, ""), key) }
}

/// What one thread of the writer does until it is killed.
fn load(store: &SqliteStore, life: u32, thread: usize) {
    let mut choice = Choice::new(u64::from(life) * 100 + thread as u64);
    let own = format!("T{thread}");
    let mut revision = store.history(&case(&own)).unwrap().len() as u64;
    for turn in 0.. {
        let key = format!("{life}-{thread}-{turn}");
        let events = 1 + choice.below(4);
        let mut appends = vec![command(&own, revision, &key, events, 1)];
        if choice.often(30) {
            let children = (0..2).map(|child| command(&format!("{own}-{key}-{child}"), 0, &key, events, 3));
            appends = std::iter::once(command(&own, revision, &key, events, 3)).chain(children).collect();
        }
        let answers = store.append_all(&appends).unwrap();
        revision = answers[0].revision.0;
        tell(&format!("{key} {own} {events}"));
    }
}

#[test]
#[ignore = "it is what the child process of the crash test does"]
fn writer() {
    let Some(path) = std::env::var_os(CHILD) else { return };
    let store = SqliteStore::open(path.as_ref()).unwrap();
    let life = std::process::id();
    tell("open");
    std::thread::scope(|scope| {
        for thread in 0..THREADS {
            let store = &store;
            scope.spawn(move || load(store, life, thread));
        }
    });
}

/// Starts a writer, kills it at some moment, and returns what it acknowledged.
fn burst(folder: &Folder, choice: &mut Choice) -> Vec<String> {
    let mut process = child("crash::writer", folder).spawn().unwrap();
    let mut out = BufReader::new(process.stdout.take().unwrap());
    let mut read = Vec::new();
    // Mostly at work, sometimes when it has just opened the store, sometimes before.
    // An acknowledgement has a space in it; `open` has none.
    let sign = match choice.below(100) {
        0..70 => Some(' '),
        70..85 => Some('o'),
        _ => None,
    };
    while sign.is_some_and(|sign| !told(&read).iter().any(|line| line.contains(sign))) {
        assert!(out.read_until(b'\n', &mut read).unwrap() > 0, "the writer did not begin");
    }
    std::thread::sleep(Duration::from_micros(choice.below(80_000) as u64));
    process.kill().unwrap();
    out.read_to_end(&mut read).unwrap();
    let mut errors = String::new();
    process.stderr.take().unwrap().read_to_string(&mut errors).unwrap();
    assert!(!process.wait().unwrap().success() && !errors.contains("panicked"), "{errors}");
    told(&read).into_iter().filter(|line| line != "open").collect()
}

/// A number in the body of an event.
fn number(body: &str, name: &str) -> usize {
    let value: serde_json::Value = serde_json::from_str(body).unwrap();
    usize::try_from(value[name].as_u64().unwrap()).unwrap()
}

/// Holds that every command in the store is whole, and returns them with the revision that its first case came to.
fn commands(store: &SqliteStore) -> BTreeMap<String, BTreeMap<CaseId, Revision>> {
    let mut found: BTreeMap<String, BTreeMap<CaseId, Vec<_>>> = BTreeMap::new();
    for event in store.since(Position::START, usize::MAX).unwrap() {
        let key = event.key.as_ref().unwrap().as_str().to_owned();
        found.entry(key).or_default().entry(event.case.clone()).or_default().push(event);
    }
    for (key, cases) in &found {
        for events in cases.values() {
            let body = &events[0].entry.body;
            assert_eq!((events.len(), cases.len()), (number(body, "events"), number(body, "cases")), "{key} is torn");
            assert!(events.windows(2).all(|pair| pair[0].revision.0 + 1 == pair[1].revision.0));
        }
    }
    let last = |events: Vec<tollgate::store::Recorded>| events.last().unwrap().revision;
    found.into_iter().map(|(key, cases)| (key, cases.into_iter().map(|(case, events)| (case, last(events))).collect())).collect()
}

#[test]
fn what_was_acknowledged_survives_a_kill_at_any_moment() {
    if !cfg!(unix) {
        super::tell("skipped: this system has no SIGKILL");
        return;
    }
    let mut choice = Choice::new(5);
    let (mut acknowledged_in_all, mut under_load, mut unacknowledged) = (0, 0, 0);
    let start = Instant::now();
    for _ in 0..KILLS / GENERATIONS {
        let folder = Folder::new();
        let mut acknowledged: Vec<String> = Vec::new();
        for _ in 0..GENERATIONS {
            let told = burst(&folder, &mut choice);
            under_load += usize::from(!told.is_empty());
            acknowledged.extend(told);
            let store = folder.store();
            store.verify().unwrap();
            let found = commands(&store);
            for line in &acknowledged {
                let parts: Vec<&str> = line.split(' ').collect();
                let cases = found.get(parts[0]).unwrap_or_else(|| panic!("{line} was acknowledged and is gone"));
                assert!(cases.contains_key(&case(parts[1])), "{line}");
            }
            // The same command again is known: nothing is carried out twice.
            if let Some(line) = acknowledged.last() {
                let parts: Vec<&str> = line.split(' ').collect();
                let cases = &found[parts[0]];
                let again = command(parts[1], 0, parts[0], parts[2].parse().unwrap(), cases.len());
                let answer = store.append(&again).unwrap();
                assert!(answer.repeated && answer.revision == cases[&case(parts[1])]);
            }
        }
        acknowledged_in_all += acknowledged.len();
        unacknowledged += commands(&folder.store()).len() - acknowledged.len();
    }
    assert!(under_load > KILLS / 2, "only {under_load} of {KILLS} writers were at work when they were killed");
    super::tell(&format!(
        "{KILLS} kills, {under_load} under load, {acknowledged_in_all} acknowledged commands, {unacknowledged} found unacknowledged, {:.0} s",
        start.elapsed().as_secs_f64()
    ));
}
