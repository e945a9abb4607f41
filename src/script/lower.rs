//! Turns the rule language's own syntax tree into ours.
//!
//! It must not judge: what rules may not use is carried along as forbidden and reported by the checker.

use super::engine::CLOSED;
use super::extent::RuleText;
use super::labels;
use super::syntax::{At, Case, Expr, ExprKind, Function, Labels, Stmt, StmtKind};
use rhai::{AST, ASTFlags, ASTNode, Expr as RhaiExpr, FnCallExpr, FnPtr, Position, Stmt as RhaiStmt, SwitchCasesCollection};
use std::sync::Arc;

/// The text that a tree was made of: what the tree does not keep is looked up there.
#[derive(Clone, Copy)]
pub(super) struct Lower<'t> {
    /// The text.
    pub text: &'t RuleText,
}

/// A position of the crate as ours.
pub(super) fn at(position: Position) -> At {
    At { line: position.line().unwrap_or(0) as u32, column: position.position().unwrap_or(0) as u32 }
}

/// The functions of a parsed text, closures among them.
pub(super) fn functions(lower: Lower<'_>, ast: &AST) -> Vec<Function> {
    ast.iter_fn_def()
        .map(|function| {
            let params: Vec<Arc<str>> = function.params.iter().map(|param| Arc::from(param.as_str())).collect();
            let body = body(lower, ast, &function.name, params.len());
            Function { name: Arc::from(function.name.as_str()), params, body, at: at(function.body.start_position()) }
        })
        .collect()
}

/// The statements of one function. The crate shows function bodies only to a walk over the whole tree, so the walk goes over a tree
/// that holds nothing but the function.
fn body(lower: Lower<'_>, ast: &AST, name: &str, arity: usize) -> Vec<Stmt> {
    // The crate's `clone_functions_only_filtered` passes over its filter when it copies into an empty tree.
    let mut alone = ast.clone_functions_only();
    alone.retain_functions(|_, _, found, params| found == name && params == arity);
    let mut body = Vec::new();
    alone.walk(&mut |path| {
        if let [ASTNode::Stmt(stmt)] = path {
            body.push(lower.statement(stmt));
        }
        true
    });
    body
}

/// The statements of a parsed text outside of functions.
pub(super) fn top_level(lower: Lower<'_>, ast: &AST) -> Vec<Stmt> {
    lower.statements(ast.statements())
}

impl Lower<'_> {
    fn statements(self, list: &[RhaiStmt]) -> Vec<Stmt> {
        list.iter().map(|stmt| self.statement(stmt)).collect()
    }

    fn statement(self, stmt: &RhaiStmt) -> Stmt {
        let place = at(stmt.position());
        let kind = match stmt {
            RhaiStmt::Noop(_) | RhaiStmt::Share(_) => StmtKind::Empty,
            RhaiStmt::Expr(expr) => StmtKind::Expr(self.expression(expr)),
            RhaiStmt::FnCall(call, position) => StmtKind::Expr(self.call_expression(call, *position)),
            RhaiStmt::Var(var, ..) => StmtKind::Let(Arc::from(var.0.name.as_str()), self.expression(&var.1)),
            RhaiStmt::Assignment(assignment) => {
                let (operator, sides) = &**assignment;
                let name = operator.get_op_assignment_info().map(|(_, _, _, _, _, syntax)| Arc::from(syntax));
                StmtKind::Assign(name, self.expression(&sides.lhs), self.expression(&sides.rhs))
            }
            RhaiStmt::If(flow, _) => StmtKind::If(
                self.expression(&flow.expr),
                self.statements(flow.body.statements()),
                self.statements(flow.branch.statements()),
            ),
            RhaiStmt::Switch(switch, _) => {
                let (subject, cases) = &**switch;
                let subject = self.expression(subject);
                let cases = self.cases(&subject, cases);
                StmtKind::Switch(subject, cases)
            }
            RhaiStmt::While(flow, _) => {
                let condition = if matches!(flow.expr, RhaiExpr::Unit(_)) { None } else { Some(self.expression(&flow.expr)) };
                StmtKind::Loop(condition, self.statements(flow.body.statements()))
            }
            RhaiStmt::Do(flow, ..) => {
                // The body runs before the condition is asked for the first time.
                let mut body = self.statements(flow.body.statements());
                let leave = Stmt { kind: StmtKind::Leave(None), at: place };
                body.push(Stmt { kind: StmtKind::If(self.expression(&flow.expr), vec![leave], Vec::new()), at: place });
                StmtKind::Loop(None, body)
            }
            RhaiStmt::For(parts, _) => {
                let (name, counter, flow) = &**parts;
                let counter = counter.as_ref().map(|counter| Arc::from(counter.name.as_str()));
                StmtKind::For(Arc::from(name.name.as_str()), counter, self.expression(&flow.expr), self.statements(flow.body.statements()))
            }
            RhaiStmt::Block(block) => StmtKind::Block(self.statements(block.statements())),
            RhaiStmt::Return(value, flags, _) => {
                let value = value.as_deref().map(|expr| self.expression(expr));
                if flags.intersects(ASTFlags::BREAK) { StmtKind::Throw(value) } else { StmtKind::Return(value) }
            }
            RhaiStmt::BreakLoop(value, ..) => StmtKind::Leave(value.as_deref().map(|expr| self.expression(expr))),
            RhaiStmt::TryCatch(..) => StmtKind::Forbidden("`try`: it would hide missing values and faults"),
            RhaiStmt::Import(..) => StmtKind::Forbidden("`import`: scripts are listed under `use` in the workflow"),
            RhaiStmt::Export(..) => StmtKind::Forbidden("`export`: every function of a script is visible to its workflow"),
            _ => StmtKind::Forbidden("this statement"),
        };
        Stmt { kind, at: place }
    }

    fn expressions<'a>(self, list: impl IntoIterator<Item = &'a RhaiExpr>) -> Vec<Expr> {
        list.into_iter().map(|expr| self.expression(expr)).collect()
    }

    fn expression(self, expr: &RhaiExpr) -> Expr {
        let kind = match expr {
            RhaiExpr::Unit(_) => ExprKind::Unit,
            RhaiExpr::BoolConstant(value, _) => ExprKind::Bool(*value),
            RhaiExpr::IntegerConstant(value, _) => ExprKind::Int(*value),
            RhaiExpr::CharConstant(value, _) => ExprKind::Text(Arc::from(value.to_string())),
            RhaiExpr::StringConstant(value, _) => ExprKind::Text(Arc::from(value.as_str())),
            RhaiExpr::DynamicConstant(value, _) => self.constant(value),
            RhaiExpr::InterpolatedString(parts, _) => ExprKind::Interpolated(self.expressions(parts.iter())),
            RhaiExpr::Array(items, _) => ExprKind::List(self.expressions(items.iter())),
            RhaiExpr::Map(map, _) => {
                ExprKind::Map(map.0.iter().map(|(name, value)| (Arc::from(name.name.as_str()), self.expression(value))).collect())
            }
            RhaiExpr::Variable(variable, ..) => ExprKind::Variable(Arc::from(variable.1.as_str())),
            RhaiExpr::ThisPtr(_) => ExprKind::This,
            RhaiExpr::FnCall(call, position) => return self.call_expression(call, *position),
            RhaiExpr::And(items, _) => ExprKind::And(self.expressions(items.iter())),
            RhaiExpr::Or(items, _) => ExprKind::Or(self.expressions(items.iter())),
            RhaiExpr::Coalesce(items, _) => ExprKind::Coalesce(self.expressions(items.iter())),
            RhaiExpr::Dot(pair, flags, position) | RhaiExpr::Index(pair, flags, position) => {
                let safe = flags.intersects(ASTFlags::NEGATED);
                let indexed = matches!(expr, RhaiExpr::Index(..));
                return self.chain(self.expression(&pair.lhs), &pair.rhs, indexed, !flags.intersects(ASTFlags::BREAK), safe, *position);
            }
            RhaiExpr::Stmt(block) => match self.block_value(block.statements()) {
                Some(value) => return value,
                None => ExprKind::Block(self.statements(block.statements())),
            },
            _ => ExprKind::Forbidden("this expression"),
        };
        Expr { kind, at: at(expr.position()) }
    }

    /// A block that only wraps an expression, as the parser makes for closures that capture variables and for `${..}`.
    fn block_value(self, block: &[RhaiStmt]) -> Option<Expr> {
        match block {
            [RhaiStmt::Expr(value)] | [RhaiStmt::Share(_), RhaiStmt::Expr(value)] => Some(self.expression(value)),
            [RhaiStmt::FnCall(call, position)] => Some(self.call_expression(call, *position)),
            _ => None,
        }
    }

    fn constant(self, value: &rhai::Dynamic) -> ExprKind {
        if let Some(pointer) = value.read_lock::<FnPtr>() {
            return ExprKind::Closure(Arc::from(pointer.fn_name()), pointer.curry().len());
        }
        value.as_decimal().map_or(ExprKind::Forbidden("this constant"), ExprKind::Decimal)
    }

    /// The parser nests chains to the right (`a.(b.(c))`); ours nest to the left, in the order of evaluation.
    fn chain(self, base: Expr, rest: &RhaiExpr, indexed: bool, goes_on: bool, safe: bool, position: Position) -> Expr {
        if goes_on && let RhaiExpr::Dot(pair, flags, next) | RhaiExpr::Index(pair, flags, next) = rest {
            let first = self.link(base, &pair.lhs, indexed, safe, position);
            let next_indexed = matches!(rest, RhaiExpr::Index(..));
            return self.chain(
                first,
                &pair.rhs,
                next_indexed,
                !flags.intersects(ASTFlags::BREAK),
                flags.intersects(ASTFlags::NEGATED),
                *next,
            );
        }
        self.link(base, rest, indexed, safe, position)
    }

    fn link(self, base: Expr, step: &RhaiExpr, indexed: bool, safe: bool, position: Position) -> Expr {
        let base = Box::new(base);
        let kind = if indexed {
            ExprKind::Index { base, index: Box::new(self.expression(step)), safe, bracket: at(position) }
        } else {
            match step {
                RhaiExpr::Property(property, _) => ExprKind::Field { base, name: Arc::from(property.2.as_str()), safe, dot: at(position) },
                RhaiExpr::MethodCall(call, _) => {
                    ExprKind::Method { base, name: Arc::from(call.name.as_str()), args: self.expressions(call.args.iter()), safe }
                }
                _ => ExprKind::Forbidden("this access"),
            }
        };
        Expr { kind, at: at(step.position()) }
    }

    fn call_expression(self, call: &FnCallExpr, position: Position) -> Expr {
        let name: Arc<str> = Arc::from(call.name.as_str());
        let args = self.expressions(call.args.iter());
        let kind = if call.is_operator_call() {
            ExprKind::Operator(name, args)
        } else if &*name == "curry" {
            match args.split_first() {
                Some((Expr { kind: ExprKind::Closure(function, captured), .. }, rest)) => {
                    ExprKind::Closure(Arc::clone(function), captured + rest.len())
                }
                _ => ExprKind::Call(name, args),
            }
        } else if !call.namespace.is_empty() {
            ExprKind::Forbidden("`::`: there are no modules")
        } else {
            ExprKind::Call(name, args)
        };
        Expr { kind, at: at(position) }
    }

    fn cases(self, subject: &Expr, cases: &SwitchCasesCollection) -> Vec<Case> {
        let places = labels::labels(self.text, subject, cases.expressions.len(), cases.def_case);
        let of = |index: usize| match &places {
            _ if cases.def_case == Some(index) => Labels::Default,
            None => Labels::Unknown,
            Some(places) => {
                let labels: Option<Vec<Expr>> = places.get(index).into_iter().flatten().map(|place| self.label(place)).collect();
                labels.map_or(Labels::Unknown, Labels::Values)
            }
        };
        let guard = |guard: &RhaiExpr| match guard {
            RhaiExpr::BoolConstant(true, position) if position.is_none() => None,
            guard => Some(self.expression(guard)),
        };
        let cases = cases.expressions.iter().enumerate();
        cases.map(|(index, case)| Case { labels: of(index), guard: guard(&case.lhs), value: self.expression(&case.rhs) }).collect()
    }

    /// A label, parsed anew from the text.
    fn label(self, place: &std::ops::Range<usize>) -> Option<Expr> {
        let ast = CLOSED.compile(self.text.slice(place)).ok()?;
        match self.statements(ast.statements()).pop()?.kind {
            StmtKind::Expr(expr) => Some(Expr { at: self.text.at(place.start), ..expr }),
            _ => None,
        }
    }
}
