//! How long the analysis of large decision tables takes, beside a fixed loop on the same machine.
//!
//! It must not be read without the loop: on a busy machine both take longer.

use criterion::{Criterion, criterion_group, criterion_main};
use std::hint::black_box;
use std::sync::Arc;
use tollgate::names::ColumnId;
use tollgate::record::Value;
use tollgate::source::{Sources, Span};
use tollgate::table::{CellType, Grid, HitPolicy, Input, Output, Row, Table, UnaryTest, ValueSet, Work};

/// As the binary does.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const ROWS: usize = 5_000;

/// A table of five inputs: an enum, an amount, a text, a whole number and a day.
fn table(hit: HitPolicy, cells: impl Fn(usize) -> [String; 5]) -> Option<Table> {
    let place = Span::start_of(Sources::new().add("t.yaml", ""));
    let regions = CellType::Enum((0..10).map(|n| Arc::from(format!("r{n}"))).collect());
    let types = [regions, CellType::Number, CellType::Text, CellType::Int, CellType::Date];
    let input = |(text, cell_type): (&str, &CellType)| Some(Input { name: ColumnId::parse(text).ok()?, cell_type: cell_type.clone() });
    let inputs = ["region", "amount", "product", "count", "due"].into_iter().zip(&types).map(input).collect::<Option<Vec<_>>>()?;
    let row = |index: usize| {
        let tests = types.iter().zip(cells(index)).map(|(cell_type, cell)| UnaryTest::parse(&cell, cell_type).ok());
        Some(Row { tests: tests.collect::<Option<_>>()?, outputs: vec![Some(Value::Int(index as i64 % 3))], place })
    };
    let rows = (0..ROWS).map(row).collect::<Option<Vec<_>>>()?;
    let outputs = vec![Output { name: ColumnId::parse("level").ok()?, cell_type: CellType::Int }];
    Table::new(place, inputs, outputs, rows, hit).ok()
}

/// A part of a line, without a hole: the first part begins and the last one ends nowhere.
fn part(index: usize, count: usize, value: impl Fn(usize) -> String) -> String {
    match index {
        0 => format!("< {}", value(1)),
        last if last + 1 == count => format!(">= {}", value(last)),
        middle => format!("[{}..{})", value(middle), value(middle + 1)),
    }
}

fn day(n: usize) -> String {
    format!("20{:02}-{:02}-{:02}", 20 + n / 336, 1 + n / 28 % 12, 1 + n % 28)
}

/// Every combination once: 10 x 10 x 5 x 5 x 2.
fn clean(index: usize) -> [String; 5] {
    let product = index / 100 % 5;
    let product = if product == 4 { "not(p0, p1, p2, p3)".to_owned() } else { format!("p{product}") };
    [
        format!("r{}", index % 10),
        part(index / 10 % 10, 10, |n| format!("{n}_000.50")),
        product,
        part(index / 500 % 5, 5, |n| (n * 7).to_string()),
        part(index / 2500, 2, |n| day(n * 100)),
    ]
}

/// Ranges that overlap in every column, all of them different.
fn overlapping(index: usize) -> [String; 5] {
    let mixed = |factor: usize, modulus: usize| index * factor % modulus;
    let (amount, count, due) = (mixed(7_919, 100_003), mixed(104_729, 10_007), mixed(1_299_709, 3_001));
    [
        if index.is_multiple_of(3) { "-".to_owned() } else { format!("not(r{})", index % 10) },
        format!("[{amount}..{}]", amount + 30_000),
        if index.is_multiple_of(2) { "-".to_owned() } else { format!("not(p{})", index % 500) },
        format!("[{count}..{}]", count + 4_000),
        format!("[{}..{}]", day(due), day(due + 900)),
    ]
}

fn everything(table: &Table) -> (usize, usize, usize) {
    let possible: Vec<ValueSet> = table.inputs().iter().map(|input| ValueSet::all(&input.cell_type)).collect();
    let mut work = Work::default();
    let grid = Grid::new(table, &possible);
    let masked = if table.hit() == HitPolicy::First { grid.masked(&mut work).found.len() } else { 0 };
    let meetings = if table.hit() == HitPolicy::Unique { grid.meetings(|_, _| true, &mut work).found.len() } else { 0 };
    let gaps = grid.gaps(12, &mut work).found.len();
    (masked, meetings, gaps + grid.impossible().len() + grid.repetitions().len())
}

/// Ten million steps that no change of this project makes faster or slower.
fn reference() -> u64 {
    (0..10_000_000_u64).fold(1, |sum, n| black_box(sum.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(n)))
}

fn tables(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("tables of 5000 rows and 5 inputs");
    group.sample_size(10);
    group.bench_function("reference loop", |bencher| bencher.iter(reference));
    let cases = [
        ("clean, unique", table(HitPolicy::Unique, clean)),
        ("clean, first", table(HitPolicy::First, clean)),
        ("overlapping, unique", table(HitPolicy::Unique, overlapping)),
        ("overlapping, first", table(HitPolicy::First, overlapping)),
    ];
    for (name, table) in &cases {
        assert!(table.is_some(), "the table `{name}` could not be made");
        let Some(table) = table else { continue };
        if name.starts_with("clean") {
            assert_eq!(everything(table), (0, 0, 0), "{name}");
        }
        group.bench_function(*name, |bencher| bencher.iter(|| everything(black_box(table))));
    }
    group.finish();
}

criterion_group!(benches, tables);
criterion_main!(benches);
