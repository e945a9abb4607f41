//! One record's result as one line of JSON; its schema is `schemas/dry-run-line.v1.json`.
//!
//! It must not change in a way that breaks readers without a new version: additions only.

mod outcome;

use crate::evaluation::{
    ApprovalReport, CriterionKind, CriterionReport, DecisionReport, Evaluation, GateReport, Holders, LevelReport, Missing, ScoreReport,
    StageReport, Status, TableReport, Verdict,
};
use crate::names::{DeliverableId, FieldPath, ObligationId, OutcomeId, RoleId, ScorecardId, StageId, TableId, UserId};
use crate::record::{RecordFinding, Value};
use crate::script::Read;
use crate::source::{Sources, Span};
use crate::table::Outcome;
use chrono::{DateTime, Utc};
use outcome::{Way, way};
use rust_decimal::Decimal;
use serde::Serialize;
use std::collections::BTreeMap;

/// The version of the line's form.
pub const LINE_VERSION: u32 = 1;

#[derive(Serialize)]
struct Line<'a> {
    version: u32,
    key: Option<&'a str>,
    number: u64,
    line: u64,
    stage: Vec<&'a StageId>,
    gates: Vec<Gate<'a>>,
    stages: Vec<Stage<'a>>,
    scores: Vec<Score<'a>>,
    tables: Vec<Table<'a>>,
    findings: &'a [RecordFinding],
}

#[derive(Serialize)]
struct Gate<'a> {
    gate: &'a str,
    status: Status,
    #[serde(skip_serializing_if = "Option::is_none")]
    when: Option<When<'a>>,
    criteria: Vec<Criterion<'a>>,
    missing: Lacking<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    score: Option<NeededScore<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    decided: Option<&'a OutcomeId>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    decisions: Vec<Decision<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    approval: Option<Approval<'a>>,
    submit: Vec<People<'a>>,
    outcomes: Vec<Way<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    faults: Vec<FaultLine>,
}

#[derive(Serialize)]
struct Criterion<'a> {
    id: &'a str,
    kind: CriterionKind,
    verdict: &'static str,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    values: BTreeMap<&'a str, Option<&'a Value>>,
    #[serde(skip_serializing_if = "<[FieldPath]>::is_empty")]
    missing: &'a [FieldPath],
    #[serde(skip_serializing_if = "Option::is_none")]
    fault: Option<FaultLine>,
    #[serde(skip_serializing_if = "Option::is_none")]
    waiver: Option<&'a RoleId>,
}

#[derive(Serialize)]
struct Decision<'a> {
    outcome: &'a OutcomeId,
    verdict: &'static str,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    values: BTreeMap<&'a str, Option<&'a Value>>,
}

#[derive(Serialize)]
struct When<'a> {
    verdict: &'static str,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    values: BTreeMap<&'a str, Option<&'a Value>>,
}

#[derive(Serialize)]
struct FaultLine {
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    column: Option<u32>,
}

#[derive(Serialize)]
struct Lacking<'a> {
    fields: &'a [FieldPath],
    deliverables: &'a [DeliverableId],
    stages: &'a [StageId],
    #[serde(skip_serializing_if = "<[ObligationId]>::is_empty")]
    obligations: &'a [ObligationId],
}

#[derive(Serialize)]
struct NeededScore<'a> {
    card: &'a ScorecardId,
    at_least: Number,
    total: Option<Number>,
    grade: Option<&'a str>,
    verdict: &'static str,
}

#[derive(Serialize)]
struct Approval<'a> {
    level: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    due: Option<DateTime<Utc>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    overdue: Option<bool>,
    steps: Vec<Step<'a>>,
}

#[derive(Serialize)]
struct Step<'a> {
    rule: String,
    voters: Vec<People<'a>>,
    veto: &'a [RoleId],
}

#[derive(Serialize)]
struct People<'a> {
    role: &'a RoleId,
    users: &'a [UserId],
}

#[derive(Serialize)]
struct Stage<'a> {
    stage: &'a StageId,
    end: Option<&'a str>,
    lead: Option<People<'a>>,
    due: Option<DateTime<Utc>>,
    overdue: bool,
    #[serde(skip_serializing_if = "<[FieldPath]>::is_empty")]
    due_missing: &'a [FieldPath],
    #[serde(skip_serializing_if = "Option::is_none")]
    due_fault: Option<FaultLine>,
    missing: Lacking<'a>,
}

#[derive(Serialize)]
struct Score<'a> {
    card: &'a ScorecardId,
    total: Option<Number>,
    grade: Option<&'a str>,
    knocked_out: Option<&'a str>,
    criteria: BTreeMap<&'a str, Points>,
    missing: &'a [FieldPath],
    #[serde(skip_serializing_if = "Option::is_none")]
    fault: Option<FaultLine>,
}

#[derive(Serialize)]
struct Points {
    weight: Number,
    points: Option<Number>,
}

#[derive(Serialize)]
struct Table<'a> {
    table: &'a TableId,
    /// Rows from 1, as people count them.
    rows: Vec<usize>,
    output: Option<serde_json::Value>,
    #[serde(skip_serializing_if = "<[FieldPath]>::is_empty")]
    missing: &'a [FieldPath],
    #[serde(skip_serializing_if = "Option::is_none")]
    fault: Option<FaultLine>,
}

/// An exact number as a JSON number.
struct Number(Decimal);

impl Serialize for Number {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Value::Decimal(self.0).serialize(serializer)
    }
}

/// What a line says about where a record comes from.
pub struct Origin<'a> {
    /// The record's key, where it has one.
    pub key: Option<&'a str>,
    /// The record's number in its source, from 1.
    pub number: u64,
    /// The line of the source on which it begins.
    pub line: u64,
    /// Findings about its data.
    pub findings: &'a [RecordFinding],
}

/// The line of one record, without a line break.
#[must_use]
pub fn line(evaluation: &Evaluation, origin: &Origin<'_>, sources: &Sources) -> String {
    let line = Line {
        version: LINE_VERSION,
        key: origin.key,
        number: origin.number,
        line: origin.line,
        stage: evaluation.stages.iter().map(|stage| &stage.stage).collect(),
        gates: evaluation.gates.iter().map(|report| gate(report, evaluation, sources)).collect(),
        stages: evaluation.stages.iter().map(|report| stage(report, sources)).collect(),
        scores: evaluation.scores.iter().map(|report| score(report, sources)).collect(),
        tables: evaluation.tables.iter().map(|report| table(report, sources)).collect(),
        findings: origin.findings,
    };
    serde_json::to_string(&line).unwrap_or_default()
}

fn gate<'a>(report: &'a GateReport, evaluation: &'a Evaluation, sources: &Sources) -> Gate<'a> {
    let found = report.score.as_ref().zip(report.score_verdict.as_ref()).map(|((card, at_least), verdict)| {
        let score = evaluation.scores.iter().find(|score| score.card == *card);
        NeededScore {
            card,
            at_least: Number(*at_least),
            total: score.and_then(|score| score.total).map(Number),
            grade: score.and_then(|score| score.grade.as_deref()),
            verdict: verdict.name(),
        }
    });
    Gate {
        gate: report.gate.as_str(),
        status: report.status,
        when: report.when.as_ref().map(|when| When { verdict: when.verdict.name(), values: values(&when.reads) }),
        criteria: report.criteria.iter().map(|report| criterion(report, sources)).collect(),
        missing: lacking(&report.missing),
        score: found,
        decided: report.decided.as_ref(),
        decisions: report.decisions.iter().map(decision).collect(),
        approval: report.approval.as_ref().map(approval),
        submit: report.submitters.iter().map(people).collect(),
        outcomes: report.outcomes.iter().map(|report| way(report, sources)).collect(),
        faults: report.faults.iter().map(|fault| fault_line(&fault.message, fault.span, sources)).collect(),
    }
}

fn decision(report: &DecisionReport) -> Decision<'_> {
    Decision { outcome: &report.outcome, verdict: report.verdict.name(), values: values(&report.reads) }
}

fn criterion<'a>(report: &'a CriterionReport, sources: &Sources) -> Criterion<'a> {
    Criterion {
        id: report.id.as_str(),
        kind: report.kind,
        verdict: report.verdict.name(),
        values: values(&report.reads),
        missing: match &report.verdict {
            Verdict::Unknown(paths) => paths,
            _ => &[],
        },
        fault: match &report.verdict {
            Verdict::Fault(fault) => Some(fault_line(&fault.message, fault.span, sources)),
            _ => None,
        },
        waiver: report.waiver.as_ref(),
    }
}

fn values(reads: &[Read]) -> BTreeMap<&str, Option<&Value>> {
    reads.iter().map(|read| (read.path.as_str(), read.value.as_ref())).collect()
}

fn fault_line(message: &str, span: Option<Span>, sources: &Sources) -> FaultLine {
    let place = span.map(|span| (sources.path(span.source).to_owned(), sources.position(span)));
    FaultLine {
        message: message.to_owned(),
        line: place.as_ref().map(|(_, position)| position.line),
        column: place.as_ref().map(|(_, position)| position.column),
        file: place.map(|(path, _)| path),
    }
}

fn lacking(missing: &Missing) -> Lacking<'_> {
    Lacking { fields: &missing.fields, deliverables: &missing.deliverables, stages: &missing.stages, obligations: &missing.obligations }
}

fn approval(report: &ApprovalReport) -> Approval<'_> {
    let level = match &report.level {
        Some(LevelReport::Known(level)) => Some(level.as_str()),
        _ => None,
    };
    let steps = report.steps.iter().map(|step| Step {
        rule: step.votes.to_string(),
        voters: step.voters.iter().map(people).collect(),
        veto: &step.veto,
    });
    Approval { level, due: report.due.map(|due| due.due), overdue: report.due.map(|due| due.overdue), steps: steps.collect() }
}

fn people(holders: &Holders) -> People<'_> {
    People { role: &holders.role, users: &holders.users }
}

fn stage<'a>(report: &'a StageReport, sources: &Sources) -> Stage<'a> {
    Stage {
        stage: &report.stage,
        end: report.end.as_deref(),
        lead: report.lead.as_ref().map(people),
        due: report.due.map(|due| due.due),
        overdue: report.due.is_some_and(|due| due.overdue),
        due_missing: &report.due_missing,
        due_fault: report.due_fault.as_ref().map(|fault| fault_line(&fault.message, fault.span, sources)),
        missing: lacking(&report.missing),
    }
}

fn score<'a>(report: &'a ScoreReport, sources: &Sources) -> Score<'a> {
    Score {
        card: &report.card,
        total: report.total.map(Number),
        grade: report.grade.as_deref(),
        knocked_out: report.knocked_out.as_ref().map(crate::names::CriterionId::as_str),
        criteria: report
            .criteria
            .iter()
            .map(|scored| (scored.id.as_str(), Points { weight: Number(scored.weight), points: scored.points.map(Number) }))
            .collect(),
        missing: &report.missing,
        fault: report.fault.as_ref().map(|fault| fault_line(&fault.message, fault.span, sources)),
    }
}

fn table<'a>(report: &'a TableReport, sources: &Sources) -> Table<'a> {
    let json = |values: &[Value]| serde_json::to_value(values).unwrap_or_default();
    let output = match &report.outcome {
        Outcome::Row(values) => Some(json(values)),
        Outcome::List(rows) => serde_json::to_value(rows).ok(),
        Outcome::Aggregate(value) => serde_json::to_value(value).ok(),
        Outcome::None | Outcome::Conflict(_) | Outcome::Missing(_) | Outcome::Fault(_) => None,
    };
    let own = match &report.outcome {
        Outcome::Fault(fault) => Some(fault.to_string()),
        Outcome::Conflict(_) => Some("several rows match, but only one may".to_owned()),
        _ => None,
    };
    let in_an_input = report.fault.as_ref().map(|fault| fault_line(&fault.message, fault.span, sources));
    Table {
        table: &report.table,
        rows: report.rows.iter().map(|row| row + 1).collect(),
        output,
        missing: &report.missing,
        fault: in_an_input.or_else(|| own.map(|message| fault_line(&message, None, sources))),
    }
}
