//! Statements that no record comes to: behind an end, or behind a condition that is written as a constant.
//!
//! It must not judge conditions that depend on a record.

use super::{Checker, Scope};
use crate::diagnostic::{Code, Diagnostic};
use crate::script::syntax::{Expr, ExprKind, Stmt, StmtKind};

impl<'a> Checker<'a> {
    /// Reports the first statement of a list that is never reached, if there is one.
    pub(super) fn reached(&mut self, statements: &'a [Stmt], scope: &Scope<'a>) {
        let end = statements.iter().position(ends);
        let after = end.and_then(|end| statements.get(end + 1..)).into_iter().flatten();
        if let Some(first) = after.into_iter().find(|statement| !matches!(statement.kind, StmtKind::Empty))
            && let Some(why) = end.and_then(|end| statements.get(end))
        {
            let span = scope.piece.span(&scope.piece.text.token(first.at));
            let before = scope.piece.span(&scope.piece.text.token(why.at));
            let message = "this is never reached".to_owned();
            self.report(
                scope.piece,
                span,
                Diagnostic::new(Code::UnreachableCode, span, message).related(before, "nothing goes on after this"),
            );
        }
    }

    /// Reports what a condition that is written as a constant makes unreachable; `looped` says that it goes round. What is never met as
    /// the condition of an `if` is told where conditions are solved.
    pub(super) fn constant_condition(&mut self, condition: &'a Expr, looped: bool, has_else: bool, scope: &Scope<'a>) {
        let what = match condition.kind {
            ExprKind::Bool(true) if has_else => "what stands under `else` is never reached",
            ExprKind::Bool(false) if looped => "what stands here is never reached",
            _ => return,
        };
        self.complain(scope.piece, condition, Code::UnreachableCode, what.to_owned(), None);
    }
}

/// Whether nothing goes on after a statement, for any record.
pub(super) fn ends(statement: &Stmt) -> bool {
    match &statement.kind {
        StmtKind::Return(_) | StmtKind::Throw(_) | StmtKind::Leave(_) => true,
        StmtKind::If(_, then, other) => then.iter().any(ends) && other.iter().any(ends),
        StmtKind::Block(body) => body.iter().any(ends),
        StmtKind::Loop(None, body) => !leaves(body),
        _ => false,
    }
}

/// Whether a loop's body holds a `break` of that loop. A `continue` counts as well, because the tree does not tell them apart.
fn leaves(body: &[Stmt]) -> bool {
    body.iter().any(|statement| match &statement.kind {
        StmtKind::Leave(_) => true,
        StmtKind::If(_, then, other) => leaves(then) || leaves(other),
        StmtKind::Block(body) => leaves(body),
        StmtKind::Switch(_, cases) => cases.iter().any(|case| matches!(&case.value.kind, ExprKind::Block(body) if leaves(body))),
        StmtKind::Expr(Expr { kind: ExprKind::Block(body), .. }) => leaves(body),
        _ => false,
    })
}
