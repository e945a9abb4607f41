//! Plans as they are fixed when a case is brought to its gate.
//!
//! It must not decide anything.

use super::*;
use crate::evaluation::{ApprovalReport, Subject, evaluate};
use crate::names::StageId;
use crate::record::{Reading, object_from_json};
use crate::source::Sources;
use crate::workflow::{Approval, Decider, Workflow, compile};
use serde_json::json;

const DISCOUNT: &str = "
tollgate: 1
workflow: discount
record: request
records:
  request:
    key: id
    fields: {id: text, owner: user, buyer: user, amount: {type: int, min: 0}}
roles:
  owner: {assign: request.owner}
  manager: {members: [mara, nina], assign: request.owner}
  director: [dirk]
  buyer: {assign: request.buyer}
  finance: [finn]
stages:
  asked: {start: true, lead: owner, needs: [owner]}
  granted: {end: granted}
gates:
  grant:
    from: asked
    approve:
      by: 'if request.amount > 100 { \"high\" } else { \"low\" }'
      levels:
        low: [manager]
        high:
          steps:
            - {weights: {director: 2, manager: 1}, at_least: 3, veto: [finance, buyer], within: 1 hour}
            - {of: manager, percent: 20, within: 2 hours}
          within: 3 hours
      within: 4 hours
      separate: [submitter, lead, earlier-step]
    outcomes: {grant: granted}
";

fn workflow() -> Workflow {
    let mut sources = Sources::new();
    let id = sources.add("discount.yaml", DISCOUNT);
    compile(&sources, id).unwrap_or_else(|found| panic!("{:?}", found.iter().map(|one| &one.message).collect::<Vec<_>>())).value
}

fn planned(record: serde_json::Value) -> Result<Plan, Unplanned> {
    let workflow = workflow();
    let (object, findings) = object_from_json(&record, workflow.record().fields(), &|_| None, &Reading::default());
    assert!(findings.is_empty(), "{findings:?}");
    let subject = Subject::new(StageId::parse("asked").unwrap(), std::sync::Arc::new(object));
    let evaluation = evaluate(&workflow, &subject, at(0));
    let (gate, report): (&GateId, &ApprovalReport) = (&evaluation.gates[0].gate, evaluation.gates[0].approval.as_ref().unwrap());
    let Decider::Approval(approval): &Decider = workflow.gates()[gate].decider() else { panic!() };
    let approval: &Approval = approval;
    let (submitters, leads, at, calendar) = (&users("nina"), &users("ben"), at(0), workflow.calendar());
    Plan::of(&Submission { gate, approval, report, submitters, leads, at, calendar })
}

#[test]
fn a_plan_names_people_and_what_is_asked_of_them() {
    let plan = planned(json!({"id": "R-1", "owner": "ben", "buyer": "bo", "amount": 250})).unwrap();
    let level = |name: &str| LevelId::parse(name).unwrap();
    assert_eq!((plan.level, plan.levels), (Some(level("high")), vec![level("low"), level("high")]));
    let first = &plan.steps[0];
    assert_eq!(first.voters, [weighing("director", "dirk", 2), weighing("manager", "mara nina ben", 1)]);
    assert_eq!(first.veto, [seat("finance", "finn"), seat("buyer", "bo")]);
    assert_eq!((plan.steps[1].votes, &plan.steps[1].voters), (Votes::Percent(Decimal::from(20)), &vec![seat("manager", "mara nina ben")]));
    let barred = [("nina", Why::Submitter), ("ben", Why::Lead)].map(|(name, why)| Barred { user: user(name), why });
    assert_eq!((plan.barred, plan.apart), (barred.to_vec(), true));
    // What a step has for itself begins with its turn.
    assert_eq!((plan.due, first.due, plan.steps[1].due), (Some(at(180)), Some(at(60)), None));
}

#[test]
fn somebody_who_holds_a_role_twice_is_one_person() {
    let plan = planned(json!({"id": "R-1", "owner": "mara", "amount": 50})).unwrap();
    assert_eq!(plan.steps[0].voters, [seat("manager", "mara nina")]);
    assert_eq!(plan.due, Some(at(240)));
}

#[test]
fn what_is_not_known_is_named() {
    let unknown = planned(json!({"id": "R-1", "owner": "ben"})).unwrap_err();
    assert_eq!(unknown.to_string(), "the level of approval depends on `request.amount`, which is missing");
    let unknown = planned(json!({"id": "R-1", "owner": "ben", "amount": 250})).unwrap_err();
    assert_eq!(unknown.to_string(), "who holds the role `buyer` in step 1 depends on `request.buyer`, which is missing");
}
