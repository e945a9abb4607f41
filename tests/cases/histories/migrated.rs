//! A case that goes over to another definition on its way, and the rest of it there.
//!
//! It must not be needed to replay it.

use crate::cases::migration::{FIRST, second};
use crate::cases::service::{case, family};
use crate::cases::told::{submit, vote};
use crate::cases::walk::{beginning, field, user};
use chrono::TimeDelta;
use serde_json::json;
use tollgate::case::approval::Choice;
use tollgate::case::{Actor, Command, Occasion};
use tollgate::names::{CaseId, StageId, WorkflowId};
use tollgate::service::{Beginning, Service, Target};
use tollgate::store::MemoryStore;

/// What the history is called by.
pub(super) const PROCESS: &str = "permit";

/// Two approvals: one is counted before the case goes over, and a stage has another name after it.
pub(super) fn tell(store: &MemoryStore) -> CaseId {
    let (id, process) = (case("P-1"), WorkflowId::parse(PROCESS).unwrap());
    let service = Service::new(store);
    let at = |hours: i64| beginning() + TimeDelta::hours(hours);
    let by = |name: &str| Actor::User(user(name));
    let record = json!({ "id": "P-1", "size": 40, "zone": "new" });
    let begun = Beginning { case: &id, workflow: &process, record: &record, stage: None };
    let _ = service.start(&family(&[("permit.yaml", FIRST)]), &begun, &Occasion::new(at(0), by("dan")), None).unwrap();
    let carry_out = |hours, name: &str, command: &Command| service.carry_out(&id, command, at(hours), &by(name), None).unwrap();
    let _ = carry_out(1, "dot", &Command::Update { fields: [(field("size"), json!(12))].into(), reopen: false });
    let _ = carry_out(2, "dan", &submit("open", "small"));
    let _ = carry_out(30, "hal", &vote("open", Choice::Approve));
    let later = family(&[("permit.yaml", &second())]);
    let stages = [("paper", "letter")].map(|(old, new)| (StageId::parse(old).unwrap(), StageId::parse(new).unwrap()));
    let target = Target { workflow: later.get(&process).unwrap(), family: later, stages: stages.into() };
    let _ = service.migrate(&id, &target, at(50), &by("olga")).unwrap();
    let _ = carry_out(51, "dan", &submit("file", "done"));
    id
}
