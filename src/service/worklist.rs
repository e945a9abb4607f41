//! What waits for somebody: what is for them, and what they may decide for others who are away.
//!
//! It must not show what the person could not do at that moment.

use super::{Case, Service, ServiceError, listing};
use crate::case::Actor;
use crate::case::approval::{Delegation, MayVote};
use crate::names::{CaseId, UserId};
use crate::store::{Page, Wait, Work, WorkCursor};
use chrono::{DateTime, Utc};
use std::collections::HashSet;

/// How much work of somebody who is away is fetched at a time.
const PAGE: usize = 100;

/// What waits for somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Worklist {
    /// By due time, then by how long it waits.
    pub work: Vec<Work>,
    /// Whether there is more.
    pub more: bool,
}

impl Service<'_> {
    /// What waits for somebody at a moment, `limit` at most. Listings do not know who stands in for whom in every case, since that begins and
    /// ends without anything happening to a case: the approvals of those who are away are looked at now. One thing is not seen here, but in
    /// the case: a vote that is handed on in the case alone, to somebody who is away and has a vote of their own there.
    ///
    /// # Errors
    /// What is wrong with the store.
    pub fn work(&self, user: &UserId, now: DateTime<Utc>, limit: usize) -> Result<Worklist, ServiceError> {
        let Page { items: mut work, next } = self.store.work(user, None, limit)?;
        let mut more = next.is_some();
        let standing: Vec<Delegation> = self.delegations(now)?.into_iter().filter(|one| one.starts <= now).collect();
        // Whoever hands something on may do so to somebody who lets this one decide in a single case.
        let away = standing.iter().filter(|one| one.to == *user || one.transitive).map(|one| &one.from).filter(|from| *from != user);
        let away: HashSet<&UserId> = away.collect();
        let mut seen: HashSet<CaseId> = HashSet::new();
        for absent in away {
            let mut found = Vec::new();
            let mut after: Option<WorkCursor> = None;
            loop {
                let page = self.store.work(absent, after.as_ref(), PAGE)?;
                for one in page.items.into_iter().filter(|one| listing::is_vote(&one.wait)) {
                    if seen.insert(one.case.clone()) {
                        found.extend(self.for_others(&one, user, now)?);
                    }
                }
                after = page.next;
                more |= after.is_some() && found.len() > limit;
                if after.is_none() || found.len() > limit {
                    break;
                }
            }
            work.extend(found);
        }
        work.sort_by(|one, other| place(one).cmp(&place(other)));
        more |= work.len() > limit;
        work.truncate(limit);
        Ok(Worklist { work, more })
    }

    /// What somebody may decide for others in a case, where it does not wait for them anyway.
    fn for_others(&self, listed: &Work, user: &UserId, now: DateTime<Utc>) -> Result<Vec<Work>, ServiceError> {
        let case = match self.open(&listed.case) {
            Ok(case) => case,
            Err(ServiceError::Store(error)) => return Err(error.into()),
            // A case that cannot be read hides no other: whoever looks at it, or at the clock, is told.
            Err(_) => return Ok(Vec::new()),
        };
        let known = self.store.listing(&listed.case)?.map(|listing| listing.waits).unwrap_or_default();
        let own = |wait: &Wait| known.iter().any(|known| known.user == *user && known.what == wait.what);
        let waits = self.votes_for_others(&case, user, now)?.into_iter().filter(|wait| !own(wait));
        Ok(waits.map(|wait| Work { wait, ..listed.clone() }).collect())
    }

    fn votes_for_others(&self, case: &Case, user: &UserId, now: DateTime<Utc>) -> Result<Vec<Wait>, ServiceError> {
        let occasion = self.occasion(case, now, &Actor::User(user.clone()))?;
        let given = occasion.delegations_in(&case.state);
        let mut waits = Vec::new();
        for (gate, submission) in case.state.submissions() {
            let may = submission.may_vote(&given, now);
            let may: Vec<&MayVote> = may.iter().filter(|may| may.user == *user && may.for_user.is_some()).collect();
            let absent: Vec<&str> = may.iter().filter_map(|may| may.for_user.as_ref()).map(UserId::as_str).collect();
            if let Some(first) = may.first() {
                waits.push(Wait {
                    user: user.clone(),
                    why: listing::why(first.roles.first(), Some(&absent.join(" or "))),
                    what: listing::vote(gate),
                    since: submission.asked,
                    due: submission.plan.due,
                });
            }
        }
        Ok(waits)
    }
}

/// What worklists are ordered by, as the store orders them.
fn place(work: &Work) -> (bool, Option<DateTime<Utc>>, DateTime<Utc>, &CaseId) {
    (work.wait.due.is_none(), work.wait.due, work.wait.since, &work.case)
}
