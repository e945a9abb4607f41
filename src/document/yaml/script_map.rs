//! Leads from a line and column inside a scalar's value back to the byte of the file.
//!
//! It must not guess: where the value is not what stands in the file, there is no map.

use super::node::{Node, NodeKind, Style};
use crate::source::{SourceId, Sources, Span};
use std::sync::Arc;

/// The places of the characters of a scalar's value, for findings inside of an expression.
///
/// There is one for texts of one line, plain or in quotes without escapes, and for literal blocks (`|`). Folded blocks (`>`), texts
/// over several lines and those with escapes differ from what stands in the file and have none.
#[derive(Debug, Clone)]
pub struct ScriptMap {
    source: SourceId,
    value: Arc<str>,
    // One for each line of the value: the offset in the file of its first character.
    starts: Vec<u32>,
    // The offset in the file after the value's last line.
    end: u32,
}

impl ScriptMap {
    /// The map of a scalar, if its value stands in the file character by character.
    #[must_use]
    pub fn new(node: &Node, sources: &Sources) -> Option<Self> {
        let NodeKind::Scalar(scalar) = &node.kind else { return None };
        let text = sources.get(node.span.source)?.text();
        let (starts, end) = match scalar.style {
            Style::Folded => return None,
            Style::Literal => literal_lines(text, node.span, &scalar.text)?,
            Style::Plain | Style::SingleQuoted | Style::DoubleQuoted => one_line(sources.text(node.span), node.span, &scalar.text)?,
        };
        Some(Self { source: node.span.source, value: Arc::clone(&scalar.text), starts, end })
    }

    /// The byte in the file of a line and column of the value, both counted from 1, the column in characters.
    ///
    /// Past the end of a line it is the end of that line, past the last line the end of the value.
    #[must_use]
    pub fn offset(&self, line: u32, column: u32) -> u32 {
        let index = line.saturating_sub(1) as usize;
        let (Some(start), Some(value)) = (self.starts.get(index), self.value.split('\n').nth(index)) else { return self.end };
        let into = value.char_indices().nth(column.saturating_sub(1) as usize).map_or(value.len(), |(at, _)| at);
        start.saturating_add(u32::try_from(into).unwrap_or(u32::MAX))
    }

    /// The character at a line and column of the value; empty at the end of a line. See [`ScriptMap::offset`].
    #[must_use]
    pub fn place(&self, line: u32, column: u32) -> Span {
        Span::new(self.source, self.offset(line, column), self.offset(line, column.max(1).saturating_add(1)))
    }
}

/// A value of one line that stands in the file as it is, perhaps between quotes.
fn one_line(written: &str, span: Span, value: &str) -> Option<(Vec<u32>, u32)> {
    let inside = written.strip_prefix(['\'', '"']).and_then(|rest| rest.strip_suffix(['\'', '"']));
    let start = if written == value {
        span.start
    } else if inside == Some(value) {
        span.start + 1
    } else {
        return None;
    };
    let one_line = !value.contains(['\n', '\r']);
    one_line.then(|| (vec![start], start + u32::try_from(value.len()).unwrap_or(0)))
}

/// The lines of a literal block, each compared with what stands in the file.
fn literal_lines(text: &str, span: Span, value: &str) -> Option<(Vec<u32>, u32)> {
    if value.trim().is_empty() {
        return Some((Vec::new(), span.start));
    }
    let first = line_start(text, span.start as usize);
    let indent = span.start as usize - first;
    // The span begins with the first line that is not blank, the value with the first line of the block.
    let blank_before = value.bytes().take_while(|byte| *byte == b'\n').count();
    let mut at = (0..blank_before).try_fold(first, |at, _| previous_line(text, at))?;
    let (mut starts, mut end) = (Vec::new(), first);
    for line in value.split_terminator('\n') {
        let written = line_at(text, at)?;
        // A blank line may be shorter than the indentation.
        let indent = if line.is_empty() { indent.min(written.len()) } else { indent };
        if written.get(indent..)? != line {
            return None;
        }
        starts.push(u32::try_from(at + indent).ok()?);
        end = at + indent + line.len();
        at = next_line(text, at + written.len());
    }
    Some((starts, u32::try_from(end).ok()?))
}

/// The beginning of the line that an offset lies in.
fn line_start(text: &str, offset: usize) -> usize {
    text.get(..offset).and_then(|before| before.rfind(['\n', '\r'])).map_or(0, |at| at + 1)
}

/// The beginning of the line before the one that begins at an offset.
fn previous_line(text: &str, start: usize) -> Option<usize> {
    let before = text.get(..start)?;
    let before = before.strip_suffix("\r\n").or_else(|| before.strip_suffix(['\n', '\r']))?;
    Some(line_start(text, before.len()))
}

/// The line that begins at an offset, without its break.
fn line_at(text: &str, start: usize) -> Option<&str> {
    text.get(start..).and_then(|rest| rest.split(['\n', '\r']).next())
}

/// The beginning of the line after the break at an offset.
fn next_line(text: &str, end: usize) -> usize {
    let rest = text.get(end..).unwrap_or("");
    end + if rest.starts_with("\r\n") { 2 } else { usize::from(!rest.is_empty()) }
}
