//! Decisions of a gate: each can be picked, and one of them can for every record that comes so far.
//!
//! It must not call two decisions that both hold a mistake: the first one wins, and the special case is written before the general one.

use super::criteria::passes;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::names::OutcomeId;
use crate::script::logic::{Asked, Logic, OneOf};
use crate::script::{RuleId, Rules};
use crate::workflow::{Decider, Gate};
use std::collections::HashSet;

pub(super) fn check(rules: &Rules, logic: &mut Logic<'_>, gate: &Gate, reported: &mut HashSet<RuleId>, diagnostics: &mut Diagnostics) {
    let Decider::Rules(rows) = gate.decider() else { return };
    let concerned: Vec<Asked> = gate.when().map(|rule| Asked { rule, met: true }).into_iter().collect();
    if logic.never(&concerned) {
        return;
    }
    if gate.is_unique() {
        ambiguous(rules, logic, &concerned, rows, diagnostics);
    }
    let mut earlier: Vec<RuleId> = Vec::new();
    let mut quiet = false;
    for (rule, outcome) in rows {
        let own: Vec<Asked> = rule.map(|rule| Asked { rule, met: true }).into_iter().collect();
        let alone = [concerned.as_slice(), &own].concat();
        if let Some(rule) = rule
            && logic.never(&alone)
        {
            if let Some(span) = rules.rule_span(*rule) {
                let message = format!("this is never met: the outcome `{outcome}` is not picked here");
                let mut found = Diagnostic::new(Code::NeverMet, span, message);
                if !logic.never(&own)
                    && let Some(place) = gate.when().and_then(|when| rules.rule_span(when))
                {
                    found = found.related(place, "the gate asks for this first");
                }
                diagnostics.push(found);
                reported.insert(*rule);
            }
            continue;
        }
        let unmet = |rules: &[RuleId]| rules.iter().map(|rule| Asked { rule: *rule, met: false }).collect::<Vec<Asked>>();
        // Of decisions that may not overlap, an overlap is told instead.
        let overlaps = gate.is_unique() && rule.is_some();
        if !overlaps && logic.never(&[alone.as_slice(), &unmet(&earlier)].concat()) {
            let mut needed = earlier.clone();
            for candidate in &earlier {
                let fewer: Vec<RuleId> = needed.iter().copied().filter(|other| other != candidate).collect();
                if logic.never(&[alone.as_slice(), &unmet(&fewer)].concat()) {
                    needed = fewer;
                }
            }
            let span = rule.and_then(|rule| rules.rule_span(rule)).unwrap_or(gate.span());
            let message = match rule {
                Some(_) => {
                    format!("the outcome `{outcome}` is never picked here: whenever this is met, a decision before it is met as well")
                }
                None => {
                    format!("the outcome `{outcome}` of the gate `{}` is never picked: the decisions before it leave nothing", gate.id())
                }
            };
            let mut found = Diagnostic::new(Code::ShadowedDecision, span, message);
            for place in needed.iter().filter_map(|rule| rules.rule_span(*rule)) {
                found = found.related(place, "decided before");
            }
            diagnostics.push(found.help("put the special case before the general one, or leave this decision out"));
            reported.extend(*rule);
            quiet = true;
        }
        earlier.extend(*rule);
    }
    if !quiet && rows.iter().all(|(rule, _)| rule.is_some()) {
        undecided(logic, gate, &concerned, &earlier, diagnostics);
    }
}

/// Two decisions of which at most one may apply, and a record for which both do.
fn ambiguous(
    rules: &Rules,
    logic: &mut Logic<'_>,
    concerned: &[Asked],
    rows: &[(Option<RuleId>, OutcomeId)],
    diagnostics: &mut Diagnostics,
) {
    let rows: Vec<(RuleId, &OutcomeId)> = rows.iter().filter_map(|(rule, outcome)| Some(((*rule)?, outcome))).collect();
    for (index, (rule, outcome)) in rows.iter().enumerate() {
        for (earlier, first) in rows.iter().take(index) {
            let both = [Asked { rule: *earlier, met: true }, Asked { rule: *rule, met: true }];
            let all = [concerned, both.as_slice()].concat();
            let (Some(example), Some(span)) = (logic.example(&all, &[]), rules.rule_span(*rule)) else { continue };
            let message = format!("`{first}` and `{outcome}` can both apply, but only one decision may");
            let mut found = Diagnostic::new(Code::AmbiguousDecision, span, message).note(format!("example: {example}"));
            if let Some(place) = rules.rule_span(*earlier) {
                found = found.related(place, format!("picks `{first}`"));
            }
            diagnostics.push(found.help("narrow one of them, or leave `hit: unique` out to let the first one win"));
            break;
        }
    }
}

/// A record that gets through everything else and finds no decision that applies.
fn undecided(logic: &mut Logic<'_>, gate: &Gate, concerned: &[Asked], rows: &[RuleId], diagnostics: &mut Diagnostics) {
    let none: Vec<Asked> = rows.iter().map(|rule| Asked { rule: *rule, met: false }).collect();
    let all = [concerned, none.as_slice()].concat();
    let musts: Vec<OneOf> = gate.must().values().map(passes).collect();
    if let Some(example) = logic.example(&all, &musts.iter().collect::<Vec<_>>()) {
        let message = format!("no decision of the gate `{}` applies to some records", gate.id());
        diagnostics.push(
            Diagnostic::new(Code::UndecidedRecord, gate.span(), message)
                .label("such records are blocked here")
                .note(format!("example: {example}"))
                .help("end the decisions with an outcome without `when`, or hold such records back with a `must`"),
        );
    }
}
