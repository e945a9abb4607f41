//! A table that becomes a list where the terminal is too narrow for its numbers.
//!
//! It must not know what the cells mean.

use crate::cli::io::Io;
use crate::cli::render::Grid;
use unicode_width::UnicodeWidthStr;

/// What a table is moved in by.
const INDENT: &str = "  ";

/// Rows whose first cell names them; all others are numbers.
pub(super) struct Sheet<'a> {
    head: &'a [&'a str],
    rows: Vec<Vec<String>>,
}

impl<'a> Sheet<'a> {
    pub(super) fn new(head: &'a [&'a str]) -> Self {
        Self { head, rows: Vec::new() }
    }

    pub(super) fn row(&mut self, cells: Vec<String>) {
        self.rows.push(cells);
    }

    /// Prints it; nothing where it has no rows.
    pub(super) fn print(self, io: &mut Io<'_>) -> std::io::Result<()> {
        if self.rows.is_empty() {
            return Ok(());
        }
        writeln!(io.out)?;
        let mut grid = Grid::new(false, usize::MAX);
        grid.head(self.head);
        grid.right(&(1..self.head.len()).collect::<Vec<_>>());
        self.rows.iter().for_each(|row| grid.row(row.clone()));
        let text = grid.text();
        if text.lines().all(|line| line.width() + INDENT.len() <= io.width) {
            return text.lines().try_for_each(|line| writeln!(io.out, "{INDENT}{line}"));
        }
        for row in &self.rows {
            let mut cells = self.head.iter().zip(row);
            if let Some((head, first)) = cells.next() {
                writeln!(io.out, "{INDENT}{head} {first}")?;
            }
            for (head, cell) in cells.filter(|(_, cell)| !cell.is_empty()) {
                writeln!(io.out, "{INDENT}{INDENT}{head}: {cell}")?;
            }
        }
        Ok(())
    }
}
