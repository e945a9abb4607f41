//! Scorecards and decision tables of a compiled workflow: their rules beside their shape.
//!
//! It must not add up points; `evaluation` does.

use crate::document::Title;
use crate::names::{CriterionId, TableId};
use crate::script::RuleId;
use crate::table::{Bands, CellType, Table};
use indexmap::IndexMap;
use rust_decimal::Decimal;
use std::sync::Arc;

/// A scorecard: the weighted mean, or the sum, of its criteria's points.
#[derive(Debug)]
pub struct Scorecard {
    /// For people.
    pub title: Title,
    /// What is scored.
    pub criteria: IndexMap<CriterionId, Scored>,
    /// Names for ranges of the score.
    pub grades: Bands<Arc<str>>,
    /// What the sum of points times weight is divided by: the sum of the weights for a mean, 1 for a sum; never 0.
    pub divisor: Decimal,
}

/// One scored criterion.
#[derive(Debug)]
pub struct Scored {
    /// For people.
    pub title: Title,
    /// Its share of the score.
    pub weight: Decimal,
    /// Where its points come from.
    pub points: Points,
    /// What its bands hold, where it has any.
    pub kind: Option<CellType>,
    /// Points that count where the rule reads a missing value.
    pub missing: Option<Decimal>,
    /// A condition under which the whole score is 0.
    pub knock_out: Option<RuleId>,
}

/// Where points come from.
#[derive(Debug)]
pub enum Points {
    /// A rule that gives points.
    Rule(RuleId),
    /// A rule that gives a value, and the points of the first range that holds it; 0 where none does.
    Bands(RuleId, Bands<Decimal>),
}

/// A decision table with the rules of its inputs.
#[derive(Debug)]
pub struct DecisionTable {
    pub(super) id: TableId,
    pub(super) title: Title,
    pub(super) inputs: Vec<RuleId>,
    pub(super) table: Table,
}

impl DecisionTable {
    /// Its name.
    #[must_use]
    pub fn id(&self) -> &TableId {
        &self.id
    }

    /// For people.
    #[must_use]
    pub fn title(&self) -> &Title {
        &self.title
    }

    /// The rules of its inputs, in the order of the columns.
    #[must_use]
    pub fn inputs(&self) -> &[RuleId] {
        &self.inputs
    }

    /// Columns, rows and hit policy.
    #[must_use]
    pub fn table(&self) -> &Table {
        &self.table
    }
}
