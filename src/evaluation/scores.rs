//! Scorecards: the weighted mean or the sum of points, knock-outs, grades.
//!
//! It must not round: a total is shown rounded, but compared as it is.

use super::evaluator::{Evaluator, note, wrong_kind};
use super::report::{ScoreReport, ScoredReport};
use crate::names::{FieldPath, ScorecardId};
use crate::record::{Value, decimal_product, decimal_sum};
use crate::script::{Answer, Asked, Fault, FaultKind, Known, Read};
use crate::table::CellFault;
use crate::workflow::{Points, Scorecard, Scored};
use rust_decimal::Decimal;

/// The points of one criterion, or why there are none.
enum Found {
    Points(Decimal),
    Missing(Vec<FieldPath>),
    Fault(Fault),
}

impl Evaluator<'_> {
    /// Finds out a scorecard's result, once for each record.
    pub(super) fn know_score(&mut self, name: &str) {
        if self.frame.known(Asked::Score, name).is_some() {
            return;
        }
        let Some((id, card)) = self.workflow.scorecards().get_key_value(name) else { return };
        let report = self.score(id, card);
        let known = |value: Option<Value>| match (&report.fault, report.total) {
            (Some(fault), _) => Known::Fault(fault.clone()),
            (None, Some(_)) => Known::Value(value),
            (None, None) => Known::Missing(report.missing.clone()),
        };
        self.frame.know(Asked::Score, name, known(report.total.map(Value::Decimal)));
        self.frame.know(Asked::Grade, name, known(report.grade.as_deref().map(Value::text)));
        self.scores.push(report);
    }

    fn score(&mut self, id: &ScorecardId, card: &Scorecard) -> ScoreReport {
        let mut report = ScoreReport {
            card: id.clone(),
            total: None,
            grade: None,
            knocked_out: None,
            criteria: Vec::with_capacity(card.criteria.len()),
            missing: Vec::new(),
            fault: None,
        };
        let mut sum = Some(Decimal::ZERO);
        for (name, scored) in &card.criteria {
            let (found, mut reads) = self.points(scored);
            let points = match found {
                Found::Points(points) => Some(points),
                Found::Missing(paths) => {
                    note(&mut report.missing, paths);
                    None
                }
                Found::Fault(fault) => {
                    report.fault = report.fault.or(Some(fault));
                    None
                }
            };
            if let Some(points) = points {
                sum = sum.and_then(|sum| decimal_product(points, scored.weight).and_then(|weighted| decimal_sum(sum, weighted)));
            }
            if let Some(rule) = scored.knock_out {
                let (answer, more) = self.answer(rule);
                reads.extend(more.into_iter().filter(|read| !reads.contains(read)).collect::<Vec<_>>());
                match answer {
                    Answer::Value(Value::Bool(true)) => report.knocked_out = report.knocked_out.or(Some(name.clone())),
                    Answer::Value(Value::Bool(false)) => {}
                    Answer::Value(value) => report.fault = report.fault.or(Some(wrong_kind("a condition", &value))),
                    Answer::Missing(paths) => note(&mut report.missing, paths),
                    Answer::Fault(fault) => report.fault = report.fault.or(Some(fault)),
                }
            }
            report.criteria.push(ScoredReport { id: name.clone(), weight: scored.weight, points, reads });
        }
        if report.fault.is_some() {
            return report;
        }
        if report.knocked_out.is_some() {
            report.missing.clear();
            report.total = Some(Decimal::ZERO);
        } else if report.missing.is_empty() {
            match sum.and_then(|sum| sum.checked_div(card.divisor)) {
                Some(total) => report.total = Some(total.normalize()),
                None => {
                    let message = "the points are too large to be added up exactly".to_owned();
                    report.fault = Some(Fault { kind: FaultKind::Arithmetic, message, span: None });
                }
            }
        }
        if let Some(total) = report.total {
            report.grade = card.grades.find(Some(&Value::Decimal(total))).ok().flatten().cloned();
        }
        report
    }

    fn points(&mut self, scored: &Scored) -> (Found, Vec<Read>) {
        let rule = match &scored.points {
            Points::Rule(rule) | Points::Bands(rule, _) => *rule,
        };
        let (answer, reads) = self.answer(rule);
        let found = match (answer, &scored.points) {
            (Answer::Missing(paths), _) => scored.missing.map_or(Found::Missing(paths), Found::Points),
            (Answer::Fault(fault), _) => Found::Fault(fault),
            (Answer::Value(value), Points::Rule(_)) => {
                value.number().map_or_else(|| Found::Fault(wrong_kind("points", &value)), Found::Points)
            }
            (Answer::Value(value), Points::Bands(_, bands)) => match bands.find(Some(&value)) {
                Ok(points) => Found::Points(points.copied().unwrap_or(Decimal::ZERO)),
                Err(CellFault::Missing) => Found::Missing(Vec::new()),
                Err(fault) => {
                    Found::Fault(Fault { kind: FaultKind::Unlike, message: fault.to_string(), span: self.workflow.rules().rule_span(rule) })
                }
            },
        };
        (found, reads)
    }
}
