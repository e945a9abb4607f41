//! Whether a value that a rule gave can stand in a field.
//!
//! It must not read texts: a text that looks like a number is no number.

use super::parse::check_bounds;
use super::{Field, FieldType, Value, ValueError};
use crate::diagnostic::did_you_mean;
use std::sync::Arc;

/// The value as the field holds it.
///
/// # Errors
/// When the field holds values of another type, does not have the value, or the value is out of its bounds.
pub fn value_for_field(value: &Value, field: &Field) -> Result<Value, ValueError> {
    let fitting = typed(value, &field.field_type)?;
    check_bounds(&fitting, field)?;
    Ok(fitting)
}

fn typed(value: &Value, field_type: &FieldType) -> Result<Value, ValueError> {
    match (field_type, value) {
        (FieldType::Text, Value::Text(_))
        | (FieldType::Int, Value::Int(_))
        | (FieldType::Bool, Value::Bool(_))
        | (FieldType::Date, Value::Date(_))
        | (FieldType::DateTime, Value::DateTime(_))
        | (FieldType::Duration, Value::Duration(_)) => Ok(value.clone()),
        (FieldType::Decimal | FieldType::Percent | FieldType::Money(_), Value::Int(_) | Value::Decimal(_)) => {
            value.number().map(Value::Decimal).ok_or_else(|| unlike(value, field_type))
        }
        (FieldType::Int, Value::Decimal(number)) => match i64::try_from(*number) {
            Ok(int) if number.fract().is_zero() => Ok(Value::Int(int)),
            _ => Err(ValueError::new(format!("`{number}` is not a whole number"))),
        },
        (FieldType::User, Value::Text(text)) if text.trim().is_empty() => Err(ValueError::new("an empty text names no user")),
        (FieldType::User, Value::Text(_)) => Ok(value.clone()),
        (FieldType::Enum(values), Value::Text(text)) => match values.iter().find(|known| *known == text) {
            Some(known) => Ok(Value::Text(Arc::clone(known))),
            None => {
                let help = did_you_mean(text, values.iter().map(AsRef::as_ref));
                Err(ValueError::new(format!("`{text}` is not one of the values of this field")).maybe_help(help))
            }
        },
        (FieldType::List(inner), Value::List(items)) => {
            items.iter().map(|item| typed(item, inner)).collect::<Result<Vec<_>, _>>().map(|items| Value::List(Arc::from(items)))
        }
        _ => Err(unlike(value, field_type)),
    }
}

fn unlike(value: &Value, field_type: &FieldType) -> ValueError {
    ValueError::new(format!("`{value}` is of the kind {}, not of the type {field_type}", value.kind()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rust_decimal::Decimal;

    fn told(value: Value, field: &Field) -> String {
        value_for_field(&value, field).map_or_else(|error| format!("error: {error}"), |value| format!("{} {value}", value.kind()))
    }

    #[test]
    fn numbers_become_what_the_field_holds_or_are_refused() {
        let int = Field { max: Some(Decimal::TEN), ..Field::new(FieldType::Int) };
        assert_eq!(told(Value::Decimal(Decimal::new(40, 1)), &int), "int 4");
        assert_eq!(told(Value::Decimal(Decimal::new(45, 1)), &int), "error: `4.5` is not a whole number");
        assert_eq!(told(Value::Int(11), &int), "error: `11` is more than `10`");
        assert_eq!(told(Value::Int(3), &Field::new(FieldType::Money(None))), "decimal 3");
        assert_eq!(told(Value::text("3"), &int), "error: `3` is of the kind text, not of the type int");
    }

    #[test]
    fn a_text_must_be_a_value_of_an_enum_also_in_a_list() {
        let colour = FieldType::Enum(Arc::from([Arc::from("red"), Arc::from("blue")]));
        assert_eq!(told(Value::text("red"), &Field::new(colour.clone())), "text red");
        let list = Field::new(FieldType::List(Arc::new(colour)));
        let colours = Value::List(Arc::from([Value::text("red"), Value::text("green")]));
        assert_eq!(told(colours, &list), "error: `green` is not one of the values of this field");
        assert_eq!(told(Value::text(" "), &Field::new(FieldType::User)), "error: an empty text names no user");
    }
}
