//! A legal no: why a command is not carried out, and what would be accepted.
//!
//! It must not be used for what is broken: a rule that breaks is a fault, and a history that does not fit is an error.

use crate::names::{FieldPath, RoleId, UserId};
use std::fmt;

/// Why a command is not carried out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Refusal {
    /// The kind of reason, by a word that stays the same.
    pub reason: Reason,
    /// What stands in the way, in one line.
    pub message: String,
    /// What would be accepted.
    pub help: Option<String>,
    /// More that stands in the way: one line each.
    pub details: Vec<String>,
}

/// The kinds of reasons.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// The case has ended.
    Ended,
    /// The workflow has no such stage, gate, outcome, role, field or document, or the case no such approval, hold or obligation.
    Unknown,
    /// The stage, or a stage of the gate, is not active.
    NotActive,
    /// Somebody else may do this.
    NotAllowed,
    /// It has been done.
    AlreadyDone,
    /// The approval is under way.
    UnderWay,
    /// The gate waits for conditions.
    OnHold,
    /// Another gate has to decide again first.
    Reopened,
    /// A criterion does not hold, the score is too low, or no decision applies.
    Blocked,
    /// Something is missing.
    Incomplete,
    /// A rule broke.
    Faulted,
    /// The gate does not concern the record.
    Skipped,
    /// An outcome has to be chosen, or cannot be.
    Outcome,
    /// Conditions have to be written down, or cannot be.
    Conditions,
    /// The field is locked.
    Locked,
    /// The value does not fit the field.
    Invalid,
    /// The vote does not count.
    Vote,
    /// What was given says too little: a reason, a name.
    Required,
    /// The case went on after the moment of the command.
    TooEarly,
}

impl Refusal {
    pub(super) fn new(reason: Reason, message: impl Into<String>) -> Self {
        Self { reason, message: message.into(), help: None, details: Vec::new() }
    }

    pub(super) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    pub(super) fn details(mut self, details: impl IntoIterator<Item = String>) -> Self {
        self.details.extend(details);
        self
    }

    /// That somebody else may do this, and who.
    pub(super) fn not_allowed(user: &UserId, what: &str, roles: &[(RoleId, Vec<UserId>)]) -> Self {
        let who = |(role, users): &(RoleId, Vec<UserId>)| {
            let users: Vec<&str> = users.iter().map(UserId::as_str).collect();
            if users.is_empty() { format!("`{role}` (nobody holds it)") } else { format!("`{role}` ({})", users.join(", ")) }
        };
        let refusal = Self::new(Reason::NotAllowed, format!("`{user}` may not {what}"));
        match roles {
            [] => refusal,
            roles => refusal.help(format!("it is for {}", roles.iter().map(who).collect::<Vec<_>>().join(" or "))),
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Reason::Ended => "ended",
            Reason::Unknown => "unknown",
            Reason::NotActive => "not-active",
            Reason::NotAllowed => "not-allowed",
            Reason::AlreadyDone => "already-done",
            Reason::UnderWay => "under-way",
            Reason::OnHold => "on-hold",
            Reason::Reopened => "reopened",
            Reason::Blocked => "blocked",
            Reason::Incomplete => "incomplete",
            Reason::Faulted => "faulted",
            Reason::Skipped => "skipped",
            Reason::Outcome => "outcome",
            Reason::Conditions => "conditions",
            Reason::Locked => "locked",
            Reason::Invalid => "invalid",
            Reason::Vote => "vote",
            Reason::Required => "required",
            Reason::TooEarly => "too-early",
        })
    }
}

/// Names as a sentence lists them: `a`, `b` or `c`.
pub(super) fn one_of<T: fmt::Display>(names: impl IntoIterator<Item = T>) -> String {
    let names: Vec<String> = names.into_iter().map(|name| format!("`{name}`")).collect();
    match names.split_last() {
        None => "nothing".to_owned(),
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} or {last}", rest.join(", ")),
    }
}

/// What is missing, one line each.
pub(super) fn lacking(fields: &[FieldPath]) -> impl Iterator<Item = String> {
    fields.iter().map(|field| format!("`{field}` is missing"))
}
