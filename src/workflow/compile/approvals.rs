//! Compiles approvals: levels, steps, quorums, vetoes.
//!
//! It must not count votes.

use super::Compiler;
use super::tables::PendingTable;
use crate::diagnostic::{Code, Diagnostic, did_you_mean};
use crate::document::{AgainDoc, ApprovalDoc, ByDoc, LevelDoc, RowsDoc, StepDoc, VotersDoc};
use crate::names::{GateId, LevelId, OutcomeId, RoleId, TableId};
use crate::record::Value;
use crate::script::Expected;
use crate::source::Spanned;
use crate::workflow::{Approval, Authority, By, DecisionTable, Level, Step, Voters};
use indexmap::IndexMap;
use rust_decimal::Decimal;
use std::sync::Arc;

impl<'a> Compiler<'a> {
    /// An approval; `then` is the outcome of its gate that follows when it lapses.
    pub(super) fn approval(
        &mut self,
        gate: &Spanned<GateId>,
        doc: &'a ApprovalDoc,
        then: Option<&Spanned<OutcomeId>>,
        tables: &[PendingTable<'a>],
    ) -> Approval {
        let authority = match &doc.by {
            Some(by) if !doc.levels.is_empty() => {
                let by = match by {
                    ByDoc::Rule(rule) => By::Rule(self.rule(rule, Expected::Text)),
                    ByDoc::Table(table) => {
                        if self.table_named(table)
                            && let Some(pending) = tables.iter().find(|pending| *pending.id() == table.value)
                            && pending.single_output().is_none()
                        {
                            let help = Some(
                                "the level must be the table's one output, under the hit policy `first`, `unique` or `any`".to_owned(),
                            );
                            self.report(
                                Code::WrongResultType,
                                table.span,
                                format!("the table `{}` does not give one level", table.value),
                                help,
                            );
                        }
                        By::Table(table.value.clone())
                    }
                };
                let levels = doc.levels.iter().map(|(name, level)| (name.value.clone(), self.level(name.span, level)));
                let levels: IndexMap<LevelId, Level> = levels.collect();
                Authority::Levels(by, levels)
            }
            _ => Authority::Steps(if doc.steps.is_empty() { Vec::new() } else { self.steps(gate.span, &doc.steps) }),
        };
        let lapse = doc.overdue.as_ref().and_then(|overdue| self.maybe_term(overdue.lapse.as_ref()));
        Approval {
            authority,
            within: self.maybe_term(doc.within.as_ref()),
            remind: doc.overdue.as_ref().and_then(|overdue| self.maybe_term(overdue.remind.as_ref())),
            escalate: doc.overdue.as_ref().and_then(|overdue| self.maybe_term(overdue.escalate.as_ref())),
            lapse: lapse.map(|term| (term, then.map(|then| then.value.clone()))),
            separate: doc.separate.iter().map(|separate| separate.value).collect(),
            keeps: doc.again.as_ref().is_some_and(|again| again.value == AgainDoc::Changed),
        }
    }

    /// Every level that a table can give must have steps, and every level should be one that its table can give.
    pub(super) fn levels(&mut self, tables: &IndexMap<TableId, DecisionTable>) {
        let resolved = self.resolved;
        for (_, gate) in resolved.file.gates.iter() {
            let Some(doc) = &gate.approve else { continue };
            if let Some(ByDoc::Table(named)) = &doc.by
                && !doc.levels.is_empty()
                && !doc.levels.is_partial()
                && let Some(table) = tables.get(&named.value)
            {
                self.levels_of(named, doc, table);
            }
        }
    }

    fn levels_of(&mut self, named: &Spanned<TableId>, doc: &ApprovalDoc, table: &DecisionTable) {
        let mut given: IndexMap<Arc<str>, crate::source::Span> = IndexMap::new();
        for row in table.table().rows() {
            if let [Some(Value::Text(level))] = row.outputs.as_slice() {
                given.entry(Arc::clone(level)).or_insert_with(|| self.level_cell(named, level).unwrap_or(row.place));
            }
        }
        for (level, place) in &given {
            if !doc.levels.iter().any(|(known, _)| known.value.as_str() == &**level) {
                let help = did_you_mean(level, doc.levels.iter().map(|(name, _)| name.value.as_str()));
                let message = format!("the table `{}` can give the level `{level}`, which has no steps", named.value);
                self.diagnostics
                    .push(Diagnostic::new(Code::UnknownLevel, named.span, message).related(*place, "given here").maybe_help(help));
            }
        }
        for (level, _) in doc.levels.iter().filter(|(level, _)| !given.is_empty() && !given.contains_key(level.value.as_str())) {
            let message = format!("the table `{}` never gives the level `{}`", named.value, level.value);
            self.report(Code::UnusedLevel, level.span, message, None);
        }
    }

    /// The cell of a table in the file that holds a level.
    fn level_cell(&self, named: &Spanned<TableId>, level: &str) -> Option<crate::source::Span> {
        let (_, doc) = self.resolved.file.tables.iter().find(|(name, _)| name.value == named.value)?;
        let RowsDoc::Here(rows) = &doc.rows else { return None };
        let (output, _) = doc.outputs.iter().next()?;
        let mut cells = rows.iter().flat_map(|row| row.cells.iter()).filter(|(name, _)| name.value == output.value);
        cells.find(|(_, cell)| cell.value.trim().trim_matches('"') == level).map(|(_, cell)| cell.span)
    }

    fn level(&mut self, place: crate::source::Span, doc: &LevelDoc) -> Level {
        Level { steps: self.steps(place, &doc.steps), within: self.maybe_term(doc.within.as_ref()) }
    }

    fn steps(&mut self, place: crate::source::Span, steps: &[StepDoc]) -> Vec<Step> {
        let unread = self.diagnostics.iter().any(|found| {
            found.is_error() && found.code.area() == crate::diagnostic::Area::Shape && found.label.span.source == place.source
        });
        if steps.is_empty() && !unread {
            self.report(Code::MissingKey, place, "an approval needs at least one step", None);
        }
        steps
            .iter()
            .map(|step| {
                let voters = self.voters(&step.voters);
                let veto = self.role_ids(&step.veto);
                Step { title: step.title.clone(), voters, veto, within: self.maybe_term(step.within.as_ref()) }
            })
            .collect()
    }

    fn voters(&mut self, doc: &VotersDoc) -> Voters {
        match doc {
            VotersDoc::Role(role) => Voters::All(self.role_ids(std::slice::from_ref(role))),
            VotersDoc::All(roles) => Voters::All(self.role_ids(roles)),
            VotersDoc::Any(roles) => Voters::Any(self.role_ids(roles)),
            VotersDoc::Quorum(role, quorum) => {
                self.role(role);
                self.quorum(role, quorum);
                Voters::Quorum(role.value.clone(), quorum.value)
            }
            VotersDoc::Percent(role, percent) => {
                self.role(role);
                Voters::Percent(role.value.clone(), percent.value)
            }
            VotersDoc::Weighted(weights, at_least) => {
                let roles: Vec<(RoleId, Decimal)> = weights
                    .iter()
                    .map(|(role, weight)| {
                        self.role(role);
                        (role.value.clone(), weight.value)
                    })
                    .collect();
                let sum: Decimal = roles.iter().map(|(_, weight)| *weight).sum();
                if at_least.value > sum {
                    let message = format!("all weights together are {sum}, and never reach {}", at_least.value);
                    self.report(Code::QuorumOutOfReach, at_least.span, message, None);
                }
                Voters::Weighted(roles, at_least.value)
            }
        }
    }

    /// A committee of listed members cannot give more votes than it has.
    fn quorum(&mut self, role: &Spanned<RoleId>, quorum: &Spanned<u32>) {
        let found = self.resolved.file.roles.iter().find(|(name, _)| name.value == role.value);
        let Some((name, doc)) = found.filter(|(_, doc)| doc.assign.is_none()) else { return };
        // Whoever is listed twice has one vote.
        let members = doc.members.iter().map(|member| &member.value).collect::<std::collections::BTreeSet<_>>().len();
        if members > 0 && (quorum.value as usize) > members {
            let message = format!(
                "a quorum of {} is out of reach: `{}` has {members} member{}",
                quorum.value,
                role.value,
                if members == 1 { "" } else { "s" }
            );
            self.diagnostics.push(Diagnostic::new(Code::QuorumOutOfReach, quorum.span, message).related(name.span, "the role"));
        }
    }
}
