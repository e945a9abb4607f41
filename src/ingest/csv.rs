//! Reads lines of cells (CSV) with every quote accounted for.
//!
//! It must not let a quote that is never closed swallow the lines after it: that line is a finding, and the next one is read.

use super::error::IngestError;
use super::finding::{broken_off, malformed, too_long, with_help};
use super::flat::{Row, Rows};
use super::input::{Line, Lines, MAX_RECORD_BYTES, Text};
use crate::record::RecordFinding;
use std::io;

/// The rows of a CSV text.
pub(super) struct CsvRows {
    lines: Lines,
    cells: Cells,
    ended: bool,
}

/// The cells of one row, while its lines come in.
struct Cells {
    delimiter: u8,
    text: Vec<u8>,
    ends: Vec<usize>,
    // The cells in which something stands after the closing quote.
    strays: Vec<usize>,
    state: State,
    // Whether the quote of the present cell was opened in an earlier line.
    continued: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Start,
    Bare,
    Quoted,
    Closed,
}

/// What became of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fed {
    Complete,
    /// A quote is open.
    Open,
    /// A quote from an earlier line ends in the middle of something: it was most likely never meant to be open.
    Broken,
}

/// What stands between two cells: the most frequent of the four delimiters in the header, outside of quotes.
pub(super) fn delimiter(header: &[u8]) -> u8 {
    let mut counts = [(b'|', 0), (b'\t', 0), (b';', 0), (b',', 0)];
    let mut quoted = false;
    for byte in header.trim_ascii_start() {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' if !quoted => break,
            _ if quoted => {}
            _ => counts.iter_mut().filter(|(delimiter, _)| delimiter == byte).for_each(|(_, count)| *count += 1),
        }
    }
    // Of equals the last wins: the comma.
    counts.into_iter().max_by_key(|(_, count)| *count).map_or(b',', |(delimiter, _)| delimiter)
}

impl CsvRows {
    /// Reads the header, and returns it beside the rows that follow.
    pub(super) fn new(text: Text, delimiter: u8, name: &str) -> Result<(Self, Row), IngestError> {
        let mut rows = Self { lines: Lines::new(text), cells: Cells::new(delimiter), ended: false };
        let mut header = Row::default();
        let name = name.to_owned();
        match rows.next_row(&mut header) {
            None => Err(IngestError::NoHeader { name }),
            Some(Ok(())) if header.faults().any(|(_, fault)| fault == NOT_UTF8) => {
                Err(IngestError::NotUtf8 { name, found: "in another encoding, such as that of an old spreadsheet" })
            }
            Some(Ok(())) => Ok((rows, header)),
            Some(Err(finding)) => Err(IngestError::Malformed { name, expected: "a CSV file with a header", message: finding.message }),
        }
    }

    /// Takes lines until the cells of a row are complete; the number of its first line.
    fn take(&mut self) -> io::Result<Option<Result<u64, RecordFinding>>> {
        let start = loop {
            self.lines.release();
            match self.lines.next()? {
                None => return Ok(None),
                Some(Line::TooLong) => return Ok(Some(Err(too_long(self.lines.line())))),
                Some(Line::Whole(line)) if self.lines.bytes(&line).trim_ascii().is_empty() => {}
                Some(Line::Whole(line)) => break line,
            }
        };
        let number = self.lines.line();
        let after_first = self.lines.mark();
        self.cells.clear();
        let mut fed = self.cells.feed(self.lines.bytes(&start));
        while fed == Fed::Open {
            fed = match self.lines.next()? {
                Some(Line::Whole(line)) if line.end - start.start <= MAX_RECORD_BYTES => self.cells.feed(self.lines.bytes(&line)),
                _ => Fed::Broken,
            };
        }
        if fed == Fed::Complete {
            return Ok(Some(Ok(number)));
        }
        self.lines.go_back(after_first);
        let finding = malformed(number, format!("the quote before cell {} is never closed", self.cells.ends.len() + 1));
        Ok(Some(Err(with_help(finding, "a cell with a quote in it stands in quotes, and the quote is written twice: `\"5\"\" pipe\"`"))))
    }
}

pub(super) const NOT_UTF8: &str = "the cell is not UTF-8";
const STRAY: &str = "something stands after the quote that closes the cell";

impl Rows for CsvRows {
    fn next_row(&mut self, row: &mut Row) -> Option<Result<(), RecordFinding>> {
        if self.ended {
            return None;
        }
        match self.take() {
            Ok(None) => None,
            Ok(Some(Ok(line))) => {
                self.cells.move_into(row, line);
                Some(Ok(()))
            }
            Ok(Some(Err(finding))) => Some(Err(finding)),
            Err(error) => {
                self.ended = true;
                Some(Err(broken_off(self.lines.line() + 1, &error)))
            }
        }
    }
}

impl Cells {
    fn new(delimiter: u8) -> Self {
        Self { delimiter, text: Vec::new(), ends: Vec::new(), strays: Vec::new(), state: State::Start, continued: false }
    }

    fn clear(&mut self) {
        self.text.clear();
        self.ends.clear();
        self.strays.clear();
        self.state = State::Start;
        self.continued = false;
    }

    /// Takes a line with its line break.
    fn feed(&mut self, line: &[u8]) -> Fed {
        let content = line.strip_suffix(b"\n").map_or(line, |line| line.strip_suffix(b"\r").unwrap_or(line));
        let mut rest = content;
        loop {
            match self.state {
                State::Start => {
                    let quoted = rest.strip_prefix(b"\"");
                    self.continued = false;
                    self.state = if quoted.is_some() { State::Quoted } else { State::Bare };
                    rest = quoted.unwrap_or(rest);
                }
                State::Bare => {
                    let Some(after) = self.take_until(self.delimiter, rest) else { return self.complete() };
                    self.end_cell();
                    rest = after;
                }
                State::Quoted => {
                    let Some(after) = self.take_until(b'"', rest) else {
                        self.text.extend_from_slice(line.get(content.len()..).unwrap_or_default());
                        self.continued = true;
                        return Fed::Open;
                    };
                    self.state = State::Closed;
                    rest = after;
                }
                State::Closed => match rest.split_first() {
                    None => return self.complete(),
                    Some((b'"', after)) => {
                        self.text.push(b'"');
                        self.state = State::Quoted;
                        rest = after;
                    }
                    Some((byte, after)) if *byte == self.delimiter => {
                        self.end_cell();
                        rest = after;
                    }
                    Some(_) if self.continued => return Fed::Broken,
                    Some(_) => {
                        self.strays.push(self.ends.len());
                        self.state = State::Bare;
                    }
                },
            }
        }
    }

    /// Takes what stands before a byte, and returns what stands after it; takes all where the byte is not there.
    fn take_until<'a>(&mut self, end: u8, bytes: &'a [u8]) -> Option<&'a [u8]> {
        let at = bytes.iter().position(|byte| *byte == end);
        let (before, after) = bytes.split_at_checked(at.unwrap_or(bytes.len()))?;
        self.text.extend_from_slice(before);
        after.get(1..)
    }

    fn end_cell(&mut self) {
        self.ends.push(self.text.len());
        self.state = State::Start;
    }

    fn complete(&mut self) -> Fed {
        self.end_cell();
        Fed::Complete
    }

    fn move_into(&mut self, row: &mut Row, line: u64) {
        row.start(line);
        match std::str::from_utf8(&self.text) {
            Ok(text) => row.extend(text, &self.ends),
            Err(_) => {
                let mut start = 0;
                for (index, end) in self.ends.iter().enumerate() {
                    let cell = std::str::from_utf8(self.text.get(start..*end).unwrap_or_default());
                    row.push(cell.unwrap_or(""), false);
                    if cell.is_err() {
                        row.fault(index, NOT_UTF8);
                    }
                    start = *end;
                }
            }
        }
        self.strays.iter().for_each(|index| row.fault(*index, STRAY));
    }
}
