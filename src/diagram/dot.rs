//! Writes a diagram in the language of Graphviz.
//!
//! It must not place anything; Graphviz does.

use std::fmt::Write as _;

use super::tidy::Tidy;
use super::words::clean;
use super::{Diagram, DiagramNode, EdgeKind, NodeKind};

/// Writes a diagram in the language of Graphviz.
#[must_use]
pub fn dot(diagram: &Diagram) -> String {
    let tidy = Tidy::new(diagram);
    let mut out = String::new();
    line(&mut out, 0, format_args!("digraph process {{"));
    line(&mut out, 1, format_args!("graph [label={}, labelloc=t, fontname=\"sans-serif\"];", quote(&clean(&diagram.title))));
    line(&mut out, 1, format_args!("node [fontname=\"sans-serif\"];"));
    line(&mut out, 1, format_args!("edge [fontname=\"sans-serif\"];"));
    inside(diagram, &tidy, None, 1, &mut out);
    for link in &tidy.links {
        let label = if link.label.is_empty() { Vec::new() } else { vec![format!("label={}", quote(&link.label))] };
        let look: &[&str] = if link.kind == EdgeKind::Back { &["style=dashed", "constraint=false"] } else { &[] };
        let traced = diagram.is_traced(link.from, link.to, Some(&link.label));
        let traced: &[&str] = if traced { &["color=\"#d3302f\"", "penwidth=3"] } else { &[] };
        let look = look.iter().chain(traced);
        let attributes: Vec<String> = label.into_iter().chain(look.map(|look| (*look).to_owned())).collect();
        let attributes = if attributes.is_empty() { String::new() } else { format!(" [{}]", attributes.join(", ")) };
        line(&mut out, 1, format_args!("n{} -> n{}{attributes};", link.from, link.to));
    }
    line(&mut out, 0, format_args!("}}"));
    out
}

/// Writes the boxes and frames directly in a frame.
fn inside(diagram: &Diagram, tidy: &Tidy, frame: Option<usize>, depth: usize, out: &mut String) {
    for (place, node) in diagram.nodes.iter().enumerate().filter(|(place, _)| tidy.home.get(*place) == Some(&frame)) {
        let traced = if diagram.trace.nodes.contains(&place) { ", color=\"#d3302f\", penwidth=3" } else { "" };
        line(out, depth, format_args!("n{place} [label={}, {}{traced}];", words(node), look(node.kind)));
    }
    for (place, group) in diagram.groups.iter().enumerate() {
        if tidy.parent.get(place) == Some(&frame) && tidy.holds(place) {
            line(out, depth, format_args!("subgraph cluster_{place} {{"));
            line(out, depth + 1, format_args!("label={};", quote(&clean(&group.title))));
            inside(diagram, tidy, Some(place), depth + 1, out);
            line(out, depth, format_args!("}}"));
        }
    }
}

fn words(node: &DiagramNode) -> String {
    let (title, note) = (escape(&node.shown()), escape(&clean(&node.note)));
    if note.is_empty() { format!("\"{title}\"") } else { format!("\"{title}\\n{note}\"") }
}

fn look(kind: NodeKind) -> &'static str {
    match kind {
        NodeKind::Start => "shape=box, style=\"rounded,bold\"",
        NodeKind::Stage => "shape=box, style=rounded",
        NodeKind::Gate => "shape=hexagon",
        NodeKind::End => "shape=box, style=rounded, peripheries=2",
    }
}

fn quote(text: &str) -> String {
    format!("\"{}\"", escape(text))
}

fn escape(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"")
}

/// Writing to a string cannot fail.
fn line(out: &mut String, depth: usize, words: std::fmt::Arguments<'_>) {
    let _written = writeln!(out, "{:1$}{words}", "", depth * 2);
}

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::*;

    #[test]
    fn writes_every_shape_and_arrow() {
        insta::assert_snapshot!(dot(&samples::small()), @r#"
        digraph process {
          graph [label="Sell it", labelloc=t, fontname="sans-serif"];
          node [fontname="sans-serif"];
          edge [fontname="sans-serif"];
          n0 [label="核对申请表\nCW", shape=box, style="rounded,bold"];
          n1 [label="Decide to \"register\"", shape=hexagon];
          n4 [label="Lab & sign", shape=hexagon];
          n5 [label="入选", shape=box, style=rounded, peripheries=2];
          n6 [label="落选", shape=box, style=rounded, peripheries=2];
          subgraph cluster_0 {
            label="评审";
            n2 [label="样品评审", shape=box, style=rounded];
            n3 [label="Legal <review>", shape=box, style=rounded];
          }
          n0 -> n1;
          n1 -> n2 [label="go"];
          n1 -> n3 [label="go"];
          n1 -> n1 [label="hold"];
          n1 -> n6 [label="kill"];
          n2 -> n4;
          n3 -> n4;
          n4 -> n5 [label="won"];
          n4 -> n6 [label="lost"];
          n4 -> n0 [label="recycle", style=dashed, constraint=false];
        }
        "#);
    }

    #[test]
    fn escapes_what_graphviz_would_read() {
        assert_eq!(quote("a \"b\" \\N <c>"), "\"a \\\"b\\\" \\\\N <c>\"");
    }
}
