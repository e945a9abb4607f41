//! Prints a document as the YAML of a tollgate file, as a designer would write it: small things on one line, the rest in blocks.
//!
//! It must not know the parts of a workflow: keys come in the order that they are to be printed in.

use super::file_doc::FileDoc;
use super::written::{Writable, Written};
use super::yaml::scalar_text::{escaped, is_block, is_plain, is_plain_in_brackets, quoted};
use std::sync::Arc;

/// The most characters of a line that holds a list or map.
const WIDTH: usize = 120;

/// The most lists and maps inside each other that one line holds.
const HEIGHT: usize = 2;

/// A document as a tollgate file. It reads back as the same document, with every expression where a finding can point into it.
///
/// What it used is not in it unless it was resolved, and the paths of CSV files stay as they are.
#[must_use]
pub fn to_yaml(file: &FileDoc) -> String {
    print(&file.written())
}

/// Parts by key as a YAML text; empty for anything else.
fn print(written: &Written) -> String {
    let mut printer = Printer::default();
    if let Written::Map(entries) = written {
        printer.sections(entries);
    }
    printer.text
}

#[derive(Default)]
struct Printer {
    text: String,
}

impl Printer {
    /// The keys of the file, with a blank line before each part of several lines.
    fn sections(&mut self, entries: &[(Arc<str>, Written)]) {
        for (key, value) in entries {
            let start = self.text.len();
            // Whatever has parts of its own is spread out at the top of the file.
            self.entry(key, value, 0, 1);
            let lines = self.text.get(start..).map_or(0, |written| written.lines().count());
            if start > 0 && lines > 1 {
                self.text.insert(start, '\n');
            }
        }
    }

    fn entry(&mut self, key: &str, value: &Written, indent: usize, height: usize) {
        self.text.push_str(&word(key, false));
        self.text.push(':');
        self.value(value, indent, height);
    }

    /// What stands after `key:` or `-`: on the same line if it fits there, else in the lines below.
    fn value(&mut self, value: &Written, indent: usize, height: usize) {
        if let Some(line) = self.line(value, height) {
            self.text.push(' ');
            self.text.push_str(&line);
            self.text.push('\n');
            return;
        }
        match value {
            Written::Text(text) => self.block(text, indent + 2),
            Written::Rule(text) => self.block(text.trim(), indent + 2),
            Written::List(items) => {
                self.text.push('\n');
                items.iter().for_each(|item| self.item(item, indent + 2));
            }
            Written::Map(entries) => {
                self.text.push('\n');
                for (key, value) in entries {
                    self.indent(indent + 2);
                    self.entry(key, value, indent + 2, HEIGHT);
                }
            }
            Written::Flag(_) | Written::Number(_) => {}
        }
    }

    fn item(&mut self, item: &Written, indent: usize) {
        self.indent(indent);
        self.text.push('-');
        let Written::Map(entries) = item else { return self.value(item, indent, HEIGHT) };
        if self.line(item, HEIGHT).is_some() {
            return self.value(item, indent, HEIGHT);
        }
        for (index, (key, value)) in entries.iter().enumerate() {
            if index == 0 {
                self.text.push(' ');
            } else {
                self.indent(indent + 2);
            }
            self.entry(key, value, indent + 2, HEIGHT);
        }
    }

    /// A value on the line that is being written, if it can stand there.
    fn line(&self, value: &Written, height: usize) -> Option<String> {
        let line = inline(value, height)?;
        let collection = matches!(value, Written::List(items) if !items.is_empty()) || matches!(value, Written::Map(_));
        let before = self.text.chars().rev().take_while(|character| *character != '\n').count();
        (!collection || before + 1 + line.chars().count() <= WIDTH).then_some(line)
    }

    fn block(&mut self, text: &str, indent: usize) {
        self.text.push_str(if text.ends_with('\n') { " |\n" } else { " |-\n" });
        for line in text.strip_suffix('\n').unwrap_or(text).split('\n') {
            if !line.is_empty() {
                self.indent(indent);
            }
            self.text.push_str(line);
            self.text.push('\n');
        }
    }

    fn indent(&mut self, indent: usize) {
        self.text.extend(std::iter::repeat_n(' ', indent));
    }
}

/// A value on one line, at most so many lists and maps inside each other; `None` where it reads better, or must stand, in a block.
fn inline(value: &Written, height: usize) -> Option<String> {
    match value {
        Written::Text(_) | Written::Rule(_) | Written::Flag(_) | Written::Number(_) => scalar(value, false),
        Written::List(items) if items.is_empty() => Some("[]".to_owned()),
        Written::Map(entries) if entries.is_empty() => Some("{}".to_owned()),
        _ => brackets(value, height),
    }
}

fn brackets(value: &Written, height: usize) -> Option<String> {
    match value {
        Written::List(items) => {
            let items = items.iter().map(|item| brackets(item, height.checked_sub(1)?));
            Some(format!("[{}]", items.collect::<Option<Vec<_>>>()?.join(", ")))
        }
        Written::Map(entries) => {
            let entries =
                entries.iter().map(|(key, value)| Some(format!("{}: {}", word(key, true), brackets(value, height.checked_sub(1)?)?)));
            Some(format!("{{{}}}", entries.collect::<Option<Vec<_>>>()?.join(", ")))
        }
        // An expression that needs quotes only for the brackets around it is easier to read without them.
        Written::Rule(text) if is_plain(text.trim()) && !is_plain_in_brackets(text.trim()) => None,
        _ => scalar(value, true),
    }
}

/// A value that is no list or map on one line; `None` where it needs several.
fn scalar(value: &Written, in_brackets: bool) -> Option<String> {
    match value {
        Written::Flag(value) => Some(value.to_string()),
        Written::Number(value) => Some(value.to_string()),
        Written::Text(text) if is_block(text) => None,
        Written::Text(text) => Some(word(text, in_brackets)),
        // A finding inside of an expression needs its characters as they are: it stands in quotes without escapes, or in a block.
        Written::Rule(text) if text.trim().is_empty() => Some("\"\"".to_owned()),
        Written::Rule(text) => unescaped(text.trim(), in_brackets),
        Written::List(_) | Written::Map(_) => None,
    }
}

fn word(text: &str, in_brackets: bool) -> String {
    unescaped(text, in_brackets).unwrap_or_else(|| escaped(text))
}

fn unescaped(text: &str, in_brackets: bool) -> Option<String> {
    let plain = if in_brackets { is_plain_in_brackets(text) } else { is_plain(text) };
    if plain { Some(text.to_owned()) } else { quoted(text) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Diagnostics;
    use crate::document::yaml::{Core, Node, NodeKind, ScriptMap, parse_yaml};
    use crate::source::Sources;
    use indexmap::IndexMap;
    use proptest::prelude::*;
    use rust_decimal::Decimal;

    /// What is likely to be read as something else than a text.
    const PIECES: &[&str] = &[
        "a", "x y", "管", "🚀", "é", " ", "  ", "'", "\"", "\\", ":", ": ", " #", "#", ",", "[", "]", "{", "}", "1", "0", "_000", ".5",
        "e3", "0x", "yes", "off", "null", "true", "~", "-", "- ", "---", "...", "!", "&", "*", "|", ">", "%", "@", "`", "?", "? ", "=",
        "<", "<<", ".inf", "+", "/", "//",
    ];

    /// What cannot stand in a file as it is, or is not read as it is.
    const CONTROLS: &[&str] = &["\n", "\t", "\r", "\r\n", "\u{7}", "\u{85}", "\u{2028}", "\u{2029}", "\u{feff}", "\u{ffff}", "\u{a0}"];

    fn text(pieces: &'static [&'static [&'static str]]) -> impl Strategy<Value = String> {
        let pieces: Vec<&str> = pieces.concat();
        proptest::collection::vec(proptest::sample::select(pieces), 0..6).prop_map(|pieces| pieces.concat())
    }

    fn rule() -> impl Strategy<Value = Written> {
        proptest::collection::vec(text(&[PIECES, &["\t"]]), 1..4).prop_map(|lines| Written::Rule(Arc::from(lines.join("\n"))))
    }

    fn part() -> impl Strategy<Value = Written> {
        let number = (any::<i64>(), 0_u32..19).prop_map(|(digits, scale)| Decimal::new(digits, scale).written());
        let any_text = text(&[PIECES, CONTROLS]).prop_map(|text| Written::text(&text));
        let scalar = prop_oneof![any::<bool>().prop_map(Written::Flag), number, any_text, rule()];
        scalar.prop_recursive(5, 40, 5, |inner| {
            let list = proptest::collection::vec(inner.clone(), 0..5).prop_map(Written::List);
            prop_oneof![list, map(inner, 0)]
        })
    }

    fn map(inner: impl Strategy<Value = Written>, least: usize) -> impl Strategy<Value = Written> {
        proptest::collection::vec((text(&[PIECES, CONTROLS]), inner), least..5).prop_map(|entries| {
            let entries: IndexMap<String, Written> = entries.into_iter().collect();
            Written::Map(entries.into_iter().map(|(key, value)| (Arc::from(key), value)).collect())
        })
    }

    fn assert_reads_as(node: &Node, written: &Written, sources: &Sources) {
        match (&node.kind, written) {
            (NodeKind::Scalar(scalar), Written::Flag(value)) => assert_eq!(scalar.core(), Core::Bool(*value)),
            (NodeKind::Scalar(scalar), Written::Number(value)) => assert_eq!(scalar.core(), Core::Number(Arc::from(value.to_string()))),
            (NodeKind::Scalar(scalar), Written::Text(text)) => assert_eq!((&*scalar.text, scalar.core()), (&**text, Core::Text)),
            (NodeKind::Scalar(scalar), Written::Rule(text)) => {
                assert_eq!((&*scalar.text, scalar.core()), (text.trim(), Core::Text));
                assert!(ScriptMap::new(node, sources).is_some(), "{text}");
            }
            (NodeKind::List(nodes), Written::List(items)) if nodes.len() == items.len() => {
                nodes.iter().zip(items).for_each(|(node, item)| assert_reads_as(node, item, sources));
            }
            (NodeKind::Map(nodes), Written::Map(entries)) if nodes.len() == entries.len() => {
                for (node, (key, value)) in nodes.iter().zip(entries) {
                    assert_eq!(node.key.value, *key);
                    assert_reads_as(&node.value, value, sources);
                }
            }
            (read, written) => panic!("{read:?} is not {written:?}"),
        }
    }

    fn assert_means(read: &serde_yaml::Value, written: &Written) {
        match (read, written) {
            (serde_yaml::Value::Number(_), Written::Number(_)) => {}
            (serde_yaml::Value::Bool(read), Written::Flag(value)) => assert_eq!(read, value),
            (serde_yaml::Value::String(read), Written::Text(text)) => assert_eq!(read, &**text),
            (serde_yaml::Value::String(read), Written::Rule(text)) => assert_eq!(read, text.trim()),
            (serde_yaml::Value::Sequence(read), Written::List(items)) if read.len() == items.len() => {
                read.iter().zip(items).for_each(|(read, item)| assert_means(read, item));
            }
            (serde_yaml::Value::Mapping(read), Written::Map(entries)) if read.len() == entries.len() => {
                for ((read_key, read), (key, value)) in read.iter().zip(entries) {
                    assert_eq!(read_key.as_str(), Some(&**key));
                    assert_means(read, value);
                }
            }
            (read, written) => panic!("{read:?} is not {written:?}"),
        }
    }

    proptest! {
        #[test]
        fn whatever_is_printed_reads_back_here_and_elsewhere(written in map(part(), 1)) {
            let printed = print(&written);
            let mut sources = Sources::new();
            let id = sources.add("printed.yaml", &printed);
            let mut diagnostics = Diagnostics::new();
            let node = parse_yaml(&sources, id, &mut diagnostics);
            let found: Vec<&String> = diagnostics.iter().map(|found| &found.message).collect();
            prop_assert!(found.is_empty(), "{found:?}\n{printed}");
            assert_reads_as(&node.expect("a tree"), &written, &sources);
            assert_means(&serde_yaml::from_str(&printed).expect("YAML"), &written);
        }
    }
}
