//! A mapping and records in any form, parted by a line `---`: they are read and judged, with the mapping where it can be read and without.
#![no_main]

#[path = "judged.rs"]
mod judged;

use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;
use tollgate::diagnostic::Diagnostics;
use tollgate::document::MappingDoc;
use tollgate::source::Sources;
use tollgate::workflow::{Workflow, compile};

static WORKFLOW: LazyLock<Workflow> = LazyLock::new(|| {
    let mut sources = Sources::new();
    let id = sources.add("workflow.yaml", include_str!("../workflow.yaml"));
    compile(&sources, id).expect("the workflow of the fuzz targets compiles").value
});

fuzz_target!(|text: &str| {
    let (mapping, records) = text.split_once("\n---\n").unwrap_or(("", text));
    let mut sources = Sources::new();
    let id = sources.add("mapping.yaml", mapping);
    let mut found = Diagnostics::new();
    let mapping = MappingDoc::read_source(&sources, id, &mut found);
    if let Some(mapping) = &mapping {
        mapping.check(WORKFLOW.record(), &mut found);
    }
    judged::judge(&WORKFLOW, records, mapping.as_ref().filter(|_| !found.has_errors()));
});
