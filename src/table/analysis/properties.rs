//! The analysis against brute force: drawn tables of every type, and every sample of them tried.
//!
//! It must not use the analysis to make what it is held against: brute force asks the cells themselves.

use super::{Grid, Work};
use crate::names::ColumnId;
use crate::record::{Duration, Value};
use crate::source::{Sources, Span};
use crate::table::{CellType, HitPolicy, Input, Outcome, Output, Row, Table, UnaryTest, ValueSet};
use chrono::{DateTime, NaiveDate, TimeDelta};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use rust_decimal::Decimal;
use std::cell::Cell;
use std::sync::Arc;

const CASES: u32 = 12_000;

/// What a column holds, and whether its values have bounds.
#[derive(Debug, Clone)]
struct Kind {
    cell_type: CellType,
    bounds: Option<(i64, i64)>,
}

/// A cell as drawn: its shape and up to three values, from 0 to 3.
type Drawn = (u8, i64, i64, i64);

#[derive(Debug, Clone)]
struct Sample {
    kinds: Vec<Kind>,
    rows: Vec<(Vec<Drawn>, i64)>,
}

fn names() -> Arc<[Arc<str>]> {
    Arc::from(["a", "b", "c", "d"].map(Arc::from))
}

fn kind() -> impl Strategy<Value = Kind> {
    let ordered = [CellType::Number, CellType::Int, CellType::Date, CellType::DateTime, CellType::Duration];
    let types = ordered.into_iter().chain([CellType::Text, CellType::User, CellType::Enum(names()), CellType::Bool, CellType::Number]);
    (prop::sample::select(types.collect::<Vec<_>>()), prop::option::of((0_i64..2, 2_i64..4)))
        .prop_map(|(cell_type, bounds)| Kind { cell_type, bounds })
}

fn sample() -> impl Strategy<Value = Sample> {
    prop::collection::vec(kind(), 1..5).prop_flat_map(|kinds| {
        let cell = prop_oneof![3 => Just(0_u8), 6 => 1_u8..13].prop_flat_map(|shape| (Just(shape), 0_i64..4, 0_i64..4, 0_i64..4));
        let row = (prop::collection::vec(cell, kinds.len()), 0_i64..2);
        prop::collection::vec(row, 1..9).prop_map(move |rows| Sample { kinds: kinds.clone(), rows })
    })
}

impl Kind {
    /// A value by halves: the odd ones lie between those that cells name, where the type has values there.
    fn value(&self, halves: i64) -> Option<Value> {
        let moment = DateTime::parse_from_rfc3339("2026-01-05T01:00:00+08:00").unwrap();
        let whole = (halves % 2 == 0).then_some(halves / 2);
        let name = |n: i64| Some(Value::text(["a", "b", "c", "d"].get(usize::try_from(n).ok()?)?));
        match self.cell_type {
            CellType::Number => Some(Value::Decimal(Decimal::new(halves * 5, 1))),
            CellType::DateTime => Some(Value::DateTime(moment + TimeDelta::minutes(halves * 30))),
            CellType::Int => whole.map(Value::Int),
            CellType::Date => whole.map(|n| Value::Date(NaiveDate::from_ymd_opt(2026, 1, 1).unwrap() + TimeDelta::days(n))),
            CellType::Duration => whole.map(|n| Value::Duration(Duration::from_seconds(n))),
            CellType::Bool => whole.and_then(|n| [false, true].get(usize::try_from(n).ok()?).copied()).map(Value::Bool),
            CellType::Enum(_) => whole.and_then(name),
            // The value beside those that are named: any text.
            CellType::Text | CellType::User => whole.and_then(|n| if n == 4 { Some(Value::text("zzz")) } else { name(n) }),
        }
    }

    fn possible(&self) -> ValueSet {
        let bound = |n: i64| Some(Decimal::from(n));
        self.bounds.map_or_else(|| ValueSet::all(&self.cell_type), |(min, max)| ValueSet::bounded(&self.cell_type, bound(min), bound(max)))
    }

    /// Every value that tells cells apart.
    fn samples(&self) -> Vec<Value> {
        let possible = self.possible();
        (-3..=11).filter_map(|halves| self.value(halves)).filter(|value| possible.contains(value)).collect()
    }

    fn test(&self, (shape, a, b, c): Drawn) -> UnaryTest {
        let literal = |n: i64| {
            // Whole numbers may be compared with fractions.
            let halves = if self.cell_type == CellType::Int && (1..5).contains(&shape) && c > 1 { n * 2 + 1 } else { n * 2 };
            match self.cell_type {
                CellType::Int => Decimal::new(halves * 5, 1).normalize().to_string(),
                CellType::Bool => Value::Bool(n > 1).to_string(),
                _ => self.value(halves).unwrap().to_string(),
            }
        };
        let (low, high) = (a.min(b), a.max(b));
        let text = match (shape, self.cell_type.has_order()) {
            (0, _) => "-".to_owned(),
            (1, true) => format!("< {}", literal(a)),
            (2, true) => format!("<= {}", literal(a)),
            (3, true) => format!("> {}", literal(a)),
            (4, true) => format!(">= {}", literal(a)),
            (5, true) => format!("[{}..{}]", literal(low), literal(high)),
            (6, true) => format!("[{}..{})", literal(low), literal(high + 1)),
            (7, true) => format!("({}..{}]", literal(low), literal(high + 1)),
            (8, true) => format!("({}..{})", literal(low), literal(high + 2)),
            (9, true) => format!("< {}, > {}", literal(low), literal(high)),
            (1 | 5 | 10, _) => format!("{}, {}", literal(a), literal(b)),
            (2 | 6 | 11, _) => format!("not({}, {})", literal(a), literal(b)),
            (3 | 7, _) => format!("!= {}", literal(a)),
            _ => literal(a),
        };
        UnaryTest::parse(&text, &self.cell_type).unwrap_or_else(|_| UnaryTest::any())
    }
}

/// A drawn table, and for each combination of samples which rows match, as bits.
struct Tried {
    table: Table,
    possible: Vec<ValueSet>,
    outputs: Vec<i64>,
    matches: Vec<u32>,
}

impl Sample {
    fn table(&self, hit: HitPolicy) -> Table {
        let place = Span::start_of(Sources::new().add("t.yaml", ""));
        let name = |text: String| ColumnId::parse(&text).unwrap();
        let inputs = self.kinds.iter().enumerate();
        let inputs = inputs.map(|(index, kind)| Input { name: name(format!("in_{index}")), cell_type: kind.cell_type.clone() }).collect();
        let rows = self.rows.iter().map(|(cells, output)| Row {
            tests: self.kinds.iter().zip(cells).map(|(kind, cell)| kind.test(*cell)).collect(),
            outputs: vec![Some(Value::Int(*output))],
            place,
        });
        Table::new(place, inputs, vec![Output { name: name("out".to_owned()), cell_type: CellType::Int }], rows.collect(), hit).unwrap()
    }

    fn tried(&self) -> Tried {
        let table = self.table(HitPolicy::First);
        let mut matches = vec![u32::MAX >> (32 - self.rows.len())];
        for (column, kind) in self.kinds.iter().enumerate() {
            let held = |value: &Value| {
                let held = |row: &Row| row.tests[column].matches(Some(value)).unwrap();
                table.rows().iter().enumerate().filter(|(_, row)| held(row)).map(|(index, _)| 1_u32 << index).sum::<u32>()
            };
            let held: Vec<u32> = kind.samples().iter().map(held).collect();
            matches = matches.iter().flat_map(|rows| held.iter().map(move |more| rows & more)).collect();
        }
        let possible = self.kinds.iter().map(Kind::possible).collect();
        Tried { table, possible, outputs: self.rows.iter().map(|(_, output)| *output).collect(), matches }
    }
}

impl Tried {
    fn grid(&self) -> Grid {
        Grid::new(&self.table, &self.possible)
    }

    fn is_possible(&self, row: usize) -> bool {
        self.matches.iter().any(|rows| rows & (1 << row) != 0)
    }

    fn is_first_somewhere(&self, row: usize) -> bool {
        self.matches.iter().any(|rows| rows.trailing_zeros() as usize == row)
    }

    fn meet(&self, first: usize, second: usize) -> bool {
        self.matches.iter().any(|rows| rows & (1 << first) != 0 && rows & (1 << second) != 0)
    }

    fn rows(&self) -> std::ops::Range<usize> {
        0..self.outputs.len()
    }
}

/// What the table answers under a policy for values that the analysis gave; they must be possible ones.
fn replay(sample: &Sample, tried: &Tried, hit: HitPolicy, point: &[Value]) -> Result<Outcome, TestCaseError> {
    for (value, possible) in point.iter().zip(&tried.possible) {
        prop_assert!(possible.contains(value), "{value} is not possible");
    }
    let inputs: Vec<Option<Value>> = point.iter().cloned().map(Some).collect();
    Ok(sample.table(hit).decide(&inputs).outcome)
}

/// Runs a property over drawn tables, and says of how many it held something.
fn run(property: impl Fn(&Sample) -> Result<bool, TestCaseError>) -> f64 {
    let hits = Cell::new(0_u32);
    let config = Config { cases: CASES, failure_persistence: None, ..Config::default() };
    TestRunner::new(config)
        .run(&sample(), |sample| {
            hits.set(hits.get() + u32::from(property(&sample)?));
            Ok(())
        })
        .unwrap();
    f64::from(hits.get()) / f64::from(CASES)
}

#[test]
fn a_gap_is_found_exactly_where_some_values_match_no_row() {
    let share = run(|sample| {
        let tried = sample.tried();
        let gaps = tried.grid().gaps(3, &mut Work::default());
        prop_assert!(gaps.complete);
        prop_assert_eq!(!gaps.found.is_empty(), tried.matches.contains(&0), "{:?}", tried.table);
        for point in &gaps.found {
            prop_assert_eq!(replay(sample, &tried, HitPolicy::First, point)?, Outcome::None);
        }
        Ok(!gaps.found.is_empty())
    });
    assert!((0.2..0.9).contains(&share), "a share of {share} has gaps");
}

#[test]
fn a_row_is_masked_exactly_where_it_is_never_the_first() {
    let share = run(|sample| {
        let tried = sample.tried();
        let (grid, mut work) = (tried.grid(), Work::default());
        let masked = grid.masked(&mut work);
        prop_assert!(masked.complete);
        let expected: Vec<usize> = tried.rows().filter(|row| tried.is_possible(*row) && !tried.is_first_somewhere(*row)).collect();
        prop_assert_eq!(masked.found.iter().map(|masked| masked.row).collect::<Vec<_>>(), expected, "{:?}", tried.table);
        for found in &masked.found {
            // Every row that is named is needed, unless one does it alone.
            let own = |bits: &u32| bits & (1 << found.row) != 0;
            let by: u32 = found.by.iter().map(|row| 1_u32 << row).sum();
            prop_assert!(found.by.iter().all(|row| *row < found.row));
            prop_assert!(tried.matches.iter().filter(|bits| own(bits)).all(|bits| bits & by != 0));
            for row in &found.by {
                let others = by & !(1 << row);
                prop_assert!(tried.matches.iter().filter(|bits| own(bits)).any(|bits| bits & others == 0), "row {} is not needed", row);
            }
        }
        let several = masked.found.iter().any(|masked| masked.by.len() > 1);
        Ok(several)
    });
    assert!((0.02..0.9).contains(&share), "a share of {share} has rows that several others mask");
}

#[test]
fn rows_meet_exactly_where_some_values_match_both() {
    let share = run(|sample| {
        let tried = sample.tried();
        let (grid, mut work) = (tried.grid(), Work::default());
        let pairs = |must_not: &dyn Fn(usize, usize) -> bool| -> Vec<(usize, usize)> {
            let first = |second: usize| (0..second).find(|first| tried.meet(*first, second) && must_not(*first, second));
            tried.rows().filter_map(|second| first(second).map(|first| (first, second))).collect()
        };
        let unique = grid.meetings(|_, _| true, &mut work);
        let found: Vec<(usize, usize)> = unique.found.iter().map(|meeting| (meeting.first, meeting.second)).collect();
        prop_assert_eq!(found, pairs(&|_, _| true), "{:?}", tried.table);
        for meeting in &unique.found {
            let Outcome::Conflict(rows) = replay(sample, &tried, HitPolicy::Unique, &meeting.point)? else {
                return Err(TestCaseError::fail("no conflict under unique"));
            };
            prop_assert!(rows.contains(&meeting.first) && rows.contains(&meeting.second));
        }
        let disagree = |a: usize, b: usize| tried.outputs[a] != tried.outputs[b];
        let any = grid.meetings(disagree, &mut work);
        let found: Vec<(usize, usize)> = any.found.iter().map(|meeting| (meeting.first, meeting.second)).collect();
        prop_assert_eq!(found, pairs(&disagree));
        for meeting in &any.found {
            prop_assert!(matches!(replay(sample, &tried, HitPolicy::Any, &meeting.point)?, Outcome::Conflict(_)));
        }
        prop_assert!(unique.complete && any.complete);
        Ok(!any.found.is_empty())
    });
    assert!((0.2..0.95).contains(&share), "a share of {share} has rows that disagree");
}

#[test]
fn repetitions_and_impossible_cells_are_what_the_samples_say() {
    let share = run(|sample| {
        let tried = sample.tried();
        let grid = tried.grid();
        let cell = |row: usize, column: usize| -> Vec<bool> {
            let test = &tried.table.rows()[row].tests[column];
            sample.kinds[column].samples().iter().map(|value| test.matches(Some(value)).unwrap()).collect()
        };
        let columns = 0..sample.kinds.len();
        let impossible =
            |row: usize| columns.clone().filter(|column| !cell(row, *column).contains(&true)).map(|c| (row, c)).collect::<Vec<_>>();
        prop_assert_eq!(grid.impossible(), tried.rows().flat_map(impossible).collect::<Vec<_>>(), "{:?}", tried.table);
        let same = |a: usize, b: usize| columns.clone().all(|column| cell(a, column) == cell(b, column));
        let rows: Vec<usize> = tried.rows().filter(|row| tried.is_possible(*row)).collect();
        let repeated = |row: &usize| rows.iter().find(|first| *first < row && same(**first, *row)).map(|first| (*first, *row));
        let expected: Vec<(usize, usize)> = rows.iter().filter_map(repeated).collect();
        prop_assert_eq!(grid.repetitions(), expected, "{:?}", tried.table);
        Ok(!grid.repetitions().is_empty() || !grid.impossible().is_empty())
    });
    assert!((0.05..0.95).contains(&share), "a share of {share} repeats a row or has an impossible cell");
}

#[test]
fn what_is_too_much_work_is_said_and_what_was_found_still_holds() {
    let share = run(|sample| {
        let tried = sample.tried();
        let mut work = Work::new(9);
        let masked = tried.grid().masked(&mut work);
        prop_assert!(masked.found.iter().all(|found| !tried.is_first_somewhere(found.row)));
        let gaps = tried.grid().gaps(3, &mut Work::new(9));
        prop_assert!(gaps.found.is_empty() || tried.matches.contains(&0));
        prop_assert!(!gaps.complete || gaps.found.is_empty() != tried.matches.contains(&0));
        Ok(!gaps.complete || !masked.complete)
    });
    assert!(share > 0.3, "only a share of {share} was too much work");
}
