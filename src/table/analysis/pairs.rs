//! Rows two by two: those that match something together, and those that are written twice.
//!
//! It must not ask what the two answer, save through the question that it is handed.

use super::cover::meet;
use super::grid::Grid;
use super::{Answered, Meeting, Work};
use std::collections::HashMap;

impl Grid {
    /// For each row that meets an earlier one with which it must not match together, the first such row.
    #[must_use]
    pub fn meetings(&self, must_not: impl Fn(usize, usize) -> bool, work: &mut Work) -> Answered<Meeting> {
        let mut found = Vec::new();
        let rows: Vec<usize> = (0..self.rows).filter(|row| self.is_possible(*row)).collect();
        for (index, second) in rows.iter().enumerate() {
            // A pair is a small part of a step.
            if work.take(index / 8 + 1).is_none() {
                return Answered { found, complete: false };
            }
            let earlier = rows.get(..index).unwrap_or_default();
            let meets = |first: &&usize| self.shared(**first, *second) && must_not(**first, *second);
            if let Some(first) = earlier.iter().find(meets)
                && let Some(point) = self.common(*first, *second).and_then(|pieces| self.point(&pieces))
            {
                found.push(Meeting { first: *first, second: *second, point });
            }
        }
        Answered { found, complete: true }
    }

    /// Rows that test the same as an earlier one, with the first such row.
    #[must_use]
    pub fn repetitions(&self) -> Vec<(usize, usize)> {
        let mut first: HashMap<Vec<&[(u32, u32)]>, usize> = HashMap::with_capacity(self.rows);
        let mut found = Vec::new();
        for row in (0..self.rows).filter(|row| self.is_possible(*row)) {
            let cells = (0..self.columns.len()).map(|column| self.cell(column, row)).collect();
            match first.entry(cells) {
                std::collections::hash_map::Entry::Occupied(known) => found.push((*known.get(), row)),
                std::collections::hash_map::Entry::Vacant(place) => {
                    place.insert(row);
                }
            }
        }
        found
    }

    fn shared(&self, first: usize, second: usize) -> bool {
        (0..self.columns.len()).all(|column| match (self.cell(column, first), self.cell(column, second)) {
            ([a], [b]) => a.0.max(b.0) <= a.1.min(b.1),
            (a, b) => meet(a, b).is_some(),
        })
    }

    fn common(&self, first: usize, second: usize) -> Option<Vec<u32>> {
        (0..self.columns.len()).map(|column| meet(self.cell(column, first), self.cell(column, second))).collect()
    }
}
