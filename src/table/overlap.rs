//! What two sets of values have in common. Proofs ask this more often than anything else, so it is worked out without detours.
//!
//! It must not give a set in another form than the canonical one.

use super::{CellType, Range, ValueSet};

impl ValueSet {
    /// The values that are in both sets.
    #[must_use]
    pub fn intersection(&self, other: &Self, cell_type: &CellType) -> Self {
        if cell_type.has_order() {
            return overlap(self.ranges(), other.ranges());
        }
        match (self, other) {
            (ValueSet::Only(values), set) | (set, ValueSet::Only(values)) => {
                ValueSet::Only(values.iter().filter(|value| set.contains(value)).cloned().collect())
            }
            _ => self.complement(cell_type).union(&other.complement(cell_type), cell_type).complement(cell_type),
        }
    }
}

/// The overlap of ranges in canonical form, which is canonical: what lies between two ranges of one set lies between their overlaps too.
fn overlap(one: &[Range], other: &[Range]) -> ValueSet {
    let (mut one, mut other) = (one.iter().peekable(), other.iter().peekable());
    let mut both = Vec::new();
    while let (Some(a), Some(b)) = (one.peek(), other.peek()) {
        let low = if a.low_order(b).is_lt() { &b.low } else { &a.low };
        let a_ends_first = a.ends_before(b);
        let high = if a_ends_first { &a.high } else { &b.high };
        let range = Range { low: low.clone(), high: high.clone() };
        if !range.is_empty() {
            both.push(range);
        }
        // The next range of the set whose range ends first is the next that can overlap.
        if a_ends_first {
            one.next();
        } else {
            other.next();
        }
    }
    if both.is_empty() { ValueSet::none() } else { ValueSet::Ranges(both) }
}
