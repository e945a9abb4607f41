//! The plainest search there is: every marking as a number, every property by its definition.
//!
//! It must not share a line with the prover.

use std::collections::{BTreeMap, BTreeSet};
use tollgate::names::StageId;
use tollgate::workflow::soundness::Way;
use tollgate::workflow::{Cancel, Net};

/// An outcome as numbers.
#[derive(Debug)]
pub(crate) struct Move {
    pub(crate) from: u32,
    to: u32,
    cancel: u32,
}

/// What is right about a net.
#[derive(Debug)]
pub(crate) struct Naive {
    stages: Vec<StageId>,
    ends: u32,
    pub(crate) moves: Vec<Move>,
    /// Markings that a case comes to before anything is wrong, with their distance.
    pub(crate) clean: BTreeMap<u32, usize>,
    /// Every marking with those that follow it.
    all: BTreeMap<u32, BTreeSet<u32>>,
    /// The least number of steps to each sort of mistake.
    pub(crate) hopeless: Option<usize>,
    pub(crate) improper: Option<usize>,
    pub(crate) twice: Option<usize>,
    pub(crate) dead: BTreeSet<usize>,
}

/// Where a way leads.
pub(crate) struct Step {
    pub(crate) marking: u32,
    /// What the last step entered twice.
    pub(crate) twice: u32,
    /// Nothing was wrong before.
    pub(crate) clean: bool,
}

impl Naive {
    pub(crate) fn new(net: &Net) -> Self {
        let stages = net.stages().to_vec();
        let bits = |names: &[StageId]| names.iter().map(|name| 1 << stages.iter().position(|stage| stage == name).unwrap()).sum::<u32>();
        let moves: Vec<Move> = net
            .transitions
            .iter()
            .map(|transition| {
                let cancel = match &transition.cancel {
                    Cancel::Nothing => 0,
                    Cancel::All => u32::MAX,
                    Cancel::Stages(names) => bits(names),
                };
                Move { from: bits(&transition.from), to: bits(&transition.to), cancel }
            })
            .collect();
        let ends = bits(net.ends());
        let starts: Vec<u32> = net.starts().iter().map(|start| bits(std::slice::from_ref(start))).collect();
        let mut naive = Self {
            stages,
            ends,
            moves,
            clean: BTreeMap::new(),
            all: BTreeMap::new(),
            hopeless: None,
            improper: None,
            twice: None,
            dead: BTreeSet::new(),
        };
        naive.search(&starts);
        naive
    }

    fn search(&mut self, starts: &[u32]) {
        let mut layer: BTreeSet<u32> = starts.iter().copied().collect();
        let mut distance = 0;
        while !layer.is_empty() {
            self.clean.extend(layer.iter().map(|marking| (*marking, distance)));
            let mut next = BTreeSet::new();
            for marking in layer.iter().filter(|marking| **marking & self.ends == 0) {
                for at in self.enabled(*marking) {
                    let (after, twice) = self.fire(at, *marking);
                    if twice != 0 {
                        self.twice = Some(self.twice.unwrap_or(distance + 1));
                    } else if !self.clean.contains_key(&after) {
                        next.insert(after);
                    }
                }
            }
            (layer, distance) = (next, distance + 1);
        }
        let mut waiting: Vec<u32> = starts.to_vec();
        let mut alive = BTreeSet::new();
        while let Some(marking) = waiting.pop() {
            if self.all.contains_key(&marking) {
                continue;
            }
            let enabled = self.enabled(marking);
            let after: BTreeSet<u32> = enabled.iter().map(|at| self.fire(*at, marking).0).collect();
            alive.extend(enabled);
            waiting.extend(&after);
            self.all.insert(marking, after);
        }
        self.dead = (0..self.moves.len()).filter(|at| !alive.contains(at)).collect();
        let least = |found: &dyn Fn(u32) -> bool| self.clean.iter().filter(|(marking, _)| found(**marking)).map(|(_, at)| *at).min();
        let hopeless = least(&|marking| !self.can_end(marking));
        let improper = least(&|marking| marking & self.ends != 0 && marking.count_ones() > 1);
        (self.hopeless, self.improper) = (hopeless, improper);
    }

    pub(crate) fn is_sound(&self) -> bool {
        self.hopeless.is_none() && self.improper.is_none() && self.twice.is_none() && self.dead.is_empty()
    }

    fn enabled(&self, marking: u32) -> Vec<usize> {
        (0..self.moves.len()).filter(|at| self.moves[*at].from & !marking == 0).collect()
    }

    fn fire(&self, at: usize, marking: u32) -> (u32, u32) {
        let it = &self.moves[at];
        let rest = marking & !it.from & !it.cancel;
        (rest | it.to, rest & it.to)
    }

    /// Whether a marking with an end can be come to, whatever else is wrong on the way.
    pub(crate) fn can_end(&self, marking: u32) -> bool {
        let (mut seen, mut waiting) = (BTreeSet::new(), vec![marking]);
        while let Some(next) = waiting.pop() {
            if next & self.ends != 0 {
                return true;
            }
            if seen.insert(next) {
                waiting.extend(&self.all[&next]);
            }
        }
        false
    }

    pub(crate) fn is_stuck(&self, marking: u32) -> bool {
        self.all[&marking].iter().all(|next| *next == marking)
    }

    pub(crate) fn bit(&self, stage: &StageId) -> u32 {
        1 << self.stages.iter().position(|known| known == stage).unwrap()
    }

    /// Goes a way step by step; each of its steps must be possible.
    pub(crate) fn replay(&self, way: &Way) -> Step {
        let mut step = Step { marking: self.bit(&way.start), twice: 0, clean: true };
        assert_eq!(self.clean.get(&step.marking), Some(&0), "a case does not start at {}", way.start);
        for at in &way.steps {
            step.clean &= step.twice == 0 && step.marking & self.ends == 0;
            assert!(self.enabled(step.marking).contains(at), "step {at} of {way:?} is not possible");
            (step.marking, step.twice) = self.fire(*at, step.marking);
        }
        let active: u32 = way.active.iter().map(|stage| self.bit(stage)).sum();
        assert_eq!(active, step.marking, "{way:?} ends elsewhere");
        step
    }
}
