//! What built-in functions take beyond their first argument, and whether they get it.
//!
//! It must not report what may fit: a type that cannot be told is taken to.

use super::types::Type;
use super::{Checker, Scope, closure};
use crate::diagnostic::Code;
use crate::script::builtins::Builtin;
use crate::script::syntax::Expr;

impl<'a> Checker<'a> {
    /// Holds every argument against what the function takes; says whether all of them fit.
    pub(super) fn arguments(&mut self, expr: &'a Expr, known: &Builtin, args: &[&'a Expr], types: &[Type], scope: &Scope<'a>) -> bool {
        for (index, (arg, found)) in args.iter().zip(types).enumerate() {
            let Some(kind) = found.kind() else { continue };
            let wanted = match (known.name, index) {
                ("starts_with" | "ends_with" | "split", 1) => &["text"][..],
                ("days_between" | "working_days_between", 1) => &["date"],
                ("working_days_after" | "round" | "sub_string" | "range", 1) | ("sub_string", 2) => &["number"],
                ("all" | "some" | "filter" | "find" | "map", 1) => &["function"],
                ("min" | "max", _) => &["number", "date", "datetime", "duration", "text"],
                ("to_int" | "to_decimal", 0) => &["number", "text"],
                _ => continue,
            };
            if !wanted.contains(&kind) {
                let message = match kind {
                    _ if index == 0 => format!("`{}` cannot take {found}", known.name),
                    _ if wanted == ["function"] => format!("`{}` needs a closure here, not {found}", known.name),
                    _ => format!("`{}` cannot take {found} here", known.name),
                };
                self.complain(scope.piece, arg, Code::InvalidOperand, message, Some(format!("`{}`: {}", known.name, known.meaning)));
                return false;
            }
        }
        self.alike(expr, known, types, scope) && self.parameters(known, args, types, scope)
    }

    /// Arguments that must be of one kind.
    fn alike(&mut self, expr: &'a Expr, known: &Builtin, types: &[Type], scope: &Scope<'a>) -> bool {
        let (first, second) = (types.first(), types.get(1));
        let (one, other) = match (known.name, first) {
            ("min" | "max", _) => (first, second),
            ("index_of", Some(Type::List(element))) => (Some(&**element), second),
            ("index_of", Some(Type::Text | Type::OneOf(_))) => (first, second),
            ("sum", Some(Type::List(element))) => (Some(&**element), Some(&Type::Number)),
            _ => return true,
        };
        let (Some(one), Some(other)) = (one, other) else { return true };
        let (Some(one_kind), Some(other_kind)) = (one.kind(), other.kind()) else { return true };
        if one_kind == other_kind {
            return true;
        }
        let message = match known.name {
            "sum" => format!("`sum` needs numbers, but the elements are {one}"),
            "index_of" => format!("cannot look for {other} among values of type {one}"),
            name => format!("`{name}` cannot compare {one} with {other}"),
        };
        let code = if known.name == "sum" { Code::InvalidOperand } else { Code::UnlikeComparison };
        self.complain(scope.piece, expr, code, message, None);
        false
    }

    /// A closure over a list takes the element, may take its place as well, and may take neither.
    fn parameters(&mut self, known: &Builtin, args: &[&'a Expr], types: &[Type], scope: &Scope<'a>) -> bool {
        let (Some(Type::Closure(name, captured)), Some(arg)) = (types.get(1), args.get(1)) else { return true };
        let Some(function) = closure(scope.piece, name) else { return true };
        let own = function.params.len().saturating_sub(captured.len());
        if own <= 2 {
            return true;
        }
        let message = format!("`{}` hands one element to its closure, which takes {own}", known.name);
        self.complain(scope.piece, arg, Code::WrongArity, message, Some("write it as `|element| ..`".to_owned()));
        false
    }
}
