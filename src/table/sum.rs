//! Sums that are exact or refused.
//!
//! It must not round: a sum that has too many digits is no sum.

use crate::record::{Duration, Value};
use rust_decimal::Decimal;

/// The sum of two values of one kind; `None` where it cannot be kept exactly, or where the kind has no sums.
pub(super) fn add(a: &Value, b: &Value) -> Option<Value> {
    match (a, b) {
        (Value::Int(a), Value::Int(b)) => a.checked_add(*b).map(Value::Int),
        (Value::Duration(a), Value::Duration(b)) => {
            a.seconds().checked_add(b.seconds()).map(|seconds| Value::Duration(Duration::from_seconds(seconds)))
        }
        _ => add_decimals(a.number()?, b.number()?).map(Value::Decimal),
    }
}

/// `Decimal::checked_add` rounds a sum that needs more digits than it has; here such a sum is refused.
fn add_decimals(a: Decimal, b: Decimal) -> Option<Decimal> {
    let (a, b) = (a.normalize(), b.normalize());
    let scale = a.scale().max(b.scale());
    let at_scale = |number: Decimal| number.mantissa().checked_mul(10_i128.checked_pow(scale - number.scale())?);
    let (mut mantissa, mut scale) = (at_scale(a)?.checked_add(at_scale(b)?)?, scale);
    while scale > 0 && mantissa % 10 == 0 {
        mantissa /= 10;
        scale -= 1;
    }
    Decimal::try_from_i128_with_scale(mantissa, scale).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn decimal(text: &str) -> Decimal {
        Decimal::from_str_exact(text).unwrap()
    }

    #[test]
    fn a_sum_that_would_be_rounded_is_refused() {
        assert_eq!(add_decimals(Decimal::MAX, decimal("0.1")), None);
        assert_eq!(add_decimals(Decimal::MAX, Decimal::ONE), None);
        assert_eq!(add_decimals(decimal("1234567890123456789.5"), decimal("0.0000000000001")), None);
        assert_eq!(add_decimals(Decimal::MAX, Decimal::MIN), Some(Decimal::ZERO));
        assert_eq!(add_decimals(decimal("0.1"), decimal("0.20")), Some(decimal("0.3")));
        assert_eq!(add(&Value::Int(i64::MAX), &Value::Int(1)), None);
        assert_eq!(add(&Value::text("a"), &Value::text("b")), None);
    }

    proptest! {
        #[test]
        fn an_exact_sum_is_the_sum_of_the_mantissas(a in any::<i64>(), b in any::<i64>(), scale_a in 0_u32..10, scale_b in 0_u32..10) {
            let sum = add_decimals(Decimal::new(a, scale_a), Decimal::new(b, scale_b));
            let widened = |mantissa: i64, scale: u32| i128::from(mantissa) * 10_i128.pow(10 - scale);
            let exact = widened(a, scale_a) + widened(b, scale_b);
            prop_assert_eq!(sum.map(|sum| sum.mantissa() * 10_i128.pow(10 - sum.scale())), Some(exact));
        }
    }
}
