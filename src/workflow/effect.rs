//! What an outcome of a gate sets going beyond its own case, compiled.
//!
//! It must not do any of it: an evaluation has no effects.

use crate::calendar::Term;
use crate::document::Title;
use crate::names::{RecordName, RoleId, WorkflowId};
use crate::record::{ObjectType, Place};
use crate::script::RuleId;
use crate::source::Span;
use std::sync::Arc;

/// Cases of another workflow that an outcome starts.
#[derive(Debug)]
pub struct Spawn {
    /// The workflow.
    pub workflow: WorkflowId,
    /// The type of the records that start.
    pub record: RecordName,
    /// Its fields.
    pub record_fields: Arc<ObjectType>,
    /// The condition for one to start; of each element, where there is a list.
    pub when: Option<RuleId>,
    /// The list for each of whose elements one starts.
    pub for_each: Option<RuleId>,
    /// What fields begin with.
    pub fields: Vec<(Place, RuleId)>,
    /// Where the workflow is named.
    pub span: Span,
}

/// Something that is still owed after an outcome.
#[derive(Debug)]
pub struct Obligation {
    /// For people.
    pub title: Title,
    /// Who owes it.
    pub role: Option<RoleId>,
    /// How long that may take.
    pub within: Option<Term>,
}
