//! Scorecards in a proof: the points of each criterion, where a gate needs a score or a rule asked for one; and tables that rules asked.
//!
//! It must not add up points; the evaluation has.

use super::super::shown::{decimal, shown};
use super::Told;
use crate::evaluation::{GateReport, ScoreReport};
use crate::script::Read;
use std::fmt::Write as _;

impl Told<'_> {
    /// How a scorecard or a table came to what a rule read of it.
    pub(super) fn asked(&self, path: &str, depth: usize, text: &mut String) {
        let indent = " ".repeat(depth);
        let name = path.split('"').nth(1).unwrap_or("");
        if path.starts_with("score(") || path.starts_with("grade(") {
            if let Some(score) = self.evaluation.scores.iter().find(|score| score.card.as_str() == name) {
                self.scored(score, &indent, text);
            }
        } else if path.starts_with("table(")
            && let Some(table) = self.evaluation.tables.iter().find(|table| table.table.as_str() == name)
        {
            let _ = writeln!(text, "{indent}{}", self.table(table).trim_start());
        }
    }

    /// The points of each criterion of a scorecard.
    fn scored(&self, score: &ScoreReport, indent: &str, text: &mut String) {
        for scored in &score.criteria {
            let unknown = || self.words().pick("unknown", "未知").to_owned();
            let points = scored.points.map_or_else(unknown, decimal);
            let value = |read: &Read| format!("{} = {}", read.path, read.value.as_ref().map_or("-".to_owned(), shown));
            let reads: Vec<String> = scored.reads.iter().map(value).collect();
            let _ = writeln!(text, "{indent}{} {} × {points}   {}", scored.id, scored.weight, self.faint(&reads.join(", ")));
        }
    }

    pub(super) fn score(&self, report: &GateReport, text: &mut String) {
        let (Some((card, at_least)), Some(verdict)) = (&report.score, &report.score_verdict) else { return };
        let words = self.words();
        let Some(score) = self.evaluation.scores.iter().find(|score| score.card == *card) else { return };
        let total = score.total.map_or_else(|| words.pick("unknown", "未知").to_owned(), decimal);
        let grade =
            score.grade.as_deref().map(|grade| format!("{}{} {grade}", words.comma(), words.pick("grade", "等级"))).unwrap_or_default();
        let out = score
            .knocked_out
            .as_ref()
            .map(|id| format!("{}{} {id}", words.comma(), words.pick("knocked out by", "否决项")))
            .unwrap_or_default();
        let _ = writeln!(
            text,
            "  {} {} {}{}{total}{grade}{out}{}{} {at_least}",
            self.mark(verdict),
            words.pick("score", "评分"),
            self.bold(card.as_str()),
            words.colon(),
            words.comma(),
            words.pick("needs", "要求不低于")
        );
        self.scored(score, "      ", text);
    }
}
