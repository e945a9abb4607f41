//! The processes that ship: that their samples reach every part of them, that they answer as their sources say, that their pages are true.
//!
//! It must not test the engine for its own sake; `evaluation` does.

mod answers;
mod coverage;
mod exports;
mod limits;
mod mistakes;
mod pages;
mod pool;
mod records;
mod requirements;
mod shows;
mod sound;
mod titles;
mod words;

use crate::support::{project, tollgate};
use serde_json::Value as Json;
use std::fs;
use std::path::{Path, PathBuf};
use tollgate::cli::Exit;

/// The moment as of which the samples are written: a Monday, at ten in the morning.
pub(crate) const NOW: &str = "2026-11-02T10:00:00+08:00";

/// The workflows that ship, with their samples, by their paths below `workflows`.
pub(crate) const SHIPPED: &[(&str, &str)] = &[
    ("lead.yaml", "samples/lead.csv"),
    ("opportunity.yaml", "samples/opportunity.jsonl"),
    ("quotation.yaml", "samples/quotation.csv"),
    ("contract.yaml", "samples/contract.jsonl"),
    ("order.yaml", "samples/order.csv"),
    ("collection.yaml", "samples/collection.jsonl"),
    ("service.yaml", "samples/service.csv"),
    ("stage-lists/five-stages.yaml", "stage-lists/samples/five-stages.csv"),
    ("stage-lists/three-streams.yaml", "stage-lists/samples/three-streams.csv"),
    ("stage-lists/seven-steps.yaml", "stage-lists/samples/seven-steps.csv"),
    ("stage-lists/ltb-bto-otd-dtc.yaml", "stage-lists/samples/ltb-bto-otd-dtc.csv"),
    ("stage-lists/otd-alone.yaml", "stage-lists/samples/otd-alone.csv"),
];

/// The path of a file of the library.
pub(crate) fn shipped(path: &str) -> String {
    project(&format!("workflows/{path}"))
}

/// The line of each record of a file, as of [`NOW`].
pub(crate) fn lines(workflow: &str, records: &str, more: &[&str]) -> Vec<Json> {
    let fixed = ["dry-run", workflow, "--records", records, "--format", "jsonl", "--now", NOW];
    let ran = tollgate(&[&fixed, more].concat());
    assert_eq!(ran.exit, Exit::Clean, "{workflow}: {}", ran.err);
    ran.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Every file below a folder with one of these endings, in order.
pub(crate) fn files(folder: &str, endings: &[&str]) -> Vec<PathBuf> {
    fn walk(folder: &Path, endings: &[&str], found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
            let path = entry.path();
            if path.is_dir() {
                walk(&path, endings, found);
            } else if endings.iter().any(|ending| path.to_string_lossy().ends_with(ending)) {
                found.push(path);
            }
        }
    }
    let mut found = Vec::new();
    walk(Path::new(&project(folder)), endings, &mut found);
    found.sort();
    found
}

#[test]
fn every_workflow_that_ships_is_listed_here() {
    let mut found: Vec<String> = Vec::new();
    for path in files("workflows", &[".yaml"]) {
        let text = fs::read_to_string(&path).unwrap();
        if text.lines().any(|line| line.starts_with("workflow:")) {
            found.push(path.strip_prefix(project("workflows")).unwrap().to_string_lossy().into_owned());
        }
    }
    let mut listed: Vec<&str> = SHIPPED.iter().map(|(workflow, _)| *workflow).collect();
    listed.sort_unstable();
    assert_eq!(found, listed);
}

#[test]
fn every_workflow_that_ships_is_clean() {
    let ran = tollgate(&["validate", &project("workflows")]);
    assert_eq!(ran.exit, Exit::Clean, "{}{}", ran.out, ran.err);
    let told = format!("{}{}", ran.out, ran.err);
    assert!(told.contains("nothing to report"), "{told}");
}

#[test]
fn a_workflow_looked_at_alone_is_not_blamed_for_what_it_shares() {
    for (workflow, _) in SHIPPED {
        let ran = tollgate(&["validate", &shipped(workflow)]);
        assert_eq!((ran.exit, ran.out.as_str()), (Exit::Clean, ""), "{workflow}");
    }
}

#[test]
fn every_line_is_as_its_schema_says() {
    let schema: Json = serde_json::from_str(&fs::read_to_string(project("schemas/dry-run-line.v1.schema.json")).unwrap()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    for (workflow, samples) in SHIPPED {
        for line in lines(&shipped(workflow), &shipped(samples), &[]) {
            let found: Vec<String> = validator.iter_errors(&line).map(|error| format!("{}: {error}", error.instance_path())).collect();
            assert_eq!(found, Vec::<String>::new(), "{workflow}: {line}");
        }
    }
}
