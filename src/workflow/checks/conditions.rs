//! Conditions that are always met or never: those of gates, criteria, decisions, spawns and scorecards, and the parts of them.
//!
//! It must not report what an error explains: rules are only looked at when they are free of errors.

use super::{criteria, decisions};
use crate::diagnostic::{Area, Code, Diagnostic, Diagnostics};
use crate::names::{GateId, ScorecardId, TableId};
use crate::script::logic::{Asked, Facts, Fixed, Logic, Part};
use crate::script::{Environment, RuleId, Rules};
use crate::table::{CellType, HitPolicy};
use crate::workflow::{Criterion, Decider, DecisionTable, Gate, Points, Scorecard};
use indexmap::IndexMap;
use rust_decimal::Decimal;
use std::collections::HashSet;

/// What the checks of conditions look at.
pub(in crate::workflow) struct Parts<'a> {
    pub(in crate::workflow) rules: &'a Rules,
    pub(in crate::workflow) environment: &'a Environment<'a>,
    pub(in crate::workflow) gates: &'a IndexMap<GateId, Gate>,
    pub(in crate::workflow) tables: &'a IndexMap<TableId, DecisionTable>,
    pub(in crate::workflow) scorecards: &'a IndexMap<ScorecardId, Scorecard>,
}

/// One condition, where it is asked.
struct Question {
    rule: RuleId,
    /// What holds where it is asked, and how that is called.
    given: Vec<(Asked, &'static str)>,
    /// What follows where it is always met.
    always: Option<String>,
    /// What follows where it never is.
    never: String,
}

/// Looks at every condition of a workflow.
pub(in crate::workflow) fn conditions(parts: &Parts<'_>, diagnostics: &mut Diagnostics) {
    let spoils = |found: &Diagnostic| found.is_error() && !matches!(found.code.area(), Area::Graph | Area::Role | Area::Record);
    if diagnostics.iter().any(|found| spoils(found) && found.code != Code::UnknownRole) {
        return;
    }
    let mut logic = Logic::new(parts.rules, parts.environment, facts(parts));
    let mut reported = HashSet::new();
    for question in questions(parts) {
        let given: Vec<Asked> = question.given.iter().map(|(asked, _)| *asked).collect();
        if let Some(found) = judge(parts.rules, &mut logic, &question) {
            reported.insert(question.rule);
            diagnostics.push(found);
        }
        logic.watch(question.rule, &given);
    }
    for gate in parts.gates.values() {
        decisions::check(parts.rules, &mut logic, gate, &mut reported, diagnostics);
        criteria::check(parts.rules, &mut logic, gate, &reported, diagnostics);
    }
    let mut told: Vec<Fixed> = Vec::new();
    for fixed in logic.fixed() {
        // What makes the whole rule so is told with it, and what makes a larger part so, with the smaller.
        if !fixed.rules.iter().any(|rule| reported.contains(rule)) {
            told.retain(|larger| larger.span == fixed.span || !holds(larger, &fixed));
            if !told.iter().any(|smaller| holds(&fixed, smaller)) {
                told.push(fixed);
            }
        }
    }
    diagnostics.extend(told.into_iter().map(part));
}

fn holds(larger: &Fixed, smaller: &Fixed) -> bool {
    let (outer, inner) = (larger.span, smaller.span);
    outer.source == inner.source && outer.start <= inner.start && inner.end <= outer.end
}

/// The conditions with what they are for.
fn questions(parts: &Parts<'_>) -> Vec<Question> {
    let mut found = Vec::new();
    for gate in parts.gates.values() {
        let id = gate.id();
        let concerned: Vec<(Asked, &'static str)> =
            gate.when().map(|rule| (Asked { rule, met: true }, "the gate asks for this first")).into_iter().collect();
        found.extend(gate.when().map(|rule| Question {
            rule,
            given: Vec::new(),
            always: Some(format!("the gate `{id}` concerns every record")),
            never: format!("the gate `{id}` concerns no record"),
        }));
        let musts = gate.must().iter().map(|(name, criterion)| (name, criterion, true));
        let shoulds = gate.should().iter().map(|(name, criterion)| (name, criterion, false));
        for (name, criterion, must) in musts.chain(shoulds) {
            let Criterion { expect, when, .. } = criterion;
            found.extend(when.map(|rule| Question {
                rule,
                given: concerned.clone(),
                always: Some(format!("the criterion `{name}` applies to every record")),
                never: format!("the criterion `{name}` applies to no record"),
            }));
            let applies = when.map(|rule| (Asked { rule, met: true }, "the criterion only applies where this holds"));
            found.push(Question {
                rule: *expect,
                given: concerned.iter().copied().chain(applies).collect(),
                always: Some(format!("the criterion `{name}` holds nothing back")),
                never: if must { format!("no record passes the gate `{id}`") } else { format!("no record meets the criterion `{name}`") },
            });
        }
        if let Decider::Rules(rows) = gate.decider() {
            let mut earlier = concerned.clone();
            for (rule, outcome) in rows {
                let Some(rule) = rule else { continue };
                found.push(Question {
                    rule: *rule,
                    given: earlier.clone(),
                    always: None,
                    never: format!("the outcome `{outcome}` is not picked here"),
                });
                earlier.push((Asked { rule: *rule, met: false }, "decided before"));
            }
        }
        for spawn in gate.outcomes().values().flat_map(|outcome| &outcome.spawns) {
            found.extend(spawn.when.map(|rule| Question {
                rule,
                given: concerned.clone(),
                always: Some(format!("a case of `{}` starts every time", spawn.workflow)),
                never: format!("no case of `{}` ever starts here", spawn.workflow),
            }));
        }
    }
    for (card, scorecard) in parts.scorecards {
        for (name, scored) in &scorecard.criteria {
            found.extend(scored.knock_out.map(|rule| Question {
                rule,
                given: Vec::new(),
                always: Some(format!("`{name}` sets the score `{card}` of every record to 0")),
                never: format!("`{name}` never sets the score `{card}` to 0"),
            }));
        }
    }
    found
}

/// Whether a condition is always met where it is asked, or never. Decisions have a check of their own.
fn judge(rules: &Rules, logic: &mut Logic<'_>, question: &Question) -> Option<Diagnostic> {
    let always = question.always.as_ref()?;
    let span = rules.rule_span(question.rule)?;
    // Who writes `true` means it.
    if logic.constant(question.rule) == Some(true) {
        return None;
    }
    let given: Vec<Asked> = question.given.iter().map(|(asked, _)| *asked).collect();
    let with = |met: bool, given: &[Asked]| [given, &[Asked { rule: question.rule, met }]].concat();
    if logic.never(&given) {
        return None;
    }
    let met = !logic.never(&with(true, &given));
    let unmet = !logic.never(&with(false, &given));
    let (code, message) = match (met, unmet) {
        (false, _) => (Code::NeverMet, format!("this is never met: {}", question.never)),
        (true, false) => (Code::AlwaysMet, format!("this is always met: {always}")),
        (true, true) => return None,
    };
    // Only what it takes to see it is shown.
    let mut needed = question.given.clone();
    for (asked, _) in &question.given {
        let fewer: Vec<_> = needed.iter().copied().filter(|(other, _)| other != asked).collect();
        let rest: Vec<Asked> = fewer.iter().map(|(asked, _)| *asked).collect();
        if logic.never(&with(!met, &rest)) {
            needed = fewer;
        }
    }
    let mut found = Diagnostic::new(code, span, message);
    for (asked, why) in needed {
        if let Some(place) = rules.rule_span(asked.rule) {
            found = found.related(place, why);
        }
    }
    Some(found)
}

/// A finding about a part of a condition.
fn part(fixed: Fixed) -> Diagnostic {
    let (code, message) = match (fixed.part, fixed.met) {
        (Part::Link { .. }, true) => (Code::AlwaysMet, "this is always met where it is asked"),
        (Part::Link { .. }, false) => (Code::NeverMet, "this is never met where it is asked"),
        (Part::If { other: true }, true) => (Code::AlwaysMet, "this is always met here, so that nothing else is ever reached"),
        (Part::If { .. }, true) => (Code::AlwaysMet, "this is always met here"),
        (Part::If { .. }, false) => (Code::NeverMet, "this is never met here, so that what depends on it is never reached"),
        (Part::Choice, _) => (Code::NeverMet, "this is never reached: the value is none of those for it"),
    };
    let found = Diagnostic::new(code, fixed.span, message);
    match fixed.part {
        Part::Link { all } if fixed.met == all => found.help("leave it out, or ask for what you meant"),
        Part::Link { all: false } => found.help("one of the others is always enough; ask for what you meant"),
        _ if fixed.in_function => found.help("no call of the function is different"),
        _ => found,
    }
}

/// What scorecards and tables can give.
fn facts(parts: &Parts<'_>) -> Facts {
    let mut facts = Facts::default();
    for (id, card) in parts.scorecards {
        if let Some((low, high)) = totals(card) {
            facts.score(id.as_str(), low, high);
        }
    }
    for (id, table) in parts.tables {
        let single = matches!(table.table().hit(), HitPolicy::Unique | HitPolicy::First | HitPolicy::Any);
        let given = parts.environment.tables.get(id.as_str()).and_then(Option::as_ref).and_then(CellType::of);
        if let (true, Some(cell_type), 1) = (single, given, table.table().outputs().len()) {
            facts.table(id.as_str(), &cell_type, table.table().rows().iter().flat_map(|row| row.outputs.iter().flatten()));
        }
    }
    facts
}

/// The smallest and the largest total of a scorecard whose points are all written down; `None` where a division cuts them off.
fn totals(card: &Scorecard) -> Option<(Decimal, Decimal)> {
    let (mut low, mut high) = (Decimal::ZERO, Decimal::ZERO);
    for scored in card.criteria.values() {
        let Points::Bands(_, bands) = &scored.points else { return None };
        let points = bands.iter().map(|(_, points)| *points).chain(scored.missing).chain([Decimal::ZERO]);
        let weighed: Vec<Decimal> = points.map(|points| points.checked_mul(scored.weight)).collect::<Option<_>>()?;
        low = low.checked_add(weighed.iter().min().copied()?)?;
        high = high.checked_add(weighed.iter().max().copied()?)?;
    }
    let total = |sum: Decimal| sum.checked_div(card.divisor).map(|total| total.normalize()).filter(|total| total.scale() < 10);
    let (a, b) = (total(low)?, total(high)?);
    Some((a.min(b), a.max(b)))
}
