//! Events as process mining sees them: activities of a case, each with who did it and a transition of the standard life cycle.
//!
//! It must not name anything after a person or a case: an activity is what many cases have in common.

use crate::case::approval::Act;
use crate::case::{Decided, Event, Happened, Replan, Return};
use crate::names::{CaseId, GateId, StageId, UserId, WorkflowId};
use crate::service::Logged;
use crate::store::Position;
use chrono::{DateTime, Utc};
use std::collections::HashMap;
use std::sync::Arc;

/// An activity of a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The event that it is, or belongs to.
    pub position: Position,
    /// The case.
    pub case: CaseId,
    /// What the case travels through.
    pub workflow: WorkflowId,
    /// What was done. Names of the workflow stand alone only where somebody did an activity of it; words with spaces are ours.
    pub activity: String,
    /// Who did it, where somebody did.
    pub resource: Option<UserId>,
    /// When.
    pub at: DateTime<Utc>,
    /// The transition, as the standard life cycle of XES calls it.
    pub lifecycle: &'static str,
    /// The gate that it happened at.
    pub gate: Option<GateId>,
    /// What came of it: an outcome, a vote, a result.
    pub outcome: Option<Arc<str>>,
    /// The stage that it concerns; otherwise those in which the case was, joined by ` + `.
    pub stage: String,
}

/// Where cases are while their events go by: what an event does not say itself.
#[derive(Debug, Default)]
pub struct Places {
    cases: HashMap<CaseId, Place>,
}

#[derive(Debug)]
struct Place {
    workflow: WorkflowId,
    stages: Vec<StageId>,
}

/// What one event is called.
struct Named {
    activity: String,
    lifecycle: &'static str,
    gate: Option<GateId>,
    outcome: Option<Arc<str>>,
}

impl Places {
    /// What a case travels through, once its start went by.
    #[must_use]
    pub fn workflow(&self, case: &CaseId) -> Option<&WorkflowId> {
        self.cases.get(case).map(|place| &place.workflow)
    }

    /// The activities of the next event: itself, and a stage entered for each that begins with it. None where the case never began.
    pub fn follow(&mut self, logged: &Logged) -> Vec<Row> {
        let Logged { position, case, event, .. } = logged;
        if let Happened::Started(started) = &event.what {
            self.cases.insert(case.clone(), Place { workflow: started.workflow.clone(), stages: Vec::new() });
        }
        let Some(place) = self.cases.get_mut(case) else { return Vec::new() };
        let row = |named: Named, stage: String| Row {
            position: *position,
            case: case.clone(),
            workflow: place.workflow.clone(),
            activity: named.activity,
            resource: event.by.user(),
            at: event.at,
            lifecycle: named.lifecycle,
            gate: named.gate,
            outcome: named.outcome,
            stage,
        };
        let entered: &[StageId] = match &event.what {
            Happened::Started(started) => &started.stages,
            Happened::Decided(decided) => &decided.entered,
            _ => &[],
        };
        let stage = match &event.what {
            Happened::Completed { stage, .. } => stage.to_string(),
            _ => place.stages.iter().map(StageId::as_str).collect::<Vec<_>>().join(" + "),
        };
        let mut rows = vec![row(named(event), stage)];
        rows.extend(entered.iter().map(|stage| row(Named::new(format!("enter {stage}")), stage.to_string())));
        match &event.what {
            Happened::Started(started) => place.stages.clone_from(&started.stages),
            Happened::Decided(decided) => {
                place.stages.retain(|stage| !decided.left.contains(stage));
                place.stages.extend(decided.entered.iter().cloned());
            }
            Happened::Migrated { stages, .. } => place.stages = stages.iter().map(|(_, new)| new.clone()).collect(),
            Happened::Abandoned { .. } => place.stages.clear(),
            _ => {}
        }
        rows
    }
}

impl Named {
    fn new(activity: impl Into<String>) -> Self {
        Self { activity: activity.into(), lifecycle: "complete", gate: None, outcome: None }
    }

    fn at(self, gate: &GateId) -> Self {
        Self { gate: Some(gate.clone()), ..self }
    }

    fn when(self, lifecycle: &'static str) -> Self {
        Self { lifecycle, ..self }
    }

    fn with(self, outcome: impl Into<Arc<str>>) -> Self {
        Self { outcome: Some(outcome.into()), ..self }
    }
}

fn named(event: &Event) -> Named {
    match &event.what {
        Happened::Started(_) => Named::new("start case"),
        Happened::Updated { .. } => Named::new("update record"),
        Happened::Completed { activity, .. } => Named::new(activity.as_str()),
        Happened::Attached { deliverable, .. } => Named::new(format!("attach {deliverable}")),
        Happened::Submitted { gate, outcome, .. } => Named::new(format!("submit to {gate}")).at(gate).with(outcome.as_str()),
        Happened::Acted { gate, act } => acted(gate, act).at(gate),
        Happened::Replanned { gate, why, .. } => Named::new(match why {
            Replan::Changed => format!("ask others at {gate}"),
            Replan::Escalated => format!("escalate {gate}"),
        })
        .at(gate)
        .when("reassign"),
        Happened::Returned { gate, why, .. } => Named::new(match why {
            Return::Recalled => format!("recall from {gate}"),
            Return::Refused => format!("refuse at {gate}"),
            Return::Changed | Return::Lapsed => format!("return from {gate}"),
        })
        .at(gate)
        .when("withdraw"),
        Happened::Decided(decided) => decision(decided),
        Happened::Waived { gate, criterion, .. } => Named::new(format!("waive {criterion} at {gate}")).at(gate).when("manualskip"),
        Happened::Owed { obligation, .. } => Named::new(format!("owe {obligation}")).when("schedule"),
        Happened::Cleared { obligation, .. } => Named::new(format!("clear {obligation}")),
        Happened::ConditionMet { gate, .. } => Named::new(format!("meet condition of {gate}")).at(gate),
        Happened::Resumed { gate } => Named::new(format!("resume before {gate}")).at(gate).when("resume"),
        Happened::Reopened { gate, .. } => Named::new(format!("open {gate} again")).at(gate),
        Happened::Reassigned { role, .. } => Named::new(format!("reassign {role}")).when("reassign"),
        Happened::Delegated { .. } => Named::new("delegate decisions").when("reassign"),
        Happened::DelegationEnded { .. } => Named::new("end delegation").when("reassign"),
        Happened::ChildStarted { workflow, .. } => Named::new(format!("start child {workflow}")),
        Happened::ChildEnded { result, .. } => Named::new("end of child").with(Arc::clone(result)),
        Happened::FellDue { timer, .. } => Named::new(due(timer)),
        Happened::Migrated { .. } => Named::new("migrate case"),
        Happened::Abandoned { .. } => Named::new("abandon case").when("pi_abort").with("abandoned"),
        Happened::Commented { .. } => Named::new("add comment"),
    }
}

fn acted(gate: &GateId, act: &Act) -> Named {
    match act {
        Act::Decided(decision) => Named::new(format!("vote at {gate}: {}", decision.choice.name())).with(decision.choice.name()),
        Act::Added(_) => Named::new(format!("add signer at {gate}")).when("assign"),
        Act::Transferred(_) => Named::new(format!("transfer vote at {gate}")).when("reassign"),
    }
}

/// An outcome; a case that stays where it is, is suspended there.
fn decision(decided: &Decided) -> Named {
    let stays = decided.left.is_empty() && decided.entered.is_empty() && !decided.again;
    let named = Named::new(format!("{}: {}", decided.gate, decided.outcome)).at(&decided.gate).with(decided.outcome.as_str());
    if stays { named.when("suspend") } else { named }
}

/// The kind of a timer and what it is for, without the how manieth it is and its moment: `due: stage offer`.
fn due(timer: &str) -> String {
    let name = timer.split('@').next().unwrap_or(timer);
    let parts: Vec<&str> = name.splitn(3, '/').take(2).collect();
    format!("due: {}", parts.join(" "))
}
