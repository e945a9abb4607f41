//! Picks what to look at first in nets that are too large to be seen whole: work that goes on beside other work is finished before it.
//!
//! It must not be used for a proof, nor for a shortest way: what it leaves out may be what is wrong.

use super::net::{Bits, Move, Places, Reset};
use fixedbitset::FixedBitSet;

/// What must be known of a net to pick: stubborn sets (Valmari, 1990) over what does not end the whole case at once.
pub(super) struct Stubborn<'n> {
    net: &'n Bits,
    /// Transitions that end the whole case, or change nothing: nobody else has to wait for them.
    aside: FixedBitSet,
    /// For each transition, those that may make it impossible, or that it may make impossible.
    rivals: Vec<Vec<usize>>,
    /// For each place, the transitions that enter it.
    enter: Vec<Vec<usize>>,
}

impl<'n> Stubborn<'n> {
    /// Finds out what must be known.
    pub(super) fn new(net: &'n Bits) -> Self {
        let closes = |it: &Move| it.reset == Reset::All && it.to.is_subset(&net.ends);
        let idle = |it: &Move| it.reset == Reset::Nothing && it.from == it.to;
        let mut aside = FixedBitSet::with_capacity(net.moves.len());
        aside.extend(net.moves.iter().enumerate().filter(|(_, it)| closes(it) || idle(it)).map(|(at, _)| at));
        let acting = || net.moves.iter().enumerate().filter(|(at, _)| !aside.contains(*at));
        let rivals = net.moves.iter().map(|one| acting().filter(|(_, other)| are_rivals(one, other)).map(|(at, _)| at).collect());
        let enter = (0..net.places).map(|place| acting().filter(|(_, it)| it.to.contains(place)).map(|(at, _)| at).collect());
        Self { net, rivals: rivals.collect(), enter: enter.collect(), aside }
    }

    /// Picks some of what can happen in a marking; nothing only where nothing can.
    pub(super) fn pick(&self, marking: &Places, enabled: &[usize]) -> Vec<usize> {
        let acting: Vec<usize> = enabled.iter().copied().filter(|transition| !self.aside.contains(*transition)).collect();
        let picked = acting.iter().map(|seed| {
            let with = self.closure(*seed, marking);
            acting.iter().copied().filter(|transition| with.contains(*transition)).collect::<Vec<usize>>()
        });
        picked.min_by_key(Vec::len).unwrap_or_else(|| enabled.to_vec())
    }

    /// A transition with all that must be looked at together with it.
    fn closure(&self, seed: usize, marking: &Places) -> FixedBitSet {
        let mut found = FixedBitSet::with_capacity(self.net.moves.len());
        let mut waiting = vec![seed];
        while let Some(next) = waiting.pop() {
            let Some(it) = self.net.moves.get(next).filter(|_| !found.put(next)) else { continue };
            let more = match it.from.difference(marking).next() {
                None => self.rivals.get(next),
                Some(missing) => self.enter.get(missing),
            };
            waiting.extend(more.into_iter().flatten());
        }
        found
    }
}

/// Whether one of two transitions may make the other impossible.
fn are_rivals(one: &Move, other: &Move) -> bool {
    let ends = |it: &Move, what: &Places| what.ones().any(|place| it.reset.ends(place));
    !one.from.is_disjoint(&other.from) || ends(one, &other.from) || ends(other, &one.from)
}
