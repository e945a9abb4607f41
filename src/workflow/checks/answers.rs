//! Who needs a result that may have no value: an approval, a role, a rule that breaks without it.
//!
//! It must not blame a rule that is ready for it, or that is not asked where there is none.

use super::inputs::{Inputs, read_by};
use super::witness::Fields;
use crate::names::TableId;
use crate::record::Value;
use crate::script::{Answer, Asked, Known, RuleId};
use crate::source::Span;
use crate::workflow::{Assign, Authority, By, Decider, Gate, Workflow};

/// Who is left without an answer.
pub(super) enum Needed {
    /// The approval of a gate: nobody has the authority.
    Approval(Span, String),
    /// A role: nobody holds it.
    Role(String),
    /// A rule that breaks.
    Rule(Span),
}

/// A rule, and what must hold before it is asked.
struct Asker {
    rule: RuleId,
    when: Vec<RuleId>,
    unless: Vec<RuleId>,
}

/// Who needs a table's answer for a record with these inputs.
pub(super) fn needed(workflow: &Workflow, table: &TableId, inputs: &Inputs, point: &[Value]) -> Option<Needed> {
    let fields: Fields = inputs.fields.iter().zip(point).filter_map(|(path, value)| Some((path.clone()?, value.clone()))).collect();
    let asked = |when: &[RuleId], unless: &[RuleId]| may_be_asked(workflow, inputs, &fields, when, unless);
    for gate in workflow.gates().values() {
        if let Decider::Approval(approval) = gate.decider()
            && let Authority::Levels(By::Table(by), _) = &approval.authority
            && by == table
            && asked(gate.when().as_slice(), &[])
        {
            return Some(Needed::Approval(gate.span(), gate.id().to_string()));
        }
    }
    let by_table = |assign: Option<&Assign>| matches!(assign, Some(Assign::Table(by)) if by == table);
    let bare = |role: &&crate::workflow::Role| role.members().is_empty() && role.default().is_empty();
    if let Some(role) = workflow.roles().values().filter(bare).find(|role| by_table(role.assign())) {
        return Some(Needed::Role(role.id().to_string()));
    }
    breaking(workflow, Asked::Table, table.as_str(), &fields, &asked).map(Needed::Rule)
}

/// A rule that breaks where a grade has no value.
pub(super) fn needs_grade(workflow: &Workflow, card: &str) -> Option<Span> {
    breaking(workflow, Asked::Grade, card, &Fields::new(), &|when, _| when.is_empty())
}

fn breaking(
    workflow: &Workflow,
    of: Asked,
    name: &str,
    fields: &Fields,
    may_be_asked: &dyn Fn(&[RuleId], &[RuleId]) -> bool,
) -> Option<Span> {
    let rules = workflow.rules();
    let asks = |rule: &RuleId| rules.asks(*rule).iter().any(|(asked, known)| *asked == of && &**known == name);
    let guarded = askers(workflow);
    let tolerant = tolerant_roles(workflow);
    rules.all().filter(asks).filter(|rule| !tolerant.contains(rule)).find_map(|rule| {
        let mut places = guarded.iter().filter(|asker| asker.rule == rule).peekable();
        let asked = places.peek().is_none() || places.any(|asker| may_be_asked(&asker.when, &asker.unless));
        (asked && workflow.breaks_without(rule, of, name, fields)).then(|| rules.rule_span(rule)).flatten()
    })
}

/// Whether a rule behind these conditions is asked for a record with these fields. A condition that has nothing to do with the inputs may
/// hold or not; one that does must be seen to hold.
fn may_be_asked(workflow: &Workflow, inputs: &Inputs, fields: &Fields, when: &[RuleId], unless: &[RuleId]) -> bool {
    let holds = |rule: &RuleId, wanted: bool| {
        let concerned = read_by(workflow, *rule).is_none_or(|names| (0..inputs.fields.len()).any(|column| inputs.is_read(column, &names)));
        if !concerned {
            return true;
        }
        if !workflow.rules().asks(*rule).is_empty() {
            return false;
        }
        let answer = workflow.tried_filled(*rule, &mut fields.clone(), 0, &|_, _| Known::Value(None));
        inputs.fields.iter().all(Option::is_some) && answer == Answer::Value(Value::Bool(wanted))
    };
    when.iter().all(|rule| holds(rule, true)) && unless.iter().all(|rule| holds(rule, false))
}

/// The rules of gates with the conditions before them.
fn askers(workflow: &Workflow) -> Vec<Asker> {
    let mut askers = Vec::new();
    for gate in workflow.gates().values() {
        let within = |more: Option<RuleId>| gate.when().into_iter().chain(more).collect::<Vec<_>>();
        let mut ask = |rule: RuleId, when: Vec<RuleId>, unless: Vec<RuleId>| askers.push(Asker { rule, when, unless });
        for criterion in gate.must().values().chain(gate.should().values()) {
            ask(criterion.expect, within(criterion.when), Vec::new());
            if let Some(when) = criterion.when {
                ask(when, within(None), Vec::new());
            }
        }
        for (rule, before) in decisions(gate) {
            ask(rule, within(None), before);
        }
        if let Decider::Approval(approval) = gate.decider()
            && let Authority::Levels(By::Rule(rule), _) = &approval.authority
        {
            ask(*rule, within(None), Vec::new());
        }
        for spawn in gate.outcomes().values().flat_map(|outcome| &outcome.spawns) {
            spawn.when.into_iter().chain(spawn.for_each).for_each(|rule| ask(rule, within(None), Vec::new()));
            spawn.fields.iter().for_each(|(_, rule)| ask(*rule, within(spawn.when), Vec::new()));
        }
    }
    askers
}

/// The rules by which a gate decides, each with those before it, which must not hold.
fn decisions(gate: &Gate) -> Vec<(RuleId, Vec<RuleId>)> {
    let Decider::Rules(rules) = gate.decider() else { return Vec::new() };
    let rules: Vec<RuleId> = rules.iter().filter_map(|(rule, _)| *rule).collect();
    rules.iter().enumerate().map(|(index, rule)| (*rule, rules.iter().take(index).copied().collect())).collect()
}

/// Rules of roles whose default stands in where nobody is found. It hides no fault, but a missing value.
fn tolerant_roles(workflow: &Workflow) -> Vec<RuleId> {
    let tolerant = workflow.roles().values().filter(|role| !role.default().is_empty() || !role.members().is_empty());
    let rules = tolerant.filter_map(|role| match role.assign() {
        Some(Assign::Rule(rule)) => Some(*rule),
        _ => None,
    });
    rules.collect()
}
