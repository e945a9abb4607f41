//! Reads money amounts, with or without the code or symbol of their currency.
//!
//! It must not convert currencies, nor let an amount of one pass for an amount of another.

use super::number::{Notation, decimal, refusal};
use super::{Reading, ValueError};
use crate::record::finding::quoted;
use rust_decimal::Decimal;

/// The symbols that amounts are written with, and the currencies that each may stand for.
const SYMBOLS: &[(&str, &[&str])] = &[
    ("$", &["USD", "AUD", "ARS", "CAD", "CLP", "COP", "HKD", "MXN", "NZD", "SGD", "TWD"]),
    ("US$", &["USD"]),
    ("A$", &["AUD"]),
    ("C$", &["CAD"]),
    ("CA$", &["CAD"]),
    ("HK$", &["HKD"]),
    ("MX$", &["MXN"]),
    ("NT$", &["TWD"]),
    ("NZ$", &["NZD"]),
    ("R$", &["BRL"]),
    ("S$", &["SGD"]),
    ("¥", &["CNY", "JPY"]),
    ("￥", &["CNY", "JPY"]),
    ("CN¥", &["CNY"]),
    ("JP¥", &["JPY"]),
    ("RMB", &["CNY"]),
    ("元", &["CNY"]),
    ("人民币", &["CNY"]),
    ("円", &["JPY"]),
    ("€", &["EUR"]),
    ("£", &["GBP"]),
    ("₹", &["INR"]),
    ("₩", &["KRW"]),
    ("₽", &["RUB"]),
    ("₺", &["TRY"]),
    ("₫", &["VND"]),
    ("฿", &["THB"]),
    ("zł", &["PLN"]),
    ("kr", &["SEK", "DKK", "NOK"]),
];

/// Reads an amount in the given currency; without one, the amount may not name any.
pub(super) fn money(text: &str, declared: Option<&str>, reading: &Reading) -> Result<Decimal, ValueError> {
    let notation = Notation::of(reading).grouped();
    let (number, affixes) = split(text);
    if !reading.decimal_comma && !reading.decimal_point && may_be_thousands(&number) {
        let plain = number.replace('.', "");
        let fraction = number.trim_end_matches('0').trim_end_matches('.');
        return Err(ValueError::new(format!("{} may be `{plain}` or `{fraction}`", quoted(text)))
            .help("write it without the point, or with two digits after it; a mapping can say `decimal: comma` or `decimal: point`"));
    }
    let amount = decimal(&number, notation).map_err(|refused| refusal(refused, text, "a money amount", notation))?;
    for affix in affixes {
        let Some(named) = currencies(affix) else {
            return Err(ValueError::new(format!("{} is not a money amount", quoted(text))));
        };
        check(text, &named, declared)?;
    }
    Ok(amount)
}

/// Whether the one point of a number may part thousands: it stands before exactly three digits, and after one to three.
fn may_be_thousands(number: &str) -> bool {
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    number.trim_start_matches(['-', '+']).split_once('.').is_some_and(|(whole, fraction)| {
        (1..=3).contains(&whole.len()) && fraction.len() == 3 && digits(whole) && digits(fraction) && !whole.starts_with('0')
    })
}

/// The number without what stands before and after it, and what stood there. A minus sign may precede a symbol: `-$5`.
fn split(text: &str) -> (String, Vec<&str>) {
    let part_of_number = |character: char| character.is_ascii_digit() || matches!(character, '.' | ',' | '-' | '+' | '_');
    let (sign, unsigned) = match text.strip_prefix('-') {
        Some(rest) if !rest.starts_with(part_of_number) => ("-", rest),
        _ => ("", text),
    };
    let rest = unsigned.trim_start_matches(|character| !part_of_number(character));
    let before = unsigned.strip_suffix(rest).unwrap_or_default();
    let number = rest.trim_end_matches(|character| !part_of_number(character));
    let after = rest.strip_prefix(number).unwrap_or_default();
    let affixes = [before.trim(), after.trim()].into_iter().filter(|affix| !affix.is_empty()).collect();
    (format!("{sign}{number}"), affixes)
}

/// The currencies that a code or symbol may stand for.
fn currencies(affix: &str) -> Option<Vec<String>> {
    if let Some((_, codes)) = SYMBOLS.iter().find(|(symbol, _)| *symbol == affix) {
        return Some(codes.iter().map(|code| (*code).to_owned()).collect());
    }
    let is_code = affix.len() == 3 && affix.bytes().all(|byte| byte.is_ascii_alphabetic());
    is_code.then(|| vec![affix.to_ascii_uppercase()])
}

fn check(text: &str, named: &[String], declared: Option<&str>) -> Result<(), ValueError> {
    let Some(declared) = declared else {
        let such = if named.len() > 1 { ", such as" } else { ":" };
        let example = named.first().map(String::as_str).unwrap_or_default();
        return Err(ValueError::new(format!("{} names a currency, but the field has none", quoted(text)))
            .help(format!("give the field a currency{such} `currency: {example}`")));
    };
    if named.iter().any(|code| code.eq_ignore_ascii_case(declared)) {
        return Ok(());
    }
    Err(ValueError::new(format!("{} is not an amount in `{declared}`", quoted(text)))
        .help("amounts of another currency are not converted; keep them in a field of their own"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, declared: Option<&str>) -> Result<String, ValueError> {
        money(text, declared, &Reading::default()).map(|amount| amount.to_string())
    }

    #[test]
    fn amounts_may_name_the_currency_of_the_field() {
        for (text, declared, amount) in [
            ("USD 4,999.99", "USD", "4999.99"),
            ("4999.99 CNY", "CNY", "4999.99"),
            ("¥500", "CNY", "500"),
            ("￥500", "JPY", "500"),
            ("$5", "USD", "5"),
            ("-$5", "USD", "-5"),
            ("$-5", "USD", "-5"),
            ("$5.00 usd", "USD", "5.00"),
            ("500元", "CNY", "500"),
            ("1_234", "EUR", "1234"),
            ("1e3 EUR", "EUR", "1000"),
        ] {
            assert_eq!(read(text, Some(declared)).as_deref(), Ok(amount), "{text}");
        }
    }

    #[test]
    fn another_currency_is_an_error() {
        assert_eq!(read("$5", Some("CNY")).unwrap_err().message, "`$5` is not an amount in `CNY`");
        assert!(read("$5 EUR", Some("USD")).is_err());
        assert!(read("5 USD", Some("EUR")).is_err());
    }

    #[test]
    fn a_field_without_a_currency_takes_no_code_and_says_what_to_do() {
        let error = read("USD 5", None).unwrap_err();
        assert_eq!(error.message, "`USD 5` names a currency, but the field has none");
        assert_eq!(error.help.as_deref(), Some("give the field a currency: `currency: USD`"));
        let error = read("¥5", None).unwrap_err();
        assert_eq!(error.help.as_deref(), Some("give the field a currency, such as `currency: CNY`"));
        assert_eq!(read("5", None).as_deref(), Ok("5"));
    }

    #[test]
    fn what_is_no_amount_says_so() {
        for text in ["", "USD", "five", "5 apples", "$$5", "5 5", "--5", "-", "1,23"] {
            assert!(read(text, Some("USD")).unwrap_err().message.ends_with("is not a money amount"), "{text}");
        }
        assert_eq!(read("12,5", None).unwrap_err().help.as_deref(), Some("did you mean `12.5`?"));
    }

    #[test]
    fn decimal_commas_are_read_where_the_source_writes_them() {
        let reading = Reading { decimal_comma: true, ..Reading::default() };
        assert_eq!(money("1.234,50 €", Some("EUR"), &reading).map(|amount| amount.to_string()).as_deref(), Ok("1234.50"));
        assert_eq!(money("1 234,50 €", Some("EUR"), &reading).map(|amount| amount.to_string()).as_deref(), Ok("1234.50"));
        assert_eq!(money("12.5", None, &reading).unwrap_err().help.as_deref(), Some("did you mean `12,5`?"));
    }
}
