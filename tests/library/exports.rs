//! Exports of other systems, read through the mappings that ship: the same records are told the same.
//!
//! It must not hold data of others; where their data lies beside the project, it is read, else the test says that it skips.

use super::{files, lines, shipped};
use crate::support::{shared, tollgate};
use serde_json::Value as Json;
use std::collections::{BTreeMap, BTreeSet};
use tollgate::cli::Exit;

/// The exports with the workflow, its own samples, and the mapping, by their paths below `workflows`.
const EXPORTS: &[(&str, &str, &str)] = &[
    ("lead.yaml", "samples/lead.csv", "lead-crm"),
    ("opportunity.yaml", "samples/opportunity.jsonl", "opportunity-crm"),
    ("quotation.yaml", "samples/quotation.csv", "quote-cpq"),
    ("contract.yaml", "samples/contract.jsonl", "contract-erp"),
    ("order.yaml", "samples/order.csv", "order-erp"),
    ("collection.yaml", "samples/collection.jsonl", "invoice-erp"),
    ("service.yaml", "samples/service.csv", "subscription-crm"),
    ("stage-lists/five-stages.yaml", "stage-lists/samples/five-stages.csv", "deal-crm"),
    ("stage-lists/otd-alone.yaml", "stage-lists/samples/otd-alone.csv", "call-off-erp"),
];

/// Data of others, with the workflow and the mapping that read it, and how many records it holds.
const OTHERS: &[(&str, &str, &str, &str)] = &[
    ("lead.yaml", "x-education", "x-education/leads.csv", "9,240"),
    ("opportunity.yaml", "maven-crm", "maven-crm/sales_pipeline.csv", "8,800"),
];

/// The lines by key, without what says where in its file a record stands.
fn by_key(lines: Vec<Json>) -> BTreeMap<String, Json> {
    let keyed = lines.into_iter().map(|mut line| {
        line["number"] = Json::Null;
        line["line"] = Json::Null;
        level(&mut line);
        (line["key"].as_str().unwrap().to_owned(), line)
    });
    keyed.collect()
}

/// Writes every number the same way: an amount of `300000.00` in one file may be `300000` in another.
fn level(json: &mut Json) {
    match json {
        Json::Number(number) => {
            let number: rust_decimal::Decimal = number.to_string().parse().unwrap();
            *json = Json::String(number.normalize().to_string());
        }
        Json::Array(items) => items.iter_mut().for_each(level),
        Json::Object(items) => items.values_mut().for_each(level),
        Json::Null | Json::Bool(_) | Json::String(_) => {}
    }
}

#[test]
fn a_record_is_told_the_same_through_a_mapping() {
    for (workflow, samples, mapping) in EXPORTS {
        let own = by_key(lines(&shipped(workflow), &shipped(samples), &[]));
        let mapping_file = shipped(&format!("mappings/{mapping}.yaml"));
        let export = by_key(lines(&shipped(workflow), &shipped(&format!("samples/exports/{mapping}.csv")), &["--mapping", &mapping_file]));
        assert!(export.len() >= 10, "{mapping}: {} records", export.len());
        for (key, line) in export {
            assert_eq!(Some(&line), own.get(&key), "{mapping}: {key}");
        }
    }
}

#[test]
fn every_mapping_that_ships_is_tried() {
    let found: BTreeSet<String> =
        files("workflows/mappings", &[".yaml"]).iter().map(|path| path.file_stem().unwrap().to_string_lossy().into_owned()).collect();
    let tried = EXPORTS.iter().map(|(_, _, mapping)| *mapping).chain(OTHERS.iter().map(|(_, mapping, _, _)| *mapping));
    assert_eq!(found, tried.map(str::to_owned).collect());
}

#[test]
fn real_records_of_others_are_read_without_a_column_left_over() {
    for (workflow, mapping, data, count) in OTHERS {
        let Some(records) = shared(data) else { continue };
        let mapping = shipped(&format!("mappings/{mapping}.yaml"));
        let ran = tollgate(&["dry-run", &shipped(workflow), "--records", &records, "--mapping", &mapping, "--now", "2026-11-02"]);
        assert_eq!(ran.exit, Exit::Clean, "{}", ran.err);
        for finding in ["unmapped-column", "missing-column", "unknown-record-stage", "malformed-record"] {
            assert!(!ran.out.contains(finding), "{data}\n{}", ran.out);
        }
        assert!(ran.out.contains(&format!("{count} records")), "{data}\n{}", ran.out);
    }
}
