//! Where the labels of a `switch` stand in its text: the rule language keeps their hashes only.
//!
//! It must not parse: it counts on a text that was parsed, and says nothing where what it finds does not fit the tree.

use super::extent::RuleText;
use super::scan::{comment_length, token_length};
use super::syntax::Expr;
use std::ops::Range;

/// The places of the labels of each case, none for `_`; `None` where they cannot be told. `default` is which case is `_`.
pub(super) fn labels(text: &RuleText, subject: &Expr, cases: usize, default: Option<usize>) -> Option<Vec<Vec<Range<usize>>>> {
    let from = text.extent(subject)?.end;
    let found = segments(text.text(), from)?;
    let fits = found.len() == cases && found.iter().enumerate().all(|(index, labels)| labels.is_empty() == (Some(index) == default));
    fits.then_some(found)
}

/// One open bracket: whether it is a block, whose end can be the end of a case.
type Open = bool;

fn segments(text: &str, from: usize) -> Option<Vec<Vec<Range<usize>>>> {
    let mut tokens = Tokens { text, offset: from };
    // Brackets around the subject close before the cases begin.
    let mut token = tokens.next()?;
    while text.get(token.clone())? == ")" {
        token = tokens.next()?;
    }
    if text.get(token)? != "{" {
        return None;
    }
    let mut open: Vec<Open> = Vec::new();
    let mut found = Vec::new();
    let mut segment: Vec<Range<usize>> = Vec::new();
    let mut outer: Vec<usize> = Vec::new();
    loop {
        let token = tokens.next()?;
        let word = text.get(token.clone())?;
        match word {
            "{" | "(" | "[" | "#{" | "?[" => {
                open.push(word == "{");
                segment.push(token);
            }
            "}" | ")" | "]" => {
                let Some(block) = open.pop() else { return Some(found) };
                if block && open.is_empty() {
                    segment.clear();
                    outer.clear();
                } else {
                    segment.push(token);
                }
            }
            "," if open.is_empty() => {
                segment.clear();
                outer.clear();
            }
            "=>" if open.is_empty() => {
                found.push(split(text, &segment, &outer));
                segment.clear();
                outer.clear();
            }
            _ => {
                if open.is_empty() && matches!(word, "|" | "if") {
                    outer.push(segment.len());
                }
                segment.push(token);
            }
        }
    }
}

/// The labels of a segment `a | b if ..`; `outer` are the places of `|` and `if` outside of brackets.
fn split(text: &str, segment: &[Range<usize>], outer: &[usize]) -> Vec<Range<usize>> {
    let mut labels = Vec::new();
    let mut first = 0;
    for end in outer.iter().copied().chain([segment.len()]) {
        let label = segment.get(first..end).unwrap_or_default();
        if let (Some(start), Some(last)) = (label.first(), label.last()) {
            let range = start.start..last.end;
            if text.get(range.clone()) != Some("_") {
                labels.push(range);
            }
        }
        if segment.get(end).and_then(|token| text.get(token.clone())) == Some("if") {
            break;
        }
        first = end + 1;
    }
    labels
}

/// The words of a text one after the other, without spaces and comments.
struct Tokens<'t> {
    text: &'t str,
    offset: usize,
}

impl Iterator for Tokens<'_> {
    type Item = Range<usize>;

    fn next(&mut self) -> Option<Range<usize>> {
        loop {
            let rest = self.text.get(self.offset..)?;
            let blank = rest.len() - rest.trim_start().len();
            let rest = rest.trim_start();
            self.offset += blank;
            let comment = comment_length(rest);
            let start = self.offset;
            self.offset += comment.unwrap_or_else(|| token_length(rest));
            if comment.is_none() {
                return (self.offset > start).then_some(start..self.offset);
            }
        }
    }
}
