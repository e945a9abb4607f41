//! Joins a workflow with the fragments and scripts that it uses into one document.
//!
//! It must not read files: every text that a file refers to must be among the sources, or is reported as missing.

use super::file_doc::{FileDoc, FileKind};
use super::reader::Entries;
use super::yaml::parse_yaml;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::source::{SourceId, Sources, Spanned};
use std::collections::HashMap;
use std::sync::Arc;

/// A workflow with everything that it uses.
#[derive(Debug, Clone, Default)]
pub struct Resolved {
    /// All parts in one document.
    pub file: FileDoc,
    /// The scripts, in the order of first use.
    pub scripts: Vec<SourceId>,
    /// CSV files of tables by the place that names them.
    pub tables: HashMap<crate::source::Span, SourceId>,
    /// Every source that took part, the workflow first.
    pub sources: Vec<SourceId>,
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

/// The paths that a source refers to, as [`join_path`] writes them; used to find out which texts are needed. Nothing is reported.
#[must_use]
pub fn references(sources: &Sources, id: SourceId) -> Vec<String> {
    let mut ignored = Diagnostics::new();
    let Some(file) = FileDoc::read(sources, id, &mut ignored) else { return Vec::new() };
    file.references().map(|reference| join_path(sources.path(id), &reference.value)).collect()
}

/// Reads a workflow and everything it uses. What cannot be read is reported, and the rest is there.
pub fn resolve(sources: &Sources, entry: SourceId, diagnostics: &mut Diagnostics) -> Resolved {
    let mut resolved = Resolved { sources: vec![entry], ..Resolved::default() };
    let Some(file) = FileDoc::read(sources, entry, diagnostics) else { return resolved };
    let mut waiting: Vec<(SourceId, Spanned<Arc<str>>)> = file.uses.iter().map(|used| (entry, used.clone())).rev().collect();
    resolved.note_tables(sources, entry, &file, diagnostics);
    resolved.file = file;
    while let Some((from, used)) = waiting.pop() {
        let path = join_path(sources.path(from), &used.value);
        let Some(id) = find(sources, &path, &used, diagnostics) else {
            resolved.partial = true;
            continue;
        };
        if resolved.sources.contains(&id) {
            continue;
        }
        resolved.sources.push(id);
        if path.ends_with(".rhai") {
            resolved.scripts.push(id);
            continue;
        }
        let Some(fragment) = resolved.fragment(sources, id, &used, diagnostics) else {
            resolved.partial = true;
            continue;
        };
        waiting.extend(fragment.uses.iter().map(|used| (id, used.clone())).rev());
        resolved.note_tables(sources, id, &fragment, diagnostics);
        resolved.merge(fragment, diagnostics);
    }
    resolved
}

fn find(sources: &Sources, path: &str, used: &Spanned<Arc<str>>, diagnostics: &mut Diagnostics) -> Option<SourceId> {
    let found = sources.find(path);
    if found.is_some_and(|id| !sources.is_readable(id)) {
        return None;
    }
    if found.is_none() {
        diagnostics.push(
            Diagnostic::new(Code::MissingFile, used.span, format!("there is no file `{path}`"))
                .help("paths are relative to the file that names them"),
        );
    }
    found
}

impl Resolved {
    fn fragment(&self, sources: &Sources, id: SourceId, used: &Spanned<Arc<str>>, diagnostics: &mut Diagnostics) -> Option<FileDoc> {
        let mut unseen = Diagnostics::new();
        let kind = parse_yaml(sources, id, &mut unseen).map(|node| FileKind::of(&node));
        if matches!(kind, Some(FileKind::Workflow | FileKind::Mapping)) {
            let what = if kind == Some(FileKind::Mapping) { "a mapping" } else { "a workflow of its own" };
            let help = "move what both need into a fragment: a file without `workflow` that both list under `use`";
            diagnostics
                .push(Diagnostic::new(Code::WrongShape, used.span, format!("`{}` is {what}, not a fragment", used.value)).help(help));
            return None;
        }
        FileDoc::read(sources, id, diagnostics)
    }

    fn note_tables(&mut self, sources: &Sources, from: SourceId, file: &FileDoc, diagnostics: &mut Diagnostics) {
        for path in file.references().skip(file.uses.len()) {
            let joined = join_path(sources.path(from), &path.value);
            let Some(id) = find(sources, &joined, path, diagnostics) else {
                self.partial = true;
                continue;
            };
            self.tables.insert(path.span, id);
            if !self.sources.contains(&id) {
                self.sources.push(id);
            }
        }
    }

    fn merge(&mut self, fragment: FileDoc, diagnostics: &mut Diagnostics) {
        let file = &mut self.file;
        file.calendar = file.calendar.take().or(fragment.calendar);
        merge(&mut file.records, fragment.records, "record type", diagnostics);
        merge(&mut file.roles, fragment.roles, "role", diagnostics);
        merge(&mut file.groups, fragment.groups, "group", diagnostics);
        merge(&mut file.stages, fragment.stages, "stage", diagnostics);
        merge(&mut file.gates, fragment.gates, "gate", diagnostics);
        merge(&mut file.scorecards, fragment.scorecards, "scorecard", diagnostics);
        merge(&mut file.tables, fragment.tables, "table", diagnostics);
        merge(&mut file.calendars, fragment.calendars, "calendar", diagnostics);
    }
}

fn merge<K: PartialEq + std::fmt::Display, V>(into: &mut Entries<K, V>, from: Entries<K, V>, what: &str, diagnostics: &mut Diagnostics) {
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
