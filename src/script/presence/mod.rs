//! Which fields a rule reads, and which of them must have a value for the rule to have an answer.
//!
//! It must not run a rule. It follows every way through it, with what was found out on that way: what stands behind `has(..)` is read
//! where the field is there. What it cannot follow it takes for harmless.

mod calls;
mod expressions;
mod facts;
mod statements;
mod value;

#[cfg(test)]
mod tests;

pub use facts::{Known, ReadField, Root};

use super::evaluate::{ITEM, RECORD, Rules};
use super::frame::Asked;
use super::syntax::{Expr, Function};
use super::unit::{Piece, RuleId, Unit};
use crate::record::{ObjectType, RecordType};
use crate::source::Span;
use facts::State;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use value::{Given, Object, meet};

/// Steps after which the ways through a rule are not followed any further.
const MOST_STEPS: usize = 100_000;
/// Calls inside of calls that are followed; the engine itself stops at 32.
const DEEPEST_CALL: usize = 32;

/// The types of what rules read.
pub struct Shapes<'a> {
    /// The record type of the workflow.
    pub record: &'a RecordType,
    /// The fields of `case`.
    pub case: &'a Arc<ObjectType>,
    /// The record type of a name.
    pub records: &'a dyn Fn(&str) -> Option<Arc<RecordType>>,
}

/// A field without whose value a rule has no answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Demand {
    /// The field.
    pub field: ReadField,
    /// Where it is read, or where its absence shows.
    pub span: Span,
}

/// A result that a rule asks for by name, and what is known at that place.
#[derive(Debug, Clone, PartialEq)]
pub struct AskedHere {
    /// What kind of result.
    pub asked: Asked,
    /// Its name.
    pub name: Arc<str>,
    /// Fields that surely have a value there.
    pub known: Known,
}

/// What a rule reads, and what it needs for an answer.
#[derive(Debug, Clone, Default)]
pub struct Presence {
    /// Every field that it can read.
    pub reads: BTreeSet<ReadField>,
    /// Fields that it reads without a guard where they may be missing, in the order of the ways.
    pub demands: Vec<Demand>,
    /// The results that it asks for.
    pub asks: Vec<AskedHere>,
    /// What is known where it is true; `None` where it never is.
    pub met: Option<Known>,
    /// What is known where it is false; `None` where it never is.
    pub unmet: Option<Known>,
}

impl Rules {
    /// What a rule reads and demands of a record of which some fields are known to be there.
    #[must_use]
    pub fn presence(&self, rule: RuleId, shapes: &Shapes<'_>, known: &Known) -> Presence {
        let mut walk = Walk::new(&self.unit, shapes);
        let (state, given) = walk.rule(rule, known, 0);
        let (met, unmet) = match given {
            Given::Condition(met, unmet) => (state.both(&met), state.both(&unmet)),
            _ => (state.clone(), state),
        };
        // Where the ways were not followed to their ends, nothing is said about what is there at those.
        let gave_up = walk.steps >= MOST_STEPS;
        let mut presence =
            Presence { reads: walk.reads, demands: walk.demands, asks: walk.asks, met: met.present(), unmet: unmet.present() };
        if gave_up {
            presence.demands.clear();
            presence.met = Some(known.clone());
            presence.unmet = Some(known.clone());
        }
        presence
    }
}

/// One walk over a rule and what it calls.
struct Walk<'a> {
    unit: &'a Unit,
    shapes: &'a Shapes<'a>,
    functions: HashMap<(&'a str, usize), (usize, &'a Function)>,
    reads: BTreeSet<ReadField>,
    demands: Vec<Demand>,
    asks: Vec<AskedHere>,
    steps: usize,
    /// The functions that are looked at, outermost first.
    calls: Vec<(Arc<str>, usize)>,
}

/// The names at a point of a piece.
struct Names<'a> {
    piece: &'a Piece,
    variables: Vec<(Arc<str>, Given)>,
    /// The ends by `return`, and what they give.
    returns: Vec<(State, Given)>,
}

impl<'a> Names<'a> {
    fn new(piece: &'a Piece) -> Self {
        Self { piece, variables: Vec::new(), returns: Vec::new() }
    }

    fn declare(&mut self, name: &str, given: Given) {
        self.variables.push((Arc::from(name), given));
    }

    fn find(&self, name: &str) -> Given {
        self.variables.iter().rev().find(|(known, _)| &**known == name).map_or(Given::Other, |(_, given)| given.clone())
    }

    fn change(&mut self, name: &str, to: Given) {
        if let Some((_, found)) = self.variables.iter_mut().rev().find(|(known, _)| &**known == name) {
            *found = if *found == to { to } else { Given::Other };
        }
    }
}

impl<'a> Walk<'a> {
    fn new(unit: &'a Unit, shapes: &'a Shapes<'a>) -> Self {
        let functions = unit.script_functions();
        let (reads, demands, asks, calls) = (BTreeSet::new(), Vec::new(), Vec::new(), Vec::new());
        Self { unit, shapes, functions, reads, demands, asks, steps: 0, calls }
    }

    fn rule(&mut self, rule: RuleId, known: &Known, depth: usize) -> (State, Given) {
        let Some((_, piece)) = self.unit.piece_of(rule) else { return (State::unreached(), Given::Other) };
        let mut names = Names::new(piece);
        let record = self.shapes.record;
        let object = |root| Given::Object(Object { root, path: Arc::from(""), of: Arc::clone(record.fields()) });
        for name in [RECORD, record.name().as_str()] {
            names.declare(name, object(Root::Record));
        }
        names.declare("before", object(Root::Before));
        names.declare("case", Given::Object(Object { root: Root::Case, path: Arc::from(""), of: Arc::clone(self.shapes.case) }));
        names.declare("today", Given::There);
        names.declare("now", Given::There);
        if let Some(list) = self.unit.lists.get(&rule).filter(|_| depth == 0) {
            // What the list itself reads is said where the list stands.
            let mut of_list = Walk::new(self.unit, self.shapes);
            let element = match of_list.rule(*list, known, depth + 1).1 {
                Given::List(element) => *element,
                _ => Given::Other,
            };
            names.declare(ITEM, element);
        }
        let (mut state, given) = self.body(&piece.body, &mut names, State::of(known.clone()));
        if let Given::Maybe { because, .. } = &given {
            self.demand(because, piece.whole(), &mut state);
        }
        (state, given)
    }

    /// Notes that there is no answer without a field, unless it is known to be there; afterwards it is.
    fn demand(&mut self, field: &ReadField, span: Span, state: &mut State) {
        if state.has(field) {
            return;
        }
        if matches!(field.root, Root::Case | Root::Child) {
            if state.lacks(field) {
                *state = State::unreached();
            }
            return;
        }
        let demand = Demand { field: field.clone(), span };
        if !self.demands.contains(&demand) {
            self.demands.push(demand);
        }
        *state = state.found(field, true);
    }

    /// Demands whatever a value depends on.
    fn needed(&mut self, given: &Given, expr: &'a Expr, names: &Names<'a>, state: &mut State) {
        if let Given::Maybe { because, .. } = given {
            self.demand(because, names.piece.span_of(expr), state);
        }
    }

    fn exhausted(&mut self) -> bool {
        self.steps += 1;
        self.steps >= MOST_STEPS
    }
}
