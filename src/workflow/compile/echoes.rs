//! Takes away findings that only echo another one: a name that is misspelt where it is used is not also unused where it is declared.
//!
//! It must not take away anything that would still be found after the first mistake is mended.

use crate::diagnostic::{Code, Diagnostic, Diagnostics};

/// What is unused may be what is unknown elsewhere.
const ECHOES: &[(Code, &[Code])] = &[
    (Code::UnusedRole, &[Code::UnknownRole]),
    (Code::UnusedTable, &[Code::UnknownTable]),
    (Code::UnusedScorecard, &[Code::UnknownScorecard]),
    (Code::UnusedCalendar, &[Code::UnknownCalendar]),
    (Code::UnusedRecord, &[Code::UnknownRecord]),
    (Code::UnusedLevel, &[Code::UnknownLevel]),
    (Code::UnusedFunction, &[Code::UnknownFunction, Code::WrongArity, Code::RuleSyntax, Code::DuplicateFunction]),
];

/// The findings that stand for themselves.
pub(super) fn without(found: Diagnostics) -> Diagnostics {
    let codes: Vec<Code> = found.iter().map(|diagnostic| diagnostic.code).collect();
    // What could not be read may be what uses the rest.
    let unread = found.iter().any(|diagnostic| diagnostic.is_error() && is_unread(diagnostic));
    found
        .into_iter()
        .filter(|diagnostic| {
            let echoes = ECHOES.iter().find(|(code, _)| *code == diagnostic.code);
            echoes.is_none_or(|(_, of)| !unread && !of.iter().any(|code| codes.contains(code)))
        })
        .collect()
}

fn is_unread(diagnostic: &Diagnostic) -> bool {
    use crate::diagnostic::Area;
    matches!(diagnostic.code.area(), Area::File | Area::Shape) && diagnostic.code != Code::DuplicateDefinition
}
