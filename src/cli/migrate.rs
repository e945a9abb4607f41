//! `tollgate migrate`: what becomes of open cases on another definition of their workflow, and taking them over.
//!
//! It must not take over a case that it does not tell of.

use super::case::{Chosen, Format, StoreArgs, family_of, moment, timer};
use super::io::{CommandError, Exit, Io};
use crate::case::{Actor, Refusal, Timer};
use crate::names::{StageId, UserId, WorkflowId};
use crate::service::{Landing, Service, ServiceError, Target};
use clap::{Args, Subcommand};
use serde_json::{Value as Json, json};
use std::path::{Path, PathBuf};

/// What to do.
#[derive(Debug, Args)]
pub struct MigrateArgs {
    /// What to do
    #[command(subcommand)]
    command: MigrateCommand,
}

/// The commands.
#[derive(Debug, Subcommand)]
#[command(disable_help_subcommand = true)]
enum MigrateCommand {
    /// Say for every open case where it lands, what stays, and which cannot go over
    Plan(Plan),
    /// Take over every open case that can go
    Apply(Apply),
}

/// From where to where.
#[derive(Debug, Args)]
struct Way {
    /// The definition that cases are on: a workflow's file, a digest, or `any`
    #[arg(value_name = "OLD")]
    old: String,
    /// The definition that they go over to: a workflow's file, or a digest
    #[arg(value_name = "NEW")]
    new: String,
    /// A stage that is called otherwise there, and its new name
    #[arg(long = "map", value_name = "OLD=NEW", value_parser = renamed)]
    map: Vec<(StageId, StageId)>,
    /// The workflow, where both definitions are given by their digests
    #[arg(long, value_name = "WORKFLOW", value_parser = super::case::workflow_id)]
    workflow: Option<WorkflowId>,
    #[command(flatten)]
    at: StoreArgs,
}

/// What to say about it.
#[derive(Debug, Args)]
struct Plan {
    #[command(flatten)]
    way: Way,
}

/// Who takes cases over.
#[derive(Debug, Args)]
struct Apply {
    #[command(flatten)]
    way: Way,
    /// Who does it
    #[arg(long = "as", env = "TOLLGATE_USER", value_name = "USER", value_parser = super::case::user, hide_env_values = true)]
    user: UserId,
}

fn renamed(text: &str) -> Result<(StageId, StageId), String> {
    let (old, new) = text.split_once('=').ok_or_else(|| "write the old name, `=` and the new one".to_owned())?;
    let parse = |text: &str| StageId::parse(text.trim()).map_err(|error| error.to_string());
    Ok((parse(old)?, parse(new)?))
}

/// Does what was asked.
pub(super) fn run(args: &MigrateArgs, io: &mut Io<'_>) -> Result<Exit, CommandError> {
    let (way, user) = match &args.command {
        MigrateCommand::Plan(plan) => (&plan.way, None),
        MigrateCommand::Apply(apply) => (&apply.way, Some(&apply.user)),
    };
    let store = way.at.open(false)?;
    let service = Service::new(&store);
    let failed = |error: ServiceError| CommandError::Message(error.to_string());
    let now = way.at.now.unwrap_or(io.now);
    let Some(mut target) = target(way, &service, io)? else { return Ok(Exit::Findings) };
    target.stages = way.map.iter().cloned().collect();
    let old = match way.old.as_str() {
        "any" => None,
        file if Path::new(file).is_file() => {
            let Some(Chosen { workflow, .. }) = family_of(&PathBuf::from(file), io)? else { return Ok(Exit::Findings) };
            if workflow.id() != target.workflow.id() {
                let message = format!("`{file}` is the workflow `{}`, and `{}` is `{}`", workflow.id(), way.new, target.workflow.id());
                return Err(CommandError::Message(message));
            }
            Some(workflow.digest().to_owned())
        }
        digest => Some(digest.to_owned()),
    };
    let landings = service.plan_migration(old.as_deref(), &target, now).map_err(failed)?;
    let mut stuck = 0;
    for landing in &landings {
        let done = match (user, &landing.lands) {
            (Some(user), Ok(_)) => match service.migrate(&landing.case, &target, now, &Actor::User(user.clone())) {
                Ok(_) => true,
                Err(ServiceError::Refused(refusal)) => {
                    tell(&Landing { lands: Err(refusal), ..landing.clone() }, false, way.at.format, io)?;
                    stuck += 1;
                    continue;
                }
                Err(error) => return Err(failed(error)),
            },
            _ => false,
        };
        stuck += usize::from(landing.lands.is_err());
        tell(landing, done, way.at.format, io)?;
    }
    if way.at.format == Format::Human && !io.quiet {
        let verb = if user.is_some() { "went over" } else { "can go over" };
        writeln!(io.err, "{} of {} open cases {verb}", landings.len() - stuck, landings.len())?;
    }
    Ok(if stuck == 0 { Exit::Clean } else { Exit::Findings })
}

/// The new definition. What is wrong with its file is printed, and `None` is returned.
fn target(way: &Way, service: &Service<'_>, io: &mut Io<'_>) -> Result<Option<Target>, CommandError> {
    if Path::new(&way.new).is_file() {
        let found = family_of(&PathBuf::from(&way.new), io)?;
        return Ok(found.map(|Chosen { family, workflow }| Target { family, workflow, stages: indexmap::IndexMap::new() }));
    }
    let workflow = match (&way.workflow, Path::new(&way.old).is_file()) {
        (Some(workflow), _) => workflow.clone(),
        (None, true) => match family_of(&PathBuf::from(&way.old), io)? {
            Some(chosen) => chosen.workflow.id().clone(),
            None => return Ok(None),
        },
        (None, false) => {
            let message = format!("`{}` is no file; for a digest, say of which workflow with `--workflow`", way.new);
            return Err(CommandError::Message(message));
        }
    };
    service.defined(&way.new, &workflow).map(Some).map_err(|error| CommandError::Message(error.to_string()))
}

fn tell(landing: &Landing, done: bool, format: Format, io: &mut Io<'_>) -> Result<(), CommandError> {
    let names = |stages: &[StageId]| stages.iter().map(StageId::as_str).collect::<Vec<_>>().join(" + ");
    if format == Format::Json {
        let timers = |timers: &[Timer]| timers.iter().map(|timer| json!({ "timer": timer.name, "due": timer.due })).collect::<Vec<Json>>();
        let told = match &landing.lands {
            Ok(landed) => json!({
                "case": landing.case, "from": landing.stages, "to": landed.stages, "approvals": landed.approvals, "done": done,
                "timers": { "stay": timers(&landed.stay), "gone": timers(&landed.gone), "new": timers(&landed.new) },
            }),
            Err(Refusal { message, details, .. }) => {
                json!({ "case": landing.case, "from": landing.stages, "to": null, "refused": message, "details": details })
            }
        };
        writeln!(io.out, "{told}")?;
        return Ok(());
    }
    match &landing.lands {
        Ok(landed) => {
            writeln!(io.out, "{}: {} -> {}", landing.case, names(&landing.stages), names(&landed.stages))?;
            for gate in &landed.approvals {
                writeln!(io.out, "  the approval at {gate} goes on")?;
            }
            let lines = landed.gone.iter().map(|gone| ("no longer", gone)).chain(landed.new.iter().map(|new| ("from now on", new)));
            for (when, Timer { name, due, .. }) in lines {
                writeln!(io.out, "  {when}: {}, {}", timer(name), moment(*due))?;
            }
        }
        Err(refusal) => {
            writeln!(io.out, "{}: {} cannot go over", landing.case, names(&landing.stages))?;
            let details = if refusal.details.is_empty() { std::slice::from_ref(&refusal.message) } else { &refusal.details };
            for detail in details {
                writeln!(io.out, "  - {detail}")?;
            }
        }
    }
    Ok(())
}
