//! Reads one JSON text as a record: every number as it was written, every key that is there twice found.
//!
//! It must not know where in a source the text stands; whoever reads lines or lists does.

use super::duplicates::duplicates;
use super::finding::{broken_off, malformed, shown, too_long};
use super::input::{Line, Lines, Text};
use super::tree::{Tree, Trees};
use crate::record::RecordFinding;
use serde_json::Value as Json;

/// The records of a text with one JSON object in each line.
pub(super) struct JsonLines {
    lines: Lines,
    ended: bool,
}

impl JsonLines {
    pub(super) fn new(text: Text) -> Self {
        Self { lines: Lines::new(text), ended: false }
    }
}

impl Trees for JsonLines {
    fn next_tree(&mut self) -> Option<Result<Tree, RecordFinding>> {
        while !self.ended {
            self.lines.release();
            let found = self.lines.next();
            let number = self.lines.line();
            match found {
                Ok(None) => return None,
                Ok(Some(Line::TooLong)) => return Some(Err(too_long(number))),
                Ok(Some(Line::Whole(line))) => {
                    let text = self.lines.bytes(&line).trim_ascii_end();
                    if !text.is_empty() {
                        return Some(record(text, number, 0));
                    }
                }
                Err(error) => {
                    self.ended = true;
                    return Some(Err(broken_off(number + 1, &error)));
                }
            }
        }
        None
    }
}

/// Reads the text of one record that begins in a line after so many bytes of it.
pub(super) fn record(text: &[u8], line: u64, before: usize) -> Result<Tree, RecordFinding> {
    let json: Json = serde_json::from_slice(text).map_err(|error| not_json(text, line, before, &error))?;
    if !json.is_object() {
        let value = Some(shown(&String::from_utf8_lossy(text)));
        return Err(RecordFinding { value, ..malformed(line, format!("a record is an object in braces, not {}", kind(&json))) });
    }
    // A key that is there twice is dropped by the parser; then there are more colons than keys.
    let duplicates = if colons(text) == entries(&json) { Vec::new() } else { duplicates(text) };
    Ok(Tree { json, line, duplicates, findings: Vec::new() })
}

fn not_json(text: &[u8], line: u64, before: usize, error: &serde_json::Error) -> RecordFinding {
    let lines_before = error.line().saturating_sub(1);
    let within = text.split(|byte| *byte == b'\n').nth(lines_before).unwrap_or_default();
    let up_to = within.get(..error.column().saturating_sub(1)).unwrap_or(within);
    let characters = String::from_utf8_lossy(up_to).chars().count();
    let column = characters + 1 + if lines_before == 0 { before } else { 0 };
    let message = error.to_string();
    let message = message.rsplit_once(" at line ").map_or(message.as_str(), |(message, _)| message);
    let message = message.replace("EOF while parsing", "the text ends inside");
    let number = line + lines_before as u64;
    let value = Some(shown(String::from_utf8_lossy(within).trim()));
    RecordFinding { value, ..malformed(number, format!("this is not JSON at column {column}: {message}")) }
}

/// The words for what stands where a record should.
fn kind(json: &Json) -> &'static str {
    match json {
        Json::Null => "null",
        Json::Bool(_) => "true or false",
        Json::Number(_) => "a number",
        Json::String(_) => "a text",
        Json::Array(_) => "a list",
        Json::Object(_) => "an object",
    }
}

/// How many colons stand outside of texts: in sound JSON, one for each key.
fn colons(text: &[u8]) -> usize {
    let mut count = 0;
    let mut rest = text;
    while let Some(at) = rest.iter().position(|byte| matches!(byte, b'"' | b':')) {
        let Some((byte, after)) = rest.get(at..).and_then(<[u8]>::split_first) else { break };
        rest = after;
        if *byte == b':' {
            count += 1;
        } else {
            rest = after_text(rest);
        }
    }
    count
}

/// What stands after the quote that ends a text.
fn after_text(mut text: &[u8]) -> &[u8] {
    while let Some(at) = text.iter().position(|byte| matches!(byte, b'"' | b'\\')) {
        let escape = text.get(at) == Some(&b'\\');
        text = text.get(at + 1 + usize::from(escape)..).unwrap_or_default();
        if !escape {
            return text;
        }
    }
    &[]
}

/// How many keys there are, at every depth.
fn entries(json: &Json) -> usize {
    match json {
        Json::Array(items) => items.iter().map(entries).sum(),
        Json::Object(keys) => keys.len() + keys.values().map(entries).sum::<usize>(),
        _ => 0,
    }
}
