//! Compiles every workflow of a catalog and gathers the findings.
//!
//! It must not report what only one of several workflows finds unused, or always met, in a file that they share.

use super::adjust::Wishes;
use super::load::lies_in;
use super::{Catalog, parallel, spawns};
use crate::diagnostic::{Area, Code, Diagnostic, Diagnostics, Settings};
use crate::document::MappingDoc;
use crate::source::{SourceId, Sources, Span};
use crate::workflow::{Examined, Workflow, examine};
use std::collections::HashMap;
use std::sync::Arc;

/// A catalog's workflows, and all findings about its files.
#[derive(Debug, Clone)]
pub struct Checked {
    /// The workflows that compile, with their sources.
    pub workflows: Vec<(SourceId, Arc<Workflow>)>,
    /// All findings, sorted, each once.
    pub diagnostics: Diagnostics,
}

/// Workflows that were examined, by their files.
pub(super) type Kept = HashMap<SourceId, Compiled>;

/// One workflow as it was examined, with what it was made of.
#[derive(Debug)]
pub(super) struct Compiled {
    examined: Examined,
    workflow: Option<Arc<Workflow>>,
    name: Option<String>,
    // Texts are kept, so that their addresses tell them from others.
    texts: Vec<(SourceId, Arc<str>)>,
    settings: Settings,
}

/// Checks every file of a catalog.
#[must_use]
pub fn check(catalog: &Catalog) -> Checked {
    check_with(catalog, &mut Kept::new())
}

/// The same; what was kept and is still the same is not done again.
pub(super) fn check_with(catalog: &Catalog, kept: &mut Kept) -> Checked {
    let sources = &catalog.sources;
    let mut diagnostics: Diagnostics = catalog.diagnostics.iter().cloned().collect();
    let mut wishes = Wishes::read(catalog, &mut diagnostics);
    let mut old: HashMap<SourceId, Compiled> =
        kept.extract_if(|entry, compiled| !compiled.is_current(sources, wishes.settings(*entry))).collect();
    let stale: Vec<SourceId> = catalog.workflows.iter().copied().filter(|entry| !kept.contains_key(entry)).collect();
    let compiled = parallel::map(stale.iter().map(|entry| (*entry, old.remove(entry))).collect(), |(entry, old)| {
        // To give back what the last one took is work as well, and is shared out with the rest.
        drop(old);
        Compiled::new(catalog, entry, wishes.settings(entry))
    });
    kept.extend(stale.into_iter().zip(compiled));

    let mut made = Vec::new();
    let mut users: HashMap<SourceId, usize> = HashMap::new();
    let mut unused: HashMap<(Span, Code), (usize, &Diagnostic)> = HashMap::new();
    let mut names: Vec<String> = Vec::new();
    for (entry, compiled) in catalog.workflows.iter().filter_map(|entry| Some((entry, kept.get(entry)?))) {
        wishes.take(*entry, &compiled.examined);
        made.extend(compiled.workflow.iter().map(|workflow| (*entry, Arc::clone(workflow))));
        names.extend(compiled.name.clone());
        for id in &compiled.examined.sources {
            *users.entry(*id).or_default() += 1;
        }
        for diagnostic in compiled.examined.found.iter() {
            if is_unused(diagnostic.code) || depends_on_calls(diagnostic, *entry) {
                let place = (diagnostic.label.span, diagnostic.code);
                unused.entry(place).or_insert((0, diagnostic)).0 += 1;
            } else {
                diagnostics.push(diagnostic.clone());
            }
        }
    }
    let everywhere = unused.into_values().filter(|(count, found)| {
        let source = found.label.span.source;
        sees_all_users(catalog, source) && users.get(&source).is_none_or(|users| count >= users)
    });
    diagnostics.extend(everywhere.map(|(_, found)| found.clone()));
    for fragment in catalog.fragments.iter().filter(|fragment| !users.contains_key(fragment)) {
        diagnostics.extend(catalog.documents.get(sources, *fragment).diagnostics().iter().cloned());
        if !catalog.workflows.is_empty() {
            let message = "no workflow here uses this fragment";
            diagnostics.push(Diagnostic::new(Code::NoEffect, Span::start_of(*fragment), message).help("list it under `use` in a workflow"));
        }
    }
    let workflows = wishes.usable(made, &diagnostics);
    // Without a folder, the workflow that starts may lie elsewhere.
    spawns::check(sources, &workflows, (!catalog.folders.is_empty()).then_some(names.as_slice()), &mut diagnostics);
    for mapping in &catalog.mappings {
        let document = catalog.documents.get(sources, *mapping);
        diagnostics.extend(document.diagnostics().iter().cloned());
        let held = document.mapping().is_some_and(|read| check_mapping(sources, *mapping, read, &workflows, &mut diagnostics));
        wishes.mapping(*mapping, held);
    }
    let sees_all = |source| sees_all_users(catalog, source);
    let diagnostics = wishes.apply(diagnostics, &workflows, sees_all);
    Checked { workflows, diagnostics }
}

impl Compiled {
    fn new(catalog: &Catalog, entry: SourceId, settings: &Settings) -> Self {
        let sources = &catalog.sources;
        let mut examined = examine(sources, &catalog.documents, entry, settings);
        let workflow = examined.workflow.take().map(Arc::new);
        let name = examined.name.as_ref().map(ToString::to_string).or_else(|| name_in(sources, entry));
        let texts = examined.sources.iter().filter_map(|id| Some((*id, sources.get(*id)?.shared_text()))).collect();
        Self { examined, workflow, name, texts, settings: settings.clone() }
    }

    /// Whether it would come out the same again. What is there and cannot be read may be mended at any time: it is tried anew.
    fn is_current(&self, sources: &Sources, settings: &Settings) -> bool {
        let same = |(id, text): &(SourceId, Arc<str>)| {
            sources.is_readable(*id)
                && sources.find(sources.path(*id)) == Some(*id)
                && sources.get(*id).is_some_and(|source| Arc::ptr_eq(&source.shared_text(), text))
        };
        let missing = |path: &String| sources.find(path).is_none();
        self.settings == *settings && self.texts.iter().all(same) && self.examined.missing.iter().all(missing)
    }
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

/// A mapping is held against the record type of the workflows here that carry such records; whether there is one.
fn check_mapping(
    sources: &Sources,
    id: SourceId,
    mapping: &MappingDoc,
    workflows: &[(SourceId, Arc<Workflow>)],
    diagnostics: &mut Diagnostics,
) -> bool {
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
