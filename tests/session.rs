//! A project that is being worked on: after each edit, the findings are those of a check from scratch.
//!
//! It must not test single findings; `diagnostics` does.

use crate::generated::{Size, project};
use crate::support::{Choice, Folder};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tollgate::catalog::{Catalog, Checked, Session, check, load};
use tollgate::diagnostic::{Diagnostic, Label};
use tollgate::source::Span;

/// Findings with paths instead of ids: two catalogs number their texts differently.
fn told(catalog: &Catalog, checked: &Checked) -> Vec<String> {
    let place = |span: Span| format!("{}:{}..{}", catalog.sources.path(span.source), span.start, span.end);
    let label = |label: &Label| format!("{} {}", place(label.span), label.text);
    let tell = |found: &Diagnostic| {
        let related: Vec<String> = found.related.iter().map(label).collect();
        let edits: Vec<String> = found.edits.iter().map(|edit| format!("{} {}", place(edit.span), edit.text)).collect();
        let more = (&found.notes, &found.help, found.severity, related, edits);
        format!("{} {} {} {more:?}", label(&found.label), found.code, found.message)
    };
    let mut told: Vec<String> = checked.diagnostics.iter().map(tell).collect();
    told.sort();
    told
}

/// The names and digests of the workflows that compile.
fn compiled(checked: &Checked) -> Vec<String> {
    checked.workflows.iter().map(|(_, workflow)| format!("{} {}", workflow.id(), workflow.digest())).collect()
}

fn session(folder: &str, files: &BTreeMap<String, String>) -> Session {
    let mut session = Session::in_memory(Path::new(folder));
    for (path, text) in files {
        session.edit(Path::new(path), text);
    }
    session
}

/// One edit as people make them: a word, a line, a file.
fn edited(text: &str, others: &str, choice: &mut Choice) -> String {
    let mut lines: Vec<String> = text.lines().map(ToOwned::to_owned).collect();
    if lines.is_empty() {
        lines.push(String::new());
    }
    let at = choice.below(lines.len());
    match choice.below(7) {
        0 => drop(lines.remove(at)),
        1 => lines.insert(at, lines[at].clone()),
        2 => lines.truncate(at),
        3 => lines[at].push('x'),
        4 => lines[at] = lines[at].replacen(|c: char| c.is_ascii_digit(), "7", 1),
        5 => {
            let all: Vec<&str> = others.lines().collect();
            lines[at] = (*choice.of(&all)).to_owned();
        }
        _ => {
            let words: Vec<&str> = others.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| word.len() > 2).collect();
            let here: Vec<String> = lines[at].split(|c: char| !c.is_alphanumeric() && c != '_').map(ToOwned::to_owned).collect();
            let word = choice.of(&here).clone();
            if !word.is_empty() && !words.is_empty() {
                lines[at] = lines[at].replacen(&word, choice.of::<&str>(&words), 1);
            }
        }
    }
    lines.join("\n") + "\n"
}

/// Edits a project many times over and compares the findings with those of a session that knows nothing yet.
fn holds_over_edits(folder: &str, original: &BTreeMap<String, String>, edits: usize, seed: u64) -> usize {
    let mut choice = Choice::new(seed);
    let mut session = session(folder, original);
    let mut files = original.clone();
    let paths: Vec<&String> = original.keys().collect();
    let mut changes = 0;
    let mut before = Vec::new();
    for step in 0..edits {
        let path = (*choice.of(&paths)).clone();
        let what = choice.below(10);
        match (what, files.get(&path).cloned()) {
            (0, Some(_)) => {
                files.remove(&path);
                session.remove(Path::new(&path));
            }
            // Back to a project without findings now and then, so that more than the first finding is looked for.
            (1 | 2, _) => {
                for path in files.keys().filter(|path| !original.contains_key(*path)) {
                    session.remove(Path::new(path));
                }
                for (path, text) in original {
                    session.edit(Path::new(path), text);
                }
                files.clone_from(original);
            }
            (3, _) => {
                let added = format!("{folder}/added-{}.yaml", choice.below(3));
                let text = original.get(&path).cloned().unwrap_or_default();
                session.edit(Path::new(&added), &text);
                files.insert(added, text);
            }
            (_, text) => {
                let other = original.get(*choice.of(&paths)).cloned().unwrap_or_default();
                let text = edited(&text.unwrap_or_default(), &other, &mut choice);
                session.edit(Path::new(&path), &text);
                files.insert(path.clone(), text);
            }
        }
        let checked = session.check().unwrap();
        let mut fresh = self::session(folder, &files);
        let expected = fresh.check().unwrap();
        let found = told(session.catalog(), &checked);
        assert_eq!(found, told(fresh.catalog(), &expected), "seed {seed}, edit {step}: {what} of {path}");
        assert_eq!(compiled(&checked), compiled(&expected), "seed {seed}, edit {step}: {what} of {path}");
        changes += usize::from(found != before);
        before = found;
    }
    changes
}

#[test]
fn a_generated_project_is_clean_and_as_large_as_it_should_be() {
    let files = project(Size { workflows: 3, tables: 10, rows: 50 });
    let mut session = session("flows", &files);
    let checked = session.check().unwrap();
    assert_eq!(told(session.catalog(), &checked), Vec::<String>::new());
    assert_eq!(checked.workflows.len(), 3);
    for (_, workflow) in &checked.workflows {
        assert_eq!((workflow.stages().len(), workflow.tables().len()), (8, 10));
        assert!(workflow.tables().values().all(|table| table.table().rows().len() == 50));
    }
}

/// Writes the project of the benchmark into a folder, to try the command on it.
#[test]
#[ignore = "writes files where the user says"]
fn write_project() {
    let folder = std::env::var("TOLLGATE_PROJECT").unwrap();
    for (path, text) in project(Size { workflows: 300, tables: 10, rows: 50 }) {
        let path = Path::new(&folder).join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
}

#[test]
fn after_any_edit_the_findings_are_those_of_a_check_from_scratch() {
    let files = project(Size { workflows: 4, tables: 5, rows: 15 });
    let changes = holds_over_edits("flows", &files, 220, 1);
    assert!(changes > 110, "only {changes} edits changed what is found");
}

#[test]
fn so_they_are_in_the_processes_that_ship() {
    let mut files = BTreeMap::new();
    for path in crate::library::files("workflows", &[".yaml", ".rhai", ".csv"]) {
        let name = path.strip_prefix(crate::support::project("")).unwrap().to_string_lossy().into_owned();
        if !name.contains("samples") {
            files.insert(name, fs::read_to_string(&path).unwrap());
        }
    }
    let changes = holds_over_edits("workflows", &files, 20, 2);
    assert!(changes > 10, "only {changes} edits changed what is found");
}

#[test]
fn only_what_uses_an_edited_text_is_compiled_again() {
    let files = project(Size { workflows: 12, tables: 5, rows: 15 });
    let mut session = session("flows", &files);
    let before = session.check().unwrap();
    let mut compiled_again = |path: &str| {
        session.edit(Path::new(path), &(files[path].clone() + "\n"));
        let after = session.check().unwrap();
        let pairs = before.workflows.iter().zip(&after.workflows);
        let again = pairs.filter(|((_, before), (_, after))| !Arc::ptr_eq(before, after)).count();
        session.edit(Path::new(path), &files[path]);
        again
    };
    assert_eq!(compiled_again("flows/flow-3.yaml"), 1);
    assert_eq!(compiled_again("flows/tables/flow-4-1.csv"), 2, "the one before was undone");
}

#[test]
fn a_file_that_is_saved_added_or_taken_away_on_disk_is_noticed() {
    let files = project(Size { workflows: 2, tables: 5, rows: 15 });
    let folder = Folder::new();
    for (path, text) in &files {
        folder.file(path, text);
    }
    let paths = [PathBuf::from(folder.path())];
    let mut session = Session::open(&paths).unwrap();
    let found = |what: &str, session: &mut Session| {
        let changed = session.refresh().unwrap();
        assert!(changed || what == "as it is", "{what}");
        let checked = session.check().unwrap();
        let catalog = load(&paths).unwrap();
        let found = told(session.catalog(), &checked);
        assert_eq!(found, told(&catalog, &check(&catalog)), "{what}");
        found.join("\n")
    };
    assert_eq!(found("as it is", &mut session), "");
    let (table, fragment) = ("flows/tables/flow-1-1.csv", "flows/records/kind-1.yaml");
    folder.file(table, files[table].replacen(",a\n", ",aa\n", 1));
    assert!(found("a cell", &mut session).contains("`aa`"));
    fs::remove_file(format!("{}/{table}", folder.path())).unwrap();
    assert!(found("no table", &mut session).contains("missing-file"));
    folder.file(table, [0xff, 0xfe, 0]);
    assert!(found("a table that is no text", &mut session).contains("not-utf8"));
    folder.file(table, &files[table]);
    assert_eq!(found("the table is back", &mut session), "");
    folder.file("flows/spare.yaml", &files[fragment]);
    assert!(found("a spare fragment", &mut session).contains("no workflow here uses this fragment"));
    fs::remove_file(format!("{}/flows/spare.yaml", folder.path())).unwrap();
    folder.file("flows/flow-0.yaml", "tollgate: 1\nworkflow: flow_0\nstages: {");
    assert!(found("a broken workflow", &mut session).contains("yaml-syntax"));
    folder.file("flows/flow-0.yaml", &files["flows/flow-0.yaml"]);
    assert_eq!(found("all is well", &mut session), "");
    let saved = format!("{}/flows/flow-0.yaml", folder.path());
    session.edit(Path::new(&saved), "tollgate: 1\nworkflow: flow_0\nstages: {");
    let checked = session.check().unwrap();
    assert!(checked.diagnostics.has_errors(), "what is edited counts before it is saved");
    session.revert(Path::new(&saved));
    assert_eq!(found("it was not saved", &mut session), "");
    assert!(!session.refresh().unwrap(), "nothing was saved since");
}
