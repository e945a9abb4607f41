//! Records from rows of cells: what each column means is settled once by the header, then every row is read by it.
//!
//! It must not know where rows come from: CSV and workbooks hand them in.

use super::draft::Draft;
use super::finding::{finding, malformed, with_help};
use super::plan::Plan;
use super::target::{Part, Target};
use crate::diagnostic::{Code, did_you_mean, suggest};
use crate::names::FieldPath;
use crate::record::{FieldFinding, RecordFinding};
use std::collections::{HashMap, HashSet};

/// A source of rows.
pub(super) trait Rows: Send {
    /// Reads the next row into one that is used again and again; `None` at the end. After an error the next row can be read.
    fn next_row(&mut self, row: &mut Row) -> Option<Result<(), RecordFinding>>;

    /// Tells in which columns moments are wanted, for a source that does not tell a day from its midnight.
    fn knows_moments(&mut self, _columns: HashSet<usize>) {}

    /// Whether rows end with their last value, and not with the last column.
    fn is_ragged(&self) -> bool {
        false
    }
}

/// One row: its cells, and what is wrong with them as cells.
#[derive(Debug, Default)]
pub(super) struct Row {
    line: u64,
    text: String,
    ends: Vec<usize>,
    typed: Vec<usize>,
    faults: Vec<(usize, &'static str)>,
}

/// One cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Cell<'a> {
    pub(super) text: &'a str,
    /// Whether the source knows it to be a number or the like and has written it plainly.
    pub(super) typed: bool,
}

/// The columns of a source, bound to what they are for.
pub(super) struct Columns {
    names: Vec<String>,
    bound: Vec<(usize, Target)>,
    ragged: bool,
    // Whether obligations have a column that is not there or is there twice.
    obligations_lost: bool,
}

impl Row {
    /// Begins a new row.
    pub(super) fn start(&mut self, line: u64) {
        self.line = line;
        self.text.clear();
        self.ends.clear();
        self.typed.clear();
        self.faults.clear();
    }

    /// Adds a cell.
    pub(super) fn push(&mut self, text: &str, typed: bool) {
        if typed {
            self.typed.push(self.ends.len());
        }
        self.text.push_str(text);
        self.ends.push(self.text.len());
    }

    /// Makes a text the cells of this row, each ending where it is told.
    pub(super) fn extend(&mut self, text: &str, ends: &[usize]) {
        self.text.push_str(text);
        self.ends.extend_from_slice(ends);
    }

    /// Says what is wrong with a cell.
    pub(super) fn fault(&mut self, index: usize, fault: &'static str) {
        self.faults.push((index, fault));
    }

    /// What is wrong with cells.
    pub(super) fn faults(&self) -> impl Iterator<Item = (usize, &'static str)> {
        self.faults.iter().copied()
    }

    /// The line that it begins in.
    pub(super) fn line(&self) -> u64 {
        self.line
    }

    /// The number of cells.
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// A cell by its place in the row.
    pub(super) fn cell(&self, index: usize) -> Option<Cell<'_>> {
        let end = *self.ends.get(index)?;
        let start = index.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        Some(Cell { text: self.text.get(start..end)?, typed: self.typed.contains(&index) })
    }

    fn cells(&self) -> impl Iterator<Item = Cell<'_>> {
        (0..self.len()).filter_map(|index| self.cell(index))
    }
}

impl Columns {
    /// Binds the columns that a header names, and says which are not there and which nobody asked for.
    pub(super) fn bind(header: &Row, ragged: bool, plan: &Plan) -> (Self, Vec<RecordFinding>) {
        let names: Vec<String> = header.cells().map(|cell| cell.text.trim().to_owned()).collect();
        let targets = plan.targets_of(&names);
        let mut header = Header { line: header.line(), names: &names, places: HashMap::new(), twice: HashSet::new(), findings: Vec::new() };
        for (index, name) in names.iter().enumerate() {
            if header.places.insert(name, index).is_some() {
                header.twice.insert(name);
            }
        }
        let bound = header.bind(&targets);
        header.report_missing(plan, &targets);
        header.report_unmapped(plan, &targets);
        let findings = header.findings;
        let gives_obligations = |target: &Target| target.gives(Part::Obligations);
        let obligations_lost = targets.iter().any(gives_obligations) && !bound.iter().any(|(_, target)| gives_obligations(target));
        (Self { names, bound, ragged, obligations_lost }, findings)
    }

    /// In which columns moments are wanted.
    pub(super) fn moments(&self) -> HashSet<usize> {
        self.bound.iter().filter(|(_, target)| target.takes_moment()).map(|(index, _)| *index).collect()
    }

    /// Reads a row.
    pub(super) fn read(&self, row: &Row, plan: &Plan) -> Draft {
        let mut draft = plan.draft();
        let shifted = self.check_length(row, &mut draft);
        draft.case.unread_obligation = shifted || self.obligations_lost;
        for (index, fault) in row.faults() {
            self.report_fault(index, fault, row.line(), &mut draft);
        }
        let key = plan.key().map(|place| place.path());
        for (index, target) in &self.bound {
            match row.cell(*index) {
                Some(_) if shifted && target.is_field() && target.path() != key => {}
                Some(cell) if !row.faults().any(|(faulty, _)| faulty == *index) => target.take_cell(cell, &mut draft),
                Some(_) => {}
                None => draft.case.unread_obligation |= !self.ragged && target.gives(Part::Obligations),
            }
        }
        draft
    }

    /// Whether the cells of a row may stand under the wrong names, because there are too many of them: then no value of a field is read.
    /// A row with too few is read as far as it goes.
    fn check_length(&self, row: &Row, draft: &mut Draft) -> bool {
        let (expected, found) = (self.names.len(), row.len());
        let filled = (expected..found).filter_map(|index| row.cell(index)).any(|cell| !cell.text.trim().is_empty());
        // A sheet has cells beyond its header as it likes. In a text, one cell too many may be an amount that holds the delimiter,
        // `12,000`, also where the last cell is empty.
        let fits = if self.ragged { !filled } else { found == expected };
        if fits {
            return false;
        }
        let shifted = found > expected && !self.ragged;
        let message = format!("the row has {found} cells, but the header has {expected}");
        draft.others.push(if shifted {
            let help = "a cell that holds the delimiter stands in quotes, such as an amount with a comma: `\"12,000\"`";
            with_help(malformed(row.line(), format!("{message}, so that only its key is read")), help)
        } else {
            malformed(row.line(), message)
        });
        shifted
    }

    fn report_fault(&self, index: usize, fault: &str, line: u64, draft: &mut Draft) {
        let column = self.names.get(index).cloned();
        let help = (fault == super::csv::NOT_UTF8).then(|| "save the file as UTF-8; spreadsheets call it `CSV UTF-8`".to_owned());
        let target = self.bound.iter().find(|(bound, _)| *bound == index).and_then(|(_, target)| target.path());
        match target {
            // Named as a field, so that a required field is not reported as missing as well.
            Some(path) => draft.findings.push(FieldFinding {
                code: Code::MalformedRecord,
                path: Some(path.clone()),
                value: None,
                message: fault.to_owned(),
                help,
            }),
            None => draft.others.push(RecordFinding { column, help, ..malformed(line, fault) }),
        }
    }
}

/// What is being found out about a header.
struct Header<'a> {
    line: u64,
    names: &'a [String],
    places: HashMap<&'a str, usize>,
    twice: HashSet<&'a str>,
    findings: Vec<RecordFinding>,
}

impl Header<'_> {
    fn report(&mut self, code: Code, column: &str, message: String, help: Option<String>) {
        let column = Some(column.to_owned());
        self.findings.push(RecordFinding { column, help, ..finding(code, self.line, message) });
    }

    /// The columns that are there, once each; one whose name is there twice is not read at all.
    fn bind(&mut self, targets: &[Target]) -> Vec<(usize, Target)> {
        let mut bound = Vec::new();
        let mut reported = HashSet::new();
        for target in targets {
            let Some(index) = self.places.get(target.column()).copied() else { continue };
            if !self.twice.contains(target.column()) {
                bound.push((index, target.clone()));
            } else if reported.insert(target.column()) {
                let help = "give each a name of its own; neither of them is read".to_owned();
                self.report(Code::DuplicateKey, target.column(), format!("two columns are named `{}`", target.column()), Some(help));
            }
        }
        bound
    }

    fn report_missing(&mut self, plan: &Plan, targets: &[Target]) {
        let mut reported = HashSet::new();
        for column in plan.expected_columns() {
            if self.places.contains_key(column.as_str()) || !reported.insert(column.clone()) {
                continue;
            }
            let unused = self.names.iter().filter(|name| !targets.iter().any(|target| target.column() == name.as_str()));
            let help = suggest(&column, unused.map(String::as_str)).map(|near| format!("there is a column `{near}`"));
            self.report(Code::MissingColumn, &column, format!("there is no column `{column}`"), help);
        }
    }

    fn report_unmapped(&mut self, plan: &Plan, targets: &[Target]) {
        let mut reported = HashSet::new();
        for (index, name) in self.names.iter().enumerate() {
            if targets.iter().any(|target| target.column() == name) || plan.ignores(name) || !reported.insert(name) {
                continue;
            }
            if name.is_empty() {
                let message = format!("column {} has no name, and is not read", index + 1);
                self.report(Code::UnmappedColumn, "", message, None);
            } else {
                let (message, help) = plan.about_unmapped(name, |column| self.places.contains_key(column));
                self.report(Code::UnmappedColumn, name, message, help);
            }
        }
    }
}

/// The help for a column without a mapping: the path of a field that was probably meant.
pub(super) fn near_path<'a>(name: &str, paths: impl IntoIterator<Item = &'a FieldPath>) -> Option<String> {
    did_you_mean(name, paths.into_iter().map(FieldPath::as_str).chain(Part::ALL.map(Part::path)))
}
