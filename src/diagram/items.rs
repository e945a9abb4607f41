//! What stands in the layers of a picture: boxes in the even ones, labels in the odd ones, and arrows passing through both.
//!
//! It must not decide in which order things stand in a layer, nor where.

use super::asides::{Aside, rows};
use super::lists::{At, Rows, number};
use super::loops::{Loop, loops};
use super::scale::Scale;
use super::tidy::{Link, Tidy};
use super::words::{Block, clean, wrap};
use super::{Diagram, EdgeKind, NodeKind};

/// Everything to be placed.
#[derive(Debug, Default)]
pub(super) struct Plan {
    /// Boxes first, at the places that they have in the diagram; then what arrows and frames need.
    pub(super) items: Vec<Item>,
    /// What each box looks like.
    pub(super) shapes: Vec<Shape>,
    /// The arrows that lead down.
    pub(super) ways: Vec<Way>,
    /// The arrows that lead up.
    pub(super) lanes: Vec<Lane>,
    /// Which item hangs from which in the layer above.
    pub(super) joints: Vec<(usize, usize)>,
    /// How many layers there are.
    pub(super) layers: usize,
    /// The first and last layer of each frame that holds a box.
    pub(super) ranges: Vec<Option<(usize, usize)>>,
}

/// A thing in a layer; sizes are measured from its middle.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Item {
    pub(super) layer: usize,
    pub(super) group: Option<usize>,
    pub(super) left: f64,
    pub(super) right: f64,
    pub(super) up: f64,
    pub(super) down: f64,
    pub(super) sort: Sort,
}

/// What an item is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Sort {
    /// A box of the diagram.
    Box,
    /// A piece of an arrow that leads down.
    Way,
    /// A piece of an arrow that leads up.
    Lane,
    /// Nothing, but a frame passes here.
    #[default]
    Hold,
}

/// What a box looks like.
#[derive(Debug, Clone, Default)]
pub(super) struct Shape {
    pub(super) title: Block,
    pub(super) note: Block,
    /// Half of the width of the box.
    pub(super) half: f64,
    pub(super) height: f64,
    /// The box has a dot with an arrow above.
    pub(super) dot: bool,
    /// What is written at its right side.
    pub(super) asides: Vec<Aside>,
}

/// An arrow that leads down from a box, past its label, to one box or several.
#[derive(Debug, Clone)]
pub(super) struct Way {
    pub(super) from: usize,
    pub(super) label: Block,
    pub(super) text: String,
    pub(super) kind: EdgeKind,
    /// The item right below the box; it carries the label.
    pub(super) trunk: usize,
    /// Each box it leads to, with the items on the way from the trunk.
    pub(super) ends: Vec<(usize, Vec<usize>)>,
}

/// An arrow that leads up, past everything between.
#[derive(Debug, Clone)]
pub(super) struct Lane {
    pub(super) from: usize,
    /// The boxes where it ends, all of one rank.
    pub(super) ends: Vec<usize>,
    pub(super) label: Block,
    pub(super) kind: EdgeKind,
    pub(super) group: Option<usize>,
    /// From the layer of the box where it begins up to the layer of the box where it ends.
    pub(super) items: Vec<usize>,
}

impl Plan {
    /// Lists everything to be placed.
    pub(super) fn new(diagram: &Diagram, tidy: &Tidy, ranks: &[usize], scale: &Scale) -> Self {
        let mut plan = Self { shapes: diagram.nodes.iter().map(|node| shape(node, scale)).collect(), ..Self::default() };
        // The nearest of the boxes that lead to an end has an arrow to it.
        let last = |end: usize| {
            let above = tidy.links.iter().filter(|link| link.to == end && link.from != end).map(|link| ranks.at(link.from));
            above.filter(|rank| *rank < ranks.at(end)).max().unwrap_or(0)
        };
        let mut lanes = Vec::new();
        let mut ways = Vec::new();
        for link in &tidy.links {
            let (from, to) = (ranks.at(link.from), ranks.at(link.to));
            let ends = diagram.nodes.get(link.to).is_some_and(|node| node.kind == NodeKind::End);
            if link.from == link.to {
                plan.aside(link, None, scale);
            } else if ends && link.kind == EdgeKind::Forward && (from >= to || (to - from > 1 && from < last(link.to))) {
                plan.aside(link, Some(link.to), scale);
            } else if from > to {
                lanes.push(link);
            } else {
                ways.push(link);
            }
        }
        plan.layers = ranks.iter().map(|rank| 2 * rank + 1).max().unwrap_or(0);
        let loops = loops(&lanes, ranks);
        plan.boxes(diagram, tidy, ranks, &ways, &loops, scale);
        for link in ways {
            plan.way(link, tidy, ranks, scale);
        }
        plan.label_ways(tidy, scale);
        for arrow in &loops {
            plan.lane(arrow, tidy, ranks, scale);
        }
        plan.hold_frames(tidy);
        plan
    }

    fn aside(&mut self, link: &Link, end: Option<usize>, scale: &Scale) {
        let title = end.and_then(|end| self.shapes.get(end)).map(|shape| shape.title.lines.join(" "));
        let Some(shape) = self.shapes.get_mut(link.from) else { return };
        let same = shape.asides.iter_mut().find(|aside| aside.end.as_ref().map(|(end, _)| *end) == end);
        match same {
            Some(aside) => {
                aside.text = format!("{} / {}", aside.text, link.label);
                aside.label = scale.label.set(&aside.text);
            }
            None => shape.asides.push(Aside {
                label: scale.label.set(&link.label),
                text: link.label.clone(),
                end: end.map(|end| (end, wrap(&title.unwrap_or_default(), 1.5 * scale.label.limit, 1, scale.label.measure))),
                kind: link.kind,
            }),
        }
    }

    fn boxes(&mut self, diagram: &Diagram, tidy: &Tidy, ranks: &[usize], ways: &[&Link], loops: &[Loop], scale: &Scale) {
        for (place, (node, shape)) in diagram.nodes.iter().zip(&mut self.shapes).enumerate() {
            shape.dot = node.kind == NodeKind::Start && !ways.iter().any(|link| link.to == place);
            // What forks enters its boxes from above.
            let ports = loops.iter().filter(|arrow| arrow.from == place || arrow.ends == [place]).count();
            let (rows, aside) = rows(&shape.asides, scale);
            let far = rows.iter().fold(0.0, |far: f64, row| far.max(row.abs()));
            let ports = number(ports.saturating_sub(1)) * scale.port;
            shape.height = shape.height.max(ports + 2.0 * scale.rim).max(2.0 * (far + scale.rim));
            let beside = shape.asides.iter().map(|aside| aside.width(scale)).fold(0.0, f64::max);
            let dot = if shape.dot { scale.dot } else { 0.0 };
            self.items.push(Item {
                layer: 2 * ranks.at(place),
                group: tidy.home.at(place),
                left: shape.half,
                right: shape.half + beside,
                up: ((shape.height / 2.0).floor() + dot).max((aside / 2.0).ceil()),
                down: (shape.height.max(aside) / 2.0).ceil(),
                sort: Sort::Box,
            });
        }
    }

    fn way(&mut self, link: &Link, tidy: &Tidy, ranks: &[usize], scale: &Scale) {
        let group = tidy.common(tidy.home.at(link.from), tidy.home.at(link.to));
        let fork = |way: &Way| way.from == link.from && way.text == link.label && way.kind == link.kind;
        let found = self.ways.iter().position(fork);
        let way = found.unwrap_or(self.ways.len());
        if found.is_none() {
            let trunk = self.item(2 * ranks.at(link.from) + 1, group, Sort::Way);
            self.joints.push((link.from, trunk));
            let (text, label) = (link.label.clone(), scale.label.set(&link.label));
            self.ways.push(Way { from: link.from, label, text, kind: link.kind, trunk, ends: Vec::new() });
        }
        let mut above = self.ways.get(way).map_or(0, |way| way.trunk);
        let mut items = Vec::new();
        for layer in 2 * ranks.at(link.from) + 2..2 * ranks.at(link.to) {
            let item = self.item(layer, group, Sort::Way);
            self.joints.push((above, item));
            items.push(item);
            above = item;
        }
        self.joints.push((above, link.to));
        if let Some(way) = self.ways.get_mut(way) {
            way.ends.push((link.to, items));
        }
    }

    /// Gives each trunk the size of its label and the frame that holds all the boxes it leads to.
    fn label_ways(&mut self, tidy: &Tidy, scale: &Scale) {
        for way in &self.ways {
            let mut group = tidy.home.at(way.from);
            for (end, _) in &way.ends {
                group = tidy.common(group, tidy.home.at(*end));
            }
            if let Some(item) = self.items.get_mut(way.trunk) {
                item.group = group;
                item.carry(&way.label, scale);
            }
        }
    }

    fn lane(&mut self, arrow: &Loop, tidy: &Tidy, ranks: &[usize], scale: &Scale) {
        let Some(&end) = arrow.ends.first() else { return };
        let group = arrow.ends.iter().fold(tidy.home.at(arrow.from), |group, end| tidy.common(group, tidy.home.at(*end)));
        let label = scale.label.set(&arrow.texts.join(" / "));
        let layers = (2 * ranks.at(end)..=2 * ranks.at(arrow.from)).rev();
        let items: Vec<usize> = layers.map(|layer| self.item(layer, group, Sort::Lane)).collect();
        if let Some(item) = items.get(1).and_then(|at| self.items.get_mut(*at)) {
            item.carry(&label, scale);
        }
        self.lanes.push(Lane { from: arrow.from, ends: arrow.ends.clone(), label, kind: arrow.kind, group, items });
    }

    fn item(&mut self, layer: usize, group: Option<usize>, sort: Sort) -> usize {
        self.items.push(Item { layer, group, sort, ..Item::default() });
        self.items.len() - 1
    }

    /// Finds the layers of each frame, and keeps a place for it in those where it has nothing.
    fn hold_frames(&mut self, tidy: &Tidy) {
        self.ranges = vec![None; tidy.parent.len()];
        let mut held = vec![Vec::new(); tidy.parent.len()];
        // Upward arrows come last and stand beside what is there, so there has to be something.
        for item in self.items.iter().filter(|item| item.sort != Sort::Lane) {
            for group in tidy.path(item.group) {
                held.add(group, item.layer);
                if item.sort == Sort::Box {
                    let (first, last) = self.ranges.at(group).unwrap_or((item.layer, item.layer));
                    self.ranges.put(group, Some((first.min(item.layer), last.max(item.layer))));
                }
            }
        }
        let mut deepest: Vec<usize> = (0..tidy.parent.len()).collect();
        deepest.sort_by_key(|group| std::cmp::Reverse(tidy.depth(*group)));
        for group in deepest {
            let Some((first, last)) = self.ranges.at(group) else { continue };
            let empty: Vec<usize> = (first..=last).filter(|layer| !held.row(group).contains(layer)).collect();
            for layer in empty {
                self.item(layer, Some(group), Sort::Hold);
                for around in tidy.path(tidy.parent.at(group)) {
                    held.add(around, layer);
                }
            }
        }
    }
}

impl Item {
    /// Takes the size of a label.
    fn carry(&mut self, label: &Block, scale: &Scale) {
        if !label.lines.is_empty() {
            let half = (label.width / 2.0).ceil() + scale.label_pad;
            let height = label_height(label, scale);
            (self.left, self.right) = (half, half);
            (self.up, self.down) = ((height / 2.0).floor(), (height / 2.0).ceil());
        }
    }
}

/// The height of a label on an arrow.
pub(super) fn label_height(label: &Block, scale: &Scale) -> f64 {
    scale.label_height - scale.label.line + scale.label.height(label)
}

fn shape(node: &super::DiagramNode, scale: &Scale) -> Shape {
    let title = clean(&node.title);
    let title = if title.is_empty() && node.kind != NodeKind::Start { clean(&node.id) } else { title };
    let (title, note) = (scale.title.set(&title), scale.note.set_parts(&clean(&node.note)));
    if title.lines.is_empty() && note.lines.is_empty() && node.kind == NodeKind::Start {
        let half = (scale.low / 4.0).ceil();
        return Shape { half, height: 2.0 * half, ..Shape::default() };
    }
    let point = if node.kind == NodeKind::Gate { scale.point } else { 0.0 };
    let width = (title.width.max(note.width) + 2.0 * scale.pad).max(scale.narrow);
    let height = (scale.title.height(&title) + scale.note.height(&note) + 2.0 * scale.rise).max(scale.low);
    Shape { half: (width / 2.0 + point).ceil(), height: height.ceil(), title, note, ..Shape::default() }
}
