//! Whether rows together take everything: of all values, or of what a later row would match.
//!
//! It must not answer where it ran out of work; a question that is given up is said to be open.

use super::grid::{Grid, Span};
use super::{Answered, Masked, Point, Work};
use std::collections::HashSet;

/// What is asked about: spans of pieces for each column.
type Region = Vec<Vec<Span>>;

/// How many sets of rows that are known to take everything are kept for comparison at each step.
const REMEMBERED: usize = 8;

impl Grid {
    /// Values that no row takes, in up to so many places; a second value for each place comes after the first ones.
    #[must_use]
    pub fn gaps(&self, most: usize, work: &mut Work) -> Answered<Point> {
        let everything: Region =
            self.columns.iter().map(|column| column.len().checked_sub(1).map(|last| (0, last)).into_iter().collect()).collect();
        if everything.iter().any(Vec::is_empty) {
            return Answered { found: Vec::new(), complete: true };
        }
        let rows: Vec<u32> = (0..self.rows as u32).filter(|row| self.is_possible(*row as usize)).collect();
        let mut search = Search::new(self, &everything, most, work);
        let complete = search.run(&rows).is_some();
        let places = std::mem::take(&mut search.found);
        let mut found: Vec<Point> = places.iter().filter_map(|pieces| self.point(pieces)).collect();
        // What holds for one value of a place, such as a condition of the reader, need not hold for another.
        let others = places.iter().filter_map(|pieces| self.other_point(pieces));
        let others: Vec<Point> = others.filter(|point| !found.contains(point)).collect();
        found.extend(others);
        Answered { found, complete }
    }

    /// Whether a row takes everything that another one takes.
    #[must_use]
    pub fn holds_all(&self, row: usize, of: usize) -> bool {
        (0..self.columns.len()).all(|column| within(self.cell(column, of), self.cell(column, row)))
    }

    /// Rows that are possible, but that earlier rows leave nothing to.
    #[must_use]
    pub fn masked(&self, work: &mut Work) -> Answered<Masked> {
        let mut found = Vec::new();
        let mut complete = true;
        for row in (0..self.rows).filter(|row| self.is_possible(*row)) {
            match self.masked_by(row, work) {
                None => {
                    complete = false;
                    if work.is_spent() {
                        break;
                    }
                }
                Some(None) => {}
                Some(Some(by)) => found.push(Masked { row, by }),
            }
        }
        Answered { found, complete }
    }

    /// The earlier rows that take everything from a row; `None` inside where they leave something, outside where it was given up.
    fn masked_by(&self, row: usize, work: &mut Work) -> Option<Option<Vec<usize>>> {
        let own: Region = (0..self.columns.len()).map(|column| self.cell(column, row).to_vec()).collect();
        work.take(row)?;
        let earlier: Vec<u32> = (0..row as u32).filter(|earlier| self.meets(*earlier as usize, &own)).collect();
        // Most rows that are reached are reached in one of their corners.
        let corner = |of: fn(&[Span]) -> Option<u32>| own.iter().map(|spans| of(spans)).collect::<Option<Vec<u32>>>();
        let corners = [corner(|spans| spans.first().map(|span| span.0)), corner(|spans| spans.last().map(|span| span.1))];
        work.take(earlier.len() * corners.len())?;
        if corners.iter().flatten().any(|point| !earlier.iter().any(|row| self.holds(*row as usize, point))) {
            return Some(None);
        }
        if self.leaves_some(&own, &earlier, work)? {
            return Some(None);
        }
        Some(Some(self.needed(&own, earlier, work).into_iter().map(|row| row as usize).collect()))
    }

    /// Takes away rows that are not needed to take everything; one row that does it alone is shown alone.
    fn needed(&self, own: &Region, rows: Vec<u32>, work: &mut Work) -> Vec<u32> {
        if let Some(alone) = rows.iter().find(|row| self.spans_all(**row as usize, own)) {
            return vec![*alone];
        }
        let mut needed = rows;
        let mut at = needed.len();
        // With many rows, what is shown is those that meet the row; finding the fewest is not worth the time.
        while at > 0 && needed.len() <= 64 {
            at -= 1;
            let mut fewer = needed.clone();
            fewer.remove(at);
            match self.leaves_some(own, &fewer, work) {
                Some(false) => needed = fewer,
                Some(true) => {}
                None => break,
            }
        }
        needed
    }

    fn leaves_some(&self, own: &Region, rows: &[u32], work: &mut Work) -> Option<bool> {
        let mut search = Search::new(self, own, 1, work);
        search.run(rows)?;
        Some(!search.found.is_empty())
    }

    fn meets(&self, row: usize, own: &Region) -> bool {
        own.iter().enumerate().all(|(column, spans)| meet(self.cell(column, row), spans).is_some())
    }

    fn holds(&self, row: usize, point: &[u32]) -> bool {
        point.iter().enumerate().all(|(column, piece)| contains(self.cell(column, row), *piece))
    }

    fn spans_all(&self, row: usize, own: &Region) -> bool {
        own.iter().enumerate().all(|(column, spans)| within(spans, self.cell(column, row)))
    }
}

/// A search through a box, column by column, for pieces that none of some rows takes.
struct Search<'a> {
    grid: &'a Grid,
    own: &'a Region,
    most: usize,
    work: &'a mut Work,
    /// The piece that is looked at in each column that was cut already.
    at: Vec<Option<u32>>,
    found: Vec<Vec<u32>>,
}

impl<'a> Search<'a> {
    fn new(grid: &'a Grid, own: &'a Region, most: usize, work: &'a mut Work) -> Self {
        Self { grid, own, most, work, at: vec![None; own.len()], found: Vec::new() }
    }

    /// Looks at what is left with these rows; `None` where it was given up.
    fn run(&mut self, rows: &[u32]) -> Option<()> {
        if self.found.len() >= self.most {
            return Some(());
        }
        self.work.take(rows.len() + 1)?;
        if rows.is_empty() {
            let first = |(at, own): (&Option<u32>, &Vec<Span>)| at.or_else(|| own.first().map(|span| span.0));
            self.found.extend(self.at.iter().zip(self.own).map(first).collect::<Option<Vec<u32>>>());
            return Some(());
        }
        let open: Vec<usize> = (0..self.own.len()).filter(|column| self.at.get(*column).is_some_and(Option::is_none)).collect();
        if rows.iter().any(|row| open.iter().all(|column| self.is_whole(*column, *row))) {
            return Some(());
        }
        let Some((column, cuts)) = self.best(&open, rows)? else { return Some(()) };
        let mut parts: Vec<(u32, Vec<u32>)> = Vec::with_capacity(cuts.len());
        let mut seen: HashSet<Vec<u32>> = HashSet::new();
        for piece in cuts {
            self.work.take(rows.len())?;
            let active: Vec<u32> = rows.iter().copied().filter(|row| contains(self.grid.cell(column, *row as usize), piece)).collect();
            if active.is_empty() || seen.insert(active.clone()) {
                parts.push((piece, active));
            }
        }
        // Where the fewest rows are, a gap is likeliest.
        parts.sort_by_key(|(_, active)| active.len());
        let mut proven: Vec<Vec<u32>> = Vec::new();
        for (piece, active) in parts {
            if proven.iter().any(|known| is_subset(known, &active)) {
                continue;
            }
            let before = self.found.len();
            if let Some(at) = self.at.get_mut(column) {
                *at = Some(piece);
            }
            let done = self.run(&active);
            if let Some(at) = self.at.get_mut(column) {
                *at = None;
            }
            done?;
            if self.found.len() == before && proven.len() < REMEMBERED {
                proven.push(active);
            }
        }
        Some(())
    }

    /// The column that falls into the fewest parts, and the first piece of each part; columns that no row limits are passed over.
    fn best(&mut self, open: &[usize], rows: &[u32]) -> Option<Option<(usize, Vec<u32>)>> {
        let mut best: Option<(usize, Vec<u32>)> = None;
        for column in open {
            self.work.take(rows.len())?;
            if rows.iter().all(|row| self.is_whole(*column, *row)) {
                continue;
            }
            let cuts = self.cuts(*column, rows);
            if best.as_ref().is_none_or(|(_, known)| cuts.len() < known.len()) {
                best = Some((*column, cuts));
            }
        }
        Some(best)
    }

    /// The first piece of each part of a column between the limits of the rows.
    fn cuts(&self, column: usize, rows: &[u32]) -> Vec<u32> {
        let Some(own) = self.own.get(column) else { return Vec::new() };
        let mut cuts: Vec<u32> = own.iter().map(|span| span.0).collect();
        for (low, high) in rows.iter().flat_map(|row| self.grid.cell(column, *row as usize)) {
            cuts.extend([*low, high + 1].into_iter().filter(|cut| contains(own, *cut)));
        }
        cuts.sort_unstable();
        cuts.dedup();
        cuts
    }

    fn is_whole(&self, column: usize, row: u32) -> bool {
        self.own.get(column).is_some_and(|own| within(own, self.grid.cell(column, row as usize)))
    }
}

fn is_subset(small: &[u32], large: &[u32]) -> bool {
    let mut large = large.iter();
    small.iter().all(|row| large.by_ref().any(|other| other == row))
}

fn contains(spans: &[Span], piece: u32) -> bool {
    match spans {
        [(low, high)] => *low <= piece && piece <= *high,
        _ => {
            let after = spans.partition_point(|(low, _)| *low <= piece);
            after.checked_sub(1).and_then(|index| spans.get(index)).is_some_and(|(_, high)| piece <= *high)
        }
    }
}

/// Whether some spans lie within others.
fn within(inner: &[Span], outer: &[Span]) -> bool {
    inner.iter().all(|(low, high)| {
        let after = outer.partition_point(|(start, _)| start <= low);
        after.checked_sub(1).and_then(|index| outer.get(index)).is_some_and(|(_, end)| high <= end)
    })
}

/// The first piece that two lists of spans share.
pub(super) fn meet(a: &[Span], b: &[Span]) -> Option<u32> {
    let (mut a, mut b) = (a.iter().peekable(), b.iter().peekable());
    while let (Some(left), Some(right)) = (a.peek(), b.peek()) {
        let low = left.0.max(right.0);
        if low <= left.1.min(right.1) {
            return Some(low);
        }
        if left.1 < right.1 {
            a.next();
        } else {
            b.next();
        }
    }
    None
}
