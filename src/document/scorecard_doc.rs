//! Scorecards as written: weighted criteria, bands, knock-outs and grades.
//!
//! It must not add up points; `evaluation` does.

use super::reader::{Entries, Reader};
use super::rule::{RuleDoc, Title};
use super::written::{Keys, Writable, Written};
use super::yaml::{Node, NodeKind};
use crate::diagnostic::Code;
use crate::names::{CriterionId, ScorecardId};
use crate::source::Spanned;
use rust_decimal::Decimal;
use std::sync::Arc;

/// A scorecard.
#[derive(Debug, Clone)]
pub struct ScorecardDoc {
    /// For people.
    pub title: Title,
    /// What is scored.
    pub criteria: Entries<CriterionId, ScoredDoc>,
    /// Names for ranges of the score, best first.
    pub grades: Entries<ScorecardId, Spanned<Arc<str>>>,
}

/// One scored criterion.
#[derive(Debug, Clone)]
pub struct ScoredDoc {
    /// For people.
    pub title: Title,
    /// Its share of the score.
    pub weight: Spanned<Decimal>,
    /// Where its points come from.
    pub points: PointsDoc,
    /// Points that count where the rule reads a missing value; without it, the score is unknown.
    pub missing: Option<Spanned<Decimal>>,
    /// A condition under which the whole score is 0, whatever the other points.
    pub knock_out: Option<RuleDoc>,
}

/// Where points come from.
#[derive(Debug, Clone)]
pub enum PointsDoc {
    /// An expression that gives points.
    Rule(RuleDoc),
    /// Ranges of a value, each with its points.
    Bands {
        /// The value.
        of: RuleDoc,
        /// The ranges, as table cells, with their points; the first that fits counts.
        bands: Vec<(Spanned<Arc<str>>, Spanned<Decimal>)>,
    },
}

impl ScorecardDoc {
    pub(crate) fn read(reader: &mut Reader<'_>, node: &Node) -> Option<Self> {
        let mut keys = reader.keys(node, "a scorecard")?;
        let title = keys.optional("title").map(|node| Title::read(reader, node)).unwrap_or_default();
        let criteria = keys
            .required(reader, "criteria")
            .map(|node| reader.entries(node, "a criterion", CriterionId::parse, |reader, _, node| ScoredDoc::read(reader, node)))
            .unwrap_or_default();
        let grades = keys
            .optional("grades")
            .map(|node| reader.entries(node, "a grade", ScorecardId::parse, |reader, _, node| reader.text(node, "a range of points")))
            .unwrap_or_default();
        reader.finish(keys);
        Some(Self { title, criteria, grades })
    }
}

impl ScoredDoc {
    fn read(reader: &mut Reader<'_>, node: &Node) -> Option<Self> {
        let mut keys = reader.keys(node, "a scored criterion")?;
        keys.conflict(reader, "points", "bands");
        let title = keys.optional("title").map(|node| Title::read(reader, node)).unwrap_or_default();
        let weight = keys.required(reader, "weight").and_then(|node| weight(reader, node));
        let points = keys.optional("points").and_then(|node| reader.rule(node, "`points`")).map(PointsDoc::Rule);
        let bands = keys.optional("bands").and_then(|node| bands(reader, node));
        let missing = keys.optional("missing").and_then(|node| reader.number(node, "`missing`"));
        let knock_out = keys.optional("knock_out").and_then(|node| reader.rule(node, "`knock_out`"));
        if keys.key_span("points").is_none() && keys.key_span("bands").is_none() {
            reader.report(Code::MissingKey, keys.place(), "a scored criterion needs `points` or `bands`", None);
        }
        reader.finish(keys);
        Some(Self { title, weight: weight?, points: points.or(bands)?, missing, knock_out })
    }
}

impl Writable for ScorecardDoc {
    fn written(&self) -> Written {
        let Self { title, criteria, grades } = self;
        Keys::new().filled("title", title).always("criteria", criteria).filled("grades", grades).map()
    }
}

impl Writable for ScoredDoc {
    fn written(&self) -> Written {
        let Self { title, weight, points, missing, knock_out } = self;
        let keys = Keys::new().filled("title", title).always("weight", weight);
        let keys = match points {
            PointsDoc::Rule(rule) => keys.always("points", rule),
            PointsDoc::Bands { of, bands } => {
                let bands = bands.iter().fold(Keys::new().always("of", of), |keys, (range, points)| keys.always(&range.value, points));
                keys.always("bands", &bands.map())
            }
        };
        keys.given("missing", missing.as_ref()).given("knock_out", knock_out.as_ref()).map()
    }
}

fn weight(reader: &mut Reader<'_>, node: &Node) -> Option<Spanned<Decimal>> {
    let weight = reader.number(node, "`weight`")?;
    if weight.value < Decimal::ZERO {
        reader.report(Code::InvalidValue, weight.span, format!("a weight cannot be below 0, as `{}` is", weight.value), None);
        return None;
    }
    Some(weight)
}

fn bands(reader: &mut Reader<'_>, node: &Node) -> Option<PointsDoc> {
    let NodeKind::Map(entries) = &node.kind else {
        reader.report(Code::WrongShape, node.span, format!("`bands` must be a map of ranges, not {}", node.describe()), None);
        return None;
    };
    let mut of = None;
    let mut bands = Vec::new();
    for entry in entries {
        if &*entry.key.value == "of" {
            of = reader.rule(&entry.value, "`of`");
        } else if let Some(points) = reader.number(&entry.value, "the points of a band") {
            bands.push((entry.key.clone(), points));
        }
    }
    if node.get("of").is_none() {
        let help = Some("for example `of: record.amount`".to_owned());
        reader.report(Code::MissingKey, node.span, "`bands` needs the key `of`, the value that is ranged", help);
    }
    if bands.is_empty() {
        reader.report(Code::MissingKey, node.span, "`bands` needs at least one range with its points", None);
    }
    Some(PointsDoc::Bands { of: of?, bands })
}
