//! Compiles every workflow of a catalog and gathers the findings.
//!
//! It must not report what only one of several workflows finds unused, or always met, in a file that they share.

use super::adjust::Wishes;
use super::{Catalog, spawns};
use crate::diagnostic::{Area, Code, Diagnostic, Diagnostics};
use crate::document::{FileDoc, MappingDoc, resolve};
use crate::source::{SourceId, Sources, Span};
use crate::workflow::{Workflow, examine};
use std::collections::HashMap;

/// A catalog's workflows, and all findings about its files.
#[derive(Debug)]
pub struct Checked {
    /// The workflows that compile, with their sources.
    pub workflows: Vec<(SourceId, Workflow)>,
    /// All findings, sorted, each once.
    pub diagnostics: Diagnostics,
}

/// Checks every file of a catalog.
#[must_use]
pub fn check(catalog: &Catalog) -> Checked {
    let sources = &catalog.sources;
    let mut diagnostics: Diagnostics = catalog.diagnostics.iter().cloned().collect();
    let mut wishes = Wishes::read(catalog, &mut diagnostics);
    let mut made = Vec::new();
    let mut users: HashMap<SourceId, usize> = HashMap::new();
    let mut unused: HashMap<(Span, Code), (usize, Diagnostic)> = HashMap::new();
    let mut names: Vec<String> = Vec::new();
    for entry in &catalog.workflows {
        let examined = examine(sources, *entry, wishes.settings(*entry));
        wishes.take(*entry, &examined);
        made.extend(examined.workflow.map(|workflow| (*entry, workflow)));
        let resolved = resolve(sources, *entry, &mut Diagnostics::new());
        names.extend(resolved.file.workflow.map_or_else(|| name_in(sources, *entry), |name| Some(name.value.to_string())));
        for id in resolved.sources {
            *users.entry(id).or_default() += 1;
        }
        for diagnostic in examined.found {
            if is_unused(diagnostic.code) || depends_on_calls(&diagnostic, *entry) {
                let place = (diagnostic.label.span, diagnostic.code);
                unused.entry(place).or_insert_with(|| (0, diagnostic)).0 += 1;
            } else {
                diagnostics.push(diagnostic);
            }
        }
    }
    let everywhere = unused.into_values().filter(|(count, found)| {
        let source = found.label.span.source;
        sees_all_users(catalog, source) && users.get(&source).is_none_or(|users| count >= users)
    });
    diagnostics.extend(everywhere.map(|(_, found)| found));
    for fragment in catalog.fragments.iter().filter(|fragment| !users.contains_key(fragment)) {
        FileDoc::read(sources, *fragment, &mut diagnostics);
        if !catalog.workflows.is_empty() {
            let message = "no workflow here uses this fragment";
            diagnostics.push(Diagnostic::new(Code::NoEffect, Span::start_of(*fragment), message).help("list it under `use` in a workflow"));
        }
    }
    let workflows = wishes.usable(made, &diagnostics);
    // Without a folder, the workflow that starts may lie elsewhere.
    spawns::check(sources, &workflows, (!catalog.folders.is_empty()).then_some(names.as_slice()), &mut diagnostics);
    for mapping in &catalog.mappings {
        wishes.mapping(*mapping, check_mapping(sources, *mapping, &workflows, &mut diagnostics));
    }
    let sees_all = |source| sees_all_users(catalog, source);
    let diagnostics = wishes.apply(diagnostics, &workflows, sees_all);
    Checked { workflows, diagnostics }
}

/// The name of a workflow whose file cannot be parsed.
fn name_in(sources: &Sources, id: SourceId) -> Option<String> {
    let line = sources.get(id)?.text().lines().find_map(|line| line.strip_prefix("workflow:"))?;
    let name = line.trim_start_matches([' ', '"', '\'']);
    Some(name.chars().take_while(|char| char.is_alphanumeric() || *char == '_').collect())
}

/// Whether everything that may use a file was looked at. Of a workflow that was named alone, what it shares with others is not
/// judged: they may use what it does not.
fn sees_all_users(catalog: &Catalog, source: SourceId) -> bool {
    let named = catalog.workflows.contains(&source) || catalog.fragments.contains(&source);
    named || catalog.folders.iter().any(|folder| lies_in(catalog.sources.path(source), folder))
}

/// Whether a file lies in a folder that was read; the folder that one stands in is written as nothing.
fn lies_in(path: &str, folder: &str) -> bool {
    if folder.is_empty() { !path.starts_with("../") && !path.starts_with('/') } else { path.starts_with(folder) }
}

/// A mapping is read, and held against the record type of the workflows here that carry such records; whether there is one.
fn check_mapping(sources: &Sources, id: SourceId, workflows: &[(SourceId, Workflow)], diagnostics: &mut Diagnostics) -> bool {
    let Some(mapping) = MappingDoc::read_source(sources, id, diagnostics) else { return false };
    let name = &mapping.record;
    let fitting = workflows.iter().filter(|(_, workflow)| workflow.record().name().as_str() == name.value.as_str());
    // Mappings lie beside the workflow whose records they read; of several that fit, the nearest counts.
    // A mapping whose workflow lies elsewhere is checked when it is used.
    let nearest = fitting.max_by_key(|(entry, _)| shared_folders(sources, id, *entry));
    nearest.map(|(_, workflow)| mapping.check(workflow.record(), diagnostics)).is_some()
}

/// How near two files lie: the number of folders around both of them.
pub(super) fn shared_folders(sources: &Sources, one: SourceId, other: SourceId) -> usize {
    let folders = |id| sources.path(id).rsplit_once('/').map_or("", |(folder, _)| folder).split('/');
    folders(one).zip(folders(other)).take_while(|(one, other)| one == other).count()
}

fn is_unused(code: Code) -> bool {
    code.area() == Area::Name && code.name().starts_with("unused-") || code == Code::UnusedFunction
}

/// Whether a finding about a shared file depends on what one workflow does with it: for another, a condition of a function may be open.
fn depends_on_calls(diagnostic: &Diagnostic, entry: SourceId) -> bool {
    matches!(diagnostic.code, Code::AlwaysMet | Code::NeverMet) && diagnostic.label.span.source != entry
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_a_workflow_is_known_though_its_file_is_broken() {
        let mut sources = Sources::new();
        let id = sources.add("kid.yaml", "tollgate: 1\nworkflow: \"kid_2\"   # the kid\nstages: {");
        assert_eq!(name_in(&sources, id).as_deref(), Some("kid_2"));
    }

    #[test]
    fn what_lies_beside_the_folder_that_one_stands_in_does_not_lie_in_it() {
        assert!(lies_in("flows/a.yaml", "flows/") && lies_in("a.yaml", "") && lies_in("parts/a.yaml", ""));
        assert!(!lies_in("../shared/a.yaml", "") && !lies_in("/etc/a.yaml", "") && !lies_in("flows-old/a.yaml", "flows/"));
    }
}
