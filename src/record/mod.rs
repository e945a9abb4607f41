//! Records: what fields a company keeps about a lead or an order, and the exact values in them.
//!
//! It must not know workflows, and must not read files: texts and JSON values come in, typed values or findings come out.

mod arithmetic;
mod builder;
mod field_type;
mod finding;
mod fit;
mod parse;
mod value;

pub use arithmetic::{decimal_product, decimal_sum};
pub use builder::{ObjectBuilder, SetError};
pub use field_type::{Field, FieldType, ObjectType, Place, RecordType};
pub use finding::{FieldFinding, RecordFinding, check_required};
pub use fit::value_for_field;
pub use parse::{Reading, ValueError, object_from_json, value_from_json, value_from_text};
pub use value::{Duration, Unlike, Value};

use crate::names::FieldName;
use std::fmt;
use std::sync::Arc;

/// The fields of a record, of a nested object or of a child record, by slot.
#[derive(Debug, Clone, PartialEq)]
pub struct Object {
    object_type: Arc<ObjectType>,
    // INVARIANT: as long as `object_type`; a value has the type of its slot's field; the slot of a nested object is never `None`:
    // where a record says nothing about it, it holds a blank object, so that a path through it always reaches its fields.
    slots: Box<[Option<Value>]>,
}

impl Object {
    /// An object without any value; its nested objects are there and as blank as it is.
    #[must_use]
    pub fn empty(object_type: &Arc<ObjectType>) -> Self {
        let slots = object_type.iter().map(|(_, field)| blank(field)).collect();
        Self { object_type: Arc::clone(object_type), slots }
    }

    /// The fields that it can have.
    #[must_use]
    pub fn object_type(&self) -> &Arc<ObjectType> {
        &self.object_type
    }

    /// The value in a slot; `None` where it is missing. A nested object is always there, though it may be blank.
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
        let value = value.or_else(|| blank(self.object_type.at(slot)?.1));
        if let Some(place) = self.slots.get_mut(slot) {
            *place = value;
        }
    }

    /// Puts a value, which must have the field's type, into a slot of a nested object; an unknown slot is left alone.
    pub(crate) fn set_within(&mut self, slots: &[usize], value: Option<Value>) {
        match slots {
            [] => {}
            [slot] => self.set(*slot, value),
            [slot, rest @ ..] => {
                if let Some(Some(Value::Object(inner))) = self.slots.get_mut(*slot) {
                    Arc::make_mut(inner).set_within(rest, value);
                }
            }
        }
    }

    /// Whether no field has a value, nor any field of a nested object.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        self.present().next().is_none()
    }

    /// The fields that have a value; a blank nested object says nothing and is left out.
    fn present(&self) -> impl Iterator<Item = (&FieldName, &Value)> {
        self.object_type.iter().zip(&self.slots).filter_map(|((name, _), value)| match value.as_ref()? {
            Value::Object(inner) if inner.is_blank() => None,
            value => Some((name, value)),
        })
    }
}

/// What a slot holds when the record says nothing about its field.
fn blank(field: &Field) -> Option<Value> {
    match &field.field_type {
        FieldType::Object(inner) => Some(Value::Object(Arc::new(Object::empty(inner)))),
        _ => None,
    }
}

/// `{name: value, ..}` of the fields that have a value.
impl fmt::Display for Object {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("{")?;
        for (index, (name, value)) in self.present().enumerate() {
            let comma = if index == 0 { "" } else { ", " };
            write!(f, "{comma}{name}: {value}")?;
        }
        f.write_str("}")
    }
}

impl serde::Serialize for Object {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.present())
    }
}
