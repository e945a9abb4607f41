//! Cells of a CSV text with their places, as far as tables kept in a spreadsheet need them.
//!
//! It must not know columns or types, and must not be used for records: those are streamed by `ingest`.

use std::ops::Range;

/// A cell's text, unquoted, and the bytes that it was written in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CsvCell {
    /// What the cell holds.
    pub text: String,
    /// Where it is written, with its quotes.
    pub range: Range<usize>,
}

/// The cells of each line. The separator is `;` or a tab where the first line holds one outside of quotes and no comma, else `,`.
#[must_use]
pub fn csv_lines(text: &str) -> Vec<Vec<CsvCell>> {
    let body = text.strip_prefix('\u{feff}').unwrap_or(text);
    let shift = text.len() - body.len();
    let first = body.lines().next().unwrap_or("");
    let separator = if first.contains(',') { ',' } else { [';', '\t'].into_iter().find(|c| first.contains(*c)).unwrap_or(',') };
    let mut lines = Vec::new();
    let mut line = Vec::new();
    let mut cell = String::new();
    let mut start = 0;
    let mut quoted = false;
    let mut characters = body.char_indices().peekable();
    while let Some((at, character)) = characters.next() {
        match character {
            '"' if quoted && characters.peek().is_some_and(|(_, next)| *next == '"') => {
                characters.next();
                cell.push('"');
            }
            '"' if quoted => quoted = false,
            '"' if cell.trim().is_empty() => {
                cell.clear();
                quoted = true;
            }
            '\n' if !quoted => {
                let end = at - usize::from(cell.ends_with('\r'));
                finish(&mut cell, &mut line, start..end, shift);
                lines.push(std::mem::take(&mut line));
                start = at + 1;
            }
            other if other == separator && !quoted => {
                finish(&mut cell, &mut line, start..at, shift);
                start = at + other.len_utf8();
            }
            other => cell.push(other),
        }
    }
    if !cell.is_empty() || !line.is_empty() {
        finish(&mut cell, &mut line, start..body.len(), shift);
        lines.push(line);
    }
    lines
}

fn finish(cell: &mut String, line: &mut Vec<CsvCell>, range: Range<usize>, shift: usize) {
    let text = std::mem::take(cell).trim_end_matches('\r').to_owned();
    line.push(CsvCell { text, range: range.start + shift..range.end + shift });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> Vec<Vec<String>> {
        csv_lines(text).into_iter().map(|line| line.into_iter().map(|cell| cell.text).collect()).collect()
    }

    #[test]
    fn cells_are_unquoted_and_know_their_place() {
        let text = "\u{feff}amount,level\r\n\"[1..2], 5\",\"say \"\"office\"\"\"\n\n>= 3,省级";
        assert_eq!(texts(text), [vec!["amount", "level"], vec!["[1..2], 5", "say \"office\""], vec![""], vec![">= 3", "省级"]]);
        for cell in csv_lines(text).into_iter().flatten().filter(|cell| !cell.text.contains('"') && !cell.text.contains(", ")) {
            assert_eq!(text.get(cell.range.clone()), Some(cell.text.as_str()));
        }
    }

    #[test]
    fn semicolons_separate_where_there_are_no_commas() {
        assert_eq!(texts("a;b\n1,5;2"), [["a", "b"], ["1,5", "2"]]);
    }
}
