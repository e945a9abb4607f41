//! Approvals with the people behind their roles, as questions that can be asked about them.
//!
//! It must not report anything.

use super::roster::{Roster, Situation};
use crate::document::{Resolved, SeparateDoc, StepDoc, VotersDoc};
use crate::names::{FieldPath, LevelId, RoleId, StageId, TableId};
use crate::record::RecordType;
use crate::source::Span;
use crate::workflow::staffing::{Blocked, Person, Question, Staff};
use crate::workflow::{Approval, Authority, Decider, Gate, Need, Stage, Step, Voters};
use indexmap::IndexMap;
use std::collections::BTreeSet;

/// The gates and stages of a workflow, and who holds the roles.
pub(super) struct People<'a> {
    pub(super) roster: Roster<'a>,
    pub(super) resolved: &'a Resolved,
    pub(super) record: &'a RecordType,
    pub(super) stages: &'a IndexMap<StageId, Stage>,
    pub(super) gates: &'a IndexMap<crate::names::GateId, Gate>,
}

/// The approval of a gate, at one level where there are levels.
pub(super) struct Approving<'a> {
    pub(super) gate: &'a Gate,
    pub(super) approval: &'a Approval,
    pub(super) level: Option<&'a LevelId>,
    pub(super) span: Span,
    pub(super) steps: &'a [Step],
    pub(super) docs: &'a [StepDoc],
}

impl Approving<'_> {
    /// As messages call it.
    pub(super) fn name(&self) -> String {
        match self.level {
            Some(level) => format!("the approval of the gate `{}` at the level `{level}`", self.gate.id()),
            None => format!("the approval of the gate `{}`", self.gate.id()),
        }
    }

    /// Where the first of these roles is named in a step.
    pub(super) fn place(&self, step: usize, roles: &[&RoleId]) -> Option<Span> {
        let doc = self.docs.get(step)?;
        let named: Vec<(&RoleId, Span)> = match &doc.voters {
            VotersDoc::Role(role) | VotersDoc::Quorum(role, _) | VotersDoc::Percent(role, _) => vec![(&role.value, role.span)],
            VotersDoc::All(roles) | VotersDoc::Any(roles) => roles.iter().map(|role| (&role.value, role.span)).collect(),
            VotersDoc::Weighted(weights, _) => weights.iter().map(|(role, _)| (&role.value, role.span)).collect(),
        };
        named.iter().find(|(name, _)| roles.contains(name)).map(|(_, span)| *span)
    }

    fn separates(&self, what: SeparateDoc) -> bool {
        self.approval.separate.contains(&what)
    }
}

impl<'a> People<'a> {
    /// Every approval at each of its levels.
    pub(super) fn approvals(&self) -> Vec<Approving<'a>> {
        let mut found = Vec::new();
        for (name, doc) in self.resolved.file.gates.iter() {
            let Some(gate) = self.gates.get(&name.value) else { continue };
            let (Decider::Approval(approval), Some(doc)) = (gate.decider(), &doc.approve) else { continue };
            match &approval.authority {
                Authority::Steps(steps) => {
                    found.push(Approving { gate, approval, level: None, span: name.span, steps, docs: &doc.steps });
                }
                Authority::Levels(_, levels) => {
                    for ((level, compiled), (name, doc)) in levels.iter().zip(doc.levels.iter()) {
                        let (steps, docs) = (&compiled.steps, &doc.steps);
                        found.push(Approving { gate, approval, level: Some(level), span: name.span, steps, docs });
                    }
                }
            }
        }
        found
    }

    /// Who may bring a case to a gate: the roles that are named, or the leads of its stages.
    pub(super) fn submit(&self, gate: &'a Gate) -> Vec<&'a RoleId> {
        if gate.submit().is_empty() { self.leads(gate).into_iter().map(|(_, role)| role).collect() } else { gate.submit().iter().collect() }
    }

    fn leads(&self, gate: &Gate) -> Vec<(&'a StageId, &'a RoleId)> {
        gate.from().iter().filter_map(|stage| self.stages.get(stage)).filter_map(|stage| Some((stage.id(), stage.lead()?))).collect()
    }

    /// The roles on whose holders an approval depends.
    fn involved(&self, approving: &Approving<'a>) -> Vec<&'a RoleId> {
        let mut roles: Vec<&RoleId> = approving.steps.iter().flat_map(|step| step.voters.roles()).collect();
        if approving.separates(SeparateDoc::Submitter) {
            roles.extend(self.submit(approving.gate));
        }
        if approving.separates(SeparateDoc::Lead) {
            roles.extend(self.leads(approving.gate).into_iter().map(|(_, role)| role));
        }
        roles
    }

    /// The tables on whose rows an approval depends.
    pub(super) fn tables(&self, approving: &Approving<'a>) -> Vec<&'a TableId> {
        let tables: BTreeSet<&TableId> = self.involved(approving).into_iter().filter_map(|role| self.roster.table(role)).collect();
        tables.into_iter().collect()
    }

    /// The assignments for which defaults may stand in, and whether that is known to happen: an optional field is missing now and
    /// then, while a rule or a table may find somebody for every record. A field that is always there has no default that counts.
    pub(super) fn blanks(&self, approving: &Approving<'a>) -> Vec<(&str, bool)> {
        let mut found: Vec<(&str, bool)> = Vec::new();
        for role in self.involved(approving) {
            let Some(key) = self.roster.blank(role) else { continue };
            let is_field = self.roster.is_field(role);
            if found.iter().any(|(known, _)| *known == key) || (is_field && self.is_there(key, approving.gate)) {
                continue;
            }
            found.push((key, is_field));
        }
        found
    }

    /// Whether a field has a value wherever a gate opens.
    fn is_there(&self, path: &str, gate: &Gate) -> bool {
        let path = path.split_once('.').map_or(path, |(_, path)| path);
        let field = FieldPath::parse(path).map(Need::Field);
        let stages = gate.from().iter().filter_map(|stage| self.stages.get(stage));
        let needed = stages.flat_map(Stage::needs).chain(gate.needs()).any(|need| field.as_ref().is_ok_and(|field| need == field));
        needed || self.record.field(path).is_some_and(|field| field.required)
    }

    /// An approval in a situation.
    pub(super) fn question(&self, approving: &Approving<'a>, situation: Situation<'_>) -> Question {
        let mut barred = Staff::default();
        if approving.separates(SeparateDoc::Lead) {
            for (_, role) in self.leads(approving.gate) {
                barred.join(&self.roster.certain(role, situation));
            }
        }
        let mut submitters: Vec<Option<Person>> = Vec::new();
        if approving.separates(SeparateDoc::Submitter) {
            for role in self.submit(approving.gate) {
                for submitter in self.roster.submitters(role, situation) {
                    if !submitters.contains(&submitter) {
                        submitters.push(submitter);
                    }
                }
            }
        }
        if submitters.is_empty() {
            submitters.push(None);
        }
        let voters = approving.steps.iter().flat_map(|step| step.voters.roles());
        let listed = voters.flat_map(|role| self.roster.certain(role, situation).people);
        Question {
            listed: listed.filter(|person| matches!(person, Person::Listed(_))).collect(),
            steps: approving.steps.iter().map(|step| self.roster.ask(&step.voters, situation)).collect(),
            barred,
            apart: approving.separates(SeparateDoc::EarlierStep),
            submitters,
        }
    }

    /// Why each holder of a role cannot vote any more, or that they can.
    pub(super) fn reasons(
        &self,
        approving: &Approving<'a>,
        role: &RoleId,
        situation: Situation<'_>,
        blocked: &Blocked,
        away: &BTreeSet<Person>,
        question: &Question,
    ) -> Vec<String> {
        let staff = self.roster.possible(role, situation);
        if staff.without(&question.barred).is_open() {
            return Vec::new();
        }
        let leads = self.leads(approving.gate);
        let led = |person: &Person| {
            let leading = leads.iter().find(|(_, role)| self.roster.certain(role, situation).people.contains(person));
            leading.filter(|_| question.barred.people.contains(person)).map(|(stage, _)| *stage)
        };
        let mut reasons: Vec<String> = Vec::new();
        for person in &staff.people {
            let voted = blocked.before.iter().position(|voters| voters.contains(person)).filter(|_| question.apart);
            let reason = if away.contains(person) {
                "is away".to_owned()
            } else if blocked.submitter.as_ref() == Some(person) {
                "submits".to_owned()
            } else if let Some(stage) = led(person) {
                format!("leads `{stage}`")
            } else if let Some(step) = voted {
                format!("votes in step {}", step + 1)
            } else {
                "is left".to_owned()
            };
            reasons.push(format!("{} {reason}", quoted([person])));
        }
        let crowd = leads.iter().find(|_| !staff.crowds.is_empty()).map(|(stage, _)| format!("whoever holds it leads `{stage}`"));
        reasons.extend(crowd);
        let more = reasons.len().saturating_sub(SHOWN);
        reasons.truncate(SHOWN);
        if more > 0 {
            reasons.push(format!("and {more} more"));
        }
        reasons
    }
}

/// How many people of a role are listed with their reasons.
const SHOWN: usize = 6;

/// The roles that vote.
pub(super) fn voters_of(voters: &Voters) -> Vec<&RoleId> {
    voters.roles().collect()
}

/// People as messages name them.
pub(super) fn quoted<'p>(people: impl IntoIterator<Item = &'p Person>) -> String {
    let named = people.into_iter().map(|person| match person {
        Person::Listed(user) => format!("`{user}`"),
        Person::Named(field) => format!("whoever `{field}` names"),
    });
    named.collect::<Vec<_>>().join(" and ")
}
