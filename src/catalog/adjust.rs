//! Hears the user about the findings of a whole catalog: severities by project, comments that ignore, and comments that ignore nothing.
//!
//! It must not say of a comment that it ignores nothing where something that it may be for was not looked at.

use super::Catalog;
use super::project::Projects;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Settings};
use crate::source::{SourceId, Span};
use crate::workflow::{Examined, Ignores, Workflow};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// What is only found where a folder was read whole.
const OF_FOLDERS: &[Code] = &[Code::UnknownWorkflow];

/// What the user wants, and what has to be known to judge the comments.
pub(super) struct Wishes<'c> {
    catalog: &'c Catalog,
    projects: Projects,
    ignores: Ignores,
    // The workflows that each file takes part in.
    users: HashMap<SourceId, Vec<SourceId>>,
    // The places and codes of each workflow's findings.
    found: HashMap<SourceId, HashSet<(Span, Code)>>,
    // Mappings that were held against a workflow.
    held: HashSet<SourceId>,
}

impl<'c> Wishes<'c> {
    /// Reads the project files and the comments of all files; what is wrong with them is reported.
    pub(super) fn read(catalog: &'c Catalog, diagnostics: &mut Diagnostics) -> Self {
        let projects = Projects::read(catalog, diagnostics);
        let ignores = Ignores::read(&catalog.sources, catalog.sources.iter().map(|(id, _)| id), diagnostics);
        Self { catalog, projects, ignores, users: HashMap::new(), found: HashMap::new(), held: HashSet::new() }
    }

    /// What the project of a file wants.
    pub(super) fn settings(&self, file: SourceId) -> &Settings {
        self.projects.settings(file)
    }

    /// Notes what took part in a workflow, and what was found in it.
    pub(super) fn take(&mut self, entry: SourceId, examined: &Examined) {
        self.ignores.name(&examined.tables);
        for file in &examined.sources {
            self.users.entry(*file).or_default().push(entry);
        }
        self.found.insert(entry, examined.found.iter().map(key).collect());
    }

    /// Notes whether a mapping was held against a workflow.
    pub(super) fn mapping(&mut self, mapping: SourceId, held: bool) {
        self.held.extend(held.then_some(mapping));
    }

    /// The workflows without an error that stands for itself and that the user takes for one.
    pub(super) fn usable(&self, made: Vec<(SourceId, Arc<Workflow>)>, found: &Diagnostics) -> Vec<(SourceId, Arc<Workflow>)> {
        let adjusted = self.ignores.adjust(found.clone(), |file| self.settings(file)).found;
        let errors: HashSet<(Span, Code)> = adjusted.iter().filter(|finding| finding.is_error()).map(key).collect();
        let is_clean = |entry: &SourceId| self.found.get(entry).is_none_or(|found| found.is_disjoint(&errors));
        made.into_iter().filter(|(entry, _)| is_clean(entry)).collect()
    }

    /// All findings as the user wants them, sorted, with those about comments that ignore nothing.
    pub(super) fn apply(
        &self,
        found: Diagnostics,
        workflows: &[(SourceId, Arc<Workflow>)],
        sees_all_users: impl Fn(SourceId) -> bool,
    ) -> Diagnostics {
        let sources = &self.catalog.sources;
        let settings = |file| self.settings(file);
        let adjusted = self.ignores.adjust(found, settings);
        let usable: HashSet<SourceId> = workflows.iter().map(|(entry, _)| *entry).collect();
        let mut unused = Diagnostics::new();
        let is_judged = |file| self.is_seen_whole(file, &usable) && sees_all_users(file);
        for ignore in self.ignores.iter().filter(|ignore| is_judged(ignore.comment.source)) {
            for code in ignore.codes.iter().filter(|code| !adjusted.used.contains(&code.span)) {
                if self.catalog.folders.is_empty() && OF_FOLDERS.contains(&code.value) {
                    continue;
                }
                let message = format!("`{}` is not found here, so nothing is ignored", code.value);
                let found = Diagnostic::new(Code::UnusedIgnore, code.span, message).help("delete the comment, or the code in it");
                unused.push(found.maybe_removal(ignore.without(sources, code.span)));
            }
        }
        let mut diagnostics = adjusted.found;
        diagnostics.append(self.ignores.adjust(unused, settings).found);
        diagnostics.sort(sources);
        diagnostics
    }

    /// Whether all that can be found in a file was looked for: every workflow that it takes part in can be used.
    fn is_seen_whole(&self, file: SourceId, usable: &HashSet<SourceId>) -> bool {
        let by_workflows = self.users.get(&file).is_some_and(|users| users.iter().all(|user| usable.contains(user)));
        by_workflows || self.held.contains(&file) || self.catalog.projects.contains(&file)
    }
}

fn key(finding: &Diagnostic) -> (Span, Code) {
    (finding.label.span, finding.code)
}
