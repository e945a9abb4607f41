//! Reads documents out of YAML trees, item by item, so that one bad stage does not hide the errors of the next.
//!
//! It must not know what a workflow is: it knows maps, lists, names and texts, and how to complain about them.

use super::rule::RuleDoc;
use super::yaml::{Core, Node, NodeKind};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, did_you_mean};
use crate::names::NameError;
use crate::source::{Sources, Span, Spanned};
use rust_decimal::Decimal;
use std::collections::HashSet;
use std::sync::Arc;

/// One run over the documents of a compilation.
pub(crate) struct Reader<'a> {
    pub(crate) sources: &'a Sources,
    pub(crate) diagnostics: &'a mut Diagnostics,
}

/// The entries of a map, taken out key by key; what nobody asked for is unknown.
pub(crate) struct Keys<'n> {
    node: &'n Node,
    what: &'static str,
    asked: Vec<&'static str>,
    taken: HashSet<usize>,
}

/// A map keyed by id, in file order, as written.
#[derive(Debug, Clone)]
pub struct Entries<K, V> {
    entries: Vec<(Spanned<K>, V)>,
    partial: bool,
}

impl<K, V> Entries<K, V> {
    /// The entries in file order.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (&Spanned<K>, &V)> {
        self.entries.iter().map(|(key, value)| (key, value))
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The number of entries.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    pub(crate) fn push(&mut self, key: Spanned<K>, value: V) {
        self.entries.push((key, value));
    }

    pub(crate) fn into_entries(self) -> Vec<(Spanned<K>, V)> {
        self.entries
    }

    /// Whether something was written that could not be read: then a name that is not here may still have been meant to be.
    #[must_use]
    pub fn is_partial(&self) -> bool {
        self.partial
    }

    /// Says that something could not be read.
    pub(crate) fn mark_partial(&mut self, partial: bool) {
        self.partial |= partial;
    }
}

impl<K, V> Default for Entries<K, V> {
    fn default() -> Self {
        Self { entries: Vec::new(), partial: false }
    }
}

impl<'a> Reader<'a> {
    pub(crate) fn report(&mut self, code: Code, span: Span, message: impl Into<String>, help: Option<String>) {
        self.diagnostics.push(Diagnostic::new(code, span, message).maybe_help(help));
    }

    /// Reports an item of a list that is there already; it can go.
    pub(crate) fn report_twice(&mut self, span: Span, message: impl Into<String>) {
        let removed = super::removal(self.sources, span);
        self.diagnostics.push(Diagnostic::new(Code::NoEffect, span, message).help("list it once").maybe_removal(removed));
    }

    fn wrong_shape(&mut self, node: &Node, what: &str, wanted: &str) {
        self.report(Code::WrongShape, node.span, format!("{what} must be {wanted}, not {}", node.describe()), None);
    }

    /// The keys of a map; `what` names the thing that the map describes, with its article.
    pub(crate) fn keys<'n>(&mut self, node: &'n Node, what: &'static str) -> Option<Keys<'n>> {
        if matches!(node.kind, NodeKind::Map(_)) {
            return Some(Keys { node, what, asked: Vec::new(), taken: HashSet::new() });
        }
        self.wrong_shape(node, what, "a map of keys");
        None
    }

    /// A text in one line or more.
    pub(crate) fn text(&mut self, node: &Node, what: &str) -> Option<Spanned<Arc<str>>> {
        match &node.kind {
            NodeKind::Scalar(scalar) if !node.is_null() => Some(Spanned::new(Arc::clone(&scalar.text), node.span)),
            _ => {
                self.wrong_shape(node, what, "a text");
                None
            }
        }
    }

    /// A name, parsed.
    pub(crate) fn name<T>(&mut self, node: &Node, what: &str, parse: fn(&str) -> Result<T, NameError>) -> Option<Spanned<T>> {
        let text = self.text(node, what)?;
        self.parsed_name(&text, what, parse)
    }

    fn parsed_name<T>(&mut self, text: &Spanned<Arc<str>>, what: &str, parse: fn(&str) -> Result<T, NameError>) -> Option<Spanned<T>> {
        match parse(&text.value) {
            Ok(name) => Some(Spanned::new(name, text.span)),
            Err(error) => {
                let help = "a name begins with a letter and goes on with letters, digits, `_` or (for ids) `-`; say more in `title`";
                self.report(
                    Code::InvalidName,
                    text.span,
                    format!("`{}` cannot be the name of {what}: {error}", text.value),
                    Some(help.to_owned()),
                );
                None
            }
        }
    }

    /// True or false.
    pub(crate) fn flag(&mut self, node: &Node, what: &str) -> Option<bool> {
        match &node.kind {
            NodeKind::Scalar(scalar) => match scalar.core() {
                Core::Bool(value) => return Some(value),
                _ => self.wrong_shape(node, what, "`true` or `false`"),
            },
            _ => self.wrong_shape(node, what, "`true` or `false`"),
        }
        None
    }

    /// An exact number, read from the text as written; `1_000` and `10%` are numbers too.
    pub(crate) fn number(&mut self, node: &Node, what: &str) -> Option<Spanned<Decimal>> {
        if let NodeKind::Scalar(scalar) = &node.kind {
            let plain = scalar.text.trim().trim_end_matches('%').trim_end().replace('_', "");
            if let Ok(number) = Decimal::from_str_exact(&plain) {
                return Some(Spanned::new(number, node.span));
            }
            self.report(Code::InvalidValue, node.span, format!("{what} must be a number, not `{}`", scalar.text), None);
        } else {
            self.wrong_shape(node, what, "a number");
        }
        None
    }

    /// A whole number from `least` up.
    pub(crate) fn count(&mut self, node: &Node, what: &str, least: u32) -> Option<Spanned<u32>> {
        let number = self.number(node, what)?;
        match u32::try_from(number.value).ok().filter(|count| number.value.fract().is_zero() && *count >= least) {
            Some(count) => Some(Spanned::new(count, number.span)),
            None => {
                self.report(
                    Code::InvalidValue,
                    node.span,
                    format!("{what} must be a whole number of at least {least}, not `{}`", number.value),
                    None,
                );
                None
            }
        }
    }

    /// A value parsed from a text by its own rules.
    pub(crate) fn parsed<T, E: std::fmt::Display>(
        &mut self,
        node: &Node,
        what: &str,
        parse: impl Fn(&str) -> Result<T, E>,
    ) -> Option<Spanned<T>> {
        let text = self.text(node, what)?;
        match parse(&text.value) {
            Ok(value) => Some(Spanned::new(value, text.span)),
            Err(error) => {
                self.report(Code::InvalidValue, node.span, error.to_string(), None);
                None
            }
        }
    }

    /// An expression of the rule language.
    pub(crate) fn rule(&mut self, node: &Node, what: &str) -> Option<RuleDoc> {
        let NodeKind::Scalar(scalar) = &node.kind else {
            self.wrong_shape(node, what, "an expression");
            return None;
        };
        match super::yaml::ScriptMap::new(node, self.sources) {
            Some(map) => Some(RuleDoc { text: Arc::clone(&scalar.text), span: node.span, map }),
            None => {
                let help = "write it on one line, or as a block after `|`, so that a finding inside of it has an exact place";
                let message = format!("{what} is folded over several lines or holds escapes");
                let found = Diagnostic::new(Code::FoldedRule, node.span, message).help(help);
                self.diagnostics.push(match super::rule::fold_sign(self.sources, node) {
                    Some(sign) => found.fix(sign, "|"),
                    None => found,
                });
                None
            }
        }
    }

    /// A list, or one item standing for a list of one.
    pub(crate) fn list<T>(&mut self, node: &Node, mut item: impl FnMut(&mut Self, &Node) -> Option<T>) -> Vec<T> {
        match &node.kind {
            NodeKind::List(nodes) => nodes.iter().filter_map(|node| item(self, node)).collect(),
            _ if node.is_null() => Vec::new(),
            _ => item(self, node).into_iter().collect(),
        }
    }

    /// A list of names, or one name.
    pub(crate) fn names<T>(&mut self, node: &Node, what: &str, parse: fn(&str) -> Result<T, NameError>) -> Vec<Spanned<T>> {
        self.list(node, |reader, node| reader.name(node, what, parse))
    }

    /// A map keyed by id.
    pub(crate) fn entries<K, V>(
        &mut self,
        node: &Node,
        what: &str,
        parse: fn(&str) -> Result<K, NameError>,
        mut value: impl FnMut(&mut Self, &Spanned<K>, &Node) -> Option<V>,
    ) -> Entries<K, V> {
        let mut read = Entries::default();
        let NodeKind::Map(entries) = &node.kind else {
            if !node.is_null() {
                self.wrong_shape(node, what, "a map keyed by id");
                read.mark_partial(true);
            }
            return read;
        };
        for entry in entries {
            let key = self.parsed_name(&entry.key, what, parse);
            match key.and_then(|key| value(self, &key, &entry.value).map(|value| (key, value))) {
                Some((key, value)) => read.push(key, value),
                None => read.mark_partial(true),
            }
        }
        read
    }

    /// Reports every key that nobody asked for.
    pub(crate) fn finish(&mut self, keys: Keys<'_>) {
        let NodeKind::Map(entries) = &keys.node.kind else { return };
        for (_, entry) in entries.iter().enumerate().filter(|(index, _)| !keys.taken.contains(index)) {
            let help = did_you_mean(&entry.key.value, keys.asked.iter().copied());
            self.report(Code::UnknownKey, entry.key.span, format!("{} has no key `{}`", keys.what, entry.key.value), help);
        }
    }
}

impl<'n> Keys<'n> {
    /// The value of a key, where it is given; an empty value counts as not given.
    pub(crate) fn optional(&mut self, key: &'static str) -> Option<&'n Node> {
        self.asked.push(key);
        let NodeKind::Map(entries) = &self.node.kind else { return None };
        let (index, entry) = entries.iter().enumerate().find(|(_, entry)| &*entry.key.value == key)?;
        self.taken.insert(index);
        (!entry.value.is_null()).then_some(&entry.value)
    }

    /// The value of a key that must be given.
    pub(crate) fn required(&mut self, reader: &mut Reader<'_>, key: &'static str) -> Option<&'n Node> {
        let found = self.optional(key);
        if found.is_none() {
            reader.report(Code::MissingKey, self.place(), format!("{} needs the key `{key}`", self.what), None);
        }
        found
    }

    /// The value of the key `tollgate`, which every file begins with; where it is missing, there is only one that it can be.
    pub(crate) fn version(&mut self, reader: &mut Reader<'_>, is_ours: bool) -> Option<&'n Node> {
        let found = self.optional("tollgate");
        let place = self.place();
        let at_margin =
            reader.sources.position(place).column == 1 && matches!(&self.node.kind, NodeKind::Map(entries) if !entries.is_empty());
        if found.is_none() {
            let missing = Diagnostic::new(Code::MissingKey, place, format!("{} needs the key `tollgate`", self.what))
                .help(format!("begin the file with `tollgate: {}`", super::FORMAT_VERSION));
            let is_empty = self.key_span("tollgate").is_some();
            let windows = whole_text(reader, place).contains("\r\n");
            let line = format!("tollgate: {}{}", super::FORMAT_VERSION, if windows { "\r\n" } else { "\n" });
            let safe = is_ours && at_margin && !is_empty;
            reader.diagnostics.push(if safe { missing.fix(Span::new(place.source, place.start, place.start), line) } else { missing });
        }
        found
    }

    /// The place of a key that was given.
    pub(crate) fn key_span(&self, key: &str) -> Option<Span> {
        let NodeKind::Map(entries) = &self.node.kind else { return None };
        entries.iter().find(|entry| &*entry.key.value == key).map(|entry| entry.key.span)
    }

    /// Where the map begins: its first key.
    pub(crate) fn place(&self) -> Span {
        match &self.node.kind {
            NodeKind::Map(entries) => entries.first().map_or(self.node.span, |entry| entry.key.span),
            _ => self.node.span,
        }
    }

    /// Reports two keys that exclude each other.
    pub(crate) fn conflict(&self, reader: &mut Reader<'_>, one: &str, other: &str) -> bool {
        let (Some(first), Some(second)) = (self.key_span(one), self.key_span(other)) else { return false };
        let (first, second) = if first.start <= second.start { (first, second) } else { (second, first) };
        reader.diagnostics.push(
            Diagnostic::new(Code::ConflictingKeys, second, format!("{} has `{one}` or `{other}`, not both", self.what))
                .related(first, "given here already"),
        );
        true
    }
}

/// The whole text that a place lies in.
fn whole_text<'a>(reader: &Reader<'a>, place: Span) -> &'a str {
    reader.sources.get(place.source).map_or("", |source| source.text())
}
