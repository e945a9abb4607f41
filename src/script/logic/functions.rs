//! Calls of script functions: followed with what they are called with, or looked at without knowing that.
//!
//! It must not say anything of a function that some call reaches in a way that was not followed.

use super::Logic;
use super::cases::{Cases, Given};
use super::formula::Formula;
use super::sites::Owner;
use super::walk::{Found, Scope, Stop};
use crate::script::check::root_variable;
use crate::script::syntax::{ExprKind, Function, Stmt, StmtKind, walk_statements};
use std::sync::Arc;

/// Calls inside of calls that are followed.
const DEEPEST_CALL: usize = 12;

impl<'a> Logic<'a> {
    /// What a function of a script gives.
    pub(super) fn script_function(
        &mut self,
        (piece, function): (usize, &'a Function),
        arguments: Vec<Cases>,
        scope: &Scope,
        context: &Formula,
    ) -> Found<Cases> {
        let owner = Owner::Function(piece, function.at);
        let answered = Formula::all(arguments.iter().map(Cases::answered));
        if scope.callers.len() > DEEPEST_CALL || scope.callers.contains(&owner) {
            self.free(piece, function);
            return Ok(self
                .keyed(&format!("{}/{}", function.name, function.params.len()), &arguments, None)
                .or(Cases::one(Given::Nothing), &mut self.terms));
        }
        let mut callers = scope.callers.clone();
        callers.push(owner);
        let mut inner = Scope { piece, owner, variables: Vec::new(), callers };
        for (param, cases) in function.params.iter().zip(&arguments) {
            inner.declare(param, cases.clone());
        }
        match self.body(&function.body, &mut inner, &context.clone().and(answered.clone())) {
            Ok(found) => Ok(found.when(&answered)),
            Err(Stop::Exhausted) => Err(Stop::Exhausted),
            Err(Stop::Open) => {
                self.silence(owner, piece, &function.body);
                let found = self.keyed(&format!("{}/{}", function.name, function.params.len()), &arguments, None);
                Ok(found.or(Cases::one(Given::Nothing).when(&answered), &mut self.terms))
            }
        }
    }

    /// Looks at a function without knowing what it is called with, because a call of it is not followed.
    pub(super) fn free(&mut self, piece: usize, function: &'a Function) {
        let owner = Owner::Function(piece, function.at);
        if !self.watching || !self.freed.insert(owner) {
            return;
        }
        // Not at once: functions that call each other very deep must not take the stack.
        self.waiting.push((piece, function));
    }

    /// Looks at the functions that wait for it.
    pub(super) fn free_waiting(&mut self) {
        while let Some((piece, function)) = self.waiting.pop() {
            let owner = Owner::Function(piece, function.at);
            let mut scope = Scope { piece, owner, variables: Vec::new(), callers: vec![owner] };
            for param in &function.params {
                let open = Cases::open(&mut self.terms);
                scope.declare(param, open);
            }
            self.steps = 0;
            if self.body(&function.body, &mut scope, &Formula::True).is_err() {
                self.silence(owner, piece, &function.body);
            }
        }
    }

    /// Looks at every function that is called somewhere in statements which are not followed.
    pub(super) fn free_calls(&mut self, statements: &'a [Stmt], piece: usize) {
        if !self.watching {
            return;
        }
        let mut calls = Vec::new();
        let mut closures = Vec::new();
        walk_statements(statements, &mut |expr| match &expr.kind {
            ExprKind::Call(name, args) => calls.push((&**name, args.len())),
            ExprKind::Method { name, args, .. } => calls.push((&**name, args.len() + 1)),
            ExprKind::Closure(name, _) => closures.push(name),
            _ => {}
        });
        for (name, count) in calls {
            if let Some((index, function)) = self.functions.get(&(name, count)).copied() {
                self.free(index, function);
            }
        }
        for name in closures {
            if let Some(function) = self.closure_function(piece, name) {
                self.free_calls(&function.body, piece);
            }
        }
    }
}

/// The variables that statements assign to or push to.
pub(super) fn assigned(statements: &[Stmt], found: &mut Vec<Arc<str>>) {
    for statement in statements {
        match &statement.kind {
            StmtKind::Assign(_, target, _) => found.extend(root_variable(target).cloned()),
            StmtKind::If(_, then, other) => {
                assigned(then, found);
                assigned(other, found);
            }
            StmtKind::Loop(_, body) | StmtKind::For(_, _, _, body) | StmtKind::Block(body) => assigned(body, found),
            _ => {}
        }
    }
    walk_statements(statements, &mut |expr| match &expr.kind {
        ExprKind::Method { base, name, .. } if &**name == "push" => found.extend(root_variable(base).cloned()),
        ExprKind::Call(name, args) if &**name == "push" => {
            found.extend(args.first().and_then(root_variable).cloned());
        }
        ExprKind::Block(body) => assigned(body, found),
        _ => {}
    });
}
