//! What statements give, and what is wrong inside of them.
//!
//! It must not look into expressions itself; `expressions` does.

use super::reach::ends;
use super::types::Type;
use super::{Checker, Scope, root_variable};
use crate::diagnostic::Code;
use crate::script::syntax::{Expr, ExprKind, Labels, Stmt, StmtKind};

impl<'a> Checker<'a> {
    /// The type of a function's or expression's body: of its last statement, or of any `return`.
    pub(super) fn body(&mut self, statements: &'a [Stmt], scope: &mut Scope<'a>) -> Type {
        let last = self.statements(statements, scope);
        match scope.returns.take() {
            Some(returned) if statements.iter().any(ends) => returned,
            // Whether a loop that ends a function always returns from inside is not known.
            Some(_) if matches!(statements.last().map(|last| &last.kind), Some(StmtKind::For(..) | StmtKind::Loop(..))) => Type::Any,
            Some(returned) => returned.join(last),
            None => last,
        }
    }

    pub(super) fn statements(&mut self, statements: &'a [Stmt], scope: &mut Scope<'a>) -> Type {
        let depth = scope.depth();
        let mut last = Type::Nothing;
        self.reached(statements, scope);
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
                self.constant_condition(condition, false, !other.is_empty(), scope);
                let then = self.statements(then, scope);
                let other = self.statements(other, scope);
                then.join(other)
            }
            StmtKind::Switch(subject, cases) => {
                let subject_type = self.infer(subject, scope);
                let mut result: Option<Type> = None;
                let mut gives = true;
                for case in cases {
                    if let Some(guard) = &case.guard {
                        self.condition(guard, scope);
                    }
                    let value = self.infer(&case.value, scope);
                    gives &= value.kind().is_some_and(|kind| kind != "nothing");
                    result = Some(result.map_or(value.clone(), |result| result.join(value)));
                }
                self.labels(subject, &subject_type, cases, gives, scope);
                let whole = cases.iter().any(|case| matches!(case.labels, Labels::Default)) || !gives;
                // Where a value has no case, that is the finding, and not what becomes of it.
                if whole { result.unwrap_or(Type::Any) } else { result.unwrap_or(Type::Any).something() }
            }
            StmtKind::Loop(condition, body) => {
                if let Some(condition) = condition {
                    self.condition(condition, scope);
                    self.constant_condition(condition, true, false, scope);
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
        if matches!(base, Type::Object(..)) || self.within_record(target, scope) {
            let what = if with_operator { "changed" } else { "assigned" };
            let help = root_variable(target)
                .map(|name| format!("a rule only reads `{name}`; a comparison is written `==`, and a result is kept with `let`"));
            self.complain(scope.piece, target, Code::RecordAssignment, format!("a field of a record cannot be {what} by a rule"), help);
        }
    }

    /// Whether what is assigned lies inside of a record: `order.lines[0]`, `order.risk.legal`.
    pub(super) fn within_record(&mut self, target: &'a Expr, scope: &mut Scope<'a>) -> bool {
        match &target.kind {
            ExprKind::Field { base, .. } | ExprKind::Index { base, .. } => {
                matches!(self.infer(base, scope), Type::Object(..)) || self.within_record(base, scope)
            }
            _ => false,
        }
    }

    pub(super) fn condition(&mut self, condition: &'a Expr, scope: &mut Scope<'a>) {
        let found = self.infer(condition, scope);
        self.mixed_value(condition, &found, "a condition must be true or false", |found| *found == Type::Bool, scope);
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
