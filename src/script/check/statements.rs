//! What statements give, and what is wrong inside of them.
//!
//! It must not look into expressions itself; `expressions` does.

use super::types::Type;
use super::{Checker, Scope, root_variable};
use crate::diagnostic::Code;
use crate::script::syntax::{Expr, ExprKind, Stmt, StmtKind};

impl<'a> Checker<'a> {
    /// The type of a function's or expression's body: of its last statement, or of any `return`.
    pub(super) fn body(&mut self, statements: &'a [Stmt], scope: &mut Scope<'a>) -> Type {
        let last = self.statements(statements, scope);
        match scope.returns.take() {
            Some(returned) if ends_with_return(statements) => returned,
            Some(returned) => returned.join(last),
            None => last,
        }
    }

    pub(super) fn statements(&mut self, statements: &'a [Stmt], scope: &mut Scope<'a>) -> Type {
        let depth = scope.depth();
        let mut last = Type::Nothing;
        for statement in statements {
            last = self.statement(statement, scope);
        }
        scope.leave(depth);
        last
    }

    fn statement(&mut self, statement: &'a Stmt, scope: &mut Scope<'a>) -> Type {
        match &statement.kind {
            StmtKind::Empty => Type::Nothing,
            StmtKind::Expr(expr) => self.infer(expr, scope),
            StmtKind::Let(name, value) => {
                let value = self.infer(value, scope);
                scope.declare(name, value);
                Type::Nothing
            }
            StmtKind::Assign(operator, target, value) => {
                self.assignment(operator.is_some(), target, value, scope);
                Type::Nothing
            }
            StmtKind::If(condition, then, other) => {
                self.condition(condition, scope);
                let then = self.statements(then, scope);
                let other = self.statements(other, scope);
                then.join(other)
            }
            StmtKind::Switch(subject, cases) => {
                self.infer(subject, scope);
                let mut result: Option<Type> = None;
                for case in cases {
                    if let Some(guard) = &case.guard {
                        self.condition(guard, scope);
                    }
                    let value = self.infer(&case.value, scope);
                    result = Some(result.map_or(value.clone(), |result| result.join(value)));
                }
                result.unwrap_or(Type::Any)
            }
            StmtKind::Loop(condition, body) => {
                if let Some(condition) = condition {
                    self.condition(condition, scope);
                }
                self.statements(body, scope);
                Type::Any
            }
            StmtKind::For(name, counter, list, body) => {
                let element = match self.infer(list, scope) {
                    Type::List(element) => *element,
                    _ => Type::Any,
                };
                let depth = scope.depth();
                scope.declare(name, element);
                if let Some(counter) = counter {
                    scope.declare(counter, Type::Int);
                }
                self.statements(body, scope);
                scope.leave(depth);
                Type::Nothing
            }
            StmtKind::Block(body) => self.statements(body, scope),
            StmtKind::Return(value) => {
                let value = value.as_ref().map_or(Type::Nothing, |value| self.infer(value, scope));
                scope.returns = Some(match scope.returns.take() {
                    Some(earlier) => earlier.join(value),
                    None => value,
                });
                Type::Any
            }
            StmtKind::Throw(value) | StmtKind::Leave(value) => {
                if let Some(value) = value {
                    self.infer(value, scope);
                }
                Type::Any
            }
            StmtKind::Forbidden(what) => {
                let piece = scope.piece;
                let span = piece.span(&piece.text.token(statement.at));
                let message = format!("rules cannot use {what}");
                self.report(piece, span, crate::diagnostic::Diagnostic::new(Code::ForbiddenConstruct, span, message));
                Type::Any
            }
        }
    }

    fn assignment(&mut self, with_operator: bool, target: &'a Expr, value: &'a Expr, scope: &mut Scope<'a>) {
        let value_type = self.infer(value, scope);
        if let ExprKind::Variable(name) = &target.kind {
            if scope.is_given(name) {
                let help = Some(format!("a rule only reads `{name}`; a comparison is written `==`"));
                self.complain(scope.piece, target, Code::RecordAssignment, format!("`{name}` cannot be assigned by a rule"), help);
            } else if scope.find(name).is_some() {
                scope.change(name, value_type);
            } else {
                self.infer(target, scope);
            }
            return;
        }
        let base = match &target.kind {
            ExprKind::Field { base, .. } | ExprKind::Index { base, .. } => self.infer(base, scope),
            _ => Type::Any,
        };
        if matches!(base, Type::Object(..)) {
            let what = if with_operator { "changed" } else { "assigned" };
            let help = root_variable(target)
                .map(|name| format!("a rule only reads `{name}`; a comparison is written `==`, and a result is kept with `let`"));
            self.complain(scope.piece, target, Code::RecordAssignment, format!("a field of a record cannot be {what} by a rule"), help);
        }
    }

    pub(super) fn condition(&mut self, condition: &'a Expr, scope: &mut Scope<'a>) {
        let found = self.infer(condition, scope);
        if found.kind().is_some_and(|kind| kind != "bool") {
            self.complain(
                scope.piece,
                condition,
                Code::InvalidOperand,
                format!("a condition must be true or false, but this is {found}"),
                None,
            );
        }
    }
}

fn ends_with_return(statements: &[Stmt]) -> bool {
    matches!(statements.last().map(|last| &last.kind), Some(StmtKind::Return(_)))
}
