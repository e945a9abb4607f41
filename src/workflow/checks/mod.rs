//! What is checked about a workflow as a whole, one file for each subject.
//!
//! It must not change anything: a check looks and reports.

mod cycles;
mod ends;
mod leads;
mod reach;
mod starts;
mod unused;

pub(super) use cycles::cycles;

use super::compile::UsedNames;
use super::{Gate, Net, Stage};
use crate::diagnostic::Diagnostics;
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
    starts::check(resolved, stages, net, diagnostics);
    ends::check(stages, gates, diagnostics);
    reach::check(stages, gates, net, diagnostics);
    leads::check(stages, diagnostics);
    unused::check(resolved, used, diagnostics);
}
