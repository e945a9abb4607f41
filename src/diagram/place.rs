//! Where things stand from left to right: straight arrows where possible, and nothing closer to its neighbour than allowed.
//!
//! It must not change the order of things in a layer.

use super::items::{Plan, Sort, Way};
use super::lists::{At, Rows};
use super::scale::Scale;
use super::settle::settle;
use super::steps::steps;
use super::tidy::Tidy;
use super::titles::Titles;

/// Places from left to right.
#[derive(Debug, Default)]
pub(super) struct Places {
    /// The middle of each item.
    pub(super) items: Vec<f64>,
    /// The left and right edge of each frame.
    pub(super) frames: Vec<(f64, f64)>,
}

/// Something that must stand at least so far right of something else.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Apart {
    pub(super) left: usize,
    pub(super) right: usize,
    pub(super) by: f64,
}

/// Something that would like to stand right above or below something else, and how much.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pull {
    pub(super) one: usize,
    pub(super) other: usize,
    pub(super) weight: f64,
}

/// How often room is made for titles.
const ROUNDS: usize = 4;

/// Places everything; `heads` are the least widths of the frames.
pub(super) fn place(plan: &Plan, layers: &[Vec<usize>], tidy: &Tidy, heads: &[f64], titles: &Titles, scale: &Scale) -> Places {
    let count = plan.items.len();
    let edges = |group: usize| (count + 2 * group, count + 2 * group + 1);
    let mut aparts = Vec::new();
    for layer in layers {
        spread(plan, layer, tidy, scale, &edges, &mut aparts);
    }
    for (group, range) in plan.ranges.iter().enumerate() {
        if range.is_some() {
            aparts.push(Apart { left: edges(group).0, right: edges(group).1, by: heads.at(group) });
        }
    }
    let mut columns = Columns::new(count + 2 * tidy.parent.len(), &aparts);
    for (one, other) in wishes(plan) {
        columns.unite(one, other);
    }
    let pulls = pulls(plan, &edges);
    let mut solved = columns.solve(&aparts, &pulls);
    if columns.unite_near(plan, &solved, scale) {
        solved = columns.solve(&aparts, &pulls);
    }
    tighten(plan, tidy, &aparts, &edges, &mut solved);
    for _ in 0..ROUNDS {
        let missing = if scale.title_gap > 0.0 { titles.missing(&solved, &edges, scale) } else { Vec::new() };
        if missing.is_empty() {
            break;
        }
        aparts.extend(missing);
        solved = columns.solve(&aparts, &pulls);
        tighten(plan, tidy, &aparts, &edges, &mut solved);
    }
    let items = solved.iter().copied().take(count).collect();
    let frames = (0..tidy.parent.len()).map(|group| (solved.at(edges(group).0), solved.at(edges(group).1))).collect();
    Places { items, frames }
}

/// Moves the edges of frames, the inner ones first, as close to what is inside as they may stand.
fn tighten(plan: &Plan, tidy: &Tidy, aparts: &[Apart], edges: &impl Fn(usize) -> (usize, usize), solved: &mut [f64]) {
    let mut groups: Vec<usize> = (0..plan.ranges.len()).filter(|group| plan.ranges.at(*group).is_some()).collect();
    groups.sort_by_key(|group| std::cmp::Reverse(tidy.depth(*group)));
    for group in groups {
        let (left, right) = edges(group);
        let head =
            aparts.iter().filter(|apart| (apart.left, apart.right) == (left, right)).map(|apart| apart.by.ceil()).fold(0.0, f64::max);
        let inside = aparts.iter().filter(|apart| (apart.left, apart.right) != (left, right));
        let first = inside.clone().filter(|apart| apart.left == left).map(|apart| solved.at(apart.right) - apart.by.ceil());
        let last = inside.filter(|apart| apart.right == right).map(|apart| solved.at(apart.left) + apart.by.ceil());
        let (first, last) = (first.fold(f64::INFINITY, f64::min), last.fold(f64::NEG_INFINITY, f64::max));
        // Where the title needs more, what was there before is enough.
        let last = last.max((first + head).min(solved.at(right)));
        solved.put(left, first.min(last - head));
        solved.put(right, last);
    }
}

/// What each thing in a layer keeps from its neighbours, with the edges of frames between them.
fn spread(plan: &Plan, layer: &[usize], tidy: &Tidy, scale: &Scale, edges: &impl Fn(usize) -> (usize, usize), out: &mut Vec<Apart>) {
    // The thing last passed: its place in the list of columns, how far it reaches right, and what it is.
    let mut last: Option<(usize, f64, Option<Sort>)> = None;
    let mut open: Vec<usize> = Vec::new();
    let mut pass = |next: usize, left: f64, right: f64, sort: Option<Sort>| {
        if let Some((before, reach, before_sort)) = last {
            out.push(Apart { left: before, right: next, by: reach + left + gap(before_sort, sort, scale) });
        }
        last = Some((next, right, sort));
    };
    for &place in layer {
        let Some(item) = plan.items.get(place) else { continue };
        let path = tidy.path(item.group);
        let shared = open.iter().zip(&path).take_while(|(a, b)| a == b).count();
        for group in open.drain(shared..).rev() {
            pass(edges(group).1, 0.0, 0.0, None);
        }
        for group in path.into_iter().skip(shared) {
            pass(edges(group).0, 0.0, 0.0, None);
            open.push(group);
        }
        pass(place, item.left, item.right, Some(item.sort));
    }
    for group in open.into_iter().rev() {
        pass(edges(group).1, 0.0, 0.0, None);
    }
}

fn gap(left: Option<Sort>, right: Option<Sort>, scale: &Scale) -> f64 {
    match (left, right) {
        (None, _) | (_, None) => scale.frame,
        (Some(Sort::Box), Some(Sort::Box)) => scale.between,
        (Some(Sort::Box), _) | (_, Some(Sort::Box)) => scale.passing,
        _ => scale.beside,
    }
}

/// The pairs that should stand in one straight line, the most wanted first.
fn wishes(plan: &Plan) -> Vec<(usize, usize)> {
    let mut wishes = Vec::new();
    for lane in &plan.lanes {
        wishes.extend(lane.items.iter().zip(lane.items.iter().skip(1)).map(|(a, b)| (*a, *b)));
    }
    for way in &plan.ways {
        for (_, items) in &way.ends {
            wishes.extend(items.iter().zip(items.iter().skip(1)).map(|(a, b)| (*a, *b)));
        }
    }
    let above = steps(plan.items.len(), plan.joints.iter().map(|(upper, lower)| (*lower, *upper)));
    let mut begun = Vec::new();
    for way in &plan.ways {
        if !begun.contains(&way.from) {
            begun.push(way.from);
            wishes.push((way.from, way.trunk));
        }
        let [(end, items)] = way.ends.as_slice() else {
            wishes.extend(meeting(plan, way).map(|end| (way.trunk, end)));
            continue;
        };
        wishes.extend(items.first().map(|first| (way.trunk, *first)));
        let last = items.last().copied().unwrap_or(way.trunk);
        if main_entry(plan, above.row(*end)) == Some(last) {
            wishes.push((last, *end));
        }
    }
    wishes
}

/// The box where all branches of a fork meet again.
fn meeting(plan: &Plan, way: &Way) -> Option<usize> {
    let next = |branch: usize| {
        let mut ways = plan.ways.iter().filter(|way| way.from == branch);
        let (Some(only), None) = (ways.next(), ways.next()) else { return None };
        let [(end, _)] = only.ends.as_slice() else { return None };
        Some(*end)
    };
    let mut nexts = way.ends.iter().map(|(end, _)| next(*end));
    let first = nexts.next()??;
    nexts.all(|next| next == Some(first)).then_some(first)
}

/// Which of the arrows into a box comes straight from above: the only one that is not a detour.
fn main_entry(plan: &Plan, entries: &[usize]) -> Option<usize> {
    let origin = |entry: usize| plan.ways.iter().find(|way| way.trunk == entry).map(|way| (way.from, way.ends.len()));
    if let [only] = entries {
        return Some(*only);
    }
    let mut direct = entries.iter().filter(|entry| origin(**entry).is_some());
    match (direct.next(), direct.next()) {
        (Some(only), None) => Some(*only),
        _ => None,
    }
}

fn pulls(plan: &Plan, edges: &impl Fn(usize) -> (usize, usize)) -> Vec<Pull> {
    let mut pulls: Vec<Pull> = plan.joints.iter().map(|(upper, lower)| Pull { one: *upper, other: *lower, weight: 1.0 }).collect();
    for lane in &plan.lanes {
        for (one, other) in lane.items.iter().zip(lane.items.iter().skip(1)) {
            pulls.push(Pull { one: *one, other: *other, weight: 1.0 });
        }
        let ends = lane.ends.iter().map(|end| (lane.items.last(), *end)).chain([(lane.items.first(), lane.from)]);
        pulls.extend(ends.filter_map(|(item, node)| Some(Pull { one: *item?, other: node, weight: 0.05 })));
    }
    for (group, range) in plan.ranges.iter().enumerate() {
        if range.is_some() {
            pulls.push(Pull { one: edges(group).0, other: edges(group).1, weight: 0.05 });
        }
    }
    pulls
}

/// Columns of things that stand exactly above each other.
struct Columns {
    /// The column of each thing.
    column: Vec<usize>,
    /// For each column, things that stand right of it.
    right: Vec<Vec<usize>>,
}

impl Columns {
    fn new(count: usize, aparts: &[Apart]) -> Self {
        Self { column: (0..count).collect(), right: steps(count, aparts.iter().map(|apart| (apart.left, apart.right))) }
    }

    /// Makes one column of two, unless something has to stand between them.
    fn unite(&mut self, one: usize, other: usize) -> bool {
        let (one, other) = (self.column.at(one), self.column.at(other));
        if one == other {
            return true;
        }
        if self.stands_left(one, other) || self.stands_left(other, one) {
            return false;
        }
        for column in &mut self.column {
            if *column == other {
                *column = one;
            }
        }
        let more = self.right.get_mut(other).map(std::mem::take).unwrap_or_default();
        for thing in more {
            self.right.add(one, thing);
        }
        true
    }

    /// Whether one column has to stand left of another.
    fn stands_left(&self, one: usize, other: usize) -> bool {
        let mut seen = vec![false; self.column.len()];
        let mut waiting = vec![one];
        while let Some(column) = waiting.pop() {
            if column == other {
                return true;
            }
            if !seen.at(column) {
                seen.put(column, true);
                waiting.extend(self.right.row(column).iter().map(|thing| self.column.at(*thing)));
            }
        }
        false
    }

    /// Straightens arrows that miss being straight by little; says whether there were any.
    fn unite_near(&mut self, plan: &Plan, solved: &[f64], scale: &Scale) -> bool {
        let mut any = false;
        for &(upper, lower) in &plan.joints {
            let off = (solved.at(upper) - solved.at(lower)).abs();
            if off > 0.0 && off < scale.track {
                any |= self.unite(upper, lower);
            }
        }
        any
    }

    /// The place of each thing.
    fn solve(&self, aparts: &[Apart], pulls: &[Pull]) -> Vec<f64> {
        let count = self.column.len();
        let mut strongest = std::collections::BTreeMap::new();
        for apart in aparts {
            let by: &mut f64 = strongest.entry((self.column.at(apart.left), self.column.at(apart.right))).or_insert(0.0);
            *by = by.max(apart.by.ceil());
        }
        let aparts: Vec<Apart> = strongest.into_iter().map(|((left, right), by)| Apart { left, right, by }).collect();
        let of_columns = |pull: &Pull| Pull { one: self.column.at(pull.one), other: self.column.at(pull.other), ..*pull };
        let pulls: Vec<Pull> = pulls.iter().map(of_columns).filter(|pull| pull.one != pull.other).collect();
        let solved = settle(count, &aparts, &pulls);
        self.column.iter().map(|column| solved.at(*column)).collect()
    }
}
