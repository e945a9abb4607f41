//! Every stage can be come to from a start, and an end from every stage.
//!
//! It must not prove soundness: it takes each stage on its own, so a join that is never complete is not found here.

use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::names::{GateId, StageId};
use crate::workflow::{Gate, Net, Stage, Way};
use indexmap::IndexMap;

pub(super) fn check(stages: &IndexMap<StageId, Stage>, gates: &IndexMap<GateId, Gate>, net: &Net, diagnostics: &mut Diagnostics) {
    let reachable = net.reachable();
    // A dead end is a finding of its own; what leads there is not reported again.
    let dead: Vec<StageId> =
        stages.values().filter(|stage| stage.end().is_none() && !is_left(stage, gates)).map(|stage| stage.id().clone()).collect();
    let ending = net.leading_to(net.ends().iter().chain(&dead));
    for stage in stages.values() {
        if !net.starts().is_empty() && !reachable.contains(stage.id()) {
            let message = format!("no case can come to `{}`", stage.id());
            let help = "let an outcome of a gate lead to it, or say `start: true`";
            diagnostics.push(Diagnostic::new(Code::UnreachableStage, stage.span(), message).help(help));
        }
        let endless = is_left(stage, gates) && stage.end().is_none() && !ending.contains(stage.id());
        if !net.ends().is_empty() && endless && !net.may_be_cancelled(stage.id()) {
            let message = format!("every way from `{}` goes on for ever", stage.id());
            diagnostics.push(Diagnostic::new(Code::NoPathToEnd, stage.span(), message).help("let an outcome lead to an end"));
        }
    }
}

/// Whether some outcome of some gate leaves a stage.
fn is_left(stage: &Stage, gates: &IndexMap<GateId, Gate>) -> bool {
    gates.values().any(|gate| gate.from().contains(stage.id()) && gate.outcomes().values().any(|outcome| outcome.way != Way::Stay))
}
