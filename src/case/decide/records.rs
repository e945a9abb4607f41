//! How a case starts, and how its record, its activities and its documents change.
//!
//! It must not let a value in that does not fit its field, or a locked one change unseen.

use super::{Deciding, Reason, Refusal, one_of};
use crate::case::command::Occasion;
use crate::case::event::{Event, Happened, Return, Started};
use crate::case::evolve::evolve;
use crate::case::subject::typed;
use crate::diagnostic::did_you_mean;
use crate::names::{ActivityId, CaseId, DeliverableId, FieldPath, GateId, StageId};
use crate::record::{FieldFinding, check_required};
use crate::workflow::{Stage, Workflow};
use indexmap::IndexMap;
use serde_json::Value as Json;
use std::sync::Arc;

/// A case begins.
pub(super) fn start(
    workflow: &Workflow,
    (case, record, stage, parent): (&CaseId, &Json, Option<&StageId>, Option<&CaseId>),
    occasion: &Occasion,
) -> Result<Vec<Event>, Refusal> {
    let starts: Vec<&StageId> = workflow.starts().map(Stage::id).collect();
    let stages = match (stage, starts.as_slice()) {
        (Some(stage), _) if starts.contains(&stage) => vec![stage.clone()],
        (Some(stage), _) => {
            let refusal = Refusal::new(Reason::Unknown, format!("no case of `{}` starts at `{stage}`", workflow.id()));
            return Err(refusal.help(format!("cases start at {}", one_of(starts))));
        }
        (None, [only]) => vec![(*only).clone()],
        (None, _) => {
            let refusal = Refusal::new(Reason::Required, format!("cases of `{}` start at several stages", workflow.id()));
            return Err(refusal.help(format!("say at which: {}", one_of(starts))));
        }
    };
    let (object, mut findings) = typed(workflow, record);
    check_required(&object, &mut findings);
    if let Some(refusal) = invalid(&findings) {
        return Err(refusal);
    }
    let what = Happened::Started(Started {
        case: case.clone(),
        workflow: workflow.id().clone(),
        digest: Arc::from(workflow.digest()),
        record: record.clone(),
        stages,
        parent: parent.cloned(),
    });
    Ok(vec![Event { at: occasion.now, by: occasion.by.clone(), what }])
}

impl Deciding<'_> {
    pub(super) fn update(&self, fields: &IndexMap<FieldPath, Json>, reopen: bool) -> Result<Vec<Event>, Refusal> {
        if fields.is_empty() {
            return Err(Refusal::new(Reason::Required, "no field is changed").help("write `field=value`"));
        }
        let record = self.workflow.record();
        let mut reopened: IndexMap<GateId, Vec<FieldPath>> = IndexMap::new();
        for path in fields.keys() {
            if record.field(path.as_str()).is_none() {
                let refusal = Refusal::new(Reason::Unknown, format!("the record `{}` has no field `{path}`", record.name()));
                let leaves = record.leaves();
                let near = did_you_mean(path.as_str(), leaves.iter().map(FieldPath::as_str));
                return Err(match near {
                    Some(near) => refusal.help(near),
                    None => refusal,
                });
            }
            let touches = |locked: &FieldPath| {
                let (one, other) = (locked.as_str(), path.as_str());
                one == other || one.strip_prefix(other).or(other.strip_prefix(one)).is_some_and(|rest| rest.starts_with('.'))
            };
            for (_, gate) in self.state.locked.iter().filter(|(locked, _)| touches(locked)) {
                reopened.entry(gate.clone()).or_default().push(path.clone());
            }
        }
        if let Some((gate, paths)) = reopened.first().filter(|_| !reopen) {
            let refusal = Refusal::new(Reason::Locked, format!("{} locked by the gate `{gate}`", are(paths)));
            return Err(refusal.help(format!("ask for it to be opened again (`--reopen`); then `{gate}` has to decide once more")));
        }
        let updated = self.event(Happened::Updated { fields: fields.clone() });
        let mut after = self.after(&updated)?;
        let (_, findings) = typed(self.workflow, &after.record);
        let changed = |finding: &FieldFinding| {
            finding.path.as_ref().is_some_and(|at| fields.keys().any(|path| at.as_str().starts_with(path.as_str())))
        };
        let findings: Vec<FieldFinding> = findings.into_iter().filter(changed).collect();
        if let Some(refusal) = invalid(&findings) {
            return Err(refusal);
        }
        let mut events = vec![updated];
        for (gate, fields) in reopened {
            let event = self.event(Happened::Reopened { gate, fields });
            after = self.evolved(after, &event)?;
            events.push(event);
        }
        // Whoever was asked before was asked about another record.
        for gate in self.state.submissions.keys() {
            // A decision that followed at once may have ended other approvals.
            if !after.submissions.contains_key(gate) {
                continue;
            }
            let deciding = Deciding { state: &after, ..*self };
            let asked = deciding.replan(gate, self.occasion.now).unwrap_or_else(|refusal| {
                let comment = Some(Arc::from(refusal.message.as_str()));
                vec![self.event(Happened::Returned { gate: gate.clone(), why: Return::Changed, comment })]
            });
            for event in asked {
                after = self.evolved(after, &event)?;
                events.push(event);
            }
        }
        Ok(events)
    }

    /// The case as it would be after an event.
    pub(super) fn after(&self, event: &Event) -> Result<crate::case::CaseState, Refusal> {
        self.evolved(self.state.clone(), event)
    }

    pub(super) fn evolved(&self, state: crate::case::CaseState, event: &Event) -> Result<crate::case::CaseState, Refusal> {
        evolve(state, event).map_err(|error| Refusal::new(Reason::Invalid, error.to_string()))
    }

    pub(super) fn complete(
        &self,
        activity: &ActivityId,
        stage: Option<&StageId>,
        reference: Option<&Arc<str>>,
    ) -> Result<Vec<Event>, Refusal> {
        let active = self.state.stages.keys().filter_map(|id| self.workflow.stages().get(id));
        let found: Vec<&Stage> =
            active.filter(|known| stage.is_none_or(|stage| known.id() == stage) && known.activities().contains_key(activity)).collect();
        let stage = match found.as_slice() {
            [only] => *only,
            [] => {
                let here = self.state.stages.keys().filter_map(|id| self.workflow.stages().get(id));
                let names = here.flat_map(|stage| stage.activities().keys()).collect::<Vec<_>>();
                let refusal = Refusal::new(Reason::NotActive, format!("no active stage has an activity `{activity}`"));
                return Err(refusal.help(format!("to be done here: {}", one_of(names))));
            }
            several => {
                let refusal = Refusal::new(Reason::Required, format!("several active stages have an activity `{activity}`"));
                return Err(refusal.help(format!("say in which: {}", one_of(several.iter().map(|stage| stage.id())))));
            }
        };
        let Some(found) = stage.activities().get(activity) else { return Ok(Vec::new()) };
        let roles: Vec<_> = found.role.iter().chain(&found.helps).chain(stage.lead()).collect();
        if !roles.is_empty() {
            self.allow(&format!("complete `{activity}`"), &self.holding(roles), None)?;
        }
        if self.state.is_completed(stage.id(), activity) {
            return Err(Refusal::new(Reason::AlreadyDone, format!("`{activity}` is done already")));
        }
        let mut events = self.one(Happened::Completed { stage: stage.id().clone(), activity: activity.clone() });
        if let Some(deliverable) = &found.deliverable {
            events.push(self.event(Happened::Attached { deliverable: deliverable.clone(), reference: reference.cloned() }));
        }
        Ok(events)
    }

    pub(super) fn attach(&self, deliverable: &DeliverableId, reference: Option<&Arc<str>>) -> Result<Vec<Event>, Refusal> {
        if !self.workflow.deliverables().any(|known| known == deliverable) {
            let refusal = Refusal::new(Reason::Unknown, format!("no activity of `{}` produces `{deliverable}`", self.workflow.id()));
            let near = did_you_mean(deliverable.as_str(), self.workflow.deliverables().map(DeliverableId::as_str));
            return Err(match near {
                Some(near) => refusal.help(near),
                None => refusal,
            });
        }
        Ok(self.one(Happened::Attached { deliverable: deliverable.clone(), reference: reference.cloned() }))
    }
}

/// That values do not fit their fields.
pub(super) fn invalid(findings: &[FieldFinding]) -> Option<Refusal> {
    let wrong: Vec<&FieldFinding> =
        findings.iter().filter(|finding| finding.code.severity() == crate::diagnostic::Severity::Error).collect();
    let first = wrong.first()?;
    let place = |finding: &FieldFinding| finding.path.as_ref().map_or_else(String::new, |path| format!("`{path}`: "));
    let mut refusal = Refusal::new(Reason::Invalid, format!("{}{}", place(first), first.message));
    refusal.help.clone_from(&first.help);
    Some(refusal.details(wrong.iter().skip(1).map(|finding| format!("{}{}", place(finding), finding.message))))
}

fn are(paths: &[FieldPath]) -> String {
    let names: Vec<String> = paths.iter().map(|path| format!("`{path}`")).collect();
    format!("{} {}", names.join(" and "), if names.len() == 1 { "is" } else { "are" })
}
