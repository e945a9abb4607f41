//! The part of a file that is shown for a finding.
//!
//! It must not know findings: it cuts texts, and only where they can be cut.

use crate::source::{Position, Source};
use std::ops::Range;

/// The part of a file that a snippet needs, so that a long file is not walked through for every finding.
pub(super) struct Window<'a> {
    /// The lines themselves.
    pub(super) text: &'a str,
    /// The number of the first one, from 1.
    pub(super) first_line: usize,
    start: usize,
}

impl<'a> Window<'a> {
    /// The lines of the ranges and one more on each side.
    pub(super) fn around(source: &'a Source, ranges: impl Iterator<Item = Range<usize>>) -> Self {
        let (mut from, mut to) = (usize::MAX, 0);
        for range in ranges {
            from = from.min(range.start);
            to = to.max(range.end);
        }
        let first = source.position(from.min(to) as u32).line.saturating_sub(1).max(1);
        let last = source.position(to as u32).line.saturating_add(2);
        let start = source.offset(Position { line: first, column: 1 }) as usize;
        let end = source.offset(Position { line: last, column: 1 }) as usize;
        Self { text: source.text().get(start..end).unwrap_or(""), first_line: first as usize, start }
    }

    /// A range of the file as a range of the window.
    pub(super) fn inside(&self, range: &Range<usize>) -> Range<usize> {
        range.start.saturating_sub(self.start)..range.end.saturating_sub(self.start)
    }
}

/// A span as a range that is safe to cut the text at.
pub(super) fn range(source: &Source, start: u32, end: u32) -> Range<usize> {
    let text = source.text();
    let start = text.floor_char_boundary(start as usize);
    let end = text.ceil_char_boundary(end as usize);
    start..end.max(start)
}

/// A range in one line, kept so short that the terminal can show all of it.
pub(super) fn glance(source: &Source, range: Range<usize>, width: usize) -> Range<usize> {
    let text = source.text().get(range.clone()).unwrap_or("");
    let most = width.saturating_sub(30).max(10);
    if text.contains('\n') {
        return range;
    }
    let mut columns = 0;
    let cut = text.char_indices().find(|(_, character)| {
        columns += unicode_width::UnicodeWidthChar::width(*character).unwrap_or(4);
        columns > most
    });
    range.start..cut.map_or(range.end, |(index, _)| range.start + index)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Sources;

    #[test]
    fn a_window_holds_the_lines_around_its_ranges() {
        let mut sources = Sources::new();
        let id = sources.add("a.yaml", "one\ntwo\nthree\nfour\nfive\n");
        let source = sources.get(id).unwrap();
        let three = range(source, 8, 13);
        let window = Window::around(source, [three.clone()].into_iter());
        assert_eq!((window.text, window.first_line), ("two\nthree\nfour\n", 2));
        assert_eq!(window.text.get(window.inside(&three)), Some("three"));
        let whole = Window::around(source, [range(source, 0, 1), range(source, 20, 99)].into_iter());
        assert_eq!((whole.text, whole.first_line), (source.text(), 1));
    }

    #[test]
    fn ranges_are_cut_between_characters_and_to_the_width() {
        let mut sources = Sources::new();
        let id = sources.add("a.yaml", "客户客户客户客户");
        let source = sources.get(id).unwrap();
        assert_eq!(range(source, 1, 4), 0..6);
        assert_eq!(range(source, 99, 3), 24..24);
        assert_eq!(glance(source, 0..24, 42), 0..18);
        assert_eq!(glance(source, 0..24, 100), 0..24);
    }
}
