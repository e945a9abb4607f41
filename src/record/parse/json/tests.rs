//! Tests of reading JSON as records.
//!
//! They must not repeat how texts are read, which has tests of its own.

use super::*;
use crate::names::FieldName;
use crate::record::{ObjectBuilder, check_required};
use proptest::prelude::*;
use rust_decimal::Decimal;

fn object_type(fields: Vec<(&str, Field)>) -> Arc<ObjectType> {
    Arc::new(ObjectType::new(fields.into_iter().map(|(name, field)| (FieldName::parse(name).unwrap(), field)).collect()))
}

fn required(field_type: FieldType) -> Field {
    Field { required: true, ..Field::new(field_type) }
}

/// Registrations with a nested object, a list and child records.
fn application() -> Arc<ObjectType> {
    let risk = object_type(vec![("solution", Field::new(FieldType::Int)), ("legal", required(FieldType::Int))]);
    object_type(vec![
        ("id", required(FieldType::Text)),
        ("amount", Field { min: Some(Decimal::ZERO), ..Field::new(FieldType::Money(None)) }),
        ("won", Field::new(FieldType::Bool)),
        ("tags", Field::new(FieldType::List(Arc::new(FieldType::Text)))),
        ("risk", Field::new(FieldType::Object(risk))),
        ("orders", Field::new(FieldType::Children(RecordName::parse("order").unwrap()))),
    ])
}

fn order(name: &RecordName) -> Option<Arc<RecordType>> {
    let fields = vec![("number", required(FieldType::Int)), ("amount", Field::new(FieldType::Money(None)))];
    (name.as_str() == "order").then(|| Arc::new(RecordType::new(name.clone(), None, ObjectType::clone(&object_type(fields)))))
}

fn read(text: &str) -> (Object, Vec<FieldFinding>) {
    let json: Json = serde_json::from_str(text).unwrap();
    let (object, mut findings) = object_from_json(&json, &application(), &order, &Reading::default());
    check_required(&object, &mut findings);
    (object, findings)
}

/// Findings as one line each.
fn shown(findings: &[FieldFinding]) -> String {
    let line = |finding: &FieldFinding| {
        let path = finding.path.as_ref().map_or("(record)", |path| path.as_str());
        let help = finding.help.as_ref().map(|help| format!("; {help}")).unwrap_or_default();
        format!("{} {path}: {}{help}", finding.code, finding.message)
    };
    findings.iter().map(line).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_whole_record_is_read_exactly() {
    let (object, findings) = read(
        r#"{"id": 17, "amount": 1234.50, "won": true, "tags": ["a", 5], "risk": {"solution": "3", "legal": 1e0},
            "orders": [{"number": 1, "amount": "1,000.10"}, {"number": 2, "amount": null}]}"#,
    );
    assert_eq!(shown(&findings), "");
    insta::assert_snapshot!(object, @"{id: 17, amount: 1234.50, won: true, tags: [a, 5], risk: {solution: 3, legal: 1}, orders: [{number: 1, amount: 1000.10}, {number: 2}]}");
    insta::assert_snapshot!(serde_json::to_string(&object).unwrap(), @r#"{"id":"17","amount":1234.50,"won":true,"tags":["a","5"],"risk":{"solution":3,"legal":1},"orders":[{"number":1,"amount":1000.10},{"number":2}]}"#);
}

#[test]
fn every_finding_is_reported_with_its_path_and_the_rest_is_read() {
    let (object, findings) = read(
        r#"{"id": 1.5, "amuont": 1, "amount": -3, "won": "yes", "tags": ["a", null], "risk": {"solution": 2.5, "leagl": 1},
            "orders": [{"number": "x"}, 5, {"amount": [1]}]}"#,
    );
    insta::assert_snapshot!(shown(&findings), @r#"
    invalid-record-value id: `1.5` is a number, but the field is a text; write it in quotes
    unmapped-column amuont: no field is named `amuont`; did you mean `amount`?
    invalid-record-value amount: `-3` is less than `0`; the field takes `0` and more
    invalid-record-value won: `yes` is neither true nor false; write `true` or `false`, without quotes
    invalid-record-value tags[1]: an item of a list cannot be missing
    invalid-record-value risk.solution: `2.5` is not a whole number
    unmapped-column risk.leagl: no field is named `leagl`; did you mean `legal`?
    invalid-record-value orders[0].number: `x` is not a whole number
    invalid-record-value orders[1]: `5` is a number, but the field is an object
    invalid-record-value orders[2].amount: the field is a `money`, not a list
    "#);
    assert_eq!(object.to_string(), "{}");
}

#[test]
fn a_bad_field_of_a_child_leaves_the_child_and_a_child_that_is_none_spoils_the_list() {
    let (object, findings) = read(r#"{"id": "a", "orders": [{"number": 1, "amount": "12,5"}]}"#);
    assert_eq!(object.to_string(), "{id: a, orders: [{number: 1}]}");
    assert_eq!(shown(&findings), "invalid-record-value orders[0].amount: `12,5` is not a money amount; did you mean `12.5`?");
    let (object, _) = read(r#"{"id": "a", "orders": [{"number": 1}, ""]}"#);
    assert_eq!(object.get("orders"), None);
}

#[test]
fn nested_objects_are_always_there() {
    for text in [r#"{"id": "a"}"#, r#"{"id": "a", "risk": null}"#, r#"{"id": "a", "risk": 5}"#, "[]"] {
        let (object, _) = read(text);
        let Some(Value::Object(risk)) = object.get("risk") else { panic!("no risk in {text}") };
        assert!(risk.is_blank());
        assert_eq!(object.path("risk.legal"), None);
    }
}

#[test]
fn required_fields_of_an_object_are_asked_for_once_it_is_there() {
    assert_eq!(shown(&read(r#"{"id": "a", "risk": {}}"#).1), "");
    let (_, findings) = read(r#"{"risk": {"solution": 1}, "orders": [{"amount": 1}]}"#);
    insta::assert_snapshot!(shown(&findings), @r#"
    missing-record-value id: `id` is required, but has no value
    missing-record-value risk.legal: `risk.legal` is required, but has no value
    missing-record-value orders[0].number: `orders[0].number` is required, but has no value
    "#);
    // A value that could not be read is one mistake, not two.
    let (_, findings) = read(r#"{"id": "a", "risk": {"solution": 1, "legal": "x"}}"#);
    assert_eq!(shown(&findings), "invalid-record-value risk.legal: `x` is not a whole number");
}

#[test]
fn a_record_that_is_no_object_is_malformed_as_a_whole() {
    let (object, findings) = object_from_json(&Json::from(5), &application(), &order, &Reading::default());
    assert!(object.is_blank());
    assert_eq!(shown(&findings), "malformed-record (record): a record is an object in braces, not a number");
    let placed = findings.into_iter().next().unwrap().at(Some(3), None);
    assert_eq!((placed.line, placed.column, placed.value.as_deref()), (Some(3), None, Some("5")));
}

#[test]
fn numbers_are_not_read_for_what_has_no_number() {
    let messages = [FieldType::Date, FieldType::Duration, FieldType::Bool, FieldType::List(Arc::new(FieldType::Int))].map(|field_type| {
        let path = FieldPath::from_text("field");
        let (value, findings) = value_from_json(&Json::from(5), &path, &Field::new(field_type), &order, &Reading::default());
        assert_eq!(value, None);
        shown(&findings)
    });
    insta::assert_snapshot!(messages.join("\n"), @r#"
    invalid-record-value field: `5` is a number, but the field is a `date`; write it as a text, such as `"2024-01-31"`; no count of days or seconds is read
    invalid-record-value field: `5` has no unit; write it as a text, such as `"5 days"`
    invalid-record-value field: `5` is neither true nor false; write `true` or `false`, without quotes
    invalid-record-value field: `5` is a number, but the field is a list
    "#);
}

#[test]
fn json_numbers_have_a_point_whatever_the_source_writes_in_texts() {
    let reading = Reading { decimal_comma: true, ..Reading::default() };
    let json: Json = serde_json::from_str("[12.5, \"12,5\"]").unwrap();
    let path = FieldPath::from_text("list");
    let (value, findings) = value_from_json(&json, &path, &Field::new(FieldType::List(Arc::new(FieldType::Decimal))), &order, &reading);
    assert_eq!(shown(&findings), "");
    assert_eq!(value.unwrap().to_string(), "[12.5, 12.5]");
}

/// JSON of every kind, with the texts and numbers that fields of some type take.
fn any_json() -> impl Strategy<Value = Json> {
    let texts = prop::sample::select(vec!["", "a", "5", "12,5", "1,000", "true", "yes", "2024-01-05", "2 days"]).prop_map(Json::from);
    let numbers = "-?(0|[1-9][0-9]{0,30})(\\.[0-9]{1,5})?(e[0-9]{1,3})?".prop_map(|text| serde_json::from_str(&text).unwrap());
    let leaves = prop_oneof![Just(Json::Null), any::<bool>().prop_map(Json::from), texts, numbers];
    let keys = prop::sample::select(vec!["id", "amount", "won", "tags", "risk", "orders", "solution", "legal", "number", "other"]);
    leaves.prop_recursive(4, 40, 5, move |inner| {
        let objects = prop::collection::vec((keys.clone(), inner.clone()), 0..6)
            .prop_map(|entries| Json::Object(entries.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()));
        prop_oneof![prop::collection::vec(inner, 0..4).prop_map(Json::Array), objects]
    })
}

proptest! {
    #[test]
    fn every_value_has_the_type_of_its_field_and_what_is_lost_is_reported(json in any_json()) {
        let (object, findings) = object_from_json(&json, &application(), &order, &Reading::default());
        let mut builder = ObjectBuilder::new(&application());
        for (slot, (name, _)) in application().iter().enumerate() {
            let given = json.get(name.as_str()).filter(|given| !given.is_null() && *given != "");
            match object.at(slot) {
                Some(value) => prop_assert_eq!(builder.set_path(name.as_str(), value.clone()), Ok(())),
                None => {
                    let inside = |finding: &FieldFinding| finding.path.as_ref().is_some_and(|path| path.as_str().starts_with(name.as_str()));
                    prop_assert!(given.is_none() || findings.iter().any(inside), "{name} is lost without a word");
                }
            }
        }
    }
}
