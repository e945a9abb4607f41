//! The file `tollgate.yaml`: what a project wants of the checks.
//!
//! It must not look for the file, and must not weigh findings.

use super::file_doc::version;
use super::ignores::known_code;
use super::reader::Reader;
use super::removal::removal;
use super::yaml::{Node, NodeKind, parse_yaml};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Settings, Severity, did_you_mean};
use crate::source::{SourceId, Sources, Span};

/// How the file is called; it holds for its folder and the folders in it.
pub const PROJECT_FILE: &str = "tollgate.yaml";

/// What a code can be set to.
const LEVELS: [(&str, Option<Severity>); 3] = [("off", None), ("warning", Some(Severity::Warning)), ("error", Some(Severity::Error))];

/// A project file.
#[derive(Debug, Clone, Default)]
pub struct ProjectDoc {
    /// What it wants of the checks.
    pub settings: Settings,
}

impl ProjectDoc {
    /// Reads a source. What cannot be read is reported and has no effect.
    pub fn read(sources: &Sources, id: SourceId, diagnostics: &mut Diagnostics) -> Self {
        let mut syntax = Diagnostics::new();
        let node = parse_yaml(sources, id, &mut syntax);
        // `off` is no text to tools of YAML 1.1, but these read no project files.
        let places = node.as_ref().map(off_places).unwrap_or_default();
        diagnostics.extend(syntax.into_iter().filter(|found| found.code != Code::AmbiguousScalar || !places.contains(&found.label.span)));
        let mut reader = Reader { sources, diagnostics };
        node.map(|node| Self::read_node(&mut reader, &node)).unwrap_or_default()
    }

    fn read_node(reader: &mut Reader<'_>, node: &Node) -> Self {
        let mut project = Self::default();
        let Some(mut keys) = reader.keys(node, "a project") else { return project };
        let written = keys.version(reader, true);
        version(reader, written);
        if let Some(checks) = keys.optional("checks") {
            project.checks(reader, checks);
        }
        if let Some(mut inner) = keys.optional("approvals").and_then(|node| reader.keys(node, "`approvals`")) {
            if let Some(absences) = inner.optional("absences").and_then(|node| reader.count(node, "`absences`", 0)) {
                project.settings.set_absences(absences.value);
            }
            reader.finish(inner);
        }
        reader.finish(keys);
        project
    }

    fn checks(&mut self, reader: &mut Reader<'_>, node: &Node) {
        let NodeKind::Map(entries) = &node.kind else {
            let message = format!("`checks` must be a map of codes, not {}", node.describe());
            reader.report(Code::WrongShape, node.span, message, Some("write `unused-role: off`".to_owned()));
            return;
        };
        for entry in entries {
            let Some(severity) = level(reader, &entry.value) else { continue };
            let name = &entry.key.value;
            let own = name.parse::<Code>().ok().filter(|code| severity == Some(code.severity()));
            if own.is_some() {
                let message = format!("`{name}` has this severity anyway");
                let found = Diagnostic::new(Code::NoEffect, entry.key.span, message).help("delete the line");
                reader.diagnostics.push(found.maybe_removal(removal(reader.sources, entry.key.span)));
                continue;
            }
            let change = if severity.is_none() { "turned off" } else { "given another severity" };
            if let Some(code) = known_code(name, entry.key.span, change, reader.diagnostics) {
                self.settings.set(code, severity);
            }
        }
    }
}

/// What a code is set to; an inner `None` means off.
fn level(reader: &mut Reader<'_>, node: &Node) -> Option<Option<Severity>> {
    let text = reader.text(node, "a severity")?;
    let found = LEVELS.iter().find(|(name, _)| **name == *text.value).map(|(_, severity)| *severity);
    if found.is_none() {
        let help = did_you_mean(&text.value, LEVELS.iter().map(|(name, _)| *name));
        reader.report(Code::InvalidValue, text.span, format!("`{}` is not a severity", text.value), help);
    }
    found
}

/// The places at which `off` stands for a severity.
fn off_places(node: &Node) -> Vec<Span> {
    let Some(Node { kind: NodeKind::Map(entries), .. }) = node.get("checks") else { return Vec::new() };
    let is_off = |node: &&Node| matches!(&node.kind, NodeKind::Scalar(scalar) if &*scalar.text == "off");
    entries.iter().map(|entry| &entry.value).filter(is_off).map(|node| node.span).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Settings, Vec<String>) {
        let mut sources = Sources::new();
        let id = sources.add(PROJECT_FILE, text);
        let mut found = Diagnostics::new();
        let project = ProjectDoc::read(&sources, id, &mut found);
        let said = found.iter().map(|found| {
            let at = sources.position(found.label.span);
            format!("{} {}:{}", found.code, at.line, at.column)
        });
        (project.settings, said.collect())
    }

    #[test]
    fn codes_are_set_and_people_are_away() {
        let (settings, found) =
            read("tollgate: 1\nchecks:\n  unused-role: off\n  no-effect: error\n  dead-end: warning\napprovals: {absences: 0}\n");
        assert_eq!(found, Vec::<String>::new());
        assert_eq!(settings.severity(Code::UnusedRole), None);
        assert_eq!(settings.severity(Code::NoEffect), Some(Severity::Error));
        assert_eq!(settings.severity(Code::DeadEnd), Some(Severity::Warning));
        assert_eq!(settings.absences(), 0);
    }

    #[test]
    fn what_has_no_effect_or_must_not_have_one_is_found() {
        let (settings, found) = read(
            "tollgate: 1\nchecks:\n  unused-rol: off\n  unknown-role: off\n  unused-role: warning\n  unused-table: of\n  unknown-stage: error\n  \
             unmapped-column: off\n  no-effect: NO\napprovals: {absences: -1, people: 3}\nproject: {}\n",
        );
        assert_eq!(settings, Settings::default());
        let wanted = [
            "ambiguous-scalar 9:14",
            "unknown-code 3:3",
            "fixed-severity 4:3",
            "no-effect 5:3",
            "invalid-value 6:17",
            "no-effect 7:3",
            "fixed-severity 8:3",
            "invalid-value 9:14",
            "invalid-value 10:23",
            "unknown-key 10:27",
            "unknown-key 11:1",
        ];
        assert_eq!(found, wanted);
    }

    #[test]
    fn an_empty_or_broken_file_wants_nothing() {
        assert_eq!(read(""), (Settings::default(), vec!["missing-key 1:1".to_owned()]));
        assert_eq!(read("checks: {unused-role: off").0, Settings::default());
        assert_eq!(read("tollgate: 1\nchecks: [unused-role]\n").1, ["wrong-shape 2:9"]);
    }
}
