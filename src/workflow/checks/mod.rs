//! What is checked about a workflow as a whole, one file for each subject.
//!
//! It must not change anything: a check looks and reports.

mod answers;
mod approvals;
mod authority;
mod bands;
mod conditions;
mod criteria;
mod cycles;
mod decisions;
mod ends;
mod holders;
mod inputs;
mod leads;
mod missing;
mod obligations;
mod people;
mod reach;
mod roster;
mod sequence;
mod soundness;
mod starts;
mod tables;
mod unused;
mod waits;
#[cfg(test)]
mod whole;
mod witness;

pub(super) use conditions::{Parts, conditions};
pub(super) use cycles::cycles;
pub(super) use missing::check as missing;

use super::compile::UsedNames;
use super::{DecisionTable, Gate, Net, Stage, Workflow};
use crate::diagnostic::{Area, Code, Diagnostic, Diagnostics};
use crate::document::Resolved;
use crate::names::{GateId, StageId, TableId};
use crate::record::RecordType;
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
        sequence::check(resolved, stages, gates, net, diagnostics);
        waits::check(resolved, stages, gates, diagnostics);
    }
    obligations::check(resolved, diagnostics);
    unused::check(resolved, used, diagnostics);
}

/// Runs the checks of what rules, tables and scorecards answer.
pub(super) fn run_on_answers(workflow: &Workflow, diagnostics: &mut Diagnostics) {
    // What could not be read or typed may be the row or the rule that everything else hangs on.
    let elsewhere = |code: Code| {
        matches!(code, Code::UnknownStage | Code::UnknownRole | Code::UnknownOutcome | Code::UnknownLevel | Code::UnknownGroup)
            || matches!(code, Code::UnknownNeed | Code::UnknownObligation)
    };
    let within = |area: Area| matches!(area, Area::File | Area::Shape | Area::Name | Area::Rule | Area::Table);
    if diagnostics.iter().any(|found| found.is_error() && within(found.code.area()) && !elsewhere(found.code)) {
        return;
    }
    tables::check(workflow, diagnostics);
    authority::check(workflow, diagnostics);
    bands::check(workflow, diagnostics);
}

/// Runs the checks of who holds which role; `absences` is how many of the listed people may be away at the same time.
pub(super) fn people(
    resolved: &Resolved,
    record: &RecordType,
    (stages, gates): (&IndexMap<StageId, Stage>, &IndexMap<GateId, Gate>),
    tables: &IndexMap<TableId, DecisionTable>,
    absences: u32,
    diagnostics: &mut Diagnostics,
) {
    // Somebody whose role, table or stage could not be read may be the one who is missing.
    let unread =
        |found: &Diagnostic| found.hides_a_part() || matches!(found.code, Code::UnknownStage | Code::UnknownRole | Code::UnknownTable);
    if resolved.partial || resolved.file.roles.is_partial() || diagnostics.iter().any(unread) {
        return;
    }
    let people = people::People { roster: roster::Roster::new(resolved, record, tables), resolved, record, stages, gates };
    holders::check(&people, diagnostics);
    approvals::check(&people, absences, diagnostics);
}
