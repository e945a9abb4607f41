//! What the inputs of a table can be: the values of a field, what surely occurs, and which inputs hang together.
//!
//! It must not claim that a value occurs because nothing speaks against it: of what a rule computes, only what lies between the limits that
//! the table itself names is taken for sure.

use crate::record::Value;
use crate::script::{Asked, RuleId};
use crate::table::{CellType, Range, Shape, Table, UnaryTest, ValueSet};
use crate::workflow::{DecisionTable, Points, Workflow};
use std::collections::BTreeSet;
use std::ops::Bound;
use std::sync::Arc;

/// What is known of the inputs of a table.
pub(super) struct Inputs {
    /// No input has a value outside of these.
    pub(super) possible: Vec<ValueSet>,
    /// Each of these values occurs.
    pub(super) sure: Vec<ValueSet>,
    /// The fields that inputs are as they stand, by column.
    pub(super) fields: Vec<Option<String>>,
    /// What each column is computed from; `None` where that may be anything.
    read: Vec<Option<BTreeSet<Arc<str>>>>,
}

impl Inputs {
    pub(super) fn of(workflow: &Workflow, table: &DecisionTable) -> Self {
        let fields: Vec<Option<String>> = table.inputs().iter().map(|rule| workflow.rules().plain_field(*rule)).collect();
        let columns = || table.table().inputs().iter().zip(&fields).enumerate();
        let possible = |cell_type: &CellType, field: &Option<String>| of_field(workflow, field.as_deref(), cell_type);
        Self {
            possible: columns().map(|(_, (input, field))| possible(&input.cell_type, field)).collect(),
            sure: columns()
                .map(|(index, (input, field))| match field {
                    Some(_) => possible(&input.cell_type, field),
                    None => between_limits(&input.cell_type, tests(table.table(), index)),
                })
                .collect(),
            read: table.inputs().iter().map(|rule| read_by(workflow, *rule)).collect(),
            fields,
        }
    }

    /// Whether two columns are computed from the same: then not every combination of their values occurs.
    pub(super) fn hang_together(&self, a: usize, b: usize) -> bool {
        if let (Some(Some(a)), Some(Some(b))) = (self.fields.get(a), self.fields.get(b)) {
            return a == b;
        }
        match (self.read_of(a), self.read_of(b)) {
            (Some(a), Some(b)) => a.iter().any(|name| b.contains(name)),
            _ => true,
        }
    }

    /// Whether any two columns hang together.
    pub(super) fn any_hang_together(&self) -> bool {
        let columns = self.fields.len();
        (0..columns).any(|a| (0..a).any(|b| self.hang_together(a, b)))
    }

    /// Whether a rule reads what a column is computed from.
    pub(super) fn is_read(&self, column: usize, names: &BTreeSet<Arc<str>>) -> bool {
        self.read_of(column).is_none_or(|read| read.iter().any(|name| names.contains(name)))
    }

    fn read_of(&self, column: usize) -> Option<BTreeSet<Arc<str>>> {
        // Of a field in an object, the last name tells it from the others; objects are shared by many.
        match self.fields.get(column) {
            Some(Some(path)) => Some(path.rsplit('.').next().map(Arc::from).into_iter().collect()),
            _ => self.read.get(column)?.clone(),
        }
    }
}

/// The values that a column tests for, as cells.
pub(super) fn tests(table: &Table, column: usize) -> impl Iterator<Item = &UnaryTest> {
    table.rows().iter().filter_map(move |row| row.tests.get(column))
}

/// The values that a field can have; of anything else, all values of the type.
pub(super) fn of_field(workflow: &Workflow, path: Option<&str>, cell_type: &CellType) -> ValueSet {
    let field = path.and_then(|path| workflow.record().field(path));
    field.map_or_else(|| ValueSet::all(cell_type), |field| ValueSet::bounded(cell_type, field.min, field.max))
}

/// The values from the least to the greatest that some tests name; the named ones alone for texts; all where there are few.
pub(super) fn between_limits<'a>(cell_type: &CellType, tests: impl Iterator<Item = &'a UnaryTest>) -> ValueSet {
    if !cell_type.has_order() {
        let sets: Vec<ValueSet> = tests.filter(|test| !test.is_any()).map(|test| test.values(cell_type)).collect();
        let named = sets.iter().flat_map(|set| match set {
            ValueSet::Only(values) | ValueSet::AllBut(values) => values.as_slice(),
            ValueSet::Ranges(_) => &[],
        });
        let named: Vec<Value> = named.cloned().collect();
        let open = matches!(cell_type, CellType::Text | CellType::User) && !named.is_empty();
        return if open { ValueSet::none().union(&ValueSet::Only(distinct(named)), cell_type) } else { ValueSet::all(cell_type) };
    }
    // As they are written: `(30..90]` names 30, though it begins with 31 where numbers are whole.
    let mut limits: Vec<&Value> = tests.flat_map(named).collect();
    limits.sort_by(|a, b| a.order(b).unwrap_or(std::cmp::Ordering::Equal));
    match (limits.first(), limits.last()) {
        (Some(least), Some(greatest)) => {
            let range = Range { low: Bound::Included((*least).clone()), high: Bound::Included((*greatest).clone()) };
            ValueSet::ranging(range, cell_type)
        }
        _ => ValueSet::all(cell_type),
    }
}

fn distinct(mut values: Vec<Value>) -> Vec<Value> {
    values.sort_by(|a, b| a.order(b).unwrap_or(std::cmp::Ordering::Equal));
    values.dedup_by(|a, b| a.same(b) == Ok(true));
    values
}

/// The values that a cell is written with.
fn named(test: &UnaryTest) -> Vec<&Value> {
    match test.shape() {
        Shape::Any => Vec::new(),
        Shape::Compare(_, operand) => vec![operand],
        Shape::Interval(interval) => vec![&interval.low, &interval.high],
        Shape::OneOf(parts) => parts.iter().flat_map(named).collect(),
        Shape::Not(inner) => named(inner),
    }
}

/// What a rule is computed from, also through the results that it asks for.
pub(super) fn read_by(workflow: &Workflow, rule: RuleId) -> Option<BTreeSet<Arc<str>>> {
    let mut names = BTreeSet::new();
    let mut waiting = vec![rule];
    let mut seen = BTreeSet::new();
    while let Some(rule) = waiting.pop() {
        if !seen.insert(rule) {
            continue;
        }
        names.extend(workflow.rules().mentions(rule)?);
        for (asked, name) in workflow.rules().asks(rule) {
            match asked {
                Asked::Table => waiting.extend(workflow.tables().get(&**name).into_iter().flat_map(DecisionTable::inputs)),
                Asked::Score | Asked::Grade => {
                    for scored in workflow.scorecards().get(&**name).into_iter().flat_map(|card| card.criteria.values()) {
                        let (Points::Rule(points) | Points::Bands(points, _)) = &scored.points;
                        waiting.extend([Some(*points), scored.knock_out].into_iter().flatten());
                    }
                }
            }
        }
    }
    Some(names)
}
