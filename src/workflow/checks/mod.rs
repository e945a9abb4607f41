//! What is checked about a workflow as a whole, one file for each subject.
//!
//! It must not change anything: a check looks and reports.

mod cycles;
mod ends;
mod leads;
mod obligations;
mod reach;
mod soundness;
mod starts;
mod unused;

pub(super) use cycles::cycles;

use super::compile::UsedNames;
use super::{Gate, Net, Stage};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::document::Resolved;
use crate::names::{GateId, StageId};
use indexmap::IndexMap;

/// Runs every check that needs no compiled rules.
pub(super) fn run(
    resolved: &Resolved,
    stages: &IndexMap<StageId, Stage>,
    gates: &IndexMap<GateId, Gate>,
    net: &Net,
    used: &UsedNames,
    diagnostics: &mut Diagnostics,
) {
    // Where a stage, a gate or a way could not be read, everything that is said about ways would be guessed.
    let unread = |found: &Diagnostic| found.hides_a_part() || found.code == Code::UnknownStage;
    if !resolved.partial && !diagnostics.iter().any(unread) {
        starts::check(resolved, stages, net, diagnostics);
        ends::check(stages, gates, net, diagnostics);
        reach::check(stages, gates, net, diagnostics);
        soundness::check(resolved, stages, gates, net, diagnostics);
        leads::check(stages, gates, net, diagnostics);
    }
    obligations::check(resolved, diagnostics);
    unused::check(resolved, used, diagnostics);
}
