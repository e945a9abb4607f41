//! Numbers: divisions by what is always zero, and decimals where whole numbers are needed.
//!
//! It must not round: what is not exact is not known.

use super::types::Type;
use super::{Checker, Scope};
use crate::diagnostic::Code;
use crate::record::{decimal_product, decimal_sum};
use crate::script::builtins::Builtin;
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

    /// A span of time times a number, and a power, need a whole number.
    pub(super) fn factor(&mut self, operator: &str, by: &'a Expr, scope: &Scope<'a>) {
        let whole = number(by).is_some_and(|value| operator == "**" && value.fract().is_zero());
        if !whole {
            let what = if operator == "**" { "the exponent of `**`" } else { "a span of time times a number" };
            self.fraction(by, what, scope);
        }
    }

    /// Whole numbers that a function needs: a decimal is a fault there, even one without a fraction.
    pub(super) fn whole_numbers(&mut self, known: &Builtin, args: &[&'a Expr], types: &[Type], scope: &Scope<'a>) {
        for (index, (arg, found)) in args.iter().zip(types).enumerate() {
            let needed = matches!(
                (known.name, index),
                ("days" | "hours", 0) | ("range", 0 | 1) | ("working_days_after" | "round", 1) | ("sub_string", 1 | 2)
            );
            if needed && *found == Type::Number {
                self.fraction(arg, &format!("`{}`", known.name), scope);
            }
        }
    }

    /// Reports a number that may have a fraction where a whole one is needed.
    pub(super) fn fraction(&mut self, arg: &'a Expr, what: &str, scope: &Scope<'a>) {
        let message = format!("{what} needs a whole number, and this may be a decimal");
        let help = Some("make it whole: `to_int(floor(..))`, `to_int(round(..))`".to_owned());
        self.complain(scope.piece, arg, Code::MaybeFraction, message, help);
    }
}

/// Whether an expression rounds to whole numbers; a decimal without a fraction can stand in a field of whole ones.
pub(super) fn rounds(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Call(name, args) => matches!(&**name, "floor" | "ceiling") || (&**name == "round" && args.len() == 1),
        ExprKind::Method { name, args, .. } => matches!(&**name, "floor" | "ceiling") || (&**name == "round" && args.is_empty()),
        _ => number(expr).is_some_and(|value| value.fract().is_zero()),
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
