//! Commands carried out on stored cases: the same answers from every store, once each, and whole families at once.
//!
//! It must not look into a store but through its trait.

use super::flows::flow;
use super::walk::{beginning, command, field, pause, start, user};
use crate::support::{Choice, Folder};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value as Json, json};
use std::path::Path;
use std::sync::Arc;
use tollgate::case::{Actor, Command, Event, Happened, Occasion};
use tollgate::catalog::Session;
use tollgate::names::{CaseId, GateId, OutcomeId, WorkflowId};
use tollgate::service::{Beginning, Done, Family, Service, ServiceError};
use tollgate::store::{Append, CaseStore, CommandKey, Entry, Listing, MemoryStore, Revision, SqliteStore, Tuning};

pub(super) fn case(name: &str) -> CaseId {
    CaseId::parse(name).unwrap()
}

/// The workflows of these files, defined together.
pub(super) fn family(files: &[(&str, &str)]) -> Arc<Family> {
    let folder = Path::new("flows");
    let mut session = Session::in_memory(folder);
    for (name, text) in files {
        session.edit(&folder.join(name), text);
    }
    let checked = session.check().unwrap();
    Arc::new(Family::of(session.catalog(), &checked.workflows))
}

/// Something that has to come to the same on every store.
pub(super) fn on_every_store<T: PartialEq + std::fmt::Debug>(run: impl Fn(&Service<'_>) -> T) {
    let memory = MemoryStore::new();
    let expected = run(&Service::new(&memory));
    let folder = Folder::new();
    let sqlite = SqliteStore::open_tuned(Path::new(&folder.file("unused", "")).with_file_name("cases.db").as_path(), Tuning::Fast).unwrap();
    assert_eq!(run(&Service::new(&sqlite)), expected);
    for store in [&memory as &dyn CaseStore, &sqlite] {
        store.verify().unwrap();
    }
}

/// An answer without what is made anew.
fn said(answer: &Result<Done, ServiceError>) -> Result<(Vec<Event>, bool), String> {
    match answer {
        Ok(done) => Ok((done.events.clone(), done.repeated)),
        Err(error) => Err(error.to_string()),
    }
}

const ERRAND: &str = "\
tollgate: 1
workflow: errand
record: errand
records: {errand: {key: id, fields: {id: text, of: text}}}
roles: {desk: [ana, ben]}
stages:
  begun: {start: true, lead: desk, within: 4 days}
  done: {end: done}
gates: {finish: {from: begun, outcomes: {finish: done}}}
";

#[test]
fn random_commands_are_answered_alike_by_every_store() {
    let (mut walks, mut families) = (0, 0);
    for seed in 0..180 {
        let Some(flow) = flow(seed).filter(|flow| flow.sound) else { continue };
        let family = family(&[("flow.yaml", &flow.text), ("errand.yaml", ERRAND)]);
        let Some(workflow) = family.get(&WorkflowId::parse("flow").unwrap()) else { continue };
        walks += 1;
        let children = std::cell::Cell::new(0);
        on_every_store(|service| {
            let mut chance = Choice::new(seed);
            let Command::Start { case: id, record, stage, .. } = start(&workflow, &mut chance) else { panic!() };
            let mut now = beginning();
            let occasion = Occasion::new(now, Actor::User(user("ana")));
            let begun = Beginning { case: &id, workflow: workflow.id(), record: &record, stage: stage.as_ref() };
            let mut answers = vec![said(&service.start(&family, &begun, &occasion, None))];
            for number in 0..14 {
                now += pause(&mut chance);
                let Ok(Some(known)) = service.load(&id) else { break };
                let (command, by) = command(&workflow, &known.state, now, &mut chance);
                let key = chance.often(40).then(|| CommandKey::parse(&format!("key-{}", number / 2)).unwrap());
                answers.push(said(&service.carry_out(&id, &command, now, &by, key.as_ref())));
            }
            let ticked = service.tick(now + TimeDelta::days(9)).unwrap().happened;
            let log = service.store().since(tollgate::store::Position::default(), 10_000).unwrap();
            let cases: Vec<_> = log.iter().map(|recorded| (recorded.case.clone(), recorded.at, recorded.entry.body.clone())).collect();
            children.set(cases.iter().filter(|(of, ..)| *of != id).count());
            (answers, ticked, cases)
        });
        families += usize::from(children.get() > 0);
    }
    assert!(walks >= 40 && families >= 2, "{walks} walks, {families} with children: the test is going blind");
}

const PROJECT: &str = "\
tollgate: 1
workflow: project
record: project
records:
  project: {key: id, fields: {id: text, amount: decimal, parts: list(text)}}
  errand: {key: id, fields: {id: text, of: text}}
roles: {lead: [lin], board: [mo, nia]}
stages:
  plan: {start: true, lead: lead, within: 2 days}
  run: {lead: lead}
  over: {end: over}
gates:
  go:
    from: plan
    outcomes: {go: {to: run, spawn: {errand: {for_each: project.parts, fields: {of: item}}}}}
  close: {from: run, outcomes: {close: over}}
";

fn submit(gate: &str, outcome: &str) -> Command {
    Command::Submit { gate: GateId::parse(gate).unwrap(), outcome: Some(OutcomeId::parse(outcome).unwrap()), conditions: Vec::new() }
}

fn begin(service: &Service<'_>, family: &Arc<Family>, id: &str, record: &Json, key: Option<&str>) -> Result<Done, ServiceError> {
    let (workflow, id) = (WorkflowId::parse("project").unwrap(), case(id));
    let beginning_of = Beginning { case: &id, workflow: &workflow, record, stage: None };
    let key = key.map(|key| CommandKey::parse(key).unwrap());
    service.start(family, &beginning_of, &Occasion::new(beginning(), Actor::User(user("lin"))), key.as_ref())
}

fn later(hours: i64) -> DateTime<Utc> {
    beginning() + TimeDelta::hours(hours)
}

fn kinds(service: &Service<'_>, id: &str) -> Vec<&'static str> {
    service.open(&case(id)).unwrap().events.iter().map(|event| event.what.kind()).collect()
}

#[test]
fn a_command_that_comes_again_is_carried_out_once() {
    on_every_store(|service| {
        let family = family(&[("project.yaml", PROJECT), ("errand.yaml", ERRAND)]);
        let record = json!({ "id": "P-1", "parts": ["a"] });
        let first = begin(service, &family, "P-1", &record, Some("start")).unwrap();
        let again = begin(service, &family, "P-1", &record, Some("start")).unwrap();
        assert!(!first.repeated && again.repeated && again.events.is_empty());
        assert!(matches!(begin(service, &family, "P-1", &record, None), Err(ServiceError::Refused(_))));
        let key = CommandKey::parse("go").unwrap();
        let lin = Actor::User(user("lin"));
        let go = || service.carry_out(&case("P-1"), &submit("go", "go"), later(1), &lin, Some(&key)).unwrap();
        let (once, twice) = (go(), go());
        assert!(!once.repeated && twice.repeated && twice.events.is_empty());
        assert_eq!(once.case.state, twice.case.state);
        assert_eq!(once.case.revision, twice.case.revision);
        assert_eq!(kinds(service, "P-1"), ["started", "decided"]);
        assert_eq!(kinds(service, "P-1/errand-1"), ["started"]);
        // A refusal takes no key: what was refused may be tried again with it.
        let other = CommandKey::parse("close").unwrap();
        let close = |by: &str| service.carry_out(&case("P-1"), &submit("close", "close"), later(2), &Actor::User(user(by)), Some(&other));
        assert!(matches!(close("mo"), Err(ServiceError::Refused(_))));
        assert!(!close("lin").unwrap().repeated);
        kinds(service, "P-1")
    });
}

#[test]
fn children_are_born_with_what_starts_them_and_tell_their_parent_of_their_end() {
    on_every_store(|service| {
        let family = family(&[("project.yaml", PROJECT), ("errand.yaml", ERRAND)]);
        begin(service, &family, "P-1", &json!({ "id": "P-1", "parts": ["a", "b"] }), None).unwrap();
        let lin = Actor::User(user("lin"));
        let done = service.carry_out(&case("P-1"), &submit("go", "go"), later(1), &lin, None).unwrap();
        assert_eq!(done.case.state.children().len(), 2);
        for (child, of) in [("P-1/errand-1", "a"), ("P-1/errand-2", "b")] {
            let child = service.open(&case(child)).unwrap();
            assert_eq!(child.state.parent(), Some(&case("P-1")));
            assert_eq!(child.state.record()["of"], json!(of));
            assert_eq!(child.state.started(), later(1));
            assert_eq!(child.state.started_by(), &Actor::Case(case("P-1")));
        }
        assert_eq!(service.store().children(&case("P-1")).unwrap().len(), 2);
        let finish = |child: &str, hours| {
            service.carry_out(&case(child), &submit("finish", "finish"), later(hours), &Actor::User(user("ana")), None)
        };
        finish("P-1/errand-2", 3).unwrap();
        let parent = service.open(&case("P-1")).unwrap();
        let results: Vec<Option<&str>> = parent.state.children().values().map(|child| child.result.as_deref()).collect();
        assert_eq!(results, [None, Some("done")]);
        // A child that ends after its parent still tells it.
        service.carry_out(&case("P-1"), &submit("close", "close"), later(4), &lin, None).unwrap();
        service
            .carry_out(
                &case("P-1/errand-1"),
                &Command::Cancel { reason: Arc::from("not needed") },
                later(5),
                &Actor::User(user("ben")),
                None,
            )
            .unwrap();
        let parent = service.open(&case("P-1")).unwrap();
        let last = parent.events.last().unwrap();
        assert_eq!((last.at, &last.by), (later(5), &Actor::Case(case("P-1/errand-1"))));
        assert!(matches!(&last.what, Happened::ChildEnded { result, .. } if &**result == "abandoned"), "{last:?}");
        assert_eq!(kinds(service, "P-1"), ["started", "decided", "child_ended", "decided", "child_ended"]);
        kinds(service, "P-1/errand-1")
    });
}

#[test]
fn a_child_that_cannot_start_stops_all_of_it() {
    on_every_store(|service| {
        // The child's record asks for more than the outcome hands over.
        let strict = ERRAND.replace("of: text", "of: text, size: {type: int, required: true}");
        let family = family(&[("project.yaml", PROJECT), ("errand.yaml", &strict)]);
        begin(service, &family, "P-1", &json!({ "id": "P-1", "parts": ["a"] }), None).unwrap();
        let answer = service.carry_out(&case("P-1"), &submit("go", "go"), later(1), &Actor::User(user("lin")), None);
        assert!(answer.is_err());
        assert_eq!(kinds(service, "P-1"), ["started"]);
        assert!(service.load(&case("P-1/errand-1")).unwrap().is_none());
        said(&answer)
    });
}

#[test]
fn a_case_keeps_to_its_definition_when_the_files_change() {
    on_every_store(|service| {
        let old = family(&[("project.yaml", PROJECT), ("errand.yaml", ERRAND)]);
        begin(service, &old, "P-1", &json!({ "id": "P-1", "parts": [] }), None).unwrap();
        let changed = PROJECT
            .replace("  close: {from: run, outcomes: {close: over}}", "  check: {from: run, submit: board, outcomes: {checked: over}}");
        let new = family(&[("project.yaml", &changed), ("errand.yaml", ERRAND)]);
        begin(service, &new, "P-2", &json!({ "id": "P-2", "parts": [] }), None).unwrap();
        // Whoever comes later knows neither: only what the store has kept.
        let later_on = Service::new(service.store());
        let lin = Actor::User(user("lin"));
        for id in ["P-1", "P-2"] {
            later_on.carry_out(&case(id), &submit("go", "go"), later(1), &lin, None).unwrap();
        }
        let (close, check) = (submit("close", "close"), submit("check", "checked"));
        let mo = Actor::User(user("mo"));
        assert!(later_on.carry_out(&case("P-2"), &close, later(2), &lin, None).is_err());
        assert!(later_on.carry_out(&case("P-1"), &check, later(2), &mo, None).is_err());
        later_on.carry_out(&case("P-1"), &close, later(3), &lin, None).unwrap();
        later_on.carry_out(&case("P-2"), &check, later(3), &mo, None).unwrap();
        let open = |id| later_on.open(&case(id)).unwrap();
        assert_ne!(open("P-1").state.digest(), open("P-2").state.digest());
        // What is written otherwise and means the same is the same definition.
        let commented = family(&[("project.yaml", &format!("# changed\n{PROJECT}")), ("errand.yaml", ERRAND)]);
        begin(service, &commented, "P-3", &json!({ "id": "P-3", "parts": [] }), None).unwrap();
        assert_eq!(open("P-1").state.digest(), open("P-3").state.digest());
        ["P-1", "P-2"].map(|id| open(id).state.ended().unwrap().result.to_string())
    });
}

#[test]
fn what_fell_due_while_nobody_looked_happens_once_and_before_the_next_command() {
    on_every_store(|service| {
        let family = family(&[("project.yaml", PROJECT), ("errand.yaml", ERRAND)]);
        begin(service, &family, "P-1", &json!({ "id": "P-1", "parts": [] }), None).unwrap();
        let lin = Actor::User(user("lin"));
        let update = Command::Update { fields: [(field("amount"), json!(5))].into(), reopen: false };
        service.carry_out(&case("P-1"), &update, later(24 * 7), &lin, None).unwrap();
        assert_eq!(service.tick(later(24 * 8)).unwrap().happened, Vec::new());
        let events = service.open(&case("P-1")).unwrap().events;
        let told: Vec<_> = events.iter().map(|event| (event.at, event.what.kind())).collect();
        assert_eq!(told, [(later(0), "started"), (later(48), "fell_due"), (later(24 * 7), "updated")]);
        told
    });
}

#[test]
fn a_case_that_cannot_be_read_holds_up_no_other() {
    on_every_store(|service| {
        let family = family(&[("project.yaml", PROJECT), ("errand.yaml", ERRAND)]);
        begin(service, &family, "P-1", &json!({ "id": "P-1", "parts": [] }), None).unwrap();
        let listing = Listing { timer: Some(later(1)), ..service.store().listing(&case("P-1")).unwrap().unwrap() };
        let entries = vec![Entry { kind: Arc::from("unheard_of"), version: 1, body: Arc::from("{}") }];
        let unread = Append { case: case("A-1"), expected: Revision::NONE, key: None, at: later(0), by: user("lin"), entries, listing };
        service.store().append(&unread).unwrap();
        let ticked = service.tick(later(24 * 3)).unwrap();
        let failed: Vec<&str> = ticked.failed.iter().map(|(case, _)| case.as_str()).collect();
        assert_eq!(failed, ["A-1"]);
        let happened: Vec<&str> = ticked.happened.iter().map(|(_, event)| event.what.kind()).collect();
        assert_eq!(happened, ["fell_due"]);
    });
}

/// Its events say all that came of them; only what may happen next needs the workflow.
#[test]
fn a_case_without_its_definition_still_has_its_history() {
    let whole = MemoryStore::new();
    let family = family(&[("project.yaml", PROJECT), ("errand.yaml", ERRAND)]);
    begin(&Service::new(&whole), &family, "P-1", &json!({ "id": "P-1", "parts": [] }), None).unwrap();
    let bare = MemoryStore::new();
    let listing = whole.listing(&case("P-1")).unwrap().unwrap();
    for recorded in whole.history(&case("P-1")).unwrap() {
        let expected = Revision(recorded.revision.0 - 1);
        let entries = vec![recorded.entry];
        let append = Append { case: case("P-1"), expected, key: None, at: recorded.at, by: user("lin"), entries, listing: listing.clone() };
        bare.append(&append).unwrap();
    }
    let (whole, bare) = (Service::new(&whole), Service::new(&bare));
    let expected = whole.open(&case("P-1")).unwrap();
    let replayed = bare.replayed(&case("P-1")).unwrap().unwrap();
    assert_eq!((replayed.state, replayed.events, replayed.revision), (expected.state, expected.events, expected.revision));
    assert!(matches!(bare.open(&case("P-1")), Err(ServiceError::Definition(_))));
    assert!(bare.replayed(&case("P-2")).unwrap().is_none());
}

const SUM: &str = "\
tollgate: 1
workflow: project
record: project
records:
  project: {key: id, fields: {id: text, parts: {type: list(text)}}}
  errand: {key: id, fields: {id: text, of: text}}
roles: {lead: [lin]}
stages:
  open: {start: true, lead: lead}
  under_way: {lead: lead}
  closed: {end: closed}
gates:
  go:
    from: open
    outcomes: {go: {to: under_way, spawn: {errand: {for_each: project.parts, fields: {id: item}}}}}
  close:
    from: under_way
    must: {all_done: 'children(\"errand\").all(|one| (one.of ?? \"\") == \"done\")'}
    outcomes: {close: closed}
";

#[test]
fn a_parent_is_listed_anew_when_the_record_of_a_child_changes_what_it_waits_for() {
    on_every_store(|service| {
        let family = family(&[("project.yaml", SUM), ("errand.yaml", ERRAND)]);
        begin(service, &family, "P-1", &json!({ "id": "P-1", "parts": ["a", "b"] }), None).unwrap();
        let lin = Actor::User(user("lin"));
        service.carry_out(&case("P-1"), &submit("go", "go"), later(1), &lin, None).unwrap();
        let work = || -> Vec<String> {
            let listing = service.store().listing(&case("P-1")).unwrap().unwrap();
            listing.waits.iter().map(|wait| wait.what.to_string()).collect()
        };
        let done = |child: &str, hours| {
            let command = Command::Update { fields: [(field("of"), json!("done"))].into(), reopen: false };
            service.carry_out(&case(child), &command, later(hours), &Actor::User(user("ana")), None).unwrap();
        };
        assert_eq!(work(), Vec::<String>::new(), "a gate that is blocked waits for nobody");
        done("P-1/errand-1", 2);
        assert_eq!(work(), Vec::<String>::new());
        done("P-1/errand-2", 3);
        assert_eq!(work(), ["bring to close"]);
        work()
    });
}
