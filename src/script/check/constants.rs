//! Numbers that are known before a rule runs, and divisions by zero among them.
//!
//! It must not round: what is not exact is not known.

use super::{Checker, Scope};
use crate::diagnostic::Code;
use crate::record::{decimal_product, decimal_sum};
use crate::script::syntax::{Expr, ExprKind};
use rust_decimal::Decimal;

impl<'a> Checker<'a> {
    /// A division or remainder by a number that is always zero.
    pub(super) fn divisor(&mut self, expr: &'a Expr, operator: &str, divisor: &'a Expr, scope: &Scope<'a>) {
        if matches!(operator, "/" | "%") && number(divisor).is_some_and(|value| value.is_zero()) {
            let help = Some("a division by zero is a fault for every record".to_owned());
            self.complain(scope.piece, expr, Code::DivisionByZero, "this divides by zero".to_owned(), help);
        }
    }
}

/// The number that an expression always is.
pub(super) fn number(expr: &Expr) -> Option<Decimal> {
    match &expr.kind {
        ExprKind::Int(value) => Some(Decimal::from(*value)),
        ExprKind::Decimal(value) => Some(*value),
        ExprKind::Operator(operator, operands) => match (&**operator, operands.as_slice()) {
            ("-", [only]) => Some(-number(only)?),
            ("+", [only]) => number(only),
            ("+", [left, right]) => decimal_sum(number(left)?, number(right)?),
            ("-", [left, right]) => decimal_sum(number(left)?, -number(right)?),
            ("*", [left, right]) => decimal_product(number(left)?, number(right)?),
            _ => None,
        },
        _ => None,
    }
}
