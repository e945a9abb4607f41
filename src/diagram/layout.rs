//! The places of everything in a picture, reckoned from a diagram alone, so that a picture can be checked as well as drawn.
//!
//! It must not write any format.

use super::arrange::{Heights, detours};
use super::frames::Frames;
use super::items::Plan;
use super::lists::At;
use super::order::order;
use super::place::place;
use super::rank::ranks;
use super::route::Router;
use super::scale::{PIXELS, Scale};
use super::tidy::Tidy;
use super::titles::Titles;
use super::words::clean;
use super::{Diagram, EdgeKind};

/// A place in a picture; `y` grows downwards.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Point {
    /// From the left.
    pub x: f64,
    /// From the top.
    pub y: f64,
}

/// An upright rectangle.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Rect {
    /// Its left side.
    pub x: f64,
    /// Its top.
    pub y: f64,
    /// From left to right.
    pub width: f64,
    /// From top to bottom.
    pub height: f64,
}

impl Rect {
    /// Its right side.
    #[must_use]
    pub fn right(&self) -> f64 {
        self.x + self.width
    }

    /// Its lower side.
    #[must_use]
    pub fn bottom(&self) -> f64 {
        self.y + self.height
    }

    /// Its middle.
    #[must_use]
    pub fn middle(&self) -> Point {
        Point { x: self.x + self.width / 2.0, y: self.y + self.height / 2.0 }
    }

    /// Whether the two share more than an edge.
    #[must_use]
    pub fn overlaps(&self, other: &Self) -> bool {
        self.x < other.right() && other.x < self.right() && self.y < other.bottom() && other.y < self.bottom()
    }
}

/// A box of the diagram, in place.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct NodeBox {
    /// Where it stands; a gate fills the rectangle from point to point.
    pub rect: Rect,
    /// The title, in lines.
    pub title: Vec<String>,
    /// The note, in lines.
    pub note: Vec<String>,
    /// The middle of the dot from which an arrow leads into it.
    pub dot: Option<Point>,
}

/// The words on an arrow, in place.
#[derive(Debug, Clone, PartialEq)]
pub struct Label {
    /// Where they stand.
    pub rect: Rect,
    /// The words, in lines.
    pub lines: Vec<String>,
}

/// An end that is shown once more beside a gate, so that no long arrow has to lead to it.
#[derive(Debug, Clone, PartialEq)]
pub struct Mark {
    /// Where it stands.
    pub rect: Rect,
    /// The box from which its arrow comes.
    pub from: usize,
    /// The end that it stands for.
    pub to: usize,
    /// The title of that end, on one line.
    pub title: String,
}

/// A frame around boxes, in place.
#[derive(Debug, Clone, PartialEq)]
pub struct Frame {
    /// Where it stands.
    pub rect: Rect,
    /// Which group it shows.
    pub group: usize,
    /// 1 for an outermost frame.
    pub depth: usize,
    /// Its title, on one line.
    pub title: String,
    /// Where the title stands.
    pub head: Rect,
}

/// An arrow of upright and level pieces; its head is at the last point.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// Where it begins, turns and ends.
    pub points: Vec<Point>,
    /// The box where it begins.
    pub from: usize,
    /// The box where it ends, or for which the mark stands where it ends.
    pub to: usize,
    /// Which way it leads.
    pub kind: EdgeKind,
    /// Whether it is to stand out.
    pub traced: bool,
}

impl Line {
    /// Whether the line runs through the inside of a rectangle.
    #[must_use]
    pub fn passes(&self, rect: &Rect) -> bool {
        self.points.iter().zip(self.points.iter().skip(1)).any(|(one, other)| {
            let (left, right) = (one.x.min(other.x), one.x.max(other.x));
            let (top, bottom) = (one.y.min(other.y), one.y.max(other.y));
            left < rect.right() && rect.x < right.max(left + 0.001) && top < rect.bottom() && rect.y < bottom.max(top + 0.001)
        })
    }
}

/// Everything in its place.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Layout {
    /// How wide the picture is.
    pub width: f64,
    /// How high the picture is.
    pub height: f64,
    /// The boxes, in the order of the diagram.
    pub nodes: Vec<NodeBox>,
    /// The words on arrows.
    pub labels: Vec<Label>,
    /// Ends that are shown once more.
    pub marks: Vec<Mark>,
    /// The frames, outer ones first.
    pub frames: Vec<Frame>,
    /// The arrows.
    pub lines: Vec<Line>,
}

/// Places everything in a diagram, in pixels.
#[must_use]
pub fn layout(diagram: &Diagram) -> Layout {
    layout_in(diagram, &PIXELS)
}

/// Places everything in a diagram, at a scale.
pub(super) fn layout_in(diagram: &Diagram, scale: &Scale) -> Layout {
    let tidy = Tidy::new(diagram);
    let plan = Plan::new(diagram, &tidy, &ranks(diagram, &tidy), scale);
    let layers = order(&plan, &tidy);
    let title = |group: &super::Group| scale.heading.set(&clean(&group.title));
    let frames = Frames::new(&plan, &tidy, diagram.groups.iter().map(title).collect(), scale);
    let detours = detours(&plan, &layers);
    let titles = Titles::new(&plan, &tidy, &detours, frames.titled());
    let places = place(&plan, &layers, &tidy, &frames.widths(scale), &titles, scale);
    let heights = Heights::new(&plan, &places, &frames, &detours, scale);

    let mut layout = Layout { nodes: boxes(&plan, &places.items, &heights, scale), ..Layout::default() };
    let router = Router { diagram, plan: &plan, places: &places, heights: &heights, detours: &detours, scale };
    router.draw(&mut layout);
    layout.frames = frames.draw(&plan, &tidy, &places, &heights.edges(), &layout.lines, scale);
    layout.height = heights.bottom;
    layout.settle_in_corner(scale.margin);
    layout
}

fn boxes(plan: &Plan, places: &[f64], heights: &Heights, scale: &Scale) -> Vec<NodeBox> {
    let mut boxes = Vec::new();
    for (place, shape) in plan.shapes.iter().enumerate() {
        let middle = plan.items.get(place).map_or(0.0, |item| heights.middle(item.layer));
        let (x, y) = (places.at(place), middle - (shape.height / 2.0).floor());
        let rect = Rect { x: x - shape.half, y, width: 2.0 * shape.half, height: shape.height };
        let dot = shape.dot.then_some(Point { x, y: y - scale.dot * 0.8 });
        boxes.push(NodeBox { rect, title: shape.title.lines.clone(), note: shape.note.lines.clone(), dot });
    }
    boxes
}

impl Layout {
    /// Where a box stands.
    pub(super) fn rect(&self, node: usize) -> Rect {
        self.nodes.get(node).map(|node| node.rect).unwrap_or_default()
    }

    /// Moves everything so that it begins at the margin, and takes its size.
    fn settle_in_corner(&mut self, margin: f64) {
        let rects = || self.nodes.iter().map(|node| &node.rect).chain(self.labels.iter().map(|label| &label.rect));
        let rects = || rects().chain(self.marks.iter().map(|mark| &mark.rect)).chain(self.frames.iter().map(|frame| &frame.rect));
        let points = || self.lines.iter().flat_map(|line| &line.points).map(|point| point.x);
        let left = rects().map(|rect| rect.x).chain(points()).fold(f64::INFINITY, f64::min);
        let right = rects().map(Rect::right).chain(points()).fold(f64::NEG_INFINITY, f64::max);
        let (dx, dy) = (if left.is_finite() { margin - left } else { 0.0 }, margin);
        self.width = if left.is_finite() { right - left + 2.0 * margin } else { 2.0 * margin };
        self.height += 2.0 * margin;
        let rects = self.nodes.iter_mut().map(|node| &mut node.rect).chain(self.labels.iter_mut().map(|label| &mut label.rect));
        let rects = rects.chain(self.marks.iter_mut().map(|mark| &mut mark.rect));
        for rect in rects.chain(self.frames.iter_mut().flat_map(|frame| [&mut frame.rect, &mut frame.head])) {
            rect.x += dx;
            rect.y += dy;
        }
        let dots = self.nodes.iter_mut().filter_map(|node| node.dot.as_mut());
        for point in dots.chain(self.lines.iter_mut().flat_map(|line| &mut line.points)) {
            point.x += dx;
            point.y += dy;
        }
    }
}
