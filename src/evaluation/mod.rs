//! Judges one record against a workflow: where it stands, which gates it meets, what holds it, who must act.
//!
//! It must not remember anything from one record to the next, and must not fail: what goes wrong is part of the answer.

mod approvals;
mod evaluator;
mod gates;
mod reasons;
mod report;
mod scores;
mod spawns;
mod stages;

pub use reasons::{Reason, reason_proof};
pub use report::{
    ApprovalReport, CriterionKind, CriterionReport, DecisionReport, DueReport, Evaluation, GateReport, Holders, LevelReport, Missing,
    ObligationReport, OutcomeReport, ScoreReport, ScoredReport, SpawnReport, SpawnStatus, StageReport, Status, StepReport, TableReport,
    Verdict, Votes, WhenReport,
};

use crate::calendar::Pause;
use crate::names::{CriterionId, DeliverableId, GateId, LevelId, ObligationId, RecordName, RoleId, StageId, UserId, WorkflowId};
use crate::record::{Object, Value};
use crate::workflow::Workflow;
use chrono::{DateTime, FixedOffset, Utc};
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

/// A record and what is known of its case.
#[derive(Debug, Clone)]
pub struct Subject {
    /// The stages that are active. Stages that the workflow does not have are passed over.
    pub stages: Vec<StageId>,
    /// The record; of the workflow's record type.
    pub record: Arc<Object>,
    /// The record as it last was, where that is known.
    pub before: Option<Arc<Object>>,
    /// When the case came to its stage.
    pub since: Option<DateTime<FixedOffset>>,
    /// When the case was brought to the gate before which it lies.
    pub submitted: Option<DateTime<FixedOffset>>,
    /// The documents that are there.
    pub deliverables: BTreeSet<DeliverableId>,
    /// The obligations that are open.
    pub obligations: BTreeSet<ObligationId>,
    /// Whether something is said of open obligations that could not be read. It may be any, so that no gate opens over it, and rules that
    /// ask for open obligations find them missing.
    pub unread_obligation: bool,
    /// Child records by their type.
    pub children: HashMap<RecordName, Arc<[Value]>>,
    /// The workflows of the child cases that have not ended, each as often as there are such; `None` where that is not known.
    pub open_children: Option<Vec<WorkflowId>>,
    /// Criteria of gates that somebody waived: they do not apply.
    pub waived: BTreeSet<(GateId, CriterionId)>,
    /// Roles that were given to certain people, whatever the workflow would find.
    pub assigned: HashMap<RoleId, Vec<UserId>>,
    /// The time of stages whose term stands still now and then. Of the others, it runs since the case came.
    pub clocks: HashMap<StageId, Clock>,
    /// Levels of authority that gates ask although the record asks for others: nobody decided there in time.
    pub levels: HashMap<GateId, LevelId>,
}

impl Subject {
    /// A record that has just come to a stage.
    #[must_use]
    pub fn new(stage: StageId, record: Arc<Object>) -> Self {
        Self {
            stages: vec![stage],
            record,
            before: None,
            since: None,
            submitted: None,
            deliverables: BTreeSet::new(),
            obligations: BTreeSet::new(),
            unread_obligation: false,
            children: HashMap::new(),
            open_children: None,
            waived: BTreeSet::new(),
            assigned: HashMap::new(),
            clocks: HashMap::new(),
            levels: HashMap::new(),
        }
    }
}

/// How the time of a stage went by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clock {
    /// Since when it counts.
    pub since: DateTime<Utc>,
    /// When it stood still, in order and apart.
    pub pauses: Vec<Pause>,
    /// Since when it stands still, if it does: what was not due by then does not fall due now.
    pub stopped: Option<DateTime<Utc>>,
}

/// Judges a record. Total and pure: the same workflow, subject and moment give the same answer.
#[must_use]
pub fn evaluate(workflow: &Workflow, subject: &Subject, now: DateTime<Utc>) -> Evaluation {
    evaluator::Evaluator::new(workflow, subject, now).run()
}

/// Who holds a role for a record.
#[must_use]
pub fn holders(workflow: &Workflow, subject: &Subject, role: &RoleId, now: DateTime<Utc>) -> Holders {
    evaluator::Evaluator::new(workflow, subject, now).holders(role)
}
