//! `tollgate metrics`: how cases went, in numbers.
//!
//! It must not count; `metrics` does.

mod human;
mod sheet;

use super::case::{Format, StoreArgs, name};
use super::io::{CommandError, Exit, Io};
use crate::metrics::{Measured, Period};
use crate::names::WorkflowId;
use crate::service::Service;
use chrono::{DateTime, Utc};
use clap::Args;

/// What to measure.
#[derive(Debug, Args)]
pub struct MetricsArgs {
    /// Cases of one workflow
    #[arg(long, value_name = "WORKFLOW", value_parser = name(WorkflowId::parse))]
    workflow: Option<WorkflowId>,
    /// Count what began at this moment or later
    #[arg(long, value_name = "MOMENT", value_parser = super::inputs::moment)]
    since: Option<DateTime<Utc>>,
    /// Do not look at what happened after this moment; now, without it
    #[arg(long, value_name = "MOMENT", value_parser = super::inputs::moment)]
    until: Option<DateTime<Utc>>,
    #[command(flatten)]
    at: StoreArgs,
}

/// Measures.
pub(super) fn run(args: &MetricsArgs, io: &mut Io<'_>) -> Result<Exit, CommandError> {
    let store = args.at.open(false)?;
    let until = args.until.or(args.at.now).unwrap_or(io.now);
    let period = Period { since: args.since, until };
    let measured = Measured { service: &Service::new(&store), workflow: args.workflow.as_ref(), interrupted: io.interrupted };
    let report = measured.report(period).map_err(|error| CommandError::Message(error.to_string()))?;
    match args.at.format {
        Format::Json => {
            let told = serde_json::to_string(&report).map_err(|error| CommandError::Message(error.to_string()))?;
            writeln!(io.out, "{told}")?;
        }
        Format::Human => human::print(&report, io)?,
    }
    Ok(Exit::Clean)
}
