//! The command line: exit codes, streams, help, generated texts.
//!
//! It must not test what the core tests better.

use crate::support::{Folder, project, tollgate, tollgate_until};
use std::fs;
use std::sync::atomic::AtomicBool;
use tollgate::cli::Exit;

#[test]
fn the_shipped_workflows_are_clean() {
    for folder in ["workflows", "examples"] {
        let ran = tollgate(&["validate", &project(folder)]);
        assert_eq!(ran.exit, Exit::Clean, "{}", ran.out);
        assert!(ran.out.is_empty(), "{}", ran.out);
    }
}

#[test]
fn exit_codes_tell_findings_from_failures() {
    let folder = Folder::new();
    let broken = folder.file("w.yaml", "tollgate: 1\nworkflow: w\nrecord: nothing\n");
    assert_eq!(tollgate(&["validate", &broken]).exit, Exit::Findings);
    assert_eq!(tollgate(&["validate", &folder.file("empty/readme.txt", "")]).exit, Exit::Findings);
    assert_eq!(tollgate(&["validate", "no-such-folder"]).exit, Exit::Failed);
    assert_eq!(tollgate(&["validat"]).exit, Exit::Failed);
    assert_eq!(tollgate(&["explain", "unknown-stag"]).exit, Exit::Failed);
    assert_eq!(tollgate(&["--help"]).exit, Exit::Clean);
    assert_eq!(tollgate(&["dry-run", &broken, "--records", "x.csv"]).exit, Exit::Findings);
}

#[test]
fn fail_on_turns_what_was_found_into_an_exit_code() {
    let workflow = project("workflows/opportunity.yaml");
    let records = project("workflows/samples/opportunity.jsonl");
    let run = |what: &str| tollgate(&["dry-run", &workflow, "--records", &records, "--fail-on", what]).exit;
    assert_eq!(run("blocked"), Exit::Findings);
    assert_eq!(run("faulted"), Exit::Findings);
}

#[test]
fn results_go_to_one_stream_and_messages_to_the_other() {
    let ran = tollgate(&["validate", &project("workflows")]);
    assert!(ran.out.is_empty() && ran.err.contains("nothing to report"), "{}{}", ran.out, ran.err);
    let ran = tollgate(&["explain", "unknown-stage"]);
    assert!(ran.out.starts_with("# unknown-stage") && ran.err.is_empty());
}

#[test]
fn an_interrupt_leaves_whole_lines() {
    let interrupted = AtomicBool::new(true);
    let workflow = project("workflows/opportunity.yaml");
    let records = project("workflows/samples/opportunity.jsonl");
    let ran = tollgate_until(&["dry-run", &workflow, "--records", &records, "--format", "jsonl"], &interrupted);
    assert_eq!(ran.exit, Exit::Failed);
    assert!(ran.err.contains("interrupted"), "{}", ran.err);
    assert!(ran.out.is_empty() || ran.out.ends_with('\n'));
}

#[test]
fn a_record_that_is_not_there_is_said_with_the_nearest_key() {
    let workflow = project("workflows/opportunity.yaml");
    let records = project("workflows/samples/opportunity.jsonl");
    let ran = tollgate(&["why", &workflow, "--records", &records, "--key", "OP-26021"]);
    assert_eq!(ran.exit, Exit::Failed);
    assert!(ran.err.contains("there is no record with the key `OP-26021`") && ran.err.contains("did you mean"), "{}", ran.err);
}

#[test]
fn a_proof_tells_rules_values_and_people() {
    let workflow = project("workflows/opportunity.yaml");
    let records = project("workflows/samples/opportunity.jsonl");
    let mut proofs = String::new();
    for line in std::fs::read_to_string(&records).unwrap().lines().step_by(11) {
        let record: serde_json::Value = serde_json::from_str(line).unwrap();
        let ran = tollgate(&["why", &workflow, "--records", &records, "--key", record["id"].as_str().unwrap(), "--now", "2026-11-22"]);
        assert_eq!(ran.exit, Exit::Clean, "{}", ran.err);
        proofs.push_str(&ran.out.replace(&project(""), ""));
        proofs.push('\n');
    }
    insta::assert_snapshot!(proofs);
}

#[test]
fn the_summary_reads_in_english_and_chinese_and_on_a_narrow_terminal() {
    let workflow = project("workflows/opportunity.yaml");
    let records = project("workflows/samples/opportunity.jsonl");
    let show = |language: &str| {
        tollgate(&["dry-run", &workflow, "--records", &records, "--now", "2026-11-22", "--lang", language]).out.replace(&project(""), "")
    };
    insta::assert_snapshot!(format!("{}\n{}", show("en"), show("zh")));
}

#[test]
fn the_help_texts_are_as_documented() {
    let mut help = tollgate(&["--help"]).out;
    for command in ["validate", "dry-run", "why", "show", "graph", "explain", "completions", "man"] {
        help.push_str(&format!("\n$ tollgate {command} --help\n{}", tollgate(&[command, "--help"]).out));
    }
    insta::assert_snapshot!(help);
}

#[test]
fn completions_and_pages_are_made() {
    assert!(tollgate(&["completions", "bash"]).out.contains("tollgate"));
    assert!(tollgate(&["man"]).out.contains(".TH tollgate"));
    assert!(tollgate(&["man", "dry-run"]).out.contains("dry-run"));
}

#[test]
fn a_picture_of_every_shipped_workflow_is_drawn_in_every_form() {
    for workflow in ["workflows/lead.yaml", "workflows/opportunity.yaml"] {
        for format in ["text", "svg", "mermaid", "dot"] {
            let ran = tollgate(&["graph", &project(workflow), "--format", format]);
            assert_eq!(ran.exit, Exit::Clean, "{}", ran.err);
            assert!(ran.out.len() > 200, "{workflow} {format}");
        }
    }
}

#[test]
fn the_resolved_form_is_a_workflow_of_the_same_digest() {
    for (workflow, script, tables) in [
        ("lead", "rules/lead.rhai", &["tables/territory.csv"][..]),
        ("quotation", "rules/quotation.rhai", &["tables/discount_authority.csv", "tables/sales_managers.csv"]),
    ] {
        let path = project(&format!("workflows/{workflow}.yaml"));
        let ran = tollgate(&["show", &path]);
        assert_eq!(ran.exit, Exit::Clean, "{}", ran.err);
        let digest = tollgate(&["show", &path, "--format", "digest"]).out;
        assert!(ran.out.starts_with(&format!("# digest: {digest}")));
        let folder = Folder::new();
        for file in tables.iter().chain([&script]) {
            folder.file(file, fs::read(project(&format!("workflows/{file}"))).unwrap());
        }
        let shown = folder.file("shown.yaml", format!("{}use: {script}\n", ran.out));
        let again = tollgate(&["show", &shown, "--format", "digest"]);
        assert_eq!(again.out, digest, "{}", again.err);
        let reshown = tollgate(&["show", &shown]).out;
        let body = |text: &str| text.lines().filter(|line| !line.starts_with('#')).collect::<Vec<_>>().join("\n");
        assert_eq!(body(&reshown), body(&ran.out));
    }
}
