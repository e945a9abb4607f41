//! One evaluation on its way: the frame, and what was found out once and is asked for again.
//!
//! It must not be shared between records.

use super::Subject;
use super::report::{Evaluation, Holders, ScoreReport, TableReport};
use crate::names::{FieldPath, RoleId, StageId, TableId};
use crate::record::{Object, ObjectBuilder, Value};
use crate::script::{Answer, Asked, Bindings, Fault, FaultKind, Frame, Known, Read, RuleId};
use crate::table::Outcome;
use crate::workflow::{Assign, Workflow, users_in};
use chrono::{DateTime, Utc};
use std::collections::HashMap;
use std::sync::Arc;

/// One evaluation of one record.
pub(super) struct Evaluator<'a> {
    pub(super) workflow: &'a Workflow,
    pub(super) subject: &'a Subject,
    pub(super) now: DateTime<Utc>,
    pub(super) frame: Frame,
    pub(super) scores: Vec<ScoreReport>,
    pub(super) tables: Vec<TableReport>,
    holders: HashMap<RoleId, Holders>,
}

impl<'a> Evaluator<'a> {
    pub(super) fn new(workflow: &'a Workflow, subject: &'a Subject, now: DateTime<Utc>) -> Self {
        let frame = workflow.rules().frame(bindings(workflow, subject, now));
        Self { workflow, subject, now, frame, scores: Vec::new(), tables: Vec::new(), holders: HashMap::new() }
    }

    pub(super) fn run(mut self) -> Evaluation {
        let stages = self.subject.stages.iter().filter_map(|stage| self.workflow.stages().get(stage)).collect::<Vec<_>>();
        let stages = stages.into_iter().map(|stage| self.stage(stage)).collect();
        let gates = self.workflow.gates().values().filter(|gate| gate.from().iter().any(|stage| self.is_active(stage)));
        let gates = gates.collect::<Vec<_>>().into_iter().map(|gate| self.gate(gate)).collect();
        for card in self.workflow.scorecards().keys() {
            self.know_score(card.as_str());
        }
        Evaluation { stages, gates, scores: self.scores, tables: self.tables }
    }

    pub(super) fn is_active(&self, stage: &StageId) -> bool {
        self.subject.stages.contains(stage)
    }

    /// Runs a rule; the scorecards and tables that it asks for are found out before.
    pub(super) fn answer(&mut self, rule: RuleId) -> (Answer, Vec<Read>) {
        self.prepare(rule);
        let answer = self.workflow.rules().evaluate(rule, &self.frame);
        (answer, self.frame.take_reads())
    }

    /// Finds out the scorecards and tables that a rule asks for, and forgets what was read so far.
    pub(super) fn prepare(&mut self, rule: RuleId) {
        for (asked, name) in self.workflow.rules().asks(rule) {
            match asked {
                Asked::Score | Asked::Grade => self.know_score(name),
                Asked::Table => self.know_table(name),
            }
        }
        let _ = self.frame.take_reads();
    }

    /// What a table gives; `None` where no row matches.
    pub(super) fn table_answer(&mut self, table: &TableId) -> Option<Answer> {
        self.know_table(table.as_str());
        match self.frame.known(Asked::Table, table.as_str())? {
            Known::Value(value) => value.map(Answer::Value),
            Known::Missing(paths) => Some(Answer::Missing(paths)),
            Known::Fault(fault) => Some(Answer::Fault(fault)),
        }
    }

    /// Finds out a table's result, once for each record.
    pub(super) fn know_table(&mut self, name: &str) {
        if self.frame.known(Asked::Table, name).is_some() {
            return;
        }
        let Some(table) = self.workflow.tables().get(name) else { return };
        let mut inputs = Vec::with_capacity(table.inputs().len());
        let mut lacking: Vec<Vec<FieldPath>> = Vec::with_capacity(table.inputs().len());
        let mut fault = None;
        for rule in table.inputs() {
            let (answer, _) = self.answer(*rule);
            let (value, missing) = match answer {
                Answer::Value(value) => (Some(value), Vec::new()),
                Answer::Missing(paths) => (None, paths),
                Answer::Fault(found) => {
                    fault = fault.or(Some(found));
                    (None, Vec::new())
                }
            };
            inputs.push(value);
            lacking.push(missing);
        }
        let decision = table.table().decide(&inputs);
        let mut missing: Vec<FieldPath> = Vec::new();
        if let Outcome::Missing(columns) = &decision.outcome {
            note(&mut missing, columns.iter().filter_map(|column| lacking.get(*column)).flatten().cloned());
        }
        let known = match (&fault, &decision.outcome) {
            (Some(fault), _) => Known::Fault(fault.clone()),
            (None, Outcome::Missing(_)) => Known::Missing(missing.clone()),
            (None, Outcome::None) => Known::Value(None),
            (None, Outcome::Row(values)) => Known::Value(one_or_list(values)),
            (None, Outcome::List(rows)) => Known::Value(Some(Value::List(rows.iter().filter_map(|row| one_or_list(row)).collect()))),
            (None, Outcome::Aggregate(value)) => Known::Value(Some(value.clone())),
            (None, Outcome::Conflict(rows)) => {
                let rows: Vec<String> = rows.iter().map(|row| (row + 1).to_string()).collect();
                let message = format!("rows {} of the table `{name}` match, but only one may", rows.join(", "));
                Known::Fault(Fault { kind: FaultKind::Other, message, span: None })
            }
            (None, Outcome::Fault(found)) => {
                Known::Fault(Fault { kind: FaultKind::Other, message: format!("the table `{name}`: {found}"), span: None })
            }
        };
        self.frame.know(Asked::Table, name, known);
        self.tables.push(TableReport { table: table.id().clone(), inputs, rows: decision.rows, outcome: decision.outcome, missing, fault });
    }

    /// Who holds a role for this record, found out once.
    pub(super) fn holders(&mut self, role: &RoleId) -> Holders {
        if let Some(known) = self.holders.get(role) {
            return known.clone();
        }
        let found = self.find_holders(role);
        self.holders.insert(role.clone(), found.clone());
        found
    }

    fn find_holders(&mut self, id: &RoleId) -> Holders {
        let mut holders = Holders { role: id.clone(), users: Vec::new(), missing: Vec::new(), fault: None };
        if let Some(users) = self.subject.assigned.get(id) {
            holders.users.clone_from(users);
            return holders;
        }
        let Some(role) = self.workflow.roles().get(id) else { return holders };
        holders.users.extend(role.members().iter().cloned());
        let answer = match role.assign() {
            None => return holders,
            Some(Assign::Rule(rule)) => self.answer(*rule).0,
            Some(Assign::Table(table)) => self.table_answer(table).unwrap_or_else(|| Answer::Value(Value::List(Arc::from([])))),
        };
        let before = holders.users.len();
        match answer {
            Answer::Value(value) => users_in(&value, &mut holders.users),
            Answer::Missing(paths) => holders.missing = paths,
            Answer::Fault(fault) => holders.fault = Some(fault),
        }
        // A default stands in where nobody is found, also because a field is missing; a fault is never hidden by it.
        if holders.users.len() == before && holders.fault.is_none() && !role.default().is_empty() {
            holders.users.extend(role.default().iter().cloned());
            holders.missing.clear();
        }
        holders
    }
}

/// Adds fields that are missing, each once.
pub(super) fn note(missing: &mut Vec<FieldPath>, paths: impl IntoIterator<Item = FieldPath>) {
    for path in paths {
        if !missing.contains(&path) {
            missing.push(path);
        }
    }
}

/// A rule gave something else than its place needs, which the checker could not tell before.
pub(super) fn wrong_kind(wanted: &str, value: &Value) -> Fault {
    Fault { kind: FaultKind::Result, message: format!("the rule gives {}, not {wanted}", value.kind()), span: None }
}

/// The one value of a row, or its values as a list.
fn one_or_list(values: &[Value]) -> Option<Value> {
    match values {
        [] => None,
        [one] => Some(one.clone()),
        many => Some(Value::List(Arc::from(many))),
    }
}

fn bindings(workflow: &Workflow, subject: &Subject, now: DateTime<Utc>) -> Bindings {
    let calendar = Arc::clone(workflow.calendar());
    let local = now.with_timezone(&calendar.zone()).fixed_offset();
    let before = subject.before.clone().unwrap_or_else(|| Arc::new(Object::empty(workflow.record().fields())));
    Bindings {
        record: Arc::clone(&subject.record),
        before,
        case: Arc::new(case(workflow, subject, now)),
        children: subject.children.clone(),
        today: calendar.date_of(now),
        now: local,
        calendar,
    }
}

/// What expressions can read of `case`.
fn case(workflow: &Workflow, subject: &Subject, now: DateTime<Utc>) -> Object {
    let mut builder = ObjectBuilder::new(workflow.case_type());
    let list = |texts: Vec<&str>| Value::List(texts.into_iter().map(Value::text).collect());
    let stages: Vec<&str> = subject.stages.iter().map(StageId::as_str).collect();
    let mut values = vec![
        ("stages", list(stages.clone())),
        ("deliverables", list(subject.deliverables.iter().map(crate::names::DeliverableId::as_str).collect())),
    ];
    if !subject.unread_obligation {
        values.push(("obligations", list(subject.obligations.iter().map(crate::names::ObligationId::as_str).collect())));
    }
    if let Some(open) = &subject.open_children {
        values.push(("open_children", list(open.iter().map(crate::names::WorkflowId::as_str).collect())));
    }
    values.extend(stages.first().map(|stage| ("stage", Value::text(stage))));
    if let Some(since) = subject.since {
        let calendar = workflow.calendar();
        let days = calendar.date_of(now).signed_duration_since(calendar.date_of(since.with_timezone(&Utc))).num_days();
        values.push(("since", Value::DateTime(since)));
        values.push(("days_in_stage", Value::Int(days)));
    }
    values.extend(subject.submitted.map(|submitted| ("submitted", Value::DateTime(submitted))));
    for (name, value) in values {
        // INVARIANT: the names and types are those of the case type, which the compiler makes.
        let _ = builder.set_path(name, value);
    }
    builder.finish().0
}
