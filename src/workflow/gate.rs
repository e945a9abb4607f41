//! Gates of a compiled workflow: criteria, deciders, outcomes.
//!
//! It must not judge records; `evaluation` does.

use super::effect::{Obligation, Spawn};
use super::stage::Need;
use crate::calendar::Term;
use crate::document::Title;
use crate::names::{CriterionId, EventName, FieldPath, GateId, LevelId, ObligationId, OutcomeId, RoleId, ScorecardId, StageId, TableId};
use crate::script::RuleId;
use crate::source::Span;
use indexmap::IndexMap;
use rust_decimal::Decimal;

/// How a case moves on.
#[derive(Debug)]
pub struct Gate {
    pub(super) id: GateId,
    pub(super) title: Title,
    pub(super) from: Vec<StageId>,
    pub(super) when: Option<RuleId>,
    pub(super) submit: Vec<RoleId>,
    pub(super) needs: Vec<Need>,
    pub(super) demands: Vec<ObligationId>,
    pub(super) must: IndexMap<CriterionId, Criterion>,
    pub(super) should: IndexMap<CriterionId, Criterion>,
    pub(super) score: Option<ScoreNeeded>,
    pub(super) decider: Decider,
    pub(super) unique: bool,
    pub(super) overdue: Option<Lapse>,
    pub(super) outcomes: IndexMap<OutcomeId, Outcome>,
    pub(super) span: Span,
}

/// What follows at a gate by itself, when a stage that it leaves is overdue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lapse {
    /// An outcome, whatever the gate asks for otherwise.
    Outcome(OutcomeId),
    /// What its rules decide, as if somebody had brought the case there.
    Rules,
}

/// A must-meet or should-meet criterion.
#[derive(Debug)]
pub struct Criterion {
    /// For people.
    pub title: Title,
    /// What must hold.
    pub expect: RuleId,
    /// When it applies.
    pub when: Option<RuleId>,
    /// Who may waive it.
    pub waiver: Option<RoleId>,
    /// What to do about it.
    pub hint: Title,
}

/// The score that a gate needs.
#[derive(Debug, Clone)]
pub struct ScoreNeeded {
    /// The scorecard.
    pub card: ScorecardId,
    /// The fewest points.
    pub at_least: Decimal,
}

/// What picks the outcome.
#[derive(Debug)]
pub enum Decider {
    /// Whoever brings the case to the gate.
    Submitter,
    /// Rules in order; one without a condition always applies.
    Rules(Vec<(Option<RuleId>, OutcomeId)>),
    /// People.
    Approval(Approval),
}

/// Who approves, and how.
#[derive(Debug)]
pub struct Approval {
    /// The steps, or the levels that have steps.
    pub authority: Authority,
    /// How long it may take, where its level says nothing else.
    pub within: Option<Term>,
    /// When a reminder is due after that.
    pub remind: Option<Term>,
    /// When the next level is asked after that.
    pub escalate: Option<Term>,
    /// When it is over after that without a decision, and the outcome that follows; whoever submitted has the case again where there is none.
    pub lapse: Option<(Term, Option<OutcomeId>)>,
    /// Whose approval does not count.
    pub separate: Vec<crate::document::SeparateDoc>,
    /// Whether steps that ask for the same as before stay approved when a value changes.
    pub keeps: bool,
}

/// The steps of an approval.
#[derive(Debug)]
pub enum Authority {
    /// The same for every record.
    Steps(Vec<Step>),
    /// By level.
    Levels(By, IndexMap<LevelId, Level>),
}

/// One level of authority.
#[derive(Debug)]
pub struct Level {
    /// Its steps, in order.
    pub steps: Vec<Step>,
    /// How long an approval at this level may take.
    pub within: Option<Term>,
}

/// What picks the level.
#[derive(Debug, Clone)]
pub enum By {
    /// A table with the level as its one output.
    Table(TableId),
    /// A rule that gives the level.
    Rule(RuleId),
}

/// One step of an approval.
#[derive(Debug)]
pub struct Step {
    /// For people.
    pub title: Title,
    /// Who votes, and how votes count.
    pub voters: Voters,
    /// Roles whose no is final.
    pub veto: Vec<RoleId>,
    /// How long it may take.
    pub within: Option<Term>,
}

/// Who votes, and how votes count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Voters {
    /// One holder of each role.
    All(Vec<RoleId>),
    /// One holder of one of the roles.
    Any(Vec<RoleId>),
    /// So many holders of a role.
    Quorum(RoleId, u32),
    /// Such a share of the holders of a role, in percent.
    Percent(RoleId, Decimal),
    /// Roles with weights, and the weight that is needed.
    Weighted(Vec<(RoleId, Decimal)>, Decimal),
}

/// What can come of a gate.
#[derive(Debug)]
pub struct Outcome {
    /// For people.
    pub title: Title,
    /// Where the case goes.
    pub way: Way,
    /// Fields that can no longer be changed.
    pub lock: Vec<FieldPath>,
    /// Whether conditions must be written down; `None` where there are none.
    pub conditions: Option<bool>,
    /// The term after which another outcome follows by itself.
    pub expiry: Option<(Term, OutcomeId)>,
    /// Cases of other workflows that start.
    pub spawns: Vec<Spawn>,
    /// Events that others are told of.
    pub emits: Vec<EventName>,
    /// What is still owed afterwards.
    pub obligations: IndexMap<ObligationId, Obligation>,
    /// Where it is written.
    pub span: Span,
}

/// Where an outcome leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Way {
    /// The case stays where it is.
    Stay,
    /// The stages of the gate end, and these begin; others that are active end as well where `cancel` says so.
    To {
        /// The stages that begin.
        stages: Vec<StageId>,
        /// What else ends.
        cancel: Cancel,
    },
}

/// What else ends with an outcome.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cancel {
    /// Nothing.
    Nothing,
    /// Every other active stage.
    All,
    /// These, where they are active.
    Stages(Vec<StageId>),
}

impl Gate {
    /// Its name.
    #[must_use]
    pub fn id(&self) -> &GateId {
        &self.id
    }

    /// For people.
    #[must_use]
    pub fn title(&self) -> &Title {
        &self.title
    }

    /// The stages that must all be active.
    #[must_use]
    pub fn from(&self) -> &[StageId] {
        &self.from
    }

    /// The condition for a record to be concerned by it.
    #[must_use]
    pub fn when(&self) -> Option<RuleId> {
        self.when
    }

    /// Who may bring a case to it; the leads of its stages where the file names nobody.
    #[must_use]
    pub fn submit(&self) -> &[RoleId] {
        &self.submit
    }

    /// What must be there beyond the needs of its stages.
    #[must_use]
    pub fn needs(&self) -> &[Need] {
        &self.needs
    }

    /// Whether all stages that it leaves are active.
    pub fn all_active(&self, is_active: impl Fn(&StageId) -> bool) -> bool {
        self.from.iter().all(is_active)
    }

    /// Obligations that must not be open any more.
    #[must_use]
    pub fn demands(&self) -> &[ObligationId] {
        &self.demands
    }

    /// Must-meet criteria.
    #[must_use]
    pub fn must(&self) -> &IndexMap<CriterionId, Criterion> {
        &self.must
    }

    /// Should-meet criteria.
    #[must_use]
    pub fn should(&self) -> &IndexMap<CriterionId, Criterion> {
        &self.should
    }

    /// The score that it needs.
    #[must_use]
    pub fn score(&self) -> Option<&ScoreNeeded> {
        self.score.as_ref()
    }

    /// What picks the outcome.
    #[must_use]
    pub fn decider(&self) -> &Decider {
        &self.decider
    }

    /// Whether at most one of the rules that pick its outcome may apply; otherwise the first one wins.
    #[must_use]
    pub fn is_unique(&self) -> bool {
        self.unique
    }

    /// What follows by itself when a stage that it leaves is overdue.
    #[must_use]
    pub fn overdue(&self) -> Option<&Lapse> {
        self.overdue.as_ref()
    }

    /// What can come of it.
    #[must_use]
    pub fn outcomes(&self) -> &IndexMap<OutcomeId, Outcome> {
        &self.outcomes
    }

    /// Where it is written.
    #[must_use]
    pub fn span(&self) -> Span {
        self.span
    }
}

impl Voters {
    /// Every role that takes part.
    pub fn roles(&self) -> impl Iterator<Item = &RoleId> {
        let (many, one, weighted): (&[RoleId], Option<&RoleId>, &[(RoleId, Decimal)]) = match self {
            Voters::All(roles) | Voters::Any(roles) => (roles, None, &[]),
            Voters::Quorum(role, _) | Voters::Percent(role, _) => (&[], Some(role), &[]),
            Voters::Weighted(roles, _) => (&[], None, roles),
        };
        many.iter().chain(one).chain(weighted.iter().map(|(role, _)| role))
    }
}
