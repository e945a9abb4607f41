//! A workflow has a stage where cases start, and one where they end.
//!
//! It must not judge the ways between them.

use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::document::Resolved;
use crate::names::StageId;
use crate::workflow::{Net, Stage};
use indexmap::IndexMap;

pub(super) fn check(resolved: &Resolved, stages: &IndexMap<StageId, Stage>, net: &Net, diagnostics: &mut Diagnostics) {
    let place = stages.values().next().map(Stage::span).or(resolved.file.workflow.as_ref().map(|id| id.span)).or(resolved.file.place);
    let Some(place) = place else { return };
    if net.starts().is_empty() {
        diagnostics
            .push(Diagnostic::new(Code::NoStart, place, "no stage is a start").help("say `start: true` at the stage where cases start"));
    }
    if net.ends().is_empty() {
        diagnostics.push(
            Diagnostic::new(Code::NoEnd, place, "no stage is an end")
                .help("say `end: done`, or another result, at the stages where cases end"),
        );
    }
}
