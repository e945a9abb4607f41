//! Reads a YAML list of records, every number as it was written.
//!
//! It must not be used for exports: a YAML text is read as a whole, and its size is limited.

use super::error::IngestError;
use super::finding::{finding, malformed, with_help};
use super::input::Text;
use super::tree::{Tree, Trees};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::document::{Core, Limits, Node, NodeKind, parse_yaml_with};
use crate::record::RecordFinding;
use crate::source::{MAX_SOURCE_BYTES, Sources};
use serde_json::{Map, Number, Value as Json};
use std::collections::VecDeque;
use std::io::Read;

/// The records of a YAML text, read and waiting.
pub(super) struct YamlList {
    sources: Sources,
    items: std::vec::IntoIter<Node>,
    // What was found in the text, in the order of its lines.
    broken: VecDeque<RecordFinding>,
}

/// As many values as a text of the largest size can hold when it is dense with short ones.
const MAX_NODES: usize = 1_000_000;

impl YamlList {
    /// Reads the text. What is wrong with it as YAML are findings; the records around it are read.
    pub(super) fn new(text: Text, name: &str) -> Result<Self, IngestError> {
        let mut bytes = Vec::new();
        let limit = MAX_SOURCE_BYTES as u64;
        text.take(limit + 1).read_to_end(&mut bytes).map_err(|error| IngestError::Unreadable { name: name.to_owned(), error })?;
        if bytes.len() > MAX_SOURCE_BYTES {
            return Err(IngestError::TooLarge { name: name.to_owned(), limit: MAX_SOURCE_BYTES / (1024 * 1024), kind: "a YAML file" });
        }
        let text = String::from_utf8(bytes).map_err(|_| IngestError::NotUtf8 { name: name.to_owned(), found: "in another encoding" })?;
        let mut sources = Sources::new();
        let id = sources.add(name, &text);
        let mut diagnostics = Diagnostics::new();
        let limits = Limits { nodes: MAX_NODES, ..Limits::default() };
        let node = parse_yaml_with(&sources, id, &limits, &mut diagnostics);
        diagnostics.sort(&sources);
        let mut broken: Vec<RecordFinding> = diagnostics.iter().map(|diagnostic| told(diagnostic, &sources)).collect();
        let items = node.map_or_else(Vec::new, |node| items(node, &sources, &mut broken));
        Ok(Self { sources, items: items.into_iter(), broken: broken.into() })
    }

    fn line(&self, node: &Node) -> u64 {
        u64::from(self.sources.position(node.span).line)
    }
}

impl Trees for YamlList {
    fn next_tree(&mut self) -> Option<Result<Tree, RecordFinding>> {
        let Some(node) = self.items.next() else { return self.broken.pop_front().map(Err) };
        // What was found before the next record begins is about this one.
        let next = self.items.as_slice().first().map_or(u64::MAX, |next| self.line(next));
        let about = self.broken.iter().take_while(|finding| finding.line < Some(next)).count();
        let findings = self.broken.drain(..about).collect();
        let line = self.line(&node);
        if !matches!(node.kind, NodeKind::Map(_)) {
            return Some(Err(malformed(line, format!("a record is a map of keys, not {}", node.describe()))));
        }
        Some(Ok(Tree { json: json(&node), line, duplicates: Vec::new(), findings }))
    }
}

fn items(node: Node, sources: &Sources, broken: &mut Vec<RecordFinding>) -> Vec<Node> {
    match node.kind {
        NodeKind::List(items) => items,
        NodeKind::Map(entries) if entries.is_empty() && sources.text(node.span).is_empty() => Vec::new(),
        _ => {
            let line = u64::from(sources.position(node.span).line);
            let finding = malformed(line, format!("records are a list, not {}", node.describe()));
            broken.push(with_help(finding, "write `- ` before each record, and indent the keys after its first"));
            Vec::new()
        }
    }
}

/// A finding of the YAML reader as one about records.
fn told(diagnostic: &Diagnostic, sources: &Sources) -> RecordFinding {
    let line = u64::from(sources.position(diagnostic.label.span).line);
    RecordFinding { help: diagnostic.help.clone(), ..finding(diagnostic.code, line, diagnostic.message.as_str()) }
}

/// The node as JSON. A number that JSON would write differently (`007`, `+1`) goes on as a text, which every field can read.
fn json(node: &Node) -> Json {
    match &node.kind {
        NodeKind::List(items) => Json::Array(items.iter().map(json).collect()),
        NodeKind::Map(entries) => {
            let entries = entries.iter().map(|entry| (entry.key.value.to_string(), json(&entry.value)));
            Json::Object(entries.collect::<Map<String, Json>>())
        }
        NodeKind::Scalar(scalar) => match scalar.core() {
            Core::Null => Json::Null,
            Core::Bool(value) => Json::Bool(value),
            Core::Number(text) => text.parse::<Number>().map_or_else(|_| Json::String(text.to_string()), Json::Number),
            Core::Text => Json::String(scalar.text.to_string()),
        },
    }
}
