//! Rows as records: what columns are for, keys, and parts of the case.

use super::*;
use insta::assert_snapshot;

#[test]
fn columns_are_paths_of_fields_and_parts_of_the_case() {
    let text = "id,amount,risk.legal,tags,due,seen,urgent,origin,case.stage,case.since,case.deliverables\n\
        A1,12.50,3,x;y,2024-01-31,2024-01-31T09:00:00Z,yes,lead,lab; plan,2024-02-01,brief;plan\n";
    let mut records = start(text, Format::Csv, &plan());
    assert_eq!(records.header_findings(), []);
    let record = all(&mut records).remove(0);
    assert_eq!((record.number, record.line, record.key.as_deref()), (1, 2, Some("A1")));
    assert_snapshot!(record.record, @"{id: A1, amount: 12.50, origin: lead, due: 2024-01-31, seen: 2024-01-31T09:00:00Z, urgent: true, tags: [x, y], risk: {legal: 3}}");
    assert_eq!(record.case.stages, ["lab", "plan"]);
    assert_eq!(record.case.deliverables, ["brief", "plan"]);
    assert_eq!(record.case.since.unwrap().to_rfc3339(), "2024-02-01T00:00:00+00:00");
    assert_eq!(record.findings, []);
    assert_eq!(records.progress(), (text.len() as u64, None));
}

#[test]
fn findings_name_line_column_and_value_and_the_record_goes_on() {
    assert_snapshot!(told("id,amount,risk.legal,case.since\nA1,\"12,5\",high,soon\n,1,2,\nA1,1,2,\n", Format::Csv, &plan()), @"
    1 in line 2, key A1: {id: A1}
      2: invalid-record-value [amount] <12,5>: `12,5` is not a number (did you mean `12.5`?)
      2: invalid-record-value [risk.legal] <high>: `high` is not a whole number
      2: invalid-record-value [case.since] <soon>: `soon` is neither a day nor a moment (write it as `2024-01-31` or `2024-01-31T09:00:00Z`, or name its format under `dates` or `datetimes` of a mapping)
    2 in line 3, key -: {amount: 1, risk: {legal: 2}}
      3: missing-record-value [id]: `id` is required, but has no value
    3 in line 4, key A1: {id: A1, amount: 1, risk: {legal: 2}}
      4: duplicate-record-key [id] <A1>: the key `A1` was used in line 2 already
    ");
}

#[test]
fn columns_that_are_missing_unknown_nameless_or_there_twice_are_told_once() {
    assert_snapshot!(told("ID,amuont,amount,,amount\nA1,1,2,3,4\n", Format::Csv, &plan()), @"
    1: duplicate-key [amount]: two columns are named `amount` (give each a name of its own; neither of them is read)
    1: missing-column [id]: there is no column `id` (there is a column `ID`)
    1: unmapped-column [ID]: no field is named `ID` (did you mean `id`?)
    1: unmapped-column [amuont]: no field is named `amuont` (did you mean `amount`?)
    1: unmapped-column []: column 4 has no name, and is not read
    1 in line 2, key -: {}
      2: missing-record-value [id]: `id` is required, but has no value
    ");
}
