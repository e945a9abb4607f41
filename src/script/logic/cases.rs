//! What an expression can give: a few cases, each with the condition under which it is given.
//!
//! It must not evaluate; `walk` does. Where no case applies, the expression has no answer: it reads a missing value, or breaks.

use super::formula::Formula;
use super::terms::{TermId, Terms};
use crate::record::{ObjectType, Value};
use std::rc::Rc;
use std::sync::Arc;

/// Cases beyond which what an expression gives is left open.
const MOST_CASES: usize = 40;

/// What an expression gives.
#[derive(Debug, Clone)]
pub(super) enum Given {
    /// No value, which only `??`, `?.` and `has` can meet.
    Nothing,
    /// A value that is written in the rule or follows from such values.
    Known(Value),
    /// True or false: when it is true, and when it is false.
    Truth(Formula, Formula),
    /// A value that depends on the record.
    Term(TermId),
    /// The record, or an object in it: the path by which it is reached, and its fields.
    View(Arc<str>, Arc<ObjectType>),
    /// Values in order.
    List(Rc<[Given]>),
    /// A closure, by a text that is the same where it does the same.
    Closure(Arc<str>),
}

/// One case.
#[derive(Debug, Clone)]
pub(super) struct Case {
    /// When it is given.
    pub(super) when: Formula,
    /// What is given.
    pub(super) given: Given,
}

/// The cases of an expression.
#[derive(Debug, Clone, Default)]
pub(super) struct Cases(pub(super) Vec<Case>);

impl Cases {
    pub(super) fn one(given: Given) -> Self {
        Cases(vec![Case { when: Formula::True, given }])
    }

    pub(super) fn known(value: Value) -> Self {
        Self::one(Given::Known(value))
    }

    pub(super) fn truth(met: Formula, unmet: Formula) -> Self {
        Self::one(Given::Truth(met, unmet))
    }

    /// A term that always has a value.
    pub(super) fn term(term: TermId) -> Self {
        Self::one(Given::Term(term))
    }

    /// A term that may have no value; the rule ends where it has none, unless that is provided for.
    pub(super) fn maybe(term: TermId, provided: bool) -> Self {
        let mut cases = vec![Case { when: Formula::present(term, true), given: Given::Term(term) }];
        if provided {
            cases.push(Case { when: Formula::present(term, false), given: Given::Nothing });
        }
        Cases(cases)
    }

    /// Something of which nothing is known.
    pub(super) fn open(terms: &mut Terms) -> Self {
        let term = terms.fresh();
        Self::maybe(term, true)
    }

    /// The cases under a further condition.
    pub(super) fn when(mut self, condition: &Formula) -> Self {
        if *condition != Formula::True {
            self.0.iter_mut().for_each(|case| case.when = condition.clone().and(case.when.clone()));
            self.0.retain(|case| case.when != Formula::False);
        }
        self
    }

    /// These or those; equal ones are joined, and too many are left open.
    pub(super) fn or(mut self, other: Cases, terms: &mut Terms) -> Self {
        self.0.extend(other.0);
        self.tidy(terms)
    }

    /// Joins cases that give the same, and leaves open what too many give.
    pub(super) fn tidy(self, terms: &mut Terms) -> Self {
        let mut kept: Vec<Case> = Vec::with_capacity(self.0.len());
        let mut truths: Vec<(Formula, Formula, Formula)> = Vec::new();
        for case in self.0 {
            if case.when == Formula::False {
                continue;
            }
            if let Given::Truth(..) | Given::Known(Value::Bool(_)) = case.given
                && let Some((met, unmet)) = case.given.truth(terms)
            {
                truths.push((case.when.clone(), case.when.clone().and(met), case.when.and(unmet)));
                continue;
            }
            match kept.iter_mut().find(|known| known.given.is(&case.given)) {
                Some(known) => known.when = known.when.clone().or(case.when),
                None => kept.push(case),
            }
        }
        if !truths.is_empty() {
            let when = Formula::any(truths.iter().map(|(when, ..)| when.clone()));
            let met = Formula::any(truths.iter().map(|(_, met, _)| met.clone()));
            let unmet = Formula::any(truths.into_iter().map(|(.., unmet)| unmet));
            kept.push(Case { when, given: Given::Truth(met, unmet) });
        }
        if kept.len() <= MOST_CASES {
            return Cases(kept);
        }
        let when = Formula::any(kept.into_iter().map(|case| case.when));
        Cases::open(terms).when(&when)
    }

    /// When a condition is met, and when it is not.
    pub(super) fn condition(&self, terms: &mut Terms) -> (Formula, Formula) {
        let mut met = Vec::new();
        let mut unmet = Vec::new();
        for case in &self.0 {
            if let Some((yes, no)) = case.given.truth(terms) {
                met.push(case.when.clone().and(yes));
                unmet.push(case.when.clone().and(no));
            }
        }
        (Formula::any(met), Formula::any(unmet))
    }

    /// When it gives anything at all.
    pub(super) fn answered(&self) -> Formula {
        Formula::any(self.0.iter().map(|case| case.when.clone()))
    }
}

impl Given {
    /// When it is true, and when it is false; `None` where it is neither, which is a fault.
    pub(super) fn truth(&self, terms: &mut Terms) -> Option<(Formula, Formula)> {
        match self {
            Given::Truth(met, unmet) => Some((met.clone(), unmet.clone())),
            Given::Known(Value::Bool(value)) => Some((Formula::constant(*value), Formula::constant(!value))),
            Given::Term(term) => {
                use crate::table::{CellType, ValueSet};
                let term = terms.typed(*term, &CellType::Bool);
                if terms.cell_type(term) != Some(&CellType::Bool) {
                    return Some((Formula::True, Formula::True));
                }
                let only = |value: bool| ValueSet::Only(vec![Value::Bool(value)]);
                Some((Formula::within(terms, term, &only(true)), Formula::within(terms, term, &only(false))))
            }
            _ => None,
        }
    }

    /// Whether it is plainly the same.
    fn is(&self, other: &Given) -> bool {
        match (self, other) {
            (Given::Nothing, Given::Nothing) => true,
            (Given::Known(a), Given::Known(b)) => a == b,
            (Given::Term(a), Given::Term(b)) => a == b,
            (Given::View(a, _), Given::View(b, _)) => a == b,
            (Given::Closure(a), Given::Closure(b)) => a == b,
            _ => false,
        }
    }

    /// A text that is the same for what is the same.
    pub(super) fn key(&self, terms: &mut Terms) -> String {
        match self {
            Given::Nothing => "()".to_owned(),
            Given::Known(value) => format!("{} {value:?}", value.kind()),
            Given::Term(term) => terms.key(*term).to_owned(),
            Given::View(path, _) => path.to_string(),
            Given::Closure(key) => key.to_string(),
            Given::List(items) => {
                let keys: Vec<String> = items.iter().map(|item| item.key(terms)).collect();
                format!("[{}]", keys.join(", "))
            }
            Given::Truth(met, unmet) => {
                let key = format!("{met:?}/{unmet:?}");
                if key.len() > 2_000 {
                    let fresh = terms.fresh();
                    return terms.key(fresh).to_owned();
                }
                key
            }
        }
    }
}
