//! Texts that a designer wrote, with the places inside them: files by id, byte spans, line starts.
//!
//! It must not read files: whoever holds a text (the command line, a server, a test) hands it in.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::sync::{Arc, OnceLock};

/// One text among the [`Sources`]; only meaningful together with the table that issued it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SourceId(u32);

/// A range of bytes inside one source: `start` is the first byte, `end` the byte after the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Span {
    /// The text that the range lies in.
    pub source: SourceId,
    /// Offset of the first byte.
    pub start: u32,
    /// Offset after the last byte; never below `start`.
    pub end: u32,
}

/// A value and the place where it was written. Two are equal when their values are: the place is not part of the value.
#[derive(Clone, Copy)]
pub struct Spanned<T> {
    /// What was written.
    pub value: T,
    /// Where it was written.
    pub span: Span,
}

/// One text with the path that people know it by.
#[derive(Debug, Clone)]
pub struct Source {
    path: Arc<str>,
    text: Arc<str>,
    // INVARIANT: sorted, begins with 0; the byte offsets at which lines begin. Found when somebody asks for a position: most texts have
    // nothing to point at.
    line_starts: OnceLock<Arc<[u32]>>,
}

/// All texts of one compilation, found by id or by path.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    sources: Vec<Source>,
    by_path: HashMap<Arc<str>, SourceId>,
    // INVARIANT: no path of `by_path`; the ids of paths that were taken away.
    removed: HashMap<Arc<str>, SourceId>,
    revision: u64,
    unreadable: HashSet<SourceId>,
}

/// A place as people count: lines and columns begin with 1, a column counts characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// Line, from 1.
    pub line: u32,
    /// Column in characters (Unicode scalar values), from 1.
    pub column: u32,
}

/// The largest text that is accepted, in bytes: offsets are kept in 32 bits, and no process is written in megabytes.
pub const MAX_SOURCE_BYTES: usize = 8 * 1024 * 1024;

impl Sources {
    /// An empty table.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a text under its path, or returns the id it already has, with the text it already has: see [`Sources::replace`].
    ///
    /// A text beyond [`MAX_SOURCE_BYTES`] must be refused by the caller; here its tail is out of reach for spans.
    pub fn add(&mut self, path: &str, text: &str) -> SourceId {
        if let Some(id) = self.by_path.get(path) {
            return *id;
        }
        if self.removed.contains_key(path) {
            return self.replace(path, text);
        }
        let id = SourceId(u32::try_from(self.sources.len()).unwrap_or(u32::MAX));
        let path: Arc<str> = Arc::from(path);
        self.sources.push(Source::new(Arc::clone(&path), Arc::from(text)));
        self.by_path.insert(path, id);
        self.revision += 1;
        id
    }

    /// Adds a text that stands for a file which could not be read as it is; findings can point into it, but nothing is read from it.
    pub fn add_unreadable(&mut self, path: &str, text: &str) -> SourceId {
        let id = self.add(path, text);
        self.revision += u64::from(self.unreadable.insert(id));
        id
    }

    /// Puts a text in the place of the one under its path, or adds it. A path keeps its id, also when it was removed in between, so that
    /// spans into other texts stay as they are; those into this one are void, unless the text is the same.
    pub fn replace(&mut self, path: &str, text: &str) -> SourceId {
        let revived = self.removed.remove(path);
        let known = self.find(path).or(revived);
        let Some((id, source)) = known.and_then(|id| Some((id, self.sources.get_mut(id.index())?))) else { return self.add(path, text) };
        if source.text() != text {
            *source = Source::new(Arc::clone(&source.path), Arc::from(text));
            self.revision += 1;
        }
        self.by_path.insert(Arc::clone(&source.path), id);
        self.revision += u64::from(self.unreadable.remove(&id) || revived.is_some());
        id
    }

    /// Takes a text away: its path is not found any more. Its id is kept for the path.
    pub fn remove(&mut self, path: &str) {
        let Some((path, id)) = self.by_path.remove_entry(path) else { return };
        if let Some(source) = self.sources.get_mut(id.index()) {
            *source = Source::new(Arc::clone(&path), Arc::from(""));
        }
        self.unreadable.remove(&id);
        self.removed.insert(path, id);
        self.revision += 1;
    }

    /// A number that grows with every change of a text: as long as it stays the same, so do all texts.
    #[must_use]
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// Whether a source holds what its file holds.
    #[must_use]
    pub fn is_readable(&self, id: SourceId) -> bool {
        !self.unreadable.contains(&id)
    }

    /// The source of an id that this table issued.
    #[must_use]
    pub fn get(&self, id: SourceId) -> Option<&Source> {
        self.sources.get(id.0 as usize)
    }

    /// The id of a path, as it was given to [`Sources::add`].
    #[must_use]
    pub fn find(&self, path: &str) -> Option<SourceId> {
        self.by_path.get(path).copied()
    }

    /// Every source in the order of adding.
    pub fn iter(&self) -> impl Iterator<Item = (SourceId, &Source)> {
        let all = self.sources.iter().enumerate().map(|(index, source)| (SourceId(index as u32), source));
        all.filter(|(_, source)| self.removed.is_empty() || !self.removed.contains_key(&source.path))
    }

    /// The path of an id, or an empty text for an id of another table.
    #[must_use]
    pub fn path(&self, id: SourceId) -> &str {
        self.get(id).map_or("", Source::path)
    }

    /// The text under a span, or an empty text where the span does not fit.
    #[must_use]
    pub fn text(&self, span: Span) -> &str {
        self.get(span.source).map_or("", |source| source.slice(span.start, span.end))
    }

    /// Line and column of a span's first byte.
    #[must_use]
    pub fn position(&self, span: Span) -> Position {
        self.get(span.source).map_or(Position { line: 1, column: 1 }, |source| source.position(span.start))
    }
}

impl Source {
    fn new(path: Arc<str>, text: Arc<str>) -> Self {
        Self { path, text, line_starts: OnceLock::new() }
    }

    fn line_starts(&self) -> &[u32] {
        let breaks = || self.text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(index, _)| index as u32 + 1);
        self.line_starts.get_or_init(|| std::iter::once(0).chain(breaks()).collect())
    }

    /// The path that people know the text by.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The whole text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// A shared handle on the whole text.
    #[must_use]
    pub fn shared_text(&self) -> Arc<str> {
        Arc::clone(&self.text)
    }

    /// The text between two offsets, or an empty text where they do not fit.
    #[must_use]
    pub fn slice(&self, start: u32, end: u32) -> &str {
        self.text.get(start as usize..end as usize).unwrap_or("")
    }

    /// Line and column of an offset; past the end, those of the end.
    #[must_use]
    pub fn position(&self, offset: u32) -> Position {
        let line = self.line_starts().partition_point(|start| *start <= offset).max(1);
        let start = self.line_starts().get(line - 1).copied().unwrap_or(0) as usize;
        let end = (offset as usize).min(self.text.len());
        let column = self.text.get(start..end).map_or(0, |before| before.chars().count());
        Position { line: line as u32, column: column as u32 + 1 }
    }

    /// The offset of a position; the inverse of [`Source::position`], clamped to the text.
    #[must_use]
    pub fn offset(&self, position: Position) -> u32 {
        let Some(start) = self.line_starts().get(position.line.saturating_sub(1) as usize).copied() else {
            return self.text.len() as u32;
        };
        let line = self.text.get(start as usize..).unwrap_or("");
        let into = line.char_indices().nth(position.column.saturating_sub(1) as usize).map_or(line.len(), |(index, _)| index);
        start + into as u32
    }

    /// The text of a line counted from 1, without its line break.
    #[must_use]
    pub fn line(&self, line: u32) -> &str {
        let Some(start) = self.line_starts().get(line.saturating_sub(1) as usize).copied() else {
            return "";
        };
        let end = self.line_starts().get(line as usize).copied().unwrap_or(self.text.len() as u32);
        self.slice(start, end).trim_end_matches(['\n', '\r'])
    }
}

impl SourceId {
    /// The place of the source in its table, from 0.
    #[must_use]
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

impl Span {
    /// A range inside a source.
    #[must_use]
    pub fn new(source: SourceId, start: u32, end: u32) -> Self {
        Self { source, start, end: end.max(start) }
    }

    /// The first place of a source, for findings about a text as a whole.
    #[must_use]
    pub fn start_of(source: SourceId) -> Self {
        Self::new(source, 0, 0)
    }

    /// The part of this span between two offsets counted from its start, kept inside the span.
    #[must_use]
    pub fn within(self, start: usize, end: usize) -> Self {
        let start = self.start.saturating_add(u32::try_from(start).unwrap_or(u32::MAX)).min(self.end);
        let end = self.start.saturating_add(u32::try_from(end).unwrap_or(u32::MAX)).min(self.end);
        Self::new(self.source, start, end)
    }

    /// The smallest span that holds both; the other one must lie in the same source.
    #[must_use]
    pub fn to(self, other: Span) -> Self {
        Self::new(self.source, self.start.min(other.start), self.end.max(other.end))
    }
}

impl<T> Spanned<T> {
    /// A value at a place.
    pub fn new(value: T, span: Span) -> Self {
        Self { value, span }
    }

    /// The same place with another value.
    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> Spanned<U> {
        Spanned { value: f(self.value), span: self.span }
    }

    /// A borrowed value at the same place.
    pub fn as_ref(&self) -> Spanned<&T> {
        Spanned { value: &self.value, span: self.span }
    }
}

impl<T: PartialEq> PartialEq for Spanned<T> {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

impl<T: Eq> Eq for Spanned<T> {}

impl<T: std::hash::Hash> std::hash::Hash for Spanned<T> {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.value.hash(state);
    }
}

impl<T: fmt::Debug> fmt::Debug for Spanned<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.value.fmt(f)
    }
}

/// The place is left out: what is serialised is the meaning of a file, not its layout.
impl<T: serde::Serialize> serde::Serialize for Spanned<T> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.value.serialize(serializer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_count_characters_and_offsets_come_back() {
        let mut sources = Sources::new();
        let id = sources.add("a.yaml", "名称: 机会\nb: é😀x\n");
        let source = sources.get(id).unwrap();
        let at = source.text().find('x').unwrap() as u32;
        assert_eq!(source.position(at), Position { line: 2, column: 6 });
        for (offset, _) in source.text().char_indices() {
            assert_eq!(source.offset(source.position(offset as u32)), offset as u32);
        }
        assert_eq!(source.line(2), "b: é😀x");
        assert_eq!(source.line(9), "");
    }

    #[test]
    fn a_path_is_added_once() {
        let mut sources = Sources::new();
        let first = sources.add("a.yaml", "one");
        assert_eq!(sources.add("a.yaml", "two"), first);
        assert_eq!(sources.get(first).unwrap().text(), "one");
    }

    #[test]
    fn a_replaced_text_keeps_its_id_and_a_removed_one_is_not_found() {
        let mut sources = Sources::new();
        let (one, other) = (sources.add_unreadable("a.yaml", "one"), sources.add("b.yaml", "other"));
        assert_eq!(sources.replace("a.yaml", "1\n2"), one);
        assert!(sources.is_readable(one));
        assert_eq!(sources.position(Span::new(one, 2, 3)), Position { line: 2, column: 1 });
        let text = sources.get(other).unwrap().shared_text();
        sources.replace("b.yaml", "other");
        assert!(Arc::ptr_eq(&text, &sources.get(other).unwrap().shared_text()), "the same text is not a new one");
        sources.remove("a.yaml");
        assert_eq!((sources.find("a.yaml"), sources.iter().count()), (None, 1));
        assert_eq!(sources.add("a.yaml", "back"), one, "spans of its findings mean the same path");
        assert_eq!((sources.find("a.yaml"), sources.get(one).unwrap().text()), (Some(one), "back"));
        assert_eq!(sources.replace("c.yaml", "new").index(), 2);
        let revision = sources.revision();
        sources.replace("c.yaml", "new");
        assert_eq!(sources.revision(), revision);
        sources.replace("c.yaml", "newer");
        assert!(sources.revision() > revision);
    }
}
