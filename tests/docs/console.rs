//! Commands on pages, and whether they print what the page says.
//!
//! It must not know pages other than by their blocks.

use super::page::{Block, Page};
use crate::support::{Folder, lead_to_cash, tollgate, words};
use std::fs;

/// Set to write what the commands print into the pages, where no line is left out.
const UPDATE: &str = "TOLLGATE_UPDATE_DOCS";

/// Commands that have a store.
const KEEPS_CASES: &[&str] = &["case", "delegate", "work", "migrate", "audit"];

/// A command and what the page says that it prints.
struct Shown {
    command: String,
    lines: Vec<String>,
}

/// Runs the commands of a page in a folder with its files. Gives what differs, or mends the page where that is wanted.
pub(super) fn differences(page: &Page) -> Vec<String> {
    let folder = Folder::new();
    for (name, text) in page.files_at(0) {
        folder.file(name, text);
    }
    let update = std::env::var_os(UPDATE).is_some();
    let mut different = Vec::new();
    let mut mended = page.lines.clone();
    let mut moved = 0_isize;
    for block in &page.blocks {
        if block.language != "console" {
            if let Some(name) = &block.name {
                folder.file(name, &block.text);
            }
            continue;
        }
        let mut shown = commands(block);
        for one in &mut shown {
            let printed = run(&one.command, page, &folder);
            if holds(&one.lines, &printed) {
                continue;
            }
            if update && !one.lines.iter().any(|line| is_gap(line)) {
                one.lines = printed;
            } else {
                different.push(format!("{}:{}: `{}` prints\n{}\n", page.path, block.start, one.command, printed.join("\n")));
            }
        }
        let lines = written(&shown);
        let (start, end) = (shifted(block.start, moved), shifted(block.end, moved));
        moved += lines.len() as isize - (end - start) as isize;
        drop(mended.splice(start..end, lines));
    }
    if update && mended != page.lines {
        fs::write(super::page::root().join(&page.path), mended.join("\n") + "\n").unwrap();
    }
    different
}

fn shifted(index: usize, by: isize) -> usize {
    index.checked_add_signed(by).unwrap()
}

fn commands(block: &Block) -> Vec<Shown> {
    let mut shown: Vec<Shown> = Vec::new();
    for line in block.text.lines() {
        if let Some(command) = line.strip_prefix("$ ") {
            shown.push(Shown { command: command.to_owned(), lines: Vec::new() });
        } else {
            assert!(!shown.is_empty(), "a block of commands begins with `{line}`");
            shown.last_mut().unwrap().lines.push(line.trim_end().to_owned());
        }
    }
    shown.iter_mut().for_each(|one| without_end(&mut one.lines));
    shown
}

/// The block's lines, with an empty line between two commands.
fn written(shown: &[Shown]) -> Vec<String> {
    let mut lines = Vec::new();
    for (index, one) in shown.iter().enumerate() {
        if index > 0 {
            lines.push(String::new());
        }
        lines.push(format!("$ {}", one.command));
        lines.extend(one.lines.iter().cloned());
    }
    lines
}

/// What a command prints: results, then messages. Beside `tollgate` it may be the script of a whole chain. Files of the page are those in the folder, other paths those of the project.
fn run(command: &str, page: &Page, folder: &Folder) -> Vec<String> {
    let store = format!("{}/cases.db", folder.path());
    if let Some(chapters) = command.strip_prefix("sh docs/lead-to-cash.sh ") {
        let (worked, printed) = lead_to_cash(&chapters.split(' ').collect::<Vec<_>>(), &store);
        assert!(worked, "{}: {command}\n{printed}", page.path);
        return lines_of(&printed);
    }
    let mut words = words(command).into_iter();
    assert_eq!(words.next().as_deref(), Some("tollgate"), "{}: only `tollgate` is run, not `{command}`", page.path);
    let is_file = |word: &str| page.blocks.iter().any(|block| block.name.as_deref() == Some(word));
    let mut arguments: Vec<String> = words.map(|word| if is_file(&word) { format!("{}/{word}", folder.path()) } else { word }).collect();
    // The cases of a page are its own.
    if arguments.iter().find(|word| !word.starts_with('-')).is_some_and(|word| KEEPS_CASES.contains(&word.as_str())) {
        arguments.extend(["--store".to_owned(), store]);
    }
    let ran = tollgate(&arguments.iter().map(String::as_str).collect::<Vec<_>>());
    let here = [format!("{}/", folder.path()), format!("{}/", folder.path().replace('\\', "/"))];
    let text = here.iter().fold(format!("{}{}", ran.out, ran.err), |text, here| text.replace(here, ""));
    lines_of(&text)
}

fn lines_of(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = text.lines().map(|line| line.trim_end().to_owned()).collect();
    without_end(&mut lines);
    lines
}

fn without_end(lines: &mut Vec<String>) {
    while lines.last().is_some_and(String::is_empty) {
        lines.pop();
    }
}

fn is_gap(line: &str) -> bool {
    line.trim() == "..."
}

/// Whether the lines are those that were printed; `...` stands for any lines.
fn holds(expected: &[String], printed: &[String]) -> bool {
    let chunks: Vec<&[String]> = expected.split(|line| is_gap(line)).collect();
    if chunks.len() == 1 {
        return expected == printed;
    }
    let last = chunks.len() - 1;
    let mut rest = printed;
    for (index, chunk) in chunks.into_iter().enumerate() {
        let found = if index == 0 {
            rest.starts_with(chunk).then_some(0)
        } else if index == last {
            rest.ends_with(chunk).then(|| rest.len() - chunk.len())
        } else {
            (0..rest.len()).find(|start| rest[*start..].starts_with(chunk))
        };
        let Some(found) = found else { return false };
        rest = &rest[found + chunk.len()..];
    }
    true
}

#[test]
fn lines_may_be_left_out_but_not_made_up() {
    let lines = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
    let printed = lines("a b c d");
    for page in ["a b c d", "a ... d", "... b ...", "a b ...", "... c d", "a ... c ..."] {
        assert!(holds(&lines(page), &printed), "{page}");
    }
    for page in ["a b c", "a ... c", "b ...", "... c b ...", "a ... x ...", "... d c", "a b c d ... d"] {
        assert!(!holds(&lines(page), &printed), "{page}");
    }
}
