//! Every stage can be come to from a start, and an end from every stage.
//!
//! It must not prove soundness: it takes each stage on its own, so a join that is never complete is not found here.

use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::names::{GateId, StageId};
use crate::workflow::{Gate, Net, Stage, Way};
use indexmap::IndexMap;

pub(super) fn check(stages: &IndexMap<StageId, Stage>, gates: &IndexMap<GateId, Gate>, net: &Net, diagnostics: &mut Diagnostics) {
    let reachable = net.reachable();
    let ending = net.ending();
    for stage in stages.values() {
        if !net.starts().is_empty() && !reachable.contains(stage.id()) {
            let message = format!("no case can come to `{}`", stage.id());
            let help = "let an outcome of a gate lead to it, or say `start: true`";
            diagnostics.push(Diagnostic::new(Code::UnreachableStage, stage.span(), message).help(help));
        }
        let left = |gate: &Gate| gate.from().contains(stage.id()) && gate.outcomes().values().any(|outcome| outcome.way != Way::Stay);
        let is_dead_end = !gates.values().any(left);
        if !net.ends().is_empty() && !is_dead_end && stage.end().is_none() && !ending.contains(stage.id()) {
            let message = format!("every way from `{}` goes on for ever", stage.id());
            diagnostics.push(Diagnostic::new(Code::NoPathToEnd, stage.span(), message).help("let an outcome lead to an end"));
        }
    }
}
