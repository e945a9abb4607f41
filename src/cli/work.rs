//! `tollgate work`: what waits for somebody, since when, by when, and why for them.
//!
//! It must not work that out; `service` does.

use super::case::{Format, StoreArgs, moment};
use super::columns::lines;
use super::io::{CommandError, Exit, Io};
use crate::names::UserId;
use crate::service::{Service, Worklist};
use clap::Args;
use serde_json::json;
use unicode_width::UnicodeWidthStr;

/// Whose work to list.
#[derive(Debug, Args)]
pub struct WorkArgs {
    /// Whose
    #[arg(long = "for", env = "TOLLGATE_USER", value_name = "USER", value_parser = super::case::user, hide_env_values = true)]
    user: UserId,
    /// How many at most
    #[arg(long, value_name = "COUNT", default_value_t = 50)]
    limit: usize,
    #[command(flatten)]
    at: StoreArgs,
}

/// Lists what waits.
pub(super) fn run(args: &WorkArgs, io: &mut Io<'_>) -> Result<Exit, CommandError> {
    let store = args.at.open(false)?;
    let now = args.at.now.unwrap_or(io.now);
    let found = Service::new(&store).work(&args.user, now, args.limit);
    let Worklist { work, more } = found.map_err(|error| CommandError::Message(error.to_string()))?;
    if args.at.format == Format::Json {
        for work in &work {
            let wait = &work.wait;
            let told = json!({ "case": work.case, "what": wait.what, "why": wait.why, "since": wait.since, "due": wait.due });
            writeln!(io.out, "{told}")?;
        }
        return Ok(Exit::Clean);
    }
    let rows: Vec<[String; 3]> = work
        .iter()
        .map(|work| {
            let wait = &work.wait;
            let due =
                wait.due.map_or_else(String::new, |due| format!("{} {}, ", if due < now { "overdue since" } else { "due" }, moment(due)));
            [work.case.to_string(), wait.what.to_string(), format!("{due}since {}, as {}", moment(wait.since), wait.why)]
        })
        .collect();
    for ([case, what, when], line) in rows.iter().zip(lines(&rows)) {
        if line.width() > io.width {
            writeln!(io.out, "{case}\n  {what}\n  {when}")?;
        } else {
            writeln!(io.out, "{line}")?;
        }
    }
    if rows.is_empty() && !io.quiet {
        writeln!(io.err, "nothing waits for {}", args.user)?;
    }
    if more && !io.quiet {
        writeln!(io.err, "there is more; raise `--limit`")?;
    }
    Ok(Exit::Clean)
}
