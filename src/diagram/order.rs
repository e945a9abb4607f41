//! The order of things in each layer, so that arrows seldom cross and what shares a frame stands together.
//!
//! It must not know widths or distances.

use std::cmp::Ordering;

use super::items::{Lane, Plan, Sort};
use super::lists::{At, Rows, mean, number};
use super::steps::{reach, steps};
use super::tidy::Tidy;

/// How often the layers are gone through, down and up.
const SWEEPS: usize = 16;

/// The items of each layer, from left to right.
pub(super) fn order(plan: &Plan, tidy: &Tidy) -> Vec<Vec<usize>> {
    let mut layers = vec![Vec::new(); plan.layers];
    for (place, item) in plan.items.iter().enumerate().filter(|(_, item)| item.sort != Sort::Lane) {
        layers.add(item.layer, place);
    }
    let paths: Vec<Vec<usize>> = plan.items.iter().map(|item| tidy.path(item.group)).collect();
    let mut sorter = Sorter { plan, paths: &paths, above: Vec::new(), below: Vec::new(), seats: Vec::new(), frames: Vec::new() };
    sorter.above = steps(plan.items.len(), plan.joints.iter().map(|(upper, lower)| (*lower, *upper)));
    sorter.below = steps(plan.items.len(), plan.joints.iter().copied());
    sorter.sit(&layers);
    sorter.weigh_frames(tidy);
    for layer in &mut layers {
        sorter.sort(layer, |item| sorter.seats.at(item));
    }
    let mut best = (sorter.crossings(&layers), layers.clone());
    for sweep in 0..SWEEPS {
        if best.0 == 0 {
            break;
        }
        sorter.sweep(&mut layers, sweep % 2 == 0, tidy);
        sorter.swap_neighbours(&mut layers);
        let crossings = sorter.crossings(&layers);
        if crossings < best.0 {
            best = (crossings, layers.clone());
        }
    }
    let mut layers = best.1;
    let mut lanes: Vec<&Lane> = plan.lanes.iter().collect();
    lanes.sort_by_key(|lane| lane.items.len());
    for lane in lanes {
        insert(lane, plan, &paths, &mut layers);
    }
    layers
}

/// Sorts layers by where the neighbours of their items stand.
struct Sorter<'a> {
    plan: &'a Plan,
    /// The frames around each item, the outermost first.
    paths: &'a [Vec<usize>],
    above: Vec<Vec<usize>>,
    below: Vec<Vec<usize>>,
    /// Where each item stands in its layer, counted from the middle.
    seats: Vec<f64>,
    /// Where each frame would like to stand; the same in all layers, so that frames never twist around each other.
    frames: Vec<f64>,
}

impl Sorter<'_> {
    fn sit(&mut self, layers: &[Vec<usize>]) {
        self.seats = vec![0.0; self.plan.items.len()];
        for layer in layers {
            self.sit_layer(layer);
        }
    }

    fn sit_layer(&mut self, layer: &[usize]) {
        let middle = (number(layer.len()) - 1.0) / 2.0;
        for (seat, &item) in layer.iter().enumerate() {
            self.seats.put(item, number(seat) - middle);
        }
    }

    /// A frame wants to be where the arrows out of it lead; one without such arrows stays.
    fn weigh_frames(&mut self, tidy: &Tidy) {
        let mut own = vec![Vec::new(); tidy.parent.len()];
        let mut outside = vec![Vec::new(); tidy.parent.len()];
        for (item, path) in self.paths.iter().enumerate() {
            for &group in path {
                own.add(group, self.seats.at(item));
            }
        }
        for &(upper, lower) in &self.plan.joints {
            for (inner, outer) in [(upper, lower), (lower, upper)] {
                for &group in self.paths.row(inner).iter().filter(|group| !self.paths.row(outer).contains(group)) {
                    outside.add(group, self.seats.at(outer));
                }
            }
        }
        let seat = |(own, outside): (Vec<f64>, Vec<f64>)| mean(outside.into_iter()).or_else(|| mean(own.into_iter())).unwrap_or(0.0);
        self.frames = own.into_iter().zip(outside).map(seat).collect();
    }

    fn sweep(&mut self, layers: &mut [Vec<usize>], down: bool, tidy: &Tidy) {
        self.sit(layers);
        self.weigh_frames(tidy);
        let count = layers.len();
        for step in 0..count {
            let place = if down { step } else { count - 1 - step };
            let Some(layer) = layers.get_mut(place) else { continue };
            let neighbours = if down { &self.above } else { &self.below };
            let wanted = |item: usize| mean(neighbours.row(item).iter().map(|next| self.seats.at(*next))).unwrap_or(self.seats.at(item));
            let mut sorted = std::mem::take(layer);
            self.sort(&mut sorted, wanted);
            *layer = sorted;
            self.sit_layer(layer);
        }
    }

    /// Sorts a layer frame by frame, so that what shares a frame stays together.
    fn sort(&self, layer: &mut [usize], wanted: impl Fn(usize) -> f64) {
        // At each depth: where the frame or the item wants to be, then a fixed sign of which it is.
        let key = |item: usize, depth: usize| -> (f64, f64, f64) {
            match self.paths.row(item).get(depth) {
                Some(&group) => (self.frames.at(group), 1.0, number(group)),
                None => (wanted(item), 0.0, self.seats.at(item)),
            }
        };
        layer.sort_by(|&one, &other| {
            let deepest = self.paths.row(one).len().max(self.paths.row(other).len());
            for depth in 0..=deepest {
                let (a, b) = (key(one, depth), key(other, depth));
                let ordering = a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)).then(a.2.total_cmp(&b.2));
                let ends = depth >= self.paths.row(one).len() || depth >= self.paths.row(other).len();
                if ordering != Ordering::Equal || ends {
                    return ordering;
                }
            }
            Ordering::Equal
        });
    }

    /// Swaps neighbours in one frame wherever that saves a crossing.
    fn swap_neighbours(&mut self, layers: &mut [Vec<usize>]) {
        for _ in 0..8 {
            let mut better = false;
            for layer in layers.iter_mut() {
                for left in 0..layer.len().saturating_sub(1) {
                    let (one, other) = (layer.at(left), layer.at(left + 1));
                    let same = self.paths.row(one) == self.paths.row(other);
                    if same && self.pair_crossings(other, one) < self.pair_crossings(one, other) {
                        layer.swap(left, left + 1);
                        better = true;
                        self.sit_layer(layer);
                    }
                }
            }
            if !better {
                return;
            }
        }
    }

    /// How often the arrows of two items cross if one stands left of the other.
    fn pair_crossings(&self, left: usize, right: usize) -> usize {
        let crossed = |sides: &[Vec<usize>]| {
            let pairs = sides.row(left).iter().flat_map(|a| sides.row(right).iter().map(move |b| (*a, *b)));
            pairs.filter(|(a, b)| self.seats.at(*a) > self.seats.at(*b)).count()
        };
        crossed(&self.above) + crossed(&self.below)
    }

    fn crossings(&mut self, layers: &[Vec<usize>]) -> usize {
        self.sit(layers);
        let mut count = 0;
        for layer in layers {
            let joints = layer.iter().flat_map(|&item| self.below.row(item).iter().map(move |&lower| (item, lower)));
            let ends: Vec<(f64, f64)> = joints.map(|(upper, lower)| (self.seats.at(upper), self.seats.at(lower))).collect();
            for (place, one) in ends.iter().enumerate() {
                count += ends.iter().skip(place + 1).filter(|other| (one.0 - other.0) * (one.1 - other.1) < 0.0).count();
            }
        }
        count
    }
}

/// Puts an arrow that leads up left of everything that it leads past, but no further.
fn insert(lane: &Lane, plan: &Plan, paths: &[Vec<usize>], layers: &mut [Vec<usize>]) {
    let depth = lane.items.first().map_or(0, |item| paths.row(*item).len());
    let body = body(lane, plan, paths, depth);
    for &item in &lane.items {
        let Some(layer) = plan.items.get(item).and_then(|item| layers.get_mut(item.layer)) else { continue };
        let inside = |other: &usize| lane.group.is_none_or(|group| paths.row(*other).contains(&group));
        let first = layer.iter().position(|other| body.at(*other) && inside(other)).or_else(|| layer.iter().position(inside));
        let mut place = first.unwrap_or(0);
        // Not into a frame that the arrow does not belong to.
        if let Some(foreign) = layer.get(place).and_then(|other| paths.row(*other).get(depth)) {
            place = layer.iter().position(|other| paths.row(*other).contains(foreign)).unwrap_or(place);
        }
        let passes = |other: usize| plan.items.get(other).is_some_and(|other| other.sort == Sort::Lane && other.group == lane.group);
        while place > 0 && passes(layer.at(place - 1)) {
            place -= 1;
        }
        layer.insert(place, item);
    }
}

/// The items of everything that a lane leads past: what lies on a way from where it ends to where it begins, and the frames
/// around that which the lane does not belong to, with all that lies on a way from them.
fn body(lane: &Lane, plan: &Plan, paths: &[Vec<usize>], depth: usize) -> Vec<bool> {
    let above = reach(&steps(plan.items.len(), plan.joints.iter().map(|(upper, lower)| (*lower, *upper))), &[lane.from]);
    let down = steps(plan.items.len(), plan.joints.iter().copied());
    let mut seeds = lane.ends.clone();
    loop {
        let below = reach(&down, &seeds);
        let mut body: Vec<bool> = below.into_iter().zip(&above).map(|(below, above)| below && *above).collect();
        for &seed in seeds.iter().chain([&lane.from]) {
            body.put(seed, true);
        }
        let frame = |item: usize| paths.row(item).get(depth);
        let foreign: Vec<usize> = (0..body.len()).filter(|item| body.at(*item)).filter_map(|item| frame(item).copied()).collect();
        let more = |item: &usize| !body.at(*item) && frame(*item).is_some_and(|frame| foreign.contains(frame));
        let before = seeds.len();
        seeds.extend((0..body.len()).filter(more));
        if seeds.len() == before {
            return body;
        }
    }
}
