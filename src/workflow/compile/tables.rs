//! Compiles decision tables: the rules of their inputs first, cells when the types of the rules are known.
//!
//! It must not decide anything by a table.

use super::Compiler;
use crate::diagnostic::{Code, Diagnostic, did_you_mean};
use crate::document::{RowsDoc, TableDoc};
use crate::names::{ColumnId, TableId};
use crate::record::FieldType;
use crate::script::{Expected, RuleId, Used};
use crate::source::{SourceId, Span, Spanned};
use crate::table::{Aggregate, CellType, HitPolicy, Input, Output, Row, Table, UnaryTest, parse_output};
use crate::workflow::DecisionTable;
use indexmap::IndexMap;
use std::collections::HashMap;
use std::sync::Arc;

/// A table whose input rules are parsed.
pub(super) struct PendingTable<'a> {
    id: &'a Spanned<TableId>,
    doc: &'a TableDoc,
    inputs: Vec<RuleId>,
    hit: HitPolicy,
}

/// A row as cells by column.
struct Cells {
    // A row has a few cells only: they are found sooner by looking than by hashing.
    cells: Vec<(ColumnId, Spanned<Arc<str>>)>,
    span: Span,
}

impl Cells {
    /// The cell of a column; of several, which is a finding, the last.
    fn get(&self, column: &ColumnId) -> Option<&Spanned<Arc<str>>> {
        self.cells.iter().rev().find(|(name, _)| name == column).map(|(_, cell)| cell)
    }
}

impl PendingTable<'_> {
    pub(super) fn id(&self) -> &TableId {
        &self.id.value
    }

    /// The one output of a table that gives one value, with its type.
    pub(super) fn single_output(&self) -> Option<&ColumnId> {
        let mut outputs = self.doc.outputs.iter();
        match (self.hit, outputs.next(), outputs.next()) {
            (HitPolicy::Unique | HitPolicy::First | HitPolicy::Any, Some((name, _)), None) => Some(&name.value),
            _ => None,
        }
    }
}

impl<'a> Compiler<'a> {
    pub(super) fn table_rules(&mut self) -> Vec<PendingTable<'a>> {
        let resolved = self.resolved;
        let mut pending = Vec::new();
        for (id, doc) in resolved.file.tables.iter() {
            let hit = doc.hit.as_ref().map_or(Some(HitPolicy::Unique), |hit| match hit.value.parse::<HitPolicy>() {
                Ok(policy) => Some(policy),
                Err(error) => {
                    self.report(Code::InvalidValue, hit.span, error.to_string(), error.help);
                    None
                }
            });
            let inputs = doc.inputs.iter().map(|(_, input)| self.rule(&input.value, Expected::Any)).collect();
            pending.push(PendingTable { id, doc, inputs, hit: hit.unwrap_or(HitPolicy::First) });
        }
        pending
    }

    /// What `table("name")` gives, for the checker.
    pub(super) fn table_results(&mut self) -> HashMap<Arc<str>, Option<FieldType>> {
        let resolved = self.resolved;
        let mut results = HashMap::new();
        for (id, doc) in resolved.file.tables.iter() {
            let hit = doc.hit.as_ref().and_then(|hit| hit.value.parse::<HitPolicy>().ok()).unwrap_or(HitPolicy::Unique);
            let mut outputs = doc.outputs.iter();
            let result = match (hit, outputs.next(), outputs.next()) {
                (HitPolicy::Unique | HitPolicy::First | HitPolicy::Any, Some((_, output)), None) => Some(self.field_type(output)),
                (HitPolicy::Collect(Aggregate::Count), ..) => Some(FieldType::Int),
                (HitPolicy::Collect(Aggregate::Sum | Aggregate::Min | Aggregate::Max), Some((_, output)), None) => {
                    Some(self.field_type(output))
                }
                _ => None,
            };
            results.insert(Arc::from(id.value.as_str()), result);
        }
        results
    }

    pub(super) fn tables(&mut self, pending: Vec<PendingTable<'a>>, checked: &Used) -> IndexMap<TableId, DecisionTable> {
        let mut tables = IndexMap::new();
        for table in pending {
            if let Some(compiled) = self.table(&table, checked) {
                let id = table.id.value.clone();
                tables.insert(id.clone(), DecisionTable { id, title: table.doc.title.clone(), inputs: table.inputs, table: compiled });
            }
        }
        tables
    }

    fn table(&mut self, pending: &PendingTable<'a>, checked: &Used) -> Option<Table> {
        let doc = pending.doc;
        let mut inputs = Vec::new();
        let mut untyped = false;
        for ((name, input), rule) in doc.inputs.iter().zip(&pending.inputs) {
            let declared = input.input_type.as_ref().map(|input_type| self.field_type(input_type));
            let found = declared.as_ref().or(checked.results.get(rule));
            let cell_type = self.cell_type(found, input.value.span, "the cells of this column");
            match cell_type {
                Some(cell_type) => inputs.push(Input { name: name.value.clone(), cell_type }),
                None => untyped = true,
            }
        }
        if untyped {
            return None;
        }
        let mut outputs = Vec::new();
        for (name, output) in doc.outputs.iter() {
            let field_type = self.field_type(output);
            match CellType::of(&field_type) {
                Some(cell_type) => outputs.push(Output { name: name.value.clone(), cell_type }),
                None => {
                    self.report(Code::CellType, name.span, format!("a cell cannot hold a value of type {field_type}"), None);
                    return None;
                }
            }
        }
        // Reported where the document was read.
        if outputs.iter().any(|output| inputs.iter().any(|input| input.name == output.name)) {
            return None;
        }
        let columns: Vec<ColumnId> =
            inputs.iter().map(|input| input.name.clone()).chain(outputs.iter().map(|output| output.name.clone())).collect();
        let rows = match &doc.rows {
            RowsDoc::Here(rows) => rows
                .iter()
                .map(|row| {
                    for (name, _) in row.cells.iter() {
                        self.column_known(name, &columns);
                    }
                    Cells { cells: row.cells.iter().map(|(name, cell)| (name.value.clone(), cell.clone())).collect(), span: row.span }
                })
                .collect(),
            RowsDoc::File(path) => self.csv_rows(path, &columns),
        };
        let mut known = vec![HashMap::new(); inputs.len()];
        let rows = rows.into_iter().filter_map(|cells| self.row(&cells, &inputs, &outputs, &mut known)).collect();
        match Table::new(pending.id.span, inputs, outputs, rows, pending.hit) {
            Ok(table) => Some(table),
            Err(found) => {
                self.diagnostics.append(found);
                None
            }
        }
    }

    fn column_known(&mut self, name: &Spanned<ColumnId>, columns: &[ColumnId]) -> bool {
        let known = columns.contains(&name.value);
        if !known {
            let help = did_you_mean(name.value.as_str(), columns.iter().map(ColumnId::as_str));
            self.report(Code::UnknownColumn, name.span, format!("the table has no column `{}`", name.value), help);
        }
        known
    }

    /// A row; `known` are the tests of each input that were read before: cells say the same again and again.
    fn row(&mut self, cells: &Cells, inputs: &[Input], outputs: &[Output], known: &mut [HashMap<Arc<str>, UnaryTest>]) -> Option<Row> {
        let mut tests = Vec::with_capacity(inputs.len());
        let mut whole = true;
        for (input, known) in inputs.iter().zip(known) {
            let Some(cell) = cells.get(&input.name) else {
                tests.push(UnaryTest::any());
                continue;
            };
            if let Some(test) = known.get(&cell.value) {
                tests.push(test.clone());
                continue;
            }
            match self.range(cell, &input.cell_type) {
                Some(test) => {
                    known.insert(Arc::clone(&cell.value), test.clone());
                    tests.push(test);
                }
                None => whole = false,
            }
        }
        let mut values = Vec::with_capacity(outputs.len());
        for output in outputs {
            let cell = cells.get(&output.name).filter(|cell| !matches!(cell.value.trim(), "" | "-"));
            values.push(match cell {
                None => None,
                Some(cell) => match parse_output(&cell.value, &output.cell_type) {
                    Ok(value) => Some(value),
                    Err(error) => {
                        let inside = self.inside(cell);
                        self.diagnostics.push(error.diagnostic(inside));
                        whole = false;
                        None
                    }
                },
            });
        }
        whole.then_some(Row { tests, outputs: values, place: cells.span })
    }

    /// The rows of a CSV file: a header with column names, then a row per line. Empty lines and columns that begin with `#` are notes.
    fn csv_rows(&mut self, path: &Spanned<Arc<str>>, columns: &[ColumnId]) -> Vec<Cells> {
        let Some((id, text)) = self.resolved.tables.get(&path.span).and_then(|id| Some((*id, self.sources.get(*id)?.shared_text()))) else {
            return Vec::new();
        };
        let mut lines = crate::table::csv_lines(&text).into_iter();
        let Some(header) = lines.next() else {
            self.report(Code::MissingKey, Span::start_of(id), "the file has no header with the names of the columns", None);
            return Vec::new();
        };
        let names = self.csv_header(id, &header, columns);
        let mut rows = Vec::new();
        for line in lines {
            let span = |range: &std::ops::Range<usize>| Span::new(id, range.start as u32, range.end as u32);
            let whole = line.first().zip(line.last()).map(|(first, last)| span(&(first.range.start..last.range.end)));
            let Some(whole) = whole.filter(|_| line.iter().any(|cell| !cell.text.trim().is_empty())) else { continue };
            if line.len() != names.len() {
                let message = format!("this row has {} cells, the header has {}", line.len(), names.len());
                self.report(Code::InvalidCell, whole, message, Some("a cell that holds a comma is put in double quotes".to_owned()));
                continue;
            }
            let cells = names
                .iter()
                .zip(line)
                .filter_map(|(name, cell)| Some((name.clone()?, Spanned::new(Arc::from(cell.text.as_str()), span(&cell.range)))));
            rows.push(Cells { cells: cells.collect(), span: whole });
        }
        rows
    }

    fn csv_header(&mut self, id: SourceId, header: &[crate::table::CsvCell], columns: &[ColumnId]) -> Vec<Option<ColumnId>> {
        let mut names: Vec<Option<Spanned<ColumnId>>> = Vec::new();
        for cell in header {
            let span = Span::new(id, cell.range.start as u32, cell.range.end as u32);
            let text = cell.text.trim();
            if text.starts_with('#') {
                names.push(None);
                continue;
            }
            let name = match ColumnId::parse(text) {
                Ok(name) => Spanned::new(name, span),
                Err(error) => {
                    self.report(Code::InvalidName, span, format!("`{text}` cannot be the name of a column: {error}"), None);
                    names.push(None);
                    continue;
                }
            };
            let known = self.column_known(&name, columns);
            if let Some(first) = names.iter().flatten().find(|earlier| **earlier == name) {
                let diagnostic =
                    Diagnostic::new(Code::DuplicateKey, span, format!("the column `{}` stands in the header twice", name.value));
                self.diagnostics.push(diagnostic.related(first.span, "first here"));
            }
            names.push(known.then_some(name));
        }
        for column in columns.iter().filter(|column| !names.iter().flatten().any(|name| name.value == **column)) {
            let message = format!("the file has no column `{column}`");
            self.report(Code::UnknownColumn, Span::start_of(id), message, None);
        }
        names.into_iter().map(|name| name.map(|name| name.value)).collect()
    }
}
