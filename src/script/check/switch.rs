//! What is wrong with the cases of a `switch`: labels that never match, and values without a case.
//!
//! It must not look into what the cases give; `statements` does.

use super::types::Type;
use super::{Checker, Scope};
use crate::diagnostic::Code;
use crate::script::syntax::{Case, Expr, ExprKind, Labels};
use rust_decimal::Decimal;
use std::sync::Arc;

/// A label that can be compared with another.
#[derive(PartialEq)]
enum Constant {
    Bool(bool),
    Int(i64),
    Decimal(Decimal),
    Text(Arc<str>),
}

impl<'a> Checker<'a> {
    /// Holds the labels of a `switch` against its subject; `gives` says whether every case gives a value.
    pub(super) fn labels(&mut self, subject: &'a Expr, subject_type: &Type, cases: &'a [Case], gives: bool, scope: &Scope<'a>) {
        let mut taken: Vec<Constant> = Vec::new();
        let mut seen: Vec<Constant> = Vec::new();
        let mut all_known = true;
        for case in cases {
            let Labels::Values(labels) = &case.labels else {
                all_known = false;
                continue;
            };
            let never = matches!(&case.guard, Some(Expr { kind: ExprKind::Bool(false), .. }));
            for label in labels {
                self.label(label, subject_type, scope);
                let Some(constant) = constant(label) else {
                    all_known = false;
                    continue;
                };
                if taken.contains(&constant) {
                    let help = Some("an earlier case takes this value".to_owned());
                    self.complain(scope.piece, label, Code::UnreachableCode, "this case is never reached".to_owned(), help);
                } else if !never && case.guard.as_ref().is_none_or(|guard| matches!(guard.kind, ExprKind::Bool(true))) {
                    taken.push(constant);
                } else {
                    seen.push(constant);
                }
            }
        }
        if all_known && gives {
            self.uncovered(subject, subject_type, &taken, scope);
        }
    }

    /// A label must be of the subject's kind, and one of its values. The rule language compares more strictly here than `==` does.
    fn label(&mut self, label: &'a Expr, subject: &Type, scope: &Scope<'a>) {
        let Some(kind) = subject.kind() else { return };
        let (label_kind, exact) = match &label.kind {
            ExprKind::Bool(_) => ("bool", true),
            ExprKind::Int(_) => ("number", !matches!(subject, Type::Number)),
            ExprKind::Decimal(_) => ("number", !matches!(subject, Type::Int)),
            ExprKind::Text(_) => ("text", !self.is_character(label, scope)),
            ExprKind::Operator(operator, _) if matches!(&**operator, ".." | "..=") => ("number", true),
            _ => return,
        };
        if kind != label_kind {
            let message = format!("this case never matches: {subject} is not {label_kind}");
            self.complain(scope.piece, label, Code::UnlikeComparison, message, None);
        } else if !exact && kind == "text" {
            let help = Some("write the text in double quotes".to_owned());
            self.complain(
                scope.piece,
                label,
                Code::UnlikeComparison,
                "this case never matches: a character is not a text here".to_owned(),
                help,
            );
        } else if !exact {
            let label_type = if matches!(label.kind, ExprKind::Int(_)) { "int" } else { "decimal" };
            let message = format!("this case does not match as `==` would: `switch` takes {subject} and {label_type} for different values");
            let help = Some("compare with `if` and `==`, or make it a whole number with `to_int(..)`".to_owned());
            self.complain(scope.piece, label, Code::UnlikeComparison, message, help);
        } else {
            self.enum_value(subject, label, scope);
        }
    }

    fn is_character(&self, label: &Expr, scope: &Scope<'a>) -> bool {
        scope.piece.text.slice(&scope.piece.text.token(label.at)).starts_with('\'')
    }

    /// Values of the subject for which there is no case: the `switch` gives nothing there.
    fn uncovered(&mut self, subject: &'a Expr, subject_type: &Type, taken: &[Constant], scope: &Scope<'a>) {
        let open: Vec<String> = match subject_type {
            Type::OneOf(values) => {
                let open = values.iter().filter(|value| !taken.contains(&Constant::Text(Arc::clone(value))));
                open.map(|value| format!("`{value}`")).collect()
            }
            Type::Bool => [true, false]
                .into_iter()
                .filter(|value| !taken.contains(&Constant::Bool(*value)))
                .map(|value| format!("`{value}`"))
                .collect(),
            Type::Text | Type::Int | Type::Number => vec!["any other value".to_owned()],
            _ => return,
        };
        if open.is_empty() {
            return;
        }
        let message = format!("there is no case for {}", open.join(", "));
        let help = Some("add a case for it, or `_ => ..` for whatever is left; without one it gives nothing".to_owned());
        self.complain(scope.piece, subject, Code::UncoveredValue, message, help);
    }
}

fn constant(label: &Expr) -> Option<Constant> {
    Some(match &label.kind {
        ExprKind::Bool(value) => Constant::Bool(*value),
        ExprKind::Int(value) => Constant::Int(*value),
        ExprKind::Decimal(value) => Constant::Decimal(*value),
        ExprKind::Text(text) => Constant::Text(Arc::clone(text)),
        _ => return None,
    })
}
