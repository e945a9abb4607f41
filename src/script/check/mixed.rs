//! Values that may be of several kinds, because the branches that give them differ: where one of the kinds does not fit is found.
//!
//! It must not report where every kind fits, or where none does; the latter is an error, and found as such.

use super::types::Type;
use super::{Checker, Scope};
use crate::diagnostic::{Code, Diagnostic};
use crate::script::syntax::Expr;

impl<'a> Checker<'a> {
    /// Two values that an operator joins, of which one is a choice; `fits` says which kinds go together.
    pub(super) fn mixed_pair(&mut self, expr: &'a Expr, left: &Type, right: &Type, fits: impl Fn(&str, &str) -> bool, scope: &Scope<'a>) {
        if !matches!(left, Type::Either(_)) && !matches!(right, Type::Either(_)) {
            return;
        }
        let kinds = |of: &Type| of.alternatives().iter().filter_map(Type::kind).filter(|kind| *kind != "nothing").collect::<Vec<_>>();
        let (left, right) = (kinds(left), kinds(right));
        let pairs = || left.iter().flat_map(|left| right.iter().map(move |right| (*left, *right)));
        if let Some((one, other)) = pairs().find(|(left, right)| !fits(left, right)) {
            let help = pairs().any(|(left, right)| fits(left, right));
            let message = format!("this can come to {one} on the left and {other} on the right, which do not go together");
            self.mixed(expr, message, help, scope);
        }
    }

    /// A value that is a choice, where some kinds are needed.
    pub(super) fn mixed_value(
        &mut self,
        expr: &'a Expr,
        found: &Type,
        what: &str,
        fits: impl Fn(&Type) -> bool,
        scope: &Scope<'a>,
    ) -> bool {
        let Type::Either(types) = found else { return false };
        let Some(wrong) = types.iter().find(|found| **found != Type::Nothing && !fits(found)) else { return false };
        self.mixed(expr, format!("{what}, but this can be {wrong}"), types.iter().any(fits), scope);
        true
    }

    fn mixed(&mut self, expr: &'a Expr, message: String, sometimes: bool, scope: &Scope<'a>) {
        let help = if sometimes { "let every branch give the same kind of value" } else { "no branch gives a value that fits" };
        self.complain(scope.piece, expr, Code::MixedTypes, message, Some(help.to_owned()));
    }

    /// What a whole rule gives, where that is a choice.
    pub(super) fn mixed_result(&mut self, piece: &'a super::Piece, found: &Type, wanted: &str, fits: impl Fn(&Type) -> bool) {
        let Type::Either(types) = found else { return };
        let Some(wrong) = types.iter().find(|found| !fits(found)) else { return };
        let span = piece.whole();
        let what = if *wrong == Type::Nothing { "no value".to_owned() } else { wrong.to_string() };
        let diagnostic = Diagnostic::new(Code::MixedTypes, span, format!("{wanted} is needed here, but this can give {what}"));
        let help = if *wrong == Type::Nothing {
            "say what counts otherwise: `else { .. }`, or `_ => ..`"
        } else {
            "let every branch give the same kind of value"
        };
        self.report(piece, span, diagnostic.help(help));
    }
}
