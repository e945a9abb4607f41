//! Statements, followed along every way through them: `let`, `if`, `switch`, early `return`, assignments.
//!
//! It must not follow loops: what a function with a loop gives is left open.

use super::Logic;
use super::cases::{Cases, Given};
use super::formula::Formula;
use super::sites::{Part, Ways};
use super::terms::in_set;
use super::walk::{Found, Scope, Stop};
use crate::record::Value;
use crate::script::check::root_variable;
use crate::script::syntax::{Case, Expr, ExprKind, Labels, Stmt, StmtKind};
use crate::script::unit::Piece;
use crate::table::{CellType, ValueSet};
use std::rc::Rc;

/// What came of statements.
pub(super) struct Flow {
    /// When their end is reached.
    through: Formula,
    /// What the last one gives where the end is reached.
    pub(super) value: Cases,
    /// What was returned on the way.
    pub(super) returns: Cases,
}

/// The variables of a scope.
pub(super) type Variables = Vec<(std::sync::Arc<str>, Option<Rc<Cases>>)>;

impl<'a> Logic<'a> {
    /// What a function's or rule's body gives.
    pub(super) fn body(&mut self, statements: &'a [Stmt], scope: &mut Scope, context: &Formula) -> Found<Cases> {
        let flow = self.statements(statements, scope, context)?;
        Ok(flow.returns.or(flow.value, &mut self.terms))
    }

    pub(super) fn statements(&mut self, statements: &'a [Stmt], scope: &mut Scope, context: &Formula) -> Found<Flow> {
        let depth = scope.variables.len();
        let mut flow = Flow { through: Formula::True, value: Cases::one(Given::Nothing), returns: Cases::default() };
        for statement in statements {
            let here = context.clone().and(flow.through.clone());
            let next = self.statement(statement, scope, &here)?;
            flow.value = next.value.when(&flow.through);
            flow.returns = flow.returns.or(next.returns.when(&flow.through), &mut self.terms);
            flow.through = flow.through.and(next.through);
        }
        scope.variables.truncate(depth);
        Ok(flow)
    }

    fn statement(&mut self, statement: &'a Stmt, scope: &mut Scope, context: &Formula) -> Found<Flow> {
        let nothing = || Cases::one(Given::Nothing);
        let passed = |through: Formula, value: Cases| Flow { through, value, returns: Cases::default() };
        Ok(match &statement.kind {
            StmtKind::Empty => passed(Formula::True, nothing()),
            StmtKind::Expr(expr) => {
                let found = self.eval(expr, scope, context, false)?;
                passed(found.answered(), found)
            }
            StmtKind::Let(name, value) => {
                let found = self.eval(value, scope, context, false)?;
                let answered = found.answered();
                scope.declare(name, found);
                passed(answered, nothing())
            }
            StmtKind::Assign(operator, target, value) => self.assignment(operator.as_deref(), target, value, scope, context)?,
            StmtKind::If(condition, then, other) => {
                let (met, unmet) = self.condition(condition, scope, context)?;
                // Without an `else`, nothing is out of reach where a condition says once more what is known.
                let near = if other.is_empty() { &Formula::True } else { context };
                self.observe(
                    Part::If { other: !other.is_empty() },
                    condition,
                    scope,
                    Ways { here: context, near, met: &met, unmet: &unmet },
                );
                let before = scope.variables.clone();
                let first = self.statements(then, scope, &context.clone().and(met.clone()))?;
                let after_then = std::mem::replace(&mut scope.variables, before);
                let second = self.statements(other, scope, &context.clone().and(unmet.clone()))?;
                self.merge(scope, after_then, &met, &unmet);
                self.join(vec![(met, first), (unmet, second)])
            }
            StmtKind::Switch(subject, cases) => self.switch(subject, cases, scope, context)?,
            StmtKind::Block(body) => self.statements(body, scope, context)?,
            StmtKind::Return(value) => {
                let found = match value {
                    Some(value) => self.eval(value, scope, context, false)?,
                    None => nothing(),
                };
                Flow { through: Formula::False, value: Cases::default(), returns: found }
            }
            StmtKind::Throw(value) => {
                if let Some(value) = value {
                    self.eval(value, scope, context, false)?;
                }
                passed(Formula::False, Cases::default())
            }
            StmtKind::Loop(..) | StmtKind::For(..) | StmtKind::Leave(_) | StmtKind::Forbidden(_) => return Err(Stop::Open),
        })
    }

    /// One flow of several, each with the condition under which it is taken.
    fn join(&mut self, flows: Vec<(Formula, Flow)>) -> Flow {
        let mut joined = Flow { through: Formula::False, value: Cases::default(), returns: Cases::default() };
        for (when, flow) in flows {
            joined.through = joined.through.or(when.clone().and(flow.through));
            joined.value = joined.value.or(flow.value.when(&when), &mut self.terms);
            joined.returns = joined.returns.or(flow.returns.when(&when), &mut self.terms);
        }
        joined
    }

    /// After an `if`, a variable that one branch changed has that branch's value where the branch was taken.
    fn merge(&mut self, scope: &mut Scope, then: Variables, met: &Formula, unmet: &Formula) {
        for ((_, other), (_, then)) in scope.variables.iter_mut().zip(then) {
            match (&then, &other) {
                (Some(a), Some(b)) if Rc::ptr_eq(a, b) => {}
                (Some(a), Some(b)) => {
                    let joined = (**a).clone().when(met).or((**b).clone().when(unmet), &mut self.terms);
                    *other = Some(Rc::new(joined));
                }
                _ => *other = None,
            }
        }
    }

    fn assignment(
        &mut self,
        operator: Option<&str>,
        target: &'a Expr,
        value: &'a Expr,
        scope: &mut Scope,
        context: &Formula,
    ) -> Found<Flow> {
        let given = self.eval(value, scope, context, false)?;
        let answered = given.answered();
        let name = root_variable(target).ok_or(Stop::Open)?;
        if matches!(target.kind, ExprKind::Variable(_)) {
            let found = match operator {
                None => given,
                Some(operator) => {
                    let before = self.eval(target, scope, context, false)?;
                    self.binary(operator, &before, &given)
                }
            };
            scope.set(name, Some(found));
        } else {
            // An element of a local list or map.
            scope.set(name, None);
        }
        Ok(Flow { through: answered, value: Cases::one(Given::Nothing), returns: Cases::default() })
    }

    /// A `switch` over texts, whole numbers or bools; what another gives is left open, each of its values being possible.
    fn switch(&mut self, subject: &'a Expr, cases: &'a [Case], scope: &mut Scope, context: &Formula) -> Found<Flow> {
        let found = self.eval(subject, scope, context, false)?;
        let unit = self.unit;
        let piece = unit.pieces.get(scope.piece).ok_or(Stop::Open)?;
        let mut flows = Vec::new();
        let mut left = found.answered();
        let before = scope.variables.clone();
        for Case { labels, guard, value } in cases {
            let values = values(piece, labels);
            let (mut chosen, mut passed) = match (labels, &values) {
                (Labels::Default, _) => (Formula::True, Formula::False),
                (_, Some(values)) => self.labelled(&found, values),
                _ => (Formula::True, Formula::True),
            };
            chosen = left.clone().and(chosen);
            if values.is_some() {
                let anyhow = &Formula::True;
                self.observe(Part::Choice, value, scope, Ways { here: context, near: anyhow, met: &chosen, unmet: anyhow });
            }
            if let Some(guard) = guard {
                let here = context.clone().and(chosen.clone());
                let (met, unmet) = self.condition(guard, scope, &here)?;
                if changed(&scope.variables, &before) {
                    return Err(Stop::Open);
                }
                self.observe(Part::If { other: true }, guard, scope, Ways { here: &here, near: &Formula::True, met: &met, unmet: &unmet });
                passed = passed.or(unmet);
                chosen = chosen.and(met);
            }
            scope.variables.clone_from(&before);
            let here = context.clone().and(chosen.clone());
            let flow = match &value.kind {
                ExprKind::Block(body) => self.statements(body, scope, &here)?,
                _ => {
                    let given = self.eval(value, scope, &here, false)?;
                    Flow { through: given.answered(), value: given, returns: Cases::default() }
                }
            };
            if changed(&scope.variables, &before) {
                return Err(Stop::Open);
            }
            flows.push((chosen, flow));
            left = left.and(passed);
        }
        let none = Flow { through: Formula::True, value: Cases::one(Given::Nothing), returns: Cases::default() };
        flows.push((left, none));
        Ok(self.join(flows))
    }

    /// When a value is one of those of a label, and when it is not.
    fn labelled(&mut self, subject: &Cases, values: &[Value]) -> (Formula, Formula) {
        let kind = |value: &Value| match value {
            Value::Text(_) => Some(CellType::Text),
            Value::Int(_) => Some(CellType::Int),
            Value::Bool(_) => Some(CellType::Bool),
            _ => None,
        };
        let mut met = Vec::new();
        let mut unmet = Vec::new();
        for case in &subject.0 {
            let cell_type = super::compare::cell_type_of(&self.terms, &case.given);
            let comparable = |value: &Value| match (kind(value), &cell_type) {
                (Some(CellType::Text), Some(CellType::Text | CellType::Enum(_) | CellType::User)) => true,
                (Some(a), Some(b)) => a == *b,
                _ => false,
            };
            let (yes, no) = match &case.given {
                _ if !values.iter().all(comparable) => (Formula::True, Formula::True),
                Given::Known(value) => {
                    let same = values.iter().any(|label| label.same(value) == Ok(true));
                    (Formula::constant(same), Formula::constant(!same))
                }
                Given::Term(term) => match cell_type {
                    Some(cell_type) => {
                        let each =
                            values.iter().map(|value| ValueSet::comparing(crate::table::Comparison::Equal, &in_set(value), &cell_type));
                        let set = each.fold(ValueSet::none(), |set, one| set.union(&one, &cell_type));
                        let rest = set.complement(&cell_type);
                        (Formula::within(&self.terms, *term, &set), Formula::within(&self.terms, *term, &rest))
                    }
                    None => (Formula::True, Formula::True),
                },
                _ => (Formula::True, Formula::True),
            };
            met.push(case.when.clone().and(yes));
            unmet.push(case.when.clone().and(no));
        }
        (Formula::any(met), Formula::any(unmet))
    }
}

/// Whether a variable is another than before.
pub(super) fn changed(now: &Variables, before: &Variables) -> bool {
    now.iter().zip(before).any(|((_, a), (_, b))| match (a, b) {
        (Some(a), Some(b)) => !Rc::ptr_eq(a, b),
        (a, b) => a.is_some() != b.is_some(),
    })
}

/// What the labels of a case say; `None` where one of them is not a text, a whole number or a bool.
fn values(piece: &Piece, labels: &Labels) -> Option<Vec<Value>> {
    let Labels::Values(labels) = labels else { return None };
    let value = |label: &Expr| match &label.kind {
        // A character in single quotes is not the text of that character, when a `switch` looks for it.
        ExprKind::Text(_) if piece.text.text().get(piece.text.offset(label.at)..)?.starts_with('\'') => None,
        ExprKind::Text(text) => Some(Value::Text(std::sync::Arc::clone(text))),
        ExprKind::Int(number) => Some(Value::Int(*number)),
        ExprKind::Bool(value) => Some(Value::Bool(*value)),
        _ => None,
    };
    labels.iter().map(value).collect()
}
