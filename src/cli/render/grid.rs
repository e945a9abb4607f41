//! Columns that line up, also with Chinese text and colours, within the width of a terminal.
//!
//! It must not know what the cells mean.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Spaces between two columns.
const GAP: usize = 2;
/// No column is cut below this.
const LEAST: usize = 8;

/// A table on its way to a terminal.
#[derive(Debug)]
pub struct Grid {
    colour: bool,
    width: usize,
    head: Vec<String>,
    rows: Vec<Vec<String>>,
    right: Vec<usize>,
}

impl Grid {
    /// A table without rows.
    #[must_use]
    pub fn new(colour: bool, width: usize) -> Self {
        Self { colour, width, head: Vec::new(), rows: Vec::new(), right: Vec::new() }
    }

    /// The names of the columns.
    pub fn head(&mut self, names: &[&str]) {
        self.head = names.iter().map(|name| (*name).to_owned()).collect();
    }

    /// Adds a row.
    pub fn row(&mut self, cells: Vec<String>) {
        self.rows.push(cells);
    }

    /// Sets columns to the right, as numbers are.
    pub fn right(&mut self, columns: &[usize]) {
        self.right = columns.to_vec();
    }

    /// A cell that is good news.
    #[must_use]
    pub fn good(&self, text: &str) -> String {
        self.painted("32", text)
    }

    /// A cell that needs a look.
    #[must_use]
    pub fn warn(&self, text: &str) -> String {
        self.painted("33", text)
    }

    /// A cell that is bad news.
    #[must_use]
    pub fn bad(&self, text: &str) -> String {
        self.painted("31", text)
    }

    fn painted(&self, code: &str, text: &str) -> String {
        if self.colour { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    }

    /// The table as text. Columns that are empty in every row are left out; the widest text columns are cut to fit.
    #[must_use]
    pub fn text(&self) -> String {
        let count = self.rows.iter().map(Vec::len).chain([self.head.len()]).max().unwrap_or(0);
        let cell = |row: &Vec<String>, column: usize| row.get(column).cloned().unwrap_or_default();
        let filled = |column: usize| self.rows.iter().any(|row| !cell(row, column).is_empty());
        let kept: Vec<usize> = (0..count).filter(|column| filled(*column)).collect();
        let mut widths: Vec<usize> = kept
            .iter()
            .map(|column| {
                self.rows
                    .iter()
                    .map(|row| shown_width(&cell(row, *column)))
                    .chain([shown_width(&cell(&self.head, *column))])
                    .max()
                    .unwrap_or(0)
            })
            .collect();
        self.fit(&kept, &mut widths);
        let mut text = String::new();
        if self.head.iter().any(|name| !name.is_empty()) {
            let head = self.line(&self.head, &kept, &widths);
            text.push_str(&if self.colour { format!("\u{1b}[1m{head}\u{1b}[0m") } else { head });
            text.push('\n');
        }
        for row in &self.rows {
            text.push_str(&self.line(row, &kept, &widths));
            text.push('\n');
        }
        text
    }

    fn fit(&self, kept: &[usize], widths: &mut [usize]) {
        let gaps = GAP * kept.len().saturating_sub(1);
        loop {
            let total: usize = widths.iter().sum::<usize>() + gaps;
            if total <= self.width {
                return;
            }
            let widest = kept.iter().zip(widths.iter_mut()).filter(|(column, width)| !self.right.contains(column) && **width > LEAST);
            match widest.map(|(_, width)| width).max() {
                Some(width) => *width = width.saturating_sub(total - self.width).max(LEAST).max(*width * 3 / 4).min(*width - 1),
                None => return,
            }
        }
    }

    fn line(&self, row: &[String], kept: &[usize], widths: &[usize]) -> String {
        let mut line = String::new();
        for (place, (column, width)) in kept.iter().zip(widths).enumerate() {
            let text = row.get(*column).map_or("", String::as_str);
            let text = cut(text, *width);
            let padding = " ".repeat(width.saturating_sub(shown_width(&text)));
            if place > 0 {
                line.push_str(&" ".repeat(GAP));
            }
            if self.right.contains(column) {
                line.push_str(&padding);
                line.push_str(&text);
            } else {
                line.push_str(&text);
                line.push_str(&padding);
            }
        }
        line.trim_end().to_owned()
    }
}

/// The columns that a text takes up, without its colours.
fn shown_width(text: &str) -> usize {
    plain(text).width()
}

fn plain(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        if character == '\u{1b}' {
            for skipped in characters.by_ref() {
                if skipped == 'm' {
                    break;
                }
            }
        } else {
            kept.push(character);
        }
    }
    kept
}

/// A text cut to a width, with `…` where something was cut. Coloured cells are numbers and are never cut.
fn cut(text: &str, width: usize) -> String {
    if shown_width(text) <= width || text.contains('\u{1b}') {
        return text.to_owned();
    }
    let mut kept = String::new();
    let mut used = 1;
    for character in text.chars() {
        used += character.width().unwrap_or(0);
        if used > width {
            break;
        }
        kept.push(character);
    }
    kept.trim_end().to_owned() + "…"
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grid(width: usize) -> String {
        let mut grid = Grid::new(false, width);
        grid.head(&["stage", "", "records"]);
        grid.row(vec!["verify".to_owned(), "核对申请表".to_owned(), "1,589".to_owned()]);
        grid.row(vec!["document_signed".to_owned(), "发证".to_owned(), "7".to_owned()]);
        grid.right(&[2]);
        grid.text()
    }

    #[test]
    fn columns_line_up_by_what_is_shown() {
        assert_eq!(
            grid(80),
            "stage                        records\nverify           核对申请表    1,589\ndocument_signed  发证              7\n"
        );
    }

    #[test]
    fn a_narrow_terminal_cuts_texts_and_not_numbers() {
        for line in grid(28).lines() {
            assert!(line.width() <= 28, "{line}");
        }
        assert!(grid(28).contains("1,589"));
    }
}
