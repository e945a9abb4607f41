//! The tree that a YAML text is read into: scalars, lists and maps, each with its place.
//!
//! It must not interpret more than YAML itself does: a date or an expression is a text here.

use super::core_schema::Core;
use crate::source::{Span, Spanned};
use std::sync::Arc;

/// A value with its place.
///
/// The span holds what was written and no comment, blank or line break after it. That of a block of text (`|`, `>`) begins at the
/// first character of its first line that is not blank, that of an empty value is empty and stands where the value would. What an
/// alias stands for keeps the places where it was written.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// What was written.
    pub kind: NodeKind,
    /// Where it was written.
    pub span: Span,
}

/// The three shapes of YAML.
#[derive(Debug, Clone, PartialEq)]
pub enum NodeKind {
    /// A single value.
    Scalar(Scalar),
    /// Values in order.
    List(Vec<Node>),
    /// Values by key, in the order of the file; no key is there twice.
    Map(Vec<Entry>),
}

/// One key of a map with its value.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// The key, as text.
    pub key: Spanned<Arc<str>>,
    /// What stands under it.
    pub value: Node,
}

/// A single value, before anything is made of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Scalar {
    /// The value after quotes, escapes and folding; empty where nothing was written.
    pub text: Arc<str>,
    /// How it was written.
    pub style: Style,
}

/// How a scalar was written. A plain one that is marked as text by a tag (`!!str 1`) counts as single-quoted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// Without quotes.
    Plain,
    /// In `'` quotes.
    SingleQuoted,
    /// In `"` quotes.
    DoubleQuoted,
    /// A `|` block, which keeps its lines.
    Literal,
    /// A `>` block, which joins its lines.
    Folded,
}

impl Node {
    /// Whether it is an empty value, `~` or `null`.
    #[must_use]
    pub fn is_null(&self) -> bool {
        matches!(&self.kind, NodeKind::Scalar(scalar) if scalar.core() == Core::Null)
    }

    /// What it is, for messages: "a text", "a number", "a list", "a map", "nothing", "true or false".
    #[must_use]
    pub fn describe(&self) -> &'static str {
        match &self.kind {
            NodeKind::List(_) => "a list",
            NodeKind::Map(_) => "a map",
            NodeKind::Scalar(scalar) => match scalar.core() {
                Core::Null => "nothing",
                Core::Bool(_) => "true or false",
                Core::Number(_) => "a number",
                Core::Text => "a text",
            },
        }
    }

    /// The value under a key, if this is a map that has it.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Node> {
        let NodeKind::Map(entries) = &self.kind else { return None };
        entries.iter().find(|entry| &*entry.key.value == key).map(|entry| &entry.value)
    }
}

impl Scalar {
    /// What YAML 1.2 reads the scalar as. Only plain ones can be anything but text.
    #[must_use]
    pub fn core(&self) -> Core {
        match self.style {
            Style::Plain => Core::of_plain(&self.text),
            Style::SingleQuoted | Style::DoubleQuoted | Style::Literal | Style::Folded => Core::Text,
        }
    }
}
