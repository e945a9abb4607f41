//! Paints a placed diagram with the box-drawing characters of a terminal.
//!
//! It must not place anything; one unit of the layout is one cell.

use unicode_width::UnicodeWidthChar;

use super::layout::{Layout, Line, NodeBox, Point, Rect};
use super::words::columns;
use super::{Diagram, DiagramNode, EdgeKind, NodeKind};

/// Paints a layout in cells, line by line.
pub(super) fn paint(diagram: &Diagram, layout: &Layout) -> String {
    let mut canvas = Canvas { width: cell(layout.width) + 1, cells: Vec::new() };
    canvas.cells = vec![Cell::default(); canvas.width * (cell(layout.height) + 1)];
    for frame in &layout.frames {
        let Rect { x, y, .. } = frame.rect;
        let (right, bottom) = (frame.rect.right(), frame.rect.bottom());
        let corners = [(x, y), (right, y), (right, bottom), (x, bottom), (x, y)].map(|(x, y)| Point { x, y });
        canvas.line(&corners, EdgeKind::Forward, false);
    }
    for line in layout.lines.iter().filter(|line| !stays(line)) {
        canvas.line(&line.points, line.kind, line.traced);
    }
    for frame in layout.frames.iter().filter(|frame| !frame.title.is_empty()) {
        canvas.write(cell(frame.head.x), cell(frame.head.y), &format!(" {} ", frame.title));
    }
    for label in &layout.labels {
        canvas.words(label.rect.middle().x, label.rect.y, &label.lines);
    }
    for (place, (node, placed)) in diagram.nodes.iter().zip(&layout.nodes).enumerate() {
        canvas.node(node, placed, diagram.trace.nodes.contains(&place));
    }
    for mark in &layout.marks {
        canvas.write(cell(mark.rect.x), cell(mark.rect.y), &format!(" ■ {}", mark.title));
    }
    for line in &layout.lines {
        if stays(line) {
            let begin = line.points.first().copied().unwrap_or_default();
            canvas.write(cell(begin.x) + 1, cell(begin.y), "↻");
        } else {
            canvas.head(line);
        }
    }
    canvas.finish()
}

/// A small loop, for which there is no room in cells.
fn stays(line: &Line) -> bool {
    line.from == line.to && line.points.len() == 4
}

/// A cell of the picture.
#[derive(Debug, Clone, Default)]
struct Cell {
    /// What is written here, over all lines; an empty text is the second half of a wide character.
    written: Option<String>,
    /// Which neighbours lines lead to: up, right, down, left.
    leads: [bool; 4],
    /// All lines here are broken lines.
    broken: bool,
    /// A line here is to stand out.
    traced: bool,
}

/// The cells of a picture, row by row.
struct Canvas {
    width: usize,
    cells: Vec<Cell>,
}

impl Canvas {
    fn at(&mut self, x: usize, y: usize) -> Option<&mut Cell> {
        if x < self.width { self.cells.get_mut(y * self.width + x) } else { None }
    }

    fn write(&mut self, x: usize, y: usize, words: &str) {
        let mut x = x;
        for character in words.chars() {
            let width = character.width().unwrap_or(0);
            if width == 0 {
                if let Some(written) = x.checked_sub(1).and_then(|x| self.at(x, y)).and_then(|cell| cell.written.as_mut()) {
                    written.push(character);
                }
                continue;
            }
            for part in 0..width {
                if let Some(cell) = self.at(x + part, y) {
                    cell.written = Some(if part == 0 { character.to_string() } else { String::new() });
                }
            }
            x += width;
        }
    }

    fn words(&mut self, middle: f64, top: f64, lines: &[String]) {
        for (place, line) in lines.iter().enumerate() {
            self.write(cell(middle).saturating_sub(columns(line) / 2), cell(top) + place, line);
        }
    }

    /// Draws the rim of a rectangle: corners and sides clockwise from the upper left.
    fn frame(&mut self, rect: &Rect, [left_top, level, right_top, upright, right_bottom, left_bottom]: [&str; 6]) {
        let (left, right, top, bottom) = (cell(rect.x), cell(rect.right()), cell(rect.y), cell(rect.bottom()));
        for x in left..=right {
            self.write(x, top, level);
            self.write(x, bottom, level);
        }
        for y in top..=bottom {
            self.write(left, y, upright);
            self.write(right, y, upright);
        }
        for (x, y, corner) in [(left, top, left_top), (right, top, right_top), (right, bottom, right_bottom), (left, bottom, left_bottom)] {
            self.write(x, y, corner);
        }
    }

    fn node(&mut self, node: &DiagramNode, placed: &NodeBox, traced: bool) {
        let rect = &placed.rect;
        for y in cell(rect.y)..=cell(rect.bottom()) {
            self.write(cell(rect.x), y, &" ".repeat(cell(rect.width) + 1));
        }
        let rim = match node.kind {
            NodeKind::Start | NodeKind::Stage if traced => ["┏", "━", "┓", "┃", "┛", "┗"],
            NodeKind::Gate if traced => ["╱", "━", "╲", "┃", "╱", "╲"],
            NodeKind::Start | NodeKind::Stage => ["╭", "─", "╮", "│", "╯", "╰"],
            NodeKind::Gate => ["╱", "─", "╲", "│", "╱", "╲"],
            NodeKind::End => ["╔", "═", "╗", "║", "╝", "╚"],
        };
        self.frame(rect, rim);
        if node.kind == NodeKind::Start {
            self.write(cell(rect.middle().x), cell(rect.y), "●");
        }
        let lines: Vec<String> = placed.title.iter().chain(&placed.note).cloned().collect();
        let spare = (cell(rect.height).saturating_sub(1)).saturating_sub(lines.len());
        self.words(rect.middle().x, rect.y + 1.0 + super::lists::number(spare / 2), &lines);
    }

    /// Draws a line without a head.
    fn line(&mut self, points: &[Point], kind: EdgeKind, traced: bool) {
        for (one, other) in points.iter().zip(points.iter().skip(1)) {
            let (forth, back) = if one.y == other.y { (1, 3) } else { (2, 0) };
            let (first, last) = if one.x + one.y < other.x + other.y { (one, other) } else { (other, one) };
            let (mut x, mut y) = (cell(first.x), cell(first.y));
            while (x, y) != (cell(last.x), cell(last.y)) {
                self.lead(x, y, forth, kind, traced);
                if forth == 1 {
                    x += 1
                } else {
                    y += 1
                }
                self.lead(x, y, back, kind, traced);
            }
        }
    }

    fn lead(&mut self, x: usize, y: usize, direction: usize, kind: EdgeKind, traced: bool) {
        if let Some(cell) = self.at(x, y) {
            let fresh = cell.leads == [false; 4];
            cell.broken = kind == EdgeKind::Back && (fresh || cell.broken);
            cell.traced |= traced;
            if let Some(lead) = cell.leads.get_mut(direction) {
                *lead = true;
            }
        }
    }

    fn head(&mut self, line: &Line) {
        let Some((last, before)) = line.points.last().zip(line.points.iter().rev().nth(1)) else { return };
        let (step, head) = match (before.x.total_cmp(&last.x), before.y.total_cmp(&last.y)) {
            (std::cmp::Ordering::Less, _) => (Point { x: -1.0, y: 0.0 }, "►"),
            (std::cmp::Ordering::Greater, _) => (Point { x: 1.0, y: 0.0 }, "◄"),
            (_, std::cmp::Ordering::Greater) => (Point { x: 0.0, y: 1.0 }, "▲"),
            _ => (Point { x: 0.0, y: -1.0 }, "▼"),
        };
        self.write(cell(last.x + step.x), cell(last.y + step.y), head);
    }

    fn finish(&self) -> String {
        let mut out = String::new();
        for row in self.cells.chunks(self.width.max(1)) {
            let line: String = row.iter().map(Cell::shown).collect();
            out.push_str(line.trim_end());
            out.push('\n');
        }
        out.truncate(out.trim_end().len());
        if !out.is_empty() {
            out.push('\n');
        }
        out
    }
}

impl Cell {
    fn shown(&self) -> &str {
        if let Some(written) = &self.written {
            return written;
        }
        match self.leads {
            _ if self.traced => self.heavy(),
            [false, false, false, false] => " ",
            [_, false, _, false] if self.broken => "┆",
            [false, _, false, _] if self.broken => "┄",
            [_, false, _, false] => "│",
            [false, _, false, _] => "─",
            [true, true, false, false] => "╰",
            [false, true, true, false] => "╭",
            [false, false, true, true] => "╮",
            [true, false, false, true] => "╯",
            [true, true, true, false] => "├",
            [true, false, true, true] => "┤",
            [false, true, true, true] => "┬",
            [true, true, false, true] => "┴",
            [true, true, true, true] => "┼",
        }
    }

    fn heavy(&self) -> &'static str {
        match self.leads {
            [false, false, false, false] => " ",
            [_, false, _, false] if self.broken => "┇",
            [false, _, false, _] if self.broken => "┅",
            [_, false, _, false] => "┃",
            [false, _, false, _] => "━",
            [true, true, false, false] => "┗",
            [false, true, true, false] => "┏",
            [false, false, true, true] => "┓",
            [true, false, false, true] => "┛",
            [true, true, true, false] => "┣",
            [true, false, true, true] => "┫",
            [false, true, true, true] => "┳",
            [true, true, false, true] => "┻",
            [true, true, true, true] => "╋",
        }
    }
}

/// A length of a layout as a number of cells; a negative one is none.
fn cell(length: f64) -> usize {
    length as usize
}
