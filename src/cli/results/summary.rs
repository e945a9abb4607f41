//! What a dry run found, counted: stages, gates, what holds records most, grades, findings about data.
//!
//! It must not keep records: memory stays bounded however many there are.

mod blocker;

use self::blocker::{Blocker, blockers};
use super::words::Words;
use crate::cli::render::Grid;
use crate::diagnostic::Code;
use crate::evaluation::{Evaluation, Status};
use crate::names::{GateId, ScorecardId, StageId};
use crate::record::RecordFinding;
use crate::workflow::Workflow;
use indexmap::IndexMap;
use std::collections::HashMap;
use std::sync::Arc;

/// How many of the most frequent blockers are shown.
const SHOWN: usize = 10;
/// How many stages a grade is held against where no record has ended.
const SHOWN_STAGES: usize = 4;
/// How many kinds of findings about data are shown.
const SHOWN_FINDINGS: usize = 12;

/// Counts over all records of a run.
#[derive(Debug, Default)]
pub struct Summary {
    /// Records that were read and judged.
    pub records: u64,
    /// Lines that are no record.
    pub malformed: u64,
    /// Findings about the columns of the source.
    pub about_columns: u64,
    /// Records with at least one finding about their data.
    pub with_findings: u64,
    /// Records in no stage that the workflow has; no gate was judged for them.
    unplaced: u64,
    stages: IndexMap<StageId, InStage>,
    gates: IndexMap<GateId, [u64; 6]>,
    /// Records that are ready for approval and have waited too long for it.
    late: HashMap<GateId, u64>,
    blockers: HashMap<Blocker, (u64, String)>,
    grades: IndexMap<ScorecardId, IndexMap<Option<Arc<str>>, Grade>>,
    findings: IndexMap<(Code, String), (u64, String)>,
}

/// The records in a stage, those whose deadline is over, and those for which its rule broke.
#[derive(Debug, Default)]
struct InStage {
    records: u64,
    overdue: u64,
    broke: u64,
}

#[derive(Debug, Default)]
struct Grade {
    records: u64,
    stages: HashMap<StageId, u64>,
}

impl Summary {
    /// Counts for a workflow: its stages and gates are shown also where no record is.
    #[must_use]
    pub fn new(workflow: &Workflow) -> Self {
        Self {
            stages: workflow.stages().keys().map(|stage| (stage.clone(), InStage::default())).collect(),
            gates: workflow.gates().keys().map(|gate| (gate.clone(), [0; 6])).collect(),
            ..Self::default()
        }
    }

    /// Counts one record; `name` is what people know it by.
    pub fn add(&mut self, evaluation: &Evaluation, findings: &[RecordFinding], name: &str) {
        self.records += 1;
        self.unplaced += u64::from(evaluation.stages.is_empty());
        for stage in &evaluation.stages {
            let counts = self.stages.entry(stage.stage.clone()).or_default();
            counts.records += 1;
            counts.overdue += u64::from(stage.due.is_some_and(|due| due.overdue));
            counts.broke += u64::from(stage.due_fault.is_some());
        }
        for gate in &evaluation.gates {
            let counts = self.gates.entry(gate.gate.clone()).or_default();
            if let Some(count) = Status::ALL.iter().position(|status| *status == gate.status).and_then(|index| counts.get_mut(index)) {
                *count += 1;
            }
            // What is not ready cannot be approved yet, however long it waits.
            let waits =
                gate.status == Status::Ready && gate.approval.as_ref().and_then(|approval| approval.due).is_some_and(|due| due.overdue);
            if waits {
                *self.late.entry(gate.gate.clone()).or_default() += 1;
            }
            for blocker in blockers(gate) {
                let entry = self.blockers.entry(blocker).or_insert_with(|| (0, name.to_owned()));
                entry.0 += 1;
            }
        }
        for score in &evaluation.scores {
            let grade = self.grades.entry(score.card.clone()).or_default().entry(score.grade.clone()).or_default();
            grade.records += 1;
            for stage in &evaluation.stages {
                *grade.stages.entry(stage.stage.clone()).or_default() += 1;
            }
        }
        self.with_findings += u64::from(!findings.is_empty());
        findings.iter().for_each(|finding| self.add_finding(finding));
    }

    /// Counts a line that is no record, or a finding about the source as a whole.
    pub fn add_finding(&mut self, finding: &RecordFinding) {
        let column = finding.column.clone().unwrap_or_default();
        let place = finding.line.map(|line| format!("line {line}: ")).unwrap_or_default();
        let help = finding.help.as_ref().map(|help| format!(" ({help})")).unwrap_or_default();
        let entry = self.findings.entry((finding.code, column)).or_insert_with(|| (0, format!("{place}{}{help}", finding.message)));
        entry.0 += 1;
    }

    /// Whether the rule of a deadline broke for some record.
    #[must_use]
    pub fn has_broken_deadlines(&self) -> bool {
        self.stages.values().any(|counts| counts.broke > 0)
    }

    /// For how many records a gate had a status, over all gates.
    #[must_use]
    pub fn count(&self, status: Status) -> u64 {
        let index = Status::ALL.iter().position(|known| *known == status).unwrap_or_default();
        self.gates.values().filter_map(|counts| counts.get(index)).sum()
    }

    /// The findings about data.
    #[must_use]
    pub fn finding_count(&self) -> u64 {
        self.findings.values().map(|(count, _)| count).sum()
    }

    /// The summary as people read it.
    #[must_use]
    pub fn text(&self, workflow: &Workflow, language: &str, colour: bool, width: usize) -> String {
        let words = Words::of(language);
        let mut text = String::new();
        self.stage_table(workflow, language, words, colour, width, &mut text);
        self.gate_table(workflow, language, words, colour, width, &mut text);
        self.blocker_table(workflow, language, words, colour, width, &mut text);
        self.grade_tables(workflow, language, words, colour, width, &mut text);
        self.finding_table(words, colour, width, &mut text);
        text
    }

    fn stage_table(&self, workflow: &Workflow, language: &str, words: Words, colour: bool, width: usize, text: &mut String) {
        let mut grid = Grid::new(colour, width);
        let mut head = vec![words.pick("stage", "阶段"), "", words.pick("records", "记录"), words.pick("overdue", "超期")];
        head.extend(self.has_broken_deadlines().then_some(words.pick("deadline broke", "期限规则出错")));
        grid.head(&head);
        for (id, counts) in &self.stages {
            let title = workflow.stages().get(id).and_then(|stage| stage.title().get(language)).unwrap_or("");
            let overdue = if counts.overdue == 0 { String::new() } else { grid.warn(&number(counts.overdue)) };
            let mut row = vec![id.to_string(), title.to_owned(), number(counts.records), overdue];
            row.extend((counts.broke > 0).then(|| grid.bad(&number(counts.broke))));
            grid.row(row);
        }
        if self.unplaced > 0 {
            let name = words.pick("in no known stage", "阶段未知");
            grid.row(vec![name.to_owned(), String::new(), grid.bad(&number(self.unplaced)), String::new()]);
        }
        grid.right(&[2, 3, 4]);
        text.push_str(&grid.text());
    }

    fn gate_table(&self, workflow: &Workflow, language: &str, words: Words, colour: bool, width: usize, text: &mut String) {
        if self.gates.is_empty() {
            return;
        }
        let mut grid = Grid::new(colour, width);
        // Few workflows have gates that pass records over, and fewer samples know since when an approval waits.
        let shown = |status: &&Status| **status != Status::Skipped || self.count(Status::Skipped) > 0;
        let late = !self.late.is_empty();
        let mut head = vec![words.pick("gate", "关口"), ""];
        head.extend(Status::ALL.iter().filter(shown).map(|status| words.status(*status)));
        head.extend(late.then_some(words.pick("overdue", "超期")));
        grid.head(&head);
        for (id, counts) in &self.gates {
            let title = workflow.gates().get(id).and_then(|gate| gate.title().get(language)).unwrap_or("");
            let mut row = vec![id.to_string(), title.to_owned()];
            for (status, count) in Status::ALL.iter().zip(counts).filter(|(status, _)| shown(status)) {
                row.push(match (count, status) {
                    (0, _) => "·".to_owned(),
                    (count, Status::Faulted | Status::Blocked) => grid.bad(&number(*count)),
                    (count, Status::Incomplete) => grid.warn(&number(*count)),
                    (count, Status::Ready | Status::Open) => grid.good(&number(*count)),
                    (count, Status::Skipped) => number(*count),
                });
            }
            if late {
                row.push(self.late.get(id).map_or_else(|| "·".to_owned(), |count| grid.warn(&number(*count))));
            }
            grid.row(row);
        }
        grid.right(&(2..head.len()).collect::<Vec<usize>>());
        text.push('\n');
        text.push_str(&grid.text());
    }

    fn blocker_table(&self, workflow: &Workflow, language: &str, words: Words, colour: bool, width: usize, text: &mut String) {
        if self.blockers.is_empty() {
            return;
        }
        let mut found: Vec<(&Blocker, &(u64, String))> = self.blockers.iter().collect();
        found.sort_by(|(a, (count, _)), (b, (other, _))| {
            // Of reasons that are as frequent, what a rule says comes before what is only not there yet.
            let order = other.cmp(count).then_with(|| a.weight().cmp(&b.weight()));
            order.then_with(|| a.words(words).cmp(&b.words(words))).then_with(|| a.gate().cmp(b.gate()))
        });
        let mut grid = Grid::new(colour, width);
        grid.head(&[
            words.pick("records", "记录"),
            words.pick("gate", "关口"),
            words.pick("what holds them", "受阻原因"),
            "",
            words.pick("such as", "示例"),
        ]);
        for (blocker, (count, example)) in found.iter().take(SHOWN) {
            let (what, name) = blocker.words(words);
            let name = blocker.title(workflow, language).map_or(name.clone(), |title| format!("{name}{}", words.aside(title)));
            grid.row(vec![number(*count), blocker.gate().to_string(), what.to_owned(), name, example.clone()]);
        }
        grid.right(&[0]);
        text.push('\n');
        text.push_str(&grid.text());
        if found.len() > SHOWN {
            let more = found.len() - SHOWN;
            text.push_str(&format!("  {}\n", words.pick("and {} other reasons", "另有 {} 个原因").replace("{}", &more.to_string())));
        }
    }

    fn grade_tables(&self, workflow: &Workflow, language: &str, words: Words, colour: bool, width: usize, text: &mut String) {
        for (card, grades) in &self.grades {
            let Some(scorecard) = workflow.scorecards().get(card) else { continue };
            if scorecard.grades.is_empty() {
                continue;
            }
            let columns = self.grade_columns(workflow);
            let title = scorecard.title.get(language).unwrap_or("");
            let mut grid = Grid::new(colour, width);
            let mut head =
                vec![format!("{} {card}", words.pick("grade", "等级")), title.to_owned(), words.pick("records", "记录").to_owned()];
            head.extend(columns.iter().map(|stage| stage.to_string()));
            grid.head(&head.iter().map(String::as_str).collect::<Vec<_>>());
            let known = scorecard.grades.iter().map(|(_, grade)| Some(Arc::clone(grade)));
            for grade in known.chain(std::iter::once(None)) {
                let Some(counted) = grades.get(&grade) else { continue };
                let name = grade.as_deref().unwrap_or(words.pick("none", "未评级")).to_owned();
                let mut row = vec![name, String::new(), number(counted.records)];
                for stage in &columns {
                    let count = counted.stages.get(*stage).copied().unwrap_or(0);
                    row.push(if count == 0 { "·".to_owned() } else { format!("{} ({})", number(count), share(count, counted.records)) });
                }
                grid.row(row);
            }
            grid.right(&(2..3 + columns.len()).collect::<Vec<_>>());
            text.push('\n');
            text.push_str(&grid.text());
        }
    }

    /// The stages that grades are held against: the ends that records have come to, or else where most records are.
    fn grade_columns<'w>(&self, workflow: &'w Workflow) -> Vec<&'w StageId> {
        let count = |stage: &StageId| self.stages.get(stage).map_or(0, |counts| counts.records);
        let filled = |ends: bool| workflow.stages().values().filter(move |stage| stage.end().is_some() == ends).map(|stage| stage.id());
        let ends: Vec<&StageId> = filled(true).filter(|stage| count(stage) > 0).collect();
        if !ends.is_empty() {
            return ends;
        }
        let mut most: Vec<&StageId> = filled(false).filter(|stage| count(stage) > 0).collect();
        most.sort_by_key(|stage| std::cmp::Reverse(count(stage)));
        most.truncate(SHOWN_STAGES);
        workflow.stages().keys().filter(|stage| most.contains(stage)).collect()
    }

    fn finding_table(&self, words: Words, colour: bool, width: usize, text: &mut String) {
        if self.findings.is_empty() {
            return;
        }
        let mut found: Vec<_> = self.findings.iter().collect();
        found.sort_by_key(|(_, (count, _))| std::cmp::Reverse(*count));
        let mut grid = Grid::new(colour, width);
        grid.head(&[
            words.pick("findings", "数据问题"),
            words.pick("about the data", "类型"),
            words.pick("column", "列"),
            words.pick("first", "首例"),
        ]);
        for ((code, column), (count, example)) in found.iter().take(SHOWN_FINDINGS) {
            grid.row(vec![number(*count), code.to_string(), column.clone(), example.clone()]);
        }
        grid.right(&[0]);
        text.push('\n');
        text.push_str(&grid.text());
        if found.len() > SHOWN_FINDINGS {
            let more = found.len() - SHOWN_FINDINGS;
            text.push_str(&format!("  {}\n", words.pick("and {} other kinds", "另有 {} 类问题").replace("{}", &more.to_string())));
        }
    }
}

/// A count with its thousands apart: `1,589`.
#[must_use]
pub(crate) fn number(count: u64) -> String {
    let digits = count.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// A share in percent with one decimal, rounded half up, in whole numbers only.
fn share(part: u64, whole: u64) -> String {
    if whole == 0 {
        return "-".to_owned();
    }
    let tenths = (u128::from(part) * 2_000 + u128::from(whole)) / (u128::from(whole) * 2);
    format!("{}.{}%", tenths / 10, tenths % 10)
}
