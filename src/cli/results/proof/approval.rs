//! Who decides at a gate, in a proof: the rules, the submitter, or the steps of an approval with their people.
//!
//! It must not tell what holds the gate; the proof itself does.

use super::super::shown::shown;
use super::super::words::Words;
use super::Told;
use crate::document::{SeparateDoc, Title};
use crate::evaluation::{DueReport, GateReport, Holders, LevelReport, Reason, TableReport, Verdict, Votes, reason_proof};
use crate::names::UserId;
use crate::workflow::{Authority, By, Decider, Gate};
use std::fmt::Write as _;

impl Told<'_> {
    pub(super) fn approval(&self, gate: &Gate, report: &GateReport, text: &mut String) {
        let words = self.words();
        let Some(approval) = &report.approval else {
            self.decisions(report, text);
            if matches!(gate.decider(), Decider::Submitter) {
                let submitters: Vec<String> = report.submitters.iter().map(|holders| self.people(holders)).collect();
                let _ = writeln!(text, "  {} {}", words.pick("the outcome is chosen by", "由以下人员选定结果："), submitters.join(" / "));
            }
            return;
        };
        match &approval.level {
            Some(LevelReport::Known(level)) => {
                let because = self.level_table(gate).map(|table| self.table(table)).unwrap_or_default();
                let level = self.bold(level.as_str());
                let _ = writeln!(text, "  {} {level}{}{because}", words.pick("approval at level", "审批层级"), self.due(approval.due));
                self.level_rule(gate, text);
            }
            Some(LevelReport::Unknown(_)) => {
                let _ = writeln!(text, "  {}", words.pick("the level of approval is not known yet", "审批层级尚不能确定"));
            }
            Some(LevelReport::Fault(_)) => {}
            None => {
                let _ = writeln!(text, "  {}{}", words.pick("approval", "审批"), self.due(approval.due));
            }
        }
        for step in &approval.steps {
            let voters: Vec<String> = step.voters.iter().map(|holders| self.people(holders)).collect();
            let veto: Vec<&str> = step.veto.iter().map(crate::names::RoleId::as_str).collect();
            let veto = if veto.is_empty() {
                String::new()
            } else {
                format!("{}{} {}", words.comma(), words.pick("veto", "一票否决权"), veto.join(", "))
            };
            let alone = step.voters.len() == 1 && step.votes == Votes::All;
            let rule = if alone { String::new() } else { format!("{} ", words.votes(&step.votes)) };
            let _ = writeln!(text, "      {}. {rule}{}{veto}", step.index + 1, voters.join(", "));
        }
        self.apart(gate, text);
    }

    /// A role with its title and the people who hold it.
    pub(super) fn people(&self, holders: &Holders) -> String {
        let words = self.words();
        let title =
            self.workflow.roles().get(&holders.role).map(|role| self.title(holders.role.as_str(), role.title())).unwrap_or_default();
        let users: Vec<&str> = holders.users.iter().map(UserId::as_str).collect();
        let users = if users.is_empty() { "?".to_owned() } else { users.join(", ") };
        format!("{}{title}{}", holders.role, words.aside(&users))
    }

    /// The title of what has a name, after a space; nothing where it says no more than the name.
    pub(super) fn title(&self, name: &str, title: &Title) -> String {
        let says_more = |title: &&str| title.to_lowercase() != name.replace(['_', '-'], " ").to_lowercase();
        title.get(self.language).filter(says_more).map(|title| format!(" {title}")).unwrap_or_default()
    }

    /// Whose approval does not count although they hold the role.
    fn apart(&self, gate: &Gate, text: &mut String) {
        let Decider::Approval(approval) = gate.decider() else { return };
        if approval.separate.is_empty() {
            return;
        }
        let words = self.words();
        let leads = gate.from().iter().filter_map(|stage| self.evaluation.stages.iter().find(|report| report.stage == *stage));
        let leads: Vec<&str> = leads.filter_map(|stage| stage.lead.as_ref()).flat_map(|lead| &lead.users).map(UserId::as_str).collect();
        let named = approval.separate.iter().map(|separate| match separate {
            SeparateDoc::Submitter => words.pick("who submits it", "提交人").to_owned(),
            SeparateDoc::Lead => format!("{}{}", words.pick("the lead", "阶段牵头人"), words.aside(&leads.join(", "))),
            SeparateDoc::EarlierStep => words.pick("who approved in an earlier step", "前序步骤已审批的人员").to_owned(),
        });
        let named: Vec<String> = named.collect();
        let _ = writeln!(text, "      {} {}", words.pick("does not count:", "不得审批："), named.join(words.comma()));
    }

    /// The decisions that were asked: those that did not apply in one line each, the one that settled it with its parts.
    fn decisions(&self, report: &GateReport, text: &mut String) {
        let words = self.words();
        let Some(last) = report.decisions.len().checked_sub(1) else { return };
        let decided = report.decided.as_ref().map_or(words.pick("nothing yet", "尚无结果"), |outcome| outcome.as_str());
        let _ = writeln!(text, "  {} {}", words.pick("rules decide:", "规则判定："), self.bold(decided));
        for (place, decision) in report.decisions.iter().enumerate() {
            let Some(rule) = decision.rule else { continue };
            let span = self.workflow.rules().rule_span(rule).map(|span| self.faint(&self.place(span))).unwrap_or_default();
            let sign = if decision.verdict == Verdict::Unmet { self.mark(&Verdict::Skipped) } else { self.mark(&decision.verdict) };
            let _ = writeln!(text, "      {sign} {} {}   {span}", decision.outcome, words.pick("when", "的条件："));
            match reason_proof(self.workflow, self.subject, self.now, rule) {
                Some(proof) if place == last => self.proof(&proof, 10, text),
                Some(proof) => self.proof(&Reason { parts: Vec::new(), wanted: None, ..proof }, 10, text),
                None => {}
            }
        }
    }

    /// The rule that picked the level, with its parts.
    fn level_rule(&self, gate: &Gate, text: &mut String) {
        if let Decider::Approval(approval) = gate.decider()
            && let Authority::Levels(By::Rule(rule), _) = &approval.authority
            && let Some(proof) = reason_proof(self.workflow, self.subject, self.now, *rule)
        {
            self.proof(&proof, 6, text);
        }
    }

    fn level_table(&self, gate: &Gate) -> Option<&TableReport> {
        let Decider::Approval(approval) = gate.decider() else { return None };
        match &approval.authority {
            Authority::Levels(By::Table(table), _) => self.evaluation.tables.iter().find(|report| report.table == *table),
            _ => None,
        }
    }

    /// ` (table authority, row 3: amount = 7000000; workflows/authority.csv:4)`.
    pub(super) fn table(&self, report: &TableReport) -> String {
        let Some(table) = self.workflow.tables().get(&report.table) else { return String::new() };
        let inputs: Vec<String> = table
            .table()
            .inputs()
            .iter()
            .zip(&report.inputs)
            .map(|(input, value)| format!("{} = {}", input.name, value.as_ref().map_or("-".to_owned(), shown)))
            .collect();
        let rows: Vec<String> = report.rows.iter().map(|row| (row + 1).to_string()).collect();
        let place = report.rows.first().and_then(|row| table.table().rows().get(*row)).map(|row| self.place(row.place)).unwrap_or_default();
        let words = self.words();
        let rows = rows.join(", ");
        let row = match words {
            _ if report.rows.is_empty() => String::new(),
            Words::English => format!(", row {rows}"),
            Words::Chinese => format!(" 第 {rows} 行"),
        };
        let place = if place.is_empty() { place } else { format!("; {place}") };
        let told = format!("{} {}{row}{}{}{place}", words.pick("table", "表"), report.table, words.colon(), inputs.join(", "));
        self.faint(&format!("  {}", words.aside(&told)))
    }

    /// `, due 2026-11-02 10:00, overdue`, in the zone of the calendar; nothing where there is no due time.
    pub(super) fn due(&self, due: Option<DueReport>) -> String {
        let words = self.words();
        let Some(due) = due else { return String::new() };
        let local = due.due.with_timezone(&self.workflow.calendar().zone()).format("%Y-%m-%d %H:%M");
        let late = if due.overdue { words.pick(", overdue", "，已超期") } else { "" };
        format!("{}{} {local}{late}", words.comma(), words.pick("due", "截止"))
    }
}
