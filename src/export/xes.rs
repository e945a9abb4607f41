//! The event log as XES (IEEE 1849), one trace for each case.
//!
//! It must not hold more than a trace: whoever writes it puts [`HEAD`] before the traces and [`FOOT`] behind them.

use super::row::Row;
use crate::names::CaseId;
use chrono::{DateTime, SecondsFormat, Utc};
use std::fmt::Write as _;

/// What stands before the traces: extensions, attributes that every trace and event has, classifiers.
pub const HEAD: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<log xes.version="1849.2016" xes.features="" xmlns="http://www.xes-standard.org/">
  <extension name="Concept" prefix="concept" uri="http://www.xes-standard.org/concept.xesext"/>
  <extension name="Lifecycle" prefix="lifecycle" uri="http://www.xes-standard.org/lifecycle.xesext"/>
  <extension name="Organizational" prefix="org" uri="http://www.xes-standard.org/org.xesext"/>
  <extension name="Time" prefix="time" uri="http://www.xes-standard.org/time.xesext"/>
  <global scope="trace">
    <string key="concept:name" value=""/>
    <string key="workflow" value=""/>
  </global>
  <global scope="event">
    <string key="concept:name" value=""/>
    <string key="lifecycle:transition" value="complete"/>
    <date key="time:timestamp" value="1970-01-01T00:00:00.000Z"/>
  </global>
  <classifier name="Activity" keys="concept:name"/>
  <classifier name="Activity and transition" keys="concept:name lifecycle:transition"/>
  <classifier name="Resource" keys="org:resource"/>
  <string key="concept:name" value="tollgate"/>
  <string key="lifecycle:model" value="standard"/>
"#;

/// What stands behind the traces.
pub const FOOT: &str = "</log>\n";

/// A case: its rows in their order. A case without rows is no trace.
#[must_use]
pub fn trace(rows: &[Row], parent: Option<&CaseId>) -> String {
    let Some(first) = rows.first() else { return String::new() };
    let mut text = String::from("  <trace>\n");
    string(&mut text, 4, "concept:name", first.case.as_str());
    string(&mut text, 4, "workflow", first.workflow.as_str());
    if let Some(parent) = parent {
        string(&mut text, 4, "parent", parent.as_str());
    }
    for row in rows {
        text.push_str("    <event>\n");
        string(&mut text, 6, "concept:name", &row.activity);
        string(&mut text, 6, "lifecycle:transition", row.lifecycle);
        if let Some(user) = &row.resource {
            string(&mut text, 6, "org:resource", user.as_str());
        }
        date(&mut text, row.at);
        let more = [("gate", row.gate.as_ref().map(|gate| gate.as_str())), ("outcome", row.outcome.as_deref())];
        for (key, value) in more {
            if let Some(value) = value {
                string(&mut text, 6, key, value);
            }
        }
        if !row.stage.is_empty() {
            string(&mut text, 6, "stage", &row.stage);
        }
        text.push_str("    </event>\n");
    }
    text.push_str("  </trace>\n");
    text
}

fn string(text: &mut String, indent: usize, key: &str, value: &str) {
    // A string takes every text.
    let _ = write!(text, "{:indent$}<string key=\"{key}\" value=\"", "");
    escape(text, value);
    text.push_str("\"/>\n");
}

fn date(text: &mut String, at: DateTime<Utc>) {
    let _ = writeln!(text, "      <date key=\"time:timestamp\" value=\"{}\"/>", at.to_rfc3339_opts(SecondsFormat::Millis, true));
}

/// A text inside of an attribute. What XML cannot hold at all is shown as what it is: a character that was lost.
fn escape(text: &mut String, value: &str) {
    for character in value.chars() {
        match character {
            '&' => text.push_str("&amp;"),
            '<' => text.push_str("&lt;"),
            '>' => text.push_str("&gt;"),
            '"' => text.push_str("&quot;"),
            '\t' => text.push_str("&#9;"),
            '\n' => text.push_str("&#10;"),
            '\r' => text.push_str("&#13;"),
            '\u{0}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => text.push('\u{fffd}'),
            other => text.push(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_means_something_to_xml_is_a_text_inside_of_it() {
        let mut text = String::new();
        escape(&mut text, "<a & \"b\">\n文字\u{1}\u{7f}");
        assert_eq!(text, "&lt;a &amp; &quot;b&quot;&gt;&#10;文字\u{fffd}\u{7f}");
    }
}
