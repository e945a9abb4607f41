//! Compiling what was checked before, without checking it again: that it comes to the same workflow.
//!
//! It must not say what checks find; `diagnostics` does.

use crate::diagnostics::sample::samples;
use crate::library::{NOW, SHIPPED, shipped};
use std::path::PathBuf;
use tollgate::catalog::{Catalog, load};
use tollgate::diagnostic::{Code, Settings};
use tollgate::document::Documents;
use tollgate::evaluation::{Subject, evaluate};
use tollgate::ingest::{Plan, open};
use tollgate::source::SourceId;
use tollgate::workflow::{Workflow, compile, compile_checked, examine};

/// The workflow as one that was checked before: what was read then is not used.
fn again(catalog: &Catalog, entry: SourceId) -> Option<Workflow> {
    compile_checked(&catalog.sources, &Documents::new(), entry).ok()
}

#[test]
fn every_workflow_that_ships_judges_its_samples_as_the_one_that_was_checked() {
    let now = chrono::DateTime::parse_from_rfc3339(NOW).unwrap().to_utc();
    let (mut judged, mut said) = (0, 0);
    for (path, records) in SHIPPED {
        let catalog = load(&[PathBuf::from(shipped(path))]).unwrap();
        let entry = catalog.workflows[0];
        let first = compile(&catalog.sources, entry).unwrap().value;
        let again = again(&catalog, entry).unwrap();
        assert_eq!((first.id(), first.digest()), (again.id(), again.digest()), "{path}");
        let plan = Plan::new(first.record(), first.records().values(), None, first.calendar().zone()).unwrap();
        for (number, record) in open(&PathBuf::from(shipped(records)), &plan).unwrap().flatten().enumerate().step_by(4) {
            for stage in first.stages().keys() {
                let subject = Subject { since: record.case.since, ..Subject::new(stage.clone(), record.record.clone()) };
                let (one, other) = (evaluate(&first, &subject, now), evaluate(&again, &subject, now));
                assert!(one == other, "{path}: record {number} in {stage}: {one:#?}\n\n{other:#?}");
                judged += 1;
                said += one.gates.len();
            }
        }
    }
    assert!(judged > 1_000 && said > judged, "{judged} judgements about {said} gates");
}

/// Of texts that are broken, too: what makes a workflow impossible is found without the checks, and what was overruled is not asked again.
#[test]
fn a_workflow_can_be_made_again_where_one_could_be_made_at_first() {
    let (mut made, mut overruled) = (0, 0);
    for sample in samples() {
        let (catalog, _) = sample.checked();
        for entry in &catalog.workflows {
            let examined = examine(&catalog.sources, &catalog.documents, *entry, &Settings::default());
            let again = again(&catalog, *entry);
            let same = examined.workflow.as_ref().map(Workflow::digest) == again.as_ref().map(Workflow::digest);
            let errors: Vec<Code> = examined.found.iter().filter(|found| found.is_error()).map(|found| found.code).collect();
            assert!(same, "{}: {errors:?}, but {}", sample.name, if again.is_some() { "made again" } else { "not made again" });
            made += usize::from(again.is_some());
            overruled += usize::from(again.is_some() && !errors.is_empty());
        }
    }
    assert!(made > 100 && overruled > 10, "{made} made, {overruled} in spite of errors");
}
