//! The table of requirements: whole, and true in what it says of files and tests.
//!
//! It must not judge whether a test shows enough; whoever reads the table does.

use super::files;
use crate::support::project;
use std::fs;

/// One row: the requirement's number, what it asks for, where it is met, and what shows it or what it waits for.
fn rows(page: &str) -> Vec<Vec<String>> {
    let rows = page.lines().filter(|line| line.starts_with("| R"));
    rows.map(|row| row.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect()).collect()
}

/// The texts between backticks.
fn quoted(cell: &str) -> impl Iterator<Item = &str> {
    cell.split('`').skip(1).step_by(2)
}

/// Whether a source holds a test of this name: a function that `#[test]` stands above, with nothing but attributes and comments between.
/// The functions in a block of properties have it, too.
fn is_test(source: &str, name: &str) -> bool {
    let lines: Vec<&str> = source.lines().map(str::trim).collect();
    let begins = format!("fn {name}(");
    let marked = |place: usize| {
        let above = lines[..place].iter().rev().take_while(|line| line.starts_with("#[") || line.starts_with("//"));
        above.into_iter().any(|line| *line == "#[test]")
    };
    lines.iter().enumerate().any(|(place, line)| line.starts_with(&begins) && marked(place))
}

#[test]
fn a_helper_is_not_taken_for_a_test() {
    let source = "#[test]\n// why\nfn shown() {}\n\nfn helper() {}\n";
    assert!(is_test(source, "shown") && !is_test(source, "helper") && !is_test(source, "absent"));
}

#[test]
fn every_requirement_is_shown_by_a_test_or_names_what_it_waits_for() {
    let page = fs::read_to_string(project("docs/requirements.md")).unwrap();
    let tests: String =
        files("tests", &[".rs"]).iter().chain(&files("src", &[".rs"])).map(|path| fs::read_to_string(path).unwrap()).collect();
    let rows = rows(&page);
    let numbers: Vec<&str> = rows.iter().map(|row| row[0].as_str()).collect();
    let wanted: Vec<String> = (1..=50).map(|number| format!("R{number}")).collect();
    assert_eq!(numbers, wanted);
    for row in &rows {
        let [number, _, _, shown, waits] = row.as_slice() else { panic!("{row:?} has not five cells") };
        let names: Vec<&str> = quoted(shown).collect();
        for name in &names {
            assert!(is_test(&tests, name), "{number}: there is no test `{name}`");
        }
        assert!(!names.is_empty() || !waits.is_empty(), "{number} is neither shown nor waiting");
    }
}
