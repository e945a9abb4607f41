//! Cases of other workflows that an outcome would start, and what their records would begin with.
//!
//! It must not start anything, and must not change the status of a gate.

use super::evaluator::{Evaluator, note, wrong_kind};
use super::report::{SpawnReport, SpawnStatus};
use crate::diagnostic::Code;
use crate::names::{FieldName, FieldPath};
use crate::record::{FieldFinding, ObjectBuilder, Place, Value, ValueError, value_for_field};
use crate::script::{Answer, Fault, Frame, RuleId};
use crate::workflow::Spawn;

impl Evaluator<'_> {
    /// What would start: one for each element where there is a list; nothing where its condition does not hold.
    pub(super) fn spawn(&mut self, spawn: &Spawn) -> Vec<SpawnReport> {
        let Some(list) = spawn.for_each else {
            let frame = self.frame.clone();
            return self.one(spawn, None, &frame).into_iter().collect();
        };
        let frame = self.frame.clone();
        match self.answer_in(list, &frame) {
            Answer::Value(Value::List(items)) => {
                let each = items.iter().enumerate();
                each.filter_map(|(index, item)| self.one(spawn, Some(index), &self.frame.with_item(item.clone()))).collect()
            }
            Answer::Value(value) => vec![broken(blank(spawn, None), wrong_kind("a list", &value))],
            Answer::Missing(paths) => vec![unknown(blank(spawn, None), paths)],
            Answer::Fault(fault) => vec![broken(blank(spawn, None), fault)],
        }
    }

    fn one(&mut self, spawn: &Spawn, index: Option<usize>, frame: &Frame) -> Option<SpawnReport> {
        let mut report = blank(spawn, index);
        if let Some(when) = spawn.when {
            match self.answer_in(when, frame) {
                Answer::Value(Value::Bool(true)) => {}
                Answer::Value(Value::Bool(false)) => return None,
                Answer::Value(value) => return Some(broken(report, wrong_kind("a condition", &value))),
                Answer::Missing(paths) => return Some(unknown(report, paths)),
                Answer::Fault(fault) => return Some(broken(report, fault)),
            }
        }
        let mut record = ObjectBuilder::new(&spawn.record_fields);
        for (place, rule) in &spawn.fields {
            let value = self.value(place, *rule, frame, &mut record, &mut report);
            report.values.push((place.path().clone(), value));
        }
        // A required field whose rule reads something missing is named by what is missing, and a case that does not exist yet has no
        // number of its own.
        let key = self.workflow.records().get(&spawn.record).and_then(|record| record.key()).map(FieldName::as_str);
        let unfilled = |finding: &FieldFinding| {
            let of = |(path, value): &(FieldPath, Option<Value>)| value.is_none() && finding.path.as_ref() == Some(path);
            let is_key = finding.path.as_ref().is_some_and(|path| Some(path.as_str()) == key);
            !is_key && !report.values.iter().any(of)
        };
        let required: Vec<FieldFinding> = record.finish().1.into_iter().filter(unfilled).collect();
        report.invalid.extend(required);
        Some(report)
    }

    /// What a field begins with; why there is nothing is noted in the report.
    fn value(&mut self, place: &Place, rule: RuleId, frame: &Frame, record: &mut ObjectBuilder, report: &mut SpawnReport) -> Option<Value> {
        match self.answer_in(rule, frame) {
            Answer::Value(value) => match value_for_field(&value, place.field()) {
                Ok(value) => {
                    // INVARIANT: the value has the type of the field, which is the one at this place.
                    let _ = record.set(place, value.clone());
                    Some(value)
                }
                Err(error) => {
                    report.invalid.push(refused(place, &value, error));
                    None
                }
            },
            Answer::Missing(paths) => {
                note(&mut report.missing, paths);
                None
            }
            Answer::Fault(fault) => {
                report.status = SpawnStatus::Fault;
                report.fault = report.fault.take().or(Some(fault));
                None
            }
        }
    }

    fn answer_in(&mut self, rule: RuleId, frame: &Frame) -> Answer {
        self.prepare(rule);
        self.workflow.rules().evaluate(rule, frame)
    }
}

fn blank(spawn: &Spawn, index: Option<usize>) -> SpawnReport {
    SpawnReport {
        workflow: spawn.workflow.clone(),
        record: spawn.record.clone(),
        status: SpawnStatus::Starts,
        index,
        values: Vec::new(),
        missing: Vec::new(),
        fault: None,
        invalid: Vec::new(),
    }
}

fn unknown(report: SpawnReport, missing: Vec<FieldPath>) -> SpawnReport {
    SpawnReport { status: SpawnStatus::Unknown, missing, ..report }
}

fn broken(report: SpawnReport, fault: Fault) -> SpawnReport {
    SpawnReport { status: SpawnStatus::Fault, fault: Some(fault), ..report }
}

fn refused(place: &Place, value: &Value, error: ValueError) -> FieldFinding {
    FieldFinding {
        code: Code::InvalidRecordValue,
        path: Some(place.path().clone()),
        value: Some(value.to_string()),
        message: error.message,
        help: error.help,
    }
}
