//! How the time of a stage went by whose term stands still in other stages.
//!
//! It must not say when anything is due; the calendar does.

use super::state::{CaseState, Stay};
use crate::calendar::Pause;
use crate::evaluation::Clock;
use crate::workflow::Stage;
use chrono::{DateTime, Utc};

/// The time of a stage in which the case is, and the number of the visit with which it began. `None` where it never stands still.
///
/// A visit goes on with the time of the one before it when all the time between them was spent in stages in which it stands still: who
/// waits for the customer and comes back has not won a new term.
pub(super) fn clock(state: &CaseState, stage: &Stage, now: DateTime<Utc>) -> Option<(u32, Clock)> {
    if stage.pauses().is_empty() {
        return None;
    }
    let mut pauses = pauses(state, stage, now);
    let mut first: Option<&Stay> = None;
    for stay in state.stays.get(stage.id())?.iter().rev() {
        let goes_on = |later: &&Stay| {
            let ended = stay.to.unwrap_or(later.from);
            pauses.iter().any(|(begins, ends)| *begins <= ended && later.from <= *ends)
        };
        if first.as_ref().is_some_and(|later| !goes_on(later)) {
            break;
        }
        first = Some(stay);
    }
    let first = first?;
    let (since, number) = (first.from, first.number);
    pauses.retain(|(_, ends)| *ends >= since);
    // The one that lasts is the last one, since it goes on to this moment.
    let stopped = if stands_still(state, stage) { pauses.pop().map(|(begins, _)| begins) } else { None };
    Some((number, Clock { since, pauses, stopped }))
}

/// Whether the term of a stage stands still, because the case is in a stage in which it does.
#[must_use]
pub fn stands_still(state: &CaseState, stage: &Stage) -> bool {
    stage.pauses().iter().any(|pause| state.stages.contains_key(pause))
}

/// When the case was in one of the stages in which the time stands still; in order, and apart.
fn pauses(state: &CaseState, stage: &Stage, now: DateTime<Utc>) -> Vec<Pause> {
    let stays = stage.pauses().iter().filter_map(|pause| state.stays.get(pause)).flatten();
    let mut all: Vec<Pause> = stays.map(|stay| (stay.from, stay.to.unwrap_or(now.max(stay.from)))).collect();
    all.sort();
    let mut apart: Vec<Pause> = Vec::new();
    for (begins, ends) in all {
        match apart.last_mut().filter(|last| begins <= last.1) {
            Some(last) => last.1 = last.1.max(ends),
            None => apart.push((begins, ends)),
        }
    }
    apart
}
