//! YAML texts as trees in which every part knows its bytes; the only module that knows a YAML parser.
//!
//! It must not know what a workflow is: keys and values are handed on as they were written.

mod comments;
mod complaint;
mod core_schema;
mod node;
mod parts;
mod places;
mod reader;
pub(super) mod scalar_text;
mod script_map;
#[cfg(test)]
mod second_opinion;
#[cfg(test)]
mod tests;

pub(super) use comments::comments;
pub use core_schema::Core;
pub use node::{Entry, Node, NodeKind, Scalar, Style};
pub use script_map::ScriptMap;

use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::source::{MAX_SOURCE_BYTES, SourceId, Sources, Span};

/// How much of a document is read before it is refused: a hostile file must cost little.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// The most bytes that a text may have.
    pub bytes: usize,
    /// The most lists and maps that may stand inside each other, aliases included; never more than 255.
    pub depth: usize,
    /// The most values, keys, lists and maps together, each alias counted as what it stands for.
    pub nodes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { bytes: MAX_SOURCE_BYTES, depth: 64, nodes: 200_000 }
    }
}

/// Parses one source within the usual [`Limits`].
///
/// `None` when there is nothing usable: broken syntax, or a text that was refused. What is merely unsupported is reported and left
/// out, so that the rest can still be checked. An empty file, or one of comments only, gives an empty map.
pub fn parse_yaml(sources: &Sources, id: SourceId, diagnostics: &mut Diagnostics) -> Option<Node> {
    parse_yaml_with(sources, id, &Limits::default(), diagnostics)
}

/// Parses one source within the given limits; see [`parse_yaml`].
pub fn parse_yaml_with(sources: &Sources, id: SourceId, limits: &Limits, diagnostics: &mut Diagnostics) -> Option<Node> {
    let text = sources.get(id)?.text();
    if text.len() > limits.bytes {
        let message = format!("the file has {} bytes, and at most {} are read", text.len(), limits.bytes);
        diagnostics.push(
            Diagnostic::new(Code::FileTooLarge, Span::start_of(id), message)
                .help("split it into several files, and keep records and other data out of it"),
        );
        return None;
    }
    let parts = reader::read(text, id, limits, diagnostics).ok()?;
    let node = parts.into_tree().unwrap_or_else(|| Node { kind: NodeKind::Map(Vec::new()), span: Span::start_of(id) });
    Some(node)
}
