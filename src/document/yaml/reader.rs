//! Follows the events of the YAML parser and puts the parts of one document together.
//!
//! It must not recurse or copy what aliases stand for: a hostile text is stopped before it costs anything.

use super::Limits;
use super::complaint;
use super::node::{Scalar, Style};
use super::parts::{PartId, Parts, Shape};
use super::places::{Places, Surroundings, offset};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::source::{SourceId, Span, Spanned};
use granit_parser::{ErrorKind, Event, Parser, ScalarStyle, ScanError, Tag};
use std::collections::HashMap;
use std::collections::hash_map::Entry as Slot;
use std::sync::Arc;

/// The document was refused, and the reason has been reported.
#[derive(Debug)]
pub(super) struct Refused;

/// Reads the first document of a text.
pub(super) fn read(text: &str, source: SourceId, limits: &Limits, diagnostics: &mut Diagnostics) -> Result<Parts, Refused> {
    let options = granit_parser::options! { emit_comments: false, emit_unresolved_aliases: true };
    // The parser itself nests 255 deep at most, which also bounds the recursion of whoever walks the tree.
    let depth = limits.depth.min(options.flow_nesting_limit).min(options.block_nesting_limit);
    let mut reader = Reader {
        places: Places { text, source },
        depth,
        nodes: limits.nodes,
        diagnostics,
        parts: Parts::default(),
        open: Vec::new(),
        anchors: HashMap::new(),
        weight: 0,
        documents: 0,
        reached: 0,
    };
    for event in Parser::new_from_str_with_options(text, options) {
        match event {
            Ok((event, place)) => reader.take(event, &place)?,
            Err(error) => return Err(reader.broken(&error)),
        }
        if reader.documents > 1 {
            break;
        }
    }
    Ok(reader.parts)
}

struct Reader<'a> {
    places: Places<'a>,
    depth: usize,
    nodes: usize,
    diagnostics: &'a mut Diagnostics,
    parts: Parts,
    // The lists and maps that have begun and not ended, outermost first.
    open: Vec<Open>,
    anchors: HashMap<usize, Anchor>,
    // How many nodes the tree has so far, each alias counted as what it stands for.
    weight: usize,
    documents: usize,
    // The end of the last thing read.
    reached: u32,
}

/// A list or map that has begun.
struct Open {
    collection: Collection,
    span: Span,
    flow: bool,
    anchor: usize,
    weight_before: usize,
    height: usize,
}

enum Collection {
    List(Vec<PartId>),
    Map { entries: Vec<(Spanned<Arc<str>>, PartId)>, firsts: HashMap<Arc<str>, Span>, key: Option<Key> },
}

/// The key whose value is awaited.
enum Key {
    Kept(Spanned<Arc<str>>),
    /// Reported; its value is read and left out.
    Dropped,
}

/// What an alias can refer to.
enum Anchor {
    /// Still being read: an alias to it would stand for itself.
    Begun,
    Finished {
        part: PartId,
        weight: usize,
        height: usize,
    },
}

impl Reader<'_> {
    fn take(&mut self, event: Event<'_>, place: &granit_parser::Span) -> Result<(), Refused> {
        let span = self.places.span(place);
        match event {
            Event::DocumentStart(_, version) => {
                self.documents += 1;
                if self.documents > 1 {
                    self.diagnostics.push(complaint::second_document(span));
                } else if let Some(version) = version.filter(|version| (version.major, version.minor) != (1, 2)) {
                    self.diagnostics.push(complaint::other_version(span, version.major, version.minor));
                }
                Ok(())
            }
            Event::Scalar(text, style, anchor, tag) => self.scalar(&text, style, anchor, tag.as_deref(), place),
            Event::SequenceStart(_, anchor, tag) => self.begin(Collection::List(Vec::new()), anchor, tag.as_deref(), place),
            Event::MappingStart(_, anchor, tag) => {
                let map = Collection::Map { entries: Vec::new(), firsts: HashMap::new(), key: None };
                self.begin(map, anchor, tag.as_deref(), place)
            }
            Event::SequenceEnd | Event::MappingEnd => {
                self.end(span);
                Ok(())
            }
            Event::Alias(anchor) => self.alias(anchor, span),
            Event::UnresolvedAlias(name) => {
                self.diagnostics.push(complaint::unknown_alias(span, &name));
                self.nothing(span)
            }
            _ => Ok(()),
        }
    }

    fn scalar(
        &mut self,
        text: &str,
        style: ScalarStyle,
        anchor: usize,
        tag: Option<&Tag>,
        place: &granit_parser::Span,
    ) -> Result<(), Refused> {
        let span = self.places.scalar(self.places.span(place), style, text, self.surroundings());
        let empty = style == ScalarStyle::Plain && span.start == span.end;
        let scalar = Scalar { text: Arc::from(if empty { "" } else { text }), style: style_of(style) };
        let scalar = self.tagged(scalar, tag, span, place);
        if tag.is_none() && scalar.style == Style::Plain {
            self.diagnostics.extend(complaint::ambiguous(span, &scalar.text));
        }
        self.count(1, span)?;
        let part = self.parts.add(Shape::Scalar(scalar), span);
        self.anchor(anchor, Anchor::Finished { part, weight: 1, height: 0 });
        self.put(part, span, 0);
        Ok(())
    }

    fn begin(&mut self, collection: Collection, anchor: usize, tag: Option<&Tag>, place: &granit_parser::Span) -> Result<(), Refused> {
        let span = self.places.span(place);
        if self.open.len() >= self.depth {
            self.diagnostics.push(complaint::too_deep(self.places.character_at(span.start), self.depth));
            return Err(Refused);
        }
        let own_tag = if matches!(collection, Collection::List(_)) { "seq" } else { "map" };
        if let Some(tag) = tag.filter(|tag| tag.core_suffix() != Some(own_tag) && !is_non_specific(tag)) {
            self.refuse_tag(tag, place, span);
        }
        self.count(1, span)?;
        self.anchor(anchor, Anchor::Begun);
        // The bracket is the only text that a start has of its own.
        let flow = span.start < span.end;
        let span = if flow || own_tag == "map" { span } else { self.places.list(span, self.surroundings()) };
        self.open.push(Open { collection, span, flow, anchor, weight_before: self.weight - 1, height: 0 });
        Ok(())
    }

    fn end(&mut self, end: Span) {
        let Some(open) = self.open.pop() else { return };
        // Only a closing bracket is text; a block ends with its last child, for its end is noticed after comments and blank lines.
        let span = if end.start < end.end { open.span.to(end) } else { self.places.trimmed(open.span) };
        let shape = match open.collection {
            Collection::List(items) => Shape::List(items),
            Collection::Map { entries, .. } => Shape::Map(entries),
        };
        let part = self.parts.add(shape, span);
        let weight = self.weight - open.weight_before;
        self.anchor(open.anchor, Anchor::Finished { part, weight, height: open.height });
        self.put(part, span, open.height);
    }

    fn alias(&mut self, anchor: usize, span: Span) -> Result<(), Refused> {
        match self.anchors.get(&anchor) {
            Some(Anchor::Finished { part, weight, height }) => {
                let (target, weight, height) = (*part, *weight, *height);
                self.count(weight, span)?;
                if self.open.len() + height > self.depth {
                    self.diagnostics.push(complaint::too_deep(span, self.depth));
                    return Err(Refused);
                }
                let part = self.parts.add(Shape::Alias(target), span);
                self.put(part, span, height);
                Ok(())
            }
            Some(Anchor::Begun) | None => {
                self.diagnostics.push(complaint::alias_of_itself(span, self.places.slice(span)));
                self.nothing(span)
            }
        }
    }

    /// Stands in for what cannot be used, so that the rest of the document keeps its shape.
    fn nothing(&mut self, span: Span) -> Result<(), Refused> {
        self.count(1, span)?;
        let part = self.parts.add(Shape::Scalar(Scalar { text: Arc::from(""), style: Style::Plain }), span);
        self.put(part, span, 0);
        Ok(())
    }

    /// Puts a finished part where it belongs: into the innermost open list or map, or at the root.
    fn put(&mut self, part: PartId, span: Span, height: usize) {
        self.reached = self.reached.max(span.end);
        let key = if self.awaits_key() { self.key(part, span) } else { Key::Dropped };
        let Some(open) = self.open.last_mut() else {
            self.parts.root = Some(part);
            return;
        };
        open.span = open.span.to(span);
        open.height = open.height.max(height + 1);
        match &mut open.collection {
            Collection::List(items) => items.push(part),
            Collection::Map { key: slot @ None, .. } => *slot = Some(key),
            Collection::Map { entries, key: slot, .. } => {
                if let Some(Key::Kept(key)) = slot.take() {
                    entries.push((key, part));
                }
            }
        }
    }

    fn awaits_key(&self) -> bool {
        matches!(self.open.last(), Some(Open { collection: Collection::Map { key: None, .. }, .. }))
    }

    fn surroundings(&self) -> Surroundings {
        let under_key = matches!(self.open.last(), Some(Open { collection: Collection::Map { key: Some(_), .. }, .. }));
        Surroundings { reached: self.reached, under_key }
    }

    /// Makes a key of a part, or reports why it cannot be one.
    fn key(&mut self, part: PartId, span: Span) -> Key {
        let Some(scalar) = self.parts.scalar(part) else {
            self.diagnostics.push(complaint::key_not_scalar(span));
            return Key::Dropped;
        };
        if scalar.style == Style::Plain && scalar.text.is_empty() {
            self.diagnostics.push(complaint::key_missing(self.places.character_at(span.start)));
            return Key::Dropped;
        }
        if scalar.style == Style::Plain && &*scalar.text == "<<" {
            self.diagnostics.push(complaint::merge_key(span));
            return Key::Dropped;
        }
        let text = Arc::clone(&scalar.text);
        let Some(Open { collection: Collection::Map { firsts, .. }, .. }) = self.open.last_mut() else { return Key::Dropped };
        match firsts.entry(Arc::clone(&text)) {
            Slot::Vacant(slot) => {
                slot.insert(span);
                Key::Kept(Spanned::new(text, span))
            }
            Slot::Occupied(first) => {
                self.diagnostics.push(complaint::duplicate_key(span, *first.get(), &text));
                Key::Dropped
            }
        }
    }

    /// Applies a tag to a scalar: those of the core schema are taken where they fit what is written, all others reported.
    fn tagged(&mut self, mut scalar: Scalar, tag: Option<&Tag>, span: Span, place: &granit_parser::Span) -> Scalar {
        let Some(tag) = tag else { return scalar };
        if is_non_specific(tag) || tag.core_suffix() == Some("str") {
            if scalar.style == Style::Plain {
                scalar.style = Style::SingleQuoted;
            }
        } else if !complaint::tag_fits(tag.core_suffix(), &scalar) {
            self.refuse_tag(tag, place, span);
        }
        scalar
    }

    fn refuse_tag(&mut self, tag: &Tag, place: &granit_parser::Span, node: Span) {
        let span = place.tag_span().map_or(node, |tag| self.places.span(&tag));
        let diagnostic = complaint::tag(span, self.places.slice(span), tag.is_yaml_core_schema());
        self.diagnostics.push(diagnostic);
    }

    fn anchor(&mut self, anchor: usize, state: Anchor) {
        if anchor != 0 {
            self.anchors.insert(anchor, state);
        }
    }

    fn count(&mut self, weight: usize, span: Span) -> Result<(), Refused> {
        self.weight = self.weight.saturating_add(weight);
        if self.weight <= self.nodes {
            return Ok(());
        }
        self.diagnostics.push(complaint::too_many_nodes(span, self.nodes));
        Err(Refused)
    }

    /// Reports what the parser could not read.
    fn broken(&mut self, error: &ScanError) -> Refused {
        let at = error.marker().byte_offset().unwrap_or(self.places.text.len()).min(self.places.text.len());
        let diagnostic = match error.kind() {
            ErrorKind::RecursionLimitExceeded => complaint::too_deep(self.places.character_at(offset(at)), self.depth),
            kind => self.syntax(kind, at),
        };
        self.diagnostics.push(diagnostic);
        Refused
    }

    fn syntax(&self, kind: &ErrorKind, at: usize) -> Diagnostic {
        let at = match kind {
            // The parser points at the beginning of the text that holds the character.
            ErrorKind::UnexpectedCharacter { character } => {
                self.places.text.get(at..).and_then(|rest| rest.find(*character)).map_or(at, |into| at + into)
            }
            _ => at,
        };
        let diagnostic = complaint::syntax(kind, self.places.character_at(offset(at)));
        if complaint::is_about_quotes(kind) {
            let before = self.places.between(self.reached, offset(at));
            if let Some(into) = before.find(['\'', '"']) {
                return diagnostic.related(self.places.character_at(self.reached + offset(into)), "the quote begins here");
            }
        }
        match self.open.last() {
            Some(open) if open.flow && complaint::is_about_brackets(kind) => {
                diagnostic.related(self.places.character_at(open.span.start), "the bracket opens here")
            }
            _ => diagnostic,
        }
    }
}

/// A lone `!`, which only says that a scalar is text.
fn is_non_specific(tag: &Tag) -> bool {
    tag.handle().is_empty() && tag.suffix() == "!"
}

fn style_of(style: ScalarStyle) -> Style {
    match style {
        ScalarStyle::Plain => Style::Plain,
        ScalarStyle::SingleQuoted => Style::SingleQuoted,
        ScalarStyle::DoubleQuoted => Style::DoubleQuoted,
        ScalarStyle::Literal => Style::Literal,
        ScalarStyle::Folded => Style::Folded,
    }
}
