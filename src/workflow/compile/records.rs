//! Compiles record types.
//!
//! It must not read records.

use super::Compiler;
use crate::diagnostic::{Code, did_you_mean};
use crate::document::{Entries, FieldDoc, SimpleType, Title, TypeDoc};
use crate::names::{FieldName, FieldPath, RecordName};
use crate::record::{Field, FieldType, ObjectType, RecordType};
use indexmap::IndexMap;
use std::collections::HashMap;
use std::sync::Arc;

impl Compiler<'_> {
    /// All record types by name.
    pub(super) fn records(&mut self) -> IndexMap<RecordName, Arc<RecordType>> {
        let file = &self.resolved.file;
        let mut records = IndexMap::new();
        for (name, record) in file.records.iter() {
            let fields = self.object_type(&record.fields);
            if let Some(key) = &record.key
                && fields.get(key.value.as_str()).is_none()
                && !record.fields.is_partial()
            {
                let help = did_you_mean(key.value.as_str(), fields.names());
                self.report(Code::UnknownField, key.span, format!("`{}` has no field `{}` to be its key", name.value, key.value), help);
            }
            let key = record.key.as_ref().map(|key| key.value.clone());
            records.insert(name.value.clone(), Arc::new(RecordType::new(name.value.clone(), key, fields)));
        }
        records
    }

    /// The record type that travels through the workflow.
    pub(super) fn main_record(&mut self, records: &IndexMap<RecordName, Arc<RecordType>>) -> Option<Arc<RecordType>> {
        let named = self.resolved.file.record.as_ref()?;
        self.used.records.insert(named.value.as_str().to_owned());
        let found = records.get(&named.value).cloned();
        if found.is_none() && !self.may_hide(self.resolved.file.records.is_partial()) {
            let help = did_you_mean(named.value.as_str(), records.keys().map(RecordName::as_str))
                .or_else(|| Some(format!("declare it: `records: {{{}: {{fields: ..}}}}`", named.value)));
            self.report(Code::UnknownRecord, named.span, format!("there is no record type `{}`", named.value), help);
        }
        found
    }

    /// The titles of the fields of a record type, by their paths without its name.
    pub(super) fn field_titles(&self, record: &RecordType) -> HashMap<FieldPath, Title> {
        let mut titles = HashMap::new();
        if let Some((_, doc)) = self.resolved.file.records.iter().find(|(name, _)| name.value == *record.name()) {
            collect_titles(&doc.fields, "", &mut titles);
        }
        titles
    }

    fn object_type(&mut self, fields: &Entries<FieldName, FieldDoc>) -> ObjectType {
        let mut compiled = IndexMap::new();
        for (name, field) in fields.iter() {
            let field_type = self.field_type(&field.field_type);
            let bound = |bound: &Option<crate::source::Spanned<rust_decimal::Decimal>>| bound.as_ref().map(|bound| bound.value);
            compiled
                .insert(name.value.clone(), Field { field_type, required: field.required, min: bound(&field.min), max: bound(&field.max) });
        }
        ObjectType::new(compiled)
    }

    /// A type; a record type that does not exist is reported.
    pub(super) fn field_type(&mut self, doc: &TypeDoc) -> FieldType {
        match doc {
            TypeDoc::Simple(simple) => match simple {
                SimpleType::Text => FieldType::Text,
                SimpleType::Int => FieldType::Int,
                SimpleType::Decimal => FieldType::Decimal,
                SimpleType::Percent => FieldType::Percent,
                SimpleType::Money => FieldType::Money(None),
                SimpleType::Bool => FieldType::Bool,
                SimpleType::Date => FieldType::Date,
                SimpleType::DateTime => FieldType::DateTime,
                SimpleType::Duration => FieldType::Duration,
                SimpleType::User => FieldType::User,
            },
            TypeDoc::Money(currency) => FieldType::Money(Some(Arc::clone(currency))),
            TypeDoc::Enum(values) => FieldType::Enum(values.iter().map(|value| Arc::clone(&value.value)).collect()),
            TypeDoc::List(inner) => FieldType::List(Arc::new(self.field_type(inner))),
            TypeDoc::Object(fields) => FieldType::Object(Arc::new(self.object_type(fields))),
            TypeDoc::Children(record) => {
                self.used.records.insert(record.value.as_str().to_owned());
                let names: Vec<&str> = self.resolved.file.records.iter().map(|(name, _)| name.value.as_str()).collect();
                if !names.contains(&record.value.as_str()) && !self.may_hide(self.resolved.file.records.is_partial()) {
                    let help = did_you_mean(record.value.as_str(), names);
                    self.report(Code::UnknownRecord, record.span, format!("there is no record type `{}`", record.value), help);
                }
                FieldType::Children(record.value.clone())
            }
        }
    }
}

fn collect_titles(fields: &Entries<FieldName, FieldDoc>, parent: &str, titles: &mut HashMap<FieldPath, Title>) {
    for (name, field) in fields.iter() {
        let path = format!("{parent}{}", name.value);
        if let TypeDoc::Object(inner) = &field.field_type {
            collect_titles(inner, &format!("{path}."), titles);
        }
        titles.insert(FieldPath::from_text(&path), field.title.clone());
    }
}
