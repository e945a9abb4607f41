//! What the outcomes of a gate would do, in a proof: where they lead, and what starts with them.
//!
//! It must not tell who picks one of them; `approval` does.

use super::super::shown::shown;
use super::super::words::Words;
use super::{Told, lacking};
use crate::evaluation::{GateReport, ObligationReport, OutcomeReport, SpawnReport, SpawnStatus};
use crate::names::{EventName, FieldPath, StageId};
use std::fmt::Write as _;

/// How many cases that start with one outcome are told one by one.
const SHOWN: usize = 10;

impl Told<'_> {
    pub(super) fn outcomes(&self, report: &GateReport, text: &mut String) {
        let outcomes: Vec<String> = report.outcomes.iter().map(|outcome| self.outcome(report, outcome)).collect();
        let _ = writeln!(text, "  {} {}", self.words().pick("outcomes:", "可选结果："), outcomes.join("; "));
        // Where rules have decided, only what they decided will happen.
        let happens = |outcome: &&OutcomeReport| report.decided.as_ref().is_none_or(|decided| *decided == outcome.outcome);
        for outcome in report.outcomes.iter().filter(happens) {
            self.spawns(outcome, text);
            if !outcome.emits.is_empty() {
                let events: Vec<&str> = outcome.emits.iter().map(EventName::as_str).collect();
                let _ = writeln!(text, "      {} {} {}", outcome.outcome, self.words().pick("tells of", "发出事件"), events.join(", "));
            }
            for owed in &outcome.obligations {
                let _ =
                    writeln!(text, "      {} {} {}", outcome.outcome, self.words().pick("leaves open", "附带遗留事项"), self.owed(owed));
            }
        }
    }

    /// `lab_report (finance (ada), within 10 working days)`.
    fn owed(&self, report: &ObligationReport) -> String {
        let within = report.within.map(|term| format!("{} {}", self.words().pick("within", "时限"), self.words().term(term)));
        let parts: Vec<String> = report.holders.as_ref().map(|holders| self.people(holders)).into_iter().chain(within).collect();
        if parts.is_empty() {
            report.obligation.to_string()
        } else {
            format!("{}{}", report.obligation, self.words().aside(&parts.join(self.words().comma())))
        }
    }

    fn outcome(&self, gate: &GateReport, report: &OutcomeReport) -> String {
        let words = self.words();
        let to: Vec<&str> = report.to.iter().map(StageId::as_str).collect();
        let declared = self.workflow.gates().get(&gate.gate).and_then(|gate| gate.outcomes().get(&report.outcome));
        let title = declared.map(|outcome| self.title(report.outcome.as_str(), &outcome.title)).unwrap_or_default();
        let mut text = format!("{}{title} → {}", report.outcome, to.join(" + "));
        if !report.missing.is_empty() {
            text.push_str(&words.aside(&format!("{} {}", words.pick("needs", "需要"), lacking(&report.missing, words))));
        }
        text
    }

    fn spawns(&self, report: &OutcomeReport, text: &mut String) {
        for spawn in report.spawns.iter().take(SHOWN) {
            let _ = writeln!(text, "      {} {}", report.outcome, self.spawn(spawn));
        }
        if let Some(more) = report.spawns.len().checked_sub(SHOWN).filter(|more| *more > 0) {
            let words = self.words();
            let _ = writeln!(
                text,
                "      {} {} {more}",
                report.outcome,
                words.pick("starts or may start so many more:", "另外启动或可能启动：")
            );
        }
    }

    /// `starts delivery (customer = Acme, amount = 5000)`.
    fn spawn(&self, report: &SpawnReport) -> String {
        let words = self.words();
        let paths = |paths: &[FieldPath]| paths.iter().map(FieldPath::as_str).collect::<Vec<_>>().join(", ");
        let starts = match report.status {
            SpawnStatus::Unknown => words.pick("may start", "可能启动"),
            SpawnStatus::Starts | SpawnStatus::Fault => words.pick("starts", "启动"),
        };
        let mut parts: Vec<String> = Vec::new();
        for (path, value) in &report.values {
            let refused = report.invalid.iter().find(|finding| finding.path.as_ref() == Some(path));
            parts.push(match (value, refused) {
                (Some(value), _) => format!("{path} = {}", shown(value)),
                (None, Some(finding)) => self.paint("31", &format!("{path}: {}", finding.message)),
                (None, None) => format!("{path} = {}", self.paint("33", words.pick("unknown", "未知"))),
            });
        }
        let named = |path: Option<&FieldPath>| report.values.iter().any(|(known, _)| Some(known) == path);
        let others = report.invalid.iter().filter(|finding| !named(finding.path.as_ref()));
        parts.extend(others.map(|finding| self.paint("31", &finding.message)));
        if !report.missing.is_empty() {
            parts.push(self.paint("33", &format!("{} {}", words.pick("missing", "未填"), paths(&report.missing))));
        }
        parts.extend(report.fault.as_ref().map(|fault| self.fault(fault)));
        let parts = if parts.is_empty() { String::new() } else { format!(" ({})", parts.join(", ")) };
        let item = report
            .index
            .map(|index| match words {
                Words::English => format!(" for item {}", index + 1),
                Words::Chinese => format!("第 {} 项", index + 1),
            })
            .unwrap_or_default();
        format!("{starts} {}{item}{parts}", report.workflow)
    }
}
