//! Mappings: what they say about columns, and what is said about them.

use super::*;
use crate::diagnostic::Diagnostic;
use insta::assert_snapshot;

const MAPPING: &str = r#"tollgate: 1
mapping: crm
record: deal
key: number
nulls: [N/A, Select]
dates: ["%d-%m-%y"]
datetimes: ["%Y-%m-%d %H:%M"]
zone: Asia/Shanghai
decimal: comma
list: ","
fields:
  id: Name
  amount: {column: value, nulls: ["0"]}
  origin: {column: source, values: {Web: lead, Phone: direct, Fax: ~}, others: missing}
  risk.legal: {column: LegalRisk, values: {high: "9"}, others: refuse}
  due: due
  seen: seen
  tags: {column: labels, values: {A: alpha}}
  urgent: {value: "yes"}
stage: {column: state, values: {Won: won}}
since: due
deliverables: {value: "brief;plan"}
ignore: [quarter]
"#;

const HEADER: &str = "number;Name;value;source;LegalRisk;due;seen;labels;state;quarter";

#[test]
fn every_key_of_a_mapping_does_what_it_says() {
    let text = format!(
        "{HEADER}\n7;Acme;\"1234,50\";Web;high;20-10-16;2016-10-20 08:30;A,b;Won,Lost;Q4\n8;Bell;0;Fax;low;Select;N/A;;;Q1\n9;Cog;3;Other;;;;;x;\n"
    );
    let mut records = start(&text, Format::Csv, &mapped(&deal(), MAPPING));
    assert_eq!(records.header_findings(), []);
    let records = all(&mut records);
    let shown: Vec<String> = records.iter().map(|record| format!("{} {}", record.key.as_deref().unwrap(), record.record)).collect();
    assert_snapshot!(shown.join("\n"), @"");
    let findings: Vec<String> = records.iter().flat_map(|record| &record.findings).map(super::shown).collect();
    assert_snapshot!(findings.join("\n"), @"");
    assert_eq!(records[0].case.stages, ["won", "Lost"]);
    assert_eq!(records[0].case.since.unwrap().to_rfc3339(), "2016-10-20T00:00:00+08:00");
    assert_eq!(records[0].case.deliverables, ["brief", "plan"]);
    assert_eq!(records[1].case.since, None);
}

#[test]
fn columns_of_a_mapping_that_are_not_there_are_told_by_the_header() {
    assert_snapshot!(told("Nmae;number;value;extra\n", Format::Csv, &mapped(&deal(), MAPPING)), @"");
}

#[test]
fn columns_are_paths_in_json() {
    let mapping = "tollgate: 1\nmapping: hub\nrecord: deal\nfields:\n  id: id\n  amount: properties.amount\n  risk.legal: {column: properties.risk, \
        values: {1: \"10\"}}\n  tags: {column: properties.tags, values: {A: alpha}}\n  due: {column: properties.closedate}\nstage: {column: \
        properties.dealstage, values: {\"77\": bid}}\nignore: [associations, properties.owner]\n";
    let lines = r#"{"id": "1", "properties": {"amount": "12.5", "risk": 1, "tags": ["A", "B"], "dealstage": 77, "owner": 4, "extra": 1}, "associations": {"a": 1}}
{"id": 2, "properties.amount": 7, "properties": {"risk": 2, "amont": null, "extra": 1, "dealstage": null}, "archived": false}
{"id": 2, "properties": {"amount": [1], "risk": "x"}}"#;
    let plan = mapped(&deal(), mapping);
    assert_snapshot!(told(lines, Format::JsonLines, &plan), @"");
    let stages: Vec<Vec<String>> = all(&mut start(lines, Format::JsonLines, &plan)).into_iter().map(|record| record.case.stages).collect();
    assert_eq!(stages, [vec!["bid".to_owned()], vec![], vec![]]);
}

fn told_about(yaml: &str) -> String {
    let (document, mut diagnostics) = mapping(yaml);
    if let Some(document) = document {
        document.check(&deal(), &mut diagnostics);
    }
    let line = |found: &Diagnostic| {
        let before = &yaml[..found.label.span.start as usize];
        let help = found.help.as_deref().map(|help| format!(" ({help})")).unwrap_or_default();
        format!("{}: {}: {}{help}", before.matches('\n').count() + 1, found.code, found.message)
    };
    diagnostics.iter().map(line).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_mapping_is_read_with_every_finding() {
    assert_snapshot!(told_about("tollgate: 2\nmappin: x\nrecord: deal\nlist: ab\ndecimal: dot\nfields:\n  a-b: x\n  id: {colum: x}\n  amount: {value: 1, column: y}\n  due: {column: z, values: [a], others: drop}\n"), @"");
    assert_snapshot!(told_about("- a\n"), @"");
}

#[test]
fn a_mapping_is_held_against_its_record_type() {
    assert_snapshot!(told_about("tollgate: 1\nmapping: x\nrecord: deal\ndates: [dd.mm.yyyy]\nzone: Asia/Shanghia\nfields:\n  amuont: x\n  risk.leagl: x\n  origin: {column: source, values: {Web: laed, Fax: ~}}\n  urgent: {value: perhaps}\n  id: id\nignore: [id]\n"), @"");
    assert_snapshot!(told_about("tollgate: 1\nmapping: x\nrecord: lead\nfields: {id: id}\n"), @"");
}

#[test]
fn a_mapping_that_does_not_fit_makes_no_plan() {
    let error = |yaml: &str| Plan::new(&deal(), [], mapping(yaml).0.as_ref()).unwrap_err().to_string();
    assert_eq!(error("tollgate: 1\nmapping: x\nrecord: deal\nfields: {amuont: x}\n"), "`deal` has no field `amuont`");
    assert_eq!(error("tollgate: 1\nmapping: x\nrecord: deal\ndates: [Q]\nfields: {amount: x}\n"), "`Q` is not a date format");
    assert_eq!(error("tollgate: 1\nmapping: x\nrecord: deal\nzone: Mars\nfields: {amount: x}\n"), "there is no time zone `Mars`");
    assert_eq!(error("tollgate: 1\nmapping: x\nrecord: deal\nfields: {amount: {value: x}}\n"), "`x` is not a number");
}
