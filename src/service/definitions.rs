//! Workflows by what they say: every case stays on the definition that it began with, whatever the files say later.
//!
//! It must not read files: a definition is kept as the texts that it was made of, and compiled from these.

use crate::catalog::{Catalog, Session};
use crate::names::WorkflowId;
use crate::source::SourceId;
use crate::store::{CaseStore, StoreError};
use crate::workflow::Workflow;
use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

/// The folder in which the texts of a definition are compiled.
const FOLDER: &str = "definition";

/// Why there is no workflow.
#[derive(Debug, thiserror::Error)]
pub enum DefinitionError {
    /// The store has no such definition.
    #[error("the store has no definition `{0}`")]
    Absent(String),
    /// The text in the store cannot be read.
    #[error("the definition `{digest}` in the store cannot be read: {source}")]
    Unreadable {
        /// The digest.
        digest: String,
        /// Why.
        source: serde_json::Error,
    },
    /// The texts do not compile with this program, or to something else than they did.
    #[error("the definition `{digest}` of `{workflow}` does not compile any more{}", .first.as_ref().map(|first| format!(": {first}")).unwrap_or_default())]
    Broken {
        /// The digest.
        digest: String,
        /// The workflow.
        workflow: WorkflowId,
        /// The first finding.
        first: Option<String>,
    },
    /// A workflow that starts is not among those that were there.
    #[error("the workflow `{0}` was not there when `{1}` was defined")]
    Other(WorkflowId, WorkflowId),
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The texts of a workflow and of all that it may start.
#[derive(Debug, Serialize, Deserialize)]
struct Bundle {
    workflow: WorkflowId,
    files: IndexMap<String, String>,
}

/// A family of workflows that were compiled together.
#[derive(Debug)]
pub struct Family {
    workflows: HashMap<WorkflowId, Arc<Workflow>>,
    files: IndexMap<String, String>,
}

/// The definitions of a store, each compiled once.
pub struct Definitions<'s> {
    store: &'s dyn CaseStore,
    known: Mutex<HashMap<Arc<str>, Arc<Family>>>,
}

impl Family {
    /// The workflows of a catalog that compile, with their texts.
    #[must_use]
    pub fn of(catalog: &Catalog, workflows: &[(SourceId, Arc<Workflow>)]) -> Self {
        let sources = &catalog.sources;
        let ids = workflows.iter().flat_map(|(_, workflow)| workflow.sources().iter().copied()).chain(catalog.projects.iter().copied());
        let mut files = IndexMap::new();
        for id in ids {
            if let Some(source) = sources.get(id) {
                files.entry(sources.path(id).to_owned()).or_insert_with(|| source.text().to_owned());
            }
        }
        Self { workflows: workflows.iter().map(|(_, workflow)| (workflow.id().clone(), Arc::clone(workflow))).collect(), files }
    }

    /// Adds a workflow of another catalog, with its texts.
    pub fn add(&mut self, catalog: &Catalog, workflow: &Arc<Workflow>) {
        let sources = &catalog.sources;
        for id in workflow.sources() {
            if let Some(source) = sources.get(*id) {
                self.files.insert(sources.path(*id).to_owned(), source.text().to_owned());
            }
        }
        self.workflows.insert(workflow.id().clone(), Arc::clone(workflow));
    }

    /// A workflow of it.
    #[must_use]
    pub fn get(&self, id: &WorkflowId) -> Option<&Arc<Workflow>> {
        self.workflows.get(id)
    }

    /// Compiles texts.
    fn compile(bundle: Bundle) -> (Self, Option<String>) {
        let mut session = Session::in_memory(Path::new(FOLDER));
        let paths: Vec<&str> = bundle.files.keys().map(String::as_str).collect();
        let above = shared_folder(&paths);
        for (path, text) in &bundle.files {
            session.edit(&Path::new(FOLDER).join(path.get(above..).unwrap_or(path)), text);
        }
        let Ok(checked) = session.check() else { return (Self { workflows: HashMap::new(), files: bundle.files }, None) };
        let first = checked.diagnostics.iter().find(|found| found.is_error()).map(|found| found.message.clone());
        let workflows = checked.workflows.iter().map(|(_, workflow)| (workflow.id().clone(), Arc::clone(workflow))).collect();
        (Self { workflows, files: bundle.files }, first)
    }
}

impl<'s> Definitions<'s> {
    /// The definitions of a store.
    #[must_use]
    pub fn new(store: &'s dyn CaseStore) -> Self {
        Self { store, known: Mutex::new(HashMap::new()) }
    }

    /// Keeps the definition of a workflow, with all that its cases may start.
    ///
    /// # Errors
    /// What is wrong with the store, or that the family has no such workflow.
    pub fn keep(&self, family: &Arc<Family>, id: &WorkflowId) -> Result<Arc<Workflow>, DefinitionError> {
        let absent = || DefinitionError::Other(id.clone(), id.clone());
        let workflow = family.get(id).ok_or_else(absent)?;
        let digest: Arc<str> = Arc::from(workflow.digest());
        if self.store.definition(&digest)?.is_none() {
            let bundle = Bundle { workflow: id.clone(), files: family.files.clone() };
            let text =
                serde_json::to_string(&bundle).map_err(|source| DefinitionError::Unreadable { digest: digest.to_string(), source })?;
            self.store.put_definition(&digest, &text)?;
        }
        self.remember(digest, family);
        Ok(Arc::clone(workflow))
    }

    /// The family of the workflow with this digest, and the workflow.
    ///
    /// # Errors
    /// When the store does not have it, or it does not compile any more.
    pub fn get(&self, digest: &str, id: &WorkflowId) -> Result<(Arc<Family>, Arc<Workflow>), DefinitionError> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner).get(digest).cloned();
        let (family, first) = match known {
            Some(family) => (family, None),
            None => {
                let text = self.store.definition(digest)?.ok_or_else(|| DefinitionError::Absent(digest.to_owned()))?;
                let bundle: Bundle =
                    serde_json::from_str(&text).map_err(|source| DefinitionError::Unreadable { digest: digest.to_owned(), source })?;
                let (family, first) = Family::compile(bundle);
                (Arc::new(family), first)
            }
        };
        let broken = || DefinitionError::Broken { digest: digest.to_owned(), workflow: id.clone(), first };
        let workflow = family.get(id).filter(|workflow| workflow.digest() == digest).cloned().ok_or_else(broken)?;
        self.remember(Arc::from(digest), &family);
        Ok((family, workflow))
    }

    fn remember(&self, digest: Arc<str>, family: &Arc<Family>) {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).entry(digest).or_insert_with(|| Arc::clone(family));
    }
}

/// How many bytes of all paths are the folder that they share.
fn shared_folder(paths: &[&str]) -> usize {
    let Some((first, rest)) = paths.split_first() else { return 0 };
    let folder = |path: &str| path.rfind('/').map_or(0, |slash| slash + 1);
    rest.iter().fold(folder(first), |above, path| {
        let same = first.bytes().zip(path.bytes()).take(above).take_while(|(one, other)| one == other).count();
        first.get(..same).map_or(0, folder)
    })
}
