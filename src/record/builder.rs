//! Builds an object value by value, for sources that are flat: each column has a path such as `risk.solution`.
//!
//! It must not let a value of the wrong type in: whoever holds an object relies on its types.

use super::finding::{FieldFinding, check_required, shortened};
use super::{FieldType, Object, ObjectType, Place, Reading, Value, value_from_text};
use crate::diagnostic::{Code, did_you_mean};
use std::sync::Arc;

/// An object under construction, with the findings about it so far.
#[derive(Debug, Clone)]
pub struct ObjectBuilder {
    object: Object,
    findings: Vec<FieldFinding>,
}

/// Why a value was not put into an object.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SetError {
    /// No field has this path.
    #[error("there is no field `{path}`")]
    UnknownField {
        /// The path that was asked for.
        path: String,
        /// The near name, or what there is to choose from.
        help: Option<String>,
    },
    /// The field holds values of another type.
    #[error("`{path}` is of type `{expected}`, not {found}")]
    WrongType {
        /// The path that was asked for.
        path: String,
        /// The type of the field.
        expected: String,
        /// The kind of the value.
        found: &'static str,
    },
}

impl ObjectBuilder {
    /// Starts with a blank object.
    #[must_use]
    pub fn new(object_type: &Arc<ObjectType>) -> Self {
        Self { object: Object::empty(object_type), findings: Vec::new() }
    }

    /// Puts a value at a path with dots.
    ///
    /// # Errors
    /// When there is no such field, or when it holds values of another type.
    pub fn set_path(&mut self, path: &str, value: Value) -> Result<(), SetError> {
        let Some(place) = self.object.object_type().place(path) else {
            let help = did_you_mean(path, self.object.object_type().names());
            return Err(SetError::UnknownField { path: path.to_owned(), help });
        };
        self.set(&place, value)
    }

    /// Puts a value at a place that was looked up in the type of this object.
    ///
    /// # Errors
    /// When the field there holds values of another type.
    pub fn set(&mut self, place: &Place, value: Value) -> Result<(), SetError> {
        if !self.field_type(place).is_some_and(|field_type| fits(&value, field_type)) {
            let expected = place.field().field_type.to_string();
            return Err(SetError::WrongType { path: place.path().to_string(), expected, found: value.kind() });
        }
        self.object.set_within(place.slots(), Some(value));
        Ok(())
    }

    /// Reads a text into the field at a place; a text that is not of its type becomes a finding and leaves the field missing.
    pub fn read(&mut self, place: &Place, text: &str, reading: &Reading) {
        let error = match value_from_text(text, place.field(), reading) {
            Ok(None) => return,
            Ok(Some(value)) => match self.set(place, value) {
                Ok(()) => return,
                Err(error) => super::ValueError { message: error.to_string(), help: None },
            },
            Err(error) => error,
        };
        self.findings.push(FieldFinding {
            code: Code::InvalidRecordValue,
            path: Some(place.path().clone()),
            value: Some(shortened(text, 200)),
            message: error.message,
            help: error.help,
        });
    }

    /// The object and all findings about it, those about required fields without a value included.
    #[must_use]
    pub fn finish(mut self) -> (Object, Vec<FieldFinding>) {
        check_required(&self.object, &mut self.findings);
        (self.object, self.findings)
    }

    /// What this object holds at a place, which may have been looked up in another type.
    fn field_type(&self, place: &Place) -> Option<&FieldType> {
        let (last, parents) = place.slots().split_last()?;
        let mut object_type = self.object.object_type();
        for slot in parents {
            let FieldType::Object(inner) = &object_type.at(*slot)?.1.field_type else { return None };
            object_type = inner;
        }
        Some(&object_type.at(*last)?.1.field_type)
    }
}

/// Whether a value has a type.
fn fits(value: &Value, field_type: &FieldType) -> bool {
    match (field_type, value) {
        (FieldType::Text, Value::Text(_))
        | (FieldType::Int, Value::Int(_))
        | (FieldType::Decimal | FieldType::Percent | FieldType::Money(_), Value::Decimal(_))
        | (FieldType::Bool, Value::Bool(_))
        | (FieldType::Date, Value::Date(_))
        | (FieldType::DateTime, Value::DateTime(_))
        | (FieldType::Duration, Value::Duration(_)) => true,
        (FieldType::User, Value::Text(text)) => !text.trim().is_empty(),
        (FieldType::Enum(values), Value::Text(text)) => values.contains(text),
        (FieldType::List(inner), Value::List(items)) => items.iter().all(|item| fits(item, inner)),
        (FieldType::Object(inner), Value::Object(object)) => object.object_type() == inner,
        (FieldType::Children(_), Value::List(items)) => items.iter().all(|item| matches!(item, Value::Object(_))),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::names::FieldName;
    use crate::record::Field;

    fn sample() -> Arc<ObjectType> {
        let name = |name| FieldName::parse(name).unwrap();
        let risk = ObjectType::new([(name("solution"), Field::new(FieldType::Int))].into_iter().collect());
        let amount = Field { required: true, ..Field::new(FieldType::Decimal) };
        let fields = [(name("amount"), amount), (name("risk"), Field::new(FieldType::Object(Arc::new(risk))))];
        Arc::new(ObjectType::new(fields.into_iter().collect()))
    }

    #[test]
    fn values_are_put_at_paths_through_nested_objects() {
        let mut builder = ObjectBuilder::new(&sample());
        builder.set_path("risk.solution", Value::Int(3)).unwrap();
        let (object, findings) = builder.finish();
        assert_eq!(object.path("risk.solution"), Some(&Value::Int(3)));
        assert_eq!(findings.iter().map(|finding| finding.message.as_str()).collect::<Vec<_>>(), ["`amount` is required, but has no value"]);
    }

    #[test]
    fn values_of_another_type_and_unknown_paths_are_refused() {
        let mut builder = ObjectBuilder::new(&sample());
        assert_eq!(builder.set_path("amount", Value::Int(3)).unwrap_err().to_string(), "`amount` is of type `decimal`, not int");
        let error = builder.set_path("amuont", Value::Int(3)).unwrap_err();
        assert_eq!(error, SetError::UnknownField { path: "amuont".to_owned(), help: Some("did you mean `amount`?".to_owned()) });
        assert!(builder.set_path("amount.x", Value::Int(3)).is_err());
        assert!(builder.set_path("risk", Value::Object(Arc::new(Object::empty(&Arc::default())))).is_err());
        let elsewhere = Arc::new(ObjectType::new([(FieldName::parse("x").unwrap(), Field::new(FieldType::Text))].into_iter().collect()));
        assert!(builder.set(&elsewhere.place("x").unwrap(), Value::text("a")).is_err());
        assert!(builder.finish().0.is_blank());
    }

    #[test]
    fn texts_that_cannot_be_read_become_findings_once() {
        let record = sample();
        let place = record.place("amount").unwrap();
        let mut builder = ObjectBuilder::new(&record);
        builder.read(&place, "12,5", &Reading::default());
        let (object, findings) = builder.finish();
        assert_eq!(object.get("amount"), None);
        assert_eq!(findings.len(), 1);
        assert_eq!(findings[0].code, Code::InvalidRecordValue);
        assert_eq!(findings[0].help.as_deref(), Some("did you mean `12.5`?"));
    }
}
