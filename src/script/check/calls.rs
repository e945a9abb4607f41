//! What calls give: built-in functions, functions of scripts, closures.
//!
//! It must not report a function as unknown while a script that may hold it cannot be parsed.

use super::types::Type;
use super::{Checker, Scope, closure};
use crate::diagnostic::{Code, did_you_mean, suggest};
use crate::script::builtins::{BUILTINS, Builtin, Gives, Takes, builtin};
use crate::script::syntax::{Expr, ExprKind, Function, walk_statements};
use crate::script::unit::arguments;
use std::sync::Arc;

/// Combinations of functions and argument types that are looked at.
const MOST_COMBINATIONS: usize = 5_000;
/// Calls inside of calls that are followed; the engine itself stops at 32.
const DEEPEST_CALL: usize = 32;

impl<'a> Checker<'a> {
    pub(super) fn call(&mut self, expr: &'a Expr, name: &Arc<str>, args: &'a [Expr], scope: &mut Scope<'a>) -> Type {
        let types: Vec<Type> = args.iter().map(|arg| self.infer(arg, scope)).collect();
        self.function(expr, name, &args.iter().collect::<Vec<_>>(), types, scope)
    }

    pub(super) fn method(&mut self, expr: &'a Expr, base: &'a Expr, name: &Arc<str>, args: &'a [Expr], scope: &mut Scope<'a>) -> Type {
        let base_type = self.infer(base, scope);
        let mut types = vec![base_type];
        types.extend(args.iter().map(|arg| self.infer(arg, scope)));
        let all: Vec<&'a Expr> = std::iter::once(base).chain(args).collect();
        self.function(expr, name, &all, types, scope)
    }

    fn function(&mut self, expr: &'a Expr, name: &Arc<str>, args: &[&'a Expr], types: Vec<Type>, scope: &mut Scope<'a>) -> Type {
        if let Some((piece, function)) = self.functions.get(&(&**name, args.len())).copied() {
            return self.call_function(piece, function, types);
        }
        if let Some(known) = builtin(name) {
            if args.len() < known.least || args.len() > known.most {
                let wanted = if known.least == known.most {
                    arguments(known.least)
                } else {
                    format!("{} to {}", known.least, arguments(known.most))
                };
                let message = format!("`{name}` takes {wanted}, not {}", args.len());
                self.complain(scope.piece, expr, Code::WrongArity, message, Some(format!("`{name}`: {}", known.meaning)));
                return Type::Any;
            }
            return self.built_in(expr, known, args, &types, scope);
        }
        // A function that an expression defines is reported where it is defined.
        if scope.piece.is_expression() && scope.piece.functions.iter().any(|function| function.name == *name) {
            return Type::Any;
        }
        let mut arities: Vec<usize> = self.functions.keys().filter(|(known, _)| *known == &**name).map(|(_, arity)| *arity).collect();
        arities.sort_unstable();
        if let Some(arity) = arities.first() {
            let message = format!("`{name}` takes {}, not {}", arguments(*arity), args.len());
            self.complain(scope.piece, expr, Code::WrongArity, message, None);
            self.doubtful.insert(name.to_string());
        } else if self.scripts_sound {
            let names: Vec<&str> =
                self.functions.keys().map(|(name, _)| *name).chain(BUILTINS.iter().map(|builtin| builtin.name)).collect();
            let near = suggest(name, names);
            self.doubtful.extend(near.map(str::to_owned));
            let help = near.map(|near| format!("did you mean `{near}`?"));
            let help = help.or_else(|| Some("functions come from the scripts listed under `use`, or are built in".to_owned()));
            self.complain_name(scope.piece, expr, Code::UnknownFunction, format!("there is no function `{name}`"), help);
        }
        Type::Any
    }

    /// Looks at a function's body with these argument types; the result is kept, and recursion gives `Any`.
    pub(super) fn call_function(&mut self, piece: usize, function: &'a Function, types: Vec<Type>) -> Type {
        self.called.insert((Arc::clone(&function.name), function.params.len()));
        let key = (piece, Arc::clone(&function.name), types.iter().map(signature).collect::<Vec<_>>());
        if let Some(known) = self.results.get(&key) {
            return known.clone().unwrap_or(Type::Any);
        }
        // Beyond so many combinations or so deep a nesting, what a call gives is left open: functions that hand on ever larger lists,
        // or a thousand functions that call one another, must not take the checker's time or its stack.
        if self.results.len() > MOST_COMBINATIONS || self.depth > DEEPEST_CALL {
            return Type::Any;
        }
        self.depth += 1;
        self.results.insert(key.clone(), None);
        let result = match self.unit.pieces.get(piece) {
            Some(piece) => {
                let mut scope = Scope::new(piece);
                for (name, found) in function.params.iter().zip(types) {
                    scope.declare(name, found);
                }
                self.body(&function.body, &mut scope)
            }
            None => Type::Any,
        };
        self.depth -= 1;
        self.results.insert(key, Some(result.clone()));
        result
    }

    pub(super) fn closure_type(&mut self, name: &Arc<str>, captured: usize, scope: &mut Scope<'a>) -> Type {
        let Some(function) = closure(scope.piece, name) else { return Type::Any };
        // The parser makes every name that a closure does not declare a captured one, also where nothing is called so.
        for param in function.params.iter().take(captured).filter(|param| scope.find(param).is_none()) {
            let mut uses = Vec::new();
            walk_statements(&function.body, &mut |expr| {
                if matches!(&expr.kind, ExprKind::Variable(used) if used == param) {
                    uses.push(expr);
                }
            });
            let names: Vec<String> = scope.names().map(str::to_owned).collect();
            let help = did_you_mean(param, names.iter().map(String::as_str));
            if let Some(first) = uses.first() {
                self.complain(scope.piece, first, Code::UnknownVariable, format!("nothing here is called `{param}`"), help);
            }
        }
        for param in function.params.iter().take(captured).filter(|param| scope.is_given(param)) {
            self.captured.insert((Arc::clone(name), Arc::clone(param)));
        }
        let types = function.params.iter().take(captured).map(|param| scope.find(param).cloned().unwrap_or(Type::Any)).collect();
        Type::Closure(Arc::clone(name), types)
    }

    /// What a closure gives for an element of a list.
    fn apply(&mut self, closure_type: &Type, element: &Type, scope: &Scope<'a>) -> Type {
        let Type::Closure(name, captured) = closure_type else { return Type::Any };
        let Some(function) = closure(scope.piece, name) else { return Type::Any };
        let mut inner = Scope::new(scope.piece);
        let given = captured.iter().chain(std::iter::once(element)).cloned().chain(std::iter::repeat(Type::Any));
        for (param, found) in function.params.iter().zip(given) {
            inner.declare(param, found);
        }
        // Captured variables come first.
        let own =
            function.params.iter().take(captured.len()).filter(|param| self.captured.contains(&(Arc::clone(name), Arc::clone(param))));
        inner.captured = (captured.len(), own.cloned().collect());
        self.body(&function.body, &mut inner)
    }

    fn built_in(&mut self, expr: &'a Expr, known: &Builtin, args: &[&'a Expr], types: &[Type], scope: &mut Scope<'a>) -> Type {
        let first = types.first().cloned().unwrap_or(Type::Any);
        if !takes(known.takes, &first) {
            let message = format!("`{}` cannot take {first}", known.name);
            self.complain(scope.piece, expr, Code::InvalidOperand, message, Some(format!("`{}`: {}", known.name, known.meaning)));
            return Type::Any;
        }
        let what = format!("`{}` cannot take every kind", known.name);
        if args.first().is_some_and(|base| self.mixed_value(base, &first, &what, |found| takes(known.takes, found), scope)) {
            return Type::Any;
        }
        if !self.arguments(expr, known, args, types, scope) {
            return Type::Any;
        }
        self.whole_numbers(known, args, types, scope);
        if let (Some(base), "push") = (args.first(), known.name)
            && self.within_record(base, scope)
        {
            let help = Some("a rule only reads the record; keep a list of your own with `let`".to_owned());
            self.complain(scope.piece, expr, Code::RecordAssignment, "a list of a record cannot be changed by a rule".to_owned(), help);
        }
        if let Some(name) = args.first() {
            self.named(known, name, scope);
        }
        let element = match &first {
            Type::List(element) => (**element).clone(),
            _ => Type::Any,
        };
        let applied = types.get(1).filter(|second| matches!(second, Type::Closure(..))).map(|second| self.apply(second, &element, scope));
        if known.name == "contains" {
            self.membership(expr, &first, &element, args, types, scope);
        }
        if matches!(known.name, "all" | "some" | "filter" | "find")
            && let Some(given) = &applied
            && given.kind().is_some_and(|kind| kind != "bool")
        {
            self.complain(
                scope.piece,
                expr,
                Code::InvalidOperand,
                format!("`{}` needs a condition, but the closure gives {given}", known.name),
                None,
            );
        }
        self.result(known, args, types, applied)
    }

    /// What a built-in function gives; `applied` is what its closure does.
    fn result(&self, known: &Builtin, args: &[&'a Expr], types: &[Type], applied: Option<Type>) -> Type {
        let first = types.first().cloned().unwrap_or(Type::Any);
        let element = match &first {
            Type::List(element) => (**element).clone(),
            _ => Type::Any,
        };
        match known.gives {
            Gives::Bool => Type::Bool,
            Gives::Int => Type::Int,
            Gives::Number if matches!((known.name, &first), ("floor" | "ceiling" | "round", Type::Int)) => Type::Int,
            Gives::Number if known.name == "sum" && element == Type::Int => Type::Int,
            Gives::Number => Type::Number,
            Gives::Text if known.takes == Takes::ScorecardName => self.grade_type(args),
            Gives::Text => Type::Text,
            Gives::Date => Type::Date,
            Gives::DateTime => Type::DateTime,
            Gives::Duration => Type::Duration,
            Gives::Texts => Type::List(Box::new(Type::Text)),
            Gives::Same if known.most == 2 && known.takes == Takes::Any => first.join(types.get(1).cloned().unwrap_or(Type::Any)),
            Gives::Same => first,
            Gives::Element => element,
            Gives::Mapped => Type::List(Box::new(applied.unwrap_or(Type::Any))),
            Gives::Nothing => Type::Nothing,
            Gives::Children => match args.first().map(|arg| &arg.kind) {
                Some(ExprKind::Text(record)) => Type::children(record, &|record| self.record_type(record)),
                _ => Type::Any,
            },
            Gives::Any => self.table_type(known, args),
        }
    }

    /// One of the grades of the scorecard that is asked for.
    fn grade_type(&self, args: &[&'a Expr]) -> Type {
        let grades = match args.first().map(|arg| &arg.kind) {
            Some(ExprKind::Text(card)) => self.environment.scorecards.get(card),
            _ => None,
        };
        grades.filter(|grades| !grades.is_empty()).map_or(Type::Text, |grades| Type::OneOf(Arc::clone(grades)))
    }

    fn table_type(&self, known: &Builtin, args: &[&'a Expr]) -> Type {
        match (known.takes, args.first().map(|arg| &arg.kind)) {
            (Takes::TableName, Some(ExprKind::Text(name))) => match self.environment.tables.get(name) {
                Some(Some(field_type)) => Type::of(field_type, name, &|_| None),
                _ => Type::Any,
            },
            _ => Type::Any,
        }
    }

    /// `x in list` and `list.contains(x)`: the element must be of the list's kind.
    fn membership(&mut self, expr: &'a Expr, first: &Type, element: &Type, args: &[&'a Expr], types: &[Type], scope: &Scope<'a>) {
        let (Some(list), Some(item), Some(item_type)) = (args.first(), args.get(1), types.get(1)) else { return };
        let unlike = match (first, item_type.kind(), element.kind()) {
            (Type::List(_), Some(item), Some(element)) => item != element,
            (Type::Text | Type::OneOf(_), Some(item), _) => item != "text",
            _ => false,
        };
        if unlike {
            let wanted = if matches!(first, Type::List(_)) { element } else { first };
            self.complain(
                scope.piece,
                expr,
                Code::UnlikeComparison,
                format!("cannot look for {item_type} among values of type {wanted}"),
                None,
            );
        } else if let ExprKind::List(values) = &list.kind {
            values.iter().for_each(|value| self.enum_value(item_type, value, scope));
        } else {
            self.enum_value(element, item, scope);
        }
    }

    /// The scorecard, table or record type that a call names must exist, and be named in quotes.
    fn named(&mut self, known: &Builtin, name: &'a Expr, scope: &Scope<'a>) {
        let (code, what, mut names): (Code, &str, Vec<Arc<str>>) = match known.takes {
            Takes::ScorecardName => (Code::UnknownScorecard, "scorecard", self.environment.scorecards.keys().cloned().collect()),
            Takes::TableName => (Code::UnknownTable, "table", self.environment.tables.keys().cloned().collect()),
            Takes::RecordName => (Code::UnknownRecord, "record type", self.environment.records.keys().cloned().collect()),
            _ => return,
        };
        // The same mistake is told in the same words every time.
        names.sort();
        let ExprKind::Text(text) = &name.kind else {
            let message = format!("the name of a {what} must be written in quotes");
            self.complain(
                scope.piece,
                name,
                Code::InvalidOperand,
                message,
                Some("only then is it known beforehand what the rule needs".to_owned()),
            );
            return;
        };
        match known.takes {
            Takes::ScorecardName => self.used.scorecards.insert(Arc::clone(text)),
            Takes::TableName => self.used.tables.insert(Arc::clone(text)),
            _ => self.used.records.insert(Arc::clone(text)),
        };
        if !names.contains(text) && self.environment.complete {
            let help = did_you_mean(text, names.iter().map(|name| &**name));
            self.complain(scope.piece, name, code, format!("there is no {what} `{text}`"), help);
        }
    }
}

fn takes(wanted: Takes, found: &Type) -> bool {
    let Some(kind) = found.kind() else { return true };
    match wanted {
        Takes::Number => kind == "number",
        Takes::Text | Takes::ScorecardName | Takes::TableName | Takes::RecordName => kind == "text",
        Takes::List => kind == "list",
        Takes::ListOrText => matches!(kind, "list" | "text"),
        Takes::Date => kind == "date",
        Takes::DateOrDateTime => matches!(kind, "date" | "datetime"),
        Takes::Duration => kind == "duration",
        Takes::Any => true,
    }
}

/// A short form of a type by which results of a function are kept.
fn signature(found: &Type) -> String {
    match found {
        Type::Object(_, path) => format!("object {path}"),
        Type::OneOf(values) => format!("one of {}", values.join(",")),
        Type::List(inner) => format!("list {}", signature(inner)),
        Type::Closure(name, _) => format!("closure {name}"),
        other => other.to_string(),
    }
}
