//! `tollgate delegate`: somebody is away, and lets somebody else decide in every case; or who does so now, and from when on.
//!
//! It must not decide whether that may be; `service` does.

use super::case::{Format, StoreArgs, command_key, event_json, moment, name, settle, told, user};
use super::columns::lines;
use super::io::{CommandError, Exit, Io};
use crate::case::approval::{Delegation, Ring};
use crate::case::{Actor, Happened};
use crate::names::{GateId, LevelId, RoleId, UserId};
use crate::service::{Done, Service};
use crate::store::CommandKey;
use chrono::{DateTime, Utc};
use clap::Args;
use serde_json::{Value as Json, json};
use std::sync::Arc;

/// Who decides in whose place, and until when.
#[derive(Debug, Args)]
pub struct DelegateArgs {
    /// Who decides in one's place in every case; without anybody, all who do so or will do so are listed
    #[arg(value_name = "USER", value_parser = user, requires_all = ["way", "by"])]
    to: Option<UserId>,
    /// Until when
    #[arg(long, value_name = "MOMENT", value_parser = super::inputs::moment, group = "way", requires = "to")]
    until: Option<DateTime<Utc>>,
    /// From when on; now, without it
    #[arg(long, value_name = "MOMENT", value_parser = super::inputs::moment, requires = "until")]
    starts: Option<DateTime<Utc>>,
    /// For one role only
    #[arg(long, value_name = "ROLE", value_parser = name(RoleId::parse), requires = "until")]
    role: Option<RoleId>,
    /// At one gate only
    #[arg(long, value_name = "GATE", value_parser = name(GateId::parse), requires = "until")]
    gate: Option<GateId>,
    /// Up to one level of authority only
    #[arg(long, value_name = "LEVEL", value_parser = name(LevelId::parse), requires = "until")]
    limit: Option<LevelId>,
    /// Let the other one hand it on
    #[arg(long, requires = "until")]
    transitive: bool,
    /// Why
    #[arg(long, value_name = "TEXT", requires = "until")]
    reason: Option<String>,
    /// End what was delegated instead
    #[arg(long, group = "way", requires = "to")]
    end: bool,
    /// Who is away
    #[arg(long = "as", id = "by", env = "TOLLGATE_USER", value_name = "USER", value_parser = user, hide_env_values = true)]
    by: Option<UserId>,
    /// A key by which the command is known when it is sent again: it is carried out once
    #[arg(long, value_name = "KEY", value_parser = command_key, requires = "to")]
    key: Option<CommandKey>,
    #[command(flatten)]
    at: StoreArgs,
}

/// Does what was asked.
pub(super) fn run(args: &DelegateArgs, io: &mut Io<'_>) -> Result<Exit, CommandError> {
    let store = args.at.open(false)?;
    let service = Service::new(&store);
    let now = args.at.now.unwrap_or(io.now);
    let (format, key) = (args.at.format, args.key.as_ref());
    let (Some(to), Some(from)) = (&args.to, &args.by) else { return list(&service, now, format, io) };
    let Some(ends) = args.until else {
        return match service.end_stand_in(from, to, now, key) {
            Ok(done) => tell(&done, None, format, io),
            Err(error) => settle(Err(error), format, io),
        };
    };
    let delegation = Delegation {
        from: from.clone(),
        to: to.clone(),
        role: args.role.clone(),
        gate: args.gate.clone(),
        limit: args.limit.clone(),
        starts: args.starts.unwrap_or(now),
        ends,
        transitive: args.transitive,
        reason: args.reason.as_deref().map(Arc::from),
    };
    match service.stand_in(&delegation, now, &Actor::User(from.clone()), key) {
        Ok(given) => tell(&given.done, given.ring.as_ref(), format, io),
        Err(error) => settle(Err(error), format, io),
    }
}

/// Tells what came of it. That a case was started that keeps it is of no concern here; its history says so.
fn tell(done: &Done, ring: Option<&Ring>, format: Format, io: &mut Io<'_>) -> Result<Exit, CommandError> {
    let events = done.events.iter().filter(|event| !matches!(event.what, Happened::Started(_)));
    if format == Format::Json {
        let events: Vec<Json> = events.map(event_json).collect();
        writeln!(io.out, "{}", json!({ "case": done.case.state.id(), "repeated": done.repeated, "events": events, "ring": ring }))?;
        return Ok(Exit::Clean);
    }
    if done.repeated {
        writeln!(io.out, "done before, nothing is changed")?;
    }
    for event in events {
        writeln!(io.out, "in every case: {}", told(event))?;
    }
    if let Some(Ring { users, starts, ends }) = ring.filter(|_| !io.quiet) {
        let users: Vec<&str> = users.iter().map(UserId::as_str).collect();
        let (starts, ends) = (moment(*starts), moment(*ends));
        writeln!(io.err, "warning: {} stand in for each other, and all of them are away from {starts} until {ends}", users.join(", "))?;
    }
    Ok(Exit::Clean)
}

/// Lists who stands in for whom, or will.
fn list(service: &Service<'_>, now: DateTime<Utc>, format: Format, io: &mut Io<'_>) -> Result<Exit, CommandError> {
    let found = match service.stand_ins(now) {
        Ok(found) => found,
        Err(error) => return settle(Err(error), format, io),
    };
    if format == Format::Json {
        for one in &found {
            let mut told = json!(one);
            if let Some(fields) = told.as_object_mut() {
                fields.insert("begun".to_owned(), json!(one.starts <= now));
            }
            writeln!(io.out, "{told}")?;
        }
        return Ok(Exit::Clean);
    }
    let rows: Vec<[String; 3]> = found.iter().map(|one| row(one, now)).collect();
    lines(&rows).iter().try_for_each(|line| writeln!(io.out, "{line}"))?;
    if rows.is_empty() && !io.quiet {
        writeln!(io.err, "nobody stands in for anybody in every case at {}, or will", moment(now))?;
    }
    Ok(Exit::Clean)
}

fn row(one: &Delegation, now: DateTime<Utc>) -> [String; 3] {
    let begins = if one.starts <= now { "since" } else { "from" };
    let mut what: Vec<String> = Vec::new();
    what.extend(one.role.as_ref().map(|role| format!("as {role}")));
    what.extend(one.gate.as_ref().map(|gate| format!("at {gate}")));
    what.extend(one.limit.as_ref().map(|limit| format!("up to {limit}")));
    let mut what = if what.is_empty() { "everything".to_owned() } else { what.join(" ") };
    if one.transitive {
        what.push_str(", may hand it on");
    }
    if let Some(reason) = &one.reason {
        what.push_str(&format!(": {reason}"));
    }
    let when = format!("{begins} {} until {}", moment(one.starts), moment(one.ends));
    [format!("{} for {}", one.to, one.from), when, what]
}
