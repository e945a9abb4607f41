//! Columns cut into pieces at every limit that a cell names: within a piece, all values match the same rows.
//!
//! It must not ask what the pieces mean; `cover` and `pairs` do.

use crate::record::Value;
use crate::table::{CellType, Range, Table, UnaryTest, ValueSet};
use indexmap::IndexSet;
use std::cmp::Ordering;
use std::ops::Bound;

/// Pieces of a column that lie side by side: the first and the last one.
pub(super) type Span = (u32, u32);

/// A table as pieces. Every piece holds a value, and every possible value lies in one piece of its column.
#[derive(Debug, Clone)]
pub struct Grid {
    pub(super) columns: Vec<Column>,
    pub(super) rows: usize,
}

/// A column of a grid.
#[derive(Debug, Clone)]
pub(super) struct Column {
    cell_type: CellType,
    pieces: Vec<ValueSet>,
    /// INVARIANT: for each different test, spans that rise and do not touch.
    tests: Vec<Vec<Span>>,
    /// For each row, which of the tests it asks.
    rows: Vec<u32>,
}

/// A limit between pieces: a value, and whether the limit lies before it or after it.
#[derive(Debug, Clone)]
struct Cut(Value, bool);

impl Grid {
    /// The grid of a table; `possible` are the values that each input can have.
    #[must_use]
    pub fn new(table: &Table, possible: &[ValueSet]) -> Self {
        let columns = table.inputs().iter().zip(possible).enumerate().map(|(index, (input, possible))| {
            let tests = table.rows().iter().filter_map(|row| row.tests.get(index));
            Column::new(&input.cell_type, possible, tests)
        });
        Self { columns: columns.collect(), rows: table.rows().len() }
    }

    /// The grid of a single column, such as the bands of a score.
    #[must_use]
    pub fn of_column<'a>(cell_type: &CellType, possible: &ValueSet, tests: impl Iterator<Item = &'a UnaryTest>) -> Self {
        let column = Column::new(cell_type, possible, tests);
        Self { rows: column.rows.len(), columns: vec![column] }
    }

    /// Cells that no possible value satisfies, as row and column.
    #[must_use]
    pub fn impossible(&self) -> Vec<(usize, usize)> {
        let cells = |row: usize| self.columns.iter().enumerate().filter(move |(_, column)| column.cell(row).is_empty());
        (0..self.rows).flat_map(|row| cells(row).map(move |(column, _)| (row, column))).collect()
    }

    /// One value from each piece of a column, in order.
    #[must_use]
    pub fn samples(&self, column: usize) -> Vec<Value> {
        let column = self.columns.get(column);
        column.map(|column| column.pieces.iter().filter_map(|piece| piece.example(&column.cell_type)).collect()).unwrap_or_default()
    }

    /// A value from some pieces, one for each column.
    pub(super) fn point(&self, pieces: &[u32]) -> Option<Vec<Value>> {
        self.columns.iter().zip(pieces).map(|(column, piece)| column.pieces.get(*piece as usize)?.example(&column.cell_type)).collect()
    }

    /// Other values from the same pieces.
    pub(super) fn other_point(&self, pieces: &[u32]) -> Option<Vec<Value>> {
        self.columns.iter().zip(pieces).map(|(column, piece)| column.pieces.get(*piece as usize)?.last_example(&column.cell_type)).collect()
    }

    pub(super) fn cell(&self, column: usize, row: usize) -> &[Span] {
        self.columns.get(column).map_or(&[], |column| column.cell(row))
    }

    /// Whether a row matches something at all.
    pub(super) fn is_possible(&self, row: usize) -> bool {
        self.columns.iter().all(|column| !column.cell(row).is_empty())
    }
}

impl Column {
    fn new<'a>(cell_type: &CellType, possible: &ValueSet, tests: impl Iterator<Item = &'a UnaryTest>) -> Self {
        // Cells of a column say the same thing again and again: each is looked at once.
        let mut known: IndexSet<&UnaryTest> = IndexSet::new();
        let rows = tests.map(|test| known.insert_full(test).0 as u32).collect();
        let sets: Vec<Option<ValueSet>> = known.iter().map(|test| (!test.is_any()).then(|| test.values(cell_type))).collect();
        let named = || sets.iter().flatten().chain([possible]);
        let (pieces, tests) = if cell_type.has_order() {
            cut(cell_type, possible, named(), &sets)
        } else {
            let pieces = single_values(cell_type, possible, named());
            let whole = whole(&pieces);
            let holds = |set: &ValueSet, piece: &ValueSet| piece.example(cell_type).is_some_and(|value| set.contains(&value));
            let tests = sets.iter().map(|set| match set {
                None => whole.clone(),
                Some(set) => spans(pieces.iter().map(|piece| holds(set, piece))),
            });
            let tests = tests.collect();
            (pieces, tests)
        };
        Self { cell_type: cell_type.clone(), pieces, tests, rows }
    }

    pub(super) fn len(&self) -> u32 {
        self.pieces.len() as u32
    }

    fn cell(&self, row: usize) -> &[Span] {
        self.rows.get(row).and_then(|test| self.tests.get(*test as usize)).map(Vec::as_slice).unwrap_or_default()
    }
}

/// The pieces of a column with an order, and the spans of each cell.
fn cut<'a>(
    cell_type: &CellType,
    possible: &ValueSet,
    named: impl Iterator<Item = &'a ValueSet>,
    sets: &[Option<ValueSet>],
) -> (Vec<ValueSet>, Vec<Vec<Span>>) {
    let mut cuts: Vec<Cut> = named.flat_map(ranges).flat_map(|range| [lower(range), upper(range)]).flatten().collect();
    cuts.sort_by(Cut::order);
    cuts.dedup_by(|a, b| a.order(b).is_eq());
    let mut pieces = Vec::new();
    // How many pieces lie before each cut, and before the end.
    let mut before: Vec<u32> = Vec::with_capacity(cuts.len() + 1);
    let mut low = Bound::Unbounded;
    for cut in cuts.iter().map(Some).chain([None]) {
        let high = cut.map_or(Bound::Unbounded, Cut::as_upper);
        let piece = ValueSet::of_ranges(vec![Range { low, high }], cell_type);
        let inside = !piece.is_empty() && piece.example(cell_type).is_some_and(|value| possible.contains(&value));
        if inside {
            pieces.push(piece);
        }
        before.push(pieces.len() as u32);
        low = cut.map_or(Bound::Unbounded, Cut::as_lower);
    }
    let at = |cut: Option<Cut>, otherwise: u32| match cut {
        None => otherwise,
        Some(cut) => {
            cuts.binary_search_by(|known| known.order(&cut)).ok().and_then(|index| before.get(index)).copied().unwrap_or(otherwise)
        }
    };
    let all = pieces.len() as u32;
    let cells = sets.iter().map(|set| match set {
        None => whole(&pieces),
        Some(set) => {
            let spans = ranges(set).iter().filter_map(|range| {
                let (start, end) = (at(lower(range), 0), at(upper(range), all));
                (start < end).then(|| (start, end - 1))
            });
            joined(spans)
        }
    });
    let cells = cells.collect();
    (pieces, cells)
}

/// The pieces of a column without an order: each value that is named, and all others together where they are possible.
fn single_values<'a>(cell_type: &CellType, possible: &ValueSet, named: impl Iterator<Item = &'a ValueSet>) -> Vec<ValueSet> {
    if let ValueSet::Only(values) = possible {
        return values.iter().map(|value| ValueSet::Only(vec![value.clone()])).collect();
    }
    let mut values: Vec<Value> = Vec::new();
    for set in named {
        if let ValueSet::Only(listed) | ValueSet::AllBut(listed) = set {
            values.extend(listed.iter().cloned());
        }
    }
    values.sort_by(|a, b| a.order(b).unwrap_or(Ordering::Equal));
    values.dedup_by(|a, b| a.same(b) == Ok(true));
    let others = ValueSet::AllBut(values.clone());
    let single = values.into_iter().filter(|value| possible.contains(value)).map(|value| ValueSet::Only(vec![value]));
    let others = others.example(cell_type).is_some_and(|value| possible.contains(&value)).then_some(others);
    single.chain(others).collect()
}

fn whole(pieces: &[ValueSet]) -> Vec<Span> {
    (pieces.len() as u32).checked_sub(1).map(|last| (0, last)).into_iter().collect()
}

fn spans(inside: impl Iterator<Item = bool>) -> Vec<Span> {
    joined((0_u32..).zip(inside).filter(|(_, inside)| *inside).map(|(piece, _)| (piece, piece)))
}

/// Spans that rise, those that touch made one.
fn joined(spans: impl Iterator<Item = Span>) -> Vec<Span> {
    let mut joined: Vec<Span> = Vec::new();
    for (low, high) in spans {
        match joined.last_mut() {
            Some(last) if low <= last.1.saturating_add(1) => last.1 = last.1.max(high),
            _ => joined.push((low, high)),
        }
    }
    joined
}

fn ranges(set: &ValueSet) -> &[Range] {
    match set {
        ValueSet::Ranges(ranges) => ranges,
        _ => &[],
    }
}

fn lower(range: &Range) -> Option<Cut> {
    match &range.low {
        Bound::Unbounded => None,
        Bound::Included(value) => Some(Cut(value.clone(), false)),
        Bound::Excluded(value) => Some(Cut(value.clone(), true)),
    }
}

fn upper(range: &Range) -> Option<Cut> {
    match &range.high {
        Bound::Unbounded => None,
        Bound::Included(value) => Some(Cut(value.clone(), true)),
        Bound::Excluded(value) => Some(Cut(value.clone(), false)),
    }
}

impl Cut {
    fn order(&self, other: &Self) -> Ordering {
        self.0.order(&other.0).unwrap_or(Ordering::Equal).then(self.1.cmp(&other.1))
    }

    /// As the lower bound of what follows.
    fn as_lower(&self) -> Bound<Value> {
        if self.1 { Bound::Excluded(self.0.clone()) } else { Bound::Included(self.0.clone()) }
    }

    /// As the upper bound of what precedes.
    fn as_upper(&self) -> Bound<Value> {
        if self.1 { Bound::Included(self.0.clone()) } else { Bound::Excluded(self.0.clone()) }
    }
}
