//! What one column is for: the field or part of the case that it gives, and how its texts are read.
//!
//! It must not know where the column is; a header or a JSON path says that.

use super::case::{read_moment, split};
use super::draft::Draft;
use super::flat::Cell;
use super::plan::Plan;
use crate::diagnostic::did_you_mean;
use crate::document::Others;
use crate::names::FieldPath;
use crate::record::{FieldType, Place, Reading, Value, ValueError, value_from_json, value_from_text};
use indexmap::IndexMap;
use serde_json::Value as Json;
use std::borrow::Cow;
use std::sync::Arc;

/// One use of one column.
#[derive(Debug, Clone)]
pub(super) struct Target {
    column: Arc<str>,
    role: Role,
    texts: Arc<Texts>,
}

/// What a column gives.
#[derive(Debug, Clone)]
pub(super) enum Role {
    /// The value of a field.
    Field(Place),
    /// The key of the record.
    Key,
    /// A part of the case.
    Case(Part, FieldPath),
}

/// The parts of a case that a column can give.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Stage,
    Since,
    Submitted,
    Deliverables,
    Obligations,
}

/// How the texts of a column are read.
#[derive(Debug)]
pub(super) struct Texts {
    pub(super) reading: Reading,
    pub(super) values: IndexMap<Arc<str>, Arc<str>>,
    pub(super) others: Others,
    // The same reading for numbers that the source itself wrote, always with a point.
    typed: Reading,
}

impl Part {
    /// Every part.
    pub(super) const ALL: [Part; 5] = [Part::Stage, Part::Since, Part::Submitted, Part::Deliverables, Part::Obligations];

    /// The path by which sources without a mapping name it.
    pub(super) fn path(self) -> &'static str {
        match self {
            Part::Stage => "case.stage",
            Part::Since => "case.since",
            Part::Submitted => "case.submitted",
            Part::Deliverables => "case.deliverables",
            Part::Obligations => "case.obligations",
        }
    }
}

impl Texts {
    pub(super) fn new(reading: Reading, values: IndexMap<Arc<str>, Arc<str>>, others: Others) -> Self {
        let typed = Reading { decimal_comma: false, decimal_point: true, ..reading.clone() };
        Self { reading, values, others, typed }
    }

    /// Our text for one of the source; `None` where it means a missing value.
    fn translate<'a>(&'a self, text: &'a str) -> Result<Option<&'a str>, ValueError> {
        let text = text.trim();
        if self.reading.nulls.iter().any(|null| null == text) {
            return Ok(None);
        }
        match (self.values.get(text), self.others) {
            (Some(ours), _) => Ok(Some(&**ours).filter(|ours| !ours.is_empty())),
            (None, Others::Keep) => Ok(Some(text)),
            (None, Others::Missing) => Ok(None),
            (None, Others::Refuse) => Err(ValueError {
                message: format!("the mapping has no value for `{}`", super::finding::shown(text)),
                help: did_you_mean(text, self.values.keys().map(AsRef::as_ref)),
            }),
        }
    }

    /// The same for each part of a list that is written as one text.
    fn translate_parts<'a>(&'a self, text: &'a str) -> Result<Option<Vec<&'a str>>, ValueError> {
        if self.reading.nulls.iter().any(|null| null == text.trim()) {
            return Ok(None);
        }
        let parts: Result<Vec<Option<&str>>, ValueError> = split(text, &self.reading).map(|part| self.translate(part)).collect();
        Ok(Some(parts?.into_iter().flatten().collect()))
    }

    fn translate_for<'a>(&'a self, field_type: &FieldType, text: &'a str) -> Result<Option<Cow<'a, str>>, ValueError> {
        if self.values.is_empty() || !matches!(field_type, FieldType::List(_)) {
            return Ok(self.translate(text)?.map(Cow::Borrowed));
        }
        let separator = self.reading.list_separator.to_string();
        Ok(self.translate_parts(text)?.map(|parts| Cow::Owned(parts.join(&separator))))
    }

    fn translate_json<'a>(&'a self, field_type: &FieldType, json: &'a Json) -> Result<Option<Cow<'a, Json>>, ValueError> {
        match json {
            Json::Null => Ok(None),
            Json::Object(_) => Ok(Some(Cow::Borrowed(json))),
            Json::Array(_) if self.values.is_empty() => Ok(Some(Cow::Borrowed(json))),
            Json::Array(items) => {
                let items: Result<Vec<_>, ValueError> = items.iter().map(|item| self.translate_json(field_type, item)).collect();
                Ok(Some(Cow::Owned(Json::Array(items?.into_iter().flatten().map(Cow::into_owned).collect()))))
            }
            scalar => {
                let Some(written) = scalar_text(scalar) else { return Ok(None) };
                let ours = self.translate_for(field_type, &written)?;
                // What was not translated stays what it was: a number must not become a text.
                Ok(ours.map(|ours| if ours == written.trim() { Cow::Borrowed(json) } else { Cow::Owned(Json::String(ours.into_owned())) }))
            }
        }
    }
}

impl Target {
    pub(super) fn new(column: &str, role: Role, texts: &Arc<Texts>) -> Self {
        Self { column: Arc::from(column), role, texts: Arc::clone(texts) }
    }

    /// The name of the column.
    pub(super) fn column(&self) -> &str {
        &self.column
    }

    /// The path of what it gives; a key that is no field has none.
    pub(super) fn path(&self) -> Option<&FieldPath> {
        match &self.role {
            Role::Field(place) => Some(place.path()),
            Role::Case(_, path) => Some(path),
            Role::Key => None,
        }
    }

    /// Whether it gives the key of the record.
    pub(super) fn is_key(&self) -> bool {
        matches!(self.role, Role::Key)
    }

    /// Whether it gives the value of a field.
    pub(super) fn is_field(&self) -> bool {
        matches!(self.role, Role::Field(_))
    }

    /// Whether it gives a part of the case.
    pub(super) fn gives(&self, part: Part) -> bool {
        matches!(self.role, Role::Case(given, _) if given == part)
    }

    /// Whether it gives a date with a time.
    pub(super) fn takes_moment(&self) -> bool {
        match &self.role {
            Role::Field(place) => place.field().field_type == FieldType::DateTime,
            Role::Case(part, _) => *part == Part::Since,
            Role::Key => false,
        }
    }

    /// Takes the cell of a row.
    pub(super) fn take_cell(&self, cell: Cell<'_>, draft: &mut Draft) {
        match &self.role {
            Role::Field(place) => match self.field_text(place, cell) {
                Ok(Some(value)) => draft.object.set_within(place.slots(), Some(value)),
                Ok(None) => {}
                Err(error) => draft.refuse(place.path(), cell.text, error),
            },
            Role::Key => self.take_key(cell.text, draft),
            Role::Case(part, path) => self.take_part(*part, path, cell.text, draft),
        }
    }

    fn field_text(&self, place: &Place, cell: Cell<'_>) -> Result<Option<Value>, ValueError> {
        let reading = if cell.typed { &self.texts.typed } else { &self.texts.reading };
        match self.texts.translate_for(&place.field().field_type, cell.text)? {
            Some(text) => value_from_text(&text, place.field(), reading),
            None => Ok(None),
        }
    }

    /// Takes what stands at a path of a JSON record.
    pub(super) fn take_json(&self, json: &Json, plan: &Plan, draft: &mut Draft) {
        match &self.role {
            Role::Field(place) => self.take_field_json(place, json, plan, draft),
            Role::Key => {
                if let Some(text) = scalar_text(json) {
                    self.take_key(&text, draft);
                }
            }
            Role::Case(part, path) => {
                let items = match json {
                    Json::Array(items) => items.as_slice(),
                    one => std::slice::from_ref(one),
                };
                for item in items {
                    match scalar_text(item) {
                        Some(text) => self.take_part(*part, path, &text, draft),
                        None if item.is_null() => {}
                        None => {
                            let error = ValueError { message: "a text or a list of texts is expected here".to_owned(), help: None };
                            draft.refuse(path, &item.to_string(), error);
                        }
                    }
                }
            }
        }
    }

    fn take_field_json(&self, place: &Place, json: &Json, plan: &Plan, draft: &mut Draft) {
        match self.texts.translate_json(&place.field().field_type, json) {
            Ok(None) => {}
            Ok(Some(json)) => {
                let children = |name: &_| plan.child(name);
                let (value, findings) = value_from_json(&json, place.path(), place.field(), &children, &self.texts.reading);
                draft.findings.extend(findings);
                if value.is_some() {
                    draft.object.set_within(place.slots(), value);
                }
            }
            Err(error) => draft.refuse(place.path(), &scalar_text(json).unwrap_or_default(), error),
        }
    }

    fn take_key(&self, text: &str, draft: &mut Draft) {
        draft.key = self.texts.translate(text).ok().flatten().map(str::to_owned);
    }

    fn take_part(&self, part: Part, path: &FieldPath, text: &str, draft: &mut Draft) {
        let texts = &self.texts;
        let error = match part {
            Part::Since | Part::Submitted => match texts.translate(text).map(|text| text.map(|text| read_moment(text, &texts.reading))) {
                Ok(Some(Ok(moment))) => {
                    if part == Part::Since {
                        draft.case.since = moment;
                    } else {
                        draft.case.submitted = moment;
                    }
                    return;
                }
                Ok(None) => return,
                Ok(Some(Err(error))) | Err(error) => error,
            },
            Part::Stage | Part::Deliverables | Part::Obligations => match texts.translate_parts(text) {
                Ok(parts) => {
                    let names = parts.into_iter().flatten().map(str::to_owned);
                    match part {
                        Part::Stage => draft.case.stages.extend(names),
                        Part::Obligations => draft.case.obligations.extend(names),
                        _ => draft.case.deliverables.extend(names),
                    }
                    return;
                }
                Err(error) => error,
            },
        };
        draft.refuse(path, text, error);
    }
}

/// The text of a JSON value that is neither a list nor an object nor null.
fn scalar_text(json: &Json) -> Option<Cow<'_, str>> {
    match json {
        Json::String(text) => Some(Cow::Borrowed(text)),
        Json::Number(number) => Some(Cow::Borrowed(number.as_str())),
        Json::Bool(true) => Some(Cow::Borrowed("true")),
        Json::Bool(false) => Some(Cow::Borrowed("false")),
        Json::Null | Json::Array(_) | Json::Object(_) => None,
    }
}
