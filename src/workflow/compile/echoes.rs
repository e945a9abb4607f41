//! Takes away findings that only echo another one: a name that is misspelt where it is used is not also unused where it is declared.
//!
//! It must not take away anything that would still be found after the first mistake is mended.

use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::source::Span;

/// What is unused may be what is unknown elsewhere.
const ECHOES: &[(Code, &[Code])] = &[
    (Code::UnusedRole, &[Code::UnknownRole]),
    (Code::UnusedTable, &[Code::UnknownTable]),
    (Code::UnusedScorecard, &[Code::UnknownScorecard]),
    (Code::UnusedCalendar, &[Code::UnknownCalendar]),
    (Code::UnusedRecord, &[Code::UnknownRecord]),
    (Code::UnusedLevel, &[Code::UnknownLevel]),
    (Code::UndemandedObligation, &[Code::UnknownObligation]),
    (Code::UnusedFunction, &[Code::RuleSyntax, Code::DuplicateFunction]),
];

/// The findings that stand for themselves.
pub(super) fn without(found: Diagnostics, partial: bool) -> Diagnostics {
    let codes: Vec<Code> = found.iter().map(|diagnostic| diagnostic.code).collect();
    // What could not be read may be what uses the rest.
    let unread = partial || found.iter().any(is_unread);
    let refused: Vec<Span> =
        found.iter().filter(|diagnostic| diagnostic.code == Code::UnsupportedYaml).map(|diagnostic| diagnostic.label.span).collect();
    found
        .into_iter()
        .filter(|diagnostic| !follows_a_refusal(diagnostic, &refused))
        .filter(|diagnostic| {
            let echoes = ECHOES.iter().find(|(code, _)| *code == diagnostic.code);
            echoes.is_none_or(|(_, of)| !unread && !of.iter().any(|code| codes.contains(code)))
        })
        .collect()
}

/// What is left of an expression when a tag or an alias before it was refused is not what its author wrote.
fn follows_a_refusal(diagnostic: &Diagnostic, refused: &[Span]) -> bool {
    let span = diagnostic.label.span;
    let beside =
        |refused: &Span| refused.source == span.source && span.start >= refused.start && span.start <= refused.end.saturating_add(60);
    matches!(diagnostic.code, Code::FoldedRule | Code::RuleSyntax | Code::WrongResultType) && refused.iter().any(beside)
}

fn is_unread(diagnostic: &Diagnostic) -> bool {
    diagnostic.hides_a_part() && diagnostic.code != Code::DuplicateDefinition
}
