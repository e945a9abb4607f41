//! Record types as written.
//!
//! It must not resolve names of other record types; `workflow` does.

use super::reader::{Entries, Reader};
use super::rule::Title;
use super::written::{Keys, Writable, Written};
use super::yaml::{Node, NodeKind};
use crate::diagnostic::{Code, did_you_mean};
use crate::names::{FieldName, RecordName};
use crate::source::{Span, Spanned};
use rust_decimal::Decimal;
use std::sync::Arc;

/// A record type.
#[derive(Debug, Clone)]
pub struct RecordDoc {
    /// For people.
    pub title: Title,
    /// The field that identifies a record.
    pub key: Option<Spanned<FieldName>>,
    /// The fields.
    pub fields: Entries<FieldName, FieldDoc>,
}

/// A field.
#[derive(Debug, Clone)]
pub struct FieldDoc {
    /// For people.
    pub title: Title,
    /// What it may hold.
    pub field_type: TypeDoc,
    /// Whether a record without it is a finding.
    pub required: bool,
    /// The smallest number.
    pub min: Option<Spanned<Decimal>>,
    /// The largest number.
    pub max: Option<Spanned<Decimal>>,
}

/// A field type.
#[derive(Debug, Clone)]
pub enum TypeDoc {
    /// A type that is a word.
    Simple(SimpleType),
    /// Money in a currency.
    Money(Arc<str>),
    /// A closed set of texts.
    Enum(Vec<Spanned<Arc<str>>>),
    /// A list of another type.
    List(Box<TypeDoc>),
    /// Nested fields.
    Object(Entries<FieldName, FieldDoc>),
    /// Child records.
    Children(Spanned<RecordName>),
}

/// The types that are one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the words are explained in the language reference")]
pub enum SimpleType {
    Text,
    Int,
    Decimal,
    Percent,
    Money,
    Bool,
    Date,
    DateTime,
    Duration,
    User,
}

const SIMPLE: &[(&str, SimpleType)] = &[
    ("text", SimpleType::Text),
    ("int", SimpleType::Int),
    ("decimal", SimpleType::Decimal),
    ("percent", SimpleType::Percent),
    ("money", SimpleType::Money),
    ("bool", SimpleType::Bool),
    ("date", SimpleType::Date),
    ("datetime", SimpleType::DateTime),
    ("duration", SimpleType::Duration),
    ("user", SimpleType::User),
];

impl RecordDoc {
    pub(crate) fn read(reader: &mut Reader<'_>, node: &Node) -> Option<Self> {
        let mut keys = reader.keys(node, "a record type")?;
        let title = keys.optional("title").map(|node| Title::read(reader, node)).unwrap_or_default();
        let key = keys.optional("key").and_then(|node| reader.name(node, "a field", FieldName::parse));
        let fields = keys.required(reader, "fields").map(|node| fields(reader, node)).unwrap_or_default();
        reader.finish(keys);
        Some(Self { title, key, fields })
    }
}

fn fields(reader: &mut Reader<'_>, node: &Node) -> Entries<FieldName, FieldDoc> {
    reader.entries(node, "a field", FieldName::parse, |reader, _, node| FieldDoc::read(reader, node))
}

impl FieldDoc {
    fn plain(field_type: TypeDoc) -> Self {
        Self { title: Title::default(), field_type, required: false, min: None, max: None }
    }

    fn read(reader: &mut Reader<'_>, node: &Node) -> Option<Self> {
        if !matches!(node.kind, NodeKind::Map(_)) {
            return simple_type(reader, node).map(Self::plain);
        }
        let mut keys = reader.keys(node, "a field")?;
        let title = keys.optional("title").map(|node| Title::read(reader, node)).unwrap_or_default();
        let required = keys.optional("required").and_then(|node| reader.flag(node, "`required`")).unwrap_or(false);
        let min = keys.optional("min").and_then(|node| reader.number(node, "`min`"));
        let max = keys.optional("max").and_then(|node| reader.number(node, "`max`"));
        let currency = keys.optional("currency").and_then(|node| {
            let text = reader.text(node, "a currency")?;
            let sound = text.value.len() == 3 && text.value.chars().all(|c| c.is_ascii_uppercase());
            if !sound {
                let help = Some("currencies are written like `CNY` or `USD`".to_owned());
                reader.report(Code::InvalidValue, text.span, format!("`{}` is not a currency", text.value), help);
            }
            sound.then_some(text)
        });
        let written = keys.optional("type");
        let values = keys.optional("enum");
        let inner = keys.optional("fields");
        let given: Vec<Span> = [written, values, inner].iter().flatten().map(|node| node.span).collect();
        if given.len() > 1 {
            for (one, other) in [("type", "enum"), ("type", "fields"), ("enum", "fields")] {
                keys.conflict(reader, one, other);
            }
        }
        let field_type = match (written, values, inner) {
            (_, Some(values), _) => Some(TypeDoc::Enum(enum_values(reader, values))),
            (_, _, Some(inner)) => Some(TypeDoc::Object(fields(reader, inner))),
            (Some(written), ..) => TypeDoc::read(reader, written),
            (None, None, None) => {
                reader.report(Code::MissingKey, keys.place(), "a field needs one of the keys `type`, `enum` or `fields`", None);
                None
            }
        };
        let field_type = match (field_type, currency) {
            (Some(TypeDoc::Simple(SimpleType::Money)), Some(currency)) => Some(TypeDoc::Money(currency.value)),
            (Some(other), Some(currency)) => {
                reader.report(Code::NoEffect, currency.span, "only a field of type `money` has a currency", None);
                Some(other)
            }
            (other, None) => other,
            (None, _) => None,
        };
        bounds(reader, min.as_ref(), max.as_ref(), field_type.as_ref());
        reader.finish(keys);
        Some(Self { title, field_type: field_type?, required, min, max })
    }
}

fn bounds(reader: &mut Reader<'_>, min: Option<&Spanned<Decimal>>, max: Option<&Spanned<Decimal>>, field_type: Option<&TypeDoc>) {
    if let (Some(min), Some(max)) = (min, max)
        && min.value > max.value
    {
        reader.report(
            Code::InvalidValue,
            max.span,
            format!("`max` is below `min`: no number is both at least {} and at most {}", min.value, max.value),
            None,
        );
    }
    let numeric = matches!(
        field_type,
        None | Some(TypeDoc::Money(_) | TypeDoc::Simple(SimpleType::Int | SimpleType::Decimal | SimpleType::Percent | SimpleType::Money))
    );
    if let (false, Some(bound)) = (numeric, min.or(max)) {
        reader.report(Code::NoEffect, bound.span, "only numbers have a smallest and a largest value", None);
    }
}

impl TypeDoc {
    /// A type as a word, as `list(text)` or `children(order)`, or as a map with one key.
    pub(crate) fn read(reader: &mut Reader<'_>, node: &Node) -> Option<Self> {
        if !matches!(node.kind, NodeKind::Map(_)) {
            return simple_type(reader, node);
        }
        FieldDoc::read(reader, node).map(|field| field.field_type)
    }
}

impl Writable for RecordDoc {
    fn written(&self) -> Written {
        let Self { title, key, fields } = self;
        Keys::new().filled("title", title).given("key", key.as_ref()).always("fields", fields).map()
    }
}

impl Writable for FieldDoc {
    fn written(&self) -> Written {
        let Self { title, field_type, required, min, max } = self;
        let keys = field_type.keys(Keys::new().filled("title", title));
        keys.filled("required", required).given("min", min.as_ref()).given("max", max.as_ref()).map_or_bare("type")
    }
}

impl Writable for TypeDoc {
    fn written(&self) -> Written {
        self.keys(Keys::new()).map_or_bare("type")
    }
}

impl TypeDoc {
    /// The keys of a field that say its type.
    fn keys(&self, keys: Keys) -> Keys {
        match self {
            TypeDoc::Enum(values) => keys.always("enum", values),
            TypeDoc::Object(fields) => keys.always("fields", fields),
            TypeDoc::Money(currency) => keys.always("type", &self.word()).always("currency", currency),
            TypeDoc::Simple(_) | TypeDoc::List(_) | TypeDoc::Children(_) => keys.always("type", &self.word()),
        }
    }

    /// The type as a word; what a list holds was read from one, and can be nothing else.
    fn word(&self) -> Arc<str> {
        match self {
            TypeDoc::Simple(simple) => Arc::from(SIMPLE.iter().find(|(_, known)| known == simple).map_or("text", |(name, _)| *name)),
            TypeDoc::Money(_) => Arc::from("money"),
            TypeDoc::Enum(values) => {
                let values: Vec<&str> = values.iter().map(|value| &*value.value).collect();
                Arc::from(format!("enum({})", values.join(", ")))
            }
            TypeDoc::List(inner) => Arc::from(format!("list({})", inner.word())),
            TypeDoc::Object(_) => Arc::from("object"),
            TypeDoc::Children(record) => Arc::from(format!("children({})", record.value)),
        }
    }
}

fn simple_type(reader: &mut Reader<'_>, node: &Node) -> Option<TypeDoc> {
    let text = reader.text(node, "a type")?;
    parse_type(reader, &text)
}

fn parse_type(reader: &mut Reader<'_>, text: &Spanned<Arc<str>>) -> Option<TypeDoc> {
    let word = text.value.trim();
    if let Some((_, found)) = SIMPLE.iter().find(|(name, _)| *name == word) {
        return Some(TypeDoc::Simple(*found));
    }
    if let Some(inner) = argument(word, "list") {
        return parse_type(reader, &Spanned::new(Arc::from(inner), text.span)).map(|inner| TypeDoc::List(Box::new(inner)));
    }
    if let Some(inner) = argument(word, "enum") {
        let values = inner.split(',').map(|value| Spanned::new(Arc::from(value.trim()), text.span)).collect();
        return Some(TypeDoc::Enum(values));
    }
    if let Some(inner) = argument(word, "children") {
        return match RecordName::parse(inner) {
            Ok(name) => Some(TypeDoc::Children(Spanned::new(name, text.span))),
            Err(error) => {
                reader.report(Code::InvalidName, text.span, format!("`{inner}` cannot be the name of a record type: {error}"), None);
                None
            }
        };
    }
    let known = SIMPLE.iter().map(|(name, _)| *name).chain(["list(text)", "children(record)", "enum(a, b)"]);
    reader.report(Code::InvalidValue, text.span, format!("there is no type `{word}`"), did_you_mean(word, known));
    None
}

/// The inside of `name(inside)`.
fn argument<'a>(word: &'a str, name: &str) -> Option<&'a str> {
    Some(word.strip_prefix(name)?.trim_start().strip_prefix('(')?.strip_suffix(')')?.trim())
}

fn enum_values(reader: &mut Reader<'_>, node: &Node) -> Vec<Spanned<Arc<str>>> {
    let values = reader.list(node, |reader, node| reader.text(node, "an enum value"));
    let mut seen: Vec<&Spanned<Arc<str>>> = Vec::new();
    for value in &values {
        if let Some(first) = seen.iter().find(|first| first.value == value.value) {
            let diagnostic = crate::diagnostic::Diagnostic::new(
                Code::DuplicateDefinition,
                value.span,
                format!("the value `{}` is listed twice", value.value),
            );
            reader.diagnostics.push(diagnostic.related(first.span, "first listed here"));
        }
        seen.push(value);
    }
    if values.is_empty() {
        reader.report(Code::InvalidValue, node.span, "an enum needs at least one value", None);
    }
    values
}
