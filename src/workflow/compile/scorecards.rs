//! Compiles scorecards: rules first, ranges of points when the types of the rules are known.
//!
//! It must not add up points.

use super::Compiler;
use crate::diagnostic::{Code, Diagnostic};
use crate::document::{PointsDoc, ScorecardDoc, ScoredDoc, TotalDoc};
use crate::names::ScorecardId;
use crate::record::FieldType;
use crate::script::{Expected, RuleId, Used};
use crate::source::Spanned;
use crate::table::{Bands, CellType, UnaryTest};
use crate::workflow::{Points, Scorecard, Scored};
use indexmap::IndexMap;
use rust_decimal::Decimal;
use std::sync::Arc;

/// A scorecard whose rules are parsed: the rule of each criterion's points and its knock-out.
pub(super) struct PendingScorecard<'a> {
    id: &'a ScorecardId,
    doc: &'a ScorecardDoc,
    rules: Vec<(RuleId, Option<RuleId>)>,
}

impl<'a> Compiler<'a> {
    pub(super) fn scorecard_rules(&mut self) -> Vec<PendingScorecard<'a>> {
        let resolved = self.resolved;
        let mut pending = Vec::new();
        for (name, doc) in resolved.file.scorecards.iter() {
            let mut rules = Vec::new();
            for (_, scored) in doc.criteria.iter() {
                let points = match &scored.points {
                    PointsDoc::Rule(rule) => self.rule(rule, Expected::Number),
                    PointsDoc::Bands { of, .. } => self.rule(of, Expected::Any),
                };
                let knock_out = scored.knock_out.as_ref().map(|rule| self.rule(rule, Expected::Bool));
                rules.push((points, knock_out));
            }
            let sum: Decimal = doc.criteria.iter().map(|(_, scored)| weight(scored)).sum();
            if doc.criteria.is_empty() && !doc.criteria.is_partial() {
                self.report(Code::MissingKey, name.span, format!("the scorecard `{}` has no criteria", name.value), None);
            } else if sum.is_zero() && !doc.criteria.is_partial() {
                self.report(Code::InvalidValue, name.span, format!("the weights of `{}` add up to 0", name.value), None);
            } else if doc.total == TotalDoc::Mean && !doc.criteria.is_partial() && sum != Decimal::ONE_HUNDRED && sum != Decimal::ONE {
                let help =
                    Some("points are weighed by each weight's share of the sum, so the scorecard works; but is a weight wrong?".to_owned());
                self.report(Code::WeightSum, name.span, format!("the weights of `{}` add up to {sum}, not to 100", name.value), help);
            }
            pending.push(PendingScorecard { id: &name.value, doc, rules });
        }
        pending
    }

    pub(super) fn scorecards(&mut self, pending: Vec<PendingScorecard<'a>>, checked: &Used) -> IndexMap<ScorecardId, Scorecard> {
        let mut scorecards = IndexMap::new();
        for PendingScorecard { id, doc, rules } in pending {
            let mut criteria = IndexMap::new();
            for ((name, scored), (rule, knock_out)) in doc.criteria.iter().zip(rules) {
                let mut kind = None;
                let points = match &scored.points {
                    PointsDoc::Rule(_) => Points::Rule(rule),
                    PointsDoc::Bands { of, bands } => {
                        let Some(cell_type) = self.cell_type(checked.results.get(&rule), of.span, "the ranges") else { continue };
                        let bands = bands.iter().filter_map(|(range, points)| Some((self.range(range, &cell_type)?, points.value)));
                        let bands = Bands::new(bands.collect());
                        kind = Some(cell_type);
                        Points::Bands(rule, bands)
                    }
                };
                let compiled = Scored {
                    title: scored.title.clone(),
                    weight: weight(scored),
                    points,
                    kind,
                    missing: scored.missing.as_ref().map(|missing| missing.value),
                    knock_out,
                };
                criteria.insert(name.value.clone(), compiled);
            }
            let mut grades = Vec::new();
            for (grade, range) in doc.grades.iter() {
                if let Some(range) = self.range(range, &CellType::Number) {
                    grades.push((range, Arc::from(grade.value.as_str())));
                }
            }
            let divisor = match doc.total {
                TotalDoc::Mean => doc.criteria.iter().map(|(_, scored)| weight(scored)).sum(),
                TotalDoc::Sum => Decimal::ONE,
            };
            scorecards.insert(id.clone(), Scorecard { title: doc.title.clone(), criteria, grades: Bands::new(grades), divisor });
        }
        scorecards
    }

    /// The type that cells test, from what the rule gives.
    pub(super) fn cell_type(&mut self, found: Option<&FieldType>, place: crate::source::Span, what: &str) -> Option<CellType> {
        let cell_type = found.and_then(CellType::of);
        let reported = self.diagnostics.iter().any(|found| {
            found.is_error()
                && found.label.span.source == place.source
                && found.label.span.start >= place.start
                && found.label.span.end <= place.end
        });
        let checked = !self.diagnostics.iter().any(Diagnostic::hides_a_part);
        if cell_type.is_none() && !reported && checked && !self.resolved.partial {
            let help =
                Some("use a field, or a function whose result can be told; for a table input, say `{value: .., type: ..}`".to_owned());
            self.report(Code::CellType, place, format!("the type that {what} test cannot be told from this expression"), help);
        }
        cell_type
    }

    pub(super) fn range(&mut self, text: &Spanned<Arc<str>>, cell_type: &CellType) -> Option<UnaryTest> {
        match UnaryTest::parse(&text.value, cell_type) {
            Ok(test) => Some(test),
            Err(error) => {
                let inside = self.inside(text);
                self.diagnostics.push(error.diagnostic(inside));
                None
            }
        }
    }
}

/// How much a criterion counts; only criteria of a sum may leave it out.
fn weight(scored: &ScoredDoc) -> Decimal {
    scored.weight.as_ref().map_or(Decimal::ONE, |weight| weight.value)
}
