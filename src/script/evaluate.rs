//! Runs checked rules against one record at a time and says what each answered, or why it has no answer.
//!
//! It must not judge the answers: whether a criterion holds is for `evaluation`.

use super::dynamic::{View, kind, to_dynamic, to_value};
use super::engine::CLOSED;
use super::extent::RuleText;
use super::fault::{Fault, FaultKind, Signal, interpret};
use super::frame::{Asked, Bindings, Frame};
use super::lower::{self, Lower, at};
use super::syntax::{At, Expr, ExprKind, walk_statements};
use super::unit::{Piece, RuleId, Unit, guards, is_closure, rule_function};
use crate::names::{FieldPath, RecordName};
use crate::record::Value;
use crate::source::Span;
use rhai::{AST, CallFnOptions, Dynamic, Position, Scope};
use std::collections::{BTreeSet, HashSet};
use std::ops::Range;
use std::sync::Arc;

/// The lines that all rules of one workflow may have together; the rule language counts lines in 16 bits.
pub const MAX_LINES: u32 = 60_000;

/// What a rule answered.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// A value.
    Value(Value),
    /// It read these missing fields.
    Missing(Vec<FieldPath>),
    /// It broke.
    Fault(Fault),
}

/// The checked rules of a workflow, ready to run. Shared between threads: running a rule changes nothing here.
#[derive(Debug)]
pub struct Rules {
    pub(super) unit: Unit,
    ast: AST,
    first_lines: Vec<u32>,
    lines: u32,
    guards: Arc<HashSet<At>>,
    record: RecordName,
    /// What each rule asks for, found out once: following calls for every record would cost more than the rules themselves.
    asked: Vec<Vec<(Asked, Arc<str>)>>,
}

impl Rules {
    /// Makes a unit runnable. `None` when a part of it could not be parsed, which was reported when it was added, or when all of
    /// it together is longer than [`MAX_LINES`].
    #[must_use]
    pub fn new(unit: Unit, record: RecordName) -> Option<Self> {
        let program = unit.program(&parameters(&record))?;
        let asked = unit.rules().map(|(rule, _)| asks(&unit, rule).into_iter().collect()).collect();
        Some(Self {
            ast: program.ast,
            first_lines: program.first_lines,
            lines: program.lines,
            guards: Arc::new(program.guards),
            unit,
            record,
            asked,
        })
    }

    /// The frame in which the rules see one record.
    #[must_use]
    pub fn frame(&self, bindings: Bindings) -> Frame {
        Frame::new(bindings, Arc::clone(&self.guards))
    }

    /// Runs a rule.
    #[must_use]
    pub fn evaluate(&self, rule: RuleId, frame: &Frame) -> Answer {
        let Some((index, piece)) = self.unit.piece_of(rule) else {
            return Answer::Fault(Fault { kind: FaultKind::Other, message: "there is no such rule".to_owned(), span: None });
        };
        let whole = piece.whole();
        self.run(&self.ast, &rule_function(index), frame, |position| self.span(position).unwrap_or(whole))
    }

    /// The span of the expression that a rule is.
    #[must_use]
    pub fn rule_span(&self, rule: RuleId) -> Option<Span> {
        self.unit.piece_of(rule).map(|(_, piece)| piece.whole())
    }

    /// The text of the expression that a rule is.
    #[must_use]
    pub fn rule_text(&self, rule: RuleId) -> &str {
        self.unit.piece_of(rule).map_or("", |(_, piece)| piece.text.text().trim())
    }

    /// The results that a rule asks for by name, through the script functions it calls.
    #[must_use]
    pub fn asks(&self, rule: RuleId) -> &[(Asked, Arc<str>)] {
        self.asked.get(rule.0).map(Vec::as_slice).unwrap_or_default()
    }

    /// The record type's name, by which expressions reach the record.
    #[must_use]
    pub fn record(&self) -> &RecordName {
        &self.record
    }

    /// Runs a part of a rule's text as if it were a rule; used for proofs. `None` when it cannot stand alone.
    pub(super) fn evaluate_part(&self, piece: &Piece, range: &Range<usize>, frame: &Frame) -> Option<Answer> {
        let text = piece.text.slice(range);
        let part = CLOSED.compile(text).ok()?;
        // The part's lines lie below every line of the program, so that neither's guarded places are taken for the other's.
        let above = "\n".repeat(self.lines as usize);
        let parameters = parameters(&self.record).join(", ");
        let ast = CLOSED.compile(format!("{above}fn {PART}({parameters}) {{\n{text}\n}}")).ok()?;
        let own_text = RuleText::new(Arc::from(text));
        let lower = Lower { text: &own_text };
        let own = guards(&lower::top_level(lower, &part), &lower::functions(lower, &part));
        let guards = own.into_iter().map(|at| At { line: at.line + self.lines + 1, ..at }).chain(self.guards.iter().copied());
        let frame = frame.with_guards(Arc::new(guards.collect()));
        let whole = piece.span(range);
        Some(self.run(&self.ast.merge(&ast), PART, &frame, |_| whole))
    }

    fn run(&self, ast: &AST, function: &str, frame: &Frame, place: impl Fn(Position) -> Span) -> Answer {
        let bindings = frame.bindings();
        let view = |object: &Arc<crate::record::Object>, path: &str| View { object: Arc::clone(object), path: Arc::from(path) };
        let arguments = (
            view(&bindings.record, self.record.as_str()),
            view(&bindings.record, self.record.as_str()),
            view(&bindings.before, "before"),
            view(&bindings.case, "case"),
            bindings.today,
            bindings.now,
            frame.item().map_or(Dynamic::UNIT, |item| to_dynamic(item, ITEM)),
        );
        let options = CallFnOptions::new().eval_ast(false).with_tag(Dynamic::from(frame.clone()));
        match CLOSED.call_fn_with_options::<Dynamic>(options, &mut Scope::new(), ast, function, arguments) {
            Ok(value) => match to_value(&value) {
                Some(value) => Answer::Value(value),
                None if value.is_unit() => self.conclude(frame.blame("the rule gives no value".to_owned()), place(Position::NONE)),
                None => {
                    let message = format!("a {} is no answer", kind(&value));
                    Answer::Fault(Fault { kind: FaultKind::Result, message, span: Some(place(Position::NONE)) })
                }
            },
            Err(error) => {
                let (signal, position) = interpret(&error);
                let signal = match signal {
                    Signal::Nothing(message) => frame.blame(message),
                    other => other,
                };
                self.conclude(signal, place(position))
            }
        }
    }

    fn conclude(&self, signal: Signal, span: Span) -> Answer {
        match signal {
            Signal::Missing(paths) => Answer::Missing(paths),
            Signal::Nothing(message) => Answer::Fault(Fault { kind: FaultKind::Unlike, message, span: Some(span) }),
            Signal::Fault(kind, message) => Answer::Fault(Fault { kind, message, span: Some(span) }),
        }
    }

    fn span(&self, position: Position) -> Option<Span> {
        let place = at(position);
        if place.line == 0 {
            return None;
        }
        let index = self.first_lines.partition_point(|first| *first <= place.line).checked_sub(1)?;
        let piece = self.unit.pieces.get(index)?;
        let local = At { line: place.line - self.first_lines.get(index)? + 1, ..place };
        Some(piece.span(&piece.text.token(local)))
    }
}

/// The name of the function that holds a part of a rule during a proof.
const PART: &str = "__part";

/// The name by which every expression reaches the record, whatever its type is called: fragments that several workflows share use it.
pub(super) const RECORD: &str = "record";

/// The name by which an expression that is run for each element of a list reaches the element.
pub const ITEM: &str = "item";

/// What expressions can name, in the order in which it is handed to them.
fn parameters(record: &RecordName) -> [&str; 7] {
    // Two parameters of one name are refused, so the others step aside where the record type itself is called so.
    let alias = if record.as_str() == RECORD { "__record" } else { RECORD };
    let item = if record.as_str() == ITEM { "__item" } else { ITEM };
    [record.as_str(), alias, "before", "case", "today", "now", item]
}

fn asks(unit: &Unit, rule: RuleId) -> BTreeSet<(Asked, Arc<str>)> {
    let functions = unit.script_functions();
    let mut found = BTreeSet::new();
    let mut visited = HashSet::new();
    let mut waiting = Vec::new();
    if let Some((_, piece)) = unit.piece_of(rule) {
        let mut calls = Vec::new();
        let mut visit = |expr: &Expr| calls.extend(call_of(expr));
        walk_statements(&piece.body, &mut visit);
        for function in &piece.functions {
            walk_statements(&function.body, &mut visit);
        }
        waiting.append(&mut calls);
    }
    while let Some((name, count, literal)) = waiting.pop() {
        let asked = match &*name {
            "score" => Some(Asked::Score),
            "grade" => Some(Asked::Grade),
            "table" => Some(Asked::Table),
            _ => None,
        };
        if let (Some(asked), Some(literal)) = (asked, literal) {
            found.insert((asked, literal));
        }
        if let Some((piece, function)) = functions.get(&(&*name, count))
            && visited.insert((Arc::clone(&name), count))
        {
            let mut visit = |expr: &Expr| waiting.extend(call_of(expr));
            walk_statements(&function.body, &mut visit);
            // Closures of the script are functions of their own; which one a function uses is not worth telling apart.
            for closure in unit.pieces.get(*piece).into_iter().flat_map(|piece| &piece.functions).filter(|f| is_closure(&f.name)) {
                walk_statements(&closure.body, &mut visit);
            }
        }
    }
    found
}

type Call = (Arc<str>, usize, Option<Arc<str>>);

/// The name, number of arguments and, where it is a plain text, the first argument of a call.
fn call_of(expr: &Expr) -> Option<Call> {
    let literal = |arg: Option<&Expr>| match arg.map(|arg| &arg.kind) {
        Some(ExprKind::Text(text)) => Some(Arc::clone(text)),
        _ => None,
    };
    match &expr.kind {
        ExprKind::Call(name, args) => Some((Arc::clone(name), args.len(), literal(args.first()))),
        ExprKind::Method { base, name, args, .. } => Some((Arc::clone(name), args.len() + 1, literal(Some(base)))),
        _ => None,
    }
}
