//! `tollgate validate --watch`: the findings again each time that a file is saved, until it is interrupted.
//!
//! It must not check anything itself; a session of `catalog` does, and knows what a saved file touches.

use super::io::{CommandError, Exit, Io};
use super::validate::{Format, counted, print};
use crate::catalog::{CatalogError, Checked, Session};
use std::path::PathBuf;
use std::sync::atomic::Ordering;
use std::thread::sleep;
use std::time::{Duration, Instant};

/// How often the files are looked at: soon enough to be there before the eye is, seldom enough to cost nothing.
const PAUSE: Duration = Duration::from_millis(150);
/// Clears the terminal and goes to its top.
const CLEAR: &str = "\u{1b}[2J\u{1b}[H";

/// Prints findings whenever they may have changed.
pub(super) fn run(paths: &[PathBuf], format: Format, io: &mut Io<'_>) -> Result<Exit, CommandError> {
    let mut began = Instant::now();
    let mut session = Session::open(paths)?;
    // What was said last of files that cannot be read: it is not said again.
    let mut trouble: Option<String> = None;
    let mut changed = true;
    while !io.interrupted.load(Ordering::Relaxed) {
        match next(&mut session, changed) {
            Ok(Some(checked)) => {
                trouble = None;
                show(&session, &checked, began.elapsed(), format, io)?;
            }
            Ok(None) => {}
            Err(error) => {
                let said = error.to_string();
                if trouble.as_ref() != Some(&said) {
                    writeln!(io.err, "{said}; waiting for it")?;
                    io.err.flush()?;
                }
                trouble = Some(said);
            }
        }
        sleep(PAUSE);
        began = Instant::now();
        changed = match session.refresh() {
            Ok(changed) => changed || trouble.is_some(),
            // It is tried and told by the next look.
            Err(_) => true,
        };
    }
    Ok(Exit::Clean)
}

/// The findings where there may be others than before.
fn next(session: &mut Session, changed: bool) -> Result<Option<Checked>, CatalogError> {
    if changed { session.check().map(Some) } else { Ok(None) }
}

fn show(session: &Session, checked: &Checked, took: Duration, format: Format, io: &mut Io<'_>) -> Result<(), CommandError> {
    if io.out_is_terminal && format == Format::Human {
        io.out.write_all(CLEAR.as_bytes())?;
    }
    let catalog = session.catalog();
    print(&checked.diagnostics, &catalog.sources, format, io)?;
    io.out.flush()?;
    if !io.quiet {
        let many = |count: usize, what: &str| format!("{count} {what}{}", if count == 1 { "" } else { "s" });
        let found = match (checked.diagnostics.errors(), checked.diagnostics.warnings()) {
            (0, 0) => "nothing to report".to_owned(),
            (errors, warnings) => format!("{} and {}", many(errors, "error"), many(warnings, "warning")),
        };
        // A workflow with errors was looked at, too.
        let looked_at = counted(catalog.workflows.len(), catalog.mappings.len());
        writeln!(io.err, "{looked_at} checked in {} ms: {found}; waiting for changes, ctrl-c ends", took.as_millis())?;
        io.err.flush()?;
    }
    Ok(())
}
