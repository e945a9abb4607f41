//! Events as the store keeps them: a kind, a version and a line of JSON; and back.
//!
//! It must not lose or round anything: numbers go through as they were written.

use crate::case::{Actor, Event, Happened};
use crate::names::UserId;
use crate::store::{Entry, Recorded};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};
use std::sync::Arc;

/// The version in which events are written.
pub(super) const VERSION: u32 = 1;

/// Why what a store holds is not an event of this program.
#[derive(Debug, thiserror::Error)]
pub enum WireError {
    /// It was written by a newer program.
    #[error("an event of the kind `{kind}` has the version {version}; this program knows versions up to {VERSION}")]
    Newer {
        /// The kind.
        kind: String,
        /// The version.
        version: u32,
    },
    /// It cannot be read.
    #[error("an event of the kind `{kind}` cannot be read: {source}")]
    Unreadable {
        /// The kind.
        kind: String,
        /// Why.
        source: serde_json::Error,
    },
}

/// The body of an event: what happened, and who did it where that was nobody.
#[derive(Serialize, Deserialize)]
struct Body {
    by: Actor,
    what: Json,
}

/// An event as an entry.
///
/// # Errors
/// When a value of it has no JSON.
pub(super) fn entry(event: &Event) -> Result<Entry, WireError> {
    let kind = event.what.kind();
    let unreadable = |source| WireError::Unreadable { kind: kind.to_owned(), source };
    // The kind stands beside the body; within it, what is named by the kind is not named again.
    let what = match serde_json::to_value(&event.what).map_err(unreadable)? {
        Json::Object(fields) if fields.len() == 1 => fields.into_iter().next().map_or(Json::Null, |(_, what)| what),
        other => other,
    };
    let body = serde_json::to_string(&Body { by: event.by.clone(), what }).map_err(unreadable)?;
    Ok(Entry { kind: Arc::from(kind), version: VERSION, body: Arc::from(body) })
}

/// What was recorded, as an event.
///
/// # Errors
/// When it is of a newer version, or is no event at all.
pub(super) fn event(recorded: &Recorded) -> Result<Event, WireError> {
    read_event(&recorded.entry, recorded.at)
}

/// An entry of any version that this program knows, as an event.
///
/// # Errors
/// When it is of a newer version, or is no event at all.
pub fn read_event(entry: &Entry, at: DateTime<Utc>) -> Result<Event, WireError> {
    let Entry { kind, version, body } = entry;
    if *version > VERSION {
        return Err(WireError::Newer { kind: kind.to_string(), version: *version });
    }
    let unreadable = |source| WireError::Unreadable { kind: kind.to_string(), source };
    let Body { by, what } = serde_json::from_str(body).map_err(unreadable)?;
    let name = match &**kind {
        "voted" | "signer_added" | "transferred" => "acted",
        other => other,
    };
    let mut tagged = Map::new();
    tagged.insert(name.to_owned(), what);
    let what: Happened = serde_json::from_value(Json::Object(tagged)).map_err(unreadable)?;
    Ok(Event { at, by, what })
}

/// The person under whose name the store keeps what nobody in particular did.
#[must_use]
pub(super) fn user_of(actor: &Actor) -> Option<UserId> {
    match actor {
        Actor::User(user) => Some(user.clone()),
        Actor::Clock => UserId::parse("clock").ok(),
        Actor::Case(case) => UserId::parse(case.as_str()).ok(),
    }
}
