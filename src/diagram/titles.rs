//! Room for the titles of frames, beside the arrows that come into a frame from above.
//!
//! It must not place anything; it says what has to stand farther apart.

use super::items::Plan;
use super::lists::{At, Rows};
use super::place::Apart;
use super::scale::Scale;
use super::tidy::Tidy;

/// What crosses the head of each frame, and how much room its title takes.
#[derive(Debug, Default)]
pub(super) struct Titles {
    /// The width of each title; none for a frame without one.
    widths: Vec<Option<f64>>,
    /// The items above which an arrow comes into each frame.
    entries: Vec<Vec<usize>>,
}

impl Titles {
    /// Finds out what comes into each frame from above; `detours` as in [`super::arrange::detours`].
    pub(super) fn new(plan: &Plan, tidy: &Tidy, detours: &[(bool, bool)], widths: Vec<Option<f64>>) -> Self {
        let mut entries: Vec<Vec<usize>> = vec![Vec::new(); tidy.parent.len()];
        let mut enter = |lower: usize, upper: Option<usize>| {
            let Some(item) = plan.items.get(lower) else { return };
            let above = upper.and_then(|upper| plan.items.get(upper)).map(|item| tidy.path(item.group)).unwrap_or_default();
            for group in tidy.path(item.group).into_iter().filter(|group| !above.contains(group)) {
                let first = plan.ranges.at(group).is_some_and(|range| range.0 == item.layer);
                if first && !entries.row(group).contains(&lower) {
                    entries.add(group, lower);
                }
            }
        };
        for &(upper, lower) in &plan.joints {
            enter(lower, Some(upper));
        }
        for (lane, (_, enters)) in plan.lanes.iter().zip(detours) {
            // What enters from above turns over the frames, even where it comes from within them.
            for &end in lane.ends.iter().filter(|_| *enters) {
                enter(end, None);
            }
        }
        Self { widths, entries }
    }

    /// What more has to stand apart so that each title fits beside what crosses the head of its frame.
    pub(super) fn missing(&self, places: &[f64], edges: &impl Fn(usize) -> (usize, usize), scale: &Scale) -> Vec<Apart> {
        let mut missing = Vec::new();
        for (group, width) in self.widths.iter().enumerate() {
            let (Some(width), (left, right)) = (width, edges(group)) else { continue };
            let mut entries: Vec<(f64, usize)> = self.entries.row(group).iter().map(|entry| (places.at(*entry), *entry)).collect();
            entries.sort_by(|one, other| one.0.total_cmp(&other.0));
            let (Some(first), Some(last)) = (entries.first(), entries.last()) else { continue };
            let (outer, between) = (scale.inset() + width + scale.title_gap, width + 2.0 * scale.title_gap);
            let fits = entries.iter().zip(entries.iter().skip(1)).any(|(one, other)| other.0 - one.0 >= between);
            let (before, after) = (first.0 - places.at(left), places.at(right) - last.0);
            if fits || before >= outer || after >= outer {
                continue;
            }
            missing.push(if before >= after {
                Apart { left, right: first.1, by: outer.ceil() }
            } else {
                Apart { left: last.1, right, by: outer.ceil() }
            });
        }
        missing
    }
}
