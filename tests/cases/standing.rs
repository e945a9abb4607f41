//! A delegation that holds in every case against the same delegation given in the case.
//!
//! It must not know who may decide: both are asked, and have to agree.

use super::flows::{USERS, counted, flow};
use super::properties::{Walk, on_seeds, wander};
use super::walk::{anybody, beginning, command, stand_in, user};
use crate::support::Choice;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;
use tollgate::case::approval::{Choice as Vote, Delegation};
use tollgate::case::{Actor, CaseState, Command, Occasion, decide, evolve, waiting};
use tollgate::names::UserId;
use tollgate::workflow::Workflow;

/// A case in which some delegations were given, and the same case without them.
struct Both<'f> {
    workflow: &'f Workflow,
    given: CaseState,
    bare: CaseState,
    standing: Arc<[Delegation]>,
}

impl Both<'_> {
    /// Asks both. Whether it is granted, and whether it rests on a delegation: without any of the new ones it is refused.
    fn agree(&self, command: &Command, now: chrono::DateTime<chrono::Utc>, by: &Actor) -> (bool, bool) {
        let alone = Occasion::new(now, by.clone());
        let occasion = Occasion { delegations: Arc::clone(&self.standing), ..alone.clone() };
        let within = decide(self.workflow, Some(&self.given), command, &alone);
        let standing = decide(self.workflow, Some(&self.bare), command, &occasion);
        assert_eq!(within, standing, "{by} asks for {command:?}\n{:?}\n{:?}", self.standing, self.bare);
        let without = decide(self.workflow, Some(&self.bare), command, &alone);
        (standing.is_ok(), standing.is_ok() && without.is_err())
    }
}

#[test]
fn a_standing_delegation_and_the_same_given_in_the_case_admit_exactly_the_same() {
    let counts = RefCell::new(BTreeMap::new());
    on_seeds(45, |seed| {
        let mut chance = Choice::new(seed ^ 0xAB5E);
        let Some(flow) = flow(seed) else { return };
        for _ in 0..16 {
            let Some(mut walk) = Walk::start(&flow, &mut chance) else { continue };
            let mut now = beginning();
            let commands = 2 + chance.below(9);
            wander(&mut walk, commands, &mut now, &mut chance, |_| {});
            // Mostly cases about which people vote.
            if walk.state.ended().is_some() || (walk.state.submissions().is_empty() && chance.often(80)) {
                continue;
            }
            let mut both = Both { workflow: &flow.workflow, given: walk.state.clone(), bare: walk.state.clone(), standing: Arc::default() };
            let mut standing = Vec::new();
            for _ in 0..1 + chance.below(5) {
                // Those who are asked are the ones whose absence matters.
                let asked: Vec<UserId> =
                    walk.state.submissions().values().flat_map(|one| one.may_vote(&[], now)).map(|may| may.user).collect();
                let from = if asked.is_empty() || chance.often(30) { anybody(&mut chance) } else { chance.of(&asked).clone() };
                let one = Delegation { from: from.clone(), ..stand_in(now, &mut chance) };
                if let Ok(events) =
                    decide(&flow.workflow, Some(&both.given), &Command::StandIn(one.clone()), &Occasion::new(now, Actor::User(from)))
                {
                    both.given = events.iter().fold(both.given, |state, event| evolve(state, event).unwrap());
                    standing.push(one);
                }
            }
            both.standing = standing.into();
            let with = Occasion { delegations: Arc::clone(&both.standing), ..Occasion::new(now, Actor::Clock) };
            let within = waiting(&flow.workflow, &both.given, &Occasion::new(now, Actor::Clock));
            assert_eq!(waiting(&flow.workflow, &both.bare, &with), within, "on whom it waits");
            for gate in both.bare.submissions().keys() {
                for (by, absent) in USERS.iter().flat_map(|by| USERS.iter().map(move |absent| (by, absent))) {
                    let choice = *chance.of(&[Vote::Approve, Vote::Approve, Vote::Reject]);
                    let for_user = (by != absent).then(|| user(absent));
                    let vote = Command::Vote { gate: gate.clone(), for_user, choice, outcome: None, comment: None };
                    let (granted, rests) = both.agree(&vote, now, &Actor::User(user(by)));
                    counted(&mut counts.borrow_mut(), if granted { "votes" } else { "no votes" });
                    if rests {
                        counted(&mut counts.borrow_mut(), "votes for others");
                    }
                }
            }
            for _ in 0..30 {
                let (command, by) = command(&flow.workflow, &both.bare, now, &mut chance);
                // Only a delegation of the case itself ends in it, and the clock dates what it does by the last thing that happened.
                if matches!(command, Command::EndDelegation { .. } | Command::FallDue) {
                    continue;
                }
                let deputies: Vec<_> = both.standing.iter().map(|one| one.to.clone()).collect();
                let by = if deputies.is_empty() || chance.often(40) { by } else { Actor::User(chance.of(&deputies).clone()) };
                let (_, rests) = both.agree(&command, now, &by);
                if rests {
                    counted(&mut counts.borrow_mut(), "other commands for others");
                }
            }
        }
    });
    let counts = counts.into_inner();
    let seen = |what: &str| counts.get(what).copied().unwrap_or(0);
    assert!(
        seen("votes") > 250 && seen("no votes") > 5_000 && seen("votes for others") > 50 && seen("other commands for others") > 30,
        "the test is going blind: {counts:?}"
    );
}
