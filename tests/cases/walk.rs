//! Cases that are sent through a workflow by random commands of random people, sensible ones and nonsense.
//!
//! It must not judge what comes of them.

use super::flows::{ROLES, USERS};
use crate::support::Choice;
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value as Json, json};
use std::sync::Arc;
use tollgate::case::approval::{Choice as Vote, Delegation, Place};
use tollgate::case::{Actor, CaseState, Command, Occasion, Task, waiting};
use tollgate::evaluation::Status;
use tollgate::names::{CaseId, FieldPath, GateId, OutcomeId, UserId, WorkflowId};
use tollgate::workflow::Workflow;

/// When all cases begin: a Monday morning.
pub(crate) fn beginning() -> DateTime<Utc> {
    "2026-11-02T08:00:00Z".parse().unwrap()
}

pub(crate) fn user(name: &str) -> UserId {
    UserId::parse(name).unwrap()
}

/// Any of the people.
pub(crate) fn anybody(chance: &mut Choice) -> UserId {
    user(chance.of::<&str>(USERS))
}

pub(crate) fn field(path: &str) -> FieldPath {
    FieldPath::parse(path).unwrap()
}

fn text(words: &str) -> Arc<str> {
    Arc::from(words)
}

/// How a case begins.
pub(crate) fn start(workflow: &Workflow, chance: &mut Choice) -> Command {
    let starts: Vec<_> = workflow.starts().map(|stage| stage.id().clone()).collect();
    let mut record = json!({ "id": "R-1" });
    for name in ["amount", "hot", "owner", "due"] {
        if chance.often(70) {
            record[name] = value(name, chance);
        }
    }
    let stage = (starts.len() != 1).then(|| chance.of(&starts).clone());
    Command::Start { case: CaseId::parse("R-1").unwrap(), record, stage, parent: None }
}

fn value(name: &str, chance: &mut Choice) -> Json {
    match name {
        "amount" => chance.of(&[json!(50), json!(700), json!(2_500.5), json!(12_000), json!(90_000)]).clone(),
        "hot" => json!(chance.often(30)),
        "owner" => json!(chance.of::<&str>(USERS)),
        "due" => json!(chance.of(&["2026-10-20", "2026-11-04", "2026-11-12", "2026-12-01"])),
        "terms.days" => json!(chance.below(90)),
        _ => json!(chance.of(&["here", "there"])),
    }
}

/// How much later the next command comes.
pub(crate) fn pause(chance: &mut Choice) -> TimeDelta {
    let minutes = *chance.of(&[0, 0, 1, 5, 30, 60, 60, 400, 1_440, 1_440, 2_880, 7_200]);
    TimeDelta::minutes(minutes)
}

/// The next command, and who gives it.
pub(crate) fn command(workflow: &Workflow, state: &CaseState, now: DateTime<Utc>, chance: &mut Choice) -> (Command, Actor) {
    if chance.often(62) {
        let occasion = Occasion::new(now, Actor::Clock);
        let tasks = waiting(workflow, state, &occasion);
        if !tasks.is_empty() {
            let task = chance.of(&tasks);
            let who: Vec<UserId> = task.who.iter().map(|asked| asked.user.clone()).collect();
            let by = if who.is_empty() || chance.often(8) { anybody(chance) } else { chance.of(&who).clone() };
            return (for_task(workflow, &task.what, chance), Actor::User(by));
        }
    }
    if chance.often(25)
        && let Some(apt) = apt(workflow, state, chance)
    {
        return apt;
    }
    let by = match chance.below(30) {
        0 => Actor::Clock,
        1 => Actor::Case(CaseId::parse("other").unwrap()),
        _ => Actor::User(anybody(chance)),
    };
    (any(workflow, state, now, &by, chance), by)
}

/// What waits for somebody who is away, done by whoever stands in.
pub(crate) fn deputy(workflow: &Workflow, state: &CaseState, occasion: &Occasion, chance: &mut Choice) -> Option<(Command, Actor)> {
    let given = occasion.delegations_in(state);
    let tasks = waiting(workflow, state, &Occasion::new(occasion.now, Actor::Clock));
    let fits = |one: &Delegation| one.starts <= occasion.now && occasion.now < one.ends && one.from != one.to;
    let pairs = given.iter().filter(|one| fits(one)).flat_map(|one| tasks.iter().map(move |task| (one, task)));
    let pairs: Vec<_> = pairs.filter(|(one, task)| task.who.iter().any(|asked| asked.user == one.from)).collect();
    if pairs.is_empty() {
        return None;
    }
    let (one, task) = *chance.of(&pairs);
    let mut command = for_task(workflow, &task.what, chance);
    if let Command::Vote { for_user, .. } = &mut command {
        *for_user = Some(one.from.clone());
    }
    Some((command, Actor::User(one.to.clone())))
}

/// What fits an approval, a hold or a delegation that is there.
fn apt(workflow: &Workflow, state: &CaseState, chance: &mut Choice) -> Option<(Command, Actor)> {
    let someone = anybody(chance);
    let found = match chance.below(6) {
        0 | 5 => {
            let (gate, hold) = state.holds().first()?;
            let lead = state.stages().keys().find_map(|stage| workflow.stages().get(stage)?.lead())?;
            let holder = ROLES.iter().find(|(role, _)| *role == lead.as_str()).map_or("oz", |(_, users)| users[0]);
            let open = hold.conditions.iter().position(|condition| !condition.met);
            let resume = Command::Resume { gate: gate.clone() };
            (open.map_or(resume, |condition| Command::Meet { gate: gate.clone(), condition }), user(holder))
        }
        1 => {
            let delegation = state.delegations().first()?;
            (Command::EndDelegation { to: delegation.to.clone() }, delegation.from.clone())
        }
        2 => {
            let (gate, submission) = state.submissions().first()?;
            let by = submission.by.user()?;
            (if chance.often(50) { Command::Recall { gate: gate.clone() } } else { Command::Escalate { gate: gate.clone() } }, by)
        }
        _ => {
            let (gate, submission) = state.submissions().first()?;
            let seats: Vec<UserId> =
                submission.plan.steps.iter().flat_map(|step| &step.voters).flat_map(|seat| &seat.users).cloned().collect();
            let by = if seats.is_empty() { return None } else { chance.of(&seats).clone() };
            let add = Command::AddSigner { gate: gate.clone(), user: someone.clone(), place: *chance.of(&[Place::Before, Place::After]) };
            (if chance.often(50) { add } else { Command::Transfer { gate: gate.clone(), to: someone } }, by)
        }
    };
    Some((found.0, Actor::User(found.1)))
}

/// Somebody who lets somebody else decide.
pub(crate) fn stand_in(now: DateTime<Utc>, chance: &mut Choice) -> Delegation {
    Delegation {
        from: anybody(chance),
        to: anybody(chance),
        role: chance.often(20).then(|| tollgate::names::RoleId::parse(chance.of(ROLES).0).unwrap()),
        gate: None,
        limit: chance.often(10).then(|| tollgate::names::LevelId::parse("middle").unwrap()),
        starts: now + TimeDelta::hours(chance.below(20) as i64 - 10),
        ends: now + TimeDelta::hours(chance.below(200) as i64 - 5),
        transitive: chance.often(20),
        reason: None,
    }
}

/// What serves a task.
fn for_task(workflow: &Workflow, task: &Task, chance: &mut Choice) -> Command {
    match task {
        Task::Activity(stage, activity) => Command::Complete {
            activity: activity.clone(),
            stage: chance.often(80).then(|| stage.clone()),
            reference: chance.often(50).then(|| text("file:1")),
        },
        Task::Submit(gate, Status::Incomplete | Status::Blocked) if chance.often(60) => {
            let name = *chance.of(&["amount", "hot", "note", "owner"]);
            if chance.often(20) {
                waive(workflow, gate, chance)
            } else {
                Command::Update { fields: [(field(name), value(name, chance))].into(), reopen: false }
            }
        }
        Task::Submit(gate, _) => submit(workflow, gate, chance),
        Task::Vote(gate) => vote(workflow, gate, chance),
        Task::Condition(gate, condition, _) => Command::Meet { gate: gate.clone(), condition: *condition },
        Task::Obligation(obligation) => Command::Clear { obligation: obligation.clone(), comment: None },
    }
}

fn outcome(workflow: &Workflow, gate: &GateId, chance: &mut Choice) -> OutcomeId {
    let known: Vec<OutcomeId> = workflow.gates().get(gate).map(|gate| gate.outcomes().keys().cloned().collect()).unwrap_or_default();
    if known.is_empty() || chance.often(3) { OutcomeId::parse("elsewhere").unwrap() } else { chance.of(&known).clone() }
}

fn submit(workflow: &Workflow, gate: &GateId, chance: &mut Choice) -> Command {
    let outcome = chance.often(80).then(|| outcome(workflow, gate, chance));
    let takes = outcome.as_ref().and_then(|outcome| workflow.gates().get(gate)?.outcomes().get(outcome)?.conditions);
    let count = match takes {
        Some(true) => 1 + chance.below(2),
        Some(false) => chance.below(2),
        None => usize::from(chance.often(3)),
    };
    Command::Submit { gate: gate.clone(), outcome, conditions: (0..count).map(|number| text(&format!("condition {number}"))).collect() }
}

fn vote(workflow: &Workflow, gate: &GateId, chance: &mut Choice) -> Command {
    let choice = *chance.of(&[Vote::Approve, Vote::Approve, Vote::Approve, Vote::Reject, Vote::Abstain]);
    let after = (choice == Vote::Reject && chance.often(60)).then(|| outcome(workflow, gate, chance));
    let for_user = chance.often(8).then(|| anybody(chance));
    Command::Vote { gate: gate.clone(), for_user, choice, outcome: after, comment: chance.often(30).then(|| text("so be it")) }
}

fn waive(workflow: &Workflow, gate: &GateId, chance: &mut Choice) -> Command {
    let known: Vec<_> = workflow.gates().get(gate).map(|gate| gate.must().keys().cloned().collect()).unwrap_or_default();
    let criterion = if known.is_empty() { "asked".to_owned() } else { chance.of::<tollgate::names::CriterionId>(&known).to_string() };
    let criterion = tollgate::names::CriterionId::parse(&criterion).unwrap();
    Command::Waive { gate: gate.clone(), criterion, reason: text(if chance.often(90) { "it is small" } else { " " }) }
}

/// Anything, also what makes no sense.
fn any(workflow: &Workflow, state: &CaseState, now: DateTime<Utc>, by: &Actor, chance: &mut Choice) -> Command {
    let under_way: Vec<GateId> = state.submissions().keys().chain(state.holds().keys()).cloned().collect();
    let gates: Vec<GateId> = workflow.gates().keys().cloned().collect();
    let gate = match chance.below(10) {
        0 => GateId::parse("nowhere").unwrap(),
        1..=5 if !under_way.is_empty() => chance.of(&under_way).clone(),
        _ => chance.of(&gates).clone(),
    };
    let someone = anybody(chance);
    match chance.below(28) {
        0..=3 => {
            let name = *chance.of(&["amount", "hot", "owner", "note", "due", "terms.days", "terms.place", "terms", "nothing"]);
            let value = match chance.below(10) {
                0 => Json::Null,
                1 => json!("wrong"),
                _ => value(name, chance),
            };
            let mut fields: indexmap::IndexMap<FieldPath, Json> = [(field(name), value)].into();
            if chance.often(20) {
                fields.insert(field("amount"), json!(chance.below(60_000)));
            }
            Command::Update { fields, reopen: chance.often(60) }
        }
        4 => Command::Complete { activity: tollgate::names::ActivityId::parse("work").unwrap(), stage: None, reference: None },
        5 => {
            let papers: Vec<_> = workflow.deliverables().cloned().collect();
            let deliverable =
                if papers.is_empty() { tollgate::names::DeliverableId::parse("paper").unwrap() } else { chance.of(&papers).clone() };
            Command::Attach { deliverable, reference: Some(text("file:2")) }
        }
        6 | 7 => submit(workflow, &gate, chance),
        8 | 9 => vote(workflow, &gate, chance),
        10 => Command::AddSigner { gate, user: someone, place: *chance.of(&[Place::Before, Place::After]) },
        11 => Command::Transfer { gate, to: someone },
        12 => Command::Recall { gate },
        13 | 14 => waive(workflow, &gate, chance),
        15 => {
            let obligation = tollgate::names::ObligationId::parse(chance.of::<&str>(&["remains", "other", "unheard"])).unwrap();
            let due = chance.often(30).then(|| now + TimeDelta::hours(30));
            Command::Owe { obligation, due }
        }
        16 => Command::Clear {
            obligation: tollgate::names::ObligationId::parse(chance.of::<&str>(&["remains", "other"])).unwrap(),
            comment: None,
        },
        17 => Command::Meet { gate, condition: chance.below(3) },
        18 => Command::Resume { gate },
        19 => {
            let role = tollgate::names::RoleId::parse(chance.of(ROLES).0).unwrap();
            let to = if chance.often(30) { Vec::new() } else { vec![someone] };
            Command::Reassign { role, to }
        }
        20 | 21 => {
            let from = by.user().filter(|_| chance.often(85)).unwrap_or_else(|| anybody(chance));
            let delegation = Delegation { from, to: someone, gate: chance.often(20).then_some(gate), ..stand_in(now, chance) };
            if chance.often(90) { Command::Delegate(delegation) } else { Command::StandIn(delegation) }
        }
        22 => Command::EndDelegation { to: someone },
        23 => Command::Escalate { gate },
        24 => match chance.below(3) {
            0 => Command::ChildStarted { child: CaseId::parse("C-1").unwrap(), workflow: WorkflowId::parse("errand").unwrap() },
            _ => Command::ChildEnded {
                child: CaseId::parse(chance.of::<&str>(&["C-1", "C-2", "R-1/errand-1"])).unwrap(),
                result: text("done"),
            },
        },
        25 if chance.often(15) => Command::Cancel { reason: text("no longer wanted") },
        26 => start(workflow, chance),
        _ => Command::Comment { text: text(if chance.often(80) { "seen" } else { "" }) },
    }
}
