//! JSON Lines, JSON and YAML as records.

use super::*;
use insta::assert_snapshot;

#[test]
fn a_line_is_a_record_with_its_case_under_one_key() {
    let line = r#"{"id": "A1", "amount": 12.50, "risk": {"legal": 3}, "orders": [{"number": "7", "amount": 0.1}], "case": {"stage": ["lab", "plan"],
        "since": "2024-02-01T08:00:00+08:00", "deliverables": "brief;plan", "before": {"amount": 1}, "children": {"order": [{"number": "8"}]}}}"#;
    let record = all(&mut start(line.replace('\n', ""), Format::JsonLines, &plan())).remove(0);
    assert_snapshot!(record.record, @"{id: A1, amount: 12.50, risk: {legal: 3}, orders: [{number: 7, amount: 0.1}]}");
    assert_eq!(record.case.stages, ["lab", "plan"]);
    assert_eq!(record.case.deliverables, ["brief", "plan"]);
    assert_eq!(record.case.since.unwrap().to_rfc3339(), "2024-02-01T08:00:00+08:00");
    assert_eq!(record.case.before.unwrap().to_string(), "{amount: 1}");
    let children = &record.case.children[&RecordName::parse("order").unwrap()];
    assert_eq!(children.iter().map(ToString::to_string).collect::<Vec<_>>(), ["{number: 8}"]);
    assert_eq!(record.findings, []);
}

#[test]
fn findings_in_a_case_name_their_path() {
    let line = r#"{"id": "A1", "case": {"stagee": "lab", "stage": 5, "since": 3, "before": {"amount": "x"}, "children": {"oder": [], "order": [{}, 7]}}}"#;
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
    assert_snapshot!(told(r#"{"id": "A1", "case": "lab"}"#, Format::JsonLines, &plan()), @r#"
    1 in line 1, key A1: {id: A1}
      1: invalid-record-value [case] <"lab">: `case` is an object with the keys `stage`, `since`, `submitted`, `deliverables`, `obligations`, `before`, `children` and `open_children`
    "#);
}

#[test]
fn of_open_children_either_all_is_known_or_nothing() {
    let open = |said: &str| {
        let line = format!(r#"{{"id": "A1", "case": {{{said}}}}}"#);
        let read = crate::ingest::from_reader(std::io::Cursor::new(line.into_bytes()), Some(Format::JsonLines), "records", &plan())
            .unwrap()
            .next()
            .unwrap()
            .unwrap();
        (read.case.open_children, read.findings.len())
    };
    assert_eq!(open(""), (None, 0));
    assert_eq!(open(r#""open_children": []"#), (Some(Vec::new()), 0));
    assert_eq!(open(r#""open_children": ["order", "order"]"#), (Some(vec!["order".to_owned(), "order".to_owned()]), 0));
    assert_eq!(open(r#""open_children": ["order", 3]"#), (None, 1));
}

#[test]
fn broken_lines_are_told_with_their_column_and_the_next_is_read() {
    assert_snapshot!(told("\u{feff}{\"id\": \"A1\"}\n\n{\"id\": \"名\", amount: 3}\n[1]\n{\"id\": \"A2\"\n{\"id\": \"A3\"} x\n{\"id\": \"A4\"}", Format::JsonLines, &plan()), @r#"
    1 in line 1, key A1: {id: A1}
    no record: 3: malformed-record <{"id": "名", amount: 3}>: this is not JSON at column 13: key must be a string
    no record: 4: malformed-record <[1]>: a record is an object in braces, not a list
    no record: 5: malformed-record <{"id": "A2">: this is not JSON at column 11: the text ends inside an object
    no record: 6: malformed-record <{"id": "A3"} x>: this is not JSON at column 14: trailing characters
    2 in line 7, key A4: {id: A4}
    "#);
}

#[test]
fn keys_that_are_there_twice_are_found_at_every_depth_and_not_read() {
    assert_snapshot!(told("{\"id\": \"A:1\", \"amount\": 1, \"amount\": 2, \"risk\": {\"legal\": 1, \"legal\": 1}}\n{\"id\": \"\\\"a:\\\\\", \"amount\": 1.0}", Format::JsonLines, &plan()), @r#"
    1 in line 1, key A:1: {id: A:1}
      1: duplicate-key [amount]: the key `amount` is there twice (neither value is read)
      1: duplicate-key [risk.legal]: the key `risk.legal` is there twice (neither value is read)
    2 in line 2, key "a:\: {id: "a:\, amount: 1.0}
    "#);
}

#[test]
fn keys_without_a_field_are_told_once() {
    let text = "{\"id\": \"A1\", \"amuont\": 1, \"risk\": {\"leagl\": 1}, \"orders\": [{\"number\": \"1\", \"x\": 1}, {\"number\": \"2\", \"x\": 1}]}\n";
    assert_snapshot!(told(format!("{text}{}", text.replace("A1", "A2")), Format::JsonLines, &plan()), @"
    1 in line 1, key A1: {id: A1, orders: [{number: 1}, {number: 2}]}
      1: unmapped-column [amuont] <1>: no field is named `amuont` (did you mean `amount`?)
      1: unmapped-column [risk.leagl] <1>: no field is named `leagl` (did you mean `legal`?)
      1: unmapped-column [orders[0].x] <1>: no field is named `x` (known here: `number`, `amount`)
    2 in line 2, key A2: {id: A2, orders: [{number: 1}, {number: 2}]}
    ");
}

#[test]
fn a_list_is_read_element_by_element_and_a_broken_one_costs_itself() {
    let text = "[\n  {\"id\": \"A1\",\n   \"tags\": [\"]\", \"}\\\"\"]},\n  {\"id\": \"A2\"] , {\"id\": \"A3\"\n  , \"amount\": x}, 7, \"a,]\"\n  {\"id\": \"A4\"},, null,{\"id\": \"A5\"}\n]\n more";
    assert_snapshot!(told(text, Format::Json, &plan()), @r#"
    1 in line 2, key A1: {id: A1, tags: [], }"]}
    no record: 4: malformed-record <{"id": "A2"]>: this is not JSON at column 14: expected `,` or `}`
    no record: 5: malformed-record <, "amount": x}>: this is not JSON at column 15: expected value
    no record: 5: malformed-record <7>: a record is an object in braces, not a number
    no record: 5: malformed-record <"a,]">: a record is an object in braces, not a text
    no record: 6: malformed-record: a comma is missing before this record
    2 in line 6, key A4: {id: A4}
    no record: 6: malformed-record: a comma stands here without a record before it
    no record: 6: malformed-record <null>: a record is an object in braces, not null
    3 in line 6, key A5: {id: A5}
    no record: 8: malformed-record: something stands after the end of the list (for one record in each line, leave the brackets out)
    "#);
    assert_snapshot!(told("[{\"id\": \"A1\"}, {\"id\": \"A2\"", Format::Json, &plan()), @r#"
    1 in line 1, key A1: {id: A1}
    no record: 1: malformed-record <{"id": "A2">: this is not JSON at column 26: the text ends inside an object
    no record: 1: malformed-record: the list is not closed: the text may have been cut off
    "#);
    assert_snapshot!(told("[{\"id\": \"A1\"},", Format::Json, &plan()), @"
    1 in line 1, key A1: {id: A1}
    no record: 1: malformed-record: the list is not closed: the text may have been cut off
    ");
    assert_eq!(told(" [ ] ", Format::Json, &plan()), "");
    assert_eq!(told("", Format::Json, &plan()), "");
}

#[test]
fn objects_may_follow_each_other_without_a_list() {
    assert_snapshot!(told("{\n  \"id\": \"A1\"\n}\n{\"id\": \"A2\"}{\"id\": \"A3\"}", Format::Json, &plan()), @"
    1 in line 1, key A1: {id: A1}
    2 in line 4, key A2: {id: A2}
    3 in line 4, key A3: {id: A3}
    ");
}

#[test]
fn yaml_records_keep_their_numbers_and_lines() {
    let text = "# records\n- id: A1\n  amount: 12.50\n  risk: {legal: 3}\n  case:\n    stage: lab\n    since: 2024-02-01\n- id: 007\n  amount: +1.0\n  due: 2024-01-31\n  amount: 2\n- x\n- id: A3\n  urgent: yes\n";
    assert_snapshot!(told(text, Format::Yaml, &plan()), @r#"
    1 in line 2, key A1: {id: A1, amount: 12.50, risk: {legal: 3}}
    2 in line 8, key 007: {id: 007, amount: 1.0, due: 2024-01-31}
      8: ambiguous-scalar: `007` is a number here, and tools of YAML 1.1 read it as a number to the base of 8 (quote it if it is a text: `"007"`; write a number without zeros before it)
      11: duplicate-key: key `amount` is given twice (remove or rename one of them; until then the first one counts)
    no record: 12: malformed-record: a record is a map of keys, not a text
    3 in line 13, key A3: {id: A3}
      14: ambiguous-scalar: `yes` is a text here, and tools of YAML 1.1 read it as `true` (quote it: `"yes"`; or write `true`)
      13: invalid-record-value [urgent] <yes>: `yes` is neither true nor false (write `true` or `false`, without quotes)
    "#);
    assert_eq!(told("", Format::Yaml, &plan()), "");
    assert_snapshot!(told("id: A1\n", Format::Yaml, &plan()), @"no record: 1: malformed-record: records are a list, not a map (write `- ` before each record, and indent the keys after its first)");
    assert_snapshot!(told("- id: [A1\n- id: A2\n", Format::Yaml, &plan()), @"no record: 2: yaml-syntax: no `:` is allowed here (check that the list or map before it is closed)");
}

#[test]
fn a_record_larger_than_the_limit_is_left_out_and_the_next_is_read() {
    let long = format!("{{\"id\": \"{}\"}}", "x".repeat(17 * 1024 * 1024));
    let told_of = |text: String, format| told(text, format, &plan());
    let expected =
        "no record: 1: malformed-record: the record is larger than the 16 MiB that are read of one\n1 in line 2, key A1: {id: A1}";
    assert_eq!(told_of(format!("{long}\n{{\"id\": \"A1\"}}\n"), Format::JsonLines), expected);
    assert_eq!(told_of(format!("[{long},\n{{\"id\": \"A1\"}}]\n"), Format::Json), expected);
}

/// A source that gives a few bytes at a time.
struct Slowly(std::io::Cursor<Vec<u8>>);

impl std::io::Read for Slowly {
    fn read(&mut self, bytes: &mut [u8]) -> std::io::Result<usize> {
        let length = bytes.len().min(3);
        self.0.read(&mut bytes[..length])
    }
}

#[test]
fn a_source_that_comes_in_pieces_is_read_as_one_that_comes_whole() {
    let text = "\u{feff}[{\"id\": \"A1\", \"amount\": 1.5},\n {\"id\": \"\\\"]\\\\\", \"risk\": {\"legal\": 1}}]";
    let slowly = std::io::BufReader::with_capacity(4, Slowly(Cursor::new(text.as_bytes().to_vec())));
    let in_pieces = all(&mut from_reader(slowly, None, "-", &plan()).unwrap());
    assert_eq!(in_pieces, all(&mut start(text, Format::Json, &plan())));
    assert_eq!(in_pieces.len(), 2);
}
