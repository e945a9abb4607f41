//! Draws random documents and writes them in one of the many ways that YAML has.
//!
//! It must not use either reader: what it writes is right by construction.

use proptest::prelude::*;
use std::collections::BTreeMap;

/// What a document means, however it is written.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Meaning {
    Null,
    Bool(bool),
    Int(i64),
    Decimal(String),
    Text(String),
    List(Vec<Meaning>),
    Map(Vec<(String, Meaning)>),
    /// A list of the same thing twice, written with an anchor and an alias.
    Twice(Box<Meaning>),
}

fn texts() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => "[a-z]{1,6}( [a-z>=_.0-9]{1,5}){0,3}",
        1 => "[一-龥]{1,4}",
        3 => "[ a-c名é😀:#'\"\\\\,&*!|>%@`~?.0-9_=\\-\\[\\]{}]{0,9}",
        1 => "([a-c #:'\"\\-]{0,6}\n){1,4}[a-c ]{0,3}",
        1 => prop::sample::select(vec!["yes", "No", "null", "~", "true", "012", "1_000", "12:30:00", "0x1F", "1e3", ".5", "<<", "-", "", "2024-01-01", ".inf"])
            .prop_map(str::to_owned),
    ]
}

pub(super) fn meanings() -> impl Strategy<Value = Meaning> {
    let leaf = prop_oneof![
        1 => Just(Meaning::Null),
        1 => any::<bool>().prop_map(Meaning::Bool),
        1 => any::<i64>().prop_map(Meaning::Int),
        1 => "-?(0|[1-9][0-9]{0,8})\\.[0-9]{1,6}(e[+-]?[0-9])?".prop_map(Meaning::Decimal),
        5 => texts().prop_map(Meaning::Text),
    ];
    leaf.prop_recursive(5, 40, 5, |inner| {
        let entries = prop::collection::vec((texts(), inner.clone()), 0..5).prop_map(|entries| {
            let unique: BTreeMap<String, Meaning> = entries.into_iter().collect();
            Meaning::Map(unique.into_iter().collect())
        });
        prop_oneof![
            2 => prop::collection::vec(inner.clone(), 0..5).prop_map(Meaning::List),
            4 => entries,
            1 => inner.prop_map(|meaning| Meaning::Twice(Box::new(meaning))),
        ]
    })
}

/// Writes a meaning, taking one of several ways at each turn as the choices say.
struct Writer<'a> {
    out: String,
    choices: std::iter::Cycle<std::slice::Iter<'a, u8>>,
    anchors: usize,
}

impl Writer<'_> {
    fn choose(&mut self, ways: u8) -> u8 {
        self.choices.next().unwrap() % ways
    }

    fn push_one_of(&mut self, ways: &[&str]) {
        let way = usize::from(self.choose(ways.len() as u8));
        self.out += ways[way];
    }

    /// The value after `key:` or `-`, up to and with the end of its last line. Its own lines are indented by `indent`.
    fn block(&mut self, meaning: &Meaning, indent: usize) {
        let written_in_flow = self.choose(4) == 0;
        match meaning {
            Meaning::List(items) if !items.is_empty() && !written_in_flow => {
                self.end_line();
                for item in items {
                    self.item(item, indent, "");
                }
            }
            Meaning::Twice(item) if !written_in_flow => {
                self.anchors += 1;
                let name = format!("a{}", self.anchors);
                self.end_line();
                self.item(item, indent, &format!(" &{name}"));
                self.out += &format!("{}- *{name}\n", " ".repeat(indent));
            }
            Meaning::Map(entries) if !entries.is_empty() && !written_in_flow => {
                self.end_line();
                for (key, value) in entries {
                    self.out += &" ".repeat(indent);
                    self.one_line_text(key);
                    self.push_one_of(&[":", ":", ":", " :"]);
                    let indentless = matches!(value, Meaning::List(_) | Meaning::Twice(_)) && self.choose(2) == 0;
                    let deeper = if indentless { indent } else { indent + 1 + usize::from(self.choose(4)) };
                    self.block(value, deeper);
                }
            }
            Meaning::Text(text) if is_literal(text) && self.choose(2) == 0 => self.literal(text, indent),
            Meaning::Null if self.choose(2) == 0 => self.end_line(),
            other => {
                self.out.push(' ');
                self.flow(other);
                self.end_line();
            }
        }
    }

    fn item(&mut self, item: &Meaning, indent: usize, anchor: &str) {
        self.out += &format!("{}-{anchor}", " ".repeat(indent));
        let deeper = indent + 1 + usize::from(self.choose(3));
        self.block(item, deeper);
    }

    fn end_line(&mut self) {
        self.push_one_of(&["", "", "", "  ", " # [a: 'comment", "\n\n  # - another\n"]);
        if !self.out.ends_with('\n') {
            self.out.push('\n');
        }
    }

    fn literal(&mut self, text: &str, indent: usize) {
        // Without deeper indentation than the root has, a line `---` or `#` would not be text.
        let indent = indent.max(1);
        self.out += if text.ends_with('\n') { " |\n" } else { " |-\n" };
        for line in text.strip_suffix('\n').unwrap_or(text).split('\n') {
            if !line.is_empty() {
                self.out += &" ".repeat(indent);
            }
            self.out += line;
            self.out.push('\n');
        }
    }

    fn flow(&mut self, meaning: &Meaning) {
        match meaning {
            Meaning::Null => self.push_one_of(&["null", "~", "Null"]),
            Meaning::Bool(value) => self.out += &value.to_string(),
            Meaning::Int(value) => self.out += &value.to_string(),
            Meaning::Decimal(raw) => self.out += raw,
            Meaning::Text(text) => self.one_line_text(text),
            Meaning::List(items) => self.brackets('[', ']', items, |writer, item| writer.flow(item)),
            Meaning::Twice(item) => {
                self.anchors += 1;
                let name = format!("a{}", self.anchors);
                self.out += &format!("[&{name} ");
                self.flow(item);
                self.out += &format!(", *{name} ]");
            }
            Meaning::Map(entries) => self.brackets('{', '}', entries, |writer, (key, value)| {
                writer.one_line_text(key);
                writer.out += ": ";
                writer.flow(value);
            }),
        }
    }

    fn brackets<T>(&mut self, open: char, close: char, items: &[T], mut write: impl FnMut(&mut Self, &T)) {
        self.out.push(open);
        for (index, item) in items.iter().enumerate() {
            if index > 0 {
                self.push_one_of(&[", ", ",", " , "]);
            }
            write(self, item);
        }
        self.push_one_of(if items.is_empty() { &["", " "] } else { &["", " ", " , "] });
        self.out.push(close);
    }

    fn one_line_text(&mut self, text: &str) {
        match self.choose(3) {
            0 if is_plain(text) => self.out += text,
            0 | 1 if !text.contains('\n') => self.out += &format!("'{}'", text.replace('\'', "''")),
            _ => self.out += &format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")),
        }
    }
}

/// Whether a text can stand without quotes wherever it is put; careful rather than complete.
fn is_plain(text: &str) -> bool {
    let mut characters = text.chars();
    let begins = characters.next().is_some_and(|first| first.is_ascii_lowercase() || ('一'..='龥').contains(&first));
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || ('一'..='龥').contains(&c) || " >=_.#'\"!&*|%@-".contains(c);
    begins && characters.all(allowed) && !text.ends_with(' ') && !text.contains(" #") && !["null", "true", "false"].contains(&text)
}

/// Whether a text can be a literal block without an indentation indicator.
fn is_literal(text: &str) -> bool {
    let first = text.split('\n').find(|line| !line.is_empty());
    let lines_hold = text.split('\n').all(|line| line.is_empty() || !line.trim().is_empty());
    first.is_some_and(|line| !line.starts_with(' ')) && lines_hold && !text.ends_with("\n\n")
}

/// A document of this meaning.
pub(super) fn write(meaning: &Meaning, choices: &[u8]) -> String {
    let mut writer = Writer { out: String::new(), choices: choices.iter().cycle(), anchors: 0 };
    writer.out += "--- # head";
    writer.out.push('\n');
    match meaning {
        Meaning::List(items) if !items.is_empty() => writer.block(meaning, 0),
        Meaning::Map(entries) if !entries.is_empty() => writer.block(meaning, 0),
        Meaning::Twice(_) => writer.block(meaning, 0),
        other => {
            writer.flow(other);
            writer.end_line();
        }
    }
    if writer.choose(2) == 0 { writer.out.replace('\n', "\r\n") } else { writer.out }
}
