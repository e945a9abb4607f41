//! What a gate sets going beyond its stages, as written: cases of other workflows, obligations, what follows by itself.
//!
//! It must not know whether those workflows exist; whoever checks a folder does.

use super::reader::{Entries, Reader};
use super::rule::{RuleDoc, Title};
use super::written::{Keys, Writable, Written};
use super::yaml::{Node, NodeKind};
use crate::diagnostic::Code;
use crate::names::{FieldPath, OutcomeId, RecordName, RoleId, WorkflowId};
use crate::source::{Span, Spanned};
use std::sync::Arc;

/// Cases of another workflow that an outcome starts.
#[derive(Debug, Clone)]
pub struct SpawnDoc {
    /// The type of their records; of the workflow's name, where it is not given.
    pub record: Option<Spanned<RecordName>>,
    /// The condition for one to start.
    pub when: Option<RuleDoc>,
    /// The list for each of whose elements one starts; one alone, where it is not given.
    pub for_each: Option<RuleDoc>,
    /// What each of its record's fields begins with.
    pub fields: Entries<FieldPath, RuleDoc>,
}

/// Something that is still owed after an outcome.
#[derive(Debug, Clone, Default)]
pub struct ObligationDoc {
    /// For people.
    pub title: Title,
    /// Who owes it.
    pub role: Option<Spanned<RoleId>>,
    /// How long that may take.
    pub within: Option<Spanned<Arc<str>>>,
}

/// What follows at a gate by itself.
#[derive(Debug, Clone)]
pub enum LapseDoc {
    /// An outcome.
    Outcome(Spanned<OutcomeId>),
    /// What its rules decide.
    Rules(Span),
}

impl LapseDoc {
    pub(crate) fn read(reader: &mut Reader<'_>, node: &Node) -> Option<Self> {
        match &node.kind {
            NodeKind::Scalar(scalar) if &*scalar.text == "true" => Some(LapseDoc::Rules(node.span)),
            _ => reader.name(node, "an outcome", OutcomeId::parse).map(LapseDoc::Outcome),
        }
    }
}

impl SpawnDoc {
    pub(super) fn read(reader: &mut Reader<'_>, workflow: &Spanned<WorkflowId>, node: &Node) -> Option<Self> {
        let mut keys = reader.keys(node, "a spawn")?;
        let record = keys.optional("record").and_then(|node| reader.name(node, "a record type", RecordName::parse));
        let when = keys.optional("when").and_then(|node| reader.rule(node, "a condition"));
        let for_each = keys.optional("for_each").and_then(|node| reader.rule(node, "a list"));
        let written = keys.required(reader, "fields");
        let fields = written.map(|node| fields(reader, node)).unwrap_or_default();
        if written.is_some_and(|node| matches!(&node.kind, NodeKind::Map(entries) if entries.is_empty())) {
            let message = format!("the spawn of `{}` needs at least one field", workflow.value);
            reader.report(Code::MissingKey, keys.key_span("fields").unwrap_or(workflow.span), message, None);
        }
        reader.finish(keys);
        written.is_some().then_some(Self { record, when, for_each, fields })
    }
}

impl ObligationDoc {
    pub(super) fn read(reader: &mut Reader<'_>, node: &Node) -> Option<Self> {
        if matches!(node.kind, NodeKind::Scalar(_)) {
            let title = if node.is_null() { Title::default() } else { Title::read(reader, node) };
            return Some(Self { title, ..Self::default() });
        }
        let mut keys = reader.keys(node, "an obligation")?;
        let title = keys.optional("title").map(|node| Title::read(reader, node)).unwrap_or_default();
        let role = keys.optional("role").and_then(|node| reader.name(node, "a role", RoleId::parse));
        let within = keys.optional("within").and_then(|node| reader.text(node, "a term"));
        reader.finish(keys);
        Some(Self { title, role, within })
    }
}

fn fields(reader: &mut Reader<'_>, node: &Node) -> Entries<FieldPath, RuleDoc> {
    reader.entries(node, "a field", FieldPath::parse, |reader, _, node| reader.rule(node, "the value of a field"))
}

impl Writable for SpawnDoc {
    fn written(&self) -> Written {
        let Self { record, when, for_each, fields } = self;
        let keys = Keys::new().given("record", record.as_ref()).given("when", when.as_ref()).given("for_each", for_each.as_ref());
        keys.always("fields", fields).map()
    }
}

impl Writable for ObligationDoc {
    fn written(&self) -> Written {
        let Self { title, role, within } = self;
        Keys::new().filled("title", title).given("role", role.as_ref()).given("within", within.as_ref()).map_or_bare("title")
    }
}

impl Writable for LapseDoc {
    fn written(&self) -> Written {
        match self {
            LapseDoc::Outcome(outcome) => outcome.written(),
            LapseDoc::Rules(_) => Written::Flag(true),
        }
    }
}
