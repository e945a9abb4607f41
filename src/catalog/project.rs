//! Which project file holds for which file: the first `tollgate.yaml` in its folder and those above.
//!
//! It must not read what a project wants; `document` does.

use super::Catalog;
use crate::diagnostic::{Diagnostics, Settings};
use crate::document::{PROJECT_FILE, ProjectDoc, join_path};
use crate::source::SourceId;
use std::collections::HashMap;

/// The most folders that are looked into above a file.
const HIGHEST: usize = 64;

/// The wishes of each project.
#[derive(Debug, Default)]
pub(super) struct Projects {
    by_project: HashMap<SourceId, Settings>,
    // The project file of each file that has one.
    of: HashMap<SourceId, SourceId>,
    usual: Settings,
}

impl Projects {
    /// Reads every project file of a catalog; what is wrong with them is reported.
    pub(super) fn read(catalog: &Catalog, diagnostics: &mut Diagnostics) -> Self {
        let read = |id: &SourceId, diagnostics: &mut Diagnostics| (*id, ProjectDoc::read(&catalog.sources, *id, diagnostics).settings);
        let by_project: HashMap<SourceId, Settings> = catalog.projects.iter().map(|id| read(id, diagnostics)).collect();
        let nearest = |path| candidates(path).filter_map(|path| catalog.sources.find(&path)).find(|id| by_project.contains_key(id));
        let files = catalog.sources.iter().filter(|_| !by_project.is_empty());
        let of = files.filter_map(|(id, source)| Some((id, nearest(source.path())?))).collect();
        Self { by_project, of, usual: Settings::default() }
    }

    /// What holds for a file.
    pub(super) fn settings(&self, file: SourceId) -> &Settings {
        self.of.get(&file).and_then(|project| self.by_project.get(project)).unwrap_or(&self.usual)
    }
}

/// The paths at which the project file of a file may lie, the nearest first, as the catalog writes paths.
pub(super) fn candidates(path: &str) -> impl Iterator<Item = String> {
    let rooted = path.starts_with('/');
    let folders: Vec<&str> = path.rsplit_once('/').map_or("", |(folder, _)| folder).split('/').filter(|part| !part.is_empty()).collect();
    // Of a path that begins with `..`, only what follows can be left upwards by its name.
    let named = folders.iter().filter(|part| **part != "..").count();
    let inside = (0..=named).map(|up| folders.get(..folders.len() - up).unwrap_or_default().join("/")).collect::<Vec<_>>();
    let highest = inside.last().cloned().unwrap_or_default();
    let above = (1..HIGHEST).map(move |up| format!("{highest}/{}", "../".repeat(up)));
    let folders = inside.into_iter().chain(above.filter(move |_| !rooted));
    folders.map(move |folder| join_path(if rooted { "/" } else { "" }, format!("{folder}/{PROJECT_FILE}").trim_start_matches('/')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_project_file_lies_beside_a_file_or_above_it() {
        let first = |path: &str, count: usize| candidates(path).take(count).collect::<Vec<_>>();
        assert_eq!(
            first("flows/sub/a.yaml", 5),
            ["flows/sub/tollgate.yaml", "flows/tollgate.yaml", "tollgate.yaml", "../tollgate.yaml", "../../tollgate.yaml"]
        );
        assert_eq!(first("../b/a.yaml", 3), ["../b/tollgate.yaml", "../tollgate.yaml", "../../tollgate.yaml"]);
        assert_eq!(first("/p/flows/a.yaml", 9), ["/p/flows/tollgate.yaml", "/p/tollgate.yaml", "/tollgate.yaml"]);
        assert_eq!(first("/a.yaml", 9), ["/tollgate.yaml"]);
        assert_eq!(first("a.yaml", 2), ["tollgate.yaml", "../tollgate.yaml"]);
        assert!(candidates("a.yaml").count() <= HIGHEST);
    }
}
