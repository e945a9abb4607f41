//! What an append must be like to be let in, and what becomes of it: the rules that both stores keep to.
//!
//! It must not read or write a store: what is known of the case is handed in.

use crate::names::CaseId;
use crate::store::{Append, Appended, Entry, Listing, Position, Relisting, Revision, StoreError};
use chrono::{DateTime, Datelike, Utc};

/// What a store knows about the key of an append: the events that were written under it for the same case.
pub(crate) struct Known {
    /// In order.
    pub(crate) entries: Vec<Entry>,
    /// After the last of them.
    pub(crate) revision: Revision,
    /// Of the last of them.
    pub(crate) position: Position,
}

/// What becomes of an append.
pub(crate) enum Admission {
    /// It is to be written.
    Write,
    /// It was written before.
    Repeat(Appended),
}

/// Decides about an append to a case that is at a revision.
pub(crate) fn admit(append: &Append, actual: Revision, known: Option<Known>) -> Result<Admission, StoreError> {
    if let (Some(key), Some(known)) = (&append.key, known) {
        if known.entries != append.entries {
            return Err(StoreError::KeyTaken { case: append.case.clone(), key: key.clone() });
        }
        return Ok(Admission::Repeat(Appended { revision: known.revision, position: known.position, repeated: true }));
    }
    expect(&append.case, append.expected, actual)?;
    Ok(Admission::Write)
}

/// Holds that a listing was made of the case as it stands, and that there is such a case.
pub(crate) fn relist(new: &Relisting, actual: Revision) -> Result<(), StoreError> {
    expect(&new.case, new.revision, actual)?;
    if actual == Revision::NONE {
        return Err(StoreError::Unfit { what: "a listing", why: "there is no such case" });
    }
    Ok(())
}

/// Holds that a case is where somebody believes it to be.
fn expect(case: &CaseId, expected: Revision, actual: Revision) -> Result<(), StoreError> {
    if expected == actual { Ok(()) } else { Err(StoreError::Conflict { case: case.clone(), expected, actual }) }
}

/// Holds that of appends that belong together all were written before, or none.
pub(crate) fn whole(appends: &[Append], answers: &[Appended]) -> Result<(), StoreError> {
    match appends.iter().zip(answers).find(|(_, answer)| answer.repeated) {
        Some((append, _)) if answers.iter().any(|answer| !answer.repeated) => Err(StoreError::PartlyRepeated { case: append.case.clone() }),
        _ => Ok(()),
    }
}

/// Holds that appends can be kept at all.
pub(crate) fn check(appends: &[Append]) -> Result<(), StoreError> {
    let unfit = |what, why| Err(StoreError::Unfit { what, why });
    if appends.is_empty() {
        return unfit("a command", "it is about no case");
    }
    for append in appends {
        if append.entries.is_empty() {
            return unfit("a command", "it has no events");
        }
        for entry in &append.entries {
            if entry.kind.is_empty() {
                return unfit("an event", "its kind is empty");
            }
            if entry.body.contains(['\n', '\r']) {
                return unfit("an event", "its body is more than one line");
            }
        }
        check_moment(append.at)?;
        check_listing(&append.listing)?;
    }
    Ok(())
}

/// Holds that a listing can be kept.
pub(crate) fn check_listing(listing: &Listing) -> Result<(), StoreError> {
    check_moment(listing.since)?;
    listing.due.into_iter().chain(listing.timer).try_for_each(check_moment)?;
    listing.waits.iter().flat_map(|wait| std::iter::once(wait.since).chain(wait.due)).try_for_each(check_moment)
}

/// Moments are kept as texts that sort: four digits for the year.
fn check_moment(moment: DateTime<Utc>) -> Result<(), StoreError> {
    if (0..=9999).contains(&moment.year()) {
        Ok(())
    } else {
        Err(StoreError::Unfit { what: "a moment", why: "its year is not between 0 and 9999" })
    }
}
