//! One record's verdict as a proof: rules, values, lines, what would have to change, who may act.
//!
//! It must not judge: it tells what the evaluation found, and why.

mod approval;
mod outcomes;
mod scores;

use super::shown::shown;
use super::words::Words;
use crate::evaluation::{CriterionKind, CriterionReport, Evaluation, GateReport, Missing, Reason, Status, Subject, Verdict, reason_proof};
use crate::record::Value;
use crate::script::{Answer, Fault, Wanted};
use crate::source::{Sources, Span};
use crate::workflow::{Criterion, Decider, Gate, Workflow};
use chrono::{DateTime, Utc};
use std::fmt::Write as _;

/// Everything that a proof is told from.
pub struct Told<'a> {
    /// The workflow.
    pub workflow: &'a Workflow,
    /// Its files.
    pub sources: &'a Sources,
    /// The record.
    pub subject: &'a Subject,
    /// The moment.
    pub now: DateTime<Utc>,
    /// The language of titles and hints.
    pub language: &'a str,
    /// Whether to use colours.
    pub colour: bool,
    /// What was found.
    pub evaluation: &'a Evaluation,
}

/// The proof of one record's evaluation, for people.
#[must_use]
pub fn tell(told: &Told<'_>, name: &str) -> String {
    let evaluation = told.evaluation;
    let mut text = String::new();
    told.head(name, &mut text);
    for report in &evaluation.gates {
        if let Some(gate) = told.workflow.gates().get(&report.gate) {
            told.gate(gate, report, &mut text);
        }
    }
    if evaluation.gates.is_empty() && evaluation.stages.iter().any(|stage| stage.end.is_some()) {
        let _ = writeln!(text, "\n{}", told.words().pick("the case has ended; no gate leaves its stage", "流程已到终点，没有后续关口"));
    }
    text
}

impl Told<'_> {
    fn words(&self) -> Words {
        Words::of(self.language)
    }

    // Writing to a String cannot fail, so the results of `write!` are dropped throughout.
    fn head(&self, name: &str, text: &mut String) {
        let words = self.words();
        let _ = writeln!(text, "{}", self.bold(name));
        for stage in &self.evaluation.stages {
            let title = self.workflow.stages().get(&stage.stage).and_then(|stage| stage.title().get(self.language)).unwrap_or("");
            let _ = write!(text, "{} {} {title}", words.pick("stage", "阶段"), stage.stage);
            if let Some(lead) = &stage.lead {
                let _ = write!(text, "{}{} {}", words.comma(), words.pick("led by", "牵头"), self.people(lead));
            }
            text.push_str(&self.due(stage.due));
            if !stage.due_missing.is_empty() {
                let names: Vec<&str> = stage.due_missing.iter().map(crate::names::FieldPath::as_str).collect();
                let _ =
                    write!(text, "{}{}{}", words.comma(), words.pick("due time unknown", "截止时间未知"), words.aside(&names.join(", ")));
            }
            text.push('\n');
            if let Some(fault) = &stage.due_fault {
                let _ = writeln!(
                    text,
                    "  {} {} {}",
                    self.mark(&Verdict::Fault(fault.clone())),
                    words.pick("due time:", "截止时间："),
                    self.fault(fault)
                );
            }
            if !stage.missing.is_empty() {
                let _ = writeln!(text, "  {} {}", words.pick("missing at this end:", "终点仍缺："), lacking(&stage.missing, words));
            }
        }
    }

    fn gate(&self, gate: &Gate, report: &GateReport, text: &mut String) {
        let words = self.words();
        let title = gate.title().get(self.language).unwrap_or("");
        let status = self.status(report.status);
        let _ = writeln!(
            text,
            "\n{} {} {title}{}{status}   {}",
            words.pick("gate", "关口"),
            self.bold(report.gate.as_str()),
            words.colon(),
            self.faint(&self.place(gate.span()))
        );
        self.when(report, text);
        if report.status == Status::Skipped {
            return;
        }
        for criterion in &report.criteria {
            let declared = match criterion.kind {
                CriterionKind::Must => gate.must().get(&criterion.id),
                CriterionKind::Should => gate.should().get(&criterion.id),
            };
            if let Some(declared) = declared {
                self.criterion(criterion, declared, text);
            }
        }
        self.score(report, text);
        for fault in &report.faults {
            let _ = writeln!(text, "  {} {}", self.mark(&Verdict::Fault(fault.clone())), self.fault(fault));
        }
        if !report.missing.is_empty() {
            let _ = writeln!(text, "  {} {}", self.paint("33", words.pick("missing:", "缺少：")), lacking(&report.missing, words));
        }
        if report.outcomes.is_empty() {
            // Whether the gate concerns the record is not known, and so nothing else is.
            return self.way_out(gate, report, text);
        }
        self.approval(gate, report, text);
        self.way_out(gate, report, text);
        self.outcomes(report, text);
    }

    /// Why a gate does not concern the record, or why that is not known.
    fn when(&self, report: &GateReport, text: &mut String) {
        let words = self.words();
        let Some(when) = report.when.as_ref().filter(|when| when.verdict != Verdict::Met) else { return };
        let proof = reason_proof(self.workflow, self.subject, self.now, when.rule);
        if when.verdict == Verdict::Unmet {
            // One line: a process has many such gates, and the one that matters stands among them.
            let rule = self.workflow.rules().rule_text(when.rule).split_whitespace().collect::<Vec<_>>().join(" ");
            let told = words.pick("does not concern this record, because this does not hold:", "不适用于本记录，条件不成立：");
            let _ = writeln!(text, "  {} {told} {rule}", self.mark(&Verdict::Skipped));
            return;
        }
        let told = words.pick("whether it concerns this record is not known:", "是否适用于本记录尚不能确定：");
        let _ = writeln!(text, "  {} {told}", self.mark(&when.verdict));
        if let Some(proof) = proof {
            self.proof(&proof, 6, text);
        }
    }

    fn criterion(&self, report: &CriterionReport, declared: &Criterion, text: &mut String) {
        let words = self.words();
        let kind = match report.kind {
            CriterionKind::Must => words.pick("must", "必须"),
            CriterionKind::Should => words.pick("should", "建议"),
        };
        let title = declared.title.get(self.language).map(|title| format!(" {title}")).unwrap_or_default();
        let place = self.workflow.rules().rule_span(report.rule).map(|span| self.place(span)).unwrap_or_default();
        let _ = writeln!(text, "  {} {kind} {}{title}   {}", self.mark(&report.verdict), self.bold(report.id.as_str()), self.faint(&place));
        match &report.verdict {
            Verdict::Skipped => {
                if let Some(proof) = declared.when.and_then(|when| reason_proof(self.workflow, self.subject, self.now, when)) {
                    let _ = writeln!(
                        text,
                        "      {}",
                        words.pick("does not apply, because its condition does not hold:", "不适用，条件不成立：")
                    );
                    self.proof(&proof, 8, text);
                }
                return;
            }
            Verdict::Fault(fault) => {
                let _ = writeln!(text, "      {}", self.fault(fault));
            }
            _ => {}
        }
        if let Some(proof) = reason_proof(self.workflow, self.subject, self.now, report.rule) {
            self.proof(&proof, 6, text);
        }
        if report.verdict != Verdict::Met {
            if let Some(hint) = declared.hint.get(self.language) {
                let _ = writeln!(text, "      {} {hint}", words.pick("hint:", "提示："));
            }
            if let Some(waiver) = &report.waiver {
                let _ = writeln!(text, "      {} {waiver}", words.pick("may be waived by", "有权豁免："));
            }
        }
    }

    fn proof(&self, proof: &Reason, depth: usize, text: &mut String) {
        let indent = " ".repeat(depth);
        let one_line = proof.text.split_whitespace().collect::<Vec<_>>().join(" ");
        let answer = match &proof.answer {
            None => self.faint(self.words().pick("not reached", "未判断")),
            Some(Answer::Value(value)) => shown(value),
            Some(Answer::Missing(paths)) => {
                let names: Vec<&str> = paths.iter().map(crate::names::FieldPath::as_str).collect();
                self.paint("33", &format!("{}{}", self.words().pick("unknown", "未知"), self.words().aside(&names.join(", "))))
            }
            Some(Answer::Fault(fault)) => self.paint("31", &fault.message),
        };
        let _ = write!(text, "{indent}{one_line} = {answer}");
        if let Some(wanted) = &proof.wanted {
            let _ = write!(text, "   {}", self.paint("36", &format!("{} {}", self.words().pick("needs", "需要"), self.wanted(wanted))));
        }
        text.push('\n');
        for read in &proof.reads {
            let value = read.value.as_ref().map_or_else(|| self.words().pick("missing", "未填").to_owned(), shown);
            // What a part gave needs not be said again, only how it came about.
            if read.path.as_str() == one_line {
                self.asked(read.path.as_str(), depth + 2, text);
                continue;
            }
            let _ = writeln!(text, "{indent}  {} {} = {value}", self.faint(self.words().pick("reads", "取值")), read.path);
            self.asked(read.path.as_str(), depth + 4, text);
        }
        for part in &proof.parts {
            self.proof(part, depth + 2, text);
        }
    }

    /// What would have to change, in one list.
    fn way_out(&self, gate: &Gate, report: &GateReport, text: &mut String) {
        if matches!(report.status, Status::Ready | Status::Open) {
            return;
        }
        let words = self.words();
        let mut steps: Vec<String> = Vec::new();
        let aside = |title: Option<&str>| title.map(|title| words.aside(title)).unwrap_or_default();
        for missing in &report.missing.fields {
            let title = self.workflow.field_title(missing).and_then(|title| title.get(self.language));
            steps.push(format!("{} {missing}{}", words.pick("fill in", "填写"), aside(title)));
        }
        for missing in &report.missing.deliverables {
            let title = self.workflow.produced_by(missing.as_str()).and_then(|activity| activity.title.get(self.language));
            steps.push(format!("{} {missing}{}", words.pick("hand in", "提交交付件"), aside(title)));
        }
        for missing in &report.missing.obligations {
            let declared = self.workflow.obligations().find(|(known, _)| *known == missing).map(|(_, owed)| owed);
            let title = declared.and_then(|owed| owed.title.get(self.language)).map(str::to_owned);
            let parts: Vec<String> = title.into_iter().chain(declared.and_then(|owed| Some(owed.role.as_ref()?.to_string()))).collect();
            let parts = if parts.is_empty() { String::new() } else { words.aside(&parts.join(", ")) };
            steps.push(format!("{} {missing}{parts}", words.pick("fulfil", "完成遗留事项")));
        }
        for missing in &report.missing.stages {
            steps.push(format!("{} {missing}", words.pick("bring the case to the stage", "先推进到阶段")));
        }
        for criterion in
            report.criteria.iter().filter(|criterion| criterion.kind == CriterionKind::Must && criterion.verdict == Verdict::Unmet)
        {
            if let Some(proof) = reason_proof(self.workflow, self.subject, self.now, criterion.rule) {
                self.all_wanted(&proof, &mut steps);
            }
        }
        if let (Some((card, at_least)), Some(Verdict::Unmet)) = (&report.score, &report.score_verdict) {
            steps.push(format!("{} {card} >= {at_least}", words.pick("raise the score", "提高评分")));
        }
        if report.criteria.iter().any(|criterion| matches!(criterion.verdict, Verdict::Fault(_))) || !report.faults.is_empty() {
            steps.push(words.pick("mend what broke", "排除规则或数据错误").to_owned());
        }
        if report.status == Status::Blocked && steps.is_empty() && matches!(gate.decider(), Decider::Rules(_)) {
            steps.push(words.pick("let one of the conditions of `decide` hold", "使 `decide` 中至少一个条件成立").to_owned());
        }
        let _ = writeln!(text, "  {}", words.pick("what would open it:", "放行条件："));
        for step in steps {
            let _ = writeln!(text, "      • {step}");
        }
    }

    /// `deal.amount >= limit(deal) (5000), is 200`.
    fn wanted(&self, wanted: &Wanted) -> String {
        let words = self.words();
        let bound = wanted.bound.as_ref().map(|value| words.aside(&shown(value))).unwrap_or_default();
        let actual = wanted.actual.as_ref().map(|value| format!("{}{}", words.pick(", is ", "，现为 "), shown(value)));
        format!("{}{bound}{}", wanted.comparison, actual.unwrap_or_default())
    }

    /// What has to change so that a condition holds: its comparisons that do not, and what else is false in it.
    fn all_wanted(&self, proof: &Reason, found: &mut Vec<String>) {
        if let Some(wanted) = &proof.wanted {
            found.push(self.wanted(wanted));
            return;
        }
        let before = found.len();
        for part in proof.parts.iter().filter(|part| part.answer == Some(Answer::Value(Value::Bool(false)))) {
            self.all_wanted(part, found);
        }
        if found.len() == before {
            found.push(format!(
                "{} {}",
                proof.text.split_whitespace().collect::<Vec<_>>().join(" "),
                self.words().pick("must be true", "须成立")
            ));
        }
    }

    fn fault(&self, fault: &Fault) -> String {
        let place = fault.span.map(|span| format!("   {}", self.faint(&self.place(span)))).unwrap_or_default();
        format!("{}{place}", self.paint("31", &fault.message))
    }

    fn place(&self, span: Span) -> String {
        let position = self.sources.position(span);
        format!("{}:{}:{}", self.sources.path(span.source), position.line, position.column)
    }

    fn status(&self, status: Status) -> String {
        let code = match status {
            Status::Faulted | Status::Blocked => "31",
            Status::Incomplete => "33",
            Status::Ready | Status::Open => "32",
            Status::Skipped => "2",
        };
        self.paint(code, self.words().status(status))
    }

    fn mark(&self, verdict: &Verdict) -> String {
        match verdict {
            Verdict::Met => self.paint("32", "✓"),
            Verdict::Unmet => self.paint("31", "✗"),
            Verdict::Skipped => self.faint("–"),
            Verdict::Unknown(_) => self.paint("33", "?"),
            Verdict::Fault(_) => self.paint("31", "!"),
        }
    }

    fn bold(&self, text: &str) -> String {
        self.paint("1", text)
    }

    fn faint(&self, text: &str) -> String {
        if text.is_empty() { String::new() } else { self.paint("2", text) }
    }

    fn paint(&self, code: &str, text: &str) -> String {
        if self.colour { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    }
}

fn lacking(missing: &Missing, words: Words) -> String {
    let fields = missing.fields.iter().map(ToString::to_string);
    let documents = missing.deliverables.iter().map(ToString::to_string);
    let stages = missing.stages.iter().map(|stage| format!("{} {stage}", words.pick("stage", "阶段")));
    let obligations = missing.obligations.iter().map(|obligation| format!("{} {obligation}", words.pick("obligation", "遗留事项")));
    fields.chain(documents).chain(stages).chain(obligations).collect::<Vec<_>>().join(", ")
}
