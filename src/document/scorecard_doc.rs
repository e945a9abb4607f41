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
    /// How points make up the total.
    pub total: TotalDoc,
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
    /// Its share of the score; only a sum can do without.
    pub weight: Option<Spanned<Decimal>>,
    /// Where its points come from.
    pub points: PointsDoc,
    /// Points that count where the rule reads a missing value; without it, the score is unknown.
    pub missing: Option<Spanned<Decimal>>,
    /// A condition under which the whole score is 0, whatever the other points.
    pub knock_out: Option<RuleDoc>,
}

/// How points make up the total.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TotalDoc {
    /// The mean of the points by their weights.
    #[default]
    Mean,
    /// The sum of points times weight.
    Sum,
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
        let total = keys.optional("total").and_then(|node| total(reader, node)).unwrap_or_default();
        let criteria = keys
            .required(reader, "criteria")
            .map(|node| reader.entries(node, "a criterion", CriterionId::parse, |reader, _, node| ScoredDoc::read(reader, total, node)))
            .unwrap_or_default();
        let grades = keys
            .optional("grades")
            .map(|node| reader.entries(node, "a grade", ScorecardId::parse, |reader, _, node| reader.text(node, "a range of points")))
            .unwrap_or_default();
        reader.finish(keys);
        Some(Self { title, total, criteria, grades })
    }
}

impl ScoredDoc {
    fn read(reader: &mut Reader<'_>, total: TotalDoc, node: &Node) -> Option<Self> {
        let mut keys = reader.keys(node, "a scored criterion")?;
        keys.conflict(reader, "points", "bands");
        let title = keys.optional("title").map(|node| Title::read(reader, node)).unwrap_or_default();
        // A mean needs to know how much each criterion counts; in a sum, a criterion counts once unless it says otherwise.
        let weight_node = if total == TotalDoc::Sum { keys.optional("weight") } else { keys.required(reader, "weight") };
        let unweighted = weight_node.is_none() && total == TotalDoc::Sum;
        let weight = weight_node.and_then(|node| weight(reader, node));
        let points = keys.optional("points").and_then(|node| reader.rule(node, "`points`")).map(PointsDoc::Rule);
        let bands = keys.optional("bands").and_then(|node| bands(reader, node));
        let missing = keys.optional("missing").and_then(|node| reader.number(node, "`missing`"));
        let knock_out = keys.optional("knock_out").and_then(|node| reader.rule(node, "`knock_out`"));
        if keys.key_span("points").is_none() && keys.key_span("bands").is_none() {
            reader.report(Code::MissingKey, keys.place(), "a scored criterion needs `points` or `bands`", None);
        }
        reader.finish(keys);
        if weight.is_none() && !unweighted {
            return None;
        }
        Some(Self { title, weight, points: points.or(bands)?, missing, knock_out })
    }
}

impl Writable for ScorecardDoc {
    fn written(&self) -> Written {
        let Self { title, total, criteria, grades } = self;
        let keys = Keys::new().filled("title", title).given("total", (*total == TotalDoc::Sum).then_some(total));
        keys.always("criteria", criteria).filled("grades", grades).map()
    }
}

impl Writable for ScoredDoc {
    fn written(&self) -> Written {
        let Self { title, weight, points, missing, knock_out } = self;
        let keys = Keys::new().filled("title", title).given("weight", weight.as_ref());
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

impl Writable for TotalDoc {
    fn written(&self) -> Written {
        Written::text(match self {
            TotalDoc::Mean => "mean",
            TotalDoc::Sum => "sum",
        })
    }
}

fn total(reader: &mut Reader<'_>, node: &Node) -> Option<TotalDoc> {
    let text = reader.text(node, "`total`")?;
    match &*text.value {
        "mean" => Some(TotalDoc::Mean),
        "sum" => Some(TotalDoc::Sum),
        other => {
            reader.report(Code::InvalidValue, text.span, format!("`total` is `mean` or `sum`, not `{other}`"), None);
            None
        }
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
