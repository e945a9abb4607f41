//! What is declared is used somewhere.
//!
//! It must not report functions; the rule checker does. A fragment that several workflows share may hold what one of them does not use:
//! whoever checks several workflows keeps only what is unused in all of them.

use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::document::{Entries, Resolved};
use crate::workflow::compile::UsedNames;
use std::collections::BTreeSet;

pub(super) fn check(resolved: &Resolved, used: &UsedNames, diagnostics: &mut Diagnostics) {
    let file = &resolved.file;
    names(&file.records, &used.records, Code::UnusedRecord, "record type", diagnostics);
    names(&file.roles, &used.roles, Code::UnusedRole, "role", diagnostics);
    names(&file.scorecards, &used.scorecards, Code::UnusedScorecard, "scorecard", diagnostics);
    names(&file.tables, &used.tables, Code::UnusedTable, "table", diagnostics);
    names(&file.calendars, &used.calendars, Code::UnusedCalendar, "calendar", diagnostics);
}

fn names<K: std::fmt::Display, V>(
    declared: &Entries<K, V>,
    used: &BTreeSet<String>,
    code: Code,
    what: &str,
    diagnostics: &mut Diagnostics,
) {
    for (name, _) in declared.iter().filter(|(name, _)| !used.contains(&name.value.to_string())) {
        let message = format!("nothing uses the {what} `{}`", name.value);
        diagnostics.push(Diagnostic::new(code, name.span, message).help("delete it, or use it"));
    }
}
