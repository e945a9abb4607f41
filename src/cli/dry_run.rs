//! `tollgate dry-run`: judges every record of a file, without changing anything.
//!
//! It must not keep records in memory: each is read, judged, counted, written and forgotten.

use super::inputs::{Loaded, Opened, RecordArgs, records, subject, tell_columns, workflow};
use super::io::{CommandError, Exit, Io};
use super::results::{Origin, Summary, Words, line, number};
use crate::evaluation::{Status, evaluate};
use clap::{Args, ValueEnum};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::PathBuf;
use std::sync::atomic::Ordering;

/// Records between two looks at the progress bar.
const STRIDE: u64 = 512;

/// What to judge.
#[derive(Debug, Args)]
pub struct DryRun {
    /// The workflow's file
    #[arg(value_name = "WORKFLOW")]
    workflow: PathBuf,
    #[command(flatten)]
    input: RecordArgs,
    /// How to print results
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
    /// Write one JSON line for each record to a file, beside what is printed
    #[arg(long, value_name = "FILE")]
    lines: Option<PathBuf>,
    /// What makes the exit code 1 (can be repeated)
    #[arg(long, value_enum, value_name = "WHAT")]
    fail_on: Vec<FailOn>,
}

/// How results are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// A summary for people
    Human,
    /// One JSON line for each record
    Jsonl,
}

/// What makes a run fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum FailOn {
    /// A gate or a deadline whose rules broke
    Faulted,
    /// A gate that is blocked
    Blocked,
    /// A gate that lacks something
    Incomplete,
    /// Anything found wrong in the data
    Findings,
}

/// Judges every record and prints what was found.
pub(super) fn run(args: &DryRun, io: &mut Io<'_>) -> Result<Exit, CommandError> {
    let Some(Loaded { sources, workflow }) = workflow(&args.workflow, io)? else { return Ok(Exit::Findings) };
    let Some(Opened { mut records, columns }) = records(&args.input, &workflow, io)? else { return Ok(Exit::Findings) };
    let now = args.input.now.unwrap_or(io.now);
    let mut summary = Summary::new(&workflow);
    records.header_findings().iter().for_each(|finding| summary.add_finding(finding));
    summary.about_columns = records.header_findings().len() as u64;
    if args.format == Format::Jsonl {
        tell_columns(records.header_findings(), &args.input.records, io)?;
    }
    let mut file = match &args.lines {
        Some(path) => {
            let created =
                File::create(path).map_err(|error| CommandError::Message(format!("cannot write `{}`: {error}", path.display())))?;
            Some(BufWriter::with_capacity(1 << 16, created))
        }
        None => None,
    };
    let bar = bar(io, records.progress().1);
    let mut interrupted = false;
    let mut seen = 0_u64;
    while let Some(next) = records.next() {
        // A result line is written whole before the next look at the interrupt, so the output never ends inside of a line.
        if io.interrupted.load(Ordering::Relaxed) {
            interrupted = true;
            break;
        }
        seen += 1;
        if seen.is_multiple_of(STRIDE) {
            bar.set_position(records.progress().0);
            bar.set_message(number(seen));
        }
        let ingested = match next {
            Ok(ingested) => ingested,
            Err(finding) => {
                summary.malformed += 1;
                summary.add_finding(&finding);
                continue;
            }
        };
        let (key, place, ordinal) = (ingested.key.clone(), ingested.line, ingested.number);
        let (subject, findings) = subject(&workflow, ingested, &columns);
        let evaluation = evaluate(&workflow, &subject, now);
        if args.format == Format::Jsonl || file.is_some() {
            let origin = Origin { key: key.as_deref(), number: ordinal, line: place, findings: &findings };
            let mut text = line(&evaluation, &origin, &sources);
            text.push('\n');
            if args.format == Format::Jsonl {
                io.out.write_all(text.as_bytes())?;
            }
            if let Some(file) = &mut file {
                file.write_all(text.as_bytes())?;
            }
        }
        summary.add(&evaluation, &findings, &key.unwrap_or_else(|| Words::of(&io.language).line(place)));
    }
    bar.finish_and_clear();
    records.closing_findings().iter().for_each(|finding| summary.add_finding(finding));
    if let Some(mut file) = file {
        file.flush()?;
    }
    io.out.flush()?;
    if args.format == Format::Human {
        let head = head(&workflow, &summary, args, now, io);
        write!(io.out, "{head}\n{}", summary.text(&workflow, &io.language, io.colour && io.out_is_terminal, io.width))?;
    }
    if interrupted {
        return Err(CommandError::Message(format!("interrupted after {} records; what is written is whole", number(summary.records))));
    }
    Ok(exit(args, &summary))
}

fn head(workflow: &crate::workflow::Workflow, summary: &Summary, args: &DryRun, now: chrono::DateTime<chrono::Utc>, io: &Io<'_>) -> String {
    let words = Words::of(&io.language);
    let title = workflow.title().get(&io.language).unwrap_or("");
    let from = args.input.records.display();
    let moment = now.with_timezone(&workflow.calendar().zone()).format("%Y-%m-%d %H:%M %Z");
    let mut text = format!("{} {title}\n", workflow.id());
    text.push_str(&match words {
        Words::English => format!("{} records from {from}, judged as of {moment}", number(summary.records)),
        Words::Chinese => format!("{from} 共 {} 条记录，评估时点 {moment}", number(summary.records)),
    });
    if summary.with_findings > 0 {
        text.push_str(&match words {
            Words::English => format!(", {} with findings about their data", number(summary.with_findings)),
            Words::Chinese => format!("，其中 {} 条数据有问题", number(summary.with_findings)),
        });
    }
    if summary.about_columns > 0 {
        text.push_str(&match words {
            Words::English => format!(", {} findings about its columns", number(summary.about_columns)),
            Words::Chinese => format!("，列名问题 {} 处", number(summary.about_columns)),
        });
    }
    if summary.malformed > 0 {
        text.push_str(&match words {
            Words::English => format!(", {} lines are no records", number(summary.malformed)),
            Words::Chinese => format!("，另有 {} 行无法识别为记录", number(summary.malformed)),
        });
    }
    text.push('\n');
    text
}

fn bar(io: &Io<'_>, total: Option<u64>) -> ProgressBar {
    if !io.err_is_terminal || io.quiet {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::with_draw_target(total, ProgressDrawTarget::stderr_with_hz(10));
    let template = if total.is_some() { "{bar:30} {percent:>3}%  {msg} records, {eta} left" } else { "{spinner} {msg} records, {elapsed}" };
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    bar
}

fn exit(args: &DryRun, summary: &Summary) -> Exit {
    let happened = |what: &FailOn| match what {
        FailOn::Faulted => summary.count(Status::Faulted) > 0 || summary.has_broken_deadlines(),
        FailOn::Blocked => summary.count(Status::Blocked) > 0,
        FailOn::Incomplete => summary.count(Status::Incomplete) > 0,
        FailOn::Findings => summary.finding_count() > 0,
    };
    if args.fail_on.iter().any(happened) { Exit::Findings } else { Exit::Clean }
}
