//! Must-meet criteria of a gate: some record can meet all of them.
//!
//! It must not report one that alone is never met; `conditions` does.

use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::names::CriterionId;
use crate::script::logic::{Asked, Logic, OneOf};
use crate::script::{RuleId, Rules};
use crate::workflow::{Criterion, Gate};
use std::collections::HashSet;

/// What it takes to pass a criterion: it holds, or does not apply.
pub(super) fn passes(criterion: &Criterion) -> OneOf {
    let holds = Asked { rule: criterion.expect, met: true };
    match criterion.when {
        Some(rule) => vec![vec![Asked { rule, met: false }], vec![Asked { rule, met: true }, holds]],
        None => vec![vec![holds]],
    }
}

pub(super) fn check(rules: &Rules, logic: &mut Logic<'_>, gate: &Gate, reported: &HashSet<RuleId>, diagnostics: &mut Diagnostics) {
    let mut concerned: Vec<Asked> = gate.when().map(|rule| Asked { rule, met: true }).into_iter().collect();
    let told = |criterion: &Criterion| reported.contains(&criterion.expect);
    let mut musts: Vec<(&CriterionId, &Criterion, OneOf)> =
        gate.must().iter().filter(|(_, criterion)| !told(criterion)).map(|(id, criterion)| (id, criterion, passes(criterion))).collect();
    if logic.never(&concerned) || !impossible(logic, &concerned, &musts) {
        return;
    }
    // As few of them as it takes.
    for (id, ..) in musts.clone() {
        let fewer: Vec<_> = musts.iter().filter(|(other, ..)| *other != id).cloned().collect();
        if impossible(logic, &concerned, &fewer) {
            musts = fewer;
        }
    }
    if impossible(logic, &[], &musts) {
        concerned.clear();
    }
    let Some(((last, criterion, _), others)) = musts.split_last() else { return };
    let (Some(span), false) = (rules.rule_span(criterion.expect), others.is_empty()) else { return };
    let mut names: Vec<String> = others.iter().map(|(id, ..)| format!("`{id}`")).collect();
    names.push(format!("`{last}`"));
    let both = if names.len() == 2 { "both " } else { "" };
    let together = names.split_last().map(|(last, rest)| format!("{} and {last}", rest.join(", "))).unwrap_or_default();
    let message = format!("no record can meet {both}{together}: nothing passes the gate `{}`", gate.id());
    let mut found = Diagnostic::new(Code::ContradictingCriteria, span, message).label(format!("`{last}`"));
    for (id, criterion, _) in others {
        if let Some(place) = rules.rule_span(criterion.expect) {
            found = found.related(place, format!("`{id}`"));
        }
    }
    for (asked, place) in concerned.iter().filter_map(|asked| Some((asked, rules.rule_span(asked.rule)?))) {
        debug_assert!(asked.met, "a gate concerns the records for which its condition is met");
        found = found.related(place, "the gate asks for this first");
    }
    // A record that shows it: all of them but the last are met.
    let rest: Vec<&OneOf> = others.iter().map(|(.., passes)| passes).collect();
    let mut but_last = concerned.clone();
    but_last.push(Asked { rule: criterion.expect, met: false });
    but_last.extend(criterion.when.map(|rule| Asked { rule, met: true }));
    if let Some(example) = logic.example(&but_last, &rest) {
        let verb = if others.len() == 1 { "meets" } else { "meets all but" };
        let whom =
            if others.len() == 1 { format!("{}, and not `{last}`", names.first().map_or("", String::as_str)) } else { format!("`{last}`") };
        found = found.note(format!("example: {example} {verb} {whom}"));
    }
    diagnostics.push(found.help("change one of them, or say with `when` which records it applies to"));
}

fn impossible(logic: &mut Logic<'_>, concerned: &[Asked], musts: &[(&CriterionId, &Criterion, OneOf)]) -> bool {
    let choices: Vec<&OneOf> = musts.iter().map(|(.., passes)| passes).collect();
    logic.never_with(concerned, &choices)
}
