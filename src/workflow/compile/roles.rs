//! Compiles roles and groups.
//!
//! It must not find people.

use super::Compiler;
use crate::diagnostic::{Code, did_you_mean};
use crate::document::AssignDoc;
use crate::names::{GroupId, RoleId, TableId};
use crate::script::Expected;
use crate::source::Spanned;
use crate::workflow::{Assign, Group, Role};
use indexmap::IndexMap;

/// How deep groups may nest: L1 to L6.
const GROUP_LEVELS: usize = 6;

impl Compiler<'_> {
    pub(super) fn roles(&mut self) -> IndexMap<RoleId, Role> {
        let file = &self.resolved.file;
        let mut roles = IndexMap::new();
        for (name, role) in file.roles.iter() {
            let assign = match &role.assign {
                Some(AssignDoc::Rule(rule)) => Some(Assign::Rule(self.rule(rule, Expected::Users))),
                Some(AssignDoc::Table(table)) => self.table_named(table).then(|| Assign::Table(table.value.clone())),
                None => None,
            };
            if role.assign.is_none() && role.members.is_empty() {
                let help = Some("give it `members`, or `assign` to find its holder for each record".to_owned());
                self.report(Code::RoleWithoutHolder, name.span, format!("nobody can hold the role `{}`", name.value), help);
            }
            let users = |users: &[Spanned<crate::names::UserId>]| users.iter().map(|user| user.value.clone()).collect();
            let compiled = Role {
                id: name.value.clone(),
                title: role.title.clone(),
                assign,
                members: users(&role.members),
                default: users(&role.default),
            };
            roles.insert(name.value.clone(), compiled);
        }
        roles
    }

    /// Notes that a table is used, and reports it when it does not exist.
    pub(super) fn table_named(&mut self, table: &Spanned<TableId>) -> bool {
        self.used.tables.insert(table.value.as_str().to_owned());
        let names: Vec<&str> = self.resolved.file.tables.iter().map(|(name, _)| name.value.as_str()).collect();
        let known = names.contains(&table.value.as_str());
        if !known {
            self.report(
                Code::UnknownTable,
                table.span,
                format!("there is no table `{}`", table.value),
                did_you_mean(table.value.as_str(), names),
            );
        }
        known
    }

    pub(super) fn groups(&mut self) -> IndexMap<GroupId, Group> {
        let file = &self.resolved.file;
        let mut groups = IndexMap::new();
        for (name, group) in file.groups.iter() {
            let within = group.within.as_ref().filter(|outer| self.group_named(outer)).map(|outer| outer.value.clone());
            groups.insert(name.value.clone(), Group { title: group.title.clone(), within });
        }
        for (name, group) in file.groups.iter() {
            let depth = std::iter::successors(Some(&name.value), |id| groups.get(*id).and_then(|group: &Group| group.within.as_ref()))
                .take(GROUP_LEVELS + 1)
                .count();
            if depth > GROUP_LEVELS {
                let span = group.within.as_ref().map_or(name.span, |outer| outer.span);
                let message = format!("the group `{}` lies more than {GROUP_LEVELS} levels deep, or within itself", name.value);
                self.report(Code::InvalidValue, span, message, None);
            }
        }
        groups
    }

    pub(super) fn group_named(&mut self, group: &Spanned<GroupId>) -> bool {
        let names: Vec<&str> = self.resolved.file.groups.iter().map(|(name, _)| name.value.as_str()).collect();
        let known = names.contains(&group.value.as_str());
        if !known && !self.may_hide(self.resolved.file.groups.is_partial()) {
            let help = did_you_mean(group.value.as_str(), names).or_else(|| Some("declare it under `groups`".to_owned()));
            self.report(Code::UnknownGroup, group.span, format!("there is no group `{}`", group.value), help);
        }
        known
    }
}
