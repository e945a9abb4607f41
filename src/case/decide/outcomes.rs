//! What comes of an outcome: stages that end and begin, locks, obligations, cases that start.
//!
//! It must not ask whether the gate opens, or who picked the outcome.

use super::gates::missing;
use super::{Deciding, Reason, Refusal};
use crate::case::event::{Birth, Condition, Decided, Event, Happened, How, Obligation};
use crate::evaluation::{GateReport, OutcomeReport, SpawnReport, SpawnStatus};
use crate::names::{CaseId, FieldPath, GateId, OutcomeId, StageId};
use crate::record::Value;
use crate::workflow::{Cancel, Gate, Outcome, Way};
use chrono::{DateTime, Utc};
use serde_json::{Map, Value as Json};
use std::sync::Arc;

impl Deciding<'_> {
    /// The event of an outcome.
    pub(super) fn decided(
        &self,
        (gate, id, conditions): (&Gate, &OutcomeId, Vec<Condition>),
        report: &GateReport,
        how: How,
        at: DateTime<Utc>,
    ) -> Result<Event, Refusal> {
        let unknown = || Refusal::new(Reason::Outcome, format!("the gate `{}` has no outcome `{id}`", gate.id()));
        let outcome = gate.outcomes().get(id).ok_or_else(unknown)?;
        let told = report.outcomes.iter().find(|told| told.outcome == *id).ok_or_else(unknown)?;
        if !told.missing.is_empty() {
            let refusal = Refusal::new(Reason::Incomplete, format!("something is missing where the outcome `{id}` leads"));
            return Err(refusal.details(missing(&told.missing)));
        }
        let again = self.has_gone_on(gate) && self.state.reopened.get(gate.id()) == Some(id);
        let (left, entered) = if again { (Vec::new(), Vec::new()) } else { self.moves(gate, id, outcome)? };
        let starts = if again { Vec::new() } else { self.births(told)? };
        let calendar = self.workflow.calendar();
        let until = |term| calendar.add(at, term).ok();
        let obligations = outcome.obligations.iter().filter(|_| !again).map(|(obligation, owed)| Obligation {
            obligation: obligation.clone(),
            role: owed.role.clone(),
            due: owed.within.and_then(until),
        });
        let decided = Decided {
            gate: gate.id().clone(),
            outcome: id.clone(),
            how,
            for_user: None,
            ended: self.end(&left, &entered),
            withdrawn: self.withdrawn(gate, &left),
            left,
            entered,
            lock: outcome.lock.iter().map(|field| self.of_record(field)).collect(),
            conditions,
            obligations: obligations.collect(),
            expiry: outcome.expiry.as_ref().and_then(|(term, then)| Some((until(*term)?, then.clone()))),
            emits: if again { Vec::new() } else { outcome.emits.clone() },
            starts,
            again,
        };
        Ok(Event { at, by: self.occasion.by.clone(), what: Happened::Decided(decided) })
    }

    /// The stages that end, and those that begin.
    fn moves(&self, gate: &Gate, id: &OutcomeId, outcome: &Outcome) -> Result<(Vec<StageId>, Vec<StageId>), Refusal> {
        let active = &self.state.stages;
        let gone_on = || {
            let refusal = Refusal::new(Reason::Outcome, format!("the gate `{}` decides again, and the case has gone on since", gate.id()));
            refusal.help("choose the outcome that it had, or one that ends all else")
        };
        let Way::To { stages, cancel } = &outcome.way else {
            return if self.has_gone_on(gate) { Err(gone_on()) } else { Ok((Vec::new(), Vec::new())) };
        };
        let mut left: Vec<StageId> = gate.from().iter().filter(|stage| active.contains_key(*stage)).cloned().collect();
        let others = active.keys().filter(|stage| match cancel {
            Cancel::Nothing => false,
            Cancel::All => true,
            Cancel::Stages(stages) => stages.contains(stage),
        });
        for other in others {
            if !left.contains(other) {
                left.push(other.clone());
            }
        }
        // The stages of a gate that decides again were left long ago: another outcome than before would come beside where the case is.
        if self.has_gone_on(gate) && *cancel != Cancel::All {
            return Err(gone_on());
        }
        if let Some(stage) = stages.iter().find(|stage| active.contains_key(*stage) && !left.contains(stage)) {
            return Err(Refusal::new(Reason::Outcome, format!("the outcome `{id}` leads to the stage `{stage}`, which is active already")));
        }
        Ok((left, stages.clone()))
    }

    /// Whether the case is no longer before a gate that has to decide again.
    fn has_gone_on(&self, gate: &Gate) -> bool {
        let here = gate.all_active(|stage| self.state.stages.contains_key(stage));
        self.state.reopened.contains_key(gate.id()) && !here
    }

    /// Other gates before which the case does not stand any more once these stages have ended.
    fn withdrawn(&self, gate: &Gate, left: &[StageId]) -> Vec<GateId> {
        let mut found: Vec<GateId> = Vec::new();
        for other in self.state.submissions.keys().chain(self.state.holds.keys()).filter(|other| *other != gate.id()) {
            let from = self.workflow.gates().get(other).map(Gate::from).unwrap_or_default();
            if from.iter().any(|stage| left.contains(stage)) && !found.contains(other) {
                found.push(other.clone());
            }
        }
        found
    }

    /// The result, where nothing but ends is active afterwards.
    fn end(&self, left: &[StageId], entered: &[StageId]) -> Option<Arc<str>> {
        let result = |stage: &StageId| self.workflow.stages().get(stage).and_then(|stage| stage.end());
        let stays = self.state.stages.keys().filter(|stage| !left.contains(stage));
        let after: Vec<&StageId> = stays.chain(entered).collect();
        let ended = !entered.is_empty() && after.iter().all(|stage| result(stage).is_some());
        if ended { entered.last().and_then(result).map(Arc::from) } else { None }
    }

    /// The cases that start. Their names go on from those of earlier ones.
    fn births(&self, told: &OutcomeReport) -> Result<Vec<Birth>, Refusal> {
        let mut births = Vec::new();
        for spawn in &told.spawns {
            possible(spawn)?;
            let number = self.state.births + births.len() + 1;
            let name = format!("{}/{}-{number}", self.state.id, spawn.workflow);
            let case = CaseId::parse(&name).map_err(|error| Refusal::new(Reason::Invalid, error.to_string()))?;
            let mut record = Json::Object(Map::new());
            for (path, value) in &spawn.values {
                if let Some(value) = value {
                    put(&mut record, path, value);
                }
            }
            // A case that does not exist yet has no number of its own: its name stands for it.
            let key = self.workflow.records().get(&spawn.record).and_then(|record| record.key());
            if let (Some(key), Json::Object(fields)) = (key, &mut record) {
                fields.entry(key.as_str()).or_insert_with(|| Json::String(name));
            }
            births.push(Birth { case, workflow: spawn.workflow.clone(), record });
        }
        Ok(births)
    }

    /// A path without the name of the record.
    fn of_record(&self, path: &FieldPath) -> FieldPath {
        let name = self.workflow.record().name().as_str();
        match path.as_str().strip_prefix(name).and_then(|rest| rest.strip_prefix('.')) {
            Some(rest) if self.workflow.record().field(path.as_str()).is_none() => FieldPath::from_text(rest),
            _ => path.clone(),
        }
    }
}

/// Refuses a start of which something is not known or does not fit.
fn possible(spawn: &SpawnReport) -> Result<(), Refusal> {
    let of = format!("a case of `{}` cannot start", spawn.workflow);
    if spawn.status == SpawnStatus::Fault {
        let fault = spawn.fault.iter().map(|fault| fault.message.clone());
        return Err(Refusal::new(Reason::Faulted, of).details(fault));
    }
    if let Some(refusal) = super::records::invalid(&spawn.invalid) {
        return Err(Refusal { message: format!("{of}: {}", refusal.message), ..refusal });
    }
    if spawn.status == SpawnStatus::Unknown {
        return Err(Refusal::new(Reason::Incomplete, of).details(crate::case::refusal::lacking(&spawn.missing)));
    }
    Ok(())
}

fn put(record: &mut Json, path: &FieldPath, value: &Value) {
    let json = serde_json::to_value(value).unwrap_or(Json::Null);
    crate::case::evolve::set_field(record, path, &json);
}
