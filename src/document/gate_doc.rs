//! Gates as written: criteria, score, decisions and outcomes.
//!
//! It must not know what makes a gate open; `evaluation` does.

use super::approval_doc::ApprovalDoc;
use super::effect_doc::{LapseDoc, ObligationDoc, SpawnDoc};
use super::reader::{Entries, Reader};
use super::rule::{RuleDoc, Title};
use super::written::{Keys, Writable, Written, one_or_more};
use super::yaml::{Node, NodeKind};
use crate::diagnostic::Code;
use crate::names::{CriterionId, EventName, ObligationId, OutcomeId, RoleId, ScorecardId, StageId, WorkflowId};
use crate::source::{Span, Spanned};
use rust_decimal::Decimal;
use std::sync::Arc;

/// A gate.
#[derive(Debug, Clone)]
pub struct GateDoc {
    /// For people.
    pub title: Title,
    /// The stages that must all be active.
    pub from: Vec<Spanned<StageId>>,
    /// Which records it concerns; all, where it is not given.
    pub when: Option<RuleDoc>,
    /// Who may bring a case to the gate.
    pub submit: Vec<Spanned<RoleId>>,
    /// Fields and deliverables that the gate needs beyond those of its stages.
    pub needs: Vec<Spanned<Arc<str>>>,
    /// Obligations that must not be open any more.
    pub demands: Vec<Spanned<ObligationId>>,
    /// Must-meet criteria.
    pub must: Entries<CriterionId, CriterionDoc>,
    /// Should-meet criteria.
    pub should: Entries<CriterionId, CriterionDoc>,
    /// The score that is needed.
    pub score: Option<ScoreDoc>,
    /// Rules that pick the outcome.
    pub decide: DecisionsDoc,
    /// People who approve.
    pub approve: Option<ApprovalDoc>,
    /// What follows by itself when a stage that it leaves is overdue.
    pub overdue: Option<LapseDoc>,
    /// What can come of it.
    pub outcomes: Entries<OutcomeId, OutcomeDoc>,
}

/// A criterion.
#[derive(Debug, Clone)]
pub struct CriterionDoc {
    /// For people.
    pub title: Title,
    /// What must hold.
    pub expect: RuleDoc,
    /// When it applies; always, where it is not given.
    pub when: Option<RuleDoc>,
    /// Who may waive it.
    pub waiver: Option<Spanned<RoleId>>,
    /// What to do about it.
    pub hint: Title,
}

/// A score that a gate needs.
#[derive(Debug, Clone)]
pub struct ScoreDoc {
    /// The scorecard.
    pub card: Spanned<ScorecardId>,
    /// The fewest points.
    pub at_least: Spanned<Decimal>,
}

/// The rules that pick the outcome.
#[derive(Debug, Clone, Default)]
pub struct DecisionsDoc {
    /// What happens where several apply: `first`, which is meant where it is not given, or `unique`.
    pub hit: Option<Spanned<Arc<str>>>,
    /// The rules, in order.
    pub rows: Vec<DecideDoc>,
}

/// One rule that picks an outcome.
#[derive(Debug, Clone)]
pub struct DecideDoc {
    /// When it applies; the rest, where it is not given.
    pub when: Option<RuleDoc>,
    /// The outcome.
    pub outcome: Spanned<OutcomeId>,
}

/// What an outcome does to the case.
#[derive(Debug, Clone)]
pub struct OutcomeDoc {
    /// For people.
    pub title: Title,
    /// The stages that become active; none with `stay`.
    pub to: Vec<Spanned<StageId>>,
    /// Whether the case stays where it is.
    pub stay: bool,
    /// Other active stages that end with it.
    pub cancel: Option<CancelDoc>,
    /// Fields that can no longer be changed.
    pub lock: Vec<Spanned<Arc<str>>>,
    /// Whether conditions must be written down.
    pub conditions: Option<ConditionsDoc>,
    /// How long the case may stay.
    pub within: Option<Spanned<Arc<str>>>,
    /// The outcome that follows when the term is over.
    pub then: Option<Spanned<OutcomeId>>,
    /// Cases of other workflows that start.
    pub spawn: Entries<WorkflowId, SpawnDoc>,
    /// Events that others are told of.
    pub emit: Vec<Spanned<EventName>>,
    /// What is still owed afterwards.
    pub obligations: Entries<ObligationId, ObligationDoc>,
    /// Where it is written.
    pub span: Span,
}

/// Which other active stages an outcome ends.
#[derive(Debug, Clone)]
pub enum CancelDoc {
    /// All of them.
    All,
    /// These.
    Stages(Vec<Spanned<StageId>>),
}

/// Whether an outcome comes with conditions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConditionsDoc {
    /// They must be written down.
    Required,
    /// They may be.
    Optional,
}

impl GateDoc {
    pub(crate) fn read(reader: &mut Reader<'_>, place: Span, node: &Node) -> Option<Self> {
        let mut keys = reader.keys(node, "a gate")?;
        keys.conflict(reader, "decide", "approve");
        let gate = Self {
            title: keys.optional("title").map(|node| Title::read(reader, node)).unwrap_or_default(),
            from: keys.required(reader, "from").map(|node| reader.names(node, "a stage", StageId::parse)).unwrap_or_default(),
            when: keys.optional("when").and_then(|node| reader.rule(node, "a condition")),
            submit: keys.optional("submit").map(|node| reader.names(node, "a role", RoleId::parse)).unwrap_or_default(),
            needs: keys.optional("needs").map(|node| reader.list(node, |reader, node| reader.text(node, "a need"))).unwrap_or_default(),
            demands: keys.optional("demands").map(|node| reader.names(node, "an obligation", ObligationId::parse)).unwrap_or_default(),
            must: keys.optional("must").map(|node| criteria(reader, node)).unwrap_or_default(),
            should: keys.optional("should").map(|node| criteria(reader, node)).unwrap_or_default(),
            score: keys.optional("score").and_then(|node| ScoreDoc::read(reader, node)),
            decide: keys.optional("decide").and_then(|node| DecisionsDoc::read(reader, node)).unwrap_or_default(),
            approve: keys.optional("approve").and_then(|node| ApprovalDoc::read(reader, node)),
            overdue: keys.optional("overdue").and_then(|node| LapseDoc::read(reader, node)),
            outcomes: keys
                .required(reader, "outcomes")
                .map(|node| {
                    reader.entries(node, "an outcome", OutcomeId::parse, |reader, id, node| OutcomeDoc::read(reader, id.span, node))
                })
                .unwrap_or_default(),
        };
        if gate.outcomes.is_empty() && keys.key_span("outcomes").is_some() {
            reader.report(Code::MissingKey, place, "a gate needs at least one outcome", None);
        }
        reader.finish(keys);
        Some(gate)
    }
}

fn criteria(reader: &mut Reader<'_>, node: &Node) -> Entries<CriterionId, CriterionDoc> {
    reader.entries(node, "a criterion", CriterionId::parse, |reader, _, node| CriterionDoc::read(reader, node))
}

impl CriterionDoc {
    fn read(reader: &mut Reader<'_>, node: &Node) -> Option<Self> {
        if !matches!(node.kind, NodeKind::Map(_)) {
            let expect = reader.rule(node, "a criterion")?;
            return Some(Self { title: Title::default(), expect, when: None, waiver: None, hint: Title::default() });
        }
        let mut keys = reader.keys(node, "a criterion")?;
        let title = keys.optional("title").map(|node| Title::read(reader, node)).unwrap_or_default();
        let expect = keys.required(reader, "expect").and_then(|node| reader.rule(node, "a criterion"));
        let when = keys.optional("when").and_then(|node| reader.rule(node, "a condition"));
        let waiver = keys.optional("waiver").and_then(|node| reader.name(node, "a role", RoleId::parse));
        let hint = keys.optional("hint").map(|node| Title::read(reader, node)).unwrap_or_default();
        reader.finish(keys);
        Some(Self { title, expect: expect?, when, waiver, hint })
    }
}

impl ScoreDoc {
    fn read(reader: &mut Reader<'_>, node: &Node) -> Option<Self> {
        let mut keys = reader.keys(node, "a score")?;
        let card = keys.required(reader, "card").and_then(|node| reader.name(node, "a scorecard", ScorecardId::parse));
        let at_least = keys.required(reader, "at_least").and_then(|node| reader.number(node, "`at_least`"));
        reader.finish(keys);
        Some(Self { card: card?, at_least: at_least? })
    }
}

impl DecisionsDoc {
    fn read(reader: &mut Reader<'_>, node: &Node) -> Option<Self> {
        // A map may also be the only decision.
        if !matches!(node.kind, NodeKind::Map(_)) || (node.get("hit").is_none() && node.get("rows").is_none()) {
            return Some(Self { hit: None, rows: reader.list(node, DecideDoc::read) });
        }
        let mut keys = reader.keys(node, "the decisions")?;
        let hit = keys.optional("hit").and_then(|node| reader.text(node, "a hit policy"));
        let rows = keys.required(reader, "rows").map(|node| reader.list(node, DecideDoc::read)).unwrap_or_default();
        reader.finish(keys);
        Some(Self { hit, rows })
    }
}

impl DecideDoc {
    fn read(reader: &mut Reader<'_>, node: &Node) -> Option<Self> {
        if !matches!(node.kind, NodeKind::Map(_)) {
            return reader.name(node, "an outcome", OutcomeId::parse).map(|outcome| Self { when: None, outcome });
        }
        let mut keys = reader.keys(node, "a decision")?;
        let when = keys.optional("when").and_then(|node| reader.rule(node, "a condition"));
        let outcome = keys.required(reader, "outcome").and_then(|node| reader.name(node, "an outcome", OutcomeId::parse));
        // A condition that cannot be read is not one that always holds.
        let unread = keys.key_span("when").is_some() && when.is_none();
        reader.finish(keys);
        if unread {
            return None;
        }
        Some(Self { when, outcome: outcome? })
    }
}

impl OutcomeDoc {
    fn read(reader: &mut Reader<'_>, place: Span, node: &Node) -> Option<Self> {
        let mut outcome = Self {
            title: Title::default(),
            to: Vec::new(),
            stay: false,
            cancel: None,
            lock: Vec::new(),
            conditions: None,
            within: None,
            then: None,
            spawn: Entries::default(),
            emit: Vec::new(),
            obligations: Entries::default(),
            span: place,
        };
        if !matches!(node.kind, NodeKind::Map(_)) {
            outcome.to = reader.names(node, "a stage", StageId::parse);
            if node.is_null() || matches!(&node.kind, NodeKind::List(items) if items.is_empty()) {
                reader.report(Code::MissingKey, place, "an outcome needs a stage to go to, or `stay: true`", None);
            }
            return Some(outcome);
        }
        let mut keys = reader.keys(node, "an outcome")?;
        outcome.title = keys.optional("title").map(|node| Title::read(reader, node)).unwrap_or_default();
        outcome.to = keys.optional("to").map(|node| reader.names(node, "a stage", StageId::parse)).unwrap_or_default();
        outcome.stay = keys.optional("stay").and_then(|node| reader.flag(node, "`stay`")).unwrap_or(false);
        outcome.cancel = keys.optional("cancel").and_then(|node| CancelDoc::read(reader, node));
        outcome.lock = keys.optional("lock").map(|node| reader.list(node, |reader, node| reader.text(node, "a field"))).unwrap_or_default();
        outcome.conditions = keys.optional("conditions").and_then(|node| conditions(reader, node));
        outcome.within = keys.optional("within").and_then(|node| reader.text(node, "a term"));
        outcome.then = keys.optional("then").and_then(|node| reader.name(node, "an outcome", OutcomeId::parse));
        let spawn = keys.optional("spawn");
        outcome.spawn = spawn.map(|node| reader.entries(node, "a workflow", WorkflowId::parse, SpawnDoc::read)).unwrap_or_default();
        outcome.emit = keys.optional("emit").map(|node| reader.names(node, "an event", EventName::parse)).unwrap_or_default();
        let owed = keys.optional("obligations");
        let obligation = |reader: &mut Reader<'_>, _: &Spanned<ObligationId>, node: &Node| ObligationDoc::read(reader, node);
        outcome.obligations = owed.map(|node| reader.entries(node, "an obligation", ObligationId::parse, obligation)).unwrap_or_default();
        if outcome.stay {
            keys.conflict(reader, "to", "stay");
        } else if outcome.to.is_empty() && keys.key_span("to").or(keys.key_span("stay")).is_none() {
            reader.report(Code::MissingKey, place, "an outcome needs `to`, a stage to go to, or `stay: true`", None);
        }
        match (keys.key_span("within"), keys.key_span("then")) {
            (Some(span), None) => {
                reader.report(Code::NoEffect, span, "`within` has no effect without `then`, the outcome that follows", None)
            }
            (None, Some(span)) => {
                reader.report(Code::NoEffect, span, "`then` has no effect without `within`, the term after which it follows", None)
            }
            _ => {}
        }
        reader.finish(keys);
        Some(outcome)
    }
}

impl CancelDoc {
    fn read(reader: &mut Reader<'_>, node: &Node) -> Option<Self> {
        match &node.kind {
            NodeKind::Scalar(scalar) if &*scalar.text == "all" => Some(CancelDoc::All),
            _ => Some(CancelDoc::Stages(reader.names(node, "a stage", StageId::parse))),
        }
    }
}

impl Writable for GateDoc {
    fn written(&self) -> Written {
        let Self { title, from, when, submit, needs, demands, must, should, score, decide, approve, overdue, outcomes } = self;
        let keys = Keys::new().filled("title", title).always("from", &one_or_more(from)).given("when", when.as_ref());
        let keys = keys.filled("submit", submit).filled("needs", needs).filled("demands", demands);
        let keys = keys.filled("must", must).filled("should", should).given("score", score.as_ref()).filled("decide", decide);
        keys.given("approve", approve.as_ref()).given("overdue", overdue.as_ref()).always("outcomes", outcomes).map()
    }
}

impl Writable for CriterionDoc {
    fn written(&self) -> Written {
        let Self { title, expect, when, waiver, hint } = self;
        let keys = Keys::new().filled("title", title).always("expect", expect).given("when", when.as_ref());
        keys.given("waiver", waiver.as_ref()).filled("hint", hint).map_or_bare("expect")
    }
}

impl Writable for ScoreDoc {
    fn written(&self) -> Written {
        let Self { card, at_least } = self;
        Keys::new().always("card", card).always("at_least", at_least).map()
    }
}

impl Writable for DecisionsDoc {
    fn written(&self) -> Written {
        match &self.hit {
            None => self.rows.written(),
            Some(hit) => Keys::new().always("hit", hit).always("rows", &self.rows).map(),
        }
    }
}

impl Writable for DecideDoc {
    fn written(&self) -> Written {
        let Self { when, outcome } = self;
        Keys::new().given("when", when.as_ref()).always("outcome", outcome).map_or_bare("outcome")
    }
}

impl Writable for OutcomeDoc {
    fn written(&self) -> Written {
        let Self { title, to, stay, cancel, lock, conditions, within, then, spawn, emit, obligations, span: _ } = self;
        let keys = Keys::new().filled("title", title).filled("to", &one_or_more(to)).filled("stay", stay);
        let keys = keys.given("cancel", cancel.as_ref()).filled("lock", lock).given("conditions", conditions.as_ref());
        keys.given("within", within.as_ref())
            .given("then", then.as_ref())
            .filled("spawn", spawn)
            .filled("emit", emit)
            .filled("obligations", obligations)
            .map_or_bare("to")
    }
}

impl Writable for CancelDoc {
    fn written(&self) -> Written {
        match self {
            CancelDoc::All => Written::text("all"),
            CancelDoc::Stages(stages) => stages.written(),
        }
    }
}

impl Writable for ConditionsDoc {
    fn written(&self) -> Written {
        Written::text(match self {
            ConditionsDoc::Required => "required",
            ConditionsDoc::Optional => "optional",
        })
    }
}

fn conditions(reader: &mut Reader<'_>, node: &Node) -> Option<ConditionsDoc> {
    let text = reader.text(node, "`conditions`")?;
    match &*text.value {
        "required" => Some(ConditionsDoc::Required),
        "optional" => Some(ConditionsDoc::Optional),
        other => {
            reader.report(Code::InvalidValue, text.span, format!("`conditions` is `required` or `optional`, not `{other}`"), None);
            None
        }
    }
}
