//! What several commands take: one workflow, a file of records with its mapping, a moment.
//!
//! It must not evaluate.

use super::io::{CommandError, Io};
use super::validate::{Format, print};
use crate::catalog::{Catalog, CatalogError, check, load};
use crate::diagnostic::{Code, Diagnostics, did_you_mean};
use crate::document::{MappingDoc, SourceDoc};
use crate::evaluation::Subject;
use crate::ingest::{self, IngestedRecord, Plan, Records};
use crate::names::{DeliverableId, RecordName, StageId, WorkflowId};
use crate::record::{RecordFinding, Value};
use crate::source::{SourceId, Sources};
use crate::workflow::{self, Sketch, Workflow};
use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use clap::Args;
use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Where records come from.
#[derive(Debug, Args)]
pub(super) struct RecordArgs {
    /// The file of records: CSV, JSON Lines, JSON, YAML or Excel; `-` is standard input
    #[arg(long, value_name = "FILE")]
    pub records: PathBuf,
    /// The mapping of the file's columns to the fields of the record
    #[arg(long, value_name = "FILE")]
    pub mapping: Option<PathBuf>,
    /// The moment of evaluation, such as 2026-11-22 or 2026-11-22T09:00:00Z; now, without it
    #[arg(long, value_name = "MOMENT", value_parser = moment)]
    pub now: Option<DateTime<Utc>>,
}

/// A workflow with the texts that it was made of.
pub(super) struct Loaded {
    /// Its files.
    pub sources: Sources,
    /// The workflow.
    pub workflow: Arc<Workflow>,
}

/// Records on their way, and the columns that say how each stands.
pub(super) struct Opened {
    /// The records.
    pub(super) records: Records,
    /// The names that the source gives to parts of the case.
    pub(super) columns: Columns,
}

/// The names that a source gives to parts of the case, for findings.
pub(super) struct Columns {
    /// Of the stage.
    stage: String,
    /// Of the deliverables.
    deliverables: String,
    /// Of the open obligations.
    obligations: String,
}

/// Reads and compiles one workflow. Findings that make it unusable are printed to the message stream, and `None` is returned.
pub(super) fn workflow(path: &Path, io: &mut Io<'_>) -> Result<Option<Loaded>, CommandError> {
    let Some((catalog, _)) = one(path, io)? else { return Ok(None) };
    let checked = check(&catalog);
    match checked.workflows.into_iter().next() {
        Some((_, workflow)) => Ok(Some(Loaded { sources: catalog.sources, workflow })),
        None => refused(&checked.diagnostics, &catalog.sources, io),
    }
}

/// Reads one workflow for a picture of what is wrong with its process. Other errors are printed, and `None` is returned.
pub(super) fn sketch(path: &Path, io: &mut Io<'_>) -> Result<Option<Sketch>, CommandError> {
    let Some((catalog, entry)) = one(path, io)? else { return Ok(None) };
    match workflow::sketch(&catalog.sources, entry) {
        Ok(sketch) => Ok(Some(sketch)),
        Err(found) => refused(&found, &catalog.sources, io),
    }
}

/// Reads the texts of one workflow.
fn one(path: &Path, io: &mut Io<'_>) -> Result<Option<(Catalog, SourceId)>, CommandError> {
    let catalog = load(&[path.to_path_buf()])?;
    match catalog.workflows.as_slice() {
        &[entry] => Ok(Some((catalog, entry))),
        [] if catalog.diagnostics.has_errors() => refused(&catalog.diagnostics, &catalog.sources, io),
        [] => Err(CatalogError::NoWorkflow { path: path.to_path_buf() }.into()),
        several => {
            let names: Vec<&str> = several.iter().map(|id| catalog.sources.path(*id)).collect();
            Err(CommandError::Message(format!("`{}` holds several workflows; name one of {}", path.display(), names.join(", "))))
        }
    }
}

fn refused<T>(found: &Diagnostics, sources: &Sources, io: &mut Io<'_>) -> Result<Option<T>, CommandError> {
    print_refusal(found, sources, io)?;
    Ok(None)
}

fn print_refusal(found: &Diagnostics, sources: &Sources, io: &mut Io<'_>) -> Result<(), CommandError> {
    // The findings are messages here, not results.
    let mut swapped = Io {
        out: &mut *io.err,
        err: &mut std::io::sink(),
        out_is_terminal: io.err_is_terminal,
        err_is_terminal: false,
        width: io.width,
        colour: io.colour,
        language: io.language.clone(),
        now: io.now,
        quiet: io.quiet,
        interrupted: io.interrupted,
    };
    print(found, sources, Format::Human, &mut swapped)
}

/// Opens the records of a workflow.
pub(super) fn records(args: &RecordArgs, workflow: &Workflow, io: &mut Io<'_>) -> Result<Option<Opened>, CommandError> {
    let mapping = match &args.mapping {
        None => None,
        Some(path) => {
            let mut sources = Sources::new();
            let text = std::fs::read_to_string(path).map_err(|source| CatalogError::Unreadable { path: path.clone(), source })?;
            let id = sources.add(&path.to_string_lossy(), &text);
            let mut found = Diagnostics::new();
            let mapping = MappingDoc::read_source(&sources, id, &mut found);
            if let Some(mapping) = &mapping {
                mapping.check(workflow.record(), &mut found);
            }
            if found.has_errors() || mapping.is_none() {
                print_refusal(&found, &sources, io)?;
                return Ok(None);
            }
            mapping
        }
    };
    let plan = Plan::new(workflow.record(), workflow.records().values(), mapping.as_ref(), workflow.calendar().zone())
        .map_err(|error| CommandError::Message(with_help(&error.message, error.help.as_deref())))?;
    let opened = if args.records.as_os_str() == "-" {
        ingest::from_reader(std::io::BufReader::new(std::io::stdin()), None, "standard input", &plan)
    } else {
        ingest::open(&args.records, &plan)
    };
    let column = |source: fn(&MappingDoc) -> Option<&SourceDoc>, usual: &str| match mapping.as_ref().and_then(source) {
        Some(SourceDoc::Column(column)) => column.column.value.to_string(),
        Some(SourceDoc::Constant(_)) | None => usual.to_owned(),
    };
    let columns = Columns {
        stage: column(|mapping| mapping.stage.as_ref(), "case.stage"),
        deliverables: column(|mapping| mapping.deliverables.as_ref(), "case.deliverables"),
        obligations: column(|mapping| mapping.obligations.as_ref(), "case.obligations"),
    };
    opened
        .map(|records| Some(Opened { records, columns }))
        .map_err(|error| CommandError::Message(with_help(&error.to_string(), error.help())))
}

fn with_help(message: &str, help: Option<&str>) -> String {
    help.map_or_else(|| message.to_owned(), |help| format!("{message}; {help}"))
}

/// What a record says, as something that can be judged; stages and obligations that the workflow does not have are findings.
pub(super) fn subject(workflow: &Workflow, ingested: IngestedRecord, columns: &Columns) -> (Subject, Vec<RecordFinding>) {
    let mut findings = ingested.findings;
    let mut stages: Vec<StageId> = Vec::new();
    for name in &ingested.case.stages {
        match workflow.stages().get_key_value(name.as_str()) {
            Some((stage, _)) if !stages.contains(stage) => stages.push(stage.clone()),
            Some(_) => {}
            None => findings.push(RecordFinding {
                code: Code::UnknownRecordStage,
                line: Some(ingested.line),
                column: Some(columns.stage.clone()),
                value: Some(name.clone()),
                message: format!("there is no stage `{name}` in the workflow `{}`", workflow.id()),
                help: did_you_mean(name, workflow.stages().keys().map(StageId::as_str)),
            }),
        }
    }
    if ingested.case.stages.is_empty() {
        stages.extend(workflow.starts().map(|stage| stage.id().clone()));
    }
    let children: HashMap<RecordName, Arc<[Value]>> =
        ingested.case.children.into_iter().map(|(name, children)| (name, children.into_iter().map(Value::Object).collect())).collect();
    let known: BTreeSet<&DeliverableId> = workflow.deliverables().collect();
    let mut deliverables = BTreeSet::new();
    for name in ingested.case.deliverables {
        match known.iter().find(|known| known.as_str() == name) {
            Some(known) => drop(deliverables.insert((*known).clone())),
            None => findings.push(RecordFinding {
                code: Code::InvalidRecordValue,
                line: Some(ingested.line),
                column: Some(columns.deliverables.clone()),
                message: format!("no activity of the workflow `{}` produces the deliverable `{name}`", workflow.id()),
                help: did_you_mean(&name, known.iter().map(|known| known.as_str())),
                value: Some(name),
            }),
        }
    }
    let mut obligations = BTreeSet::new();
    let mut unread_obligation = ingested.case.unread_obligation;
    for name in ingested.case.obligations {
        match workflow.obligations().find(|(known, _)| known.as_str() == name) {
            Some((known, _)) => drop(obligations.insert(known.clone())),
            None => {
                unread_obligation = true;
                findings.push(RecordFinding {
                    code: Code::InvalidRecordValue,
                    line: Some(ingested.line),
                    column: Some(columns.obligations.clone()),
                    message: format!("no outcome of the workflow `{}` leaves the obligation `{name}` open", workflow.id()),
                    help: did_you_mean(&name, workflow.obligations().map(|(known, _)| known.as_str()).collect::<BTreeSet<_>>()),
                    value: Some(name),
                })
            }
        }
    }
    // They may be of any workflow. What is no name of one leaves open what is meant.
    let named = |name: &String| {
        WorkflowId::parse(name).map_err(|error| RecordFinding {
            code: Code::InvalidRecordValue,
            line: Some(ingested.line),
            column: Some("case.open_children".to_owned()),
            value: Some(name.clone()),
            message: format!("`{name}` is no name of a workflow: {error}"),
            help: None,
        })
    };
    let open_children = match ingested.case.open_children.map(|names| names.iter().map(named).collect::<Result<Vec<_>, _>>()) {
        Some(Ok(open)) => Some(open),
        Some(Err(finding)) => {
            findings.push(finding);
            None
        }
        None => None,
    };
    let subject = Subject {
        stages,
        record: ingested.record,
        before: ingested.case.before,
        since: ingested.case.since,
        submitted: ingested.case.submitted,
        deliverables,
        obligations,
        unread_obligation,
        children,
        open_children,
        waived: BTreeSet::new(),
        assigned: HashMap::new(),
        clocks: HashMap::new(),
        levels: HashMap::new(),
    };
    (subject, findings)
}

/// Says on the message stream what is wrong with the columns of a source, where no summary does.
pub(super) fn tell_columns(findings: &[RecordFinding], source: &Path, io: &mut Io<'_>) -> Result<(), CommandError> {
    for finding in findings {
        let help = finding.help.as_ref().map(|help| format!(" ({help})")).unwrap_or_default();
        writeln!(io.err, "{}: {}{help}", source.display(), finding.message)?;
    }
    Ok(())
}

/// A day (its first moment, UTC) or a moment.
pub(super) fn moment(text: &str) -> Result<DateTime<Utc>, String> {
    if let Ok(moment) = DateTime::parse_from_rfc3339(text) {
        return Ok(moment.to_utc());
    }
    let day: NaiveDate = text.parse().map_err(|_| "a moment is written like 2026-11-22 or 2026-11-22T09:00:00Z".to_owned())?;
    Ok(day.and_time(NaiveTime::MIN).and_utc())
}
