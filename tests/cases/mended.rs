//! What once went wrong with cases, each as it was.
//!
//! It must not draw anything at random.

use super::told::{Told, submit, vote};
use super::walk::{beginning, field};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value as Json, json};
use tollgate::case::approval::Choice;
use tollgate::case::{Actor, Command, Happened, Occasion, Reason, decide};
use tollgate::names::GateId;

const FLOW: &str = "\
tollgate: 1
workflow: flow
record: r
records: {r: {key: id, fields: {id: text, amount: int, due: date}}}
roles: {lead: [lin], one: [ann], two: [ben, cy]}
stages:
  a: {start: true, lead: lead, within: 1 day before r.due}
  b: {lead: lead}
  over: {end: over}
gates:
  ask:
    from: a
    approve: [one, {all: [two, one], within: 10 hours}]
    outcomes: {go: {to: b, lock: amount}, wait: {stay: true, lock: amount, within: 9 days, then: go}}
  skip: {from: a, outcomes: {skip: b, stop: over}}
  back: {from: b, outcomes: {back: a, over: over}}
";

fn start(record: &Json) -> Told {
    Told::start(FLOW, record)
}

fn amount(value: i64, reopen: bool) -> Command {
    Command::Update { fields: [(field("amount"), json!(value))].into(), reopen }
}

#[test]
fn an_approval_is_over_when_the_case_leaves_its_stage_by_another_gate() {
    let mut told = start(&json!({ "id": "R-1" }));
    told.then("lin", &submit("ask", "go")).unwrap();
    let events = told.then("lin", &submit("skip", "skip")).unwrap();
    assert!(matches!(&events[0].what, Happened::Decided(decided) if decided.withdrawn == [GateId::parse("ask").unwrap()]), "{events:?}");
    assert_eq!(told.then("ann", &vote("ask", Choice::Approve)).unwrap_err().reason, Reason::Unknown);
    // Back there it can be asked for again.
    told.then("lin", &submit("back", "back")).unwrap();
    told.then("lin", &submit("ask", "go")).unwrap();
    told.then("ann", &vote("ask", Choice::Approve)).unwrap();
}

#[test]
fn a_hold_is_over_when_the_case_leaves_its_stage_by_another_gate() {
    let mut told = start(&json!({ "id": "R-1" }));
    told.then("lin", &submit("ask", "wait")).unwrap();
    for by in ["ann", "ann", "ben"] {
        told.then(by, &vote("ask", Choice::Approve)).unwrap();
    }
    assert_eq!(told.state.holds().len(), 1);
    assert_eq!(told.due("hold/").len(), 1);
    told.then("lin", &submit("skip", "skip")).unwrap();
    assert_eq!(told.state.holds().len(), 0);
    assert_eq!(told.due("hold/"), Vec::<DateTime<Utc>>::new());
}

#[test]
fn a_vote_within_a_step_does_not_put_its_deadline_off() {
    let mut told = start(&json!({ "id": "R-1" }));
    told.then("lin", &submit("ask", "go")).unwrap();
    told.then("ann", &vote("ask", Choice::Approve)).unwrap();
    let due = told.due("step/");
    assert_eq!(due, [told.now + TimeDelta::hours(10)]);
    told.then("ben", &vote("ask", Choice::Approve)).unwrap();
    assert_eq!(told.due("step/"), due);
}

#[test]
fn a_gate_that_decides_again_before_the_case_has_gone_on_decides_as_at_first() {
    let mut told = start(&json!({ "id": "R-1", "amount": 1 }));
    told.then("lin", &submit("ask", "wait")).unwrap();
    for by in ["ann", "ann", "ben"] {
        told.then(by, &vote("ask", Choice::Approve)).unwrap();
    }
    assert_eq!(told.then("lin", &amount(2, false)).unwrap_err().reason, Reason::Locked);
    told.then("lin", &amount(2, true)).unwrap();
    told.then("lin", &submit("ask", "go")).unwrap();
    for by in ["ann", "ann", "ben"] {
        told.then(by, &vote("ask", Choice::Approve)).unwrap();
    }
    let stages: Vec<String> = told.state.stages().keys().map(ToString::to_string).collect();
    assert_eq!(stages, ["b"]);
    // From there on the case has gone on: it cannot be put on hold where it no longer is.
    told.then("lin", &amount(3, true)).unwrap();
    assert_eq!(told.then("lin", &submit("ask", "wait")).unwrap_err().reason, Reason::Outcome);
    told.then("lin", &submit("ask", "go")).unwrap();
}

#[test]
fn what_is_due_as_soon_as_it_comes_to_be_does_not_happen_before_that() {
    let mut told = start(&json!({ "id": "R-1" }));
    let update = Command::Update { fields: [(field("due"), json!("2026-10-01"))].into(), reopen: false };
    told.then("lin", &update).unwrap();
    let events = decide(&told.workflow, Some(&told.state), &Command::FallDue, &Occasion::new(told.now, Actor::Clock)).unwrap();
    assert_eq!(events[0].at, told.now);
    assert!(matches!(&events[0].what, Happened::FellDue { due, .. } if *due < beginning()), "{events:?}");
}

#[test]
fn nothing_is_slipped_in_before_what_is_known_already() {
    let mut told = start(&json!({ "id": "R-1" }));
    told.then("lin", &submit("ask", "go")).unwrap();
    let refusal = told.at(beginning(), "lin", &amount(5, false)).unwrap_err();
    assert_eq!(refusal.reason, Reason::TooEarly);
    told.at(beginning() + TimeDelta::hours(1), "lin", &amount(5, false)).unwrap();
}

const PARALLEL: &str = "\
tollgate: 1
workflow: flow
record: r
records: {r: {key: id, fields: {id: text, amount: int}}}
roles: {lead: [lin], one: [ann], two: [ben]}
stages:
  a: {start: true, lead: lead}
  b: {lead: lead}
  c: {lead: lead}
  d: {lead: lead}
  over: {end: over}
gates:
  ask: {from: a, approve: [one], outcomes: {go: {to: [b, c], lock: amount}}}
  side: {from: b, approve: {steps: [two], within: 1 hour, overdue: {lapse: 1 hour, then: stop}}, outcomes: {go: d, stop: {to: over, cancel: all}}}
  join: {from: [c, d], outcomes: {over: over}}
";

#[test]
fn while_a_gate_decides_again_nothing_else_is_decided_by_a_vote_or_by_itself() {
    let mut told = Told::start(PARALLEL, &json!({ "id": "R-1", "amount": 1 }));
    told.then("lin", &submit("ask", "go")).unwrap();
    told.then("ann", &vote("ask", Choice::Approve)).unwrap();
    told.then("lin", &submit("side", "go")).unwrap();
    told.then("lin", &amount(2, true)).unwrap();
    let refusal = told.then("ben", &vote("side", Choice::Approve)).unwrap_err();
    assert_eq!(refusal.reason, Reason::Reopened);
    told.now += TimeDelta::hours(9);
    told.fall_due();
    assert_eq!(told.state.stages().len(), 2, "the approval at the side does not lapse meanwhile");
    told.then("lin", &submit("ask", "go")).unwrap();
    told.then("ann", &vote("ask", Choice::Approve)).unwrap();
    told.now += TimeDelta::hours(1);
    told.fall_due();
    assert!(told.state.ended().is_some(), "it does afterwards");
}
