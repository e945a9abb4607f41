//! Votes, signers that are added, seats that go over.
//!
//! It must not count votes itself; `approval` does.

use super::{About, Deciding, Reason, Refusal, one_of};
use crate::case::approval::{self, Act, Added, Choice, Decision, Place, Ruling, Transferred};
use crate::case::event::{Actor, Event, Happened, How, Return};
use crate::names::{GateId, OutcomeId, UserId};
use std::sync::Arc;

impl Deciding<'_> {
    pub(super) fn vote(
        &self,
        id: &GateId,
        (for_user, choice, outcome, comment): (Option<&UserId>, Choice, Option<&OutcomeId>, Option<&Arc<str>>),
    ) -> Result<Vec<Event>, Refusal> {
        let (gate, submission) = (self.gate(id)?, self.submission(id)?);
        self.nothing_first(id)?;
        let by = self.voter("vote")?;
        if let Some(outcome) = outcome {
            let known = gate.outcomes().contains_key(outcome) && *outcome != submission.outcome;
            if choice != Choice::Reject || !known {
                let others = gate.outcomes().keys().filter(|known| **known != submission.outcome);
                let refusal = Refusal::new(Reason::Outcome, format!("`{outcome}` cannot be the outcome of a refusal at the gate `{id}`"));
                return Err(refusal.help(format!("asked for is `{}`; after a refusal: {}", submission.outcome, one_of(others))));
            }
        }
        let decision = Decision {
            step: submission.open_step(&self.delegations(), self.occasion.now),
            by,
            for_user: for_user.cloned(),
            under: Vec::new(),
            choice,
            at: self.occasion.now,
            comment: comment.cloned(),
        };
        let voted = self.act(id, Act::Decided(decision))?;
        let after = self.after(&voted)?;
        let mut events = vec![voted];
        let Some(counted) = after.submissions.get(id) else { return Ok(events) };
        let standing = approval::standing(&counted.plan, &counted.acts, &self.delegations(), self.occasion.now);
        let picked = match standing.result {
            None => return Ok(events),
            Some(Ruling::Approved) => Some(&submission.outcome),
            Some(Ruling::Rejected) => outcome,
        };
        let Some(picked) = picked else {
            events.push(self.event(Happened::Returned { gate: id.clone(), why: Return::Refused, comment: comment.cloned() }));
            return Ok(events);
        };
        let conditions = if *picked == submission.outcome { submission.conditions.clone() } else { Vec::new() };
        let report = self.report(&self.subject(About::Gate(id)), id, self.occasion.now)?;
        events.push(self.decided((gate, picked, conditions), &report, How::Approval, self.occasion.now)?);
        Ok(events)
    }

    pub(super) fn add_signer(&self, id: &GateId, user: &UserId, place: Place) -> Result<Vec<Event>, Refusal> {
        let step = self.submission(id)?.open_step(&self.delegations(), self.occasion.now);
        let by = self.voter("add a signer")?;
        Ok(vec![self.act(id, Act::Added(Added { step, by, user: user.clone(), place, at: self.occasion.now }))?])
    }

    pub(super) fn transfer(&self, id: &GateId, to: &UserId) -> Result<Vec<Event>, Refusal> {
        let step = self.submission(id)?.open_step(&self.delegations(), self.occasion.now);
        let from = self.voter("hand a seat over")?;
        Ok(vec![self.act(id, Act::Transferred(Transferred { step, from, to: to.clone(), at: self.occasion.now }))?])
    }

    /// The event of something that is done in an approval, where it may be.
    fn act(&self, id: &GateId, act: Act) -> Result<Event, Refusal> {
        let submission = self.submission(id)?;
        let act = approval::admit(&submission.plan, &submission.acts, &self.delegations(), act)
            .map_err(|denied| Refusal::new(Reason::Vote, denied.to_string()))?;
        Ok(self.event(Happened::Acted { gate: id.clone(), act }))
    }

    fn voter(&self, what: &str) -> Result<UserId, Refusal> {
        match &self.occasion.by {
            Actor::User(user) => Ok(user.clone()),
            Actor::Clock | Actor::Case(_) => Err(Refusal::new(Reason::NotAllowed, format!("only people {what}"))),
        }
    }
}
