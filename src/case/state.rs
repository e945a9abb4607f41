//! A case as it stands: what its events have made of it.
//!
//! It must not be changed by anything but events, and must not know a workflow.

use super::approval::{Act, Delegation, Plan};
use super::event::{Actor, Condition, Obligation};
use crate::names::{
    ActivityId, CaseId, CriterionId, DeliverableId, FieldPath, GateId, ObligationId, OutcomeId, RoleId, StageId, UserId, WorkflowId,
};
use chrono::{DateTime, Utc};
use indexmap::IndexMap;
use serde_json::Value as Json;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A case as it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct CaseState {
    pub(super) id: CaseId,
    pub(super) workflow: WorkflowId,
    pub(super) digest: Arc<str>,
    pub(super) parent: Option<CaseId>,
    pub(super) children: IndexMap<CaseId, Child>,
    pub(super) record: Json,
    pub(super) before: Option<Json>,
    pub(super) stages: IndexMap<StageId, Visit>,
    pub(super) visits: BTreeMap<StageId, u32>,
    pub(super) stays: BTreeMap<StageId, Vec<Stay>>,
    pub(super) ended: Option<End>,
    pub(super) completed: BTreeSet<(StageId, ActivityId)>,
    pub(super) deliverables: BTreeMap<DeliverableId, Option<Arc<str>>>,
    pub(super) obligations: IndexMap<ObligationId, Obligation>,
    pub(super) owed_since: BTreeMap<ObligationId, DateTime<Utc>>,
    pub(super) waived: BTreeSet<(GateId, CriterionId)>,
    pub(super) locked: BTreeMap<FieldPath, GateId>,
    pub(super) submissions: IndexMap<GateId, Submission>,
    /// The last approvals that were given, as they stood: what of them stays is asked when their gates decide again.
    pub(super) approved: BTreeMap<GateId, Submission>,
    pub(super) holds: IndexMap<GateId, Hold>,
    pub(super) reopened: IndexMap<GateId, OutcomeId>,
    pub(super) outcomes: BTreeMap<GateId, OutcomeId>,
    pub(super) assigned: BTreeMap<RoleId, Vec<UserId>>,
    pub(super) delegations: Vec<Delegation>,
    pub(super) fired: BTreeSet<Arc<str>>,
    pub(super) births: usize,
    pub(super) started: DateTime<Utc>,
    pub(super) started_by: Actor,
    pub(super) latest: DateTime<Utc>,
}

/// A stage that is active.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visit {
    /// Since when.
    pub since: DateTime<Utc>,
    /// The how manieth visit it is, from 1.
    pub number: u32,
}

/// A time that the case spent in a stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stay {
    /// The how manieth visit it was.
    pub(super) number: u32,
    pub(super) from: DateTime<Utc>,
    /// `None` while it lasts.
    pub(super) to: Option<DateTime<Utc>>,
}

/// How a case ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct End {
    /// With what result.
    pub result: Arc<str>,
    /// When.
    pub at: DateTime<Utc>,
}

/// A child case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Child {
    /// Its workflow.
    pub workflow: WorkflowId,
    /// Its result, once it has ended.
    pub result: Option<Arc<str>>,
}

/// An approval that is under way.
#[derive(Debug, Clone, PartialEq)]
pub struct Submission {
    /// What is asked for.
    pub outcome: OutcomeId,
    /// The conditions that come with it.
    pub conditions: Vec<Condition>,
    /// Who asked.
    pub by: Actor,
    /// For whom, where that was somebody else.
    pub for_user: Option<UserId>,
    /// When.
    pub at: DateTime<Utc>,
    /// Since when the people of the plan are asked: later than `at` where others were asked before.
    pub asked: DateTime<Utc>,
    /// Who decides.
    pub plan: Plan,
    /// What was done so far, in the order in which it was.
    pub acts: Vec<Act>,
    /// How often others were asked.
    pub round: u32,
    /// Whether a higher level was asked, because nobody decided in time.
    pub escalated: bool,
}

/// A case that waits before a gate until conditions are met.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hold {
    /// The outcome that put it there.
    pub outcome: OutcomeId,
    /// Since when.
    pub since: DateTime<Utc>,
    /// What has to be so.
    pub conditions: Vec<Condition>,
    /// When another outcome follows by itself, and which.
    pub expiry: Option<(DateTime<Utc>, OutcomeId)>,
}

impl Submission {
    /// Whether somebody asked, or somebody else did so for them.
    #[must_use]
    pub fn is_of(&self, who: &Actor) -> bool {
        self.by == *who || self.for_user.as_ref().is_some_and(|absent| *who == Actor::User(absent.clone()))
    }

    /// Those to whom the submission is their own: who asked, and for whom.
    pub(super) fn submitters(&self) -> Vec<UserId> {
        self.by.user().into_iter().chain(self.for_user.clone()).collect()
    }
}

impl CaseState {
    /// Its name.
    #[must_use]
    pub fn id(&self) -> &CaseId {
        &self.id
    }

    /// The workflow that it travels through.
    #[must_use]
    pub fn workflow(&self) -> &WorkflowId {
        &self.workflow
    }

    /// What that workflow says for it.
    #[must_use]
    pub fn digest(&self) -> &Arc<str> {
        &self.digest
    }

    /// The case that it was born of.
    #[must_use]
    pub fn parent(&self) -> Option<&CaseId> {
        self.parent.as_ref()
    }

    /// The cases that were born of it.
    #[must_use]
    pub fn children(&self) -> &IndexMap<CaseId, Child> {
        &self.children
    }

    /// Its record, as JSON.
    #[must_use]
    pub fn record(&self) -> &Json {
        &self.record
    }

    /// Its record before it last changed.
    #[must_use]
    pub fn before(&self) -> Option<&Json> {
        self.before.as_ref()
    }

    /// The active stages: its marking.
    #[must_use]
    pub fn stages(&self) -> &IndexMap<StageId, Visit> {
        &self.stages
    }

    /// How it ended, if it has.
    #[must_use]
    pub fn ended(&self) -> Option<&End> {
        self.ended.as_ref()
    }

    /// Whether an activity was done in this visit of its stage.
    #[must_use]
    pub fn is_completed(&self, stage: &StageId, activity: &ActivityId) -> bool {
        self.completed.contains(&(stage.clone(), activity.clone()))
    }

    /// The documents that are there, and where they are kept.
    #[must_use]
    pub fn deliverables(&self) -> &BTreeMap<DeliverableId, Option<Arc<str>>> {
        &self.deliverables
    }

    /// What is owed.
    #[must_use]
    pub fn obligations(&self) -> &IndexMap<ObligationId, Obligation> {
        &self.obligations
    }

    /// Criteria that do not count.
    #[must_use]
    pub fn waived(&self) -> &BTreeSet<(GateId, CriterionId)> {
        &self.waived
    }

    /// Fields that can no longer be changed, each with the gate that locked it.
    #[must_use]
    pub fn locked(&self) -> &BTreeMap<FieldPath, GateId> {
        &self.locked
    }

    /// The approvals under way, by their gates.
    #[must_use]
    pub fn submissions(&self) -> &IndexMap<GateId, Submission> {
        &self.submissions
    }

    /// The gates before which it waits for conditions.
    #[must_use]
    pub fn holds(&self) -> &IndexMap<GateId, Hold> {
        &self.holds
    }

    /// Gates that have to decide again, each with what it had decided.
    #[must_use]
    pub fn reopened(&self) -> &IndexMap<GateId, OutcomeId> {
        &self.reopened
    }

    /// Roles that were given to certain people.
    #[must_use]
    pub fn assigned(&self) -> &BTreeMap<RoleId, Vec<UserId>> {
        &self.assigned
    }

    /// Who lets whom decide.
    #[must_use]
    pub fn delegations(&self) -> &[Delegation] {
        &self.delegations
    }

    /// Whether a timer has fired.
    #[must_use]
    pub fn has_fired(&self, timer: &str) -> bool {
        self.fired.contains(timer)
    }

    /// When it started.
    #[must_use]
    pub fn started(&self) -> DateTime<Utc> {
        self.started
    }

    /// Who started it.
    #[must_use]
    pub fn started_by(&self) -> &Actor {
        &self.started_by
    }

    /// When something last happened to it.
    #[must_use]
    pub fn latest(&self) -> DateTime<Utc> {
        self.latest
    }

    /// Since when it stands where it stands: the latest visit.
    #[must_use]
    pub fn since(&self) -> DateTime<Utc> {
        let visits = self.stages.values().map(|visit| visit.since);
        visits.chain(self.ended.iter().map(|end| end.at)).max().unwrap_or(self.started)
    }
}
