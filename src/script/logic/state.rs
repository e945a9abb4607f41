//! What is known of the terms on one branch of a search, and what follows for terms that are compared with each other.
//!
//! It must not choose between alternatives; `solve` does.

use super::formula::{Literal, Orders};
use super::terms::{Origin, TermId, Terms, alike};
use crate::record::Value;
use crate::table::{CellType, Comparison, Range, ValueSet};
use std::collections::BTreeMap;
use std::ops::Bound;

/// Rounds in which sets are narrowed by comparisons; where more would narrow them further, less is concluded.
const ROUNDS: usize = 12;

/// What is known of the terms.
#[derive(Debug, Clone, Default)]
pub(super) struct State {
    pub(super) present: BTreeMap<TermId, bool>,
    sets: BTreeMap<TermId, ValueSet>,
    orders: BTreeMap<(TermId, TermId), Orders>,
}

impl State {
    /// The values that a term can still have.
    pub(super) fn set(&self, terms: &Terms, term: TermId) -> Option<ValueSet> {
        self.sets.get(&term).cloned().or_else(|| terms.domain(term).map(|(_, set)| set.clone()))
    }

    /// The terms of which something is known.
    pub(super) fn terms(&self) -> Vec<TermId> {
        let mut found: Vec<TermId> = self.present.iter().filter(|(_, present)| **present).map(|(term, _)| *term).collect();
        found.extend(self.sets.keys());
        found.extend(self.orders.keys().flat_map(|(a, b)| [*a, *b]));
        found.sort_unstable();
        found.dedup();
        found
    }

    /// Whether a fact is known to hold, or known not to.
    pub(super) fn knows(&self, terms: &Terms, literal: &Literal) -> Option<bool> {
        match literal {
            Literal::Present(term, wanted) => self.present.get(term).map(|known| known == wanted),
            Literal::In(term, wanted) => {
                let (cell_type, domain) = terms.domain(*term)?;
                let known = self.sets.get(term).unwrap_or(domain);
                let left = known.intersection(wanted, cell_type);
                if left.is_empty() {
                    Some(false)
                } else if left == *known {
                    Some(true)
                } else {
                    None
                }
            }
            Literal::Order(a, b, wanted) => {
                let known = self.orders.get(&(*a, *b))?;
                if known.and(*wanted).is_none() {
                    Some(false)
                } else if known.within(*wanted) {
                    Some(true)
                } else {
                    None
                }
            }
        }
    }

    /// Adds a fact; `false` where it contradicts what is known.
    pub(super) fn add(&mut self, terms: &Terms, literal: &Literal) -> bool {
        match literal {
            Literal::Present(term, wanted) => *self.present.entry(*term).or_insert(*wanted) == *wanted,
            Literal::In(term, wanted) => self.narrow(terms, *term, wanted).is_some(),
            Literal::Order(a, b, wanted) => {
                let known = self.orders.entry((*a, *b)).or_insert(Orders::ALL);
                *known = known.and(*wanted);
                !known.is_none()
            }
        }
    }

    /// Leaves a term only the values of a set: whether that changed anything; `None` where none are left.
    fn narrow(&mut self, terms: &Terms, term: TermId, to: &ValueSet) -> Option<bool> {
        let Some((cell_type, domain)) = terms.domain(term) else { return Some(false) };
        let known = self.sets.get(&term).unwrap_or(domain);
        let left = known.intersection(to, cell_type);
        if left.is_empty() {
            return None;
        }
        let changed = left != *known;
        if changed {
            self.sets.insert(term, left);
        }
        Some(changed)
    }

    /// Concludes from comparisons of terms what values they can have; `false` where they contradict each other.
    pub(super) fn settle(&mut self, terms: &Terms) -> bool {
        if self.orders.is_empty() {
            return true;
        }
        for _ in 0..ROUNDS {
            if !self.close() {
                return false;
            }
            let mut changed = false;
            for ((a, b), orders) in self.orders.clone() {
                let first = self.narrow_by(terms, a, b, orders);
                let second = first.and_then(|_| self.narrow_by(terms, b, a, orders.turned()));
                match (first, second) {
                    (Some(first), Some(second)) => changed |= first || second,
                    _ => return false,
                }
            }
            if !changed {
                return true;
            }
        }
        true
    }

    /// Leaves `term` the values that can stand so to one that `other` can have.
    fn narrow_by(&mut self, terms: &Terms, term: TermId, other: TermId, orders: Orders) -> Option<bool> {
        let (Some((cell_type, _)), Some((other_type, _))) = (terms.domain(term), terms.domain(other)) else { return Some(false) };
        if !alike(cell_type, other_type) || orders == Orders::ALL {
            return Some(false);
        }
        let set = self.set(terms, other).unwrap_or_else(|| ValueSet::all(other_type));
        if orders == Orders::EQUAL {
            return self.narrow(terms, term, &set);
        }
        let single = single(&set);
        if orders == Orders::EQUAL.others() {
            return match single {
                Some(value) => self.narrow(terms, term, &ValueSet::comparing(Comparison::NotEqual, &value, cell_type)),
                None => Some(false),
            };
        }
        if !cell_type.has_order() {
            return Some(false);
        }
        let (below, equal) = (orders.has(Orders::LESS), orders.has(Orders::EQUAL));
        let Some((value, attained)) = end(&set, below) else { return Some(false) };
        let comparison = match (below, equal && attained) {
            (true, true) => Comparison::AtMost,
            (true, false) => Comparison::Below,
            (false, true) => Comparison::AtLeast,
            (false, false) => Comparison::Above,
        };
        self.narrow(terms, term, &ValueSet::comparing(comparison, &value, cell_type))
    }

    /// Follows chains of comparisons: what is below what is below a third is below the third; `false` where something would be below
    /// itself.
    fn close(&mut self) -> bool {
        let mut names: Vec<TermId> = self.orders.keys().flat_map(|(a, b)| [*a, *b]).collect();
        names.sort_unstable();
        names.dedup();
        let known = |orders: &BTreeMap<(TermId, TermId), Orders>, a: TermId, b: TermId| match a.cmp(&b) {
            std::cmp::Ordering::Equal => Orders::EQUAL,
            std::cmp::Ordering::Less => orders.get(&(a, b)).copied().unwrap_or(Orders::ALL),
            std::cmp::Ordering::Greater => orders.get(&(b, a)).map_or(Orders::ALL, |orders| orders.turned()),
        };
        if names.len() > 24 {
            return true;
        }
        for middle in &names {
            for a in &names {
                for b in names.iter().filter(|b| *b > a) {
                    let (first, second) = (known(&self.orders, *a, *middle), known(&self.orders, *middle, *b));
                    let both = known(&self.orders, *a, *b).and(chained(first, second));
                    if both.is_none() {
                        return false;
                    }
                    if both != Orders::ALL {
                        self.orders.insert((*a, *b), both);
                    }
                }
            }
        }
        true
    }

    /// The terms that are compared with others and have more than one value left.
    pub(super) fn open(&self, terms: &Terms) -> Vec<(TermId, ValueSet)> {
        let mut names: Vec<TermId> = self.orders.keys().flat_map(|(a, b)| [*a, *b]).collect();
        names.sort_unstable();
        names.dedup();
        let sets = names.into_iter().filter_map(|term| Some((term, self.set(terms, term)?)));
        sets.filter(|(_, set)| single(set).is_none()).collect()
    }

    /// Gives a term one value.
    pub(super) fn choose(&mut self, terms: &Terms, term: TermId, value: &Value) -> bool {
        let Some((cell_type, _)) = terms.domain(term) else { return false };
        let only = ValueSet::comparing(Comparison::Equal, value, cell_type);
        self.narrow(terms, term, &only).is_some() && self.settle(terms)
    }

    /// Whether a term stands for a value that is written in a rule.
    pub(super) fn is_constant(terms: &Terms, term: TermId) -> bool {
        terms.get(term).is_some_and(|term| matches!(term.origin, Origin::Constant(_)))
    }
}

/// What `a` to `b` can be, where `a` stands so to a third and the third so to `b`.
fn chained(first: Orders, second: Orders) -> Orders {
    let mut found = Orders::EQUAL.and(Orders::LESS);
    for a in [Orders::LESS, Orders::EQUAL, Orders::GREATER].into_iter().filter(|a| first.has(*a)) {
        for b in [Orders::LESS, Orders::EQUAL, Orders::GREATER].into_iter().filter(|b| second.has(*b)) {
            found = found.or(match (a, b) {
                (Orders::EQUAL, other) | (other, Orders::EQUAL) => other,
                (a, b) if a == b => a,
                _ => Orders::ALL,
            });
        }
    }
    found
}

/// The one value of a set that has one only.
pub(super) fn single(set: &ValueSet) -> Option<Value> {
    match set {
        ValueSet::Only(values) => match values.as_slice() {
            [value] => Some(value.clone()),
            _ => None,
        },
        ValueSet::Ranges(ranges) => match ranges.as_slice() {
            [Range { low: Bound::Included(low), high: Bound::Included(high) }] if low.same(high) == Ok(true) => Some(low.clone()),
            _ => None,
        },
        ValueSet::AllBut(_) => None,
    }
}

/// The largest value of a set with an order, or the smallest, and whether it belongs to the set; `None` where there is no end.
pub(super) fn end(set: &ValueSet, largest: bool) -> Option<(Value, bool)> {
    let ValueSet::Ranges(ranges) = set else { return None };
    let bound = if largest { &ranges.last()?.high } else { &ranges.first()?.low };
    match bound {
        Bound::Included(value) => Some((value.clone(), true)),
        Bound::Excluded(value) => Some((value.clone(), false)),
        Bound::Unbounded => None,
    }
}

/// All values of a set that has few of them.
pub(super) fn few(set: &ValueSet, cell_type: &CellType, most: usize) -> Option<Vec<Value>> {
    match set {
        ValueSet::Only(values) => (values.len() <= most).then(|| values.clone()),
        ValueSet::AllBut(_) => None,
        ValueSet::Ranges(ranges) => {
            let mut rest = set.clone();
            let mut found = Vec::new();
            if !matches!(cell_type, CellType::Int | CellType::Date) || ranges.iter().any(|range| range.high == Bound::Unbounded) {
                return single(set).map(|value| vec![value]);
            }
            while let Some((value, true)) = end(&rest, false) {
                rest = rest.intersection(&ValueSet::comparing(Comparison::Above, &value, cell_type), cell_type);
                found.push(value);
                if found.len() > most {
                    return None;
                }
            }
            rest.is_empty().then_some(found)
        }
    }
}
