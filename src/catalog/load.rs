//! Reads the files under some paths, and every file that those refer to.
//!
//! It must not follow links out of what was named, except where a file refers to another by path.

use super::files::{Files, Read};
use super::parallel;
use super::project::candidates;
use crate::diagnostic::Diagnostics;
use crate::document::{Document, Documents, FileKind, PROJECT_FILE, join_path};
use crate::source::{SourceId, Sources};
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The texts under some paths.
#[derive(Debug, Clone, Default)]
pub struct Catalog {
    /// Every text that was read.
    pub sources: Sources,
    /// The YAML files among them as they were read.
    pub documents: Documents,
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

/// What was named, with what was found there.
#[derive(Debug)]
pub(super) enum Root {
    /// A file.
    File(PathBuf),
    /// A folder by the name that its files have in front, with the YAML files in it that `.gitignore` does not name.
    Folder(String, Vec<PathBuf>),
}

/// Reads files, and folders with all that lies in them except what `.gitignore` names.
///
/// # Errors
/// When a path that was named cannot be read. A file that is no text is a finding, not an error.
pub fn load(paths: &[PathBuf]) -> Result<Catalog, CatalogError> {
    let mut catalog = Catalog::default();
    catalog.read(&roots(paths)?, &mut Files::on_disk())?;
    Ok(catalog)
}

/// What lies under some paths on disk.
pub(super) fn roots(paths: &[PathBuf]) -> Result<Vec<Root>, CatalogError> {
    let root = |path: &PathBuf| {
        let metadata = fs::metadata(path).map_err(|source| CatalogError::Unreadable { path: path.clone(), source })?;
        if !metadata.is_dir() {
            return Ok(Root::File(path.clone()));
        }
        let entries = ignore::WalkBuilder::new(path).build().filter_map(Result::ok);
        let files = entries.filter(|entry| is_yaml(entry.path()) && entry.file_type().is_some_and(|kind| kind.is_file()));
        Ok(Root::Folder(folder_name(path), files.map(ignore::DirEntry::into_path).collect()))
    };
    paths.iter().map(root).collect()
}

/// A folder as its files are named: the name of a file in it, cut short, since the folder's own may be written in several ways.
pub(super) fn folder_name(folder: &Path) -> String {
    name_of(&folder.join("x")).trim_end_matches('x').to_owned()
}

/// The name of a file among the sources.
pub(super) fn name_of(path: &Path) -> String {
    join_path("", &path.to_string_lossy().replace('\\', "/"))
}

/// Whether a file lies in a folder that was read; the folder that one stands in is written as nothing.
pub(super) fn lies_in(path: &str, folder: &str) -> bool {
    if folder.is_empty() { !path.starts_with("../") && !path.starts_with('/') } else { path.starts_with(folder) }
}

fn is_yaml(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "yaml" || extension == "yml")
}

impl Catalog {
    /// Brings everything up to date: what changed among the files is read anew, the rest stays as it is.
    pub(super) fn read(&mut self, roots: &[Root], files: &mut Files) -> Result<(), CatalogError> {
        for list in [&mut self.workflows, &mut self.mappings, &mut self.fragments, &mut self.projects] {
            list.clear();
        }
        self.folders.clear();
        self.diagnostics = Diagnostics::new();
        let mut known = BTreeSet::new();
        let mut found: Vec<(SourceId, bool)> = Vec::new();
        for root in roots {
            let named = matches!(root, Root::File(_));
            if let Root::Folder(folder, _) = root {
                self.folders.push(folder.clone());
            }
            for (name, path) in files_of(root, files) {
                match self.file(&name, &path, files, &mut known) {
                    Ok(Some(id)) if is_project(&name) => self.project(id),
                    Ok(Some(id)) => found.push((id, named)),
                    Ok(None) => {}
                    Err(_) if files.is_removed(&name) => {}
                    Err(source) => return Err(CatalogError::Unreadable { path, source }),
                }
            }
        }
        self.parse(&found.iter().map(|(id, _)| *id).collect::<Vec<_>>());
        for (id, named) in found {
            self.classify(id, named);
        }
        self.follow(files, &mut known);
        self.find_projects(files, &mut known)?;
        // What nothing refers to any more is not a part of the project any more.
        let stray: Vec<String> =
            self.sources.iter().map(|(_, source)| source.path()).filter(|path| !known.contains(*path)).map(str::to_owned).collect();
        for path in stray {
            self.sources.remove(&path);
            files.forget(&path);
        }
        Ok(())
    }

    fn project(&mut self, id: SourceId) {
        self.projects.extend((!self.projects.contains(&id)).then_some(id));
    }

    /// Reads a file; `None` where it is no text, which is a finding once.
    fn file(&mut self, name: &str, path: &Path, files: &mut Files, known: &mut BTreeSet<String>) -> io::Result<Option<SourceId>> {
        match files.read(&mut self.sources, name, path)? {
            Read::Text(id) => {
                known.insert(name.to_owned());
                Ok(Some(id))
            }
            Read::Refused(diagnostic) => {
                if known.insert(name.to_owned()) {
                    self.diagnostics.push(*diagnostic);
                }
                Ok(None)
            }
        }
    }

    /// Reads the documents that are new or changed, on all cores.
    fn parse(&mut self, ids: &[SourceId]) {
        let unread: Vec<SourceId> = ids.iter().copied().filter(|id| !self.documents.has(&self.sources, *id)).collect();
        let read = parallel::map(unread.clone(), |id| Arc::new(Document::read(&self.sources, id)));
        for (id, document) in unread.into_iter().zip(read) {
            self.documents.insert(id, document);
        }
    }

    /// Finds out what a file is. A file found in a folder that is not tollgate's is passed over.
    fn classify(&mut self, id: SourceId, named: bool) {
        let kind = self.documents.get(&self.sources, id).kind();
        let kind = kind.unwrap_or_else(|| kind_of_broken(self.sources.get(id).map_or("", |source| source.text())));
        let list = match kind {
            FileKind::Workflow => &mut self.workflows,
            FileKind::Mapping => &mut self.mappings,
            FileKind::Fragment => &mut self.fragments,
            FileKind::Other if named => &mut self.workflows,
            FileKind::Other => return,
        };
        if !list.contains(&id) {
            list.push(id);
        }
    }

    /// Reads the project files of all texts: of each, the first that lies in its folder or above it.
    fn find_projects(&mut self, files: &mut Files, known: &mut BTreeSet<String>) -> Result<(), CatalogError> {
        let folder = |path: &str| path.rsplit_once('/').map_or(String::new(), |(folder, _)| format!("{folder}/"));
        let folders: BTreeSet<String> = known.iter().map(|path| folder(path)).collect();
        let mut seen: HashSet<String> = HashSet::new();
        for folder in folders {
            for candidate in candidates(&folder) {
                // Where another file's way up was followed already, it found what there is.
                if !seen.insert(candidate.clone()) {
                    break;
                }
                let path = Path::new(&candidate);
                match self.file(&candidate, path, files, known) {
                    Ok(Some(id)) => {
                        self.project(id);
                        break;
                    }
                    Ok(None) => break,
                    Err(source) if files.is_there(path) => return Err(CatalogError::Unreadable { path: path.to_path_buf(), source }),
                    Err(_) => {}
                }
            }
        }
        Ok(())
    }

    /// Reads what the files refer to, as far as it exists; what does not is reported by the compiler, at the place that refers to it.
    fn follow(&mut self, files: &mut Files, known: &mut BTreeSet<String>) {
        let mut waiting: Vec<SourceId> = self.workflows.iter().chain(&self.fragments).copied().collect();
        let mut seen: HashSet<SourceId> = waiting.iter().copied().collect();
        let mut looked: HashSet<String> = HashSet::new();
        while !waiting.is_empty() {
            self.parse(&waiting);
            let mut next = Vec::new();
            for id in waiting {
                let document = self.documents.get(&self.sources, id);
                for path in document.references(self.sources.path(id)) {
                    if !looked.insert(path.clone()) {
                        continue;
                    }
                    let found = self.file(&path, Path::new(&path), files, known);
                    if let Ok(Some(found)) = found
                        && !path.ends_with(".rhai")
                        && !path.ends_with(".csv")
                        && seen.insert(found)
                    {
                        next.push(found);
                    }
                }
            }
            waiting = next;
        }
    }
}

/// The files of a root by their names, in order, with those that are being written and are not on disk yet.
fn files_of(root: &Root, files: &Files) -> Vec<(String, PathBuf)> {
    match root {
        Root::File(path) => vec![(name_of(path), path.clone())],
        Root::Folder(folder, found) => {
            let on_disk = found.iter().map(|path| (PathBuf::from(name_of(path)), path.clone()));
            let edited = files.edited().filter(|name| is_yaml(Path::new(name)) && lies_in(name, folder));
            let all: BTreeMap<PathBuf, PathBuf> = edited.map(|name| (name.into(), name.into())).chain(on_disk).collect();
            all.into_iter().map(|(name, path)| (name.to_string_lossy().into_owned(), path)).collect()
        }
    }
}

fn is_project(name: &str) -> bool {
    name.rsplit('/').next() == Some(PROJECT_FILE)
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
