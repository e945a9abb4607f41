//! `tollgate show --reads`: which rule reads which field.
//!
//! It must not test what is found to be missing; the samples of findings do.

use crate::support::{Folder, project, tollgate};
use tollgate::cli::Exit;

/// A workflow whose rules read in every way there is.
const WORKFLOW: &str = r#"tollgate: 1
workflow: order
record: order
use: rules.rhai
records:
  order:
    key: id
    fields:
      id: text
      amount: money
      due: date
      owner: user
      risk: {fields: {legal: int, delivery: int}}
      lines: children(line)
  line: {fields: {price: money, paid: bool}}
roles: {clerk: {assign: order.owner, default: [ana]}}
stages:
  open: {start: true, lead: clerk, within: 3 days before order.due}
  done: {end: done}
gates:
  close:
    from: open
    when: case.days_in_stage > 1
    must:
      risky: worst(order.risk) < 5
      paid: order.lines.all(|line| line.paid ?? false)
      unchanged: '`${before.amount ?? 0}` == "0"'
    score: {card: size, at_least: 1}
    decide:
      - {when: 'table("kind") == "large"', outcome: hold}
      - close
    outcomes: {close: done, hold: {stay: true}}
scorecards:
  size: {total: sum, criteria: {amount: {points: order.amount / 10, knock_out: grade_of(order) == "x"}}}
tables:
  kind:
    in: {points: score("size")}
    out: {kind: text}
    rows: [{points: ">= 5", kind: large}, {points: "< 5", kind: small}]
"#;

const SCRIPT: &str = r#"fn worst(risk) { max(risk.legal, risk.delivery) }
fn grade_of(o) { switch o.id { "a" => "x", _ => "y" } }
"#;

fn workflow(folder: &Folder) -> String {
    folder.file("rules.rhai", SCRIPT);
    folder.file("order.yaml", WORKFLOW)
}

#[test]
fn every_rule_is_listed_with_what_it_reads_through_whatever_it_asks() {
    let folder = Folder::new();
    let ran = tollgate(&["show", &workflow(&folder), "--reads"]);
    assert_eq!(ran.exit, Exit::Clean, "{}", ran.err);
    insta::assert_snapshot!(ran.out, @r"
    stage open · within                order.due
    gate close · when                  case.days_in_stage
    gate close · must risky            order.risk.delivery, order.risk.legal
    gate close · must paid             order.lines, lines[].paid
    gate close · must unchanged        before.amount
    gate close · score                 order.amount, order.id
    gate close · decide hold           order.amount, order.id
    role clerk · assign                order.owner
    scorecard size · amount            order.amount
    scorecard size · amount knock_out  order.id
    table kind · points                order.amount, order.id
    ");
}

#[test]
fn a_field_is_listed_with_the_rules_that_read_it() {
    let folder = Folder::new();
    let path = workflow(&folder);
    for field in ["amount", "order.amount", "record.amount"] {
        let ran = tollgate(&["show", &path, "--field", field, "--format", "jsonl"]);
        let places: Vec<String> = ran
            .out
            .lines()
            .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap()["place"].as_str().unwrap().to_owned())
            .collect();
        assert_eq!(places, ["gate close · score", "gate close · decide hold", "scorecard size · amount", "table kind · points"], "{field}");
    }
    let whole = tollgate(&["show", &path, "--field", "risk", "--format", "json"]);
    let document: serde_json::Value = serde_json::from_str(&whole.out).unwrap();
    assert_eq!(document[0]["rule"], "worst(order.risk) < 5");
    assert_eq!(document[0]["line"], 25);
    assert_eq!(document[0]["reads"], serde_json::json!(["order.risk.delivery", "order.risk.legal"]));
    let unknown = tollgate(&["show", &path, "--field", "amuont"]);
    assert_eq!(unknown.exit, Exit::Failed);
    assert!(unknown.err.contains("did you mean `amount`?"), "{}", unknown.err);
    let nobody = tollgate(&["show", &path, "--field", "lines[].price"]);
    assert_eq!(nobody.exit, Exit::Failed);
    assert_eq!(tollgate(&["show", &path, "--reads", "--format", "yaml"]).exit, Exit::Failed);
    assert_eq!(tollgate(&["show", &path, "--format", "json"]).exit, Exit::Failed);
}

#[test]
fn no_line_of_a_shipped_workflow_is_wider_than_the_terminal_but_for_long_names() {
    for workflow in ["opportunity", "collection", "service"] {
        let ran = tollgate(&["show", &project(&format!("workflows/{workflow}.yaml")), "--reads"]);
        assert_eq!(ran.exit, Exit::Clean);
        assert!(ran.out.lines().count() > 50);
        for line in ran.out.lines().filter(|line| line.contains("  ")) {
            assert!(line.chars().count() <= 100, "{line}");
        }
    }
}
