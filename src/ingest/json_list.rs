//! Finds the elements of a JSON list, or JSON objects one after the other, without reading the whole text first.
//!
//! It must not read what is inside an element: it only finds where one ends, and hands its bytes on.

use super::finding::{broken_off, malformed, too_long, with_help};
use super::input::{MAX_RECORD_BYTES, Text};
use super::json::record;
use super::tree::{Tree, Trees};
use crate::record::RecordFinding;
use std::io;

/// The records of a JSON text.
pub(super) struct JsonList {
    text: Text,
    element: Element,
    place: Place,
    state: State,
}

/// Where the scan is, between elements.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Nothing but blanks so far.
    Start,
    /// In a list, where an element is expected, or the end.
    Awaiting,
    /// In a list, after an element.
    After,
    /// Outside of a list: objects follow each other.
    Sequence,
    /// After the list.
    Closed,
    /// Nothing more is read.
    Ended,
}

/// Line and column of the next byte, the column counted in bytes from 0.
#[derive(Debug, Clone, Copy)]
struct Place {
    line: u64,
    column: usize,
}

/// An element whose bytes are coming in.
#[derive(Debug, Default)]
struct Element {
    bytes: Vec<u8>,
    depth: usize,
    quoted: bool,
    escaped: bool,
    too_long: bool,
}

/// What a byte of an element does.
#[derive(Debug, PartialEq, Eq)]
enum Taken {
    /// The element goes on.
    More,
    /// It was the last byte.
    Last,
    /// The element ended before it.
    Before,
}

impl JsonList {
    pub(super) fn new(text: Text) -> Self {
        Self { text, element: Element::default(), place: Place { line: 1, column: 0 }, state: State::Start }
    }

    /// Finds the next element, or what is wrong between elements.
    fn step(&mut self) -> io::Result<Option<Result<Tree, RecordFinding>>> {
        loop {
            let Some(byte) = self.skip_blanks()? else { return Ok(self.end()) };
            match (self.state, byte) {
                (State::Ended, _) => return Ok(None),
                (State::Start, b'[') => self.take(State::Awaiting),
                (State::Start, _) => self.state = State::Sequence,
                (State::Awaiting | State::After, b']') => self.take(State::Closed),
                (State::After, b',') => self.take(State::Awaiting),
                (State::Awaiting, b',') => {
                    self.take(State::Awaiting);
                    return Ok(Some(Err(malformed(self.place.line, "a comma stands here without a record before it"))));
                }
                (State::After, _) => {
                    self.state = State::Awaiting;
                    return Ok(Some(Err(malformed(self.place.line, "a comma is missing before this record"))));
                }
                (State::Awaiting | State::Sequence, _) => return self.read_element().map(Some),
                (State::Closed, _) => {
                    self.state = State::Ended;
                    let finding = malformed(self.place.line, "something stands after the end of the list");
                    return Ok(Some(Err(with_help(finding, "for one record in each line, leave the brackets out"))));
                }
            }
        }
    }

    fn end(&mut self) -> Option<Result<Tree, RecordFinding>> {
        let open = matches!(self.state, State::Awaiting | State::After);
        self.state = State::Ended;
        open.then(|| Err(malformed(self.place.line, "the list is not closed: the text may have been cut off")))
    }

    /// Takes the one byte that the scan looks at.
    fn take(&mut self, state: State) {
        self.text.consume(1);
        self.place.column += 1;
        self.state = state;
    }

    /// The next byte that is not blank, which is not taken.
    fn skip_blanks(&mut self) -> io::Result<Option<u8>> {
        loop {
            let bytes = self.text.fill_buf()?;
            if bytes.is_empty() {
                return Ok(None);
            }
            let found = bytes.iter().position(|byte| !byte.is_ascii_whitespace());
            let blanks = found.unwrap_or(bytes.len());
            let byte = found.and_then(|at| bytes.get(at)).copied();
            self.place.pass(bytes.get(..blanks).unwrap_or_default());
            self.text.consume(blanks);
            if byte.is_some() {
                return Ok(byte);
            }
        }
    }

    fn read_element(&mut self) -> io::Result<Result<Tree, RecordFinding>> {
        let start = self.place;
        self.element.clear();
        self.find_end()?;
        if self.state == State::Awaiting {
            self.state = State::After;
        }
        if self.element.too_long { Ok(Err(too_long(start.line))) } else { Ok(record(&self.element.bytes, start.line, start.column)) }
    }

    fn find_end(&mut self) -> io::Result<()> {
        loop {
            let bytes = self.text.fill_buf()?;
            let mut ended = bytes.is_empty();
            let mut length = bytes.len();
            for (index, byte) in bytes.iter().enumerate() {
                match self.element.take(*byte, index == 0 && self.element.bytes.is_empty()) {
                    Taken::More => continue,
                    Taken::Last => length = index + 1,
                    Taken::Before => length = index,
                }
                ended = true;
                break;
            }
            let taken = bytes.get(..length).unwrap_or_default();
            self.place.pass(taken);
            self.element.keep(taken);
            self.text.consume(length);
            if ended {
                return Ok(());
            }
        }
    }
}

impl Trees for JsonList {
    fn next_tree(&mut self) -> Option<Result<Tree, RecordFinding>> {
        match self.step() {
            Ok(found) => found,
            Err(error) => {
                self.state = State::Ended;
                Some(Err(broken_off(self.place.line, &error)))
            }
        }
    }
}

impl Place {
    fn pass(&mut self, bytes: &[u8]) {
        self.line += bytes.iter().filter(|byte| **byte == b'\n').count() as u64;
        self.column = match bytes.iter().rposition(|byte| *byte == b'\n') {
            Some(at) => bytes.len() - at - 1,
            None => self.column + bytes.len(),
        };
    }
}

impl Element {
    fn clear(&mut self) {
        self.bytes.clear();
        self.depth = 0;
        self.quoted = false;
        self.escaped = false;
        self.too_long = false;
    }

    /// Follows brackets and quotes. What is neither an object nor a list nor a text ends before a comma, a bracket or a blank.
    fn take(&mut self, byte: u8, first: bool) -> Taken {
        if self.quoted {
            match byte {
                _ if self.escaped => self.escaped = false,
                b'\\' => self.escaped = true,
                b'"' => self.quoted = false,
                _ => {}
            }
            return if !self.quoted && self.depth == 0 { Taken::Last } else { Taken::More };
        }
        match byte {
            b'"' => self.quoted = true,
            b'{' | b'[' => self.depth += 1,
            b'}' | b']' if self.depth > 0 => {
                self.depth -= 1;
                if self.depth == 0 {
                    return Taken::Last;
                }
            }
            b',' | b']' | b' ' | b'\t' | b'\r' | b'\n' if self.depth == 0 && !first => return Taken::Before,
            _ => {}
        }
        Taken::More
    }

    fn keep(&mut self, bytes: &[u8]) {
        if self.bytes.len() + bytes.len() > MAX_RECORD_BYTES {
            self.too_long = true;
        } else {
            self.bytes.extend_from_slice(bytes);
        }
    }
}
