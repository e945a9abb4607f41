//! The layers of the source: who may use whom, and who alone may know a big crate (design: a module uses only what stands above it).
//!
//! It must not be satisfied by luck: the texts of the sources are read, with comments and tests taken away.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// The modules of the core in order; each may use those before it.
const CORE: &[&str] =
    &["source", "diagnostic", "names", "record", "calendar", "table", "document", "script", "workflow", "evaluation", "case"];
/// The modules of the edge in order; each may use the core and those before it.
const EDGE: &[&str] = &["catalog", "ingest", "store", "service", "export", "metrics", "diagram", "cli"];

/// Crates that one module alone may name; two, with a space between them, where one reads a format and another writes it.
const OWNERS: &[(&str, &str)] = &[
    ("rhai", "src/script/"),
    ("granit_parser", "src/document/yaml/"),
    ("petgraph", "src/workflow/graph.rs"),
    ("fixedbitset", "src/workflow/soundness/"),
    ("clap", "src/cli/"),
    ("clap_complete", "src/cli/"),
    ("clap_mangen", "src/cli/"),
    ("annotate_snippets", "src/cli/render/"),
    ("indicatif", "src/cli/"),
    ("calamine", "src/ingest/"),
    ("csv", "src/ingest/ src/export/csv.rs"),
    ("ignore", "src/catalog/"),
    ("rusqlite", "src/store/sqlite/"),
    ("similar", "src/cli/render/"),
    ("strsim", "src/diagnostic/suggest.rs"),
    ("ctrlc", "src/main.rs"),
    ("terminal_size", "src/main.rs"),
];

/// What the core must not reach: the outside world.
const OUTSIDE: &[&str] = &[
    "std::fs",
    "std::net",
    "std::env",
    "std::process",
    "std::thread",
    "SystemTime",
    "Utc::now",
    "Local::now",
    "rand::",
    "println!",
    "eprintln!",
    "print!(",
];

fn sources() -> BTreeMap<PathBuf, String> {
    fn walk(folder: &Path, found: &mut BTreeMap<PathBuf, String>) {
        for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
            let path = entry.path();
            if path.is_dir() {
                walk(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let relative = path.strip_prefix(env!("CARGO_MANIFEST_DIR")).unwrap().to_path_buf();
                found.insert(relative, fs::read_to_string(&path).unwrap());
            }
        }
    }
    let mut found = BTreeMap::new();
    walk(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut found);
    found
}

/// The code of a file: without comments, and without its tests.
fn code(text: &str) -> String {
    let before_tests = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
    before_tests.lines().map(|line| if line.trim_start().starts_with("//") { "" } else { line }).collect::<Vec<_>>().join("\n")
}

fn module(path: &Path) -> String {
    let parts: Vec<_> = path.components().map(|part| part.as_os_str().to_string_lossy().into_owned()).collect();
    parts[1].trim_end_matches(".rs").to_owned()
}

fn is_test(path: &Path) -> bool {
    let name = path.to_string_lossy();
    ["tests", "properties", "fixtures", "samples", "spellings", "second_opinion"].iter().any(|part| name.contains(part))
}

#[test]
fn a_module_uses_only_what_stands_above_it() {
    let order: Vec<&str> = CORE.iter().chain(EDGE).copied().collect();
    let mut wrong = Vec::new();
    for (path, text) in sources() {
        let own = module(&path);
        let Some(own_place) = order.iter().position(|name| *name == own) else {
            assert!(matches!(own.as_str(), "lib" | "main"), "{} belongs to no layer: add its module to this test", path.display());
            continue;
        };
        let code = code(&text);
        for (place, other) in order.iter().enumerate() {
            let uses = code.contains(&format!("crate::{other}::")) || code.contains(&format!("crate::{{{other}"));
            let independent = EDGE.contains(&own.as_str()) && EDGE.contains(other) && own == "diagram";
            if uses && (place > own_place || (independent && place != own_place)) {
                wrong.push(format!("{} uses {other}, which stands below {own}", path.display()));
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn a_big_crate_is_known_to_one_module() {
    let mut wrong = Vec::new();
    for (path, text) in sources() {
        let code = code(&text);
        for (name, owner) in OWNERS {
            let named =
                code.contains(&format!("{name}::")) && !code.contains(&format!("::{name}::")) && !code.contains(&format!("self::{name}::"));
            let used = code.lines().any(|line| line.trim_start().starts_with(&format!("use {name}::")));
            if (used || (named && *name != "csv")) && !owner.split(' ').any(|owner| path.to_string_lossy().starts_with(owner)) {
                wrong.push(format!("{} names {name}, which is for {owner}", path.display()));
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn the_core_does_not_reach_outside() {
    let mut wrong = Vec::new();
    for (path, text) in sources() {
        if !CORE.contains(&module(&path).as_str()) || is_test(&path) {
            continue;
        }
        let code = code(&text);
        wrong.extend(OUTSIDE.iter().filter(|outside| code.contains(**outside)).map(|outside| format!("{}: {outside}", path.display())));
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn documents_stay_where_they_are_compiled() {
    for (path, text) in sources() {
        let own = module(&path);
        let compiles = path.starts_with("src/workflow/compile") || path.starts_with("src/workflow/checks");
        if matches!(own.as_str(), "evaluation" | "cli" | "diagram" | "table" | "record") || (own == "workflow" && !compiles) {
            for line in code(&text).lines().filter(|line| line.contains("Doc") && line.contains("crate::document")) {
                let allowed = ["MappingDoc", "FileDoc", "SeparateDoc", "Documents"].iter().any(|name| line.contains(name));
                assert!(allowed, "{} sees a document as written: {line}", path.display());
            }
        }
    }
}

#[test]
fn the_core_builds_without_features() {
    let manifest = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml")).unwrap();
    let lib = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/lib.rs")).unwrap();
    for edge in EDGE {
        let feature = if *edge == "store" { "store" } else { "cli" };
        assert!(lib.contains(&format!("#[cfg(feature = \"{feature}\")]\npub mod {edge};")), "{edge} is not behind its feature");
    }
    for name in ["clap", "calamine", "indicatif", "annotate-snippets", "rusqlite"] {
        let line = manifest.lines().find(|line| line.starts_with(&format!("{name} = "))).unwrap();
        assert!(line.contains("optional = true"), "{line}");
    }
}
