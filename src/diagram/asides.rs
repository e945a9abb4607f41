//! Words at the right side of a box: it stays, or it leads to an end that is drawn elsewhere.
//!
//! It must not know where the box stands.

use super::EdgeKind;
use super::items::label_height;
use super::scale::Scale;
use super::words::Block;

/// Words at the right side of a box.
#[derive(Debug, Clone)]
pub(super) struct Aside {
    pub(super) label: Block,
    /// What is written, before it is broken into lines.
    pub(super) text: String,
    /// The end that it leads to, and its title; a stay has none.
    pub(super) end: Option<(usize, Block)>,
    /// A dashed line.
    pub(super) kind: EdgeKind,
}

impl Aside {
    /// How much room it takes beside its box.
    pub(super) fn width(&self, scale: &Scale) -> f64 {
        let words = if self.label.lines.is_empty() { 0.0 } else { self.label.width.ceil() + 2.0 * scale.label_pad };
        let end = self.end.as_ref().map_or(0.0, |(_, title)| scale.stem + title.width.ceil() + 2.0 * scale.pad);
        scale.stem + words + end
    }

    fn height(&self, scale: &Scale) -> f64 {
        label_height(&self.label, scale).max(scale.label_height)
    }
}

/// At which heights the asides of a box stand, one below the other, counted from the middle of the box; and how high all are.
pub(super) fn rows(asides: &[Aside], scale: &Scale) -> (Vec<f64>, f64) {
    let gap = scale.port - scale.label_height;
    let mut top = 0.0;
    let mut rows = Vec::new();
    for aside in asides {
        let height = aside.height(scale);
        rows.push(top + (height / 2.0).floor());
        top += height + gap;
    }
    let total = (top - gap).max(0.0);
    (rows.into_iter().map(|row| row - total / 2.0).collect(), total)
}

#[cfg(test)]
mod tests {
    use super::super::scale::CELLS;
    use super::*;

    #[test]
    fn what_has_more_lines_takes_more_room() {
        let aside = |text: &str| Aside { label: CELLS.label.set(text), text: text.into(), end: None, kind: EdgeKind::Stay };
        assert_eq!(rows(&[], &CELLS), (vec![], 0.0));
        assert_eq!(rows(&[aside("wait")], &CELLS), (vec![0.0], 0.0));
        assert_eq!(rows(&[aside("wait"), aside("hold")], &CELLS), (vec![-0.5, 0.5], 1.0));
        let long = aside("establish the reasons again");
        assert_eq!(rows(&[long, aside("hold")], &CELLS), (vec![-1.0, 1.0], 2.0), "two lines, then one");
    }
}
