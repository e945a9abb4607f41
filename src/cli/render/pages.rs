//! Tests of the pages that explain the codes: each has its parts, and its example really shows the finding.
//!
//! It must not know the texts: whoever improves a page need not touch this file.

use crate::diagnostic::{Area, Code, Diagnostics};
use crate::source::Sources;
use crate::workflow::compile;

/// What an example leaves out, because it has nothing to do with its finding.
const REST: &[(&str, &[&str])] = &[
    (
        "records",
        &["  deal: {fields: {id: text, customer: text, origin: {enum: [lead, direct]}, amount: money, margin: percent, offer_due: date}}"],
    ),
    ("roles", &["  sales: [zhang.san]", "  legal: [li.si]", "  board: [zhang.san, li.si, wang.wu]"]),
    ("stages", &["  offer: {start: true, lead: sales}", "  won: {end: won}", "  lost: {end: lost}"]),
    ("gates", &["  decide: {from: offer, outcomes: {go: won, kill: lost}}"]),
];

/// Findings that no workflow file alone can show: about bytes, sizes, other workflows, records, and tables or processes of hundreds of parts.
fn shows_itself(code: Code) -> bool {
    let needs_more = matches!(
        code,
        Code::NotUtf8 | Code::FileTooLarge | Code::UnknownWorkflow | Code::WrongRecord | Code::UnprovedTable | Code::UnprovedSoundness
    );
    // These are about the project file and about comments, which are read for a whole catalog.
    let is_wish = matches!(code, Code::UnknownCode | Code::FixedSeverity | Code::InvalidIgnore | Code::UnusedIgnore);
    !needs_more && !is_wish && code.area() != Area::Record
}

#[test]
fn every_page_has_its_parts() {
    for code in Code::ALL {
        let page = code.explain();
        let rest = page.strip_prefix(&format!("# {code}\n\n")).unwrap_or_else(|| panic!("{code}: the first line is not its name"));
        let parts: Vec<&str> = rest.split("\n## ").collect();
        let [meaning, why, example, remedy] = parts.as_slice() else { panic!("{code}: the page has {} parts", parts.len()) };
        assert!(meaning.trim().ends_with('.') && meaning.trim().lines().count() == 1, "{code}: the meaning is not one sentence");
        assert!(why.strip_prefix("Why\n").is_some_and(|text| text.trim().len() > 20), "{code}: no reason");
        assert!(remedy.strip_prefix("What to do\n").is_some_and(|text| text.trim().len() > 20), "{code}: no way out");
        assert!(example.starts_with("Example\n```") && example.ends_with("\n```\n"), "{code}: the example is not one block of code");
        let (language, text) = block(*code);
        assert!(["yaml", "rhai", "csv"].contains(&language) && !text.trim().is_empty(), "{code}: `{language}` is no language of ours");
    }
}

#[test]
fn every_example_shows_its_finding_and_no_other_mistake() {
    let mut wrong = Vec::new();
    for code in Code::ALL.iter().copied().filter(|code| shows_itself(*code)) {
        let found = findings(code);
        let is_slip = |other: Code| other != code && matches!(other.area(), Area::File | Area::Shape | Area::Rule | Area::Table);
        if !found.iter().any(|finding| finding.code == code) || found.iter().any(|finding| is_slip(finding.code)) {
            let lines: Vec<String> = found.iter().map(|finding| format!("{}: {}", finding.code, finding.message)).collect();
            wrong.push(format!("{code}: {lines:#?}"));
        }
    }
    assert!(wrong.is_empty(), "these do not show their finding, or show other mistakes\n{}", wrong.join("\n"));
}

/// The language and the text of a page's example.
fn block(code: Code) -> (&'static str, &'static str) {
    let (_, rest) = code.explain().split_once("\n```").unwrap();
    let (language, rest) = rest.split_once('\n').unwrap();
    (language, rest.split_once("\n```\n").unwrap().0)
}

fn findings(code: Code) -> Diagnostics {
    let (language, example) = block(code);
    let mut sources = Sources::new();
    let text = if language == "rhai" {
        sources.add("rules.rhai", example);
        completed("use: [rules.rhai]")
    } else {
        completed(example)
    };
    let id = sources.add("workflow.yaml", &text);
    match compile(&sources, id) {
        Ok(workflow) => workflow.warnings,
        Err(found) => found,
    }
}

/// An example with what it leaves out.
fn completed(example: &str) -> String {
    let mut text = format!("{example}\n");
    for (section, entries) in REST {
        let head = format!("{section}:");
        let own: Vec<&str> =
            text.lines().skip_while(|line| !line.starts_with(&head)).skip(1).take_while(|line| line.starts_with(' ')).collect();
        let wanted = entries.iter().filter(|entry| {
            let name = entry.split_once(':').unwrap().0;
            !own.iter().any(|line| line.split_once(':').is_some_and(|(key, _)| key == name))
        });
        let wanted: String = wanted.map(|entry| format!("{entry}\n")).collect();
        match text.lines().find(|line| line.starts_with(&head)).map(str::to_owned) {
            None => text.push_str(&format!("{head}\n{wanted}")),
            Some(line) if line.trim_end() == head => text = text.replacen(&format!("{line}\n"), &format!("{line}\n{wanted}"), 1),
            Some(_) => {}
        }
    }
    for (key, value) in [("tollgate", "1"), ("workflow", "example"), ("record", "deal")] {
        if !text.lines().any(|line| line.starts_with(&format!("{key}:"))) {
            text.push_str(&format!("{key}: {value}\n"));
        }
    }
    text
}
