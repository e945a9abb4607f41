//! What people do while an approval is decided, as the history keeps it.
//!
//! It must not judge whether it counts.

use super::delegation::Delegation;
use crate::names::UserId;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Something that was done in an approval.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Act {
    /// Somebody decided.
    Decided(Decision),
    /// Somebody asked for one more signer.
    Added(Added),
    /// Somebody handed over what he had to decide.
    Transferred(Transferred),
}

/// A yes, a no, or neither.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// The step, from 0.
    pub step: usize,
    /// Who decided.
    pub by: UserId,
    /// Whose vote it is, where that is somebody else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub for_user: Option<UserId>,
    /// The delegations by which it is. They stand here, so that what was decided stays decided when a delegation is taken back or forgotten.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub under: Vec<Delegation>,
    /// What was decided.
    pub choice: Choice,
    /// When.
    pub at: DateTime<Utc>,
    /// What was said about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<Arc<str>>,
}

/// What can be decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Choice {
    /// Yes.
    Approve,
    /// No.
    Reject,
    /// Neither: it counts for nothing, and nobody waits for it any more.
    Abstain,
}

/// One more signer, without whom the step does not count as approved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Added {
    /// The step, from 0.
    pub step: usize,
    /// Who asks for the signer.
    pub by: UserId,
    /// The signer.
    pub user: UserId,
    /// When the signer signs.
    pub place: Place,
    /// When it was asked for.
    pub at: DateTime<Utc>,
}

/// When an added signer signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Place {
    /// Before anybody else votes in the step.
    Before,
    /// After the votes of the step are in.
    After,
}

/// What somebody had to decide in a step, handed over to somebody else.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transferred {
    /// The step, from 0.
    pub step: usize,
    /// Whose seats they were.
    pub from: UserId,
    /// Whose seats they are now.
    pub to: UserId,
    /// When.
    pub at: DateTime<Utc>,
}

impl Decision {
    /// Whose vote it is.
    #[must_use]
    pub fn voter(&self) -> &UserId {
        self.for_user.as_ref().unwrap_or(&self.by)
    }
}

impl Act {
    /// The step in which it was done.
    #[must_use]
    pub fn step(&self) -> usize {
        match self {
            Act::Decided(decision) => decision.step,
            Act::Added(added) => added.step,
            Act::Transferred(transferred) => transferred.step,
        }
    }

    /// When it was done.
    #[must_use]
    pub fn at(&self) -> DateTime<Utc> {
        match self {
            Act::Decided(decision) => decision.at,
            Act::Added(added) => added.at,
            Act::Transferred(transferred) => transferred.at,
        }
    }

    /// Puts it into another step.
    #[must_use]
    pub(super) fn moved_to(mut self, step: usize) -> Self {
        match &mut self {
            Act::Decided(decision) => decision.step = step,
            Act::Added(added) => added.step = step,
            Act::Transferred(transferred) => transferred.step = step,
        }
        self
    }
}

impl Choice {
    /// The word for it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Choice::Approve => "approve",
            Choice::Reject => "reject",
            Choice::Abstain => "abstain",
        }
    }
}
