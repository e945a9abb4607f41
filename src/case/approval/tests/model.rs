//! Approvals without delegations against an enumeration of everything that could still be said.
//!
//! It must not share code with the replay: it tries what people can say, one combination after the other.

use super::draw::{PEOPLE, drawn_plan, own_decision, person, run};
use super::*;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// A step as the enumeration sees it: who said what, and who approved in a step before.
struct Model<'a> {
    plan: &'a Plan,
    said: Vec<BTreeMap<UserId, Choice>>,
    states: Vec<&'static str>,
}

/// How much a step gets when exactly these people approve.
fn measure(step: &StepPlan, approving: &BTreeSet<UserId>) -> Decimal {
    let roles = step.voters.iter().filter(|seat| seat.users.iter().any(|user| approving.contains(user)));
    match step.votes {
        Votes::All | Votes::Any => roles.count().into(),
        Votes::Weight(_) => roles.map(|seat| seat.weight.unwrap()).sum(),
        Votes::Count(_) | Votes::Percent(_) => approving.iter().filter(|user| step.voters[0].users.contains(user)).count().into(),
    }
}

fn passes(step: &StepPlan, approving: &BTreeSet<UserId>) -> bool {
    let have = measure(step, approving);
    match step.votes {
        Votes::All => have == Decimal::from(step.voters.len()),
        Votes::Any => have >= Decimal::ONE,
        Votes::Count(count) => have >= Decimal::from(count),
        Votes::Weight(at_least) => have >= at_least,
        // A share is reached where it is, without any rounding.
        Votes::Percent(percent) => have * Decimal::ONE_HUNDRED >= percent * Decimal::from(step.voters[0].users.len()),
    }
}

/// Every set of these people.
fn sets(people: &[UserId]) -> impl Iterator<Item = BTreeSet<UserId>> {
    (0..1_u32 << people.len()).map(|bits| {
        let chosen = people.iter().enumerate().filter(|(index, _)| bits & (1 << index) != 0);
        chosen.map(|(_, user)| user.clone()).collect()
    })
}

impl<'a> Model<'a> {
    fn new(plan: &'a Plan) -> Self {
        let mut model = Self { plan, said: vec![BTreeMap::new(); plan.steps.len()], states: vec!["waiting"; plan.steps.len()] };
        model.look();
        model
    }

    fn turn(&self) -> Option<usize> {
        let rejected = self.states.contains(&"rejected");
        self.states.iter().position(|state| *state != "approved").filter(|_| !rejected)
    }

    fn can_approve(&self, step: usize, user: &UserId) -> bool {
        let before = self.said[..step].iter().any(|said| said.get(user) == Some(&Choice::Approve));
        self.plan.barred(user).is_none() && !(self.plan.apart && before)
    }

    fn votes(&self, step: usize, user: &UserId) -> bool {
        self.plan.steps[step].voters.iter().any(|seat| seat.users.contains(user)) && self.can_approve(step, user)
    }

    /// Whether a decision counts; if so, it is taken down.
    fn decide(&mut self, decision: &Decision) -> bool {
        let Decision { step, by, choice, .. } = decision;
        if self.turn() != Some(*step) || self.plan.barred(by).is_some() {
            return false;
        }
        let plan = &self.plan.steps[*step];
        let veto = *choice == Choice::Reject && plan.veto.iter().any(|seat| seat.users.contains(by));
        let votes = self.votes(*step, by);
        if votes {
            self.said[*step].insert(by.clone(), *choice);
        }
        if veto {
            self.states[*step] = "rejected";
        } else if votes {
            self.look();
        }
        veto || votes
    }

    /// What the step whose turn it is has come to.
    fn look(&mut self) {
        let Some(step) = self.turn() else { return };
        let plan = &self.plan.steps[step];
        let said = &self.said[step];
        let voters: Vec<UserId> = (0..PEOPLE).map(person).filter(|user| self.votes(step, user)).collect();
        let approving: BTreeSet<UserId> = voters.iter().filter(|user| said.get(*user) == Some(&Choice::Approve)).cloned().collect();
        let open = |also: &[Choice]| -> Vec<UserId> {
            voters.iter().filter(|user| said.get(*user).is_none_or(|said| also.contains(said))).cloned().collect()
        };
        let silent = open(&[Choice::Approve]);
        let patient = open(&[Choice::Approve, Choice::Abstain]);
        let best = |people: &[UserId]| sets(people).map(|set| measure(plan, &set)).max().unwrap();
        self.states[step] = if passes(plan, &approving) {
            "approved"
        } else if sets(&silent).any(|set| passes(plan, &set)) {
            "open"
        } else if !sets(&patient).any(|set| passes(plan, &set)) && best(&patient) < best(&voters) {
            "rejected"
        } else {
            "stuck"
        };
        if self.states[step] == "approved" {
            self.look();
        }
    }
}

fn word(state: &StepState) -> &'static str {
    match state {
        StepState::Waiting => "waiting",
        StepState::Open { .. } => "open",
        StepState::Approved => "approved",
        StepState::Rejected { .. } => "rejected",
        StepState::Stuck { .. } => "stuck",
    }
}

#[test]
fn how_every_step_stands_is_what_an_enumeration_says() {
    let strategy = (drawn_plan(3), proptest::collection::vec(own_decision(), 0..=16));
    let count = std::cell::RefCell::new(BTreeMap::<String, usize>::new());
    run(4_000, &strategy, |(plan, decisions)| {
        let mut model = Model::new(&plan);
        let mut acts: Vec<Act> = Vec::new();
        let note = |what: &str| *count.borrow_mut().entry(what.to_owned()).or_default() += 1;
        for (decision, minute) in decisions.into_iter().zip(1..) {
            let act = Act::Decided(Decision { at: at(minute), ..decision.clone() });
            let admitted = admit(&plan, &acts, &[], act.clone());
            prop_assert_eq!(admitted.is_ok(), model.decide(&decision), "{:?}", admitted);
            if let Err(denied) = &admitted {
                note(denied.code());
            }
            // Whether it is kept or not, what does not count changes nothing.
            acts.push(act);
            let standing = standing(&plan, &acts, &[], at(minute));
            let states: Vec<&str> = standing.steps.iter().map(|step| word(&step.state)).collect();
            prop_assert_eq!(&states, &model.states);
            states.iter().for_each(|state| note(state));
            match standing.result {
                Some(Ruling::Approved) => prop_assert!(states.iter().all(|state| *state == "approved")),
                Some(Ruling::Rejected) => prop_assert!(states.contains(&"rejected")),
                None => prop_assert!(!states.contains(&"rejected") && states.iter().any(|state| *state != "approved")),
            }
        }
        Ok(())
    });
    let count = count.into_inner();
    let codes = ["own-submission", "own-stage", "approved-earlier", "no-vote", "veto-only", "not-your-turn", "step-decided"];
    for seen in ["waiting", "open", "approved", "rejected", "stuck", "approval-settled", "unknown-step"].iter().chain(&codes) {
        assert!(count.get(*seen).is_some_and(|count| *count > 30), "{seen}: {count:?}");
    }
}
