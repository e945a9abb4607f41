//! Joins a workflow with the fragments and scripts that it uses into one document.
//!
//! It must not read files: every text that a file refers to must be among the sources, or is reported as missing.

use super::documents::Documents;
use super::file_doc::{FileDoc, FileKind};
use super::reader::Entries;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::source::{SourceId, Sources, Spanned};
use std::collections::HashMap;
use std::sync::Arc;

/// A workflow with everything that it uses.
#[derive(Debug, Clone, Default)]
pub struct Resolved {
    /// All parts in one document.
    pub file: Arc<FileDoc>,
    /// The scripts, in the order of first use.
    pub scripts: Vec<SourceId>,
    /// CSV files of tables by the place that names them.
    pub tables: HashMap<crate::source::Span, SourceId>,
    /// Every source that took part, the workflow first.
    pub sources: Vec<SourceId>,
    /// The paths that were looked for and are not there, or cannot be read.
    pub missing: Vec<String>,
    /// Whether something that is used could not be read: then what is not here may still exist.
    pub partial: bool,
}

/// The path of `reference` as seen from the file at `base`; `/` separates, `.` and `..` are resolved.
#[must_use]
pub fn join_path(base: &str, reference: &str) -> String {
    let rooted = reference.starts_with('/');
    let folder = base.rsplit_once('/').map_or("", |(folder, _)| folder);
    let rooted_base = !rooted && base.starts_with('/');
    let mut parts: Vec<&str> = Vec::new();
    let start = if rooted { "" } else { folder };
    for part in start.split('/').chain(reference.split('/')) {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            other => parts.push(other),
        }
    }
    let joined = parts.join("/");
    if rooted || rooted_base { format!("/{joined}") } else { joined }
}

/// Reads a workflow and everything it uses. What cannot be read is reported, and the rest is there.
pub fn resolve(sources: &Sources, documents: &Documents, entry: SourceId, diagnostics: &mut Diagnostics) -> Resolved {
    let mut resolved = Resolved { sources: vec![entry], ..Resolved::default() };
    let document = documents.get(sources, entry);
    diagnostics.extend(document.diagnostics().iter().cloned());
    let Some(mut file) = document.file().cloned() else { return resolved };
    let mut waiting: Vec<(SourceId, Spanned<Arc<str>>)> = file.uses.iter().map(|used| (entry, used.clone())).rev().collect();
    resolved.note_tables(sources, entry, &file, diagnostics);
    while let Some((from, used)) = waiting.pop() {
        let path = join_path(sources.path(from), &used.value);
        let Some(id) = resolved.find(sources, &path, &used, diagnostics) else { continue };
        if resolved.sources.contains(&id) {
            continue;
        }
        resolved.sources.push(id);
        if path.ends_with(".rhai") {
            resolved.scripts.push(id);
            continue;
        }
        let Some(fragment) = fragment(sources, documents, id, &used, diagnostics) else {
            resolved.partial = true;
            continue;
        };
        waiting.extend(fragment.uses.iter().map(|used| (id, used.clone())).rev());
        resolved.note_tables(sources, id, &fragment, diagnostics);
        merge(&mut file, fragment, diagnostics);
    }
    resolved.file = Arc::new(file);
    resolved
}

impl Resolved {
    /// The source of a path; what is not there is reported, and noted.
    fn find(&mut self, sources: &Sources, path: &str, used: &Spanned<Arc<str>>, diagnostics: &mut Diagnostics) -> Option<SourceId> {
        let found = sources.find(path);
        if let Some(id) = found.filter(|id| sources.is_readable(*id)) {
            return Some(id);
        }
        self.missing.push(path.to_owned());
        self.partial = true;
        if found.is_none() {
            diagnostics.push(
                Diagnostic::new(Code::MissingFile, used.span, format!("there is no file `{path}`"))
                    .help("paths are relative to the file that names them"),
            );
        }
        None
    }

    fn note_tables(&mut self, sources: &Sources, from: SourceId, file: &FileDoc, diagnostics: &mut Diagnostics) {
        for path in file.references().skip(file.uses.len()) {
            let joined = join_path(sources.path(from), &path.value);
            let Some(id) = self.find(sources, &joined, path, diagnostics) else { continue };
            self.tables.insert(path.span, id);
            if !self.sources.contains(&id) {
                self.sources.push(id);
            }
        }
    }
}

fn merge(file: &mut FileDoc, fragment: FileDoc, diagnostics: &mut Diagnostics) {
    file.calendar = file.calendar.take().or(fragment.calendar);
    join(&mut file.records, fragment.records, "record type", diagnostics);
    join(&mut file.roles, fragment.roles, "role", diagnostics);
    join(&mut file.groups, fragment.groups, "group", diagnostics);
    join(&mut file.stages, fragment.stages, "stage", diagnostics);
    join(&mut file.gates, fragment.gates, "gate", diagnostics);
    join(&mut file.scorecards, fragment.scorecards, "scorecard", diagnostics);
    join(&mut file.tables, fragment.tables, "table", diagnostics);
    join(&mut file.calendars, fragment.calendars, "calendar", diagnostics);
}

fn fragment(
    sources: &Sources,
    documents: &Documents,
    id: SourceId,
    used: &Spanned<Arc<str>>,
    diagnostics: &mut Diagnostics,
) -> Option<FileDoc> {
    let document = documents.get(sources, id);
    if matches!(document.kind(), Some(FileKind::Workflow | FileKind::Mapping)) {
        let what = if document.kind() == Some(FileKind::Mapping) { "a mapping" } else { "a workflow of its own" };
        let help = "move what both need into a fragment: a file without `workflow` that both list under `use`";
        let message = format!("`{}` is {what}, not a fragment", used.value);
        diagnostics.push(Diagnostic::new(Code::WrongShape, used.span, message).help(help));
        return None;
    }
    diagnostics.extend(document.diagnostics().iter().cloned());
    document.file().cloned()
}

fn join<K: PartialEq + std::fmt::Display, V>(into: &mut Entries<K, V>, from: Entries<K, V>, what: &str, diagnostics: &mut Diagnostics) {
    into.mark_partial(from.is_partial());
    for (key, value) in from.into_entries() {
        let first = into.iter().find(|(known, _)| **known == key).map(|(known, _)| known.span);
        match first {
            Some(first) => diagnostics.push(
                Diagnostic::new(Code::DuplicateDefinition, key.span, format!("the {what} `{}` is defined twice", key.value))
                    .label("defined again here")
                    .related(first, "first defined here"),
            ),
            None => into.push(key, value),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::join_path;

    #[test]
    fn paths_are_joined_as_text() {
        assert_eq!(join_path("workflows/lead.yaml", "common.yaml"), "workflows/common.yaml");
        assert_eq!(join_path("workflows/lead.yaml", "../rules/lead.rhai"), "rules/lead.rhai");
        assert_eq!(join_path("lead.yaml", "./rules/a.rhai"), "rules/a.rhai");
        assert_eq!(join_path("../x/lead.yaml", "../a.yaml"), "../a.yaml");
        assert_eq!(join_path("/abs/w/lead.yaml", "../a.yaml"), "/abs/a.yaml");
    }
}
