//! Every place of a workflow at which a rule stands, and the fields that are read there, also through functions, tables and scorecards.
//!
//! It must not say whether a field is there; `demanded` does.

use super::{Assign, Authority, By, Deadline, Decider, Gate, Points, Scorecard, Stage, Workflow};
use crate::script::{Asked, KnownFields, ReadField, Root, RuleId, Shapes};
use std::collections::{BTreeSet, HashSet};

/// A place at which fields are read.
#[derive(Debug, Clone, PartialEq)]
pub struct RulePlace {
    /// Where it is: `gate close · must paid`.
    pub words: String,
    /// The rule; `None` where a scorecard, a table or a term stands.
    pub rule: Option<RuleId>,
    /// What is read there.
    pub reads: BTreeSet<ReadField>,
}

/// The places of one workflow, collected.
struct Places<'w> {
    workflow: &'w Workflow,
    found: Vec<RulePlace>,
}

impl Workflow {
    /// Every place at which a rule stands, or a result of rules is asked for: stages, gates, roles, scorecards, tables.
    #[must_use]
    pub fn rule_places(&self) -> Vec<RulePlace> {
        let mut places = Places { workflow: self, found: Vec::new() };
        self.stages().values().for_each(|stage| places.stage(stage));
        self.gates().values().for_each(|gate| places.gate(gate));
        for role in self.roles().values() {
            let words = format!("role {} · assign", role.id());
            match role.assign() {
                Some(Assign::Rule(rule)) => places.rule(words, *rule),
                Some(Assign::Table(table)) => places.result(words, Asked::Table, table.as_str()),
                None => {}
            }
        }
        for (id, card) in self.scorecards() {
            places.card(id.as_str(), card);
        }
        for table in self.tables().values() {
            for (rule, input) in table.inputs().iter().zip(table.table().inputs()) {
                places.rule(format!("table {} · {}", table.id(), input.name), *rule);
            }
        }
        places.found
    }

    /// The fields that a rule can read, also in the scorecards and tables that it asks for.
    #[must_use]
    pub fn reads(&self, rule: RuleId) -> BTreeSet<ReadField> {
        let mut reads = BTreeSet::new();
        self.collect(vec![rule], &mut reads);
        reads
    }

    fn collect(&self, mut waiting: Vec<RuleId>, reads: &mut BTreeSet<ReadField>) {
        let by_name = |name: &str| self.records().get(name).cloned();
        let shapes = Shapes { record: self.record(), case: self.case_type(), records: &by_name };
        let mut seen = HashSet::new();
        while let Some(rule) = waiting.pop() {
            if !seen.insert(rule) {
                continue;
            }
            reads.extend(self.rules().presence(rule, &shapes, &KnownFields::new()).reads);
            for (asked, name) in self.rules().asks(rule) {
                waiting.extend(self.rules_of(*asked, name));
            }
        }
    }

    fn rules_of(&self, asked: Asked, name: &str) -> Vec<RuleId> {
        match asked {
            Asked::Table => self.tables().get(name).map(|table| table.inputs().to_vec()).unwrap_or_default(),
            Asked::Score | Asked::Grade => {
                let criteria = self.scorecards().get(name).into_iter().flat_map(|card| card.criteria.values());
                criteria
                    .flat_map(|scored| {
                        let (Points::Rule(rule) | Points::Bands(rule, _)) = &scored.points;
                        std::iter::once(*rule).chain(scored.knock_out)
                    })
                    .collect()
            }
        }
    }
}

impl Places<'_> {
    fn rule(&mut self, words: String, rule: RuleId) {
        let reads = self.workflow.reads(rule);
        self.found.push(RulePlace { words, rule: Some(rule), reads });
    }

    fn result(&mut self, words: String, asked: Asked, name: &str) {
        let mut reads = BTreeSet::new();
        self.workflow.collect(self.workflow.rules_of(asked, name), &mut reads);
        self.found.push(RulePlace { words, rule: None, reads });
    }

    fn stage(&mut self, stage: &Stage) {
        let words = |what: &str| format!("stage {} · {what}", stage.id());
        match stage.deadline() {
            Some(Deadline::By(rule)) => self.rule(words("due"), *rule),
            Some(Deadline::Before(_, field) | Deadline::After(_, field)) => {
                let reads = BTreeSet::from([ReadField { root: Root::Record, path: std::sync::Arc::from(field.as_str()) }]);
                self.found.push(RulePlace { words: words("within"), rule: None, reads });
            }
            Some(Deadline::Entered(_)) | None => {}
        }
    }

    fn gate(&mut self, gate: &Gate) {
        let words = |what: &str| format!("gate {} · {what}", gate.id());
        if let Some(when) = gate.when() {
            self.rule(words("when"), when);
        }
        for (kind, criteria) in [("must", gate.must()), ("should", gate.should())] {
            for (id, criterion) in criteria {
                if let Some(when) = criterion.when {
                    self.rule(words(&format!("{kind} {id} when")), when);
                }
                self.rule(words(&format!("{kind} {id}")), criterion.expect);
            }
        }
        if let Some(score) = gate.score() {
            self.result(words("score"), Asked::Score, score.card.as_str());
        }
        match gate.decider() {
            Decider::Submitter => {}
            Decider::Rules(rules) => {
                for (rule, outcome) in rules.iter().filter_map(|(rule, outcome)| Some(((*rule)?, outcome))) {
                    self.rule(words(&format!("decide {outcome}")), rule);
                }
            }
            Decider::Approval(approval) => match &approval.authority {
                Authority::Levels(By::Rule(rule), _) => self.rule(words("approve by"), *rule),
                Authority::Levels(By::Table(table), _) => self.result(words("approve by"), Asked::Table, table.as_str()),
                Authority::Steps(_) => {}
            },
        }
        for (id, outcome) in gate.outcomes() {
            for spawn in &outcome.spawns {
                let words = |what: &str| words(&format!("{id} spawns {} · {what}", spawn.workflow));
                if let Some(list) = spawn.for_each {
                    self.rule(words("for_each"), list);
                }
                if let Some(when) = spawn.when {
                    self.rule(words("when"), when);
                }
                for (place, rule) in &spawn.fields {
                    self.rule(words(place.path().as_str()), *rule);
                }
            }
        }
    }

    fn card(&mut self, id: &str, card: &Scorecard) {
        for (criterion, scored) in &card.criteria {
            let (Points::Rule(rule) | Points::Bands(rule, _)) = &scored.points;
            self.rule(format!("scorecard {id} · {criterion}"), *rule);
            if let Some(rule) = scored.knock_out {
                self.rule(format!("scorecard {id} · {criterion} knock_out"), rule);
            }
        }
    }
}
