//! The rules that make a net smaller. For each: if the smaller net is sound, so is the larger; the reasons stand beside them.
//!
//! It must not hold a rule without its reason. "Marked" says that a reachable marking has the place; a sound net marks
//! whatever a transition enters, because none of its transitions is dead.
//!
//! Most are the fusions of Murata ("Petri nets: properties, analysis and applications", 1989) and Berthelot's agglomeration
//! (1987), with what resets need beside: a place and what takes its place are ended by the same transitions.

use super::net::{Move, Places, Reset};
use super::reduce::{Draft, Part};
use crate::workflow::graph;
use std::collections::{HashMap, HashSet};

/// Leaves out transitions that change nothing and can happen if the rest can: they add no marking.
pub(super) fn idle(draft: &mut Draft) -> bool {
    let resets_own = |it: &Move| match &it.reset {
        Reset::Nothing => true,
        Reset::Some(places) => places.is_subset(&it.from),
        Reset::All => false,
    };
    let found: Vec<usize> = draft.live().filter(|(_, part)| part.it.from == part.it.to && resets_own(&part.it)).map(|(at, _)| at).collect();
    let before = draft.live().count();
    for at in found {
        if draft.is_covered(at) {
            draft.drop_part(at);
        }
    }
    draft.live().count() < before
}

/// Keeps one of several transitions that are alike.
pub(super) fn duplicates(draft: &mut Draft) -> bool {
    let mut first: HashMap<Move, usize> = HashMap::new();
    let mut alike: Vec<(usize, usize)> = Vec::new();
    for (at, part) in draft.live() {
        match first.get(&part.it) {
            Some(kept) => alike.push((*kept, at)),
            None => drop(first.insert(part.it.clone(), at)),
        }
    }
    for (kept, at) in &alike {
        let origin = draft.take(*at).map(|part| part.origin).unwrap_or_default();
        if let Some(part) = draft.parts.get_mut(*kept).and_then(Option::as_mut) {
            part.origin.extend(origin);
        }
    }
    !alike.is_empty()
}

/// Makes one place of places between which a case can always go round: `a → b → .. → a`, each step from one place to one.
///
/// No transition needs or enters two of them, and whatever ends one ends all. The markings of the larger net become those of the
/// smaller one when these places are taken for one; if two of them were active at once, the one place would have been
/// entered twice. From wherever the case stands among them it can go to where the next transition needs it, so that every way in the
/// smaller net is one in the larger. Something outside enters them, so they are marked, and their inner steps not dead.
pub(super) fn circles(draft: &mut Draft) -> bool {
    let single = |part: &Part| {
        let one = part.it.reset == Reset::Nothing && part.it.from.count_ones(..) == 1 && part.it.to.count_ones(..) == 1;
        if one { part.it.from.minimum().zip(part.it.to.minimum()) } else { None }
    };
    let inner = |place: &usize| *place != draft.source && *place != draft.sink;
    let edges: Vec<(usize, usize)> =
        draft.live().filter_map(|(_, part)| single(part)).filter(|(from, to)| inner(from) && inner(to)).collect();
    let mut changed = false;
    for circle in graph::circles(&edges) {
        let mut places = Places::with_capacity(draft.places);
        places.extend(circle);
        let apart = |it: &Move| {
            let whole = match &it.reset {
                Reset::Some(set) => places.is_subset(set) || places.is_disjoint(set),
                Reset::Nothing | Reset::All => true,
            };
            whole && it.from.intersection_count(&places) <= 1 && it.to.intersection_count(&places) <= 1
        };
        let entered = |it: &Move| it.from.is_disjoint(&places) && !it.to.is_disjoint(&places);
        if !draft.live().all(|(_, part)| apart(&part.it)) || !draft.live().any(|(_, part)| entered(&part.it)) {
            continue;
        }
        let Some(kept) = places.minimum() else { continue };
        let join = |set: &mut Places| {
            if !set.is_disjoint(&places) {
                set.difference_with(&places);
                set.insert(kept);
            }
        };
        for part in draft.parts.iter_mut().flatten() {
            join(&mut part.it.from);
            join(&mut part.it.to);
            if let Reset::Some(set) = &mut part.it.reset {
                join(set);
            }
        }
        changed = true;
    }
    changed
}

/// Keeps one of several places that the same transitions enter, leave and end: they are active together or not at all.
pub(super) fn parallel(draft: &mut Draft) -> bool {
    let mut first: HashMap<[Vec<usize>; 3], usize> = HashMap::new();
    let mut alike = Vec::new();
    for place in (0..draft.places).filter(|place| *place != draft.source && *place != draft.sink) {
        let ended = draft.live().filter(|(_, part)| matches!(&part.it.reset, Reset::Some(set) if set.contains(place)));
        let key = [draft.producers(place), draft.consumers(place), ended.map(|(at, _)| at).collect()];
        // What nothing enters is not there any more; what nothing leaves would be lost to what it leaves behind.
        if key.iter().take(2).any(Vec::is_empty) {
            continue;
        }
        match first.get(&key) {
            Some(_) => alike.push(place),
            None => drop(first.insert(key, place)),
        }
    }
    for part in draft.parts.iter_mut().flatten() {
        for place in &alike {
            part.it.from.remove(*place);
            part.it.to.remove(*place);
            if let Reset::Some(set) = &mut part.it.reset {
                set.remove(*place);
                if set.is_clear() {
                    part.it.reset = Reset::Nothing;
                }
            }
        }
    }
    !alike.is_empty()
}

/// Takes a place out through which a case can pass at once: every transition that leaves it needs nothing else and ends nothing else.
/// Each transition that enters it becomes one for each that leaves it, which does both.
///
/// Say `q` is the place and `h` one that leaves it. For every marking of the larger net, the marking in which `h` has happened where
/// `q` was active is one of the smaller net, for each `h`: by induction along a way, since what happens while `q` is active needs
/// nothing of it, and since what ends `q` ends all that `h` enters, and the other way round. If what `h` enters were active
/// already, or became so while `q` is, the smaller net would enter it twice. So the larger net enters nothing twice,
/// has no end beside `q`, comes to an end by `h` first, and each of the two is not dead because both together are not.
pub(super) fn series(draft: &mut Draft) -> bool {
    let mut changed = false;
    let [source, sink] = [draft.source, draft.sink];
    for place in (0..draft.places).filter(|place| *place != source && *place != sink) {
        let (enter, leave) = (draft.producers(place), draft.consumers(place));
        if enter.is_empty() || leave.is_empty() || enter.len() * leave.len() > enter.len() + leave.len() {
            continue;
        }
        let parts = |places: &[usize]| places.iter().filter_map(|at| draft.parts.get(*at).cloned().flatten()).collect::<Vec<Part>>();
        let (first, then) = (parts(&enter), parts(&leave));
        if !passes(draft, place, &first, &then) {
            continue;
        }
        for at in enter.iter().chain(&leave) {
            draft.take(*at);
        }
        for one in &first {
            for other in &then {
                let mut it = one.it.clone();
                it.to.remove(place);
                it.to.union_with(&other.it.to);
                draft.parts.push(Some(Part { it, origin: one.origin.iter().chain(&other.origin).copied().collect() }));
            }
        }
        // No other transition knows the place any more but by what it ends.
        for part in draft.parts.iter_mut().flatten() {
            if let Reset::Some(set) = &mut part.it.reset {
                set.remove(place);
                if set.is_clear() {
                    part.it.reset = Reset::Nothing;
                }
            }
        }
        changed = true;
    }
    changed
}

/// Whether a case can pass through a place at once.
fn passes(draft: &Draft, place: usize, first: &[Part], then: &[Part]) -> bool {
    let mut behind = Places::with_capacity(draft.places);
    for part in then {
        let free = part.it.from.count_ones(..) == 1 && part.it.reset == Reset::Nothing;
        if !free || part.it.to.contains(place) || part.it.to.is_clear() {
            return false;
        }
        behind.union_with(&part.it.to);
    }
    let together = |part: &Part| match &part.it.reset {
        Reset::Some(set) => behind.ones().all(|other| set.contains(other) == set.contains(place)),
        Reset::Nothing | Reset::All => true,
    };
    first.iter().all(|part| part.it.to.is_disjoint(&behind)) && draft.live().all(|(_, part)| together(part))
}

/// Leaves out a transition from one place that does what two others do one after the other: one that leads from there to another place
/// and nothing else, and one from there. It adds no marking, and its place is marked.
pub(super) fn shortcuts(draft: &mut Draft) -> bool {
    let mut changed = false;
    for at in 0..draft.parts.len() {
        let Some(long) = draft.parts.get(at).cloned().flatten().filter(|part| part.it.from.count_ones(..) == 1) else { continue };
        let steps = draft.live().filter(|(other, part)| {
            *other != at && part.it.from == long.it.from && part.it.reset == Reset::Nothing && part.it.to.count_ones(..) == 1
        });
        let beyond: HashSet<&Places> = steps.map(|(_, part)| &part.it.to).filter(|to| **to != long.it.from).collect();
        let same = |(other, part): (usize, &Part)| {
            other != at && beyond.contains(&part.it.from) && part.it.to == long.it.to && part.it.reset == long.it.reset
        };
        if draft.live().any(same) {
            draft.drop_part(at);
            changed = true;
        }
    }
    changed
}

/// Leaves out transitions that end everything and begin one place which is an end, or which a case can come to alone in other ways.
///
/// What comes of them is the end alone, or a marking of the smaller net from which a case comes to an end; and they can happen if the
/// rest can. The rest may need them to come to an end, so this is bold: it is only done to places that something else leaves.
pub(super) fn final_resets(draft: &mut Draft) -> bool {
    let mut changed = false;
    for at in 0..draft.parts.len() {
        let Some(it) = draft.parts.get(at).and_then(Option::as_ref).map(|part| part.it.clone()) else { continue };
        if it.reset != Reset::All || it.to.count_ones(..) != 1 || !draft.is_covered(at) {
            continue;
        }
        let onward = |place: usize| draft.live().any(|(_, part)| part.it.from.contains(place) && part.it.reset != Reset::All);
        let Some(to) = it.to.minimum().filter(|_| it.from.ones().all(onward)) else { continue };
        let comes_alone = to == draft.sink || alone(draft, at, false).contains(to);
        if comes_alone || alone(draft, at, true).contains(to) {
            draft.supposes |= !comes_alone;
            draft.drop_part(at);
            changed = true;
        }
    }
    changed
}

/// The places that a case can be in and nowhere else, without one transition: as far as it is seen from steps that lead from one such
/// place to another, and, if it is supposed that none of them is dead, from those that end everything.
fn alone(draft: &Draft, without: usize, suppose: bool) -> Places {
    let mut found = Places::with_capacity(draft.places);
    found.insert(draft.source);
    let single: Vec<&Move> =
        draft.live().filter(|(at, part)| *at != without && part.it.to.count_ones(..) == 1).map(|(_, part)| &part.it).collect();
    loop {
        let before = found.count_ones(..);
        for it in &single {
            if suppose && it.reset == Reset::All || it.from.is_subset(&found) && it.from.count_ones(..) == 1 {
                found.union_with(&it.to);
            }
        }
        if found.count_ones(..) == before {
            return found;
        }
    }
}
