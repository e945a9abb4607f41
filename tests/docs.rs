//! The pages for users: their files compile, their outputs are what the commands print, their tables are complete, their links lead on.
//!
//! It must not know what a page says; whoever improves a page need not touch this file.

mod console;
mod page;

use crate::support::{Folder, project, tollgate};
use page::{Page, pages, root};
use serde_json::Value as Json;
use std::collections::BTreeSet;
use std::fs;
use tollgate::cli::Exit;
use tollgate::cli::render::{Style, human};
use tollgate::diagnostic::Diagnostics;
use tollgate::document::{FileDoc, MappingDoc, PROJECT_FILE, ProjectDoc};
use tollgate::script::BUILTINS;
use tollgate::source::Sources;
use tollgate::workflow::compile;

/// What a file of tollgate begins with.
const FORMAT: &str = "tollgate: 1\n";

fn page(path: &str) -> Page {
    Page::read(&root().join(path))
}

fn has_key(text: &str, key: &str) -> bool {
    text.lines().any(|line| line.starts_with(&format!("{key}:")))
}

/// Everything that is wrong with a file of a page, at that place of the page.
fn findings(page: &Page, index: usize, name: &str) -> (Diagnostics, String) {
    let mut sources = Sources::new();
    for (name, text) in page.files_at(index) {
        sources.add(name, text);
    }
    let id = sources.find(name).unwrap();
    let text = &page.blocks[index].text;
    let mut found = Diagnostics::new();
    if has_key(text, "workflow") {
        found = match compile(&sources, id) {
            Ok(compiled) => compiled.warnings,
            Err(found) => found,
        };
    } else if has_key(text, "mapping") {
        let mapping = MappingDoc::read_source(&sources, id, &mut found);
        let workflows = page.files_at(index).into_iter().filter(|(_, text)| text.starts_with(FORMAT) && has_key(text, "workflow"));
        for (workflow, _) in workflows {
            if let (Some(mapping), Ok(compiled)) = (&mapping, compile(&sources, sources.find(workflow).unwrap())) {
                mapping.check(compiled.value.record(), &mut found);
            }
        }
    } else if name == PROJECT_FILE {
        ProjectDoc::read(&sources, id, &mut found);
    } else {
        FileDoc::read(&sources, id, &mut found);
    }
    let told = human(&found, &sources, &Style::default());
    (found, told)
}

#[test]
fn every_file_on_a_page_is_sound() {
    let mut count = 0;
    for page in pages() {
        for (index, block) in page.blocks.iter().enumerate().filter(|(_, block)| block.text.starts_with(FORMAT)) {
            let place = format!("{}:{}", page.path, block.start);
            let name = block.name.as_deref().unwrap_or_else(|| panic!("{place}: the fence of a whole file names it"));
            let (found, told) = findings(&page, index, name);
            assert_eq!(found.has_errors(), block.with_errors, "{place}: {name}\n{told}");
            assert!(block.with_errors || found.is_empty(), "{place}: {name}\n{told}");
            count += 1;
        }
    }
    assert!(count > 15, "only {count} files were found on the pages");
}

#[test]
fn every_output_on_a_page_is_what_the_command_prints() {
    let different: Vec<String> = pages().iter().flat_map(console::differences).collect();
    assert!(different.is_empty(), "set TOLLGATE_UPDATE_DOCS to mend what has no gaps\n\n{}", different.join("\n"));
}

#[test]
fn the_functions_in_the_reference_are_those_that_there_are() {
    let mut wanted = String::from("| Function | What it gives | Example |\n|---|---|---|\n");
    for builtin in BUILTINS {
        // A bar ends a cell, also inside of code.
        let example = builtin.example.replace('|', "\\|");
        wanted.push_str(&format!("| `{}` | {} | `{example}` |\n", builtin.name, builtin.meaning));
    }
    let rules = fs::read_to_string(project("docs/language/rules.md")).unwrap();
    let table = rules.split_once("<!-- functions -->\n").and_then(|(_, rest)| rest.split_once("<!-- end of functions -->"));
    let (table, _) = table.expect("docs/language/rules.md has a table of functions between its two marks");
    assert!(table == wanted, "the table in docs/language/rules.md must be\n\n{wanted}");
}

/// The texts after a beginning, up to the closing quote.
fn quoted_after<'t>(text: &'t str, beginning: &'t str) -> impl Iterator<Item = &'t str> {
    text.split(beginning).skip(1).filter_map(|rest| rest.split_once('"')).map(|(key, _)| key)
}

#[test]
fn every_key_that_a_reader_asks_for_has_a_row_in_the_reference() {
    let mut keys: BTreeSet<String> = BTreeSet::new();
    for entry in fs::read_dir(project("src/document")).unwrap().map(Result::unwrap) {
        let path = entry.path();
        if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            for beginning in ["optional(\"", "required(reader, \""] {
                keys.extend(quoted_after(&text, beginning).map(str::to_owned));
            }
        }
    }
    assert!(keys.len() > 80 && keys.contains("knock_out") && keys.contains("workflow"), "the readers ask for keys differently: {keys:?}");
    let reference: Vec<Page> = pages().into_iter().filter(|page| page.path.starts_with("docs/language/")).collect();
    let has_row = |key: &str| reference.iter().flat_map(|page| page.prose()).any(|(_, line)| line.starts_with(&format!("| `{key}` |")));
    let missing: Vec<&String> = keys.iter().filter(|key| !has_row(key)).collect();
    assert!(missing.is_empty(), "docs/language has no row for {missing:?}");
    let examples: String = reference.iter().flat_map(|page| &page.blocks).map(|block| block.text.as_str()).collect();
    let unshown: Vec<&String> = keys.iter().filter(|key| !shows(&examples, key)).collect();
    assert!(unshown.is_empty(), "no example of docs/language uses {unshown:?}");
}

/// Whether an example uses a key.
fn shows(examples: &str, key: &str) -> bool {
    let before = |text: &str| text.chars().next_back().is_none_or(|character| matches!(character, ' ' | '{' | '\n'));
    examples.match_indices(&format!("{key}:")).any(|(at, _)| before(examples.split_at(at).0))
}

#[test]
fn the_commands_in_the_readme_are_those_that_there_are() {
    let readme = page("README.md");
    let shown: BTreeSet<String> = readme.prose().flat_map(|(_, line)| line.strip_prefix("| `tollgate ")).filter_map(first_word).collect();
    for command in &shown {
        let ran = tollgate(&[command.as_str(), "--help"]);
        assert_eq!(ran.exit, Exit::Clean, "{command}: {}", ran.err);
    }
    let known: BTreeSet<String> =
        tollgate::cli::command().get_subcommands().map(|command| command.get_name().to_owned()).filter(|name| name != "help").collect();
    assert_eq!(shown, known);
}

fn first_word(text: &str) -> Option<String> {
    text.split([' ', '`']).next().map(str::to_owned)
}

#[test]
fn the_excerpt_in_the_readme_is_from_the_shipped_workflow() {
    let readme = page("README.md");
    let workflow = fs::read_to_string(project("workflows/opportunity.yaml")).unwrap();
    let excerpt = readme.blocks.iter().find(|block| block.language == "yaml").expect("the README shows a part of a workflow");
    let mut rest = workflow.as_str();
    for line in excerpt.text.lines() {
        let found = rest.split_once(&format!("{line}\n"));
        (_, rest) = found.unwrap_or_else(|| panic!("`{line}` does not stand in the workflow, or not in this order"));
    }
}

#[test]
fn links_lead_to_files_and_headings_that_there_are() {
    for page in pages() {
        for link in page.links() {
            let place = format!("{}:{}: {}", page.path, link.line, link.target);
            if link.target.contains("://") {
                continue;
            }
            let (file, heading) = link.target.split_once('#').map_or((link.target.as_str(), None), |(file, heading)| (file, Some(heading)));
            let path = if file.is_empty() { root().join(&page.path) } else { page.folder().join(file) };
            assert!(path.exists(), "{place} leads nowhere");
            if let Some(heading) = heading {
                assert!(Page::read(&path).anchors().iter().any(|anchor| anchor == heading), "{place}: there is no such heading");
            }
        }
    }
}

#[test]
fn the_changes_that_the_tutorial_proposes_do_what_it_says() {
    let tutorial = page("docs/tutorial.md");
    let last = |name: &str| tutorial.blocks.iter().rev().find(|block| block.name.as_deref() == Some(name)).unwrap().text.clone();
    let (workflow, records) = (last("partner.yaml"), last("partners.csv"));
    let status = |workflow: &str, records: &str, key: &str| -> String {
        let folder = Folder::new();
        let files = (folder.file("partner.yaml", workflow), folder.file("partners.csv", records));
        let ran = tollgate(&["why", &files.0, "--records", &files.1, "--key", key, "--format", "json", "--now", "2026-11-02"]);
        assert_eq!(ran.exit, Exit::Clean, "{}", ran.err);
        let line: Json = serde_json::from_str(&ran.out).unwrap();
        line["gates"][0]["status"].as_str().unwrap().to_owned()
    };
    let changed = |from: &str, to: &str| {
        assert!(workflow.contains(from), "the tutorial's file holds no `{from}`");
        workflow.replace(from, to)
    };
    let lower = changed("at_least: 60", "at_least: 40");
    assert_eq!((status(&workflow, &records, "P-04"), status(&lower, &records, "P-04")), ("blocked".to_owned(), "ready".to_owned()));
    let small = changed("partner.employees >= 10", "partner.employees >= 5");
    assert_eq!((status(&workflow, &records, "P-02"), status(&small, &records, "P-02")), ("blocked".to_owned(), "open".to_owned()));
    let forgiving = changed("needs: [revenue, engineers]", "needs: [engineers]")
        .replace("bands: {of: partner.revenue", "missing: 60\n        bands: {of: partner.revenue");
    assert_eq!((status(&workflow, &records, "P-07"), status(&forgiving, &records, "P-07")), ("incomplete".to_owned(), "ready".to_owned()));
    assert_eq!(status(&workflow, &records.replace("4.2m", "4200000"), "P-07"), "ready");
}

#[test]
fn one_record_in_every_format_is_told_the_same() {
    let records = page("docs/records.md");
    let folder = Folder::new();
    for (name, text) in records.files_at(0) {
        folder.file(name, text);
    }
    let told = |file: &str| -> Vec<Json> {
        let workflow = format!("{}/deal.yaml", folder.path());
        let file = format!("{}/{file}", folder.path());
        let ran = tollgate(&["dry-run", &workflow, "--records", &file, "--format", "jsonl", "--now", "2026-11-02"]);
        assert_eq!(ran.exit, Exit::Clean, "{file}: {}", ran.err);
        let mut lines: Vec<Json> = ran.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        for line in &mut lines {
            assert_eq!(line["findings"], Json::Array(Vec::new()), "{file}");
            line["line"] = Json::Null;
        }
        lines
    };
    let wanted = told("deals.jsonl");
    assert_eq!(wanted.len(), 4);
    for file in ["deals.csv", "deals.json", "deals.yaml"] {
        assert_eq!(told(file), wanted, "{file}");
    }
}
