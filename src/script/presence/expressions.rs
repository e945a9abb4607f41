//! What expressions read, and what is known after them.
//!
//! It must not differ from the engine in what is a guard: left of `??`, before `?.`, inside of `has(..)`.

use super::facts::{ReadField, Root, State, all_of_before};
use super::value::{Given, Object};
use super::{Names, Walk, meet};
use crate::record::FieldType;
use crate::script::syntax::{Expr, ExprKind};
use std::sync::Arc;

impl<'a> Walk<'a> {
    /// What an expression gives. A guarded read may find nothing.
    pub(super) fn expr(&mut self, expr: &'a Expr, guarded: bool, names: &mut Names<'a>, state: &mut State) -> Given {
        if self.exhausted() {
            return Given::Other;
        }
        match &expr.kind {
            ExprKind::Unit | ExprKind::This | ExprKind::Forbidden(_) => Given::Other,
            ExprKind::Int(_) | ExprKind::Decimal(_) | ExprKind::Text(_) => Given::There,
            ExprKind::Bool(true) => Given::Condition(state.clone(), State::unreached()),
            ExprKind::Bool(false) => Given::Condition(State::unreached(), state.clone()),
            ExprKind::Interpolated(items) => {
                for item in items {
                    self.used(item, names, state);
                }
                Given::There
            }
            ExprKind::List(items) => {
                let given = items.iter().map(|item| (state.clone(), self.expr(item, false, names, state))).collect();
                Given::List(Box::new(meet(given).1))
            }
            ExprKind::Map(items) => {
                for (_, item) in items {
                    self.expr(item, false, names, state);
                }
                Given::There
            }
            ExprKind::Variable(name) => names.find(name),
            ExprKind::Closure(name, captured) => self.closure(name, *captured, names),
            ExprKind::Field { base, name, safe, .. } => {
                let of = self.expr(base, *safe, names, state);
                self.field(expr, (base, of), name, (*safe, guarded), names, state)
            }
            ExprKind::Index { base, index, safe, .. } => {
                let of = self.expr(base, *safe, names, state);
                self.used(index, names, state);
                match (&index.kind, of) {
                    (ExprKind::Text(name), of @ Given::Object(_)) => self.field(expr, (base, of), name, (*safe, guarded), names, state),
                    (_, Given::List(element)) => *element,
                    (_, Given::Maybe { because, .. }) if *safe => Given::Maybe { because, exact: false },
                    (_, of) => {
                        self.needed(&of, base, names, state);
                        Given::Other
                    }
                }
            }
            ExprKind::Method { base, name, args, safe } => {
                let of = self.expr(base, *safe, names, state);
                self.method((base, of), name, args, *safe, names, state)
            }
            ExprKind::Call(name, args) if &**name == "has" && args.len() == 1 => match args.first() {
                Some(arg) => self.has(arg, names, state),
                None => Given::Other,
            },
            ExprKind::Call(name, args) => self.call(name, args, names, state),
            ExprKind::Operator(operator, operands) => match (&**operator, operands.as_slice()) {
                ("!", [operand]) => {
                    let (met, unmet) = self.condition(operand, names, state);
                    Given::Condition(unmet, met)
                }
                _ => {
                    for operand in operands {
                        self.used(operand, names, state);
                    }
                    Given::There
                }
            },
            ExprKind::And(items) => {
                let (met, unmet) = self.all(items, names, state, true);
                Given::Condition(met, unmet)
            }
            ExprKind::Or(items) => {
                let (unmet, met) = self.all(items, names, state, false);
                Given::Condition(met, unmet)
            }
            ExprKind::Coalesce(items) => self.coalesce(items, guarded, names, state),
            ExprKind::Block(body) => self.block(body, names, state),
        }
    }

    /// An expression whose value something needs.
    pub(super) fn used(&mut self, expr: &'a Expr, names: &mut Names<'a>, state: &mut State) -> Given {
        let given = self.expr(expr, false, names, state);
        self.needed(&given, expr, names, state);
        given
    }

    /// What is known where a condition holds, and where it does not.
    pub(super) fn condition(&mut self, expr: &'a Expr, names: &mut Names<'a>, state: &mut State) -> (State, State) {
        match self.used(expr, names, state) {
            Given::Condition(met, unmet) => {
                let (met, unmet) = (state.both(&met), state.both(&unmet));
                *state = met.clone().join(unmet.clone());
                (met, unmet)
            }
            _ => (state.clone(), state.clone()),
        }
    }

    /// Conditions one after the other as long as each is `on`: what is known where all of them are, and where one is not.
    fn all(&mut self, items: &'a [Expr], names: &mut Names<'a>, state: &mut State, on: bool) -> (State, State) {
        let mut through = state.clone();
        let mut left = State::unreached();
        for item in items {
            let (met, unmet) = self.condition(item, names, &mut through);
            let (goes_on, stops) = if on { (met, unmet) } else { (unmet, met) };
            left = left.join(stops);
            through = goes_on;
        }
        *state = through.clone().join(left.clone());
        (through, left)
    }

    fn coalesce(&mut self, items: &'a [Expr], guarded: bool, names: &mut Names<'a>, state: &mut State) -> Given {
        let mut ways = Vec::new();
        let mut rest = state.clone();
        let last = items.len().saturating_sub(1);
        for (index, item) in items.iter().enumerate() {
            let given = self.expr(item, index < last || guarded, names, &mut rest);
            if index == last {
                ways.push((rest.clone(), given));
                break;
            }
            match given {
                Given::Maybe { because, exact: true } => {
                    ways.push((rest.found(&because, true), Given::There));
                    rest = rest.found(&because, false);
                }
                Given::Maybe { .. } | Given::Other => ways.push((rest.clone(), Given::There)),
                given => ways.push((std::mem::take(&mut rest), given)),
            }
        }
        let (after, given) = meet(ways);
        *state = after;
        given
    }

    /// `has(x)`.
    fn has(&mut self, arg: &'a Expr, names: &mut Names<'a>, state: &mut State) -> Given {
        match self.expr(arg, true, names, state) {
            Given::Maybe { because, exact: true } => Given::Condition(state.found(&because, true), state.found(&because, false)),
            Given::Object(object) => self.has_object(&object, state),
            Given::There | Given::List(_) => Given::Condition(state.clone(), State::unreached()),
            _ => Given::There,
        }
    }

    /// An object is there when one of the fields inside of it is.
    fn has_object(&mut self, object: &Object, state: &State) -> Given {
        if object.root == Root::Before && object.path.is_empty() {
            let whole = all_of_before();
            return Given::Condition(state.found(&whole, true), state.found(&whole, false));
        }
        let leaves = object.leaves();
        self.reads.extend(leaves.iter().cloned());
        let own = ReadField { root: object.root, path: Arc::clone(&object.path) };
        let signs: Vec<ReadField> = leaves.iter().chain([&own]).cloned().collect();
        let (there, rest) = state.split(&signs);
        let unmet = leaves.iter().fold(rest.clone(), |state, leaf| state.found(leaf, false));
        let met = match leaves.as_slice() {
            [only] => rest.found(only, true),
            _ => rest,
        };
        Given::Condition(there.join(met.found(&own, true)), unmet)
    }

    /// `base.name`; `guards` are whether `?.` guards the base, and whether the read itself is guarded.
    fn field(
        &mut self,
        expr: &'a Expr,
        (base, of): (&'a Expr, Given),
        name: &Arc<str>,
        (safe, guarded): (bool, bool),
        names: &mut Names<'a>,
        state: &mut State,
    ) -> Given {
        let object = match of {
            Given::Object(object) => object,
            Given::Maybe { because, .. } if safe => return Given::Maybe { because, exact: false },
            of => {
                self.needed(&of, base, names, state);
                return Given::Other;
            }
        };
        let Some((_, field)) = object.of.get(name) else { return Given::Other };
        let read = object.field(name);
        if let FieldType::Object(of) = &field.field_type {
            return Given::Object(Object { root: object.root, path: read.path, of: Arc::clone(of) });
        }
        let given = match &field.field_type {
            FieldType::Children(record) => self.children(record.as_str(), &read.to_string()),
            FieldType::List(_) => Given::List(Box::new(Given::There)),
            _ => Given::There,
        };
        self.reads.insert(read.clone());
        if guarded && !state.has(&read) {
            return Given::Maybe { because: read, exact: true };
        }
        // From a read of what is not there, no record goes on.
        self.demand(&read, names.piece.span_of(expr), state);
        given
    }

    pub(super) fn children(&self, record: &str, path: &str) -> Given {
        let element = (self.shapes.records)(record).map(|record| Object {
            root: Root::Child,
            path: Arc::from(format!("{path}[]")),
            of: Arc::clone(record.fields()),
        });
        Given::List(Box::new(element.map_or(Given::Other, Given::Object)))
    }
}
