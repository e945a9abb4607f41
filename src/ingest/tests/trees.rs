//! JSON Lines, JSON and YAML as records.

use super::*;
use insta::assert_snapshot;

#[test]
fn a_line_is_a_record_with_its_case_under_one_key() {
    let line = r#"{"id": "A1", "amount": 12.50, "risk": {"legal": 3}, "orders": [{"number": "7", "amount": 0.1}], "case": {"stage": ["bid", "plan"],
        "since": "2024-02-01T08:00:00+08:00", "deliverables": "brief;plan", "before": {"amount": 1}, "children": {"order": [{"number": "8"}]}}}"#;
    let record = all(&mut start(line.replace('\n', ""), Format::JsonLines, &plan())).remove(0);
    assert_snapshot!(record.record, @"{id: A1, amount: 12.50, risk: {legal: 3}, orders: [{number: 7, amount: 0.1}]}");
    assert_eq!(record.case.stages, ["bid", "plan"]);
    assert_eq!(record.case.deliverables, ["brief", "plan"]);
    assert_eq!(record.case.since.unwrap().to_rfc3339(), "2024-02-01T08:00:00+08:00");
    assert_eq!(record.case.before.unwrap().to_string(), "{amount: 1}");
    let children = &record.case.children[&RecordName::parse("order").unwrap()];
    assert_eq!(children.iter().map(ToString::to_string).collect::<Vec<_>>(), ["{number: 8}"]);
    assert_eq!(record.findings, []);
}

#[test]
fn findings_in_a_case_name_their_path() {
    let line = r#"{"id": "A1", "case": {"stagee": "bid", "stage": 5, "since": 3, "before": {"amount": "x"}, "children": {"oder": [], "order": [{}, 7]}}}"#;
    assert_snapshot!(told(line, Format::JsonLines, &plan()), @"
    1 in line 1, key A1: {id: A1}
      1: unmapped-column [case.stagee]: a case has no `stagee` (did you mean `stage`?)
      1: invalid-record-value [case.stage] <5>: a text or a list of texts is expected here
      1: invalid-record-value [case.since] <3>: a moment is expected here, as a text such as `\"2024-01-31T09:00:00Z\"`
      1: invalid-record-value [case.before.amount] <x>: `x` is not a number
      1: invalid-record-value [case.children.oder] <oder>: there is no record type `oder` (did you mean `order`?)
      1: missing-record-value [case.children.order[0].number]: `number` is required, but has no value
      1: malformed-record [case.children.order[1]] <7>: a record is an object in braces, not a number
    ");
    assert_snapshot!(told(r#"{"id": "A1", "case": "bid"}"#, Format::JsonLines, &plan()), @"");
}

#[test]
fn broken_lines_are_told_with_their_column_and_the_next_is_read() {
    assert_snapshot!(told("\u{feff}{\"id\": \"A1\"}\n\n{\"id\": \"名\", amount: 3}\n[1]\n{\"id\": \"A2\"\n{\"id\": \"A3\"} x\n{\"id\": \"A4\"}", Format::JsonLines, &plan()), @"");
}

#[test]
fn keys_that_are_there_twice_are_found_at_every_depth_and_not_read() {
    assert_snapshot!(told("{\"id\": \"A:1\", \"amount\": 1, \"amount\": 2, \"risk\": {\"legal\": 1, \"legal\": 1}}\n{\"id\": \"\\\"a:\\\\\", \"amount\": 1.0}", Format::JsonLines, &plan()), @"");
}

#[test]
fn keys_without_a_field_are_told_once() {
    let text = "{\"id\": \"A1\", \"amuont\": 1, \"risk\": {\"leagl\": 1}, \"orders\": [{\"number\": \"1\", \"x\": 1}, {\"number\": \"2\", \"x\": 1}]}\n";
    assert_snapshot!(told(format!("{text}{}", text.replace("A1", "A2")), Format::JsonLines, &plan()), @"");
}
