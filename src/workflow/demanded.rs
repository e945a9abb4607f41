//! Which fields are surely there when a case is at a stage or before a gate: what every way from a start has asked for.
//!
//! It must not report anything. It takes for granted that a field which was there once is not emptied again.

use super::{
    Approval, Assign, Authority, By, Criterion, Decider, DecisionTable, Gate, Need, Outcome, Points, Role, Scorecard, Stage, Transition,
    Way,
};
use crate::names::{GateId, OutcomeId, RoleId, ScorecardId, StageId, TableId};
use crate::record::{Field, FieldType, ObjectType, RecordType};
use crate::script::{KnownFields, Presence, ReadField, Root, RuleId, Rules, Shapes};
use indexmap::IndexMap;
use rust_decimal::Decimal;
use std::cell::RefCell;
use std::collections::{HashMap, HashSet, VecDeque};
use std::rc::Rc;
use std::sync::Arc;

/// What is surely there, stage by stage and gate by gate.
pub struct Demanded<'w> {
    rules: &'w Rules,
    shapes: Shapes<'w>,
    stages: &'w IndexMap<StageId, Stage>,
    gates: &'w IndexMap<GateId, Gate>,
    parts: Parts<'w>,
    /// On arrival at each stage that can be come to.
    at: HashMap<&'w StageId, KnownFields>,
    always: KnownFields,
    passing: HashMap<&'w GateId, Passing<'w>>,
    /// What was found out about rules: the same rule is asked at many places with the same fields known.
    presences: RefCell<HashMap<(RuleId, KnownFields), Rc<Presence>>>,
}

/// What a workflow consists of besides its stages and gates.
#[derive(Debug, Clone, Copy)]
pub struct Parts<'w> {
    /// The roles.
    pub roles: &'w IndexMap<RoleId, Role>,
    /// The tables.
    pub tables: &'w IndexMap<TableId, DecisionTable>,
    /// The scorecards.
    pub scorecards: &'w IndexMap<ScorecardId, Scorecard>,
}

/// What is surely there while a gate is judged, and once it is passed.
#[derive(Debug, Clone)]
pub struct Passing<'w> {
    /// Before the gate is known to concern the record.
    pub before: KnownFields,
    /// Where all that it asks for is there.
    pub asked: KnownFields,
    /// For each condition of its decisions in order, what is there when it is asked.
    pub deciding: Vec<KnownFields>,
    /// After each outcome that can be picked.
    pub outcomes: HashMap<&'w OutcomeId, KnownFields>,
}

impl<'w> Demanded<'w> {
    /// Follows every way of a workflow.
    #[must_use]
    pub fn new(
        rules: &'w Rules,
        shapes: Shapes<'w>,
        stages: &'w IndexMap<StageId, Stage>,
        gates: &'w IndexMap<GateId, Gate>,
        parts: Parts<'w>,
    ) -> Self {
        let always = always(shapes.record);
        let (at, passing, presences) = (HashMap::new(), HashMap::new(), RefCell::default());
        let mut demanded = Self { rules, shapes, stages, gates, parts, at, always, passing, presences };
        for stage in stages.values().filter(|stage| stage.is_start()) {
            demanded.at.insert(stage.id(), demanded.always.clone());
        }
        // What is there at a stage only ever gets less, so this ends; a stage that no way has come to yet takes nothing away.
        let mut changed = true;
        while changed {
            changed = false;
            for gate in gates.values() {
                let Some(passing) = demanded.pass(gate) else { continue };
                for (id, outcome) in gate.outcomes() {
                    let (Way::To { stages: to, .. }, Some(known)) = (&outcome.way, passing.outcomes.get(id)) else { continue };
                    for stage in to.iter().filter_map(|stage| stages.get(stage)) {
                        changed |= demanded.arrive(stage.id(), known);
                    }
                }
            }
        }
        demanded.passing = gates.values().filter_map(|gate| Some((gate.id(), demanded.pass(gate)?))).collect();
        demanded
    }

    /// What a rule reads and demands where some fields are known to be there.
    #[must_use]
    pub fn presence(&self, rule: RuleId, known: &KnownFields) -> Rc<Presence> {
        let key = (rule, known.clone());
        if let Some(found) = self.presences.borrow().get(&key) {
            return Rc::clone(found);
        }
        let found = Rc::new(self.rules.presence(rule, &self.shapes, known));
        self.presences.borrow_mut().insert(key, Rc::clone(&found));
        found
    }

    fn arrive(&mut self, stage: &'w StageId, known: &KnownFields) -> bool {
        match self.at.get_mut(stage) {
            None => {
                self.at.insert(stage, known.clone());
                true
            }
            Some(earlier) => {
                let before = earlier.len();
                earlier.retain(|field| known.contains(field));
                earlier.len() < before
            }
        }
    }

    /// The rules.
    #[must_use]
    pub fn rules(&self) -> &'w Rules {
        self.rules
    }

    /// The parts beside stages and gates.
    #[must_use]
    pub fn parts(&self) -> Parts<'w> {
        self.parts
    }

    /// The types of what rules read.
    #[must_use]
    pub fn shapes(&self) -> &Shapes<'w> {
        &self.shapes
    }

    /// What is surely there on arrival at a stage; `None` where no way leads there.
    #[must_use]
    pub fn on_arrival(&self, stage: &StageId) -> Option<&KnownFields> {
        self.at.get(stage)
    }

    /// What is surely there at a stage once all that it asks for is.
    #[must_use]
    pub fn at_stage(&self, stage: &StageId) -> Option<KnownFields> {
        let mut known = self.at.get(stage)?.clone();
        self.need(self.stages.get(stage)?.needs(), &mut known);
        Some(known)
    }

    fn need(&self, needs: &[Need], known: &mut KnownFields) {
        for need in needs {
            if let Need::Field(path) = need {
                self.add(path.as_str(), self.shapes.record.field(path.as_str()), known);
            }
        }
    }

    /// A field that is there; of an object one field inside is there, which says which one only where there is no other.
    fn add(&self, path: &str, field: Option<&Field>, known: &mut KnownFields) {
        known.insert(ReadField::of_record(path));
        if let Some(FieldType::Object(object)) = field.map(|field| &field.field_type) {
            let mut inner = object.iter();
            if let (Some((name, field)), None) = (inner.next(), inner.next()) {
                self.add(&format!("{path}.{name}"), Some(field), known);
            }
        }
    }

    /// What is surely there at a gate; `None` where no case comes to it.
    #[must_use]
    pub fn passing(&self, gate: &GateId) -> Option<&Passing<'w>> {
        self.passing.get(gate)
    }

    fn pass(&self, gate: &'w Gate) -> Option<Passing<'w>> {
        let mut before = self.always.clone();
        for stage in gate.from() {
            before.extend(self.at_stage(stage)?);
        }
        self.need(gate.needs(), &mut before);
        let mut asked = match gate.when() {
            Some(when) => self.presence(when, &before).met.clone().unwrap_or_else(|| before.clone()),
            None => before.clone(),
        };
        for criterion in gate.must().values() {
            // What is known of the record as it last was holds for this rule alone: nobody asks for it.
            let passed = self.passed(criterion, &asked).into_iter().filter(|field| field.root == Root::Record);
            asked.extend(passed);
        }
        if let Some(score) = gate.score().filter(|score| score.at_least > Decimal::ZERO) {
            self.scored(score.card.as_str(), &mut asked);
        }
        if let Decider::Approval(approval) = gate.decider() {
            self.approved(approval, &mut asked);
        }
        let mut passing = Passing { before, asked: asked.clone(), deciding: Vec::new(), outcomes: HashMap::new() };
        match gate.decider() {
            Decider::Rules(rules) => self.decide(rules, &asked, &mut passing),
            Decider::Submitter | Decider::Approval(_) => {
                passing.outcomes = gate.outcomes().keys().map(|outcome| (outcome, asked.clone())).collect();
            }
        }
        for known in passing.outcomes.values_mut() {
            known.retain(|field| field.root == Root::Record);
        }
        // What follows by itself after a while follows on the outcome before it.
        for (id, outcome) in gate.outcomes() {
            let Some((_, then)) = &outcome.expiry else { continue };
            let Some(known) = passing.outcomes.get(id).cloned() else { continue };
            if let Some((then, _)) = gate.outcomes().get_key_value(then) {
                merge(&mut passing.outcomes, then, known);
            }
        }
        Some(passing)
    }

    /// What is there where a scorecard has points: not knocked out, and every criterion that must have a value has one.
    fn scored(&self, card: &str, known: &mut KnownFields) {
        let Some(card) = self.parts.scorecards.get(card) else { return };
        for scored in card.criteria.values() {
            if scored.missing.is_none() {
                let (Points::Rule(rule) | Points::Bands(rule, _)) = &scored.points;
                known.extend(self.answered(*rule, known));
            }
            if let Some(rule) = scored.knock_out {
                known.extend(self.presence(rule, known).unmet.clone().unwrap_or_default());
            }
        }
    }

    /// What is there where it is known who approves.
    fn approved(&self, approval: &Approval, known: &mut KnownFields) {
        match &approval.authority {
            Authority::Levels(By::Rule(rule), _) => known.extend(self.answered(*rule, known)),
            Authority::Levels(By::Table(_), _) => {}
            Authority::Steps(steps) => {
                let roles = steps.iter().flat_map(|step| step.voters.roles()).filter_map(|role| self.parts.roles.get(role));
                for role in roles.filter(|role| role.default().is_empty()) {
                    if let Some(Assign::Rule(rule)) = role.assign() {
                        known.extend(self.answered(*rule, known));
                    }
                }
            }
        }
    }

    /// What is there where a rule has an answer, whatever it is.
    fn answered(&self, rule: RuleId, known: &KnownFields) -> KnownFields {
        let presence = self.presence(rule, known);
        match (&presence.met, &presence.unmet) {
            (Some(met), Some(unmet)) => met.intersection(unmet).cloned().collect(),
            (Some(only), None) | (None, Some(only)) => only.clone(),
            (None, None) => KnownFields::new(),
        }
    }

    /// What is there where a criterion is met or skipped.
    fn passed(&self, criterion: &Criterion, known: &KnownFields) -> KnownFields {
        let applies = criterion.when.map(|when| self.presence(when, known));
        let start = applies.as_ref().map_or(Some(known), |applies| applies.met.as_ref());
        let met = start.and_then(|start| self.presence(criterion.expect, start).met.clone());
        let skipped = applies.and_then(|applies| applies.unmet.clone());
        match (met, skipped) {
            (Some(mut met), Some(skipped)) => {
                met.retain(|field| skipped.contains(field));
                met
            }
            (Some(only), None) | (None, Some(only)) => only,
            (None, None) => known.clone(),
        }
    }

    fn decide(&self, rules: &'w [(Option<RuleId>, OutcomeId)], asked: &KnownFields, passing: &mut Passing<'w>) {
        let mut open = Some(asked.clone());
        for (rule, outcome) in rules {
            // What no record comes to is judged as if it came there with all that is known otherwise.
            let known = open.clone().unwrap_or_else(|| asked.clone());
            passing.deciding.push(known.clone());
            let (met, unmet) = match rule {
                Some(rule) => {
                    let presence = self.presence(*rule, &known);
                    (presence.met.clone(), presence.unmet.clone())
                }
                None => (Some(known), None),
            };
            if let Some(met) = met {
                merge(&mut passing.outcomes, outcome, met);
            }
            open = unmet;
        }
    }

    /// The shortest way from a start to a stage on which nothing makes sure of a field: its transitions, from the start on.
    #[must_use]
    pub fn way_without(&self, field: &ReadField, to: &StageId) -> Option<Vec<Transition>> {
        let mut ways: HashMap<&StageId, Option<Transition>> = HashMap::new();
        let mut waiting: VecDeque<&StageId> = VecDeque::new();
        for stage in self.stages.values().filter(|stage| stage.is_start()) {
            ways.insert(stage.id(), None);
            waiting.push_back(stage.id());
        }
        let lacking: Vec<(&Gate, HashSet<&OutcomeId>)> = self.gates.values().map(|gate| (gate, self.lacking(gate, field))).collect();
        while let Some(stage) = waiting.pop_front() {
            if stage == to {
                break;
            }
            for (gate, outcomes) in lacking.iter().filter(|(gate, _)| gate.from().contains(stage)) {
                for (id, outcome) in gate.outcomes().iter().filter(|(id, _)| outcomes.contains(id)) {
                    let Way::To { stages, .. } = &outcome.way else { continue };
                    for next in stages.iter().filter_map(|next| self.stages.get(next)) {
                        if !ways.contains_key(next.id()) {
                            ways.insert(next.id(), Some(step(gate, id, outcome, stage)));
                            waiting.push_back(next.id());
                        }
                    }
                }
            }
        }
        let mut steps = Vec::new();
        let mut stage = to.clone();
        while let Some(step) = ways.get(&stage)? {
            stage = step.from.first()?.clone();
            steps.push(step.clone());
        }
        steps.reverse();
        Some(steps)
    }

    /// The outcomes of a gate after which a field may still be missing.
    fn lacking(&self, gate: &'w Gate, field: &ReadField) -> HashSet<&'w OutcomeId> {
        let outcomes = self.passing.get(gate.id()).into_iter().flat_map(|passing| &passing.outcomes);
        outcomes.filter(|(_, known)| !known.contains(field)).map(|(outcome, _)| *outcome).collect()
    }
}

fn step(gate: &Gate, id: &OutcomeId, outcome: &Outcome, from: &StageId) -> Transition {
    let (to, cancel) = match &outcome.way {
        Way::To { stages, cancel } => (stages.clone(), cancel.clone()),
        Way::Stay => (Vec::new(), super::Cancel::Nothing),
    };
    Transition { gate: gate.id().clone(), outcome: id.clone(), from: vec![from.clone()], to, cancel, stays: false }
}

fn merge<'w>(outcomes: &mut HashMap<&'w OutcomeId, KnownFields>, outcome: &'w OutcomeId, known: KnownFields) {
    match outcomes.get_mut(outcome) {
        Some(earlier) => earlier.retain(|field| known.contains(field)),
        None => drop(outcomes.insert(outcome, known)),
    }
}

/// The fields that every record has: its key, and what is required in whatever stage.
fn always(record: &RecordType) -> KnownFields {
    fn walk(object: &ObjectType, prefix: &str, known: &mut KnownFields) {
        for (name, field) in object.iter() {
            let path: Arc<str> = Arc::from(format!("{prefix}{name}"));
            if field.required {
                known.insert(ReadField::of_record(&path));
            }
            if let FieldType::Object(inner) = &field.field_type {
                walk(inner, &format!("{path}."), known);
            }
        }
    }
    let mut known: KnownFields = record.key().map(|key| ReadField::of_record(key.as_str())).into_iter().collect();
    walk(record.fields(), "", &mut known);
    known
}
