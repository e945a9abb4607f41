//! What happened to a case, one kind of event for each thing that can: the words of its history.
//!
//! It must not need a workflow to be understood: an event carries what came of it, so that a later workflow never changes the past.

use super::approval::{Act, Delegation, Plan};
use crate::names::{
    ActivityId, CaseId, CriterionId, DeliverableId, EventName, FieldPath, GateId, ObligationId, OutcomeId, RoleId, StageId, UserId,
    WorkflowId,
};
use chrono::{DateTime, Utc};
use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use std::fmt;
use std::sync::Arc;

/// An event: when it happened, who did it, and what.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// When. Of what fell due while nobody looked, when it fell due.
    pub at: DateTime<Utc>,
    /// Who did it.
    pub by: Actor,
    /// What.
    pub what: Happened,
}

/// Who does something.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Actor {
    /// Somebody.
    User(UserId),
    /// The passing of time.
    Clock,
    /// Another case of the family.
    Case(CaseId),
}

/// What can happen.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Happened {
    /// The case began.
    Started(Started),
    /// Fields of the record were changed; what is cleared becomes null.
    Updated {
        /// The new values by path, as JSON.
        fields: IndexMap<FieldPath, Json>,
    },
    /// An activity of an active stage was done.
    Completed {
        /// The stage.
        stage: StageId,
        /// The activity.
        activity: ActivityId,
    },
    /// A document is there.
    Attached {
        /// The document.
        deliverable: DeliverableId,
        /// Where it is kept.
        reference: Option<Arc<str>>,
    },
    /// The case was brought to a gate where people decide.
    Submitted {
        /// The gate.
        gate: GateId,
        /// What the submitter asks for.
        outcome: OutcomeId,
        /// Conditions that come with it.
        conditions: Vec<Condition>,
        /// Who decides, fixed here.
        plan: Plan,
        /// Whoever asked stood in for this person.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        for_user: Option<UserId>,
    },
    /// Somebody voted, asked for one more signer, or handed over what he had to decide.
    Acted {
        /// The gate.
        gate: GateId,
        /// What was done.
        act: Act,
    },
    /// A changed record asks for other people than those who were asked, or the next level was asked.
    Replanned {
        /// The gate.
        gate: GateId,
        /// Why.
        why: Replan,
        /// Who decides now, with what still counts.
        plan: Plan,
    },
    /// What was brought to a gate came back without an outcome.
    Returned {
        /// The gate.
        gate: GateId,
        /// Why.
        why: Return,
        /// What was said about it.
        comment: Option<Arc<str>>,
    },
    /// A gate has an outcome.
    Decided(Decided),
    /// A criterion does not count for this case.
    Waived {
        /// The gate.
        gate: GateId,
        /// The criterion.
        criterion: CriterionId,
        /// Why.
        reason: Arc<str>,
    },
    /// Something is owed from now on.
    Owed {
        /// What.
        obligation: ObligationId,
        /// By when.
        due: Option<DateTime<Utc>>,
        /// Who owes it.
        role: Option<RoleId>,
    },
    /// Something is owed no more.
    Cleared {
        /// What.
        obligation: ObligationId,
        /// How that was shown.
        comment: Option<Arc<str>>,
    },
    /// A condition of a hold is met.
    ConditionMet {
        /// The gate that put the case on hold.
        gate: GateId,
        /// Which condition, from 0.
        condition: usize,
    },
    /// A hold ended; the case can be brought to the gate again.
    Resumed {
        /// The gate.
        gate: GateId,
    },
    /// A locked value was changed: the gate that locked it has to decide again.
    Reopened {
        /// The gate.
        gate: GateId,
        /// The fields.
        fields: Vec<FieldPath>,
    },
    /// A role was given to other people.
    Reassigned {
        /// The role.
        role: RoleId,
        /// Who holds it from now on; the workflow finds them again where nobody is named.
        to: Vec<UserId>,
    },
    /// Somebody lets somebody else decide in this case.
    Delegated {
        /// The delegation.
        delegation: Delegation,
    },
    /// A delegation of somebody ended before its time.
    DelegationEnded {
        /// Who had delegated.
        from: UserId,
        /// To whom.
        to: UserId,
    },
    /// A child case began.
    ChildStarted {
        /// The child.
        child: CaseId,
        /// Its workflow.
        workflow: WorkflowId,
    },
    /// A child case ended.
    ChildEnded {
        /// The child.
        child: CaseId,
        /// With what result.
        result: Arc<str>,
    },
    /// Time ran out for something.
    FellDue {
        /// What: the name of a timer.
        timer: Arc<str>,
        /// When it fell due.
        due: DateTime<Utc>,
        /// Who is told.
        told: Vec<UserId>,
    },
    /// The case went over to another definition of its workflow.
    Migrated {
        /// The digest of the old one.
        from: Arc<str>,
        /// The digest of the new one.
        to: Arc<str>,
        /// The active stages by their old and new names.
        stages: Vec<(StageId, StageId)>,
    },
    /// The case ended without an outcome.
    Abandoned {
        /// Why.
        reason: Arc<str>,
    },
    /// Somebody said something.
    Commented {
        /// What.
        text: Arc<str>,
    },
}

/// How a case began.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Started {
    /// The case.
    pub case: CaseId,
    /// The workflow that it travels through.
    pub workflow: WorkflowId,
    /// What that workflow said then.
    pub digest: Arc<str>,
    /// The record, as JSON.
    pub record: Json,
    /// The stages that are active.
    pub stages: Vec<StageId>,
    /// The case that it was born of.
    pub parent: Option<CaseId>,
}

/// An outcome, and all that came of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Decided {
    /// The gate.
    pub gate: GateId,
    /// The outcome.
    pub outcome: OutcomeId,
    /// What picked it.
    pub how: How,
    /// Whoever brought the case to the gate stood in for this person; where people vote, that stands where they were asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub for_user: Option<UserId>,
    /// Stages that ended.
    pub left: Vec<StageId>,
    /// Stages that began.
    pub entered: Vec<StageId>,
    /// The result, where the case ended.
    pub ended: Option<Arc<str>>,
    /// Fields that are locked from now on.
    pub lock: Vec<FieldPath>,
    /// Conditions that were written down.
    pub conditions: Vec<Condition>,
    /// What is owed from now on.
    pub obligations: Vec<Obligation>,
    /// When another outcome follows by itself, and which.
    pub expiry: Option<(DateTime<Utc>, OutcomeId)>,
    /// Events that others are told of.
    pub emits: Vec<EventName>,
    /// Cases that start with it.
    pub starts: Vec<Birth>,
    /// Whether a gate that was open again decided as before.
    pub again: bool,
    /// Other gates whose approval or hold ends with a stage that it stood before.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub withdrawn: Vec<GateId>,
}

/// What picked an outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum How {
    /// Whoever brought the case to the gate.
    Submitter,
    /// Rules.
    Rules,
    /// Votes.
    Approval,
    /// The end of a term.
    Expiry,
}

/// A condition that comes with an outcome.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Condition {
    /// What has to be so.
    pub text: Arc<str>,
    /// Whether it is.
    pub met: bool,
}

/// Something that is owed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Obligation {
    /// What.
    pub obligation: ObligationId,
    /// Who owes it.
    pub role: Option<RoleId>,
    /// By when.
    pub due: Option<DateTime<Utc>>,
}

/// A case that starts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Birth {
    /// The case.
    pub case: CaseId,
    /// Its workflow.
    pub workflow: WorkflowId,
    /// What its record begins with, as JSON.
    pub record: Json,
}

/// Why others are asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Replan {
    /// The record changed.
    Changed,
    /// Nobody decided in time.
    Escalated,
}

/// Why there was no outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Return {
    /// Whoever had submitted it took it back.
    Recalled,
    /// The approval was refused, and nobody named another outcome.
    Refused,
    /// The record changed so that the gate does not open any more.
    Changed,
    /// Nobody decided in time.
    Lapsed,
}

impl Happened {
    /// The word for the kind of event, as the history shows it.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Happened::Started(_) => "started",
            Happened::Updated { .. } => "updated",
            Happened::Completed { .. } => "completed",
            Happened::Attached { .. } => "attached",
            Happened::Submitted { .. } => "submitted",
            Happened::Acted { act: Act::Decided(_), .. } => "voted",
            Happened::Acted { act: Act::Added(_), .. } => "signer_added",
            Happened::Acted { act: Act::Transferred(_), .. } => "transferred",
            Happened::Replanned { .. } => "replanned",
            Happened::Returned { .. } => "returned",
            Happened::Decided(_) => "decided",
            Happened::Waived { .. } => "waived",
            Happened::Owed { .. } => "owed",
            Happened::Cleared { .. } => "cleared",
            Happened::ConditionMet { .. } => "condition_met",
            Happened::Resumed { .. } => "resumed",
            Happened::Reopened { .. } => "reopened",
            Happened::Reassigned { .. } => "reassigned",
            Happened::Delegated { .. } => "delegated",
            Happened::DelegationEnded { .. } => "delegation_ended",
            Happened::ChildStarted { .. } => "child_started",
            Happened::ChildEnded { .. } => "child_ended",
            Happened::FellDue { .. } => "fell_due",
            Happened::Migrated { .. } => "migrated",
            Happened::Abandoned { .. } => "abandoned",
            Happened::Commented { .. } => "commented",
        }
    }
}

impl Actor {
    /// The person, where it is one.
    #[must_use]
    pub fn user(&self) -> Option<UserId> {
        match self {
            Actor::User(user) => Some(user.clone()),
            Actor::Clock | Actor::Case(_) => None,
        }
    }
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Actor::User(user) => user.fmt(f),
            Actor::Clock => f.write_str("the clock"),
            Actor::Case(case) => write!(f, "case {case}"),
        }
    }
}
