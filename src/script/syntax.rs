//! A rule as a tree of our own: what the checker, the proofs and later the compiler walk.
//!
//! It must not name a type of the rule language's crate: `script::lower` makes these trees and is the only file that a change of that
//! crate's internals touches.

use rust_decimal::Decimal;
use std::sync::Arc;

/// A place in the text of a unit: line and column in characters, both from 1; 0 where it is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub(super) struct At {
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
}

/// A function of a script, or the function that wraps one expression of a YAML file.
#[derive(Debug, Clone)]
pub(super) struct Function {
    /// Its name; those of closures and wrapped expressions cannot be written by users.
    pub name: Arc<str>,
    /// The names of its parameters.
    pub params: Vec<Arc<str>>,
    /// What it does.
    pub body: Vec<Stmt>,
    /// Where its body begins.
    pub at: At,
}

/// An expression and its place: the operator's for operators, the name's for calls, the first character's for the rest.
#[derive(Debug, Clone)]
pub(super) struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// Where it is.
    pub at: At,
}

/// The kinds of expressions.
#[derive(Debug, Clone)]
pub(super) enum ExprKind {
    /// `()`.
    Unit,
    /// `true`, `false`.
    Bool(bool),
    /// `42`.
    Int(i64),
    /// `4.2`.
    Decimal(Decimal),
    /// `"text"` and `'c'`.
    Text(Arc<str>),
    /// A text with values inside.
    Interpolated(Vec<Expr>),
    /// `[a, b]`.
    List(Vec<Expr>),
    /// `#{a: b}`.
    Map(Vec<(Arc<str>, Expr)>),
    /// A parameter or local variable.
    Variable(Arc<str>),
    /// `this`.
    This,
    /// A closure: the name of its function, and how many of its first parameters are captured variables.
    Closure(Arc<str>, usize),
    /// `base.name` or `base?.name`; `dot` is the place of the dot.
    Field {
        /// What the field is read from.
        base: Box<Expr>,
        /// The field's name.
        name: Arc<str>,
        /// Whether it is `?.`.
        safe: bool,
        /// The place of the dot.
        dot: At,
    },
    /// `base[index]` or `base?[index]`; `bracket` is its place.
    Index {
        /// What is indexed.
        base: Box<Expr>,
        /// The index.
        index: Box<Expr>,
        /// Whether it is `?[`.
        safe: bool,
        /// The place of the bracket.
        bracket: At,
    },
    /// `base.name(args)`.
    Method {
        /// What the method is called on.
        base: Box<Expr>,
        /// The method's name.
        name: Arc<str>,
        /// The arguments after the base.
        args: Vec<Expr>,
        /// Whether it is `?.`.
        safe: bool,
    },
    /// `name(args)`.
    Call(Arc<str>, Vec<Expr>),
    /// An operator with one operand (`!`, `-`, `+`) or two.
    Operator(Arc<str>, Vec<Expr>),
    /// `a && b`.
    And(Vec<Expr>),
    /// `a || b`.
    Or(Vec<Expr>),
    /// `a ?? b`.
    Coalesce(Vec<Expr>),
    /// Statements with a value, such as an `if`.
    Block(Vec<Stmt>),
    /// Something that rules may not use; what it is in words.
    Forbidden(&'static str),
}

/// A statement and its place.
#[derive(Debug, Clone)]
pub(super) struct Stmt {
    /// What it is.
    pub kind: StmtKind,
    /// Where it is.
    pub at: At,
}

/// The kinds of statements.
#[derive(Debug, Clone)]
pub(super) enum StmtKind {
    /// Nothing.
    Empty,
    /// An expression; the last one of a block is its value.
    Expr(Expr),
    /// `let name = value`.
    Let(Arc<str>, Expr),
    /// `target = value`, or `target += value` with the operator's name.
    Assign(Option<Arc<str>>, Expr, Expr),
    /// `if condition { then } else { other }`.
    If(Expr, Vec<Stmt>, Vec<Stmt>),
    /// `switch subject { .. }`.
    Switch(Expr, Vec<Case>),
    /// `while`, `loop` and `do`: the condition, where there is one, and the body.
    Loop(Option<Expr>, Vec<Stmt>),
    /// `for name in list`.
    For(Arc<str>, Option<Arc<str>>, Expr, Vec<Stmt>),
    /// `{ .. }`.
    Block(Vec<Stmt>),
    /// `return value`.
    Return(Option<Expr>),
    /// `throw value`.
    Throw(Option<Expr>),
    /// `break value` or `continue`.
    Leave(Option<Expr>),
    /// Something that rules may not use; what it is in words.
    Forbidden(&'static str),
}

/// One case of a `switch`.
#[derive(Debug, Clone)]
pub(super) struct Case {
    /// What the subject is held against.
    pub labels: Labels,
    /// The condition after `if`.
    pub guard: Option<Expr>,
    /// What it gives.
    pub value: Expr,
}

/// What the subject of a `switch` is held against.
#[derive(Debug, Clone)]
pub(super) enum Labels {
    /// `_`: whatever is left.
    Default,
    /// Constants and ranges of them.
    Values(Vec<Expr>),
    /// It cannot be told.
    Unknown,
}

impl Expr {
    /// Calls `visit` for the expression and everything inside it, outermost first.
    pub(super) fn walk<'a>(&'a self, visit: &mut dyn FnMut(&'a Expr)) {
        visit(self);
        for child in self.children() {
            child.walk(visit);
        }
        if let ExprKind::Block(body) = &self.kind {
            walk_statements(body, visit);
        }
    }

    /// The expressions directly inside, in the order of evaluation; statements of a block are not among them.
    #[must_use]
    pub(super) fn children(&self) -> Vec<&Expr> {
        match &self.kind {
            ExprKind::Interpolated(items)
            | ExprKind::List(items)
            | ExprKind::And(items)
            | ExprKind::Or(items)
            | ExprKind::Coalesce(items) => items.iter().collect(),
            ExprKind::Call(_, items) | ExprKind::Operator(_, items) => items.iter().collect(),
            ExprKind::Map(items) => items.iter().map(|(_, value)| value).collect(),
            ExprKind::Field { base, .. } => vec![base],
            ExprKind::Index { base, index, .. } => vec![base, index],
            ExprKind::Method { base, args, .. } => std::iter::once(&**base).chain(args).collect(),
            _ => Vec::new(),
        }
    }
}

/// Calls `visit` for every expression in a list of statements.
pub(super) fn walk_statements<'a>(statements: &'a [Stmt], visit: &mut dyn FnMut(&'a Expr)) {
    for statement in statements {
        match &statement.kind {
            StmtKind::Empty | StmtKind::Forbidden(_) => {}
            StmtKind::Expr(expr) | StmtKind::Let(_, expr) => expr.walk(visit),
            StmtKind::Assign(_, target, value) => {
                target.walk(visit);
                value.walk(visit);
            }
            StmtKind::If(condition, then, other) => {
                condition.walk(visit);
                walk_statements(then, visit);
                walk_statements(other, visit);
            }
            StmtKind::Switch(subject, cases) => {
                subject.walk(visit);
                for case in cases {
                    if let Some(guard) = &case.guard {
                        guard.walk(visit);
                    }
                    case.value.walk(visit);
                }
            }
            StmtKind::Loop(condition, body) => {
                if let Some(condition) = condition {
                    condition.walk(visit);
                }
                walk_statements(body, visit);
            }
            StmtKind::For(_, _, list, body) => {
                list.walk(visit);
                walk_statements(body, visit);
            }
            StmtKind::Block(body) => walk_statements(body, visit),
            StmtKind::Return(value) | StmtKind::Throw(value) | StmtKind::Leave(value) => {
                if let Some(value) = value {
                    value.walk(visit);
                }
            }
        }
    }
}
