//! The numbers for people: a table for each question.
//!
//! It must not count.

use super::sheet::Sheet;
use crate::cli::case::moment;
use crate::cli::io::Io;
use crate::metrics::{Approver, Owner, Report, Spread, StageReport, Times, WorkflowReport};

/// Prints a report.
pub(super) fn print(report: &Report, io: &mut Io<'_>) -> std::io::Result<()> {
    let since = report.since.map(|since| format!("since {}, ", moment(since))).unwrap_or_default();
    writeln!(io.out, "{since}as of {}", moment(report.until))?;
    for workflow in &report.workflows {
        of_workflow(workflow, io)?;
    }
    owners(&report.owners, io)?;
    approvers(&report.approvers, io)?;
    if report.workflows.is_empty() && !io.quiet {
        writeln!(io.err, "there are no cases")?;
    }
    Ok(())
}

fn of_workflow(workflow: &WorkflowReport, io: &mut Io<'_>) -> std::io::Result<()> {
    let WorkflowReport { workflow: id, cases, open, overdue, .. } = workflow;
    writeln!(io.out, "\n{id}: {cases} started, {} ended; {open} open, {overdue} overdue", workflow.time.count)?;
    let mut stages =
        Sheet::new(&["stage", "entered", "went on", "share", "median", "90 %", "longest", "working", "open", "oldest", "overdue"]);
    let mut exits = Sheet::new(&["left by", "visits", "share", "ended"]);
    let mut ends = Sheet::new(&["ended in the end", "cases", "share"]);
    for stage in &workflow.stages {
        let StageReport { stage: name, entered, time, open, .. } = stage;
        let on: usize = stage.exits.iter().map(|exit| exit.count - exit.ended).sum();
        let [median, p90, longest, working] = spread(time);
        let oldest = open.age.elapsed.map(|age| span(age.longest)).unwrap_or_default();
        let here = vec![count(open.age.count), oldest, count(open.overdue)];
        let cells = vec![name.to_string(), entered.to_string(), on.to_string(), share(on, *entered), median, p90, longest, working];
        stages.row(cells.into_iter().chain(here).collect());
        for exit in &stage.exits {
            let by = format!("{name}, {}: {}", exit.gate, exit.outcome);
            exits.row(vec![by, exit.count.to_string(), share(exit.count, *entered), count(exit.ended)]);
        }
        if stage.abandoned > 0 {
            let abandoned = stage.abandoned.to_string();
            exits.row(vec![format!("{name}, abandoned"), abandoned.clone(), share(stage.abandoned, *entered), abandoned]);
        }
        for end in &stage.results {
            ends.row(vec![format!("{name}: {}", end.result), end.count.to_string(), share(end.count, stage.cases)]);
        }
    }
    stages.print(io)?;
    exits.print(io)?;
    ends.print(io)?;
    let mut results = Sheet::new(&["ended with", "cases", "share", "median", "90 %", "longest", "working"]);
    for result in &workflow.results {
        let cells = vec![result.result.to_string(), result.time.count.to_string(), share(result.time.count, *cases)];
        results.row(cells.into_iter().chain(spread(&result.time)).collect());
    }
    results.print(io)?;
    let mut children = Sheet::new(&["became", "cases", "share", "children", "median", "90 %", "longest", "working"]);
    for to in &workflow.conversions {
        let cells = vec![to.to.to_string(), to.cases.to_string(), share(to.cases, *cases), to.children.to_string()];
        children.row(cells.into_iter().chain(spread(&to.time)).collect());
    }
    children.print(io)
}

fn owners(owners: &[Owner], io: &mut Io<'_>) -> std::io::Result<()> {
    let mut sheet = Sheet::new(&["leads", "open", "overdue", "decided", "mean", "longest", "working"]);
    for Owner { user, open, overdue, decided } in owners {
        let mean = decided.elapsed.map(|spread| span(spread.mean)).unwrap_or_default();
        let longest = decided.elapsed.map(|spread| span(spread.longest)).unwrap_or_default();
        let working = decided.working.map(|spread| hours(spread.mean)).unwrap_or_default();
        sheet.row(vec![user.to_string(), count(*open), count(*overdue), count(decided.count), mean, longest, working]);
    }
    sheet.print(io)
}

fn approvers(approvers: &[Approver], io: &mut Io<'_>) -> std::io::Result<()> {
    let head = ["decides", "asked", "voted", "yes", "no", "waiting", "for them", "without", "median", "90 %", "longest", "working"];
    let mut sheet = Sheet::new(&head);
    for approver in approvers {
        let Approver { user, asked, voted, stood_in, lapsed, waiting, approved, rejected, .. } = approver;
        let counts = [*asked, voted.count, *approved, *rejected, *waiting, *stood_in, *lapsed].map(count);
        sheet.row([user.to_string()].into_iter().chain(counts).chain(spread(voted)).collect());
    }
    sheet.print(io)
}

/// Median, 90th percentile and longest by the clock, and the median in working time.
fn spread(times: &Times) -> [String; 4] {
    let of = |of: fn(Spread) -> i64| times.elapsed.map(|spread| span(of(spread))).unwrap_or_default();
    let working = times.working.map(|spread| hours(spread.median)).unwrap_or_default();
    [of(|spread| spread.median), of(|spread| spread.p90), of(|spread| spread.longest), working]
}

/// A count; nothing where there is none, so that what is there is seen.
fn count(count: usize) -> String {
    if count == 0 { String::new() } else { count.to_string() }
}

/// A share in whole percents.
fn share(count: usize, of: usize) -> String {
    if of == 0 { String::new() } else { format!("{} %", (count * 200 + of) / (of * 2)) }
}

/// A span in its two largest units.
fn span(seconds: i64) -> String {
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3_600 % 24, seconds / 60 % 60);
    match (days, hours, minutes) {
        (0, 0, 0) => format!("{seconds}s"),
        (0, 0, minutes) => format!("{minutes}m"),
        (0, hours, 0) => format!("{hours}h"),
        (0, hours, minutes) => format!("{hours}h {minutes}m"),
        (days, 0, _) => format!("{days}d"),
        (days, hours, _) => format!("{days}d {hours}h"),
    }
}

/// Working time, which has no days of a certain length.
fn hours(seconds: i64) -> String {
    match (seconds / 3_600, seconds / 60 % 60) {
        (0, minutes) => format!("{minutes}m"),
        (hours, 0) => format!("{hours}h"),
        (hours, minutes) => format!("{hours}h {minutes}m"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_and_shares_are_read_at_a_glance() {
        let spans = [0, 59, 60, 3_599, 3_600, 3_660, 86_399, 86_400, 90_000, 864_000];
        assert_eq!(spans.map(span), ["0s", "59s", "1m", "59m", "1h", "1h 1m", "23h 59m", "1d", "1d 1h", "10d"]);
        assert_eq!([59, 3_600, 93_660].map(hours), ["0m", "1h", "26h 1m"]);
        assert_eq!(
            [share(1, 3), share(2, 3), share(1, 8), share(0, 4), share(4, 4), share(1, 0)],
            ["33 %", "67 %", "13 %", "0 %", "100 %", ""]
        );
    }
}
