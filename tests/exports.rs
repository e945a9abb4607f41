//! The event log as other tools read it: each form as reviewed, all of them with the same counts, and XES and OCEL as pm4py reads them.
//!
//! It must not know how the forms are written.

use crate::journeys::{drawn, told};
use crate::support::{Folder, project, tollgate};
use serde_json::Value as Json;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io::Write;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::AtomicBool;
use tollgate::cli::Exit;
use tollgate::export::{ExportError, Exported, Form, Tally};
use tollgate::names::WorkflowId;
use tollgate::service::Service;
use tollgate::store::{CaseStore, MemoryStore, SqliteStore};

fn exported(store: &dyn CaseStore, form: Form, workflow: Option<&str>) -> (String, Tally) {
    let workflow = workflow.map(|workflow| WorkflowId::parse(workflow).unwrap());
    let service = Service::new(store);
    let log = Exported { service: &service, workflow: workflow.as_ref(), interrupted: &AtomicBool::new(false) };
    let mut out = Vec::new();
    let tally = log.write(form, &mut out).unwrap();
    (String::from_utf8(out).unwrap(), tally)
}

fn told_store() -> MemoryStore {
    let store = MemoryStore::new();
    told(&Service::new(&store));
    store
}

#[test]
fn each_form_is_as_reviewed() {
    let store = told_store();
    for (name, form) in [("jsonl", Form::Jsonl), ("csv", Form::Csv), ("xes", Form::Xes), ("ocel", Form::Ocel)] {
        let (text, _) = exported(&store, form, None);
        // What a workflow says is hashed with all of its text, and the digest is part of every hash behind it.
        insta::assert_snapshot!(format!("an_exported_log_as_{name}"), without_hashes(&text));
    }
}

/// Runs of 64 hexadecimal digits look alike.
fn without_hashes(text: &str) -> String {
    text.split('"')
        .map(|part| if part.len() == 64 && part.chars().all(|c| c.is_ascii_hexdigit()) { "<hash>" } else { part })
        .collect::<Vec<_>>()
        .join("\"")
}

#[test]
fn json_lines_hold_every_event_as_it_was_recorded() {
    let store = told_store();
    let (text, _) = exported(&store, Form::Jsonl, None);
    let recorded = store.since(tollgate::store::Position::START, usize::MAX).unwrap();
    let lines: Vec<Json> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), recorded.len());
    for (line, event) in lines.iter().zip(&recorded) {
        assert_eq!(line["position"], event.position.0);
        assert_eq!(line["revision"], event.revision.0);
        assert_eq!(line["case"], event.case.as_str());
        assert_eq!(line["kind"], *event.entry.kind);
        assert_eq!(line["hash"], event.hash.to_string());
        let body: Json = serde_json::from_str(&event.entry.body).unwrap();
        let what = line["what"].as_object().unwrap().values().next().unwrap();
        assert_eq!(*what, body["what"]);
        assert_eq!(line["by"], body["by"]);
    }
}

/// The activities of every case, in their order, from CSV.
fn traces(csv: &str) -> BTreeMap<String, Vec<String>> {
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let mut traces: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for record in reader.records().map(Result::unwrap) {
        traces.entry(record[0].to_owned()).or_default().push(record[2].to_owned());
    }
    traces
}

#[test]
fn all_forms_count_alike() {
    let store = MemoryStore::new();
    drawn(&Service::new(&store), 60, 7);
    for workflow in [None, Some("request"), Some("order"), Some("nobody")] {
        let (csv, told) = exported(&store, Form::Csv, workflow);
        let traces = traces(&csv);
        let events: usize = traces.values().map(Vec::len).sum();
        let activities: BTreeSet<&String> = traces.values().flatten().collect();
        let variants: BTreeSet<&Vec<String>> = traces.values().collect();
        let counts = (traces.len(), events, activities.len(), variants.len());
        assert!(workflow == Some("nobody") || counts.0 >= 5, "{counts:?}: the test is going blind");
        for form in [Form::Jsonl, Form::Csv, Form::Xes, Form::Ocel] {
            let (_, tally) = exported(&store, form, workflow);
            assert_eq!((tally.traces(), tally.events(), tally.activities(), tally.variants()), counts, "{form:?}, {workflow:?}");
            assert_eq!(tally.to_string(), told.to_string());
        }
    }
}

/// A line of XES: the name of its element, its attributes, and whether it is open.
fn element(line: &str) -> (String, BTreeMap<String, String>, bool) {
    let inner = line.trim().strip_prefix('<').and_then(|line| line.strip_suffix('>')).unwrap_or_else(|| panic!("no element: {line}"));
    let (inner, closed) = inner.strip_suffix('/').map_or((inner, false), |inner| (inner, true));
    let (name, mut rest) = inner.split_once(' ').unwrap_or((inner, ""));
    let mut attributes = BTreeMap::new();
    while !rest.is_empty() {
        let (key, after) = rest.split_once("=\"").unwrap_or_else(|| panic!("no attribute: {rest}"));
        let (value, after) = after.split_once('"').unwrap_or_else(|| panic!("no end of a value: {after}"));
        assert!(!value.contains(['<', '>']), "{line}");
        let entities = value.split('&').skip(1);
        entities.for_each(|entity| assert!(["amp;", "lt;", "gt;", "quot;", "#"].iter().any(|known| entity.starts_with(known)), "{line}"));
        assert_eq!(attributes.insert(key.trim().to_owned(), value.to_owned()), None, "twice: {line}");
        rest = after;
    }
    (name.to_owned(), attributes, !closed && !name.starts_with('/'))
}

#[test]
fn xes_has_the_structure_that_the_standard_asks_for() {
    let store = MemoryStore::new();
    drawn(&Service::new(&store), 40, 3);
    let (text, tally) = exported(&store, Form::Xes, None);
    let order = ["extension", "global", "classifier", "string", "trace"];
    let (mut open, mut reached, mut keys, mut names): (Vec<String>, usize, Vec<BTreeSet<String>>, BTreeSet<String>) = Default::default();
    let (mut traces, mut events) = (0, 0);
    let mut wanted: HashMap<&str, BTreeSet<String>> = HashMap::new();
    for line in text.lines() {
        if line.starts_with("<?xml ") {
            continue;
        }
        let (name, attributes, opens) = element(line);
        if let Some(closed) = name.strip_prefix('/') {
            assert_eq!(open.pop().as_deref(), Some(closed));
            let of = keys.pop().unwrap();
            match closed {
                "global" => {
                    wanted.insert(if wanted.is_empty() { "trace" } else { "event" }, of);
                }
                "trace" | "event" => assert!(wanted[closed].is_subset(&of), "a {closed} lacks what is global: {of:?}"),
                _ => {}
            }
            continue;
        }
        if open.len() == 1 {
            let place = order.iter().position(|known| *known == name).unwrap_or_else(|| panic!("{name} in a log"));
            assert!(place >= reached, "{name} comes too late");
            reached = place;
        }
        if let Some(key) = attributes.get("key") {
            assert!(keys.last_mut().unwrap().insert(key.clone()), "{key} stands twice");
            let prefix = key.split_once(':').map(|(prefix, _)| prefix);
            assert!(prefix.is_none_or(|prefix| names.contains(prefix)), "no extension declares {key}");
        }
        names.extend(attributes.get("prefix").filter(|_| name == "extension").cloned());
        traces += usize::from(name == "trace");
        events += usize::from(name == "event");
        if opens {
            open.push(name);
            keys.push(BTreeSet::new());
        }
    }
    assert!(open.is_empty() && wanted.len() == 2);
    assert_eq!((traces, events), (tally.traces(), tally.events()));
}

#[test]
fn ocel_speaks_only_of_objects_and_types_that_it_declares() {
    let store = MemoryStore::new();
    drawn(&Service::new(&store), 60, 11);
    for workflow in [None, Some("order")] {
        let (text, tally) = exported(&store, Form::Ocel, workflow);
        let log: Json = serde_json::from_str(&text).unwrap();
        let list = |name: &str| log[name].as_array().unwrap().clone();
        let set = |name: &str, key: &str| -> BTreeSet<String> {
            let found: Vec<String> = list(name).iter().map(|item| item[key].as_str().unwrap().to_owned()).collect();
            let set: BTreeSet<String> = found.iter().cloned().collect();
            assert_eq!(set.len(), found.len(), "{name}: something stands twice");
            set
        };
        let (objects, object_types, event_types) = (set("objects", "id"), set("objectTypes", "name"), set("eventTypes", "name"));
        assert_eq!(set("events", "id").len(), tally.events());
        for (items, types) in [("objects", &object_types), ("events", &event_types)] {
            let used: BTreeSet<String> = list(items).iter().map(|item| item["type"].as_str().unwrap().to_owned()).collect();
            let persons = |name: &&String| name.as_str() != "org:resource" || items == "events";
            assert_eq!(used.iter().filter(persons).collect::<Vec<_>>(), types.iter().filter(persons).collect::<Vec<_>>());
            for item in list(items) {
                for related in item["relationships"].as_array().unwrap() {
                    assert!(objects.contains(related["objectId"].as_str().unwrap()), "{item}");
                }
            }
        }
        let cases = list("objects").iter().filter(|object| object["type"] != "org:resource").count();
        assert_eq!(cases, tally.traces());
        let born = list("objects").iter().filter(|object| !object["relationships"].as_array().unwrap().is_empty()).count();
        assert_eq!(born > 3, workflow.is_none(), "orders are born of requests");
    }
}

#[test]
fn an_interrupted_export_says_so() {
    let store = told_store();
    let service = Service::new(&store);
    for form in [Form::Jsonl, Form::Csv, Form::Xes, Form::Ocel] {
        let log = Exported { service: &service, workflow: None, interrupted: &AtomicBool::new(true) };
        assert!(matches!(log.write(form, &mut Vec::new()), Err(ExportError::Interrupted)), "{form:?}");
    }
}

#[test]
fn the_command_writes_a_whole_file_or_none() {
    let folder = Folder::new();
    let file = |name: &str| format!("{}/{name}", folder.path());
    let store = file("cases.db");
    told(&Service::new(&SqliteStore::open(Path::new(&store)).unwrap()));
    let (wanted, tally) = exported(&told_store(), Form::Xes, None);
    let ran = tollgate(&["audit", "export", "--format", "xes", "--store", &store, "--output", &file("log.xes")]);
    assert_eq!((ran.exit, ran.out.as_str()), (Exit::Clean, ""), "{}", ran.err);
    assert_eq!(ran.err, format!("exported {tally}\n"));
    assert_eq!(std::fs::read_to_string(file("log.xes")).unwrap(), wanted);
    assert!(!Path::new(&file("log.xes.part")).exists());
    let ran = tollgate(&["audit", "export", "--format", "csv", "--store", &store, "--workflow", "order", "--quiet"]);
    assert_eq!((ran.exit, ran.err.as_str()), (Exit::Clean, ""));
    assert_eq!(ran.out, exported(&told_store(), Form::Csv, Some("order")).0);
    let ran = tollgate(&["audit", "export", "--format", "csv", "--store", &store, "--output", &file("nowhere/log.csv")]);
    assert_eq!(ran.exit, Exit::Failed);
    assert!(ran.err.contains("cannot write `") && ran.err.contains("nowhere/log.csv"), "{}", ran.err);
    let ran = tollgate(&["audit", "export", "--format", "csv", "--store", &file("other.db")]);
    assert_eq!(ran.exit, Exit::Failed);
}

/// What pm4py says of a file: traces, events, activities and variants of an XES log, cases and events of an OCEL one.
const READER: &str = r#"
import sys, json, warnings
warnings.filterwarnings("ignore")
import pm4py
log = pm4py.read_xes(sys.argv[1], variant="iterparse")
ocel = pm4py.read_ocel2_json(sys.argv[2])
csv = pm4py.format_dataframe(__import__("pandas").read_csv(sys.argv[3]), case_id="case", activity_key="activity", timestamp_key="timestamp")
cases = ocel.objects[ocel.objects["ocel:type"] != "org:resource"]
print("pm4py", pm4py.__version__, file=sys.stderr)
counts = lambda log: [log["case:concept:name"].nunique(), len(log), log["concept:name"].nunique(), len(pm4py.get_variants(log))]
print(json.dumps({
    "xes": counts(log),
    "csv": counts(csv),
    "ocel": [len(cases), len(ocel.events), ocel.events["ocel:activity"].nunique()],
    "born": len(ocel.o2o),
    "starts": sorted(pm4py.get_start_activities(log)),
}))
"#;

/// The Python that is asked; `TOLLGATE_PYTHON` names another one.
fn python() -> Option<String> {
    let python = std::env::var("TOLLGATE_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let found =
        Command::new(&python).args(["-c", "import importlib.util, sys; sys.exit(importlib.util.find_spec('pm4py') is None)"]).output();
    if found.is_ok_and(|found| found.status.success()) {
        return Some(python);
    }
    // Written past the capture of test output on purpose: a skipped test must say so.
    let _ = writeln!(std::io::stderr(), "skipped: `{python}` has no pm4py");
    None
}

#[test]
fn a_thousand_cases_are_to_pm4py_what_they_are_to_tollgate() {
    let Some(python) = python() else { return };
    let store = MemoryStore::new();
    drawn(&Service::new(&store), 1_000, 2026);
    let folder = Folder::new();
    let (xes, tally) = exported(&store, Form::Xes, None);
    let (ocel, csv) = (exported(&store, Form::Ocel, None).0, exported(&store, Form::Csv, None).0);
    let orders = traces(&csv).keys().filter(|case| case.contains('/')).count();
    let files = [folder.file("log.xes", xes), folder.file("log.jsonocel", ocel), folder.file("log.csv", csv)];
    let ran = Command::new(python).args(["-c", READER]).args(&files).current_dir(project("")).output().unwrap();
    let told = String::from_utf8_lossy(&ran.stdout);
    let line = told.lines().rfind(|line| line.starts_with('{')).unwrap_or_else(|| panic!("{}", String::from_utf8_lossy(&ran.stderr)));
    let told: Json = serde_json::from_str(line).unwrap();
    let counts = [tally.traces(), tally.events(), tally.activities(), tally.variants()];
    let _ = writeln!(std::io::stderr(), "pm4py: {told}; tollgate: {tally}");
    assert!(tally.traces() > 1_000 && tally.variants() > 100, "{tally}: the test is going blind");
    assert_eq!(told["xes"], serde_json::json!(counts));
    assert_eq!(told["csv"], serde_json::json!(counts));
    assert_eq!(told["ocel"], serde_json::json!(counts[..3]));
    assert_eq!(told["born"], orders);
    assert_eq!(told["starts"], serde_json::json!(["start case"]));
}
