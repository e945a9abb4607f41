//! Sums and products of decimals: exact, or refused; with a quotient that is cut off, as near as it is itself.
//!
//! It must not round what could be exact: `Decimal`'s own checked operations round whatever needs more digits than 28.

use rust_decimal::Decimal;

/// From so many digits on, a number with a fraction counts as a quotient that was cut off. `1 / 3` is kept with 28 of them, less the zeros
/// in which it happens to end.
const FULL: u32 = 25;

/// The digits of what is computed with such a quotient that its last, rounded digits cannot have spoilt.
const SURE: u32 = 24;

/// The most digits of a number that people mean, and not one that only happens to end there.
const MEANT: u32 = 18;

/// The sum. `None` where it cannot be kept exactly, unless one of the numbers has as many digits as a quotient that was cut off: then
/// the sum is cut off, too.
#[must_use]
pub fn decimal_sum(a: Decimal, b: Decimal) -> Option<Decimal> {
    if is_cut_off(a) || is_cut_off(b) {
        a.checked_add(b).map(|sum| healed(sum, a.abs().max(b.abs())))
    } else {
        exact_sum(a.normalize(), b.normalize())
    }
}

/// The product. `None` where it cannot be kept exactly, unless one of the numbers has as many digits as a quotient that was cut off:
/// then the product is cut off, too.
#[must_use]
pub fn decimal_product(a: Decimal, b: Decimal) -> Option<Decimal> {
    if is_cut_off(a) || is_cut_off(b) {
        a.checked_mul(b).map(|product| healed(product, product.abs()))
    } else {
        exact_product(a.normalize(), b.normalize())
    }
}

/// What is computed with a cut-off number, without the trace that the cut left: `1 / 3 * 3` is 1. The trace lies at the last digits of the
/// largest number that took part.
fn healed(number: Decimal, largest: Decimal) -> Decimal {
    let places = |sure: u32| (sure + largest.scale()).saturating_sub(digits(largest)).min(Decimal::MAX_SCALE);
    let short = number.round_dp(places(SURE));
    let is_meant = digits(short.normalize()) <= MEANT && short == number.round_dp(places(SURE + 2));
    if is_meant { short.normalize() } else { number }
}

fn digits(number: Decimal) -> u32 {
    number.mantissa().unsigned_abs().checked_ilog10().map_or(0, |log| log + 1)
}

/// Whether a number has a fraction and about as many digits as fit: what a division leaves that does not come out even.
fn is_cut_off(number: Decimal) -> bool {
    let number = number.normalize();
    number.scale() >= FULL || (number.scale() > 0 && digits(number) >= FULL)
}

fn exact_sum(a: Decimal, b: Decimal) -> Option<Decimal> {
    let scale = a.scale().max(b.scale());
    let at_scale = |number: Decimal| number.mantissa().checked_mul(10_i128.checked_pow(scale - number.scale())?);
    shortest(at_scale(a)?.checked_add(at_scale(b)?)?, scale)
}

fn exact_product(a: Decimal, b: Decimal) -> Option<Decimal> {
    shortest(a.mantissa().checked_mul(b.mantissa())?, a.scale() + b.scale())
}

/// A number without zeros at its end.
fn shortest(mut mantissa: i128, mut scale: u32) -> Option<Decimal> {
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
    fn what_would_be_rounded_is_refused() {
        assert_eq!(decimal_sum(Decimal::MAX, decimal("0.1")), None);
        assert_eq!(decimal_sum(Decimal::MAX, Decimal::ONE), None);
        assert_eq!(decimal_sum(decimal("1234567890123456789.5"), decimal("0.0000000000001")), None);
        assert_eq!(decimal_sum(Decimal::MAX, Decimal::MIN), Some(Decimal::ZERO));
        assert_eq!(decimal_sum(decimal("0.1"), decimal("0.20")), Some(decimal("0.3")));
        let small = decimal("0.00000000000000000001");
        assert_eq!(decimal_product(small, small), None);
        assert_eq!(decimal_product(decimal("6250000.00"), decimal("0.8")), Some(decimal("5000000")));
    }

    #[test]
    fn a_quotient_that_is_cut_off_can_be_reckoned_with() {
        let third = Decimal::ONE / decimal("3");
        assert_eq!(decimal_product(third, decimal("250")).unwrap().round_dp(20), decimal("83.33333333333333333333"));
        assert_eq!(decimal_sum(decimal("100"), -third).unwrap().round_dp(20), decimal("99.66666666666666666667"));
        assert_eq!(decimal_product(decimal("200") / decimal("3"), decimal("90")).unwrap().round_dp(20), decimal("6000"));
        assert_eq!(decimal_sum(Decimal::MAX, decimal("1.5")), None, "a large number without a fraction is no quotient");
    }

    #[test]
    fn a_quotient_times_its_divisor_is_the_dividend() {
        for (a, b) in [("250", "3"), ("100", "3"), ("2", "3"), ("1", "7"), ("12345.67", "11"), ("99999999.99", "13")] {
            let (a, b) = (decimal(a), decimal(b));
            assert_eq!(decimal_product(a / b, b), Some(a), "{a} / {b} * {b}");
        }
        let third = Decimal::ONE / decimal("3");
        assert_eq!(decimal_sum(decimal_sum(third, third).unwrap(), third), Some(Decimal::ONE));
        assert_eq!(decimal_sum(decimal("2") / decimal("3"), -third - third), Some(Decimal::ZERO), "a trace of a cut is nothing");
    }

    proptest! {
        #[test]
        fn a_cut_off_quotient_comes_back_by_its_divisor(cents in any::<i32>(), divisor in 1_i64..100_000) {
            let amount = Decimal::new(i64::from(cents), 2);
            let divisor = Decimal::from(divisor);
            prop_assert_eq!(decimal_product(amount / divisor, divisor), Some(amount.normalize()));
        }

        #[test]
        fn an_exact_sum_is_the_sum_of_the_mantissas(a in any::<i64>(), b in any::<i64>(), scale_a in 0_u32..10, scale_b in 0_u32..10) {
            let sum = decimal_sum(Decimal::new(a, scale_a), Decimal::new(b, scale_b));
            let widened = |mantissa: i64, scale: u32| i128::from(mantissa) * 10_i128.pow(10 - scale);
            let exact = widened(a, scale_a) + widened(b, scale_b);
            prop_assert_eq!(sum.map(|sum| sum.mantissa() * 10_i128.pow(10 - sum.scale())), Some(exact));
        }

        #[test]
        fn an_exact_product_is_the_product_of_the_mantissas(a in any::<i32>(), b in any::<i32>(), scale_a in 0_u32..10, scale_b in 0_u32..10) {
            let product = decimal_product(Decimal::new(i64::from(a), scale_a), Decimal::new(i64::from(b), scale_b));
            let exact = i128::from(a) * i128::from(b);
            prop_assert_eq!(product.map(|product| product.mantissa() * 10_i128.pow(scale_a + scale_b - product.scale())), Some(exact));
        }
    }
}
