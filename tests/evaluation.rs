//! What records are told: every shipped workflow on its samples, and the promises about missing, unlike and runaway rules.
//!
//! It must not test parsing or printing for their own sake.

mod decisions;
mod effects;

use crate::support::{Folder, project, shared, tollgate};
use serde_json::Value as Json;
use tollgate::cli::Exit;

fn lines(arguments: &[&str]) -> Vec<Json> {
    let ran = tollgate(&[&["dry-run"], arguments, &["--format", "jsonl", "--now", "2026-11-22"]].concat());
    assert_eq!(ran.exit, Exit::Clean, "{}", ran.err);
    ran.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

const LEADS: &str = r#"
tollgate: 1
workflow: lead
record: lead
RULES
records:
  lead:
    key: id
    fields: {id: text, budget: money, employees: int}
roles: {sales: [li.si]}
stages:
  open: {start: true, lead: sales}
  done: {end: done}
gates:
  qualify:
    from: open
    must: {MUST}
    outcomes: {go: done}
"#;

/// The gate of each record under one rule, with an optional script.
fn judged(must: &str, script: &str, records: &str) -> Vec<Json> {
    let folder = Folder::new();
    let uses = if script.is_empty() { "" } else { "use: [rules.rhai]" };
    let workflow = folder.file("lead.yaml", LEADS.replace("MUST", must).replace("RULES", uses));
    folder.file("rules.rhai", script);
    let records = folder.file("leads.jsonl", records);
    lines(&[&workflow, "--records", &records]).into_iter().map(|line| line["gates"][0].clone()).collect()
}

#[test]
fn a_missing_value_makes_the_gate_incomplete_and_is_named() {
    let gates =
        judged("rich: lead.budget > 100", "", "{\"id\": \"a\"}\n{\"id\": \"b\", \"budget\": 100}\n{\"id\": \"c\", \"budget\": 100.01}\n");
    assert_eq!(gates[0]["status"], "incomplete");
    assert_eq!(gates[0]["missing"]["fields"][0], "lead.budget");
    assert_eq!(gates[0]["criteria"][0]["verdict"], "unknown");
    assert_eq!(gates[1]["status"], "blocked");
    assert_eq!(gates[2]["status"], "open");
}

#[test]
fn an_unknown_beside_an_unmet_is_blocked_and_both_are_told() {
    let gates = judged("rich: lead.budget > 100, big: lead.employees > 5", "", "{\"id\": \"a\", \"employees\": 1}\n");
    assert_eq!(gates[0]["status"], "blocked");
    assert_eq!(gates[0]["missing"]["fields"][0], "lead.budget");
}

#[test]
fn unlike_values_are_found_before_they_are_run_and_are_a_fault_if_they_run() {
    let folder = Folder::new();
    let workflow = folder.file("lead.yaml", LEADS.replace("MUST", "big: lead.employees > \"5\"").replace("RULES", ""));
    let ran = tollgate(&["validate", &workflow]);
    assert_eq!(ran.exit, Exit::Findings);
    assert!(ran.out.contains("error[unlike-comparison]: cannot compare int with text"), "{}", ran.out);
    // A function that gives one kind or another hides the comparison from the checker.
    let script = "fn limit(lead) { if lead.employees > 0 { \"5\" } else { 5 } }";
    let gates = judged("big: lead.employees > limit(lead)", script, "{\"id\": \"a\", \"employees\": 9}\n");
    assert_eq!(gates[0]["status"], "faulted");
    assert_eq!(gates[0]["criteria"][0]["fault"]["message"], "cannot compare int with text");
}

#[test]
fn decimals_are_exact_from_the_text_on() {
    let gates = judged("exact: 0.1 + 0.2 == 0.3 && lead.budget == 0.1 + 0.2", "", "{\"id\": \"a\", \"budget\": 0.3}\n");
    assert_eq!(gates[0]["status"], "open");
}

#[test]
fn a_runaway_rule_faults_and_the_others_go_on() {
    let script = "fn fine(lead) { if lead.employees == 7 { loop {} } true }";
    let records: String = (0..20).map(|n| format!("{{\"id\": \"{n}\", \"employees\": {n}}}\n")).collect();
    let gates = judged("fine: fine(lead)", script, &records);
    assert_eq!(gates.len(), 20);
    let faulted: Vec<usize> = gates.iter().enumerate().filter(|(_, gate)| gate["status"] == "faulted").map(|(index, _)| index).collect();
    assert_eq!(faulted, [7]);
    let message = gates[7]["criteria"][0]["fault"]["message"].as_str().unwrap();
    assert!(message.contains("stopped after 100000 operations"), "{message}");
}

const TICKETS: &str = r#"
tollgate: 1
workflow: ticket
record: ticket
use: people.yaml
calendar: office
calendars: {office: {zone: Europe/Berlin, hours: ["08:00-17:00"]}}
records:
  ticket: {key: id, fields: {id: text, owner: user, opened: date, touched: date, cost: int, urgent: bool}}
stages:
  open: {start: true, lead: owner, due: "min(max(ticket.opened + days(10), ticket.touched + days(3)), ticket.opened + days(20 / ticket.cost))"}
  done: {end: done}
gates:
  close:
    from: open
    approve:
      by: 'if record.cost > 5 { "high" } else { "low" }'
      levels: {low: {steps: [owner], within: 1 working day}, high: [owner, boss]}
      within: 3 working days
    outcomes: {go: done}
  hurry:
    from: open
    when: ticket.urgent
    must: {cheap: ticket.cost < 5}
    outcomes: {go: done}
"#;

/// What the workflow shares with others: it knows the record by no other name than `record`.
const PEOPLE: &str = "tollgate: 1\nroles: {owner: {assign: record.owner}, boss: [bo]}\n";

fn tickets(records: &str) -> Vec<Json> {
    let folder = Folder::new();
    let workflow = folder.file("ticket.yaml", TICKETS);
    folder.file("people.yaml", PEOPLE);
    let records = folder.file("tickets.jsonl", records);
    lines(&[&workflow, "--records", &records])
}

#[test]
fn a_shared_fragment_reaches_the_record_by_a_name_of_its_own() {
    let told = tickets("{\"id\": \"a\", \"owner\": \"ina\", \"cost\": 9}\n");
    assert_eq!(told[0]["stages"][0]["lead"]["users"][0], "ina");
    assert_eq!(told[0]["gates"][0]["approval"]["level"], "high");
}

#[test]
fn a_deadline_can_come_from_a_rule_and_is_never_silently_none() {
    let told = tickets(
        "{\"id\": \"a\", \"opened\": \"2026-11-01\", \"touched\": \"2026-11-09\", \"cost\": 1}
{\"id\": \"b\", \"opened\": \"2026-11-01\", \"cost\": 1}
{\"id\": \"c\", \"opened\": \"2026-11-01\", \"touched\": \"2026-11-09\", \"cost\": 0}
",
    );
    let stage = |index: usize| &told[index]["stages"][0];
    assert_eq!((&stage(0)["due"], &stage(0)["overdue"]), (&Json::from("2026-11-12T22:59:59Z"), &Json::from(true)));
    assert_eq!((&stage(1)["due"], &stage(1)["due_missing"][0]), (&Json::Null, &Json::from("ticket.touched")));
    assert_eq!((&stage(2)["due"], &stage(2)["due_fault"]["message"]), (&Json::Null, &Json::from("division by zero")));
}

#[test]
fn a_deadline_rule_that_gives_no_moment_is_a_fault() {
    let folder = Folder::new();
    let (before, rest) = TICKETS.split_once("due: ").unwrap();
    let (_, after) = rest.split_once('}').unwrap();
    let text = format!("{before}due: soonest(ticket)}}{after}").replace("use: people.yaml", "use: [people.yaml, due.rhai]");
    let workflow = folder.file("ticket.yaml", text);
    folder.file("people.yaml", PEOPLE);
    folder.file("due.rhai", "fn soonest(t) { if t.cost > 5 { t.id } else { t.opened } }\n");
    let records = folder.file("tickets.jsonl", "{\"id\": \"a\", \"opened\": \"2026-11-01\", \"cost\": 9}\n");
    let told = lines(&[&workflow, "--records", &records]);
    let stage = &told[0]["stages"][0];
    assert_eq!(
        (&stage["due"], &stage["due_fault"]["message"]),
        (&Json::Null, &Json::from("the rule gives text, not a date or a datetime"))
    );
    let summary = tollgate(&["dry-run", &workflow, "--records", &records, "--fail-on", "faulted"]);
    let [head, open] = ["stage ", "open "].map(|start| summary.out.lines().find(|line| line.starts_with(start)).unwrap().trim_end());
    assert!(head.ends_with("deadline broke") && open.ends_with(" 1"), "{}", summary.out);
    assert_eq!(summary.exit, tollgate::cli::Exit::Findings);
}

#[test]
fn names_of_fields_win_over_the_name_of_the_record() {
    let folder = Folder::new();
    let workflow = r#"
tollgate: 1
workflow: w
record: order
records: {order: {key: id, fields: {id: text, order: text, record: text, amount: decimal, d: date}}}
roles: {boss: [bo]}
stages: {open: {start: true, lead: boss, within: 5 days after record.d}, done: {end: done}}
gates: {go: {from: open, needs: [order.amount, order], outcomes: {go: done}}}
"#;
    let workflow = folder.file("w.yaml", workflow);
    let records = folder.file("r.jsonl", "{\"id\": \"1\", \"order\": \"x\", \"d\": \"2026-11-20\"}\n");
    let told = lines(&[&workflow, "--records", &records]);
    assert_eq!(told[0]["gates"][0]["missing"]["fields"], serde_json::json!(["order.amount"]));
    assert_eq!(told[0]["stages"][0]["due"], "2026-11-25T23:59:59Z");
}

#[test]
fn a_gate_that_does_not_concern_a_record_is_skipped_and_asks_for_nothing() {
    let told = tickets(
        "{\"id\": \"a\", \"urgent\": false}\n{\"id\": \"b\", \"urgent\": true}\n{\"id\": \"c\"}\n{\"id\": \"d\", \"urgent\": true, \"cost\": 7}\n",
    );
    let hurry = |index: usize| &told[index]["gates"][1];
    assert_eq!(hurry(0)["status"], "skipped");
    assert_eq!((&hurry(0)["criteria"], &hurry(0)["missing"]["fields"]), (&Json::Array(vec![]), &Json::Array(vec![])));
    assert_eq!((&hurry(1)["status"], &hurry(1)["missing"]["fields"][0]), (&Json::from("incomplete"), &Json::from("ticket.cost")));
    assert_eq!((&hurry(2)["status"], &hurry(2)["missing"]["fields"]), (&Json::from("incomplete"), &Json::from(vec!["ticket.urgent"])));
    assert_eq!(hurry(3)["status"], "blocked");
}

#[test]
fn an_approval_is_due_by_the_term_of_its_level_from_when_it_was_submitted() {
    let submitted = "\"case\": {\"stage\": \"open\", \"submitted\": \"2026-11-19T15:30:00+01:00\"}";
    let told = tickets(&format!(
        "{{\"id\": \"low\", \"owner\": \"ina\", \"cost\": 1, {submitted}}}\n{{\"id\": \"high\", \"owner\": \"ina\", \"cost\": 9, {submitted}}}\n{{\"id\": \"never\", \"cost\": 1}}\n"
    ));
    let approval = |index: usize| &told[index]["gates"][0]["approval"];
    // From Thursday afternoon: one working day is Friday, three are Tuesday.
    assert_eq!((&approval(0)["due"], &approval(0)["overdue"]), (&Json::from("2026-11-20T14:30:00Z"), &Json::from(true)));
    assert_eq!((&approval(1)["due"], &approval(1)["overdue"]), (&Json::from("2026-11-24T14:30:00Z"), &Json::from(false)));
    assert_eq!(approval(2).get("due"), None);
}

fn example(name: &str, data: &str) -> Option<String> {
    let records = shared(data)?;
    let folder = project(&format!("examples/{name}"));
    let ran = tollgate(&[
        "dry-run",
        &format!("{folder}/workflow.yaml"),
        "--records",
        &records,
        "--mapping",
        &format!("{folder}/mapping.yaml"),
        "--now",
        "2026-11-22",
    ]);
    assert_eq!(ran.exit, Exit::Clean, "{}", ran.err);
    Some(ran.out.replace(&records, data))
}

#[test]
fn the_opportunities_of_a_real_pipeline() {
    let Some(summary) = example("maven-crm", "maven-crm/sales_pipeline.csv") else { return };
    for (stage, count) in [("prospecting", "500"), ("engaging", "1,589"), ("won", "4,238"), ("lost", "2,473")] {
        let line = summary.lines().find(|line| line.starts_with(stage)).unwrap();
        assert!(line.split_whitespace().any(|word| word == count), "{line}");
    }
    let finding = |count: &str, code: &str, column: &str| {
        let found = summary.lines().any(|line| {
            let words: Vec<&str> = line.split_whitespace().collect();
            words.first() == Some(&count) && words.get(1) == Some(&code) && words.get(2) == Some(&column)
        });
        assert!(found, "{count} {code} {column}\n{summary}");
    };
    finding("1,425", "missing-record-value", "account");
    finding("1,480", "invalid-record-value", "product");
}

#[test]
fn the_leads_of_a_real_school_convert_better_the_better_their_grade() {
    let Some(summary) = example("x-education", "x-education/leads.csv") else { return };
    let share = |grade: &str| -> f64 {
        let line = summary.lines().find(|line| line.starts_with(&format!("{grade} "))).unwrap();
        let percent = line.split(['(', ')']).rfind(|part| part.ends_with('%')).unwrap();
        percent.trim_end_matches('%').parse().unwrap()
    };
    assert!(share("A") > share("B") && share("B") > share("C"), "{summary}");
    assert!(summary.contains("9,240 records"));
}
