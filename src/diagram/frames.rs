//! The frames around boxes: how much height their heads and feet need, and where the titles stand.
//!
//! It must not place boxes or arrows.

use super::items::Plan;
use super::layout::{Frame, Line, Rect};
use super::lists::{At, Rows};
use super::place::Places;
use super::scale::Scale;
use super::tidy::Tidy;
use super::words::Block;

/// What the frames need above and below the layers.
#[derive(Debug, Default)]
pub(super) struct Frames {
    /// From the top of its first layer up to the top of each frame.
    over: Vec<f64>,
    /// From the bottom of its last layer down to the bottom of each frame.
    under: Vec<f64>,
    /// The title of each frame.
    titles: Vec<Block>,
}

impl Frames {
    /// Reckons what the frames need.
    pub(super) fn new(plan: &Plan, tidy: &Tidy, titles: Vec<Block>, scale: &Scale) -> Self {
        let count = tidy.parent.len();
        let mut frames = Self { over: vec![0.0; count], under: vec![0.0; count], titles };
        let children = tidy.children();
        let mut deepest: Vec<usize> = (0..count).collect();
        deepest.sort_by_key(|group| std::cmp::Reverse(tidy.depth(*group)));
        for group in deepest {
            let Some((first, last)) = plan.ranges.at(group) else { continue };
            let starts = |child: &&usize| plan.ranges.at(**child).is_some_and(|range| range.0 == first);
            let ends = |child: &&usize| plan.ranges.at(**child).is_some_and(|range| range.1 == last);
            let children = children.row(group);
            let over = children.iter().filter(starts).map(|child| frames.over.at(*child)).fold(0.0, f64::max);
            let under = children.iter().filter(ends).map(|child| frames.under.at(*child)).fold(0.0, f64::max);
            let titled = frames.titles.get(group).is_some_and(|title| !title.lines.is_empty());
            frames.over.put(group, over + if titled { scale.head } else { scale.foot });
            frames.under.put(group, under + scale.foot);
        }
        frames
    }

    /// The width of each title; none where there is none.
    pub(super) fn titled(&self) -> Vec<Option<f64>> {
        self.titles.iter().map(|title| (!title.lines.is_empty()).then_some(title.width.ceil())).collect()
    }

    /// How wide each frame must be for its title.
    pub(super) fn widths(&self, scale: &Scale) -> Vec<f64> {
        self.titles.iter().map(|title| title.width.ceil() + 2.0 * scale.frame).collect()
    }

    /// How much height the frames need above a layer.
    pub(super) fn above(&self, plan: &Plan, layer: usize) -> f64 {
        let first = |(range, over): (&Option<(usize, usize)>, &f64)| range.filter(|range| range.0 == layer).map(|_| *over);
        plan.ranges.iter().zip(&self.over).filter_map(first).fold(0.0, f64::max)
    }

    /// How much height the frames need below a layer.
    pub(super) fn below(&self, plan: &Plan, layer: usize) -> f64 {
        let last = |(range, under): (&Option<(usize, usize)>, &f64)| range.filter(|range| range.1 == layer).map(|_| *under);
        plan.ranges.iter().zip(&self.under).filter_map(last).fold(0.0, f64::max)
    }

    /// The frames in their places, the outer ones first; `rows` are the tops and bottoms of the layers.
    pub(super) fn draw(self, plan: &Plan, tidy: &Tidy, places: &Places, rows: &[(f64, f64)], lines: &[Line], scale: &Scale) -> Vec<Frame> {
        let mut drawn = Vec::new();
        for (group, title) in self.titles.iter().enumerate() {
            let Some((first, last)) = plan.ranges.at(group) else { continue };
            let (left, right) = places.frames.at(group);
            let (top, bottom) = (rows.at(first).0 - self.over.at(group), rows.at(last).1 + self.under.at(group));
            let rect = Rect { x: left, y: top, width: right - left, height: bottom - top };
            let head = head(rect, title, lines, scale);
            drawn.push(Frame { rect, group, depth: tidy.depth(group), title: title.lines.concat(), head });
        }
        drawn.sort_by_key(|frame| frame.depth);
        drawn
    }
}

/// The title stands left, in the middle, right, or close to an arrow: where the fewest arrows pass.
fn head(rect: Rect, title: &Block, lines: &[Line], scale: &Scale) -> Rect {
    let (width, height) = (title.width.ceil(), title.count() * scale.heading.line);
    let inset = scale.inset();
    let y = (rect.y + (scale.head - height) * 0.4).floor();
    let room = (rect.width - width - 2.0 * inset).max(0.0);
    let (left, right) = (rect.x + inset, rect.x + inset + room);
    let band = Rect { y, height, ..rect };
    let crossing = lines.iter().filter(|line| scale.title_gap > 0.0 && line.passes(&band)).flat_map(|line| &line.points);
    let beside = crossing.flat_map(|point| [point.x + scale.title_gap, point.x - scale.title_gap - width]);
    let shares = [0.0, 1.0, 0.25, 0.75, 0.5].map(|share| left + room * share);
    let mut best: Option<(usize, Rect)> = None;
    for x in shares.into_iter().chain(beside.filter(|x| left <= *x && *x <= right)) {
        let tried = Rect { x: x.floor(), y, width, height };
        let passes = lines.iter().filter(|line| line.passes(&tried)).count();
        if best.is_none_or(|(fewest, _)| passes < fewest) {
            best = Some((passes, tried));
        }
    }
    best.map(|(_, head)| head).unwrap_or_default()
}
