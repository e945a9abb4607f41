//! Where the parts of a YAML text begin and end, to the byte.
//!
//! It must not know the document's structure: it is told what a part is and corrects what the parser says about its place.

use crate::source::{SourceId, Span};
use granit_parser::ScalarStyle;

const BLANKS: [char; 2] = [' ', '\t'];
const BLANKS_AND_BREAKS: [char; 4] = [' ', '\t', '\n', '\r'];

/// The text that is read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Places<'a> {
    pub(super) text: &'a str,
    pub(super) source: SourceId,
}

/// What the reader knows about the surroundings of a part.
#[derive(Debug, Clone, Copy)]
pub(super) struct Surroundings {
    /// The end of the last thing read before it.
    pub(super) reached: u32,
    /// Whether it is the value of a key.
    pub(super) under_key: bool,
}

impl Places<'_> {
    /// The parser's place as bytes.
    pub(super) fn span(self, place: &granit_parser::Span) -> Span {
        let range = place.byte_range().unwrap_or(0..0);
        Span::new(self.source, offset(range.start), offset(range.end))
    }

    /// The text under a span.
    pub(super) fn slice(&self, span: Span) -> &str {
        self.between(span.start, span.end)
    }

    /// The text between two offsets.
    pub(super) fn between(&self, start: u32, end: u32) -> &str {
        self.text.get(start as usize..end as usize).unwrap_or("")
    }

    /// The one character at an offset; empty at the end of a line.
    pub(super) fn character_at(self, start: u32) -> Span {
        let character = self.text.get(start as usize..).and_then(|rest| rest.chars().next()).filter(|c| !matches!(c, '\n' | '\r'));
        Span::new(self.source, start, start + character.map_or(0, |c| offset(c.len_utf8())))
    }

    /// The span of a scalar as [`super::Node`] promises it.
    pub(super) fn scalar(self, span: Span, style: ScalarStyle, value: &str, around: Surroundings) -> Span {
        match style {
            ScalarStyle::Literal | ScalarStyle::Folded if value.trim().is_empty() => self.block_sign(span, around),
            ScalarStyle::Literal | ScalarStyle::Folded => span.within(0, self.slice(span).trim_end_matches(BLANKS_AND_BREAKS).len()),
            ScalarStyle::Plain if span.start == span.end => self.left_out(span.start, around),
            _ => span,
        }
    }

    /// A block list or map without the blanks around it, which the parser may count in where a key or value was left out.
    pub(super) fn trimmed(self, span: Span) -> Span {
        let written = self.slice(span);
        let end = written.trim_end_matches(BLANKS_AND_BREAKS).len();
        let start = written.len() - written.trim_start_matches(BLANKS_AND_BREAKS).len();
        span.within(start.min(end), end)
    }

    /// Where a block list begins. One that is not indented below its key is placed by the parser after its first dash.
    pub(super) fn list(self, span: Span, around: Surroundings) -> Span {
        if !around.under_key {
            return span;
        }
        let mut at = 0;
        for line in self.between(around.reached, span.start).split_inclusive(['\n', '\r']) {
            let indent = line.len() - line.trim_start_matches(' ').len();
            if at > 0 && line.get(indent..).is_some_and(|rest| rest.starts_with('-')) {
                let dash = around.reached + offset(at + indent);
                return Span::new(self.source, dash, dash + 1);
            }
            at += line.len();
        }
        span
    }

    /// The `|` or `>` of a block without text, which the parser may place as late as at whatever follows it.
    fn block_sign(self, span: Span, around: Surroundings) -> Span {
        let before = self.between(around.reached, span.end).trim_end_matches(BLANKS_AND_BREAKS);
        let line = before.rfind(['\n', '\r']).map_or(0, |at| at + 1);
        let sign = before.get(line..).and_then(|rest| rest.find(['|', '>'])).map_or(before.len(), |at| line + at);
        let length = before.get(sign..).map_or(0, |rest| rest.find(BLANKS).unwrap_or(rest.len()));
        let start = around.reached + offset(sign);
        Span::new(self.source, start, start + offset(length))
    }

    /// Where the value would stand that was left out: after the colon of its key, or after the dash of its item; a key, before its
    /// colon.
    fn left_out(self, start: u32, around: Surroundings) -> Span {
        let colon_at = |at: usize| self.text.get(at..).is_some_and(|rest| rest.starts_with(':'));
        let before = self.text.get(..start as usize).unwrap_or("").trim_end_matches(BLANKS_AND_BREAKS).len();
        let blanks = self.text.get(before..).map_or(0, |rest| rest.len() - rest.trim_start_matches(BLANKS).len());
        let at = match around.under_key {
            true if colon_at(before + blanks) => offset(before + blanks + 1),
            false if colon_at(start as usize) => start,
            _ => offset(before),
        };
        Span::new(self.source, at, at)
    }
}

/// A number of bytes as spans count them.
pub(super) fn offset(bytes: usize) -> u32 {
    u32::try_from(bytes).unwrap_or(u32::MAX)
}
