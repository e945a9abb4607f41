//! Who leads a stage in which a case is.
//!
//! It must not say what they have to do; `waiting` does.

use super::command::Occasion;
use super::state::CaseState;
use super::subject::{About, subject};
use crate::evaluation::holders;
use crate::names::{StageId, UserId};
use crate::workflow::Workflow;

/// Those who hold the role that leads a stage, for this case at this moment; nobody where no role does.
#[must_use]
pub fn leads(workflow: &Workflow, state: &CaseState, stage: &StageId, occasion: &Occasion) -> Vec<UserId> {
    let lead = workflow.stages().get(stage).and_then(crate::workflow::Stage::lead);
    lead.map_or_else(Vec::new, |role| {
        let subject = subject(workflow, state, About::Stage(stage), occasion);
        holders(workflow, &subject, role, occasion.now).users
    })
}
