//! The habits of the repository: how files open, how long they are, what they must not hold.
//!
//! It must not test behaviour.

use std::fs;
use std::path::{Path, PathBuf};
use tollgate::diagnostic::Code;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn files(folder: &str, extension: &str) -> Vec<(PathBuf, String)> {
    fn walk(folder: &Path, extension: &str, found: &mut Vec<(PathBuf, String)>) {
        for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
            let path = entry.path();
            if path.is_dir() {
                walk(&path, extension, found);
            } else if path.extension().is_some_and(|found| found == extension)
                && let Ok(text) = fs::read_to_string(&path)
            {
                found.push((path, text));
            }
        }
    }
    let mut found = Vec::new();
    let folder = root().join(folder);
    if folder.is_dir() {
        walk(&folder, extension, &mut found);
    }
    found.sort();
    found
}

#[test]
fn every_source_says_what_it_is_and_what_it_must_not_do() {
    for (path, text) in files("src", "rs") {
        let opening: Vec<&str> = text.lines().take_while(|line| line.starts_with("//!")).collect();
        assert!(!opening.is_empty(), "{} does not open with //!", path.display());
        let exempt = path.ends_with("src/lib.rs")
            || path.components().any(|part| part.as_os_str() == "tests" || part.as_os_str() == "second_opinion");
        assert!(
            exempt || opening.iter().any(|line| line.contains("must not") || line.contains("Nothing")),
            "{} does not say what it must not do",
            path.display()
        );
    }
}

#[test]
fn no_source_is_longer_than_can_be_read() {
    let long: Vec<String> = files("src", "rs")
        .iter()
        .filter(|(path, _)| !path.ends_with("tests.rs"))
        .map(|(path, text)| (path, text.lines().count()))
        .filter(|(_, lines)| *lines > 420)
        .map(|(path, lines)| format!("{}: {lines}", path.display()))
        .collect();
    assert_eq!(long, Vec::<String>::new());
}

#[test]
fn nothing_is_left_over() {
    let marks = [["TO", "DO"].concat(), ["FIX", "ME"].concat(), ["XX", "X"].concat()];
    for (path, text) in files("src", "rs").into_iter().chain(files("tests", "rs")).chain(files("docs", "md")) {
        for mark in &marks {
            assert!(!text.contains(mark.as_str()), "{} holds {mark}", path.display());
        }
        let machine = [["/wo", "rk/"].concat(), ["/ro", "ot/"].concat(), ["/ho", "me/"].concat()];
        for place in &machine {
            assert!(!text.contains(place.as_str()), "{} names a machine's path", path.display());
        }
    }
}

#[test]
fn every_code_has_a_page_in_its_form_and_every_page_a_code() {
    for code in Code::ALL {
        let page = code.explain();
        let mut rest = page;
        assert!(page.starts_with(&format!("# {code}\n")), "{code}: the page does not begin with its name");
        for section in ["## Why", "## Example", "## What to do"] {
            let (_, after) = rest.split_once(section).unwrap_or_else(|| panic!("{code}: no section `{section}`, or out of order"));
            assert!(after.trim().len() > 20, "{code}: `{section}` is empty");
            rest = after;
        }
    }
    for (path, _) in files("docs/diagnostics", "md") {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        assert!(name.parse::<Code>().is_ok(), "{} is the page of no code", path.display());
    }
}

#[test]
fn every_dependency_carries_its_reason() {
    let manifest = fs::read_to_string(root().join("Cargo.toml")).unwrap();
    let mut reasoned = false;
    let mut inside = false;
    for line in manifest.lines() {
        if line.starts_with('[') {
            inside = line.contains("dependencies]");
            reasoned = false;
        } else if line.starts_with('#') {
            reasoned = true;
        } else if line.trim().is_empty() {
            reasoned = false;
        } else if inside && line.contains(" = ") {
            let grouped = ["clap_complete", "clap_mangen", "anstyle"].iter().any(|name| line.starts_with(name));
            assert!(reasoned || grouped, "no reason for: {line}");
        }
    }
}
