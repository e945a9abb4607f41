//! Terms: what rules read, each known by one text whatever variable it was reached by, with the values that it can have.
//!
//! It must not join terms to conditions; `formula` does.

use crate::record::{Field, Value};
use crate::table::{CellType, ValueSet};
use std::collections::HashMap;
use std::sync::Arc;

/// The number of a term.
pub(super) type TermId = usize;

/// Where the value of a term comes from.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Origin {
    /// A field of the record, by its path.
    Record(Arc<str>),
    /// The same field of the record as it last was.
    Before(Arc<str>),
    /// A field of the state of the case.
    Case(Arc<str>),
    /// The day of evaluation.
    Today,
    /// Written in the rule.
    Constant(Value),
    /// Computed: a call, a sum, a result; the same text always gives the same value.
    Computed,
}

/// One term.
#[derive(Debug, Clone)]
pub(super) struct Term {
    /// What it is called by everybody.
    pub(super) key: Arc<str>,
    /// Where its value comes from.
    pub(super) origin: Origin,
    /// Its type and the values that it can have; `None` where it cannot be told.
    values: Option<(CellType, ValueSet)>,
}

/// The terms of one analysis.
#[derive(Debug, Default)]
pub(super) struct Terms {
    all: Vec<Term>,
    by_key: HashMap<Arc<str>, TermId>,
    fresh: usize,
}

impl Terms {
    pub(super) fn get(&self, id: TermId) -> Option<&Term> {
        self.all.get(id)
    }

    pub(super) fn key(&self, id: TermId) -> &str {
        self.all.get(id).map_or("", |term| &term.key)
    }

    pub(super) fn domain(&self, id: TermId) -> Option<(&CellType, &ValueSet)> {
        self.all.get(id)?.values.as_ref().map(|(cell_type, set)| (cell_type, set))
    }

    pub(super) fn cell_type(&self, id: TermId) -> Option<&CellType> {
        self.domain(id).map(|(cell_type, _)| cell_type)
    }

    /// The term of a key, made when it is met first.
    pub(super) fn term(&mut self, key: &str, origin: Origin, cell_type: Option<CellType>) -> TermId {
        let values = cell_type.map(|cell_type| {
            let all = ValueSet::all(&cell_type);
            (cell_type, all)
        });
        self.intern(key, origin, values)
    }

    /// A computed term whose values are known to lie in a set.
    pub(super) fn bounded(&mut self, key: &str, cell_type: CellType, set: ValueSet) -> TermId {
        self.intern(key, Origin::Computed, Some((cell_type, set)))
    }

    /// The term of a field.
    pub(super) fn field(&mut self, key: &str, origin: Origin, field: &Field) -> TermId {
        let values = CellType::of(&field.field_type).map(|cell_type| {
            let set = ValueSet::bounded(&cell_type, field.min, field.max);
            (cell_type, set)
        });
        self.intern(key, origin, values)
    }

    /// The term of a value that is written in a rule.
    pub(super) fn constant(&mut self, value: &Value, cell_type: &CellType) -> TermId {
        let only = ValueSet::comparing(crate::table::Comparison::Equal, value, cell_type);
        self.intern(&format!("{} {value:?}", value.kind()), Origin::Constant(value.clone()), Some((cell_type.clone(), only)))
    }

    /// A term that is equal to no other.
    pub(super) fn fresh(&mut self) -> TermId {
        self.fresh += 1;
        let key = format!("#{}", self.fresh);
        self.intern(&key, Origin::Computed, None)
    }

    /// A term of a type, for one whose type cannot be told: where it is compared with a text, it is a text or the rule breaks.
    pub(super) fn typed(&mut self, id: TermId, cell_type: &CellType) -> TermId {
        if self.cell_type(id).is_some() {
            return id;
        }
        let key = format!("{}#{}", self.key(id), cell_type.plural());
        self.term(&key, Origin::Computed, Some(cell_type.clone()))
    }

    fn intern(&mut self, key: &str, origin: Origin, values: Option<(CellType, ValueSet)>) -> TermId {
        if let Some(known) = self.by_key.get(key) {
            return *known;
        }
        let key: Arc<str> = Arc::from(key);
        self.all.push(Term { key: Arc::clone(&key), origin, values });
        self.by_key.insert(key, self.all.len() - 1);
        self.all.len() - 1
    }
}

/// The type of a value as cells have it; `None` for lists and objects.
pub(super) fn type_of(value: &Value) -> Option<CellType> {
    Some(match value {
        Value::Int(_) | Value::Decimal(_) => CellType::Number,
        Value::Text(_) => CellType::Text,
        Value::Bool(_) => CellType::Bool,
        Value::Date(_) => CellType::Date,
        Value::DateTime(_) => CellType::DateTime,
        Value::Duration(_) => CellType::Duration,
        Value::List(_) | Value::Object(_) => return None,
    })
}

/// Whether values of two types can be compared.
pub(super) fn alike(a: &CellType, b: &CellType) -> bool {
    let kind = |cell_type: &CellType| match cell_type {
        CellType::Number | CellType::Int => 0,
        CellType::Text | CellType::Enum(_) | CellType::User => 1,
        CellType::Bool => 2,
        CellType::Date => 3,
        CellType::DateTime => 4,
        CellType::Duration => 5,
    };
    kind(a) == kind(b)
}

/// A value as sets hold it: numbers as decimals.
pub(super) fn in_set(value: &Value) -> Value {
    match value {
        Value::Int(_) | Value::Decimal(_) => value.number().map_or_else(|| value.clone(), |number| Value::Decimal(number.normalize())),
        other => other.clone(),
    }
}
