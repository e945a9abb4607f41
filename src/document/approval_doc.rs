//! Approvals as written: levels of authority, steps in order, quorums and vetoes.
//!
//! It must not count votes; it says how votes are to be counted.

use super::reader::{Entries, Reader};
use super::rule::{RuleDoc, Title};
use super::written::{Keys, Writable, Written};
use super::yaml::{Node, NodeKind};
use crate::diagnostic::Code;
use crate::names::{LevelId, OutcomeId, RoleId, TableId};
use crate::source::{Span, Spanned};
use rust_decimal::Decimal;
use std::sync::Arc;

/// Who approves at a gate.
#[derive(Debug, Clone)]
pub struct ApprovalDoc {
    /// What picks the level, where there are levels.
    pub by: Option<ByDoc>,
    /// The levels.
    pub levels: Entries<LevelId, LevelDoc>,
    /// The steps where there are no levels.
    pub steps: Vec<StepDoc>,
    /// How long the approval may take.
    pub within: Option<Spanned<Arc<str>>>,
    /// What happens when it takes longer.
    pub overdue: Option<OverdueDoc>,
    /// Who may not approve, though they hold the role.
    pub separate: Vec<Spanned<SeparateDoc>>,
    /// What is asked again when a value changes.
    pub again: Option<Spanned<AgainDoc>>,
}

/// What is asked again of an approval when a value changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AgainDoc {
    /// All of it.
    All,
    /// The steps that ask for something else than before.
    Changed,
}

/// What picks the level of authority.
#[derive(Debug, Clone)]
pub enum ByDoc {
    /// A decision table whose one output is the level.
    Table(Spanned<TableId>),
    /// An expression that gives the level.
    Rule(RuleDoc),
}

/// One level of authority.
#[derive(Debug, Clone)]
pub struct LevelDoc {
    /// Its steps, in order.
    pub steps: Vec<StepDoc>,
    /// How long an approval at this level may take, in the place of what the approval says.
    pub within: Option<Spanned<Arc<str>>>,
}

/// One step of an approval.
#[derive(Debug, Clone)]
pub struct StepDoc {
    /// For people.
    pub title: Title,
    /// Who votes, and how votes count.
    pub voters: VotersDoc,
    /// Roles whose no is final.
    pub veto: Vec<Spanned<RoleId>>,
    /// How long the step may take.
    pub within: Option<Spanned<Arc<str>>>,
    /// Where it is written.
    pub span: Span,
}

/// Who votes in a step, and how votes count.
#[derive(Debug, Clone)]
pub enum VotersDoc {
    /// One holder of the role.
    Role(Spanned<RoleId>),
    /// One holder of each role.
    All(Vec<Spanned<RoleId>>),
    /// One holder of one of the roles.
    Any(Vec<Spanned<RoleId>>),
    /// So many members of a committee.
    Quorum(Spanned<RoleId>, Spanned<u32>),
    /// Such a share of the members of a committee.
    Percent(Spanned<RoleId>, Spanned<Decimal>),
    /// Roles with weights, and the weight that is needed.
    Weighted(Entries<RoleId, Spanned<Decimal>>, Spanned<Decimal>),
}

/// What happens when an approval is overdue: terms after the due time.
#[derive(Debug, Clone)]
pub struct OverdueDoc {
    /// When those who should act are reminded.
    pub remind: Option<Spanned<Arc<str>>>,
    /// When the next level is asked.
    pub escalate: Option<Spanned<Arc<str>>>,
    /// When the approval is over without a decision.
    pub lapse: Option<Spanned<Arc<str>>>,
    /// The outcome that follows then.
    pub then: Option<Spanned<OutcomeId>>,
}

/// Whose approval does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SeparateDoc {
    /// That of who brought the case to the gate.
    Submitter,
    /// That of the lead of a stage that the gate leaves.
    Lead,
    /// A second one by the same person in another step.
    EarlierStep,
}

impl ApprovalDoc {
    pub(crate) fn read(reader: &mut Reader<'_>, node: &Node) -> Option<Self> {
        let mut approval = Self {
            by: None,
            levels: Entries::default(),
            steps: Vec::new(),
            within: None,
            overdue: None,
            separate: Vec::new(),
            again: None,
        };
        if matches!(node.kind, NodeKind::List(_)) || is_step(node) {
            approval.steps = reader.list(node, StepDoc::read);
            return Some(approval);
        }
        let mut keys = reader.keys(node, "an approval")?;
        keys.conflict(reader, "levels", "steps");
        approval.by = keys.optional("by").and_then(|node| ByDoc::read(reader, node));
        approval.levels = keys
            .optional("levels")
            .map(|node| reader.entries(node, "a level", LevelId::parse, |reader, _, node| LevelDoc::read(reader, node)))
            .unwrap_or_default();
        approval.steps = keys.optional("steps").map(|node| reader.list(node, StepDoc::read)).unwrap_or_default();
        approval.within = keys.optional("within").and_then(|node| reader.text(node, "a term"));
        approval.overdue = keys.optional("overdue").and_then(|node| OverdueDoc::read(reader, node));
        approval.separate = keys.optional("separate").map(|node| reader.list(node, separate)).unwrap_or_default();
        approval.again = keys.optional("again").and_then(|node| again(reader, node));
        match (keys.key_span("by"), keys.key_span("levels")) {
            (None, Some(span)) => reader.report(Code::MissingKey, span, "an approval with levels needs `by`, what picks the level", None),
            (Some(span), None) => reader.report(Code::NoEffect, span, "`by` has no effect without `levels`", None),
            (None, None) if keys.key_span("steps").is_none() => {
                reader.report(Code::MissingKey, keys.place(), "an approval needs `steps`, or `by` and `levels`", None);
            }
            _ => {}
        }
        reader.finish(keys);
        Some(approval)
    }
}

/// Whether a map is a single step, the short form of a list of one.
fn is_step(node: &Node) -> bool {
    ["role", "all", "any", "of", "weights"].iter().any(|key| node.get(key).is_some())
}

impl ByDoc {
    fn read(reader: &mut Reader<'_>, node: &Node) -> Option<Self> {
        if !matches!(node.kind, NodeKind::Map(_)) {
            return reader.rule(node, "`by`").map(ByDoc::Rule);
        }
        let mut keys = reader.keys(node, "`by`")?;
        let table = keys.required(reader, "table").and_then(|node| reader.name(node, "a table", TableId::parse));
        reader.finish(keys);
        table.map(ByDoc::Table)
    }
}

impl LevelDoc {
    fn read(reader: &mut Reader<'_>, node: &Node) -> Option<Self> {
        if !matches!(node.kind, NodeKind::Map(_)) || is_step(node) {
            return Some(Self { steps: reader.list(node, StepDoc::read), within: None });
        }
        let mut keys = reader.keys(node, "a level")?;
        let steps = keys.required(reader, "steps").map(|node| reader.list(node, StepDoc::read));
        let within = keys.optional("within").and_then(|node| reader.text(node, "a term"));
        reader.finish(keys);
        Some(Self { steps: steps?, within })
    }
}

impl OverdueDoc {
    fn read(reader: &mut Reader<'_>, node: &Node) -> Option<Self> {
        let mut keys = reader.keys(node, "`overdue`")?;
        let remind = keys.optional("remind").and_then(|node| reader.text(node, "a term"));
        let escalate = keys.optional("escalate").and_then(|node| reader.text(node, "a term"));
        let lapse = keys.optional("lapse").and_then(|node| reader.text(node, "a term"));
        let then = keys.optional("then").and_then(|node| reader.name(node, "an outcome", OutcomeId::parse));
        if let (Some(span), None) = (keys.key_span("then"), keys.key_span("lapse")) {
            reader.report(Code::NoEffect, span, "`then` has no effect without `lapse`, the term after which it follows", None);
        }
        reader.finish(keys);
        Some(Self { remind, escalate, lapse, then })
    }
}

impl StepDoc {
    fn read(reader: &mut Reader<'_>, node: &Node) -> Option<Self> {
        if !matches!(node.kind, NodeKind::Map(_)) {
            let role = reader.name(node, "a role", RoleId::parse)?;
            let voters = VotersDoc::Role(role);
            return Some(Self { title: Title::default(), voters, veto: Vec::new(), within: None, span: node.span });
        }
        let mut keys = reader.keys(node, "an approval step")?;
        let title = keys.optional("title").map(|node| Title::read(reader, node)).unwrap_or_default();
        let veto = keys.optional("veto").map(|node| reader.names(node, "a role", RoleId::parse)).unwrap_or_default();
        let within = keys.optional("within").and_then(|node| reader.text(node, "a term"));
        let role = keys.optional("role").and_then(|node| reader.name(node, "a role", RoleId::parse));
        let all = keys.optional("all").map(|node| reader.names(node, "a role", RoleId::parse));
        let any = keys.optional("any").map(|node| reader.names(node, "a role", RoleId::parse));
        let of = keys.optional("of").and_then(|node| reader.name(node, "a role", RoleId::parse));
        let quorum = keys.optional("quorum").and_then(|node| reader.count(node, "`quorum`", 1));
        let percent = keys.optional("percent").and_then(|node| share(reader, node));
        let weights = keys
            .optional("weights")
            .map(|node| reader.entries(node, "a role", RoleId::parse, |reader, _, node| reader.number(node, "a weight")));
        let at_least = keys.optional("at_least").and_then(|node| reader.number(node, "`at_least`"));
        let forms = ["role", "all", "any", "of", "weights"];
        for (index, one) in forms.iter().enumerate() {
            for other in forms.iter().skip(index + 1) {
                keys.conflict(reader, one, other);
            }
        }
        keys.conflict(reader, "quorum", "percent");
        let voters = if let Some(role) = role {
            Some(VotersDoc::Role(role))
        } else if let Some(roles) = all.filter(|roles| !roles.is_empty()) {
            Some(VotersDoc::All(roles))
        } else if let Some(roles) = any.filter(|roles| !roles.is_empty()) {
            Some(VotersDoc::Any(roles))
        } else if let Some(role) = of {
            match (quorum, percent) {
                (Some(quorum), _) => Some(VotersDoc::Quorum(role, quorum)),
                (None, Some(percent)) => Some(VotersDoc::Percent(role, percent)),
                (None, None) => {
                    if keys.key_span("quorum").or(keys.key_span("percent")).is_none() {
                        reader.report(Code::MissingKey, keys.place(), "a step with `of` needs `quorum` or `percent`", None);
                    }
                    None
                }
            }
        } else if let Some(weights) = weights {
            match at_least {
                Some(at_least) => Some(VotersDoc::Weighted(weights, at_least)),
                None => {
                    if keys.key_span("at_least").is_none() {
                        reader.report(Code::MissingKey, keys.place(), "a step with `weights` needs `at_least`", None);
                    }
                    None
                }
            }
        } else {
            if !forms.iter().any(|form| keys.key_span(form).is_some()) {
                let message = "an approval step needs one of `role`, `all`, `any`, `of` or `weights`";
                reader.report(Code::MissingKey, keys.place(), message, None);
            }
            None
        };
        for (key, serves) in [("quorum", "of"), ("percent", "of"), ("at_least", "weights")] {
            if let (Some(span), None) = (keys.key_span(key), keys.key_span(serves)) {
                reader.report(Code::NoEffect, span, format!("`{key}` has no effect without `{serves}`"), None);
            }
        }
        reader.finish(keys);
        Some(Self { title, voters: voters?, veto, within, span: node.span })
    }
}

impl Writable for ApprovalDoc {
    fn written(&self) -> Written {
        let Self { by, levels, steps, within, overdue, separate, again } = self;
        let keys = Keys::new().given("by", by.as_ref()).filled("levels", levels);
        let keys = if levels.is_empty() { keys.always("steps", steps) } else { keys.filled("steps", steps) };
        let keys = keys.given("within", within.as_ref()).given("overdue", overdue.as_ref()).filled("separate", separate);
        keys.given("again", again.as_ref()).map_or_bare("steps")
    }
}

impl Writable for LevelDoc {
    fn written(&self) -> Written {
        let Self { steps, within } = self;
        Keys::new().always("steps", steps).given("within", within.as_ref()).map_or_bare("steps")
    }
}

impl Writable for ByDoc {
    fn written(&self) -> Written {
        match self {
            ByDoc::Table(table) => Keys::new().always("table", table).map(),
            ByDoc::Rule(rule) => rule.written(),
        }
    }
}

impl Writable for StepDoc {
    fn written(&self) -> Written {
        let Self { title, voters, veto, within, span: _ } = self;
        let keys = Keys::new().filled("title", title);
        let keys = match voters {
            VotersDoc::Role(role) => keys.always("role", role),
            VotersDoc::All(roles) => keys.always("all", roles),
            VotersDoc::Any(roles) => keys.always("any", roles),
            VotersDoc::Quorum(role, quorum) => keys.always("of", role).always("quorum", quorum),
            VotersDoc::Percent(role, percent) => keys.always("of", role).always("percent", percent),
            VotersDoc::Weighted(weights, at_least) => keys.always("weights", weights).always("at_least", at_least),
        };
        keys.filled("veto", veto).given("within", within.as_ref()).map()
    }
}

impl Writable for OverdueDoc {
    fn written(&self) -> Written {
        let Self { remind, escalate, lapse, then } = self;
        let keys = Keys::new().given("remind", remind.as_ref()).given("escalate", escalate.as_ref());
        keys.given("lapse", lapse.as_ref()).given("then", then.as_ref()).map()
    }
}

impl Writable for SeparateDoc {
    fn written(&self) -> Written {
        Written::text(match self {
            SeparateDoc::Submitter => "submitter",
            SeparateDoc::Lead => "lead",
            SeparateDoc::EarlierStep => "earlier-step",
        })
    }
}

impl Writable for AgainDoc {
    fn written(&self) -> Written {
        Written::text(match self {
            AgainDoc::All => "all",
            AgainDoc::Changed => "changed",
        })
    }
}

fn again(reader: &mut Reader<'_>, node: &Node) -> Option<Spanned<AgainDoc>> {
    let text = reader.text(node, "`again`")?;
    let found = match &*text.value {
        "all" => AgainDoc::All,
        "changed" => AgainDoc::Changed,
        other => {
            reader.report(Code::InvalidValue, text.span, format!("`again` knows `all` and `changed`, not `{other}`"), None);
            return None;
        }
    };
    Some(Spanned::new(found, text.span))
}

fn share(reader: &mut Reader<'_>, node: &Node) -> Option<Spanned<Decimal>> {
    let percent = reader.number(node, "`percent`")?;
    if percent.value > Decimal::ZERO && percent.value <= Decimal::ONE_HUNDRED {
        return Some(percent);
    }
    reader.report(
        Code::InvalidValue,
        percent.span,
        format!("a share is more than 0 and at most 100 percent, not `{}`", percent.value),
        None,
    );
    None
}

fn separate(reader: &mut Reader<'_>, node: &Node) -> Option<Spanned<SeparateDoc>> {
    let text = reader.text(node, "`separate`")?;
    let found = match &*text.value {
        "submitter" => SeparateDoc::Submitter,
        "lead" => SeparateDoc::Lead,
        "earlier-step" => SeparateDoc::EarlierStep,
        other => {
            let message = format!("`separate` knows `submitter`, `lead` and `earlier-step`, not `{other}`");
            reader.report(Code::InvalidValue, text.span, message, None);
            return None;
        }
    };
    Some(Spanned::new(found, text.span))
}
