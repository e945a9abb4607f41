//! Ranks: how many steps a box stands below the beginning, so that arrows lead down and loops lead up.
//!
//! It must not know widths, frames or labels.

use super::lists::{At, Rows};
use super::steps::{in_turn, reach, steps};
use super::tidy::{Link, Tidy};
use super::{Diagram, EdgeKind, NodeKind};

/// The rank of each box; two boxes that an edge joins never share one, but for arrows to an end from outside of its frame.
pub(super) fn ranks(diagram: &Diagram, tidy: &Tidy) -> Vec<usize> {
    let pairs = downward(diagram, tidy);
    let down = steps(tidy.nodes, pairs.iter().copied());
    let up = steps(tidy.nodes, pairs.iter().map(|(from, to)| (*to, *from)));
    let sorted = in_turn(&down);
    let mut ranks = vec![0; tidy.nodes];
    for &node in &sorted {
        let rank = up.row(node).iter().map(|above| ranks.at(*above) + 1).max().unwrap_or(0);
        ranks.put(node, rank);
    }
    // A box that more leaves than enters moves down to its followers; so a side entry stands where it is used. It does not stretch
    // its frame.
    for &node in sorted.iter().rev() {
        let starts = diagram.nodes.get(node).is_some_and(|node| node.kind == NodeKind::Start);
        if let Some(next) = down.row(node).iter().map(|below| ranks.at(*below)).min()
            && down.row(node).len() > up.row(node).len()
            && !starts
        {
            let frame = tidy.home.at(node);
            let inside = |frame| (0..tidy.nodes).filter(move |other| *other != node && tidy.within(*other, frame));
            let lowest = frame.and_then(|frame| inside(frame).map(|other| ranks.at(other)).max());
            ranks.change(node, |rank| lowest.map_or(next - 1, |lowest| lowest.min(next - 1)).max(rank));
        }
    }
    for ends in only_ends(diagram, tidy) {
        let lowest = ends.iter().map(|end| ranks.at(*end)).max().unwrap_or(0);
        if ends.iter().all(|end| down.row(*end).is_empty()) {
            ends.into_iter().for_each(|end| ranks.put(end, lowest));
        }
    }
    ranks
}

/// The boxes of each frame that holds nothing but ends; they stand side by side.
fn only_ends(diagram: &Diagram, tidy: &Tidy) -> Vec<Vec<usize>> {
    let inside = |group: usize| (0..tidy.nodes).filter(move |node| tidy.within(*node, group)).collect::<Vec<usize>>();
    let ends = |nodes: &Vec<usize>| nodes.iter().all(|node| is_end(diagram, *node));
    (0..tidy.parent.len()).map(inside).filter(ends).collect()
}

fn is_end(diagram: &Diagram, node: usize) -> bool {
    diagram.nodes.get(node).is_some_and(|node| node.kind == NodeKind::End)
}

/// Whether an arrow leads to an end from a frame that the end does not stand in, while others come from where it stands: it must
/// not draw the end away from those.
fn comes_from_outside(diagram: &Diagram, tidy: &Tidy, link: &Link) -> bool {
    let near = |from: usize| match tidy.home.at(link.to) {
        Some(frame) => tidy.within(from, frame),
        None => tidy.home.at(from).is_none(),
    };
    let inner = |other: &Link| other.to == link.to && other.from != link.to && other.kind == EdgeKind::Forward && near(other.from);
    is_end(diagram, link.to) && !near(link.from) && tidy.links.iter().any(inner)
}

/// The pairs of boxes that edges join, each turned so that none of them closes a circle.
fn downward(diagram: &Diagram, tidy: &Tidy) -> Vec<(usize, usize)> {
    let onward = |link: &&Link| link.kind == EdgeKind::Forward && link.from != link.to && !comes_from_outside(diagram, tidy, link);
    let forward: Vec<_> = tidy.links.iter().filter(onward).map(|link| (link.from, link.to)).collect();
    let mut pairs = without_circles(diagram, tidy.nodes, &forward);
    for link in tidy.links.iter().filter(|link| link.kind != EdgeKind::Forward && link.from != link.to) {
        let below = reach(&steps(tidy.nodes, pairs.iter().copied()), &[link.from]);
        let pair = if below.at(link.to) { (link.from, link.to) } else { (link.to, link.from) };
        if !pairs.contains(&pair) {
            pairs.push(pair);
        }
    }
    pairs
}

/// Walks from the beginnings and turns every edge that leads back onto the way walked.
fn without_circles(diagram: &Diagram, nodes: usize, pairs: &[(usize, usize)]) -> Vec<(usize, usize)> {
    let next = steps(nodes, pairs.iter().copied());
    let entered = steps(nodes, pairs.iter().map(|(from, to)| (*to, *from)));
    let starts = |node: usize| diagram.nodes.get(node).is_some_and(|node| node.kind == NodeKind::Start);
    let mut begin: Vec<usize> = (0..nodes).collect();
    begin.sort_by_key(|&node| (!starts(node), !entered.row(node).is_empty()));

    let mut out = Vec::with_capacity(pairs.len());
    let mut seen = vec![false; nodes];
    let mut open = vec![false; nodes];
    for first in begin {
        // Each entry is a box on the way walked and how many of its edges have been followed.
        let mut way = if seen.at(first) { Vec::new() } else { vec![(first, 0)] };
        while let Some((node, followed)) = way.pop() {
            seen.put(node, true);
            let Some(&to) = next.row(node).get(followed) else {
                open.put(node, false);
                continue;
            };
            open.put(node, true);
            way.push((node, followed + 1));
            let pair = if open.at(to) { (to, node) } else { (node, to) };
            if !out.contains(&pair) {
                out.push(pair);
            }
            if !seen.at(to) {
                way.push((to, 0));
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::*;

    fn ranked(edges: &[(usize, usize, EdgeKind)], nodes: usize) -> Vec<usize> {
        let diagram = samples::plain(nodes, edges);
        ranks(&diagram, &Tidy::new(&diagram))
    }

    #[test]
    fn loops_do_not_lift_what_comes_after() {
        use EdgeKind::{Back, Forward};
        assert_eq!(ranked(&[(0, 1, Forward), (1, 2, Forward), (2, 0, Back)], 3), [0, 1, 2]);
        assert_eq!(ranked(&[(0, 1, Forward), (1, 2, Forward), (2, 0, Forward)], 3), [0, 1, 2]);
        assert_eq!(ranked(&[(0, 2, Forward), (1, 2, Forward), (2, 3, Forward)], 4), [0, 0, 1, 2]);
    }

    /// The ranks of boxes of which some are ends, in frames side by side.
    fn framed(edges: &[(usize, usize)], nodes: usize, ends: &[usize], frames: &[&[usize]]) -> Vec<usize> {
        let edges: Vec<_> = edges.iter().map(|(from, to)| (*from, *to, EdgeKind::Forward)).collect();
        let mut diagram = samples::plain(nodes, &edges);
        for end in ends {
            diagram.nodes[*end].kind = NodeKind::End;
        }
        let frame = |nodes: &&[usize]| super::super::Group { title: String::new(), nodes: nodes.to_vec(), parent: None };
        diagram.groups = frames.iter().map(frame).collect();
        ranks(&diagram, &Tidy::new(&diagram))
    }

    #[test]
    fn ends_in_a_frame_of_their_own_stand_side_by_side() {
        let edges = [(0, 1), (0, 3), (1, 2), (2, 4)];
        assert_eq!(framed(&edges, 5, &[3, 4], &[]), [0, 1, 2, 1, 3]);
        assert_eq!(framed(&edges, 5, &[3, 4], &[&[3, 4]]), [0, 1, 2, 3, 3]);
    }

    #[test]
    fn an_end_stays_with_what_leads_to_it_in_its_frame() {
        let edges = [(0, 1), (0, 3), (1, 2), (2, 3)];
        assert_eq!(framed(&edges, 4, &[3], &[]), [0, 1, 2, 3]);
        assert_eq!(framed(&edges, 4, &[3], &[&[0, 3], &[1, 2]]), [0, 1, 2, 1], "in a frame with where it begins");
        assert_eq!(framed(&edges, 4, &[3], &[&[1, 2]]), [0, 1, 2, 1], "outside of all frames, as where it begins");
    }

    #[test]
    fn no_box_moves_down_out_of_its_frame() {
        let edges = [(0, 1), (0, 2), (1, 3), (3, 4), (4, 5), (2, 5), (2, 6)];
        assert_eq!(framed(&edges, 7, &[], &[])[2], 1, "6 stands right below");
        let edges = [(0, 1), (0, 2), (1, 3), (3, 4), (4, 5), (2, 5), (2, 6), (4, 6)];
        assert_eq!(framed(&edges, 7, &[], &[])[2], 3);
        assert_eq!(framed(&edges, 7, &[], &[&[0, 1, 2]])[2], 1);
    }

    #[test]
    fn a_side_entry_stands_above_where_it_is_used() {
        use EdgeKind::Forward;
        assert_eq!(ranked(&[(0, 1, Forward), (1, 2, Forward), (3, 2, Forward)], 4), [0, 1, 2, 1]);
    }
}
