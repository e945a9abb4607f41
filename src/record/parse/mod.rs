//! How the values of records are read: texts and JSON come in, typed values or errors come out.
//!
//! It must not guess: a text that can be read in two ways is an error, and so is a number that cannot be kept exactly.

mod currency;
mod json;
mod number;
mod text;
mod time;

pub use json::{object_from_json, value_from_json};
pub(super) use text::check_bounds;
pub use text::value_from_text;

use chrono::format::{Item, StrftimeItems};
use chrono_tz::Tz;

/// How the texts of a source are read; the default reads ISO dates and treats an empty text as missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// In which formats, besides ISO, dates are written (`%d.%m.%Y`).
    pub date_formats: Vec<String>,
    /// In which formats, besides ISO, moments are written (`%d.%m.%Y %H:%M`).
    pub datetime_formats: Vec<String>,
    /// The zone of moments that are written without an offset.
    pub zone: Tz,
    /// The texts that mean that a value is missing, in JSON texts as well.
    pub nulls: Vec<String>,
    /// Whether white space around a text is dropped.
    pub trim: bool,
    /// What stands between the values of a list that is written as one text.
    pub list_separator: char,
    /// Whether the decimal mark of numbers in texts is a comma; JSON numbers always have a point.
    pub decimal_comma: bool,
    /// Whether the source says that it is a point. Where it says nothing, an amount of `1.000` may be a thousand or one.
    pub decimal_point: bool,
}

/// Why a value could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ValueError {
    /// What is wrong, in one line.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
}

impl Default for Reading {
    fn default() -> Self {
        Self {
            date_formats: Vec::new(),
            datetime_formats: Vec::new(),
            zone: Tz::UTC,
            nulls: vec![String::new()],
            trim: true,
            list_separator: ';',
            decimal_comma: false,
            decimal_point: false,
        }
    }
}

impl Reading {
    /// Whether a text is a format for dates or moments (`%d.%m.%Y`).
    #[must_use]
    pub fn is_format(format: &str) -> bool {
        let mut fields = 0;
        for item in StrftimeItems::new(format) {
            match item {
                Item::Error => return false,
                Item::Numeric(..) | Item::Fixed(_) => fields += 1,
                _ => {}
            }
        }
        fields > 0
    }

    /// The text that is to be read; `None` where it means that the value is missing.
    fn present<'a>(&self, text: &'a str) -> Option<&'a str> {
        let text = if self.trim { text.trim() } else { text };
        if self.nulls.iter().any(|null| null == text) { None } else { Some(text) }
    }
}

impl ValueError {
    pub(super) fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), help: None }
    }

    fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    pub(super) fn maybe_help(mut self, help: Option<String>) -> Self {
        self.help = help.or(self.help);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_name_some_part_of_a_date() {
        assert!(Reading::is_format("%d.%m.%Y %H:%M"));
        assert!(!Reading::is_format("%d.%Q"));
        assert!(!Reading::is_format("dd.mm.yyyy"));
        assert!(!Reading::is_format(""));
    }
}
