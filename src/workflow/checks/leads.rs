//! Every stage in which work is done has somebody who is responsible (R35).
//!
//! It must not ask who that is for a record.

use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::names::StageId;
use crate::workflow::Stage;
use indexmap::IndexMap;

pub(super) fn check(stages: &IndexMap<StageId, Stage>, diagnostics: &mut Diagnostics) {
    for stage in stages.values().filter(|stage| stage.end().is_none() && stage.lead().is_none()) {
        let message = format!("nobody is responsible for the stage `{}`", stage.id());
        diagnostics.push(Diagnostic::new(Code::StageWithoutLead, stage.span(), message).help("name a role: `lead: ..`"));
    }
}
