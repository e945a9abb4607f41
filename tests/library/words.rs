//! The source knows no process: no stage, gate, role or title of the library stands in it.
//!
//! It must not forbid plain English: a word that is also a name of the library, such as `close`, may stand in a sentence, but not as
//! a text that the program compares with or prints.

use super::{SHIPPED, files, shipped};
use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use tollgate::catalog::{check, load};
use tollgate::document::Title;
use tollgate::workflow::Workflow;

/// Words of the format that are names in the library as well: keys (`lead`, `due`, `submit`), a hit policy (`collect`), a status (`ready`),
/// functions and their examples (`grade`, `children("order")`).
const OF_THE_FORMAT: &[&str] = &["lead", "due", "submit", "collect", "ready", "grade", "order"];

/// Phases of a piece of work in the XES standard, which event logs are written in.
const OF_XES: &[&str] = &["complete", "resume", "schedule", "withdraw"];

/// Names of the library that are any programmer's words.
const ENGLISH: &[&str] = &["in_order"];

/// What is unmistakably this process, wherever it stands.
const UNMISTAKABLE: &[&str] = &["opportunit", "lead-to-cash", "LTC", "线索", "机会点", "商机", "立项", "投标", "签约", "回款", "铁三角"];

fn workflows() -> Vec<Arc<Workflow>> {
    let compiled = SHIPPED.iter().map(|(file, _)| check(&load(&[PathBuf::from(shipped(file))]).unwrap()).workflows.remove(0).1);
    compiled.collect()
}

/// A name and its titles.
fn spoken(id: &str, title: &Title) -> Vec<String> {
    let titles = ["en", "zh"].into_iter().filter_map(|language| title.get(language));
    std::iter::once(id).chain(titles).map(str::to_owned).collect()
}

/// The names and titles of stages, gates and roles.
fn names() -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for workflow in workflows() {
        let mut add = |id: &str, title: &Title| names.extend(spoken(id, title));
        workflow.stages().values().for_each(|stage| add(stage.id().as_str(), stage.title()));
        workflow.gates().values().for_each(|gate| add(gate.id().as_str(), gate.title()));
        workflow.roles().values().for_each(|role| add(role.id().as_str(), role.title()));
    }
    names
}

/// The same of their parts: outcomes, criteria and obligations, and the fields of records.
fn parts() -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for workflow in workflows() {
        let mut add = |id: &str, title: &Title| names.extend(spoken(id, title));
        for gate in workflow.gates().values() {
            gate.outcomes().iter().for_each(|(id, outcome)| add(id.as_str(), &outcome.title));
            gate.must().iter().chain(gate.should()).for_each(|(id, criterion)| add(id.as_str(), &criterion.title));
        }
        workflow.obligations().for_each(|(id, obligation)| add(id.as_str(), &obligation.title));
        for path in workflow.record().leaves() {
            add(path.as_str(), workflow.field_title(&path).unwrap());
        }
    }
    names
}

/// The code of a file without its comments and without the tests at its end.
fn program(text: &str) -> String {
    let before_tests = text.split("#[cfg(test)]\nmod ").next().unwrap();
    before_tests.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

#[test]
fn no_name_of_the_library_is_a_text_of_the_program() {
    let names = names();
    assert!(names.len() > 200, "only {} names were found", names.len());
    let mut found = Vec::new();
    for path in files("src", &[".rs"]) {
        let text = fs::read_to_string(&path).unwrap();
        let whole_file_is_a_test =
            ["/tests/", "tests.rs", "samples.rs", "fixtures.rs", "properties.rs", "spellings.rs", "rich_example.rs", "round_trip.rs"];
        if whole_file_is_a_test.iter().any(|part| path.to_string_lossy().contains(part)) {
            continue;
        }
        let program = program(&text);
        let literal = |name: &&String| program.contains(&format!("\"{name}\""));
        let exports = path.components().any(|part| part.as_os_str() == "export");
        let allowed = |name: &&String| !(OF_THE_FORMAT.contains(&name.as_str()) || exports && OF_XES.contains(&name.as_str()));
        found.extend(names.iter().filter(allowed).filter(literal).map(|name| format!("{}: \"{name}\"", path.display())));
    }
    assert_eq!(found, Vec::<String>::new());
}

#[test]
fn nothing_in_the_source_speaks_of_lead_to_cash() {
    let is_chinese = |character: char| !character.is_ascii();
    let distinct = |name: &String| {
        let is_long = name.chars().count() > 2 && name.chars().all(is_chinese);
        is_long || name.contains('_') || name.chars().count() > 1 && name.chars().all(char::is_uppercase)
    };
    let english = |name: &String| ENGLISH.contains(&name.as_str());
    let names: Vec<String> = names().into_iter().chain(parts()).filter(|name| distinct(name) && !english(name)).collect();
    assert!(names.len() > 500, "only {} names can be told from words", names.len());
    let mut found = Vec::new();
    for path in files("src", &[".rs"]).into_iter().chain(files("docs/diagnostics", &[".md"])) {
        // A column of an export of others has the name that they gave it.
        let text = fs::read_to_string(&path).unwrap().replace("opportunity_id", "");
        let lower = text.to_lowercase();
        let spoken = |word: &str| if word.chars().all(char::is_uppercase) { has_word(&text, word) } else { lower.contains(word) };
        found.extend(UNMISTAKABLE.iter().filter(|word| spoken(word)).map(|word| format!("{}: {word}", path.display())));
        // A page about a finding shows a process of somebody's own, whose names may be any.
        let names = if path.extension().is_some_and(|extension| extension == "rs") { names.as_slice() } else { &[] };
        found.extend(names.iter().filter(|name| has_word(&text, name)).map(|name| format!("{}: {name}", path.display())));
    }
    assert_eq!(found, Vec::<String>::new());
}

/// Whether a text holds a name that is not a part of a longer one.
fn has_word(text: &str, name: &str) -> bool {
    let part = |character: Option<char>| character.is_some_and(|character| character.is_ascii_alphanumeric() || character == '_');
    text.match_indices(name).any(|(at, _)| {
        let (before, rest) = text.split_at(at);
        !part(before.chars().next_back()) && !part(rest.chars().nth(name.chars().count()))
    })
}
