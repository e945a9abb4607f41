//! What holds for every workflow and every sequence of commands.
//!
//! It must not name a certain workflow.

use super::flows::{Flow, counted, flow};
use super::rights::{may, seated};
use super::walk::{beginning, command, deputy, pause, stand_in, start};
use crate::soundness::naive::Naive;
use crate::support::Choice;
use chrono::{DateTime, Utc};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use tollgate::case::approval::{Act, Decision, Delegation, Why};
use tollgate::case::{Actor, CaseState, Command, Event, Happened, Occasion, Refusal, begin, decide, evolve, replay, timers, waiting};
use tollgate::names::UserId;
use tollgate::workflow::Workflow;

/// A case that goes its way; what must always hold is looked at after every command.
pub(super) struct Walk<'f> {
    flow: &'f Flow,
    naive: Naive,
    pub(super) state: CaseState,
    pub(super) events: Vec<Event>,
    /// The delegations that hold in every case.
    standing: Arc<[Delegation]>,
}

/// Runs something on so many seeds.
pub(super) fn on_seeds(cases: u32, check: impl Fn(u64)) {
    let mut runner = TestRunner::new(Config { cases, failure_persistence: None, ..Config::default() });
    let result = runner.run(&any::<u64>(), |seed| {
        check(seed);
        Ok(())
    });
    if let Err(error) = result {
        panic!("{error}");
    }
}

impl<'f> Walk<'f> {
    pub(super) fn start(flow: &'f Flow, chance: &mut Choice) -> Option<Self> {
        let occasion = Occasion::new(beginning(), Actor::User(super::walk::anybody(chance)));
        let events = decide(&flow.workflow, None, &start(&flow.workflow, chance), &occasion).ok()?;
        let state = begin(&events[0]).unwrap();
        let count = if chance.often(50) { 0 } else { 1 + chance.below(3) };
        let standing = (0..count).map(|_| stand_in(beginning() + pause(chance), chance)).collect();
        let walk = Self { naive: Naive::new(flow.workflow.graph().net()), flow, state, events, standing };
        walk.look();
        Some(walk)
    }

    /// Circumstances with those who stand in for others.
    fn occasion(&self, now: DateTime<Utc>, by: Actor) -> Occasion {
        Occasion { delegations: Arc::clone(&self.standing), ..Occasion::new(now, by) }
    }

    pub(super) fn workflow(&self) -> &Workflow {
        &self.flow.workflow
    }

    /// Carries a command out as everything does: what comes of it is decided, and evolves the case.
    fn carry_out(&mut self, command: &Command, occasion: &Occasion) -> Result<Vec<Event>, Refusal> {
        let before = self.state.clone();
        let answer = decide(self.workflow(), Some(&self.state), command, occasion);
        // Every third time is enough to see it.
        if self.events.len().is_multiple_of(3) {
            assert_eq!(answer, decide(self.workflow(), Some(&self.state), command, occasion), "the same again is answered otherwise");
        }
        let events = match &answer {
            Ok(events) => events,
            Err(refusal) => {
                let told = refusal.to_string();
                assert!(!told.is_empty() && !told.ends_with('.'), "{told}");
                let internal =
                    told.starts_with("the stage `") || told.ends_with("is under way already") || told.ends_with("is not under way");
                assert!(!internal, "a command is refused by the history: {told}\n{}", self.story());
                return answer;
            }
        };
        for event in events {
            if let (Happened::Acted { gate, act }, Actor::User(_)) = (&event.what, &event.by) {
                let submission = &self.state.submissions()[gate];
                assert!(seated(&submission.plan, &submission.acts, act), "{act:?} of {:?}\n{}", submission.plan, self.story());
            }
            self.events.push(event.clone());
            self.state = match evolve(self.state.clone(), event) {
                Ok(state) => state,
                Err(error) => panic!("{error}: {event:?} of {command:?}\n{}", self.story()),
            };
        }
        if let (Actor::User(who), false, false) = (&occasion.by, events.is_empty(), *command == Command::FallDue) {
            assert!(
                may(self.workflow(), (&before, &occasion.delegations), command, who, occasion.now),
                "{who} may not {command:?}\n{}",
                self.story()
            );
        }
        self.look();
        answer
    }

    /// What fell due up to a moment, one after the other.
    fn fall_due(&mut self, now: DateTime<Utc>) -> Vec<Event> {
        let occasion = self.occasion(now, Actor::Clock);
        let mut happened = Vec::new();
        for _ in 0..200 {
            match self.carry_out(&Command::FallDue, &occasion) {
                Ok(events) if events.is_empty() => return happened,
                Ok(events) => happened.extend(events),
                Err(refusal) => panic!("what is due is refused: {refusal}\n{}", self.story()),
            }
        }
        panic!("there is no end to what is due\n{}", self.story());
    }

    /// What must hold at any time.
    fn look(&self) {
        let (state, workflow) = (&self.state, self.workflow());
        let ends = |stage: &tollgate::names::StageId| workflow.stages()[stage].end().is_some();
        let cancelled =
            matches!(self.events.iter().rev().find(|event| !is_late(event)).map(|event| &event.what), Some(Happened::Abandoned { .. }));
        let marking: u32 = state.stages().keys().map(|stage| self.naive.bit(stage)).sum();
        if cancelled {
            assert!(state.ended().is_some() && state.stages().is_empty());
        } else {
            assert!(!state.stages().is_empty(), "nothing is active\n{}", self.story());
            assert_eq!(state.ended().is_some(), state.stages().keys().all(ends), "{}", self.story());
        }
        if self.flow.sound && !cancelled {
            assert!(self.naive.clean.contains_key(&marking), "a marking that is excluded: {:?}\n{}", state.stages(), self.story());
            assert!(self.naive.can_end(marking), "no way on from {:?}\n{}", state.stages(), self.story());
            assert!(state.ended().is_none() || state.stages().len() == 1, "something is left behind the end\n{}", self.story());
        }
        if state.ended().is_some() {
            assert!(state.submissions().is_empty() && state.holds().is_empty(), "{}", self.story());
        }
        for gate in state.submissions().keys().chain(state.holds().keys()) {
            let here = workflow.gates()[gate].from().iter().all(|stage| state.stages().contains_key(stage));
            assert!(here || state.reopened().contains_key(gate), "the case is not before `{gate}` any more\n{}", self.story());
        }
        for submission in state.submissions().values() {
            let own = |who: &UserId| submission.plan.barred.iter().any(|barred| barred.user == *who && barred.why == Why::Submitter);
            if let (Some(by), Some(absent)) = (submission.by.user(), &submission.for_user) {
                assert_eq!(own(&by), own(absent), "one of two who submitted may decide\n{}", self.story());
            }
        }
        let last = self.events.len() - 1;
        if last > 0 {
            let (earlier, later) = (&self.events[last - 1], &self.events[last]);
            assert!(earlier.at <= later.at, "the past changes: {later:?} comes after {earlier:?}\n{}", self.story());
        }
    }

    /// What happened, for whoever looks for the reason.
    fn story(&self) -> String {
        let events: Vec<String> = self.events.iter().map(|event| format!("{} {} {:?}\n", event.at, event.by, event.what)).collect();
        format!("{}\n{}", self.flow.text, events.concat())
    }
}

/// What can still happen after the end.
fn is_late(event: &Event) -> bool {
    matches!(
        event.what,
        Happened::Commented { .. } | Happened::ChildStarted { .. } | Happened::ChildEnded { .. } | Happened::Cleared { .. }
    )
}

/// Sends a case on its way by so many commands. Every command is preceded by what fell due before.
pub(super) fn wander(
    walk: &mut Walk<'_>,
    commands: usize,
    now: &mut DateTime<Utc>,
    chance: &mut Choice,
    mut seen: impl FnMut(&Result<Vec<Event>, Refusal>),
) {
    for _ in 0..commands {
        *now += pause(chance);
        walk.fall_due(*now);
        let stands_in = deputy(walk.workflow(), &walk.state, &walk.occasion(*now, Actor::Clock), chance).filter(|_| chance.often(35));
        let (command, by) = stands_in.unwrap_or_else(|| command(walk.workflow(), &walk.state, *now, chance));
        let answer = walk.carry_out(&command, &walk.occasion(*now, by));
        seen(&answer);
    }
}

/// The wire form and back.
fn rewritten(event: &Event) -> Event {
    let what = serde_json::from_str(&serde_json::to_string(&event.what).unwrap()).unwrap();
    let by = serde_json::from_str(&serde_json::to_string(&event.by).unwrap()).unwrap();
    Event { at: event.at, by, what }
}

#[test]
fn what_is_decided_evolves_the_case_as_its_history_does_and_within_what_is_proved() {
    let (kinds, sorts, refusals) = (RefCell::new(BTreeMap::new()), RefCell::new(BTreeMap::new()), RefCell::new(BTreeMap::new()));
    on_seeds(130, |seed| {
        let mut chance = Choice::new(seed ^ 0xCA5E);
        let Some(flow) = flow(seed) else { return counted(&mut sorts.borrow_mut(), "no workflow") };
        counted(&mut sorts.borrow_mut(), if flow.sound { "sound" } else { "unsound" });
        for _ in 0..16 {
            let Some(mut walk) = Walk::start(&flow, &mut chance) else { continue };
            let mut now = beginning();
            let commands = 10 + chance.below(21).min(chance.below(21));
            wander(&mut walk, commands, &mut now, &mut chance, |answer| match answer {
                Ok(_) => {}
                Err(refusal) => counted(&mut refusals.borrow_mut(), refusal.reason.to_string()),
            });
            counted(&mut sorts.borrow_mut(), "walks");
            if walk.state.ended().is_some() {
                counted(&mut sorts.borrow_mut(), "ended");
            }
            for event in &walk.events {
                counted(&mut kinds.borrow_mut(), event.what.kind());
                match &event.what {
                    Happened::Submitted { for_user: Some(_), .. } => counted(&mut sorts.borrow_mut(), "submitted for others"),
                    Happened::Acted { act: Act::Decided(Decision { for_user: Some(_), .. }), .. } => {
                        counted(&mut sorts.borrow_mut(), "votes for others");
                    }
                    _ => {}
                }
            }
            let live = Some(walk.state.clone());
            assert_eq!(replay(&walk.events), Ok(live.clone()), "{}", walk.story());
            let again: Vec<Event> = walk.events.iter().map(rewritten).collect();
            assert_eq!(again, walk.events);
            assert_eq!(replay(&again), Ok(live));
            let occasion = walk.occasion(now, Actor::Clock);
            let _ = waiting(walk.workflow(), &walk.state, &occasion);
            let fired = walk.events.iter().filter_map(|event| match &event.what {
                Happened::FellDue { timer, .. } => Some(timer),
                _ => None,
            });
            let fired: Vec<_> = fired.collect();
            assert_eq!(fired.iter().collect::<BTreeSet<_>>().len(), fired.len(), "a timer fired twice\n{}", walk.story());
        }
    });
    let (kinds, sorts, refusals) = (kinds.into_inner(), sorts.into_inner(), refusals.into_inner());
    assert!(
        sorts["walks"] >= 2_000
            && sorts["sound"] > 30
            && sorts["unsound"] > 20
            && sorts["ended"] > 300
            && sorts["submitted for others"] > 10
            && sorts["votes for others"] > 10,
        "the test is going blind: {sorts:?}"
    );
    assert!(kinds.len() >= 25 && kinds.values().all(|count| *count >= 5), "the test is going blind: {kinds:?}");
    assert!(refusals.len() >= 15, "the test is going blind: {refusals:?}");
}

#[test]
fn what_falls_due_while_nobody_looks_falls_due_as_if_somebody_had() {
    let most = RefCell::new(BTreeMap::new());
    on_seeds(60, |seed| {
        let mut chance = Choice::new(seed ^ 0x71C5);
        let Some(flow) = flow(seed) else { return };
        for _ in 0..10 {
            let Some(mut late) = Walk::start(&flow, &mut chance) else { continue };
            let mut now = beginning();
            let commands = 1 + chance.below(9);
            wander(&mut late, commands, &mut now, &mut chance, |_: &Result<Vec<Event>, Refusal>| {});
            let mut watched = Walk {
                flow: &flow,
                naive: Naive::new(flow.workflow.graph().net()),
                state: late.state.clone(),
                events: late.events.clone(),
                standing: Arc::clone(&late.standing),
            };
            let until = now + chrono::TimeDelta::days(1 + chance.below(40) as i64);
            let at_once = late.fall_due(until);
            let mut one_by_one = Vec::new();
            for _ in 0..200 {
                let next = timers(watched.workflow(), &watched.state, &watched.occasion(now, Actor::Clock)).into_iter().next();
                let Some(next) = next.filter(|timer| timer.due <= until) else { break };
                now = now.max(next.due);
                // Somebody who looks a moment before sees nothing of it.
                if next.due > now {
                    assert_eq!(
                        watched.carry_out(&Command::FallDue, &watched.occasion(next.due - chrono::TimeDelta::seconds(1), Actor::Clock)),
                        Ok(Vec::new())
                    );
                }
                one_by_one.extend(watched.fall_due(now));
            }
            assert_eq!(one_by_one, at_once, "{}", late.story());
            assert_eq!(watched.state, late.state);
            assert_eq!(late.fall_due(until), Vec::new());
            counted(&mut most.borrow_mut(), at_once.len().min(3));
        }
    });
    let most = most.into_inner();
    assert!(most.get(&3).is_some_and(|count| *count >= 20), "the test is going blind: {most:?}");
}
