//! What an expression gives, as far as it matters for what is read: records, lists of them, and values that may not be there.
//!
//! It must not know types of values; the checker does.

use super::facts::{ReadField, Root, State};
use crate::record::ObjectType;
use std::sync::Arc;

/// What an expression gives.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Given {
    /// A record or a nested object.
    Object(Object),
    /// A list of these.
    List(Box<Given>),
    /// A closure: its function, and what it captured.
    Closure(Arc<str>, Vec<Given>),
    /// A value that is not there where the field is missing; `exact` where it is there in every other case.
    Maybe { because: ReadField, exact: bool },
    /// A condition, and what is known where it holds and where it does not.
    Condition(State, State),
    /// Some value, surely.
    There,
    /// A value, or none.
    Other,
}

/// A record or a nested object and the path by which it is reached.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Object {
    pub(super) root: Root,
    pub(super) path: Arc<str>,
    pub(super) of: Arc<ObjectType>,
}

impl Object {
    /// A field of it.
    pub(super) fn field(&self, name: &str) -> ReadField {
        let path = if self.path.is_empty() { Arc::from(name) } else { Arc::from(format!("{}.{name}", self.path)) };
        ReadField { root: self.root, path }
    }

    /// The fields inside of it that hold values.
    pub(super) fn leaves(&self) -> Vec<ReadField> {
        let mut found = Vec::new();
        for (name, field) in self.of.iter() {
            let path = self.field(name.as_str());
            match &field.field_type {
                crate::record::FieldType::Object(of) => {
                    found.extend(Object { root: self.root, path: path.path, of: Arc::clone(of) }.leaves());
                }
                _ => found.push(path),
            }
        }
        found
    }
}

/// What is given where several ways meet, each with what is known at its end; and what is known then.
pub(super) fn meet(ways: Vec<(State, Given)>) -> (State, Given) {
    let mut state = State::unreached();
    let mut met = State::unreached();
    let mut unmet = State::unreached();
    let mut conditions = false;
    let mut given: Option<Given> = None;
    for (end, value) in ways {
        if !end.is_reached() {
            continue;
        }
        if let Given::Condition(holds, fails) = &value {
            conditions = true;
            met = met.join(end.both(holds));
            unmet = unmet.join(end.both(fails));
        } else {
            met = met.join(end.clone());
            unmet = unmet.join(end.clone());
        }
        state = state.join(end);
        given = Some(match given {
            None => value,
            Some(earlier) => one_of(earlier, value),
        });
    }
    let given = if conditions && !matches!(given, Some(Given::Maybe { .. })) {
        Given::Condition(met, unmet)
    } else {
        given.unwrap_or(Given::There)
    };
    (state, given)
}

fn one_of(one: Given, other: Given) -> Given {
    match (one, other) {
        (one, other) if one == other => one,
        (Given::Maybe { because, .. }, _) | (_, Given::Maybe { because, .. }) => Given::Maybe { because, exact: false },
        (Given::List(one), Given::List(other)) => Given::List(Box::new(one_of(*one, *other))),
        (Given::Other, _) | (_, Given::Other) => Given::Other,
        _ => Given::There,
    }
}
