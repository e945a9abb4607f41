//! Workflows by what they say: every case stays on the definition that it began with, whatever the files say later.
//!
//! It must not read files: a definition is kept as the texts that it was made of, and compiled from these.

use crate::catalog::Catalog;
use crate::document::{Documents, join_path};
use crate::names::{RecordName, WorkflowId};
use crate::source::{SourceId, Sources};
use crate::store::{CaseStore, StoreError};
use crate::workflow::{Workflow, compile_checked};
use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

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

/// A family of workflows that were defined together.
#[derive(Debug)]
pub struct Family {
    // Those that were asked for: of the others, the texts are enough.
    made: Mutex<HashMap<WorkflowId, Arc<Workflow>>>,
    records: Mutex<HashMap<WorkflowId, RecordName>>,
    files: IndexMap<String, String>,
    // The files of each workflow, where they are known; the whole family is that of one workflow otherwise.
    uses: HashMap<WorkflowId, Vec<String>>,
    // Whether it was read from a store: what was not made yet is made of the texts.
    stored: bool,
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
        let mut family =
            Self { made: Mutex::default(), records: Mutex::default(), files: IndexMap::new(), uses: HashMap::new(), stored: false };
        for (_, workflow) in workflows {
            family.add(catalog, workflow);
        }
        family
    }

    /// Adds a workflow of another catalog, with its texts.
    pub fn add(&mut self, catalog: &Catalog, workflow: &Arc<Workflow>) {
        let sources = &catalog.sources;
        let ids = workflow.sources().iter().chain(&catalog.projects);
        let texts = ids.filter_map(|id| Some((sources.path(*id).to_owned(), sources.get(*id)?.text().to_owned())));
        let texts: Vec<(String, String)> = texts.collect();
        self.uses.insert(workflow.id().clone(), texts.iter().map(|(path, _)| path.clone()).collect());
        self.files.extend(texts);
        self.remember(workflow);
    }

    /// A workflow of it.
    #[must_use]
    pub fn get(&self, id: &WorkflowId) -> Option<Arc<Workflow>> {
        self.made(id).ok()
    }

    /// A workflow of it, compiled where it is asked for for the first time; the first finding, where it cannot be.
    fn made(&self, id: &WorkflowId) -> Result<Arc<Workflow>, Option<String>> {
        if let Some(made) = self.made.lock().unwrap_or_else(PoisonError::into_inner).get(id) {
            return Ok(Arc::clone(made));
        }
        let (sources, documents, entry) = self.texts_for(id).ok_or(None)?;
        // Whether it was good enough was weighed when it was defined: what later versions of this program prove does not make it void.
        let workflow = compile_checked(&sources, &documents, entry)
            .map_err(|found| found.iter().find(|found| found.is_error()).map(|found| found.message.clone()))?;
        let workflow = Arc::new(workflow);
        self.remember(&workflow);
        Ok(workflow)
    }

    /// The type of the records of a workflow of it; of one that was not made, its own text is enough.
    fn record(&self, id: &WorkflowId) -> Option<RecordName> {
        let known = self.made.lock().unwrap_or_else(PoisonError::into_inner).get(id).map(|made| made.record().name().clone());
        let known = known.or_else(|| self.records.lock().unwrap_or_else(PoisonError::into_inner).get(id).cloned());
        if known.is_some() {
            return known;
        }
        let (mut sources, mut documents) = (Sources::new(), Documents::new());
        let entry = self.entry(id, &mut sources, &mut documents)?;
        let name = documents.get(&sources, entry).file()?.record.as_ref()?.value.clone();
        self.records.lock().unwrap_or_else(PoisonError::into_inner).insert(id.clone(), name.clone());
        Some(name)
    }

    /// The texts in the store, by paths as other texts refer to them.
    fn stored(&self) -> impl Iterator<Item = (String, &str)> {
        self.files.iter().filter(|_| self.stored).map(|(path, text)| (join_path("", path), text.as_str()))
    }

    /// The text of a workflow: it is read, and those that are tried before it is found, and no others.
    fn entry(&self, id: &WorkflowId, sources: &mut Sources, documents: &mut Documents) -> Option<SourceId> {
        // Those first that seem to be it.
        let seems = |text: &str| text.lines().any(|line| line.starts_with("workflow:") && line.contains(id.as_str()));
        let (likely, other): (Vec<_>, Vec<_>) = self.stored().partition(|(_, text)| seems(text));
        likely.into_iter().chain(other).find_map(|(path, text)| {
            let source = sources.add(&path, text);
            let document = documents.keep(sources, source);
            let name = document.file().and_then(|file| file.workflow.as_ref());
            name.is_some_and(|name| name.value == *id).then_some(source)
        })
    }

    /// The texts that a workflow is made of, without those of others: to read them takes longer than all else.
    fn texts_for(&self, id: &WorkflowId) -> Option<(Sources, Documents, SourceId)> {
        let (mut sources, mut documents) = (Sources::new(), Documents::new());
        let entry = self.entry(id, &mut sources, &mut documents)?;
        let by_path: HashMap<String, &str> = self.stored().collect();
        let mut waiting = vec![entry];
        while let Some(from) = waiting.pop() {
            for path in documents.keep(&sources, from).references(sources.path(from)) {
                let Some(text) = by_path.get(&path).filter(|_| sources.find(&path).is_none()) else { continue };
                let used = sources.add(&path, text);
                if !path.ends_with(".rhai") && !path.ends_with(".csv") {
                    waiting.push(used);
                }
            }
        }
        Some((sources, documents, entry))
    }

    fn remember(&self, workflow: &Arc<Workflow>) {
        self.made.lock().unwrap_or_else(PoisonError::into_inner).insert(workflow.id().clone(), Arc::clone(workflow));
    }

    /// The texts of a workflow, and of all that its cases and theirs may start.
    fn texts_of(&self, id: &WorkflowId) -> IndexMap<String, String> {
        let mut reached = vec![id.clone()];
        let mut at = 0;
        while let Some(workflow) = reached.get(at).and_then(|id| self.get(id)) {
            let outcomes = workflow.gates().values().flat_map(|gate| gate.outcomes().values());
            for spawn in outcomes.flat_map(|outcome| &outcome.spawns) {
                if !reached.contains(&spawn.workflow) && self.get(&spawn.workflow).is_some() {
                    reached.push(spawn.workflow.clone());
                }
            }
            at += 1;
        }
        let known: Option<Vec<&Vec<String>>> = reached.iter().map(|id| self.uses.get(id)).collect();
        let Some(paths) = known else { return self.files.clone() };
        let paths = paths.into_iter().flatten();
        paths.filter_map(|path| Some((path.clone(), self.files.get(path)?.clone()))).collect()
    }

    /// The family of which these are the texts.
    fn of_texts(files: IndexMap<String, String>) -> Self {
        Self { made: Mutex::default(), records: Mutex::default(), files, uses: HashMap::new(), stored: true }
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
            let bundle = Bundle { workflow: id.clone(), files: family.texts_of(id) };
            let text =
                serde_json::to_string(&bundle).map_err(|source| DefinitionError::Unreadable { digest: digest.to_string(), source })?;
            self.store.put_definition(&digest, &text)?;
        }
        self.remember(digest, family);
        Ok(workflow)
    }

    /// The family of the workflow with this digest, and the workflow.
    ///
    /// # Errors
    /// When the store does not have it, or it does not compile any more.
    pub fn get(&self, digest: &str, id: &WorkflowId) -> Result<(Arc<Family>, Arc<Workflow>), DefinitionError> {
        let family = self.family(digest)?;
        let broken = |first| DefinitionError::Broken { digest: digest.to_owned(), workflow: id.clone(), first };
        let workflow = family.made(id).map_err(broken)?;
        if workflow.digest() != digest {
            return Err(broken(None));
        }
        self.remember(Arc::from(digest), &family);
        Ok((family, workflow))
    }

    /// The type of the records of the workflow with this digest. It is not compiled for that.
    ///
    /// # Errors
    /// When the store does not have it, or it says nothing of records any more.
    pub fn record(&self, digest: &str, id: &WorkflowId) -> Result<RecordName, DefinitionError> {
        let family = self.family(digest)?;
        let broken = || DefinitionError::Broken { digest: digest.to_owned(), workflow: id.clone(), first: None };
        let name = family.record(id).ok_or_else(broken)?;
        self.remember(Arc::from(digest), &family);
        Ok(name)
    }

    fn family(&self, digest: &str) -> Result<Arc<Family>, DefinitionError> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner).get(digest).cloned();
        if let Some(family) = known {
            return Ok(family);
        }
        let text = self.store.definition(digest)?.ok_or_else(|| DefinitionError::Absent(digest.to_owned()))?;
        let unreadable = |source| DefinitionError::Unreadable { digest: digest.to_owned(), source };
        let bundle: Bundle = serde_json::from_str(&text).map_err(unreadable)?;
        Ok(Arc::new(Family::of_texts(bundle.files)))
    }

    fn remember(&self, digest: Arc<str>, family: &Arc<Family>) {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).entry(digest).or_insert_with(|| Arc::clone(family));
    }
}
