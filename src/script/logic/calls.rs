//! What functions give: those of scripts are followed, of built-in ones the type and the bounds are known.
//!
//! It must not compute what a built-in function gives; the same function of the same values is the same term.

use super::Logic;
use super::cases::{Case, Cases, Given};
use super::compare::{cell_type_of, combine, compare, compute};
use super::formula::Formula;
use super::state::end;
use super::terms::{Origin, in_set};
use super::walk::{Found, Scope};
use crate::record::{Duration, Field, FieldType, Reading, Value, value_from_text};
use crate::script::builtins::{Builtin, Gives, Takes, builtin};
use crate::script::operators::BINARY;
use crate::table::{CellType, Comparison, ValueSet};
use std::sync::Arc;

/// Combinations of the cases of arguments beyond which what a call gives is left open.
const MOST_COMBINATIONS: usize = 40;

/// What is given together, and when.
pub(super) type Combinations = Vec<(Formula, Vec<Given>)>;

impl<'a> Logic<'a> {
    /// What a call gives.
    pub(super) fn call(&mut self, name: &Arc<str>, arguments: Vec<Cases>, scope: &Scope, context: &Formula) -> Found<Cases> {
        if let Some(function) = self.functions.get(&(&**name, arguments.len())).copied() {
            return self.script_function(function, arguments, scope, context);
        }
        let Some(known) = builtin(name) else { return Ok(Cases::open(&mut self.terms)) };
        let Some(combined) = self.combinations(&arguments) else { return Ok(self.keyed(name, &arguments, None)) };
        let mut found = Cases::default();
        for (when, given) in combined {
            let cases = self.built_in(known, &given);
            found.0.extend(cases.when(&when).0);
        }
        Ok(found.tidy(&mut self.terms))
    }

    /// What a built-in function gives for one case of each argument.
    fn built_in(&mut self, known: &Builtin, given: &[Given]) -> Cases {
        if matches!(given.first(), Some(Given::Nothing)) && known.name != "push" {
            return Cases::default();
        }
        match (known.name, given) {
            // Nothing is compared with the elements of a list, where there are any.
            ("contains", [Given::List(items), Given::Nothing]) => {
                return if items.is_empty() { Cases::known(Value::Bool(false)) } else { Cases::default() };
            }
            ("contains", [Given::List(items), item]) => {
                let each: Vec<(Formula, Formula)> = items.iter().map(|other| compare(&mut self.terms, "==", other, item)).collect();
                let met = Formula::any(each.iter().map(|(met, _)| met.clone()));
                return Cases::truth(met, Formula::all(each.into_iter().map(|(_, unmet)| unmet)));
            }
            ("date" | "datetime" | "duration", [Given::Known(Value::Text(text))]) => {
                let wanted = match known.name {
                    "date" => FieldType::Date,
                    "datetime" => FieldType::DateTime,
                    _ => FieldType::Duration,
                };
                let value = value_from_text(text, &Field::new(wanted), &Reading::default()).ok().flatten();
                return value.map(Cases::known).unwrap_or_default();
            }
            ("days", [Given::Known(Value::Int(count))]) => return Cases::known(Value::Duration(Duration::from_days(*count))),
            ("hours", [Given::Known(Value::Int(count))]) => {
                return Cases::known(Value::Duration(Duration::from_seconds(count.saturating_mul(3_600))));
            }
            ("push", _) => return Cases::one(Given::Nothing),
            _ => {}
        }
        let keys: Vec<String> = given.iter().map(|given| given.key(&mut self.terms)).collect();
        let key = format!("{}({})", known.name, keys.join(", "));
        let (cell_type, set) = self.values_of(known, given);
        let term = match (cell_type, set) {
            (Some(cell_type), Some(set)) => self.terms.bounded(&key, cell_type, set),
            (cell_type, _) => self.terms.term(&key, Origin::Computed, cell_type),
        };
        let sure = !matches!(known.takes, Takes::TableName) && !matches!(known.name, "grade" | "find");
        if sure { Cases::term(term) } else { Cases::maybe(term, true) }
    }

    /// The type of what a built-in function gives, and the values where they are known.
    fn values_of(&self, known: &Builtin, given: &[Given]) -> (Option<CellType>, Option<ValueSet>) {
        let named = match given.first() {
            Some(Given::Known(Value::Text(name))) => Some(name),
            _ => None,
        };
        match (known.takes, named) {
            (Takes::TableName, Some(name)) => {
                let cell_type = self.environment.tables.get(name).and_then(Option::as_ref).and_then(CellType::of);
                return (cell_type, self.facts.tables.get(name).cloned());
            }
            (Takes::ScorecardName, Some(name)) if known.name == "grade" => {
                let grades = self.environment.scorecards.get(name).filter(|grades| !grades.is_empty());
                return (Some(grades.map_or(CellType::Text, |grades| CellType::Enum(Arc::clone(grades)))), None);
            }
            (Takes::ScorecardName, Some(name)) => return (Some(CellType::Number), self.facts.scores.get(name).cloned()),
            _ => {}
        }
        let from = |low: i64, high: Option<i64>, cell_type: CellType| {
            let number = |value: i64| Value::Decimal(value.into());
            let above = ValueSet::comparing(Comparison::AtLeast, &number(low), &cell_type);
            let set = high.map(|high| above.intersection(&ValueSet::comparing(Comparison::AtMost, &number(high), &cell_type), &cell_type));
            (Some(cell_type), Some(set.unwrap_or(above)))
        };
        match known.name {
            "len" => return from(0, None, CellType::Int),
            "index_of" => return from(-1, None, CellType::Int),
            "month" => return from(1, Some(12), CellType::Int),
            "day" => return from(1, Some(31), CellType::Int),
            "weekday" => return from(1, Some(7), CellType::Int),
            "abs" => {
                return match given.first().and_then(|first| cell_type_of(&self.terms, first)) {
                    Some(cell_type @ (CellType::Int | CellType::Number)) => from(0, None, cell_type),
                    other => (other, None),
                };
            }
            "min" | "max" => return self.extreme(known.name == "max", given),
            _ => {}
        }
        let cell_type = match known.gives {
            Gives::Bool => Some(CellType::Bool),
            Gives::Int => Some(CellType::Int),
            Gives::Number => Some(CellType::Number),
            Gives::Text => Some(CellType::Text),
            Gives::Date => Some(CellType::Date),
            Gives::DateTime => Some(CellType::DateTime),
            Gives::Duration => Some(CellType::Duration),
            _ => None,
        };
        (cell_type, None)
    }

    /// The larger of two values is at least as large as each of them.
    fn extreme(&self, largest: bool, given: &[Given]) -> (Option<CellType>, Option<ValueSet>) {
        let [left, right] = given else { return (None, None) };
        let cell_type = match (cell_type_of(&self.terms, left), cell_type_of(&self.terms, right)) {
            (Some(CellType::Int | CellType::Number), Some(CellType::Number)) | (Some(CellType::Number), Some(CellType::Int)) => {
                CellType::Number
            }
            (Some(a), Some(b)) if a == b && a.has_order() => a,
            _ => return (None, None),
        };
        let mut set = ValueSet::all(&cell_type);
        let (near, far) = if largest { (Comparison::AtLeast, Comparison::AtMost) } else { (Comparison::AtMost, Comparison::AtLeast) };
        let ends = |largest_end: bool| [left, right].map(|side| self.end_of(side, largest_end));
        let mut narrow = |comparison: Comparison, value: &Value| {
            set = set.intersection(&ValueSet::comparing(comparison, value, &cell_type), &cell_type);
        };
        for value in ends(!largest).into_iter().flatten() {
            narrow(near, &value);
        }
        if let [Some(a), Some(b)] = ends(largest) {
            let a_is_larger = a.order(&b).is_ok_and(std::cmp::Ordering::is_ge);
            narrow(far, if a_is_larger == largest { &a } else { &b });
        }
        (Some(cell_type), Some(set))
    }

    /// The largest or smallest value that is given, or a bound of it.
    fn end_of(&self, given: &Given, largest: bool) -> Option<Value> {
        match given {
            Given::Known(value) => Some(in_set(value)),
            Given::Term(term) => end(self.terms.domain(*term)?.1, largest).map(|(value, _)| value),
            _ => None,
        }
    }

    /// Whether there is a value.
    pub(super) fn has(&mut self, found: &Cases) -> Cases {
        let mut met = Vec::new();
        let mut unmet = Vec::new();
        for case in &found.0 {
            let (yes, no) = match &case.given {
                Given::Nothing => (Formula::False, Formula::True),
                Given::View(path, _) => {
                    let term = self.terms.term(&format!("has({path})"), Origin::Computed, Some(CellType::Bool));
                    Given::Term(term).truth(&mut self.terms).unwrap_or((Formula::True, Formula::True))
                }
                _ => (Formula::True, Formula::False),
            };
            met.push(case.when.clone().and(yes));
            unmet.push(case.when.clone().and(no));
        }
        Cases::truth(Formula::any(met), Formula::any(unmet))
    }

    /// What an operator with two sides gives.
    pub(super) fn binary(&mut self, operator: &str, left: &Cases, right: &Cases) -> Cases {
        let Some(operator) = BINARY.iter().copied().find(|known| *known == operator) else { return Cases::open(&mut self.terms) };
        if matches!(operator, "==" | "!=" | "<" | "<=" | ">" | ">=") {
            return combine(&mut self.terms, left, right, |terms, a, b| {
                let (met, unmet) = compare(terms, operator, a, b);
                Some(Given::Truth(met, unmet))
            });
        }
        combine(&mut self.terms, left, right, |terms, a, b| compute(terms, operator, a, b))
    }

    /// What is below zero by so much.
    pub(super) fn negative(&mut self, found: &Cases, zero: &Cases) -> Cases {
        combine(&mut self.terms, zero, found, |terms, zero, value| match value {
            Given::Known(Value::Decimal(number)) => Some(Given::Known(Value::Decimal(-number))),
            Given::Known(Value::Duration(span)) => {
                Some(Given::Known(Value::Duration(Duration::from_seconds(span.seconds().saturating_neg()))))
            }
            Given::Term(term) if !matches!(terms.cell_type(*term), Some(CellType::Int | CellType::Number)) => {
                let (key, cell_type) = (format!("-({})", terms.key(*term)), terms.cell_type(*term).cloned());
                Some(Given::Term(terms.term(&key, Origin::Computed, cell_type)))
            }
            _ => compute(terms, "-", zero, value),
        })
    }

    /// Every combination of the cases of arguments; `None` where there are too many.
    pub(super) fn combinations(&self, arguments: &[Cases]) -> Option<Combinations> {
        let mut found: Combinations = vec![(Formula::True, Vec::new())];
        for cases in arguments {
            let mut next = Vec::new();
            for (when, given) in &found {
                for case in &cases.0 {
                    let both = when.clone().and(case.when.clone());
                    if both != Formula::False {
                        next.push((both, given.iter().cloned().chain(std::iter::once(case.given.clone())).collect()));
                    }
                }
            }
            if next.len() > MOST_COMBINATIONS {
                return None;
            }
            found = next;
        }
        Some(found)
    }

    /// Cases made of combinations; left open where there were too many.
    pub(super) fn cases(&mut self, combined: Option<Vec<(Formula, Given)>>) -> Cases {
        match combined {
            Some(combined) => Cases(combined.into_iter().map(|(when, given)| Case { when, given }).collect()),
            None => Cases::open(&mut self.terms),
        }
    }

    /// A term that is the same wherever the same is made of the same; it may be nothing where its type is not known.
    pub(super) fn keyed(&mut self, name: &str, arguments: &[Cases], cell_type: Option<CellType>) -> Cases {
        let Some(combined) = self.combinations(arguments) else {
            let when = Formula::all(arguments.iter().map(Cases::answered));
            return Cases::open(&mut self.terms).when(&when);
        };
        let mut found = Cases::default();
        for (when, given) in combined {
            let keys: Vec<String> = given.iter().map(|given| given.key(&mut self.terms)).collect();
            let term = self.terms.term(&format!("{name}({})", keys.join(", ")), Origin::Computed, cell_type.clone());
            let cases = if cell_type.is_some() { Cases::term(term) } else { Cases::maybe(term, true) };
            found.0.extend(cases.when(&when).0);
        }
        found.tidy(&mut self.terms)
    }
}
