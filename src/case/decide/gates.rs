//! How a case is brought to a gate, taken back from it, and who is asked there.
//!
//! It must not let a gate open by anything but what the evaluation says of it.

use super::{About, Deciding, Reason, Refusal, one_of};
use crate::case::approval::{self, Plan, Ruling};
use crate::case::event::{Condition, Event, Happened, How, Replan, Return};
use crate::case::refusal::lacking;
use crate::evaluation::{CriterionKind, CriterionReport, GateReport, LevelReport, Missing, Status, Verdict};
use crate::names::{GateId, LevelId, OutcomeId, RoleId, StageId, UserId};
use crate::workflow::{Approval, Authority, Decider, Gate, Outcome};
use chrono::{DateTime, Utc};
use std::sync::Arc;

/// The language of hints in refusals, whose other words are English, too.
const LANGUAGE: &str = "en";

impl Deciding<'_> {
    pub(super) fn submit(&self, id: &GateId, outcome: Option<&OutcomeId>, conditions: &[Arc<str>]) -> Result<Vec<Event>, Refusal> {
        let gate = self.gate(id)?;
        let state = self.state;
        if state.submissions.contains_key(id) {
            let refusal = Refusal::new(Reason::UnderWay, format!("the approval at the gate `{id}` is under way"));
            return Err(refusal.help("vote, or take it back first"));
        }
        self.before(gate)?;
        let mut subject = self.subject(About::Gate(id));
        subject.submitted = Some(self.occasion.now.with_timezone(&self.workflow.calendar().zone()).fixed_offset());
        let report = self.report(&subject, id, self.occasion.now)?;
        let roles: Vec<(RoleId, Vec<UserId>)> =
            report.submitters.iter().map(|holders| (holders.role.clone(), holders.users.clone())).collect();
        // Of a gate that is not the question nobody is asked who may bring the case there.
        if roles.is_empty() {
            opens(gate, &report)?;
        }
        let for_user = self.allow(&format!("bring the case to the gate `{id}`"), &roles, Some(id))?;
        opens(gate, &report)?;
        let outcome = self.chosen(gate, &report, outcome)?;
        let conditions = conditions_of(gate, &outcome, conditions)?;
        let Decider::Approval(approval) = gate.decider() else {
            let how = if matches!(gate.decider(), Decider::Rules(_)) { How::Rules } else { How::Submitter };
            let mut event = self.decided((gate, &outcome, conditions), &report, how, self.occasion.now)?;
            if let Happened::Decided(decided) = &mut event.what {
                decided.for_user = for_user;
            }
            return Ok(vec![event]);
        };
        // Nobody votes on what cannot come of it.
        self.decided((gate, &outcome, conditions.clone()), &report, How::Approval, self.occasion.now)?;
        let submitters: Vec<UserId> = self.occasion.by.user().into_iter().chain(for_user.clone()).collect();
        let plan = self.plan((gate, approval), &report, &submitters, self.occasion.now)?;
        // A gate that decides again may keep what it approved before, where the same is asked for.
        let before = state.approved.get(id).filter(|before| {
            let same = before.conditions.iter().map(|condition| &condition.text).eq(conditions.iter().map(|condition| &condition.text));
            state.reopened.contains_key(id) && before.outcome == outcome && same
        });
        let plan = match before {
            Some(before) => approval::reopened(&before.plan, &before.acts, plan, approval.keeps),
            None => plan,
        };
        self.and_at_once(id, self.event(Happened::Submitted { gate: id.clone(), outcome, conditions, plan, for_user }))
    }

    /// An event after which people are asked, and the decision that follows at once where all that is asked for was kept.
    fn and_at_once(&self, id: &GateId, asked: Event) -> Result<Vec<Event>, Refusal> {
        let after = self.after(&asked)?;
        let mut events = vec![asked];
        if let Some(submission) = after.submissions.get(id) {
            let standing = approval::standing(&submission.plan, &submission.acts, &self.delegations(), self.occasion.now);
            if standing.result == Some(Ruling::Approved) {
                let deciding = Deciding { state: &after, ..*self };
                let report = deciding.report(&deciding.subject(About::Gate(id)), id, self.occasion.now)?;
                let picked = (self.gate(id)?, &submission.outcome, submission.conditions.clone());
                events.push(deciding.decided(picked, &report, How::Approval, self.occasion.now)?);
            }
        }
        Ok(events)
    }

    /// Whether the case stands before a gate, and nothing else comes first.
    fn before(&self, gate: &Gate) -> Result<(), Refusal> {
        let (state, id) = (self.state, gate.id());
        self.nothing_first(id)?;
        let inactive: Vec<&StageId> = gate.from().iter().filter(|stage| !state.stages.contains_key(*stage)).collect();
        if !inactive.is_empty() && !state.reopened.contains_key(id) {
            let stages = inactive.iter().map(|stage| format!("`{stage}`")).collect::<Vec<_>>().join(" and ");
            let plural = if inactive.len() == 1 { "is" } else { "are" };
            let refusal = Refusal::new(Reason::NotActive, format!("the gate `{id}` leaves {stages}, which {plural} not active"));
            let here = self.workflow.gates().values().filter(|gate| gate.all_active(|stage| state.stages.contains_key(stage)));
            return Err(refusal.help(format!("from here the case goes on by {}", one_of(here.map(Gate::id)))));
        }
        let open: Vec<String> = state
            .holds
            .get(id)
            .into_iter()
            .flat_map(|hold| &hold.conditions)
            .filter(|condition| !condition.met)
            .map(|condition| condition.text.to_string())
            .collect();
        if !open.is_empty() {
            let refusal = Refusal::new(Reason::OnHold, format!("the gate `{id}` put the case on hold, and conditions are open"));
            return Err(refusal.help("say of each when it is met").details(open));
        }
        Ok(())
    }

    /// Refuses while another gate has to decide again: nothing else is decided meanwhile.
    pub(super) fn nothing_first(&self, id: &GateId) -> Result<(), Refusal> {
        let reopened = &self.state.reopened;
        match reopened.first().filter(|_| !reopened.contains_key(id)) {
            None => Ok(()),
            Some((other, _)) => {
                let message = format!("the gate `{other}` has to decide again, since a value that it locked was changed");
                Err(Refusal::new(Reason::Reopened, message).help(format!("bring the case to `{other}` first")))
            }
        }
    }

    /// The outcome that rules pick, that somebody chose, or that is asked for.
    fn chosen(&self, gate: &Gate, report: &GateReport, asked: Option<&OutcomeId>) -> Result<OutcomeId, Refusal> {
        let known = || one_of(gate.outcomes().keys());
        if let Some(asked) = asked.filter(|asked| !gate.outcomes().contains_key(*asked)) {
            let refusal = Refusal::new(Reason::Outcome, format!("the gate `{}` has no outcome `{asked}`", gate.id()));
            return Err(refusal.help(format!("its outcomes are {}", known())));
        }
        match (gate.decider(), asked, gate.outcomes().keys().collect::<Vec<_>>().as_slice()) {
            (Decider::Rules(_), asked, _) => {
                let decided = report.decided.clone();
                let decided =
                    decided.ok_or_else(|| Refusal::new(Reason::Blocked, format!("no decision of the gate `{}` applies", gate.id())))?;
                match asked.filter(|asked| **asked != decided) {
                    Some(asked) => {
                        Err(Refusal::new(Reason::Outcome, format!("rules decide at the gate `{}`: `{decided}`, not `{asked}`", gate.id())))
                    }
                    None => Ok(decided),
                }
            }
            (_, Some(asked), _) => Ok(asked.clone()),
            (_, None, [only]) => Ok((*only).clone()),
            (Decider::Approval(_), None, [first, ..]) => Ok((*first).clone()),
            (_, None, _) => {
                let refusal =
                    Refusal::new(Reason::Outcome, format!("whoever brings the case to the gate `{}` chooses the outcome", gate.id()));
                Err(refusal.help(format!("choose {}", known())))
            }
        }
    }

    /// Who decides, as it stands now.
    pub(super) fn plan(
        &self,
        (gate, approval): (&Gate, &Approval),
        report: &GateReport,
        submitters: &[UserId],
        at: DateTime<Utc>,
    ) -> Result<Plan, Refusal> {
        let Some(found) = &report.approval else {
            return Err(Refusal::new(Reason::Faulted, format!("nobody knows who decides at the gate `{}`", gate.id())));
        };
        let leads = gate.from().iter().filter_map(|stage| self.workflow.stages().get(stage)?.lead());
        let leads: Vec<UserId> = self.holding(leads).into_iter().flat_map(|(_, users)| users).collect();
        let submission = approval::Submission {
            gate: gate.id(),
            approval,
            report: found,
            submitters,
            leads: &leads,
            at,
            calendar: self.workflow.calendar(),
        };
        Plan::of(&submission)
            .map_err(|error| Refusal::new(Reason::Incomplete, format!("the approval at the gate `{}`: {error}", gate.id())))
    }

    pub(super) fn recall(&self, id: &GateId) -> Result<Vec<Event>, Refusal> {
        let submission = self.submission(id)?;
        if let Some(user) = self.occasion.by.user().filter(|_| !submission.is_of(&self.occasion.by)) {
            let refusal = Refusal::not_allowed(&user, &format!("take back what was brought to the gate `{id}`"), &[]);
            return Err(refusal.help(format!("it is for {}", submission.by)));
        }
        Ok(self.one(Happened::Returned { gate: id.clone(), why: Return::Recalled, comment: None }))
    }

    pub(super) fn submission(&self, id: &GateId) -> Result<&crate::case::Submission, Refusal> {
        self.gate(id)?;
        self.state.submissions.get(id).ok_or_else(|| {
            let refusal = Refusal::new(Reason::Unknown, format!("no approval is under way at the gate `{id}`"));
            match self.state.submissions.keys().next() {
                None => refusal.help("bring the case to the gate first"),
                Some(_) => refusal.help(format!("one is at {}", one_of(self.state.submissions.keys()))),
            }
        })
    }

    /// Asks others where a changed record asks for them; nothing where it does not.
    pub(super) fn replan(&self, id: &GateId, at: DateTime<Utc>) -> Result<Vec<Event>, Refusal> {
        let (gate, submission) = (self.gate(id)?, self.submission(id)?);
        let Decider::Approval(approval) = gate.decider() else { return Ok(Vec::new()) };
        let mut subject = self.subject(About::Gate(id));
        let mut report = self.report(&subject, id, at)?;
        // Who was asked because nobody decided in time is asked on, unless the record needs an even higher level now.
        if let (true, Some(asked)) = (submission.escalated, &submission.plan.level) {
            let place = |level: Option<&LevelId>| submission.plan.levels.iter().position(|known| Some(known) == level);
            let needed = report.approval.as_ref().and_then(|approval| match &approval.level {
                Some(LevelReport::Known(level)) => place(Some(level)),
                _ => None,
            });
            if needed < place(Some(asked)) {
                subject.levels.insert(id.clone(), asked.clone());
                report = self.report(&subject, id, at)?;
            }
        }
        opens(gate, &report)?;
        let plan = self.plan((gate, approval), &report, &submission.submitters(), submission.asked)?;
        if approval::is_same(&submission.plan, &plan) {
            return Ok(Vec::new());
        }
        let plan = approval::reopened(&submission.plan, &submission.acts, plan, approval.keeps);
        let what = Happened::Replanned { gate: id.clone(), why: Replan::Changed, plan };
        self.and_at_once(id, Event { at, by: self.occasion.by.clone(), what })
    }

    /// Asks the next level of authority.
    pub(super) fn escalate(&self, id: &GateId, at: DateTime<Utc>) -> Result<Vec<Event>, Refusal> {
        let (gate, submission) = (self.gate(id)?, self.submission(id)?);
        let leads = self.leads().collect::<Vec<_>>();
        if !submission.is_of(&self.occasion.by) {
            self.allow(&format!("escalate the approval at the gate `{id}`"), &self.holding(leads), Some(id))?;
        }
        let Decider::Approval(approval) = gate.decider() else { return Ok(Vec::new()) };
        let Some(next) = next_level(approval, &submission.plan) else {
            return Err(Refusal::new(Reason::AlreadyDone, format!("there is no higher level at the gate `{id}`")));
        };
        let mut subject = self.subject(About::Gate(id));
        subject.levels.insert(id.clone(), next);
        subject.submitted = Some(at.with_timezone(&self.workflow.calendar().zone()).fixed_offset());
        let report = self.report(&subject, id, at)?;
        let plan = self.plan((gate, approval), &report, &submission.submitters(), at)?;
        let plan = approval::reopened(&submission.plan, &submission.acts, plan, approval.keeps);
        let what = Happened::Replanned { gate: id.clone(), why: Replan::Escalated, plan };
        self.and_at_once(id, Event { at, by: self.occasion.by.clone(), what })
    }
}

/// The level above the one that was asked, in the order of the file.
pub(in crate::case) fn next_level(approval: &Approval, plan: &Plan) -> Option<LevelId> {
    let Authority::Levels(_, levels) = &approval.authority else { return None };
    let at = levels.get_index_of(plan.level.as_ref()?)?;
    levels.get_index(at + 1).map(|(level, _)| level.clone())
}

/// Refuses unless all that a gate asks for is so; people may still have to approve.
pub(in crate::case) fn opens(of: &Gate, report: &GateReport) -> Result<(), Refusal> {
    let gate = &report.gate;
    match report.status {
        Status::Open | Status::Ready => Ok(()),
        Status::Skipped => Err(Refusal::new(Reason::Skipped, format!("the gate `{gate}` does not concern this record"))),
        Status::Blocked => Err(Refusal::new(Reason::Blocked, format!("the gate `{gate}` is blocked")).details(unmet(of, report))),
        Status::Incomplete => {
            Err(Refusal::new(Reason::Incomplete, format!("the gate `{gate}` lacks something")).details(missing(&report.missing)))
        }
        Status::Faulted => Err(Refusal::new(Reason::Faulted, format!("a rule of the gate `{gate}` broke")).details(faults(report))),
    }
}

fn unmet(gate: &Gate, report: &GateReport) -> Vec<String> {
    let must = report.criteria.iter().filter(|criterion| criterion.kind == CriterionKind::Must);
    let line = |criterion: &CriterionReport| {
        let waiver = criterion.waiver.as_ref().map(|role| format!("; `{role}` may waive it")).unwrap_or_default();
        let hint = gate.must().get(&criterion.id).and_then(|criterion| criterion.hint.get(LANGUAGE));
        let hint = hint.map(|hint| format!(": {hint}")).unwrap_or_default();
        format!("`{}` is not met{hint}{waiver}", criterion.id)
    };
    let mut lines: Vec<String> = must.filter(|criterion| criterion.verdict == Verdict::Unmet).map(line).collect();
    if let (Some((card, at_least)), Some(Verdict::Unmet)) = (&report.score, &report.score_verdict) {
        lines.push(format!("the score `{card}` is below {at_least}"));
    }
    lines.extend(missing(&report.missing));
    lines
}

fn faults(report: &GateReport) -> Vec<String> {
    let of_criteria = report.criteria.iter().filter_map(|criterion| match &criterion.verdict {
        Verdict::Fault(fault) if criterion.kind == CriterionKind::Must => Some(format!("`{}`: {}", criterion.id, fault.message)),
        _ => None,
    });
    let level = report.approval.as_ref().and_then(|approval| approval.level.as_ref()).and_then(|level| match level {
        LevelReport::Fault(fault) => Some(fault.message.clone()),
        _ => None,
    });
    let mut lines: Vec<String> = of_criteria.chain(report.faults.iter().map(|fault| fault.message.clone())).collect();
    lines.extend(level.filter(|message| !lines.contains(message)).into_iter().collect::<Vec<_>>());
    lines
}

pub(super) fn missing(missing: &Missing) -> Vec<String> {
    let mut lines: Vec<String> = lacking(&missing.fields).collect();
    lines.extend(missing.deliverables.iter().map(|deliverable| format!("the document `{deliverable}` is missing")));
    lines.extend(missing.stages.iter().map(|stage| format!("the stage `{stage}` is not active")));
    lines.extend(missing.obligations.iter().map(|obligation| format!("`{obligation}` is still owed")));
    lines
}

/// The conditions of an outcome, where it takes some.
fn conditions_of(gate: &Gate, id: &OutcomeId, given: &[Arc<str>]) -> Result<Vec<Condition>, Refusal> {
    let takes = gate.outcomes().get(id).and_then(|outcome: &Outcome| outcome.conditions);
    let given: Vec<&Arc<str>> = given.iter().filter(|text| !text.trim().is_empty()).collect();
    match (takes, given.is_empty()) {
        (Some(true), true) => {
            Err(Refusal::new(Reason::Conditions, format!("the outcome `{id}` comes with conditions")).help("write down what has to be so"))
        }
        (None, false) => Err(Refusal::new(Reason::Conditions, format!("the outcome `{id}` takes no conditions"))),
        _ => Ok(given.into_iter().map(|text| Condition { text: Arc::clone(text), met: false }).collect()),
    }
}
