//! Workbooks: numbers, days and moments of cells, and sheets that are not sound.

use super::*;
use insta::assert_snapshot;

/// A zip archive without compression.
fn zip(files: &[(&str, String)]) -> Vec<u8> {
    let (mut archive, mut directory) = (Vec::new(), Vec::new());
    for (name, content) in files {
        let mut common = vec![20, 0, 0, 0, 0, 0, 0, 0, 0x21, 0];
        common.extend(crc32(content.as_bytes()).to_le_bytes());
        common.extend((content.len() as u32).to_le_bytes());
        common.extend((content.len() as u32).to_le_bytes());
        common.extend((name.len() as u16).to_le_bytes());
        common.extend([0, 0]);
        directory.extend(b"PK\x01\x02\x14\x00");
        directory.extend(&common);
        directory.extend([0; 10]);
        directory.extend((archive.len() as u32).to_le_bytes());
        directory.extend(name.as_bytes());
        archive.extend(b"PK\x03\x04");
        archive.extend(&common);
        archive.extend(name.as_bytes());
        archive.extend(content.as_bytes());
    }
    let start = archive.len() as u32;
    archive.extend(&directory);
    archive.extend(b"PK\x05\x06\0\0\0\0");
    archive.extend((files.len() as u16).to_le_bytes().repeat(2));
    archive.extend((directory.len() as u32).to_le_bytes());
    archive.extend(start.to_le_bytes());
    archive.extend([0, 0]);
    archive
}

fn crc32(bytes: &[u8]) -> u32 {
    let step = |crc: u32, _| if crc & 1 == 1 { (crc >> 1) ^ 0xEDB8_8320 } else { crc >> 1 };
    !bytes.iter().fold(!0, |crc, byte| (0..8).fold(crc ^ u32::from(*byte), step))
}

/// A workbook whose only visible sheet has these rows; style 1 is a date, style 2 a time span.
fn workbook(rows: &[String]) -> Vec<u8> {
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let relation = |id: &str, kind: &str, target: &str| format!(r#"<Relationship Id="{id}" Type="{relations}/{kind}" Target="{target}"/>"#);
    let package = |inner: &[String]| {
        let inner = inner.concat();
        format!(r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{inner}</Relationships>"#)
    };
    let sheet = |rows: &str| format!(r#"<worksheet xmlns="{main}"><sheetData>{rows}</sheetData></worksheet>"#);
    let sheets = r#"<sheet name="Old" sheetId="1" state="hidden" r:id="r1"/><sheet name="Deals" sheetId="2" r:id="r2"/>"#;
    zip(&[
        ("[Content_Types].xml", r#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>"#.to_owned()),
        ("_rels/.rels", package(&[relation("r1", "officeDocument", "xl/workbook.xml")])),
        ("xl/workbook.xml", format!(r#"<workbook xmlns="{main}" xmlns:r="{relations}"><sheets>{sheets}</sheets></workbook>"#)),
        (
            "xl/_rels/workbook.xml.rels",
            package(&[
                relation("r1", "worksheet", "worksheets/sheet1.xml"),
                relation("r2", "worksheet", "worksheets/sheet2.xml"),
                relation("r3", "styles", "styles.xml"),
            ]),
        ),
        (
            "xl/styles.xml",
            format!(
                r#"<styleSheet xmlns="{main}"><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="46"/></cellXfs></styleSheet>"#
            ),
        ),
        ("xl/worksheets/sheet1.xml", sheet("")),
        ("xl/worksheets/sheet2.xml", sheet(&rows.concat())),
    ])
}

/// A row of cells: texts, or what stands between `<` and `>` as it is.
fn row(number: u32, cells: &[&str]) -> String {
    let cell = |(index, text): (usize, &&str)| {
        let place = format!("{}{number}", char::from(b'A' + index as u8));
        match text.strip_prefix('=') {
            Some(written) => {
                let (style, value) = written.split_once('|').unwrap_or(("", written));
                format!(r#"<c r="{place}" {style}><v>{value}</v></c>"#)
            }
            None if text.is_empty() => String::new(),
            None => format!(r#"<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>"#),
        }
    };
    format!(r#"<row r="{number}">{}</row>"#, cells.iter().enumerate().map(cell).collect::<String>())
}

#[test]
fn cells_become_exact_texts_and_days() {
    let rows = [
        row(2, &["id", "amount", "due", "seen", "urgent", "origin", "tags"]),
        row(3, &["A1", "=1054.1", r#"=s="1"|42663"#, r#"=s="1"|42663.5"#, r#"=t="b"|1"#, r#"=t="e"|#N/A"#, "=7"]),
        row(4, &["A2", "=12.345"]),
        row(5, &["=12", "=0.30000000000000004", "2024-01-31", r#"=s="1"|42663"#, "", "", "x;y"]),
        row(6, &["A3", "12,5", r#"=s="1"|42663.5"#, "", "", "", "", "surplus"]),
    ];
    assert_snapshot!(told(workbook(&rows), Format::Excel, &plan()), @"
    1 in line 3, key A1: {id: A1, amount: 1054.1, due: 2016-10-20, seen: 2016-10-20T12:00:00Z, urgent: true, tags: [7]}
      3: invalid-record-value [origin] <#N/A>: `#N/A` is not one of the values of this field (known here: `lead`, `direct`)
    2 in line 4, key A2: {id: A2, amount: 12.345}
    3 in line 5, key 12: {id: 12, amount: 0.30000000000000004, due: 2024-01-31, seen: 2016-10-20T00:00:00Z, tags: [x, y]}
    4 in line 6, key A3: {id: A3}
      6: malformed-record: the row has 8 cells, but the header has 7
      6: invalid-record-value [amount] <12,5>: `12,5` is not a number (did you mean `12.5`?)
      6: invalid-record-value [due] <2016-10-20T12:00:00>: `2016-10-20T12:00:00` has a time of day, but the field is a date (a field of type `datetime` keeps the time)
    ");
}

#[test]
fn a_number_of_a_workbook_is_never_read_in_two_ways_and_a_text_is() {
    let invoice =
        record_type("invoice", Some("id"), fields([("id", required(FieldType::Text)), ("amount", Field::new(FieldType::Money(None)))]));
    let plans = [
        Plan::new(&invoice, [&invoice], None, chrono_tz::Tz::UTC).unwrap(),
        mapped(&invoice, "tollgate: 1\nmapping: erp\nrecord: invoice\ndecimal: comma\nfields: {id: id, amount: amount}\n"),
    ];
    let rows = [row(1, &["id", "amount"]), row(2, &["A1", "=12.345"]), row(3, &["A2", "12.345"])];
    let [plain, comma] = plans.map(|plan| told(workbook(&rows), Format::Excel, &plan));
    assert_snapshot!(plain, @"
    1 in line 2, key A1: {id: A1, amount: 12.345}
    2 in line 3, key A2: {id: A2}
      3: invalid-record-value [amount] <12.345>: `12.345` may be `12345` or `12.345` (write it without the point, or with two digits after it; a mapping can say `decimal: comma` or `decimal: point`)
    ");
    assert_snapshot!(comma, @"
    1 in line 2, key A1: {id: A1, amount: 12.345}
    2 in line 3, key A2: {id: A2, amount: 12345}
    ");
}

#[test]
fn a_workbook_is_known_by_its_bytes_and_a_broken_one_is_refused() {
    let open = |bytes: Vec<u8>| from_reader(Cursor::new(bytes), None, "book.xlsx", &plan());
    assert_eq!(open(workbook(&[row(1, &["id"]), row(2, &["A1"])])).unwrap().count(), 1);
    assert_eq!(open(workbook(&[])).err().unwrap().to_string(), "`book.xlsx` has no header line: it is empty");
    assert!(open(b"PK\x03\x04broken".to_vec()).is_err());
    let cut = workbook(&[row(1, &["id"]), row(2, &["A1"]), r#"<row r="3"><c r="A3">"#.to_owned()]);
    let read: Vec<_> = open(cut).unwrap().collect();
    assert!(matches!(read.as_slice(), [Err(finding)] if finding.line == Some(2)), "{read:?}");
}

#[test]
fn a_sheet_with_two_far_cells_costs_two_cells() {
    let far = r#"<row r="1048576"><c r="A1048576"><v>1</v></c><c r="XFD1048576"><v>1</v></c></row>"#;
    let rows = [row(1, &["id"]), far.to_owned()];
    assert_snapshot!(told(workbook(&rows), Format::Excel, &plan()), @"
    1 in line 1048576, key 1: {id: 1}
      1048576: malformed-record: the row has 16384 cells, but the header has 1
    ");
}

#[test]
fn dropping_the_records_ends_the_reading() {
    let rows: String = (2..5_000).map(|number| row(number, &["A1"])).collect();
    let mut records = from_reader(Cursor::new(workbook(&[row(1, &["id"]), rows])), None, "book.xlsx", &plan()).unwrap();
    assert!(records.next().unwrap().is_ok());
    drop(records);
}
