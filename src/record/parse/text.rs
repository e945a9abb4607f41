//! Reads a text as a value of a field: what CSV cells, spreadsheet texts and quoted JSON values have in common.
//!
//! It must not know where the text came from; whoever does gives the error its place.

use super::number::{self, Notation};
use super::{Reading, ValueError, currency, time};
use crate::diagnostic::did_you_mean;
use crate::record::finding::quoted;
use crate::record::{Field, FieldType, Value};
use std::sync::Arc;

/// Reads a text as a value of the field; `None` where the text means that the value is missing.
///
/// A list is written as one text with a separator, and its empty parts are left out. Nested objects and child records have no form
/// as one text.
///
/// # Errors
/// When the text is not of the field's type, cannot be kept exactly, or is outside the field's bounds.
pub fn value_from_text(text: &str, field: &Field, reading: &Reading) -> Result<Option<Value>, ValueError> {
    let Some(text) = reading.present(text) else { return Ok(None) };
    let value = read(text, &field.field_type, reading)?;
    check_bounds(&value, field)?;
    Ok(Some(value))
}

/// Reads a text that does not mean a missing value.
pub(super) fn read(text: &str, field_type: &FieldType, reading: &Reading) -> Result<Value, ValueError> {
    let notation = Notation::of(reading);
    match field_type {
        FieldType::Text => Ok(Value::text(text)),
        FieldType::Int => number::int(text, notation).map(Value::Int),
        FieldType::Decimal => number::exact(text, "a number", notation).map(Value::Decimal),
        FieldType::Percent => number::percent(text, notation).map(Value::Decimal),
        FieldType::Money(declared) => currency::money(text, declared.as_deref(), reading).map(Value::Decimal),
        FieldType::Bool => truth(text).map(Value::Bool),
        FieldType::Date => time::date(text, reading).map(Value::Date),
        FieldType::DateTime => time::moment(text, reading).map(Value::DateTime),
        FieldType::Duration => time::duration(text).map(Value::Duration),
        FieldType::User => user(text),
        FieldType::Enum(values) => choice(text, values),
        FieldType::List(inner) => list(text, inner, reading),
        FieldType::Object(_) => {
            Err(ValueError::new(format!("{} is one text, but the field is an object", quoted(text)))
                .help("give each of its fields a column"))
        }
        FieldType::Children(_) => Err(ValueError::new(format!("{} is one text, but the field holds child records", quoted(text)))
            .help("child records can be given in JSON, as a list of objects")),
    }
}

/// Whether a number, or every number of a list, is within the bounds of its field.
pub(in crate::record) fn check_bounds(value: &Value, field: &Field) -> Result<(), ValueError> {
    if let Value::List(items) = value {
        return items.iter().try_for_each(|item| check_bounds(item, field));
    }
    let Some(number) = value.number() else { return Ok(()) };
    if let Some(min) = field.min.filter(|min| number < *min) {
        return Err(ValueError::new(format!("`{number}` is less than `{min}`")).help(format!("the field takes `{min}` and more")));
    }
    if let Some(max) = field.max.filter(|max| number > *max) {
        return Err(ValueError::new(format!("`{number}` is more than `{max}`")).help(format!("the field takes `{max}` and less")));
    }
    Ok(())
}

fn truth(text: &str) -> Result<bool, ValueError> {
    match text.to_lowercase().as_str() {
        "true" | "yes" | "1" => Ok(true),
        "false" | "no" | "0" => Ok(false),
        _ => Err(ValueError::new(format!("{} is neither true nor false", quoted(text)))
            .help("write `true` or `false`; `yes`, `no`, `1` and `0` do as well")),
    }
}

fn user(text: &str) -> Result<Value, ValueError> {
    if text.trim().is_empty() { Err(ValueError::new("an empty text names no user")) } else { Ok(Value::text(text)) }
}

fn choice(text: &str, values: &Arc<[Arc<str>]>) -> Result<Value, ValueError> {
    match values.iter().find(|value| value.as_ref() == text) {
        // The value of the type is shared by all records instead of being copied into each.
        Some(value) => Ok(Value::Text(Arc::clone(value))),
        None => Err(ValueError::new(format!("{} is not one of the values of this field", quoted(text)))
            .maybe_help(did_you_mean(text, values.iter().map(AsRef::as_ref)))),
    }
}

fn list(text: &str, inner: &FieldType, reading: &Reading) -> Result<Value, ValueError> {
    if matches!(inner, FieldType::List(_) | FieldType::Object(_) | FieldType::Children(_)) {
        return Err(ValueError::new(format!("{} is one text, but the field is a `list({inner})`", quoted(text)))
            .help("such a list can be given in JSON"));
    }
    let parts = text.split(reading.list_separator).filter_map(|part| reading.present(part)).filter(|part| !part.is_empty());
    let items: Result<Vec<Value>, ValueError> = parts.map(|part| read(part, inner, reading)).collect();
    Ok(Value::List(Arc::from(items?)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rust_decimal::Decimal;

    fn read_as(text: &str, field_type: FieldType) -> Result<Option<Value>, ValueError> {
        value_from_text(text, &Field::new(field_type), &Reading::default())
    }

    fn origins() -> FieldType {
        FieldType::Enum(Arc::from(["lead".into(), "direct".into()]))
    }

    #[test]
    fn an_empty_text_is_a_missing_value_of_every_type() {
        for field_type in [FieldType::Text, FieldType::Int, FieldType::User, origins(), FieldType::List(Arc::new(FieldType::Int))] {
            assert_eq!(read_as("  ", field_type), Ok(None));
        }
        let reading = Reading { nulls: vec!["#N/A".to_owned()], ..Reading::default() };
        assert_eq!(value_from_text(" #N/A ", &Field::new(FieldType::Date), &reading), Ok(None));
        assert_eq!(value_from_text("", &Field::new(FieldType::Text), &reading), Ok(Some(Value::text(""))));
        assert!(value_from_text("", &Field::new(FieldType::User), &reading).is_err());
    }

    #[test]
    fn white_space_is_kept_where_the_source_means_it() {
        let reading = Reading { trim: false, ..Reading::default() };
        assert_eq!(value_from_text(" a ", &Field::new(FieldType::Text), &reading), Ok(Some(Value::text(" a "))));
        assert_eq!(read_as(" a ", FieldType::Text), Ok(Some(Value::text("a"))));
    }

    #[test]
    fn truth_has_three_spellings_in_any_case() {
        for (text, expected) in [("TRUE", true), ("Yes", true), ("1", true), ("false", false), ("NO", false), ("0", false)] {
            assert_eq!(read_as(text, FieldType::Bool), Ok(Some(Value::Bool(expected))), "{text}");
        }
        assert_eq!(read_as("maybe", FieldType::Bool).unwrap_err().message, "`maybe` is neither true nor false");
    }

    #[test]
    fn enum_values_are_exact_and_near_ones_are_suggested() {
        assert_eq!(read_as("lead", origins()), Ok(Some(Value::text("lead"))));
        let help = |text| read_as(text, origins()).unwrap_err().help;
        assert_eq!(help("Lead").as_deref(), Some("did you mean `lead`?"));
        assert_eq!(help("partner").as_deref(), Some("known here: `lead`, `direct`"));
    }

    #[test]
    fn lists_are_parted_by_the_separator_and_one_bad_item_spoils_them() {
        let ints = || FieldType::List(Arc::new(FieldType::Int));
        assert_eq!(read_as("1; 2 ;;3;", ints()), Ok(Some(Value::List(Arc::from([Value::Int(1), Value::Int(2), Value::Int(3)])))));
        assert_eq!(read_as("1;x", ints()).unwrap_err().message, "`x` is not a whole number");
    }

    #[test]
    fn bounds_hold_for_numbers_and_for_each_number_of_a_list() {
        let field = Field { min: Some(Decimal::ZERO), max: Some(Decimal::from(5)), ..Field::new(FieldType::Int) };
        let error = value_from_text("-5", &field, &Reading::default()).unwrap_err();
        assert_eq!((error.message.as_str(), error.help.as_deref()), ("`-5` is less than `0`", Some("the field takes `0` and more")));
        assert_eq!(value_from_text("6", &field, &Reading::default()).unwrap_err().message, "`6` is more than `5`");
        let list = Field { field_type: FieldType::List(Arc::new(FieldType::Int)), ..field };
        assert!(value_from_text("1;6", &list, &Reading::default()).is_err());
        assert!(value_from_text("0;5", &list, &Reading::default()).is_ok());
    }

    #[test]
    fn objects_and_children_have_no_form_as_one_text() {
        assert!(read_as("x", FieldType::Object(Arc::default())).is_err());
        assert!(read_as("x", FieldType::Children(crate::names::RecordName::parse("order").unwrap())).is_err());
    }

    proptest! {
        #[test]
        fn any_text_is_a_value_a_missing_value_or_an_error_that_can_be_shown(text in ".{0,80}") {
            let types = [FieldType::Int, FieldType::Percent, FieldType::Money(None), FieldType::Money(Some("EUR".into())), FieldType::Bool,
                FieldType::Date, FieldType::DateTime, FieldType::Duration, origins()];
            for field_type in types {
                if let Err(error) = read_as(&text, field_type) {
                    prop_assert!(!error.message.contains('\n') && !error.message.ends_with('.'), "{}", error.message);
                }
            }
        }
    }
}
