//! The way on which a process goes wrong, as a picture shows it: steps with numbers, and what is active in the end.
//!
//! It must not look for such a way; `workflow::soundness` does.

use crate::cli::io::CommandError;
use crate::diagnostic::Code;
use crate::names::{GateId, OutcomeId, StageId};
use crate::workflow::soundness::{MARKINGS, Verdict, Violation};
use crate::workflow::{Net, Sketch};

/// What is to stand out in a picture of a workflow.
pub(super) struct Marked<'w> {
    net: &'w Net,
    violation: &'w Violation,
}

impl<'w> Marked<'w> {
    /// The violation that is shown: the first of a code, or the first of all. None where nothing is known to be wrong.
    pub(super) fn of(sketch: &'w Sketch, code: &str) -> Result<Option<Self>, CommandError> {
        let violations: &[Violation] = match sketch.verdict() {
            Verdict::Unsound { violations, .. } => violations,
            Verdict::Proved | Verdict::Unproved => &[],
        };
        let found = violations.iter().find(|violation| code.is_empty() || violation.code().name() == code);
        if found.is_none() && !code.is_empty() {
            let known = codes(violations);
            let known = if known.is_empty() { "nothing".to_owned() } else { known };
            return Err(CommandError::Message(format!("there is no counterexample of `{code}`; found is {known}")));
        }
        Ok(found.map(|violation| Self { net: sketch.outline().net, violation }))
    }

    /// The code of what is shown.
    pub(super) fn code(&self) -> Code {
        self.violation.code()
    }

    /// The numbers of the steps that are taken by an outcome.
    pub(super) fn numbers(&self, gate: &GateId, outcome: &OutcomeId) -> Vec<usize> {
        let is_it = |step: &usize| self.net.transitions.get(*step).is_some_and(|it| it.gate == *gate && it.outcome == *outcome);
        self.steps().iter().enumerate().filter(|(_, step)| is_it(step)).map(|(at, _)| at + 1).collect()
    }

    /// Whether a step is taken at a gate.
    pub(super) fn passes(&self, gate: &GateId) -> bool {
        self.steps().iter().filter_map(|step| self.net.transitions.get(*step)).any(|it| it.gate == *gate)
    }

    /// Whether a stage is active at the end of the way.
    pub(super) fn is_active(&self, stage: &StageId) -> bool {
        self.violation.way().is_some_and(|way| way.active.contains(stage))
    }

    /// Whether none of a gate's outcomes can happen, which is what is shown.
    pub(super) fn is_dead(&self, gate: &GateId) -> bool {
        let Violation::DeadOutcome { transition, .. } = self.violation else { return false };
        self.net.transitions.get(*transition).is_some_and(|it| it.gate == *gate)
    }

    fn steps(&self) -> &[usize] {
        self.violation.way().map_or(&[], |way| &way.steps)
    }
}

/// What is said beside the picture.
pub(super) fn remark(verdict: &Verdict, shown: Option<&Marked<'_>>) -> String {
    match (verdict, shown) {
        (Verdict::Unsound { violations, .. }, Some(shown)) => {
            format!("marked: the way to `{}`; found: {}; `tollgate validate` tells more", shown.code(), codes(violations))
        }
        (Verdict::Unproved, _) => format!("nothing is marked: the process could not be proved sound within {MARKINGS} markings"),
        _ => "nothing is marked: the process is proved sound".to_owned(),
    }
}

/// The codes of what is wrong, each once.
fn codes(violations: &[Violation]) -> String {
    let mut codes: Vec<String> = violations.iter().map(|violation| format!("`{}`", violation.code())).collect();
    codes.dedup();
    codes.join(", ")
}
