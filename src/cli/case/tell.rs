//! What came of a command: what happened, and how the case stands now.
//!
//! It must not repeat the whole of a case; `case show` does.

use super::{Format, words};
use crate::case::{Actor, Event, waiting};
use crate::cli::io::{CommandError, Io};
use crate::service::{Case, Done, Service};
use chrono::{DateTime, Utc};
use serde_json::{Value as Json, json};

/// Tells what came of a command.
pub(super) fn done(service: &Service<'_>, done: &Done, now: DateTime<Utc>, format: Format, io: &mut Io<'_>) -> Result<(), CommandError> {
    if format == Format::Json {
        let events: Vec<Json> = done.events.iter().map(event_json).collect();
        let told = json!({
            "case": done.case.state.id(),
            "revision": done.case.revision,
            "repeated": done.repeated,
            "events": events,
            "stages": done.case.state.stages().keys().collect::<Vec<_>>(),
            "ended": done.case.state.ended().map(|end| &end.result),
        });
        writeln!(io.out, "{told}")?;
        return Ok(());
    }
    let id = done.case.state.id();
    if done.repeated {
        writeln!(io.out, "{id}: done before, nothing is changed")?;
    }
    for event in &done.events {
        writeln!(io.out, "{id}: {}", words::event(event))?;
    }
    if !io.quiet {
        next(service, &done.case, now, io)?;
    }
    Ok(())
}

/// On whom the case waits, in a line for each.
fn next(service: &Service<'_>, case: &Case, now: DateTime<Utc>, io: &mut Io<'_>) -> Result<(), CommandError> {
    let failed = |error: crate::service::ServiceError| CommandError::Message(error.to_string());
    let occasion = service.occasion(case, now, &Actor::Clock).map_err(failed)?;
    for waiting in waiting(&case.workflow, &case.state, &occasion) {
        let users: Vec<_> = waiting.who.iter().map(|asked| asked.user.clone()).collect();
        let who = if users.is_empty() { "nobody".to_owned() } else { words::users(&users) };
        let due = waiting.due.map(|due| format!(", due {}", super::moment(due))).unwrap_or_default();
        writeln!(io.out, "  waits for {who} to {}{due}", words::task(&waiting.what))?;
    }
    Ok(())
}

/// An event as JSON.
pub(in crate::cli) fn event_json(event: &Event) -> Json {
    json!({ "at": event.at, "by": event.by, "kind": event.what.kind(), "what": event.what })
}
