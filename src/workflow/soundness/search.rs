//! Goes through the markings of a net, nearest first, up to a limit.
//!
//! It must not take a limit that was reached for an answer: what it says of all markings holds only where it saw all.

use super::net::{Bits, Places};
use super::stubborn::Stubborn;
use fixedbitset::FixedBitSet;
use indexmap::IndexSet;

/// Markings that were seen, and what was seen of them.
///
/// Clean markings come first, nearest first: those that a case comes to before anything is wrong with it, that is, before a stage is
/// entered twice and before an end is active. What lies behind is gone through as well, so that nothing is called dead or
/// stuck that only follows from another mistake.
pub(super) struct Space {
    markings: IndexSet<Places>,
    /// How many of them are clean.
    clean: usize,
    /// For each clean marking, the one before it and the transition between; none for a start.
    before: Vec<Option<(usize, usize)>>,
    /// Which marking follows which.
    follows: Vec<(usize, usize)>,
    /// The transitions that can happen.
    pub(super) alive: FixedBitSet,
    /// The nearest clean marking in which a transition enters a place that is active: marking, transition, place.
    pub(super) twice: Option<(usize, usize, usize)>,
    /// The nearest clean marking with an end and something else.
    pub(super) improper: Option<usize>,
    /// The first clean marking without an end in which nothing happens any more.
    pub(super) stuck: Option<usize>,
    /// Whether every marking was seen.
    pub(super) complete: bool,
}

/// Goes through the markings of a net, until there are more than the limit. Where `choose` picks some of what can happen,
/// only that is looked at, and the space is not complete.
pub(super) fn explore(net: &Bits, limit: usize, choose: Option<&Stubborn<'_>>) -> Space {
    let mut space = Space {
        markings: IndexSet::new(),
        clean: 0,
        before: Vec::new(),
        follows: Vec::new(),
        alive: FixedBitSet::with_capacity(net.moves.len()),
        twice: None,
        improper: None,
        stuck: None,
        complete: choose.is_none(),
    };
    for start in &net.starts {
        if space.markings.insert(net.only(*start)) {
            space.before.push(None);
        }
    }
    let unclean = space.clean(net, limit, choose);
    space.clean = space.markings.len();
    if space.complete {
        space.rest(net, limit, unclean);
    }
    space
}

impl Space {
    /// Goes through the clean markings; gives what has to be looked at afterwards: a marking, and what may happen in it.
    fn clean(&mut self, net: &Bits, limit: usize, choose: Option<&Stubborn<'_>>) -> Vec<(usize, Vec<usize>)> {
        let mut unclean = Vec::new();
        let mut at = 0;
        while let Some(marking) = self.markings.get_index(at).cloned() {
            if self.markings.len() > limit {
                self.complete = false;
                break;
            }
            let mut enabled = net.enabled(&marking);
            if net.has_ended(&marking) {
                if marking.count_ones(..) > 1 && self.improper.is_none() {
                    self.improper = Some(at);
                }
                if !enabled.is_empty() {
                    unclean.push((at, enabled));
                }
                at += 1;
                continue;
            }
            let mut goes_on = false;
            if let Some(choose) = choose {
                enabled = choose.pick(&marking, &enabled);
            }
            let mut doubled = Vec::new();
            for transition in enabled {
                self.alive.insert(transition);
                let Some(fired) = net.moves.get(transition).map(|it| it.fire(&marking)) else { continue };
                goes_on |= fired.marking != marking;
                if let Some(place) = fired.twice {
                    self.twice.get_or_insert((at, transition, place));
                    doubled.push(transition);
                    continue;
                }
                let (next, fresh) = self.markings.insert_full(fired.marking);
                if fresh {
                    self.before.push(Some((at, transition)));
                }
                self.follows.push((at, next));
            }
            if !goes_on && self.stuck.is_none() {
                self.stuck = Some(at);
            }
            if !doubled.is_empty() {
                unclean.push((at, doubled));
            }
            at += 1;
        }
        unclean
    }

    /// Goes through what lies behind the clean markings.
    fn rest(&mut self, net: &Bits, limit: usize, unclean: Vec<(usize, Vec<usize>)>) {
        for (at, transitions) in unclean {
            self.step(net, at, transitions);
        }
        let mut at = self.clean;
        while let Some(marking) = self.markings.get_index(at) {
            if self.markings.len() > limit {
                self.complete = false;
                break;
            }
            let enabled = net.enabled(marking);
            self.step(net, at, enabled);
            at += 1;
        }
    }

    fn step(&mut self, net: &Bits, at: usize, transitions: Vec<usize>) {
        for transition in transitions {
            self.alive.insert(transition);
            let fired = self.markings.get_index(at).zip(net.moves.get(transition)).map(|(marking, it)| it.fire(marking));
            if let Some(fired) = fired {
                let (next, _) = self.markings.insert_full(fired.marking);
                self.follows.push((at, next));
            }
        }
    }

    /// A marking that was seen.
    pub(super) fn marking(&self, at: usize) -> Option<&Places> {
        self.markings.get_index(at)
    }

    /// How a case comes to a clean marking: the marking where it starts, and the transitions.
    pub(super) fn way(&self, at: usize) -> (usize, Vec<usize>) {
        let (mut at, mut steps) = (at, Vec::new());
        while let Some((before, transition)) = self.before.get(at).copied().flatten() {
            steps.push(transition);
            at = before;
        }
        steps.reverse();
        (at, steps)
    }

    /// The nearest clean marking from which no end can be come to. Every marking must have been seen.
    pub(super) fn hopeless(&self, net: &Bits) -> Option<usize> {
        let mut first = vec![0; self.markings.len() + 1];
        for (_, next) in &self.follows {
            if let Some(count) = first.get_mut(next + 1) {
                *count += 1;
            }
        }
        for at in 1..first.len() {
            let sum = first.get(at - 1).copied().unwrap_or(0);
            if let Some(count) = first.get_mut(at) {
                *count += sum;
            }
        }
        let mut free = first.clone();
        let mut sources = vec![0; self.follows.len()];
        for (before, next) in &self.follows {
            if let Some(slot) = free.get_mut(*next) {
                if let Some(source) = sources.get_mut(*slot) {
                    *source = *before;
                }
                *slot += 1;
            }
        }
        let mut hopeful = FixedBitSet::with_capacity(self.markings.len());
        let ended = self.markings.iter().enumerate().filter(|(_, marking)| net.has_ended(marking));
        let mut waiting: Vec<usize> = ended.map(|(at, _)| at).collect();
        hopeful.extend(waiting.iter().copied());
        while let Some(at) = waiting.pop() {
            let range = first.get(at).copied().unwrap_or(0)..first.get(at + 1).copied().unwrap_or(0);
            for before in sources.get(range).into_iter().flatten().copied() {
                if !hopeful.put(before) {
                    waiting.push(before);
                }
            }
        }
        (0..self.clean).find(|at| !hopeful.contains(*at))
    }

    /// Whether nothing is wrong: an end can be come to from everywhere, properly, everything can happen, nothing is entered twice.
    pub(super) fn is_sound(&self, net: &Bits) -> bool {
        self.complete
            && self.twice.is_none()
            && self.improper.is_none()
            && self.stuck.is_none()
            && self.alive.count_ones(..) == net.moves.len()
            && self.hopeless(net).is_none()
    }

    /// The marking that has the most of these places, the nearest of them; it is clean if one of those has as many.
    pub(super) fn closest(&self, places: &Places) -> Option<usize> {
        let has = |at: &usize| self.marking(*at).map_or(0, |marking| marking.intersection_count(places));
        (0..self.clean).rev().max_by_key(has)
    }
}
