//! Writes a diagram for a terminal: as a picture where it fits, else as a list of boxes with their arrows.
//!
//! It must not use colour, nor any character that moves the cursor.

use super::layout::layout_in;
use super::lists::number;
use super::paint::paint;
use super::rank::ranks;
use super::scale::{CELLS, FEW_CELLS};
use super::tidy::Tidy;
use super::words::{clean, columns, wrap};
use super::{Diagram, EdgeKind, NodeKind};

/// The narrowest list.
const NARROW: usize = 24;

/// Writes a diagram for a terminal with so many columns.
#[must_use]
pub fn text(diagram: &Diagram, width: usize) -> String {
    let title = clean(&diagram.title);
    let mut out = String::new();
    for line in set(&title, width.max(NARROW)) {
        out.push_str(&line);
        out.push('\n');
    }
    if !title.is_empty() && !diagram.nodes.is_empty() {
        out.push('\n');
    }
    let fitting = [CELLS, FEW_CELLS].iter().map(|scale| layout_in(diagram, scale)).find(|layout| layout.width < number(width));
    if let Some(layout) = fitting {
        out.push_str(&paint(diagram, &layout));
    } else {
        let tidy = Tidy::new(diagram);
        let list = List { diagram, ranks: ranks(diagram, &tidy), tidy, width: width.max(NARROW) };
        list.inside(None, "", &mut out);
    }
    out
}

/// A diagram as a list.
struct List<'a> {
    diagram: &'a Diagram,
    tidy: Tidy,
    ranks: Vec<usize>,
    width: usize,
}

impl List<'_> {
    /// Writes the boxes and frames directly in a frame, in the order of the process; `rim` begins every line.
    fn inside(&self, frame: Option<usize>, rim: &str, out: &mut String) {
        let nodes = (0..self.diagram.nodes.len()).filter(|node| self.tidy.home.get(*node) == Some(&frame));
        let groups = (0..self.diagram.groups.len()).filter(|group| self.tidy.parent.get(*group) == Some(&frame));
        let mut parts: Vec<(usize, usize, Option<usize>)> = nodes.map(|node| (self.rank(node), node, None)).collect();
        parts.extend(groups.filter_map(|group| {
            let first =
                (0..self.diagram.nodes.len()).filter(|node| self.tidy.within(*node, group)).map(|node| (self.rank(node), node)).min()?;
            Some((first.0, first.1, Some(group)))
        }));
        parts.sort_unstable();
        for (_, node, group) in parts {
            match group {
                None => self.node(node, rim, out),
                Some(group) => {
                    let title = self.diagram.groups.get(group).map(|group| clean(&group.title)).unwrap_or_default();
                    self.put(rim, "┌ ", "│ ", &title, out);
                    self.inside(Some(group), &format!("{rim}│ "), out);
                    self.put(rim, "└", "", "", out);
                }
            }
        }
    }

    fn rank(&self, node: usize) -> usize {
        self.ranks.get(node).copied().unwrap_or(0)
    }

    fn node(&self, node: usize, rim: &str, out: &mut String) {
        let Some(shown) = self.diagram.nodes.get(node) else { return };
        let sign = match shown.kind {
            NodeKind::Start => "● ",
            NodeKind::Stage => "○ ",
            NodeKind::Gate => "◆ ",
            NodeKind::End => "■ ",
        };
        let note = clean(&shown.note);
        let words = if note.is_empty() { shown.shown() } else { format!("{} ({note})", shown.shown()) };
        self.put(rim, sign, "  ", &words, out);
        let links = || self.tidy.links.iter().filter(move |link| link.from == node);
        let mut told: Vec<(&str, EdgeKind)> = Vec::new();
        for link in links() {
            if told.contains(&(link.label.as_str(), link.kind)) {
                continue;
            }
            told.push((link.label.as_str(), link.kind));
            let alike = links().filter(|other| other.label == link.label && other.kind == link.kind);
            let traced = self.diagram.is_traced(link.from, link.to, Some(&link.label));
            let arrow = match link.kind {
                _ if link.to == node => "↻",
                EdgeKind::Forward if traced => "⇒",
                EdgeKind::Back if traced => "⇑",
                EdgeKind::Forward => "→",
                EdgeKind::Back => "↑",
                EdgeKind::Stay => "↻",
            };
            let names = alike.filter(|other| other.to != node).filter_map(|other| self.diagram.nodes.get(other.to));
            let names: Vec<String> = names.map(super::DiagramNode::shown).collect();
            let words = [link.label.as_str(), arrow, &names.join(", ")].join(" ");
            self.put(rim, "    ", "      ", words.trim(), out);
        }
    }

    /// Writes words, broken into lines; the first line begins with one sign, the others with another.
    fn put(&self, rim: &str, first: &str, others: &str, words: &str, out: &mut String) {
        let room = self.width.saturating_sub(columns(rim) + columns(others).max(columns(first))).max(NARROW / 2);
        let mut lines = set(words, room);
        if lines.is_empty() {
            lines.push(String::new());
        }
        for (place, line) in lines.iter().enumerate() {
            let line = format!("{rim}{}{line}", if place == 0 { first } else { others });
            out.push_str(line.trim_end());
            out.push('\n');
        }
    }
}

/// Words broken into lines of at most so many columns.
fn set(words: &str, room: usize) -> Vec<String> {
    wrap(words, number(room), usize::MAX, |text| number(columns(text))).lines
}

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::*;

    #[test]
    fn draws_a_picture_where_it_fits() {
        insta::assert_snapshot!(text(&samples::small(), 60), @r#"
        Sell it

                        ╭──────●──────╮
            ╭┄┄┄┄┄┄┄┄┄┄►│ 核对申请表  │
            ┆           │     CW      │
            ┆           ╰─────────────╯
            ┆                  │
            ┆                  ▼
            ┆           ╱─────────────╲
            ┆           │  Decide to  │↻ hold
            ┆           │ "register"  │──kill──► ■ 落选
            ┆           ╲─────────────╱
            ┆                 go
            ┆         ╭────────┴────────╮
            ┆         │                 │
            ┆ ╭ 评审 ─┼─────────────────┼──────────╮
            ┆ │       ▼                 ▼          │
            ┆ │ ╭───────────╮  ╭─────────────────╮ │
            ┆ │ │ 样品评审  │  │ Legal <review>  │ │
            ┆ │ ╰───────────╯  ╰─────────────────╯ │
            ┆ ╰───────┼─────────────────┼──────────╯
         recycle      │                 │
            ┆         ╰────────┬────────╯
            ┆                  ▼
            ┆           ╱─────────────╲
            ╰┄┄┄┄┄┄┄┄┄┄┄│ Lab & sign  │
                        ╲─────────────╱
                               ├──────────╮
                              won       lost
                               ▼          ▼
                           ╔═══════╗  ╔═══════╗
                           ║ 入选  ║  ║ 落选  ║
                           ╚═══════╝  ╚═══════╝
        "#);
    }

    #[test]
    fn lists_boxes_where_a_picture_does_not_fit() {
        insta::assert_snapshot!(text(&samples::small(), 30), @r#"
        Sell it

        ● 核对申请表 (CW)
            → Decide to "register"
        ◆ Decide to "register"
            go → 样品评审,
              Legal <review>
            hold ↻
            kill → 落选
        ┌ 评审
        │ ○ 样品评审
        │     → Lab & sign
        │ ○ Legal <review>
        │     → Lab & sign
        └
        ◆ Lab & sign
            won → 入选
            lost → 落选
            recycle ↑ 核对申请表
        ■ 入选
        ■ 落选
        "#);
    }
}
