//! What is said of a net: proved, unsound with ways that show it, or not decided within the limit.
//!
//! It must not put anything into words for people.

use super::net::{Bits, Places};
use super::reduce::reduce;
use super::search::{Space, explore};
use super::stubborn::Stubborn;
use crate::names::StageId;
use crate::workflow::Net;
use std::collections::HashMap;

/// So many markings are looked at before the search gives up.
pub const MARKINGS: usize = 40_000;

/// What is said of a net.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It is sound, for every case and every choice of outcomes.
    Proved,
    /// It is not.
    Unsound {
        /// What is wrong with it: of what concerns ways at most one of each sort, and every outcome that is dead.
        violations: Vec<Violation>,
        /// Whether every marking was seen, so that nothing else of another sort is wrong.
        complete: bool,
    },
    /// Nothing wrong was found within the limit, which proves nothing.
    Unproved,
}

/// What is wrong with a net.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Violation {
    /// At the end of the way, no end can be come to any more.
    CannotComplete {
        /// The way to where it is too late.
        way: Way,
        /// Whether nothing happens there any more, rather than going on for ever.
        stuck: bool,
    },
    /// At the end of the way, an end is active and something else as well.
    ImproperEnd {
        /// The way.
        way: Way,
        /// The end.
        end: StageId,
    },
    /// With the last step of the way, a stage is entered that is active.
    EnteredTwice {
        /// The way.
        way: Way,
        /// The stage.
        stage: StageId,
    },
    /// An outcome cannot happen, whatever comes before.
    DeadOutcome {
        /// The transition, by its place in the net.
        transition: usize,
        /// The way to where the most of the stages that it needs are active, if every marking was seen.
        closest: Option<Way>,
    },
}

/// How a case comes somewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Way {
    /// The stage where it starts.
    pub start: StageId,
    /// The outcomes, as transitions by their places in the net.
    pub steps: Vec<usize>,
    /// The stages that are active at its end, in file order.
    pub active: Vec<StageId>,
    /// Whether no other way is shorter.
    pub shortest: bool,
}

/// Proves a net sound, or says what is wrong with it. So many markings are looked at before the search gives up.
///
/// A smaller net is tried first, see the rules in `reduce`; where it is sound, so is the whole. Where it is not, the whole net is
/// searched, so that what is said of it is a way through the net itself.
#[must_use]
pub fn prove(net: &Net, limit: usize) -> Verdict {
    let bits = Bits::new(net);
    let mut dead = Vec::new();
    for bold in [true, false] {
        let Some(small) = reduce(&bits, bold) else { break };
        let space = explore(&small.net, limit / if bold { 8 } else { 2 }, None);
        if space.is_sound(&small.net) {
            return Verdict::Proved;
        }
        dead.extend(small.dead(&space));
        if !small.bold {
            break;
        }
    }
    let space = explore(&bits, limit, None);
    let mut violations = Teller { net, bits: &bits, space: &space, nearest: true }.violations();
    if !space.complete {
        beyond(net, &bits, limit, &mut violations);
        dead.sort_unstable();
        dead.dedup();
        violations.extend(dead.into_iter().map(|transition| Violation::DeadOutcome { transition, closest: None }));
    }
    match (violations.is_empty(), space.complete) {
        (true, true) => Verdict::Proved,
        (true, false) => Verdict::Unproved,
        (false, complete) => Verdict::Unsound { violations, complete },
    }
}

/// Adds what is found beyond the limit, on ways that pass most of the net by.
fn beyond(net: &Net, bits: &Bits, limit: usize, violations: &mut Vec<Violation>) {
    let stubborn = Stubborn::new(bits);
    let space = explore(bits, limit / 8, Some(&stubborn));
    for found in (Teller { net, bits, space: &space, nearest: false }).violations() {
        if !violations.iter().any(|known| std::mem::discriminant(known) == std::mem::discriminant(&found)) {
            violations.push(found);
        }
    }
}

/// Tells what was seen in the terms of the net.
struct Teller<'s> {
    net: &'s Net,
    bits: &'s Bits,
    space: &'s Space,
    /// Whether the space was gone through nearest first.
    nearest: bool,
}

impl Teller<'_> {
    fn violations(&self) -> Vec<Violation> {
        let Self { bits, space, .. } = *self;
        let mut found = Vec::new();
        let hopeless = if space.complete { space.hopeless(bits) } else { space.stuck };
        if let Some((at, mut way)) = hopeless.and_then(|at| Some((at, self.way(at)?))) {
            way.shortest = space.complete;
            let stuck = space.marking(at).is_some_and(|marking| self.is_stuck(marking));
            found.push(Violation::CannotComplete { way, stuck });
        }
        if let Some((at, way)) = space.improper.and_then(|at| Some((at, self.way(at)?))) {
            let end = space.marking(at).and_then(|marking| marking.intersection(&bits.ends).next());
            found.extend(end.and_then(|end| self.stage(end)).map(|end| Violation::ImproperEnd { way, end }));
        }
        if let Some((at, transition, place)) = space.twice {
            let marking = space.marking(at).zip(bits.moves.get(transition)).map(|(marking, it)| it.fire(marking).marking);
            if let Some((mut way, stage)) = self.way(at).zip(self.stage(place)) {
                way.steps.push(transition);
                way.active = marking.map(|marking| self.stages(&marking)).unwrap_or_default();
                found.push(Violation::EnteredTwice { way, stage });
            }
        }
        if space.complete {
            found.extend(self.dead());
        }
        found
    }

    fn dead(&self) -> Vec<Violation> {
        let mut closest: HashMap<&Places, Option<Way>> = HashMap::new();
        let dead = self.bits.moves.iter().enumerate().filter(|(at, _)| !self.space.alive.contains(*at));
        let tell = |(transition, it)| {
            let it: &super::net::Move = it;
            let nearest = || self.space.closest(&it.from).and_then(|at| self.way(at));
            let closest = closest.entry(&it.from).or_insert_with(nearest).clone();
            Violation::DeadOutcome { transition, closest }
        };
        dead.map(tell).collect()
    }

    /// Whether all that can happen leaves the marking as it is.
    fn is_stuck(&self, marking: &Places) -> bool {
        let changes = |it: &super::net::Move| it.fire(marking).marking != *marking;
        !self.bits.enabled(marking).into_iter().filter_map(|at| self.bits.moves.get(at)).any(changes)
    }

    fn way(&self, at: usize) -> Option<Way> {
        let (first, steps) = self.space.way(at);
        let start = self.stage(self.space.marking(first)?.minimum()?)?;
        Some(Way { start, steps, active: self.stages(self.space.marking(at)?), shortest: self.nearest })
    }

    fn stage(&self, place: usize) -> Option<StageId> {
        self.net.stages().get(place).cloned()
    }

    fn stages(&self, marking: &Places) -> Vec<StageId> {
        marking.ones().filter_map(|place| self.stage(place)).collect()
    }
}
