//! Reads numbers exactly, digit by digit: what is written is what is kept.
//!
//! It must not round, and no number may pass through a binary float.

use super::{Reading, ValueError};
use crate::record::finding::quoted;
use rust_decimal::Decimal;

/// The most digits that a decimal keeps, and the most that may stand after its mark.
const DIGITS: usize = 28;

/// How numbers are written: the decimal mark, and what may stand between groups of three digits.
#[derive(Debug, Clone, Copy)]
pub(super) struct Notation {
    mark: char,
    groups: &'static [char],
}

/// Why a text is not a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refused {
    /// It is not written like one.
    Shape,
    /// It has more digits than can be kept.
    Digits,
}

impl Notation {
    /// As in JSON: a point, no groups.
    pub(super) const PLAIN: Notation = Notation { mark: '.', groups: &[] };

    /// As texts of a source are written.
    pub(super) fn of(reading: &Reading) -> Self {
        if reading.decimal_comma { Self { mark: ',', groups: &[] } } else { Self::PLAIN }
    }

    /// The same, with groups of three digits.
    pub(super) fn grouped(self) -> Self {
        // The spaces that do not break stand between groups in texts of many languages with a decimal comma.
        let groups: &[char] = if self.mark == ',' { &['.', ' ', '\u{a0}', '\u{202f}'] } else { &[','] };
        Self { mark: self.mark, groups }
    }

    /// The character that parts groups where this notation has none, or the wrong decimal mark.
    fn other_mark(self) -> char {
        if self.mark == ',' { '.' } else { ',' }
    }
}

/// Reads a whole number; a decimal is one too when nothing is behind its mark, since exports write `15.0`.
pub(super) fn int(text: &str, notation: Notation) -> Result<i64, ValueError> {
    let number = decimal(text, notation).map_err(|refused| refusal(refused, text, "a whole number", notation))?;
    if !number.is_integer() {
        return Err(ValueError::new(format!("{} is not a whole number", quoted(text))));
    }
    i64::try_from(number).map_err(|_| {
        ValueError::new(format!("{} is too large for a whole number", quoted(text))).help("a field of type `decimal` or `text` can hold it")
    })
}

/// Reads a decimal.
pub(super) fn exact(text: &str, noun: &str, notation: Notation) -> Result<Decimal, ValueError> {
    decimal(text, notation).map_err(|refused| refusal(refused, text, noun, notation))
}

/// Reads a percentage, with or without its sign: 20 is 20 %.
pub(super) fn percent(text: &str, notation: Notation) -> Result<Decimal, ValueError> {
    let number = text.strip_suffix(['%', '％']).map_or(text, str::trim_end);
    decimal(number, notation).map_err(|refused| refusal(refused, text, "a percentage", notation))
}

/// The decimal that a text writes: sign, digits, decimal mark, digits, exponent.
pub(super) fn decimal(text: &str, notation: Notation) -> Result<Decimal, Refused> {
    let (negative, unsigned) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, read_exponent(exponent).ok_or(Refused::Shape)?),
        None => (unsigned, 0),
    };
    let (whole, fraction) = match mantissa.split_once(notation.mark) {
        Some((_, "")) => return Err(Refused::Shape),
        Some(parts) => parts,
        None => (mantissa, ""),
    };
    if !is_digits(fraction) || (whole.is_empty() && fraction.is_empty()) {
        return Err(Refused::Shape);
    }
    let digits = ungrouped(whole, notation).ok_or(Refused::Shape)? + fraction;
    let behind_mark = i64::try_from(fraction.len()).map_err(|_| Refused::Digits)?;
    shift(negative, &digits, behind_mark - exponent)
}

/// The error for a text that is not a number, with the text that was probably meant.
pub(super) fn refusal(refused: Refused, text: &str, noun: &str, notation: Notation) -> ValueError {
    match refused {
        Refused::Shape => ValueError::new(format!("{} is not {noun}", quoted(text)))
            .maybe_help(meant(text, notation).map(|text| format!("did you mean {text}?"))),
        Refused::Digits => ValueError::new(format!("{} has more than {DIGITS} digits", quoted(text)))
            .help("a number is kept exactly or not at all; round it in the source"),
    }
}

fn is_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

fn read_exponent(text: &str) -> Option<i64> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if digits.is_empty() || digits.len() > 5 || !is_digits(digits) {
        return None;
    }
    text.parse().ok()
}

/// The digits before the mark, without what parts them.
fn ungrouped(whole: &str, notation: Notation) -> Option<String> {
    if is_digits(whole) {
        return Some(whole.to_owned());
    }
    let separator = whole.chars().find(|character| !character.is_ascii_digit())?;
    let mut parts = whole.split(separator);
    let valid = if separator == '_' {
        parts.all(|part| !part.is_empty() && is_digits(part))
    } else {
        notation.groups.contains(&separator)
            && parts.next().is_some_and(|first| (1..=3).contains(&first.len()) && is_digits(first))
            && parts.all(|part| part.len() == 3 && is_digits(part))
    };
    valid.then(|| whole.replace(separator, ""))
}

fn shift(negative: bool, digits: &str, scale: i64) -> Result<Decimal, Refused> {
    let mut digits = digits.trim_start_matches('0').to_owned();
    if scale < 0 && !digits.is_empty() {
        let zeros = usize::try_from(scale.unsigned_abs()).ok().filter(|zeros| *zeros <= DIGITS).ok_or(Refused::Digits)?;
        digits.extend(std::iter::repeat_n('0', zeros));
    }
    let scale = u32::try_from(scale.max(0)).ok().filter(|scale| *scale <= Decimal::MAX_SCALE).ok_or(Refused::Digits)?;
    if digits.len() > DIGITS {
        return Err(Refused::Digits);
    }
    let size: i128 = if digits.is_empty() { 0 } else { digits.parse().map_err(|_| Refused::Digits)? };
    Decimal::try_from_i128_with_scale(if negative { -size } else { size }, scale).map_err(|_| Refused::Digits)
}

/// What was probably meant by a text that is not a number, in backticks; both readings where there are two.
fn meant(text: &str, notation: Notation) -> Option<String> {
    let plain = plainly_written(text);
    let (mark, other) = (notation.mark, notation.other_mark());
    let without_groups = plain.replace(other, "");
    let swapped = plain.replace(mark, "").replace(other, &mark.to_string());
    let mut candidates = match (plain.rfind(other), plain.find(mark)) {
        (None, _) => vec![plain],
        (Some(group), Some(mark)) if group < mark => vec![without_groups],
        (Some(_), Some(_)) => vec![swapped],
        (Some(_), None) if plain.matches(other).count() > 1 => vec![without_groups],
        // Three digits after a lone mark: a group, or a fraction.
        (Some(_), None) if plain.rsplit(other).next().is_some_and(|after| after.len() == 3) => vec![without_groups, swapped],
        (Some(_), None) => vec![swapped],
    };
    candidates.retain(|candidate| candidate != text && decimal(candidate, notation).is_ok());
    let quoted: Vec<String> = candidates.iter().map(|candidate| quoted(candidate)).collect();
    if quoted.is_empty() { None } else { Some(quoted.join(" or ")) }
}

/// The text with the digits and signs of other scripts and habits in ASCII, and without spaces.
fn plainly_written(text: &str) -> String {
    let plain: String = text
        .chars()
        .filter(|character| !character.is_whitespace() && !matches!(character, '\'' | '’'))
        .map(|character| match character {
            '０'..='９' => char::from_digit(u32::from(character) - u32::from('０'), 10).unwrap_or(character),
            '．' => '.',
            '，' => ',',
            '−' | '－' | '–' => '-',
            other => other,
        })
        .collect();
    // Accountants write -5 as (5), and some systems as 5-.
    match plain.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')).or_else(|| plain.strip_suffix('-')) {
        Some(number) => format!("-{number}"),
        None => plain,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const COMMA: Notation = Notation { mark: ',', groups: &[] };

    fn read(text: &str) -> Result<String, Refused> {
        decimal(text, Notation::PLAIN).map(|number| number.to_string())
    }

    fn help(text: &str, notation: Notation) -> Option<String> {
        exact(text, "a number", notation).unwrap_err().help
    }

    #[test]
    fn exponents_move_the_mark_and_nothing_else() {
        assert_eq!(read("1e3").as_deref(), Ok("1000"));
        assert_eq!(read("1.5E-3").as_deref(), Ok("0.0015"));
        assert_eq!(read("1.50E+1").as_deref(), Ok("15.0"));
        assert_eq!(read("0e20").as_deref(), Ok("0"));
        assert_eq!(read("-2.5e2").as_deref(), Ok("-250"));
        assert_eq!(read("1e"), Err(Refused::Shape));
        assert_eq!(read("1e1.5"), Err(Refused::Shape));
        assert_eq!(read("1e999999999999999999999"), Err(Refused::Shape));
    }

    #[test]
    fn a_number_that_cannot_be_kept_is_refused_and_never_rounded() {
        assert_eq!(read(&"9".repeat(28)), Ok("9".repeat(28)));
        assert_eq!(read(&"9".repeat(29)), Err(Refused::Digits));
        assert_eq!(read("0.0000000000000000000000000001").as_deref(), Ok("0.0000000000000000000000000001"));
        assert_eq!(read("0.00000000000000000000000000001"), Err(Refused::Digits));
        assert_eq!(read("1.00000000000000000000000000000"), Err(Refused::Digits));
        assert_eq!(read("1e28"), Err(Refused::Digits));
        assert_eq!(read("1e99999"), Err(Refused::Digits));
        assert_eq!(read(&format!("{}5", "0".repeat(60))).as_deref(), Ok("5"));
    }

    #[test]
    fn groups_have_three_digits() {
        let money = Notation::PLAIN.grouped();
        assert!(decimal("1,234,567.50", money).is_ok());
        assert_eq!(decimal("1,234_567", money), Err(Refused::Shape));
        for wrong in ["12,34", "1,2345", ",123", "1234,567", "1,,234", "1.5,000", "1,234.", ""] {
            assert_eq!(decimal(wrong, money), Err(Refused::Shape), "{wrong}");
        }
        assert_eq!(decimal("1.234.567,50", COMMA.grouped()).map(|n| n.to_string()).as_deref(), Ok("1234567.50"));
        assert_eq!(decimal("1\u{a0}234,5", COMMA.grouped()).map(|n| n.to_string()).as_deref(), Ok("1234.5"));
    }

    #[test]
    fn whole_numbers_may_have_an_empty_fraction_only() {
        assert_eq!(int("15.0", Notation::PLAIN), Ok(15));
        assert_eq!(int("1e3", Notation::PLAIN), Ok(1000));
        assert_eq!(int("-9223372036854775808", Notation::PLAIN), Ok(i64::MIN));
        assert_eq!(int("15.5", Notation::PLAIN).unwrap_err().message, "`15.5` is not a whole number");
        assert_eq!(
            int("9223372036854775808", Notation::PLAIN).unwrap_err().message,
            "`9223372036854775808` is too large for a whole number"
        );
    }

    #[test]
    fn percent_signs_are_welcome_once() {
        for text in ["12.5", "12.5%", "12.5 %", "12.5％"] {
            assert_eq!(percent(text, Notation::PLAIN), Ok(Decimal::new(125, 1)), "{text}");
        }
        assert!(percent("12.5%%", Notation::PLAIN).is_err());
        assert!(percent("%", Notation::PLAIN).is_err());
    }

    #[test]
    fn help_names_what_was_probably_meant() {
        assert_eq!(help("12,5", Notation::PLAIN).as_deref(), Some("did you mean `12.5`?"));
        assert_eq!(help("1,234", Notation::PLAIN).as_deref(), Some("did you mean `1234` or `1.234`?"));
        assert_eq!(help("12,34,567", Notation::PLAIN).as_deref(), Some("did you mean `1234567`?"));
        assert_eq!(help("1.234,50", Notation::PLAIN).as_deref(), Some("did you mean `1234.50`?"));
        assert_eq!(help("1,234.50", Notation::PLAIN).as_deref(), Some("did you mean `1234.50`?"));
        assert_eq!(help("12.5", COMMA).as_deref(), Some("did you mean `12,5`?"));
        assert_eq!(help("１２", Notation::PLAIN).as_deref(), Some("did you mean `12`?"));
        assert_eq!(help("(5.00)", Notation::PLAIN).as_deref(), Some("did you mean `-5.00`?"));
        assert_eq!(help("5-", Notation::PLAIN).as_deref(), Some("did you mean `-5`?"));
        assert_eq!(help("abc", Notation::PLAIN), None);
    }

    proptest! {
        #[test]
        fn the_digits_that_go_in_come_out(text in "(0|-?[1-9][0-9]{0,13})(\\.[0-9]{1,14})?") {
            prop_assert_eq!(read(&text), Ok(text));
        }

        #[test]
        fn a_number_is_the_same_in_every_notation(whole in 0_u64..1_000_000_000_000, cents in 0_u8..100) {
            let mut grouped = String::new();
            let digits = whole.to_string();
            for (index, digit) in digits.chars().enumerate() {
                if index > 0 && (digits.len() - index) % 3 == 0 {
                    grouped.push(',');
                }
                grouped.push(digit);
            }
            let plain = decimal(&format!("{whole}.{cents:02}"), Notation::PLAIN);
            prop_assert_eq!(decimal(&format!("{grouped}.{cents:02}"), Notation::PLAIN.grouped()), plain);
            let comma = format!("{},{cents:02}", grouped.replace(',', "."));
            prop_assert_eq!(decimal(&comma, COMMA.grouped()), plain);
            prop_assert_eq!(decimal(&format!("{whole}{cents:02}e-2"), Notation::PLAIN), plain);
        }

        #[test]
        fn any_text_is_a_number_or_an_error(text in "[-+0-9.,_eE %\u{a0}０-９]{0,40}|.{0,20}") {
            let _ = int(&text, Notation::PLAIN.grouped());
            let _ = percent(&text, COMMA.grouped());
        }
    }
}
