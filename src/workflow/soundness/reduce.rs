//! Makes a net smaller, so that wide parallel work need not be gone through step by step: if the small net is sound, so is the whole.
//!
//! It must not be asked the other way round: a small net that is not sound says nothing for certain about the whole.

use super::net::{Bits, Move, Places, Reset};
use super::rules::{circles, duplicates, final_resets, idle, parallel, series, shortcuts};
use super::search::Space;
use fixedbitset::FixedBitSet;

/// A net that became smaller.
pub(super) struct Reduced {
    /// What is left. It has one start and one end.
    pub(super) net: Bits,
    /// Whether transitions were left out on the supposition that the rest needs no help from them to come to an end.
    pub(super) bold: bool,
    /// Whether one of them was left out on the supposition that another is not dead.
    supposes: bool,
    /// For each transition that is left, those of the whole net that happen with it.
    origins: Vec<Vec<usize>>,
    /// Transitions of the whole net of which one was left out.
    gone: FixedBitSet,
}

/// A net on its way to become smaller.
pub(super) struct Draft {
    /// The transitions; none where one was left out.
    pub(super) parts: Vec<Option<Part>>,
    /// How many places there are.
    pub(super) places: usize,
    /// The place where all cases start.
    pub(super) source: usize,
    /// The place where all cases end.
    pub(super) sink: usize,
    /// Transitions of the whole net of which one was left out.
    gone: FixedBitSet,
    /// Whether one was left out on the supposition that another is not dead.
    pub(super) supposes: bool,
}

/// A transition of a net on its way, and those of the whole net that happen with it.
#[derive(Clone)]
pub(super) struct Part {
    pub(super) it: Move,
    pub(super) origin: Vec<usize>,
}

/// Makes a net smaller. None where its ends cannot be taken for one: a gate leaves one of them, or an outcome leads to two.
///
/// All ends become one. A marking with an end and something else is improper either way, and after an end alone nothing happens, so
/// that what ends an end changes nothing before something is wrong. All starts follow one place, each by a transition of its own.
pub(super) fn reduce(net: &Bits, bold: bool) -> Option<Reduced> {
    let mut draft = Draft::new(net)?;
    let mut bold_used = false;
    loop {
        let rules: [fn(&mut Draft) -> bool; 6] = [idle, duplicates, circles, parallel, series, shortcuts];
        let mut changed = false;
        for rule in rules {
            changed |= rule(&mut draft);
        }
        if !changed && bold && final_resets(&mut draft) {
            (changed, bold_used) = (true, true);
        }
        if !changed {
            break;
        }
    }
    Some(draft.finish(bold_used))
}

impl Draft {
    fn new(net: &Bits) -> Option<Self> {
        let (source, sink, places) = (net.places, net.places + 1, net.places + 2);
        let leaves = |it: &Move| it.from.is_clear() || !it.from.is_disjoint(&net.ends) || it.to.intersection_count(&net.ends) > 1;
        if net.starts.is_empty() || net.moves.iter().any(leaves) {
            return None;
        }
        let fitted = |set: &Places| {
            let mut fitted = Places::with_capacity(places);
            fitted.extend(set.ones().filter(|place| !net.ends.contains(*place)));
            if !set.is_disjoint(&net.ends) {
                fitted.insert(sink);
            }
            fitted
        };
        let reset = |reset: &Reset| match reset {
            Reset::Some(set) => {
                let mut kept = fitted(set);
                kept.remove(sink);
                if kept.is_clear() { Reset::Nothing } else { Reset::Some(kept) }
            }
            other => other.clone(),
        };
        let part = |(place, it): (usize, &Move)| {
            let it = Move { from: fitted(&it.from), to: fitted(&it.to), reset: reset(&it.reset) };
            Some(Part { it, origin: vec![place] })
        };
        let start = |start: &usize| {
            let mut from = Places::with_capacity(places);
            from.insert(source);
            Some(Part { it: Move { from, to: fitted(&net.only(*start)), reset: Reset::Nothing }, origin: Vec::new() })
        };
        let parts = net.moves.iter().enumerate().map(part).chain(net.starts.iter().map(start)).collect();
        Some(Self { parts, places, source, sink, gone: FixedBitSet::with_capacity(net.moves.len()), supposes: false })
    }

    /// The transitions that are left, with their places in the list.
    pub(super) fn live(&self) -> impl Iterator<Item = (usize, &Part)> {
        self.parts.iter().enumerate().filter_map(|(at, part)| Some((at, part.as_ref()?)))
    }

    /// The transitions that enter a place.
    pub(super) fn producers(&self, place: usize) -> Vec<usize> {
        self.live().filter(|(_, part)| part.it.to.contains(place)).map(|(at, _)| at).collect()
    }

    /// The transitions that leave a place.
    pub(super) fn consumers(&self, place: usize) -> Vec<usize> {
        self.live().filter(|(_, part)| part.it.from.contains(place)).map(|(at, _)| at).collect()
    }

    /// Leaves a transition out.
    pub(super) fn drop_part(&mut self, at: usize) {
        if let Some(part) = self.take(at) {
            self.gone.extend(part.origin);
        }
    }

    /// Takes a transition out that lives on in others.
    pub(super) fn take(&mut self, at: usize) -> Option<Part> {
        self.parts.get_mut(at).and_then(Option::take)
    }

    /// Whether a transition can happen if no other one is dead: another one needs all that it needs, or enters the one place it needs.
    pub(super) fn is_covered(&self, at: usize) -> bool {
        let Some(part) = self.parts.get(at).and_then(Option::as_ref) else { return false };
        let needs = &part.it.from;
        let only = if needs.count_ones(..) == 1 { needs.minimum() } else { None };
        only == Some(self.source)
            || self
                .live()
                .filter(|(other, _)| *other != at)
                .any(|(_, other)| needs.is_subset(&other.it.from) || only.is_some_and(|place| other.it.to.contains(place)))
    }

    fn finish(self, bold: bool) -> Reduced {
        let mut ends = Places::with_capacity(self.places);
        ends.insert(self.sink);
        let (moves, origins) = self.parts.into_iter().flatten().map(|part| (part.it, part.origin)).unzip();
        Reduced { net: Bits::of(self.places, moves, vec![self.source], ends), bold, supposes: self.supposes, origins, gone: self.gone }
    }
}

impl Reduced {
    /// The transitions of the whole net that are dead, as far as it can be told from the markings of this one.
    ///
    /// All of them must have been seen, and none may have entered a place twice or had an end with something else: then each marking of
    /// the whole net has an image here in which all that can happen there can, but for what was left out.
    pub(super) fn dead(&self, space: &Space) -> Vec<usize> {
        if self.supposes || !space.complete || space.twice.is_some() || space.improper.is_some() {
            return Vec::new();
        }
        let mut lives = self.gone.clone();
        let mut known = FixedBitSet::with_capacity(self.gone.len());
        for (at, origin) in self.origins.iter().enumerate() {
            known.extend(origin.iter().copied());
            if space.alive.contains(at) {
                lives.extend(origin.iter().copied());
            }
        }
        known.difference_with(&lives);
        known.ones().collect()
    }
}
