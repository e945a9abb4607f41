//! Rows as lines in which each column begins at the same place.
//!
//! It must not know what the cells mean, nor cut any of them off.

use unicode_width::UnicodeWidthStr;

/// What lies between two columns.
const GAP: &str = "  ";

/// A line for each row, two spaces between its columns. The last column is as long as its cell.
pub(super) fn lines<const N: usize>(rows: &[[String; N]]) -> Vec<String> {
    let mut widths = [0; N];
    for row in rows {
        widths.iter_mut().zip(row).for_each(|(width, cell)| *width = (*width).max(cell.width()));
    }
    rows.iter().map(|row| line(row, &widths)).collect()
}

fn line(row: &[String], widths: &[usize]) -> String {
    let mut line = String::new();
    for (place, (cell, width)) in row.iter().zip(widths).enumerate() {
        line.push_str(cell);
        if place + 1 < row.len() {
            line.push_str(&" ".repeat(width.saturating_sub(cell.width())));
            line.push_str(GAP);
        }
    }
    line
}

#[cfg(test)]
mod tests {
    use super::lines;

    #[test]
    fn columns_begin_at_the_same_place_also_behind_wide_characters() {
        let rows = [["a", "王五", "x"], ["long", "b", ""]].map(|row| row.map(str::to_owned));
        assert_eq!(lines(&rows), ["a     王五  x", "long  b     "]);
        assert_eq!(lines::<2>(&[]), Vec::<String>::new());
    }
}
