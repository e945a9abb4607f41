//! Reads cells: the tests of input columns and the values of output columns.
//!
//! It must not read two meanings into one text: whatever could mean something else is an error with a place.

use super::literal;
use super::unary::{Comparison, Interval, Shape, UnaryTest};
use super::{CellType, ValueSet};
use crate::diagnostic::{Code, Diagnostic};
use crate::record::Value;
use crate::source::Span;
use std::cmp::Ordering;

/// What is wrong with a cell, and where inside its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CellError {
    /// `InvalidCell` for a text that has no meaning, `CellType` for one of another type, `UnknownValue` for one outside a closed set.
    pub code: Code,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
    /// The first byte concerned, counted from the start of the text.
    pub start: usize,
    /// The byte after the last one concerned.
    pub end: usize,
}

/// A part of a cell's text that remembers where it began.
#[derive(Debug, Clone, Copy)]
pub(super) struct Piece<'a> {
    /// The text of the part.
    pub(super) text: &'a str,
    /// Where it begins in the cell.
    pub(super) start: usize,
}

impl UnaryTest {
    /// Reads a cell of an input column: `-`, `>= 5`, `5`, `[1..10)`, `10, 20, > 50`, `not(a, b)`.
    ///
    /// # Errors
    /// A text that has no meaning, is of another type, or describes a set in which no value lies.
    pub fn parse(text: &str, cell_type: &CellType) -> Result<UnaryTest, CellError> {
        let cell = Piece { text, start: 0 }.trim();
        if cell.text.is_empty() || cell.text == "-" {
            return Ok(UnaryTest::any());
        }
        let Some(list) = after_not(cell) else {
            return parse_list(cell, cell_type, false);
        };
        let test = UnaryTest::of(Shape::Not(Box::new(parse_list(closed(cell, list)?, cell_type, true)?)));
        if test.values(cell_type).is_empty() {
            let help = "a row with this cell would never match";
            return Err(cell.error(Code::InvalidCell, format!("no value fits `{}`", cell.text)).help(help));
        }
        Ok(test)
    }
}

/// Reads a cell of an output column: one value, spelled as in tests. A text needs quotes only where it begins like something else.
///
/// # Errors
/// A text that is no value of the type; an empty text, too, so whoever allows empty outputs asks beforehand.
pub fn parse_output(text: &str, cell_type: &CellType) -> Result<Value, CellError> {
    let cell = Piece { text, start: 0 }.trim();
    if cell.text.is_empty() || cell.text == "-" {
        return Err(cell.error(Code::InvalidCell, "an output needs a value"));
    }
    literal::output(cell, cell_type)
}

/// Tells `not(` and what follows from a text that merely begins with these letters.
pub(super) fn after_not(cell: Piece<'_>) -> Option<Piece<'_>> {
    let (word, rest) = cell.text.split_at_checked(3)?;
    let rest = cell.after(word.len() + (rest.len() - rest.trim_start().len()));
    (word.eq_ignore_ascii_case("not") && rest.text.starts_with(['(', '（'])).then_some(rest)
}

fn closed<'a>(cell: Piece<'a>, list: Piece<'a>) -> Result<Piece<'a>, CellError> {
    list.strip_prefix("(").and_then(|list| list.strip_suffix(")")).ok_or_else(|| {
        let help = "`not(..)` holds for a whole cell; a text that begins so needs quotes";
        cell.error(Code::InvalidCell, format!("`{}` does not end with the `)` of `not(`", cell.text)).help(help)
    })
}

fn parse_list(list: Piece<'_>, cell_type: &CellType, inverted: bool) -> Result<UnaryTest, CellError> {
    refuse_grouped_digits(list, cell_type)?;
    let parts = list.split_outside_quotes(",");
    let alone = parts.len() == 1 && !inverted;
    let mut tests = Vec::with_capacity(parts.len());
    for part in parts {
        tests.push(parse_part(part.trim(), cell_type, alone)?);
    }
    match (tests.pop(), tests.is_empty()) {
        (Some(only), true) => Ok(only),
        (last, _) => Ok(UnaryTest::of(Shape::OneOf(tests.into_iter().chain(last).collect()))),
    }
}

/// `5,000,000` is one number to whoever wrote it and three to a list.
fn refuse_grouped_digits(list: Piece<'_>, cell_type: &CellType) -> Result<(), CellError> {
    if !matches!(cell_type, CellType::Number | CellType::Int) {
        return Ok(());
    }
    let digits = |text: &str| text.chars().take_while(char::is_ascii_digit).count();
    let mut before: Option<&str> = None;
    for group in list.text.split(',') {
        let leading = before.map_or(0, |text| text.chars().rev().take_while(char::is_ascii_digit).count());
        if (1..=3).contains(&leading) && digits(group) == 3 {
            let help = "group digits with `_`, as in `5_000_000`; put a blank after each comma of a list";
            return Err(list.error(Code::InvalidCell, format!("`{}` may be one number or a list", list.text)).help(help));
        }
        before = Some(group);
    }
    Ok(())
}

fn parse_part(part: Piece<'_>, cell_type: &CellType, alone: bool) -> Result<UnaryTest, CellError> {
    if part.text.is_empty() {
        return Err(part.error(Code::InvalidCell, "a value is missing here").help("a list is written `10, 20`"));
    }
    if part.text == "-" {
        return Err(part.error(Code::InvalidCell, "`-` stands for any value and cannot be part of a list"));
    }
    if after_not(part).is_some() {
        return Err(part.error(Code::InvalidCell, "`not(..)` cannot be part of a list").help("it holds for a whole cell: `not(a, b)`"));
    }
    if let Some((comparison, operand)) = comparison(part) {
        return parse_comparison(part, comparison, operand.trim(), cell_type, alone);
    }
    let ends = part.split_outside_quotes("..");
    if ends.len() > 1 || part.text.starts_with(['[', ']', '(']) {
        return parse_interval(part, cell_type).map(|interval| UnaryTest::of(Shape::Interval(interval)));
    }
    literal::operand(part, cell_type, Comparison::Equal).map(|value| UnaryTest::of(Shape::Compare(Comparison::Equal, value)))
}

fn comparison(part: Piece<'_>) -> Option<(Comparison, Piece<'_>)> {
    // Longer signs first: `<` begins `<=` too. `==` is what rules write.
    let signs = [
        (">=", Comparison::AtLeast),
        ("<=", Comparison::AtMost),
        ("!=", Comparison::NotEqual),
        ("==", Comparison::Equal),
        (">", Comparison::Above),
        ("<", Comparison::Below),
        ("=", Comparison::Equal),
    ];
    signs.into_iter().find_map(|(sign, comparison)| part.strip_prefix(sign).map(|rest| (comparison, rest)))
}

fn parse_comparison(
    part: Piece<'_>,
    comparison: Comparison,
    operand: Piece<'_>,
    cell_type: &CellType,
    alone: bool,
) -> Result<UnaryTest, CellError> {
    if operand.text.is_empty() {
        return Err(part.error(Code::InvalidCell, format!("a value is missing after `{}`", part.text)));
    }
    if comparison == Comparison::NotEqual && !alone {
        let help = "a comma means or; `not(a, b)` is neither `a` nor `b`";
        return Err(part.error(Code::InvalidCell, "`!=` cannot be part of a list or of `not(..)`").help(help));
    }
    if comparison.needs_order() && !cell_type.has_order() {
        return Err(no_order(part, cell_type));
    }
    literal::operand(operand, cell_type, comparison).map(|value| UnaryTest::of(Shape::Compare(comparison, value)))
}

fn no_order(part: Piece<'_>, cell_type: &CellType) -> CellError {
    let help = match cell_type {
        CellType::Text | CellType::User | CellType::Enum(_) => format!("list the values, or put a text in quotes: {}", quoted(part.text)),
        _ => "write `true` or `false`".to_owned(),
    };
    let message = format!("`{}` asks for an order, and {} have none", part.text, cell_type.plural());
    part.error(Code::CellType, message).help(help)
}

pub(super) fn quoted(text: &str) -> String {
    format!("`{}`", literal::Quoted(text))
}

fn parse_interval(part: Piece<'_>, cell_type: &CellType) -> Result<Interval, CellError> {
    if !cell_type.has_order() {
        return Err(no_order(part, cell_type));
    }
    let (low_closed, high_closed, inner) = interval_ends(part)?;
    let ends = inner.split_outside_quotes("..");
    let [low, high] = ends.as_slice() else {
        return Err(not_an_interval(part));
    };
    let (low, high) = (low.trim(), high.trim());
    if low.text.is_empty() || high.text.is_empty() {
        let help = "an interval without an end is written `>= 1` or `< 10`";
        return Err(part.error(Code::InvalidCell, format!("an end of `{}` is missing", part.text)).help(help));
    }
    // The sign is one that allows fractions in a column of whole numbers: an end need not be a value.
    let interval = Interval {
        low: literal::operand(low, cell_type, Comparison::AtLeast)?,
        low_closed,
        high: literal::operand(high, cell_type, Comparison::AtMost)?,
        high_closed,
    };
    if interval.low.order(&interval.high) == Ok(Ordering::Greater) {
        let right = Interval { low: interval.high, high: interval.low, ..interval };
        let message = format!("`{}` begins above its end", part.text);
        return Err(part.error(Code::InvalidCell, message).help(format!("write `{right}`")));
    }
    if ValueSet::between(&interval, cell_type).is_empty() {
        let help = "`[` and `]` include the ends, `(` and `)` leave them out";
        return Err(part.error(Code::InvalidCell, format!("no value lies in `{}`", part.text)).help(help));
    }
    Ok(interval)
}

fn interval_ends(part: Piece<'_>) -> Result<(bool, bool, Piece<'_>), CellError> {
    let opening = [("[", true), ("(", false), ("]", false)];
    let closing = [("]", true), (")", false), ("[", false)];
    let opened = opening.into_iter().find_map(|(sign, closed)| part.strip_prefix(sign).map(|rest| (closed, rest)));
    let Some((low_closed, rest)) = opened else {
        // `date("..")` ends with a parenthesis of its own, so only brackets are out of place here.
        return if part.text.ends_with(['[', ']']) { Err(not_an_interval(part)) } else { Ok((true, true, part)) };
    };
    let closed = closing.into_iter().find_map(|(sign, closed)| rest.strip_suffix(sign).map(|rest| (closed, rest)));
    closed.map(|(high_closed, inner)| (low_closed, high_closed, inner)).ok_or_else(|| not_an_interval(part))
}

fn not_an_interval(part: Piece<'_>) -> CellError {
    let help = "an interval is written `[1..10]`, or `[1..10)` without its upper end";
    part.error(Code::InvalidCell, format!("`{}` is not an interval", part.text)).help(help)
}

impl CellError {
    /// The same error with advice.
    pub(super) fn help(mut self, text: impl Into<String>) -> Self {
        self.help = Some(text.into());
        self
    }

    /// The finding, for a cell whose text stands as it is at this place.
    #[must_use]
    pub fn diagnostic(self, cell: Span) -> Diagnostic {
        Diagnostic::new(self.code, cell.within(self.start, self.end), self.message).maybe_help(self.help)
    }
}

impl<'a> Piece<'a> {
    /// The part without blanks around it.
    pub(super) fn trim(self) -> Self {
        let text = self.text.trim_start();
        Self { start: self.start + self.text.len() - text.len(), text: text.trim_end() }
    }

    /// An error about the part.
    pub(super) fn error(self, code: Code, message: impl Into<String>) -> CellError {
        CellError { code, message: message.into(), help: None, start: self.start, end: self.start + self.text.len() }
    }

    /// What follows a prefix.
    pub(super) fn strip_prefix(self, prefix: &str) -> Option<Self> {
        self.text.strip_prefix(prefix).map(|text| Self { text, start: self.start + prefix.len() })
    }

    /// What precedes a suffix.
    pub(super) fn strip_suffix(self, suffix: &str) -> Option<Self> {
        self.text.strip_suffix(suffix).map(|text| Self { text, start: self.start })
    }

    /// What follows so many bytes, or the empty end.
    fn after(self, bytes: usize) -> Self {
        Self { text: self.text.get(bytes..).unwrap_or(""), start: self.start + bytes.min(self.text.len()) }
    }

    /// The parts between separators that do not stand in quotes; one part where there is no separator.
    fn split_outside_quotes(self, separator: &str) -> Vec<Self> {
        let mut parts = Vec::new();
        let (mut begin, mut quoted, mut escaped) = (0, false, false);
        for (index, c) in self.text.char_indices() {
            match c {
                _ if escaped => escaped = false,
                '\\' if quoted => escaped = true,
                '"' => quoted = !quoted,
                _ if quoted || index < begin => {}
                _ => {
                    let rest = self.after(index);
                    if rest.text.starts_with(separator) {
                        parts.push(Self { text: self.text.get(begin..index).unwrap_or(""), start: self.start + begin });
                        begin = index + separator.len();
                    }
                }
            }
        }
        parts.push(self.after(begin));
        parts
    }
}
