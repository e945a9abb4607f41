//! Files as they were read, each of them once: a fragment that a hundred workflows use is parsed a single time.
//!
//! It must not hand out what an older text said: each document remembers the text it was read from.

use super::file_doc::{FileDoc, FileKind};
use super::mapping_doc::MappingDoc;
use super::reader::Reader;
use super::resolve::join_path;
use super::yaml::parse_yaml;
use crate::diagnostic::Diagnostics;
use crate::source::{SourceId, Sources};
use std::collections::HashMap;
use std::sync::Arc;

/// One YAML file as it was read.
#[derive(Debug)]
pub struct Document {
    text: Option<Arc<str>>,
    kind: Option<FileKind>,
    file: Option<FileDoc>,
    mapping: Option<MappingDoc>,
    diagnostics: Diagnostics,
}

/// Documents by their sources. It only saves work: what it does not hold is read when it is asked for.
#[derive(Debug, Clone, Default)]
pub struct Documents {
    read: HashMap<SourceId, Arc<Document>>,
}

impl Document {
    /// Reads a source as what its keys say that it is.
    #[must_use]
    pub fn read(sources: &Sources, id: SourceId) -> Self {
        let mut diagnostics = Diagnostics::new();
        let node = parse_yaml(sources, id, &mut diagnostics);
        let kind = node.as_ref().map(FileKind::of);
        let mut reader = Reader { sources, diagnostics: &mut diagnostics };
        let (file, mapping) = match (&node, kind) {
            (Some(node), Some(FileKind::Mapping)) => (None, MappingDoc::read(&mut reader, node)),
            (Some(node), _) => (FileDoc::read_node(&mut reader, node), None),
            (None, _) => (None, None),
        };
        Self { text: sources.get(id).map(|source| source.shared_text()), kind, file, mapping, diagnostics }
    }

    /// What kind of file it is; `None` where it cannot be parsed.
    #[must_use]
    pub fn kind(&self) -> Option<FileKind> {
        self.kind
    }

    /// What it says as a workflow or fragment; `None` where it cannot be parsed, and of a mapping.
    #[must_use]
    pub fn file(&self) -> Option<&FileDoc> {
        self.file.as_ref()
    }

    /// What it says as a mapping.
    #[must_use]
    pub fn mapping(&self) -> Option<&MappingDoc> {
        self.mapping.as_ref()
    }

    /// What was found while it was read.
    #[must_use]
    pub fn diagnostics(&self) -> &Diagnostics {
        &self.diagnostics
    }

    /// The paths that it refers to, as [`join_path`] writes them; `path` is its own.
    #[must_use]
    pub fn references(&self, path: &str) -> Vec<String> {
        self.file.iter().flat_map(FileDoc::references).map(|reference| join_path(path, &reference.value)).collect()
    }
}

impl Documents {
    /// No documents.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The document of a source; it is read where it is not here, or was read from another text.
    #[must_use]
    pub fn get(&self, sources: &Sources, id: SourceId) -> Arc<Document> {
        let known = self.read.get(&id).filter(|document| is_of(document, sources, id));
        known.map_or_else(|| Arc::new(Document::read(sources, id)), Arc::clone)
    }

    /// The same, and keeps it.
    pub fn keep(&mut self, sources: &Sources, id: SourceId) -> Arc<Document> {
        let document = self.get(sources, id);
        self.read.insert(id, Arc::clone(&document));
        document
    }

    /// Keeps what was read elsewhere, such as in another thread.
    pub fn insert(&mut self, id: SourceId, document: Arc<Document>) {
        self.read.insert(id, document);
    }

    /// Whether [`Documents::get`] would not have to read.
    #[must_use]
    pub fn has(&self, sources: &Sources, id: SourceId) -> bool {
        self.read.get(&id).is_some_and(|document| is_of(document, sources, id))
    }
}

/// Whether a document was read from the text that the source has now. The text is kept, so that its address is its own.
fn is_of(document: &Document, sources: &Sources, id: SourceId) -> bool {
    match (&document.text, sources.get(id)) {
        (Some(text), Some(source)) => Arc::ptr_eq(text, &source.shared_text()),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_is_read_once_for_each_text() {
        let (mut sources, mut documents) = (Sources::new(), Documents::new());
        let id = sources.add("a.yaml", "tollgate: 1\nuse: [b.yaml]");
        let first = documents.keep(&sources, id);
        assert!(Arc::ptr_eq(&first, &documents.get(&sources, id)));
        assert_eq!(first.references("x/a.yaml"), ["x/b.yaml"]);
        sources.replace("a.yaml", "tollgate: 1\nuse: [c.yaml]\nus: []");
        assert!(!documents.has(&sources, id));
        let second = documents.keep(&sources, id);
        assert_eq!((second.references("a.yaml"), second.diagnostics().len()), (vec!["c.yaml".to_owned()], 1));
        assert!(Arc::ptr_eq(&second, &documents.get(&sources, id)));
    }

    #[test]
    fn a_file_is_what_its_keys_say() {
        let mut sources = Sources::new();
        let mut kind = |path: &str, text: &str| {
            let id = sources.add(path, text);
            let document = Document::read(&sources, id);
            (document.kind(), document.file().is_some(), document.mapping().is_some())
        };
        assert_eq!(kind("w", "tollgate: 1\nworkflow: w"), (Some(FileKind::Workflow), true, false));
        assert_eq!(kind("m", "tollgate: 1\nmapping: m\nrecord: r\nfields: {}"), (Some(FileKind::Mapping), false, true));
        assert_eq!(kind("o", "a: 1"), (Some(FileKind::Other), true, false));
        assert_eq!(kind("b", "a: ["), (None, false, false));
    }
}
