//! A diagram put in order: only edges and groups that can be drawn, each box in one frame, frames as a proper tree.
//!
//! It must not decide where anything stands.

use std::collections::BTreeSet;

use super::lists::{At, Rows};
use super::words::clean;
use super::{Diagram, EdgeKind};

/// What is left of a diagram when everything that cannot be drawn is gone.
#[derive(Debug, Default)]
pub(super) struct Tidy {
    /// How many boxes there are.
    pub(super) nodes: usize,
    /// The arrows, each drawn once.
    pub(super) links: Vec<Link>,
    /// The frame directly around each box.
    pub(super) home: Vec<Option<usize>>,
    /// The frame around each frame.
    pub(super) parent: Vec<Option<usize>>,
}

/// An arrow that can be drawn.
#[derive(Debug, Clone)]
pub(super) struct Link {
    /// Where it begins.
    pub(super) from: usize,
    /// Where it ends.
    pub(super) to: usize,
    /// What is written on it, cleaned.
    pub(super) label: String,
    /// Which way it leads.
    pub(super) kind: EdgeKind,
}

impl Tidy {
    /// Puts a diagram in order.
    pub(super) fn new(diagram: &Diagram) -> Self {
        let parent = parents(diagram);
        let mut tidy = Self { nodes: diagram.nodes.len(), links: links(diagram), home: vec![None; diagram.nodes.len()], parent };
        for (place, group) in diagram.groups.iter().enumerate() {
            for &node in group.nodes.iter().filter(|node| **node < diagram.nodes.len()) {
                let deeper = tidy.home.at(node).is_none_or(|home| tidy.depth(home) < tidy.depth(place));
                if deeper {
                    tidy.home.put(node, Some(place));
                }
            }
        }
        tidy
    }

    /// How many frames there are around what stands in this frame.
    pub(super) fn depth(&self, group: usize) -> usize {
        self.path(Some(group)).len()
    }

    /// The frames around a thing, the outermost first.
    pub(super) fn path(&self, home: Option<usize>) -> Vec<usize> {
        let mut path = Vec::new();
        let mut next = home;
        while let Some(group) = next {
            path.push(group);
            next = self.parent.at(group);
        }
        path.reverse();
        path
    }

    /// The innermost frame that holds both.
    pub(super) fn common(&self, one: Option<usize>, other: Option<usize>) -> Option<usize> {
        let others = self.path(other);
        self.path(one).into_iter().zip(others).take_while(|(a, b)| a == b).map(|(a, _)| a).last()
    }

    /// Whether a box stands in a frame or in a frame within it.
    pub(super) fn within(&self, node: usize, group: usize) -> bool {
        self.path(self.home.at(node)).contains(&group)
    }

    /// Whether any box stands in a frame or in a frame within it.
    pub(super) fn holds(&self, group: usize) -> bool {
        (0..self.nodes).any(|node| self.within(node, group))
    }

    /// For each frame, the frames directly in it.
    pub(super) fn children(&self) -> Vec<Vec<usize>> {
        let mut children = vec![Vec::new(); self.parent.len()];
        for (group, parent) in self.parent.iter().enumerate() {
            if let Some(parent) = *parent {
                children.add(parent, group);
            }
        }
        children
    }
}

/// How deep frames may stand in frames.
const DEEPEST: usize = 24;

/// The frame around each frame; one that would be inside itself, or too deep, stands free.
fn parents(diagram: &Diagram) -> Vec<Option<usize>> {
    let mut parents: Vec<Option<usize>> = vec![None; diagram.groups.len()];
    for (place, group) in diagram.groups.iter().enumerate() {
        let Some(wanted) = group.parent.filter(|parent| *parent < diagram.groups.len()) else { continue };
        let mut above = std::iter::successors(Some(wanted), |group| parents.at(*group));
        if above.all(|group| group != place) {
            parents.put(place, Some(wanted));
        }
    }
    let depth = |group: usize| std::iter::successors(Some(group), |group| parents.at(*group)).count();
    let too_deep: Vec<usize> = (0..parents.len()).filter(|group| depth(*group) % DEEPEST == 0).collect();
    for group in too_deep {
        parents.put(group, None);
    }
    parents
}

fn links(diagram: &Diagram) -> Vec<Link> {
    let mut seen = BTreeSet::new();
    let mut links = Vec::new();
    for edge in &diagram.edges {
        let label = clean(&edge.label);
        let known = edge.from < diagram.nodes.len() && edge.to < diagram.nodes.len();
        if known && seen.insert((edge.from, edge.to, label.clone(), edge.kind as u8)) {
            links.push(Link { from: edge.from, to: edge.to, label, kind: edge.kind });
        }
    }
    links
}

#[cfg(test)]
mod tests {
    use super::super::{DiagramNode, Edge, Group, NodeKind};
    use super::*;

    fn group(nodes: &[usize], parent: Option<usize>) -> Group {
        Group { title: String::new(), nodes: nodes.to_vec(), parent }
    }

    #[test]
    fn keeps_only_what_can_be_drawn() {
        let node = DiagramNode { id: "a".into(), title: "A".into(), note: String::new(), kind: NodeKind::Stage };
        let edge = |from, to| Edge { from, to, label: " go\n".into(), kind: EdgeKind::Forward };
        let diagram = Diagram {
            title: String::new(),
            nodes: vec![node.clone(), node],
            edges: vec![edge(0, 1), edge(0, 1), edge(0, 7)],
            groups: vec![group(&[0, 9], Some(1)), group(&[0, 1], Some(0)), group(&[], Some(1)), group(&[], Some(77))],
            trace: crate::diagram::Trace::default(),
        };
        let tidy = Tidy::new(&diagram);
        assert_eq!(tidy.links.len(), 1);
        assert_eq!(tidy.links[0].label, "go");
        assert_eq!(tidy.parent, [Some(1), None, Some(1), None], "a frame inside itself stands free");
        assert_eq!(tidy.home, [Some(0), Some(1)], "a box belongs to the innermost frame");
        assert_eq!(tidy.common(Some(0), Some(2)), Some(1));
        assert_eq!(tidy.common(Some(0), None), None);
    }

    #[test]
    fn frames_do_not_stand_too_deep() {
        let groups: Vec<Group> = (0..100).map(|place| group(&[], Some(place + 1))).collect();
        let tidy = Tidy::new(&Diagram { groups, ..Diagram::default() });
        let depths: Vec<usize> = (0..100).map(|group| tidy.depth(group)).collect();
        assert_eq!(depths.iter().max(), Some(&DEEPEST), "{depths:?}");
    }
}
