//! The words under boxes: who leads a stage and how long it may take, and what a gate starts.
//!
//! It must not write a rule or a name where there is a word for people.

use crate::calendar::Term;
use crate::cli::results::Words;
use crate::workflow::{Deadline, Gate, Outline, Stage};

/// Who leads a stage, and how long it may take.
pub(super) fn stage(workflow: &Outline<'_>, stage: &Stage, language: &str) -> String {
    let words = Words::of(language);
    let lead = stage.lead().map(|id| {
        let title = workflow.roles.get(id).and_then(|role| role.title().get(language));
        title.unwrap_or(id.as_str()).to_owned()
    });
    let due = stage.deadline().map(|deadline| match deadline {
        Deadline::Entered(term) => words.term(*term),
        Deadline::Before(length, field) => around(*length, ["before", "前"], field.as_str(), words),
        Deadline::After(length, field) => around(*length, ["after", "后"], field.as_str(), words),
        Deadline::By(_) => words.pick("due by rule", "按规则定期限").to_owned(),
    });
    lead.into_iter().chain(due).collect::<Vec<_>>().join(" · ")
}

/// Which workflows a gate's outcomes start.
pub(super) fn gate(gate: &Gate, language: &str) -> String {
    let mut names: Vec<&str> = Vec::new();
    for spawn in gate.outcomes().values().flat_map(|outcome| &outcome.spawns) {
        if !names.contains(&spawn.workflow.as_str()) {
            names.push(spawn.workflow.as_str());
        }
    }
    let words = Words::of(language);
    if names.is_empty() { String::new() } else { format!("{} {}", words.pick("starts", "启动"), names.join(words.pick(", ", "、"))) }
}

/// A term before or after a date of the record.
fn around(length: Term, [english, chinese]: [&str; 2], field: &str, words: Words) -> String {
    match words {
        Words::English => format!("{length} {english} {field}"),
        Words::Chinese => format!("{field} {chinese} {}", words.term(length)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::Unit;

    #[test]
    fn terms_are_told_in_the_language_of_the_picture() {
        let five = Term::new(5, Unit::WorkingDay);
        assert_eq!((Words::English.term(five), Words::Chinese.term(five)), ("5 working days".into(), "5 个工作日".into()));
        assert_eq!(around(five, ["before", "前"], "lab_due", Words::English), "5 working days before lab_due");
        assert_eq!(around(five, ["before", "前"], "lab_due", Words::Chinese), "lab_due 前 5 个工作日");
    }
}
