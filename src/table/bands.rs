//! Bands: what a single value is worth, such as points by amount or grades by score.
//!
//! It must not fall back: a missing value and one of another kind are reported, a value in no band has no answer.

use super::{CellFault, UnaryTest};
use crate::record::Value;

/// Tests in order, each with what it gives.
#[derive(Debug, Clone, PartialEq)]
pub struct Bands<T> {
    bands: Vec<(UnaryTest, T)>,
}

impl<T> Bands<T> {
    /// Bands in this order.
    #[must_use]
    pub fn new(bands: Vec<(UnaryTest, T)>) -> Self {
        Self { bands }
    }

    /// What the first band that holds the value gives; `None` where no band holds it.
    ///
    /// # Errors
    /// A missing value, unless the first band takes any; a value of another kind than the bands'.
    pub fn find(&self, value: Option<&Value>) -> Result<Option<&T>, CellFault> {
        Ok(self.position(value)?.and_then(|index| self.bands.get(index)).map(|(_, given)| given))
    }

    /// The index of the first band that holds the value.
    ///
    /// # Errors
    /// As [`Bands::find`].
    pub fn position(&self, value: Option<&Value>) -> Result<Option<usize>, CellFault> {
        for (index, (test, _)) in self.bands.iter().enumerate() {
            if test.matches(value)? {
                return Ok(Some(index));
            }
        }
        Ok(None)
    }

    /// Every band in order.
    pub fn iter(&self) -> impl Iterator<Item = &(UnaryTest, T)> {
        self.bands.iter()
    }

    /// The number of bands.
    #[must_use]
    pub fn len(&self) -> usize {
        self.bands.len()
    }

    /// Whether there is no band.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.bands.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::CellType;

    fn bands(cells: &[(&str, u32)]) -> Bands<u32> {
        Bands::new(cells.iter().map(|(cell, points)| (UnaryTest::parse(cell, &CellType::Number).unwrap(), *points)).collect())
    }

    #[test]
    fn the_first_band_that_holds_the_value_counts() {
        let size = bands(&[("< 1_000_000", 20), ("[1_000_000..10_000_000)", 60), (">= 10_000_000", 100)]);
        let points = |amount: i64| size.find(Some(&Value::Int(amount))).unwrap().copied();
        assert_eq!([points(-1), points(999_999), points(1_000_000), points(10_000_000)], [Some(20), Some(20), Some(60), Some(100)]);
        assert_eq!(bands(&[("> 5", 1), ("> 3", 2)]).find(Some(&Value::Int(9))), Ok(Some(&1)));
    }

    #[test]
    fn no_band_no_value_and_no_number_are_three_answers() {
        let gap = bands(&[("< 5", 1), ("> 5", 2)]);
        assert_eq!(gap.find(Some(&Value::Int(5))), Ok(None));
        assert_eq!(gap.find(None), Err(CellFault::Missing));
        assert!(matches!(gap.find(Some(&Value::text("5"))), Err(CellFault::Unlike { .. })));
        assert_eq!(bands(&[("< 5", 1), ("-", 2)]).find(None), Err(CellFault::Missing));
        assert_eq!(bands(&[("-", 2), ("< 5", 1)]).find(None), Ok(Some(&2)));
    }
}
