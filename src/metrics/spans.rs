//! Spans of time, and what is said of many of them.
//!
//! It must not guess: the 90th percentile is one of the spans (nearest rank), the median one of them or the middle of two.

use crate::calendar::Calendar;
use chrono::{DateTime, Utc};
use serde::Serialize;

/// Spans that were counted, in seconds.
#[derive(Debug, Clone, Default)]
pub(super) struct Spans {
    elapsed: Vec<i64>,
    working: Vec<i64>,
}

/// What is said of spans: by the clock, and by the calendars of their workflows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Times {
    /// How many there are.
    pub count: usize,
    /// By the clock.
    pub elapsed: Option<Spread>,
    /// In working time.
    pub working: Option<Spread>,
}

/// How spans are spread, in seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Spread {
    /// Their mean, cut off to whole seconds.
    pub mean: i64,
    /// Half of them are no longer than this.
    pub median: i64,
    /// Nine of ten of them are no longer than this.
    pub p90: i64,
    /// The longest.
    pub longest: i64,
}

impl Spans {
    /// Counts one.
    pub(super) fn count(&mut self, from: DateTime<Utc>, to: DateTime<Utc>, calendar: &Calendar) {
        self.elapsed.push((to - from).num_seconds());
        self.working.push(calendar.working_time_between(from, to).num_seconds());
    }

    /// What is said of them.
    pub(super) fn times(self) -> Times {
        Times { count: self.elapsed.len(), elapsed: spread(self.elapsed), working: spread(self.working) }
    }
}

fn spread(mut spans: Vec<i64>) -> Option<Spread> {
    spans.sort_unstable();
    let longest = *spans.last()?;
    let count = spans.len();
    let upper = *spans.get(count / 2)?;
    let median = if count % 2 == 1 { upper } else { i64::midpoint(*spans.get(count / 2 - 1)?, upper) };
    let p90 = *spans.get((count * 9).div_ceil(10) - 1)?;
    let sum: i128 = spans.iter().map(|span| i128::from(*span)).sum();
    let mean = i64::try_from(sum / i128::try_from(count).ok()?).ok()?;
    Some(Spread { mean, median, p90, longest })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(spans: &[i64]) -> Option<(i64, i64, i64, i64)> {
        spread(spans.to_vec()).map(|spread| (spread.mean, spread.median, spread.p90, spread.longest))
    }

    #[test]
    fn a_median_is_in_the_middle_and_a_percentile_is_one_of_them() {
        assert_eq!(numbers(&[]), None);
        assert_eq!(numbers(&[7]), Some((7, 7, 7, 7)));
        assert_eq!(numbers(&[9, 1]), Some((5, 5, 9, 9)));
        assert_eq!(numbers(&[3, 1, 2]), Some((2, 2, 3, 3)));
        assert_eq!(numbers(&[10, 9, 8, 7, 6, 5, 4, 3, 2, 1]), Some((5, 5, 9, 10)));
        assert_eq!(numbers(&[11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1]), Some((6, 6, 10, 11)));
    }
}
