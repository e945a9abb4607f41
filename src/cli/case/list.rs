//! `tollgate case list` and `tollgate case tick`: many cases at a time.
//!
//! It must not read a history for a list: listings are kept beside it.

use super::act::name;
use super::{Format, StoreArgs, case_id, service, settle, words};
use crate::cli::columns::lines;
use crate::cli::io::{CommandError, Exit, Io};
use crate::names::{CaseId, StageId, WorkflowId};
use crate::service::{Ticked, is_absence};
use crate::store::{CaseStore, Filter};
use clap::Args;
use serde_json::json;

/// How many cases are fetched at a time.
const PAGE: usize = 500;

/// Which cases to list.
#[derive(Debug, Args)]
pub(super) struct List {
    /// Those of a workflow
    #[arg(long, value_name = "WORKFLOW", value_parser = name(WorkflowId::parse))]
    workflow: Option<WorkflowId>,
    /// Those in a stage
    #[arg(long, value_name = "STAGE", value_parser = name(StageId::parse))]
    stage: Option<StageId>,
    /// Those that a case started
    #[arg(long, value_name = "CASE", value_parser = case_id)]
    parent: Option<CaseId>,
    /// Those that have ended; the open ones, without it
    #[arg(long, conflicts_with = "all")]
    ended: bool,
    /// Open ones and those that have ended
    #[arg(long)]
    all: bool,
    /// How many at most
    #[arg(long, value_name = "COUNT", default_value_t = 100)]
    limit: usize,
    #[command(flatten)]
    at: StoreArgs,
}

/// For which moment.
#[derive(Debug, Args)]
pub(super) struct Tick {
    #[command(flatten)]
    at: StoreArgs,
}

/// Lists cases.
pub(super) fn run(args: &List, io: &mut Io<'_>) -> Result<Exit, CommandError> {
    let store = args.at.open(false)?;
    let filter = Filter {
        workflow: args.workflow.clone(),
        stage: args.stage.clone(),
        open: if args.all { None } else { Some(!args.ended) },
        parent: args.parent.clone(),
    };
    // Who is away is no business of the company's, unless somebody asks for just that.
    let is_asked = |case: &CaseId, workflow: &WorkflowId| args.workflow.is_some() || !is_absence(case, workflow);
    let mut rows = Vec::new();
    let mut after = None;
    let more = loop {
        let left = args.limit.saturating_sub(rows.len());
        let page = store.list(&filter, after.as_ref(), left.clamp(1, PAGE)).map_err(|error| CommandError::Message(error.to_string()))?;
        rows.extend(page.items.into_iter().filter(|row| is_asked(&row.case, &row.listing.workflow)));
        after = page.next;
        if after.is_none() || rows.len() >= args.limit {
            break after.is_some();
        }
    };
    rows.truncate(args.limit);
    if args.at.format == Format::Json {
        for row in &rows {
            let listing = &row.listing;
            let told = json!({
                "case": row.case, "workflow": listing.workflow, "label": listing.label, "stages": listing.stages, "ended": listing.ended,
                "since": listing.since, "due": listing.due, "parent": listing.parent, "digest": listing.digest,
            });
            writeln!(io.out, "{told}")?;
        }
        return Ok(Exit::Clean);
    }
    let cells: Vec<[String; 4]> = rows
        .iter()
        .map(|row| {
            let listing = &row.listing;
            let place = listing.ended.as_ref().map_or_else(|| words::stages(&listing.stages), |end| format!("ended: {end}"));
            let due = listing.due.map(|due| format!(", due {}", super::moment(due))).unwrap_or_default();
            [row.case.to_string(), listing.workflow.to_string(), place, format!("since {}{due}", super::moment(listing.since))]
        })
        .collect();
    lines(&cells).iter().try_for_each(|line| writeln!(io.out, "{line}"))?;
    if more && !io.quiet {
        writeln!(io.err, "there are more; raise `--limit`")?;
    }
    Ok(Exit::Clean)
}

/// Does what fell due.
pub(super) fn tick(args: &Tick, io: &mut Io<'_>) -> Result<Exit, CommandError> {
    let store = args.at.open(false)?;
    let now = args.at.now.unwrap_or(io.now);
    let Ticked { happened, failed } = match service(&store).tick(now) {
        Ok(ticked) => ticked,
        Err(error) => return settle(Err(error), args.at.format, io),
    };
    for (case, event) in &happened {
        match args.at.format {
            Format::Json => {
                let mut told = super::tell::event_json(event);
                if let Some(fields) = told.as_object_mut() {
                    fields.insert("case".to_owned(), json!(case));
                }
                writeln!(io.out, "{told}")?;
            }
            Format::Human => writeln!(io.out, "{}  {case}: {}", super::moment(event.at), words::event(event))?,
        }
    }
    for (case, error) in &failed {
        writeln!(io.err, "{case}: {error}")?;
    }
    if !failed.is_empty() {
        return Ok(Exit::Failed);
    }
    if happened.is_empty() && args.at.format == Format::Human && !io.quiet {
        writeln!(io.err, "nothing is due at {}", super::moment(now))?;
    }
    Ok(Exit::Clean)
}
