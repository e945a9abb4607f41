//! Every finding's sample: broken files with what is found in them, and files close by in which nothing is.
//!
//! It must not hold what is right: each sample says so itself, in comments at its top (`# finds: unknown-stage 20:11`).

pub(crate) mod sample;

use crate::support::{Folder, tollgate};
use sample::{FOLDER, samples, slips};
use std::collections::BTreeSet;
use std::fs;
use std::process::Command;
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
fn every_code_has_a_sample_close_by_that_stays_silent() {
    let samples = samples();
    let sound: BTreeSet<Code> = samples.iter().filter(|sample| sample.is_sound()).filter_map(sample::Sample::code).chain([MADE]).collect();
    let missing: Vec<&Code> = Code::ALL.iter().filter(|code| !sound.contains(code)).collect();
    assert_eq!(missing, Vec::<&Code>::new(), "these have no sample `<code>.ok.yaml`");
}

/// What people see of every broken sample, one snapshot for each code; of records, as a dry run tells it.
#[test]
fn every_code_looks_as_its_snapshot_says() {
    for code in Code::ALL.iter().filter(|code| **code != MADE) {
        let samples = samples().into_iter().filter(|sample| !sample.is_sound() && sample.code() == Some(*code));
        let looks: Vec<String> = samples.map(|sample| format!("## {}\n\n{}", sample.name, sample.look())).collect();
        insta::with_settings!({snapshot_path => "diagnostics/snapshots", prepend_module_to_snapshot => false, omit_expression => true}, {
            insta::assert_snapshot!(code.name(), looks.join("\n"));
        });
    }
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
    let start = "tollgate: 1\n";
    folder.file("largest.yaml", format!("{start}{}", "#".repeat(MAX_SOURCE_BYTES - start.len())));
    let ran = tollgate(&["validate", &folder.path(), "--format", "github"]);
    assert_eq!(ran.exit, Exit::Findings);
    assert_eq!(ran.out.lines().filter(|line| line.starts_with("::")).count(), 1, "{}", ran.out);
    assert!(ran.out.contains("file-too-large") && ran.out.contains(&format!("{} bytes", MAX_SOURCE_BYTES + 1)), "{}", ran.out);
    let ran = tollgate(&["validate", &path, "--format", "json"]);
    let document: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(document["diagnostics"][0]["start"]["line"], 1);
    assert_eq!(document["diagnostics"][0]["start"]["column"], 1);
}

/// In a process of its own: what is tested is that it lives on.
#[test]
fn functions_that_call_each_other_for_ever_or_very_deep_are_checked_to_their_end() {
    let deep: String = (0..1500).map(|n| format!("fn f{n}(o) {{ f{}(o) }}\n", n + 1)).collect();
    let scripts = ["fn f0(o) { f0([o]) }".to_owned(), "fn f0(o) { [o].all(|each| f0([each])) }".to_owned(), deep + "fn f1500(o) { true }"];
    for script in scripts {
        let folder = Folder::new();
        folder.file("rules.rhai", &script);
        let text = fs::read_to_string(format!("{FOLDER}/unused-calendar.ok.yaml")).unwrap();
        let text = text.replace("record: order", "record: order\nuse: rules.rhai").replace("order.amount > 0", "f0(order)");
        let path = folder.file("workflow.yaml", text);
        let ran = Command::new(env!("CARGO_BIN_EXE_tollgate")).args(["validate", &path]).output().unwrap();
        assert_eq!(
            ran.status.code(),
            Some(0),
            "{script:.60}: {}{}",
            String::from_utf8_lossy(&ran.stdout),
            String::from_utf8_lossy(&ran.stderr)
        );
    }
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
