//! The space between two layers: which arrows run sideways in it, and on which track, so that they do not lie on each other.
//!
//! It must not know what stands in the layers.

use super::lists::At;

/// How close two lines may come before they look like one.
const CLOSE: f64 = 5.0;

/// A line between two things at the rims of the space.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Strand {
    /// The things that it joins.
    pub(super) ends: [usize; 2],
    /// Where they stand.
    pub(super) at: [f64; 2],
    /// Whether each end is at the upper rim.
    pub(super) above: [bool; 2],
    /// It shares a track with those that begin or end where it does.
    pub(super) shares: bool,
}

/// Strands that run sideways together.
#[derive(Debug, Clone, Default)]
struct Bus {
    strands: Vec<usize>,
    tops: Vec<(usize, f64)>,
    bottoms: Vec<(usize, f64)>,
}

/// The track of each strand, counted from above, and how many tracks there are. A straight strand has none.
pub(super) fn tracks(strands: &[Strand]) -> (Vec<Option<usize>>, usize) {
    let mut buses: Vec<Bus> = gather(strands).into_iter().filter(|bus| bus.low() < bus.high()).collect();
    for _ in 0..buses.len() {
        let mut better = false;
        for place in 0..buses.len().saturating_sub(1) {
            let (Some(one), Some(other)) = (buses.get(place), buses.get(place + 1)) else { continue };
            if other.harm_above(one) < one.harm_above(other) {
                buses.swap(place, place + 1);
                better = true;
            }
        }
        if !better {
            break;
        }
    }
    let mut tracks: Vec<Option<usize>> = vec![None; strands.len()];
    let mut used: Vec<(usize, &Bus)> = Vec::new();
    for bus in &buses {
        let track = used.iter().filter(|(_, other)| bus.meets(other)).map(|(track, _)| track + 1).max().unwrap_or(0);
        used.push((track, bus));
        for &strand in &bus.strands {
            tracks.put(strand, Some(track));
        }
    }
    let count = used.iter().map(|(track, _)| track + 1).max().unwrap_or(0);
    (tracks, count)
}

/// Strands with one upper end run together, and so do those that only meet at one lower end.
fn gather(strands: &[Strand]) -> Vec<Bus> {
    let mut buses: Vec<(Option<(bool, usize)>, Bus)> = Vec::new();
    for (place, strand) in strands.iter().enumerate() {
        let [upper, lower] = strand.ends;
        let alone = |other: &&Strand| other.shares && other.ends[0] == upper;
        let only_this = strands.iter().filter(alone).count() == 1;
        let key = strand.shares.then_some(if only_this { (false, lower) } else { (true, upper) });
        let found = buses.iter_mut().find(|(other, _)| other.is_some() && *other == key);
        match found {
            Some((_, bus)) => bus.add(place, strand),
            None => {
                let mut bus = Bus::default();
                bus.add(place, strand);
                buses.push((key, bus));
            }
        }
    }
    buses.into_iter().map(|(_, bus)| bus).collect()
}

impl Bus {
    fn add(&mut self, place: usize, strand: &Strand) {
        self.strands.push(place);
        for ((end, at), above) in strand.ends.into_iter().zip(strand.at).zip(strand.above) {
            let side = if above { &mut self.tops } else { &mut self.bottoms };
            if !side.iter().any(|(known, _)| *known == end) {
                side.push((end, at));
            }
        }
    }

    fn ends(&self) -> impl Iterator<Item = f64> {
        self.tops.iter().chain(&self.bottoms).map(|(_, at)| *at)
    }

    fn low(&self) -> f64 {
        self.ends().fold(f64::INFINITY, f64::min)
    }

    fn high(&self) -> f64 {
        self.ends().fold(f64::NEG_INFINITY, f64::max)
    }

    fn meets(&self, other: &Self) -> bool {
        self.low() <= other.high() + CLOSE && other.low() <= self.high() + CLOSE
    }

    /// How bad it is if this one runs above the other: crossings count little, lines that lie on each other count much.
    fn harm_above(&self, other: &Self) -> usize {
        let crosses = |bus: &Self, at: f64| usize::from(bus.low() < at && at < bus.high());
        let falls: usize = self.bottoms.iter().map(|(_, at)| crosses(other, *at)).sum();
        let rises: usize = other.tops.iter().map(|(_, at)| crosses(self, *at)).sum();
        let lies =
            |(end, at): &(usize, f64)| other.tops.iter().filter(|(top, place)| top != end && (place - at).abs() < CLOSE).count() * 50;
        falls + rises + self.bottoms.iter().map(lies).sum::<usize>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn down(ends: [usize; 2], at: [f64; 2]) -> Strand {
        Strand { ends, at, above: [true, false], shares: true }
    }

    #[test]
    fn forks_and_joins_share_a_track() {
        let fork = [down([0, 1], [50.0, 0.0]), down([0, 2], [50.0, 50.0]), down([0, 3], [50.0, 100.0])];
        assert_eq!(tracks(&fork), (vec![Some(0); 3], 1));
        let join = [down([1, 9], [0.0, 50.0]), down([2, 9], [50.0, 50.0]), down([3, 9], [100.0, 50.0])];
        assert_eq!(tracks(&join), (vec![Some(0); 3], 1));
        assert_eq!(tracks(&[down([0, 1], [5.0, 5.0])]), (vec![None], 0));
    }

    #[test]
    fn lines_do_not_lie_on_each_other() {
        // The first one falls where the second one begins: it has to turn above it, and that is only possible below.
        let swapped = [down([0, 2], [0.0, 80.0]), down([1, 3], [80.0, 160.0])];
        assert_eq!(tracks(&swapped), (vec![Some(1), Some(0)], 2));
        let apart = [down([0, 2], [0.0, 20.0]), down([1, 3], [80.0, 160.0])];
        assert_eq!(tracks(&apart), (vec![Some(0), Some(0)], 1));
    }
}
