//! What people and the clock ask of a case.
//!
//! It must not say what comes of it; `decide` does.

use super::approval::{Choice, Delegation, Place};
use super::event::Actor;
use super::state::CaseState;
use crate::names::{
    ActivityId, CaseId, CriterionId, DeliverableId, FieldPath, GateId, ObligationId, OutcomeId, RecordName, RoleId, StageId, UserId,
    WorkflowId,
};
use crate::record::Value;
use chrono::{DateTime, Utc};
use indexmap::IndexMap;
use serde_json::Value as Json;
use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

/// What is asked of a case.
#[derive(Debug, Clone, PartialEq)]
pub enum Command {
    /// That a case begins, with this record.
    Start {
        /// Its name.
        case: CaseId,
        /// The record, as JSON.
        record: Json,
        /// Where it starts; the workflow's only start where nothing is named.
        stage: Option<StageId>,
        /// The case that it is born of.
        parent: Option<CaseId>,
    },
    /// That fields of the record change; null clears one.
    Update {
        /// The new values by path.
        fields: IndexMap<FieldPath, Json>,
        /// Whether a locked value may change, so that the gate which locked it decides again.
        reopen: bool,
    },
    /// That an activity is done, with the document that it produces.
    Complete {
        /// The activity.
        activity: ActivityId,
        /// Its stage, where several active ones have such an activity.
        stage: Option<StageId>,
        /// Where the document is kept.
        reference: Option<Arc<str>>,
    },
    /// That a document is there.
    Attach {
        /// The document.
        deliverable: DeliverableId,
        /// Where it is kept.
        reference: Option<Arc<str>>,
    },
    /// That a gate decides.
    Submit {
        /// The gate.
        gate: GateId,
        /// The outcome that is chosen, or asked for where people approve; the first in the file where nothing is named.
        outcome: Option<OutcomeId>,
        /// The conditions that come with it.
        conditions: Vec<Arc<str>>,
    },
    /// A vote.
    Vote {
        /// The gate.
        gate: GateId,
        /// For whom, where somebody else's vote was delegated.
        for_user: Option<UserId>,
        /// The vote.
        choice: Choice,
        /// After a refusal: the outcome that the gate has then.
        outcome: Option<OutcomeId>,
        /// What was said about it.
        comment: Option<Arc<str>>,
    },
    /// That somebody signs, too.
    AddSigner {
        /// The gate.
        gate: GateId,
        /// Who.
        user: UserId,
        /// Before or after the open step.
        place: Place,
    },
    /// That somebody else votes in one's place.
    Transfer {
        /// The gate.
        gate: GateId,
        /// To whom.
        to: UserId,
    },
    /// That a submission is taken back.
    Recall {
        /// The gate.
        gate: GateId,
    },
    /// That a criterion does not count for this case.
    Waive {
        /// The gate.
        gate: GateId,
        /// The criterion.
        criterion: CriterionId,
        /// Why.
        reason: Arc<str>,
    },
    /// That something is owed.
    Owe {
        /// What.
        obligation: ObligationId,
        /// By when.
        due: Option<DateTime<Utc>>,
    },
    /// That something is owed no more.
    Clear {
        /// What.
        obligation: ObligationId,
        /// How that is shown.
        comment: Option<Arc<str>>,
    },
    /// That a condition of a hold is met.
    Meet {
        /// The gate.
        gate: GateId,
        /// Which condition, from 0.
        condition: usize,
    },
    /// That a hold ends.
    Resume {
        /// The gate.
        gate: GateId,
    },
    /// That others hold a role from now on; the workflow finds them again where nobody is named.
    Reassign {
        /// The role.
        role: RoleId,
        /// Who.
        to: Vec<UserId>,
    },
    /// That somebody else may decide for oneself in this case.
    Delegate(Delegation),
    /// That somebody else may decide for oneself in every case; asked of the case that keeps such delegations of a person.
    StandIn(Delegation),
    /// That a delegation ends.
    EndDelegation {
        /// To whom it was given.
        to: UserId,
    },
    /// That the next level decides.
    Escalate {
        /// The gate.
        gate: GateId,
    },
    /// That a child case began somewhere else.
    ChildStarted {
        /// The child.
        child: CaseId,
        /// Its workflow.
        workflow: WorkflowId,
    },
    /// That a child case ended.
    ChildEnded {
        /// The child.
        child: CaseId,
        /// With what result.
        result: Arc<str>,
    },
    /// That the case ends without an outcome.
    Cancel {
        /// Why.
        reason: Arc<str>,
    },
    /// Words.
    Comment {
        /// The words.
        text: Arc<str>,
    },
    /// That the case goes over to another definition of its workflow: the one that is handed in with the command.
    Migrate {
        /// Where cases of stages go that are called otherwise there.
        stages: IndexMap<StageId, StageId>,
    },
    /// That whatever is due is done: the timer that fell due first.
    FallDue,
}

/// The circumstances of a command.
#[derive(Debug, Clone)]
pub struct Occasion {
    /// The moment; handed in, never read from a clock.
    pub now: DateTime<Utc>,
    /// Who asks.
    pub by: Actor,
    /// The records of child cases by their type, as expressions ask for them with `children(..)`.
    pub children: HashMap<RecordName, Arc<[Value]>>,
    /// The delegations that hold in every case. What a case says of its own stands in its state.
    pub delegations: Arc<[Delegation]>,
}

impl Occasion {
    /// Somebody, at a moment, without children, and with nobody who stands in for others in every case.
    #[must_use]
    pub fn new(now: DateTime<Utc>, by: Actor) -> Self {
        Self { now, by, children: HashMap::new(), delegations: Arc::default() }
    }

    /// All delegations that hold in a case: its own, and those that hold in every case.
    #[must_use]
    pub fn delegations_in<'o>(&'o self, state: &'o CaseState) -> Cow<'o, [Delegation]> {
        match (state.delegations(), &*self.delegations) {
            (own, []) => Cow::Borrowed(own),
            ([], standing) => Cow::Borrowed(standing),
            (own, standing) => Cow::Owned([own, standing].concat()),
        }
    }
}
