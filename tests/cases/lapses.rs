//! What follows by itself when a time is over: at gates of overdue stages, and of approvals that nobody decides.
//!
//! It must not test when something is due.

use super::told::{Told, submit, vote};
use super::walk::{beginning, field};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value as Json, json};
use tollgate::case::approval::Choice;
use tollgate::case::{Command, Event, Happened, How, Return};

const FLOW: &str = "\
tollgate: 1
workflow: flow
record: r
records: {r: {key: id, fields: {id: text, amount: int, note: text, due: date}}}
roles: {lead: [lin], one: [ann], two: [ben, cy]}
stages:
  a: {start: true, lead: lead, within: 2 days}
  b: {lead: lead, within: 1 day}
  c: {lead: lead, within: 1 day before r.due}
  d: {lead: lead, within: 1 day before r.due}
  over: {end: over}
  lost: {end: lost, needs: note}
gates:
  drop:
    from: a
    must: {rich: r.amount > 1000}
    overdue: b
    outcomes: {b: b, lost: lost}
  sort:
    from: b
    when: r.amount > 0
    decide: [{when: r.amount > 100, outcome: c}, over]
    overdue: true
    outcomes: {c: c, over: over}
  give_up: {from: b, overdue: lost, outcomes: {lost: lost}}
  there: {from: c, overdue: d, outcomes: {d: d}}
  back: {from: d, overdue: c, outcomes: {c: c, lost: lost}}
  ask:
    from: c
    approve: {steps: [one, two], within: 4 hours, overdue: {remind: 1 hour, lapse: 2 hours, then: lost}}
    outcomes: {over: over, lost: lost}
  beg:
    from: c
    approve: {steps: [one], within: 4 hours, overdue: {lapse: 2 hours}}
    outcomes: {over: over}
";

fn told(record: Json) -> Told {
    let mut record = record;
    record["id"] = json!("R-1");
    Told::start(FLOW, &record)
}

fn after(days: i64) -> DateTime<Utc> {
    beginning() + TimeDelta::days(days)
}

/// Lets all fall due that is by then; where the case is.
fn by(told: &mut Told, now: DateTime<Utc>) -> String {
    told.now = now;
    told.fall_due();
    told.state.ended().map_or_else(
        || told.state.stages().keys().map(ToString::to_string).collect::<Vec<_>>().join(" "),
        |end| format!("ended: {}", end.result),
    )
}

fn set(name: &str, value: impl Into<Json>) -> Command {
    Command::Update { fields: [(field(name), value.into())].into(), reopen: false }
}

#[test]
fn an_outcome_follows_when_the_stage_is_overdue_whatever_its_gate_asks_for() {
    let mut told = told(json!({ "amount": 5 }));
    assert_eq!(by(&mut told, after(1)), "a");
    assert_eq!(by(&mut told, after(2)), "b");
    assert_eq!(told.state.stages()[0].since, after(2));
}

#[test]
fn rules_decide_as_if_somebody_had_brought_the_case_there() {
    for (amount, there) in [(500, "c"), (50, "ended: over")] {
        let mut told = told(json!({ "amount": amount }));
        assert_eq!(by(&mut told, after(3)), there, "one thing after the other, each when it was due");
    }
}

#[test]
fn where_one_gate_is_not_the_question_the_next_one_is_asked_and_what_is_missing_is_waited_for() {
    let mut told = told(json!({ "amount": 0 }));
    assert_eq!(by(&mut told, after(30)), "b", "the end needs a note");
    told.at(after(31), "lin", &set("note", "too small")).unwrap();
    assert_eq!(by(&mut told, after(60)), "b", "what could not follow when it was time is left to people");

    let mut told = self::told(json!({ "amount": 0, "note": "too small" }));
    assert_eq!(by(&mut told, after(30)), "ended: lost");
}

#[test]
fn a_case_does_not_go_round_for_ever() {
    let mut told = told(json!({ "amount": 500, "due": "2026-10-01" }));
    // The stages `c` and `d` are due before the case comes there.
    assert_eq!(by(&mut told, after(30)), "c");
    told.at(after(31), "lin", &set("due", json!("2026-12-06"))).unwrap();
    assert_eq!(by(&mut told, after(40)), "d", "with another date it is another deadline");
}

#[test]
fn an_approval_that_nobody_decides_lapses() {
    let mut told = told(json!({ "amount": 500, "note": "n" }));
    assert_eq!(by(&mut told, after(3)), "c");
    told.at(after(3), "lin", &submit("ask", "over")).unwrap();
    told.then("ann", &vote("ask", Choice::Approve)).unwrap();
    assert_eq!(by(&mut told, after(3) + TimeDelta::minutes(359)), "c");
    assert_eq!(by(&mut told, after(3) + TimeDelta::minutes(360)), "ended: lost");
}

#[test]
fn an_approval_that_lapses_without_an_outcome_is_given_back() {
    let mut told = told(json!({ "amount": 500 }));
    assert_eq!(by(&mut told, after(3)), "c");
    told.at(after(3), "lin", &submit("beg", "over")).unwrap();
    told.now = after(4);
    let events: Vec<Event> = told.events_of_the_clock();
    let last = events.last().unwrap();
    assert!(matches!(&last.what, Happened::Returned { why: Return::Lapsed, .. }), "{events:?}");
    assert_eq!(last.at, after(3) + TimeDelta::hours(6));
    assert!(told.state.submissions().is_empty());

    // So is one whose outcome lacks something.
    told.at(after(5), "lin", &submit("ask", "over")).unwrap();
    told.now = after(6);
    let events = told.events_of_the_clock();
    assert!(events.iter().any(|event| matches!(&event.what, Happened::Returned { why: Return::Lapsed, .. })), "{events:?}");
    assert!(!events.iter().any(|event| matches!(&event.what, Happened::Decided(decided) if decided.how == How::Expiry)));
}
