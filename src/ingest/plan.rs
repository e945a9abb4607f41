//! How the records of a source are read: the record type, and the mapping of columns where there is one.
//!
//! It must not read anything; it is made once and used for every record.

use super::case::{CaseFields, read_moment, split};
use super::draft::Draft;
use super::flat::near_path;
use super::target::{Part, Role, Target, Texts};
use crate::diagnostic::{did_you_mean, suggest};
use crate::document::{ColumnDoc, DecimalMark, MappingDoc, Others, SourceDoc};
use crate::names::{FieldPath, RecordName};
use crate::record::{Field, FieldType, Object, Place, Reading, RecordType, ValueError, value_from_text};
use chrono_tz::Tz;
use indexmap::IndexMap;
use std::collections::HashSet;
use std::sync::Arc;

/// How the records of a source are read.
#[derive(Debug, Clone)]
pub struct Plan {
    record: Arc<RecordType>,
    records: IndexMap<RecordName, Arc<RecordType>>,
    key: Option<Place>,
    mapping: Option<Mapping>,
    texts: Arc<Texts>,
    // What every record begins with: the constants of the mapping.
    start: Draft,
}

/// A mapping, resolved against a record type.
#[derive(Debug, Clone)]
struct Mapping {
    targets: Vec<Target>,
    ignore: HashSet<Arc<str>>,
}

/// Why a mapping cannot be used for a record type; [`MappingDoc::check`] says so with its place.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct PlanError {
    /// What is wrong, in one line.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
}

impl Plan {
    /// A plan for records of a type; `types` are all record types, for those of child records; `zone` is that of moments which are
    /// written without an offset and of plain days, where the mapping names none.
    ///
    /// # Errors
    /// When the mapping is for another record type, names a field that there is not, or has a format, zone or constant that is none.
    pub fn new<'a>(
        record: &Arc<RecordType>,
        types: impl IntoIterator<Item = &'a Arc<RecordType>>,
        mapping: Option<&MappingDoc>,
        zone: Tz,
    ) -> Result<Self, PlanError> {
        let key = record.key().and_then(|key| record.fields().place(key.as_str()));
        let usual = Reading { zone, ..Reading::default() };
        let texts = Texts::new(mapping.map_or(Ok(usual), |document| reading(document, zone))?, IndexMap::new(), Others::Keep);
        let start = Draft {
            object: Object::empty(record.fields()),
            case: CaseFields::default(),
            key: None,
            findings: Vec::new(),
            others: Vec::new(),
        };
        let mut plan = Self {
            record: Arc::clone(record),
            records: types.into_iter().map(|each| (each.name().clone(), Arc::clone(each))).collect(),
            key,
            mapping: None,
            texts: Arc::new(texts),
            start,
        };
        if let Some(document) = mapping {
            plan.mapping = Some(plan.resolve(document)?);
        }
        Ok(plan)
    }

    /// The type of the records.
    #[must_use]
    pub fn record(&self) -> &Arc<RecordType> {
        &self.record
    }

    pub(super) fn child(&self, name: &RecordName) -> Option<Arc<RecordType>> {
        self.records.get(name).cloned()
    }

    pub(super) fn child_names(&self) -> impl Iterator<Item = &str> {
        self.records.keys().map(RecordName::as_str)
    }

    pub(super) fn reading(&self) -> &Reading {
        &self.texts.reading
    }

    /// A record before anything was read.
    pub(super) fn draft(&self) -> Draft {
        self.start.clone()
    }

    /// The field that identifies a record, unless a column does.
    pub(super) fn key(&self) -> Option<&Place> {
        self.key.as_ref().filter(|_| self.key_column().is_none())
    }

    /// The column that identifies a record although it is no field.
    pub(super) fn key_column(&self) -> Option<&str> {
        self.mapped()?.iter().find(|target| target.is_key()).map(Target::column)
    }

    /// What the columns of the mapping are for; `None` without a mapping.
    pub(super) fn mapped(&self) -> Option<&[Target]> {
        self.mapping.as_ref().map(|mapping| mapping.targets.as_slice())
    }

    /// What the columns of a header are for. Without a mapping, a column is named by the path of its field.
    pub(super) fn targets_of(&self, names: &[String]) -> Vec<Target> {
        match self.mapped() {
            Some(targets) => targets.to_vec(),
            None => names.iter().filter_map(|name| Some(Target::new(name, self.role_of(name)?, &self.texts))).collect(),
        }
    }

    fn role_of(&self, name: &str) -> Option<Role> {
        match Part::ALL.into_iter().find(|part| part.path() == name) {
            Some(part) => Some(case_role(part)),
            None => self.record.fields().place(name).map(Role::Field),
        }
    }

    /// The columns that must be there: those that the mapping names, or else those of the key and of required fields.
    pub(super) fn expected_columns(&self) -> Vec<String> {
        if let Some(targets) = self.mapped() {
            return targets.iter().map(|target| target.column().to_owned()).collect();
        }
        let one_text = |field: &Field| !matches!(field.field_type, FieldType::Object(_) | FieldType::Children(_));
        let required = self.record.fields().iter().filter(|(_, field)| field.required && one_text(field));
        self.record.key().into_iter().chain(required.map(|(name, _)| name)).map(|name| name.to_string()).collect()
    }

    /// Whether the mapping leaves a column out on purpose.
    pub(super) fn ignores(&self, column: &str) -> bool {
        self.mapping.as_ref().is_some_and(|mapping| mapping.ignore.contains(column))
    }

    /// The columns that the mapping leaves out on purpose.
    pub(super) fn ignored(&self) -> impl Iterator<Item = &str> {
        self.mapping.iter().flat_map(|mapping| mapping.ignore.iter().map(AsRef::as_ref))
    }

    /// What to say about a column that is not read; a column of the mapping that is there was not meant.
    pub(super) fn about_unmapped(&self, column: &str, is_there: impl Fn(&str) -> bool) -> (String, Option<String>) {
        if let Some(targets) = self.mapped() {
            let (parent, name) = parent_and_name(column);
            let others = targets.iter().map(Target::column).filter(|other| !is_there(other)).map(parent_and_name);
            let near = suggest(name, others.filter(|(other, _)| *other == parent).map(|(_, name)| name));
            let help = match near {
                Some(near) => format!("did you mean `{}`?", parent.map_or_else(|| near.to_owned(), |parent| format!("{parent}.{near}"))),
                None => "name it under `ignore` if it is left out on purpose".to_owned(),
            };
            return (format!("the mapping does not use the column `{column}`"), Some(help));
        }
        (format!("no field is named `{column}`"), near_path(column, &self.record.leaves()))
    }

    /// The column that a field or a part of the case is read from, as findings name it.
    pub(super) fn column_of(&self, path: &FieldPath) -> Option<String> {
        self.mapped()?.iter().find_map(|target| {
            let rest = path.as_str().strip_prefix(target.path()?.as_str())?;
            (rest.is_empty() || rest.starts_with(['.', '['])).then(|| format!("{}{rest}", target.column()))
        })
    }

    fn resolve(&mut self, document: &MappingDoc) -> Result<Mapping, PlanError> {
        if document.record.value != *self.record.name() {
            let message =
                format!("the mapping is for records of type `{}`, and these are of type `{}`", document.record.value, self.record.name());
            return Err(PlanError { message, help: None });
        }
        let mut targets = Vec::new();
        for (path, source) in document.fields.iter() {
            let place = self.record.fields().place(path.value.as_str()).ok_or_else(|| self.no_field(&path.value))?;
            match source {
                SourceDoc::Column(column) => targets.push(self.target(column, Role::Field(place))),
                SourceDoc::Constant(text) => {
                    let value = value_from_text(&text.value, place.field(), &Reading::default()).map_err(PlanError::from)?;
                    self.start.object.set_within(place.slots(), value);
                }
            }
        }
        for (part, source) in Part::ALL.into_iter().zip(document.case_sources()) {
            match source {
                Some(SourceDoc::Column(column)) => targets.push(self.target(column, case_role(part))),
                Some(SourceDoc::Constant(text)) => self.constant(part, &text.value)?,
                None => {}
            }
        }
        targets.extend(document.key.as_ref().map(|column| Target::new(&column.value, Role::Key, &self.texts)));
        let ignore = document.ignore.iter().map(|column| Arc::clone(&column.value)).collect();
        Ok(Mapping { targets, ignore })
    }

    fn target(&self, column: &ColumnDoc, role: Role) -> Target {
        if column.values.is_empty() && column.nulls.is_empty() && column.others == Others::Keep {
            return Target::new(&column.column.value, role, &self.texts);
        }
        let mut reading = self.texts.reading.clone();
        reading.nulls.extend(column.nulls.iter().map(|null| null.value.to_string()));
        let values = column.values.iter().map(|value| (Arc::clone(&value.theirs.value), Arc::clone(&value.ours.value))).collect();
        Target::new(&column.column.value, role, &Arc::new(Texts::new(reading, values, column.others)))
    }

    fn constant(&mut self, part: Part, text: &str) -> Result<(), PlanError> {
        let reading = Reading::default();
        let names = || split(text, &reading).map(str::to_owned).collect();
        match part {
            Part::Stage => self.start.case.stages = names(),
            Part::Deliverables => self.start.case.deliverables = names(),
            Part::Obligations => self.start.case.obligations = names(),
            Part::Submitted => self.start.case.submitted = read_moment(text, &reading).map_err(PlanError::from)?,
            Part::Since => self.start.case.since = read_moment(text, &reading).map_err(PlanError::from)?,
        }
        Ok(())
    }

    fn no_field(&self, path: &FieldPath) -> PlanError {
        let help = did_you_mean(path.as_str(), self.record.leaves().iter().map(FieldPath::as_str));
        PlanError { message: format!("`{}` has no field `{path}`", self.record.name()), help }
    }
}

impl From<ValueError> for PlanError {
    fn from(error: ValueError) -> Self {
        Self { message: error.message, help: error.help }
    }
}

fn case_role(part: Part) -> Role {
    Role::Case(part, FieldPath::from_text(part.path()))
}

/// The path of the object that holds a value, and the name of the value in it.
fn parent_and_name(path: &str) -> (Option<&str>, &str) {
    path.rsplit_once('.').map_or((None, path), |(parent, name)| (Some(parent), name))
}

/// How the texts of the whole source are read.
fn reading(document: &MappingDoc, usual_zone: Tz) -> Result<Reading, PlanError> {
    let formats = |formats: &[crate::source::Spanned<Arc<str>>]| {
        let wrong = formats.iter().find(|format| !Reading::is_format(&format.value));
        match wrong {
            Some(format) => Err(PlanError { message: format!("`{}` is not a date format", format.value), help: None }),
            None => Ok(formats.iter().map(|format| format.value.to_string()).collect::<Vec<String>>()),
        }
    };
    let zone = document.zone.as_ref().map_or(Ok(usual_zone), |zone| {
        zone.value.parse().map_err(|_| PlanError { message: format!("there is no time zone `{}`", zone.value), help: None })
    })?;
    let usual = Reading::default();
    Ok(Reading {
        date_formats: formats(&document.dates)?,
        datetime_formats: formats(&document.datetimes)?,
        zone,
        nulls: usual.nulls.into_iter().chain(document.nulls.iter().map(|null| null.value.to_string())).collect(),
        trim: true,
        list_separator: document.list.as_ref().map_or(usual.list_separator, |separator| separator.value),
        decimal_comma: document.decimal.as_ref().is_some_and(|mark| mark.value == DecimalMark::Comma),
        decimal_point: document.decimal.as_ref().is_some_and(|mark| mark.value == DecimalMark::Point),
    })
}
