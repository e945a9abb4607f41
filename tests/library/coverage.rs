//! What of each workflow its samples reach, counted, and that nothing is left out.
//!
//! It must not judge records: it counts what the lines of a dry run say.

use super::{SHIPPED, lines, shipped};
use serde_json::Value as Json;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;
use tollgate::catalog::{check, load};
use tollgate::names::{CriterionId, RoleId, TableId};
use tollgate::workflow::{Assign, Authority, Criterion, Decider, Gate, Step, Way, Workflow};

/// How often each thing occurred, by a path such as `gate bid/must in_time/met`.
#[derive(Default)]
struct Counts(BTreeMap<String, usize>);

impl Counts {
    fn add(&mut self, path: String) {
        *self.0.entry(path).or_default() += 1;
    }

    fn of(&self, path: &str) -> usize {
        self.0.get(path).copied().unwrap_or_default()
    }
}

fn text(json: &Json) -> &str {
    json.as_str().unwrap_or("-")
}

fn items(json: &Json) -> impl Iterator<Item = &Json> {
    json.as_array().into_iter().flatten()
}

/// Counts what the lines of a dry run say.
fn counted(lines: &[Json]) -> Counts {
    let mut counts = Counts::default();
    for line in lines {
        for stage in items(&line["stages"]) {
            let name = text(&stage["stage"]);
            counts.add(format!("stage {name}"));
            if stage["due"].is_string() {
                counts.add(format!("stage {name}/{}", if stage["overdue"] == true { "overdue" } else { "in time" }));
            }
            let lacks = items(&stage["missing"]["fields"]).chain(items(&stage["missing"]["deliverables"])).count();
            if stage["end"].is_string() && lacks > 0 {
                counts.add(format!("stage {name}/lacking"));
            }
        }
        for gate in items(&line["gates"]) {
            count_gate(gate, &mut counts);
        }
        for score in items(&line["scores"]) {
            counts.add(format!("grade {}/{}", text(&score["card"]), text(&score["grade"])));
        }
        for table in items(&line["tables"]) {
            for row in items(&table["rows"]) {
                counts.add(format!("table {}/{row}", text(&table["table"])));
            }
        }
    }
    counts
}

fn count_gate(gate: &Json, counts: &mut Counts) {
    let (name, status) = (text(&gate["gate"]), text(&gate["status"]));
    counts.add(format!("gate {name}/{status}"));
    for criterion in items(&gate["criteria"]) {
        counts.add(format!("gate {name}/{} {}/{}", text(&criterion["kind"]), text(&criterion["id"]), text(&criterion["verdict"])));
    }
    if let Some(level) = gate["approval"]["level"].as_str() {
        counts.add(format!("gate {name}/level {level}"));
    }
    if !matches!(status, "open" | "ready") {
        return;
    }
    match gate.get("decided") {
        Some(decided) => counts.add(format!("gate {name}/outcome {}", text(decided))),
        None => items(&gate["outcomes"]).for_each(|outcome| counts.add(format!("gate {name}/outcome {}", text(&outcome["outcome"])))),
    }
}

/// Tells the counts in the order of the file, and notes what never occurs.
struct Told<'a> {
    counts: &'a Counts,
    text: String,
    absent: Vec<String>,
}

impl Told<'_> {
    fn needed(&mut self, path: &str) -> usize {
        let count = self.counts.of(path);
        if count == 0 {
            self.absent.push(path.to_owned());
        }
        count
    }

    fn line(&mut self, indent: usize, name: &str, path: &str, needed: &[&str], more: &[&str]) {
        let mut parts: Vec<String> = needed.iter().map(|what| format!("{what} {}", self.needed(&format!("{path}/{what}")))).collect();
        let seen = more.iter().map(|what| (what, self.counts.of(&format!("{path}/{what}")))).filter(|(_, count)| *count > 0);
        parts.extend(seen.map(|(what, count)| format!("{what} {count}")));
        let _ = writeln!(self.text, "{:indent$}{name}: {}", "", parts.join(", "));
    }

    fn gate(&mut self, gate: &Gate) {
        let path = format!("gate {}", gate.id());
        let passing = if matches!(gate.decider(), Decider::Approval(_)) { "ready" } else { "open" };
        let mut needed = vec![passing];
        if !gate.must().is_empty() || gate.score().is_some() {
            needed.push("blocked");
        }
        if gate.when().is_some() {
            needed.push("skipped");
        }
        let all = ["faulted", "blocked", "incomplete", "ready", "open", "skipped"];
        let more: Vec<&str> = all.into_iter().filter(|status| !needed.contains(status)).collect();
        self.line(0, &path, &path, &needed, &more);
        let musts = gate.must().iter().map(|(id, criterion)| ("must", id, criterion));
        for (kind, id, criterion) in musts.chain(gate.should().iter().map(|(id, criterion)| ("should", id, criterion))) {
            self.criterion(&path, kind, id, criterion);
        }
        let outcomes: Vec<String> = gate.outcomes().keys().map(|outcome| format!("outcome {outcome}")).collect();
        for (name, outcome) in outcomes.iter().zip(gate.outcomes().values()) {
            let count = self.needed(&format!("{path}/{name}"));
            let to = match &outcome.way {
                Way::Stay => "stays".to_owned(),
                Way::To { stages, .. } => stages.iter().map(ToString::to_string).collect::<Vec<_>>().join(" + "),
            };
            // Where people decide, a dry run only knows what they may choose from.
            let how = if matches!(gate.decider(), Decider::Rules(_)) { "taken" } else { "offered" };
            let _ = writeln!(self.text, "  {name} ({to}): {how} {count}");
        }
        if let Decider::Approval(approval) = gate.decider()
            && let Authority::Levels(_, levels) = &approval.authority
        {
            let levels: Vec<String> = levels.keys().map(|level| format!("level {level}")).collect();
            let levels: Vec<&str> = levels.iter().map(String::as_str).collect();
            self.line(2, "levels", &path, &levels, &[]);
        }
    }

    fn criterion(&mut self, gate: &str, kind: &str, id: &CriterionId, criterion: &Criterion) {
        let mut needed = vec!["met", "unmet"];
        if criterion.when.is_some() {
            needed.push("skipped");
        }
        let name = format!("{kind} {id}");
        self.line(2, &name, &format!("{gate}/{name}"), &needed, &["unknown", "fault"]);
    }
}

/// Whether all that a table does is to find the people of a role that no stage and no gate of the workflow asks: nobody looks them up.
fn only_names_bystanders(workflow: &Workflow, table: &TableId) -> bool {
    let mut found =
        workflow.roles().values().filter(|role| matches!(role.assign(), Some(Assign::Table(finds)) if finds == table)).peekable();
    let votes = |gate: &Gate, role: &RoleId| {
        let Decider::Approval(approval) = gate.decider() else { return false };
        let steps: Vec<&Step> = match &approval.authority {
            Authority::Steps(steps) => steps.iter().collect(),
            Authority::Levels(_, levels) => levels.values().flat_map(|level| &level.steps).collect(),
        };
        steps.iter().any(|step| step.voters.roles().any(|voter| voter == role))
    };
    let asked = |role: &RoleId| {
        workflow.stages().values().any(|stage| stage.lead() == Some(role))
            || workflow.gates().values().any(|gate| gate.submit().contains(role) || votes(gate, role))
    };
    found.peek().is_some() && found.all(|role| !asked(role.id()))
}

fn told(workflow: &Workflow, counts: &Counts, records: usize) -> (String, Vec<String>) {
    let mut told = Told { counts, text: format!("{records} records\n"), absent: Vec::new() };
    for stage in workflow.stages().values() {
        let path = format!("stage {}", stage.id());
        let count = told.needed(&path);
        let _ = write!(told.text, "{path}: {count}");
        for what in ["overdue", "in time", "lacking"] {
            match counts.of(&format!("{path}/{what}")) {
                0 => {}
                count => drop(write!(told.text, ", {what} {count}")),
            }
        }
        told.text.push('\n');
    }
    workflow.gates().values().for_each(|gate| told.gate(gate));
    for (card, scorecard) in workflow.scorecards() {
        let grades: Vec<&str> = scorecard.grades.iter().map(|(_, grade)| &**grade).collect();
        told.line(0, &format!("grades of {card}"), &format!("grade {card}"), &grades, &["-"]);
    }
    for (table, decision) in workflow.tables() {
        if only_names_bystanders(workflow, table) {
            continue;
        }
        let rows: Vec<String> = (1..=decision.table().rows().len()).map(|row| row.to_string()).collect();
        let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
        told.line(0, &format!("rows of {table}"), &format!("table {table}"), &rows, &[]);
    }
    (told.text, told.absent)
}

#[test]
fn the_samples_reach_every_stage_status_outcome_criterion_level_grade_and_row() {
    let mut absent = Vec::new();
    let mut gate_statuses: BTreeMap<&str, usize> = BTreeMap::new();
    for (file, samples) in SHIPPED {
        let checked = check(&load(&[PathBuf::from(shipped(file))]).unwrap());
        let (_, workflow) = &checked.workflows[0];
        let lines = lines(&shipped(file), &shipped(samples), &[]);
        assert!(lines.len() >= 50, "{samples} holds only {} records", lines.len());
        let counts = counted(&lines);
        let (text, missing) = told(workflow, &counts, lines.len());
        insta::assert_snapshot!(format!("coverage_of_{}", workflow.id()), text);
        absent.extend(missing.into_iter().map(|path| format!("{file}: {path}")));
        for status in ["faulted", "blocked", "incomplete", "ready", "open", "skipped"] {
            // A gate alone, `gate bid/skipped`; one more `/` is a criterion.
            let all = counts
                .0
                .iter()
                .filter(|(path, _)| path.starts_with("gate ") && path.split_once('/').is_some_and(|(_, what)| what == status));
            let count: usize = all.map(|(_, count)| *count).sum();
            *gate_statuses.entry(status).or_default() += count;
            if count == 0 && matches!(status, "blocked" | "incomplete") {
                absent.push(format!("{file}: no gate is {status}"));
            }
        }
    }
    assert_eq!(absent, Vec::<String>::new(), "these never occur");
    assert!(gate_statuses.values().all(|count| *count > 0), "{gate_statuses:?}");
}
