//! CSV as text: delimiters, quotes, encodings and broken lines.

use super::*;
use insta::assert_snapshot;
use proptest::prelude::*;

fn texts(names: &str) -> Plan {
    let names = names.split(',').map(|name| (FieldName::parse(name).unwrap(), Field::new(FieldType::Text)));
    let record = record_type("thing", None, ObjectType::new(names.collect()));
    Plan::new(&record, [&record], None, chrono_tz::Tz::UTC).unwrap()
}

fn rows(text: impl AsRef<[u8]>) -> String {
    told(text, Format::Csv, &texts("a,b,c"))
}

#[test]
fn each_delimiter_is_found_in_the_header_outside_of_quotes() {
    for delimiter in [",", ";", "\t", "|"] {
        let text = format!("\u{feff}a{delimiter}\"b\"{delimiter}c\r\n1{delimiter}\"x,;|\ty\"{delimiter}3\r\n");
        assert_eq!(rows(text), "1 in line 2, key -: {a: 1, b: x,;|\ty, c: 3}", "{delimiter}");
    }
    assert_eq!(rows("a\n1\n"), "1 in line 2, key -: {a: 1}");
    let quoted = texts("a");
    assert_snapshot!(told("\"b;c;d\",a\n1,2\n", Format::Csv, &quoted), @"
    1: unmapped-column [b;c;d]: no field is named `b;c;d` (known here: `a`, `case.stage`, `case.since`, `case.submitted`, `case.deliverables`, `case.obligations`)
    1 in line 2, key -: {a: 2}
    ");
}

#[test]
fn quotes_hold_delimiters_line_breaks_and_quotes() {
    assert_snapshot!(rows("a,b,c\n\"one\r\ntwo\",\"say \"\"hi\"\"\",\"\"\n\nx,y,z"), @r#"
    1 in line 2, key -: {a: one
    two, b: say "hi"}
    2 in line 5, key -: {a: x, b: y, c: z}
    "#);
}

#[test]
fn a_quote_that_is_never_closed_costs_one_line() {
    assert_snapshot!(rows("a,b,c\n1,2,\"3\n4,5,6\n7,8,9\n"), @r#"
    no record: 2: malformed-record: the quote before cell 3 is never closed (a cell with a quote in it stands in quotes, and the quote is written twice: `"5"" pipe"`)
    1 in line 3, key -: {a: 4, b: 5, c: 6}
    2 in line 4, key -: {a: 7, b: 8, c: 9}
    "#);
    // The next quote is not taken for its end.
    assert_snapshot!(rows("a,b,c\n1,2,\"3\n4,5,\"6\"\n7,8,9\n"), @r#"
    no record: 2: malformed-record: the quote before cell 3 is never closed (a cell with a quote in it stands in quotes, and the quote is written twice: `"5"" pipe"`)
    1 in line 3, key -: {a: 4, b: 5, c: 6}
    2 in line 4, key -: {a: 7, b: 8, c: 9}
    "#);
}

#[test]
fn a_quote_that_is_never_closed_is_given_up_after_the_largest_record() {
    let text = format!("a,b,c\n1,2,\"3\n{}", format!("x,y,{}\n", "z".repeat(1 << 20)).repeat(18));
    let read: Vec<_> = start(text, Format::Csv, &texts("a,b,c")).collect();
    assert!(read[0].is_err());
    let lines: Vec<u64> = read[1..].iter().map(|record| record.as_ref().unwrap().line).collect();
    assert_eq!(lines, (3..21).collect::<Vec<u64>>());
}

#[test]
fn text_after_a_closing_quote_spoils_its_cell_alone() {
    assert_snapshot!(rows("a,b,c\n1,\"2\" inch,3\n"), @"
    1 in line 2, key -: {a: 1, c: 3}
      2: malformed-record [b]: something stands after the quote that closes the cell
    ");
    assert_eq!(rows("a,b,c\n1,2\" inch,3\n"), "1 in line 2, key -: {a: 1, b: 2\" inch, c: 3}");
}

#[test]
fn rows_with_too_few_cells_are_read_as_far_as_they_go_and_only_the_key_of_rows_with_too_many() {
    assert_snapshot!(rows("a,b,c\n1,2\n1,2,3,4\n1,2,3,,\n"), @"
    1 in line 2, key -: {a: 1, b: 2}
      2: malformed-record: the row has 2 cells, but the header has 3
    2 in line 3, key -: {}
      3: malformed-record: the row has 4 cells, but the header has 3, so that only its key is read (a cell that holds the delimiter stands in quotes, such as an amount with a comma: `\"12,000\"`)
    3 in line 4, key -: {}
      4: malformed-record: the row has 5 cells, but the header has 3, so that only its key is read (a cell that holds the delimiter stands in quotes, such as an amount with a comma: `\"12,000\"`)
    ");
}

#[test]
fn other_encodings_are_refused_and_a_bad_cell_is_one_finding() {
    let error = |bytes: &[u8]| from_reader(Cursor::new(bytes.to_vec()), None, "x.csv", &texts("a")).err().unwrap();
    assert_eq!(error(b"\xFF\xFEa\0,\0b\0").to_string(), "`x.csv` is not UTF-8, but UTF-16");
    assert_eq!(error(b"a\0,\0b\0\n\0").to_string(), "`x.csv` is not UTF-8, but binary or UTF-16: it holds zero bytes");
    assert_eq!(error(b"\xC3\xFB\xB3\xC6,b\n1,2\n").code(), crate::diagnostic::Code::NotUtf8);
    assert_eq!(error(b"").to_string(), "`x.csv` has no header line: it is empty");
    assert_eq!(error(b"a,b\r1,2\r").to_string(), "the lines of `x.csv` end with carriage returns alone");
    assert_snapshot!(rows(b"a,b,c\n1,\xC3\xFB,3\n"), @"
    1 in line 2, key -: {a: 1, c: 3}
      2: malformed-record [b]: the cell is not UTF-8 (save the file as UTF-8; spreadsheets call it `CSV UTF-8`)
    ");
}

proptest! {
    #[test]
    fn what_a_csv_writer_writes_is_read_back(cells in prop::collection::vec(prop::collection::vec("[a-z,;\"\r\n |\t 名]{0,6}x", 3), 1..8)) {
        let mut writer = ::csv::Writer::from_writer(Vec::new());
        writer.write_record(["a", "b", "c"]).unwrap();
        for row in &cells {
            writer.write_record(row).unwrap();
        }
        let plan = texts("a,b,c");
        let records = all(&mut start(writer.into_inner().unwrap(), Format::Csv, &plan));
        let read: Vec<Vec<String>> = records
            .iter()
            .map(|record| ["a", "b", "c"].map(|name| record.record.get(name).map_or_else(String::new, ToString::to_string)).to_vec())
            .collect();
        let expected: Vec<Vec<String>> = cells.iter().map(|row| row.iter().map(|cell| cell.trim().to_owned()).collect()).collect();
        prop_assert_eq!(read, expected);
    }

    #[test]
    fn any_bytes_end(bytes in prop::collection::vec(prop::sample::select(b"ab,\"\n\r;\xC3".to_vec()), 0..60)) {
        let text = [b"a,b,c\n".as_slice(), &bytes].concat();
        let lines = text.split(|byte| *byte == b'\n').count();
        let plan = texts("a,b,c");
        prop_assert!(start(text, Format::Csv, &plan).count() <= lines);
    }
}
