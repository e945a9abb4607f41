//! What rows of tests say together: values that no row takes, rows that are never reached, rows that meet, rows written twice.
//!
//! It must not know YAML, rules or hit policies: it compares sets of values, exactly, and says when a question was too large for it.

mod cover;
mod grid;
mod pairs;
#[cfg(test)]
mod properties;

pub use grid::Grid;

use crate::record::Value;

/// What is looked for in a table, as far as its questions could be answered.
#[derive(Debug, Clone, PartialEq)]
pub struct Answered<T> {
    /// What was found; all of it holds.
    pub found: Vec<T>,
    /// Whether everything was looked at. If not, there may be more.
    pub complete: bool,
}

/// A value for each column.
pub type Point = Vec<Value>;

/// A row that can match, but that is never the first to match.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Masked {
    /// The row.
    pub row: usize,
    /// Earlier rows that take everything it would match, in order; none of them can be left out.
    pub by: Vec<usize>,
}

/// Two rows that some values match together.
#[derive(Debug, Clone, PartialEq)]
pub struct Meeting {
    /// The earlier row.
    pub first: usize,
    /// The later row.
    pub second: usize,
    /// Values that match both.
    pub point: Point,
}

/// How much may be done for one table before a question is given up. Counted, not timed: the same table is judged alike everywhere.
#[derive(Debug, Clone)]
pub struct Work {
    left: u64,
}

impl Work {
    /// What an ordinary table never needs: some hundredths of a second.
    pub const USUAL: u64 = 10_000_000;

    /// So many steps; a step looks at one row.
    #[must_use]
    pub fn new(steps: u64) -> Self {
        Self { left: steps }
    }

    /// Whether all of it is used up.
    #[must_use]
    pub fn is_spent(&self) -> bool {
        self.left == 0
    }

    /// Takes steps; `None` where there are not enough.
    fn take(&mut self, steps: usize) -> Option<()> {
        match self.left.checked_sub(steps as u64) {
            Some(left) => {
                self.left = left;
                Some(())
            }
            None => {
                self.left = 0;
                None
            }
        }
    }
}

impl Default for Work {
    fn default() -> Self {
        Self::new(Self::USUAL)
    }
}
