//! Any text as an expression and as a script that the expression calls: it is checked, and what compiles is run.
#![no_main]

#[path = "judged.rs"]
mod judged;

use libfuzzer_sys::fuzz_target;
use tollgate::source::Sources;
use tollgate::workflow::compile;

/// A record of which the rules may read anything.
const RECORD: &str = r#"{"id": "a", "name": "Ann", "amount": 12.5, "count": 3, "share": 20, "open": true, "day": "2026-11-02",
 "moment": "2026-11-02T09:00:00Z", "span": "3 days", "kind": "small", "tags": ["x", "y"], "risk": {"legal": 4},
 "items": [{"number": "1", "price": 2}]}"#;

fuzz_target!(|text: &str| {
    let (expression, script) = text.split_once("\n---\n").unwrap_or((text, ""));
    let block: String = expression.lines().map(|line| format!("        {line}\n")).collect();
    let workflow = include_str!("../workflow.yaml").replace("      fine: thing.amount > 0\n", &format!("      fine: |\n{block}"));
    let mut sources = Sources::new();
    let id = sources.add("workflow.yaml", &workflow.replace("record: thing\n", "record: thing\nuse: rules.rhai\n"));
    sources.add("rules.rhai", script);
    if let Ok(compiled) = compile(&sources, id) {
        let record: String = RECORD.replace('\n', "") + "\n";
        judged::judge(&compiled.value, &record, None);
    }
});
