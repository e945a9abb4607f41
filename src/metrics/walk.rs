//! Walks through cases, one after the other, and counts.
//!
//! It must not keep a case once it has been counted.

use super::asked::Asked;
use super::report::Report;
use super::sums::{ApproverSums, OwnerSums, WorkflowSums};
use crate::case::approval::{Act, Choice, Decision};
use crate::case::{Actor, CaseState, Decided, Event, Happened, HistoryError, Occasion, Task, begin, evolve, leads, waiting};
use crate::names::{GateId, RecordName, StageId, UserId, WorkflowId};
use crate::record::Value;
use crate::workflow::Workflow;
use chrono::{DateTime, Utc};
use indexmap::IndexMap;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

/// Which part of the past is counted.
#[derive(Debug, Clone, Copy)]
pub struct Period {
    /// What began before is not counted.
    pub since: Option<DateTime<Utc>>,
    /// What happened later is not looked at.
    pub until: DateTime<Utc>,
}

/// A case as it is counted.
#[derive(Debug, Clone, Copy)]
pub struct History<'a> {
    /// All that happened to it.
    pub events: &'a [Event],
    /// What it travels through now.
    pub workflow: &'a Workflow,
    /// What that workflow said before the case was taken over.
    pub earlier: &'a [Arc<Workflow>],
    /// The records of its children by their types, as expressions ask for them.
    pub children: &'a HashMap<RecordName, Arc<[Value]>>,
}

/// Counts of the cases that went by.
#[derive(Debug)]
pub struct Measures {
    period: Period,
    workflows: IndexMap<WorkflowId, WorkflowSums>,
    owners: BTreeMap<UserId, OwnerSums>,
    approvers: BTreeMap<UserId, ApproverSums>,
}

impl Measures {
    /// Nothing yet.
    #[must_use]
    pub fn new(period: Period) -> Self {
        Self { period, workflows: IndexMap::new(), owners: BTreeMap::new(), approvers: BTreeMap::new() }
    }

    /// Counts a case.
    ///
    /// # Errors
    /// When its events are no history of a case.
    pub fn add(&mut self, history: &History<'_>) -> Result<(), HistoryError> {
        let until = self.period.until;
        let mut events = history.events.iter().take_while(|event| event.at <= until);
        let Some(first) = events.next() else { return Ok(()) };
        let mut state = begin(first)?;
        let sums = self.workflows.entry(state.workflow().clone()).or_default();
        sums.know(history.workflow);
        history.earlier.iter().for_each(|workflow| sums.know(workflow));
        let mut walk = Walk { measures: self, history, asked: Asked::default(), entered: BTreeMap::new(), children: IndexMap::new() };
        walk.enter(state.stages().keys(), first.at);
        for event in events {
            walk.before(&state, event);
            state = evolve(state, event)?;
            walk.after(&state, event);
        }
        walk.end(&state);
        Ok(())
    }

    /// What it comes to.
    #[must_use]
    pub fn report(self) -> Report {
        Report {
            since: self.period.since,
            until: self.period.until,
            workflows: self.workflows.into_iter().map(|(workflow, sums)| sums.report(workflow)).collect(),
            owners: self.owners.into_iter().map(|(user, sums)| sums.report(user)).collect(),
            approvers: self.approvers.into_iter().map(|(user, sums)| sums.report(user)).collect(),
        }
    }

    fn counts(&self, began: DateTime<Utc>) -> bool {
        self.period.since.is_none_or(|since| since <= began)
    }
}

/// One case on its way.
struct Walk<'m, 'h> {
    measures: &'m mut Measures,
    history: &'h History<'h>,
    asked: Asked,
    /// How often it entered which stages in the period.
    entered: BTreeMap<StageId, usize>,
    /// Its children by their workflows: how many, and when the first was born.
    children: IndexMap<WorkflowId, (usize, DateTime<Utc>)>,
}

impl<'h> Walk<'_, 'h> {
    /// What is known of the case before an event says what the event ends.
    fn before(&mut self, state: &CaseState, event: &Event) {
        match &event.what {
            Happened::Decided(decided) => {
                for stage in &decided.left {
                    self.leave(state, stage, event.at, Some(decided));
                }
                if !decided.again {
                    self.own(state, decided, event.at);
                }
                for birth in &decided.starts {
                    self.child(&birth.workflow, event.at);
                }
            }
            Happened::Abandoned { .. } => {
                for stage in state.stages().keys() {
                    self.leave(state, stage, event.at, None);
                }
            }
            Happened::Migrated { stages, .. } => {
                for (old, new) in stages {
                    self.rename(state, old, new);
                }
            }
            Happened::ChildStarted { workflow, .. } => self.child(workflow, event.at),
            Happened::Acted { gate, act: Act::Decided(decision) } => self.vote(state, (gate, decision), event.at),
            _ => {}
        }
    }

    fn after(&mut self, state: &CaseState, event: &Event) {
        if let Happened::Decided(decided) = &event.what {
            self.enter(decided.entered.iter(), event.at);
        }
        let (asked, lapsed) = self.asked.look(state, event.at);
        if self.measures.counts(event.at) {
            for user in asked {
                self.measures.approvers.entry(user).or_default().asked += 1;
            }
        }
        for (user, since) in lapsed {
            if self.measures.counts(since) {
                self.measures.approvers.entry(user).or_default().lapsed += 1;
            }
        }
    }

    /// The case as it stands when nothing more happens.
    fn end(mut self, state: &CaseState) {
        let calendar = self.workflow(state).calendar();
        let until = self.measures.period.until;
        let started = state.started();
        let occasion = Occasion { children: self.history.children.clone(), ..Occasion::new(until, Actor::Clock) };
        let late = self.overdue(state, &occasion);
        let leading: Vec<(&StageId, Vec<UserId>)> = match state.ended() {
            Some(_) => Vec::new(),
            None => state.stages().keys().map(|stage| (stage, leads(self.workflow(state), state, stage, &occasion))).collect(),
        };
        let counted = self.measures.counts(started);
        let sums = self.measures.workflows.entry(state.workflow().clone()).or_default();
        sums.cases += usize::from(counted);
        sums.open += usize::from(state.ended().is_none());
        sums.overdue += usize::from(late.any);
        if let Some(end) = state.ended() {
            if counted {
                sums.time.count(started, end.at, calendar);
                sums.results.entry(Arc::clone(&end.result)).or_default().count(started, end.at, calendar);
            }
        } else {
            for (stage, visit) in state.stages() {
                let Some(sums) = sums.stages.get_mut(stage) else { continue };
                sums.age.count(visit.since, until, calendar);
                sums.overdue += usize::from(late.stages.contains(stage));
                sums.stayed += usize::from(self.measures.period.since.is_none_or(|since| since <= visit.since));
            }
        }
        for (stage, visits) in &self.entered {
            let Some(sums) = sums.stages.get_mut(stage) else { continue };
            sums.entered += visits;
            sums.cases += 1;
            if let Some(end) = state.ended() {
                *sums.results.entry(Arc::clone(&end.result)).or_default() += 1;
            }
        }
        for (workflow, (children, first)) in std::mem::take(&mut self.children).into_iter().filter(|_| counted) {
            let sums = sums.conversions.entry(workflow).or_default();
            sums.cases += 1;
            sums.children += children;
            sums.time.count(started, first, calendar);
        }
        let owners: BTreeSet<&UserId> = leading.iter().flat_map(|(_, users)| users).collect();
        for user in owners {
            let is_late = leading.iter().any(|(stage, users)| users.contains(user) && late.stages.contains(*stage));
            let sums = self.measures.owners.entry(user.clone()).or_default();
            sums.open += 1;
            sums.overdue += usize::from(is_late);
        }
        for user in self.asked.waiting() {
            self.measures.approvers.entry(user).or_default().waiting += 1;
        }
    }

    fn enter<'s>(&mut self, stages: impl Iterator<Item = &'s StageId>, at: DateTime<Utc>) {
        if self.measures.counts(at) {
            for stage in stages {
                *self.entered.entry(stage.clone()).or_default() += 1;
            }
        }
    }

    /// A visit that goes on under another name is counted under that one.
    fn rename(&mut self, state: &CaseState, old: &StageId, new: &StageId) {
        let since = state.stages().get(old).map(|visit| visit.since).filter(|since| self.measures.counts(*since));
        if old != new && since.is_some() {
            match self.entered.get_mut(old) {
                Some(visits) if *visits > 1 => *visits -= 1,
                _ => {
                    self.entered.remove(old);
                }
            }
            *self.entered.entry(new.clone()).or_default() += 1;
        }
    }

    fn leave(&mut self, state: &CaseState, stage: &StageId, at: DateTime<Utc>, by: Option<&Decided>) {
        let calendar = self.workflow(state).calendar();
        let Some(visit) = state.stages().get(stage).filter(|visit| self.measures.counts(visit.since)) else { return };
        let sums = self.measures.workflows.get_mut(state.workflow()).and_then(|sums| sums.stages.get_mut(stage));
        let Some(sums) = sums else { return };
        sums.time.count(visit.since, at, calendar);
        match by {
            Some(decided) => {
                let (count, ended) = sums.exits.entry((decided.gate.clone(), decided.outcome.clone())).or_default();
                *count += 1;
                *ended += usize::from(decided.ended.is_some());
            }
            None => sums.abandoned += 1,
        }
    }

    /// Counts an outcome for those who lead the stages that its gate is for.
    fn own(&mut self, state: &CaseState, decided: &Decided, at: DateTime<Utc>) {
        let from = self.workflow(state).gates().get(&decided.gate).map(crate::workflow::Gate::from).unwrap_or_default();
        let visits: Vec<_> = from.iter().filter_map(|stage| Some((stage, state.stages().get(stage)?.since))).collect();
        let Some(since) = visits.iter().map(|(_, since)| *since).max().filter(|since| self.measures.counts(*since)) else { return };
        let occasion = Occasion { children: self.history.children.clone(), ..Occasion::new(at, Actor::Clock) };
        let users: BTreeSet<UserId> = visits.iter().flat_map(|(stage, _)| leads(self.workflow(state), state, stage, &occasion)).collect();
        let calendar = self.workflow(state).calendar();
        for user in users {
            self.measures.owners.entry(user).or_default().decided.count(since, at, calendar);
        }
    }

    fn child(&mut self, workflow: &WorkflowId, at: DateTime<Utc>) {
        self.children.entry(workflow.clone()).or_insert((0, at)).0 += 1;
    }

    fn vote(&mut self, state: &CaseState, (gate, decision): (&GateId, &Decision), at: DateTime<Utc>) {
        let calendar = self.workflow(state).calendar();
        let asked = self.asked.answered(gate, decision);
        if !self.measures.counts(asked.unwrap_or(at)) {
            return;
        }
        let sums = self.measures.approvers.entry(decision.by.clone()).or_default();
        match decision.choice {
            Choice::Approve => sums.approved += 1,
            Choice::Reject => sums.rejected += 1,
            Choice::Abstain => sums.abstained += 1,
        }
        match (asked, decision.voter() == &decision.by) {
            (Some(asked), true) => sums.voted.count(asked, at, calendar),
            (Some(_), false) => self.measures.approvers.entry(decision.voter().clone()).or_default().stood_in += 1,
            (None, _) => {}
        }
    }

    fn overdue(&self, state: &CaseState, occasion: &Occasion) -> Late {
        let mut late = Late { any: false, stages: BTreeSet::new() };
        let tasks = waiting(self.workflow(state), state, occasion);
        for task in tasks.iter().filter(|task| task.due.is_some_and(|due| due < occasion.now)) {
            late.any = true;
            match &task.what {
                Task::Activity(stage, _) => {
                    late.stages.insert(stage.clone());
                }
                Task::Submit(gate, _) | Task::Vote(gate) | Task::Condition(gate, ..) => {
                    let from = self.workflow(state).gates().get(gate).map(crate::workflow::Gate::from).unwrap_or_default();
                    late.stages.extend(from.iter().filter(|stage| state.stages().contains_key(*stage)).cloned());
                }
                Task::Obligation(_) => {}
            }
        }
        late
    }

    /// What the workflow of the case said when it stood so.
    fn workflow(&self, state: &CaseState) -> &'h Workflow {
        let then = self.history.earlier.iter().find(|earlier| earlier.digest() == &**state.digest());
        then.map_or(self.history.workflow, |earlier| earlier)
    }
}

/// What of a case is overdue.
struct Late {
    any: bool,
    /// The stages in which something is.
    stages: BTreeSet<StageId>,
}
