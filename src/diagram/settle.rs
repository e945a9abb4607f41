//! Solves for places on a line: everything close to what pulls it, and nothing closer to its neighbour than allowed.
//!
//! It must not know what the places are for.

use super::lists::{At, Rows};
use super::place::{Apart, Pull};
use super::shift::Shifter;
use super::steps::{in_turn, steps};

/// How often everything moves to where it is pulled.
const ROUNDS: usize = 60;
/// How often neighbours push each other apart in a round.
const PUSHES: usize = 12;

/// The whole-numbered place of each of `count` things. The `aparts` must not form a circle.
pub(super) fn settle(count: usize, aparts: &[Apart], pulls: &[Pull]) -> Vec<f64> {
    let aparts = &in_order(count, aparts);
    let mut places = vec![0.0; count];
    push_right(aparts, &mut places);
    let mut pulled: Vec<Vec<(usize, f64)>> = vec![Vec::new(); count];
    // Nothing is so light that its neighbours would not feel what pushes it.
    let mut weights = vec![1.0; count];
    for pull in pulls {
        for (one, other) in [(pull.one, pull.other), (pull.other, pull.one)] {
            pulled.add(one, (other, pull.weight));
            weights.change(one, |weight| weight + pull.weight);
        }
    }
    let turns = |round: usize| (0..count).map(move |step| if round.is_multiple_of(2) { step } else { count - 1 - step });
    let mut forces = vec![0.0; aparts.len()];
    for round in 0..ROUNDS {
        let before = places.clone();
        for place in turns(round) {
            let wanted = wanted(&pulled, &places, place);
            places.put(place, wanted);
        }
        push_apart(aparts, &weights, &mut forces, &mut places, PUSHES);
        let moved = places.iter().zip(&before).map(|(after, before)| (before - after).abs()).fold(0.0, f64::max);
        if moved < 0.1 {
            break;
        }
    }
    push_apart(aparts, &weights, &mut vec![0.0; aparts.len()], &mut places, 10 * PUSHES);
    push_right(aparts, &mut places);
    Shifter::new(&pulled, aparts).shift(&mut places);
    for place in &mut places {
        *place = place.round();
    }
    push_right(aparts, &mut places);
    places
}

/// Where a thing is pulled: the mean of what pulls it, or where it is.
fn wanted(pulled: &[Vec<(usize, f64)>], places: &[f64], place: usize) -> f64 {
    let pulls = pulled.row(place);
    let sum: f64 = pulls.iter().map(|(other, weight)| places.at(*other) * weight).sum();
    let weight: f64 = pulls.iter().map(|(_, weight)| weight).sum();
    if pulls.is_empty() { places.at(place) } else { sum / weight }
}

/// The nearest places (by weighted squares) that keep everything apart, or close to them: Hildreth's method. The forces of the
/// last round are a good guess for those of this one.
fn push_apart(aparts: &[Apart], weights: &[f64], forces: &mut [f64], places: &mut [f64], pushes: usize) {
    let push = |places: &mut [f64], apart: &Apart, force: f64| {
        places.change(apart.left, |place| place - force / weights.at(apart.left));
        places.change(apart.right, |place| place + force / weights.at(apart.right));
    };
    for (force, apart) in forces.iter().zip(aparts).filter(|(force, _)| **force > 0.0) {
        push(places, apart, *force);
    }
    for _ in 0..pushes {
        let mut moved = 0.0_f64;
        for (force, apart) in forces.iter_mut().zip(aparts) {
            let missing = apart.by - (places.at(apart.right) - places.at(apart.left));
            let give = 1.0 / weights.at(apart.left) + 1.0 / weights.at(apart.right);
            let more = (missing / give).max(-*force);
            if more != 0.0 {
                *force += more;
                push(places, apart, more);
                moved = moved.max(more.abs());
            }
        }
        if moved < 0.05 {
            return;
        }
    }
}

/// Moves things right until everything is as far apart as it must be.
fn push_right(aparts: &[Apart], places: &mut [f64]) {
    for apart in aparts {
        let least = places.at(apart.left) + apart.by;
        if places.at(apart.right) < least {
            places.put(apart.right, least);
        }
    }
}

/// The same conditions, so sorted that what stands left is settled first.
fn in_order(count: usize, aparts: &[Apart]) -> Vec<Apart> {
    let right = steps(count, aparts.iter().map(|apart| (apart.left, apart.right)));
    let sorted = in_turn(&right);
    let mut turn = vec![0; count];
    for (place, &thing) in sorted.iter().enumerate() {
        turn.put(thing, place);
    }
    debug_assert_eq!(sorted.len(), count, "the conditions form a circle");
    let mut aparts = aparts.to_vec();
    aparts.sort_by_key(|apart| turn.at(apart.left));
    aparts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn children_stand_evenly_around_their_parent() {
        let aparts = [(0, 1), (1, 2), (2, 3)].map(|(left, right)| Apart { left, right, by: 10.0 });
        let pulls = [0, 1, 2, 3].map(|one| Pull { one, other: 4, weight: 1.0 });
        let places = settle(5, &aparts, &pulls);
        assert_eq!(places[1] - places[0], 10.0);
        assert_eq!(places[3] - places[2], 10.0);
        assert!((places[4] - (places[1] + places[2]) / 2.0).abs() <= 1.0, "{places:?}");
    }

    proptest::proptest! {
        #[test]
        fn nothing_stands_too_close(pairs in proptest::collection::vec((0usize..9, 1usize..9, 0.0f64..40.0), 0..20), pulled in proptest::collection::vec((0usize..12, 0usize..12), 0..20)) {
            let aparts: Vec<Apart> = pairs.iter().map(|(left, more, by)| Apart { left: *left, right: (left + more).min(11), by: by.ceil() }).collect();
            let pulls: Vec<Pull> = pulled.iter().filter(|(a, b)| a != b).map(|(one, other)| Pull { one: *one, other: *other, weight: 1.0 }).collect();
            let places = settle(12, &aparts, &pulls);
            for apart in &aparts {
                proptest::prop_assert!(places[apart.right] - places[apart.left] >= apart.by);
            }
        }
    }
}
