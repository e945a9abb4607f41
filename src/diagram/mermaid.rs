//! Writes a diagram as a Mermaid flowchart, which code hosts draw in comments and pages.
//!
//! It must not place anything; Mermaid does.

use std::fmt::Write as _;

use super::tidy::Tidy;
use super::words::clean;
use super::{Diagram, DiagramNode, EdgeKind, NodeKind};

/// Writes a diagram as a Mermaid flowchart.
#[must_use]
pub fn mermaid(diagram: &Diagram) -> String {
    let tidy = Tidy::new(diagram);
    let mut out = String::new();
    let title = clean(&diagram.title);
    if !title.is_empty() {
        let title = title.replace('\\', "\\\\").replace('"', "\\\"");
        line(&mut out, 0, format_args!("---\ntitle: \"{title}\"\n---"));
    }
    line(&mut out, 0, format_args!("flowchart TD"));
    inside(diagram, &tidy, None, 1, &mut out);
    for link in &tidy.links {
        let arrow = if link.kind == EdgeKind::Back { "-.->" } else { "-->" };
        let label = if link.label.is_empty() { String::new() } else { format!("|\"{}\"|", escape(&link.label)) };
        line(&mut out, 1, format_args!("n{} {arrow}{label} n{}", link.from, link.to));
    }
    let is_traced = |link: &super::tidy::Link| diagram.is_traced(link.from, link.to, Some(&link.label));
    let traced = tidy.links.iter().enumerate().filter(|(_, link)| is_traced(link)).map(|(place, _)| place.to_string());
    let traced = traced.collect::<Vec<_>>().join(",");
    if !traced.is_empty() {
        line(&mut out, 1, format_args!("linkStyle {traced} stroke:#d3302f,stroke-width:3px"));
    }
    for node in diagram.trace.nodes.iter().filter(|node| **node < diagram.nodes.len()) {
        line(&mut out, 1, format_args!("style n{node} stroke:#d3302f,stroke-width:3px"));
    }
    out
}

/// Writes the boxes and frames directly in a frame.
fn inside(diagram: &Diagram, tidy: &Tidy, frame: Option<usize>, depth: usize, out: &mut String) {
    for (place, node) in diagram.nodes.iter().enumerate().filter(|(place, _)| tidy.home.get(*place) == Some(&frame)) {
        line(out, depth, format_args!("n{place}{}", shape(node)));
    }
    for (place, group) in diagram.groups.iter().enumerate() {
        if tidy.parent.get(place) == Some(&frame) && tidy.holds(place) {
            line(out, depth, format_args!("subgraph g{place}[\"{}\"]", escape(&clean(&group.title))));
            inside(diagram, tidy, Some(place), depth + 1, out);
            line(out, depth, format_args!("end"));
        }
    }
}

fn shape(node: &DiagramNode) -> String {
    let (title, note) = (escape(&node.shown()), clean(&node.note));
    let words = if note.is_empty() { title } else { format!("{title}<br/>{}", escape(&note)) };
    match node.kind {
        NodeKind::Start => format!("([\"{words}\"])"),
        NodeKind::Stage => format!("(\"{words}\")"),
        NodeKind::Gate => format!("{{{{\"{words}\"}}}}"),
        NodeKind::End => format!("(((\"{words}\")))"),
    }
}

/// Text that Mermaid takes neither for its own signs nor for markup; a text must not be empty.
fn escape(text: &str) -> String {
    let mut out = String::new();
    for character in text.chars() {
        match character {
            '"' => out.push_str("#quot;"),
            '#' => out.push_str("#35;"),
            '&' => out.push_str("#amp;"),
            '<' => out.push_str("#lt;"),
            '>' => out.push_str("#gt;"),
            ';' => out.push_str("#59;"),
            '`' => out.push_str("#96;"),
            '\\' => out.push_str("#92;"),
            '*' => out.push_str("#42;"),
            other => out.push(other),
        }
    }
    if out.is_empty() { " ".to_owned() } else { out }
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
        insta::assert_snapshot!(mermaid(&samples::small()), @r#"
        ---
        title: "Sell it"
        ---
        flowchart TD
          n0(["核对申请表<br/>CW"])
          n1{{"Decide to #quot;register#quot;"}}
          n4{{"Lab #amp; sign"}}
          n5((("入选")))
          n6((("落选")))
          subgraph g0["评审"]
            n2("样品评审")
            n3("Legal #lt;review#gt;")
          end
          n0 --> n1
          n1 -->|"go"| n2
          n1 -->|"go"| n3
          n1 -->|"hold"| n1
          n1 -->|"kill"| n6
          n2 --> n4
          n3 --> n4
          n4 -->|"won"| n5
          n4 -->|"lost"| n6
          n4 -.->|"recycle"| n0
        "#);
    }

    #[test]
    fn escapes_what_mermaid_would_read() {
        assert_eq!(escape("<b>\"a\" & #1;`\\"), "#lt;b#gt;#quot;a#quot; #amp; #35;1#59;#96;#92;");
    }
}
