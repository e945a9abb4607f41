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
    assert_snapshot!(shown.join("\n"), @"
    7 {id: Acme, amount: 1234.50, origin: lead, due: 2016-10-20, seen: 2016-10-20T08:30:00+08:00, urgent: true, tags: [alpha, b], risk: {legal: 9}}
    8 {id: Bell, urgent: true}
    9 {id: Cog, amount: 3, urgent: true}
    ");
    let findings: Vec<String> = records.iter().flat_map(|record| &record.findings).map(super::shown).collect();
    assert_snapshot!(findings.join("\n"), @"3: invalid-record-value [LegalRisk] <low>: the mapping has no value for `low` (known here: `high`)");
    assert_eq!(records[0].case.stages, ["won", "Lost"]);
    assert_eq!(records[0].case.since.unwrap().to_rfc3339(), "2016-10-20T00:00:00+08:00");
    assert_eq!(records[0].case.deliverables, ["brief", "plan"]);
    assert_eq!(records[1].case.since, None);
}

#[test]
fn columns_of_a_mapping_that_are_not_there_are_told_by_the_header() {
    assert_snapshot!(told("Nmae;number;value;extra\n", Format::Csv, &mapped(&deal(), MAPPING)), @"
    1: missing-column [Name]: there is no column `Name` (there is a column `Nmae`)
    1: missing-column [source]: there is no column `source`
    1: missing-column [LegalRisk]: there is no column `LegalRisk`
    1: missing-column [due]: there is no column `due`
    1: missing-column [seen]: there is no column `seen`
    1: missing-column [labels]: there is no column `labels`
    1: missing-column [state]: there is no column `state`
    1: unmapped-column [Nmae]: the mapping does not use the column `Nmae` (did you mean `Name`?)
    1: unmapped-column [extra]: the mapping does not use the column `extra` (name it under `ignore` if it is left out on purpose)
    ");
}

#[test]
fn columns_are_paths_in_json() {
    let mapping = "tollgate: 1\nmapping: hub\nrecord: deal\nfields:\n  id: id\n  amount: properties.amount\n  risk.legal: {column: properties.risk, \
        values: {1: \"10\"}}\n  tags: {column: properties.tags, values: {A: alpha}}\n  due: {column: properties.closedate}\nstage: {column: \
        properties.dealstage, values: {\"77\": lab}}\nignore: [associations, properties.owner]\n";
    let lines = r#"{"id": "1", "properties": {"amount": "12.5", "risk": 1, "tags": ["A", "B"], "dealstage": 77, "owner": 4, "extra": 1}, "associations": {"a": 1}}
{"id": 2, "properties.amount": 7, "properties": {"risk": 2, "amont": null, "extra": 1, "dealstage": null}, "archived": false}
{"id": 2, "properties": {"amount": [1], "risk": "x"}}"#;
    let plan = mapped(&deal(), mapping);
    assert_snapshot!(told(lines, Format::JsonLines, &plan), @"
    1 in line 1, key 1: {id: 1, amount: 12.5, tags: [alpha, B], risk: {legal: 10}}
      1: unmapped-column [properties.extra] <1>: the mapping does not use the column `properties.extra` (name it under `ignore` if it is left out on purpose)
    2 in line 2, key 2: {id: 2, amount: 7, risk: {legal: 2}}
      2: unmapped-column [properties.amont]: the mapping does not use the column `properties.amont` (did you mean `properties.amount`?)
      2: unmapped-column [archived] <false>: the mapping does not use the column `archived` (name it under `ignore` if it is left out on purpose)
    3 in line 3, key 2: {id: 2}
      3: invalid-record-value [properties.amount]: the field is a `decimal`, not a list
      3: invalid-record-value [properties.risk] <x>: `x` is not a whole number
      3: duplicate-record-key [id] <2>: the key `2` was used in line 2 already
    -: missing-column [properties.closedate]: no record has `properties.closedate`
    ");
    let stages: Vec<Vec<String>> = all(&mut start(lines, Format::JsonLines, &plan)).into_iter().map(|record| record.case.stages).collect();
    assert_eq!(stages, [vec!["lab".to_owned()], vec![], vec![]]);
}

fn told_about(yaml: &str) -> String {
    let (document, mut diagnostics) = mapping(yaml);
    if let Some(document) = document {
        document.check(&deal(), &mut diagnostics);
    }
    let line = |found: &Diagnostic| {
        let before = yaml.get(..found.label.span.start as usize).unwrap();
        let help = found.help.as_deref().map(|help| format!(" ({help})")).unwrap_or_default();
        format!("{}: {}: {}{help}", before.matches('\n').count() + 1, found.code, found.message)
    };
    diagnostics.iter().map(line).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_mapping_is_read_with_every_finding() {
    assert_snapshot!(told_about("tollgate: 2\nmappin: x\nrecord: deal\nlist: ab\ndecimal: dot\nfields:\n  a-b: x\n  id: {colum: x}\n  amount: {value: 1, column: y}\n  due: {column: z, values: [a], others: drop}\n"), @r#"
    9: ambiguous-scalar: `y` is a text here, and tools of YAML 1.1 read it as `true` (quote it: `"y"`; or write `true`)
    1: unsupported-version: `2` is not a format version that this engine reads (this engine reads version 1: write `tollgate: 1`)
    1: missing-key: a mapping needs the key `mapping`
    5: invalid-value: `decimal` is `comma` or `point`, not `dot`
    4: invalid-value: `list` is the one character between the values of a list, not `ab`
    7: invalid-name: `a-b` cannot be the name of a field: a name cannot hold `-` (a name begins with a letter and goes on with letters, digits, `_` or (for ids) `-`; say more in `title`)
    8: missing-key: the source of a field needs the key `column`
    8: unknown-key: the source of a field has no key `colum` (did you mean `column`?)
    9: conflicting-keys: the source of a field has `value` or `column`, not both
    10: wrong-shape: `values` must be a map from texts of the source to texts of the record, not a list
    10: invalid-value: `others` is `keep`, `refuse` or `missing`, not `drop`
    2: unknown-key: a mapping has no key `mappin` (did you mean `mapping`?)
    "#);
    assert_snapshot!(told_about("- a\n"), @"1: wrong-shape: a mapping must be a map of keys, not a list");
}

#[test]
fn a_mapping_is_held_against_its_record_type() {
    assert_snapshot!(told_about("tollgate: 1\nmapping: x\nrecord: deal\ndates: [dd.mm.yyyy]\nzone: Asia/Shanghia\nfields:\n  amuont: x\n  risk.leagl: x\n  origin: {column: source, values: {Web: laed, Fax: ~}}\n  urgent: {value: perhaps}\n  id: id\nignore: [id]\n"), @"
    7: unknown-field: `deal` has no field `amuont` (did you mean `amount`?)
    8: unknown-field: `deal` has no field `risk.leagl` (did you mean `risk.legal`?)
    9: unknown-value: `laed` is not one of the values of this field (did you mean `lead`?)
    10: invalid-value: `perhaps` is neither true nor false (write `true` or `false`; `yes`, `no`, `1` and `0` do as well)
    4: invalid-value: `dd.mm.yyyy` is not a date format (`%Y` is the year, `%y` its last two digits, `%m` the month, `%d` the day, `%H:%M` the time, as in `%d.%m.%Y`)
    5: invalid-value: there is no time zone `Asia/Shanghia` (did you mean `Asia/Shanghai`?)
    12: no-effect: the column `id` is ignored here, but used as well
    ");
    assert_snapshot!(told_about("tollgate: 1\nmapping: x\nrecord: lead\nfields: {id: id}\n"), @"3: unknown-record: the mapping is for records of type `lead`, and these are of type `deal`");
}

#[test]
fn a_mapping_that_does_not_fit_makes_no_plan() {
    let error = |yaml: &str| Plan::new(&deal(), [], mapping(yaml).0.as_ref(), chrono_tz::Tz::UTC).unwrap_err().to_string();
    assert_eq!(error("tollgate: 1\nmapping: x\nrecord: deal\nfields: {amuont: x}\n"), "`deal` has no field `amuont`");
    assert_eq!(error("tollgate: 1\nmapping: x\nrecord: deal\ndates: [Q]\nfields: {amount: x}\n"), "`Q` is not a date format");
    assert_eq!(error("tollgate: 1\nmapping: x\nrecord: deal\nzone: Mars\nfields: {amount: x}\n"), "there is no time zone `Mars`");
    assert_eq!(error("tollgate: 1\nmapping: x\nrecord: deal\nfields: {amount: {value: x}}\n"), "`x` is not a number");
}
