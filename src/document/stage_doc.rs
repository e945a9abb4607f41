//! Stages and their activities as written.
//!
//! It must not know gates: a stage does not say where it leads.

use super::reader::{Entries, Reader};
use super::rule::{RuleDoc, Title};
use super::written::{Keys, Writable, Written};
use super::yaml::{Node, NodeKind};
use crate::diagnostic::Code;
use crate::names::{ActivityId, DeliverableId, GroupId, RoleId, StageId};
use crate::source::{Span, Spanned};
use std::sync::Arc;

/// A stage.
#[derive(Debug, Clone)]
pub struct StageDoc {
    /// For people.
    pub title: Title,
    /// Whether cases start here.
    pub start: bool,
    /// The result with which cases end here.
    pub end: Option<Spanned<Arc<str>>>,
    /// The group of stages that it belongs to.
    pub group: Option<Spanned<GroupId>>,
    /// Who is responsible.
    pub lead: Option<Spanned<RoleId>>,
    /// Who helps.
    pub support: Vec<Spanned<RoleId>>,
    /// How long a case may stay: a term, or a term before or after a date field.
    pub within: Option<Spanned<Arc<str>>>,
    /// Stages in which that time stands still.
    pub pause: Vec<Spanned<StageId>>,
    /// An expression that gives the day or moment by which a case should have left.
    pub due: Option<RuleDoc>,
    /// Fields and deliverables without which the stage cannot be left.
    pub needs: Vec<Spanned<Arc<str>>>,
    /// The work.
    pub activities: Entries<ActivityId, ActivityDoc>,
}

/// A piece of work in a stage.
#[derive(Debug, Clone)]
pub struct ActivityDoc {
    /// For people.
    pub title: Title,
    /// Who does it.
    pub role: Option<Spanned<RoleId>>,
    /// Who helps.
    pub helps: Vec<Spanned<RoleId>>,
    /// Who is told.
    pub informs: Vec<Spanned<RoleId>>,
    /// The document that it produces, without which the stage cannot be left.
    pub deliverable: Option<Spanned<DeliverableId>>,
    /// Whether the stage can be left without it.
    pub optional: bool,
    /// Where it is written.
    pub span: Span,
}

/// A group of stages; groups nest.
#[derive(Debug, Clone)]
pub struct GroupDoc {
    /// For people.
    pub title: Title,
    /// The group around it.
    pub within: Option<Spanned<GroupId>>,
}

impl StageDoc {
    pub(crate) fn read(reader: &mut Reader<'_>, node: &Node) -> Option<Self> {
        let empty = Self {
            title: Title::default(),
            start: false,
            end: None,
            group: None,
            lead: None,
            support: Vec::new(),
            within: None,
            pause: Vec::new(),
            due: None,
            needs: Vec::new(),
            activities: Entries::default(),
        };
        if node.is_null() {
            return Some(empty);
        }
        let mut keys = reader.keys(node, "a stage")?;
        keys.conflict(reader, "within", "due");
        let stage = Self {
            title: keys.optional("title").map(|node| Title::read(reader, node)).unwrap_or_default(),
            start: keys.optional("start").and_then(|node| reader.flag(node, "`start`")).unwrap_or(false),
            end: keys.optional("end").and_then(|node| reader.text(node, "the result at an end")),
            group: keys.optional("group").and_then(|node| reader.name(node, "a group", GroupId::parse)),
            lead: keys.optional("lead").and_then(|node| reader.name(node, "a role", RoleId::parse)),
            support: keys.optional("support").map(|node| reader.names(node, "a role", RoleId::parse)).unwrap_or_default(),
            within: keys.optional("within").and_then(|node| reader.text(node, "a term")),
            pause: keys.optional("pause").map(|node| reader.names(node, "a stage", StageId::parse)).unwrap_or_default(),
            due: keys.optional("due").and_then(|node| reader.rule(node, "`due`")),
            needs: keys.optional("needs").map(|node| reader.list(node, |reader, node| reader.text(node, "a need"))).unwrap_or_default(),
            activities: keys
                .optional("activities")
                .map(|node| {
                    reader.entries(node, "an activity", ActivityId::parse, |reader, id, node| ActivityDoc::read(reader, id.span, node))
                })
                .unwrap_or_default(),
        };
        if stage.end.is_some() {
            for key in ["start", "within", "pause", "due", "activities"] {
                if let Some(span) = keys.key_span(key) {
                    reader.report(Code::NoEffect, span, format!("`{key}` has no effect where a case ends"), None);
                }
            }
        }
        reader.finish(keys);
        Some(stage)
    }
}

impl ActivityDoc {
    fn read(reader: &mut Reader<'_>, place: Span, node: &Node) -> Option<Self> {
        let mut keys = reader.keys(node, "an activity")?;
        let activity = Self {
            title: keys.optional("title").map(|node| Title::read(reader, node)).unwrap_or_default(),
            role: keys.optional("role").and_then(|node| reader.name(node, "a role", RoleId::parse)),
            helps: keys.optional("helps").map(|node| reader.names(node, "a role", RoleId::parse)).unwrap_or_default(),
            informs: keys.optional("informs").map(|node| reader.names(node, "a role", RoleId::parse)).unwrap_or_default(),
            deliverable: keys.optional("deliverable").and_then(|node| reader.name(node, "a deliverable", DeliverableId::parse)),
            optional: keys.optional("optional").and_then(|node| reader.flag(node, "`optional`")).unwrap_or(false),
            span: place,
        };
        reader.finish(keys);
        Some(activity)
    }
}

impl GroupDoc {
    pub(crate) fn read(reader: &mut Reader<'_>, node: &Node) -> Option<Self> {
        if matches!(node.kind, NodeKind::Scalar(_)) {
            return Some(Self { title: if node.is_null() { Title::default() } else { Title::read(reader, node) }, within: None });
        }
        let mut keys = reader.keys(node, "a group")?;
        let title = keys.optional("title").map(|node| Title::read(reader, node)).unwrap_or_default();
        let within = keys.optional("within").and_then(|node| reader.name(node, "a group", GroupId::parse));
        reader.finish(keys);
        Some(Self { title, within })
    }
}

impl Writable for StageDoc {
    fn written(&self) -> Written {
        let Self { title, start, end, group, lead, support, within, pause, due, needs, activities } = self;
        let keys = Keys::new().filled("title", title).filled("start", start).given("end", end.as_ref()).given("group", group.as_ref());
        let keys = keys.given("lead", lead.as_ref()).filled("support", support).given("within", within.as_ref());
        keys.filled("pause", pause).given("due", due.as_ref()).filled("needs", needs).filled("activities", activities).map()
    }
}

impl Writable for ActivityDoc {
    fn written(&self) -> Written {
        let Self { title, role, helps, informs, deliverable, optional, span: _ } = self;
        let keys = Keys::new().filled("title", title).given("role", role.as_ref()).filled("helps", helps).filled("informs", informs);
        keys.given("deliverable", deliverable.as_ref()).filled("optional", optional).map()
    }
}

impl Writable for GroupDoc {
    fn written(&self) -> Written {
        let Self { title, within } = self;
        Keys::new().filled("title", title).given("within", within.as_ref()).map_or_bare("title")
    }
}
