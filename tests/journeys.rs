//! A small family of workflows, and cases that travel through it: some told by hand, many drawn at random from a seed.
//!
//! It must not hold tests.

use crate::support::Choice;
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;
use std::path::Path;
use std::sync::Arc;
use tollgate::case::approval::Choice as Vote;
use tollgate::case::{Actor, Command, Occasion};
use tollgate::catalog::Session;
use tollgate::names::{CaseId, UserId, WorkflowId};
use tollgate::service::{Beginning, Family, Service, ServiceError};

/// Both files by their names.
pub(crate) const FILES: [(&str, &str); 3] = [
    (
        "common.yaml",
        r"tollgate: 1
records:
  order: {key: id, fields: {id: text, customer: text}}
calendars:
  office: {hours: ['09:00-12:00', '13:00-18:00'], holidays: [2026-11-04]}
",
    ),
    (
        "request.yaml",
        r"tollgate: 1
workflow: request
record: request
use: common.yaml
calendar: office
records:
  request: {key: id, fields: {id: text, customer: text, amount: decimal, urgent: bool}}
roles:
  clerk: [ana, 贝拉]
  boss: [chris]
  finance: [fay, finn]
stages:
  draft:
    start: true
    lead: clerk
    within: 2 working days
    activities: {write: {role: clerk, deliverable: paper, optional: true}}
  review: {lead: boss}
  done: {end: done}
  refused: {end: refused}
gates:
  check:
    from: draft
    submit: clerk
    outcomes: {go: review, drop: refused, later: {stay: true, conditions: required, within: 30 days, then: drop}}
  decide:
    from: review
    submit: clerk
    approve: {steps: [boss, {of: finance, quorum: 1}], within: 3 working days}
    outcomes:
      grant:
        to: done
        spawn: {order: {fields: {customer: request.customer}}}
      deny: refused
      again: draft
",
    ),
    (
        "order.yaml",
        r"tollgate: 1
workflow: order
record: order
use: common.yaml
calendar: office
roles: {clerk: [ana]}
stages:
  open: {start: true, lead: clerk}
  paid: {end: paid}
gates:
  collect: {from: open, submit: clerk, outcomes: {pay: paid}}
",
    ),
];

/// The workflows, compiled.
pub(crate) fn family() -> Arc<Family> {
    family_with(str::to_owned)
}

/// The same with other texts.
pub(crate) fn family_with(change: impl Fn(&str) -> String) -> Arc<Family> {
    let mut session = Session::in_memory(Path::new("journeys"));
    for (name, text) in FILES {
        session.edit(&Path::new("journeys").join(name), &change(text));
    }
    let checked = session.check().unwrap();
    let errors: Vec<String> = checked.diagnostics.iter().map(|found| found.message.clone()).collect();
    assert_eq!(checked.workflows.len(), 2, "{errors:?}");
    let catalog = session.catalog();
    Arc::new(Family::of(catalog, &checked.workflows))
}

pub(crate) fn moment(text: &str) -> DateTime<Utc> {
    format!("2026-11-{text}:00Z").parse().unwrap()
}

fn by(user: &str) -> Actor {
    Actor::User(UserId::parse(user).unwrap())
}

/// Cases of a store, and whoever acts on them.
pub(crate) struct Journey<'s> {
    pub(crate) service: &'s Service<'s>,
    pub(crate) family: Arc<Family>,
}

impl Journey<'_> {
    /// Starts a request.
    pub(crate) fn request(&self, case: &str, user: &str, at: DateTime<Utc>) {
        let (case, workflow) = (CaseId::parse(case).unwrap(), WorkflowId::parse("request").unwrap());
        let record = json!({ "id": case, "customer": "客户 <A & B>", "amount": 1200.50 });
        let beginning = Beginning { case: &case, workflow: &workflow, record: &record, stage: None };
        self.service.start(&self.family, &beginning, &Occasion::new(at, by(user)), None).unwrap();
    }

    /// Carries a command out.
    pub(crate) fn try_act(&self, case: &str, user: &str, at: DateTime<Utc>, command: &Command) -> Result<(), ServiceError> {
        self.service.carry_out(&CaseId::parse(case).unwrap(), command, at, &by(user), None).map(|_| ())
    }

    pub(crate) fn act(&self, case: &str, user: &str, at: DateTime<Utc>, command: &Command) {
        self.try_act(case, user, at, command).unwrap_or_else(|error| panic!("{case}, {at}, {command:?}: {error}"));
    }
}

pub(crate) fn submit(gate: &str, outcome: &str) -> Command {
    let conditions = if outcome == "later" { vec![Arc::from("the customer calls back")] } else { Vec::new() };
    Command::Submit { gate: gate.parse_name(), outcome: Some(outcome.parse_name()), conditions }
}

pub(crate) fn vote(choice: Vote, outcome: Option<&str>) -> Command {
    Command::Vote {
        gate: "decide".parse_name(),
        for_user: None,
        choice,
        outcome: outcome.map(|outcome| outcome.parse_name()),
        comment: None,
    }
}

pub(crate) fn complete() -> Command {
    Command::Complete { activity: "write".parse_name(), stage: None, reference: Some(Arc::from("shelf 1")) }
}

/// A text as a name of whatever kind is asked for.
pub(crate) trait ParseName {
    fn parse_name<T: serde::de::DeserializeOwned>(&self) -> T;
}

impl ParseName for str {
    fn parse_name<T: serde::de::DeserializeOwned>(&self) -> T {
        serde_json::from_value(json!(self)).unwrap()
    }
}

/// Three requests, told by hand; November 2026 begins on a Sunday, and the fourth is a holiday of the office.
pub(crate) fn told(service: &Service<'_>) {
    let journey = Journey { service, family: family() };
    // R-1 is granted: written, submitted, approved by the boss after a day and by finance two hours later; its order is paid.
    journey.request("R-1", "ana", moment("02T09:00"));
    journey.act("R-1", "ana", moment("02T10:00"), &complete());
    journey.act("R-1", "ana", moment("02T11:00"), &submit("check", "go"));
    journey.act("R-1", "ana", moment("02T11:00"), &submit("decide", "grant"));
    journey.act("R-1", "chris", moment("03T11:00"), &vote(Vote::Approve, None));
    journey.act("R-1", "fay", moment("03T14:00"), &vote(Vote::Approve, None));
    journey.act("R-1/order-1", "ana", moment("09T14:00"), &submit("collect", "pay"));
    // R-2 is sent back once, waits for the customer, and is dropped.
    journey.request("R-2", "贝拉", moment("02T09:00"));
    journey.act("R-2", "贝拉", moment("02T17:00"), &submit("check", "go"));
    journey.act("R-2", "贝拉", moment("02T17:00"), &submit("decide", "grant"));
    journey.act("R-2", "chris", moment("05T10:00"), &vote(Vote::Reject, Some("again")));
    let fields = [("amount".parse_name(), json!(800)), ("urgent".parse_name(), json!(true))].into_iter().collect();
    journey.act("R-2", "贝拉", moment("05T11:00"), &Command::Update { fields, reopen: false });
    journey.act("R-2", "贝拉", moment("05T12:00"), &submit("check", "later"));
    journey.act("R-2", "贝拉", moment("06T12:00"), &Command::Meet { gate: "check".parse_name(), condition: 0 });
    journey.act("R-2", "贝拉", moment("06T13:00"), &Command::Resume { gate: "check".parse_name() });
    journey.act("R-2", "贝拉", moment("06T15:00"), &submit("check", "drop"));
    // R-3 waits for the boss, and is overdue with him.
    journey.request("R-3", "ana", moment("03T09:00"));
    journey.act("R-3", "ana", moment("03T10:00"), &submit("check", "go"));
    journey.act("R-3", "ana", moment("03T10:00"), &submit("decide", "grant"));
    // R-4 has just begun, and R-5 was given up.
    journey.request("R-4", "ana", moment("09T09:00"));
    journey.request("R-5", "ana", moment("05T09:00"));
    journey.act("R-5", "ana", moment("05T10:00"), &Command::Cancel { reason: Arc::from("asked twice") });
}

/// So many requests that go where chance takes them; most of what it proposes can be done, and the rest is refused.
pub(crate) fn drawn(service: &Service<'_>, cases: usize, seed: u64) {
    let journey = Journey { service, family: family() };
    let mut choice = Choice::new(seed);
    for number in 0..cases {
        let case = format!("R-{number}");
        let mut at = moment("02T08:00") + TimeDelta::minutes(choice.below(60 * 24 * 60) as i64);
        journey.request(&case, choice.of::<&str>(&["ana", "贝拉"]), at);
        for _ in 0..choice.below(14) {
            at += TimeDelta::minutes(1 + choice.below(60 * 24 * 2) as i64);
            let (case, user, command) = proposal(&journey, &case, &mut choice);
            match journey.try_act(&case, user, at, &command) {
                Ok(()) | Err(ServiceError::Refused(_)) => {}
                Err(error) => panic!("{case}: {error}"),
            }
        }
    }
}

fn proposal(journey: &Journey<'_>, case: &str, choice: &mut Choice) -> (String, &'static str, Command) {
    let state = journey.service.open(&CaseId::parse(case).unwrap()).unwrap().state;
    let clerk = *choice.of(&["ana", "贝拉"]);
    if let Some(order) = state.children().keys().next() {
        return (order.to_string(), "ana", submit("collect", "pay"));
    }
    let (user, command) = match choice.below(10) {
        0 => (clerk, Command::Comment { text: Arc::from("说 \"<&>\"\nand more") }),
        1 if choice.often(20) => (clerk, Command::Cancel { reason: Arc::from("drawn") }),
        2 => (clerk, complete()),
        _ if !state.submissions().is_empty() => match choice.below(10) {
            0 => (clerk, Command::Recall { gate: "decide".parse_name() }),
            1 | 2 => (*choice.of(&["chris", "fay"]), vote(Vote::Reject, *choice.of(&[None, Some("deny"), Some("again")]))),
            3 => (*choice.of(&["chris", "finn"]), vote(Vote::Abstain, None)),
            _ => (*choice.of(&["chris", "fay", "finn"]), vote(Vote::Approve, None)),
        },
        _ if !state.holds().is_empty() && choice.often(60) => (clerk, Command::Meet { gate: "check".parse_name(), condition: 0 }),
        _ if state.stages().keys().any(|stage| stage.as_str() == "review") => (clerk, submit("decide", "grant")),
        _ => (clerk, submit("check", choice.of::<&str>(&["go", "go", "go", "drop", "later"]))),
    };
    (case.to_owned(), user, command)
}
