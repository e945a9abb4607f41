//! Reads the files under some paths, and every file that those refer to.
//!
//! It must not follow links out of what was named, except where a file refers to another by path.

use super::project::candidates;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::document::{FileKind, PROJECT_FILE, join_path, parse_yaml, references};
use crate::source::{MAX_SOURCE_BYTES, SourceId, Sources, Span};
use std::collections::HashSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// The texts under some paths.
#[derive(Debug, Clone, Default)]
pub struct Catalog {
    /// Every text that was read.
    pub sources: Sources,
    /// The workflows among them.
    pub workflows: Vec<SourceId>,
    /// The mappings among them.
    pub mappings: Vec<SourceId>,
    /// Fragments that were named or found in a folder.
    pub fragments: Vec<SourceId>,
    /// The project files that hold for one of the texts, or that were named or found in a folder.
    pub projects: Vec<SourceId>,
    /// The folders that were read whole, as their files are named, with a slash at the end.
    pub folders: Vec<String>,
    /// What could not be read as text.
    pub diagnostics: Diagnostics,
}

/// Why nothing could be read.
#[derive(Debug, thiserror::Error)]
pub enum CatalogError {
    /// A path that was named cannot be read.
    #[error("cannot read `{}`: {source}", path.display())]
    Unreadable {
        /// The path.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// There is no workflow under the paths.
    #[error("there is no workflow in `{}`", path.display())]
    NoWorkflow {
        /// The path.
        path: PathBuf,
    },
}

/// Reads files, and folders with all that lies in them except what `.gitignore` names.
///
/// # Errors
/// When a path that was named cannot be read. A file that is no text is a finding, not an error.
pub fn load(paths: &[PathBuf]) -> Result<Catalog, CatalogError> {
    let mut catalog = Catalog::default();
    for path in paths {
        let metadata = fs::metadata(path).map_err(|source| CatalogError::Unreadable { path: path.clone(), source })?;
        if metadata.is_dir() {
            catalog.folder(path)?;
        } else {
            catalog.file(path, true).map_err(|source| CatalogError::Unreadable { path: path.clone(), source })?;
        }
    }
    catalog.follow();
    catalog.find_projects()?;
    Ok(catalog)
}

impl Catalog {
    fn folder(&mut self, folder: &Path) -> Result<(), CatalogError> {
        let mut found: Vec<PathBuf> = Vec::new();
        for entry in ignore::WalkBuilder::new(folder).build().filter_map(Result::ok) {
            let is_yaml = entry.path().extension().is_some_and(|extension| extension == "yaml" || extension == "yml");
            if is_yaml && entry.file_type().is_some_and(|kind| kind.is_file()) {
                found.push(entry.into_path());
            }
        }
        found.sort();
        // The name of a file in it, cut short: the folder's own name may be written in several ways.
        let inside = join_path("", &folder.join("x").to_string_lossy().replace('\\', "/"));
        self.folders.push(inside.trim_end_matches('x').to_owned());
        for path in found {
            self.file(&path, false).map_err(|source| CatalogError::Unreadable { path, source })?;
        }
        Ok(())
    }

    /// Reads a file and finds out what it is. A file found in a folder that is not tollgate's is passed over.
    fn file(&mut self, path: &Path, named: bool) -> io::Result<()> {
        let Some(id) = self.text(path)? else { return Ok(()) };
        if path.file_name().is_some_and(|name| name == PROJECT_FILE) {
            self.projects.extend((!self.projects.contains(&id)).then_some(id));
            return Ok(());
        }
        let mut unseen = Diagnostics::new();
        let kind = match parse_yaml(&self.sources, id, &mut unseen) {
            Some(node) => FileKind::of(&node),
            None => kind_of_broken(self.sources.get(id).map_or("", |source| source.text())),
        };
        let list = match kind {
            FileKind::Workflow => &mut self.workflows,
            FileKind::Mapping => &mut self.mappings,
            FileKind::Fragment => &mut self.fragments,
            FileKind::Other if named => &mut self.workflows,
            FileKind::Other => return Ok(()),
        };
        if !list.contains(&id) {
            list.push(id);
        }
        Ok(())
    }

    /// Adds the text of a file; `None` where it is no text, which is a finding.
    fn text(&mut self, path: &Path) -> io::Result<Option<SourceId>> {
        let name = join_path("", &path.to_string_lossy().replace('\\', "/"));
        if let Some(known) = self.sources.find(&name) {
            return Ok(self.sources.is_readable(known).then_some(known));
        }
        let length = fs::metadata(path)?.len();
        if length > MAX_SOURCE_BYTES as u64 {
            let id = self.sources.add_unreadable(&name, "");
            let message = format!("the file has {length} bytes; at most {MAX_SOURCE_BYTES} are read");
            self.diagnostics.push(Diagnostic::new(Code::FileTooLarge, Span::start_of(id), message));
            return Ok(None);
        }
        match String::from_utf8(fs::read(path)?) {
            // A byte order mark is no part of the text.
            Ok(text) => Ok(Some(self.sources.add(&name, text.strip_prefix('\u{feff}').unwrap_or(&text)))),
            Err(error) => {
                let valid = error.utf8_error().valid_up_to();
                let text = String::from_utf8_lossy(error.as_bytes()).into_owned();
                let id = self.sources.add_unreadable(&name, &text);
                let message = format!("the file is not UTF-8: byte {} cannot be read", valid + 1);
                let help = "save it as UTF-8; an export from a spreadsheet is often in a code page such as GBK or Windows-1252";
                self.diagnostics.push(
                    Diagnostic::new(
                        Code::NotUtf8,
                        Span::new(id, valid as u32, (valid + char::REPLACEMENT_CHARACTER.len_utf8()) as u32),
                        message,
                    )
                    .help(help),
                );
                Ok(None)
            }
        }
    }

    /// Reads the project files of all texts: of each, the first that lies in its folder or above it.
    fn find_projects(&mut self) -> Result<(), CatalogError> {
        let paths: Vec<String> = self.sources.iter().map(|(_, source)| source.path().to_owned()).collect();
        let mut seen: HashSet<String> = HashSet::new();
        for path in paths {
            for candidate in candidates(&path) {
                // Where another file's way up was followed already, it found what there is.
                if !seen.insert(candidate.clone()) {
                    break;
                }
                let path = Path::new(&candidate);
                if path.is_file() {
                    self.file(path, true).map_err(|source| CatalogError::Unreadable { path: path.to_path_buf(), source })?;
                    break;
                }
            }
        }
        Ok(())
    }

    /// Reads what the files refer to, as far as it exists; what does not is reported by the compiler, at the place that refers to it.
    fn follow(&mut self) {
        let mut waiting: Vec<SourceId> = self.workflows.iter().chain(&self.fragments).copied().collect();
        let mut seen: Vec<SourceId> = Vec::new();
        while let Some(id) = waiting.pop() {
            if seen.contains(&id) {
                continue;
            }
            seen.push(id);
            for path in references(&self.sources, id) {
                if let Ok(Some(found)) = self.text(Path::new(&path))
                    && !path.ends_with(".rhai")
                    && !path.ends_with(".csv")
                {
                    waiting.push(found);
                }
            }
        }
    }
}

/// What a file that cannot be parsed was meant to be.
fn kind_of_broken(text: &str) -> FileKind {
    let has = |key: &str| text.lines().any(|line| line.starts_with(key));
    if has("mapping:") {
        FileKind::Mapping
    } else if has("workflow:") {
        FileKind::Workflow
    } else if has("tollgate:") {
        FileKind::Fragment
    } else {
        FileKind::Other
    }
}
