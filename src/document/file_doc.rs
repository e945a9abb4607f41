//! A whole file as written: a workflow, or a fragment that workflows use.
//!
//! It must not follow `use`; whoever loads files does, and `workflow` merges.

use super::calendar_doc::CalendarDoc;
use super::gate_doc::GateDoc;
use super::reader::{Entries, Reader};
use super::record_doc::RecordDoc;
use super::role_doc::RoleDoc;
use super::rule::Title;
use super::scorecard_doc::ScorecardDoc;
use super::stage_doc::{GroupDoc, StageDoc};
use super::table_doc::{RowsDoc, TableDoc};
use super::written::{Keys, Writable, Written};
use super::yaml::{Node, NodeKind, parse_yaml};
use crate::diagnostic::{Code, Diagnostics};
use crate::names::{CalendarId, GateId, GroupId, RecordName, RoleId, ScorecardId, StageId, TableId, WorkflowId};
use crate::source::{SourceId, Sources, Span, Spanned};
use std::sync::Arc;

/// The format version that this engine reads.
pub const FORMAT_VERSION: u32 = 1;

/// What kind of file a YAML text is, by its keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    /// A workflow: it has the key `workflow`.
    Workflow,
    /// A mapping of an export's columns: it has the key `mapping`.
    Mapping,
    /// A fragment: it has the key `tollgate`, and is used by workflows.
    Fragment,
    /// Something that is not tollgate's.
    Other,
}

/// A workflow or fragment.
#[derive(Debug, Clone, Default)]
pub struct FileDoc {
    /// The workflow's id; a fragment has none.
    pub workflow: Option<Spanned<WorkflowId>>,
    /// For people.
    pub title: Title,
    /// The record type that travels through the workflow.
    pub record: Option<Spanned<RecordName>>,
    /// Fragments and scripts, relative to this file.
    pub uses: Vec<Spanned<Arc<str>>>,
    /// The calendar of terms, where there are several.
    pub calendar: Option<Spanned<CalendarId>>,
    /// Record types.
    pub records: Entries<RecordName, RecordDoc>,
    /// Roles.
    pub roles: Entries<RoleId, RoleDoc>,
    /// Groups of stages.
    pub groups: Entries<GroupId, GroupDoc>,
    /// Stages.
    pub stages: Entries<StageId, StageDoc>,
    /// Gates.
    pub gates: Entries<GateId, GateDoc>,
    /// Scorecards.
    pub scorecards: Entries<ScorecardId, ScorecardDoc>,
    /// Decision tables; shared, since they are large, and each workflow that uses this file has a copy of it.
    pub tables: Entries<TableId, Arc<TableDoc>>,
    /// Calendars.
    pub calendars: Entries<CalendarId, CalendarDoc>,
    /// The beginning of the file.
    pub place: Option<Span>,
}

impl FileKind {
    /// The kind of a parsed file.
    #[must_use]
    pub fn of(node: &Node) -> Self {
        if node.get("mapping").is_some() {
            FileKind::Mapping
        } else if node.get("workflow").is_some() {
            FileKind::Workflow
        } else if node.get("tollgate").is_some() {
            FileKind::Fragment
        } else {
            FileKind::Other
        }
    }
}

impl FileDoc {
    /// Reads a source. What cannot be read is reported, and the rest is there.
    pub fn read(sources: &Sources, id: SourceId, diagnostics: &mut Diagnostics) -> Option<Self> {
        let node = parse_yaml(sources, id, diagnostics)?;
        let mut reader = Reader { sources, diagnostics };
        Self::read_node(&mut reader, &node)
    }

    pub(crate) fn read_node(reader: &mut Reader<'_>, node: &Node) -> Option<Self> {
        let is_workflow = node.get("workflow").is_some();
        let mut keys = reader.keys(node, if is_workflow { "a workflow" } else { "a fragment" })?;
        let written = keys.version(reader, is_workflow);
        version(reader, written);
        let file = Self {
            place: Some(keys.place()),
            workflow: keys.optional("workflow").and_then(|node| reader.name(node, "a workflow", WorkflowId::parse)),
            title: keys.optional("title").map(|node| Title::read(reader, node)).unwrap_or_default(),
            record: if is_workflow { keys.required(reader, "record") } else { None }
                .and_then(|node| reader.name(node, "a record type", RecordName::parse)),
            uses: keys.optional("use").map(|node| reader.list(node, |reader, node| reader.text(node, "a path"))).unwrap_or_default(),
            calendar: keys.optional("calendar").and_then(|node| reader.name(node, "a calendar", CalendarId::parse)),
            records: entries(reader, keys.optional("records"), "a record type", RecordName::parse, |reader, _, node| {
                RecordDoc::read(reader, node)
            }),
            roles: entries(reader, keys.optional("roles"), "a role", RoleId::parse, RoleDoc::read),
            groups: entries(reader, keys.optional("groups"), "a group", GroupId::parse, |reader, _, node| GroupDoc::read(reader, node)),
            stages: entries(reader, keys.optional("stages"), "a stage", StageId::parse, |reader, _, node| StageDoc::read(reader, node)),
            gates: entries(reader, keys.optional("gates"), "a gate", GateId::parse, GateDoc::read),
            scorecards: entries(reader, keys.optional("scorecards"), "a scorecard", ScorecardId::parse, |reader, _, node| {
                ScorecardDoc::read(reader, node)
            }),
            tables: entries(reader, keys.optional("tables"), "a table", TableId::parse, |reader, _, node| {
                TableDoc::read(reader, node).map(Arc::new)
            }),
            calendars: entries(reader, keys.optional("calendars"), "a calendar", CalendarId::parse, |reader, id, node| {
                CalendarDoc::read(reader, id, node)
            }),
        };
        reader.finish(keys);
        Some(file)
    }

    /// The paths that this file refers to, relative to it: fragments, scripts and CSV files of tables.
    pub fn references(&self) -> impl Iterator<Item = &Spanned<Arc<str>>> {
        let rows = self.tables.iter().filter_map(|(_, table)| match &table.rows {
            RowsDoc::File(path) => Some(path),
            RowsDoc::Here(_) => None,
        });
        self.uses.iter().chain(rows)
    }
}

impl Writable for FileDoc {
    /// Without `use`: what the file used is part of it once it is resolved.
    fn written(&self) -> Written {
        let Self {
            workflow,
            title,
            record,
            uses: _,
            calendar,
            records,
            roles,
            groups,
            stages,
            gates,
            scorecards,
            tables,
            calendars,
            place: _,
        } = self;
        let keys = Keys::new().always("tollgate", &FORMAT_VERSION).given("workflow", workflow.as_ref()).filled("title", title);
        let keys = keys.given("record", record.as_ref()).given("calendar", calendar.as_ref()).filled("records", records);
        let keys = keys.filled("roles", roles).filled("groups", groups).filled("stages", stages).filled("gates", gates);
        keys.filled("scorecards", scorecards).filled("tables", tables).filled("calendars", calendars).map()
    }
}

fn entries<K, V>(
    reader: &mut Reader<'_>,
    node: Option<&Node>,
    what: &str,
    parse: fn(&str) -> Result<K, crate::names::NameError>,
    mut read: impl FnMut(&mut Reader<'_>, Span, &Node) -> Option<V>,
) -> Entries<K, V> {
    node.map(|node| reader.entries(node, what, parse, |reader, key, node| read(reader, key.span, node))).unwrap_or_default()
}

/// Reports a format version that this engine does not read.
pub(super) fn version(reader: &mut Reader<'_>, node: Option<&Node>) {
    let Some(node) = node else { return };
    let NodeKind::Scalar(scalar) = &node.kind else {
        reader.report(Code::WrongShape, node.span, format!("`tollgate` must be the format version, not {}", node.describe()), None);
        return;
    };
    if &*scalar.text != FORMAT_VERSION.to_string().as_str() {
        let help = Some(format!("this engine reads version {FORMAT_VERSION}: write `tollgate: {FORMAT_VERSION}`"));
        reader.report(
            Code::UnsupportedVersion,
            node.span,
            format!("`{}` is not a format version that this engine reads", scalar.text),
            help,
        );
    }
}
