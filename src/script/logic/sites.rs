//! Conditions inside of rules and functions, and whether any call ever meets them, or any does not.
//!
//! It must not say anything of a place that was reached in a way that was not followed.

use super::Logic;
use super::formula::Formula;
use super::solve::{Verdict, satisfy};
use super::walk::Scope;
use crate::script::syntax::{At, Expr, ExprKind, Stmt};
use crate::script::unit::RuleId;
use crate::source::Span;
use std::collections::BTreeSet;

/// What a place belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Owner {
    /// A rule.
    Rule(RuleId),
    /// A function of a script: its piece, and where its body begins.
    Function(usize, At),
}

/// What a condition is part of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// A link of a chain: of `&&`, where all have to be met, or of `||`.
    Link {
        /// Whether all have to be met.
        all: bool,
    },
    /// What an `if` asks.
    If {
        /// Whether there is something for the other case.
        other: bool,
    },
    /// The labels of one case of a `switch`.
    Choice,
}

/// A condition inside of a rule or function that is always met where it is reached, or never.
#[derive(Debug, Clone)]
pub struct Fixed {
    /// Where it stands.
    pub span: Span,
    /// Whether it is always met; if not, it never is.
    pub met: bool,
    /// What it is part of.
    pub part: Part,
    /// The rules by which it is reached.
    pub rules: BTreeSet<RuleId>,
    /// Whether it stands in a function of a script.
    pub in_function: bool,
}

/// How a condition is reached, and how it leaves.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ways<'f> {
    /// What holds where it is reached.
    pub(super) here: &'f Formula,
    /// What stands right before it says so much.
    pub(super) near: &'f Formula,
    /// When it is met.
    pub(super) met: &'f Formula,
    /// When it is not.
    pub(super) unmet: &'f Formula,
}

/// What was seen at one place.
#[derive(Debug)]
pub(super) struct Site {
    span: Span,
    part: Part,
    owner: Owner,
    met: bool,
    unmet: bool,
    reached: bool,
    rules: BTreeSet<RuleId>,
}

impl<'a> Logic<'a> {
    /// Notes whether a condition can be met where it is reached, and whether it can be unmet where `near` holds: what stands right before
    /// it. What is always met only because of something far away is said twice on purpose, and no finding.
    pub(super) fn observe(&mut self, part: Part, expr: &'a Expr, scope: &Scope, ways: Ways<'_>) {
        // Written-out truth is meant.
        if !self.watching || matches!(expr.kind, ExprKind::Bool(true)) && part != Part::Choice {
            return;
        }
        let key = (scope.owner, expr.at, part == Part::Choice, &raw const *expr as usize);
        let known = self.sites.get(&key).map(|site| (site.met, site.unmet, site.reached)).unwrap_or_default();
        let can = |logic: &mut Self, context: &Formula, formula: &Formula| {
            !matches!(satisfy(&logic.terms, &context.clone().and(formula.clone()), &mut logic.budget), Verdict::Never)
        };
        let met = known.0 || can(self, ways.here, ways.met);
        let unmet = known.1 || can(self, ways.near, ways.unmet);
        let reached = known.2 || met || can(self, ways.here, ways.unmet);
        let rule = self.rule;
        let unit = self.unit;
        let Some(piece) = unit.pieces.get(scope.piece) else { return };
        let site = self.sites.entry(key).or_insert_with(|| Site {
            span: piece.span_of(expr),
            part,
            owner: scope.owner,
            met: false,
            unmet: false,
            reached: false,
            rules: BTreeSet::new(),
        });
        (site.met, site.unmet, site.reached) = (met, unmet, reached);
        site.rules.extend(rule);
    }

    /// Says nothing about the conditions of a rule or function, and nothing of what the functions that it calls are called with.
    pub(super) fn silence(&mut self, owner: Owner, piece: usize, body: &'a [Stmt]) {
        if self.watching {
            self.silent.insert(owner);
            self.free_calls(body, piece);
        }
    }

    /// The conditions inside of rules and functions that are always met or never.
    pub(super) fn fixed_sites(&self) -> Vec<Fixed> {
        let spoken = self.sites.values().filter(|site| !self.silent.contains(&site.owner) && site.reached && site.met != site.unmet);
        let mut found: Vec<Fixed> = spoken
            .filter(|site| site.part != Part::Choice || !site.met)
            .map(|site| Fixed {
                span: site.span,
                met: site.met,
                part: site.part,
                rules: site.rules.clone(),
                in_function: matches!(site.owner, Owner::Function(..)),
            })
            .collect();
        found.sort_by_key(|fixed| (fixed.span.source, fixed.span.start, fixed.span.end));
        found
    }
}
