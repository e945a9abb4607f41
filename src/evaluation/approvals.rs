//! Who must approve a record: the level of authority, its steps and the people.
//!
//! It must not count votes: nobody has voted yet.

use super::evaluator::Evaluator;
use super::report::{ApprovalReport, DueReport, LevelReport, StepReport, Votes};
use crate::calendar::Term;
use crate::names::{GateId, LevelId};
use crate::record::Value;
use crate::script::{Answer, Fault, FaultKind};
use crate::workflow::{Approval, Authority, By, Level, Step, Voters};
use chrono::Utc;
use indexmap::IndexMap;

impl Evaluator<'_> {
    pub(super) fn approval(&mut self, gate: &GateId, approval: &Approval) -> ApprovalReport {
        match &approval.authority {
            Authority::Steps(steps) => ApprovalReport { level: None, steps: self.steps(steps), due: self.approval_due(approval.within) },
            Authority::Levels(by, levels) => {
                let asked = self.subject.levels.get(gate).filter(|level| levels.contains_key(*level));
                let level = asked.cloned().map_or_else(|| self.level(by, levels), LevelReport::Known);
                let known = match &level {
                    LevelReport::Known(level) => levels.get(level),
                    LevelReport::Unknown(_) | LevelReport::Fault(_) => None,
                };
                let steps = known.map(|level| self.steps(&level.steps)).unwrap_or_default();
                let due = known.and_then(|level| self.approval_due(level.within.or(approval.within)));
                ApprovalReport { level: Some(level), steps, due }
            }
        }
    }

    /// By when an approval is due that began when the case was brought to its gate.
    fn approval_due(&self, within: Option<Term>) -> Option<DueReport> {
        let due = self.workflow.calendar().add(self.subject.submitted?.with_timezone(&Utc), within?).ok()?;
        Some(DueReport { due, overdue: due < self.now })
    }

    fn level(&mut self, by: &By, levels: &IndexMap<LevelId, Level>) -> LevelReport {
        let (answer, what) = match by {
            By::Rule(rule) => (self.answer(*rule).0, "the rule".to_owned()),
            By::Table(table) => {
                let Some(answer) = self.table_answer(table) else {
                    return fault(format!("no row of the table `{table}` matches, so nobody has the authority to approve"));
                };
                (answer, format!("the table `{table}`"))
            }
        };
        match answer {
            Answer::Missing(paths) => LevelReport::Unknown(paths),
            Answer::Fault(fault) => LevelReport::Fault(fault),
            Answer::Value(Value::Text(text)) => match levels.get_key_value(&*text) {
                Some((level, _)) => LevelReport::Known(level.clone()),
                None => fault(format!("{what} gives the level `{text}`, which has no steps")),
            },
            Answer::Value(value) => fault(format!("{what} gives {}, not the name of a level", value.kind())),
        }
    }

    fn steps(&mut self, steps: &[Step]) -> Vec<StepReport> {
        steps
            .iter()
            .enumerate()
            .map(|(index, step)| StepReport {
                index,
                voters: step.voters.roles().collect::<Vec<_>>().into_iter().map(|role| self.holders(role)).collect(),
                votes: votes(&step.voters),
                veto: step.veto.clone(),
                vetoers: step.veto.iter().map(|role| self.holders(role)).collect(),
            })
            .collect()
    }
}

fn votes(voters: &Voters) -> Votes {
    match voters {
        Voters::All(_) => Votes::All,
        Voters::Any(_) => Votes::Any,
        Voters::Quorum(_, count) => Votes::Count(*count),
        Voters::Percent(_, percent) => Votes::Percent(*percent),
        Voters::Weighted(_, at_least) => Votes::Weight(*at_least),
    }
}

fn fault(message: String) -> LevelReport {
    LevelReport::Fault(Fault { kind: FaultKind::Other, message, span: None })
}
