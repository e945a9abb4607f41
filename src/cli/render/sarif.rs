//! Findings as a SARIF 2.1.0 log, which code scanners and editors read.
//!
//! It must not grow into all of SARIF: only what a finding has is written.

use super::json::as_text;
use super::sarif_log::{
    Artifact, Change, Configuration, Driver, Finding, Fix, Location, Log, Page, Physical, Region, Replacement, Rule, Run, Suppression,
    Text, Tool,
};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Edit, Label};
use crate::source::{SourceId, Sources, Span};

const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// All findings as one SARIF log with one run; the rules are the codes that occur.
#[must_use]
pub fn sarif(diagnostics: &Diagnostics, sources: &Sources) -> String {
    let ignored = diagnostics.ignored();
    let all = diagnostics.iter().chain(ignored.iter().map(|ignored| &ignored.finding));
    let mut codes: Vec<Code> = all.map(|diagnostic| diagnostic.code).collect();
    codes.sort_unstable();
    codes.dedup();
    let told = diagnostics.iter().map(|diagnostic| finding(diagnostic, &codes, sources));
    let silenced = ignored.iter().map(|ignored| {
        let suppressions = vec![Suppression { kind: "inSource", justification: &ignored.reason }];
        Finding { suppressions, ..finding(&ignored.finding, &codes, sources) }
    });
    let results = told.chain(silenced).collect();
    let driver = Driver { name: "tollgate", version: env!("CARGO_PKG_VERSION"), rules: codes.iter().copied().map(rule).collect() };
    let run = Run { tool: Tool { driver }, column_kind: "unicodeCodePoints", results };
    as_text(&Log { schema: SCHEMA, version: "2.1.0", runs: vec![run] })
}

fn rule(code: Code) -> Rule<'static> {
    let page = code.explain();
    Rule {
        id: code.name(),
        short_description: text(first_sentence(page).unwrap_or(code.name())),
        help: Page { text: page, markdown: page },
        default_configuration: Configuration { level: code.severity() },
    }
}

/// The first paragraph below a page's heading.
fn first_sentence(page: &str) -> Option<&str> {
    page.lines().map(str::trim).find(|line| !line.is_empty() && !line.starts_with('#'))
}

fn finding<'a>(diagnostic: &'a Diagnostic, codes: &[Code], sources: &Sources) -> Finding<'a> {
    let notes = diagnostic.notes.iter().map(|note| format!("\nnote: {note}"));
    let more: String = notes.chain(diagnostic.help.iter().map(|help| format!("\nhelp: {help}"))).collect();
    let message = if more.is_empty() { (&*diagnostic.message).into() } else { format!("{}{more}", diagnostic.message).into() };
    let related = diagnostic.related.iter().filter_map(|label| location(label, sources));
    Finding {
        rule_id: diagnostic.code.name(),
        rule_index: codes.binary_search(&diagnostic.code).unwrap_or_default(),
        level: diagnostic.severity,
        message: Text { text: message },
        locations: location(&diagnostic.label, sources).into_iter().collect(),
        related_locations: related.enumerate().map(|(index, location)| Location { id: Some(index + 1), ..location }).collect(),
        fixes: fix(diagnostic, sources).into_iter().collect(),
        suppressions: Vec::new(),
    }
}

fn location<'a>(label: &'a Label, sources: &Sources) -> Option<Location<'a>> {
    let physical_location = Physical { artifact_location: artifact(label.span.source, sources)?, region: region(label.span, sources)? };
    let message = (!label.text.is_empty()).then(|| text(&label.text));
    Some(Location { id: None, physical_location, message })
}

/// One fix of all edits: they belong together. Nothing where one of them has no file.
fn fix<'a>(diagnostic: &'a Diagnostic, sources: &Sources) -> Option<Fix<'a>> {
    let mut files: Vec<(SourceId, Vec<Replacement<'a>>)> = Vec::new();
    for edit in &diagnostic.edits {
        let replacement = replacement(edit, sources)?;
        match files.iter_mut().find(|(id, _)| *id == edit.span.source) {
            Some((_, known)) => known.push(replacement),
            None => files.push((edit.span.source, vec![replacement])),
        }
    }
    let changes = files.into_iter().map(|(id, replacements)| Some(Change { artifact_location: artifact(id, sources)?, replacements }));
    let artifact_changes: Vec<Change<'a>> = changes.collect::<Option<_>>()?;
    let description = text(diagnostic.help.as_deref().unwrap_or(&diagnostic.message));
    (!artifact_changes.is_empty()).then_some(Fix { description, artifact_changes })
}

fn replacement<'a>(edit: &'a Edit, sources: &Sources) -> Option<Replacement<'a>> {
    Some(Replacement { deleted_region: region(edit.span, sources)?, inserted_content: text(&edit.text) })
}

fn text(text: &str) -> Text<'_> {
    Text { text: text.into() }
}

fn artifact(id: SourceId, sources: &Sources) -> Option<Artifact> {
    sources.get(id).map(|source| Artifact { uri: uri(source.path()) })
}

fn region(span: Span, sources: &Sources) -> Option<Region> {
    let source = sources.get(span.source)?;
    let (start, end) = (source.position(span.start), source.position(span.end));
    Some(Region { start_line: start.line, start_column: start.column, end_line: end.line, end_column: end.column })
}

/// A path as a URI: relative paths stay relative, and what a URI cannot hold is written as `%20` and the like.
fn uri(path: &str) -> String {
    let path = path.replace('\\', "/");
    let path = path.strip_prefix("./").unwrap_or(&path);
    let has_drive = path.split_once(":/").is_some_and(|(drive, _)| drive.len() == 1);
    let root = if has_drive {
        "file:///"
    } else if path.starts_with('/') {
        "file://"
    } else {
        ""
    };
    let mut uri = String::from(root);
    for (index, byte) in path.bytes().enumerate() {
        let plain = byte.is_ascii_alphanumeric() || b"/-._~".contains(&byte) || (has_drive && index == 1);
        if plain { uri.push(char::from(byte)) } else { uri.push_str(&format!("%{byte:02X}")) }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::super::fixtures;
    use super::*;
    use serde_json::Value;

    /// The log of the findings, without the pages of its rules.
    fn parsed((found, sources): (Diagnostics, Sources)) -> Value {
        serde_json::from_str(&sarif(&found, &sources)).unwrap()
    }

    #[test]
    fn a_log_with_related_places() {
        let mut log = parsed(fixtures::two_files());
        let rule = &mut log["runs"][0]["tool"]["driver"]["rules"][0];
        assert_eq!(rule["help"]["markdown"], Code::DuplicateDefinition.explain());
        assert!(Code::DuplicateDefinition.explain().contains(rule["shortDescription"]["text"].as_str().unwrap()));
        (rule["help"], rule["shortDescription"]) = (Value::Null, Value::Null);
        insta::assert_snapshot!(serde_json::to_string_pretty(&log).unwrap(), @r#"
        {
          "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
          "version": "2.1.0",
          "runs": [
            {
              "tool": {
                "driver": {
                  "name": "tollgate",
                  "version": "0.1.0",
                  "rules": [
                    {
                      "id": "duplicate-definition",
                      "shortDescription": null,
                      "help": null,
                      "defaultConfiguration": {
                        "level": "error"
                      }
                    }
                  ]
                }
              },
              "columnKind": "unicodeCodePoints",
              "results": [
                {
                  "ruleId": "duplicate-definition",
                  "ruleIndex": 0,
                  "level": "error",
                  "message": {
                    "text": "role `EX` is defined twice"
                  },
                  "locations": [
                    {
                      "physicalLocation": {
                        "artifactLocation": {
                          "uri": "workflows/lab.yaml"
                        },
                        "region": {
                          "startLine": 3,
                          "startColumn": 3,
                          "endLine": 3,
                          "endColumn": 5
                        }
                      },
                      "message": {
                        "text": "defined again here"
                      }
                    }
                  ],
                  "relatedLocations": [
                    {
                      "id": 1,
                      "physicalLocation": {
                        "artifactLocation": {
                          "uri": "workflows/my%20common.yaml"
                        },
                        "region": {
                          "startLine": 3,
                          "startColumn": 3,
                          "endLine": 3,
                          "endColumn": 5
                        }
                      },
                      "message": {
                        "text": "first defined here"
                      }
                    }
                  ]
                }
              ]
            }
          ]
        }
        "#);
    }

    #[test]
    fn columns_count_characters() {
        insta::assert_snapshot!(serde_json::to_string_pretty(&parsed(fixtures::chinese())["runs"][0]["results"][0]["locations"]).unwrap(), @r#"
        [
          {
            "physicalLocation": {
              "artifactLocation": {
                "uri": "%E7%94%B3%E8%AF%B7%E8%A1%A8.yaml"
              },
              "region": {
                "startLine": 2,
                "startColumn": 32,
                "endLine": 2,
                "endColumn": 34
              }
            },
            "message": {
              "text": "没有这个字段"
            }
          }
        ]
        "#);
    }

    #[test]
    fn edits_are_fixes() {
        insta::assert_snapshot!(serde_json::to_string_pretty(&parsed(fixtures::windows())["runs"][0]["results"][0]["fixes"]).unwrap(), @r#"
        [
          {
            "description": {
              "text": "did you mean `lead`?"
            },
            "artifactChanges": [
              {
                "artifactLocation": {
                  "uri": "a.yaml"
                },
                "replacements": [
                  {
                    "deletedRegion": {
                      "startLine": 2,
                      "startColumn": 9,
                      "endLine": 2,
                      "endColumn": 12
                    },
                    "insertedContent": {
                      "text": "lead"
                    }
                  }
                ]
              }
            ]
          }
        ]
        "#);
    }

    #[test]
    fn without_a_source_there_is_no_location() {
        assert_eq!(parsed(fixtures::no_source())["runs"][0]["results"][0]["locations"], serde_json::json!([]));
    }

    #[test]
    fn each_result_points_at_its_rule() {
        let (mut found, sources) = fixtures::two_files();
        for (more, _) in fixtures::all() {
            found.append(more);
        }
        let log = parsed((found, sources));
        let run = &log["runs"][0];
        let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
        for result in run["results"].as_array().unwrap() {
            let rule = &rules[result["ruleIndex"].as_u64().unwrap() as usize];
            assert_eq!((&rule["id"], &rule["defaultConfiguration"]["level"]), (&result["ruleId"], &result["level"]));
        }
        assert_eq!(rules.len(), 6);
    }

    #[test]
    fn paths_become_uris() {
        assert_eq!(uri("workflows/my lab.yaml"), "workflows/my%20lab.yaml");
        assert_eq!(uri("./机会.yaml"), "%E6%9C%BA%E4%BC%9A.yaml");
        assert_eq!(uri("a:b%.yaml"), "a%3Ab%25.yaml");
        assert_eq!(uri("rules\\a.rhai"), "rules/a.rhai");
        assert_eq!(uri("/srv/a b.yaml"), "file:///srv/a%20b.yaml");
        assert_eq!(uri("C:\\flows\\a.yaml"), "file:///C:/flows/a.yaml");
    }
}
