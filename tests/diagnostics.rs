//! Every finding's sample: broken files with what is found in them, and files close by in which nothing is.
//!
//! It must not hold what is right: each sample says so itself, in comments at its top (`# finds: unknown-stage 20:11`).

mod look;
mod sample;

use crate::support::{Folder, tollgate};
use sample::{FOLDER, samples, slips};
use std::collections::BTreeSet;
use tollgate::cli::Exit;
use tollgate::diagnostic::{Area, Code};
use tollgate::source::MAX_SOURCE_BYTES;

/// The one code whose sample is made by the test: nobody wants the file in a repository.
const MADE: Code = Code::FileTooLarge;

#[test]
fn every_sample_is_found_at_its_places_and_nothing_else_is() {
    let samples = samples();
    let differences: Vec<String> = samples.iter().filter_map(sample::Sample::difference).collect();
    assert!(differences.is_empty(), "{} of {} samples differ\n\n{}", differences.len(), samples.len(), differences.join("\n"));
}

#[test]
fn every_code_has_a_sample_that_shows_it_and_every_sample_is_named_after_a_code() {
    let samples = samples();
    let nameless: Vec<&str> = samples.iter().filter(|sample| sample.code().is_none()).map(|sample| &*sample.name).collect();
    assert_eq!(nameless, Vec::<&str>::new(), "these are named after no code");
    let shown: BTreeSet<Code> = samples
        .iter()
        .filter_map(|sample| Some((sample.code()?, sample.expected())))
        .filter(|(code, expected)| expected.iter().any(|line| line.starts_with(&format!("{code} "))))
        .map(|(code, _)| code)
        .chain([MADE])
        .collect();
    let missing: Vec<&Code> = Code::ALL.iter().filter(|code| !shown.contains(code)).collect();
    assert_eq!(missing, Vec::<&Code>::new(), "these have no sample");
}

#[test]
fn samples_are_broken_unless_their_name_says_that_they_are_not() {
    let samples = samples();
    for sample in &samples {
        assert_eq!(sample.is_sound(), sample.expected().is_empty(), "{}", sample.name);
    }
    let sound = samples.iter().filter(|sample| sample.is_sound()).count();
    assert!(samples.len() - sound >= 60, "{} broken samples", samples.len() - sound);
    assert!(sound >= 25, "{sound} sound samples");
}

#[test]
fn every_finding_is_in_the_house_style_and_lies_in_its_text() {
    let mut found = Vec::new();
    for sample in samples() {
        let (catalog, checked) = sample.checked();
        let slips = checked.diagnostics.iter().flat_map(|finding| slips(finding, &catalog.sources));
        found.extend(slips.map(|slip| format!("{}: {slip}", sample.name)));
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn validate_reports_every_code_in_one_run_over_all_samples() {
    let folder = Folder::new();
    folder.file("large.yaml", "#".repeat(MAX_SOURCE_BYTES + 1));
    let ran = tollgate(&["validate", FOLDER, &folder.path(), "--format", "json"]);
    assert_eq!(ran.exit, Exit::Findings);
    let document: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    let findings = document["diagnostics"].as_array().unwrap();
    let reported: BTreeSet<Code> = findings.iter().map(|finding| finding["code"].as_str().unwrap().parse().unwrap()).collect();
    let silent: Vec<&Code> = Code::ALL.iter().filter(|code| code.area() != Area::Record && !reported.contains(code)).collect();
    assert_eq!(silent, Vec::<&Code>::new(), "these are not reported");
}

#[test]
fn a_file_that_is_too_large_is_one_finding_at_its_beginning() {
    let folder = Folder::new();
    let path = folder.file("large.yaml", "#".repeat(MAX_SOURCE_BYTES + 1));
    folder.file("largest.yaml", format!("{:#<1$}", "tollgate: 1\n", MAX_SOURCE_BYTES));
    let ran = tollgate(&["validate", &folder.path(), "--format", "github"]);
    assert_eq!(ran.exit, Exit::Findings);
    assert_eq!(ran.out.lines().filter(|line| line.starts_with("::")).count(), 1, "{}", ran.out);
    assert!(ran.out.contains("file-too-large") && ran.out.contains(&format!("{} bytes", MAX_SOURCE_BYTES + 1)), "{}", ran.out);
    let ran = tollgate(&["validate", &path, "--format", "json"]);
    let document: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(document["diagnostics"][0]["start"]["line"], 1);
    assert_eq!(document["diagnostics"][0]["start"]["column"], 1);
}

#[test]
fn a_dry_run_names_every_code_found_in_the_records_to_people() {
    for sample in samples().iter().filter(|sample| sample.records().is_some()) {
        let ran = sample.dry_run(&["--fail-on", "findings"]);
        assert_eq!(ran.exit, if sample.is_sound() { Exit::Clean } else { Exit::Findings }, "{}: {}", sample.name, ran.err);
        for line in sample.expected() {
            let code = line.split(' ').next().unwrap();
            assert!(ran.out.contains(code), "{}: {code} is not named in\n{}", sample.name, ran.out);
        }
    }
}

#[test]
fn every_page_opens_with_a_sentence() {
    for code in Code::ALL {
        let page = code.explain();
        let opening = page.split_once('\n').map_or("", |(_, rest)| rest).split("\n## ").next().unwrap().trim();
        assert!(opening.len() > 20 && opening.ends_with('.'), "{code}: the page opens with `{opening}`");
    }
}
