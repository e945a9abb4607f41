//! What calls read: functions of scripts with what they are given, closures over lists, results that are asked for.
//!
//! It must not follow a function into itself.

use super::facts::State;
use super::value::Given;
use super::{AskedHere, DEEPEST_CALL, Names, Walk, meet};
use crate::script::frame::Asked;
use crate::script::syntax::{Expr, ExprKind, Function, Stmt};
use crate::script::unit::is_closure;
use std::sync::Arc;

impl<'a> Walk<'a> {
    pub(super) fn call(&mut self, name: &Arc<str>, args: &'a [Expr], names: &mut Names<'a>, state: &mut State) -> Given {
        let given: Vec<(&'a Expr, Given)> = args.iter().map(|arg| (arg, self.expr(arg, false, names, state))).collect();
        self.function(name, given, names, state)
    }

    pub(super) fn method(
        &mut self,
        (base, of): (&'a Expr, Given),
        name: &Arc<str>,
        args: &'a [Expr],
        safe: bool,
        names: &mut Names<'a>,
        state: &mut State,
    ) -> Given {
        if let (true, Given::Maybe { because, exact }) = (safe, &of) {
            // The arguments are reached only where there is something before the dot.
            let mut there = if *exact { state.found(because, true) } else { state.clone() };
            let mut given = vec![(base, Given::There)];
            given.extend(args.iter().map(|arg| (arg, self.expr(arg, false, names, &mut there))));
            let result = self.function(name, given, names, &mut there);
            let exact = *exact && !matches!(result, Given::Other | Given::Maybe { .. });
            let without = state.found(because, false);
            *state = there.join(if without.is_reached() { without } else { state.clone() });
            return Given::Maybe { because: because.clone(), exact };
        }
        let mut given = vec![(base, of)];
        given.extend(args.iter().map(|arg| (arg, self.expr(arg, false, names, state))));
        self.function(name, given, names, state)
    }

    fn function(&mut self, name: &Arc<str>, given: Vec<(&'a Expr, Given)>, names: &mut Names<'a>, state: &mut State) -> Given {
        if let Some((piece, function)) = self.functions.get(&(&**name, given.len())).copied() {
            return self.script_function(piece, function, given.into_iter().map(|(_, given)| given).collect(), state);
        }
        for (arg, value) in &given {
            self.needed(value, arg, names, state);
        }
        let first = given.first().map(|(_, given)| given.clone()).unwrap_or(Given::Other);
        let element = match &first {
            Given::List(element) => (**element).clone(),
            _ => Given::Other,
        };
        let applied = match given.get(1) {
            Some((_, Given::Closure(closure, captured))) => Some(self.apply(closure, captured, element.clone(), names, state)),
            _ => None,
        };
        let literal = match given.first().map(|(arg, _)| &arg.kind) {
            Some(ExprKind::Text(text)) => Some(text),
            _ => None,
        };
        let asked = match &**name {
            "score" => Some(Asked::Score),
            "grade" => Some(Asked::Grade),
            "table" => Some(Asked::Table),
            _ => None,
        };
        if let (Some(asked), Some(text), Some(known)) = (asked, literal, state.present()) {
            let here = AskedHere { asked, name: Arc::clone(text), known };
            if !self.asks.contains(&here) {
                self.asks.push(here);
            }
        }
        match &**name {
            "filter" => first,
            "find" => Given::Other,
            "map" => Given::List(Box::new(applied.unwrap_or(Given::Other))),
            "children" => literal.map_or(Given::Other, |record| self.children(record, record)),
            "table" | "grade" | "push" => Given::Other,
            _ if crate::script::builtin(name).is_none() => Given::Other,
            _ => Given::There,
        }
    }

    fn script_function(&mut self, piece: usize, function: &'a Function, given: Vec<Given>, state: &mut State) -> Given {
        let key = (Arc::clone(&function.name), function.params.len());
        let Some(piece) = self.unit.pieces.get(piece) else { return Given::Other };
        if self.calls.contains(&key) || self.calls.len() >= DEEPEST_CALL || self.exhausted() {
            return Given::Other;
        }
        self.calls.push(key);
        let mut names = Names::new(piece);
        for (param, given) in function.params.iter().zip(given) {
            names.declare(param, given);
        }
        let (after, given) = self.body(&function.body, &mut names, std::mem::take(state));
        *state = after;
        self.calls.pop();
        given
    }

    /// What a function or a rule gives, by its last statement or any `return`.
    pub(super) fn body(&mut self, body: &'a [Stmt], names: &mut Names<'a>, mut state: State) -> (State, Given) {
        let last = self.statements(body, names, &mut state);
        let mut ways = std::mem::take(&mut names.returns);
        ways.push((state, last));
        meet(ways)
    }

    pub(super) fn closure(&mut self, name: &Arc<str>, captured: usize, names: &Names<'a>) -> Given {
        let Some(function) = closure_of(names, name) else { return Given::Other };
        Given::Closure(Arc::clone(name), function.params.iter().take(captured).map(|param| names.find(param)).collect())
    }

    /// A closure with an element. A list may be empty, so nothing is known afterwards that was not known before.
    fn apply(&mut self, name: &Arc<str>, captured: &[Given], element: Given, names: &Names<'a>, state: &State) -> Given {
        let Some(function) = closure_of(names, name) else { return Given::Other };
        let key = (Arc::clone(name), function.params.len());
        if self.calls.contains(&key) || self.calls.len() >= DEEPEST_CALL || self.exhausted() {
            return Given::Other;
        }
        self.calls.push(key);
        let mut inner = Names::new(names.piece);
        let given = captured.iter().cloned().chain([element]).chain(std::iter::repeat(Given::Other));
        for (param, given) in function.params.iter().zip(given) {
            inner.declare(param, given);
        }
        let (mut state, given) = self.body(&function.body, &mut inner, state.clone());
        // What the closure gives is asked for by the function that runs it.
        if let (Given::Maybe { because, .. }, Some(Stmt { kind: crate::script::syntax::StmtKind::Expr(expr), .. })) =
            (&given, function.body.last())
        {
            self.demand(because, names.piece.span_of(expr), &mut state);
        }
        self.calls.pop();
        given
    }
}

fn closure_of<'a>(names: &Names<'a>, name: &str) -> Option<&'a Function> {
    names.piece.functions.iter().find(|function| is_closure(&function.name) && &*function.name == name)
}
