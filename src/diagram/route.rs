//! The lines of a picture, point by point, and the words beside boxes.
//!
//! It must not move boxes or labels.

use super::arrange::Heights;
use super::asides::{Aside, rows};
use super::items::{Lane, Plan, Way, label_height};
use super::layout::{Label, Layout, Line, Mark, Point, Rect};
use super::lists::{At, number};
use super::place::Places;
use super::scale::Scale;
use super::words::Block;
use super::{Diagram, EdgeKind, NodeKind};

/// Draws lines between what is placed.
pub(super) struct Router<'a> {
    pub(super) diagram: &'a Diagram,
    pub(super) plan: &'a Plan,
    pub(super) places: &'a Places,
    pub(super) heights: &'a Heights,
    pub(super) detours: &'a [(bool, bool)],
    pub(super) scale: &'a Scale,
}

impl Router<'_> {
    /// Adds every line, label and repeated end to a layout that has its boxes.
    pub(super) fn draw(&self, layout: &mut Layout) {
        for way in &self.plan.ways {
            for (end, items) in &way.ends {
                let points = self.way(way, *end, items, layout);
                let traced = self.diagram.is_traced(way.from, *end, Some(&way.text));
                layout.lines.push(Line { points, from: way.from, to: *end, kind: way.kind, traced });
            }
            self.label(way.trunk, &way.label, layout);
        }
        for (lane, detours) in self.plan.lanes.iter().zip(self.detours) {
            for &end in &lane.ends {
                let points = self.lane(lane, end, *detours, layout);
                let traced = self.diagram.is_traced(lane.from, end, None);
                layout.lines.push(Line { points, from: lane.from, to: end, kind: lane.kind, traced });
            }
            if let Some(&item) = lane.items.get(1) {
                self.label(item, &lane.label, layout);
            }
        }
        for node in 0..self.diagram.nodes.len() {
            self.asides(node, layout);
        }
    }

    fn layer(&self, item: usize) -> usize {
        self.plan.items.get(item).map_or(0, |item| item.layer)
    }

    fn way(&self, way: &Way, end: usize, items: &[usize], layout: &Layout) -> Vec<Point> {
        let mut points = Points::from(Point { x: self.places.items.at(way.from), y: layout.rect(way.from).bottom() });
        let mut above = way.from;
        for &item in [way.trunk].iter().chain(items).chain([&end]) {
            points.turn(self.heights.turn(self.layer(item), [above, item]), self.places.items.at(item));
            above = item;
        }
        points.end(Point { x: self.places.items.at(end), y: layout.rect(end).y })
    }

    fn lane(&self, lane: &Lane, end: usize, (leaves, enters): (bool, bool), layout: &Layout) -> Vec<Point> {
        let first = lane.items.first().copied().unwrap_or(lane.from);
        let last = lane.items.last().copied().unwrap_or(end);
        let mut points = if leaves {
            let begin = Point { x: self.places.items.at(lane.from), y: layout.rect(lane.from).bottom() };
            let mut points = Points::from(begin);
            points.turn(self.heights.turn(self.layer(first) + 1, [lane.from, first]), self.places.items.at(first));
            points
        } else {
            let begin = self.port(lane, lane.from, layout);
            let mut points = Points::from(begin);
            points.turn(begin.y, self.places.items.at(first));
            points
        };
        for (lower, upper) in lane.items.iter().zip(lane.items.iter().skip(1)) {
            points.turn(self.heights.turn(self.layer(*lower), [*upper, *lower]), self.places.items.at(*upper));
        }
        if enters {
            points.turn(self.heights.turn(self.layer(last), [last, end]), self.places.items.at(end));
            points.end(Point { x: self.places.items.at(end), y: layout.rect(end).y })
        } else {
            let port = self.port(lane, end, layout);
            points.turn(port.y, port.x);
            points.end(port)
        }
    }

    /// Where an upward arrow touches the left side of a box. Arrows that leave stand above those that enter, and nearer ones
    /// inside farther ones, so that none of them cross.
    fn port(&self, lane: &Lane, node: usize, layout: &Layout) -> Point {
        let at = |lane: &Lane, leaves: bool| {
            let item = if leaves { lane.items.first() } else { lane.items.last() };
            item.map_or(0.0, |item| self.places.items.at(*item))
        };
        let mut ports: Vec<(bool, f64, &[usize])> = Vec::new();
        for (other, (leaves, enters)) in self.plan.lanes.iter().zip(self.detours) {
            if other.from == node && !leaves {
                ports.push((false, -at(other, true), &other.items));
            }
            if other.ends.contains(&node) && !enters {
                ports.push((true, at(other, false), &other.items));
            }
        }
        ports.sort_by(|one, other| one.0.cmp(&other.0).then(one.1.total_cmp(&other.1)));
        let place = ports.iter().position(|port| port.2 == lane.items).unwrap_or(0);
        let rect = layout.rect(node);
        let y = row(rect, place, ports.len(), self.scale);
        Point { x: rect.middle().x - self.reach(node, y, rect), y }
    }

    /// How far a box reaches sideways at a height.
    fn reach(&self, node: usize, y: f64, rect: Rect) -> f64 {
        let gate = self.diagram.nodes.get(node).is_some_and(|node| node.kind == NodeKind::Gate);
        let point = if gate { self.scale.point } else { 0.0 };
        rect.width / 2.0 - point * (y - rect.middle().y).abs() / (rect.height / 2.0).max(1.0)
    }

    fn label(&self, item: usize, words: &Block, layout: &mut Layout) {
        let Some(placed) = self.plan.items.get(item).filter(|_| !words.lines.is_empty()) else { return };
        let (x, y) = (self.places.items.at(item), self.heights.middle(placed.layer));
        let rect = Rect { x: x - placed.left, y: y - placed.up, width: placed.left + placed.right, height: placed.up + placed.down };
        layout.labels.push(Label { rect, lines: words.lines.clone() });
    }

    fn asides(&self, node: usize, layout: &mut Layout) {
        let Some(shape) = self.plan.shapes.get(node) else { return };
        let (heights, _) = rows(&shape.asides, self.scale);
        for (place, aside) in shape.asides.iter().enumerate() {
            let rect = layout.rect(node);
            let y = (rect.middle().y + heights.at(place)).floor();
            let begin = Point { x: rect.middle().x + self.reach(node, y, rect), y };
            let words = self.beside(aside, rect.right() + self.scale.stem, y, layout);
            match &aside.end {
                None => {
                    let (points, traced) = (self.stay(node, y, rect), self.diagram.is_traced(node, node, None));
                    layout.lines.push(Line { points, from: node, to: node, kind: EdgeKind::Stay, traced });
                }
                Some((end, title)) => {
                    let x = words + self.scale.stem;
                    let width = title.width.ceil() + 2.0 * self.scale.pad;
                    let height = label_height(title, self.scale);
                    let mark = Rect { x, y: y - (height / 2.0).floor(), width, height };
                    layout.marks.push(Mark { rect: mark, from: node, to: *end, title: title.lines.concat() });
                    let traced = self.diagram.is_traced(node, *end, None);
                    layout.lines.push(Line { points: vec![begin, Point { x, y }], from: node, to: *end, kind: aside.kind, traced });
                }
            }
        }
    }

    /// Puts the words beside a box; says where they end.
    fn beside(&self, aside: &Aside, x: f64, y: f64, layout: &mut Layout) -> f64 {
        if aside.label.lines.is_empty() {
            return x;
        }
        let (width, height) = (aside.label.width.ceil() + 2.0 * self.scale.label_pad, label_height(&aside.label, self.scale));
        let rect = Rect { x, y: y - (height / 2.0).floor(), width, height };
        layout.labels.push(Label { rect, lines: aside.label.lines.clone() });
        rect.right()
    }

    /// A small loop at the right side of a box.
    fn stay(&self, node: usize, y: f64, rect: Rect) -> Vec<Point> {
        let (out, half) = (rect.right() + self.scale.stem * 0.75, (self.scale.port * 0.25).floor());
        let touch = |y: f64| Point { x: rect.middle().x + self.reach(node, y, rect), y };
        let (above, below) = (y - half, y + half);
        vec![touch(above), Point { x: out, y: above }, Point { x: out, y: below }, touch(below)]
    }
}

/// At which height one of several rows beside a box stands.
fn row(rect: Rect, place: usize, count: usize, scale: &Scale) -> f64 {
    let share = number(place) - (number(count) - 1.0) / 2.0;
    (rect.middle().y + share * scale.port).floor()
}

/// The points of a line of upright and level pieces.
struct Points(Vec<Point>);

impl Points {
    fn from(begin: Point) -> Self {
        Self(vec![begin])
    }

    /// Goes to a height, then sideways.
    fn turn(&mut self, y: f64, x: f64) {
        if let Some(last) = self.0.last().copied().filter(|last| last.x != x) {
            self.add(Point { x: last.x, y });
            self.add(Point { x, y });
        }
    }

    fn add(&mut self, point: Point) {
        if let [.., before, last] = self.0.as_slice() {
            let straight = (before.x == last.x && last.x == point.x) || (before.y == last.y && last.y == point.y);
            if straight {
                self.0.pop();
            }
        }
        if self.0.last() != Some(&point) {
            self.0.push(point);
        }
    }

    fn end(mut self, point: Point) -> Vec<Point> {
        self.add(point);
        self.0
    }
}
