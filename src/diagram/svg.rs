//! Draws a diagram as one complete SVG file.
//!
//! It must not use outside fonts, scripts or links, nor place anything itself.

use std::fmt::Write as _;

use super::layout::{Frame, Label, Layout, Line, Mark, NodeBox, Point, Rect, layout};
use super::lists::number;
use super::scale::{LABEL_SIZE, NOTE_SIZE, PIXELS, TITLE_SIZE};
use super::svg_style::{STYLE, TRACE};
use super::words::{clean, ems, wrap};
use super::{Diagram, DiagramNode, EdgeKind, NodeKind, Trace};

/// The size of the heading.
const HEADING_SIZE: f64 = 18.0;
/// How round the corners of lines are.
const BEND: f64 = 7.0;
/// How long an arrow head is.
const HEAD: f64 = 8.0;

/// Draws a diagram as a standalone SVG file, for light and dark screens and for screen readers.
///
/// Boxes and repeated ends carry the id of their node as `data-id`, arrows those of their nodes as `data-from` and `data-to`, so
/// that a page can colour them.
#[must_use]
pub fn svg(diagram: &Diagram) -> String {
    let layout = layout(diagram);
    let title = clean(&diagram.title);
    let heading = wrap(&title, (layout.width - 2.0 * PIXELS.margin).max(320.0), 3, |text| ems(text) * HEADING_SIZE);
    let width = layout.width.max(heading.width.ceil() + 2.0 * PIXELS.margin);
    let above = if heading.lines.is_empty() { 0.0 } else { heading.count() * 24.0 + PIXELS.margin * 0.5 };
    let height = layout.height + above;
    let mut out = String::new();
    put(
        &mut out,
        format_args!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"tollgate-picture\" role=\"img\" aria-label=\"{}\" width=\"{2}\" height=\"{3}\" viewBox=\"0 0 {2} {3}\">\n<title>{}</title>\n",
            escape(&title),
            escape(&title),
            n(width),
            n(height),
        ),
    );
    let trace = if diagram.trace == Trace::default() { "" } else { TRACE };
    put(&mut out, format_args!("<desc>{}</desc>\n<style>\n{STYLE}{trace}</style>\n", escape(&describe(diagram))));
    put(&mut out, format_args!("<rect class=\"ground\" width=\"{}\" height=\"{}\"/>\n", n(width), n(height)));
    for (place, line) in heading.lines.iter().enumerate() {
        let y = PIXELS.margin + HEADING_SIZE * 0.85 + number(place) * 24.0;
        put(&mut out, format_args!("<text class=\"heading\" x=\"{}\" y=\"{}\">{}</text>\n", n(PIXELS.margin), n(y), escape(line)));
    }
    put(&mut out, format_args!("<g transform=\"translate({} {})\">\n", n(((width - layout.width) / 2.0).floor()), n(above)));
    draw(diagram, &layout, &mut out);
    out.push_str("</g>\n</svg>\n");
    out
}

/// What the picture shows, in sentences.
fn describe(diagram: &Diagram) -> String {
    let name = |place: usize| diagram.nodes.get(place).map(DiagramNode::shown).unwrap_or_default();
    let mut out = String::new();
    for (place, node) in diagram.nodes.iter().enumerate() {
        let kind = match node.kind {
            NodeKind::Start => "start",
            NodeKind::Stage => "stage",
            NodeKind::Gate => "gate",
            NodeKind::End => "end",
        };
        put(&mut out, format_args!("{} ({kind})", name(place)));
        let edges = diagram.edges.iter().filter(|edge| edge.from == place && edge.to < diagram.nodes.len());
        for (turn, edge) in edges.enumerate() {
            let label = clean(&edge.label);
            let label = if label.is_empty() { String::new() } else { format!("{label} ") };
            put(&mut out, format_args!("{} {label}\u{2192} {}", if turn == 0 { ":" } else { "," }, name(edge.to)));
        }
        out.push_str(". ");
    }
    out.truncate(out.trim_end().len());
    out
}

fn draw(diagram: &Diagram, layout: &Layout, out: &mut String) {
    for frame in &layout.frames {
        put(out, format_args!("<g class=\"frame\">{}</g>\n", rect(&frame.rect, 10.0, "")));
    }
    // What stands out lies over the rest.
    let (traced, plain): (Vec<&Line>, Vec<&Line>) = layout.lines.iter().partition(|line| line.traced);
    for line in plain.into_iter().chain(traced) {
        let aside = layout.marks.iter().any(|mark| mark.from == line.from && mark.to == line.to && line.points.len() == 2);
        draw_line(diagram, line, aside, out);
    }
    for frame in &layout.frames {
        draw_head(frame, out);
    }
    for label in &layout.labels {
        draw_label(label, out);
    }
    for (place, (node, placed)) in diagram.nodes.iter().zip(&layout.nodes).enumerate() {
        draw_node(node, placed, diagram.trace.nodes.contains(&place), out);
    }
    for mark in &layout.marks {
        draw_mark(mark, diagram, out);
    }
}

fn draw_head(frame: &Frame, out: &mut String) {
    if !frame.title.is_empty() {
        let begin = Point { x: frame.head.x, y: frame.head.middle().y };
        text(out, "head", begin, LABEL_SIZE, &frame.title);
        out.push('\n');
    }
}

fn draw_label(label: &Label, out: &mut String) {
    put(out, format_args!("<g class=\"label\">{}", rect(&label.rect, 10.0_f64.min(label.rect.height / 2.0), "")));
    stack(out, label.rect.middle(), &[("words", &label.lines, PIXELS.label.line, LABEL_SIZE)]);
    out.push_str("</g>\n");
}

fn draw_mark(mark: &Mark, diagram: &Diagram, out: &mut String) {
    let id = diagram.nodes.get(mark.to).map(|node| clean(&node.id)).unwrap_or_default();
    put(out, format_args!("<g class=\"end\" data-id=\"{}\">", escape(&id)));
    end_shape(&mark.rect, 2.5, out);
    text(out, "words", mark.rect.middle(), LABEL_SIZE, &mark.title);
    out.push_str("</g>\n");
}

fn draw_node(node: &DiagramNode, placed: &NodeBox, traced: bool, out: &mut String) {
    let more = if traced { " traced" } else { "" };
    let class = match node.kind {
        NodeKind::Start => "start",
        NodeKind::Stage => "stage",
        NodeKind::Gate => "gate",
        NodeKind::End => "end",
    };
    put(out, format_args!("<g class=\"{class}{more}\" data-id=\"{}\"><title>{}</title>", escape(&clean(&node.id)), escape(&node.shown())));
    if let Some(dot) = placed.dot {
        put(out, format_args!("<circle class=\"dot\" cx=\"{}\" cy=\"{}\" r=\"6\"/>", n(dot.x), n(dot.y)));
        let line = [Point { x: dot.x, y: dot.y + 6.0 }, Point { x: dot.x, y: placed.rect.y }];
        put(out, format_args!("<g class=\"line\">{}</g>", arrow(&line)));
    }
    match node.kind {
        NodeKind::Gate => {
            let (Rect { x, y, .. }, middle) = (placed.rect, placed.rect.middle());
            let (right, bottom, point) = (placed.rect.right(), placed.rect.bottom(), PIXELS.point);
            let points =
                [(x, middle.y), (x + point, y), (right - point, y), (right, middle.y), (right - point, bottom), (x + point, bottom)];
            let points: Vec<String> = points.iter().map(|(x, y)| format!("{},{}", n(*x), n(*y))).collect();
            put(out, format_args!("<polygon class=\"shape\" points=\"{}\"/>", points.join(" ")));
        }
        NodeKind::End => end_shape(&placed.rect, 4.0, out),
        NodeKind::Start | NodeKind::Stage => {
            out.push_str(&rect(&placed.rect, 9.0_f64.max(20.0 - placed.rect.width / 2.0), " class=\"shape\""))
        }
    }
    let words = [("name", &placed.title, PIXELS.title.line, TITLE_SIZE), ("note", &placed.note, PIXELS.note.line, NOTE_SIZE)];
    stack(out, placed.rect.middle(), &words);
    out.push_str("</g>\n");
}

/// A box with a double border and round ends.
fn end_shape(outer: &Rect, inset: f64, out: &mut String) {
    out.push_str(&rect(outer, outer.height.min(44.0) / 2.0, " class=\"shape\""));
    let inner = Rect { x: outer.x + inset, y: outer.y + inset, width: outer.width - 2.0 * inset, height: outer.height - 2.0 * inset };
    out.push_str(&rect(&inner, outer.height.min(44.0) / 2.0 - inset, " class=\"inner\""));
}

/// Lines of words of several sorts, one below the other, around a middle.
fn stack(out: &mut String, middle: Point, sorts: &[(&str, &Vec<String>, f64, f64)]) {
    let height: f64 = sorts.iter().map(|(_, lines, step, _)| number(lines.len()) * step).sum();
    let mut y = middle.y - height / 2.0;
    for (class, lines, step, size) in sorts {
        for line in *lines {
            text(out, class, Point { x: middle.x, y: y + step / 2.0 }, *size, line);
            y += step;
        }
    }
}

fn text(out: &mut String, class: &str, middle: Point, size: f64, words: &str) {
    let (x, y) = (n(middle.x), n(middle.y + size * 0.36));
    put(out, format_args!("<text class=\"{class}\" x=\"{x}\" y=\"{y}\">{}</text>", escape(words)));
}

fn rect(rect: &Rect, round: f64, more: &str) -> String {
    let (x, y, width, height) = (n(rect.x), n(rect.y), n(rect.width), n(rect.height));
    format!("<rect{more} x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" rx=\"{}\"/>", n(round))
}

fn draw_line(diagram: &Diagram, line: &Line, aside: bool, out: &mut String) {
    let class = match line.kind {
        _ if aside => "line aside",
        EdgeKind::Back => "line back",
        EdgeKind::Stay if line.from != line.to => "line back",
        EdgeKind::Forward | EdgeKind::Stay => "line",
    };
    let more = if line.traced { " traced" } else { "" };
    let id = |node: usize| diagram.nodes.get(node).map(|node| escape(&clean(&node.id))).unwrap_or_default();
    let (from, to) = (id(line.from), id(line.to));
    put(out, format_args!("<g class=\"{class}{more}\" data-from=\"{from}\" data-to=\"{to}\">{}</g>\n", arrow(&line.points)));
}

/// A line with round corners and a head.
fn arrow(points: &[Point]) -> String {
    let Some((first, last)) = points.first().zip(points.last()) else { return String::new() };
    let before = points.iter().rev().nth(1).unwrap_or(first);
    let tip = toward(*last, *before, HEAD * 0.8);
    let mut path = format!("M{} {}", n(first.x), n(first.y));
    for ((one, corner), next) in points.iter().zip(points.iter().skip(1)).zip(points.iter().skip(2)) {
        let room = (length(*one, *corner) / 2.0).min(length(*corner, *next) / 2.0).min(BEND);
        let (enter, leave) = (toward(*corner, *one, room), toward(*corner, *next, room));
        put(&mut path, format_args!("L{} {}Q{} {} {} {}", n(enter.x), n(enter.y), n(corner.x), n(corner.y), n(leave.x), n(leave.y)));
    }
    put(&mut path, format_args!("L{} {}", n(tip.x), n(tip.y)));
    let (base, side) = (toward(*last, *before, HEAD), HEAD * 0.5);
    let (dx, dy) = if before.x == last.x { (side, 0.0) } else { (0.0, side) };
    let head = format!("{},{} {},{} {},{}", n(last.x), n(last.y), n(base.x - dx), n(base.y - dy), n(base.x + dx), n(base.y + dy));
    format!("<path d=\"{path}\"/><polygon points=\"{head}\"/>")
}

fn length(one: Point, other: Point) -> f64 {
    (one.x - other.x).abs() + (one.y - other.y).abs()
}

/// The point so far from one point on the level or upright way to another.
fn toward(from: Point, to: Point, far: f64) -> Point {
    let step = |from: f64, to: f64| if from == to { from } else { from + far * (to - from).signum() };
    Point { x: step(from.x, to.x), y: step(from.y, to.y) }
}

/// A number with at most one decimal.
fn n(number: f64) -> String {
    let rounded = (number * 10.0).round() / 10.0;
    format!("{}", rounded + 0.0)
}

/// Text that cannot be taken for markup.
fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;")
}

/// Writing to a string cannot fail.
fn put(out: &mut String, arguments: std::fmt::Arguments<'_>) {
    let _written = out.write_fmt(arguments);
}
