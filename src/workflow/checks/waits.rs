//! What waits comes to an end: overdue approvals have somebody above them, outcomes do not follow one another for ever, and a hold is
//! seen again.
//!
//! It must not ask how long is too long.

use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::document::{ApprovalDoc, ConditionsDoc, Entries, GateDoc, OutcomeDoc, Resolved};
use crate::names::{GateId, OutcomeId, StageId};
use crate::source::Spanned;
use crate::workflow::{Gate, Stage};
use indexmap::IndexMap;

pub(super) fn check(resolved: &Resolved, stages: &IndexMap<StageId, Stage>, gates: &IndexMap<GateId, Gate>, diagnostics: &mut Diagnostics) {
    for (name, doc) in resolved.file.gates.iter() {
        let Some(gate) = gates.get(&name.value) else { continue };
        if let Some(approval) = &doc.approve {
            overdue(name, approval, diagnostics);
        }
        circles(&doc.outcomes, diagnostics);
        holds(gate, doc, stages, diagnostics);
    }
}

/// An approval that is overdue is due at some time, and goes up to a level that there is.
fn overdue(gate: &Spanned<GateId>, doc: &ApprovalDoc, diagnostics: &mut Diagnostics) {
    let Some(overdue) = &doc.overdue else { return };
    let steps = || doc.steps.iter().chain(doc.levels.iter().flat_map(|(_, level)| &level.steps));
    let due =
        doc.within.is_some() || doc.levels.iter().any(|(_, level)| level.within.is_some()) || steps().any(|step| step.within.is_some());
    if let (false, Some(first)) = (due, overdue.remind.as_ref().or(overdue.escalate.as_ref()).or(overdue.lapse.as_ref())) {
        let message = format!("`overdue` has no effect without `within`: the approval of the gate `{}` is never due", gate.value);
        diagnostics.push(Diagnostic::new(Code::NoEffect, first.span, message).help("say how long it may take: `within: ..`"));
        return;
    }
    if let (Some(escalate), true) = (&overdue.escalate, doc.levels.len() < 2 && !doc.levels.is_partial()) {
        let message = format!("the approval of the gate `{}` has no next level that could be asked", gate.value);
        let help = "give it `levels`, the higher ones later, or leave `escalate` out and keep `remind`";
        diagnostics.push(Diagnostic::new(Code::EscalationWithoutTarget, escalate.span, message).label("asks whom?").help(help));
    }
}

/// Outcomes with which the case stays must not follow one another in a circle by themselves.
fn circles(outcomes: &Entries<OutcomeId, OutcomeDoc>, diagnostics: &mut Diagnostics) {
    let next = |outcome: &OutcomeId| {
        let (_, doc) = outcomes.iter().find(|(name, doc)| name.value == *outcome && doc.stay)?;
        doc.within.as_ref().and(doc.then.as_ref())
    };
    let mut told: Vec<&OutcomeId> = Vec::new();
    for (name, _) in outcomes.iter() {
        let mut way = vec![&name.value];
        while let Some(then) = way.last().and_then(|last| next(last)).filter(|then| !way.contains(&&then.value)) {
            way.push(&then.value);
        }
        let back = way.last().and_then(|last| next(last)).filter(|then| then.value == name.value);
        // An outcome that follows itself is refused where it is read.
        let Some(back) = back.filter(|_| way.len() > 1 && !told.contains(&&name.value)) else { continue };
        let circle: Vec<String> = way.iter().chain([&&name.value]).map(|outcome| format!("`{outcome}`")).collect();
        let message = format!("`{}` and what follows it follow one another for ever", name.value);
        let help = "let one of them lead to a stage, or leave its `then` out";
        let finding = Diagnostic::new(Code::EndlessWait, back.span, message).label("back to the beginning");
        diagnostics.push(finding.related(name.span, "begins here").note(format!("example: {}", circle.join(" → "))).help(help));
        told.extend(way);
    }
}

/// A case that is held on conditions is seen again: the hold or the stage ends at some time.
fn holds(gate: &Gate, doc: &GateDoc, stages: &IndexMap<StageId, Stage>, diagnostics: &mut Diagnostics) {
    let timed = gate.from().iter().filter_map(|stage| stages.get(stage)).any(|stage| stage.deadline().is_some());
    for (name, outcome) in doc.outcomes.iter() {
        let conditioned = outcome.stay && outcome.conditions == Some(ConditionsDoc::Required);
        // What is owed has a term or a gate of its own.
        let ends = timed || outcome.within.is_some() || outcome.then.is_some() || !outcome.obligations.is_empty();
        if conditioned && !ends {
            let message = format!("`{}` holds a case on conditions, and nothing says for how long", name.value);
            let help = "say `within` and `then`, or give the stage a deadline: `within` or `due`";
            let mut finding = Diagnostic::new(Code::HoldWithoutTerm, name.span, message);
            for stage in gate.from().iter().filter_map(|stage| stages.get(stage)) {
                finding = finding.related(stage.span(), "has no deadline either");
            }
            diagnostics.push(finding.help(help));
        }
    }
}
