//! Moves things on a line, alone or with all that they push, to where they are pulled; what is far enough apart stays so.
//!
//! It must not know what the places are for.

use super::lists::{At, Rows};
use super::place::Apart;

/// How often everything is moved to both sides.
const TURNS: usize = 8;
/// What is this close to its neighbour pushes it.
const TOUCH: f64 = 0.01;

/// Things on a line with what pulls them and what keeps them apart.
pub(super) struct Shifter<'a> {
    /// What each thing is pulled by, and how much.
    pulled: &'a [Vec<(usize, f64)>],
    /// For each thing, what has to stand right of it and how far.
    right: Vec<Vec<(usize, f64)>>,
    /// For each thing, what has to stand left of it and how far.
    left: Vec<Vec<(usize, f64)>>,
}

impl<'a> Shifter<'a> {
    pub(super) fn new(pulled: &'a [Vec<(usize, f64)>], aparts: &[Apart]) -> Self {
        let mut shifter = Self { pulled, right: vec![Vec::new(); pulled.len()], left: vec![Vec::new(); pulled.len()] };
        for apart in aparts {
            shifter.right.add(apart.left, (apart.right, apart.by));
            shifter.left.add(apart.right, (apart.left, apart.by));
        }
        shifter
    }

    /// Moves everything until little moves any more.
    pub(super) fn shift(&self, places: &mut [f64]) {
        for _ in 0..TURNS {
            let mut moved = 0.0_f64;
            for place in 0..places.len() {
                moved = moved.max(self.push(place, 1.0, places)).max(self.push(place, -1.0, places));
            }
            if moved < 0.5 {
                return;
            }
        }
    }

    /// Moves a thing and all that it would push to one side, if together they are pulled there; says how far.
    fn push(&self, place: usize, side: f64, places: &mut [f64]) -> f64 {
        let beyond = if side > 0.0 { &self.right } else { &self.left };
        let slack = |one: usize, &(other, by): &(usize, f64)| (places.at(other) - places.at(one)) * side - by;
        let mut together = vec![place];
        let mut next = 0;
        while let Some(&one) = together.get(next) {
            next += 1;
            for pushed in beyond.row(one) {
                if slack(one, pushed) < TOUCH && !together.contains(&pushed.0) {
                    together.push(pushed.0);
                }
            }
        }
        let (mut sum, mut weights, mut room) = (0.0, 0.0, f64::INFINITY);
        for &one in &together {
            for &(other, weight) in self.pulled.row(one).iter().filter(|(other, _)| !together.contains(other)) {
                sum += weight * (places.at(other) - places.at(one)) * side;
                weights += weight;
            }
            let free = beyond.row(one).iter().filter(|(other, _)| !together.contains(other));
            room = free.map(|other| slack(one, other)).fold(room, f64::min);
        }
        let far = if weights > 0.0 { (sum / weights).min(room) } else { 0.0 };
        if far <= TOUCH {
            return 0.0;
        }
        for one in together {
            places.change(one, |place| place + far * side);
        }
        far
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pushes_what_stands_in_the_way_but_not_too_far() {
        // 0 is pulled to 3 and pushes 1; 2 hardly gives way.
        let aparts = [Apart { left: 0, right: 1, by: 10.0 }, Apart { left: 1, right: 2, by: 10.0 }];
        let pulled = vec![vec![(3, 1.0)], vec![(0, 1.0)], vec![(4, 9.0)], vec![], vec![]];
        let mut places = [0.0, 10.0, 40.0, 25.0, 40.0];
        Shifter::new(&pulled, &aparts).shift(&mut places);
        assert_eq!(places, [20.5, 30.5, 40.5, 25.0, 40.0], "one pull of 4.5 holds nine of 0.5");
    }
}
