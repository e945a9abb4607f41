//! Records: what fields a company keeps about a lead or an order, and the exact values in them.
//!
//! It must not know workflows, and must not read files: texts and JSON values come in, typed values or findings come out.

mod field_type;
mod value;

pub use field_type::{Field, FieldType, ObjectType, RecordType};
pub use value::{Duration, Unlike, Value};

use std::fmt;
use std::sync::Arc;

/// The fields of a record, of a nested object or of a child record, by slot.
#[derive(Debug, Clone, PartialEq)]
pub struct Object {
    object_type: Arc<ObjectType>,
    // INVARIANT: as long as `object_type`; a value has the type of its slot's field.
    slots: Box<[Option<Value>]>,
}

impl Object {
    /// An object without any value.
    #[must_use]
    pub fn empty(object_type: &Arc<ObjectType>) -> Self {
        Self { object_type: Arc::clone(object_type), slots: vec![None; object_type.len()].into_boxed_slice() }
    }

    /// The fields that it can have.
    #[must_use]
    pub fn object_type(&self) -> &Arc<ObjectType> {
        &self.object_type
    }

    /// The value in a slot; `None` where it is missing.
    #[must_use]
    pub fn at(&self, slot: usize) -> Option<&Value> {
        self.slots.get(slot)?.as_ref()
    }

    /// The value of a field by name; `None` where it is missing or not declared.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.at(self.object_type.get(name)?.0)
    }

    /// The value at a path with dots.
    #[must_use]
    pub fn path(&self, path: &str) -> Option<&Value> {
        match path.split_once('.') {
            None => self.get(path),
            Some((head, rest)) => match self.get(head)? {
                Value::Object(inner) => inner.path(rest),
                _ => None,
            },
        }
    }

    /// Puts a value, which must have the field's type, into a slot; an unknown slot is left alone.
    pub(crate) fn set(&mut self, slot: usize, value: Option<Value>) {
        if let Some(place) = self.slots.get_mut(slot) {
            *place = value;
        }
    }

    /// Whether no field has a value.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        self.slots.iter().all(Option::is_none)
    }
}

/// `{name: value, ..}` of the fields that have a value.
impl fmt::Display for Object {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("{")?;
        let mut first = true;
        for ((name, _), value) in self.object_type.iter().zip(&self.slots) {
            if let Some(value) = value {
                let comma = if first { "" } else { ", " };
                write!(f, "{comma}{name}: {value}")?;
                first = false;
            }
        }
        f.write_str("}")
    }
}

impl serde::Serialize for Object {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let present = self.object_type.iter().zip(&self.slots).filter_map(|((name, _), value)| value.as_ref().map(|value| (name, value)));
        serializer.collect_map(present)
    }
}
