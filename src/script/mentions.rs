//! What a rule could look at: the fields, clocks and results that it names, through the functions that it calls.
//!
//! It must not say less than the rule can read: what cannot be told is said to be anything.

use super::evaluate::{ITEM, RECORD, Rules};
use super::syntax::{Expr, ExprKind, Stmt, StmtKind, walk_statements};
use super::unit::RuleId;
use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;

impl Rules {
    /// Every rule.
    pub fn all(&self) -> impl Iterator<Item = RuleId> + '_ {
        self.unit.rules().map(|(rule, _)| rule)
    }

    /// The path of the record's field that a rule gives as it stands, without the record's name; `None` where it does anything else.
    #[must_use]
    pub fn plain_field(&self, rule: RuleId) -> Option<String> {
        let (_, piece) = self.unit.piece_of(rule)?;
        let [Stmt { kind: StmtKind::Expr(expr), .. }] = piece.body.as_slice() else { return None };
        self.path(expr).filter(|path| !path.is_empty())
    }

    /// The names of fields and of `case`, `today` and the like that a rule mentions; `None` where it may read anything. Results that it
    /// asks for are told by [`Rules::asks`].
    #[must_use]
    pub fn mentions(&self, rule: RuleId) -> Option<BTreeSet<Arc<str>>> {
        let (_, piece) = self.unit.piece_of(rule)?;
        let functions = self.unit.script_functions();
        let mut found = Mentioned { names: BTreeSet::new(), anything: false, calls: Vec::new() };
        found.statements(&piece.body);
        piece.functions.iter().for_each(|function| found.statements(&function.body));
        let mut visited = HashSet::new();
        while let Some((name, count)) = found.calls.pop() {
            if let Some((piece, function)) = functions.get(&(&*name, count)).copied()
                && visited.insert((Arc::clone(&name), count))
            {
                found.statements(&function.body);
                let closures = self.unit.pieces.get(piece).into_iter().flat_map(|piece| &piece.functions);
                closures.filter(|function| super::unit::is_closure(&function.name)).for_each(|closure| found.statements(&closure.body));
            }
        }
        (!found.anything).then_some(found.names)
    }

    fn path(&self, expr: &Expr) -> Option<String> {
        match &expr.kind {
            ExprKind::Variable(name) => (&**name == RECORD || **name == *self.record().as_str()).then(String::new),
            ExprKind::Field { base, name, safe: false, .. } => {
                let base = self.path(base)?;
                Some(if base.is_empty() { name.to_string() } else { format!("{base}.{name}") })
            }
            _ => None,
        }
    }
}

struct Mentioned {
    names: BTreeSet<Arc<str>>,
    anything: bool,
    calls: Vec<(Arc<str>, usize)>,
}

impl Mentioned {
    fn statements(&mut self, body: &[Stmt]) {
        walk_statements(body, &mut |expr| match &expr.kind {
            ExprKind::Field { name, .. } => drop(self.names.insert(Arc::clone(name))),
            ExprKind::Variable(name) if matches!(&**name, "before" | "case" | "today" | "now" | ITEM) => {
                self.names.insert(Arc::clone(name));
            }
            ExprKind::Index { index, .. } => match &index.kind {
                ExprKind::Text(name) => drop(self.names.insert(Arc::clone(name))),
                ExprKind::Int(_) => {}
                _ => self.anything = true,
            },
            ExprKind::Call(name, args) => {
                if matches!(&**name, "children") {
                    self.anything = true;
                }
                self.calls.push((Arc::clone(name), args.len()));
            }
            ExprKind::Method { name, args, .. } => self.calls.push((Arc::clone(name), args.len() + 1)),
            _ => {}
        });
    }
}
