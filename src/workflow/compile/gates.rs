//! Compiles gates: criteria, decisions and outcomes.
//!
//! It must not prove anything about the graph; `checks` does.

use super::Compiler;
use super::tables::PendingTable;
use crate::diagnostic::{Code, Diagnostic, did_you_mean};
use crate::document::{CancelDoc, ConditionsDoc, CriterionDoc, Entries, GateDoc, LapseDoc, OutcomeDoc};
use crate::names::{CriterionId, GateId, OutcomeId, RecordName, ScorecardId, StageId};
use crate::record::RecordType;
use crate::script::Expected;
use crate::source::Spanned;
use crate::workflow::{Cancel, Criterion, Decider, Gate, Lapse, Outcome, ScoreNeeded, Stage, Way};
use indexmap::IndexMap;
use std::sync::Arc;

impl<'a> Compiler<'a> {
    pub(super) fn gates(
        &mut self,
        record: Option<&RecordType>,
        records: &IndexMap<RecordName, Arc<RecordType>>,
        stages: &IndexMap<StageId, Stage>,
        tables: &[PendingTable<'a>],
    ) -> IndexMap<GateId, Gate> {
        let resolved = self.resolved;
        let mut gates = IndexMap::new();
        for (name, doc) in resolved.file.gates.iter() {
            let from = self.stage_names(&doc.from, stages);
            let decider = self.decider(name, doc, tables);
            let gate = Gate {
                id: name.value.clone(),
                title: doc.title.clone(),
                when: doc.when.as_ref().map(|when| self.rule(when, Expected::Bool)),
                submit: self.role_ids(&doc.submit),
                needs: self.needs(&doc.needs, record),
                demands: self.each_once(&doc.demands, "the obligation"),
                must: self.criteria(&doc.must),
                should: self.criteria(&doc.should),
                score: doc.score.as_ref().and_then(|score| {
                    self.scorecard_named(&score.card)
                        .then(|| ScoreNeeded { card: score.card.value.clone(), at_least: score.at_least.value })
                }),
                decider,
                unique: self.unique(doc),
                overdue: doc.overdue.as_ref().and_then(|lapse| self.lapse(lapse, doc, &from, stages)),
                outcomes: self.outcomes(doc, record, records, stages),
                from,
                span: name.span,
            };
            self.submitters(name, &gate, stages);
            gates.insert(name.value.clone(), gate);
        }
        gates
    }

    fn decider(&mut self, name: &Spanned<GateId>, doc: &'a GateDoc, tables: &[PendingTable<'a>]) -> Decider {
        if let Some(approval) = &doc.approve {
            let then = approval.overdue.as_ref().and_then(|overdue| overdue.then.as_ref()).filter(|then| self.outcome_named(then, doc));
            return Decider::Approval(self.approval(name, approval, then, tables));
        }
        if doc.decide.rows.is_empty() {
            return Decider::Submitter;
        }
        let mut rules = Vec::new();
        let mut always = None;
        for decision in &doc.decide.rows {
            self.outcome_named(&decision.outcome, doc);
            if let Some(first) = always {
                let diagnostic = Diagnostic::new(Code::NoEffect, decision.outcome.span, "this decision is never reached");
                self.diagnostics.push(diagnostic.related(first, "a decision without `when` always applies"));
            }
            let when = decision.when.as_ref().map(|when| self.rule(when, Expected::Bool));
            if when.is_none() {
                always = Some(decision.outcome.span);
            }
            rules.push((when, decision.outcome.value.clone()));
        }
        Decider::Rules(rules)
    }

    /// Whether at most one of the decisions may apply.
    fn unique(&mut self, doc: &GateDoc) -> bool {
        let Some(hit) = &doc.decide.hit else { return false };
        let known = match &*hit.value {
            "first" => return false,
            "unique" => return true,
            other => format!("`{other}` is no hit policy of decisions"),
        };
        self.report(Code::InvalidValue, hit.span, known, Some("it is `first` or `unique`".to_owned()));
        false
    }

    /// What follows by itself when a stage is overdue.
    fn lapse(&mut self, lapse: &LapseDoc, doc: &GateDoc, from: &[StageId], stages: &IndexMap<StageId, Stage>) -> Option<Lapse> {
        let (span, found) = match lapse {
            LapseDoc::Outcome(outcome) => (outcome.span, self.outcome_named(outcome, doc).then(|| Lapse::Outcome(outcome.value.clone()))),
            LapseDoc::Rules(span) if doc.decide.rows.is_empty() => {
                let help = Some("name the outcome that follows, or let rules `decide`".to_owned());
                self.report(Code::InvalidValue, *span, "no rules decide at this gate", help);
                return None;
            }
            LapseDoc::Rules(span) => (*span, Some(Lapse::Rules)),
        };
        let timed = from.iter().filter_map(|stage| stages.get(stage)).any(|stage| stage.deadline().is_some());
        if !timed && !from.is_empty() && !self.diagnostics.iter().any(Diagnostic::hides_a_part) {
            let help = Some("give one of them a deadline: `within` or `due`".to_owned());
            self.report(Code::NoEffect, span, "`overdue` has no effect here: no stage that the gate leaves is ever due", help);
        }
        found
    }

    /// Where nobody approves and no rule decides, somebody must be able to submit.
    fn submitters(&mut self, name: &Spanned<GateId>, gate: &Gate, stages: &IndexMap<StageId, Stage>) {
        let has_lead = gate.from.iter().any(|stage| stages.get(stage).is_some_and(|stage| stage.lead().is_some()));
        let unread = self.diagnostics.iter().any(Diagnostic::hides_a_part);
        if !unread
            && gate.overdue.is_none()
            && !gate.from.is_empty()
            && matches!(gate.decider, Decider::Submitter)
            && gate.submit.is_empty()
            && !has_lead
        {
            let help = Some("give it `approve` or `decide`, name who may `submit`, or give its stages a `lead`".to_owned());
            self.report(Code::GateWithoutDecider, name.span, format!("nobody decides at the gate `{}`", name.value), help);
        }
    }

    pub(super) fn stage_names(&mut self, names: &[Spanned<StageId>], stages: &IndexMap<StageId, Stage>) -> Vec<StageId> {
        let mut found = Vec::new();
        for name in names {
            if !stages.contains_key(&name.value) {
                self.report_unknown_stage(name);
            } else if found.contains(&name.value) {
                self.report_twice(name.span, format!("the stage `{}` is listed twice", name.value));
            } else {
                found.push(name.value.clone());
            }
        }
        found
    }

    fn criteria(&mut self, criteria: &Entries<CriterionId, CriterionDoc>) -> IndexMap<CriterionId, Criterion> {
        let mut compiled = IndexMap::new();
        for (name, criterion) in criteria.iter() {
            if let Some(waiver) = &criterion.waiver {
                self.role(waiver);
            }
            let found = Criterion {
                title: criterion.title.clone(),
                expect: self.rule(&criterion.expect, Expected::Bool),
                when: criterion.when.as_ref().map(|when| self.rule(when, Expected::Bool)),
                waiver: criterion.waiver.as_ref().map(|waiver| waiver.value.clone()),
                hint: criterion.hint.clone(),
            };
            compiled.insert(name.value.clone(), found);
        }
        compiled
    }

    fn scorecard_named(&mut self, card: &Spanned<ScorecardId>) -> bool {
        self.used.scorecards.insert(card.value.as_str().to_owned());
        let names: Vec<&str> = self.resolved.file.scorecards.iter().map(|(name, _)| name.value.as_str()).collect();
        let known = names.contains(&card.value.as_str());
        if !known && !self.may_hide(self.resolved.file.scorecards.is_partial()) {
            let help = did_you_mean(card.value.as_str(), names);
            self.report(Code::UnknownScorecard, card.span, format!("there is no scorecard `{}`", card.value), help);
        }
        known
    }

    fn outcome_named(&mut self, outcome: &Spanned<OutcomeId>, gate: &GateDoc) -> bool {
        let known = gate.outcomes.is_partial() || gate.outcomes.iter().any(|(name, _)| *name == *outcome);
        if !known {
            let names = gate.outcomes.iter().map(|(name, _)| name.value.as_str());
            let help = did_you_mean(outcome.value.as_str(), names);
            self.report(Code::UnknownOutcome, outcome.span, format!("the gate has no outcome `{}`", outcome.value), help);
        }
        known
    }

    fn outcomes(
        &mut self,
        gate: &GateDoc,
        record: Option<&RecordType>,
        records: &IndexMap<RecordName, Arc<RecordType>>,
        stages: &IndexMap<StageId, Stage>,
    ) -> IndexMap<OutcomeId, Outcome> {
        let mut outcomes = IndexMap::new();
        for (name, doc) in gate.outcomes.iter() {
            let then = doc.then.as_ref().filter(|then| self.outcome_named(then, gate)).map(|then| then.value.clone());
            if then.as_ref() == Some(&name.value) {
                let span = doc.then.as_ref().map_or(doc.span, |then| then.span);
                self.report(Code::InvalidValue, span, format!("`{}` would follow itself for ever", name.value), None);
            }
            let within = self.maybe_term(doc.within.as_ref());
            let compiled = Outcome {
                title: doc.title.clone(),
                way: self.way(doc, stages),
                lock: doc.lock.iter().filter_map(|field| self.field_named(field, record)).collect(),
                conditions: doc.conditions.map(|conditions| conditions == ConditionsDoc::Required),
                expiry: within.zip(then),
                spawns: self.spawns(&doc.spawn, record, records),
                emits: self.each_once(&doc.emit, "the event"),
                obligations: doc.obligations.iter().map(|(name, doc)| (name.value.clone(), self.obligation(doc))).collect(),
                span: doc.span,
            };
            outcomes.insert(name.value.clone(), compiled);
        }
        outcomes
    }

    fn way(&mut self, doc: &OutcomeDoc, stages: &IndexMap<StageId, Stage>) -> Way {
        let cancel = match &doc.cancel {
            None => Cancel::Nothing,
            Some(CancelDoc::All) => Cancel::All,
            Some(CancelDoc::Stages(names)) => Cancel::Stages(self.stage_names(names, stages)),
        };
        if doc.stay {
            if doc.cancel.is_some() {
                self.report(Code::NoEffect, doc.span, "`cancel` has no effect where the case stays", None);
            }
            return Way::Stay;
        }
        Way::To { stages: self.stage_names(&doc.to, stages), cancel }
    }
}
