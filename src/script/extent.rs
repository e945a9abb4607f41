//! Where an expression begins and ends in its text; the rule language's tree only knows one place of each.
//!
//! It must not parse: it follows the tree and only looks for the ends of words and for closing brackets.

use super::scan::{brackets, token_length};
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
            ExprKind::Int(_) | ExprKind::Decimal(_) if self.slice(&own) == "-" => own.start..self.token_end(self.next(own.end)?),
            ExprKind::Block(_) => own.start..self.block_end(&own)?,
            ExprKind::Closure(..) | ExprKind::Forbidden(_) => return None,
            _ => own,
        })
    }

    fn token_end(&self, start: usize) -> usize {
        start + token_length(self.text.get(start..).unwrap_or(""))
    }

    /// The offset of what follows an offset, without blanks.
    fn next(&self, offset: usize) -> Option<usize> {
        Some(offset + self.text.get(offset..)?.find(|c: char| !c.is_whitespace())?)
    }

    /// The end of a block, an `if` with all that is otherwise, or a `switch`, which begins with a word or bracket.
    fn block_end(&self, word: &Range<usize>) -> Option<usize> {
        match self.slice(word) {
            "{" => self.closing(word.start),
            "switch" => self.closing(self.block_start(word.end)?),
            "if" => {
                let end = self.closing(self.block_start(word.end)?)?;
                let Some(other) = self.next(end).map(|start| start..self.token_end(start)).filter(|word| self.slice(word) == "else") else {
                    return Some(end);
                };
                let start = self.next(other.end)?;
                self.block_end(&(start..self.token_end(start)))
            }
            _ => None,
        }
    }

    /// Where the first block after an offset begins. A `#{` is no block.
    fn block_start(&self, from: usize) -> Option<usize> {
        let mut depth = 0_usize;
        for (offset, bracket) in brackets(&self.text, from) {
            let is_map = self.text.get(..offset).is_some_and(|before| before.ends_with('#'));
            match bracket {
                '{' if depth == 0 && !is_map => return Some(offset),
                '(' | '[' | '{' => depth += 1,
                _ => depth = depth.checked_sub(1)?,
            }
        }
        None
    }

    /// The end of the arguments of a call whose name ends at `end`.
    fn call_end(&self, end: usize) -> Option<usize> {
        let open = self.next(end)?;
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
