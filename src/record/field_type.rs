//! What a field may hold, and the record types made of such fields.
//!
//! It must not read values: `record::parse` does, by these types.

use crate::names::{FieldName, FieldPath, RecordName};
use indexmap::IndexMap;
use rust_decimal::Decimal;
use std::fmt;
use std::sync::Arc;

/// The type of a field.
#[derive(Debug, Clone, PartialEq)]
pub enum FieldType {
    /// Any text.
    Text,
    /// A whole number of 64 bits.
    Int,
    /// An exact decimal of up to 28 digits.
    Decimal,
    /// A decimal that may be written with a percent sign; 20 is 20 %.
    Percent,
    /// A decimal amount; in the given currency, where one is given.
    Money(Option<Arc<str>>),
    /// True or false.
    Bool,
    /// A calendar day.
    Date,
    /// A moment.
    DateTime,
    /// A span of time.
    Duration,
    /// A person.
    User,
    /// One of a closed set of texts.
    Enum(Arc<[Arc<str>]>),
    /// Values of one type.
    List(Arc<FieldType>),
    /// Named fields.
    Object(Arc<ObjectType>),
    /// Child records of another type.
    Children(RecordName),
}

/// One field of an object type.
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    /// What it may hold.
    pub field_type: FieldType,
    /// Whether a record without it is a finding.
    pub required: bool,
    /// The smallest value that is accepted, for numbers.
    pub min: Option<Decimal>,
    /// The largest value that is accepted, for numbers.
    pub max: Option<Decimal>,
}

/// Fields by name, in file order. Each field has a slot: its index.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ObjectType {
    fields: IndexMap<FieldName, Field>,
}

/// Where a value belongs in an object: looked up once by its path, used for every record.
#[derive(Debug, Clone, PartialEq)]
pub struct Place {
    path: FieldPath,
    slots: Box<[usize]>,
    field: Field,
}

/// The type of a whole record.
#[derive(Debug, Clone, PartialEq)]
pub struct RecordType {
    name: RecordName,
    key: Option<FieldName>,
    fields: Arc<ObjectType>,
}

impl ObjectType {
    /// An object of these fields.
    #[must_use]
    pub fn new(fields: IndexMap<FieldName, Field>) -> Self {
        Self { fields }
    }

    /// A field and its slot.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<(usize, &Field)> {
        self.fields.get_full(name).map(|(slot, _, field)| (slot, field))
    }

    /// A field by slot.
    #[must_use]
    pub fn at(&self, slot: usize) -> Option<(&FieldName, &Field)> {
        self.fields.get_index(slot)
    }

    /// Every field in file order, which is slot order.
    pub fn iter(&self) -> impl Iterator<Item = (&FieldName, &Field)> {
        self.fields.iter()
    }

    /// The names, for suggestions.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.fields.keys().map(FieldName::as_str)
    }

    /// Where the field at a path with dots is, through nested objects.
    #[must_use]
    pub fn place(&self, path: &str) -> Option<Place> {
        let mut object = self;
        let mut slots = Vec::new();
        let mut found = None;
        let mut parts = path.split('.').peekable();
        while let Some(part) = parts.next() {
            let (slot, field) = object.get(part)?;
            slots.push(slot);
            match &field.field_type {
                FieldType::Object(inner) if parts.peek().is_some() => object = inner,
                _ if parts.peek().is_some() => return None,
                _ => found = Some(field.clone()),
            }
        }
        Some(Place { path: FieldPath::from_text(path), slots: slots.into_boxed_slice(), field: found? })
    }

    /// The number of fields.
    #[must_use]
    pub fn len(&self) -> usize {
        self.fields.len()
    }

    /// Whether it has no fields.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }
}

impl RecordType {
    /// A record type; `key` must name one of the fields.
    #[must_use]
    pub fn new(name: RecordName, key: Option<FieldName>, fields: ObjectType) -> Self {
        Self { name, key, fields: Arc::new(fields) }
    }

    /// Its name, which is also the variable of its records in expressions.
    #[must_use]
    pub fn name(&self) -> &RecordName {
        &self.name
    }

    /// The field that identifies a record, where one is declared.
    #[must_use]
    pub fn key(&self) -> Option<&FieldName> {
        self.key.as_ref()
    }

    /// The fields.
    #[must_use]
    pub fn fields(&self) -> &Arc<ObjectType> {
        &self.fields
    }

    /// The field at a path with dots, through nested objects.
    #[must_use]
    pub fn field(&self, path: &str) -> Option<&Field> {
        let mut object: &ObjectType = &self.fields;
        let mut parts = path.split('.').peekable();
        while let Some(part) = parts.next() {
            let (_, field) = object.get(part)?;
            if parts.peek().is_none() {
                return Some(field);
            }
            match &field.field_type {
                FieldType::Object(inner) => object = inner,
                _ => return None,
            }
        }
        None
    }

    /// The paths of all fields that hold values of their own (objects are descended into), in file order.
    #[must_use]
    pub fn leaves(&self) -> Vec<FieldPath> {
        fn walk(object: &ObjectType, prefix: Option<&FieldPath>, leaves: &mut Vec<FieldPath>) {
            for (name, field) in object.iter() {
                let path = prefix.map_or_else(|| FieldPath::root(name), |prefix| prefix.join(name));
                match &field.field_type {
                    FieldType::Object(inner) => walk(inner, Some(&path), leaves),
                    _ => leaves.push(path),
                }
            }
        }
        let mut leaves = Vec::new();
        walk(&self.fields, None, &mut leaves);
        leaves
    }
}

impl Place {
    /// The path with dots by which it was looked up.
    #[must_use]
    pub fn path(&self) -> &FieldPath {
        &self.path
    }

    /// The slot of each step of the path, from the outermost object.
    #[must_use]
    pub fn slots(&self) -> &[usize] {
        &self.slots
    }

    /// The field that is there.
    #[must_use]
    pub fn field(&self) -> &Field {
        &self.field
    }
}

impl Field {
    /// A field that may be missing and has no bounds.
    #[must_use]
    pub fn new(field_type: FieldType) -> Self {
        Self { field_type, required: false, min: None, max: None }
    }
}

/// As it is written in a file: `text`, `list(int)`, `enum(a, b)`.
impl fmt::Display for FieldType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            FieldType::Text => f.write_str("text"),
            FieldType::Int => f.write_str("int"),
            FieldType::Decimal => f.write_str("decimal"),
            FieldType::Percent => f.write_str("percent"),
            FieldType::Money(_) => f.write_str("money"),
            FieldType::Bool => f.write_str("bool"),
            FieldType::Date => f.write_str("date"),
            FieldType::DateTime => f.write_str("datetime"),
            FieldType::Duration => f.write_str("duration"),
            FieldType::User => f.write_str("user"),
            FieldType::Enum(values) => write!(f, "enum({})", values.join(", ")),
            FieldType::List(inner) => write!(f, "list({inner})"),
            FieldType::Object(_) => f.write_str("object"),
            FieldType::Children(record) => write!(f, "children({record})"),
        }
    }
}
