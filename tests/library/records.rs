//! What every sample record of every shipped workflow is told: its gates, criteria, what is missing, who decides.
//!
//! It must not judge whether that is right; whoever changes a process reads what changed.

use super::{NOW, SHIPPED, lines, shipped};
use crate::support::{project, tollgate};
use serde_json::Value as Json;

/// A record in one line: its key, its stages, and each gate's status with what its criteria say.
fn brief(line: &Json) -> String {
    let text = |value: &Json| value.as_str().unwrap_or("-").to_owned();
    let stages: Vec<String> = line["stage"].as_array().unwrap().iter().map(text).collect();
    let mut brief = format!("{} [{}]", text(&line["key"]), stages.join(" "));
    for gate in line["gates"].as_array().unwrap() {
        let criteria: Vec<String> = gate["criteria"]
            .as_array()
            .unwrap()
            .iter()
            .map(|criterion| format!("{}:{}", text(&criterion["id"]), text(&criterion["verdict"])))
            .collect();
        brief.push_str(&format!("\n    {} {}: {}", text(&gate["gate"]), text(&gate["status"]), criteria.join(" ")));
        let missing: Vec<String> = ["fields", "deliverables", "stages"]
            .iter()
            .flat_map(|kind| gate["missing"][*kind].as_array().unwrap().iter().map(text))
            .collect();
        if !missing.is_empty() {
            brief.push_str(&format!("\n        missing {}", missing.join(", ")));
        }
        if let Some(score) = gate.get("score") {
            brief.push_str(&format!("\n        score {} {} of {}", score["total"], text(&score["grade"]), score["at_least"]));
        }
        if let Some(outcome) = gate.get("decided") {
            brief.push_str(&format!("\n        decided {}", text(outcome)));
        }
        if let Some(approval) = gate.get("approval") {
            let steps: Vec<String> =
                approval["steps"].as_array().unwrap().iter().map(|step| format!("{} {}", text(&step["rule"]), step["voters"])).collect();
            brief.push_str(&format!("\n        level {} by {}", text(&approval["level"]), steps.join(" then ")));
        }
    }
    brief
}

#[test]
fn every_sample_record_is_told_what_it_was_told_before() {
    for (workflow, samples) in SHIPPED {
        let told: Vec<String> = lines(&shipped(workflow), &shipped(samples), &[]).iter().map(brief).collect();
        let name = workflow.trim_end_matches(".yaml").replace('/', "_");
        insta::assert_snapshot!(format!("records_of_{name}"), told.join("\n"));
    }
}

#[test]
fn every_summary_reads_in_english_and_in_chinese() {
    for (workflow, samples) in SHIPPED {
        let name = workflow.trim_end_matches(".yaml").replace('/', "_");
        for language in ["en", "zh"] {
            let ran = tollgate(&["dry-run", &shipped(workflow), "--records", &shipped(samples), "--now", NOW, "--lang", language]);
            insta::assert_snapshot!(format!("summary_of_{name}_{language}"), ran.out.replace(&project(""), ""));
        }
    }
}
