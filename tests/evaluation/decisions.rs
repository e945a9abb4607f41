//! Decisions of which one at most may apply.
//!
//! It must not test what is told of them before a record is there; the samples of findings do.

use super::lines;
use crate::support::Folder;
use serde_json::Value as Json;

const WORKFLOW: &str = "
tollgate: 1
workflow: lead
record: lead
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
    decide:
      hit: unique
      rows:
        - {when: lead.budget * 2 > 200, outcome: rich}
        - {when: lead.employees * 2 > 20, outcome: large}
        - keep
    outcomes: {rich: done, large: done, keep: {stay: true}}
";

fn judged(records: &str) -> Vec<Json> {
    let folder = Folder::new();
    let workflow = folder.file("lead.yaml", WORKFLOW);
    let records = folder.file("leads.jsonl", records);
    lines(&[&workflow, "--records", &records]).into_iter().map(|line| line["gates"][0].clone()).collect()
}

#[test]
fn the_one_that_applies_is_picked_and_the_rest_goes_to_the_one_without_a_condition() {
    let gates = judged(
        "{\"id\": \"a\", \"budget\": 500, \"employees\": 1}\n{\"id\": \"b\", \"budget\": 5, \"employees\": 50}\n{\"id\": \"c\", \"budget\": 5, \"employees\": 5}\n",
    );
    assert_eq!(gates.iter().map(|gate| gate["decided"].as_str().unwrap()).collect::<Vec<_>>(), ["rich", "large", "keep"]);
    assert_eq!(gates[0]["decisions"].as_array().unwrap().last().unwrap()["outcome"], "rich");
    assert!(gates.iter().all(|gate| gate["status"] == "open"));
}

#[test]
fn two_that_apply_are_a_fault_and_what_is_missing_may_be_the_second() {
    let gates = judged("{\"id\": \"a\", \"budget\": 500, \"employees\": 50}\n{\"id\": \"b\", \"budget\": 500}\n");
    assert_eq!(gates[0]["status"], "faulted");
    assert!(gates[0]["decided"].is_null());
    let said = gates[0]["faults"].to_string();
    assert!(said.contains("2 decisions of the gate `qualify` apply, but only one may: `rich`, `large`"), "{said}");
    assert_eq!(gates[1]["status"], "incomplete");
    assert_eq!(gates[1]["missing"]["fields"][0], "lead.employees");
}
