//! How a record stands before a gate.
//!
//! It must not let a gate open by anything but rules that are met.

use super::evaluator::{Evaluator, wrong_kind};
use super::report::{
    CriterionKind, CriterionReport, DecisionReport, GateReport, LevelReport, Missing, ObligationReport, OutcomeReport, Status, Verdict,
    WhenReport,
};
use crate::names::{CriterionId, OutcomeId, StageId};
use crate::record::Value;
use crate::script::{Answer, Asked, Fault, FaultKind, Known, Read, RuleId};
use crate::workflow::{Criterion, Decider, Gate, Need, Outcome, Way};
use indexmap::IndexMap;

impl Evaluator<'_> {
    pub(super) fn gate(&mut self, gate: &Gate) -> GateReport {
        let mut report = GateReport {
            gate: gate.id().clone(),
            status: Status::Open,
            when: None,
            criteria: Vec::new(),
            missing: Missing::default(),
            score: gate.score().map(|score| (score.card.clone(), score.at_least)),
            score_verdict: None,
            decided: None,
            decisions: Vec::new(),
            approval: None,
            submitters: Vec::new(),
            outcomes: Vec::new(),
            faults: Vec::new(),
        };
        if let Some(status) = self.unconcerned(gate, &mut report) {
            report.status = status;
            return report;
        }
        report.missing = self.needs_of(gate);
        report.criteria = self.criteria(gate, gate.must(), CriterionKind::Must);
        report.criteria.extend(self.criteria(gate, gate.should(), CriterionKind::Should));
        report.score_verdict = gate.score().map(|score| self.score_verdict(score.card.as_str(), score.at_least));
        let undecided = self.decide(gate, &mut report);
        let submit: Vec<_> = if gate.submit().is_empty() { self.leads(gate) } else { gate.submit().to_vec() };
        report.submitters = submit.iter().map(|role| self.holders(role)).collect();
        report.outcomes = gate.outcomes().iter().map(|(id, outcome)| self.outcome(id, outcome, gate)).collect();
        report.status = self.status(&mut report, undecided, matches!(gate.decider(), Decider::Approval(_)));
        report
    }

    /// The status of a gate that does not concern the record, or of which that is not known; nothing else is judged then, because
    /// a gate that asks for what a record need not have would send people after it.
    fn unconcerned(&mut self, gate: &Gate, report: &mut GateReport) -> Option<Status> {
        let rule = gate.when()?;
        let (answer, reads) = self.answer(rule);
        let verdict = verdict(answer);
        let status = match &verdict {
            Verdict::Met => None,
            Verdict::Unmet | Verdict::Skipped => Some(Status::Skipped),
            Verdict::Unknown(paths) => {
                report.missing.add_fields(paths);
                Some(Status::Incomplete)
            }
            Verdict::Fault(fault) => {
                report.faults.push(fault.clone());
                Some(Status::Faulted)
            }
        };
        report.when = Some(WhenReport { rule, verdict, reads });
        status
    }

    /// The needs of the gate and of the stages it leaves, and the stages of a join that are not active.
    fn needs_of(&self, gate: &Gate) -> Missing {
        let mut needs: Vec<Need> = Vec::new();
        let mut inactive: Vec<StageId> = Vec::new();
        for id in gate.from() {
            if !self.is_active(id) {
                inactive.push(id.clone());
            } else if let Some(stage) = self.workflow.stages().get(id) {
                needs.extend(stage.needs().iter().filter(|need| !needs.contains(need)).cloned().collect::<Vec<_>>());
            }
        }
        needs.extend(gate.needs().iter().filter(|need| !needs.contains(need)).cloned().collect::<Vec<_>>());
        let open = gate
            .demands()
            .iter()
            .filter(|demand| self.subject.unread_obligation || self.subject.obligations.contains(*demand))
            .cloned()
            .collect();
        Missing { stages: inactive, obligations: open, ..self.missing_of(&needs) }
    }

    fn leads(&self, gate: &Gate) -> Vec<crate::names::RoleId> {
        let mut leads = Vec::new();
        for lead in gate.from().iter().filter_map(|stage| self.workflow.stages().get(stage)?.lead()) {
            if !leads.contains(lead) {
                leads.push(lead.clone());
            }
        }
        leads
    }

    fn criteria(&mut self, gate: &Gate, criteria: &IndexMap<CriterionId, Criterion>, kind: CriterionKind) -> Vec<CriterionReport> {
        criteria
            .iter()
            .map(|(id, criterion)| {
                let waived = !self.subject.waived.is_empty() && self.subject.waived.contains(&(gate.id().clone(), id.clone()));
                let (verdict, reads) = if waived { (Verdict::Skipped, Vec::new()) } else { self.criterion(criterion) };
                CriterionReport { id: id.clone(), kind, rule: criterion.expect, verdict, reads, waiver: criterion.waiver.clone() }
            })
            .collect()
    }

    fn criterion(&mut self, criterion: &Criterion) -> (Verdict, Vec<Read>) {
        let mut reads = Vec::new();
        if let Some(when) = criterion.when {
            let (answer, read) = self.answer(when);
            reads = read;
            match verdict(answer) {
                Verdict::Met => {}
                Verdict::Unmet => return (Verdict::Skipped, reads),
                other => return (other, reads),
            }
        }
        let (answer, read) = self.answer(criterion.expect);
        reads.extend(read.into_iter().filter(|read| !reads.contains(read)).collect::<Vec<_>>());
        (verdict(answer), reads)
    }

    fn score_verdict(&mut self, card: &str, at_least: rust_decimal::Decimal) -> Verdict {
        self.know_score(card);
        match self.frame.known(Asked::Score, card) {
            Some(Known::Value(Some(value))) => match value.number() {
                Some(total) if total >= at_least => Verdict::Met,
                _ => Verdict::Unmet,
            },
            Some(Known::Missing(paths)) => Verdict::Unknown(paths),
            Some(Known::Fault(fault)) => Verdict::Fault(fault),
            Some(Known::Value(None)) | None => Verdict::Unmet,
        }
    }

    /// Finds the outcome that rules pick, or who approves. Says whether no decision applies.
    fn decide(&mut self, gate: &Gate, report: &mut GateReport) -> bool {
        match gate.decider() {
            Decider::Submitter => false,
            Decider::Rules(rules) if gate.is_unique() => self.decide_uniquely(gate, rules, report),
            Decider::Rules(rules) => {
                for (rule, outcome) in rules {
                    let (verdict, reads) = match rule {
                        Some(rule) => {
                            let (answer, reads) = self.answer(*rule);
                            (verdict(answer), reads)
                        }
                        None => (Verdict::Met, Vec::new()),
                    };
                    report.decisions.push(DecisionReport { outcome: outcome.clone(), rule: *rule, verdict: verdict.clone(), reads });
                    match verdict {
                        Verdict::Met => {
                            report.decided = Some(outcome.clone());
                            return false;
                        }
                        Verdict::Unmet | Verdict::Skipped => {}
                        Verdict::Unknown(paths) => {
                            report.missing.add_fields(&paths);
                            return false;
                        }
                        Verdict::Fault(fault) => {
                            report.faults.push(fault);
                            return false;
                        }
                    }
                }
                true
            }
            Decider::Approval(approval) => {
                let approval = self.approval(gate.id(), approval);
                match &approval.level {
                    Some(LevelReport::Unknown(paths)) => report.missing.add_fields(paths),
                    Some(LevelReport::Fault(fault)) => report.faults.push(fault.clone()),
                    Some(LevelReport::Known(_)) | None => {}
                }
                for voter in approval.steps.iter().flat_map(|step| &step.voters) {
                    report.missing.add_fields(&voter.missing);
                    if let Some(fault) = &voter.fault {
                        report.faults.push(fault.clone());
                    } else if voter.users.is_empty() && voter.missing.is_empty() {
                        let message = format!("nobody holds the role `{}` for this record", voter.role);
                        report.faults.push(Fault { kind: FaultKind::Other, message, span: None });
                    }
                }
                // A veto that nobody holds is none. One whose holder is not known must not be passed over.
                for holders in approval.steps.iter().flat_map(|step| &step.vetoers) {
                    report.missing.add_fields(&holders.missing);
                    report.faults.extend(holders.fault.clone().filter(|fault| !report.faults.contains(fault)));
                }
                report.approval = Some(approval);
                false
            }
        }
    }

    /// Asks all rules, of which one at most may apply; one without a condition is for what is left. Says whether no decision applies.
    fn decide_uniquely(&mut self, gate: &Gate, rules: &[(Option<RuleId>, OutcomeId)], report: &mut GateReport) -> bool {
        let mut met: Vec<DecisionReport> = Vec::new();
        let mut known = true;
        for (rule, outcome) in rules {
            let Some(rule) = rule else { continue };
            let (answer, reads) = self.answer(*rule);
            let verdict = verdict(answer);
            match &verdict {
                Verdict::Met | Verdict::Unmet | Verdict::Skipped => {}
                Verdict::Unknown(paths) => {
                    known = false;
                    report.missing.add_fields(paths);
                }
                Verdict::Fault(fault) => {
                    known = false;
                    report.faults.push(fault.clone());
                }
            }
            let is_met = verdict == Verdict::Met;
            let decision = DecisionReport { outcome: outcome.clone(), rule: Some(*rule), verdict, reads };
            if is_met { met.push(decision) } else { report.decisions.push(decision) }
        }
        let single = met.len() == 1;
        let both: Vec<String> = met.iter().map(|decision| format!("`{}`", decision.outcome)).collect();
        let decided = met.first().map(|decision| decision.outcome.clone());
        report.decisions.append(&mut met);
        if both.len() > 1 {
            let message = format!("{} decisions of the gate `{}` apply, but only one may: {}", both.len(), gate.id(), both.join(", "));
            report.faults.push(Fault { kind: FaultKind::Other, message, span: None });
            return false;
        }
        if !known {
            return false;
        }
        if single {
            report.decided = decided;
            return false;
        }
        let rest = rules.iter().find(|(rule, _)| rule.is_none()).map(|(_, outcome)| outcome);
        if let Some(outcome) = rest {
            report.decisions.push(DecisionReport { outcome: outcome.clone(), rule: None, verdict: Verdict::Met, reads: Vec::new() });
            report.decided = Some(outcome.clone());
        }
        rest.is_none()
    }

    fn outcome(&mut self, id: &OutcomeId, outcome: &Outcome, gate: &Gate) -> OutcomeReport {
        let to: Vec<StageId> = match &outcome.way {
            Way::Stay => gate.from().to_vec(),
            Way::To { stages, .. } => stages.clone(),
        };
        let mut missing = Missing::default();
        for end in to.iter().filter_map(|stage| self.workflow.stages().get(stage)).filter(|stage| stage.end().is_some()) {
            let lacking = self.missing_of(end.needs());
            missing.add_fields(&lacking.fields);
            missing.deliverables.extend(lacking.deliverables);
        }
        let spawns = outcome.spawns.iter().flat_map(|spawn| self.spawn(spawn)).collect();
        let obligations = outcome.obligations.iter().map(|(id, owed)| ObligationReport {
            obligation: id.clone(),
            holders: owed.role.as_ref().map(|role| self.holders(role)),
            within: owed.within,
        });
        let obligations = obligations.collect();
        OutcomeReport { outcome: id.clone(), to, missing, spawns, emits: outcome.emits.clone(), obligations }
    }

    /// The first that applies: a fault, something unmet, something missing, people who must approve, nothing.
    fn status(&self, report: &mut GateReport, undecided: bool, approval: bool) -> Status {
        let must = report.criteria.iter().filter(|criterion| criterion.kind == CriterionKind::Must).map(|criterion| &criterion.verdict);
        let verdicts: Vec<Verdict> = must.chain(&report.score_verdict).cloned().collect();
        for verdict in &verdicts {
            if let Verdict::Unknown(paths) = verdict {
                report.missing.add_fields(paths);
            }
        }
        if !report.faults.is_empty() || verdicts.iter().any(|verdict| matches!(verdict, Verdict::Fault(_))) {
            Status::Faulted
        } else if undecided || verdicts.contains(&Verdict::Unmet) {
            Status::Blocked
        } else if !report.missing.is_empty() || verdicts.iter().any(|verdict| matches!(verdict, Verdict::Unknown(_))) {
            Status::Incomplete
        } else if approval {
            Status::Ready
        } else {
            Status::Open
        }
    }
}

/// A rule's answer as a verdict; an answer that is no condition is a fault.
fn verdict(answer: Answer) -> Verdict {
    match answer {
        Answer::Value(Value::Bool(true)) => Verdict::Met,
        Answer::Value(Value::Bool(false)) => Verdict::Unmet,
        Answer::Value(value) => Verdict::Fault(wrong_kind("true or false", &value)),
        Answer::Missing(paths) => Verdict::Unknown(paths),
        Answer::Fault(fault) => Verdict::Fault(fault),
    }
}
