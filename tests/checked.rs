//! Compiling what was checked before, without checking it again: that it comes to the same workflow.
//!
//! It must not say what checks find; `diagnostics` does.

use crate::cases::flows::flow;
use crate::diagnostics::sample::samples;
use crate::library::{NOW, SHIPPED, shipped};
use std::io::Cursor;
use std::path::PathBuf;
use tollgate::catalog::{Catalog, load};
use tollgate::diagnostic::{Code, Settings};
use tollgate::document::Documents;
use tollgate::evaluation::{Subject, evaluate};
use tollgate::ingest::{Plan, from_reader, open};
use tollgate::source::{SourceId, Sources};
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
        for (number, record) in open(&PathBuf::from(shipped(records)), &plan).unwrap().flatten().enumerate().step_by(6) {
            for stage in first.stages().keys() {
                let subject = Subject { since: record.case.since, ..Subject::new(stage.clone(), record.record.clone()) };
                let (one, other) = (evaluate(&first, &subject, now), evaluate(&again, &subject, now));
                assert!(one == other, "{path}: record {number} in {stage}: {one:#?}\n\n{other:#?}");
                judged += 1;
                said += one.gates.len();
            }
        }
    }
    assert!(judged > 800 && said > judged, "{judged} judgements about {said} gates");
}

#[test]
fn random_workflows_judge_alike_whether_they_are_checked_or_were() {
    let now = "2026-11-04T09:30:00Z".parse().unwrap();
    let (mut count, mut unsound) = (0, 0);
    for flow in (0..80).filter_map(flow) {
        let mut sources = Sources::new();
        let entry = sources.add("flow.yaml", flow.text.as_str());
        let again = compile_checked(&sources, &Documents::new(), entry).unwrap();
        assert_eq!(flow.workflow.digest(), again.digest(), "{}", flow.text);
        let plan = Plan::new(again.record(), again.records().values(), None, again.calendar().zone()).unwrap();
        let records = "{\"id\": \"a\"}\n{\"id\": \"b\", \"amount\": 4500, \"hot\": true, \"owner\": \"ben\", \"due\": \"2026-11-09\"}\n";
        for record in from_reader(Cursor::new(records.as_bytes().to_vec()), None, "records", &plan).unwrap().flatten() {
            for stage in again.stages().keys() {
                let subject = Subject::new(stage.clone(), record.record.clone());
                assert!(evaluate(&flow.workflow, &subject, now) == evaluate(&again, &subject, now), "{stage}: {}", flow.text);
            }
        }
        count += 1;
        unsound += usize::from(!flow.sound);
    }
    assert!(count > 40 && unsound > 5, "{count} workflows, {unsound} unsound");
}

/// Of texts that are broken, too: what makes a workflow impossible is found without the checks, and what was overruled is not asked again.
#[test]
fn a_workflow_can_be_made_again_where_one_could_be_made_at_first() {
    let (mut made, mut overruled) = (0, 0);
    for sample in samples() {
        let catalog = sample.catalog();
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
