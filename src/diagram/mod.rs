//! Pictures of a process: a small model of boxes and arrows, and its drawings as SVG, terminal text, Mermaid and Graphviz.
//!
//! It must not know workflows; whoever holds one describes it as a [`Diagram`].

mod arrange;
mod asides;
mod buses;
mod dot;
mod frames;
mod items;
mod layout;
mod lists;
mod loops;
mod mermaid;
mod order;
mod paint;
mod place;
mod rank;
mod route;
mod scale;
mod settle;
mod shift;
mod steps;
mod svg;
mod svg_style;
mod text;
mod tidy;
mod titles;
mod words;

#[cfg(test)]
mod samples;
#[cfg(test)]
mod tests;

pub use dot::dot;
pub use layout::{Frame, Label, Layout, Line, Mark, NodeBox, Point, Rect, layout};
pub use mermaid::mermaid;
pub use svg::svg;
pub use text::text;

/// A process as boxes, arrows and frames.
///
/// Nothing in it has to be right: an edge or group that points to a missing node is left out of every drawing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Diagram {
    /// What the picture shows; also its name for screen readers.
    pub title: String,
    /// The boxes, in the order in which a reader would tell of them.
    pub nodes: Vec<DiagramNode>,
    /// The arrows; the first one out of a node is drawn straight on.
    pub edges: Vec<Edge>,
    /// The frames around boxes.
    pub groups: Vec<Group>,
    /// What is to stand out.
    pub trace: Trace,
}

/// A way through a picture that is to stand out, such as one on which something goes wrong.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Trace {
    /// The arrows of the way, by their places in [`Diagram::edges`].
    pub edges: Vec<usize>,
    /// Where it ends, by places in [`Diagram::nodes`].
    pub nodes: Vec<usize>,
}

impl Diagram {
    /// Whether an arrow between two boxes is to stand out: the one with a label, or any.
    fn is_traced(&self, from: usize, to: usize, label: Option<&str>) -> bool {
        let edges = self.trace.edges.iter().filter_map(|edge| self.edges.get(*edge));
        edges.filter(|edge| edge.from == from && edge.to == to).any(|edge| label.is_none_or(|label| words::clean(&edge.label) == label))
    }
}

/// A box.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DiagramNode {
    /// How programs call it; written into the drawings, never shown where there is a title.
    pub id: String,
    /// How people call it.
    pub title: String,
    /// A few more words, such as the lead role and the term; may be empty.
    pub note: String,
    /// What it is, and so its shape.
    pub kind: NodeKind,
}

impl DiagramNode {
    /// What people read on the box: the title, or else the id.
    fn shown(&self) -> String {
        let title = words::clean(&self.title);
        if title.is_empty() { words::clean(&self.id) } else { title }
    }
}

/// What a box stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NodeKind {
    /// A stage where a case begins.
    Start,
    /// A stage on the way.
    Stage,
    /// A decision.
    Gate,
    /// Where a case ends.
    End,
}

/// An arrow from one box to another or back to the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edge {
    /// The place of the box where it begins, in [`Diagram::nodes`].
    pub from: usize,
    /// The place of the box where it ends, in [`Diagram::nodes`].
    pub to: usize,
    /// What is written on it, such as the outcome; edges of one box with the same label are one fork.
    pub label: String,
    /// Which way it leads.
    pub kind: EdgeKind,
}

/// Which way an arrow leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EdgeKind {
    /// Onward.
    Forward,
    /// Back to earlier work.
    Back,
    /// Nowhere: the case stays where it is.
    Stay,
}

/// A frame around boxes and other frames.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// What stands on the frame.
    pub title: String,
    /// The boxes directly in it, by their places in [`Diagram::nodes`].
    pub nodes: Vec<usize>,
    /// The frame around this one, by its place in [`Diagram::groups`].
    pub parent: Option<usize>,
}
