//! What a source says about a case beside the fields of its record: where it is, since when, and what came before.
//!
//! It must not judge: whether a stage exists is for whoever knows the workflow.

use super::draft::Draft;
use super::plan::Plan;
use crate::diagnostic::{Code, did_you_mean};
use crate::names::{FieldPath, RecordName};
use crate::record::{
    Field, FieldFinding, FieldType, Object, Reading, Value, ValueError, check_required, object_from_json, value_from_text,
};
use chrono::{DateTime, FixedOffset};
use serde_json::Value as Json;
use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

/// What a source says about the case beside the record's own fields.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct CaseFields {
    /// The names of the stages that the case is in, unchecked.
    pub stages: Vec<String>,
    /// Since when it is there.
    pub since: Option<DateTime<FixedOffset>>,
    /// Since when it lies before the gate to which it was brought.
    pub submitted: Option<DateTime<FixedOffset>>,
    /// The names of the deliverables that are there, unchecked.
    pub deliverables: Vec<String>,
    /// The names of the obligations that are open, unchecked.
    pub obligations: Vec<String>,
    /// Whether the source says something of open obligations that could not be read.
    pub unread_obligation: bool,
    /// The record as it last was.
    pub before: Option<Arc<Object>>,
    /// The names of the workflows of child cases that have not ended, unchecked; `None` where nothing is said of them.
    pub open_children: Option<Vec<String>>,
    /// Child records, by their type.
    pub children: BTreeMap<RecordName, Vec<Arc<Object>>>,
}

/// The key under which a JSON or YAML record holds its case.
pub(super) const CASE: &str = "case";

const KEYS: [&str; 8] = ["stage", "since", "submitted", "deliverables", "obligations", "before", "children", "open_children"];

/// A moment; a day is its first moment, in the zone of the source.
pub(super) fn read_moment(text: &str, reading: &Reading) -> Result<Option<DateTime<FixedOffset>>, ValueError> {
    static MOMENT: LazyLock<Field> = LazyLock::new(|| Field::new(FieldType::DateTime));
    static DAY: LazyLock<Field> = LazyLock::new(|| Field::new(FieldType::Date));
    let error = match value_from_text(text, &MOMENT, reading) {
        Ok(value) => return Ok(moment(value)),
        Err(error) => error,
    };
    let Ok(Some(day)) = value_from_text(text, &DAY, reading) else {
        let message = format!("`{}` is neither a day nor a moment", super::finding::shown(text));
        let help = "write it as `2024-01-31` or `2024-01-31T09:00:00Z`, or name its format under `dates` or `datetimes` of a mapping";
        return Err(ValueError { message, help: error.help.map(|_| help.to_owned()) });
    };
    value_from_text(&format!("{day}T00:00:00"), &MOMENT, reading).map(moment)
}

fn moment(value: Option<Value>) -> Option<DateTime<FixedOffset>> {
    match value {
        Some(Value::DateTime(moment)) => Some(moment),
        _ => None,
    }
}

/// Reads the object under `case`.
pub(super) fn read_case(json: &Json, plan: &Plan, draft: &mut Draft) {
    let Json::Object(keys) = json else {
        if !json.is_null() {
            wrong(
                draft,
                CASE,
                json,
                "`case` is an object with the keys `stage`, `since`, `submitted`, `deliverables`, `obligations`, `before`, `children` and `open_children`",
            );
        }
        return;
    };
    let reading = plan.reading();
    for (key, value) in keys.iter().filter(|(_, value)| !value.is_null()) {
        match key.as_str() {
            "stage" => draft.case.stages = names(value, "case.stage", reading, draft),
            "deliverables" => draft.case.deliverables = names(value, "case.deliverables", reading, draft),
            "obligations" => draft.case.obligations = names(value, "case.obligations", reading, draft),
            "since" => draft.case.since = moment_in(value, "case.since", reading, draft),
            "submitted" => draft.case.submitted = moment_in(value, "case.submitted", reading, draft),
            "before" => {
                let (object, findings) = object_from_json(value, plan.record().fields(), &|name| plan.child(name), reading);
                draft.findings.extend(findings.into_iter().map(|finding| within("case.before", finding)));
                draft.case.before = value.is_object().then(|| Arc::new(object));
            }
            "children" => children(value, plan, draft),
            "open_children" => {
                // What cannot be read is not known.
                let before = draft.findings.len();
                let open = names(value, "case.open_children", reading, draft);
                draft.case.open_children = (draft.findings.len() == before).then_some(open);
            }
            _ => draft.findings.push(FieldFinding {
                code: Code::UnmappedColumn,
                path: Some(FieldPath::from_text(&format!("{CASE}.{key}"))),
                value: None,
                message: format!("a case has no `{key}`"),
                help: did_you_mean(key, KEYS),
            }),
        }
    }
}

/// The names in a text, parted by the separator of lists.
pub(super) fn split<'a>(text: &'a str, reading: &Reading) -> impl Iterator<Item = &'a str> {
    text.split(reading.list_separator).map(str::trim).filter(|part| !part.is_empty())
}

/// One name or a list of names.
fn names(json: &Json, path: &str, reading: &Reading, draft: &mut Draft) -> Vec<String> {
    let items = match json {
        Json::Array(items) => items.as_slice(),
        one => std::slice::from_ref(one),
    };
    let mut names = Vec::new();
    for item in items {
        match item {
            Json::String(text) => names.extend(split(text, reading).map(str::to_owned)),
            other => wrong(draft, path, other, "a text or a list of texts is expected here"),
        }
    }
    names
}

fn moment_in(json: &Json, path: &str, reading: &Reading, draft: &mut Draft) -> Option<DateTime<FixedOffset>> {
    let Json::String(text) = json else {
        wrong(draft, path, json, "a moment is expected here, as a text such as `\"2024-01-31T09:00:00Z\"`");
        return None;
    };
    match read_moment(text, reading) {
        Ok(moment) => moment,
        Err(error) => {
            draft.refuse(&FieldPath::from_text(path), text, error);
            None
        }
    }
}

fn children(json: &Json, plan: &Plan, draft: &mut Draft) {
    let Json::Object(types) = json else {
        return wrong(draft, "case.children", json, "child records are an object of lists, by the names of their types");
    };
    for (name, items) in types {
        let path = format!("case.children.{name}");
        let found = RecordName::parse(name).ok().and_then(|parsed| Some((plan.child(&parsed)?, parsed)));
        let Some((record_type, parsed)) = found else {
            let help = did_you_mean(name, plan.child_names());
            draft.refuse(&FieldPath::from_text(&path), name, ValueError { message: format!("there is no record type `{name}`"), help });
            continue;
        };
        let Json::Array(items) = items else {
            wrong(draft, &path, items, "child records are a list, even where there is only one");
            continue;
        };
        let mut records = Vec::with_capacity(items.len());
        for (index, item) in items.iter().enumerate() {
            let (object, mut findings) = object_from_json(item, record_type.fields(), &|name| plan.child(name), plan.reading());
            if item.is_object() {
                check_required(&object, &mut findings);
                records.push(Arc::new(object));
            }
            draft.findings.extend(findings.into_iter().map(|finding| within(&format!("{path}[{index}]"), finding)));
        }
        draft.case.children.insert(parsed, records);
    }
}

fn wrong(draft: &mut Draft, path: &str, json: &Json, message: &str) {
    let error = ValueError { message: message.to_owned(), help: None };
    draft.refuse(&FieldPath::from_text(path), &json.to_string(), error);
}

/// The finding of an inner object, by its path from the outside.
fn within(prefix: &str, finding: FieldFinding) -> FieldFinding {
    let path = finding.path.map_or_else(|| prefix.to_owned(), |path| format!("{prefix}.{path}"));
    FieldFinding { path: Some(FieldPath::from_text(&path)), ..finding }
}
