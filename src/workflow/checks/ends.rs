//! No gate leaves an end, and every other stage is left by a gate.
//!
//! It must not follow ways further than one gate.

use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::names::{GateId, StageId};
use crate::workflow::{Gate, Net, Stage, Way};
use indexmap::IndexMap;

pub(super) fn check(stages: &IndexMap<StageId, Stage>, gates: &IndexMap<GateId, Gate>, net: &Net, diagnostics: &mut Diagnostics) {
    for gate in gates.values() {
        for end in gate.from().iter().filter_map(|stage| stages.get(stage)).filter(|stage| stage.end().is_some()) {
            let message = format!("the gate `{}` leaves `{}`, where cases end", gate.id(), end.id());
            diagnostics.push(Diagnostic::new(Code::GateAfterEnd, gate.span(), message).related(end.span(), "the end"));
        }
    }
    // Without any end, the stages that nothing leaves are the ends that were forgotten; that is said once.
    for stage in stages.values().filter(|stage| stage.end().is_none() && !net.ends().is_empty()) {
        let left = |gate: &Gate| gate.from().contains(stage.id()) && gate.outcomes().values().any(|outcome| outcome.way != Way::Stay);
        // What another outcome ends is no dead end; whether it does so in time is a matter of soundness.
        if !gates.values().any(left) && !net.may_be_cancelled(stage.id()) {
            let message = format!("a case that comes to `{}` stays there for ever", stage.id());
            let help = "give it a gate (`from`), or say that it is an end: `end: done`";
            diagnostics.push(Diagnostic::new(Code::DeadEnd, stage.span(), message).help(help));
        }
    }
}
