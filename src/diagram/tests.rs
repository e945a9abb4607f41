//! Checks of whole pictures: nothing overlaps, every arrow arrives, and the same diagram gives the same bytes.
//!
//! It must not check a format's details; those stand with each format.

use proptest::prelude::*;

use super::layout::layout_in;
use super::scale::{CELLS, FEW_CELLS};
use super::words::columns;
use super::{Diagram, DiagramNode, Edge, EdgeKind, Group, Layout, Line, NodeKind, Rect, Trace, dot, layout, mermaid, samples, svg, text};

#[test]
#[ignore = "writes pictures for people to look at, into the folder that DIAGRAM_PICTURES names"]
fn write_pictures() {
    let Some(folder) = std::env::var_os("DIAGRAM_PICTURES") else { return };
    let pictures = [
        ("line", samples::line()),
        ("application", samples::application(true)),
        ("application-en", samples::application(false)),
        ("framed", samples::framed()),
        ("thirty", samples::thirty()),
        ("tangled", samples::tangled()),
    ];
    for (name, diagram) in pictures {
        let file = std::path::Path::new(&folder).join(name);
        std::fs::write(file.with_extension("svg"), svg(&diagram)).unwrap();
        std::fs::write(file.with_extension("txt"), text(&diagram, 80)).unwrap();
        std::fs::write(file.with_extension("mmd"), mermaid(&diagram)).unwrap();
        std::fs::write(file.with_extension("dot"), dot(&diagram)).unwrap();
    }
}

fn samples() -> Vec<Diagram> {
    let (line, small, framed, thirty) = (samples::line(), samples::small(), samples::framed(), samples::thirty());
    vec![Diagram::default(), line, small, samples::application(true), samples::application(false), framed, thirty, samples::tangled()]
}

prop_compose! {
    fn node()(id in "[a-z]{1,8}", title in "[a-zA-Z 核对申请表化验准备评审，。<>&\"'\n]{0,40}", note in "\\PC{0,20}", kind in 0..4_u8) -> DiagramNode {
        let kind = [NodeKind::Start, NodeKind::Stage, NodeKind::Gate, NodeKind::End][usize::from(kind)];
        DiagramNode { id, title, note, kind }
    }
}

prop_compose! {
    // Three in four edges lead onward, as in a process; the others anywhere.
    fn edge(nodes: usize)(a in 0..nodes + 1, b in 0..nodes + 1, label in "(go|kill|recycle|退回补件|a rather long outcome|)", kind in 0..6_u8) -> Edge {
        let (from, to) = if kind < 4 { (a.min(b), a.max(b)) } else { (a, b) };
        let kind = match kind { 4 => EdgeKind::Back, 5 => EdgeKind::Stay, _ => EdgeKind::Forward };
        Edge { from, to, label, kind }
    }
}

fn group(nodes: usize) -> impl Strategy<Value = Group> {
    let inside = prop::collection::vec(0..nodes + 1, 0..6);
    ("[A-Z评审]{0,12}", inside, prop::option::of(0..7_usize)).prop_map(|(title, nodes, parent)| Group { title, nodes, parent })
}

fn diagrams() -> impl Strategy<Value = Diagram> {
    (0..14_usize, 0..24_usize, 0..6_usize).prop_flat_map(|(nodes, edges, groups)| {
        let nodes_of = prop::collection::vec(node(), nodes);
        let edges_of = prop::collection::vec(edge(nodes), edges);
        let groups_of = prop::collection::vec(group(nodes), groups);
        ("\\PC{0,30}", nodes_of, edges_of, groups_of).prop_map(|(title, nodes, edges, groups)| {
            let trace = Trace { edges: (0..edges.len() + 2).step_by(2).collect(), nodes: vec![0, 99] };
            Diagram { title, nodes, edges, groups, trace }
        })
    })
}

/// Everything with words or an edge around it, with what it is.
fn solid(layout: &Layout) -> Vec<(String, Rect)> {
    let nodes = layout.nodes.iter().enumerate().map(|(place, node)| (format!("box {place}"), node.rect));
    let labels = layout.labels.iter().map(|label| (format!("label {:?}", label.lines), label.rect));
    let marks = layout.marks.iter().map(|mark| (format!("mark at {}", mark.from), mark.rect));
    nodes.chain(labels).chain(marks).collect()
}

fn grown(rect: Rect, by: f64) -> Rect {
    Rect { x: rect.x - by, y: rect.y - by, width: rect.width + 2.0 * by, height: rect.height + 2.0 * by }
}

/// Everything that must be true of every picture; `cell` is 1 where a thing fills its last cell.
fn check(diagram: &Diagram, layout: &Layout, cell: f64) {
    let solid = solid(layout);
    for (place, (name, rect)) in solid.iter().enumerate() {
        assert!([rect.x, rect.y, rect.width, rect.height].iter().all(|number| number.is_finite()), "{name} {rect:?}");
        let inside = rect.x >= 0.0 && rect.y >= 0.0 && rect.right() <= layout.width && rect.bottom() <= layout.height;
        assert!(inside, "{name} {rect:?} sticks out of {} by {}", layout.width, layout.height);
        for (other_name, other) in solid.iter().skip(place + 1) {
            let (one, other) = (
                Rect { width: rect.width + cell, height: rect.height + cell, ..*rect },
                Rect { width: other.width + cell, height: other.height + cell, ..*other },
            );
            assert!(!one.overlaps(&other), "{name} {one:?} overlaps {other_name} {other:?}");
        }
    }
    for line in &layout.lines {
        check_line(diagram, layout, line);
    }
    for frame in &layout.frames {
        check_frame(diagram, layout, frame);
    }
}

fn check_line(diagram: &Diagram, layout: &Layout, line: &Line) {
    assert!(line.points.len() >= 2, "{line:?}");
    for (one, other) in line.points.iter().zip(&line.points[1..]) {
        assert!(one.x.is_finite() && one.y.is_finite() && (one.x == other.x || one.y == other.y), "{line:?} is askew");
        assert!(one != other || line.from == line.to, "{line:?} stands still");
    }
    for (place, node) in layout.nodes.iter().enumerate() {
        let gate = diagram.nodes[place].kind == NodeKind::Gate && (line.from == place || line.to == place);
        let inner = grown(node.rect, if gate { -20.0 } else { -0.5 });
        assert!(inner.width <= 0.0 || inner.height <= 0.0 || !line.passes(&inner), "{line:?} runs through box {place} {:?}", node.rect);
    }
    let (begin, end) = (line.points[0], line.points[line.points.len() - 1]);
    let touches = |rect: &Rect, x: f64, y: f64| grown(*rect, 0.5).overlaps(&Rect { x, y, width: 0.001, height: 0.001 });
    assert!(touches(&layout.nodes[line.from].rect, begin.x, begin.y), "{line:?} does not begin at its box");
    let arrives = touches(&layout.nodes[line.to].rect, end.x, end.y);
    let marked = layout.marks.iter().any(|mark| mark.to == line.to && mark.from == line.from && touches(&mark.rect, end.x, end.y));
    assert!(arrives || marked, "{line:?} does not end at its box");
}

/// A frame holds its boxes and no others, and cuts no other frame.
fn check_frame(diagram: &Diagram, layout: &Layout, frame: &super::Frame) {
    assert!(frame.title.is_empty() || frame.head.right() <= frame.rect.right(), "the title sticks out of {frame:?}");
    let tidy = super::tidy::Tidy::new(diagram);
    for (place, node) in layout.nodes.iter().enumerate() {
        let within = tidy.within(place, frame.group);
        let overlaps = frame.rect.overlaps(&node.rect);
        assert_eq!(within, overlaps, "box {place} {:?} and frame {frame:?}", node.rect);
        let holds = node.rect.x >= frame.rect.x
            && node.rect.right() <= frame.rect.right()
            && node.rect.y >= frame.rect.y
            && node.rect.bottom() <= frame.rect.bottom();
        assert!(!within || holds, "box {place} {:?} sticks out of {frame:?}", node.rect);
    }
    for other in layout.frames.iter().filter(|other| other.group != frame.group) {
        let related = tidy.path(Some(other.group)).contains(&frame.group) || tidy.path(Some(frame.group)).contains(&other.group);
        assert!(related || !frame.rect.overlaps(&other.rect), "{frame:?} cuts {other:?}");
    }
}

/// Every tag that opens also closes, and no text holds a bare sign of markup.
fn check_xml(xml: &str) {
    let mut open: Vec<&str> = Vec::new();
    let mut rest = xml;
    while let Some((words, tag)) = rest.split_once('<') {
        assert!(!words.contains('>'), "bare sign in {words:?}");
        for entity in words.split('&').skip(1) {
            assert!(["amp;", "lt;", "gt;", "quot;", "#39;"].iter().any(|known| entity.starts_with(known)), "bare & in {words:?}");
        }
        let (tag, after) = tag.split_once('>').expect("a tag ends");
        assert_eq!(tag.matches('"').count() % 2, 0, "quotes in {tag:?}");
        let name = tag.trim_start_matches('/').split([' ', '/']).next().unwrap();
        match (tag.starts_with('/'), tag.ends_with('/')) {
            (true, _) => assert_eq!(open.pop(), Some(name)),
            (false, false) => open.push(name),
            (false, true) => {}
        }
        rest = after;
    }
    assert!(open.is_empty(), "not closed: {open:?}");
    assert!(!xml.chars().any(|c| c.is_control() && c != '\n'), "a control character");
}

fn check_all(diagram: &Diagram) {
    let pixels = layout(diagram);
    check(diagram, &pixels, 0.0);
    for frame in pixels.frames.iter().filter(|frame| !frame.title.is_empty()) {
        let crossing = pixels.lines.iter().find(|line| line.passes(&frame.head));
        assert_eq!(crossing, None, "crosses the title of {frame:?}");
    }
    check(diagram, &layout_in(diagram, &CELLS), 1.0);
    check(diagram, &layout_in(diagram, &FEW_CELLS), 1.0);
    let drawn = svg(diagram);
    check_xml(&drawn);
    assert_eq!(drawn, svg(diagram));
    for width in [40, 90] {
        let text = text(diagram, width);
        for line in text.lines() {
            assert!(columns(line) <= width, "{line:?} is wider than {width}");
        }
    }
    for line in dot(diagram).lines().chain(mermaid(diagram).lines()) {
        let bare = line.replace("\\\\", "").replace("\\\"", "");
        assert_eq!(bare.matches('"').count() % 2, 0, "quotes in {line}");
    }
}

#[test]
fn the_samples_are_sound() {
    for diagram in samples() {
        check_all(&diagram);
    }
}

#[test]
fn an_empty_diagram_is_a_picture_too() {
    check_xml(&svg(&Diagram::default()));
    assert_eq!(text(&Diagram::default(), 80), "");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn every_picture_is_sound(diagram in diagrams()) {
        check_all(&diagram);
    }
}
