//! The parts of a document as they were read, aliases not yet replaced by what they stand for.
//!
//! It must not report anything: whoever adds parts keeps to the limits.

use super::node::{Entry, Node, NodeKind, Scalar};
use crate::source::{Span, Spanned};
use std::sync::Arc;

/// The place of a part in its table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct PartId(usize);

/// One part, its children by id.
#[derive(Debug)]
pub(super) enum Shape {
    Scalar(Scalar),
    List(Vec<PartId>),
    Map(Vec<(Spanned<Arc<str>>, PartId)>),
    /// Stands for a part that was finished before it.
    Alias(PartId),
}

/// Every part of one document. Children and the targets of aliases come before those that name them, so there are no cycles.
#[derive(Debug, Default)]
pub(super) struct Parts {
    parts: Vec<(Shape, Span)>,
    pub(super) root: Option<PartId>,
}

impl Parts {
    pub(super) fn add(&mut self, shape: Shape, span: Span) -> PartId {
        self.parts.push((shape, span));
        PartId(self.parts.len() - 1)
    }

    /// The scalar that a part is or stands for.
    pub(super) fn scalar(&self, id: PartId) -> Option<&Scalar> {
        match self.parts.get(id.0)? {
            (Shape::Scalar(scalar), _) => Some(scalar),
            (Shape::Alias(target), _) => self.scalar(*target),
            _ => None,
        }
    }

    /// The tree under the root; `None` where the document is empty. As deep in recursion as the reader let the document be.
    pub(super) fn into_tree(self) -> Option<Node> {
        let root = self.node(self.root?)?;
        let nothing_written = matches!(&root.kind, NodeKind::Scalar(_)) && root.is_null() && root.span.start == root.span.end;
        (!nothing_written).then_some(root)
    }

    fn node(&self, id: PartId) -> Option<Node> {
        let (shape, span) = self.parts.get(id.0)?;
        let kind = match shape {
            Shape::Scalar(scalar) => NodeKind::Scalar(scalar.clone()),
            Shape::List(items) => NodeKind::List(items.iter().filter_map(|item| self.node(*item)).collect()),
            Shape::Map(entries) => NodeKind::Map(entries.iter().filter_map(|(key, value)| self.entry(key, *value)).collect()),
            Shape::Alias(target) => return self.node(*target),
        };
        Some(Node { kind, span: *span })
    }

    fn entry(&self, key: &Spanned<Arc<str>>, value: PartId) -> Option<Entry> {
        Some(Entry { key: key.clone(), value: self.node(value)? })
    }
}
