//! Findings as commands in the log of a GitHub workflow, which shows them beside the lines of a pull request.
//!
//! It must not shorten the list, though GitHub shows only the first ten of a kind per step: the log still holds them all.

use crate::diagnostic::{Diagnostic, Diagnostics, Severity};
use crate::source::{Source, Sources};

/// One line per finding: `::error file=..,line=..,endLine=..,col=..,endColumn=..,title=..::message`.
///
/// Columns are left out where a finding goes over several lines: GitHub takes them in one line only.
#[must_use]
pub fn github(diagnostics: &Diagnostics, sources: &Sources) -> String {
    diagnostics.iter().map(|diagnostic| command(diagnostic, sources)).collect()
}

fn command(diagnostic: &Diagnostic, sources: &Sources) -> String {
    let kind = match diagnostic.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    let mut properties = sources.get(diagnostic.label.span.source).map(|source| place(diagnostic, source)).unwrap_or_default();
    properties.push(("title", diagnostic.code.to_string()));
    let properties: Vec<String> = properties.iter().map(|(key, value)| format!("{key}={}", property(value))).collect();
    format!("::{kind} {}::{}\n", properties.join(","), data(&message(diagnostic, sources)))
}

fn place(diagnostic: &Diagnostic, source: &Source) -> Vec<(&'static str, String)> {
    let span = diagnostic.label.span;
    let (start, end) = (source.position(span.start), source.position(span.end));
    let path = source.path().strip_prefix("./").unwrap_or(source.path()).to_owned();
    let mut place = vec![("file", path), ("line", start.line.to_string()), ("endLine", end.line.to_string())];
    if start.line == end.line {
        place.extend([("col", start.column.to_string()), ("endColumn", end.column.to_string())]);
    }
    place
}

/// The message with what the annotation has no place for: its label, related places, notes and help, one a line.
fn message(diagnostic: &Diagnostic, sources: &Sources) -> String {
    let mut lines = vec![diagnostic.message.clone()];
    lines.extend((!diagnostic.label.text.is_empty()).then(|| diagnostic.label.text.clone()));
    lines.extend(diagnostic.related.iter().map(|label| {
        let at = sources.position(label.span);
        let text = if label.text.is_empty() { "see also" } else { &label.text };
        format!("{text}: {}:{}:{}", sources.path(label.span.source), at.line, at.column)
    }));
    lines.extend(diagnostic.notes.iter().map(|note| format!("note: {note}")));
    lines.extend(diagnostic.help.iter().map(|help| format!("help: {help}")));
    lines.join("\n")
}

/// GitHub's escaping of what follows the second `::`.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// GitHub's escaping of a property's value.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::super::fixtures::{self, only};
    use super::*;
    use crate::diagnostic::Code;
    use crate::source::Span;
    use proptest::prelude::*;

    #[test]
    fn one_line_per_finding() {
        let text: String = fixtures::all().iter().map(|(found, sources)| github(found, sources)).collect();
        insta::assert_snapshot!(text, @r#"
        ::error file=申请表.yaml,line=2,endLine=2,col=32,endColumn=34,title=unknown-field::`申请表` has no field `金额`%0A没有这个字段%0A与此比较: 申请表.yaml:2:13%0Ahelp: did you mean `合同金额`?
        ::error file=rules.rhai,line=2,endLine=2,col=14,endColumn=18,title=unknown-field::`deal.risk` has no field `legl`%0Ahelp: did you mean `legal`?
        ::error file=a.yaml,line=2,endLine=2,col=9,endColumn=12,title=unknown-key::a stage has no key `led`%0Ahelp: did you mean `lead`?
        ::error file=a.yaml,line=1,endLine=1,col=33,endColumn=37,title=duplicate-key::key `lead` is given twice%0Asecond%0Afirst: a.yaml:1:7%0Ahelp: remove or rename one of them; until then the first one counts
        ::error file=workflows/lab.yaml,line=3,endLine=3,col=3,endColumn=5,title=duplicate-definition::role `EX` is defined twice%0Adefined again here%0Afirst defined here: workflows/my common.yaml:3:3
        ::error file=empty.yaml,line=1,endLine=1,col=1,endColumn=1,title=no-start::no stage is a start%0Ahere%0Ahelp: give a stage `start: true`
        ::error title=no-start::no stage is a start%0Ahere%0Ahelp: give a stage `start: true`
        ::warning file=a.yaml,line=2,endLine=2,col=15,endColumn=17,title=ambiguous-scalar::`NO` is a text here, and tools of YAML 1.1 read it as `false`%0Ahelp: quote it: `"NO"`; or write `false`
        "#);
    }

    #[test]
    fn several_lines_have_no_columns() {
        let sources = fixtures::files(&[("./a,b:c%.yaml", "x:\n  y\n")]);
        let place = Span::new(sources.iter().next().unwrap().0, 0, 6);
        let found = Diagnostic::new(Code::WrongShape, place, "50% off");
        insta::assert_snapshot!(github(&only(found), &sources), @"::error file=a%2Cb%3Ac%25.yaml,line=1,endLine=2,title=wrong-shape::50%25 off");
    }

    /// What the runner does to a command: split at the first `::` and at commas, then undo the escapes.
    fn parse(line: &str) -> (Vec<(String, String)>, String) {
        let (head, message) = line.strip_prefix("::error ").unwrap().split_once("::").unwrap();
        let undo = |text: &str| text.replace("%2C", ",").replace("%3A", ":").replace("%0A", "\n").replace("%0D", "\r").replace("%25", "%");
        let pairs = head.split(',').map(|pair| pair.split_once('=').unwrap()).map(|(key, value)| (key.to_owned(), undo(value)));
        (pairs.collect(), message.replace("%0A", "\n").replace("%0D", "\r").replace("%25", "%"))
    }

    proptest! {
        #[test]
        fn every_message_and_path_comes_back(message in "[a:,%=\r\n0-9AD客]{1,20}", path in "[a:,%\r\n0-9AD客]{1,20}") {
            let sources = fixtures::files(&[(&path, "x")]);
            let found = Diagnostic::new(Code::WrongShape, Span::start_of(sources.iter().next().unwrap().0), message.as_str());
            let text = github(&only(found), &sources);
            prop_assert_eq!(text.matches('\n').count(), 1);
            let (properties, read) = parse(text.trim_end_matches('\n'));
            prop_assert_eq!(read, message);
            prop_assert_eq!(&properties[0], &("file".to_owned(), path));
            prop_assert_eq!(properties.len(), 6);
        }
    }
}
