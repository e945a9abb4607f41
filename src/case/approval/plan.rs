//! An approval as it was fixed when the case was brought to its gate.
//!
//! It must not change while the approval is decided: who holds a role later does not matter to it.

use super::act::Act;
use crate::calendar::{Calendar, Term};
use crate::document::SeparateDoc;
use crate::evaluation::{ApprovalReport, Holders, LevelReport, StepReport, Votes};
use crate::names::{FieldPath, GateId, LevelId, RoleId, UserId};
use crate::script::Fault;
use crate::workflow::{Approval, Authority, Step, Voters};
use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// Who must agree, in which order, and whose agreement does not count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// The gate.
    pub gate: GateId,
    /// The level of authority; `None` where there are no levels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<LevelId>,
    /// Every level of the gate from the lowest to the highest: what a delegation up to some level is held against.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub levels: Vec<LevelId>,
    /// The steps, in order.
    pub steps: Vec<StepPlan>,
    /// Those who do not decide, whatever role they hold.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub barred: Vec<Barred>,
    /// Whether somebody who approved in one step approves in no other one.
    pub apart: bool,
    /// By when all of it is due.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<DateTime<Utc>>,
}

/// One step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepPlan {
    /// The step's place in its level, from 0.
    pub index: usize,
    /// Who votes.
    pub voters: Vec<Seat>,
    /// How many votes are needed.
    pub votes: Votes,
    /// Whose no is final.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub veto: Vec<Seat>,
    /// By when it is due. Of a step that has not begun nobody knows it: whoever runs cases fills it in when its turn comes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<DateTime<Utc>>,
    /// What was done in the same step before the approval was opened again, and stays.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kept: Vec<Act>,
}

/// A role in a step, with those who hold it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seat {
    /// The role.
    pub role: RoleId,
    /// Who holds it.
    pub users: Vec<UserId>,
    /// What its vote weighs, where roles have weights.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weight: Option<Decimal>,
}

/// Somebody who does not decide.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Barred {
    /// Who.
    pub user: UserId,
    /// Why.
    pub why: Why,
}

/// Why somebody does not decide.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Why {
    /// It is their own submission.
    Submitter,
    /// They lead a stage that the gate leaves.
    Lead,
}

/// A case that is brought to a gate, and what is known about its approval.
#[derive(Debug, Clone, Copy)]
pub struct Submission<'a> {
    /// The gate.
    pub gate: &'a GateId,
    /// Its approval.
    pub approval: &'a Approval,
    /// Who must approve this record.
    pub report: &'a ApprovalReport,
    /// Who brings the case to the gate, and for whom; nobody where that is nobody in particular.
    pub submitters: &'a [UserId],
    /// Who leads the stages that the gate leaves.
    pub leads: &'a [UserId],
    /// When.
    pub at: DateTime<Utc>,
    /// By what terms are counted.
    pub calendar: &'a Calendar,
}

/// Why there is no plan.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Unplanned {
    /// The level depends on fields that are missing.
    #[error("the level of approval depends on {}, which is missing", fields(.0))]
    LevelUnknown(Vec<FieldPath>),
    /// What picks the level broke.
    #[error("the level of approval is not known: {}", .0.message)]
    LevelFaulted(Fault),
    /// Who holds a role depends on fields that are missing.
    #[error("who holds the role `{role}` in step {} depends on {}, which is missing", .step + 1, fields(.missing))]
    HoldersUnknown {
        /// The step, from 0.
        step: usize,
        /// The role.
        role: RoleId,
        /// The fields.
        missing: Vec<FieldPath>,
    },
    /// What finds the holders of a role broke.
    #[error("who holds the role `{role}` in step {} is not known: {}", .step + 1, .fault.message)]
    HoldersFaulted {
        /// The step, from 0.
        step: usize,
        /// The role.
        role: RoleId,
        /// What broke.
        fault: Fault,
    },
}

fn fields(paths: &[FieldPath]) -> String {
    paths.iter().map(|path| format!("`{path}`")).collect::<Vec<_>>().join(", ")
}

impl Plan {
    /// Fixes an approval.
    ///
    /// # Errors
    /// Says what is not known about the level or about the holders of a role.
    pub fn of(submission: &Submission<'_>) -> Result<Self, Unplanned> {
        let Submission { gate, approval, report, submitters, leads, at, calendar } = *submission;
        let level = match &report.level {
            None => None,
            Some(LevelReport::Known(level)) => Some(level.clone()),
            Some(LevelReport::Unknown(paths)) => return Err(Unplanned::LevelUnknown(paths.clone())),
            Some(LevelReport::Fault(fault)) => return Err(Unplanned::LevelFaulted(fault.clone())),
        };
        let (levels, within) = match &approval.authority {
            Authority::Steps(_) => (Vec::new(), approval.within),
            Authority::Levels(_, levels) => {
                let own = level.as_ref().and_then(|level| levels.get(level)).and_then(|level| level.within);
                (levels.keys().cloned().collect(), own.or(approval.within))
            }
        };
        let due = |term: Option<Term>| calendar.add(at, term?).ok();
        let written = written(approval, level.as_ref());
        let mut steps = report.steps.iter().map(|step| step_plan(step, written.get(step.index))).collect::<Result<Vec<_>, _>>()?;
        if let (Some(first), Some(step)) = (steps.first_mut(), written.first()) {
            first.due = due(step.within);
        }
        let separates = |what: SeparateDoc| approval.separate.contains(&what);
        let mut barred = Vec::new();
        if separates(SeparateDoc::Submitter) {
            barred.extend(submitters.iter().map(|user| Barred { user: user.clone(), why: Why::Submitter }));
        }
        if separates(SeparateDoc::Lead) {
            barred.extend(leads.iter().map(|user| Barred { user: user.clone(), why: Why::Lead }));
        }
        Ok(Self { gate: gate.clone(), level, levels, steps, barred, apart: separates(SeparateDoc::EarlierStep), due: due(within) })
    }

    /// Why somebody does not decide, if so.
    #[must_use]
    pub fn barred(&self, user: &UserId) -> Option<Why> {
        self.barred.iter().find(|barred| barred.user == *user).map(|barred| barred.why)
    }
}

/// The steps as the workflow has them.
fn written<'a>(approval: &'a Approval, level: Option<&LevelId>) -> &'a [Step] {
    match &approval.authority {
        Authority::Steps(steps) => steps,
        Authority::Levels(_, levels) => level.and_then(|level| levels.get(level)).map_or(&[], |level| &level.steps),
    }
}

fn step_plan(report: &StepReport, written: Option<&Step>) -> Result<StepPlan, Unplanned> {
    let weights: &[(RoleId, Decimal)] = match written.map(|step| &step.voters) {
        Some(Voters::Weighted(weights, _)) => weights,
        _ => &[],
    };
    let seat = |holders: &Holders| {
        let (step, role) = (report.index, holders.role.clone());
        if let Some(fault) = holders.fault.clone() {
            return Err(Unplanned::HoldersFaulted { step, role, fault });
        }
        if !holders.missing.is_empty() {
            return Err(Unplanned::HoldersUnknown { step, role, missing: holders.missing.clone() });
        }
        let weight = weights.iter().find(|(known, _)| *known == role).map(|(_, weight)| *weight);
        // Somebody whom the list and the assignment both name is one person.
        let mut users: Vec<UserId> = Vec::new();
        for user in &holders.users {
            if !users.contains(user) {
                users.push(user.clone());
            }
        }
        Ok(Seat { role, users, weight })
    };
    let voters = report.voters.iter().map(seat).collect::<Result<_, _>>()?;
    let veto = report.vetoers.iter().map(|holders| seat(holders).map(|seat| Seat { weight: None, ..seat })).collect::<Result<_, _>>()?;
    Ok(StepPlan { index: report.index, voters, votes: report.votes, veto, due: None, kept: Vec::new() })
}
