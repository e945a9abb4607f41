//! The workflow net as sets of bits: what a transition needs, takes and gives, and what comes of a marking when it happens.
//!
//! It must not search.

use crate::names::StageId;
use crate::workflow::{Cancel, Net};
use fixedbitset::FixedBitSet;
use std::collections::HashMap;

/// Stages by their places in the file. A marking is the set of those that are active.
pub(super) type Places = FixedBitSet;

/// What a transition ends beside the stages it leaves.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Reset {
    /// Nothing.
    Nothing,
    /// Everything.
    All,
    /// These.
    Some(Places),
}

/// One outcome of one gate.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Move {
    /// What must be active, and ends.
    pub(super) from: Places,
    /// What begins.
    pub(super) to: Places,
    /// What else ends.
    pub(super) reset: Reset,
}

/// What comes of a transition.
pub(super) struct Fired {
    /// What is active afterwards.
    pub(super) marking: Places,
    /// A place that was entered while it was active, the first of them.
    pub(super) twice: Option<usize>,
}

/// The net.
#[derive(Debug, Clone)]
pub(super) struct Bits {
    /// How many places there are.
    pub(super) places: usize,
    /// The transitions, in the order of the net.
    pub(super) moves: Vec<Move>,
    /// Where cases start: each on its own.
    pub(super) starts: Vec<usize>,
    /// Where cases end.
    pub(super) ends: Places,
    /// The transitions by the first place that they need.
    waiting: Vec<Vec<usize>>,
}

impl Move {
    /// Whether it can happen.
    pub(super) fn is_enabled(&self, marking: &Places) -> bool {
        !self.from.is_clear() && self.from.is_subset(marking)
    }

    /// What comes of it; it must be enabled.
    pub(super) fn fire(&self, marking: &Places) -> Fired {
        let mut rest = marking.clone();
        match &self.reset {
            Reset::All => rest.clear(),
            Reset::Nothing => rest.difference_with(&self.from),
            Reset::Some(places) => {
                rest.difference_with(&self.from);
                rest.difference_with(places);
            }
        }
        let twice = self.to.ones().find(|place| rest.contains(*place));
        rest.union_with(&self.to);
        Fired { marking: rest, twice }
    }
}

impl Reset {
    /// Whether it ends what is active at a place.
    pub(super) fn ends(&self, place: usize) -> bool {
        match self {
            Reset::Nothing => false,
            Reset::All => true,
            Reset::Some(places) => places.contains(place),
        }
    }
}

impl Bits {
    /// The net in bits; stages that it does not list are left out.
    pub(super) fn new(net: &Net) -> Self {
        let index: HashMap<&StageId, usize> = net.stages().iter().enumerate().map(|(place, stage)| (stage, place)).collect();
        let count = net.stages().len();
        let set = |stages: &[StageId]| {
            let mut set = Places::with_capacity(count);
            set.extend(stages.iter().filter_map(|stage| index.get(stage).copied()));
            set
        };
        let reset = |cancel: &Cancel| match cancel {
            Cancel::Nothing => Reset::Nothing,
            Cancel::All => Reset::All,
            Cancel::Stages(stages) => Reset::Some(set(stages)),
        };
        let as_move = |transition: &crate::workflow::Transition| Move {
            from: set(&transition.from),
            to: set(&transition.to),
            reset: if transition.stays { Reset::Nothing } else { reset(&transition.cancel) },
        };
        let moves = net.transitions.iter().map(as_move).collect();
        let starts = net.starts().iter().filter_map(|stage| index.get(stage).copied()).collect();
        Self::of(count, moves, starts, set(net.ends()))
    }

    /// The net of these parts.
    pub(super) fn of(places: usize, moves: Vec<Move>, starts: Vec<usize>, ends: Places) -> Self {
        let mut waiting = vec![Vec::new(); places];
        for (place, it) in moves.iter().enumerate() {
            if let Some(list) = it.from.minimum().and_then(|first| waiting.get_mut(first)) {
                list.push(place);
            }
        }
        Self { places, moves, starts, ends, waiting }
    }

    /// The marking of a case that has just started.
    pub(super) fn only(&self, place: usize) -> Places {
        let mut marking = Places::with_capacity(self.places);
        marking.extend([place]);
        marking
    }

    /// What can happen in a marking, in the order of the net.
    pub(super) fn enabled(&self, marking: &Places) -> Vec<usize> {
        let lists = marking.ones().filter_map(|place| self.waiting.get(place));
        let is_enabled = |transition: &&usize| self.moves.get(**transition).is_some_and(|it| it.is_enabled(marking));
        let mut found: Vec<usize> = lists.flatten().filter(is_enabled).copied().collect();
        found.sort_unstable();
        found
    }

    /// Whether a case has ended in a marking.
    pub(super) fn has_ended(&self, marking: &Places) -> bool {
        !self.ends.is_disjoint(marking)
    }
}
