//! Any text as a workflow: it is checked, and what compiles judges a record without a value in every stage.
#![no_main]

#[path = "judged.rs"]
mod judged;

use libfuzzer_sys::fuzz_target;
use tollgate::source::Sources;
use tollgate::workflow::compile;

fuzz_target!(|text: &str| {
    let mut sources = Sources::new();
    let id = sources.add("workflow.yaml", text);
    if let Ok(compiled) = compile(&sources, id) {
        judged::judge(&compiled.value, "{}\n", None);
    }
});
