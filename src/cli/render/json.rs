//! Findings as one JSON document, for programs.
//!
//! It must not change meaning within a version: keys may be added, and none is renamed or removed.

use super::summary::Summary;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Edit, Label, Severity};
use crate::source::{Source, Sources, Span};
use serde::Serialize;

/// The version of the document; it grows when a key is renamed, removed or given another meaning.
pub const JSON_VERSION: u32 = 1;

#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    diagnostics: Vec<Finding<'a>>,
    ignored: Vec<Silenced<'a>>,
    summary: Summary,
}

#[derive(Serialize)]
struct Finding<'a> {
    code: Code,
    severity: Severity,
    message: &'a str,
    file: Option<&'a str>,
    start: Option<Point>,
    end: Option<Point>,
    label: Option<&'a str>,
    related: Vec<Related<'a>>,
    notes: &'a [String],
    help: Option<&'a str>,
    edits: Vec<Replacement<'a>>,
    /// Whether `validate --fix` applies the edits.
    fixable: bool,
    explain: String,
}

/// A finding that a comment tells to ignore.
#[derive(Serialize)]
struct Silenced<'a> {
    #[serde(flatten)]
    finding: Finding<'a>,
    reason: &'a str,
}

#[derive(Serialize)]
struct Related<'a> {
    file: Option<&'a str>,
    start: Option<Point>,
    end: Option<Point>,
    label: Option<&'a str>,
}

#[derive(Serialize)]
struct Replacement<'a> {
    file: Option<&'a str>,
    start: Option<Point>,
    end: Option<Point>,
    text: &'a str,
}

/// Line and column from 1 in characters, and the offset from 0 in bytes.
#[derive(Serialize)]
struct Point {
    line: u32,
    column: u32,
    offset: u32,
}

/// All findings and their counts as one JSON document, indented, with a line break at its end.
///
/// Where a finding's file is not among the sources, `file`, `start` and `end` are `null`.
#[must_use]
pub fn json(diagnostics: &Diagnostics, sources: &Sources) -> String {
    let findings = diagnostics.iter().map(|diagnostic| finding(diagnostic, sources)).collect();
    let silenced = diagnostics.ignored().iter().map(|one| Silenced { finding: finding(&one.finding, sources), reason: &one.reason });
    let summary = Summary::new(diagnostics, sources);
    let document = Document { version: JSON_VERSION, diagnostics: findings, ignored: silenced.collect(), summary };
    as_text(&document)
}

/// Pretty JSON with a line break at its end. Our own structures hold nothing that JSON cannot say.
pub(super) fn as_text(document: &impl Serialize) -> String {
    let mut text = serde_json::to_string_pretty(document).unwrap_or_default();
    text.push('\n');
    text
}

fn finding<'a>(diagnostic: &'a Diagnostic, sources: &'a Sources) -> Finding<'a> {
    let (file, start, end) = place(diagnostic.label.span, sources);
    Finding {
        code: diagnostic.code,
        severity: diagnostic.severity,
        message: &diagnostic.message,
        file,
        start,
        end,
        label: label_text(&diagnostic.label),
        related: diagnostic.related.iter().map(|label| related(label, sources)).collect(),
        notes: &diagnostic.notes,
        help: diagnostic.help.as_deref(),
        edits: diagnostic.edits.iter().map(|edit| replacement(edit, sources)).collect(),
        fixable: diagnostic.fixable,
        explain: format!("tollgate explain {}", diagnostic.code),
    }
}

fn related<'a>(label: &'a Label, sources: &'a Sources) -> Related<'a> {
    let (file, start, end) = place(label.span, sources);
    Related { file, start, end, label: label_text(label) }
}

fn replacement<'a>(edit: &'a Edit, sources: &'a Sources) -> Replacement<'a> {
    let (file, start, end) = place(edit.span, sources);
    Replacement { file, start, end, text: &edit.text }
}

fn label_text(label: &Label) -> Option<&str> {
    (!label.text.is_empty()).then_some(&*label.text)
}

fn place(span: Span, sources: &Sources) -> (Option<&str>, Option<Point>, Option<Point>) {
    let Some(source) = sources.get(span.source) else { return (None, None, None) };
    (Some(source.path()), Some(point(source, span.start)), Some(point(source, span.end)))
}

fn point(source: &Source, offset: u32) -> Point {
    let position = source.position(offset);
    Point { line: position.line, column: position.column, offset }
}

#[cfg(test)]
mod tests {
    use super::super::fixtures;
    use super::*;
    use serde_json::Value;

    #[test]
    fn a_finding_with_everything() {
        let (found, sources) = fixtures::chinese();
        insta::assert_snapshot!(json(&found, &sources), @r#"
        {
          "version": 1,
          "diagnostics": [
            {
              "code": "unknown-field",
              "severity": "error",
              "message": "`申请表` has no field `金额`",
              "file": "申请表.yaml",
              "start": {
                "line": 2,
                "column": 32,
                "offset": 62
              },
              "end": {
                "line": 2,
                "column": 34,
                "offset": 68
              },
              "label": "没有这个字段",
              "related": [
                {
                  "file": "申请表.yaml",
                  "start": {
                    "line": 2,
                    "column": 13,
                    "offset": 27
                  },
                  "end": {
                    "line": 2,
                    "column": 17,
                    "offset": 39
                  },
                  "label": "与此比较"
                }
              ],
              "notes": [],
              "help": "did you mean `合同金额`?",
              "edits": [],
              "fixable": false,
              "explain": "tollgate explain unknown-field"
            }
          ],
          "ignored": [],
          "summary": {
            "errors": 1,
            "warnings": 0,
            "files": 1,
            "ignored": 0
          }
        }
        "#);
    }

    #[test]
    fn edits_are_given_by_place() {
        let (found, sources) = fixtures::windows();
        let document: Value = serde_json::from_str(&json(&found, &sources)).unwrap();
        insta::assert_snapshot!(serde_json::to_string_pretty(&document["diagnostics"][0]["edits"]).unwrap(), @r#"
        [
          {
            "file": "a.yaml",
            "start": {
              "line": 2,
              "column": 9,
              "offset": 17
            },
            "end": {
              "line": 2,
              "column": 12,
              "offset": 20
            },
            "text": "lead"
          }
        ]
        "#);
    }

    #[test]
    fn without_a_source_there_is_no_place() {
        let (found, sources) = fixtures::no_source();
        let document: Value = serde_json::from_str(&json(&found, &sources)).unwrap();
        let finding = &document["diagnostics"][0];
        assert_eq!((&finding["file"], &finding["start"], &finding["end"]), (&Value::Null, &Value::Null, &Value::Null));
        assert_eq!(document["summary"]["files"], 0);
    }

    #[test]
    fn places_lead_back_to_the_text() {
        for (found, sources) in fixtures::all() {
            let document: Value = serde_json::from_str(&json(&found, &sources)).unwrap();
            let written = document["diagnostics"].as_array().unwrap();
            assert_eq!(written.len(), found.len());
            for (finding, diagnostic) in written.iter().zip(found.iter()).filter(|(finding, _)| !finding["file"].is_null()) {
                let id = sources.find(finding["file"].as_str().unwrap()).unwrap();
                let offset = |end: &str| finding[end]["offset"].as_u64().unwrap() as u32;
                assert_eq!(Span::new(id, offset("start"), offset("end")), diagnostic.label.span);
                assert_eq!(sources.position(diagnostic.label.span).column, finding["start"]["column"].as_u64().unwrap() as u32);
            }
        }
    }
}
