//! Takes a rule apart into its parts, each with its value for one record: the reason for an answer, in the rule's own words.
//!
//! It must not evaluate by other means than the rule itself: a part's value comes from running the part's text.

use super::evaluate::{Answer, Rules};
use super::frame::{Frame, Read};
use super::syntax::{Expr, ExprKind, Stmt, StmtKind};
use super::unit::{Piece, RuleId};
use crate::record::Value;
use crate::source::Span;
use std::fmt;
use std::ops::Range;

/// A part of a rule and what it gave.
#[derive(Debug, Clone, PartialEq)]
pub struct Proof {
    /// The part's text.
    pub text: String,
    /// Where it stands.
    pub span: Span,
    /// What it gave; `None` where it was not reached, because what stands before it decided.
    pub answer: Option<Answer>,
    /// Its own parts.
    pub parts: Vec<Proof>,
    /// What would have to change, for a comparison that does not hold.
    pub wanted: Option<Wanted>,
    /// What functions called by this part read.
    pub reads: Vec<Read>,
}

/// What a comparison needs that does not hold.
#[derive(Debug, Clone, PartialEq)]
pub struct Wanted {
    /// The comparison, with what is to change on its left: `deal.amount >= limit(deal)`.
    pub comparison: String,
    /// What it is compared with, where the comparison does not say so itself.
    pub bound: Option<Value>,
    /// What it is instead.
    pub actual: Option<Value>,
}

impl fmt::Display for Wanted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.comparison)?;
        if let Some(bound) = &self.bound {
            write!(f, " ({bound})")?;
        }
        self.actual.as_ref().map_or(Ok(()), |actual| write!(f, ", is {actual}"))
    }
}

impl Rules {
    /// The proof of a rule's answer for the frame's record.
    #[must_use]
    pub fn prove(&self, rule: RuleId, frame: &Frame) -> Option<Proof> {
        let (_, piece) = self.unit.piece_of(rule)?;
        let answer = self.evaluate(rule, frame);
        let _ = frame.take_reads();
        match piece.body.as_slice() {
            [Stmt { kind: StmtKind::Expr(expr), .. }] => {
                let mut proof =
                    self.part(piece, expr, frame).unwrap_or_else(|| leaf(piece.text.text().trim(), piece.whole(), answer.clone()));
                proof.answer = Some(answer);
                Some(proof)
            }
            _ => {
                let mut proof = leaf(piece.text.text().trim(), piece.whole(), answer);
                let _ = self.evaluate(rule, frame);
                proof.reads = frame.take_reads();
                Some(proof)
            }
        }
    }

    fn part(&self, piece: &Piece, expr: &Expr, frame: &Frame) -> Option<Proof> {
        let range = piece.text.extent(expr)?;
        let answer = self.evaluate_part(piece, &range, frame)?;
        let reads = frame.take_reads();
        let mut proof = leaf(piece.text.slice(&range), piece.span(&range), answer);
        match &expr.kind {
            ExprKind::And(items) => proof.parts = self.until(piece, items, frame, |answer| *answer != Answer::Value(Value::Bool(true))),
            ExprKind::Or(items) => proof.parts = self.until(piece, items, frame, |answer| *answer != Answer::Value(Value::Bool(false))),
            ExprKind::Coalesce(items) => {
                proof.parts = self.until(piece, items, frame, |answer| matches!(answer, Answer::Value(_) | Answer::Fault(_)))
            }
            ExprKind::Operator(operator, operands) => {
                proof.parts =
                    operands.iter().filter(|operand| !is_literal(operand)).filter_map(|operand| self.part(piece, operand, frame)).collect();
                proof.wanted = wanted(piece, operator, operands, &proof);
            }
            ExprKind::Call(name, args) if &**name != "has" => {
                proof.parts = args.iter().filter(|arg| shows(arg)).filter_map(|arg| self.part(piece, arg, frame)).collect();
                proof.reads = beyond_parts(reads, &proof.parts);
            }
            ExprKind::Method { base, args, .. } => {
                proof.parts =
                    std::iter::once(&**base).chain(args).filter(|arg| shows(arg)).filter_map(|arg| self.part(piece, arg, frame)).collect();
                proof.reads = beyond_parts(reads, &proof.parts);
            }
            ExprKind::Interpolated(_) | ExprKind::List(_) | ExprKind::Index { .. } | ExprKind::Map(_) => proof.reads = reads,
            _ => {}
        }
        Some(proof)
    }

    /// The parts of `&&`, `||` and `??`: those after the one that decides are shown as not reached.
    fn until(&self, piece: &Piece, items: &[Expr], frame: &Frame, decides: impl Fn(&Answer) -> bool) -> Vec<Proof> {
        let mut decided = false;
        let mut parts = Vec::new();
        for item in items {
            let Some(range) = piece.text.extent(item) else { continue };
            if decided {
                parts.push(Proof { answer: None, ..leaf_without(piece, &range) });
                continue;
            }
            if let Some(part) = self.part(piece, item, frame) {
                decided = part.answer.as_ref().is_some_and(&decides);
                parts.push(part);
            }
        }
        parts
    }
}

fn leaf(text: &str, span: Span, answer: Answer) -> Proof {
    Proof { text: text.to_owned(), span, answer: Some(answer), parts: Vec::new(), wanted: None, reads: Vec::new() }
}

fn leaf_without(piece: &Piece, range: &Range<usize>) -> Proof {
    Proof {
        text: piece.text.slice(range).to_owned(),
        span: piece.span(range),
        answer: None,
        parts: Vec::new(),
        wanted: None,
        reads: Vec::new(),
    }
}

fn is_literal(expr: &Expr) -> bool {
    matches!(expr.kind, ExprKind::Bool(_) | ExprKind::Int(_) | ExprKind::Decimal(_) | ExprKind::Text(_) | ExprKind::Unit)
}

/// Whether an argument's value says something: not a literal, not the record as a whole, not a closure.
fn shows(expr: &Expr) -> bool {
    !is_literal(expr) && !matches!(expr.kind, ExprKind::Variable(_) | ExprKind::Closure(..))
}

fn beyond_parts(reads: Vec<Read>, parts: &[Proof]) -> Vec<Read> {
    reads.into_iter().filter(|read| !parts.iter().any(|part| part.text == read.path.as_str())).collect()
}

/// For a comparison that does not hold: what the left side would have to be.
fn wanted(piece: &Piece, operator: &str, operands: &[Expr], proof: &Proof) -> Option<Wanted> {
    let [left, right] = operands else { return None };
    if proof.answer != Some(Answer::Value(Value::Bool(false))) || !matches!(operator, "==" | "!=" | "<" | "<=" | ">" | ">=") {
        return None;
    }
    let text = |expr: &Expr| piece.text.extent(expr).map(|range| piece.text.slice(&range).to_owned());
    // What binds less than a comparison keeps the brackets that it has in the rule.
    let bracketed = |expr: &Expr| match expr.kind {
        ExprKind::Coalesce(_) | ExprKind::And(_) | ExprKind::Or(_) => text(expr).map(|text| format!("({text})")),
        _ => text(expr),
    };
    let value = |expr: &Expr| {
        let text = text(expr)?;
        proof.parts.iter().find(|part| part.text == text).and_then(|part| match &part.answer {
            Some(Answer::Value(value)) => Some(value.clone()),
            _ => None,
        })
    };
    let (subject, bound, operator) = if is_literal(left) { (right, left, turned(operator)) } else { (left, right, operator) };
    Some(Wanted {
        comparison: format!("{} {operator} {}", bracketed(subject)?, bracketed(bound)?),
        bound: value(bound).filter(|_| !is_literal(bound)),
        actual: value(subject),
    })
}

/// The operator with its sides exchanged.
fn turned(operator: &str) -> &str {
    match operator {
        "<" => ">",
        "<=" => ">=",
        ">" => "<",
        ">=" => "<=",
        other => other,
    }
}
