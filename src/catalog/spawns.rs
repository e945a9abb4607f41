//! Workflows that start cases of other workflows: whether those are there, and take such records.
//!
//! It must not look into a workflow that does not compile; its own findings come first.

use super::check::shared_folders;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, did_you_mean};
use crate::record::Place;
use crate::source::{SourceId, Sources};
use crate::workflow::{Spawn, Workflow};
use std::sync::Arc;

/// Holds every spawn against the workflow that it names; `known` are the names of all workflows, where they are known.
pub(super) fn check(sources: &Sources, workflows: &[(SourceId, Arc<Workflow>)], known: Option<&[String]>, diagnostics: &mut Diagnostics) {
    for (entry, workflow) in workflows {
        let outcomes = workflow.gates().values().flat_map(|gate| gate.outcomes().values());
        for spawn in outcomes.flat_map(|outcome| &outcome.spawns) {
            let named = workflows.iter().filter(|(_, other)| *other.id() == spawn.workflow);
            match (named.max_by_key(|(other, _)| shared_folders(sources, *entry, *other)), known) {
                (Some((_, target)), _) => hold(spawn, target, diagnostics),
                (None, Some(known)) if !known.iter().any(|name| name == spawn.workflow.as_str()) => {
                    let help = did_you_mean(spawn.workflow.as_str(), known.iter().map(String::as_str));
                    let message = format!("there is no workflow `{}` in this folder", spawn.workflow);
                    diagnostics.push(Diagnostic::new(Code::UnknownWorkflow, spawn.span, message).maybe_help(help));
                }
                (None, _) => {}
            }
        }
    }
}

/// The record that starts must be one that the other workflow takes.
fn hold(spawn: &Spawn, target: &Workflow, diagnostics: &mut Diagnostics) {
    let record = target.record();
    let help = "declare the record type in one file that both workflows list under `use`";
    let mut report = |message: String| diagnostics.push(Diagnostic::new(Code::WrongRecord, spawn.span, message).help(help));
    if *record.name() != spawn.record {
        return report(format!("`{}` takes records of type `{}`, not `{}`", target.id(), record.name(), spawn.record));
    }
    let differs = |place: &&Place| record.field(place.path().as_str()).is_none_or(|field| *field != *place.field());
    if let Some(place) = spawn.fields.iter().map(|(place, _)| place).find(differs) {
        report(format!("the field `{}` of `{}` is not the same in the workflow `{}`", place.path(), spawn.record, target.id()));
    }
}
