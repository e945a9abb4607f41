//! Where an expression begins and ends in its text; the rule language's tree only knows one place of each.
//!
//! It must not parse: it follows the tree and only looks for the ends of words and for closing brackets.

use super::syntax::{At, Expr, ExprKind};
use std::ops::Range;

/// A text with its lines found, so that places become byte offsets.
#[derive(Debug, Clone)]
pub(super) struct RuleText {
    text: std::sync::Arc<str>,
    line_starts: Vec<usize>,
}

impl RuleText {
    pub(super) fn new(text: std::sync::Arc<str>) -> Self {
        let line_starts = std::iter::once(0).chain(text.match_indices('\n').map(|(index, _)| index + 1)).collect();
        Self { text, line_starts }
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    pub(super) fn slice(&self, range: &Range<usize>) -> &str {
        self.text.get(range.clone()).unwrap_or("")
    }

    /// The byte offset of a place; the end of the text where it is not known.
    pub(super) fn offset(&self, at: At) -> usize {
        let Some(start) = (at.line as usize).checked_sub(1).and_then(|line| self.line_starts.get(line)) else {
            return self.text.len();
        };
        let line = self.text.get(*start..).unwrap_or("");
        start + line.char_indices().nth((at.column as usize).saturating_sub(1)).map_or(line.len(), |(index, _)| index)
    }

    /// The place of a byte offset.
    pub(super) fn at(&self, offset: usize) -> At {
        let line = self.line_starts.partition_point(|start| *start <= offset).max(1);
        let start = self.line_starts.get(line - 1).copied().unwrap_or(0);
        let column = self.text.get(start..offset).map_or(0, |before| before.chars().count());
        At { line: line as u32, column: column as u32 + 1 }
    }

    /// The range of the word, number, quoted text or operator at a place.
    pub(super) fn token(&self, at: At) -> Range<usize> {
        let start = self.offset(at);
        start..self.token_end(start)
    }

    /// The range of a whole expression, with the brackets around its parts; `None` where it cannot be told.
    pub(super) fn extent(&self, expr: &Expr) -> Option<Range<usize>> {
        let range = self.bare_extent(expr)?;
        Some(self.balanced(range))
    }

    fn bare_extent(&self, expr: &Expr) -> Option<Range<usize>> {
        let own = self.token(expr.at);
        Some(match &expr.kind {
            ExprKind::And(items) | ExprKind::Or(items) | ExprKind::Coalesce(items) => {
                self.extent(items.first()?)?.start..self.extent(items.last()?)?.end
            }
            ExprKind::Operator(_, operands) => match operands.as_slice() {
                [one] => own.start..self.extent(one)?.end,
                [left, right] => self.extent(left)?.start..self.extent(right)?.end,
                _ => return None,
            },
            ExprKind::Field { base, .. } => self.extent(base)?.start..own.end,
            ExprKind::Index { base, bracket, .. } => self.extent(base)?.start..self.closing(self.offset(*bracket))?,
            ExprKind::Method { base, .. } => self.extent(base)?.start..self.call_end(own.end)?,
            ExprKind::Call(name, args) => match args.as_slice() {
                [list, item] if &**name == "contains" && self.slice(&own) == "in" => self.extent(item)?.start..self.extent(list)?.end,
                _ => own.start..self.call_end(own.end)?,
            },
            ExprKind::List(_) | ExprKind::Map(_) => own.start..self.closing(own.start)?,
            ExprKind::Block(_) | ExprKind::Closure(..) | ExprKind::Forbidden(_) => return None,
            _ => own,
        })
    }

    fn token_end(&self, start: usize) -> usize {
        let rest = self.text.get(start..).unwrap_or("");
        let Some(first) = rest.chars().next() else { return start };
        let length = if first.is_alphabetic() || first == '_' {
            rest.find(|c: char| !(c.is_alphanumeric() || c == '_'))
        } else if first.is_ascii_digit() {
            let mut last = ' ';
            rest.find(|c: char| {
                let ends = !(c.is_ascii_alphanumeric() || c == '_' || c == '.') || (c == '.' && last == '.');
                last = c;
                ends
            })
        } else if matches!(first, '"' | '\'' | '`') {
            return start + quoted_length(rest);
        } else if rest.starts_with("#{") {
            Some(2)
        } else if matches!(first, '(' | ')' | '[' | ']' | '{' | '}') {
            Some(1)
        } else {
            rest.find(|c: char| c.is_alphanumeric() || c.is_whitespace() || "_\"'`()[]{}".contains(c))
        };
        start + length.unwrap_or(rest.len())
    }

    /// The end of the arguments of a call whose name ends at `end`.
    fn call_end(&self, end: usize) -> Option<usize> {
        let rest = self.text.get(end..)?;
        let open = end + rest.find(|c: char| !c.is_whitespace())?;
        if self.text.get(open..)?.starts_with('(') { self.closing(open) } else { None }
    }

    /// The offset after the bracket that closes the first one at or after `open`.
    fn closing(&self, open: usize) -> Option<usize> {
        let mut depth = 0_usize;
        for (offset, bracket) in brackets(&self.text, open) {
            if matches!(bracket, '(' | '[' | '{') {
                depth += 1;
            } else {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    return Some(offset + 1);
                }
            }
        }
        None
    }

    /// Widens a range until every bracket in it has its partner.
    fn balanced(&self, range: Range<usize>) -> Range<usize> {
        let mut open = Vec::new();
        let mut unopened = 0_usize;
        for (offset, bracket) in brackets(&self.text, range.start).take_while(|(offset, _)| *offset < range.end) {
            if matches!(bracket, '(' | '[' | '{') {
                open.push(offset);
            } else if open.pop().is_none() {
                unopened += 1;
            }
        }
        let mut start = range.start;
        for _ in 0..unopened {
            start = self.text.get(..start).and_then(|before| before.rfind('(')).unwrap_or(start);
        }
        let end = open.first().and_then(|first| self.closing(*first)).unwrap_or(range.end).max(range.end);
        start..end
    }
}

/// A text with its layout and comments taken away: equal for texts that mean the same to the rule language.
#[must_use]
pub fn normalised(text: &str) -> String {
    let whole = RuleText::new(std::sync::Arc::from(text));
    let mut plain = String::with_capacity(text.len());
    let mut offset = 0;
    while let Some(rest) = text.get(offset..).filter(|rest| !rest.is_empty()) {
        let skipped = rest.len() - rest.trim_start().len();
        if skipped > 0 {
            offset += skipped;
        } else if rest.starts_with("//") {
            offset += rest.find('\n').unwrap_or(rest.len());
        } else if rest.starts_with("/*") {
            offset += rest.find("*/").map_or(rest.len(), |end| end + 2);
        } else {
            let end = whole.token_end(offset).max(offset + rest.chars().next().map_or(1, char::len_utf8));
            plain.push_str(text.get(offset..end).unwrap_or(""));
            plain.push(' ');
            offset = end;
        }
    }
    plain
}

/// The brackets of a text from an offset on, leaving out those inside of quoted texts and comments.
fn brackets(text: &str, from: usize) -> impl Iterator<Item = (usize, char)> {
    let mut offset = from;
    std::iter::from_fn(move || {
        loop {
            let rest = text.get(offset..)?;
            let first = rest.chars().next()?;
            let start = offset;
            if matches!(first, '"' | '\'' | '`') {
                offset += quoted_length(rest);
            } else if rest.starts_with("//") {
                offset += rest.find('\n').unwrap_or(rest.len());
            } else if rest.starts_with("/*") {
                offset += rest.find("*/").map_or(rest.len(), |end| end + 2);
            } else {
                offset += first.len_utf8();
                if "()[]{}".contains(first) {
                    return Some((start, first));
                }
            }
        }
    })
}

/// The length of the quoted text that a text begins with. Values inside of a backtick text are passed over with it.
fn quoted_length(text: &str) -> usize {
    let mut characters = text.char_indices();
    let Some((_, quote)) = characters.next() else { return 0 };
    let mut inside = 0_usize;
    let mut last = quote;
    while let Some((index, character)) = characters.next() {
        if character == '\\' && quote != '`' {
            characters.next();
        } else if quote == '`' && character == '{' && (last == '$' || inside > 0) {
            inside += 1;
        } else if character == '}' && inside > 0 {
            inside -= 1;
        } else if character == quote && inside == 0 {
            return index + character.len_utf8();
        }
        last = character;
    }
    text.len()
}
