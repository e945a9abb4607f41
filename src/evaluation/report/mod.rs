//! The answer about one record, as data.
//!
//! It must not be formatted here: a line of JSON, a table and a page are views made elsewhere.

mod outcome;

pub use outcome::{ObligationReport, OutcomeReport, SpawnReport, SpawnStatus};

use crate::names::{
    CriterionId, DeliverableId, FieldPath, GateId, LevelId, ObligationId, OutcomeId, RoleId, ScorecardId, StageId, TableId, UserId,
};
use crate::record::Value;
use crate::script::{Fault, Read, RuleId};
use crate::table::Outcome;
use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use std::fmt;
use std::sync::Arc;

/// Everything that can be said of a record.
#[derive(Debug, Clone, PartialEq)]
pub struct Evaluation {
    /// The active stages.
    pub stages: Vec<StageReport>,
    /// The gates that leave them, in file order.
    pub gates: Vec<GateReport>,
    /// The scorecards that some gate or rule asked for.
    pub scores: Vec<ScoreReport>,
    /// The tables that some gate, role or rule asked for.
    pub tables: Vec<TableReport>,
}

/// An active stage.
#[derive(Debug, Clone, PartialEq)]
pub struct StageReport {
    /// The stage.
    pub stage: StageId,
    /// The result, where cases end here.
    pub end: Option<Arc<str>>,
    /// Who is responsible.
    pub lead: Option<Holders>,
    /// Who helps.
    pub support: Vec<Holders>,
    /// When the case should have left it; `None` where there is no deadline, or where it is not known.
    pub due: Option<DueReport>,
    /// Fields without which the rule of the deadline has no answer.
    pub due_missing: Vec<FieldPath>,
    /// What broke in the rule of the deadline.
    pub due_fault: Option<Fault>,
    /// What is missing at an end where it must be there (R50).
    pub missing: Missing,
}

/// A due time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DueReport {
    /// When.
    pub due: DateTime<Utc>,
    /// Whether that has passed.
    pub overdue: bool,
}

/// A gate and how the record stands before it.
#[derive(Debug, Clone, PartialEq)]
pub struct GateReport {
    /// The gate.
    pub gate: GateId,
    /// What holds it, or that nothing does.
    pub status: Status,
    /// Whether it concerns the record; `None` where it concerns every record. Unless it does, nothing else is judged.
    pub when: Option<WhenReport>,
    /// Must-meet criteria, then should-meet criteria.
    pub criteria: Vec<CriterionReport>,
    /// What is not there.
    pub missing: Missing,
    /// The scorecard and the points it needs.
    pub score: Option<(ScorecardId, Decimal)>,
    /// Whether the score is reached; `None` without a score.
    pub score_verdict: Option<Verdict>,
    /// The outcome that rules picked.
    pub decided: Option<OutcomeId>,
    /// The decisions that were asked, in order; the last one settled it, or could not be answered.
    pub decisions: Vec<DecisionReport>,
    /// Who approves.
    pub approval: Option<ApprovalReport>,
    /// Who may bring the case to the gate.
    pub submitters: Vec<Holders>,
    /// What can come of it.
    pub outcomes: Vec<OutcomeReport>,
    /// What broke outside of criteria: decisions, levels, roles.
    pub faults: Vec<Fault>,
}

/// One rule that may pick an outcome, and what it said.
#[derive(Debug, Clone, PartialEq)]
pub struct DecisionReport {
    /// The outcome that it picks.
    pub outcome: OutcomeId,
    /// Its condition; `None` where it always applies.
    pub rule: Option<RuleId>,
    /// What it said.
    pub verdict: Verdict,
    /// The values that it read.
    pub reads: Vec<Read>,
}

/// Whether a gate concerns a record.
#[derive(Debug, Clone, PartialEq)]
pub struct WhenReport {
    /// The rule that says so.
    pub rule: RuleId,
    /// What it said.
    pub verdict: Verdict,
    /// The values that it read.
    pub reads: Vec<Read>,
}

/// How a record stands before a gate. In the order of weight: the first that applies is the status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// A rule broke.
    Faulted,
    /// A must-meet criterion does not hold, the score is too low, or no decision applies.
    Blocked,
    /// Something is not there.
    Incomplete,
    /// The criteria hold, and people must approve.
    Ready,
    /// Nothing more is needed.
    Open,
    /// The gate does not concern the record.
    Skipped,
}

/// A criterion and its verdict.
#[derive(Debug, Clone, PartialEq)]
pub struct CriterionReport {
    /// The criterion.
    pub id: CriterionId,
    /// Whether it blocks.
    pub kind: CriterionKind,
    /// The rule of what must hold.
    pub rule: RuleId,
    /// Whether it holds.
    pub verdict: Verdict,
    /// The values that its rules read.
    pub reads: Vec<Read>,
    /// Who may waive it.
    pub waiver: Option<RoleId>,
}

/// Whether a criterion blocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum CriterionKind {
    /// It blocks.
    Must,
    /// It informs.
    Should,
}

/// What a rule says. Only `Met` opens a gate.
#[derive(Debug, Clone, PartialEq)]
pub enum Verdict {
    /// It holds.
    Met,
    /// It does not hold.
    Unmet,
    /// Its condition does not hold, so it does not apply.
    Skipped,
    /// It read values that are missing.
    Unknown(Vec<FieldPath>),
    /// It broke.
    Fault(Fault),
}

/// What is not there.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Missing {
    /// Fields without a value.
    pub fields: Vec<FieldPath>,
    /// Documents.
    pub deliverables: Vec<DeliverableId>,
    /// Stages that the gate joins and that are not active.
    pub stages: Vec<StageId>,
    /// Obligations that the gate demands and that are open.
    pub obligations: Vec<ObligationId>,
}

/// A scorecard's result.
#[derive(Debug, Clone, PartialEq)]
pub struct ScoreReport {
    /// The scorecard.
    pub card: ScorecardId,
    /// The weighted mean or the sum of the points; `None` where it is unknown or broke.
    pub total: Option<Decimal>,
    /// The grade of the total.
    pub grade: Option<Arc<str>>,
    /// The criterion that knocked the record out.
    pub knocked_out: Option<CriterionId>,
    /// The points of each criterion.
    pub criteria: Vec<ScoredReport>,
    /// Fields without which the total is unknown.
    pub missing: Vec<FieldPath>,
    /// What broke.
    pub fault: Option<Fault>,
}

/// The points of one scored criterion.
#[derive(Debug, Clone, PartialEq)]
pub struct ScoredReport {
    /// The criterion.
    pub id: CriterionId,
    /// Its weight.
    pub weight: Decimal,
    /// Its points; `None` where they are unknown or the rule broke.
    pub points: Option<Decimal>,
    /// The values that its rules read.
    pub reads: Vec<Read>,
}

/// A table's result.
#[derive(Debug, Clone, PartialEq)]
pub struct TableReport {
    /// The table.
    pub table: TableId,
    /// The values of its inputs.
    pub inputs: Vec<Option<Value>>,
    /// The rows that matched, from 0.
    pub rows: Vec<usize>,
    /// What came of it.
    pub outcome: Outcome,
    /// Fields that inputs lacked.
    pub missing: Vec<FieldPath>,
    /// What broke in an input.
    pub fault: Option<Fault>,
}

/// A role and who holds it for this record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holders {
    /// The role.
    pub role: RoleId,
    /// Who holds it.
    pub users: Vec<UserId>,
    /// Fields without which that is unknown.
    pub missing: Vec<FieldPath>,
    /// What broke.
    pub fault: Option<Fault>,
}

/// Who approves.
#[derive(Debug, Clone, PartialEq)]
pub struct ApprovalReport {
    /// The level of authority; `None` where there are no levels.
    pub level: Option<LevelReport>,
    /// The steps in order; none while the level is not known.
    pub steps: Vec<StepReport>,
    /// By when it is due, where it has a term and the record says since when it lies there.
    pub due: Option<DueReport>,
}

/// The level of authority that a record needs.
#[derive(Debug, Clone, PartialEq)]
pub enum LevelReport {
    /// This one.
    Known(LevelId),
    /// It depends on these fields.
    Unknown(Vec<FieldPath>),
    /// What picks it broke, or picked a level that has no steps.
    Fault(Fault),
}

/// One step of an approval.
#[derive(Debug, Clone, PartialEq)]
pub struct StepReport {
    /// The step's place in its level, from 0.
    pub index: usize,
    /// The roles that vote, with those who hold them.
    pub voters: Vec<Holders>,
    /// How many votes are needed, in words of the file: `all`, `any`, `2 of`, `60% of`, `weight 3 of`.
    pub votes: Votes,
    /// Roles whose no is final.
    pub veto: Vec<RoleId>,
    /// Who holds them, in the same order.
    pub vetoers: Vec<Holders>,
}

/// How many votes a step needs, in the words of the file: `all`, `any`, `2 of`, `60% of`, `weight 3 of`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Votes {
    /// One of each role.
    All,
    /// One of any role.
    Any,
    /// So many members.
    Count(u32),
    /// Such a share of the members.
    Percent(Decimal),
    /// Roles of so much weight.
    Weight(Decimal),
}

impl fmt::Display for Votes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Votes::All => f.write_str("all"),
            Votes::Any => f.write_str("any"),
            Votes::Count(count) => write!(f, "{count} of"),
            Votes::Percent(percent) => write!(f, "{percent}% of"),
            Votes::Weight(weight) => write!(f, "weight {weight} of"),
        }
    }
}

impl Verdict {
    /// The word for it in results.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Verdict::Met => "met",
            Verdict::Unmet => "unmet",
            Verdict::Skipped => "skipped",
            Verdict::Unknown(_) => "unknown",
            Verdict::Fault(_) => "fault",
        }
    }
}

impl Status {
    /// Every status, in the order of weight.
    pub const ALL: [Status; 6] = [Status::Faulted, Status::Blocked, Status::Incomplete, Status::Ready, Status::Open, Status::Skipped];

    /// The word for it in results.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Status::Faulted => "faulted",
            Status::Blocked => "blocked",
            Status::Incomplete => "incomplete",
            Status::Ready => "ready",
            Status::Open => "open",
            Status::Skipped => "skipped",
        }
    }
}

impl Missing {
    /// Whether nothing is missing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.fields.is_empty() && self.deliverables.is_empty() && self.stages.is_empty() && self.obligations.is_empty()
    }

    pub(super) fn add_fields(&mut self, fields: &[FieldPath]) {
        super::evaluator::note(&mut self.fields, fields.iter().cloned());
    }
}
