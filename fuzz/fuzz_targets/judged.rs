//! What all targets do with a workflow and records.

use chrono::DateTime;
use std::io::Cursor;
use tollgate::document::MappingDoc;
use tollgate::evaluation::{Subject, evaluate};
use tollgate::ingest::{Plan, from_reader};
use tollgate::workflow::Workflow;

/// Reads some records and judges each in every stage.
pub fn judge(workflow: &Workflow, records: &str, mapping: Option<&MappingDoc>) {
    let Ok(plan) = Plan::new(workflow.record(), workflow.records().values(), mapping, workflow.calendar().zone()) else { return };
    let Ok(mut records) = from_reader(Cursor::new(records.as_bytes().to_vec()), None, "records", &plan) else { return };
    let now = DateTime::from_timestamp(1_793_000_000, 0).expect("a moment");
    for record in records.by_ref().flatten().take(20) {
        for stage in workflow.stages().keys().take(8) {
            let subject = Subject { since: record.case.since, before: record.case.before.clone(), ..Subject::new(stage.clone(), record.record.clone()) };
            let evaluation = evaluate(workflow, &subject, now);
            assert!(evaluation.gates.len() <= workflow.gates().len());
        }
    }
    let _ = records.closing_findings();
}
