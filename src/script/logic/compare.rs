//! What comparisons and sums say about terms.
//!
//! It must not conclude anything from numbers that may have been cut off: what is computed is a term of its own.

use super::cases::{Case, Cases, Given};
use super::formula::{Formula, Orders};
use super::terms::{Origin, TermId, Terms, alike, in_set, type_of};
use crate::record::Value;
use crate::script::operators::arithmetic;
use crate::table::{CellType, Comparison, ValueSet};
use std::cmp::Ordering;

/// When a comparison is met, and when it is not. Where the sides cannot be compared it is neither.
pub(super) fn compare(terms: &mut Terms, operator: &str, left: &Given, right: &Given) -> (Formula, Formula) {
    let neither = (Formula::False, Formula::False);
    let Some(orders) = Orders::of(operator) else { return (Formula::True, Formula::True) };
    match (left, right) {
        (Given::Nothing, _) | (_, Given::Nothing) => neither,
        (Given::Known(a), Given::Known(b)) => match holds(operator, a, b) {
            Some(holds) => (Formula::constant(holds), Formula::constant(!holds)),
            None => neither,
        },
        (Given::Term(a), Given::Known(value)) => with_value(terms, *a, orders, value),
        (Given::Known(value), Given::Term(b)) => with_value(terms, *b, orders.turned(), value),
        (Given::Term(a), Given::Term(b)) => with_term(terms, *a, orders, *b),
        (Given::Truth(..), _) | (_, Given::Truth(..)) if matches!(operator, "==" | "!=") => {
            let (Some((met_a, unmet_a)), Some((met_b, unmet_b))) = (left.truth(terms), right.truth(terms)) else { return neither };
            let same = met_a.clone().and(met_b.clone()).or(unmet_a.clone().and(unmet_b.clone()));
            let other = met_a.and(unmet_b).or(unmet_a.and(met_b));
            if operator == "==" { (same, other) } else { (other, same) }
        }
        _ => open(terms, operator, left, right),
    }
}

/// Whether one value stands so to another.
fn holds(operator: &str, a: &Value, b: &Value) -> Option<bool> {
    match operator {
        "==" => a.same(b).ok(),
        "!=" => a.same(b).ok().map(|same| !same),
        _ => {
            let orders = Orders::of(operator)?;
            a.order(b).ok().map(|order| {
                orders.has(match order {
                    Ordering::Less => Orders::LESS,
                    Ordering::Equal => Orders::EQUAL,
                    Ordering::Greater => Orders::GREATER,
                })
            })
        }
    }
}

fn with_value(terms: &mut Terms, term: TermId, orders: Orders, value: &Value) -> (Formula, Formula) {
    let (Some(wanted), value) = (type_of(value), in_set(value)) else {
        return open(terms, "==", &Given::Term(term), &Given::Known(value.clone())).turned_for(orders);
    };
    let term = terms.typed(term, &wanted);
    let Some(cell_type) = terms.cell_type(term).cloned() else { return (Formula::True, Formula::True) };
    if !alike(&cell_type, &wanted) {
        return (Formula::True, Formula::True);
    }
    let equality = orders == Orders::EQUAL || orders == Orders::EQUAL.others();
    if !equality && !cell_type.has_order() {
        // Texts have an order in rules, but sets of texts have none.
        let constant = terms.constant(&value, &wanted);
        return with_term(terms, term, orders, constant);
    }
    let set = |orders: Orders| {
        let parts = [(Orders::LESS, Comparison::Below), (Orders::EQUAL, Comparison::Equal), (Orders::GREATER, Comparison::Above)];
        let chosen = parts.into_iter().filter(|(part, _)| orders.has(*part) && (*part == Orders::EQUAL || cell_type.has_order()));
        chosen.fold(ValueSet::none(), |set, (_, comparison)| set.union(&ValueSet::comparing(comparison, &value, &cell_type), &cell_type))
    };
    let (met, unmet) = if cell_type.has_order() {
        (set(orders), set(orders.others()))
    } else {
        let equal = set(Orders::EQUAL);
        let other = equal.complement(&cell_type);
        if orders == Orders::EQUAL { (equal, other) } else { (other, equal) }
    };
    (Formula::within(terms, term, &met), Formula::within(terms, term, &unmet))
}

fn with_term(terms: &mut Terms, a: TermId, orders: Orders, b: TermId) -> (Formula, Formula) {
    let (a, b) = match (terms.cell_type(a).cloned(), terms.cell_type(b).cloned()) {
        (Some(found), None) => (a, terms.typed(b, &plain(&found))),
        (None, Some(found)) => (terms.typed(a, &plain(&found)), b),
        (Some(x), Some(y)) if !alike(&x, &y) => return (Formula::True, Formula::True),
        _ => (a, b),
    };
    (Formula::order(a, b, orders), Formula::order(a, b, orders.others()))
}

/// The type of what can be compared with a type.
fn plain(cell_type: &CellType) -> CellType {
    match cell_type {
        CellType::Int | CellType::Number => CellType::Number,
        CellType::Enum(_) | CellType::User | CellType::Text => CellType::Text,
        other => other.clone(),
    }
}

/// A comparison of which only is known that it is the same wherever its sides are.
fn open(terms: &mut Terms, operator: &str, left: &Given, right: &Given) -> (Formula, Formula) {
    let (plain, negated) = match operator {
        "!=" => ("==", true),
        ">=" => ("<", true),
        "<=" => (">", true),
        other => (other, false),
    };
    let key = format!("({} {plain} {})", left.key(terms), right.key(terms));
    let term = terms.term(&key, Origin::Computed, Some(CellType::Bool));
    match Given::Term(term).truth(terms) {
        Some((met, unmet)) if negated => (unmet, met),
        Some(both) => both,
        None => (Formula::True, Formula::True),
    }
}

trait Turned {
    fn turned_for(self, orders: Orders) -> Self;
}

impl Turned for (Formula, Formula) {
    /// An answer to "equal" as one to "not equal"; nothing is known of any other comparison.
    fn turned_for(self, orders: Orders) -> Self {
        if orders == Orders::EQUAL {
            self
        } else if orders == Orders::EQUAL.others() {
            (self.1, self.0)
        } else {
            (Formula::True, Formula::True)
        }
    }
}

/// What an operator of arithmetic gives for one case of each side.
pub(super) fn compute(terms: &mut Terms, operator: &'static str, left: &Given, right: &Given) -> Option<Given> {
    if let (Given::Known(a), Given::Known(b)) = (left, right) {
        return arithmetic(operator, a, b).ok().map(Given::Known);
    }
    if matches!(left, Given::Nothing) || matches!(right, Given::Nothing) {
        return None;
    }
    let (a, b) = (left.key(terms), right.key(terms));
    let (a_type, b_type) = (cell_type_of(terms, left), cell_type_of(terms, right));
    let numbers = |found: &Option<CellType>| matches!(found, Some(CellType::Int | CellType::Number));
    // The sum is the same whichever number stands first.
    let swapped = matches!(operator, "+" | "*") && numbers(&a_type) && numbers(&b_type) && a > b;
    let key = if swapped { format!("({b} {operator} {a})") } else { format!("({a} {operator} {b})") };
    let found = result_type(operator, a_type, b_type);
    Some(Given::Term(terms.term(&key, Origin::Computed, found)))
}

/// The type of what is given, where it can be told.
pub(super) fn cell_type_of(terms: &Terms, given: &Given) -> Option<CellType> {
    match given {
        Given::Known(Value::Int(_)) => Some(CellType::Int),
        Given::Known(value) => type_of(value),
        Given::Truth(..) => Some(CellType::Bool),
        Given::Term(term) => terms.cell_type(*term).cloned(),
        _ => None,
    }
}

fn result_type(operator: &str, left: Option<CellType>, right: Option<CellType>) -> Option<CellType> {
    use CellType::{Date, DateTime, Duration, Int, Number, Text};
    Some(match (left?, operator, right?) {
        (Int, "+" | "-" | "*" | "%", Int) => Int,
        (Int | Number, _, Int | Number) => Number,
        (Text | CellType::Enum(_) | CellType::User, "+", Text | CellType::Enum(_) | CellType::User) => Text,
        (Date, "-", Date) | (DateTime, "-", DateTime) | (Duration, "+" | "-", Duration) => Duration,
        (Duration, "*", Int) | (Int, "*", Duration) => Duration,
        (Date, "+" | "-", Duration) => Date,
        (DateTime, "+" | "-", Duration) => DateTime,
        _ => return None,
    })
}

/// Every combination of two expressions' cases for which `join` gives something.
pub(super) fn combine(
    terms: &mut Terms,
    left: &Cases,
    right: &Cases,
    mut join: impl FnMut(&mut Terms, &Given, &Given) -> Option<Given>,
) -> Cases {
    let mut found = Vec::new();
    for a in &left.0 {
        for b in &right.0 {
            let when = a.when.clone().and(b.when.clone());
            if when == Formula::False {
                continue;
            }
            if let Some(given) = join(terms, &a.given, &b.given) {
                found.push(Case { when, given });
            }
        }
    }
    Cases(found).tidy(terms)
}
