//! What gates demand is left open by some outcome, and what is left open is demanded by some gate.
//!
//! It must not ask which of the two comes first on a way through the workflow.

use crate::diagnostic::{Code, Diagnostic, Diagnostics, did_you_mean};
use crate::document::Resolved;
use crate::names::ObligationId;
use crate::source::Spanned;
use std::collections::HashSet;

pub(super) fn check(resolved: &Resolved, diagnostics: &mut Diagnostics) {
    let gates = &resolved.file.gates;
    let outcomes = || gates.iter().flat_map(|(_, gate)| gate.outcomes.iter());
    let unread = resolved.partial || gates.is_partial() || gates.iter().any(|(_, gate)| gate.outcomes.is_partial());
    if unread || outcomes().any(|(_, outcome)| outcome.obligations.is_partial()) {
        return;
    }
    let attached: Vec<&Spanned<ObligationId>> =
        outcomes().flat_map(|(_, outcome)| outcome.obligations.iter()).map(|(name, _)| name).collect();
    let demanded: Vec<&Spanned<ObligationId>> = gates.iter().flat_map(|(_, gate)| &gate.demands).collect();
    for name in demanded.iter().filter(|name| !attached.iter().any(|known| known.value == name.value)) {
        let mut seen = HashSet::new();
        let known = attached.iter().map(|known| known.value.as_str()).filter(|known| seen.insert(*known));
        let help = did_you_mean(name.value.as_str(), known).unwrap_or_else(|| "list it under `obligations` of an outcome".to_owned());
        let message = format!("no outcome leaves the obligation `{}` open", name.value);
        diagnostics.push(Diagnostic::new(Code::UnknownObligation, name.span, message).help(help));
    }
    let mut seen = HashSet::new();
    for name in attached.iter().filter(|name| seen.insert(&name.value)) {
        if !demanded.iter().any(|demand| demand.value == name.value) {
            let message = format!("no gate demands the obligation `{}`", name.value);
            let help = "list it under `demands` of a later gate, or delete it";
            diagnostics.push(Diagnostic::new(Code::UndemandedObligation, name.span, message).help(help));
        }
    }
}
