//! Values as people read them in a proof: numbers of a sensible length, long lists cut short.
//!
//! It must not be used where a program reads: lines of JSON hold values as they are.

use crate::record::Value;
use rust_decimal::Decimal;

/// Digits after the point from which a number is a quotient that nobody reads to its end.
const LONG: u32 = 10;
/// Digits after the point that such a number is shown with.
const SHORT: u32 = 6;
/// Characters of a list that are shown.
const MOST: usize = 100;

/// A value in the words of a proof.
pub(super) fn shown(value: &Value) -> String {
    match value {
        Value::Decimal(number) => decimal(*number),
        Value::List(items) => {
            let text = value.to_string();
            if text.chars().count() <= MOST {
                return text;
            }
            let cut: String = text.chars().take(MOST).collect();
            format!("{cut}… ({})", items.len())
        }
        _ => value.to_string(),
    }
}

/// A number, with a sign where it is shown shorter than it is.
pub(super) fn decimal(number: Decimal) -> String {
    let number = number.normalize();
    if number.scale() > LONG { format!("≈{}", number.round_dp(SHORT).normalize()) } else { Value::Decimal(number).to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_long_is_shortened() {
        let number = |text: &str| shown(&Value::Decimal(text.parse().unwrap()));
        assert_eq!(number("17.14285714285714285714285714"), "≈17.142857");
        assert_eq!(number("4999.99"), "4999.99");
        let list = |count: i64| shown(&Value::List((0..count).map(Value::Int).collect()));
        assert_eq!(list(3), "[0, 1, 2]");
        assert!(list(500).ends_with("… (500)"), "{}", list(500));
    }
}
