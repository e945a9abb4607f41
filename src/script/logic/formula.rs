//! Formulas over what rules read: what holds of single terms, joined by "and" and "or".
//!
//! It must not know rules, and has no "not": whoever makes a condition says when it is met and when it is unmet.

use super::terms::{TermId, Terms};
use crate::table::ValueSet;
use std::rc::Rc;

/// Something that may hold of a record.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Formula {
    /// It holds of every record.
    True,
    /// It holds of none.
    False,
    /// All of these hold.
    All(Rc<[Formula]>),
    /// One of these holds.
    Any(Rc<[Formula]>),
    /// A single fact.
    Is(Rc<Literal>),
}

/// A single fact about one term, or about two.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Literal {
    /// The term has a value, or has none.
    Present(TermId, bool),
    /// Its value is one of these; it says nothing about whether there is one.
    In(TermId, ValueSet),
    /// How the value of one term stands to that of another; the first has the smaller number.
    Order(TermId, TermId, Orders),
}

/// Some of "less", "equal", "greater".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Orders(u8);

impl Orders {
    pub(super) const LESS: Orders = Orders(1);
    pub(super) const EQUAL: Orders = Orders(2);
    pub(super) const GREATER: Orders = Orders(4);
    pub(super) const ALL: Orders = Orders(7);

    /// What an operator of comparison allows.
    pub(super) fn of(operator: &str) -> Option<Self> {
        Some(match operator {
            "==" => Self::EQUAL,
            "!=" => Self::EQUAL.others(),
            "<" => Self::LESS,
            "<=" => Self::GREATER.others(),
            ">" => Self::GREATER,
            ">=" => Self::LESS.others(),
            _ => return None,
        })
    }

    pub(super) fn others(self) -> Self {
        Orders(Self::ALL.0 & !self.0)
    }

    pub(super) fn and(self, other: Self) -> Self {
        Orders(self.0 & other.0)
    }

    pub(super) fn or(self, other: Self) -> Self {
        Orders(self.0 | other.0)
    }

    /// Seen from the other side.
    pub(super) fn turned(self) -> Self {
        let (less, greater) = (self.0 & 1, self.0 & 4);
        Orders((self.0 & 2) | (less << 2) | (greater >> 2))
    }

    pub(super) fn has(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    pub(super) fn is_none(self) -> bool {
        self.0 == 0
    }

    /// Whether everything that it allows is among what another allows.
    pub(super) fn within(self, other: Self) -> bool {
        self.0 & !other.0 == 0
    }
}

impl Formula {
    pub(super) fn constant(holds: bool) -> Self {
        if holds { Formula::True } else { Formula::False }
    }

    pub(super) fn present(term: TermId, present: bool) -> Self {
        Formula::Is(Rc::new(Literal::Present(term, present)))
    }

    /// That a term's value is in a set.
    pub(super) fn within(terms: &Terms, term: TermId, set: &ValueSet) -> Self {
        let Some((cell_type, domain)) = terms.domain(term) else { return Formula::True };
        let possible = domain.intersection(set, cell_type);
        if possible.is_empty() {
            Formula::False
        } else if possible == *domain {
            Formula::True
        } else {
            Formula::Is(Rc::new(Literal::In(term, possible)))
        }
    }

    /// How one term stands to another.
    pub(super) fn order(a: TermId, b: TermId, orders: Orders) -> Self {
        if orders.is_none() {
            return Formula::False;
        }
        match a.cmp(&b) {
            std::cmp::Ordering::Equal => Formula::constant(orders.has(Orders::EQUAL)),
            std::cmp::Ordering::Less => Formula::Is(Rc::new(Literal::Order(a, b, orders))),
            std::cmp::Ordering::Greater => Formula::Is(Rc::new(Literal::Order(b, a, orders.turned()))),
        }
    }

    pub(super) fn and(self, other: Self) -> Self {
        Self::all([self, other])
    }

    pub(super) fn or(self, other: Self) -> Self {
        Self::any([self, other])
    }

    /// That all of these hold. What plainly cannot hold together is seen at once.
    pub(super) fn all(parts: impl IntoIterator<Item = Formula>) -> Self {
        let mut found: Vec<Formula> = Vec::new();
        for part in parts {
            match part {
                Formula::True => {}
                Formula::False => return Formula::False,
                Formula::All(inner) => inner.iter().for_each(|part| add(&mut found, part.clone())),
                other => add(&mut found, other),
            }
        }
        let lacks = |part: &Formula| match part {
            Formula::Is(literal) => match &**literal {
                Literal::Present(term, present) => found.contains(&Formula::present(*term, !present)),
                _ => false,
            },
            _ => false,
        };
        if found.iter().any(lacks) {
            return Formula::False;
        }
        match found.len() {
            0 => Formula::True,
            1 => found.pop().unwrap_or(Formula::True),
            _ => Formula::All(Rc::from(found)),
        }
    }

    /// That one of these holds.
    pub(super) fn any(parts: impl IntoIterator<Item = Formula>) -> Self {
        let mut found: Vec<Formula> = Vec::new();
        for part in parts {
            match part {
                Formula::False => {}
                Formula::True => return Formula::True,
                Formula::Any(inner) => inner.iter().for_each(|part| add(&mut found, part.clone())),
                other => add(&mut found, other),
            }
        }
        match found.len() {
            0 => Formula::False,
            1 => found.pop().unwrap_or(Formula::False),
            _ => Formula::Any(Rc::from(found)),
        }
    }
}

/// Adds a part that is not there yet; only few are compared, so that long lists stay cheap.
fn add(found: &mut Vec<Formula>, part: Formula) {
    const COMPARED: usize = 24;
    if found.len() > COMPARED || !found.contains(&part) {
        found.push(part);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn orders_turn_and_complement() {
        assert_eq!(Orders::of("<=").map(Orders::turned), Orders::of(">="));
        assert_eq!(Orders::of("<").map(Orders::others), Orders::of(">="));
        assert_eq!(Orders::of("!=").map(Orders::turned), Orders::of("!="));
        assert_eq!(Orders::of("+"), None);
        assert!(Orders::EQUAL.within(Orders::LESS.or(Orders::EQUAL)));
    }

    #[test]
    fn what_is_there_and_missing_cannot_both_hold() {
        let both = Formula::present(3, true).and(Formula::present(3, false));
        assert_eq!(both, Formula::False);
        assert_eq!(Formula::True.and(Formula::present(3, true)), Formula::present(3, true));
        assert_eq!(Formula::False.or(Formula::present(3, true)), Formula::present(3, true));
    }
}
