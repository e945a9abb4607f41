//! Pages of Markdown: their blocks of code, headings and links.
//!
//! It must not run or compile anything.
//!
//! A block of code whose fence names a file (```` ```yaml deal.yaml ````) is that file of the page; a later block of the same name is its
//! next version. `<!-- test: with errors -->` before a block says that its mistakes are meant. A block of the language `console` holds
//! commands after `$ ` with what they print; a line `...` stands for lines that are left out.

use std::fs;
use std::path::{Path, PathBuf};

/// A page.
pub(super) struct Page {
    /// Its path in the project.
    pub path: String,
    pub lines: Vec<String>,
    pub blocks: Vec<Block>,
}

/// A block of code.
pub(super) struct Block {
    /// The index of its first line after the fence.
    pub start: usize,
    /// The index of the closing fence.
    pub end: usize,
    pub language: String,
    /// The file that it is.
    pub name: Option<String>,
    pub text: String,
    /// Whether its mistakes are meant.
    pub with_errors: bool,
}

/// A link of a page.
pub(super) struct Link {
    /// The line, from 1.
    pub line: usize,
    pub target: String,
}

/// The pages that users read, without those of single findings, which have tests of their own.
pub(super) fn pages() -> Vec<Page> {
    let mut paths = vec![root().join("README.md"), root().join("CHANGELOG.md"), root().join("workflows/README.md")];
    let mut folders = vec![root().join("docs")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap().map(Result::unwrap) {
            let path = entry.path();
            if path.is_dir() && !path.ends_with("diagnostics") {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "md") {
                paths.push(path);
            }
        }
    }
    paths.sort();
    paths.iter().map(|path| Page::read(path)).collect()
}

pub(super) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

impl Page {
    pub(super) fn read(path: &Path) -> Self {
        let text = fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display())).unwrap();
        let lines: Vec<String> = text.lines().map(str::to_owned).collect();
        let blocks = blocks(&lines);
        let path = path.strip_prefix(root()).unwrap_or(path).to_string_lossy().replace('\\', "/");
        Self { path, lines, blocks }
    }

    /// The text of a block that is a file, as it stands at a block: its latest version by then, or else its first one.
    pub(super) fn files_at(&self, index: usize) -> Vec<(&str, &str)> {
        let mut files: Vec<(&str, &str)> = Vec::new();
        for (place, block) in self.blocks.iter().enumerate() {
            let Some(name) = block.name.as_deref() else { continue };
            match files.iter().position(|(known, _)| *known == name) {
                None => files.push((name, block.text.as_str())),
                Some(known) if place <= index => files[known].1 = block.text.as_str(),
                Some(_) => {}
            }
        }
        files
    }

    /// The lines outside of blocks of code, each with its number from 1.
    pub(super) fn prose(&self) -> impl Iterator<Item = (usize, &str)> {
        let inside = |index: usize| self.blocks.iter().any(|block| block.start <= index + 1 && index <= block.end);
        self.lines.iter().enumerate().filter(move |(index, _)| !inside(*index)).map(|(index, line)| (index + 1, line.as_str()))
    }

    /// The links to other places, as they are written.
    pub(super) fn links(&self) -> Vec<Link> {
        let mut links = Vec::new();
        for (line, text) in self.prose() {
            for part in text.split("](").skip(1) {
                if let Some((target, _)) = part.split_once(')') {
                    links.push(Link { line, target: target.to_owned() });
                }
            }
        }
        links
    }

    /// The anchors that its headings have.
    pub(super) fn anchors(&self) -> Vec<String> {
        self.prose().filter(|(_, line)| line.starts_with('#')).map(|(_, line)| anchor(line.trim_start_matches('#').trim())).collect()
    }

    /// The folder of the page.
    pub(super) fn folder(&self) -> PathBuf {
        root().join(&self.path).parent().unwrap_or(root()).to_path_buf()
    }
}

fn blocks(lines: &[String]) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut open: Option<(usize, String)> = None;
    for (index, line) in lines.iter().enumerate() {
        let Some(info) = line.trim_start().strip_prefix("```") else { continue };
        match open.take() {
            None => open = Some((index + 1, info.to_owned())),
            Some((start, info)) => {
                let mut words = info.split_whitespace().map(str::to_owned);
                let before = lines[..start - 1].iter().rev().find(|line| !line.trim().is_empty());
                blocks.push(Block {
                    start,
                    end: index,
                    language: words.next().unwrap_or_default(),
                    name: words.next(),
                    text: lines[start..index].iter().map(|line| format!("{line}\n")).collect(),
                    with_errors: before.is_some_and(|line| line == "<!-- test: with errors -->"),
                });
            }
        }
    }
    assert!(open.is_none(), "a block is not closed: {open:?}");
    blocks
}

/// The anchor of a heading, as GitHub and GitLab make it.
fn anchor(heading: &str) -> String {
    let kept = heading.chars().filter(|character| character.is_alphanumeric() || matches!(character, ' ' | '-' | '_'));
    kept.flat_map(char::to_lowercase).map(|character| if character == ' ' { '-' } else { character }).collect()
}
