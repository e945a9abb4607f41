//! What can be said of a record in a stage: who is responsible, when it is due, what an end still lacks.
//!
//! It must not judge gates.

use super::evaluator::{Evaluator, wrong_kind};
use super::report::{DueReport, Missing, StageReport};
use crate::calendar::Term;
use crate::names::FieldPath;
use crate::record::Value;
use crate::script::Answer;
use crate::workflow::{Deadline, Need, Stage};
use chrono::{DateTime, Utc};

impl Evaluator<'_> {
    pub(super) fn stage(&mut self, stage: &Stage) -> StageReport {
        let lead = stage.lead().map(|role| self.holders(role));
        let support = stage.support().iter().map(|role| self.holders(role)).collect();
        let missing = if stage.end().is_some() { self.missing_of(stage.needs()) } else { Missing::default() };
        let mut due_missing = Vec::new();
        let mut due_fault = None;
        let moment = match stage.deadline() {
            Some(Deadline::By(rule)) => match self.answer(*rule).0 {
                Answer::Value(value) => {
                    let moment = self.moment_of(&value);
                    due_fault = moment.is_none().then(|| wrong_kind("a date or a datetime", &value));
                    moment
                }
                Answer::Missing(paths) => {
                    due_missing = paths;
                    None
                }
                Answer::Fault(fault) => {
                    due_fault = Some(fault);
                    None
                }
            },
            Some(Deadline::Entered(term)) => match self.subject.clocks.get(stage.id()) {
                Some(clock) => {
                    let end = self.workflow.calendar().add_paused(clock.since, *term, &clock.pauses).ok();
                    end.filter(|end| clock.stopped.is_none_or(|stopped| *end <= stopped))
                }
                None => self.subject.since.and_then(|since| self.after(since.with_timezone(&Utc), *term)),
            },
            Some(Deadline::After(term, field)) => self.moment(field).and_then(|moment| self.after(moment, *term)),
            Some(Deadline::Before(term, field)) => {
                self.moment(field).and_then(|moment| self.workflow.calendar().subtract(moment, *term).ok())
            }
            None => None,
        };
        StageReport {
            stage: stage.id().clone(),
            end: stage.end().map(std::sync::Arc::from),
            lead,
            support,
            due: moment.map(|due| DueReport { due, overdue: due < self.now }),
            due_missing,
            due_fault,
            missing,
        }
    }

    /// What of these needs is not there.
    pub(super) fn missing_of(&self, needs: &[Need]) -> Missing {
        let mut missing = Missing::default();
        for need in needs {
            match need {
                Need::Field(path) => {
                    let there = match self.subject.record.path(path.as_str()) {
                        Some(Value::Object(object)) => !object.is_blank(),
                        Some(_) => true,
                        None => false,
                    };
                    if !there {
                        missing.add_fields(&[FieldPath::from_text(&format!("{}.{path}", self.workflow.record().name()))]);
                    }
                }
                Need::Deliverable(id) if !self.subject.deliverables.contains(id) => missing.deliverables.push(id.clone()),
                Need::Deliverable(_) => {}
            }
        }
        missing
    }

    fn after(&self, from: DateTime<Utc>, term: Term) -> Option<DateTime<Utc>> {
        self.workflow.calendar().add(from, term).ok()
    }

    /// The moment that a field holds.
    fn moment(&self, field: &FieldPath) -> Option<DateTime<Utc>> {
        self.subject.record.path(field.as_str()).and_then(|value| self.moment_of(value))
    }

    /// A value as a moment; a day counts to its end.
    fn moment_of(&self, value: &Value) -> Option<DateTime<Utc>> {
        match value {
            Value::Date(date) => Some(self.workflow.calendar().end_of_day(*date)),
            Value::DateTime(moment) => Some(moment.with_timezone(&Utc)),
            _ => None,
        }
    }
}
