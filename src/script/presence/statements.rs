//! What statements read, and what is known after them.
//!
//! It must not take a loop for run: its body may run no time at all.

use super::facts::State;
use super::value::Given;
use super::{Names, Walk, meet};
use crate::script::syntax::{Expr, ExprKind, Labels, Stmt, StmtKind};

impl<'a> Walk<'a> {
    pub(super) fn block(&mut self, statements: &'a [Stmt], names: &mut Names<'a>, state: &mut State) -> Given {
        self.statements(statements, names, state)
    }

    pub(super) fn statements(&mut self, statements: &'a [Stmt], names: &mut Names<'a>, state: &mut State) -> Given {
        let depth = names.variables.len();
        let mut last = Given::Other;
        for statement in statements {
            last = self.statement(statement, names, state);
        }
        names.variables.truncate(depth);
        last
    }

    fn statement(&mut self, statement: &'a Stmt, names: &mut Names<'a>, state: &mut State) -> Given {
        match &statement.kind {
            StmtKind::Empty | StmtKind::Forbidden(_) => Given::Other,
            StmtKind::Expr(expr) => self.expr(expr, false, names, state),
            StmtKind::Let(name, value) => {
                let value = self.expr(value, false, names, state);
                names.declare(name, value);
                Given::Other
            }
            StmtKind::Assign(operator, target, value) => {
                let given = self.expr(value, false, names, state);
                match &target.kind {
                    ExprKind::Variable(name) if operator.is_none() => names.change(name, given),
                    ExprKind::Variable(name) => names.change(name, Given::Other),
                    ExprKind::Index { base, index, .. } => {
                        self.expr(base, false, names, state);
                        self.expr(index, false, names, state);
                    }
                    ExprKind::Field { base, .. } => drop(self.expr(base, false, names, state)),
                    _ => {}
                }
                Given::Other
            }
            StmtKind::If(condition, then, other) => {
                let (mut met, mut unmet) = self.condition(condition, names, state);
                let then = self.statements(then, names, &mut met);
                let other = self.statements(other, names, &mut unmet);
                let (after, given) = meet(vec![(met, then), (unmet, other)]);
                *state = after;
                given
            }
            StmtKind::Switch(subject, cases) => {
                self.used(subject, names, state);
                let mut ways = Vec::new();
                let mut open = true;
                for case in cases {
                    let mut here = state.clone();
                    if let Some(guard) = &case.guard {
                        here = self.condition(guard, names, &mut here).0;
                    }
                    let value = self.expr(&case.value, false, names, &mut here);
                    open &= !matches!(case.labels, Labels::Default);
                    ways.push((here, value));
                }
                if open {
                    ways.push((state.clone(), Given::Other));
                }
                let (after, given) = meet(ways);
                *state = after;
                given
            }
            StmtKind::Loop(condition, body) => {
                let mut inside = state.clone();
                let mut after = state.clone();
                if let Some(condition) = condition {
                    (inside, _) = self.condition(condition, names, &mut after);
                }
                self.changing(body, names);
                self.statements(body, names, &mut inside);
                *state = after;
                Given::Other
            }
            StmtKind::For(name, counter, list, body) => {
                let element = match self.used(list, names, state) {
                    Given::List(element) => *element,
                    _ => Given::Other,
                };
                self.changing(body, names);
                let depth = names.variables.len();
                names.declare(name, element);
                if let Some(counter) = counter {
                    names.declare(counter, Given::There);
                }
                let mut inside = state.clone();
                self.statements(body, names, &mut inside);
                names.variables.truncate(depth);
                Given::Other
            }
            StmtKind::Block(body) => self.statements(body, names, state),
            StmtKind::Return(value) => {
                let given = value.as_ref().map_or(Given::Other, |value| self.expr(value, false, names, state));
                names.returns.push((std::mem::take(state), given));
                Given::Other
            }
            StmtKind::Throw(value) | StmtKind::Leave(value) => {
                if let Some(value) = value {
                    self.expr(value, false, names, state);
                }
                *state = State::unreached();
                Given::Other
            }
        }
    }

    /// Variables that a loop assigns hold what an earlier round gave them.
    fn changing(&self, body: &'a [Stmt], names: &mut Names<'a>) {
        for statement in body {
            match &statement.kind {
                StmtKind::Assign(_, Expr { kind: ExprKind::Variable(name), .. }, _) => names.change(name, Given::Other),
                StmtKind::If(_, then, other) => {
                    self.changing(then, names);
                    self.changing(other, names);
                }
                StmtKind::Block(body) | StmtKind::Loop(_, body) | StmtKind::For(_, _, _, body) => self.changing(body, names),
                _ => {}
            }
        }
    }
}
