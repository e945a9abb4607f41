//! One case of a workflow in a text, told step by step.
//!
//! It must not keep a store: what becomes of a case is worked out here from its events alone.

use super::walk::{beginning, user};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value as Json;
use tollgate::case::approval::Choice;
use tollgate::case::{Actor, CaseState, Command, Event, Happened, Occasion, Refusal, Timer, decide, evolve, replay, timers};
use tollgate::names::{CaseId, GateId, OutcomeId};
use tollgate::source::Sources;
use tollgate::workflow::{Workflow, compile};

pub(super) struct Told {
    pub(super) workflow: Workflow,
    pub(super) state: CaseState,
    pub(super) now: DateTime<Utc>,
}

impl Told {
    /// `lin` starts a case.
    pub(super) fn start(flow: &str, record: &Json) -> Self {
        let mut sources = Sources::new();
        let entry = sources.add("flow.yaml", flow);
        let workflow = compile(&sources, entry).unwrap().value;
        let command = Command::Start { case: CaseId::parse("R-1").unwrap(), record: record.clone(), stage: None, parent: None };
        let events = decide(&workflow, None, &command, &Occasion::new(beginning(), Actor::User(user("lin")))).unwrap();
        Self { workflow, state: replay(&events).unwrap().unwrap(), now: beginning() }
    }

    /// Somebody does something an hour later.
    pub(super) fn then(&mut self, by: &str, command: &Command) -> Result<Vec<Event>, Refusal> {
        self.at(self.now + TimeDelta::hours(1), by, command)
    }

    /// Somebody does something at a moment.
    pub(super) fn at(&mut self, now: DateTime<Utc>, by: &str, command: &Command) -> Result<Vec<Event>, Refusal> {
        self.now = now;
        let events = decide(&self.workflow, Some(&self.state), command, &Occasion::new(self.now, Actor::User(user(by))))?;
        self.state = events.iter().fold(self.state.clone(), |state, event| evolve(state, event).unwrap());
        Ok(events)
    }

    /// Lets all fall due that is; how many times it was.
    pub(super) fn fall_due(&mut self) -> usize {
        self.events_of_the_clock().iter().filter(|event| matches!(event.what, Happened::FellDue { .. })).count()
    }

    /// Lets all fall due that is; what happened.
    pub(super) fn events_of_the_clock(&mut self) -> Vec<Event> {
        let occasion = Occasion::new(self.now, Actor::Clock);
        let mut all = Vec::new();
        loop {
            let events = decide(&self.workflow, Some(&self.state), &Command::FallDue, &occasion).unwrap();
            if events.is_empty() {
                return all;
            }
            self.state = events.iter().fold(self.state.clone(), |state, event| evolve(state, event).unwrap());
            all.extend(events);
            assert!(all.len() < 1_000, "{all:?}");
        }
    }

    /// What is to fall due, as it stands now.
    pub(super) fn timers(&self) -> Vec<Timer> {
        timers(&self.workflow, &self.state, &Occasion::new(self.now, Actor::Clock))
    }

    /// When the timers whose names begin so fall due.
    pub(super) fn due(&self, name: &str) -> Vec<DateTime<Utc>> {
        self.timers().iter().filter(|timer| timer.name.starts_with(name)).map(|timer| timer.due).collect()
    }
}

pub(super) fn submit(gate: &str, outcome: &str) -> Command {
    Command::Submit { gate: GateId::parse(gate).unwrap(), outcome: Some(OutcomeId::parse(outcome).unwrap()), conditions: Vec::new() }
}

pub(super) fn vote(gate: &str, choice: Choice) -> Command {
    Command::Vote { gate: GateId::parse(gate).unwrap(), for_user: None, choice, outcome: None, comment: None }
}
