//! The labels of a `switch`, which the rule language's tree keeps only as hashes, read from the text once more.
//!
//! It must not guess: where the text has another shape than expected, there are no labels.

use crate::record::Value;
use crate::script::lower;
use crate::script::scan::{brackets, comment_length, token_length};
use crate::script::syntax::{ExprKind, Stmt, StmtKind};
use crate::script::unit::Piece;
use rhai::Engine;

/// What picks one case of a `switch`.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Label {
    /// One of these values.
    Values(Vec<Value>),
    /// Everything else: `_`.
    Rest,
}

/// The labels of the cases in order; `None` where one of them is not a text, a whole number or a bool.
pub(super) fn labels(engine: &Engine, piece: &Piece, statement: &Stmt, count: usize) -> Option<Vec<Label>> {
    let text = piece.text.text();
    let start = piece.text.offset(statement.at);
    if !text.get(start..)?.starts_with("switch") {
        return None;
    }
    let open = brackets(text, start).find_map(|(at, bracket)| (bracket == '{').then_some(at))?;
    let mut labels = Vec::with_capacity(count);
    let mut at = open + 1;
    loop {
        at = skipped(text, at);
        if text.get(at..)?.starts_with('}') {
            break;
        }
        let (written, arrow) = until(text, at, |token| token == "=>")?;
        labels.push(label(engine, &written)?);
        at = skipped(text, arrow + 2);
        if text.get(at..)?.starts_with('{') {
            at = skipped(text, closing(text, at)?);
        } else {
            at = until(text, at, |token| token == "," || token == "}")?.1;
        }
        if text.get(at..)?.starts_with(',') {
            at += 1;
        }
    }
    (labels.len() == count).then_some(labels)
}

/// The tokens from a place up to one that ends them outside of brackets, and the place of that one.
fn until(text: &str, mut at: usize, ends: impl Fn(&str) -> bool) -> Option<(Vec<&str>, usize)> {
    let mut tokens = Vec::new();
    loop {
        at = skipped(text, at);
        let rest = text.get(at..)?;
        let token = rest.get(..token_length(rest)).filter(|token| !token.is_empty())?;
        if ends(token) {
            return Some((tokens, at));
        }
        tokens.push(token);
        at = if matches!(token, "(" | "[" | "{" | "#{") { closing(text, at)? } else { at + token.len() };
    }
}

/// The place after the bracket that closes the first one at or after a place.
fn closing(text: &str, at: usize) -> Option<usize> {
    let mut depth = 0_usize;
    for (offset, bracket) in brackets(text, at) {
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

/// The first place that is neither blank nor in a comment.
fn skipped(text: &str, mut at: usize) -> usize {
    loop {
        let rest = text.get(at..).unwrap_or("");
        let blank = rest.len() - rest.trim_start().len();
        let comment = comment_length(rest.trim_start()).unwrap_or(0);
        if blank + comment == 0 {
            return at;
        }
        at += blank + comment;
    }
}

/// What the tokens before `=>` say: values with `|` between them, and perhaps a condition.
fn label(engine: &Engine, tokens: &[&str]) -> Option<Label> {
    let tokens = tokens.split(|token| *token == "if").next()?;
    if tokens == ["_"] {
        return Some(Label::Rest);
    }
    let values = tokens.split(|token| *token == "|").map(|written| literal(engine, &written.concat()));
    values.collect::<Option<Vec<_>>>().map(Label::Values)
}

fn literal(engine: &Engine, written: &str) -> Option<Value> {
    // A character in single quotes is not the text of that character, when a `switch` looks for it.
    let ast = engine.compile(written).ok().filter(|_| !written.starts_with('\''))?;
    let statements = lower::top_level(&ast);
    let [Stmt { kind: StmtKind::Expr(expr), .. }] = statements.as_slice() else { return None };
    match &expr.kind {
        ExprKind::Text(text) => Some(Value::Text(std::sync::Arc::clone(text))),
        ExprKind::Int(number) => Some(Value::Int(*number)),
        ExprKind::Bool(value) => Some(Value::Bool(*value)),
        _ => None,
    }
}
