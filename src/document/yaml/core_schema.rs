//! What a plain scalar means under the core schema of YAML 1.2, and where YAML 1.1 would have read it differently.
//!
//! It must not convert numbers: their raw text is kept, so that decimals stay exact.

use std::sync::Arc;

/// What a scalar is under the core schema of YAML 1.2.
#[derive(Debug, Clone, PartialEq)]
pub enum Core {
    /// Empty, `~`, `null`, `Null` or `NULL`.
    Null,
    /// `true` or `false`, also as `True` or `TRUE`.
    Bool(bool),
    /// A number in its raw text: `12`, `-0.5`, `1e3`, `0x1F`, `0o17`.
    Number(Arc<str>),
    /// Anything else; `.inf` and `.nan` too, for which there is no exact number.
    Text,
}

/// How tools that follow YAML 1.1 read a plain scalar that YAML 1.2 reads differently.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Elsewhere {
    /// `yes`, `on` and the like: true or false.
    Bool(bool),
    /// `012`: a number to the base of 8.
    Octal,
    /// `1_000`: a number with its digits in groups.
    Grouped,
    /// `12:30:00`: a number to the base of 60.
    Sexagesimal,
    /// `0b101`: a number to the base of 2.
    Binary,
    /// `0o17`: a text, because YAML 1.1 writes `017`.
    Text,
}

impl Core {
    /// Reads a plain scalar.
    pub(super) fn of_plain(text: &str) -> Self {
        match text {
            "" | "~" | "null" | "Null" | "NULL" => Self::Null,
            "true" | "True" | "TRUE" => Self::Bool(true),
            "false" | "False" | "FALSE" => Self::Bool(false),
            _ if is_number(text) => Self::Number(Arc::from(text)),
            _ => Self::Text,
        }
    }
}

impl Elsewhere {
    /// How YAML 1.1 reads a plain scalar, where that differs.
    pub(super) fn of_plain(text: &str) -> Option<Self> {
        match text {
            "y" | "Y" | "yes" | "Yes" | "YES" | "on" | "On" | "ON" => return Some(Self::Bool(true)),
            "n" | "N" | "no" | "No" | "NO" | "off" | "Off" | "OFF" => return Some(Self::Bool(false)),
            _ => {}
        }
        let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
        // Words are by far the most common scalars, and no number begins with a letter.
        if !unsigned.starts_with(|first: char| first.is_ascii_digit()) {
            return None;
        }
        if is_leading_zero(unsigned) {
            return Some(Self::Octal);
        }
        if is_based(text, "0o", |digit| matches!(digit, b'0'..=b'7')) {
            return Some(Self::Text);
        }
        if is_based(unsigned, "0b", |digit| matches!(digit, b'0' | b'1' | b'_')) {
            return Some(Self::Binary);
        }
        if is_grouped(unsigned) {
            return Some(Self::Grouped);
        }
        is_sexagesimal(unsigned).then_some(Self::Sexagesimal)
    }
}

fn is_number(text: &str) -> bool {
    is_based(text, "0x", |digit| digit.is_ascii_hexdigit())
        || is_based(text, "0o", |digit| matches!(digit, b'0'..=b'7'))
        || is_decimal(text.strip_prefix(['-', '+']).unwrap_or(text))
}

fn is_based(text: &str, prefix: &str, digit: impl Fn(u8) -> bool) -> bool {
    text.strip_prefix(prefix).is_some_and(|digits| !digits.is_empty() && digits.bytes().all(digit))
}

/// `12`, `12.`, `.5`, `1.5e-3`; without a sign.
fn is_decimal(text: &str) -> bool {
    let (mantissa, exponent) = text.split_once(['e', 'E']).map_or((text, None), |(mantissa, exponent)| (mantissa, Some(exponent)));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let has_digit = !(whole.is_empty() && fraction.is_empty());
    let exponent_holds = exponent.is_none_or(|exponent| is_digits(exponent.strip_prefix(['-', '+']).unwrap_or(exponent)));
    has_digit && all_digits(whole) && all_digits(fraction) && exponent_holds
}

fn is_leading_zero(text: &str) -> bool {
    text.strip_prefix('0').is_some_and(|rest| is_digits(rest) || (rest.contains('_') && is_digits_and_groups(rest)))
}

fn is_grouped(text: &str) -> bool {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    text.contains('_') && is_digits_and_groups(whole) && (fraction.is_empty() || is_digits_and_groups(fraction))
}

/// `9:30`, `12:30:00`, `190:20:30.15`. YAML 1.1 lets no zero lead, so `09:30` is text everywhere.
fn is_sexagesimal(text: &str) -> bool {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let Some((first, rest)) = whole.split_once(':') else { return false };
    let leads = if text.contains('.') { is_digits_and_groups(first) } else { is_digits_and_groups(first) && !first.starts_with('0') };
    leads && rest.split(':').all(is_sixtieth) && (fraction.is_empty() || is_digits_and_groups(fraction))
}

fn is_sixtieth(text: &str) -> bool {
    matches!(text.as_bytes(), [b'0'..=b'9'] | [b'0'..=b'5', b'0'..=b'9'])
}

fn is_digits_and_groups(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'_')
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && all_digits(text)
}

fn all_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_scalars_follow_the_core_schema_of_1_2() {
        for text in ["", "~", "null", "Null", "NULL"] {
            assert_eq!(Core::of_plain(text), Core::Null, "{text}");
        }
        assert_eq!(Core::of_plain("True"), Core::Bool(true));
        assert_eq!(Core::of_plain("FALSE"), Core::Bool(false));
        for text in ["0", "12", "-12", "+12", "012", "0.10", ".5", "5.", "1e3", "1.5E-3", "-.5e+2", "0x1F", "0o17", "99999999999999999999"]
        {
            assert_eq!(Core::of_plain(text), Core::Number(Arc::from(text)), "{text}");
        }
        for text in [
            "nULL",
            "tRUE",
            "yes",
            "on",
            ".",
            "-",
            "+",
            "e5",
            "1e",
            "1e+",
            ".e1",
            "1.2.3",
            "1_000",
            "12:30:00",
            "-0x1F",
            "0x",
            "0o8",
            "0b1",
            ".inf",
            "-.inf",
            ".nan",
            "2024-01-01",
            "١٢",
            "a",
        ] {
            assert_eq!(Core::of_plain(text), Core::Text, "{text}");
        }
    }

    #[test]
    fn only_whole_scalars_that_1_1_reads_differently_are_ambiguous() {
        use Elsewhere::{Binary, Bool, Grouped, Octal, Sexagesimal, Text};
        for (text, expected) in [
            ("yes", Bool(true)),
            ("On", Bool(true)),
            ("y", Bool(true)),
            ("NO", Bool(false)),
            ("off", Bool(false)),
            ("N", Bool(false)),
            ("012", Octal),
            ("-007", Octal),
            ("08", Octal),
            ("1_000", Grouped),
            ("+1_000.50", Grouped),
            ("12:30:00", Sexagesimal),
            ("9:30", Sexagesimal),
            ("1:30.5", Sexagesimal),
            ("0b101", Binary),
            ("0o17", Text),
        ] {
            assert_eq!(Elsewhere::of_plain(text), Some(expected), "{text}");
        }
        for text in [
            "",
            "~",
            "null",
            "true",
            "yEs",
            "oN",
            "yes please",
            "0",
            "-0",
            "10",
            "0.5",
            "00.5",
            "1.0",
            "1e3",
            "0x1F",
            "09:30",
            "12:60",
            "12:30:99",
            "application.amount >= 1_000_000",
            "1_000 CNY",
            "2024-01-01",
            "_1",
            "a_1",
            "1-2",
            "12:",
            "<= 012",
        ] {
            assert_eq!(Elsewhere::of_plain(text), None, "{text}");
        }
    }
}
