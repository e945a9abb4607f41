//! That people can read every part of every workflow in English and in Chinese.
//!
//! It must not judge how well a text is put; whoever reads the files does.

use super::{SHIPPED, shipped};
use crate::support::tollgate;
use serde_json::Value as Json;

/// What is said in fewer than two languages, by its path.
#[derive(Default)]
struct Lacking(Vec<String>);

impl Lacking {
    /// Notes a text that is not there in both languages.
    fn text(&mut self, path: &str, thing: &Json, key: &str) {
        let said = |language: &str| thing[key][language].as_str().is_some_and(|text| !text.trim().is_empty());
        if !said("en") || !said("zh") {
            self.0.push(format!("{path}: {key}"));
        }
    }

    /// Notes each entry of a map whose title is not, and looks into those that have maps of their own with titles.
    fn entries(&mut self, path: &str, things: &Json, inside: &[&str]) {
        for (name, thing) in things.as_object().into_iter().flatten() {
            let path = format!("{path} {name}");
            self.text(&path, thing, "title");
            for key in inside {
                self.entries(&format!("{path}/{key}"), &thing[*key], if *key == "outcomes" { &["obligations"] } else { inside });
            }
        }
    }
}

/// The whole of a workflow with all that it uses, as it is printed.
fn resolved(file: &str) -> Json {
    let shown = tollgate(&["show", &shipped(file)]);
    serde_yaml::from_str(&shown.out).unwrap_or_else(|error| panic!("{file}: {error}"))
}

#[test]
fn every_part_of_every_workflow_has_a_title_in_both_languages() {
    for (file, _) in SHIPPED {
        let workflow = resolved(file);
        let mut lacking = Lacking::default();
        lacking.text("workflow", &workflow, "title");
        for (kind, inside) in [
            ("records", &["fields"][..]),
            ("roles", &[]),
            ("groups", &[]),
            ("stages", &["activities"]),
            ("gates", &["outcomes"]),
            ("scorecards", &["criteria"]),
            ("tables", &[]),
            ("calendars", &[]),
        ] {
            lacking.entries(kind, &workflow[kind], inside);
        }
        assert_eq!(lacking.0, Vec::<String>::new(), "{file}");
        assert!(
            ["records", "roles", "stages", "gates"].iter().all(|kind| workflow[kind].as_object().is_some_and(|map| !map.is_empty())),
            "{file}"
        );
    }
}

#[test]
fn every_criterion_of_every_gate_has_a_title_and_a_hint_in_both_languages() {
    for (file, _) in SHIPPED {
        let mut lacking = Lacking::default();
        let workflow = resolved(file);
        for (gate, parts) in workflow["gates"].as_object().unwrap() {
            for kind in ["must", "should"] {
                for (criterion, thing) in parts[kind].as_object().into_iter().flatten() {
                    let path = format!("{gate}/{kind} {criterion}");
                    lacking.text(&path, thing, "title");
                    lacking.text(&path, thing, "hint");
                }
            }
        }
        assert_eq!(lacking.0, Vec::<String>::new(), "{file}");
    }
}
