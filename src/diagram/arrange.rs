//! Where things stand from top to bottom: the layers, and between them room for arrows, frame heads and frame feet.
//!
//! It must not place anything sideways.

use super::buses::{Strand, tracks};
use super::frames::Frames;
use super::items::{Lane, Plan, Sort};
use super::lists::{At, Rows, number};
use super::place::Places;
use super::scale::Scale;

/// Heights from top to bottom.
#[derive(Debug, Default)]
pub(super) struct Heights {
    /// The top, middle line and bottom of each layer.
    rows: Vec<(f64, f64, f64)>,
    /// The strands above each layer, and below the last one, with the height at which each runs sideways.
    strands: Vec<Vec<(Strand, f64)>>,
    /// Where the picture ends.
    pub(super) bottom: f64,
}

impl Heights {
    /// Stacks the layers; `detours` say for each upward arrow whether it leaves and enters by way of the space between layers.
    pub(super) fn new(plan: &Plan, places: &Places, frames: &Frames, detours: &[(bool, bool)], scale: &Scale) -> Self {
        let mut heights = Self::default();
        let mut y = 0.0;
        for channel in 0..=plan.layers {
            let strands = strands(plan, places, detours, channel);
            let (tracks, count) = tracks(&strands);
            let turns = |count: usize| number(count.saturating_sub(1)) * scale.track;
            let labels = |layer: usize| plan.items.iter().any(|item| item.layer == layer && item.left > 0.0);
            let first;
            if channel % 2 == 1 {
                let last = channel == plan.layers;
                first = y + frames.below(plan, channel - 1) + scale.lead;
                let tail = if count > 0 && !last && labels(channel) { scale.lead } else { 0.0 };
                y = if last && count == 0 { first - scale.lead } else { first + turns(count) + tail };
            } else {
                let above = channel > 0 && (count > 0);
                first = y + if above { scale.lead } else { 0.0 };
                let arrow = if channel == 0 && count == 0 { 0.0 } else { scale.arrow };
                y = first + turns(count) + arrow + frames.above(plan, channel);
            }
            let at = |track: Option<usize>| first + number(track.unwrap_or(0)) * scale.track;
            heights.strands.push(strands.into_iter().zip(tracks).map(|(strand, track)| (strand, at(track))).collect());
            if channel < plan.layers {
                y = heights.row(plan, channel, y);
            }
        }
        heights.bottom = y;
        heights
    }

    fn row(&mut self, plan: &Plan, layer: usize, top: f64) -> f64 {
        let items = || plan.items.iter().filter(|item| item.layer == layer);
        let up = items().map(|item| item.up).fold(0.0, f64::max);
        let down = items().map(|item| item.down).fold(0.0, f64::max);
        self.rows.push((top, top + up, top + up + down));
        top + up + down
    }

    /// The middle line of a layer.
    pub(super) fn middle(&self, layer: usize) -> f64 {
        self.rows.at(layer).1
    }

    /// The tops and bottoms of the layers.
    pub(super) fn edges(&self) -> Vec<(f64, f64)> {
        self.rows.iter().map(|(top, _, bottom)| (*top, *bottom)).collect()
    }

    /// At which height the strand between two things above a layer runs sideways.
    pub(super) fn turn(&self, channel: usize, ends: [usize; 2]) -> f64 {
        self.strands.row(channel).iter().find(|(strand, _)| strand.ends == ends).map_or(0.0, |(_, at)| *at)
    }
}

/// The strands in the space above a layer.
fn strands(plan: &Plan, places: &Places, detours: &[(bool, bool)], channel: usize) -> Vec<Strand> {
    let layer = |item: usize| plan.items.get(item).map_or(0, |item| item.layer);
    let strand = |ends: [usize; 2], above: [bool; 2], shares: bool| {
        let at = ends.map(|end| places.items.at(end));
        Strand { ends, at, above, shares }
    };
    let here = |joint: &&(usize, usize)| layer(joint.1) == channel;
    let mut strands: Vec<Strand> =
        plan.joints.iter().filter(here).map(|(upper, lower)| strand([*upper, *lower], [true, false], true)).collect();
    for (lane, (leaves, enters)) in plan.lanes.iter().zip(detours) {
        for (lower, upper) in lane.items.iter().zip(lane.items.iter().skip(1)) {
            if layer(*lower) == channel {
                strands.push(strand([*upper, *lower], [true, false], false));
            }
        }
        if let Some(&first) = lane.items.first().filter(|first| *leaves && layer(**first) + 1 == channel) {
            strands.push(strand([lane.from, first], [true, true], false));
        }
        if let Some(&last) = lane.items.last().filter(|last| *enters && layer(**last) == channel) {
            strands.extend(lane.ends.iter().map(|end| strand([last, *end], [false, false], lane.ends.len() > 1)));
        }
    }
    strands
}

/// For each upward arrow: whether a box stands between it and the box where it leaves, and where it enters. One that forks enters
/// its boxes from above.
pub(super) fn detours(plan: &Plan, layers: &[Vec<usize>]) -> Vec<(bool, bool)> {
    let blocked = |lane: Option<&usize>, node: usize| {
        let Some(&lane) = lane else { return false };
        let Some(layer) = plan.items.get(lane).map(|item| layers.row(item.layer)) else { return false };
        let place = |item: usize| layer.iter().position(|other| *other == item).unwrap_or(0);
        let (lane, node) = (place(lane), place(node));
        let between = layer.iter().skip(lane).take(node.saturating_sub(lane));
        lane > node || between.into_iter().any(|item| plan.items.get(*item).is_some_and(|item| item.sort == Sort::Box))
    };
    let enters = |lane: &Lane| lane.ends.len() > 1 || lane.ends.iter().any(|end| blocked(lane.items.last(), *end));
    let both = |lane: &Lane| (blocked(lane.items.first(), lane.from), enters(lane));
    plan.lanes.iter().map(both).collect()
}
