//! Histories of cases of the processes that ship, as this and every later version must be able to replay them.
//!
//! It must not change a history that is there: what was written stays true. Those of a process that has none yet are written
//! where `TOLLGATE_WRITE_HISTORIES` names it.

mod migrated;
mod told;

use crate::support::project;
use chrono::{DateTime, Utc};
use serde_json::{Value as Json, json};
use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use tollgate::case::{CaseState, Event, replay};
use tollgate::service::read_event;
use tollgate::store::{CaseStore, Entry, MemoryStore, Position, Recorded};

/// The kinds of events that a history can hold, as the source names them.
fn kinds() -> BTreeSet<String> {
    let text = fs::read_to_string(project("src/case/event.rs")).unwrap();
    let (_, rest) = text.split_once("pub fn kind(&self)").unwrap();
    let (arms, _) = rest.split_once("\n    }\n").unwrap();
    arms.split("=> \"").skip(1).map(|arm| arm.split_once('"').unwrap().0.to_owned()).collect()
}

fn folder() -> PathBuf {
    PathBuf::from(project("tests/histories/v1"))
}

/// One event as a line.
fn line(recorded: &Recorded) -> String {
    let Entry { kind, version, body } = &recorded.entry;
    let body: Json = serde_json::from_str(body).unwrap();
    json!({ "at": recorded.at, "by": recorded.by, "kind": kind, "version": version, "body": body }).to_string()
}

fn event(line: &str) -> Event {
    let line: Json = serde_json::from_str(line).unwrap();
    let at: DateTime<Utc> = serde_json::from_value(line["at"].clone()).unwrap();
    let version = line["version"].as_u64().and_then(|version| u32::try_from(version).ok()).unwrap();
    let entry = Entry { kind: Arc::from(line["kind"].as_str().unwrap()), version, body: Arc::from(line["body"].to_string()) };
    read_event(&entry, at).unwrap()
}

/// A case as people would be told of it.
fn shown(state: &CaseState) -> Json {
    let names = |names: &mut dyn Iterator<Item = String>| names.collect::<Vec<_>>();
    json!({
        "case": state.id(), "workflow": state.workflow(), "digest": state.digest(), "parent": state.parent(),
        "started": state.started(), "started_by": state.started_by(), "latest": state.latest(),
        "stages": state.stages().iter().map(|(stage, visit)| json!({ "stage": stage, "since": visit.since, "visit": visit.number })).collect::<Vec<_>>(),
        "ended": state.ended().map(|end| json!({ "result": end.result, "at": end.at })),
        "children": state.children().iter().map(|(child, known)| json!({ "case": child, "workflow": known.workflow, "result": known.result })).collect::<Vec<_>>(),
        "record": state.record(), "before": state.before(), "deliverables": state.deliverables(),
        "obligations": state.obligations().values().collect::<Vec<_>>(),
        "waived": names(&mut state.waived().iter().map(|(gate, criterion)| format!("{gate}: {criterion}"))),
        "locked": state.locked(),
        "submissions": state.submissions().iter().map(|(gate, known)| json!({
            "gate": gate, "outcome": known.outcome, "by": known.by, "at": known.at, "asked": known.asked, "round": known.round,
            "escalated": known.escalated, "conditions": known.conditions, "plan": known.plan, "acts": known.acts,
        })).collect::<Vec<_>>(),
        "holds": state.holds().iter().map(|(gate, hold)| json!({
            "gate": gate, "outcome": hold.outcome, "since": hold.since, "conditions": hold.conditions, "expiry": hold.expiry,
        })).collect::<Vec<_>>(),
        "reopened": state.reopened(), "assigned": state.assigned(), "delegations": state.delegations(),
    })
}

#[test]
fn every_history_that_was_ever_written_is_replayed_to_the_state_that_it_had() {
    if let Ok(process) = std::env::var("TOLLGATE_WRITE_HISTORIES") {
        write(&process);
    }
    let mut files: Vec<PathBuf> = fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let mut found = BTreeSet::new();
    for file in &files {
        let name = file.file_stem().unwrap().to_string_lossy().into_owned();
        let events: Vec<Event> = fs::read_to_string(file).unwrap().lines().map(event).collect();
        found.extend(events.iter().map(|event| event.what.kind().to_owned()));
        let state = replay(&events).unwrap_or_else(|(at, error)| panic!("{name}, line {}: {error}", at + 1)).unwrap();
        insta::with_settings!({ snapshot_path => "../snapshots/histories", prepend_module_to_snapshot => false, omit_expression => true }, {
            insta::assert_snapshot!(name, serde_json::to_string_pretty(&shown(&state)).unwrap());
        });
    }
    assert!(files.len() >= 15, "histories are missing");
    let kinds = kinds();
    assert!(kinds.len() > 20, "the source names kinds otherwise: {kinds:?}");
    assert_eq!(found, kinds, "a kind of event that no history has may be read otherwise one day, and nobody would know");
}

/// Writes histories of a process as they came to be when they were told: the one with most kinds of events, and those that have a kind
/// which no other has.
fn write(process: &str) {
    fs::create_dir_all(folder()).unwrap();
    let family = told::family();
    let mut known: BTreeSet<String> = BTreeSet::new();
    let mut found: Vec<(BTreeSet<String>, Vec<String>)> = Vec::new();
    for seed in 0..8 {
        let store = MemoryStore::new();
        let case = if process == migrated::PROCESS { migrated::tell(&store) } else { told::tell(&store, &family, process, seed) };
        let log = store.since(Position::default(), 100_000).unwrap();
        let own: Vec<&Recorded> = log.iter().filter(|recorded| recorded.case == case).collect();
        found.push((own.iter().map(|recorded| recorded.entry.kind.to_string()).collect(), own.into_iter().map(line).collect()));
    }
    found.sort_by_key(|(kinds, lines)| (std::cmp::Reverse(kinds.len()), lines.len()));
    for (number, (kinds, lines)) in found.into_iter().enumerate() {
        if number == 0 || !kinds.is_subset(&known) {
            let path = folder().join(format!("{process}-{}.jsonl", number + 1));
            assert!(!path.exists(), "a history that is there stays as it is: {}", path.display());
            fs::write(path, lines.join("\n") + "\n").unwrap();
        }
        known.extend(kinds);
    }
}
