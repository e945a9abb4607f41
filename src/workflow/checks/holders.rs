//! Every role has somebody who can hold it, and no criterion is waived by the one whom it is to hold back.
//!
//! It must not report a role that has neither members nor an assignment; the compiler does.

use super::people::{People, quoted};
use super::roster::Situation;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::names::RoleId;
use crate::workflow::Gate;
use crate::workflow::staffing::Person;
use std::collections::BTreeSet;

pub(super) fn check(people: &People<'_>, diagnostics: &mut Diagnostics) {
    for (name, _) in people.resolved.file.roles.iter().filter(|(_, doc)| doc.assign.is_some()) {
        if people.roster.is_unheld(&name.value)
            && let Some(table) = people.roster.table(&name.value)
        {
            let message = format!("nobody can hold the role `{}`: the table `{table}` names nobody", name.value);
            let help = "let the table's output name people, or give the role `members` or a `default`";
            diagnostics.push(Diagnostic::new(Code::RoleWithoutHolder, name.span, message).help(help));
        }
    }
    for (name, doc) in people.resolved.file.gates.iter() {
        let Some(gate) = people.gates.get(&name.value) else { continue };
        for (criterion, doc) in doc.must.iter().chain(doc.should.iter()) {
            let Some(waiver) = &doc.waiver else { continue };
            if let Some(person) = waives_alone(people, gate, &waiver.value) {
                let message = format!("`{}` can be waived by nobody but who submits", criterion.value);
                let example = format!("example: submitter = {one}, waiver = {one}", one = quoted([&person]));
                let help = "let another role waive it, or leave `waiver` out";
                let finding = Diagnostic::new(Code::SelfWaiver, waiver.span, message).label("held by the only one who submits");
                diagnostics.push(finding.note(example).help(help));
            }
        }
    }
}

/// The one person who submits and waives, where for no record anybody else does either.
fn waives_alone(people: &People<'_>, gate: &Gate, waiver: &RoleId) -> Option<Person> {
    let gate = people.gates.get(gate.id())?;
    let submit = people.submit(gate);
    let tables: BTreeSet<_> = submit.iter().copied().chain([waiver]).filter_map(|role| people.roster.table(role)).collect();
    let situations: Vec<Situation<'_>> = match tables.first() {
        Some(table) if tables.len() == 1 && !people.roster.rows(table).is_empty() => {
            (0..people.roster.rows(table).len()).map(|row| Situation::Row(table, row)).collect()
        }
        Some(_) => return None,
        None => vec![Situation::Usual],
    };
    let one = |situation: &Situation<'_>| {
        let mut submitters = people.roster.possible(submit.first()?, *situation);
        submit.iter().for_each(|role| submitters.join(&people.roster.possible(role, *situation)));
        let waiving = people.roster.possible(waiver, *situation);
        let alone = !submitters.is_open() && submitters.people.len() == 1 && submitters == waiving;
        submitters.people.into_iter().next().filter(|_| alone)
    };
    let found: Option<Vec<Person>> = situations.iter().map(one).collect();
    found?.into_iter().next()
}
