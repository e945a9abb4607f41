//! Whether a formula can hold, and of what values it does.
//!
//! It must not say "never" where it has not looked at everything: beyond its limit it does not know.

use super::formula::Formula;
use super::state::{State, few};
use super::terms::{TermId, Terms, type_of};
use crate::record::Value;
use crate::table::{CellType, Comparison, ValueSet};
use std::collections::BTreeMap;

/// Steps that one question may take.
const MOST_STEPS: usize = 6_000;
/// Values of a term that are tried one by one.
const MOST_VALUES: usize = 24;

/// Whether a formula can hold.
#[derive(Debug, Clone)]
pub(super) enum Verdict {
    /// Of no record.
    Never,
    /// As far as can be told, of a record of which this is known.
    Possible(Box<State>),
    /// The limit was reached before that was known.
    Unknown,
}

/// Steps that are left.
#[derive(Debug)]
pub(super) struct Budget {
    /// For all questions of an analysis.
    pub(super) left: usize,
}

/// The limit was reached.
struct Exhausted;

/// Whether a formula can hold.
pub(super) fn satisfy(terms: &Terms, formula: &Formula, budget: &mut Budget) -> Verdict {
    let mut search = Search { terms, left: MOST_STEPS.min(budget.left) };
    let given = search.left;
    let found = search.branch(State::default(), vec![formula.clone()], Vec::new(), 0);
    budget.left -= given - search.left;
    match found {
        Ok(None) => Verdict::Never,
        Ok(Some(state)) => Verdict::Possible(Box::new(state)),
        Err(Exhausted) => Verdict::Unknown,
    }
}

/// A value for every term of which something is known; `None` where none was found quickly.
pub(super) fn model(terms: &Terms, state: &State) -> Option<BTreeMap<TermId, Value>> {
    let mut search = Search { terms, left: MOST_STEPS };
    let mut state = search.assign(state.clone(), 0).ok()??;
    let mut found = BTreeMap::new();
    for term in state.terms() {
        let Some(cell_type) = terms.cell_type(term) else { continue };
        let value = state.set(terms, term)?.example(cell_type)?;
        if !state.choose(terms, term, &value) {
            return None;
        }
        found.insert(term, value);
    }
    Some(found)
}

struct Search<'a> {
    terms: &'a Terms,
    left: usize,
}

impl Search<'_> {
    fn step(&mut self) -> Result<(), Exhausted> {
        self.left = self.left.checked_sub(1).ok_or(Exhausted)?;
        Ok(())
    }

    /// Looks for a state in which everything that waits holds, and one of each list of alternatives.
    fn branch(
        &mut self,
        mut state: State,
        mut waiting: Vec<Formula>,
        mut choices: Vec<Formula>,
        depth: usize,
    ) -> Result<Option<State>, Exhausted> {
        loop {
            while let Some(formula) = waiting.pop() {
                self.step()?;
                match formula {
                    Formula::True => {}
                    Formula::False => return Ok(None),
                    Formula::All(parts) => waiting.extend(parts.iter().cloned()),
                    Formula::Any(_) => choices.push(formula),
                    Formula::Is(literal) => {
                        if !state.add(self.terms, &literal) {
                            return Ok(None);
                        }
                    }
                }
            }
            let mut open = Vec::with_capacity(choices.len());
            for choice in std::mem::take(&mut choices) {
                let Formula::Any(parts) = &choice else { continue };
                let mut viable = Vec::with_capacity(parts.len());
                let mut settled = false;
                for part in parts.iter() {
                    match self.known(&state, part)? {
                        Some(true) => {
                            settled = true;
                            break;
                        }
                        Some(false) => {}
                        None => viable.push(part.clone()),
                    }
                }
                match viable.len() {
                    _ if settled => {}
                    0 => return Ok(None),
                    1 => waiting.append(&mut viable),
                    _ => open.push(Formula::any(viable)),
                }
            }
            choices = open;
            if waiting.is_empty() {
                break;
            }
        }
        if !state.settle(self.terms) {
            return Ok(None);
        }
        let size = |choice: &Formula| match choice {
            Formula::Any(parts) => parts.len(),
            _ => 0,
        };
        let Some(smallest) = choices.iter().enumerate().min_by_key(|(_, choice)| size(choice)).map(|(index, _)| index) else {
            return self.assign(state, 0);
        };
        if depth > 200 {
            return Err(Exhausted);
        }
        let Formula::Any(parts) = choices.swap_remove(smallest) else { return Err(Exhausted) };
        for part in parts.iter() {
            if let Some(found) = self.branch(state.clone(), vec![part.clone()], choices.clone(), depth + 1)? {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    /// Whether a formula is known to hold, or known not to.
    fn known(&mut self, state: &State, formula: &Formula) -> Result<Option<bool>, Exhausted> {
        self.step()?;
        Ok(match formula {
            Formula::True => Some(true),
            Formula::False => Some(false),
            Formula::Is(literal) => state.knows(self.terms, literal),
            Formula::All(parts) => {
                let mut all = Some(true);
                for part in parts.iter() {
                    match self.known(state, part)? {
                        Some(false) => return Ok(Some(false)),
                        Some(true) => {}
                        None => all = None,
                    }
                }
                all
            }
            Formula::Any(parts) => {
                let mut none = Some(false);
                for part in parts.iter() {
                    match self.known(state, part)? {
                        Some(true) => return Ok(Some(true)),
                        Some(false) => {}
                        None => none = None,
                    }
                }
                none
            }
        })
    }

    /// Gives the terms that are compared with each other values, one after the other. "Never" is only said where all values of a term
    /// were tried; where that cannot be done, the state is taken as possible.
    fn assign(&mut self, state: State, depth: usize) -> Result<Option<State>, Exhausted> {
        self.step()?;
        let open = state.open(self.terms);
        let few_of = |(term, set): &(TermId, ValueSet)| {
            let cell_type = self.terms.cell_type(*term)?;
            Some((*term, few(set, cell_type, MOST_VALUES)?))
        };
        let smallest = open.iter().filter_map(few_of).min_by_key(|(_, values)| values.len());
        if let Some((term, values)) = smallest {
            for value in values {
                self.step()?;
                let mut next = state.clone();
                if next.choose(self.terms, term, &value)
                    && let Some(found) = self.assign(next, depth + 1)?
                {
                    return Ok(Some(found));
                }
            }
            return Ok(None);
        }
        if depth > 64 {
            return Ok(Some(state));
        }
        let Some((term, set)) = open.first() else { return Ok(Some(state)) };
        for value in self.samples(*term, set) {
            self.step()?;
            let mut next = state.clone();
            if next.choose(self.terms, *term, &value)
                && let Some(found) = self.assign(next, depth + 1)?
            {
                return Ok(Some(found));
            }
        }
        Ok(Some(state))
    }

    /// A few values of a set that has many: one that reads well, and one beyond each of its ends.
    fn samples(&self, term: TermId, set: &ValueSet) -> Vec<Value> {
        let Some(cell_type) = self.terms.cell_type(term).filter(|_| !State::is_constant(self.terms, term)) else { return Vec::new() };
        let Some(first) = set.example(cell_type) else { return Vec::new() };
        let mut found = vec![first.clone()];
        let beyond = |comparison: Comparison| set.intersection(&ValueSet::comparing(comparison, &first, cell_type), cell_type);
        match type_of(&first) {
            Some(CellType::Text) => found.extend(set.intersection(&not(&first, cell_type), cell_type).example(cell_type)),
            Some(_) if cell_type.has_order() => {
                found.extend(beyond(Comparison::Above).example(cell_type));
                found.extend(beyond(Comparison::Below).example(cell_type));
            }
            _ => {}
        }
        found
    }
}

fn not(value: &Value, cell_type: &CellType) -> ValueSet {
    ValueSet::comparing(Comparison::NotEqual, value, cell_type)
}
