//! What rules of a parent know of its child cases.
//!
//! It must not start children; that is for the service.

use super::told::{Told, submit};
use serde_json::json;
use std::sync::Arc;
use tollgate::case::{Command, Reason};
use tollgate::evaluation::{Status, Subject, evaluate};
use tollgate::names::{CaseId, FieldPath, StageId, WorkflowId};
use tollgate::record::Object;

const FLOW: &str = "\
tollgate: 1
workflow: flow
record: r
records: {r: {key: id, fields: {id: text}}}
roles: {lead: [lin]}
stages:
  a: {start: true, lead: lead}
  over: {end: over}
gates:
  close:
    from: a
    must:
      orders_ended: '!(\"order\" in case.open_children)'
      few_left: case.open_children.len() <= 1
    outcomes: {over: over}
";

fn born(child: &str, workflow: &str) -> Command {
    Command::ChildStarted { child: CaseId::parse(child).unwrap(), workflow: WorkflowId::parse(workflow).unwrap() }
}

fn ended(child: &str) -> Command {
    Command::ChildEnded { child: CaseId::parse(child).unwrap(), result: Arc::from("done") }
}

#[test]
fn a_parent_can_wait_for_the_end_of_its_children() {
    let mut told = Told::start(FLOW, &json!({ "id": "R-1" }));
    for (child, workflow) in [("O-1", "order"), ("O-2", "order"), ("I-1", "invoice")] {
        told.then("lin", &born(child, workflow)).unwrap();
    }
    for (child, details) in [
        ("O-1", vec!["`orders_ended` is not met", "`few_left` is not met"]),
        ("O-2", vec!["`orders_ended` is not met", "`few_left` is not met"]),
    ] {
        let refusal = told.then("lin", &submit("close", "over")).unwrap_err();
        assert_eq!((refusal.reason, refusal.details), (Reason::Blocked, details.into_iter().map(str::to_owned).collect()));
        told.then("lin", &ended(child)).unwrap();
    }
    told.then("lin", &submit("close", "over")).unwrap();
    assert!(told.state.ended().is_some(), "the invoice may still be open");
}

#[test]
fn where_nothing_is_said_of_children_nobody_knows() {
    let told = Told::start(FLOW, &json!({ "id": "R-1" }));
    let record = Arc::new(Object::empty(told.workflow.record().fields()));
    let mut subject = Subject::new(StageId::parse("a").unwrap(), record);
    let gate = |subject: &Subject| evaluate(&told.workflow, subject, told.now).gates.remove(0);
    assert_eq!(gate(&subject).status, Status::Incomplete);
    assert_eq!(gate(&subject).missing.fields, [FieldPath::from_text("case.open_children")]);
    subject.open_children = Some(Vec::new());
    assert_eq!(gate(&subject).status, Status::Open);
}
