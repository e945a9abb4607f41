//! Terms that stand still: while the case waits elsewhere, and when it comes back.
//!
//! It must not test how a calendar counts; that has tests of its own.

use super::told::{Told, submit};
use chrono::{DateTime, Utc};
use serde_json::json;

const FLOW: &str = "\
tollgate: 1
workflow: flow
record: r
records: {r: {key: id, fields: {id: text}}}
roles: {lead: [lin]}
stages:
  check: {start: true, lead: lead, within: 10 working hours, pause: [ask, phone]}
  ask: {lead: lead}
  phone: {lead: lead}
  rest: {lead: lead}
  deliver: {lead: lead, within: 48 hours, pause: blocked}
  blocked: {lead: lead}
  free: {lead: lead}
  over: {end: over}
gates:
  question: {from: check, outcomes: {ask: ask, rest: rest, ship: [deliver, blocked]}}
  call: {from: ask, outcomes: {call: phone, rest: rest}}
  answer: {from: phone, outcomes: {back: check}}
  resume: {from: rest, outcomes: {back: check}}
  unblock: {from: blocked, outcomes: {free: free}}
  done: {from: [deliver, free], outcomes: {over: over}}
";

fn on(text: &str) -> DateTime<Utc> {
    format!("2026-11-{}:00Z", text.replace(' ', "T")).parse().unwrap()
}

/// A case that came to its stage on Monday, 2 November, at nine.
fn told() -> Told {
    let mut told = Told::start(FLOW, &json!({ "id": "R-1" }));
    for (gate, outcome) in [("question", "rest"), ("resume", "back")] {
        told.at(on("02 09:00"), "lin", &submit(gate, outcome)).unwrap();
    }
    told
}

#[test]
fn who_waits_elsewhere_and_comes_back_has_what_was_left_of_the_term() {
    let mut told = told();
    assert_eq!(told.due("stage/check/2"), [on("03 10:00")]);
    told.at(on("02 12:00"), "lin", &submit("question", "ask")).unwrap();
    assert_eq!(told.timers(), [], "nothing is due while the case waits");
    told.at(on("03 15:00"), "lin", &submit("call", "call")).unwrap();
    told.at(on("04 09:00"), "lin", &submit("answer", "back")).unwrap();
    // Three of ten hours were used on Monday.
    assert_eq!(told.due("stage/check/2"), [on("04 16:00")]);
}

#[test]
fn who_was_away_for_another_reason_has_a_new_term() {
    let mut told = told();
    told.at(on("02 12:00"), "lin", &submit("question", "ask")).unwrap();
    told.at(on("02 13:00"), "lin", &submit("call", "rest")).unwrap();
    told.at(on("03 09:00"), "lin", &submit("resume", "back")).unwrap();
    assert_eq!(told.due("stage/check/3"), [on("04 10:00")]);
}

#[test]
fn what_fell_due_before_the_wait_falls_due_once_and_not_again_after_it() {
    let mut told = told();
    told.now = on("03 11:00");
    let fired = told.fall_due();
    assert_eq!(fired, 1);
    told.at(on("03 12:00"), "lin", &submit("question", "ask")).unwrap();
    told.at(on("03 13:00"), "lin", &submit("call", "call")).unwrap();
    told.at(on("03 14:00"), "lin", &submit("answer", "back")).unwrap();
    assert_eq!(told.timers(), [], "the term was over before the wait");
}

#[test]
fn a_term_stands_still_beside_a_stage_that_holds_it_up() {
    let mut told = told();
    told.at(on("02 10:00"), "lin", &submit("question", "ship")).unwrap();
    assert_eq!(told.timers(), [], "it stands still from the start");
    told.now = on("05 10:00");
    assert_eq!(told.timers(), [], "however long that takes");
    told.at(on("05 16:00"), "lin", &submit("unblock", "free")).unwrap();
    assert_eq!(told.due("stage/deliver/1"), [on("07 16:00")]);
    told.at(on("06 16:00"), "lin", &submit("done", "over")).unwrap();
    assert!(told.state.ended().is_some());
}

#[test]
fn what_was_due_when_the_wait_began_is_due_though_nobody_looked() {
    let mut told = told();
    told.at(on("03 12:00"), "lin", &submit("question", "ask")).unwrap();
    told.at(on("04 09:00"), "lin", &submit("call", "call")).unwrap();
    told.at(on("04 10:00"), "lin", &submit("answer", "back")).unwrap();
    assert_eq!(told.due("stage/check/2"), [on("03 10:00")]);
}
