//! What expressions give: fields, operators, comparisons.
//!
//! It must not know the functions; `calls` does.

use super::types::Type;
use super::{Checker, Scope};
use crate::diagnostic::{Code, Diagnostic, did_you_mean};
use crate::script::ITEM;
use crate::script::operators::unlike_message;
use crate::script::syntax::{Expr, ExprKind};
use crate::script::unit::Piece;
use crate::source::Span;
use std::sync::Arc;

impl<'a> Checker<'a> {
    /// The type of an expression; what is wrong inside of it is reported.
    pub(super) fn infer(&mut self, expr: &'a Expr, scope: &mut Scope<'a>) -> Type {
        match &expr.kind {
            ExprKind::Unit => Type::Nothing,
            ExprKind::Bool(_) => Type::Bool,
            ExprKind::Int(_) => Type::Int,
            ExprKind::Decimal(_) => Type::Number,
            ExprKind::Text(_) => Type::Text,
            ExprKind::Interpolated(parts) => {
                for part in parts {
                    self.infer(part, scope);
                }
                Type::Text
            }
            ExprKind::List(items) => {
                let types: Vec<Type> = items.iter().map(|item| self.infer(item, scope)).collect();
                Type::List(Box::new(types.into_iter().reduce(Type::join).unwrap_or(Type::Any)))
            }
            ExprKind::Map(items) => {
                for (_, value) in items {
                    self.infer(value, scope);
                }
                Type::Map
            }
            ExprKind::Variable(name) => self.variable(expr, name, scope),
            ExprKind::Closure(name, captured) => self.closure_type(name, *captured, scope),
            ExprKind::Field { base, name, .. } => {
                let base = self.infer(base, scope);
                self.field(expr, &base, name, scope)
            }
            ExprKind::Index { base, index, .. } => {
                let base = self.infer(base, scope);
                let index_type = self.infer(index, scope);
                self.index(expr, &base, index, &index_type, scope)
            }
            ExprKind::Method { base, name, args, .. } => self.method(expr, base, name, args, scope),
            ExprKind::Call(name, args) => self.call(expr, name, args, scope),
            ExprKind::Operator(operator, operands) => self.operator(expr, operator, operands, scope),
            ExprKind::And(items) | ExprKind::Or(items) => {
                for item in items {
                    self.condition(item, scope);
                }
                Type::Bool
            }
            ExprKind::Coalesce(items) => {
                let types: Vec<Type> = items.iter().map(|item| self.infer(item, scope)).collect();
                let last = types.len().saturating_sub(1);
                let types = types.into_iter().enumerate().map(|(index, found)| if index < last { found.something() } else { found });
                types.filter(|found| *found != Type::Nothing).reduce(Type::join).unwrap_or(Type::Nothing)
            }
            ExprKind::Block(body) => self.statements(body, scope),
            ExprKind::This => {
                self.complain(
                    scope.piece,
                    expr,
                    Code::ForbiddenConstruct,
                    "rules cannot use `this`".to_owned(),
                    Some("name the record as a parameter".to_owned()),
                );
                Type::Any
            }
            ExprKind::Forbidden(what) => {
                self.complain(scope.piece, expr, Code::ForbiddenConstruct, format!("rules cannot use {what}"), None);
                Type::Any
            }
        }
    }

    fn variable(&mut self, expr: &'a Expr, name: &Arc<str>, scope: &mut Scope<'a>) -> Type {
        if let Some(found) = scope.find(name) {
            return found.clone();
        }
        let names: Vec<String> = scope.names().map(str::to_owned).collect();
        let record = self.environment.record;
        let own = record.fields().get(name).map(|_| format!("did you mean `{}.{name}`?", record.name()));
        let item = (&**name == ITEM).then(|| format!("`{ITEM}` is there in the `when` and `fields` of a spawn that has `for_each`"));
        let help = own.or(item).or_else(|| did_you_mean(name, names.iter().map(String::as_str)));
        self.complain(scope.piece, expr, Code::UnknownVariable, format!("nothing here is called `{name}`"), help);
        Type::Any
    }

    fn field(&mut self, expr: &'a Expr, base: &Type, name: &Arc<str>, scope: &Scope<'a>) -> Type {
        match base {
            Type::Object(object, path) => match object.get(name) {
                Some((_, field)) => {
                    let records = &self.environment.records;
                    if let crate::record::FieldType::Children(record) = &field.field_type {
                        self.used.records.insert(Arc::from(record.as_str()));
                    }
                    Type::of(&field.field_type, &format!("{path}.{name}"), &|record| records.get(record).cloned())
                }
                None => {
                    let help = did_you_mean(name, object.names());
                    self.complain_name(scope.piece, expr, Code::UnknownField, format!("`{path}` has no field `{name}`"), help);
                    Type::Any
                }
            },
            Type::Any | Type::Map => Type::Any,
            // The rule language lets a function without further arguments be read like a field.
            other if crate::script::builtin(name).is_some_and(|builtin| builtin.least == 1) => {
                let help = Some(format!("a function is called with brackets: `.{name}()`"));
                self.complain_name(scope.piece, expr, Code::UnknownField, format!("{other} has no field `{name}`"), help);
                Type::Any
            }
            other => {
                self.complain_name(scope.piece, expr, Code::UnknownField, format!("{other} has no field `{name}`"), None);
                Type::Any
            }
        }
    }

    fn index(&mut self, expr: &'a Expr, base: &Type, index: &'a Expr, index_type: &Type, scope: &Scope<'a>) -> Type {
        match (base, &index.kind) {
            (Type::Object(object, path), ExprKind::Text(name)) => match object.get(name) {
                Some((_, field)) => {
                    let records = &self.environment.records;
                    Type::of(&field.field_type, &format!("{path}.{name}"), &|record| records.get(record).cloned())
                }
                None => {
                    let help = did_you_mean(name, object.names());
                    self.complain(scope.piece, index, Code::UnknownField, format!("`{path}` has no field `{name}`"), help);
                    Type::Any
                }
            },
            (Type::List(element), _) if index_type.kind().is_none_or(|kind| kind == "number") => {
                if *index_type == Type::Number {
                    self.fraction(index, "an index", scope);
                }
                (**element).clone()
            }
            (Type::Any | Type::Map | Type::Text | Type::Object(..), _) => Type::Any,
            (other, _) => {
                self.complain(scope.piece, expr, Code::InvalidOperand, format!("{other} cannot be indexed by {index_type}"), None);
                Type::Any
            }
        }
    }

    fn operator(&mut self, expr: &'a Expr, operator: &Arc<str>, operands: &'a [Expr], scope: &mut Scope<'a>) -> Type {
        let types: Vec<Type> = operands.iter().map(|operand| self.infer(operand, scope)).collect();
        match (operands, types.as_slice()) {
            ([_], [only]) => self.unary(expr, operator, only, scope),
            ([left, right], [left_type, right_type]) => match &**operator {
                "==" | "!=" | "<" | "<=" | ">" | ">=" => {
                    self.mixed_pair(expr, left_type, right_type, |left, right| left == right, scope);
                    self.comparison(expr, operator, (left, left_type), (right, right_type), scope);
                    Type::Bool
                }
                "+" | "-" | "*" | "/" | "%" | "**" => {
                    self.divisor(expr, operator, right, scope);
                    match (&**operator, left_type, right_type) {
                        ("*", Type::Duration, Type::Number) | ("**", _, Type::Number) => self.factor(operator, right, scope),
                        ("*", Type::Number, Type::Duration) => self.factor(operator, left, scope),
                        _ => {}
                    }
                    self.mixed_pair(expr, left_type, right_type, |left, right| arithmetic_of(left, operator, right), scope);
                    self.arithmetic(expr, operator, left_type, right_type, scope)
                }
                other => {
                    self.complain(scope.piece, expr, Code::ForbiddenConstruct, format!("rules cannot use the operator `{other}`"), None);
                    Type::Any
                }
            },
            _ => Type::Any,
        }
    }

    fn unary(&mut self, expr: &'a Expr, operator: &str, operand: &Type, scope: &Scope<'a>) -> Type {
        let fits = match operator {
            "!" => operand.kind().is_none_or(|kind| kind == "bool"),
            _ => operand.kind().is_none_or(|kind| kind == "number" || (kind == "duration" && operator == "-")),
        };
        if !fits {
            self.complain(scope.piece, expr, Code::InvalidOperand, format!("cannot apply `{operator}` to {operand}"), None);
            return if operator == "!" { Type::Bool } else { Type::Any };
        }
        if operator == "!" { Type::Bool } else { operand.clone() }
    }

    fn comparison(&mut self, expr: &'a Expr, operator: &str, left: (&'a Expr, &Type), right: (&'a Expr, &Type), scope: &Scope<'a>) {
        let (Some(left_kind), Some(right_kind)) = (left.1.kind(), right.1.kind()) else { return };
        if left_kind == "nothing" || right_kind == "nothing" {
            let help = Some("ask `has(..)` whether a field has a value".to_owned());
            self.complain(scope.piece, expr, Code::UnlikeComparison, "nothing can be compared with `()`".to_owned(), help);
        } else if left_kind != right_kind {
            let message = unlike_message(operator, &left.1.to_string(), &right.1.to_string());
            let help = comparison_help(left, right).or_else(|| comparison_help(right, left));
            let span = scope.piece.span_of(expr);
            let found = Diagnostic::new(Code::UnlikeComparison, span, message).maybe_help(help);
            let number = quoted_number(scope.piece, left.0, right.1).or_else(|| quoted_number(scope.piece, right.0, left.1));
            let found = number.into_iter().fold(found, |found, (place, number)| found.fix(place, number));
            self.report(scope.piece, span, found);
        } else if matches!(operator, "<" | "<=" | ">" | ">=") && matches!(left_kind, "bool" | "list" | "object" | "map" | "function") {
            self.complain(scope.piece, expr, Code::UnlikeComparison, unlike_message(operator, left_kind, right_kind), None);
        } else {
            self.enum_value(left.1, right.0, scope);
            self.enum_value(right.1, left.0, scope);
        }
    }

    /// A text compared with an enum must be one of its values.
    pub(super) fn enum_value(&mut self, enum_type: &Type, literal: &'a Expr, scope: &Scope<'a>) {
        let (Type::OneOf(values), ExprKind::Text(text)) = (enum_type, &literal.kind) else { return };
        if !values.iter().any(|value| value == text) {
            let help = did_you_mean(text, values.iter().map(|value| &**value));
            self.complain(
                scope.piece,
                literal,
                Code::UnknownValue,
                format!("`{text}` is not one of the values that are possible here"),
                help,
            );
        }
    }

    fn arithmetic(&mut self, expr: &'a Expr, operator: &str, left: &Type, right: &Type, scope: &Scope<'a>) -> Type {
        let (Some(left_kind), Some(right_kind)) = (left.kind(), right.kind()) else {
            return match (operator, left.kind().or(right.kind())) {
                (_, Some("number")) if operator != "+" && operator != "-" && operator != "*" => Type::Number,
                _ => Type::Any,
            };
        };
        match (left_kind, operator, right_kind) {
            ("number", "/" | "**", "number") => Type::Number,
            ("number", _, "number") => left.clone().join(right.clone()),
            ("text", "+", "text") => Type::Text,
            ("list", "+", "list") => left.clone().join(right.clone()),
            ("date", "-", "date") | ("datetime", "-", "datetime") | ("duration", "+" | "-", "duration") => Type::Duration,
            ("date", "+" | "-", "duration") => Type::Date,
            ("datetime", "+" | "-", "duration") => Type::DateTime,
            ("duration", "*", "number") | ("number", "*", "duration") => Type::Duration,
            _ => {
                let help =
                    (left_kind == "text" || right_kind == "text").then(|| "join texts and values with backticks: `${value} ..`".to_owned());
                self.complain(
                    scope.piece,
                    expr,
                    Code::InvalidOperand,
                    unlike_message(operator, &left.to_string(), &right.to_string()),
                    help,
                );
                Type::Any
            }
        }
    }
}

/// Whether an operator joins values of two kinds.
fn arithmetic_of(left: &str, operator: &str, right: &str) -> bool {
    matches!(
        (left, operator, right),
        ("number", _, "number")
            | ("text", "+", "text")
            | ("list", "+", "list")
            | ("date", "-", "date")
            | ("datetime", "-", "datetime")
            | ("duration", "+" | "-", "duration")
            | ("date" | "datetime", "+" | "-", "duration")
            | ("duration", "*", "number")
            | ("number", "*", "duration")
    )
}

/// What probably went wrong in a comparison of unlike values.
/// A number in quotes that is compared with a number, with the number. Not in scripts: there, another call may compare it with a text.
fn quoted_number(piece: &Piece, literal: &Expr, other: &Type) -> Option<(Span, String)> {
    let (ExprKind::Text(text), Some("number")) = (&literal.kind, other.kind()) else { return None };
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let is_plain = digits(whole) && digits(fraction) && text.len() <= 18 && (whole == "0" || !whole.starts_with('0'));
    let range = piece.text.extent(literal)?;
    let is_exact = piece.text.slice(&range) == format!("\"{text}\"");
    (piece.is_expression() && is_plain && is_exact).then(|| (piece.span(&range), text.to_string()))
}

fn comparison_help(one: (&Expr, &Type), other: (&Expr, &Type)) -> Option<String> {
    match (&one.0.kind, other.1.kind()?) {
        (ExprKind::Text(text), "number") if text.parse::<rust_decimal::Decimal>().is_ok() => {
            Some(format!("write the number without quotes: `{text}`"))
        }
        (ExprKind::Text(text), "date") => Some(format!("write a day as `date(\"{text}\")`")),
        (ExprKind::Text(text), "datetime") => Some(format!("write a moment as `datetime(\"{text}\")`")),
        (ExprKind::Text(text), "duration") => Some(format!("write a span of time as `duration(\"{text}\")`")),
        (ExprKind::Text(text), "bool") if matches!(&**text, "true" | "false") => Some(format!("write it without quotes: `{text}`")),
        (ExprKind::Int(_), "text") if let Type::OneOf(values) = other.1 => {
            let listed: Vec<String> = values.iter().take(8).map(|value| format!("`\"{value}\"`")).collect();
            Some(format!("its values are {}", listed.join(", ")))
        }
        (ExprKind::Int(number), "text") => Some(format!("write the text in quotes: `\"{number}\"`")),
        (ExprKind::Int(number), "duration") => Some(format!("write a span of time as `days({number})`")),
        _ => None,
    }
}
