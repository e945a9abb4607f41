//! Sizes and distances: one set for pictures in pixels, one for pictures in the cells of a terminal.
//!
//! It must not place anything.

use super::words::{Block, columns, ems, wrap};

/// Every size and distance that a layout needs.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scale {
    /// How titles, notes, and labels are set.
    pub(super) title: Type,
    /// The words under a title.
    pub(super) note: Type,
    /// The words on an arrow and on a repeated end.
    pub(super) label: Type,
    /// The title of a frame.
    pub(super) heading: Type,
    /// Left and right of the words in a box.
    pub(super) pad: f64,
    /// Above and below the words in a box.
    pub(super) rise: f64,
    /// From the top and bottom of a box to the nearest arrow at its side.
    pub(super) rim: f64,
    /// What the points of a gate add on each side.
    pub(super) point: f64,
    /// The narrowest box.
    pub(super) narrow: f64,
    /// The lowest box.
    pub(super) low: f64,
    /// Left and right of the words of a label.
    pub(super) label_pad: f64,
    /// The height of a label with one line.
    pub(super) label_height: f64,
    /// Between a box and the words beside it, and from there to a repeated end.
    pub(super) stem: f64,
    /// Between two rows of words beside a box, and between two arrows at the side of a box.
    pub(super) port: f64,
    /// The height of a dot above the first box with its arrow.
    pub(super) dot: f64,
    /// Between boxes side by side.
    pub(super) between: f64,
    /// Between a box and an arrow that passes it.
    pub(super) passing: f64,
    /// Between two arrows, or labels, side by side.
    pub(super) beside: f64,
    /// Between two arrows that run sideways, one above the other.
    pub(super) track: f64,
    /// Below boxes, before anything turns.
    pub(super) lead: f64,
    /// Above boxes, where arrow heads are.
    pub(super) arrow: f64,
    /// From the edge of a frame to what is in it.
    pub(super) frame: f64,
    /// The head of a frame, with its title.
    pub(super) head: f64,
    /// Between the title of a frame and an arrow that passes it; where it is 0, no room is made for titles.
    pub(super) title_gap: f64,
    /// The foot of a frame.
    pub(super) foot: f64,
    /// Around everything.
    pub(super) margin: f64,
}

/// How words of one sort are set.
#[derive(Debug, Clone, Copy)]
pub(super) struct Type {
    /// The width of a text.
    pub(super) measure: fn(&str) -> f64,
    /// The widest line.
    pub(super) limit: f64,
    /// From one line to the next.
    pub(super) line: f64,
    /// The most lines.
    pub(super) most: usize,
}

impl Scale {
    /// From the side of a frame to its title.
    pub(super) fn inset(&self) -> f64 {
        self.frame * 0.7
    }
}

impl Type {
    /// Breaks cleaned words into lines.
    pub(super) fn set(&self, text: &str) -> Block {
        wrap(text, self.limit, self.most, self.measure)
    }

    /// Breaks cleaned words into lines; where they need more than one, each part between middle dots begins on its own.
    pub(super) fn set_parts(&self, text: &str) -> Block {
        let whole = self.set(text);
        if whole.lines.len() < 2 {
            return whole;
        }
        let parts = text.split(" · ").map(|part| wrap(part, self.limit, usize::MAX, self.measure));
        let mut block = Block::default();
        for part in parts {
            block.width = block.width.max(part.width);
            block.lines.extend(part.lines);
        }
        if block.lines.len() > self.most { whole } else { block }
    }

    /// The height of set words.
    pub(super) fn height(&self, block: &Block) -> f64 {
        block.count() * self.line
    }
}

/// The size of titles in pixels.
pub(super) const TITLE_SIZE: f64 = 14.0;
/// How much wider bold words may be.
const BOLD: f64 = 1.07;
/// How much wider bold words may be where they stand close to a line.
const HEAVY: f64 = 1.16;
/// The size of notes in pixels.
pub(super) const NOTE_SIZE: f64 = 11.5;
/// The size of labels in pixels.
pub(super) const LABEL_SIZE: f64 = 12.0;

/// Pictures in pixels.
pub(super) const PIXELS: Scale = Scale {
    title: Type { measure: |text| ems(text) * TITLE_SIZE * BOLD, limit: 152.0, line: 19.0, most: 4 },
    note: Type { measure: |text| ems(text) * NOTE_SIZE, limit: 148.0, line: 15.0, most: 4 },
    label: Type { measure: |text| ems(text) * LABEL_SIZE, limit: 132.0, line: 15.0, most: 5 },
    heading: Type { measure: |text| ems(text) * LABEL_SIZE * HEAVY, limit: 264.0, line: 15.0, most: 1 },
    pad: 16.0,
    rise: 11.0,
    rim: 11.0,
    point: 18.0,
    narrow: 108.0,
    low: 44.0,
    label_pad: 7.0,
    label_height: 20.0,
    stem: 18.0,
    port: 26.0,
    dot: 30.0,
    between: 28.0,
    passing: 24.0,
    beside: 14.0,
    track: 12.0,
    lead: 14.0,
    arrow: 20.0,
    frame: 18.0,
    head: 34.0,
    title_gap: 10.0,
    foot: 16.0,
    margin: 24.0,
};

fn cells(text: &str) -> f64 {
    u32::try_from(columns(text)).map_or(0.0, f64::from)
}

/// Pictures in the cells of a terminal; every size is a whole number, and a thing one cell wide has the width 0.
pub(super) const CELLS: Scale = Scale {
    title: Type { measure: cells, limit: 16.0, line: 1.0, most: 4 },
    note: Type { measure: cells, limit: 18.0, line: 1.0, most: 4 },
    label: Type { measure: cells, limit: 14.0, line: 1.0, most: 3 },
    heading: Type { measure: cells, limit: 28.0, line: 1.0, most: 1 },
    pad: 1.5,
    rise: 0.5,
    rim: 1.0,
    point: 0.0,
    narrow: 6.0,
    low: 2.0,
    label_pad: 0.0,
    label_height: 0.0,
    stem: 3.0,
    port: 1.0,
    dot: 0.0,
    between: 3.0,
    passing: 3.0,
    beside: 2.0,
    track: 1.0,
    lead: 1.0,
    arrow: 2.0,
    frame: 2.0,
    head: 2.0,
    title_gap: 0.0,
    foot: 1.0,
    margin: 0.0,
};

/// Pictures in the cells of a terminal that is not wide.
pub(super) const FEW_CELLS: Scale = Scale {
    title: Type { limit: 12.0, ..CELLS.title },
    note: Type { limit: 12.0, ..CELLS.note },
    label: Type { limit: 8.0, ..CELLS.label },
    heading: Type { limit: 16.0, ..CELLS.heading },
    between: 2.0,
    passing: 2.0,
    ..CELLS
};
