//! Sums over rows that are exact or refused.
//!
//! It must not round: a sum that has too many digits is no sum.

use crate::record::{Duration, Value, decimal_sum};

/// The sum of two values of one kind; `None` where it cannot be kept exactly, or where the kind has no sums.
pub(super) fn add(a: &Value, b: &Value) -> Option<Value> {
    match (a, b) {
        (Value::Int(a), Value::Int(b)) => a.checked_add(*b).map(Value::Int),
        (Value::Duration(a), Value::Duration(b)) => {
            a.seconds().checked_add(b.seconds()).map(|seconds| Value::Duration(Duration::from_seconds(seconds)))
        }
        _ => decimal_sum(a.number()?, b.number()?).map(Value::Decimal),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sum_that_is_not_exact_is_refused() {
        assert_eq!(add(&Value::Int(i64::MAX), &Value::Int(1)), None);
        assert_eq!(add(&Value::text("a"), &Value::text("b")), None);
    }
}
