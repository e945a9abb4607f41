//! Which ways lead back: stages and gates as places in lists, and the answer for each outcome.
//!
//! It must not know how a picture shows it.

use std::collections::HashSet;

/// An outcome that leads to stages: its gate and its name, the stages that the gate leaves, and those that it leads to, each by its
/// place in the file.
#[derive(Debug, Clone)]
pub(super) struct Move<'w> {
    pub(super) gate: &'w str,
    pub(super) outcome: &'w str,
    pub(super) from: Vec<usize>,
    pub(super) to: Vec<usize>,
}

/// The ways that lead back, each as a gate, an outcome and the place of a stage.
///
/// A way can lead back only if its stage leads to the gate again. Of the ways on such a circle, those lead back that go against the
/// order in which the stages are written: authors write them in the order of the process. An outcome that closes no circle after
/// all leads onward, whatever the order; so it is where stages come from several files.
pub(super) fn backwards<'w>(moves: &[Move<'w>], stages: usize) -> HashSet<(&'w str, &'w str, usize)> {
    let all: HashSet<(usize, usize)> = pairs(moves).collect();
    let against = |place: usize, stage: usize| moves.get(place).is_some_and(|it| it.from.iter().any(|from| stage <= *from));
    let mut back: HashSet<(usize, usize)> =
        all.iter().copied().filter(|(place, stage)| against(*place, *stage) && returns(moves, &all, stages, *place, *stage)).collect();
    let mut doubtful: Vec<usize> = (0..moves.len()).filter(|place| back.iter().any(|(other, _)| other == place)).collect();
    // What leads far back is the last to be taken for a way onward.
    doubtful.sort_by_key(|place| std::cmp::Reverse(moves.get(*place).and_then(|it| it.to.iter().min().copied())));
    for place in doubtful {
        let own: Vec<(usize, usize)> = back.iter().copied().filter(|(other, _)| *other == place).collect();
        let onward: HashSet<(usize, usize)> = all.difference(&back).copied().chain(own.iter().copied()).collect();
        if own.iter().all(|(_, stage)| !returns(moves, &onward, stages, place, *stage)) {
            back.retain(|(other, _)| *other != place);
        }
    }
    back.into_iter().filter_map(|(place, stage)| moves.get(place).map(|it| (it.gate, it.outcome, stage))).collect()
}

/// Each outcome's place with each stage that it leads to.
fn pairs(moves: &[Move<'_>]) -> impl Iterator<Item = (usize, usize)> {
    moves.iter().enumerate().flat_map(|(place, it)| it.to.iter().map(move |stage| (place, *stage)))
}

/// Whether these ways lead from a stage to one that the outcome leaves.
fn returns(moves: &[Move<'_>], ways: &HashSet<(usize, usize)>, stages: usize, place: usize, stage: usize) -> bool {
    let mut reached = vec![false; stages];
    let mut waiting = vec![stage];
    while let Some(next) = waiting.pop() {
        let Some(seen) = reached.get_mut(next).filter(|seen| !**seen) else { continue };
        *seen = true;
        let leaving = moves.iter().enumerate().filter(|(_, it)| it.from.contains(&next));
        waiting.extend(leaving.flat_map(|(other, it)| it.to.iter().copied().filter(move |to| ways.contains(&(other, *to)))));
    }
    moves.get(place).is_some_and(|it| it.from.iter().any(|from| reached.get(*from).copied().unwrap_or(false)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads `a b -> c d` as one gate with one outcome; the stages are letters in the order of the alphabet.
    fn back(ways: &[&str]) -> Vec<String> {
        let places = |text: &str| text.split_whitespace().map(|name| usize::from(name.as_bytes()[0] - b'a')).collect::<Vec<_>>();
        let read = |way: &&'static str| {
            let (from, to) = way.split_once("->").unwrap();
            Move { gate: way, outcome: "", from: places(from), to: places(to) }
        };
        let ways: Vec<&'static str> = ways.iter().map(|way| &*Box::leak((*way).to_owned().into_boxed_str())).collect();
        let moves: Vec<Move<'static>> = ways.iter().map(read).collect();
        let found = backwards(&moves, 26);
        let mut out: Vec<String> = found.iter().map(|(gate, _, to)| format!("{gate}: {}", char::from(b'a' + *to as u8))).collect();
        out.sort();
        out
    }

    #[test]
    fn short_cuts_do_not_make_the_long_way_a_loop() {
        assert_eq!(back(&["a -> b", "a -> c", "b -> c", "c -> d"]), Vec::<String>::new());
        assert_eq!(back(&["a -> c", "c -> b", "b -> d"]), Vec::<String>::new(), "no circle, whatever the order");
    }

    #[test]
    fn on_a_circle_the_order_of_the_file_says_what_leads_back() {
        assert_eq!(back(&["a -> b", "a -> c", "b -> c", "c -> b"]), ["c -> b: b"], "b is written first");
        assert_eq!(back(&["a -> b", "b -> c", "c -> a"]), ["c -> a: a"]);
        assert_eq!(back(&["a -> b c", "b c -> b c", "b c -> d"]), ["b c -> b c: b", "b c -> b c: c"]);
    }

    #[test]
    fn all_branches_of_a_fork_lead_back_together() {
        // Both were left when the dispute began at c, though only a leads there again.
        assert_eq!(back(&["a -> c", "a b -> d", "c -> a b", "d -> a b"]), ["c -> a b: a", "c -> a b: b", "d -> a b: a", "d -> a b: b"]);
    }

    #[test]
    fn stages_of_a_file_that_is_used_may_stand_behind_all_others() {
        // d is written in a part that the workflow uses between b and c.
        assert_eq!(back(&["a -> b", "b -> d", "d -> c", "c -> a"]), ["c -> a: a"]);
    }
}
