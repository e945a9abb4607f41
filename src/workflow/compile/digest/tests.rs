//! What changes the digest of a workflow, and what does not.
//!
//! It must not test how the digest is made.

use crate::diagnostic::Settings;
use crate::document::rich_example::{CSV, SCRIPT, WORKFLOW, sources};
use crate::document::{Documents, to_yaml};
use crate::workflow::{Examined, Workflow, examine};

/// The workflow, also where a proof about it fails: that has nothing to do with its meaning.
fn compiled(workflow: &str, script: &str, csv: &str) -> Workflow {
    let (sources, id) = sources(workflow, script, csv);
    let Examined { workflow, found, .. } = examine(&sources, &Documents::new(), id, &Settings::default());
    workflow.unwrap_or_else(|| {
        let place = |span| sources.position(span);
        let lines = found.iter().map(|found| format!("{:?} {}: {}\n", place(found.label.span), found.code, found.message));
        panic!("{}", lines.collect::<String>());
    })
}

fn digest(workflow: &str, script: &str, csv: &str) -> String {
    compiled(workflow, script, csv).digest().to_owned()
}

/// A text with a part of it replaced; the part must be there, and be there once.
fn with(text: &str, from: &str, to: &str) -> String {
    assert_eq!(text.matches(from).count(), 1, "`{from}`");
    text.replace(from, to)
}

#[test]
fn the_printed_form_has_the_digest_of_the_original() {
    let original = compiled(WORKFLOW, SCRIPT, CSV);
    let printed = to_yaml(original.document()) + "use: ../rules/rich.rhai\n";
    let again = compiled(&printed, SCRIPT, CSV);
    assert_eq!(again.digest(), original.digest());
    assert_eq!(original.digest().len(), 64);
    assert_eq!(to_yaml(again.document()), to_yaml(original.document()));
}

#[test]
fn layout_quotes_and_comments_of_the_workflow_do_not_count() {
    let original = digest(WORKFLOW, SCRIPT, CSV);
    let same = |workflow: &str| assert_eq!(digest(workflow, SCRIPT, CSV), original, "{workflow}");
    same(&WORKFLOW.replace('\n', "\r\n"));
    same(&with(WORKFLOW, "\nstages:", "# a comment\n\n\n   # and another\nstages: # a third"));
    for (from, to) in [
        ("assign: application.owner", "assign: \"application.owner\""),
        ("hit: first", "hit:   'first' # in order"),
        ("B: \"[50..80)\"", "B: '[50..80)'"),
        ("max: \"1_000_000_000.50\"", "max: 1000000000.5"),
        ("weight: 60.5", "weight: '60.500'"),
        ("    submit: [CW]\n", "    submit:\n      - CW\n"),
        ("    submit: [CW]\n", "    submit: CW\n"),
        ("go: {to: [lab, check], title: {en: Go}", "go: {title: {en: Go}, to: [lab, check]"),
        ("      kill: lost\n", "      kill: {to: [lost]}\n"),
        ("points: application.margin * 2", "points: application . margin*2"),
        ("when: application.amount >= 1_000_000", "when: application.amount>=1_000_000"),
        ("for_each: application.tags, when: item != \"x\"", "when: item!=\"x\", for_each: application.tags"),
        (">= -20", ">=-20 /* percent */"),
        ("        // the worst of them\n", "\n"),
        ("          && application.customer != ", "                 &&   application.customer!="),
        ("application.hot\t== true", "application.hot // or cold\n          == true"),
        ("origin: {enum: [lead, direct, ", "origin: {\"enum\": ['lead', direct, "),
        ("holidays: [2026-10-01..2026-10-07, ", "holidays: [2026-10-01, 2026-10-02..2026-10-07, "),
    ] {
        same(&with(WORKFLOW, from, to));
    }
}

#[test]
fn layout_and_comments_of_scripts_and_rows_do_not_count() {
    let original = digest(WORKFLOW, SCRIPT, CSV);
    for (from, to) in [
        ("// the worst of all risks", "// # another YAML-like comment: yes"),
        ("/* two are enough */", ""),
        ("{ worst } else { worst + 1 }", "{\n\tworst\n}\nelse\n{ worst+1 } // one more"),
    ] {
        assert_eq!(digest(WORKFLOW, &with(SCRIPT, from, to), CSV), original, "{to}");
    }
    for (from, to) in [("\n,,,\n", "\n"), (",-,region", ",,region"), (">= 50_000_000", "\">= 50_000_000\""), ("rest,", "others,")] {
        assert_eq!(digest(WORKFLOW, SCRIPT, &with(CSV, from, to)), original, "{to}");
    }
}

#[test]
fn whatever_has_a_meaning_counts() {
    let original = digest(WORKFLOW, SCRIPT, CSV);
    let mut seen = vec![original];
    let mut differs = |what: &str, digest: String| {
        assert!(!seen.contains(&digest), "{what}");
        seen.push(digest);
    };
    for (from, to) in [
        ("when: application.amount >= 1_000_000", "when: application.amount >= 1_000_001"),
        ("application.customer != \"a  b\"", "application.customer != \"a b\""),
        ("at_least: 60.5", "at_least: 60.6"),
        ("weight: 39.5", "weight: 39.6"),
        ("\"< 1_000_000\": 20", "\"< 1_000_001\": 20"),
        ("zh: 受理决定", "zh: 受理"),
        ("max: 0.999999999999999999999", "max: 0.999999999999999999998"),
        ("quorum: 2", "quorum: 1"),
        ("emit: [sample_split, checked]", "emit: sample_split"),
        ("role: finance, within: 5 working days", "role: finance, within: 6 working days"),
        ("demands: [remains, fee, report]", "demands: [remains, report, fee]"),
        ("when: item != \"x\"", "when: item != \"y\""),
        ("fields: {id: item}", "fields: {id: item + \"x\"}"),
        ("      kill: lost\n", "      kill: {to: lost, stay: false, cancel: all}\n"),
        ("required: true, ", ""),
        ("hours: [\"09:00-12:30\"", "hours: [\"09:00-12:31\""),
        ("worst: \"[1..5]\"", "worst: \"[1..6]\""),
        ("2026-12-31, ", ""),
        ("[lab, \"all\"]", "all"),
        ("outcomes: {win: won, lose: lost,", "outcomes: {lose: lost, win: won,"),
    ] {
        differs(to, digest(&with(WORKFLOW, from, to), SCRIPT, CSV));
    }
    for (from, to) in
        [("worst + 1", "worst + 2"), ("\"direct\"", "\"lead\""), ("o.risk.legal, o.risk.delivery", "o.risk.delivery, o.risk.legal")]
    {
        differs(to, digest(WORKFLOW, &with(SCRIPT, from, to), CSV));
    }
    let last = "rest,,,office\n";
    for (from, to) in [("50_000_000", "60_000_000"), (",-,region", ",< 3,region"), (last, "rest,> 99,,office\n")] {
        differs(to, digest(WORKFLOW, SCRIPT, &with(CSV, from, to)));
    }
    differs("one row less", digest(WORKFLOW, SCRIPT, &with(CSV, ",company\n", ",region\n")));
}
