//! Roles as written: who holds them, by a rule, a table or a list.
//!
//! It must not find people; `evaluation` does.

use super::reader::Reader;
use super::rule::{RuleDoc, Title};
use super::written::{Keys, Writable, Written};
use super::yaml::{Node, NodeKind};
use crate::diagnostic::Code;
use crate::names::{TableId, UserId};
use crate::source::{Span, Spanned};

/// A role.
#[derive(Debug, Clone)]
pub struct RoleDoc {
    /// For people.
    pub title: Title,
    /// How its holders are found.
    pub assign: Option<AssignDoc>,
    /// Those who hold it always.
    pub members: Vec<Spanned<UserId>>,
    /// Those who hold it where the assignment finds nobody.
    pub default: Vec<Spanned<UserId>>,
    /// Where it is written.
    pub span: Span,
}

/// How the holders of a role are found for a record.
#[derive(Debug, Clone)]
pub enum AssignDoc {
    /// An expression that gives a user or a list of users.
    Rule(RuleDoc),
    /// A decision table with one output that names users.
    Table(Spanned<TableId>),
}

impl RoleDoc {
    pub(crate) fn read(reader: &mut Reader<'_>, place: Span, node: &Node) -> Option<Self> {
        let mut role = Self { title: Title::default(), assign: None, members: Vec::new(), default: Vec::new(), span: place };
        if node.is_null() {
            return Some(role);
        }
        if matches!(node.kind, NodeKind::List(_)) {
            role.members = users(reader, node);
            return Some(role);
        }
        let mut keys = reader.keys(node, "a role")?;
        role.title = keys.optional("title").map(|node| Title::read(reader, node)).unwrap_or_default();
        role.assign = keys.optional("assign").and_then(|node| AssignDoc::read(reader, node));
        role.members = keys.optional("members").map(|node| users(reader, node)).unwrap_or_default();
        role.default = keys.optional("default").map(|node| users(reader, node)).unwrap_or_default();
        if role.assign.is_none()
            && let Some(place) = keys.key_span("default")
        {
            let help = Some("`default` stands in where `assign` finds nobody; without `assign`, use `members`".to_owned());
            reader.report(Code::NoEffect, place, "`default` has no effect without `assign`", help);
        }
        reader.finish(keys);
        Some(role)
    }
}

impl AssignDoc {
    fn read(reader: &mut Reader<'_>, node: &Node) -> Option<Self> {
        if !matches!(node.kind, NodeKind::Map(_)) {
            return reader.rule(node, "an assignment").map(AssignDoc::Rule);
        }
        let mut keys = reader.keys(node, "an assignment")?;
        let table = keys.required(reader, "table").and_then(|node| reader.name(node, "a table", TableId::parse));
        reader.finish(keys);
        table.map(AssignDoc::Table)
    }
}

impl Writable for RoleDoc {
    fn written(&self) -> Written {
        let Self { title, assign, members, default, span: _ } = self;
        Keys::new().filled("title", title).given("assign", assign.as_ref()).filled("members", members).filled("default", default).map()
    }
}

impl Writable for AssignDoc {
    fn written(&self) -> Written {
        match self {
            AssignDoc::Rule(rule) => rule.written(),
            AssignDoc::Table(table) => Keys::new().always("table", table).map(),
        }
    }
}

fn users(reader: &mut Reader<'_>, node: &Node) -> Vec<Spanned<UserId>> {
    let users = reader.names(node, "a user", UserId::parse);
    for (index, user) in users.iter().enumerate() {
        if users.iter().take(index).any(|earlier| earlier == user) {
            reader.report_twice(user.span, format!("`{}` is listed twice", user.value));
        }
    }
    users
}
