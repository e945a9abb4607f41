//! What records are told that outcomes would set going: cases of other workflows.
//!
//! It must not test what opens a gate.

use super::lines;
use crate::support::{Folder, project, tollgate};
use serde_json::Value as Json;

const CONTRACTS: &str = r#"
tollgate: 1
workflow: contract
record: contract
records:
  contract:
    key: id
    fields: {id: text, total: money, lots: children(lot)}
  lot: {fields: {name: text, worth: decimal}}
  order:
    fields: {name: {type: text, required: true}, amount: {type: money, min: 10}, pieces: int, kind: {enum: [small, large]}}
roles: {sales: [li.si]}
stages:
  open: {start: true, lead: sales}
  done: {end: done}
gates:
  sign:
    from: open
    outcomes:
      sign: {to: done, spawn: {order: {SPAWN}}}
      refuse: done
"#;

/// What would start with the first outcome for each contract, and the status of the gate.
fn started(spawn: &str, records: &str) -> Vec<(String, Vec<Json>)> {
    let folder = Folder::new();
    let workflow = folder.file("contract.yaml", CONTRACTS.replace("SPAWN", spawn));
    let records = folder.file("contracts.jsonl", records);
    let told = lines(&[&workflow, "--records", &records]).into_iter().map(|line| line["gates"][0].clone());
    told.map(|gate| {
        assert!(gate["outcomes"][1].get("spawns").is_none(), "{gate}");
        let spawns = gate["outcomes"][0].get("spawns").and_then(Json::as_array).cloned().unwrap_or_default();
        (gate["status"].as_str().unwrap().to_owned(), spawns)
    })
    .collect()
}

#[test]
fn one_case_starts_with_its_values_unless_its_condition_does_not_hold_or_is_not_known() {
    let records = "{\"id\": \"a\", \"total\": 500}\n{\"id\": \"b\", \"total\": 5}\n{\"id\": \"c\"}\n";
    let found = started("when: contract.total > 10, fields: {name: contract.id, amount: contract.total / 2, kind: '\"large\"'}", records);
    assert_eq!(found[0].1[0]["status"], "starts");
    assert_eq!(found[0].1[0]["values"], serde_json::json!({"name": "a", "amount": 250, "kind": "large"}));
    assert_eq!(found[1].1, Vec::<Json>::new());
    assert_eq!(found[2].1[0]["status"], "unknown");
    assert_eq!(found[2].1[0]["missing"], serde_json::json!(["contract.total"]));
    assert!(found.iter().all(|(status, _)| status == "open"));
}

#[test]
fn a_case_starts_for_each_element_of_a_list_with_what_is_wrong_beside_it() {
    let lots = "[{\"name\": \"a\", \"worth\": 20}, {\"worth\": 4.5}, {\"name\": \"c\", \"worth\": 0}, {\"name\": \"d\"}]";
    let records = format!("{{\"id\": \"x\", \"lots\": {lots}}}\n{{\"id\": \"y\"}}\n{{\"id\": \"z\", \"lots\": []}}\n");
    let spawn = "for_each: contract.lots, when: item.worth > 0, fields: {name: item.name, amount: item.worth, pieces: item.worth}";
    let found = started(spawn, &records);
    let items: Vec<(u64, &str)> =
        found[0].1.iter().map(|spawn| (spawn["item"].as_u64().unwrap(), spawn["status"].as_str().unwrap())).collect();
    assert_eq!(items, [(1, "starts"), (2, "starts"), (4, "unknown")]);
    let second = &found[0].1[1];
    assert_eq!(second["values"], serde_json::json!({"name": null, "amount": null, "pieces": null}));
    assert_eq!(second["missing"], serde_json::json!(["item.name"]));
    let wrong: Vec<&str> = second["invalid"].as_array().unwrap().iter().map(|found| found["message"].as_str().unwrap()).collect();
    assert_eq!(wrong, ["`4.5` is less than `10`", "`4.5` is not a whole number"]);
    assert_eq!(found[1].1[0]["missing"], serde_json::json!(["contract.lots"]));
    assert!(found[1].1[0].get("item").is_none());
    assert_eq!(found[2].1, Vec::<Json>::new());
}

#[test]
fn a_broken_rule_of_what_starts_is_shown_there_and_does_not_fault_the_gate() {
    let records = "{\"id\": \"a\", \"total\": 0}\n";
    let found = started("fields: {amount: 100 / contract.total}", records);
    assert_eq!(found[0].0, "open");
    let spawn = &found[0].1[0];
    assert_eq!(spawn["status"], "fault");
    assert_eq!(spawn["fault"]["message"], "division by zero");
    assert_eq!(spawn["fault"]["line"], 20);
    assert_eq!(spawn["invalid"][0]["message"], "`name` is required, but has no value");
}

#[test]
fn what_an_outcome_would_start_is_as_its_schema_says() {
    let folder = Folder::new();
    let spawn = "for_each: contract.lots, fields: {name: item.name, amount: 10 / item.worth, kind: item.name}";
    let workflow = folder.file("contract.yaml", CONTRACTS.replace("SPAWN", spawn));
    let lots = "[{\"name\": \"a\", \"worth\": 0}, {\"name\": \"small\", \"worth\": 0.5}, {\"worth\": 5}]";
    let records = folder.file("contracts.jsonl", format!("{{\"id\": \"a\", \"lots\": {lots}}}\n{{\"id\": \"b\"}}\n"));
    let schema: Json = serde_json::from_str(&std::fs::read_to_string(project("schemas/dry-run-line.v1.schema.json")).unwrap()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    for line in lines(&[&workflow, "--records", &records]) {
        let found: Vec<String> = validator.iter_errors(&line).map(|error| format!("{}: {error}", error.instance_path())).collect();
        assert_eq!(found, Vec::<String>::new(), "{line}");
    }
}

const CONDITIONS: &str = r#"
tollgate: 1
workflow: contract
record: contract
records:
  contract: {key: id, fields: {id: text, total: money, guarantor: user}}
roles: {sales: [li.si], finance: {assign: contract.guarantor}}
stages:
  open: {start: true, lead: sales}
  signed: {lead: sales}
  done: {end: done}
gates:
  sign:
    from: open
    outcomes:
      sign:
        to: signed
        emit: contract_signed
        obligations: {guarantee: {title: Bank guarantee, role: finance, within: 10 working days}, insurance: Insurance}
  deliver: {from: signed, demands: [insurance, guarantee], must: {paid: '!case.obligations.contains("guarantee")'}, outcomes: {close: done}}
"#;

fn under_conditions(records: &str) -> Vec<Json> {
    let folder = Folder::new();
    let workflow = folder.file("contract.yaml", CONDITIONS);
    let records = folder.file(if records.starts_with('{') { "contracts.jsonl" } else { "contracts.csv" }, records);
    lines(&[&workflow, "--records", &records])
}

#[test]
fn an_outcome_tells_of_events_and_of_what_it_leaves_open() {
    let told = under_conditions("{\"id\": \"a\", \"guarantor\": \"ada\"}\n");
    let outcome = &told[0]["gates"][0]["outcomes"][0];
    assert_eq!(outcome["emits"], serde_json::json!(["contract_signed"]));
    let guarantee =
        serde_json::json!({"obligation": "guarantee", "owes": {"role": "finance", "users": ["ada"]}, "within": "10 working days"});
    assert_eq!(outcome["obligations"], serde_json::json!([guarantee, {"obligation": "insurance"}]));
}

#[test]
fn a_demanded_obligation_that_is_open_makes_the_gate_incomplete_and_rules_can_read_it() {
    let told = under_conditions("id,case.stage,case.obligations\na,signed,insurance\nb,signed,\nc,signed,guarantee;insurance\n");
    let gates: Vec<&Json> = told.iter().map(|line| &line["gates"][0]).collect();
    assert_eq!(gates[0]["status"], "incomplete");
    assert_eq!(gates[0]["missing"]["obligations"], serde_json::json!(["insurance"]));
    assert_eq!(gates[1]["status"], "open");
    assert!(gates[1]["missing"].get("obligations").is_none());
    assert_eq!(gates[2]["status"], "blocked");
    assert_eq!(gates[2]["missing"]["obligations"], serde_json::json!(["insurance", "guarantee"]));
    assert!(told.iter().all(|line| line["findings"] == serde_json::json!([])));
}

#[test]
fn an_obligation_that_nothing_leaves_open_is_a_finding_about_the_record() {
    let told = under_conditions("{\"id\": \"a\", \"case\": {\"stage\": \"signed\", \"obligations\": [\"insurence\", \"guarantee\"]}}\n");
    let finding = &told[0]["findings"][0];
    assert_eq!(finding["code"], "invalid-record-value");
    assert_eq!(finding["column"], "case.obligations");
    assert_eq!(finding["value"], "insurence");
    assert_eq!(finding["help"], "did you mean `insurance`?");
    // What could not be read may be any of those that are demanded, so all of them count as open.
    assert_eq!(told[0]["gates"][0]["missing"]["obligations"], serde_json::json!(["insurance", "guarantee"]));
}

#[test]
fn what_is_said_of_obligations_and_cannot_be_read_keeps_the_gate_closed_and_leaves_rules_unknown() {
    let sources = [
        r#"{"id": "a", "case": {"stage": "signed", "obligations": 5}}"#,
        r#"{"id": "a", "case": {"stage": "signed", "obligations": {"guarantee": true}}}"#,
        r#"{"id": "a", "case": {"stage": "signed", "obligations": ["insurence"]}}"#,
        "id,case.stage,case.obligations\na,signed\n",
        "id,case.stage,total,case.obligations\na,signed,12,000,\n",
        "id,case.stage,case.obligations,case.obligations\na,signed,insurance,\n",
    ];
    for source in sources {
        let told = under_conditions(&format!("{source}\n"));
        let gate = &told[0]["gates"][0];
        assert_eq!(gate["missing"]["obligations"], serde_json::json!(["insurance", "guarantee"]), "{source}");
        assert_eq!(gate["criteria"][0]["verdict"], "unknown", "{source}");
        assert_eq!(gate["status"], "incomplete", "{source}");
    }
}

#[test]
fn the_picture_of_a_workflow_says_what_its_gates_start() {
    let folder = Folder::new();
    let workflow = folder.file("contract.yaml", CONTRACTS.replace("SPAWN", "fields: {name: contract.id}"));
    let ran = tollgate(&["graph", &workflow, "--format", "mermaid"]);
    assert!(ran.out.contains("sign<br/>starts order"), "{}", ran.out);
}
