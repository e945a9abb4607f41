//! Whether a marking can come about at all.
//!
//! It must not take a limit that was reached for an answer.

use super::net::{Bits, Places};
use crate::names::StageId;
use crate::workflow::Net;
use std::collections::{HashSet, VecDeque};

/// Whether a case can come to stand in exactly these stages; `None` where more than `limit` markings would have to be looked at.
#[must_use]
pub fn can_reach(net: &Net, marking: &[StageId], limit: usize) -> Option<bool> {
    let bits = Bits::new(net);
    let place = |stage: &StageId| net.stages().iter().position(|known| known == stage);
    let mut wanted = Places::with_capacity(bits.places);
    for stage in marking {
        match place(stage) {
            Some(place) => wanted.insert(place),
            None => return Some(false),
        }
    }
    let mut seen: HashSet<Places> = bits.starts.iter().map(|start| bits.only(*start)).collect();
    let mut next: VecDeque<Places> = seen.iter().cloned().collect();
    while let Some(marking) = next.pop_front() {
        if marking == wanted {
            return Some(true);
        }
        if seen.len() > limit {
            return None;
        }
        for fired in bits.enabled(&marking).into_iter().filter_map(|at| bits.moves.get(at)).map(|step| step.fire(&marking)) {
            // A stage that is entered twice is a fault of the net, and no marking of a case.
            if fired.twice.is_none() && seen.insert(fired.marking.clone()) {
                next.push_back(fired.marking);
            }
        }
    }
    Some(false)
}
