//! Reading and writing lists by place without a panic: a place outside a list reads as nothing and keeps nothing.
//!
//! It must not hide wrong places from tests; in them every such read fails.

/// Lists of small values, by place.
pub(super) trait At<T> {
    /// The value at a place.
    fn at(&self, place: usize) -> T;
    /// Replaces the value at a place.
    fn put(&mut self, place: usize, value: T);
    /// Makes a new value of the one at a place.
    fn change(&mut self, place: usize, new: impl FnOnce(T) -> T) {
        let value = new(self.at(place));
        self.put(place, value);
    }
}

impl<T: Copy + Default> At<T> for [T] {
    fn at(&self, place: usize) -> T {
        debug_assert!(place < self.len(), "place {place} in a list of {}", self.len());
        self.get(place).copied().unwrap_or_default()
    }

    fn put(&mut self, place: usize, value: T) {
        debug_assert!(place < self.len(), "place {place} in a list of {}", self.len());
        if let Some(slot) = self.get_mut(place) {
            *slot = value;
        }
    }
}

/// Lists of lists, by place.
pub(super) trait Rows<T> {
    /// The list at a place.
    fn row(&self, place: usize) -> &[T];
    /// Adds to the list at a place.
    fn add(&mut self, place: usize, value: T);
}

impl<T> Rows<T> for [Vec<T>] {
    fn row(&self, place: usize) -> &[T] {
        self.get(place).map_or(&[], Vec::as_slice)
    }

    fn add(&mut self, place: usize, value: T) {
        debug_assert!(place < self.len(), "place {place} in a list of {}", self.len());
        if let Some(row) = self.get_mut(place) {
            row.push(value);
        }
    }
}

/// The mean of some numbers, if there are any.
pub(super) fn mean(numbers: impl Iterator<Item = f64>) -> Option<f64> {
    let (mut sum, mut count) = (0.0, 0.0);
    for number in numbers {
        sum += number;
        count += 1.0;
    }
    (count > 0.0).then(|| sum / count)
}

/// A count as a number to reckon with.
pub(super) fn number(count: usize) -> f64 {
    u32::try_from(count).map_or(0.0, f64::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_and_writes_by_place() {
        let mut list = [1, 2];
        list.put(1, 5);
        assert_eq!((list.at(0), list.at(1)), (1, 5));
        let mut rows = [Vec::new(), vec![7]];
        rows.add(0, 3);
        assert_eq!((rows.row(0), rows.row(1), rows.row(9)), (&[3][..], &[7][..], &[][..]));
        assert_eq!((mean([1.0, 2.0].into_iter()), mean([].into_iter())), (Some(1.5), None));
    }
}
