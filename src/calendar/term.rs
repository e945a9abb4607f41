//! A term as it is written: a count and a unit, such as `5 working days`.
//!
//! It must not know calendars; where a term ends is for [`Calendar`](super::Calendar).

use std::fmt;
use std::str::FromStr;

/// What a term counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Unit {
    /// Elapsed minutes.
    Minute,
    /// Elapsed hours.
    Hour,
    /// Days by the clock on the wall.
    Day,
    /// Seven days.
    Week,
    /// Hours of working time.
    WorkingHour,
    /// Working days.
    WorkingDay,
}

/// A count of units.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Term {
    count: u32,
    unit: Unit,
}

/// Why a text is not a term.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct TermError {
    /// What is wrong, in one line.
    pub message: String,
    /// What to do about it.
    pub help: String,
}

/// Every unit with its word.
const UNITS: [(Unit, &str); 6] = [
    (Unit::Minute, "minute"),
    (Unit::Hour, "hour"),
    (Unit::Day, "day"),
    (Unit::Week, "week"),
    (Unit::WorkingHour, "working hour"),
    (Unit::WorkingDay, "working day"),
];

/// What people write for a unit though it is not its word.
const NEAR: [(&str, Unit); 22] = [
    ("m", Unit::Minute),
    ("min", Unit::Minute),
    ("mins", Unit::Minute),
    ("h", Unit::Hour),
    ("hr", Unit::Hour),
    ("hrs", Unit::Hour),
    ("d", Unit::Day),
    ("calendar day", Unit::Day),
    ("calendar days", Unit::Day),
    ("w", Unit::Week),
    ("wk", Unit::Week),
    ("wks", Unit::Week),
    ("wh", Unit::WorkingHour),
    ("business hour", Unit::WorkingHour),
    ("business hours", Unit::WorkingHour),
    ("work hours", Unit::WorkingHour),
    ("wd", Unit::WorkingDay),
    ("bd", Unit::WorkingDay),
    ("business day", Unit::WorkingDay),
    ("business days", Unit::WorkingDay),
    ("workday", Unit::WorkingDay),
    ("workdays", Unit::WorkingDay),
];

impl Term {
    /// A term of so many units.
    #[must_use]
    pub const fn new(count: u32, unit: Unit) -> Self {
        Self { count, unit }
    }

    /// How many units.
    #[must_use]
    pub const fn count(self) -> u32 {
        self.count
    }

    /// What it counts.
    #[must_use]
    pub const fn unit(self) -> Unit {
        self.unit
    }

    /// Whether a calendar's working time decides where it ends.
    #[must_use]
    pub const fn is_working(self) -> bool {
        matches!(self.unit, Unit::WorkingHour | Unit::WorkingDay)
    }

    /// Parses a term: `5 working days`, `30 days`, `48 hours`, `4 working hours`.
    ///
    /// # Errors
    /// Says what is wrong and which term was probably meant.
    pub fn parse(text: &str) -> Result<Self, TermError> {
        let trimmed = text.trim();
        let digits_end = trimmed.find(|character: char| !character.is_ascii_digit()).unwrap_or(trimmed.len());
        let (digits, rest) = trimmed.split_at_checked(digits_end).unwrap_or_default();
        let words = rest.split_whitespace().collect::<Vec<_>>().join(" ");
        if digits.is_empty() {
            return Err(error(text, format!("a term starts with a whole number, such as `5 {}`", plural_of_near(&words))));
        }
        let Ok(count) = digits.parse() else { return Err(error(text, "the number is too large".to_owned())) };
        match exact_unit(&words) {
            Some(unit) if rest.starts_with(char::is_whitespace) => Ok(Self { count, unit }),
            Some(unit) => Err(error(text, format!("did you mean `{}`?", Self { count, unit }))),
            None => Err(error(text, unit_help(count, &words))),
        }
    }
}

impl Unit {
    fn word(self) -> &'static str {
        UNITS.iter().find(|(unit, _)| *unit == self).map_or("day", |(_, word)| word)
    }
}

fn exact_unit(words: &str) -> Option<Unit> {
    UNITS.iter().find(|(_, word)| words.strip_prefix(word).is_some_and(|ending| ending.is_empty() || ending == "s")).map(|(unit, _)| *unit)
}

/// The unit that was probably meant.
fn near_unit(words: &str) -> Option<Unit> {
    let lowered = words.to_lowercase();
    let listed = NEAR.iter().find(|(word, _)| *word == lowered).map(|(_, unit)| *unit);
    let plurals: Vec<String> = UNITS.iter().map(|(_, word)| format!("{word}s")).collect();
    let spelled = || crate::diagnostic::suggest(words, plurals.iter().map(String::as_str));
    exact_unit(&lowered).or(listed).or_else(|| spelled().and_then(exact_unit))
}

fn plural_of_near(words: &str) -> String {
    format!("{}s", near_unit(words).unwrap_or(Unit::WorkingDay).word())
}

fn unit_help(count: u32, words: &str) -> String {
    if let Some(unit) = near_unit(words) {
        return format!("did you mean `{}`?", Term { count, unit });
    }
    let lowered = words.to_lowercase();
    if lowered.starts_with("month") || lowered.starts_with("year") || lowered.starts_with("quarter") {
        return "months and years differ in length; write days or weeks".to_owned();
    }
    "units are `minutes`, `hours`, `days`, `weeks`, `working hours` and `working days`".to_owned()
}

fn error(text: &str, help: String) -> TermError {
    TermError { message: format!("`{text}` is not a term"), help }
}

/// As it is written: `1 working day`, `30 days`.
impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plural = if self.count == 1 { "" } else { "s" };
        write!(f, "{} {}{plural}", self.count, self.unit.word())
    }
}

impl FromStr for Term {
    type Err = TermError;

    fn from_str(text: &str) -> Result<Self, TermError> {
        Self::parse(text)
    }
}

impl serde::Serialize for Term {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn terms_are_a_count_and_a_unit() {
        assert_eq!(Term::parse("5 working days"), Ok(Term::new(5, Unit::WorkingDay)));
        assert_eq!(Term::parse(" 1  working   day "), Ok(Term::new(1, Unit::WorkingDay)));
        assert_eq!(Term::parse("48 hours"), Ok(Term::new(48, Unit::Hour)));
        assert_eq!(Term::parse("0 days"), Ok(Term::new(0, Unit::Day)));
    }

    #[test]
    fn what_is_no_term_says_what_was_probably_meant() {
        let help = |text: &str| Term::parse(text).unwrap_err().help;
        assert_eq!(Term::parse("5 moons").unwrap_err().message, "`5 moons` is not a term");
        assert_eq!(help("5 business days"), "did you mean `5 working days`?");
        assert_eq!(help("5 Working Days"), "did you mean `5 working days`?");
        assert_eq!(help("5 wroking days"), "did you mean `5 working days`?");
        assert_eq!(help("5d"), "did you mean `5 days`?");
        assert_eq!(help("5days"), "did you mean `5 days`?");
        assert_eq!(help("3 months"), "months and years differ in length; write days or weeks");
        assert_eq!(help("days"), "a term starts with a whole number, such as `5 days`");
        assert_eq!(help("-5 days"), "a term starts with a whole number, such as `5 working days`");
        assert_eq!(help("99999999999 days"), "the number is too large");
        assert_eq!(help("5"), "units are `minutes`, `hours`, `days`, `weeks`, `working hours` and `working days`");
        assert_eq!(help("1.5 days"), "units are `minutes`, `hours`, `days`, `weeks`, `working hours` and `working days`");
        assert!(Term::parse("5 dayss").is_err());
        assert!(Term::parse("").is_err());
    }

    proptest! {
        #[test]
        fn terms_are_read_as_they_are_shown(count: u32, unit in prop::sample::select(UNITS.map(|(unit, _)| unit).to_vec())) {
            let term = Term::new(count, unit);
            prop_assert_eq!(Term::parse(&term.to_string()), Ok(term));
        }

        #[test]
        fn any_text_is_a_term_or_an_error(text in "[0-9]{0,12} ?[a-z ]{0,20}|.{0,20}") {
            if let Ok(term) = Term::parse(&text) {
                prop_assert_eq!(Term::parse(&term.to_string()), Ok(term));
            }
        }
    }
}
