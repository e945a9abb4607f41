//! The event log as JSON Lines: every event whole, one on a line.
//!
//! It must not leave anything out that a later reader could need.

use super::row::Places;
use crate::service::Logged;
use serde_json::json;

/// An event as a line, without its end; `places` has followed the log up to here.
#[must_use]
pub fn line(logged: &Logged, places: &Places) -> String {
    let Logged { position, case, revision, event, hash } = logged;
    json!({
        "position": position,
        "case": case,
        "workflow": places.workflow(case),
        "revision": revision,
        "at": event.at,
        "by": event.by,
        "kind": event.what.kind(),
        "what": event.what,
        "hash": hash.to_string(),
    })
    .to_string()
}
