//! `tollgate case show` and `tollgate case history`: how a case stands, and what happened to it.
//!
//! It must not change the case, not even by what fell due.

use super::{Format, StoreArgs, case_id, service, settle, tell, words};
use crate::case::{Actor, Asked, CaseState, Occasion, Task, Waiting, What, stands_still, timers, waiting};
use crate::cli::columns::lines;
use crate::cli::io::{CommandError, Exit, Io};
use crate::evaluation::{Status, holders};
use crate::names::CaseId;
use crate::service::{Case, ServiceError};
use crate::workflow::Lapse;
use chrono::{DateTime, SecondsFormat, Utc};
use clap::Args;
use serde_json::{Value as Json, json};
use unicode_width::UnicodeWidthStr;

/// Which case to show.
#[derive(Debug, Args)]
pub(super) struct Show {
    /// The case
    #[arg(value_name = "CASE", value_parser = case_id)]
    case: CaseId,
    #[command(flatten)]
    at: StoreArgs,
}

/// Whose history to list.
#[derive(Debug, Args)]
pub(super) struct History {
    /// The case
    #[arg(value_name = "CASE", value_parser = case_id)]
    case: CaseId,
    #[command(flatten)]
    at: StoreArgs,
}

/// Shows how a case stands.
pub(super) fn run(args: &Show, io: &mut Io<'_>) -> Result<Exit, CommandError> {
    let store = args.at.open(false)?;
    let service = service(&store);
    let now = args.at.now.unwrap_or(io.now);
    let case = match service.open(&args.case) {
        Ok(case) => case,
        Err(error) => return settle(Err(error), args.at.format, io),
    };
    let occasion = match service.occasion(&case, now, &Actor::Clock) {
        Ok(occasion) => occasion,
        Err(error) => return settle(Err(error), args.at.format, io),
    };
    match args.at.format {
        Format::Human => human(&case, &occasion, io)?,
        Format::Json => writeln!(io.out, "{}", as_json(&case, &occasion))?,
    }
    Ok(Exit::Clean)
}

fn human(case: &Case, occasion: &Occasion, io: &mut Io<'_>) -> Result<(), CommandError> {
    let state = &case.state;
    let title = case.workflow.title().get(&io.language).map(|title| format!(" {title}")).unwrap_or_default();
    writeln!(io.out, "{}  {}{title}", state.id(), state.workflow())?;
    match state.ended() {
        Some(end) => writeln!(io.out, "  ended: {}, {}", end.result, moment(end.at))?,
        None => {
            let subject = case.subject(occasion);
            for (stage, visit) in state.stages() {
                let again = if visit.number > 1 { format!(", visit {}", visit.number) } else { String::new() };
                let known = case.workflow.stages().get(stage);
                let lead = known.and_then(crate::workflow::Stage::lead);
                let led = lead.map(|role| {
                    let users = holders(&case.workflow, &subject, role, occasion.now).users;
                    if users.is_empty() { format!(", led by {role}") } else { format!(", led by {} ({role})", words::users(&users)) }
                });
                let since = format!("{} ({}{again})", moment(visit.since), ago(visit.since, occasion.now));
                let stands = known.is_some_and(|stage| stands_still(state, stage));
                let still = if stands { "; its term stands still" } else { "" };
                writeln!(io.out, "  in {stage} since {since}{}{still}", led.unwrap_or_default())?;
            }
        }
    }
    if let Some(parent) = state.parent() {
        writeln!(io.out, "  born of {parent}")?;
    }
    for (child, known) in state.children() {
        let end = known.result.as_ref().map_or_else(|| "open".to_owned(), |result| format!("ended: {result}"));
        writeln!(io.out, "  child {child}: {end}")?;
    }
    details(state, io)?;
    let waiting = waiting(&case.workflow, state, occasion);
    if waiting.is_empty() && state.ended().is_none() {
        writeln!(io.out, "waits for nobody")?;
    }
    if !waiting.is_empty() {
        writeln!(io.out, "waits for")?;
        table(&waiting, occasion.now, io)?;
    }
    if let Some(timer) = timers(&case.workflow, state, occasion).first() {
        let what = words::timer(&timer.name);
        let overdue = if timer.due < occasion.now { " (it is due: run `tollgate case tick`)" } else { "" };
        writeln!(io.out, "next by itself: {what}, {}{}{overdue}", moment(timer.due), follows(case, &timer.what))?;
    }
    Ok(())
}

/// What comes of it when a time is over.
fn follows(case: &Case, what: &What) -> String {
    match what {
        What::Stage(stage) => {
            let stages = case.state.stages();
            let lapses = case.workflow.lapses(stage).filter(|(gate, _)| gate.all_active(|stage| stages.contains_key(stage)));
            let follows = lapses.map(|(gate, lapse)| match lapse {
                Lapse::Outcome(outcome) => format!("{outcome} follows"),
                Lapse::Rules => format!("the rules of {} decide", gate.id()),
            });
            let follows: Vec<String> = follows.collect();
            if follows.is_empty() { String::new() } else { format!("; then {}", follows.join(", or ")) }
        }
        What::Lapse(_, Some(outcome)) => format!("; then {outcome} follows"),
        What::Lapse(_, None) => "; then it is given back".to_owned(),
        _ => String::new(),
    }
}

/// Holds, obligations, locks and what else is not in the record.
fn details(state: &CaseState, io: &mut Io<'_>) -> Result<(), CommandError> {
    for (gate, hold) in state.holds() {
        let then = hold.expiry.as_ref().map(|(at, then)| format!("; {then} follows at {}", moment(*at))).unwrap_or_default();
        // An outcome that stays puts a case on hold only where something has to come before the next time.
        let what = if hold.conditions.is_empty() && hold.expiry.is_none() {
            format!("{gate} decided {}", hold.outcome)
        } else {
            format!("on hold at {gate} ({})", hold.outcome)
        };
        writeln!(io.out, "  {what} since {}{then}", moment(hold.since))?;
        for (number, condition) in hold.conditions.iter().enumerate() {
            writeln!(io.out, "    {} {}. {}", if condition.met { "met " } else { "open" }, number + 1, condition.text)?;
        }
    }
    for (gate, submission) in state.submissions() {
        let level = submission.plan.level.as_ref().map(|level| format!(" at the level {level}")).unwrap_or_default();
        writeln!(io.out, "  before {gate} since {}, asking for {}{level}", moment(submission.at), submission.outcome)?;
    }
    for gate in state.reopened().keys() {
        writeln!(io.out, "  {gate} has to decide again")?;
    }
    for owed in state.obligations().values() {
        let due = owed.due.map(|due| format!(", due {}", moment(due))).unwrap_or_default();
        writeln!(io.out, "  owes {}{due}", owed.obligation)?;
    }
    if !state.locked().is_empty() {
        let fields: Vec<&str> = state.locked().keys().map(crate::names::FieldPath::as_str).collect();
        writeln!(io.out, "  locked: {}", fields.join(", "))?;
    }
    for (role, users) in state.assigned() {
        writeln!(io.out, "  {role} is {}", words::users(users))?;
    }
    Ok(())
}

fn table(waiting: &[Waiting], now: DateTime<Utc>, io: &mut Io<'_>) -> Result<(), CommandError> {
    let rows: Vec<[String; 3]> = waiting
        .iter()
        .map(|waiting| {
            let who: Vec<String> = waiting
                .who
                .iter()
                .map(|asked| match (&asked.role, &asked.for_user) {
                    (None, None) => asked.user.to_string(),
                    (Some(role), None) => format!("{} ({role})", asked.user),
                    (None, Some(absent)) => format!("{} (for {absent})", asked.user),
                    (Some(role), Some(absent)) => format!("{} ({role}, for {absent})", asked.user),
                })
                .collect();
            let who = if who.is_empty() { "nobody".to_owned() } else { who.join(", ") };
            let due = waiting.due.map_or_else(String::new, |due| {
                let over = if due < now { "overdue since" } else { "due" };
                format!(", {over} {}", moment(due))
            });
            let stuck = match &waiting.what {
                Task::Submit(_, Status::Faulted) => " !",
                _ => "",
            };
            [format!("{}{stuck}", words::task(&waiting.what)), who, format!("since {}{due}", moment(waiting.since))]
        })
        .collect();
    for (([what, who, when], line), lacks) in rows.iter().zip(lines(&rows)).zip(waiting.iter().map(|waiting| &waiting.lacks)) {
        if line.width() + 2 > io.width {
            writeln!(io.out, "  {what}\n    {who}\n    {when}")?;
        } else {
            writeln!(io.out, "  {line}")?;
        }
        for lack in lacks {
            writeln!(io.out, "    - {lack}")?;
        }
    }
    Ok(())
}

fn as_json(case: &Case, occasion: &Occasion) -> Json {
    let state = &case.state;
    let waits: Vec<Json> = waiting(&case.workflow, state, occasion)
        .iter()
        .map(|waiting| {
            let who = |asked: &Asked| json!({ "user": asked.user, "role": asked.role, "for": asked.for_user });
            let who: Vec<Json> = waiting.who.iter().map(who).collect();
            json!({ "task": words::task(&waiting.what), "who": who, "since": waiting.since, "due": waiting.due, "lacks": waiting.lacks })
        })
        .collect();
    let timers: Vec<Json> =
        timers(&case.workflow, state, occasion).iter().map(|timer| json!({ "timer": timer.name, "due": timer.due })).collect();
    let still = |stage| case.workflow.stages().get(stage).is_some_and(|stage| stands_still(state, stage));
    let stages: Vec<Json> = state
        .stages()
        .iter()
        .map(|(stage, visit)| json!({ "stage": stage, "since": visit.since, "visit": visit.number, "stands_still": still(stage) }))
        .collect();
    json!({
        "case": state.id(),
        "workflow": state.workflow(),
        "digest": state.digest(),
        "revision": case.revision,
        "stages": stages,
        "ended": state.ended().map(|end| json!({ "with": end.result, "at": end.at })),
        "parent": state.parent(),
        "children": state.children().iter().map(|(child, known)| json!({ "case": child, "workflow": known.workflow, "ended": known.result })).collect::<Vec<_>>(),
        "record": state.record(),
        "deliverables": state.deliverables(),
        "obligations": state.obligations().values().collect::<Vec<_>>(),
        "locked": state.locked(),
        "waits": waits,
        "timers": timers,
    })
}

/// Lists what happened.
pub(super) fn history(args: &History, io: &mut Io<'_>) -> Result<Exit, CommandError> {
    let store = args.at.open(false)?;
    let absent = || ServiceError::Absent(args.case.clone());
    let case = match service(&store).replayed(&args.case).and_then(|case| case.ok_or_else(absent)) {
        Ok(case) => case,
        Err(error) => return settle(Err(error), args.at.format, io),
    };
    let until = args.at.now;
    let by = |event: &&crate::case::Event| until.is_none_or(|until| event.at <= until);
    let widest = case.events.iter().filter(by).map(|event| event.by.to_string().width()).max().unwrap_or(0);
    let longest = case.events.iter().filter(by).map(|event| moment(event.at).len()).max().unwrap_or(0);
    for event in case.events.iter().filter(by) {
        match args.at.format {
            Format::Json => writeln!(io.out, "{}", tell::event_json(event))?,
            Format::Human => {
                let who = event.by.to_string();
                let pad = " ".repeat(widest.saturating_sub(who.width()));
                writeln!(io.out, "{:longest$}  {who}{pad}  {}", moment(event.at), words::event(event))?;
            }
        }
    }
    Ok(Exit::Clean)
}

/// A moment as people read it; seconds only where there are some.
pub(in crate::cli) fn moment(at: DateTime<Utc>) -> String {
    let text = at.to_rfc3339_opts(SecondsFormat::Secs, true);
    let text = text.strip_suffix(":00Z").map(str::to_owned).unwrap_or_else(|| text.trim_end_matches('Z').to_owned());
    text.replace('T', " ")
}

fn ago(since: DateTime<Utc>, now: DateTime<Utc>) -> String {
    let passed = now.signed_duration_since(since);
    match (passed.num_days(), passed.num_hours()) {
        _ if passed < chrono::TimeDelta::zero() => "still to come".to_owned(),
        (0, 0) => "just now".to_owned(),
        (0, 1) => "1 hour".to_owned(),
        (0, hours) => format!("{hours} hours"),
        (1, _) => "1 day".to_owned(),
        (days, _) => format!("{days} days"),
    }
}
