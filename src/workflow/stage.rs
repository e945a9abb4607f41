//! Stages, roles and groups of a compiled workflow.
//!
//! It must not know documents: places are kept only where an explanation needs them.

use crate::calendar::Term;
use crate::document::Title;
use crate::names::{ActivityId, DeliverableId, FieldPath, GroupId, RoleId, StageId, TableId, UserId};
use crate::record::Value;
use crate::script::RuleId;
use crate::source::Span;
use indexmap::IndexMap;
use std::sync::Arc;

/// Where a case can be.
#[derive(Debug)]
pub struct Stage {
    pub(super) id: StageId,
    pub(super) title: Title,
    pub(super) start: bool,
    pub(super) end: Option<Arc<str>>,
    pub(super) group: Option<GroupId>,
    pub(super) lead: Option<RoleId>,
    pub(super) support: Vec<RoleId>,
    pub(super) deadline: Option<Deadline>,
    pub(super) pauses: Vec<StageId>,
    pub(super) needs: Vec<Need>,
    pub(super) activities: IndexMap<ActivityId, Activity>,
    pub(super) span: Span,
}

/// A piece of work in a stage.
#[derive(Debug)]
pub struct Activity {
    /// For people.
    pub title: Title,
    /// Who does it.
    pub role: Option<RoleId>,
    /// Who helps.
    pub helps: Vec<RoleId>,
    /// Who is told.
    pub informs: Vec<RoleId>,
    /// What it produces.
    pub deliverable: Option<DeliverableId>,
    /// Whether the stage can be left without it.
    pub optional: bool,
}

/// What must be there before a stage can be left or a gate passed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Need {
    /// A field with a value.
    Field(FieldPath),
    /// A document.
    Deliverable(DeliverableId),
}

/// When something is due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Deadline {
    /// So long after the case entered the stage.
    Entered(Term),
    /// So long before a date or moment in the record.
    Before(Term, FieldPath),
    /// So long after a date or moment in the record.
    After(Term, FieldPath),
    /// By the day or moment that a rule gives.
    By(RuleId),
}

/// A part that people play.
#[derive(Debug)]
pub struct Role {
    pub(super) id: RoleId,
    pub(super) title: Title,
    pub(super) assign: Option<Assign>,
    pub(super) members: Vec<UserId>,
    pub(super) default: Vec<UserId>,
}

/// How holders of a role are found for a record.
#[derive(Debug, Clone)]
pub enum Assign {
    /// A rule that gives a user or a list of users.
    Rule(RuleId),
    /// A table with one output that names users.
    Table(TableId),
}

/// A group of stages.
#[derive(Debug)]
pub struct Group {
    /// For people.
    pub title: Title,
    /// The group around it.
    pub within: Option<GroupId>,
}

impl Stage {
    /// Its name.
    #[must_use]
    pub fn id(&self) -> &StageId {
        &self.id
    }

    /// For people.
    #[must_use]
    pub fn title(&self) -> &Title {
        &self.title
    }

    /// Whether cases start here.
    #[must_use]
    pub fn is_start(&self) -> bool {
        self.start
    }

    /// The result with which cases end here.
    #[must_use]
    pub fn end(&self) -> Option<&str> {
        self.end.as_deref()
    }

    /// The group that it belongs to.
    #[must_use]
    pub fn group(&self) -> Option<&GroupId> {
        self.group.as_ref()
    }

    /// Who is responsible.
    #[must_use]
    pub fn lead(&self) -> Option<&RoleId> {
        self.lead.as_ref()
    }

    /// Who helps.
    #[must_use]
    pub fn support(&self) -> &[RoleId] {
        &self.support
    }

    /// When a case should have left it.
    #[must_use]
    pub fn deadline(&self) -> Option<&Deadline> {
        self.deadline.as_ref()
    }

    /// The other stages in which the time of its term stands still.
    #[must_use]
    pub fn pauses(&self) -> &[StageId] {
        &self.pauses
    }

    /// What must be there before it can be left, or, at an end, on arrival: listed needs, then deliverables of its activities.
    #[must_use]
    pub fn needs(&self) -> &[Need] {
        &self.needs
    }

    /// The work.
    #[must_use]
    pub fn activities(&self) -> &IndexMap<ActivityId, Activity> {
        &self.activities
    }

    /// Where it is written.
    #[must_use]
    pub fn span(&self) -> Span {
        self.span
    }
}

impl Role {
    /// Its name.
    #[must_use]
    pub fn id(&self) -> &RoleId {
        &self.id
    }

    /// For people.
    #[must_use]
    pub fn title(&self) -> &Title {
        &self.title
    }

    /// How its holders are found.
    #[must_use]
    pub fn assign(&self) -> Option<&Assign> {
        self.assign.as_ref()
    }

    /// Those who hold it always.
    #[must_use]
    pub fn members(&self) -> &[UserId] {
        &self.members
    }

    /// Those who hold it where the assignment finds nobody.
    #[must_use]
    pub fn default(&self) -> &[UserId] {
        &self.default
    }
}

/// Adds the users that a value names: a text, texts separated by commas (as a table cell holds them), or a list.
pub(crate) fn users_in(value: &Value, found: &mut Vec<UserId>) {
    match value {
        Value::Text(text) => {
            for user in text.split([',', ';', '、']).filter_map(|part| UserId::parse(part.trim()).ok()) {
                if !found.contains(&user) {
                    found.push(user);
                }
            }
        }
        Value::List(values) => values.iter().for_each(|value| users_in(value, found)),
        _ => {}
    }
}
