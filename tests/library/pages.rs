//! The pages of the processes that ship: one for each, with its picture.
//!
//! It must not know what a page says beside its picture.

use super::{SHIPPED, shipped};
use crate::support::{project, tollgate};
use std::fs;
use tollgate::cli::Exit;

/// Set to write the pictures into the pages.
const UPDATE: &str = "TOLLGATE_UPDATE_DOCS";

#[test]
fn every_process_has_a_page_with_its_picture() {
    for (workflow, samples) in SHIPPED {
        let name = workflow.rsplit('/').next().unwrap().trim_end_matches(".yaml");
        let path = project(&format!("docs/processes/{name}.md"));
        let page = fs::read_to_string(&path).map_err(|error| format!("{path}: {error}")).unwrap();
        let drawn = tollgate(&["graph", &shipped(workflow), "--format", "mermaid"]);
        assert_eq!(drawn.exit, Exit::Clean, "{}", drawn.err);
        let (before, rest) = page.split_once("```mermaid\n").unwrap_or_else(|| panic!("{path} has no picture"));
        let (picture, after) = rest.split_once("```").unwrap();
        if picture != drawn.out && std::env::var_os(UPDATE).is_some() {
            fs::write(&path, format!("{before}```mermaid\n{}```{after}", drawn.out)).unwrap();
        } else {
            assert!(picture == drawn.out, "{path}: the picture must be\n\n{}\nset {UPDATE} to mend it", drawn.out);
        }
        for file in [format!("workflows/{workflow}"), format!("workflows/{samples}")] {
            assert!(page.contains(&file), "{path} does not name {file}");
        }
    }
}
