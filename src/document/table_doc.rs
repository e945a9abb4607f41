//! Decision tables as written, with rows in the file or in a CSV file beside it.
//!
//! It must not match rows, and must not read the CSV file: its text is among the sources.

use super::reader::{Entries, Reader};
use super::record_doc::TypeDoc;
use super::rule::{RuleDoc, Title};
use super::written::{Keys, Writable, Written};
use super::yaml::{Node, NodeKind, Style};
use crate::diagnostic::Code;
use crate::names::ColumnId;
use crate::source::{Span, Spanned};
use rust_decimal::Decimal;
use std::sync::Arc;

/// A decision table.
#[derive(Debug, Clone)]
pub struct TableDoc {
    /// For people.
    pub title: Title,
    /// The hit policy; `unique` where it is not given, as in DMN.
    pub hit: Option<Spanned<Arc<str>>>,
    /// The inputs: an expression each.
    pub inputs: Entries<ColumnId, InputDoc>,
    /// The outputs: a type each.
    pub outputs: Entries<ColumnId, TypeDoc>,
    /// The rows.
    pub rows: RowsDoc,
}

/// An input column.
#[derive(Debug, Clone)]
pub struct InputDoc {
    /// The value that the cells test.
    pub value: RuleDoc,
    /// Its type, where it is not that of a field.
    pub input_type: Option<TypeDoc>,
}

/// Where the rows are.
#[derive(Debug, Clone)]
pub enum RowsDoc {
    /// Here.
    Here(Vec<RowDoc>),
    /// In a CSV file, by its path relative to this one.
    File(Spanned<Arc<str>>),
}

/// A row: cells by column. A column that is not named tests nothing.
#[derive(Debug, Clone)]
pub struct RowDoc {
    /// The cells.
    pub cells: Entries<ColumnId, Spanned<Arc<str>>>,
    /// Where the row stands.
    pub span: Span,
}

impl TableDoc {
    pub(crate) fn read(reader: &mut Reader<'_>, node: &Node) -> Option<Self> {
        let mut keys = reader.keys(node, "a table")?;
        let title = keys.optional("title").map(|node| Title::read(reader, node)).unwrap_or_default();
        let hit = keys.optional("hit").and_then(|node| reader.text(node, "a hit policy"));
        let inputs = keys
            .required(reader, "in")
            .map(|node| reader.entries(node, "an input", ColumnId::parse, |reader, _, node| InputDoc::read(reader, node)))
            .unwrap_or_default();
        let outputs = keys
            .required(reader, "out")
            .map(|node| reader.entries(node, "an output", ColumnId::parse, |reader, _, node| TypeDoc::read(reader, node)))
            .unwrap_or_default();
        for (name, _) in outputs.iter() {
            if let Some((first, _)) = inputs.iter().find(|(input, _)| *input == name) {
                let message = format!("`{}` is an input and an output", name.value);
                let diagnostic = crate::diagnostic::Diagnostic::new(Code::DuplicateDefinition, name.span, message);
                reader.diagnostics.push(diagnostic.related(first.span, "the input"));
            }
        }
        let rows = keys.required(reader, "rows").map(|node| RowsDoc::read(reader, node));
        reader.finish(keys);
        Some(Self { title, hit, inputs, outputs, rows: rows.unwrap_or(RowsDoc::Here(Vec::new())) })
    }
}

impl InputDoc {
    fn read(reader: &mut Reader<'_>, node: &Node) -> Option<Self> {
        if !matches!(node.kind, NodeKind::Map(_)) {
            return reader.rule(node, "an input").map(|value| Self { value, input_type: None });
        }
        let mut keys = reader.keys(node, "an input")?;
        let value = keys.required(reader, "value").and_then(|node| reader.rule(node, "an input"));
        let input_type = keys.optional("type").and_then(|node| TypeDoc::read(reader, node));
        reader.finish(keys);
        Some(Self { value: value?, input_type })
    }
}

impl RowsDoc {
    fn read(reader: &mut Reader<'_>, node: &Node) -> Self {
        if matches!(node.kind, NodeKind::Scalar(_)) {
            let path = reader.text(node, "the path of a CSV file");
            return path.map_or(RowsDoc::Here(Vec::new()), RowsDoc::File);
        }
        RowsDoc::Here(reader.list(node, |reader, node| {
            let cells = reader.entries(node, "a column", ColumnId::parse, |reader, _, node| cell(reader, node));
            Some(RowDoc { cells, span: node.span })
        }))
    }
}

impl Writable for TableDoc {
    fn written(&self) -> Written {
        let Self { title, hit, inputs, outputs, rows } = self;
        let keys = Keys::new().filled("title", title).given("hit", hit.as_ref());
        keys.always("in", inputs).always("out", outputs).always("rows", rows).map()
    }
}

impl Writable for InputDoc {
    fn written(&self) -> Written {
        let Self { value, input_type } = self;
        Keys::new().always("value", value).given("type", input_type.as_ref()).map_or_bare("value")
    }
}

impl Writable for RowsDoc {
    fn written(&self) -> Written {
        match self {
            RowsDoc::Here(rows) => rows.written(),
            RowsDoc::File(path) => path.written(),
        }
    }
}

impl Writable for RowDoc {
    fn written(&self) -> Written {
        let cells = self.cells.iter().map(|(name, cell)| (Arc::from(name.value.as_str()), plain_cell(&cell.value)));
        Written::Map(cells.collect())
    }
}

/// A cell without quotes where it is a whole or decimal number, `true` or `false`: spreadsheets and people write it so.
fn plain_cell(text: &Arc<str>) -> Written {
    let number = Decimal::from_str_exact(text).ok().map(|number| number.normalize()).filter(|number| number.to_string() == **text);
    match (&**text, number) {
        ("true", _) => Written::Flag(true),
        ("false", _) => Written::Flag(false),
        (_, Some(number)) => Written::Number(number),
        _ => text.written(),
    }
}

fn is_bare(node: &Node) -> bool {
    matches!(&node.kind, NodeKind::Scalar(scalar) if scalar.style == Style::Plain)
}

/// A cell's text; a list is an "or" of its items.
fn cell(reader: &mut Reader<'_>, node: &Node) -> Option<Spanned<Arc<str>>> {
    match &node.kind {
        // A list of bare items in brackets is written like a cell, so its text is the cell's: places inside of it stay exact.
        NodeKind::List(items) if reader.sources.text(node.span).starts_with('[') && !items.is_empty() && items.iter().all(is_bare) => {
            let length = node.span.end.saturating_sub(node.span.start) as usize;
            let span = node.span.within(1, length.saturating_sub(1));
            Some(Spanned::new(Arc::from(reader.sources.text(span)), span))
        }
        NodeKind::List(items) => {
            let texts: Vec<String> =
                items.iter().filter_map(|item| reader.text(item, "a cell")).map(|text| text.value.to_string()).collect();
            Some(Spanned::new(Arc::from(texts.join(", ")), node.span))
        }
        _ if node.is_null() => Some(Spanned::new(Arc::from("-"), node.span)),
        _ => reader.text(node, "a cell"),
    }
}
