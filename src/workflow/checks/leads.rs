//! Every stage in which work is done has somebody who is responsible (R35).
//!
//! It must not ask who that is for a record.

use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::names::{GateId, StageId};
use crate::workflow::{Gate, Net, Stage};
use indexmap::IndexMap;

pub(super) fn check(stages: &IndexMap<StageId, Stage>, gates: &IndexMap<GateId, Gate>, net: &Net, diagnostics: &mut Diagnostics) {
    // Where no end is declared, a stage that nothing leaves is taken for a forgotten end, in which nobody works.
    let worked = |stage: &Stage| !net.ends().is_empty() || gates.values().any(|gate| gate.from().contains(stage.id()));
    for stage in stages.values().filter(|stage| stage.end().is_none() && stage.lead().is_none() && worked(stage)) {
        let message = format!("nobody is responsible for the stage `{}`", stage.id());
        diagnostics.push(Diagnostic::new(Code::StageWithoutLead, stage.span(), message).help("name a role: `lead: ..`"));
    }
}
