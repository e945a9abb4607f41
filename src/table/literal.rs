//! Single values as cells spell them: read by the column's type, and written so that reading gives them back.
//!
//! It must not convert: `"5"` in quotes is never a number, a day never a moment.

use super::CellType;
use super::parse::{CellError, Piece, after_not, quoted};
use super::unary::Comparison;
use crate::diagnostic::{Code, did_you_mean};
use crate::record::{Duration, Value};
use chrono::{DateTime, NaiveDate};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use std::fmt;
use std::sync::Arc;

/// The value that a test names. Numbers are normalised decimals, also in a column of whole numbers, where only comparisons by order
/// may name a fraction.
pub(super) fn operand(piece: Piece<'_>, cell_type: &CellType, comparison: Comparison) -> Result<Value, CellError> {
    match cell_type {
        CellType::Text | CellType::User => bare_or_quoted(piece, is_plain).map(Value::Text),
        CellType::Int if !comparison.needs_order() => number(piece, cell_type).and_then(|number| whole(piece, number)).map(Value::Decimal),
        CellType::Number | CellType::Int => number(piece, cell_type).map(Value::Decimal),
        CellType::Enum(values) => listed(piece, values, is_plain),
        CellType::Bool => bool_value(piece),
        CellType::Date => date(piece),
        CellType::DateTime => moment(piece),
        CellType::Duration => duration(piece),
    }
}

/// The value of an output cell: whole numbers are ints in a column of whole numbers, texts may hold what separates tests.
pub(super) fn output(piece: Piece<'_>, cell_type: &CellType) -> Result<Value, CellError> {
    match cell_type {
        CellType::Text | CellType::User => bare_or_quoted(piece, is_plain_output).map(Value::Text),
        CellType::Enum(values) => listed(piece, values, is_plain_output),
        CellType::Int => {
            let number = whole(piece, number(piece, cell_type)?)?;
            let int = number.to_i64().ok_or_else(|| piece.error(Code::InvalidCell, format!("`{}` has too many digits", piece.text)));
            int.map(Value::Int)
        }
        _ => operand(piece, cell_type, Comparison::Equal),
    }
}

/// Writes a value as a test names it.
pub(super) fn write(value: &Value, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match value {
        Value::Text(text) if !is_plain(text) => write!(f, "{}", Quoted(text)),
        other => write!(f, "{other}"),
    }
}

/// A text in quotes.
pub(super) struct Quoted<'a>(pub(super) &'a str);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\"", self.0.replace('\\', "\\\\").replace('"', "\\\""))
    }
}

/// Signs that begin a comparison or are meant to; the last ones come from word processors and Chinese keyboards.
const SIGNS: [char; 13] = ['<', '>', '=', '!', '≥', '≤', '≠', '＜', '＞', '＝', '"', '“', '”'];

fn is_plain_output(text: &str) -> bool {
    !text.is_empty() && text != "-" && text.trim() == text && !text.starts_with(SIGNS)
}

/// Whether a text can stand in a test without quotes and mean only itself.
fn is_plain(text: &str) -> bool {
    let mut depth = 0_i32;
    let balanced = text.chars().all(|c| {
        depth += i32::from(c == '(') - i32::from(c == ')');
        depth >= 0
    });
    is_plain_output(text)
        && balanced
        && depth == 0
        && !text.starts_with(['[', ']', '('])
        && !text.contains(['"', '“', '”', ',', '，', '、'])
        && !text.contains("..")
        && after_not(Piece { text, start: 0 }).is_none()
}

fn bare_or_quoted(piece: Piece<'_>, plain: impl Fn(&str) -> bool) -> Result<Arc<str>, CellError> {
    if piece.text.starts_with('"') {
        return unquote(piece).map(Arc::from);
    }
    if plain(piece.text) {
        return Ok(Arc::from(piece.text));
    }
    let help = if piece.text.contains(['，', '、']) {
        format!("a list is separated by `,`; a text is written {}", quoted(piece.text))
    } else {
        format!("write {}", quoted(piece.text))
    };
    Err(piece.error(Code::InvalidCell, format!("`{}` needs quotes", piece.text)).help(help))
}

fn unquote(piece: Piece<'_>) -> Result<String, CellError> {
    let mut text = String::new();
    let mut characters = piece.text.char_indices().skip(1);
    while let Some((index, c)) = characters.next() {
        match c {
            '"' if index + 1 == piece.text.len() => return Ok(text),
            '"' => {
                return Err(piece
                    .error(Code::InvalidCell, format!("`{}` goes on after its quotes", piece.text))
                    .help("write `\\\"` for a quote inside"));
            }
            '\\' => match characters.next() {
                Some((_, escaped @ ('"' | '\\'))) => text.push(escaped),
                _ => {
                    return Err(piece
                        .error(Code::InvalidCell, "`\\` stands before `\"` or `\\` only")
                        .help("write `\\\\` for a backslash"));
                }
            },
            other => text.push(other),
        }
    }
    Err(piece.error(Code::InvalidCell, format!("`{}` has no closing quote", piece.text)))
}

fn listed(piece: Piece<'_>, values: &[Arc<str>], plain: impl Fn(&str) -> bool) -> Result<Value, CellError> {
    let text = bare_or_quoted(piece, plain)?;
    values.iter().find(|value| **value == text).map(|value| Value::Text(Arc::clone(value))).ok_or_else(|| {
        let mut error = piece.error(Code::UnknownValue, format!("`{text}` is not one of the values of the column"));
        error.help = did_you_mean(&text, values.iter().map(AsRef::as_ref));
        error
    })
}

fn wrong_type(piece: Piece<'_>, cell_type: &CellType, help: &str) -> CellError {
    let foreign = piece.text.contains(['≥', '≤', '≠', '＜', '＞', '＝', '，', '、', '（', '）', '－', '−', '–']);
    let help = if foreign { "signs are written `<`, `<=`, `>`, `>=`, `=`, `!=`, `-`, `,`, `(` and `)`" } else { help };
    piece.error(Code::CellType, format!("`{}` is not {}", piece.text, cell_type.singular())).help(help)
}

fn bool_value(piece: Piece<'_>) -> Result<Value, CellError> {
    match piece.text {
        "true" => Ok(Value::Bool(true)),
        "false" => Ok(Value::Bool(false)),
        _ => Err(wrong_type(piece, &CellType::Bool, "write one of the two words, without quotes")),
    }
}

fn number(piece: Piece<'_>, cell_type: &CellType) -> Result<Decimal, CellError> {
    let digits = piece.text.strip_suffix('%').map_or(piece.text, str::trim_end);
    if !is_number(digits) {
        let help = "numbers are written `5_000_000`, `-0.25` or `30%`, comparisons `>= 5`, intervals `[5..10)`";
        return Err(wrong_type(piece, cell_type, help));
    }
    let exact = Decimal::from_str_exact(&digits.replace('_', "")).map(|number| number.normalize());
    exact.map_err(|_| piece.error(Code::InvalidCell, format!("`{}` has more digits than can be kept exactly", piece.text)))
}

fn is_number(text: &str) -> bool {
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, "0"));
    [whole, fraction]
        .into_iter()
        .all(|digits| digits.split('_').all(|group| !group.is_empty() && group.bytes().all(|b| b.is_ascii_digit())))
}

fn whole(piece: Piece<'_>, number: Decimal) -> Result<Decimal, CellError> {
    let help = "a whole number never equals a fraction; `<` and `>` may name one";
    if number.is_integer() { Ok(number) } else { Err(wrong_type(piece, &CellType::Int, help)) }
}

/// The text inside `name("..")`, DMN's way to write dates.
fn argument<'a>(piece: Piece<'a>, name: &str) -> Option<Piece<'a>> {
    let inner = piece.strip_prefix(name)?.strip_prefix("(")?.strip_suffix(")")?.trim();
    inner.strip_prefix("\"")?.strip_suffix("\"")
}

fn date(piece: Piece<'_>) -> Result<Value, CellError> {
    let day = argument(piece, "date").unwrap_or(piece);
    let shaped =
        day.text.len() == 10 && day.text.bytes().enumerate().all(|(i, b)| if i == 4 || i == 7 { b == b'-' } else { b.is_ascii_digit() });
    if !shaped {
        return Err(wrong_type(piece, &CellType::Date, "days are written `2026-01-05`"));
    }
    let parsed = NaiveDate::parse_from_str(day.text, "%Y-%m-%d");
    parsed.map(Value::Date).map_err(|_| day.error(Code::InvalidCell, format!("there is no day `{}`", day.text)))
}

fn moment(piece: Piece<'_>) -> Result<Value, CellError> {
    let text = argument(piece, "date and time").unwrap_or(piece).text;
    let help = "moments are written with their offset from UTC: `2026-01-05T10:00:00+08:00`";
    DateTime::parse_from_rfc3339(text).map(Value::DateTime).map_err(|_| wrong_type(piece, &CellType::DateTime, help))
}

fn duration(piece: Piece<'_>) -> Result<Value, CellError> {
    let help = "durations are written `3 days` or `1 day 4 hours`, in weeks, days, hours, minutes and seconds";
    let (negative, text) = piece.text.strip_prefix('-').map_or((false, piece.text), |rest| (true, rest));
    let words: Vec<&str> = text.split_whitespace().collect();
    let (mut total, mut smallest) = (Some(0_i64), i64::MAX);
    for pair in words.chunks(2) {
        let [count, unit] = pair else {
            return Err(wrong_type(piece, &CellType::Duration, help));
        };
        let size = unit_seconds(unit).filter(|size| *size < smallest && count.bytes().all(|b| b.is_ascii_digit()));
        smallest = size.ok_or_else(|| wrong_type(piece, &CellType::Duration, help))?;
        total = total.and_then(|total| count.parse::<i64>().ok()?.checked_mul(smallest)?.checked_add(total));
    }
    if words.is_empty() {
        return Err(wrong_type(piece, &CellType::Duration, help));
    }
    let seconds = total.ok_or_else(|| piece.error(Code::InvalidCell, format!("`{}` is too long", piece.text)))?;
    Ok(Value::Duration(Duration::from_seconds(if negative { -seconds } else { seconds })))
}

fn unit_seconds(unit: &str) -> Option<i64> {
    match unit {
        "week" | "weeks" => Some(604_800),
        "day" | "days" => Some(86_400),
        "hour" | "hours" => Some(3_600),
        "minute" | "minutes" => Some(60),
        "second" | "seconds" => Some(1),
        _ => None,
    }
}
