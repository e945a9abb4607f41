//! The command line: exit codes, streams, help, generated texts.
//!
//! It must not test what the core tests better.

use crate::support::{Folder, away_from_terminals, project, tollgate, tollgate_until};
use std::fs;
use std::io::Write;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tollgate::cli::{Exit, run};

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

/// A stream that others can read while it is written.
#[derive(Clone, Default)]
struct Shared(Arc<Mutex<Vec<u8>>>);

impl Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Shared {
    /// Waits until something stands in the stream, and empties it.
    fn wait_for(&self, what: &str) -> String {
        for _ in 0..3000 {
            std::thread::sleep(Duration::from_millis(20));
            let mut written = self.0.lock().unwrap();
            let text = String::from_utf8_lossy(&written).into_owned();
            if text.contains(what) {
                written.clear();
                return text;
            }
        }
        panic!("`{what}` was never written: {}", String::from_utf8_lossy(&self.0.lock().unwrap()));
    }
}

#[test]
fn a_watched_folder_is_checked_again_when_a_file_is_saved() {
    let folder = Folder::new();
    let text = fs::read_to_string(project("tests/diagnostics/unused-table.ok.yaml")).unwrap();
    let path = folder.file("order.yaml", &text);
    let (out, err, interrupted) = (Shared::default(), Shared::default(), AtomicBool::new(false));
    std::thread::scope(|scope| {
        let (mut to_out, mut to_err, interrupted, folder) = (out.clone(), err.clone(), &interrupted, folder.path());
        let watching = scope.spawn(move || {
            let mut io = away_from_terminals(&mut to_out, &mut to_err, interrupted);
            run(["tollgate", "validate", "--watch", &folder].map(Into::into), &mut io)
        });
        err.wait_for("1 workflow checked in");
        fs::write(&path, text.replace("lead: clerk", "lead: clark")).unwrap();
        let said = err.wait_for("waiting for changes");
        assert!(said.contains("1 error and 0 warnings"), "{said}");
        assert!(out.wait_for("unknown-role").contains("did you mean"));
        fs::remove_file(&path).unwrap();
        err.wait_for("0 workflows checked in");
        fs::write(&path, &text).unwrap();
        let said = err.wait_for("waiting for changes");
        assert!(said.contains("1 workflow checked in") && said.contains("nothing to report"), "{said}");
        interrupted.store(true, Ordering::Relaxed);
        assert_eq!(watching.join().unwrap(), Exit::Clean);
    });
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
fn a_counterexample_is_drawn_in_every_form_though_the_process_is_unsound() {
    let sample = |name: &str| project(&format!("tests/diagnostics/{name}.yaml"));
    let unsound = sample("improper-end");
    assert_eq!(tollgate(&["graph", &unsound]).exit, Exit::Findings, "without the option, an unsound process is refused");
    for (format, marks) in [
        ("text", &["2) stop", "┏", "active"][..]),
        ("svg", &["line traced", "end traced", "stage traced", ">2) stop<", "--trace"]),
        ("mermaid", &["|\"2) stop\"|", "linkStyle 0,1,2,3,4 ", "style n2 ", "style n4 "]),
        ("dot", &["label=\"2) stop\", color=\"#d3302f\", penwidth=3", "peripheries=2, color="]),
    ] {
        let ran = tollgate(&["graph", &unsound, "--counterexample", "--format", format]);
        assert_eq!(ran.exit, Exit::Findings, "{}", ran.err);
        assert!(ran.err.contains("marked: the way to `improper-end`"), "{}", ran.err);
        for mark in marks {
            assert!(ran.out.contains(mark), "{format} has no {mark}\n{}", ran.out);
        }
    }
    let narrow = tollgate(&["graph", &unsound, "--counterexample=improper-end", "--lang", "zh"]);
    assert!(narrow.out.contains("进行中"), "{}", narrow.out);
    let other = tollgate(&["graph", &unsound, "--counterexample=entered-twice"]);
    assert_eq!((other.exit, other.out.as_str()), (Exit::Failed, ""));
    assert!(other.err.contains("found is `improper-end`"), "{}", other.err);
    let dead = tollgate(&["graph", &sample("dead-outcome"), "--counterexample", "--format", "dot"]);
    assert!(dead.out.lines().any(|line| line.contains("label=\"join\"") && line.contains("penwidth")), "{}", dead.out);
    let broken = tollgate(&["graph", &sample("unknown-stage"), "--counterexample"]);
    assert_eq!((broken.exit, broken.out.as_str()), (Exit::Findings, ""), "other errors leave nothing to draw");
    let sound = tollgate(&["graph", &project("workflows/lead.yaml"), "--counterexample"]);
    assert_eq!(sound.exit, Exit::Clean);
    assert!(sound.err.contains("proved sound") && !sound.out.contains('┏'), "{}", sound.err);
}

/// A short process with a short cut, a loop, a fork and frames in frames.
const BID: &str = r"
tollgate: 1
workflow: bid
title: {en: Bid, zh: 投标}
record: bid
records: {bid: {key: id, fields: {id: text, due: date}}}
roles:
  SR: {title: {en: Solution lead, zh: 方案经理}, members: [a]}
  desk: {members: [b]}
groups:
  L1: {title: {en: Sell, zh: 销售}}
  reviews: {title: {en: Reviews, zh: 评审}, within: L1}
stages:
  plan: {title: {en: Plan, zh: 策划}, start: true, group: L1, lead: SR, within: 5 working days}
  design: {title: {en: Design, zh: 方案}, group: reviews, lead: desk, within: 3 days before bid.due}
  price: {title: {en: Price, zh: 报价}, group: reviews, lead: desk, due: bid.due}
  sign: {title: {en: Sign, zh: 签约}, group: L1, lead: SR, within: 1 week}
  won: {title: {en: Won, zh: 赢单}, end: won}
gates:
  begin: {from: plan, outcomes: {go: {to: [design, price]}, straight: {to: sign}}}
  bid: {from: [design, price], outcomes: {go: {to: sign}, again: {to: [design, price]}}}
  close: {from: sign, outcomes: {go: {to: won}, again: {to: plan}}}
";

#[test]
fn a_picture_shows_titles_and_terms_in_its_language_and_gates_where_their_stages_stand() {
    let folder = Folder::new();
    let workflow = folder.file("bid.yaml", BID);
    let ran = tollgate(&["graph", &workflow, "--format", "mermaid", "--lang", "zh"]);
    insta::assert_snapshot!(ran.out, @r#"
    ---
    title: "投标"
    ---
    flowchart TD
      n4((("赢单")))
      subgraph g0["销售"]
        n0(["策划<br/>方案经理 · 5 个工作日"])
        n3("签约<br/>方案经理 · 1 周")
        n5{{"begin"}}
        n7{{"close"}}
        subgraph g1["评审"]
          n1("方案<br/>desk · due 前 3 天")
          n2("报价<br/>desk · 按规则定期限")
          n6{{"bid"}}
        end
      end
      n0 --> n5
      n5 -->|"go"| n1
      n5 -->|"go"| n2
      n5 -->|"straight"| n3
      n1 --> n6
      n2 --> n6
      n6 -->|"go"| n3
      n6 -.->|"again"| n1
      n6 -.->|"again"| n2
      n3 --> n7
      n7 -->|"go"| n4
      n7 -.->|"again"| n0
    "#);
    let english = tollgate(&["graph", &workflow]);
    insta::assert_snapshot!(english.out, @r#"
    Bid

    ╭ Sell ───────────────────────────────────────────────────────────────╮
    │                                                                     │
    │                                   ╭────────●────────╮               │
    │                                   │      Plan       │               │
    │    ╭┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄►│  Solution lead  │               │
    │    ┆                              │ 5 working days  │               │
    │    ┆                              ╰─────────────────╯               │
    │    ┆                                       │                        │
    │    ┆                                       ▼                        │
    │    ┆                                   ╱───────╲                    │
    │    ┆                                   │ begin │                    │
    │    ┆                                   ╲───────╱                    │
    │    ┆                                       ├──────────────────╮     │
    │    ┆                                      go              straight  │
    │    ┆                   ╭───────────────────┴───╮              │     │
    │    ┆      ╭┄┄┄┄┄┄┄┄┄┄┄┄┼┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┤              │     │
    │    ┆      ┆            │                       │              │     │
    │    ┆ ╭────┼────────────┼───────────────────────┼─── Reviews ╮ │     │
    │    ┆ │    ┆            ▼                       │            │ │     │
    │    ┆ │    ┆  ╭───────────────────╮             ▼            │ │     │
    │    ┆ │    ┆  │      Design       │  ╭─────────────────────╮ │ │     │
    │    ┆ │    ┆  │       desk        │  │        Price        │ │ │     │
    │    ┆ │    ┆  │ 3 days before due │  │ desk · due by rule  │ │ │     │
    │    ┆ │    ┆  ╰───────────────────╯  ╰─────────────────────╯ │ │     │
    │    ┆ │  again          │                       │            │ │     │
    │    ┆ │    ┆            ╰───────────────────┬───╯            │ │     │
    │    ┆ │    ┆                                ▼                │ │     │
    │    ┆ │    ┆                             ╱─────╲             │ │     │
    │    ┆ │    ╰┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄│ bid │             │ │     │
    │    ┆ │                                  ╲─────╱             │ │     │
    │    ┆ ╰─────────────────────────────────────┼────────────────╯ │     │
    │    ┆                                      go                  │     │
    │    ┆                                       ├──────────────────╯     │
    │    ┆                                       ▼                        │
    │    ┆                               ╭───────────────╮                │
    │    ┆                               │     Sign      │                │
    │    ┆                               │ Solution lead │                │
    │    ┆                               │    1 week     │                │
    │    ┆                               ╰───────────────╯                │
    │  again                                     │                        │
    │    ┆                                       ▼                        │
    │    ┆                                   ╱───────╲                    │
    │    ╰┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄│ close │                    │
    │                                        ╲───────╱                    │
    ╰────────────────────────────────────────────┼────────────────────────╯
                                                go
                                                 ▼
                                              ╔═════╗
                                              ║ Won ║
                                              ╚═════╝
    "#);
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
