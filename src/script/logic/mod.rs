//! What can be told of conditions without a record: which are always met, which never, which exclude each other, and by which record
//! that shows.
//!
//! It must not claim what it has not proved. A rule is followed through all its ways and becomes two formulas over what it reads: one
//! that holds whenever the rule is met, and one that holds whenever it is unmet. Both may allow too much (a call that is not followed
//! gives anything), never too little; so a formula that cannot hold is a proof. What can hold is only a guess, until the rule itself
//! was run on the record that shows it.

mod calls;
mod cases;
mod compare;
mod example;
mod formula;
mod functions;
mod sites;
mod solve;
mod state;
mod statements;
mod terms;
mod walk;

#[cfg(test)]
mod part_properties;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;

pub use example::Example;
pub use sites::{Fixed, Part};

use super::check::Environment;
use super::evaluate::Rules;
use super::syntax::{At, ExprKind, Function, Stmt, StmtKind};
use super::unit::{RuleId, Unit};
use crate::record::Value;
use crate::table::{CellType, Comparison, ValueSet};
use formula::Formula;
use rust_decimal::Decimal;
use sites::{Owner, Site};
use solve::{Budget, Verdict, satisfy};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use terms::Terms;

/// Steps that all questions of one analysis may take together.
const MOST_STEPS: usize = 1_500_000;

/// What is known of the results that rules ask for.
#[derive(Debug, Default)]
pub struct Facts {
    /// The totals that a scorecard can have.
    scores: HashMap<Arc<str>, ValueSet>,
    /// The values that a table can give, in the type of its output.
    tables: HashMap<Arc<str>, ValueSet>,
}

impl Facts {
    /// Says that the total of a scorecard is 0 or lies between two numbers.
    pub fn score(&mut self, card: &str, low: Decimal, high: Decimal) {
        let at = |comparison, value: Decimal| ValueSet::comparing(comparison, &Value::Decimal(value.normalize()), &CellType::Number);
        let between = at(Comparison::AtLeast, low).intersection(&at(Comparison::AtMost, high), &CellType::Number);
        self.scores.insert(Arc::from(card), between.union(&at(Comparison::Equal, Decimal::ZERO), &CellType::Number));
    }

    /// Says which values a table can give.
    pub fn table<'v>(&mut self, table: &str, cell_type: &CellType, values: impl Iterator<Item = &'v Value>) {
        self.tables.insert(Arc::from(table), ValueSet::listing(values.map(terms::in_set).collect(), cell_type));
    }
}

/// That a rule is met, or that it is unmet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asked {
    /// The rule.
    pub rule: RuleId,
    /// Whether it is met.
    pub met: bool,
}

/// A condition that has to hold: one of several lists of rules that are met or unmet.
pub type OneOf = Vec<Vec<Asked>>;

/// One analysis of the rules of a workflow.
pub struct Logic<'a> {
    rules: &'a Rules,
    unit: &'a Unit,
    environment: &'a Environment<'a>,
    facts: Facts,
    functions: HashMap<(&'a str, usize), (usize, &'a Function)>,
    terms: Terms,
    budget: Budget,
    truths: HashMap<RuleId, (Formula, Formula)>,
    /// Whether conditions inside of rules are noted on the way.
    watching: bool,
    watched: HashSet<RuleId>,
    sites: HashMap<(Owner, At, bool, usize), Site>,
    silent: HashSet<Owner>,
    freed: HashSet<Owner>,
    waiting: Vec<(usize, &'a Function)>,
    rule: Option<RuleId>,
    steps: usize,
    total: usize,
    depth: usize,
}

impl<'a> Logic<'a> {
    /// An analysis of checked rules. They must be free of errors.
    #[must_use]
    pub fn new(rules: &'a Rules, environment: &'a Environment<'a>, facts: Facts) -> Self {
        Self {
            rules,
            unit: &rules.unit,
            environment,
            facts,
            functions: rules.unit.script_functions(),
            terms: Terms::default(),
            budget: Budget { left: MOST_STEPS },
            truths: HashMap::new(),
            watching: false,
            watched: HashSet::new(),
            sites: HashMap::new(),
            silent: HashSet::new(),
            freed: HashSet::new(),
            waiting: Vec::new(),
            rule: None,
            steps: 0,
            total: 0,
            depth: 0,
        }
    }

    /// Whether it is proved that no record is such that all of this holds.
    pub fn never(&mut self, all: &[Asked]) -> bool {
        let formula = self.formula(all);
        matches!(satisfy(&self.terms, &formula, &mut self.budget), Verdict::Never)
    }

    /// Whether it is proved that no record is such that all of this holds, and of each list of alternatives one.
    pub fn never_with(&mut self, all: &[Asked], choices: &[&OneOf]) -> bool {
        let formula = self.with_choices(all, choices);
        matches!(satisfy(&self.terms, &formula, &mut self.budget), Verdict::Never)
    }

    /// A record of which all of this holds, and of each list of alternatives one; the rules have been run on it and say so.
    pub fn example(&mut self, all: &[Asked], choices: &[&OneOf]) -> Option<Example> {
        let formula = self.with_choices(all, choices);
        let Verdict::Possible(state) = satisfy(&self.terms, &formula, &mut self.budget) else { return None };
        let values = solve::model(&self.terms, &state)?;
        let example = Example::of(&self.terms, &state, &values, self.environment)?;
        example.confirms(self.rules, all, choices).then_some(example)
    }

    /// Whether a rule is nothing but `true` or `false`.
    #[must_use]
    pub fn constant(&self, rule: RuleId) -> Option<bool> {
        let (_, piece) = self.unit.piece_of(rule)?;
        match piece.body.as_slice() {
            [Stmt { kind: StmtKind::Expr(expr), .. }] => match &expr.kind {
                ExprKind::Bool(value) => Some(*value),
                _ => None,
            },
            _ => None,
        }
    }

    /// Looks at the conditions inside of a rule, which is only asked where all of `given` holds.
    pub fn watch(&mut self, rule: RuleId, given: &[Asked]) {
        let context = self.formula(given);
        self.watched.insert(rule);
        self.watching = true;
        self.rule_cases(rule, &context);
        self.free_waiting();
        self.watching = false;
    }

    /// Looks at every rule that was not looked at yet, and says which conditions inside of rules and functions are always met where they
    /// are reached, or never.
    pub fn fixed(&mut self) -> Vec<Fixed> {
        let rest: Vec<RuleId> = self.unit.rules().map(|(rule, _)| rule).filter(|rule| !self.watched.contains(rule)).collect();
        for rule in rest {
            self.watch(rule, &[]);
        }
        // Where not all was followed, nobody knows what functions are called with.
        if self.total > walk::MOST_STEPS_IN_ALL { Vec::new() } else { self.fixed_sites() }
    }

    /// Whether a rule must be met for a record to be such; in formulas that allow too much.
    fn formula(&mut self, all: &[Asked]) -> Formula {
        let parts: Vec<Formula> = all.iter().map(|asked| self.truth(*asked)).collect();
        Formula::all(parts)
    }

    fn with_choices(&mut self, all: &[Asked], choices: &[&OneOf]) -> Formula {
        let mut parts = vec![self.formula(all)];
        for choice in choices {
            let alternatives: Vec<Formula> = choice.iter().map(|all| self.formula(all)).collect();
            parts.push(Formula::any(alternatives));
        }
        Formula::all(parts)
    }

    fn truth(&mut self, asked: Asked) -> Formula {
        if !self.truths.contains_key(&asked.rule) {
            let watching = std::mem::replace(&mut self.watching, false);
            let cases = self.rule_cases(asked.rule, &Formula::True);
            let truth = cases.condition(&mut self.terms);
            self.watching = watching;
            self.truths.insert(asked.rule, truth);
        }
        match self.truths.get(&asked.rule) {
            Some((met, unmet)) => if asked.met { met } else { unmet }.clone(),
            None => Formula::True,
        }
    }
}
