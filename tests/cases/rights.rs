//! Who may do what, worked out once more from the file's roles, the record, and who was put in somebody's place.
//!
//! It must not use anything of what decides but what a case says of itself.

use super::flows::ROLES;
use super::walk::user;
use chrono::{DateTime, Utc};
use tollgate::case::approval::{Act, Delegation, Plan};
use tollgate::case::{CaseState, Command};
use tollgate::names::{GateId, RoleId, UserId};
use tollgate::workflow::Workflow;

/// Those who hold a role.
fn holders(state: &CaseState, role: &RoleId) -> Vec<UserId> {
    if let Some(given) = state.assigned().get(role) {
        return given.clone();
    }
    match ROLES.iter().find(|(name, _)| *name == role.as_str()) {
        Some((_, users)) => users.iter().map(|name| user(name)).collect(),
        None => vec![user(state.record()["owner"].as_str().unwrap_or("oz"))],
    }
}

/// Whether somebody holds a role, or stands in for somebody who does.
fn holds(state: &CaseState, given: &[Delegation], role: &RoleId, who: &UserId, gate: Option<&GateId>, now: DateTime<Utc>) -> bool {
    holders(state, role).iter().any(|holder| {
        let lets = |delegation: &&Delegation| {
            let in_time = delegation.starts <= now && now < delegation.ends;
            let for_this =
                delegation.role.as_ref().is_none_or(|only| only == role) && (delegation.gate.is_none() || delegation.gate.as_ref() == gate);
            delegation.from == *holder && delegation.to == *who && in_time && for_this
        };
        holder == who || given.iter().any(|delegation| lets(&delegation))
    })
}

/// Whether somebody may give a command that asks for a role or a seat; `true` for what everybody may. `standing` are the delegations that hold
/// in every case.
pub(crate) fn may(
    workflow: &Workflow,
    (state, standing): (&CaseState, &[Delegation]),
    command: &Command,
    who: &UserId,
    now: DateTime<Utc>,
) -> bool {
    let given = [state.delegations(), standing].concat();
    let leads: Vec<RoleId> = state.stages().keys().filter_map(|stage| workflow.stages().get(stage)?.lead().cloned()).collect();
    let has = |roles: &[RoleId], gate: Option<&GateId>| roles.iter().any(|role| holds(state, &given, role, who, gate, now));
    match command {
        Command::Submit { gate, .. } => {
            let known = &workflow.gates()[gate];
            let from = known.from().iter().filter_map(|stage| workflow.stages()[stage].lead().cloned());
            let roles: Vec<RoleId> = if known.submit().is_empty() { from.collect() } else { known.submit().to_vec() };
            has(&roles, Some(gate))
        }
        Command::Complete { activity, stage, .. } => {
            state.stages().keys().filter(|active| stage.as_ref().is_none_or(|stage| stage == *active)).any(|active| {
                let known = &workflow.stages()[active];
                let Some(work) = known.activities().get(activity) else { return false };
                let roles: Vec<RoleId> = work.role.iter().chain(&work.helps).chain(known.lead()).cloned().collect();
                roles.is_empty() || has(&roles, None)
            })
        }
        Command::Waive { gate, criterion, .. } => {
            workflow.gates()[gate].must()[criterion].waiver.as_ref().is_some_and(|role| has(std::slice::from_ref(role), Some(gate)))
        }
        Command::Clear { obligation, .. } => {
            let roles: Vec<RoleId> = state.obligations()[obligation].role.iter().cloned().chain(leads).collect();
            roles.is_empty() || has(&roles, None)
        }
        Command::Owe { .. } | Command::Cancel { .. } => has(&leads, None),
        Command::Meet { gate, .. } | Command::Resume { gate } => has(&leads, Some(gate)),
        Command::Reassign { role, .. } => has(&leads, None) || has(std::slice::from_ref(role), None),
        Command::Escalate { gate } => submitted(state, gate).contains(who) || has(&leads, Some(gate)),
        Command::Recall { gate } => submitted(state, gate).contains(who),
        Command::Delegate(delegation) | Command::StandIn(delegation) => delegation.from == *who,
        _ => true,
    }
}

/// Who brought a case to a gate, and for whom.
fn submitted(state: &CaseState, gate: &GateId) -> Vec<UserId> {
    let submission = &state.submissions()[gate];
    submission.by.user().into_iter().chain(submission.for_user.clone()).collect()
}

/// Whether something that was done in an approval was done by people with a seat there who are not barred.
pub(crate) fn seated(plan: &Plan, before: &[Act], act: &Act) -> bool {
    let sits = |who: &UserId| {
        let step = &plan.steps[act.step()];
        let planned = step.voters.iter().chain(&step.veto).any(|seat| seat.users.contains(who));
        planned
            || before.iter().any(|known| match known {
                Act::Added(added) => added.user == *who,
                Act::Transferred(transferred) => transferred.to == *who,
                Act::Decided(_) => false,
            })
    };
    let free = |who: &UserId| plan.barred(who).is_none();
    match act {
        Act::Decided(decision) => {
            let chained = decision.by == *decision.voter() || decision.under.first().is_some_and(|first| first.from == *decision.voter());
            free(&decision.by) && free(decision.voter()) && sits(decision.voter()) && chained
        }
        Act::Added(added) => free(&added.by) && free(&added.user) && sits(&added.by),
        Act::Transferred(transferred) => free(&transferred.from) && free(&transferred.to) && sits(&transferred.from),
    }
}
