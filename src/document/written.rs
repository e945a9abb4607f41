//! Documents in the shape of the file format and without places: what is printed, compared and covered by the digest.
//!
//! It must not know the parts of a workflow: each document says beside its reader how it is written.

use super::reader::Entries;
use super::rule::{RuleDoc, Title};
use crate::names::{
    ActivityId, CalendarId, ColumnId, CriterionId, DeliverableId, EventName, FieldName, GateId, GroupId, LevelId, ObligationId, OutcomeId,
    RecordName, RoleId, ScorecardId, StageId, TableId, UserId, WorkflowId,
};
use crate::source::Spanned;
use rust_decimal::Decimal;
use std::sync::Arc;

/// A part of a document as the file format has it, in its shortest form and with its keys in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Written {
    /// `true` or `false`.
    Flag(bool),
    /// An exact number without zeros at its end.
    Number(Decimal),
    /// A text.
    Text(Arc<str>),
    /// An expression of the rule language, in which layout and comments have no meaning.
    Rule(Arc<str>),
    /// Parts in order.
    List(Vec<Written>),
    /// Parts by key, in order.
    Map(Vec<(Arc<str>, Written)>),
}

/// What can be written into a file.
pub trait Writable {
    /// The part in the shape of the file format.
    fn written(&self) -> Written;
}

/// The keys of a map on their way into a file.
#[derive(Debug, Default)]
pub(crate) struct Keys(Vec<(Arc<str>, Written)>);

impl Written {
    /// A text.
    #[must_use]
    pub fn text(text: &str) -> Self {
        Written::Text(Arc::from(text))
    }

    /// Whether it is what stands where a key is left out: `false`, or a list or map of nothing.
    fn is_default(&self) -> bool {
        match self {
            Written::Flag(value) => !value,
            Written::List(items) => items.is_empty(),
            Written::Map(entries) => entries.is_empty(),
            Written::Number(_) | Written::Text(_) | Written::Rule(_) => false,
        }
    }
}

impl Keys {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// A key that a file must have.
    pub(crate) fn always(mut self, key: &str, value: &impl Writable) -> Self {
        self.0.push((Arc::from(key), value.written()));
        self
    }

    /// A key that is left out where there is no value.
    pub(crate) fn given(self, key: &str, value: Option<&impl Writable>) -> Self {
        match value {
            Some(value) => self.always(key, value),
            None => self,
        }
    }

    /// A key that is left out where its value is `false` or empty.
    pub(crate) fn filled(mut self, key: &str, value: &impl Writable) -> Self {
        let value = value.written();
        if !value.is_default() {
            self.0.push((Arc::from(key), value));
        }
        self
    }

    /// The map of these keys.
    pub(crate) fn map(self) -> Written {
        Written::Map(self.0)
    }

    /// The bare value of a key where there is no other key, else the map of the keys.
    pub(crate) fn map_or_bare(self, key: &str) -> Written {
        match <[_; 1]>::try_from(self.0) {
            // A bare map would be read as the keys themselves.
            Ok([(only, value)]) if *only == *key && !matches!(value, Written::Map(_)) => value,
            Ok([entry]) => Written::Map(vec![entry]),
            Err(entries) => Written::Map(entries),
        }
    }
}

/// A list, or its item where it holds one.
pub(crate) fn one_or_more<T: Writable>(items: &[T]) -> Written {
    match items {
        [one] => one.written(),
        more => Written::List(more.iter().map(Writable::written).collect()),
    }
}

impl Writable for Written {
    fn written(&self) -> Written {
        self.clone()
    }
}

impl Writable for bool {
    fn written(&self) -> Written {
        Written::Flag(*self)
    }
}

impl Writable for u32 {
    fn written(&self) -> Written {
        Written::Number(Decimal::from(*self))
    }
}

impl Writable for Decimal {
    fn written(&self) -> Written {
        Written::Number(self.normalize())
    }
}

impl Writable for Arc<str> {
    fn written(&self) -> Written {
        Written::Text(Arc::clone(self))
    }
}

impl Writable for RuleDoc {
    fn written(&self) -> Written {
        Written::Rule(Arc::clone(&self.text))
    }
}

impl Writable for Title {
    fn written(&self) -> Written {
        match self.for_all_languages() {
            Some(text) => text.written(),
            None => Written::Map(self.by_language().map(|(language, text)| (Arc::clone(language), text.written())).collect()),
        }
    }
}

impl<T: Writable> Writable for Arc<T> {
    fn written(&self) -> Written {
        T::written(self)
    }
}

impl<T: Writable> Writable for Spanned<T> {
    fn written(&self) -> Written {
        self.value.written()
    }
}

impl<T: Writable> Writable for Vec<T> {
    fn written(&self) -> Written {
        Written::List(self.iter().map(Writable::written).collect())
    }
}

impl<K: std::fmt::Display, V: Writable> Writable for Entries<K, V> {
    fn written(&self) -> Written {
        Written::Map(self.iter().map(|(key, value)| (Arc::from(key.value.to_string()), value.written())).collect())
    }
}

macro_rules! names_are_texts {
    ($($name:ident)*) => {$(
        impl Writable for $name {
            fn written(&self) -> Written {
                Written::text(self.as_str())
            }
        }
    )*};
}

names_are_texts! {
    ActivityId CalendarId ColumnId CriterionId DeliverableId EventName FieldName GateId GroupId LevelId ObligationId OutcomeId RecordName RoleId ScorecardId
    StageId TableId UserId WorkflowId
}

/// As [`crate::record::Value`]: exact numbers become JSON numbers.
impl serde::Serialize for Written {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Written::Flag(value) => serializer.serialize_bool(*value),
            Written::Number(value) => crate::record::Value::Decimal(*value).serialize(serializer),
            Written::Text(text) | Written::Rule(text) => serializer.serialize_str(text),
            Written::List(items) => serializer.collect_seq(items),
            Written::Map(entries) => serializer.collect_map(entries.iter().map(|(key, value)| (key, value))),
        }
    }
}

macro_rules! serialised_as_written {
    ($($document:ident)*) => {$(
        impl serde::Serialize for super::$document {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                self.written().serialize(serializer)
            }
        }
    )*};
}

serialised_as_written! {
    ActivityDoc ApprovalDoc CalendarDoc CriterionDoc DecideDoc FieldDoc FileDoc GateDoc GroupDoc ObligationDoc LevelDoc OutcomeDoc RecordDoc RoleDoc RuleDoc
    ScoreDoc ScorecardDoc ScoredDoc SpawnDoc StageDoc StepDoc TableDoc Title TypeDoc
}
