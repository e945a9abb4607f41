//! Exports of real systems, where they are at hand: `TOLLGATE_SHARED_DATA`, or `shared/data` beside the repository.

use super::*;
use std::path::PathBuf;

/// The path of a file among the shared data; `None`, with a word, where it is not there.
fn shared_file(file: &str) -> Option<PathBuf> {
    let folder = std::env::var_os("TOLLGATE_SHARED_DATA")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/data"), PathBuf::from);
    let path = folder.join(file);
    if path.is_file() {
        return Some(path);
    }
    #[expect(clippy::print_stderr, reason = "a test that is skipped says so")]
    {
        eprintln!("skipped: there is no {}", path.display());
    }
    None
}

/// Opens shared data with a mapping; `None` where it is not there.
fn open_shared(file: &str, record: &Arc<RecordType>, mapping: &str) -> Option<Records> {
    Some(open(&shared_file(file)?, &mapped(record, mapping)).unwrap())
}

#[test]
fn the_sales_pipeline_of_maven_is_read_whole() {
    let stages = "{Prospecting: prospecting, Engaging: engaging, Won: won, Lost: lost}";
    let mapping = format!(
        "tollgate: 1\nmapping: maven-crm\nrecord: deal\ndates: [\"%d-%m-%y\"]\nfields:\n  id: opportunity_id\n  agent: sales_agent\n  \
         account: account\n  product: {{column: product, values: {{GTX Pro: GTXPro}}, others: keep}}\n  amount: close_value\n  engaged: \
         engage_date\n  closed: close_date\nstage: {{column: deal_stage, values: {stages}, others: refuse}}\nsince: engage_date\nignore: \
         [engage_quarter, close_quarter]\n"
    );
    let fields = fields([
        ("id", required(FieldType::Text)),
        ("agent", required(FieldType::User)),
        ("account", Field::new(FieldType::Text)),
        ("product", required(one_of(["GTX Basic", "GTXPro", "GTX Plus Basic", "GTX Plus Pro", "GTK 500", "MG Special", "MG Advanced"]))),
        ("amount", Field::new(FieldType::Money(Some("USD".into())))),
        ("engaged", Field::new(FieldType::Date)),
        ("closed", Field::new(FieldType::Date)),
    ]);
    let deal = record_type("deal", Some("id"), fields);
    let Some(mut records) = open_shared("maven-crm/sales_pipeline.csv", &deal, &mapping) else { return };
    assert_eq!(records.header_findings(), []);
    let read = all(&mut records);
    assert_eq!(read.len(), 8_800);
    assert!(read.iter().all(|record| record.findings.is_empty()));
    let missing = |field: &str| read.iter().filter(|record| record.record.get(field).is_none()).count();
    assert_eq!((missing("account"), missing("engaged"), missing("amount"), missing("id")), (1_425, 500, 2_089, 0));
    assert_eq!(read.iter().filter(|record| record.case.stages == ["won"]).count(), 4_238);
    assert_eq!(read.iter().filter(|record| record.case.since.is_none()).count(), 500);
    assert_eq!(read[0].record.get("engaged").unwrap().to_string(), "2016-10-20");
    assert_eq!((read[0].line, read[8_799].line, read[8_799].number), (2, 8_801, 8_800));
    let (bytes, total) = records.progress();
    assert_eq!(Some(bytes), total);
}

#[test]
fn the_leads_of_x_education_are_read_whole() {
    let mapping = "tollgate: 1\nmapping: x-education\nrecord: lead\nkey: Prospect ID\nnulls: [Select]\nfields:\n  number: Lead Number\n  \
        origin: Lead Origin\n  converted: Converted\n  visits: TotalVisits\n  country: Country\n  no_email: Do Not Email\n";
    let fields = fields([
        ("number", required(FieldType::Int)),
        ("origin", required(FieldType::Text)),
        ("converted", required(FieldType::Bool)),
        ("visits", Field::new(FieldType::Int)),
        ("country", Field::new(FieldType::Text)),
        ("no_email", required(FieldType::Bool)),
    ]);
    let lead = record_type("lead", None, fields);
    let Some(mut records) = open_shared("x-education/leads.csv", &lead, mapping) else { return };
    assert_eq!(records.header_findings().len(), 30);
    let read = all(&mut records);
    assert_eq!(read.len(), 9_240);
    let findings: Vec<String> = read.iter().flat_map(|record| &record.findings).map(shown).collect();
    assert_eq!(findings, Vec::<String>::new());
    assert_eq!(read.iter().filter(|record| record.record.get("converted") == Some(&crate::record::Value::Bool(true))).count(), 3_561);
    assert_eq!(read[0].key.as_deref(), Some("7927b2df-8bba-4d29-b9a2-b6e0beafe620"));
}
