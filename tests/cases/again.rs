//! Approvals that are asked again after a change, and what of them stays.
//!
//! It must not test what counts as the same; `case::approval` does.

use super::told::{Told, submit, vote};
use super::walk::field;
use serde_json::{Value as Json, json};
use tollgate::case::approval::Choice;
use tollgate::case::{Command, Event, Happened, How};

const FLOW: &str = "\
tollgate: 1
workflow: flow
record: r
records: {r: {key: id, fields: {id: text, amount: {type: int, min: 0}}}}
roles: {lead: [lin], one: [ann], two: [ben, cy], board: [dee, eve]}
tables:
  authority:
    hit: first
    in: {amount: r.amount}
    out: {level: {enum: [low, middle, high]}}
    rows: [{amount: '< 100', level: low}, {amount: '< 1000', level: middle}, {level: high}]
stages:
  a: {start: true, lead: lead}
  b: {lead: lead}
  over: {end: over}
gates:
  ask:
    from: a
    needs: amount
    approve:
      by: {table: authority}
      levels: {low: [one], middle: [one, two], high: [one, two, {of: board, quorum: 2}]}
      again: AGAIN
    outcomes: {go: {to: b, lock: amount}, stop: over}
  done: {from: b, outcomes: {over: over}}
";

fn told(again: &str, amount: i64) -> Told {
    Told::start(&FLOW.replace("AGAIN", again), &json!({ "id": "R-1", "amount": amount }))
}

fn amount(value: impl Into<Json>) -> Command {
    Command::Update { fields: [(field("amount"), value.into())].into(), reopen: true }
}

fn kinds(events: &[Event]) -> Vec<&str> {
    events.iter().map(|event| event.what.kind()).collect()
}

fn may_vote(told: &Told) -> Vec<String> {
    let submission = told.state.submissions().values().next().unwrap();
    submission.may_vote(told.state.delegations(), told.now).into_iter().map(|may| may.user.to_string()).collect()
}

#[test]
fn under_way_a_higher_amount_asks_those_who_come_on_top() {
    for (again, next) in [("changed", ["ben", "cy"].as_slice()), ("all", ["ann"].as_slice())] {
        let mut told = told(again, 500);
        told.then("lin", &submit("ask", "go")).unwrap();
        told.then("ann", &vote("ask", Choice::Approve)).unwrap();
        let events = told.then("lin", &amount(5000)).unwrap();
        assert_eq!(kinds(&events), ["updated", "replanned"]);
        assert_eq!(may_vote(&told), next, "{again}");
    }
}

#[test]
fn under_way_a_lower_amount_may_be_decided_at_once() {
    let mut told = told("changed", 500);
    told.then("lin", &submit("ask", "go")).unwrap();
    told.then("ann", &vote("ask", Choice::Approve)).unwrap();
    let events = told.then("lin", &amount(50)).unwrap();
    assert_eq!(kinds(&events), ["updated", "replanned", "decided"]);
    assert!(matches!(&events[2].what, Happened::Decided(decided) if decided.how == How::Approval && decided.outcome.as_str() == "go"));
    assert_eq!(told.state.stages().keys().map(ToString::to_string).collect::<Vec<_>>(), ["b"]);
}

#[test]
fn a_change_that_asks_the_same_people_leaves_an_approval_alone() {
    for again in ["all", "changed"] {
        let mut told = told(again, 500);
        told.then("lin", &submit("ask", "go")).unwrap();
        told.then("ann", &vote("ask", Choice::Approve)).unwrap();
        assert_eq!(kinds(&told.then("lin", &amount(600)).unwrap()), ["updated"]);
        assert_eq!(may_vote(&told), ["ben", "cy"]);
    }
}

#[test]
fn a_gate_that_decides_again_keeps_what_asks_for_the_same() {
    for (again, next) in [("changed", ["dee", "eve"].as_slice()), ("all", ["ann"].as_slice())] {
        let mut told = told(again, 500);
        told.then("lin", &submit("ask", "go")).unwrap();
        told.then("ann", &vote("ask", Choice::Approve)).unwrap();
        told.then("cy", &vote("ask", Choice::Approve)).unwrap();
        let events = told.then("lin", &amount(5000)).unwrap();
        assert_eq!(kinds(&events), ["updated", "reopened"]);
        told.then("lin", &submit("ask", "go")).unwrap();
        assert_eq!(may_vote(&told), next, "{again}");
    }
}

#[test]
fn a_gate_that_decides_again_and_asks_nobody_new_decides_at_once() {
    let mut told = told("changed", 500);
    told.then("lin", &submit("ask", "go")).unwrap();
    told.then("ann", &vote("ask", Choice::Approve)).unwrap();
    told.then("cy", &vote("ask", Choice::Approve)).unwrap();
    told.then("lin", &amount(700)).unwrap();
    let events = told.then("lin", &submit("ask", "go")).unwrap();
    assert_eq!(kinds(&events), ["submitted", "decided"]);
    assert!(told.state.reopened().is_empty() && told.state.locked().len() == 1);
    // What was kept once is kept again.
    told.then("lin", &amount(50)).unwrap();
    assert_eq!(kinds(&told.then("lin", &submit("ask", "go")).unwrap()), ["submitted", "decided"]);
}

#[test]
fn what_was_approved_is_not_kept_for_another_outcome() {
    let mut told = told("changed", 500);
    told.then("lin", &submit("ask", "go")).unwrap();
    told.then("ann", &vote("ask", Choice::Approve)).unwrap();
    told.then("cy", &vote("ask", Choice::Approve)).unwrap();
    told.then("lin", &amount(700)).unwrap();
    let events = told.then("lin", &submit("ask", "stop"));
    assert!(events.is_err() || may_vote(&told) == ["ann"], "{events:?}");
}
