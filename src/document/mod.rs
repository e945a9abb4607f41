//! Documents as their authors wrote them, with the place of every part.
//!
//! It must not judge meaning: whether a stage or a role exists is decided by whoever compiles the documents.

mod yaml;

pub use yaml::{Core, Entry, Limits, Node, NodeKind, Scalar, ScriptMap, Style, parse_yaml, parse_yaml_with};
