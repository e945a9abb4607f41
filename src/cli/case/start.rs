//! `tollgate case start`: a case begins, on the definition that its workflow has now.
//!
//! It must not start a case of a workflow that has errors.

use super::act::name;
use super::{ActArgs, case_id, service, settle, tell};
use crate::case::{Occasion, set_field};
use crate::catalog::{check, load};
use crate::cli::io::{CommandError, Exit, Io};
use crate::cli::validate::{Format, print};
use crate::names::{CaseId, FieldPath, StageId};
use crate::record::FieldType;
use crate::service::{Beginning, Family};
use crate::workflow::Workflow;
use clap::Args;
use indexmap::IndexMap;
use serde_json::{Map, Value as Json};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Which case to start.
#[derive(Debug, Args)]
pub(super) struct Start {
    /// The workflow's file
    #[arg(value_name = "WORKFLOW")]
    workflow: PathBuf,
    /// The name of the case; the key of its record, without it
    #[arg(long, value_name = "CASE", value_parser = case_id)]
    case: Option<CaseId>,
    /// A file with the record as a JSON object
    #[arg(long, value_name = "FILE")]
    record: Option<PathBuf>,
    /// A field and its value
    #[arg(long = "set", value_name = "FIELD=VALUE", value_parser = assignment)]
    set: Vec<Assignment>,
    /// Where to start, where there are several ways
    #[arg(long, value_name = "STAGE", value_parser = name(StageId::parse))]
    stage: Option<StageId>,
    #[command(flatten)]
    act: ActArgs,
}

/// `field=value`.
#[derive(Debug, Clone)]
pub(super) struct Assignment {
    field: String,
    value: String,
}

pub(super) fn assignment(text: &str) -> Result<Assignment, String> {
    let (field, value) = text.split_once('=').ok_or_else(|| "write a field, `=` and its value, such as `amount=5000`".to_owned())?;
    Ok(Assignment { field: field.trim().to_owned(), value: value.to_owned() })
}

/// Values as JSON by the types of their fields: a text stays one, also where it looks like a number.
pub(super) fn values(workflow: &Workflow, set: &[Assignment]) -> Result<IndexMap<FieldPath, Json>, CommandError> {
    let prefix = format!("{}.", workflow.record().name());
    let mut found = IndexMap::new();
    for Assignment { field, value } in set {
        let path = field.strip_prefix(&prefix).unwrap_or(field);
        let path = FieldPath::parse(path).map_err(|error| CommandError::Message(format!("`{field}` is no field: {error}")))?;
        let is_text = workflow
            .record()
            .field(path.as_str())
            .is_some_and(|field| !matches!(field.field_type, FieldType::List(_) | FieldType::Object(_) | FieldType::Children(_)));
        let json = match value.as_str() {
            "" => Json::Null,
            text if is_text => scalar(workflow, &path, text),
            text => serde_json::from_str(text).unwrap_or_else(|_| Json::String(text.to_owned())),
        };
        found.insert(path, json);
    }
    Ok(found)
}

fn scalar(workflow: &Workflow, path: &FieldPath, text: &str) -> Json {
    let field_type = workflow.record().field(path.as_str()).map(|field| &field.field_type);
    match field_type {
        Some(FieldType::Bool) => text.parse::<bool>().map_or_else(|_| Json::String(text.to_owned()), Json::Bool),
        Some(FieldType::Int | FieldType::Decimal | FieldType::Percent | FieldType::Money(_)) => {
            let number = text.replace('_', "");
            number.parse::<serde_json::Number>().map_or_else(|_| Json::String(text.to_owned()), Json::Number)
        }
        _ => Json::String(text.to_owned()),
    }
}

/// A workflow that was named, with those beside it.
pub(in crate::cli) struct Chosen {
    /// All of them.
    pub(in crate::cli) family: Arc<Family>,
    /// The one.
    pub(in crate::cli) workflow: Arc<Workflow>,
}

/// A workflow with those beside it. What is wrong with its file is printed, and `None` is returned.
pub(in crate::cli) fn family_of(path: &Path, io: &mut Io<'_>) -> Result<Option<Chosen>, CommandError> {
    // The folder of the file is read, too: cases of other workflows there may start later.
    let folder = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let own = load(&[path.to_path_buf()])?;
    let checked = check(&own);
    let Some((_, workflow)) = checked.workflows.first() else {
        print(&checked.diagnostics, &own.sources, Format::Human, io)?;
        return Ok(None);
    };
    let catalog = load(&[folder.to_path_buf()])?;
    let checked = check(&catalog);
    let beside: Vec<_> = checked.workflows.into_iter().filter(|(_, found)| found.id() != workflow.id()).collect();
    let mut family = Family::of(&catalog, &beside);
    family.add(&own, workflow);
    Ok(Some(Chosen { family: Arc::new(family), workflow: Arc::clone(workflow) }))
}

/// Starts the case.
pub(super) fn run(args: &Start, io: &mut Io<'_>) -> Result<Exit, CommandError> {
    let Some(Chosen { family, workflow }) = family_of(&args.workflow, io)? else { return Ok(Exit::Findings) };
    let workflow = &workflow;
    let mut record = match &args.record {
        None => Json::Object(Map::new()),
        Some(file) => {
            let text = std::fs::read_to_string(file).map_err(|error| CommandError::Message(format!("`{}`: {error}", file.display())))?;
            serde_json::from_str(&text)
                .map_err(|error| CommandError::Message(format!("`{}` is no JSON object: {error}", file.display())))?
        }
    };
    for (path, value) in values(workflow, &args.set)? {
        set_field(&mut record, &path, &value);
    }
    let key = workflow.record().key().and_then(|key| record.get(key.as_str())).and_then(Json::as_str);
    let case = match (&args.case, key) {
        (Some(case), _) => case.clone(),
        (None, Some(key)) => case_id(key).map_err(CommandError::Message)?,
        (None, None) => return Err(CommandError::Message("the record has no key; name the case with `--case`".to_owned())),
    };
    let now = args.act.at.now.unwrap_or(io.now);
    let store = args.act.at.open(true)?;
    let service = service(&store);
    let beginning = Beginning { case: &case, workflow: workflow.id(), record: &record, stage: args.stage.as_ref() };
    let occasion = Occasion::new(now, args.act.actor());
    match service.start(&family, &beginning, &occasion, args.act.key.as_ref()) {
        Ok(done) => {
            tell::done(&service, &done, now, args.act.at.format, io)?;
            Ok(Exit::Clean)
        }
        Err(error) => settle(Err(error), args.act.at.format, io),
    }
}
