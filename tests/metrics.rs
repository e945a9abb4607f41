//! Numbers of cases that were told by hand, worked out by hand; and what must hold of the numbers of any cases.
//!
//! It must not count with the code that it tests.

use crate::journeys::{drawn, moment, told};
use crate::support::{Folder, away_from_terminals, tollgate};
use chrono::{DateTime, Utc};
use serde_json::{Value as Json, json};
use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use tollgate::case::Happened;
use tollgate::cli::Exit;
use tollgate::metrics::{Measured, Period, Report, StageReport};
use tollgate::names::{CaseId, StageId, UserId, WorkflowId};
use tollgate::service::Service;
use tollgate::store::{MemoryStore, SqliteStore};

fn report(store: &MemoryStore, since: Option<DateTime<Utc>>, until: DateTime<Utc>, workflow: Option<&str>) -> Report {
    let workflow = workflow.map(|workflow| WorkflowId::parse(workflow).unwrap());
    let service = Service::new(store);
    let measured = Measured { service: &service, workflow: workflow.as_ref(), interrupted: &AtomicBool::new(false) };
    measured.report(Period { since, until }).unwrap()
}

fn told_store() -> MemoryStore {
    let store = MemoryStore::new();
    told(&Service::new(&store));
    store
}

fn json_of(report: &Report) -> Json {
    serde_json::to_value(report).unwrap()
}

/// Hours as a spread: mean, median, 90th percentile, longest.
fn spread(hours: [f64; 4]) -> Json {
    let [mean, median, p90, longest] = hours.map(|hours| (hours * 3_600.0).round() as i64);
    json!({ "mean": mean, "median": median, "p90": p90, "longest": longest })
}

fn times(count: usize, elapsed: [f64; 4], working: [f64; 4]) -> Json {
    json!({ "count": count, "elapsed": spread(elapsed), "working": spread(working) })
}

fn one(elapsed: f64, working: f64) -> Json {
    times(1, [elapsed; 4], [working; 4])
}

fn none() -> Json {
    json!({ "count": 0, "elapsed": null, "working": null })
}

#[test]
fn the_numbers_of_a_workflow_are_those_worked_out_by_hand() {
    let report = json_of(&report(&told_store(), None, moment("10T09:00"), None));
    let request = &report["workflows"][0];
    assert_eq!(
        (&request["workflow"], &request["cases"], &request["open"], &request["overdue"]),
        (&json!("request"), &json!(5), &json!(2), &json!(1))
    );
    // 29 hours, 102 hours and one hour; the fourth of November is free, and a working day has eight hours.
    assert_eq!(request["time"], times(3, [44.0, 29.0, 102.0, 102.0], [14.0, 12.0, 29.0, 29.0]));
    assert_eq!(
        request["results"],
        json!([
            { "result": "done", "time": one(29.0, 12.0) },
            { "result": "refused", "time": one(102.0, 29.0) },
            { "result": "abandoned", "time": one(1.0, 1.0) },
        ])
    );
    assert_eq!(request["conversions"], json!([{ "to": "order", "cases": 1, "children": 1, "time": one(29.0, 12.0) }]));
    assert_eq!(
        request["stages"][0],
        json!({
            "stage": "draft",
            "entered": 6,
            "exits": [
                { "gate": "check", "outcome": "go", "count": 3, "ended": 0 },
                { "gate": "check", "outcome": "drop", "count": 1, "ended": 1 },
            ],
            "abandoned": 1,
            "stayed": 1,
            "time": times(5, [8.2, 2.0, 29.0, 29.0], [4.6, 2.0, 12.0, 12.0]),
            "cases": 5,
            "results": [{ "result": "done", "count": 1 }, { "result": "refused", "count": 1 }, { "result": "abandoned", "count": 1 }],
            "open": { "age": one(24.0, 8.0), "overdue": 0 },
        })
    );
    assert_eq!(
        request["stages"][1],
        json!({
            "stage": "review",
            "entered": 3,
            "exits": [
                { "gate": "decide", "outcome": "grant", "count": 1, "ended": 1 },
                { "gate": "decide", "outcome": "again", "count": 1, "ended": 0 },
            ],
            "abandoned": 0,
            "stayed": 1,
            "time": times(2, [46.0, 46.0, 65.0, 65.0], [10.0, 10.0, 10.0, 10.0]),
            "cases": 3,
            "results": [{ "result": "done", "count": 1 }, { "result": "refused", "count": 1 }],
            "open": { "age": one(167.0, 31.0), "overdue": 1 },
        })
    );
    assert_eq!(request["stages"].as_array().unwrap().len(), 2, "ends are results");
    let order = &report["workflows"][1];
    assert_eq!(order["results"], json!([{ "result": "paid", "time": one(144.0, 24.0) }]));
}

#[test]
fn the_numbers_of_people_are_those_worked_out_by_hand() {
    let report = json_of(&report(&told_store(), None, moment("10T09:00"), None));
    let owners = report["owners"].as_array().unwrap();
    // Both clerks lead the drafts; the order is for ana alone.
    let found: Vec<_> = owners.iter().map(|owner| (owner["user"].as_str().unwrap(), &owner["open"], &owner["overdue"])).collect();
    assert_eq!(found, [("ana", &json!(1), &json!(0)), ("chris", &json!(1), &json!(1)), ("贝拉", &json!(1), &json!(0))]);
    let decided = |index: usize| (&owners[index]["decided"]["count"], &owners[index]["decided"]["elapsed"]["mean"]);
    assert_eq!(
        [decided(0), decided(1), decided(2)],
        [(&json!(6), &json!(31 * 3_600)), (&json!(2), &json!(46 * 3_600)), (&json!(5), &json!(42 * 720)),]
    );
    let approver = |user: &str, counts: [usize; 4], voted: Json, said: [usize; 2]| {
        let [asked, stood_in, lapsed, waiting] = counts;
        json!({
            "user": user, "asked": asked, "voted": voted, "stood_in": stood_in, "lapsed": lapsed, "waiting": waiting,
            "approved": said[0], "rejected": said[1], "abstained": 0,
        })
    };
    assert_eq!(
        report["approvers"],
        json!([
            approver("chris", [3, 0, 0, 1], times(2, [44.5, 44.5, 65.0, 65.0], [9.0, 9.0, 10.0, 10.0]), [1, 1]),
            approver("fay", [1, 0, 0, 0], one(3.0, 2.0), [1, 0]),
            approver("finn", [1, 0, 1, 0], none(), [0, 0]),
        ])
    );
}

#[test]
fn a_period_takes_in_what_began_within_it() {
    let store = told_store();
    let later = report(&store, Some(moment("05T00:00")), moment("10T09:00"), Some("request"));
    let request = &later.workflows[0];
    assert_eq!((request.cases, request.time.count, request.open, request.stages[0].entered), (2, 1, 2, 3));
    assert_eq!((request.stages[1].entered, request.stages[1].stayed, request.stages[1].open.age.count), (0, 0, 1));
    assert_eq!(later.workflows.len(), 1);
    // As of the fifth at noon, nothing of what came later has happened.
    let earlier = report(&store, None, moment("05T12:00"), None);
    let request = &earlier.workflows[0];
    assert_eq!((request.cases, request.time.count, request.open), (4, 2, 2));
    assert_eq!(earlier.workflows[1].open, 1);
    assert_eq!(report(&store, None, moment("01T00:00"), None).workflows, Vec::new());
}

#[test]
fn a_vote_for_somebody_else_is_told_of_both() {
    use crate::journeys::{Journey, ParseName, family, submit};
    use tollgate::case::Command;
    use tollgate::case::approval::{Choice, Delegation};
    let store = MemoryStore::new();
    let service = Service::new(&store);
    let journey = Journey { service: &service, family: family() };
    journey.request("R-1", "ana", moment("02T09:00"));
    journey.act("R-1", "ana", moment("02T10:00"), &submit("check", "go"));
    let user = |user: &str| UserId::parse(user).unwrap();
    let delegation = Delegation {
        from: user("chris"),
        to: user("dora"),
        role: None,
        gate: None,
        limit: None,
        starts: moment("02T10:00"),
        ends: moment("20T10:00"),
        transitive: false,
        reason: None,
    };
    journey.act("R-1", "chris", moment("02T10:30"), &Command::Delegate(delegation));
    journey.act("R-1", "ana", moment("02T11:00"), &submit("decide", "grant"));
    let for_chris =
        Command::Vote { gate: "decide".parse_name(), for_user: Some(user("chris")), choice: Choice::Approve, outcome: None, comment: None };
    journey.act("R-1", "dora", moment("02T15:00"), &for_chris);
    let report = json_of(&report(&store, None, moment("02T16:00"), None));
    let counts = |index: usize, keys: [&str; 4]| keys.map(|key| report["approvers"][index][key].as_u64().unwrap());
    assert_eq!(report["approvers"][0]["user"], "chris");
    assert_eq!(counts(0, ["asked", "stood_in", "waiting", "approved"]), [1, 1, 0, 0]);
    assert_eq!(report["approvers"][1]["user"], "dora");
    assert_eq!(counts(1, ["asked", "stood_in", "waiting", "approved"]), [0, 0, 0, 1]);
}

#[test]
fn a_visit_that_is_taken_over_to_another_name_counts_under_that_one() {
    use crate::journeys::{Journey, family, family_with, submit};
    use tollgate::case::{Actor, Event};
    use tollgate::metrics::{History, Measures};
    let store = MemoryStore::new();
    let service = Service::new(&store);
    let journey = Journey { service: &service, family: family() };
    journey.request("R-1", "ana", moment("02T09:00"));
    journey.act("R-1", "ana", moment("02T10:00"), &submit("check", "go"));
    let case = service.open(&CaseId::parse("R-1").unwrap()).unwrap();
    let later = family_with(|text| text.replace("review", "judge"));
    let later = later.get(case.state.workflow()).unwrap();
    let (from, to) = (case.state.digest().clone(), Arc::from(later.digest()));
    let stages = vec![(StageId::parse("review").unwrap(), StageId::parse("judge").unwrap())];
    let mut events = case.events.clone();
    events.push(Event { at: moment("03T09:00"), by: Actor::Clock, what: Happened::Migrated { from, to, stages } });
    let (earlier, children) = (vec![Arc::clone(&case.workflow)], HashMap::new());
    let counted = |until: &str| {
        let mut measures = Measures::new(Period { since: None, until: moment(until) });
        measures.add(&History { events: &events, workflow: &later, earlier: &earlier, children: &children }).unwrap();
        let report = measures.report();
        let stages = report.workflows[0].stages.iter();
        let counts = |stage: &StageReport| (stage.stage.to_string(), stage.entered, stage.cases, stage.stayed, stage.open.age.count);
        stages.map(counts).filter(|(_, entered, ..)| *entered > 0).collect::<Vec<_>>()
    };
    let draft = ("draft".to_owned(), 1, 1, 0, 0);
    assert_eq!(counted("02T12:00"), [draft.clone(), ("review".to_owned(), 1, 1, 1, 1)]);
    assert_eq!(counted("03T12:00"), [draft, ("judge".to_owned(), 1, 1, 1, 1)]);
}

#[test]
fn whatever_happens_every_visit_case_and_question_is_accounted_for() {
    let store = MemoryStore::new();
    drawn(&Service::new(&store), 300, 42);
    let until = "2027-03-01T00:00:00Z".parse().unwrap();
    let service = Service::new(&store);
    let events: Vec<_> = service.log().map(Result::unwrap).collect();
    let starts = events.iter().filter(|logged| matches!(logged.event.what, Happened::Started(_))).count();
    for since in [None, Some(moment("20T00:00"))] {
        let report = report(&store, since, until, None);
        for workflow in &report.workflows {
            let ended: usize = workflow.results.iter().map(|result| result.time.count).sum();
            assert_eq!(ended, workflow.time.count);
            assert!(since.is_some() || workflow.cases == ended + workflow.open);
            assert!(workflow.open <= workflow.stages.iter().map(|stage| stage.open.age.count).sum());
            for stage in &workflow.stages {
                let left: usize = stage.exits.iter().map(|exit| exit.count).sum();
                assert_eq!(stage.entered, left + stage.abandoned + stage.stayed, "{}", stage.stage);
                assert_eq!(stage.time.count, left + stage.abandoned);
                assert!(stage.cases <= stage.entered && stage.stayed <= stage.open.age.count);
            }
        }
        for approver in report.approvers.iter().filter(|_| since.is_none()) {
            assert_eq!(approver.asked, approver.voted.count + approver.stood_in + approver.lapsed + approver.waiting, "{approver:?}");
        }
        assert!(since.is_some() || report.workflows.iter().map(|workflow| workflow.cases).sum::<usize>() == starts);
        let lapsed: usize = report.approvers.iter().map(|approver| approver.lapsed).sum();
        assert!(lapsed > 10 && report.workflows.len() == 2, "the test is going blind");
    }
}

#[test]
fn the_command_prints_them_for_people_and_programs() {
    let folder = Folder::new();
    let store = format!("{}/cases.db", folder.path());
    told(&Service::new(&SqliteStore::open(Path::new(&store)).unwrap()));
    let ask = |more: &[&str]| {
        let arguments: Vec<&str> =
            ["metrics", "--store", &store, "--until", "2026-11-10T09:00:00Z"].into_iter().chain(more.iter().copied()).collect();
        let ran = tollgate(&arguments);
        assert_eq!((ran.exit, ran.err.as_str()), (Exit::Clean, ""));
        ran.out
    };
    let told: Json = serde_json::from_str(&ask(&["--format", "json"])).unwrap();
    assert_eq!(told, json_of(&report(&told_store(), None, moment("10T09:00"), None)));
    let narrow = narrow(&store, 44);
    insta::assert_snapshot!(format!("{}\n--- on a narrow terminal\n{narrow}", ask(&[])));
}

fn narrow(store: &str, width: usize) -> String {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let interrupted = AtomicBool::new(false);
    let mut io = away_from_terminals(&mut out, &mut err, &interrupted);
    io.width = width;
    let arguments = ["tollgate", "metrics", "--store", store, "--until", "2026-11-10T09:00:00Z", "--workflow", "request"];
    assert_eq!(tollgate::cli::run(arguments.map(Into::into), &mut io), Exit::Clean);
    String::from_utf8(out).unwrap()
}
