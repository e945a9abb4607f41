//! Authority that turns round: a larger amount goes to a lower level than a smaller one does.
//!
//! It must not take either direction for the right one: whether more needs a higher level, or less does, is what most of the table says. It
//! looks at a part of the combinations of a large table; what it does not find is not proved.

use super::inputs::Inputs;
use super::tables::{Place, shown};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::names::LevelId;
use crate::record::Value;
use crate::source::Span;
use crate::table::{CellType, Grid, Outcome, Table};
use crate::workflow::{Authority, By, Decider, DecisionTable, Level, Workflow};
use indexmap::IndexMap;
use std::collections::BTreeMap;

/// How many combinations of the other inputs are looked at for one input.
const CONTEXTS: usize = 2_000;

/// How many values of one input are looked at.
const STEPS: usize = 48;

/// Two records that differ in one input, and the rows and levels that they go to. The second has the larger value.
#[derive(Clone)]
struct Pair {
    points: [Vec<Value>; 2],
    rows: [usize; 2],
    levels: [usize; 2],
}

pub(super) fn check(workflow: &Workflow, diagnostics: &mut Diagnostics) {
    let mut reported: Vec<Span> = Vec::new();
    for gate in workflow.gates().values() {
        if let Decider::Approval(approval) = gate.decider()
            && let Authority::Levels(By::Table(id), levels) = &approval.authority
            && levels.len() > 1
            && let Some(table) = workflow.tables().get(id)
            && let Some(place) = Place::of(workflow, table)
        {
            let inputs = Inputs::of(workflow, table);
            for column in (0..table.inputs().len()).filter(|column| is_weighed(table.table(), &inputs, *column)) {
                let Some(pair) = inversion(table.table(), &inputs, column, levels) else { continue };
                let finding = finding(table, &place, column, &pair, levels);
                if !reported.contains(&finding.label.span) {
                    reported.push(finding.label.span);
                    diagnostics.push(finding);
                }
            }
        }
    }
}

/// Whether a column holds quantities that can be varied alone. Days have no more and less; what is computed from the same fields and has
/// no order would change with them.
fn is_weighed(table: &Table, inputs: &Inputs, column: usize) -> bool {
    let ordered = |other: usize| table.inputs().get(other).is_some_and(|input| input.cell_type.has_order());
    let quantity = |input: &crate::table::Input| matches!(input.cell_type, CellType::Number | CellType::Int | CellType::Duration);
    table.inputs().get(column).is_some_and(quantity)
        && (0..table.inputs().len()).all(|other| other == column || ordered(other) || !inputs.hang_together(column, other))
}

/// The pair that goes against what most of the table says about a column.
fn inversion(table: &Table, inputs: &Inputs, column: usize, levels: &IndexMap<LevelId, Level>) -> Option<Pair> {
    let grid = Grid::new(table, &inputs.possible);
    let samples: Vec<Vec<Value>> = (0..table.inputs().len()).map(|column| grid.samples(column)).collect();
    let values = thinned(samples.get(column)?, STEPS);
    // Below and above 0 are looked at apart: what deviates more needs more authority, in both directions.
    let (below, above): (Vec<Value>, Vec<Value>) = values.into_iter().partition(is_negative);
    for values in [below, above] {
        let mut rising: BTreeMap<[usize; 2], Pair> = BTreeMap::new();
        let mut falling: BTreeMap<[usize; 2], Pair> = BTreeMap::new();
        for context in contexts(&samples, column) {
            let mut before: Option<(Vec<Value>, usize, usize)> = None;
            for value in &values {
                let mut point = context.clone();
                if let Some(place) = point.get_mut(column) {
                    *place = value.clone();
                }
                let Some((row, level)) = answer(table, &point, levels) else { continue };
                if let Some((earlier, first, lower)) = before.take()
                    && lower != level
                {
                    let pair = Pair { points: [earlier, point.clone()], rows: [first, row], levels: [lower, level] };
                    let known = if lower < level { &mut rising } else { &mut falling };
                    known.entry(pair.rows).or_insert(pair);
                }
                before = Some((point, row, level));
            }
        }
        if rising.is_empty() || falling.is_empty() {
            continue;
        }
        // Where both are as frequent, the first rows are taken to say what is meant.
        let upper = |pairs: &BTreeMap<[usize; 2], Pair>| pairs.keys().map(|rows| rows.iter().sum::<usize>()).min();
        let minority = match rising.len().cmp(&falling.len()) {
            std::cmp::Ordering::Less => rising,
            std::cmp::Ordering::Greater => falling,
            std::cmp::Ordering::Equal if upper(&rising) > upper(&falling) => rising,
            std::cmp::Ordering::Equal => falling,
        };
        return minority.into_values().next();
    }
    None
}

fn is_negative(value: &Value) -> bool {
    match value {
        Value::Duration(span) => span.seconds() < 0,
        other => other.number().is_some_and(|number| number.is_sign_negative() && !number.is_zero()),
    }
}

/// Values of the other inputs: all combinations where they are few, else some from everywhere.
fn contexts(samples: &[Vec<Value>], column: usize) -> Vec<Vec<Value>> {
    let counts: Vec<usize> = samples.iter().enumerate().map(|(index, values)| if index == column { 1 } else { values.len() }).collect();
    let all = counts.iter().try_fold(1_usize, |all, count| all.checked_mul(*count)).unwrap_or(usize::MAX);
    // A step that shares no factor with the counts comes by different values of each input.
    let step = (all / CONTEXTS).max(1) | 1;
    let context = |mut number: usize| {
        let mut value = |(values, count): (&Vec<Value>, &usize)| {
            let index = number % (*count).max(1);
            number /= (*count).max(1);
            values.get(index).cloned()
        };
        samples.iter().zip(&counts).map(&mut value).collect::<Option<Vec<Value>>>()
    };
    (0..all.min(CONTEXTS)).filter_map(|index| context(index.wrapping_mul(step) % all.max(1))).collect()
}

fn thinned(values: &[Value], most: usize) -> Vec<Value> {
    let every = values.len().div_ceil(most).max(1);
    values.iter().step_by(every).cloned().collect()
}

fn answer(table: &Table, point: &[Value], levels: &IndexMap<LevelId, Level>) -> Option<(usize, usize)> {
    let inputs: Vec<Option<Value>> = point.iter().cloned().map(Some).collect();
    let decision = table.decide(&inputs);
    match (decision.outcome, decision.rows.first()) {
        (Outcome::Row(values), Some(row)) => match values.as_slice() {
            [Value::Text(level)] => Some((*row, levels.get_index_of(&**level)?)),
            _ => None,
        },
        _ => None,
    }
}

fn finding(table: &DecisionTable, place: &Place<'_>, column: usize, pair: &Pair, levels: &IndexMap<LevelId, Level>) -> Diagnostic {
    let input = table.table().inputs().get(column).map_or("", |input| input.name.as_str());
    let name = |level: usize| levels.get_index(level).map_or("", |(name, _)| name.as_str());
    let [from, to] = pair.levels;
    // The row with the lower level is the one that gives away authority.
    let [first, second] = pair.rows;
    let (lower, higher) = if from < to { (first, second) } else { (second, first) };
    let direction = if from < to { "smaller" } else { "larger" };
    let message = format!("a {direction} `{input}` goes to a lower level here, against the rest of the table `{}`", table.id());
    let [small, large] = &pair.points;
    let goes = |point: &[Value], level: usize| format!("example: {} goes to `{}`", shown(table.table(), point), name(level));
    Diagnostic::new(Code::AuthorityInversion, place.row(lower), message)
        .related(place.row(higher), "the row of the higher level")
        .note(goes(small, from))
        .note(goes(large, to))
        .help("change the level or the limits of one of the rows; if both are meant, split the table")
}
