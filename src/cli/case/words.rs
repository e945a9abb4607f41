//! What happened, and what is to be done, in words.
//!
//! It must not leave out an event: whoever reads a history sees all of it.

use crate::case::approval::{Act, Choice, Place, Plan};
use crate::case::{Decided, Event, Happened, How, Replan, Return, Task};
use crate::evaluation::Status;
use crate::names::{StageId, UserId};

/// What happened, in one line.
pub(in crate::cli) fn event(event: &Event) -> String {
    match &event.what {
        Happened::Started(started) => {
            let parent = started.parent.as_ref().map(|parent| format!(", born of {parent}")).unwrap_or_default();
            format!("started in {}{parent}", stages(&started.stages))
        }
        Happened::Updated { fields } => {
            let fields: Vec<String> = fields
                .iter()
                .map(|(path, value)| if value.is_null() { format!("{path} cleared") } else { format!("{path} = {value}") })
                .collect();
            fields.join(", ")
        }
        Happened::Completed { stage, activity } => format!("completed {activity} in {stage}"),
        Happened::Attached { deliverable, reference } => {
            format!("attached {deliverable}{}", said(reference.as_deref().map(|place| format!("at {place}"))))
        }
        Happened::Submitted { gate, outcome, conditions, plan, for_user } => {
            let conditions: Vec<&str> = conditions.iter().map(|condition| &*condition.text).collect();
            let conditions = if conditions.is_empty() { String::new() } else { format!(", on conditions: {}", conditions.join("; ")) };
            format!("brought to {gate}{}, asking for {outcome}{}{conditions}{}", stands_in(for_user.as_ref()), level(plan), kept(plan))
        }
        Happened::Acted { gate, act } => acted(gate.as_str(), act),
        Happened::Replanned { gate, why, plan } => {
            let why = match why {
                Replan::Changed => "the record changed",
                Replan::Escalated => "nobody decided in time",
            };
            format!("others are asked at {gate}{}: {why}{}", level(plan), kept(plan))
        }
        Happened::Returned { gate, why, comment } => {
            let why = match why {
                Return::Recalled => "taken back from",
                Return::Refused => "refused at",
                Return::Changed => "given back from, since the record changed,",
                Return::Lapsed => "given back from, since nobody decided in time,",
            };
            format!("{why} {gate}{}", said(comment.as_deref().map(str::to_owned)))
        }
        Happened::Decided(found) => decided(found),
        Happened::Waived { gate, criterion, reason } => format!("waived {criterion} at {gate}: {reason}"),
        Happened::Owed { obligation, .. } => format!("{obligation} is owed"),
        Happened::Cleared { obligation, comment } => {
            format!("{obligation} is owed no more{}", said(comment.as_deref().map(str::to_owned)))
        }
        Happened::ConditionMet { gate, condition } => format!("condition {} of {gate} is met", condition + 1),
        Happened::Resumed { gate } => format!("the hold at {gate} ended"),
        Happened::Reopened { gate, fields } => {
            let fields: Vec<&str> = fields.iter().map(crate::names::FieldPath::as_str).collect();
            format!("{gate} has to decide again, since {} changed", fields.join(", "))
        }
        Happened::Reassigned { role, to } if to.is_empty() => format!("{role} is found by the workflow again"),
        Happened::Reassigned { role, to } => format!("{role} is {} from now on", users(to)),
        Happened::Delegated { delegation } => {
            let role = delegation.role.as_ref().map(|role| format!(" as {role}")).unwrap_or_default();
            let gate = delegation.gate.as_ref().map(|gate| format!(" at {gate}")).unwrap_or_default();
            let limit = delegation.limit.as_ref().map(|limit| format!(" up to {limit}")).unwrap_or_default();
            let starts = if delegation.starts > event.at { format!(" from {}", super::moment(delegation.starts)) } else { String::new() };
            let on = if delegation.transitive { ", and may hand it on" } else { "" };
            let (from, to, until) = (&delegation.from, &delegation.to, super::moment(delegation.ends));
            format!("{to} may decide for {from}{role}{gate}{limit}{starts} until {until}{on}")
        }
        Happened::DelegationEnded { from, to } => format!("{to} no longer decides for {from}"),
        Happened::ChildStarted { child, .. } => format!("the case {child} started"),
        Happened::ChildEnded { child, result } => format!("the case {child} ended: {result}"),
        Happened::FellDue { timer, told, .. } => {
            let what = self::timer(timer);
            if told.is_empty() { what } else { format!("{what}; told {}", users(told)) }
        }
        Happened::Migrated { to, stages, .. } => {
            let moved: Vec<String> =
                stages.iter().filter(|(old, new)| old != new).map(|(old, new)| format!(", {old} is {new} there")).collect();
            format!("went over to the definition {}{}", to.get(..12).unwrap_or(to), moved.concat())
        }
        Happened::Abandoned { reason } => format!("abandoned: {reason}"),
        Happened::Commented { text } => format!("said: {text}"),
    }
}

/// The steps of which something stays that was done before.
fn kept(plan: &Plan) -> String {
    let steps = plan.steps.iter().enumerate().filter(|(_, step)| !step.kept.is_empty());
    let numbers: Vec<String> = steps.map(|(step, _)| (step + 1).to_string()).collect();
    if numbers.is_empty() { String::new() } else { format!("; what was decided in step {} stays", numbers.join(" and ")) }
}

fn acted(gate: &str, act: &Act) -> String {
    match act {
        Act::Decided(decision) => {
            let choice = match decision.choice {
                Choice::Approve => "approved",
                Choice::Reject => "rejected",
                Choice::Abstain => "abstained",
            };
            let for_user = stands_in(decision.for_user.as_ref());
            format!("{choice} at {gate}, step {}{for_user}{}", decision.step + 1, said(decision.comment.as_deref().map(str::to_owned)))
        }
        Act::Added(added) => {
            let place = match added.place {
                Place::Before => "before",
                Place::After => "after",
            };
            format!("asked {} to sign {place} the votes at {gate}", added.user)
        }
        Act::Transferred(transferred) => format!("{} decides at {gate} in the place of {}", transferred.to, transferred.from),
    }
}

fn decided(found: &Decided) -> String {
    let Decided { gate, outcome, how, for_user, left, entered, ended, lock, starts, again, withdrawn, .. } = found;
    let how = match how {
        How::Submitter => "",
        How::Rules => " by rules",
        How::Approval => " by approval",
        How::Expiry => " by itself, since its time was over",
    };
    let way = match (left.is_empty(), entered.is_empty()) {
        _ if *again => ", again".to_owned(),
        (true, true) => ", stays".to_owned(),
        _ => format!(", {} -> {}", stages(left), stages(entered)),
    };
    let mut more = String::new();
    if let Some(result) = ended {
        more += &format!("; ended: {result}");
    }
    if !lock.is_empty() {
        let fields: Vec<&str> = lock.iter().map(crate::names::FieldPath::as_str).collect();
        more += &format!("; locked {}", fields.join(", "));
    }
    for birth in starts {
        more += &format!("; started {}", birth.case);
    }
    for other in withdrawn {
        more += &format!("; nobody decides at {other} any more");
    }
    format!("{gate}: {outcome}{how}{}{way}{more}", stands_in(for_user.as_ref()))
}

/// What happens when a timer falls due, by its name.
pub(in crate::cli) fn timer(name: &str) -> String {
    let parts: Vec<&str> = name.split('@').next().unwrap_or(name).split('/').collect();
    match parts.as_slice() {
        ["stage", stage, _] => format!("the stage {stage} is due"),
        ["approval", gate, _] => format!("the approval at {gate} is due"),
        ["step", gate, _, step] => format!("step {} at {gate} is due", step.parse::<usize>().map_or(0, |step| step + 1)),
        ["reminder", gate, _] => format!("reminder of the approval at {gate}"),
        ["escalation", gate, _] => format!("the next level is asked at {gate}"),
        ["lapse", gate, _] => format!("the approval at {gate} lapses"),
        ["hold", gate] => format!("the hold at {gate} ends"),
        ["obligation", obligation] => format!("{obligation} is due"),
        other => other.join(" "),
    }
}

/// What somebody has to do.
pub(super) fn task(task: &Task) -> String {
    match task {
        Task::Activity(stage, activity) => format!("do {activity} in {stage}"),
        Task::Submit(gate, Status::Open | Status::Ready) => format!("bring to {gate}"),
        Task::Submit(gate, status) => format!("make ready for {gate} ({})", status.name()),
        Task::Vote(gate) => format!("decide at {gate}"),
        Task::Condition(gate, number, text) => format!("meet condition {} of {gate}: {text}", number + 1),
        Task::Obligation(obligation) => format!("deliver {obligation}"),
    }
}

/// For whom somebody does something.
fn stands_in(absent: Option<&UserId>) -> String {
    absent.map(|user| format!(" for {user}")).unwrap_or_default()
}

fn level(plan: &Plan) -> String {
    plan.level.as_ref().map(|level| format!(" at the level {level}")).unwrap_or_default()
}

pub(super) fn stages(stages: &[StageId]) -> String {
    stages.iter().map(StageId::as_str).collect::<Vec<_>>().join(" + ")
}

pub(super) fn users(users: &[UserId]) -> String {
    users.iter().map(UserId::as_str).collect::<Vec<_>>().join(", ")
}

fn said(text: Option<String>) -> String {
    text.map(|text| format!(": {text}")).unwrap_or_default()
}
