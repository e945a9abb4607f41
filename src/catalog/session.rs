//! A project that is being worked on: its findings after each edit, without doing again what the edit does not touch.
//!
//! It must not say anything else than a check from scratch would.

use super::check::{Kept, check_with};
use super::files::Files;
use super::load::{Root, folder_name, name_of, roots};
use super::{Catalog, CatalogError, Checked};
use crate::diagnostic::Diagnostics;
use crate::source::SourceId;
use std::path::{Path, PathBuf};

/// The files of a project, with what is known about them.
///
/// An edit is a text over the file on disk, as an editor holds it before it is saved. The disk itself is looked at when the session
/// begins and by [`Session::refresh`].
#[derive(Debug)]
pub struct Session {
    // Empty for a session without a disk.
    paths: Vec<PathBuf>,
    roots: Vec<Root>,
    files: Files,
    catalog: Catalog,
    kept: Kept,
}

impl Session {
    /// Reads files and folders from disk.
    ///
    /// # Errors
    /// When a path that was named cannot be read.
    pub fn open(paths: &[PathBuf]) -> Result<Self, CatalogError> {
        let mut session =
            Self { roots: roots(paths)?, paths: paths.to_vec(), files: Files::on_disk(), catalog: Catalog::default(), kept: Kept::new() };
        session.update()?;
        Ok(session)
    }

    /// A session without a disk: a folder that is empty until something is edited.
    #[must_use]
    pub fn in_memory(folder: &Path) -> Self {
        let roots = vec![Root::Folder(folder_name(folder), Vec::new())];
        Self { paths: Vec::new(), roots, files: Files::in_memory(), catalog: Catalog::default(), kept: Kept::new() }
    }

    /// Gives a file a text, whether it is there already or not.
    pub fn edit(&mut self, path: &Path, text: &str) {
        self.files.edit(&name_of(path), Some(text));
    }

    /// Takes a file away, whatever is on disk.
    pub fn remove(&mut self, path: &Path) {
        self.files.edit(&name_of(path), None);
    }

    /// Goes back to what is on disk: the file was saved, or closed without being saved.
    pub fn revert(&mut self, path: &Path) {
        self.files.revert(&name_of(path));
    }

    /// Looks at the disk again, for files that were saved, added or taken away by others; whether there may be other findings than before.
    ///
    /// # Errors
    /// When a path that was named cannot be read any more; the session stays usable.
    pub fn refresh(&mut self) -> Result<bool, CatalogError> {
        let before = self.state();
        if !self.paths.is_empty() {
            self.roots = roots(&self.paths)?;
            self.files.look_again();
        }
        self.update()?;
        Ok(self.state() != before)
    }

    /// What findings depend on: texts, and what they count as.
    fn state(&self) -> (u64, [Vec<SourceId>; 4], Diagnostics) {
        let Catalog { sources, workflows, mappings, fragments, projects, diagnostics, .. } = &self.catalog;
        (sources.revision(), [workflows, mappings, fragments, projects].map(Clone::clone), diagnostics.clone())
    }

    /// All findings, as [`super::check`] would give them.
    ///
    /// # Errors
    /// When a file that was found is gone or cannot be read any more; the session stays usable.
    pub fn check(&mut self) -> Result<Checked, CatalogError> {
        self.update()?;
        Ok(check_with(&self.catalog, &mut self.kept))
    }

    /// The texts and what they are.
    #[must_use]
    pub fn catalog(&self) -> &Catalog {
        &self.catalog
    }

    fn update(&mut self) -> Result<(), CatalogError> {
        self.catalog.read(&self.roots, &mut self.files)
    }
}
