//! How the histories that are kept came to be: people do what a case waits for, and now and then something else.
//!
//! It must not be needed to replay them.

use crate::support::{Choice, project};
use chrono::TimeDelta;
use serde_json::{Map, Value as Json};
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;
use tollgate::case::approval::{Choice as Vote, Delegation, Place};
use tollgate::case::{Actor, Command, Occasion, Reason, Refusal, Task, waiting};
use tollgate::catalog::{check, load};
use tollgate::evaluation::Status;
use tollgate::names::{CaseId, DeliverableId, FieldPath, UserId, WorkflowId};
use tollgate::record::FieldType;
use tollgate::service::{Beginning, Case, Family, Service, ServiceError};
use tollgate::store::MemoryStore;
use tollgate::workflow::Workflow;

/// The records of the samples of a process, without what they say of their cases.
fn samples(process: &str, workflow: &Workflow) -> Vec<Json> {
    let path = |ending: &str| project(&format!("workflows/samples/{process}.{ending}"));
    if let Ok(text) = std::fs::read_to_string(path("jsonl")) {
        let without_case = |line: &str| {
            let mut record: Json = serde_json::from_str(line).unwrap();
            record.as_object_mut().unwrap().shift_remove("case");
            record
        };
        return text.lines().filter(|line| !line.is_empty()).map(without_case).collect();
    }
    let mut reader = csv::Reader::from_path(path("csv")).unwrap();
    let names = reader.headers().unwrap().clone();
    let record = |cells: csv::StringRecord| {
        let mut record = Json::Object(Map::new());
        for (name, cell) in names.iter().zip(&cells).filter(|(name, cell)| !name.starts_with("case.") && !cell.is_empty()) {
            let Some(value) = workflow.record().field(name).and_then(|field| typed(&field.field_type, cell)) else { continue };
            let parts: Vec<&str> = name.split('.').collect();
            let place = parts.iter().fold(&mut record, |at, part| &mut at[*part]);
            *place = value;
        }
        record
    };
    reader.records().map(|cells| record(cells.unwrap())).collect()
}

/// A cell as JSON; lists are left out.
fn typed(field_type: &FieldType, cell: &str) -> Option<Json> {
    match field_type {
        FieldType::Bool => cell.parse().ok().map(Json::Bool),
        FieldType::Int | FieldType::Decimal | FieldType::Percent | FieldType::Money(_) => cell.parse().ok().map(Json::Number),
        FieldType::List(_) | FieldType::Object(_) | FieldType::Children(_) => None,
        _ => Some(Json::String(cell.to_owned())),
    }
}

/// The processes that ship, as they are now.
pub(super) fn family() -> Arc<Family> {
    let catalog = load(&[PathBuf::from(project("workflows"))]).unwrap();
    Arc::new(Family::of(&catalog, &check(&catalog).workflows))
}

/// Sends a case of a process on its way, until it ends or much has been tried.
pub(super) fn tell(store: &MemoryStore, family: &Arc<Family>, process: &str, seed: u64) -> CaseId {
    let id = WorkflowId::parse(process).unwrap();
    let workflow = family.get(&id).unwrap();
    let records = samples(process, &workflow);
    let service = Service::new(store);
    let case = CaseId::parse(&format!("{process}-1")).unwrap();
    let mut chance = Choice::new(process.len() as u64 * 7_919 + seed);
    let mut now = "2026-11-02T01:00:00Z".parse().unwrap();
    let stage = workflow.starts().next().map(|stage| stage.id().clone());
    let begins = |record: &Json| {
        let begun = Beginning { case: &case, workflow: &id, record, stage: stage.as_ref() };
        service.start(family, &begun, &Occasion::new(now, Actor::User(UserId::parse("lin.xiaoyu").unwrap())), None).is_ok()
    };
    assert!(
        records.iter().skip(chance.below(records.len() / 2)).any(begins),
        "no sample of {process} is a record with which a case can start"
    );
    for _ in 0..80 {
        now += TimeDelta::minutes(*chance.of(&[5, 40, 40, 40, 300, 300, 1_500]));
        let known = service.open(&case).unwrap();
        let Some((command, by)) = next(&service, &known, &records, now, &mut chance) else { continue };
        // A refusal leaves no trace; people do what it asks for.
        if let Err(ServiceError::Refused(refusal)) = service.carry_out(&case, &command, now, &Actor::User(by.clone()), None) {
            now += TimeDelta::minutes(20);
            for command in asked_for(&refusal, &known, &records, &mut chance) {
                let _ = service.carry_out(&case, &command, now, &Actor::User(by.clone()), None);
            }
        }
    }
    case
}

/// What a refusal asks for: the fields that are missing as some sample has them, the documents, and other values where a criterion is not met.
fn asked_for(refusal: &Refusal, case: &Case, records: &[Json], chance: &mut Choice) -> Vec<Command> {
    let named = |line: &String| line.split('`').nth(1).map(str::to_owned);
    let documents = refusal.details.iter().filter(|line| line.starts_with("the document"));
    let attach =
        |name: String| Some(Command::Attach { deliverable: DeliverableId::parse(&name).ok()?, reference: Some(Arc::from("dms:2")) });
    let mut commands: Vec<Command> = documents.filter_map(named).filter_map(attach).collect();
    let prefix = format!("{}.", case.workflow.record().name());
    let mut fields = indexmap::IndexMap::new();
    for name in refusal.details.iter().filter(|line| line.starts_with('`') && line.ends_with("is missing")).filter_map(named) {
        let path = name.strip_prefix(&prefix).unwrap_or(&name).to_owned();
        let values = records.iter().filter_map(|record| path.split('.').try_fold(record, |at, part| at.get(part)));
        let values: Vec<&Json> = values.filter(|value| !value.is_null()).collect();
        if let (Ok(path), false) = (FieldPath::parse(&path), values.is_empty()) {
            fields.insert(path, (*chance.of(&values)).clone());
        }
    }
    if !fields.is_empty() {
        commands.push(Command::Update { fields, reopen: false });
    } else if refusal.reason == Reason::Blocked && chance.often(30) {
        commands.extend(update(records, chance));
    }
    commands
}

fn next(
    service: &Service<'_>,
    case: &Case,
    records: &[Json],
    now: chrono::DateTime<chrono::Utc>,
    chance: &mut Choice,
) -> Option<(Command, UserId)> {
    let occasion = service.occasion(case, now, &Actor::Clock).unwrap();
    let tasks = waiting(&case.workflow, &case.state, &occasion);
    let people: BTreeSet<UserId> = tasks.iter().flat_map(|task| task.who.iter().map(|asked| asked.user.clone())).collect();
    let people: Vec<UserId> = people.into_iter().collect();
    if people.is_empty() {
        return None;
    }
    let someone = chance.of(&people).clone();
    if chance.often(30) {
        return beside(case, records, &people, now, chance)
            .or_else(|| chance.often(15).then(|| (Command::Comment { text: Arc::from("looked at it") }, someone)));
    }
    let task = chance.of(&tasks);
    let who: Vec<UserId> = task.who.iter().map(|asked| asked.user.clone()).collect();
    let by = if who.is_empty() { someone } else { chance.of(&who).clone() };
    let command = match &task.what {
        Task::Activity(stage, activity) => {
            Command::Complete { activity: activity.clone(), stage: Some(stage.clone()), reference: Some(Arc::from("dms:1")) }
        }
        Task::Submit(gate, status) if *status != Status::Open && *status != Status::Ready && chance.often(15) => {
            let criteria = case.workflow.gates()[gate].must();
            let waivable: Vec<_> = criteria.iter().filter_map(|(id, criterion)| Some((id.clone(), criterion.waiver.clone()?))).collect();
            let (criterion, role) = if waivable.is_empty() { return None } else { chance.of(&waivable).clone() };
            let members = case.workflow.roles()[&role].members();
            let by = if members.is_empty() { return None } else { chance.of(members).clone() };
            return Some((Command::Waive { gate: gate.clone(), criterion, reason: Arc::from("agreed with the customer") }, by));
        }
        Task::Submit(gate, _) => {
            let outcomes: Vec<_> = case.workflow.gates()[gate].outcomes().iter().collect();
            let (outcome, known) = chance.of(&outcomes);
            let conditions = if known.conditions.is_some() { vec![Arc::from("the budget is confirmed")] } else { Vec::new() };
            Command::Submit { gate: gate.clone(), outcome: Some((*outcome).clone()), conditions }
        }
        Task::Vote(gate) => Command::Vote {
            gate: gate.clone(),
            for_user: None,
            choice: *chance.of(&[Vote::Approve, Vote::Approve, Vote::Approve, Vote::Abstain, Vote::Reject]),
            outcome: None,
            comment: chance.often(30).then(|| Arc::from("as discussed")),
        },
        Task::Condition(gate, condition, _) => Command::Meet { gate: gate.clone(), condition: *condition },
        Task::Obligation(obligation) => Command::Clear { obligation: obligation.clone(), comment: Some(Arc::from("received")) },
    };
    Some((command, by))
}

/// A field as another sample has it.
fn update(records: &[Json], chance: &mut Choice) -> Option<Command> {
    let other = chance.of(records).as_object()?.clone();
    let mut fields = indexmap::IndexMap::new();
    for (name, value) in other.iter().filter(|(name, _)| *name != "id") {
        if chance.often(25) {
            fields.insert(FieldPath::parse(name).ok()?, value.clone());
        }
    }
    Some(Command::Update { fields, reopen: chance.often(50) })
}

/// What nobody waits for.
fn beside(
    case: &Case,
    records: &[Json],
    people: &[UserId],
    now: chrono::DateTime<chrono::Utc>,
    chance: &mut Choice,
) -> Option<(Command, UserId)> {
    let (state, workflow) = (&case.state, &case.workflow);
    let (someone, other) = (chance.of(people).clone(), chance.of(people).clone());
    let gate = state.submissions().keys().chain(state.holds().keys()).next().cloned();
    let submitter = gate.as_ref().and_then(|gate| state.submissions().get(gate)?.by.user());
    let leads: Vec<_> = state.stages().keys().filter_map(|stage| workflow.stages()[stage].lead().cloned()).collect();
    let command = match chance.below(19) {
        0 => Command::Delegate(Delegation {
            from: someone.clone(),
            to: other,
            role: None,
            gate: None,
            limit: None,
            starts: now,
            ends: now + TimeDelta::days(6),
            transitive: false,
            reason: Some(Arc::from("on holiday")),
        }),
        1 => {
            let known = state.delegations().first()?;
            return Some((Command::EndDelegation { to: known.to.clone() }, known.from.clone()));
        }
        12..=14 => {
            let locked: Vec<_> = state.locked().keys().cloned().collect();
            let path = if locked.is_empty() { return None } else { chance.of(&locked).clone() };
            let values: Vec<&Json> = records.iter().filter_map(|record| record.get(path.as_str())).collect();
            let value = if values.is_empty() { return None } else { (*chance.of(&values)).clone() };
            Command::Update { fields: [(path, value)].into(), reopen: true }
        }
        15 if gate.is_some() => update(records, chance)?,
        16..=18 => {
            let (gate, submission) = state.submissions().first()?;
            let may: Vec<UserId> = submission.may_vote(state.delegations(), now).into_iter().map(|may| may.user).collect();
            let by = if may.is_empty() { return None } else { chance.of(&may).clone() };
            let others = &case.workflow.roles().values().flat_map(|role| role.members()).cloned().collect::<Vec<_>>();
            let user = chance.of(others).clone();
            let add = Command::AddSigner { gate: gate.clone(), user: user.clone(), place: *chance.of(&[Place::Before, Place::After]) };
            return Some((if chance.often(50) { add } else { Command::Transfer { gate: gate.clone(), to: user } }, by));
        }
        2 => Command::AddSigner { gate: gate?, user: other, place: *chance.of(&[Place::Before, Place::After]) },
        3 => Command::Transfer { gate: gate?, to: other },
        4 => return Some((Command::Recall { gate: gate? }, submitter?)),
        5 => return Some((Command::Escalate { gate: gate? }, submitter?)),
        6 => Command::Resume { gate: state.holds().keys().next()?.clone() },
        7 => Command::Reassign { role: leads.first()?.clone(), to: if chance.often(30) { Vec::new() } else { vec![other] } },
        8 => Command::Owe { obligation: workflow.obligations().map(|(id, _)| id.clone()).next()?, due: None },
        9 => Command::ChildStarted { child: CaseId::parse("other-7").unwrap(), workflow: WorkflowId::parse("order").unwrap() },
        10 => Command::ChildEnded { child: state.children().keys().next()?.clone(), result: Arc::from("closed") },
        11 if chance.often(30) => Command::Cancel { reason: Arc::from("the customer withdrew") },
        _ => return None,
    };
    Some((command, someone))
}
