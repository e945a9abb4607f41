//! Decision tables: records without an answer, rows that conflict, rows and cells that no record reaches, rows written twice.
//!
//! It must not report what cannot happen: where inputs hang together, only what a made-up record shows counts.

use super::answers::{Needed, needed};
use super::inputs::Inputs;
use super::witness::Search;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::document::{RowsDoc, TableDoc};
use crate::names::ColumnId;
use crate::record::Value;
use crate::source::Span;
use crate::table::{Aggregate, Grid, HitPolicy, Meeting, Outcome, Table, Work};
use crate::workflow::{DecisionTable, Workflow};

/// How many findings of one kind are shown for one table.
const SHOWN: usize = 10;

/// How many places of a gap are looked at, and how many of them are shown.
const GAPS: usize = 12;
const EXAMPLES: usize = 3;

pub(super) fn check(workflow: &Workflow, diagnostics: &mut Diagnostics) {
    for table in workflow.tables().values() {
        let Some(place) = Place::of(workflow, table) else { continue };
        let inputs = Inputs::of(workflow, table);
        let grid = Grid::new(table.table(), &inputs.possible);
        let mut found = Found { workflow, table, place, inputs, grid, work: Work::default(), gave_up: false, diagnostics };
        found.impossible_cells();
        match table.table().hit() {
            HitPolicy::Unique => found.meetings(),
            HitPolicy::Any => {
                found.meetings();
                found.repetitions();
            }
            HitPolicy::First => {
                let repeated = found.repetitions();
                found.dead_rows(&repeated);
            }
            HitPolicy::Collect(Aggregate::Min | Aggregate::Max) => drop(found.repetitions()),
            HitPolicy::Collect(_) | HitPolicy::RuleOrder => {}
        }
        if matches!(table.table().hit(), HitPolicy::Unique | HitPolicy::Any | HitPolicy::First) {
            found.gaps();
        }
        found.conclude();
    }
}

/// Where a table and its parts are written.
pub(super) struct Place<'a> {
    name: Span,
    doc: &'a TableDoc,
    table: &'a Table,
}

impl<'a> Place<'a> {
    pub(super) fn of(workflow: &'a Workflow, table: &'a DecisionTable) -> Option<Self> {
        let (name, doc) = workflow.document().tables.iter().find(|(name, _)| name.value == *table.id())?;
        Some(Self { name: name.span, doc, table: table.table() })
    }

    pub(super) fn row(&self, row: usize) -> Span {
        self.table.rows().get(row).map_or(self.name, |row| row.place)
    }

    /// The cell, where it stands in the workflow's own files; else its row.
    pub(super) fn cell(&self, row: usize, column: &ColumnId) -> Span {
        let RowsDoc::Here(rows) = &self.doc.rows else { return self.row(row) };
        let cells = rows.get(row).map(|row| &row.cells);
        cells.and_then(|cells| cells.iter().find(|(name, _)| name.value == *column)).map_or_else(|| self.row(row), |(_, cell)| cell.span)
    }
}

/// `amount` = 24999.5, `region` = "north".
pub(super) fn shown(table: &Table, point: &[Value]) -> String {
    let value = |value: &Value| match value {
        Value::Text(text) => format!("\"{text}\""),
        other => other.to_string(),
    };
    let inputs = table.inputs().iter().zip(point).map(|(input, found)| format!("`{}` = {}", input.name, value(found)));
    let shown = inputs.collect::<Vec<_>>().join(", ");
    if shown.is_empty() { "every record".to_owned() } else { shown }
}

/// What is found in one table.
struct Found<'a> {
    workflow: &'a Workflow,
    table: &'a DecisionTable,
    place: Place<'a>,
    inputs: Inputs,
    grid: Grid,
    work: Work,
    gave_up: bool,
    diagnostics: &'a mut Diagnostics,
}

impl Found<'_> {
    fn rows(&self) -> &Table {
        self.table.table()
    }

    /// Reports the first few, and says how many more there are.
    fn report(&mut self, mut found: Vec<Diagnostic>) {
        let more = found.len().saturating_sub(SHOWN);
        found.truncate(SHOWN);
        let last = found.pop().map(|last| if more > 0 { last.note(format!("{more} more like this in the table")) } else { last });
        self.diagnostics.extend(found.into_iter().chain(last));
    }

    fn impossible_cells(&mut self) {
        let cell = |(row, column): (usize, usize)| {
            let input = self.rows().inputs().get(column)?;
            let test = self.rows().rows().get(row)?.tests.get(column)?;
            let path = self.inputs.fields.get(column)?.as_ref()?;
            let field = self.workflow.record().field(path)?;
            let bounds = match (field.min, field.max) {
                (Some(min), Some(max)) => format!("is at least {min} and at most {max}"),
                (Some(min), None) => format!("is at least {min}"),
                (None, Some(max)) => format!("is at most {max}"),
                (None, None) => return None,
            };
            let message = format!("no value of `{}` satisfies `{test}`", input.name);
            Some(
                Diagnostic::new(Code::ImpossibleCell, self.place.cell(row, &input.name), message)
                    .label("this row never matches")
                    .note(format!("`{}.{path}` {bounds}", self.workflow.record().name())),
            )
        };
        let found = self.grid.impossible().into_iter().filter_map(cell).collect();
        self.report(found);
    }

    /// Rows that repeat an earlier one and answer the same; the rows are given back.
    fn repetitions(&mut self) -> Vec<usize> {
        let outputs = |row: usize| self.rows().rows().get(row).map(|row| &row.outputs);
        let same: Vec<(usize, usize)> =
            self.grid.repetitions().into_iter().filter(|(first, second)| outputs(*first) == outputs(*second)).collect();
        let finding = |(first, second): &(usize, usize)| {
            let message = format!("row {} of the table `{}` says what row {} says already", second + 1, self.table.id(), first + 1);
            Diagnostic::new(Code::DuplicateRow, self.place.row(*second), message)
                .related(self.place.row(*first), "the first of them")
                .help("delete one of them; or is a cell wrong?")
        };
        let found = same.iter().map(finding).collect();
        self.report(found);
        same.into_iter().map(|(_, second)| second).collect()
    }

    fn meetings(&mut self) {
        let unique = self.rows().hit() == HitPolicy::Unique;
        let agree = |a: usize, b: usize| {
            let outputs = |row: usize| self.rows().rows().get(row).map(|row| &row.outputs);
            outputs(a) == outputs(b)
        };
        let mut work = self.work.clone();
        let meetings = self.grid.meetings(|a, b| unique || !agree(a, b), &mut work);
        let related = self.inputs.any_hang_together();
        let conflict = |point: &[Value]| {
            let inputs: Vec<Option<Value>> = point.iter().cloned().map(Some).collect();
            matches!(self.rows().decide(&inputs).outcome, Outcome::Conflict(_))
        };
        let mut search = Search::new(self.workflow, self.table);
        let mut confirmed = |meeting: &Meeting| match related {
            true => search.confirmed(&meeting.point, &conflict),
            false => Some(meeting.point.clone()),
        };
        // A record is made up for each; what many of them show, few do.
        let tried = if related { SHOWN } else { usize::MAX };
        let mut finding = |meeting: &Meeting| {
            let point = confirmed(meeting)?;
            let (first, second) = (meeting.first, meeting.second);
            let rows = format!("rows {} and {} of the table `{}` match together", first + 1, second + 1, self.table.id());
            let (message, help) = match (unique, agree(first, second)) {
                (true, true) => {
                    (rows, "under `hit: unique` only one row may match; delete one of them, or use `any`, which lets rows agree")
                }
                (true, false) => {
                    (rows, "under `hit: unique` only one row may match; part the rows, or use `first`, where the upper row counts")
                }
                (false, _) => {
                    (format!("{rows} and answer differently"), "under `hit: any` rows that match together must agree; or use `first`")
                }
            };
            let diagnostic = Diagnostic::new(Code::OverlappingRows, self.place.row(second), message);
            let example = format!("example: {}", shown(self.rows(), &point));
            Some(diagnostic.related(self.place.row(first), "the other row").note(example).help(help))
        };
        let found = meetings.found.iter().take(tried).filter_map(&mut finding).collect();
        self.gave_up |= !meetings.complete;
        self.work = work;
        self.report(found);
    }

    fn dead_rows(&mut self, repeated: &[usize]) {
        let masked = self.grid.masked(&mut self.work);
        self.gave_up |= !masked.complete;
        let finding = |masked: &crate::table::Masked| {
            let numbers: Vec<String> = masked.by.iter().take(6).map(|row| (row + 1).to_string()).collect();
            let more = if masked.by.len() > numbers.len() { ", .." } else { "" };
            let plural = if masked.by.len() == 1 { "row" } else { "rows" };
            let message = format!("row {} of the table `{}` can never be the first to match", masked.row + 1, self.table.id());
            let mut diagnostic = Diagnostic::new(Code::DeadRow, self.place.row(masked.row), message)
                .label(format!("{plural} {}{more} above take all of it", numbers.join(", ")));
            for row in masked.by.iter().take(4) {
                diagnostic = diagnostic.related(self.place.row(*row), format!("row {}", row + 1));
            }
            diagnostic.help("move it up, or delete it")
        };
        let found = masked.found.iter().filter(|masked| !repeated.contains(&masked.row)).map(finding).collect();
        self.report(found);
    }

    fn gaps(&mut self) {
        let gaps = if self.inputs.sure == self.inputs.possible {
            self.grid.gaps(GAPS, &mut self.work)
        } else {
            Grid::new(self.rows(), &self.inputs.sure).gaps(GAPS, &mut self.work)
        };
        self.gave_up |= !gaps.complete;
        let none = |point: &[Value]| {
            let inputs: Vec<Option<Value>> = point.iter().cloned().map(Some).collect();
            self.rows().decide(&inputs).outcome == Outcome::None
        };
        let related = self.inputs.any_hang_together();
        let mut search = Search::new(self.workflow, self.table);
        let mut examples = Vec::new();
        let mut reason = None;
        for point in gaps.found {
            let confirmed = if related { search.confirmed(&point, &none) } else { Some(point) };
            let Some(point) = confirmed else { continue };
            if let Some(needed) = needed(self.workflow, self.table.id(), &self.inputs, &point) {
                let example = format!("example: {}", shown(self.rows(), &point));
                if !examples.contains(&example) {
                    examples.push(example);
                }
                reason = reason.or(Some(needed));
            }
            if examples.len() == EXAMPLES {
                break;
            }
        }
        let Some(reason) = reason else { return };
        let id = self.table.id();
        let certain = self.inputs.fields.iter().all(Option::is_some);
        let add = "add a row for it, or a last row without tests under `hit: first`";
        let mut finding = match reason {
            Needed::Approval(gate, name) => {
                let code = if certain { Code::AuthorityGap } else { Code::TableGap };
                let message = format!("no row of the table `{id}` matches some records, so nobody can approve them at `{name}`");
                Diagnostic::new(code, self.place.name, message).related(gate, "this gate asks the table for the level").help(add)
            }
            Needed::Role(role) => {
                let message = format!("no row of the table `{id}` matches some records, so nobody holds the role `{role}` for them");
                Diagnostic::new(Code::TableGap, self.place.name, message).help("add a row for it, or give the role a `default`")
            }
            Needed::Rule(rule) => {
                let message = format!("no row of the table `{id}` matches some records, and a rule breaks without an answer");
                Diagnostic::new(Code::TableGap, self.place.name, message)
                    .related(rule, "this rule needs the answer")
                    .help(format!("add a row for it, or say in the rule what counts then: `table(\"{id}\") ?? ..`"))
            }
        };
        for example in examples {
            finding = finding.note(example);
        }
        self.diagnostics.push(finding);
    }

    fn conclude(self) {
        if self.gave_up {
            let message = format!("the table `{}` could not be looked through to its end", self.table.id());
            let note = format!("given up after {} steps; rows may conflict, be dead or leave a gap without being reported", Work::USUAL);
            let help = "split it into two tables, of which one asks the other";
            self.diagnostics.push(Diagnostic::new(Code::UnprovedTable, self.place.name, message).note(note).help(help));
        }
    }
}
