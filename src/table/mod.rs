//! Decision tables: rows of tests over a few inputs, and what the rows that match say together.
//!
//! It must not know YAML, rules or workflows: cells come in as texts, inputs as values, and nothing is read from elsewhere.

mod analysis;
mod bands;
mod cell_type;
mod csv;
mod decide;
mod literal;
mod overlap;
mod parse;
mod policy;
#[cfg(test)]
mod properties;
mod ranges;
#[cfg(test)]
mod spellings;
mod sum;
mod unary;

pub use analysis::{Answered, Grid, Masked, Meeting, Point, Work};
pub use bands::Bands;
pub use cell_type::CellType;
pub use csv::{CsvCell, csv_lines};
pub use decide::{Decision, Outcome, RowMatch, TableFault};
pub use parse::{CellError, parse_output};
pub use policy::{Aggregate, HitPolicy, HitPolicyError};
pub use ranges::{Range, ValueSet};
pub use unary::{CellFault, Comparison, Interval, Shape, UnaryTest};

use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::names::ColumnId;
use crate::record::Value;
use crate::source::Span;

/// An input column: what a row tests.
#[derive(Debug, Clone, PartialEq)]
pub struct Input {
    /// The name of the column.
    pub name: ColumnId,
    /// What kind of values are tested.
    pub cell_type: CellType,
}

/// An output column: what a row answers.
#[derive(Debug, Clone, PartialEq)]
pub struct Output {
    /// The name of the column.
    pub name: ColumnId,
    /// What kind of values are answered.
    pub cell_type: CellType,
}

/// One row: it matches when all of its tests do.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// One test per input column.
    pub tests: Vec<UnaryTest>,
    /// One value per output column; only a table that counts may leave them out.
    pub outputs: Vec<Option<Value>>,
    /// Where the row was written.
    pub place: Span,
}

/// A decision table whose rows fit its columns.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    // INVARIANT: names differ; every row has one test per input and one output per output column, all of the column's kind; every
    // output is there unless the table counts; a table that adds up or compares has one output column whose kind allows it.
    inputs: Vec<Input>,
    outputs: Vec<Output>,
    rows: Vec<Row>,
    hit: HitPolicy,
}

impl Table {
    /// A table of these columns and rows; `place` is where findings about the table as a whole are shown.
    ///
    /// # Errors
    /// Everything that does not fit: cells of another kind than their column, rows without an output, an aggregate that the
    /// output cannot have, a name given twice.
    pub fn new(place: Span, inputs: Vec<Input>, outputs: Vec<Output>, rows: Vec<Row>, hit: HitPolicy) -> Result<Self, Diagnostics> {
        let table = Self { inputs, outputs, rows, hit };
        let mut found = Diagnostics::new();
        table.check_columns(place, &mut found);
        for row in &table.rows {
            table.check_row(row, &mut found);
        }
        if found.is_empty() { Ok(table) } else { Err(found) }
    }

    /// The input columns.
    #[must_use]
    pub fn inputs(&self) -> &[Input] {
        &self.inputs
    }

    /// The output columns.
    #[must_use]
    pub fn outputs(&self) -> &[Output] {
        &self.outputs
    }

    /// The rows in file order.
    #[must_use]
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// What happens when several rows match.
    #[must_use]
    pub fn hit(&self) -> HitPolicy {
        self.hit
    }

    fn counts(&self) -> bool {
        self.hit == HitPolicy::Collect(Aggregate::Count)
    }

    fn check_columns(&self, place: Span, found: &mut Diagnostics) {
        let mut names: Vec<&ColumnId> = Vec::new();
        for name in self.inputs.iter().map(|input| &input.name).chain(self.outputs.iter().map(|output| &output.name)) {
            if names.contains(&name) {
                let message = format!("the table has two columns named `{name}`");
                found.push(Diagnostic::new(Code::DuplicateDefinition, place, message).help("rename one of them"));
            }
            names.push(name);
        }
        if self.outputs.is_empty() && !self.counts() {
            let help = "name an output column, or count the rows with `collect(count)`";
            found.push(Diagnostic::new(Code::MissingKey, place, "the table has no output").help(help));
        }
        if let HitPolicy::Collect(aggregate @ (Aggregate::Sum | Aggregate::Min | Aggregate::Max)) = self.hit {
            self.check_aggregate(aggregate, place, found);
        }
    }

    fn check_aggregate(&self, aggregate: Aggregate, place: Span, found: &mut Diagnostics) {
        if self.outputs.len() > 1 {
            let message = format!("`collect({aggregate})` works on one output, and the table has {}", self.outputs.len());
            found.push(Diagnostic::new(Code::InvalidValue, place, message).help("split the table, or use `collect(list)`"));
        }
        for output in &self.outputs {
            let (possible, kinds) = match aggregate {
                Aggregate::Sum => (output.cell_type.has_sum(), "numbers and durations"),
                _ => (output.cell_type.has_order(), "numbers, dates and durations"),
            };
            if !possible {
                let message = format!("`collect({aggregate})` cannot work on `{}`, which holds {}", output.name, output.cell_type.plural());
                found.push(Diagnostic::new(Code::InvalidValue, place, message).help(format!("it works on {kinds}")));
            }
        }
    }

    fn check_row(&self, row: &Row, found: &mut Diagnostics) {
        if row.tests.len() != self.inputs.len() || row.outputs.len() != self.outputs.len() {
            let message = format!(
                "the row has {} tests and {} outputs, the table {} and {}",
                row.tests.len(),
                row.outputs.len(),
                self.inputs.len(),
                self.outputs.len()
            );
            found.push(Diagnostic::new(Code::WrongShape, row.place, message));
            return;
        }
        for (input, test) in self.inputs.iter().zip(&row.tests) {
            if !test.fits(&input.cell_type) {
                let message = format!("`{test}` cannot test `{}`, which holds {}", input.name, input.cell_type.plural());
                found.push(Diagnostic::new(Code::CellType, row.place, message));
            }
        }
        for (output, value) in self.outputs.iter().zip(&row.outputs) {
            match value {
                None if self.counts() => {}
                None => {
                    let message = format!("the row has no value for `{}`", output.name);
                    found.push(Diagnostic::new(Code::MissingOutput, row.place, message));
                }
                Some(value) if output.cell_type.accepts(value) => {}
                Some(value) => {
                    let message = format!("`{value}` cannot stand in `{}`, which holds {}", output.name, output.cell_type.plural());
                    found.push(Diagnostic::new(Code::CellType, row.place, message));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Sources;

    #[test]
    fn a_table_that_does_not_fit_is_refused_with_everything_that_is_wrong() {
        let place = Span::start_of(Sources::new().add("t.yaml", ""));
        let name = |text: &str| ColumnId::parse(text).unwrap();
        let inputs = vec![Input { name: name("amount"), cell_type: CellType::Number }];
        let outputs =
            vec![Output { name: name("level"), cell_type: CellType::Text }, Output { name: name("amount"), cell_type: CellType::Int }];
        let text_test = UnaryTest::parse("a", &CellType::Text).unwrap();
        let rows = vec![
            Row { tests: vec![text_test], outputs: vec![Some(Value::Int(1)), None], place },
            Row { tests: vec![], outputs: vec![], place },
        ];
        let found = Table::new(place, inputs, outputs, rows, HitPolicy::Collect(Aggregate::Sum)).unwrap_err();
        let lines: Vec<String> = found.iter().map(|finding| format!("{}: {}", finding.code, finding.message)).collect();
        insta::assert_snapshot!(lines.join("\n"), @"
    duplicate-definition: the table has two columns named `amount`
    invalid-value: `collect(sum)` works on one output, and the table has 2
    invalid-value: `collect(sum)` cannot work on `level`, which holds texts
    cell-type: `a` cannot test `amount`, which holds numbers
    cell-type: `1` cannot stand in `level`, which holds texts
    missing-output: the row has no value for `amount`
    wrong-shape: the row has 0 tests and 0 outputs, the table 1 and 2
    ");
    }

    #[test]
    fn a_table_that_counts_needs_no_output() {
        let place = Span::start_of(Sources::new().add("t.yaml", ""));
        let rows = vec![Row { tests: vec![], outputs: vec![], place }];
        assert!(Table::new(place, vec![], vec![], rows.clone(), HitPolicy::Collect(Aggregate::Count)).is_ok());
        let found = Table::new(place, vec![], vec![], rows, HitPolicy::First).unwrap_err();
        assert_eq!(found.iter().map(|finding| finding.code).collect::<Vec<_>>(), [Code::MissingKey]);
    }
}
