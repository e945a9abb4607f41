//! What a rule gives, held against the field that is to take it: kinds, values of enums, currencies.
//!
//! It must not guess what a value will be; what can only be told when the rule runs is told then.

use super::types::Type;
use super::{Checker, Scope, root_variable};
use crate::diagnostic::Code;
use crate::record::FieldType;
use crate::script::syntax::{Expr, ExprKind, Stmt, StmtKind};

impl<'a> Checker<'a> {
    /// Looks at the parts of a rule that are given as they stand: texts and copies of fields.
    pub(super) fn field_value(&mut self, body: &'a [Stmt], field_type: &FieldType, scope: &mut Scope<'a>) {
        let wanted = Type::of(field_type, "", &|_| None);
        let mut given = Vec::new();
        last_of(body, &mut given);
        for expr in given {
            self.constant(&wanted, expr, scope);
            if wanted == Type::Int && body.len() == 1 && !super::numbers::rounds(expr) && self.infer(expr, scope) == Type::Number {
                self.fraction(expr, "the field", scope);
            }
            // What a variable of the rule's own holds is not known any more at this point.
            if body.len() == 1 {
                self.currency(field_type, expr, scope);
            }
        }
    }

    fn constant(&mut self, wanted: &Type, expr: &'a Expr, scope: &Scope<'a>) {
        match (wanted, &expr.kind) {
            (Type::List(element), ExprKind::List(items)) => items.iter().for_each(|item| self.constant(element, item, scope)),
            _ => self.enum_value(wanted, expr, scope),
        }
    }

    /// An amount that is copied must be in the currency of the field that takes it.
    fn currency(&mut self, field_type: &FieldType, expr: &'a Expr, scope: &mut Scope<'a>) {
        let (FieldType::Money(Some(wanted)), ExprKind::Field { base, name, .. }) = (field_type, &expr.kind) else { return };
        if root_variable(base).is_none_or(|root| scope.find(root).is_none()) {
            return;
        }
        let Type::Object(object, _) = self.infer(base, scope) else { return };
        if let Some((_, field)) = object.get(name)
            && let FieldType::Money(Some(found)) = &field.field_type
            && found != wanted
        {
            let message = format!("an amount in {wanted} is needed here, but this is in {found}");
            let help = "multiply it by a rate".to_owned();
            self.complain(scope.piece, expr, Code::WrongResultType, message, Some(help));
        }
    }
}

/// Whether a field of one type can take what is of another, as far as that can be told.
pub(super) fn holds(wanted: &Type, found: &Type) -> bool {
    match (wanted, found) {
        (Type::List(wanted), Type::List(found)) => holds(wanted, found),
        (Type::OneOf(wanted), Type::OneOf(found)) => found.iter().any(|value| wanted.contains(value)),
        _ => match (wanted.kind(), found.kind()) {
            (Some(wanted), Some(found)) => wanted == found,
            _ => true,
        },
    }
}

/// The expressions of which one is what statements give.
fn last_of<'a>(statements: &'a [Stmt], found: &mut Vec<&'a Expr>) {
    match statements.last().map(|last| &last.kind) {
        Some(StmtKind::Expr(expr) | StmtKind::Return(Some(expr))) => given_by(expr, found),
        Some(StmtKind::If(_, then, other)) => {
            last_of(then, found);
            last_of(other, found);
        }
        Some(StmtKind::Switch(_, cases)) => cases.iter().for_each(|case| given_by(&case.value, found)),
        Some(StmtKind::Block(body)) => last_of(body, found),
        _ => {}
    }
}

fn given_by<'a>(expr: &'a Expr, found: &mut Vec<&'a Expr>) {
    match &expr.kind {
        ExprKind::Block(body) => last_of(body, found),
        ExprKind::Coalesce(items) => items.iter().for_each(|item| given_by(item, found)),
        _ => found.push(expr),
    }
}
