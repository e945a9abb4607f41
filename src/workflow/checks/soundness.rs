//! Every case can come to an end, and alone; every outcome can happen; no stage is entered twice.
//!
//! It must not prove anything itself; `soundness` does. It must not say again what the plainer checks of the ways have said.

use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::document::Resolved;
use crate::names::{GateId, StageId};
use crate::workflow::soundness::{MARKINGS, Verdict, Violation, Way, prove};
use crate::workflow::{Gate, Net, Stage, Transition};
use indexmap::IndexMap;
use std::collections::HashSet;

/// What the plainer checks find: what follows from it is not said again.
const PLAIN: &[Code] =
    &[Code::NoStart, Code::NoEnd, Code::UnreachableStage, Code::DeadEnd, Code::NoPathToEnd, Code::GateAfterEnd, Code::UnknownStage];

pub(super) fn check(
    resolved: &Resolved,
    stages: &IndexMap<StageId, Stage>,
    gates: &IndexMap<GateId, Gate>,
    net: &Net,
    diagnostics: &mut Diagnostics,
) {
    if diagnostics.iter().any(|found| PLAIN.contains(&found.code)) {
        return;
    }
    match prove(net, MARKINGS) {
        Verdict::Proved => {}
        Verdict::Unproved => diagnostics.extend(unproved(resolved)),
        Verdict::Unsound { violations, complete } => {
            let teller = Teller { stages, gates, net };
            let mut told = HashSet::new();
            for violation in &violations {
                let found = teller.finding(violation, &mut told);
                let rest = format!("the process has more than {MARKINGS} markings: something else may be wrong that was not seen");
                diagnostics.extend(found.map(|found| if complete { found } else { found.note(rest) }));
            }
        }
    }
}

fn unproved(resolved: &Resolved) -> Option<Diagnostic> {
    let place = resolved.file.workflow.as_ref().map(|id| id.span).or(resolved.file.place)?;
    let message = format!("the process could not be proved sound within {MARKINGS} markings");
    let help = "let parallel work come together in fewer, smaller steps, or move a part of it into a workflow of its own";
    Some(Diagnostic::new(Code::UnprovedSoundness, place, message).help(help))
}

/// Puts what is wrong into words.
struct Teller<'a> {
    stages: &'a IndexMap<StageId, Stage>,
    gates: &'a IndexMap<GateId, Gate>,
    net: &'a Net,
}

impl Teller<'_> {
    fn finding(&self, violation: &Violation, told: &mut HashSet<GateId>) -> Option<Diagnostic> {
        match violation {
            Violation::CannotComplete { way, stuck } => {
                told.extend(self.waiting(way).map(|gate| gate.id().clone()));
                self.cannot_complete(way, *stuck)
            }
            Violation::ImproperEnd { way, end } => {
                let others: Vec<&StageId> = way.active.iter().filter(|stage| *stage != end).collect();
                let are = if others.len() == 1 { "is" } else { "are" };
                let message = format!("a case comes to its end `{end}` while {} {are} still active", list(others));
                let help = "join them before the end with a gate that has them all in `from`, or end them with it: `cancel: all`";
                Some(self.at_last_step(Code::ImproperEnd, way, message)?.help(help))
            }
            Violation::EnteredTwice { way, stage } => {
                let message = format!("the stage `{stage}` is entered while it is active");
                let help = "join what leads there with one gate that has all of it in `from`, or end what is active with `cancel`";
                let related = self.stages.get(stage).map(|stage| stage.span());
                let found = self.at_last_step(Code::EnteredTwice, way, message)?.help(help);
                Some(match related {
                    Some(span) => found.related(span, "entered twice"),
                    None => found,
                })
            }
            // All outcomes of a gate need the same stages: they are dead together. Where a case waits for them for ever, that is said.
            Violation::DeadOutcome { transition, closest } => {
                let gate = self.net.transitions.get(*transition).and_then(|it| self.gates.get(&it.gate))?;
                told.insert(gate.id().clone()).then(|| self.dead(gate, closest.as_ref()))
            }
        }
    }

    fn cannot_complete(&self, way: &Way, stuck: bool) -> Option<Diagnostic> {
        let message = match way.steps.last().and_then(|step| self.net.transitions.get(*step)) {
            Some(last) => format!("after `{}` of the gate `{}` a case can never come to an end", last.outcome, last.gate),
            None => format!("a case that starts at `{}` can never come to an end", way.start),
        };
        let mut found = self.at_last_step(Code::CannotComplete, way, message)?;
        for gate in self.waiting(way) {
            let missing = gate.from().iter().filter(|stage| !way.active.contains(stage));
            found = found.note(format!("the gate `{}` waits for {}", gate.id(), list(missing)));
        }
        if !stuck {
            found = found.note("the case can go on from there, but never to an end");
        }
        Some(found.help("let every outcome that leads into a join begin all the stages that the join waits for"))
    }

    fn dead(&self, gate: &Gate, closest: Option<&Way>) -> Diagnostic {
        let stages = list(gate.from());
        let message = format!("no outcome of the gate `{}` can ever happen: {stages} are never active together", gate.id());
        let mut found = Diagnostic::new(Code::DeadOutcome, gate.span(), message);
        if let Some(way) = closest {
            let missing = gate.from().iter().filter(|stage| !way.active.contains(stage));
            found = self.noted(found, way, "nearest to it").note(format!("there the gate waits for {}", list(missing)));
        }
        found.help("let one outcome lead to all of these stages (a fork), or make a gate of its own for each")
    }

    /// Gates that have some, but not all of their stages.
    fn waiting(&self, way: &Way) -> impl Iterator<Item = &Gate> {
        let some = |gate: &&Gate| gate.from().iter().any(|stage| way.active.contains(stage));
        let all = |gate: &&Gate| gate.all_active(|stage| way.active.contains(stage));
        self.gates.values().filter(some).filter(move |gate| !all(gate))
    }

    /// A finding at the outcome with which a way ends, or at its start.
    fn at_last_step(&self, code: Code, way: &Way, message: String) -> Option<Diagnostic> {
        let last = way.steps.last().and_then(|step| self.net.transitions.get(*step));
        let outcome = last.and_then(|last| self.gates.get(&last.gate)?.outcomes().get(&last.outcome));
        let span = outcome.map(|outcome| outcome.span).or_else(|| self.stages.get(&way.start).map(Stage::span))?;
        let name = if way.shortest { "shortest way" } else { "a way" };
        Some(self.noted(Diagnostic::new(code, span, message), way, name))
    }

    fn noted(&self, found: Diagnostic, way: &Way, name: &str) -> Diagnostic {
        let steps = way.steps.iter().filter_map(|step| self.net.transitions.get(*step)).map(step);
        let steps: Vec<String> = std::iter::once(format!("start at `{}`", way.start)).chain(steps).collect();
        found.note(format!("{name}: {}", steps.join(", "))).note(format!("then active: {}", list(&way.active)))
    }
}

/// ``` `release`: `checked` → `terms` + `delivery` ```
fn step(transition: &Transition) -> String {
    let to: Vec<String> = transition.to.iter().map(|stage| format!("`{stage}`")).collect();
    format!("`{}`: `{}` → {}", transition.gate, transition.outcome, to.join(" + "))
}

fn list<'s>(stages: impl IntoIterator<Item = &'s StageId>) -> String {
    stages.into_iter().map(|stage| format!("`{stage}`")).collect::<Vec<_>>().join(", ")
}
