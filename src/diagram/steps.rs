//! Walks over things that lead to other things, each known by its place.
//!
//! It must not know what the things are.

use super::lists::{At, Rows};

/// For each thing, those that the given steps lead to.
pub(super) fn steps(nodes: usize, pairs: impl Iterator<Item = (usize, usize)>) -> Vec<Vec<usize>> {
    let mut steps = vec![Vec::new(); nodes];
    for (from, to) in pairs {
        steps.add(from, to);
    }
    steps
}

/// Everything that can be reached from some places, themselves included.
pub(super) fn reach(steps: &[Vec<usize>], from: &[usize]) -> Vec<bool> {
    let mut reached = vec![false; steps.len()];
    let mut waiting = from.to_vec();
    while let Some(place) = waiting.pop() {
        if !reached.at(place) {
            reached.put(place, true);
            waiting.extend(steps.row(place));
        }
    }
    reached
}

/// All things, each after those that lead to it; things on a circle are left out.
pub(super) fn in_turn(steps: &[Vec<usize>]) -> Vec<usize> {
    let mut waits = vec![0_usize; steps.len()];
    for &next in steps.iter().flatten() {
        waits.change(next, |count| count + 1);
    }
    let mut turns: Vec<usize> = (0..steps.len()).filter(|place| waits.at(*place) == 0).collect();
    let mut turn = 0;
    while let Some(&place) = turns.get(turn) {
        turn += 1;
        for &next in steps.row(place) {
            waits.change(next, |count| count - 1);
            if waits.at(next) == 0 {
                turns.push(next);
            }
        }
    }
    turns
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn walks_and_sorts() {
        let lead = steps(5, [(3, 1), (1, 0), (3, 0), (2, 4), (4, 2)].into_iter());
        assert_eq!(reach(&lead, &[1]), [true, true, false, false, false]);
        assert_eq!(in_turn(&lead), [3, 1, 0], "2 and 4 are a circle");
    }
}
