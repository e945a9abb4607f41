//! What holds records at gates, as something that can be counted.
//!
//! It must not count; the summary does.

use crate::cli::results::words::Words;
use crate::evaluation::{CriterionKind, GateReport, Status, Verdict};
use crate::names::{FieldPath, GateId};
use crate::workflow::Workflow;

/// What holds a record at a gate.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Blocker {
    Criterion(GateId, String),
    Score(GateId, String),
    Field(GateId, String),
    Deliverable(GateId, String),
    Obligation(GateId, String),
    Stage(GateId, String),
    Fault(GateId, String),
    Undecided(GateId),
}

/// What holds a record at a gate, as it was judged.
pub(super) fn blockers(gate: &GateReport) -> Vec<Blocker> {
    let id = || gate.gate.clone();
    let mut found = Vec::new();
    for criterion in gate.criteria.iter().filter(|criterion| criterion.kind == CriterionKind::Must) {
        match &criterion.verdict {
            Verdict::Unmet => found.push(Blocker::Criterion(id(), criterion.id.to_string())),
            Verdict::Fault(fault) => found.push(Blocker::Fault(id(), format!("{}: {}", criterion.id, fault.message))),
            Verdict::Met | Verdict::Skipped | Verdict::Unknown(_) => {}
        }
    }
    match (&gate.score, &gate.score_verdict) {
        (Some((card, _)), Some(Verdict::Unmet)) => found.push(Blocker::Score(id(), card.to_string())),
        (Some((card, _)), Some(Verdict::Fault(fault))) => found.push(Blocker::Fault(id(), format!("{card}: {}", fault.message))),
        _ => {}
    }
    found.extend(gate.missing.fields.iter().map(|field| Blocker::Field(id(), field.to_string())));
    found.extend(gate.missing.deliverables.iter().map(|document| Blocker::Deliverable(id(), document.to_string())));
    found.extend(gate.missing.obligations.iter().map(|obligation| Blocker::Obligation(id(), obligation.to_string())));
    found.extend(gate.missing.stages.iter().map(|stage| Blocker::Stage(id(), stage.to_string())));
    found.extend(gate.faults.iter().map(|fault| Blocker::Fault(id(), fault.message.clone())));
    if gate.status == Status::Blocked && found.is_empty() {
        found.push(Blocker::Undecided(id()));
    }
    found
}

impl Blocker {
    /// The gate.
    pub(super) fn gate(&self) -> &GateId {
        match self {
            Blocker::Criterion(gate, _)
            | Blocker::Score(gate, _)
            | Blocker::Field(gate, _)
            | Blocker::Deliverable(gate, _)
            | Blocker::Obligation(gate, _)
            | Blocker::Stage(gate, _)
            | Blocker::Fault(gate, _)
            | Blocker::Undecided(gate) => gate,
        }
    }

    /// How much it says: what broke, what a rule refuses, what is missing.
    pub(super) fn weight(&self) -> u8 {
        match self {
            Blocker::Fault(..) => 0,
            Blocker::Criterion(..) | Blocker::Score(..) | Blocker::Undecided(_) => 1,
            Blocker::Field(..) | Blocker::Deliverable(..) | Blocker::Obligation(..) | Blocker::Stage(..) => 2,
        }
    }

    /// Its kind and its name.
    pub(super) fn words(&self, words: Words) -> (&'static str, String) {
        match self {
            Blocker::Criterion(_, name) => (words.pick("not met", "条件不满足"), name.clone()),
            Blocker::Score(_, name) => (words.pick("score too low", "评分不达标"), name.clone()),
            Blocker::Field(_, name) => (words.pick("missing field", "缺少字段"), name.clone()),
            Blocker::Deliverable(_, name) => (words.pick("missing deliverable", "缺少交付件"), name.clone()),
            Blocker::Obligation(_, name) => (words.pick("open obligation", "遗留事项未完成"), name.clone()),
            Blocker::Stage(_, name) => (words.pick("waits for stage", "等待前序阶段"), name.clone()),
            Blocker::Fault(_, name) => (words.pick("fault", "规则出错"), name.clone()),
            Blocker::Undecided(_) => (words.pick("no decision applies", "无适用结果"), String::new()),
        }
    }

    /// Its title, where it has one.
    pub(super) fn title<'w>(&self, workflow: &'w Workflow, language: &str) -> Option<&'w str> {
        match self {
            Blocker::Criterion(gate, name) => workflow.gates().get(gate)?.must().get(name.as_str())?.title.get(language),
            Blocker::Score(_, name) => workflow.scorecards().get(name.as_str())?.title.get(language),
            Blocker::Obligation(_, name) => workflow.obligations().find(|(known, _)| known.as_str() == name)?.1.title.get(language),
            Blocker::Stage(_, name) => workflow.stages().get(name.as_str())?.title().get(language),
            Blocker::Field(_, name) => workflow.field_title(&FieldPath::from_text(name))?.get(language),
            Blocker::Deliverable(_, name) => workflow.produced_by(name)?.title.get(language),
            Blocker::Fault(..) | Blocker::Undecided(_) => None,
        }
    }
}
