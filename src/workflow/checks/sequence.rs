//! What comes after what: obligations are demanded after they were left open, and deliverables are produced before they are needed.
//!
//! It must not prove more than the ways between stages say: a join counts as passed when one of its stages can be come to, and branches
//! that may be active at the same time count as before one another. What is found is thus so on every way.

use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::document::Resolved;
use crate::names::{DeliverableId, GateId, ObligationId, OutcomeId, StageId};
use crate::source::{Span, Spanned};
use crate::workflow::{Cancel, Gate, Need, Net, Stage, Way};
use indexmap::IndexMap;
use std::collections::HashMap;
use std::sync::Arc;

pub(super) fn check(
    resolved: &Resolved,
    stages: &IndexMap<StageId, Stage>,
    gates: &IndexMap<GateId, Gate>,
    net: &Net,
    diagnostics: &mut Diagnostics,
) {
    // What cannot be come to at all is a finding of its own, of which everything here would be an echo.
    if net.starts().is_empty() || diagnostics.iter().any(|found| matches!(found.code, Code::UnreachableStage | Code::UnknownObligation)) {
        return;
    }
    let demands = gates.values().any(|gate| !gate.demands().is_empty());
    let all = || gates.values().flat_map(Gate::needs).chain(stages.values().flat_map(Stage::needs));
    let order = (demands || all().any(|need| matches!(need, Need::Deliverable(_)))).then(|| Order::new(net, |_| true));
    let Some(order) = order else { return };
    obligations(resolved, gates, &order, diagnostics);
    deliverables(resolved, stages, gates, net, &order, diagnostics);
}

/// Which stages can come after a stage, and which can be active beside it.
struct Order<'a> {
    // INVARIANT: every row has a place for every stage.
    index: HashMap<&'a StageId, usize>,
    after: Vec<Vec<bool>>,
    beside: Vec<Vec<bool>>,
}

impl<'a> Order<'a> {
    fn new(net: &'a Net, open: impl Fn(&GateId) -> bool) -> Self {
        let moves = || net.transitions.iter().filter(|transition| !transition.stays && open(&transition.gate));
        let named = || net.transitions.iter().flat_map(|transition| transition.from.iter().chain(&transition.to));
        let mut index: HashMap<&StageId, usize> = HashMap::new();
        for stage in named().chain(net.starts()).chain(net.ends()) {
            let next = index.len();
            index.entry(stage).or_insert(next);
        }
        let place = |stage: &StageId| index.get(stage).copied();
        let mut next: Vec<Vec<usize>> = vec![Vec::new(); index.len()];
        for transition in moves() {
            for from in transition.from.iter().filter_map(place) {
                if let Some(next) = next.get_mut(from) {
                    next.extend(transition.to.iter().filter_map(place));
                }
            }
        }
        let after: Vec<Vec<bool>> = (0..index.len()).map(|start| walk(start, &next)).collect();
        let mut beside = vec![vec![false; index.len()]; index.len()];
        let forks = moves().map(|transition| &transition.to).chain([&net.starts().to_vec()]).filter(|to| to.len() > 1).cloned().collect();
        let forks: Vec<Vec<StageId>> = forks;
        for fork in &forks {
            let branches: Vec<usize> = fork.iter().filter_map(place).collect();
            for branch in &branches {
                let mut others = vec![false; index.len()];
                for other in branches.iter().filter(|other| *other != branch) {
                    add(&mut others, after.get(*other));
                }
                let own: Vec<usize> = ones(after.get(*branch)).collect();
                for stage in own {
                    if let Some(row) = beside.get_mut(stage) {
                        add(row, Some(&others));
                    }
                }
            }
        }
        Self { index, after, beside }
    }

    /// The stages that can be active once a case is in these, itself among them; beside them only where nothing ends the others.
    fn from(&self, stages: &[StageId], others_go_on: bool, beside: &[StageId]) -> Vec<bool> {
        let mut found = vec![false; self.index.len()];
        let places = |stages: &[StageId]| stages.iter().filter_map(|stage| self.index.get(stage).copied()).collect::<Vec<_>>();
        for place in places(stages) {
            add(&mut found, self.after.get(place));
        }
        if others_go_on {
            for place in places(beside) {
                add(&mut found, self.beside.get(place));
            }
        }
        found
    }

    fn holds(&self, set: &[bool], stage: &StageId) -> bool {
        self.index.get(stage).and_then(|place| set.get(*place)).copied().unwrap_or(false)
    }
}

fn walk(start: usize, next: &[Vec<usize>]) -> Vec<bool> {
    let mut seen = vec![false; next.len()];
    let mut waiting = vec![start];
    while let Some(stage) = waiting.pop() {
        let Some(seen) = seen.get_mut(stage).filter(|seen| !**seen) else { continue };
        *seen = true;
        waiting.extend(next.get(stage).into_iter().flatten());
    }
    seen
}

fn add(set: &mut [bool], more: Option<&Vec<bool>>) {
    for (one, other) in set.iter_mut().zip(more.into_iter().flatten()) {
        *one |= *other;
    }
}

fn ones(set: Option<&Vec<bool>>) -> impl Iterator<Item = usize> {
    set.into_iter().flatten().enumerate().filter(|(_, is)| **is).map(|(place, _)| place)
}

/// An obligation that an outcome leaves open, and where a case can be afterwards.
struct Owed<'a> {
    name: &'a Spanned<ObligationId>,
    outcome: &'a OutcomeId,
    later: Vec<bool>,
    to: Vec<StageId>,
}

fn obligations(resolved: &Resolved, gates: &IndexMap<GateId, Gate>, order: &Order<'_>, diagnostics: &mut Diagnostics) {
    let mut owed: Vec<Owed<'_>> = Vec::new();
    for (name, doc) in resolved.file.gates.iter() {
        let Some(gate) = gates.get(&name.value) else { continue };
        for (outcome, doc) in doc.outcomes.iter() {
            let Some(compiled) = gate.outcomes().get(&outcome.value) else { continue };
            let (to, ends_others) = match &compiled.way {
                Way::Stay => (gate.from().to_vec(), false),
                Way::To { stages, cancel } => (stages.clone(), *cancel == Cancel::All),
            };
            let later = order.from(&to, !ends_others, gate.from());
            let all = doc.obligations.iter();
            owed.extend(all.map(|(name, _)| Owed { name, outcome: &outcome.value, later: later.clone(), to: to.clone() }));
        }
    }
    let demanding = |name: &ObligationId| gates.values().filter(|gate| gate.demands().contains(name)).collect::<Vec<_>>();
    let is_later = |owed: &Owed<'_>, gate: &Gate| gate.from().iter().any(|stage| order.holds(&owed.later, stage));
    let mut idle: Vec<&ObligationId> = Vec::new();
    for one in &owed {
        let demanding = demanding(&one.name.value);
        // What no gate demands at all is said elsewhere.
        if demanding.is_empty() || demanding.iter().any(|gate| is_later(one, gate)) {
            continue;
        }
        idle.push(&one.name.value);
        let message = format!("no gate that demands the obligation `{}` comes after `{}`", one.name.value, one.outcome);
        let mut finding = Diagnostic::new(Code::UndemandedObligation, one.name.span, message);
        for gate in demanding {
            finding = finding.related(gate.span(), format!("demands it in {}", quoted(gate.from())));
        }
        let help = "list it under `demands` of a gate that comes later, or delete it";
        let example =
            format!("example: `{}` leads to {}, and from there no way leads to a gate that demands it", one.outcome, quoted(&one.to));
        diagnostics.push(finding.note(example).help(help));
    }
    for (name, doc) in resolved.file.gates.iter() {
        let Some(gate) = gates.get(&name.value) else { continue };
        for demand in doc.demands.iter().filter(|demand| !idle.contains(&&demand.value)) {
            let mut leaving = owed.iter().filter(|owed| owed.name.value == demand.value).peekable();
            let Some(first) = leaving.peek().map(|owed| (owed.name.span, owed.outcome)) else { continue };
            if !leaving.any(|owed| is_later(owed, gate)) {
                let message = format!("the gate `{}` demands `{}` before any outcome leaves it open", name.value, demand.value);
                let finding = Diagnostic::new(Code::EarlyDemand, demand.span, message);
                let finding = finding.related(first.0, format!("`{}` leaves it open", first.1));
                diagnostics.push(finding.help("delete it here, and demand it at a later gate"));
            }
        }
    }
}

fn deliverables(
    resolved: &Resolved,
    stages: &IndexMap<StageId, Stage>,
    gates: &IndexMap<GateId, Gate>,
    net: &Net,
    order: &Order<'_>,
    diagnostics: &mut Diagnostics,
) {
    let produced =
        |stage: &Stage, name: &DeliverableId| stage.activities().values().any(|activity| activity.deliverable.as_ref() == Some(name));
    let mut needed: Vec<(&DeliverableId, Span, Vec<StageId>, String)> = Vec::new();
    for (name, doc) in resolved.file.gates.iter() {
        let Some(gate) = gates.get(&name.value) else { continue };
        for (need, span) in places(gate.needs(), &doc.needs) {
            needed.push((need, span, gate.from().to_vec(), format!("the gate `{}`", name.value)));
        }
    }
    for (name, doc) in resolved.file.stages.iter() {
        let Some(stage) = stages.get(&name.value) else { continue };
        for (need, span) in places(stage.needs(), &doc.needs) {
            needed.push((need, span, vec![name.value.clone()], format!("the stage `{}`", name.value)));
        }
    }
    for (name, span, at, what) in needed {
        let makers: Vec<&Stage> = stages.values().filter(|stage| produced(stage, name)).collect();
        if makers.iter().any(|maker| at.contains(maker.id())) {
            continue;
        }
        // Whoever makes it must be come to without it.
        let asks = |gate: &GateId| {
            let Some(gate) = gates.get(gate) else { return false };
            let from: Vec<&Stage> = gate.from().iter().filter_map(|stage| stages.get(stage)).collect();
            let is = |need: &Need| matches!(need, Need::Deliverable(needed) if needed == name);
            gate.needs().iter().chain(from.iter().flat_map(|stage| stage.needs())).any(is)
                && !from.iter().any(|stage| produced(stage, name))
        };
        let without = Order::new(net, |gate| !asks(gate));
        let begun = without.from(net.starts(), false, &[]);
        let is_before = |maker: &&Stage| {
            let later = order.from(&[maker.id().clone()], true, &[maker.id().clone()]);
            without.holds(&begun, maker.id()) && at.iter().any(|stage| order.holds(&later, stage))
        };
        if makers.is_empty() || makers.iter().any(is_before) {
            continue;
        }
        let message = format!("{what} needs `{name}`, which nobody has produced by then");
        let mut finding = Diagnostic::new(Code::LateDeliverable, span, message);
        for maker in &makers {
            finding = finding.related(maker.span(), "produced here");
        }
        let example = match makers.iter().find(|maker| !without.holds(&begun, maker.id())) {
            Some(maker) => format!("example: no case comes to `{}` without `{name}`, which is produced there", maker.id()),
            None => format!("example: no way leads from {} to {}", quoted(makers.iter().map(|maker| maker.id())), quoted(&at)),
        };
        let help = "produce it in an earlier stage, or need it at a later gate";
        diagnostics.push(finding.note(example).help(help));
    }
}

fn quoted<'s>(stages: impl IntoIterator<Item = &'s StageId>) -> String {
    stages.into_iter().map(|stage| format!("`{stage}`")).collect::<Vec<_>>().join(" and ")
}

/// The deliverables among needs that are written down, with their places.
fn places<'n>(needs: &'n [Need], written: &'n [Spanned<Arc<str>>]) -> Vec<(&'n DeliverableId, Span)> {
    let deliverables = needs.iter().filter_map(|need| match need {
        Need::Deliverable(name) => Some(name),
        Need::Field(_) => None,
    });
    let place = |name: &DeliverableId| written.iter().find(|need| *need.value == *name.as_str()).map(|need| need.span);
    deliverables.filter_map(|name| Some((name, place(name)?))).collect()
}
