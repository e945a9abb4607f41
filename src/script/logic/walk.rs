//! Runs a rule without a record: what it gives, under which conditions, through the functions of scripts that it calls.
//!
//! It must not miss a way: whatever cannot be followed gives anything at all, and says nothing about the functions that it calls.

use super::Logic;
use super::cases::{Cases, Given};
use super::formula::Formula;
use super::functions::assigned;
use super::sites::{Owner, Part, Ways};
use super::statements::changed;
use super::terms::Origin;
use crate::record::{ObjectType, Value};
use crate::script::check::root_variable;
use crate::script::evaluate::{ITEM, RECORD};
use crate::script::syntax::{Expr, ExprKind, Function, Stmt};
use crate::script::unit::{RuleId, is_closure};
use crate::table::CellType;
use std::rc::Rc;
use std::sync::Arc;

/// Expressions that are looked at for one rule, those of the functions that it calls included.
const MOST_STEPS: usize = 6_000;
/// Expressions that are looked at for all rules.
pub(super) const MOST_STEPS_IN_ALL: usize = 400_000;
/// Expressions inside of expressions that are followed, through calls.
const DEEPEST: usize = 120;

/// Why what a rule gives is left open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stop {
    /// A statement that cannot be followed, such as a loop.
    Open,
    /// Too much to follow.
    Exhausted,
}

pub(super) type Found<T> = Result<T, Stop>;

/// The names that can be used at a place, and how it is reached.
#[derive(Debug, Clone)]
pub(super) struct Scope {
    /// The piece that is looked at.
    pub(super) piece: usize,
    /// The rule or function that is looked at.
    pub(super) owner: Owner,
    /// Variables; of those without cases nothing is known, from one moment to the next.
    pub(super) variables: Vec<(Arc<str>, Option<Rc<Cases>>)>,
    /// The functions that are being looked at.
    pub(super) callers: Vec<Owner>,
}

impl Scope {
    fn find(&self, name: &str) -> Option<&Option<Rc<Cases>>> {
        self.variables.iter().rev().find(|(known, _)| &**known == name).map(|(_, cases)| cases)
    }

    pub(super) fn set(&mut self, name: &str, cases: Option<Cases>) {
        if let Some((_, known)) = self.variables.iter_mut().rev().find(|(known, _)| &**known == name) {
            *known = cases.map(Rc::new);
        }
    }

    pub(super) fn declare(&mut self, name: &Arc<str>, cases: Cases) {
        self.variables.push((Arc::clone(name), Some(Rc::new(cases))));
    }
}

impl<'a> Logic<'a> {
    /// What a rule gives where it is only asked under a condition.
    pub(super) fn rule_cases(&mut self, rule: RuleId, context: &Formula) -> Cases {
        let Some((index, piece)) = self.unit.piece_of(rule).filter(|(_, piece)| piece.sound) else { return Cases::open(&mut self.terms) };
        let owner = Owner::Rule(rule);
        let mut scope = Scope { piece: index, owner, variables: Vec::new(), callers: vec![owner] };
        let record = self.environment.record;
        for name in [RECORD, record.name().as_str()] {
            scope.declare(&Arc::from(name), Cases::one(Given::View(Arc::from(RECORD), Arc::clone(record.fields()))));
        }
        scope.declare(&Arc::from("before"), Cases::one(Given::View(Arc::from("before"), Arc::clone(record.fields()))));
        scope.declare(&Arc::from("case"), Cases::one(Given::View(Arc::from("case"), Arc::clone(self.environment.case))));
        let today = self.terms.term("today", Origin::Today, Some(CellType::Date));
        scope.declare(&Arc::from("today"), Cases::term(today));
        let now = self.terms.term("now", Origin::Computed, Some(CellType::DateTime));
        scope.declare(&Arc::from("now"), Cases::term(now));
        // The element of one list is not that of another.
        if record.name().as_str() != ITEM {
            let item = match self.unit.lists.get(&rule) {
                Some(list) => self.terms.term(&format!("item of {list:?}"), Origin::Computed, None),
                None => self.terms.fresh(),
            };
            scope.declare(&Arc::from(ITEM), Cases::term(item));
        }
        self.rule = Some(rule);
        self.steps = 0;
        let found = self.body(&piece.body, &mut scope, context);
        self.rule = None;
        found.unwrap_or_else(|_| {
            self.silence(owner, index, &piece.body);
            Cases::open(&mut self.terms)
        })
    }

    /// What an expression gives. `provided` says that a read may find nothing here.
    pub(super) fn eval(&mut self, expr: &'a Expr, scope: &mut Scope, context: &Formula, provided: bool) -> Found<Cases> {
        self.steps += 1;
        self.total += 1;
        if self.steps > MOST_STEPS || self.total > MOST_STEPS_IN_ALL || self.depth > DEEPEST {
            return Err(Stop::Exhausted);
        }
        self.depth += 1;
        let found = self.eval_within(expr, scope, context, provided);
        self.depth -= 1;
        found
    }

    fn eval_within(&mut self, expr: &'a Expr, scope: &mut Scope, context: &Formula, provided: bool) -> Found<Cases> {
        Ok(match &expr.kind {
            ExprKind::Unit => Cases::one(Given::Nothing),
            ExprKind::Bool(value) => Cases::known(Value::Bool(*value)),
            ExprKind::Int(value) => Cases::known(Value::Int(*value)),
            ExprKind::Decimal(value) => Cases::known(Value::Decimal(*value)),
            ExprKind::Text(text) => Cases::known(Value::Text(Arc::clone(text))),
            ExprKind::Interpolated(parts) => {
                let arguments = self.all(parts, scope, context)?;
                self.keyed("`", &arguments, Some(CellType::Text))
            }
            ExprKind::List(items) => {
                let arguments = self.all(items, scope, context)?;
                let combined = self.combinations(&arguments);
                let lists = combined.map(|found| found.into_iter().map(|(when, items)| (when, Given::List(Rc::from(items)))).collect());
                self.cases(lists)
            }
            ExprKind::Map(items) => {
                for (_, value) in items {
                    self.eval(value, scope, context, false)?;
                }
                Cases::open(&mut self.terms)
            }
            ExprKind::Variable(name) => match scope.find(name) {
                Some(Some(cases)) => (**cases).clone(),
                _ => Cases::open(&mut self.terms),
            },
            ExprKind::Closure(name, captured) => self.closure(name, *captured, scope),
            ExprKind::Field { base, name, safe, .. } => {
                let base = self.eval(base, scope, context, *safe)?;
                self.field(&base, name, *safe, provided)
            }
            ExprKind::Index { base, index, safe, .. } => {
                let base = self.eval(base, scope, context, *safe)?;
                match &index.kind {
                    ExprKind::Text(name) if base.0.iter().all(|case| matches!(case.given, Given::View(..))) => {
                        self.field(&base, name, *safe, provided)
                    }
                    _ => {
                        let index = self.eval(index, scope, context, false)?;
                        let element = self.keyed("[]", &[base, index], None);
                        if provided || *safe { element.or(Cases::one(Given::Nothing), &mut self.terms) } else { element }
                    }
                }
            }
            ExprKind::Method { base, name, args, safe } => {
                let first = self.eval(base, scope, context, *safe)?;
                let nothing = first.0.iter().filter(|case| matches!(case.given, Given::Nothing)).map(|case| case.when.clone());
                let nothing = Formula::any(nothing);
                let mut arguments = vec![first];
                arguments.extend(self.all(args, scope, context)?);
                self.changed(name, base, scope);
                let found = self.call(name, arguments, scope, context)?;
                if *safe { found.or(Cases::one(Given::Nothing).when(&nothing), &mut self.terms) } else { found }
            }
            ExprKind::Call(name, args) if &**name == "has" && args.len() == 1 => {
                let Some(arg) = args.first() else { return Err(Stop::Open) };
                let found = self.eval(arg, scope, context, true)?;
                self.has(&found)
            }
            ExprKind::Call(name, args) => {
                let arguments = self.all(args, scope, context)?;
                if let Some(first) = args.first() {
                    self.changed(name, first, scope);
                }
                self.call(name, arguments, scope, context)?
            }
            ExprKind::Operator(operator, operands) => self.operator(operator, operands, scope, context)?,
            ExprKind::And(items) => {
                let (met, unmet) = self.chain(items, scope, context, true)?;
                Cases::truth(met, unmet)
            }
            ExprKind::Or(items) => {
                let (unmet, met) = self.chain(items, scope, context, false)?;
                Cases::truth(met, unmet)
            }
            ExprKind::Coalesce(items) => self.coalesce(items, scope, context, provided)?,
            ExprKind::Block(body) => {
                // A `return` inside of an expression leaves the function around it, which is not followed.
                let flow = self.statements(body, scope, context)?;
                if !flow.returns.0.is_empty() {
                    return Err(Stop::Open);
                }
                flow.value
            }
            ExprKind::This | ExprKind::Forbidden(_) => return Err(Stop::Open),
        })
    }

    /// When a condition is met, and when it is not.
    pub(super) fn condition(&mut self, expr: &'a Expr, scope: &mut Scope, context: &Formula) -> Found<(Formula, Formula)> {
        let cases = self.eval(expr, scope, context, false)?;
        Ok(cases.condition(&mut self.terms))
    }

    /// The parts of `&&` (where each is reached when those before it are met) or of `||` (where they are not): when all of them are so,
    /// and when one is not.
    fn chain(&mut self, items: &'a [Expr], scope: &mut Scope, context: &Formula, all: bool) -> Found<(Formula, Formula)> {
        let mut reached = Formula::True;
        let mut left = Vec::new();
        for item in items {
            let here = context.clone().and(reached.clone());
            let before = scope.variables.clone();
            let (met, unmet) = self.condition(item, scope, &here)?;
            // What changes a variable only where it is reached is not followed.
            if changed(&scope.variables, &before) {
                return Err(Stop::Open);
            }
            self.observe(Part::Link { all }, item, scope, Ways { here: &here, near: &reached, met: &met, unmet: &unmet });
            let (on, off) = if all { (met, unmet) } else { (unmet, met) };
            left.push(reached.clone().and(off));
            reached = reached.and(on);
        }
        Ok((reached, Formula::any(left)))
    }

    fn operator(&mut self, operator: &str, operands: &'a [Expr], scope: &mut Scope, context: &Formula) -> Found<Cases> {
        match operands {
            [only] if operator == "!" => {
                let (met, unmet) = self.condition(only, scope, context)?;
                Ok(Cases::truth(unmet, met))
            }
            [only] => {
                let found = self.eval(only, scope, context, false)?;
                let zero = Cases::known(Value::Int(0));
                Ok(if operator == "-" { self.negative(&found, &zero) } else { found })
            }
            [left, right] => {
                let left = self.eval(left, scope, context, false)?;
                let right = self.eval(right, scope, context, false)?;
                Ok(self.binary(operator, &left, &right))
            }
            _ => Err(Stop::Open),
        }
    }

    fn coalesce(&mut self, items: &'a [Expr], scope: &mut Scope, context: &Formula, provided: bool) -> Found<Cases> {
        let mut found = Cases::default();
        let mut nothing = Formula::True;
        for (index, item) in items.iter().enumerate() {
            let last = index + 1 == items.len();
            let here = context.clone().and(nothing.clone());
            let before = scope.variables.clone();
            let cases = self.eval(item, scope, &here, provided || !last)?.when(&nothing);
            if changed(&scope.variables, &before) {
                return Err(Stop::Open);
            }
            let lacking = cases.0.iter().filter(|case| matches!(case.given, Given::Nothing)).map(|case| case.when.clone());
            let lacking = Formula::any(lacking);
            let given = Cases(cases.0.into_iter().filter(|case| last || !matches!(case.given, Given::Nothing)).collect());
            found = found.or(given, &mut self.terms);
            nothing = lacking;
            if nothing == Formula::False {
                // What is to the right is never asked for; a function that is only called there is not judged by it.
                break;
            }
        }
        Ok(found)
    }

    fn all(&mut self, exprs: &'a [Expr], scope: &mut Scope, context: &Formula) -> Found<Vec<Cases>> {
        exprs.iter().map(|expr| self.eval(expr, scope, context, false)).collect()
    }

    /// A field of what is given.
    fn field(&mut self, base: &Cases, name: &Arc<str>, safe: bool, provided: bool) -> Cases {
        let mut found = Cases::default();
        for case in &base.0 {
            let cases = match &case.given {
                Given::View(path, object) => self.field_of(path, object, name, provided),
                Given::Nothing if safe => Cases::one(Given::Nothing),
                Given::Nothing => continue,
                Given::Term(term) => {
                    let key = format!("{}.{name}", self.terms.key(*term));
                    Cases::maybe(self.terms.term(&key, Origin::Computed, None), true)
                }
                _ => Cases::open(&mut self.terms),
            };
            found.0.extend(cases.when(&case.when).0);
        }
        found.tidy(&mut self.terms)
    }

    fn field_of(&mut self, path: &Arc<str>, object: &Arc<ObjectType>, name: &Arc<str>, provided: bool) -> Cases {
        let Some((_, field)) = object.get(name) else { return Cases::default() };
        let key: Arc<str> = Arc::from(format!("{path}.{name}"));
        if let crate::record::FieldType::Object(inner) = &field.field_type {
            return Cases::one(Given::View(key, Arc::clone(inner)));
        }
        let origin = match key.split_once('.') {
            Some((RECORD, rest)) => Origin::Record(Arc::from(rest)),
            Some(("before", rest)) => Origin::Before(Arc::from(rest)),
            Some(("case", rest)) => Origin::Case(Arc::from(rest)),
            _ => Origin::Computed,
        };
        Cases::maybe(self.terms.field(&key, origin, field), provided)
    }

    /// A closure does the same where it is the same text and captured the same. What it calls is not followed.
    fn closure(&mut self, name: &Arc<str>, captured: usize, scope: &mut Scope) -> Cases {
        let Some(function) = self.closure_function(scope.piece, name) else { return Cases::open(&mut self.terms) };
        self.free_calls(&function.body, scope.piece);
        let mut keys = Vec::new();
        let mut known = true;
        for param in function.params.iter().take(captured) {
            let single = match scope.find(param) {
                Some(Some(cases)) if cases.0.len() == 1 => cases.0.first().cloned(),
                _ => None,
            };
            match single {
                Some(case) => keys.push(case.given.key(&mut self.terms)),
                None => known = false,
            }
        }
        // A closure may change what it captured, and nobody sees when.
        let mut changes = Vec::new();
        assigned(&function.body, &mut changes);
        for name in changes.iter().filter(|name| function.params.iter().take(captured).any(|param| param == *name)) {
            scope.set(name, None);
            known = false;
        }
        if !known {
            let fresh = self.terms.fresh();
            return Cases::term(fresh);
        }
        let params = function.params.join(", ");
        Cases::one(Given::Closure(Arc::from(format!("|{params}| {} ({})", placeless(&function.body), keys.join(", ")))))
    }

    pub(super) fn closure_function(&self, piece: usize, name: &str) -> Option<&'a Function> {
        let unit = self.unit;
        unit.pieces.get(piece)?.functions.iter().find(|function| is_closure(&function.name) && &*function.name == name)
    }

    /// After `push` a list is another one.
    fn changed(&mut self, function: &str, base: &Expr, scope: &mut Scope) {
        if function == "push"
            && let Some(name) = root_variable(base)
        {
            let fresh = self.terms.fresh();
            scope.set(name, Some(Cases::term(fresh)));
        }
    }
}

/// What statements say, without where they stand: the same text in two places does the same.
fn placeless(statements: &[Stmt]) -> String {
    let text = format!("{statements:?}");
    let mut parts = text.split("At { line: ");
    let first = parts.next().unwrap_or("").to_owned();
    parts.fold(first, |said, part| said + part.split_once(" }").map_or(part, |(_, rest)| rest))
}
