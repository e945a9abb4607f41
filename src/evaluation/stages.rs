//! What can be said of a record in a stage: who is responsible, when it is due, what an end still lacks.
//!
//! It must not judge gates.

use super::evaluator::Evaluator;
use super::report::{DueReport, Missing, StageReport};
use crate::names::FieldPath;
use crate::record::Value;
use crate::workflow::{Deadline, Need, Stage};
use chrono::{DateTime, Utc};

impl Evaluator<'_> {
    pub(super) fn stage(&mut self, stage: &Stage) -> StageReport {
        let lead = stage.lead().map(|role| self.holders(role));
        let support = stage.support().iter().map(|role| self.holders(role)).collect();
        let missing = if stage.end().is_some() { self.missing_of(stage.needs()) } else { Missing::default() };
        StageReport {
            stage: stage.id().clone(),
            end: stage.end().map(std::sync::Arc::from),
            lead,
            support,
            due: stage.deadline().and_then(|deadline| self.due(deadline)),
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

    /// When a deadline falls; `None` where the date it hangs on is not known.
    fn due(&self, deadline: &Deadline) -> Option<DueReport> {
        let calendar = self.workflow.calendar();
        let due = match deadline {
            Deadline::Entered(term) => calendar.add(self.subject.since?.with_timezone(&Utc), *term).ok()?,
            Deadline::Before(term, field) => calendar.subtract(self.moment(field)?, *term).ok()?,
            Deadline::After(term, field) => calendar.add(self.moment(field)?, *term).ok()?,
        };
        Some(DueReport { due, overdue: due < self.now })
    }

    /// The moment that a field holds; a day counts to its end.
    fn moment(&self, field: &FieldPath) -> Option<DateTime<Utc>> {
        match self.subject.record.path(field.as_str())? {
            Value::Date(date) => Some(self.workflow.calendar().end_of_day(*date)),
            Value::DateTime(moment) => Some(moment.with_timezone(&Utc)),
            _ => None,
        }
    }
}
