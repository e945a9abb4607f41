//! What Lead-to-Cash asks of a process, shown on the samples and on the shape of the workflows that ship.
//!
//! It must not repeat the stated numbers; `answers` holds them.

use super::{NOW, SHIPPED, lines, shipped};
use crate::support::{Folder, tollgate};
use serde_json::{Value as Json, json};
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;
use tollgate::catalog::{check, load};
use tollgate::cli::Exit;
use tollgate::document::SeparateDoc;
use tollgate::workflow::{Decider, Workflow};

fn workflow(file: &str) -> Arc<Workflow> {
    check(&load(&[PathBuf::from(shipped(file))]).unwrap()).workflows.remove(0).1
}

/// The lines of a shipped workflow's samples by their keys.
fn samples(file: &str) -> BTreeMap<String, Json> {
    let (workflow, samples) = SHIPPED.iter().find(|(workflow, _)| *workflow == file).unwrap();
    let lines = lines(&shipped(workflow), &shipped(samples), &[]);
    lines.into_iter().map(|line| (line["key"].as_str().unwrap().to_owned(), line)).collect()
}

fn items(json: &Json) -> impl Iterator<Item = &Json> {
    json.as_array().into_iter().flatten()
}

fn gate<'l>(line: &'l Json, name: &str) -> Option<&'l Json> {
    items(&line["gates"]).find(|gate| gate["gate"] == name)
}

/// Whether a criterion of a gate has this verdict.
fn says(gate: &Json, criterion: &str, verdict: &str) -> bool {
    items(&gate["criteria"]).any(|found| found["id"] == criterion && found["verdict"] == verdict)
}

/// What a record of its own is told.
fn told(file: &str, record: &Json) -> Json {
    let folder = Folder::new();
    let records = folder.file("record.jsonl", format!("{record}\n"));
    lines(&shipped(file), &records, &[]).remove(0)
}

#[test]
fn groups_nest_six_levels_deep() {
    let workflow = workflow("stage-lists/ltb-bto-otd-dtc.yaml");
    let depth = |stage: &tollgate::workflow::Stage| {
        let first = stage.group();
        std::iter::successors(first, |group| workflow.groups().get(*group).and_then(|group| group.within.as_ref())).count()
    };
    assert_eq!(workflow.stages().values().map(depth).max(), Some(6));
}

#[test]
fn a_part_serves_two_workflows_with_records_of_their_own() {
    let whole = workflow("stage-lists/ltb-bto-otd-dtc.yaml");
    let alone = workflow("stage-lists/otd-alone.yaml");
    let shared: Vec<_> = alone.gates().keys().filter(|gate| whole.gates().contains_key(*gate)).collect();
    assert!(shared.len() >= 3, "{shared:?}");
    assert_ne!(whole.record().name(), alone.record().name());
}

#[test]
fn every_record_kind_has_a_life_cycle_of_its_own() {
    let kinds: Vec<String> = SHIPPED.iter().map(|(file, _)| workflow(file).record().name().to_string()).collect();
    for kind in ["lead", "opportunity", "quote", "contract", "order", "invoice", "subscription"] {
        assert!(kinds.iter().any(|found| found == kind), "{kind} is not among {kinds:?}");
    }
}

/// An object of the values of a spawn, with the fields inside of fields where they belong.
fn record_of(values: &Json) -> Json {
    let mut record = json!({});
    for (path, value) in values.as_object().unwrap().iter().filter(|(_, value)| !value.is_null()) {
        let pointer: Vec<&str> = path.split('.').collect();
        let mut place = &mut record;
        for part in pointer {
            if place.get(part).is_none() {
                place[part] = json!({});
            }
            place = &mut place[part];
        }
        *place = value.clone();
    }
    record
}

/// Every case that an outcome would start begins with a record that its workflow takes, and knows where it comes from.
#[test]
fn what_an_outcome_starts_is_a_record_that_its_workflow_takes() {
    let links = [
        ("lead.yaml", "opportunity", "lead_no"),
        ("opportunity.yaml", "quotation", "opportunity_no"),
        ("opportunity.yaml", "contract", "opportunity_no"),
        ("contract.yaml", "order", "contract_no"),
        ("contract.yaml", "collection", "contract_no"),
        ("contract.yaml", "service", "contract_no"),
        ("order.yaml", "collection", "order_no"),
        ("service.yaml", "lead", "subscription_no"),
        ("service.yaml", "service", "previous_no"),
    ];
    for (file, target, link) in links {
        let mut begun = Vec::new();
        for (key, line) in samples(file) {
            let outcomes = items(&line["gates"]).filter(|gate| matches!(gate["status"].as_str(), Some("open" | "ready")));
            for spawn in outcomes.flat_map(|gate| items(&gate["outcomes"])).flat_map(|outcome| items(&outcome["spawns"])) {
                if spawn["workflow"] == target && spawn["status"] == "starts" {
                    assert_eq!(spawn.get("invalid"), None, "{file} {key}");
                    assert_eq!(spawn["values"][link], json!(key), "{file} {key}: {link}");
                    begun.push(record_of(&spawn["values"]));
                }
            }
        }
        assert!(!begun.is_empty(), "no sample of {file} starts {target}");
        for (index, record) in begun.iter_mut().enumerate() {
            // The number of the new case is given by whoever opens it.
            if record.get("id").is_none() {
                record["id"] = json!(format!("NEW-{index}"));
            }
        }
        let folder = Folder::new();
        let records = folder.file("begun.jsonl", begun.iter().map(|record| format!("{record}\n")).collect::<String>());
        let ran = tollgate(&["dry-run", &shipped(&format!("{target}.yaml")), "--records", &records, "--now", NOW, "--format", "jsonl"]);
        assert_eq!(ran.exit, Exit::Clean, "{}", ran.err);
        for line in ran.out.lines().map(|line| serde_json::from_str::<Json>(line).unwrap()) {
            let wrong: Vec<&Json> = items(&line["findings"]).filter(|finding| finding["code"] != "duplicate-record-key").collect();
            assert_eq!(wrong, Vec::<&Json>::new(), "{file} starts {target}: {line}");
            assert!(!line["stage"].as_array().unwrap().is_empty());
        }
    }
}

#[test]
fn an_end_says_what_it_lacks() {
    let lacking = |file: &str, end: &str, what: &str| {
        samples(file).values().flat_map(|line| items(&line["stages"]).cloned().collect::<Vec<_>>()).any(|stage| {
            let missing = items(&stage["missing"]["fields"]).chain(items(&stage["missing"]["deliverables"]));
            stage["stage"] == end && missing.into_iter().any(|found| found.as_str().is_some_and(|found| found.ends_with(what)))
        })
    };
    assert!(lacking("lead.yaml", "converted", "opportunity_no"), "a converted lead without an opportunity is seen");
    assert!(lacking("opportunity.yaml", "lost", "win_loss_report"), "a loss without its report is seen");
    // Both ends ask for the report and its reasons, before anybody comes there.
    let opportunity = workflow("opportunity.yaml");
    for end in ["contract_signed", "lost"] {
        let needs = format!("{:?}", opportunity.stages().get(end).unwrap().needs());
        let reason = if end == "lost" { "loss_reason" } else { "win_reason" };
        assert!(needs.contains("win_loss_report") && needs.contains(reason), "{end}: {needs}");
    }
}

#[test]
fn a_contract_closes_when_all_its_orders_have_and_all_its_money_is_in() {
    let contracts = samples("contract.yaml");
    let closing: Vec<&Json> = contracts.values().filter_map(|line| gate(line, "close")).collect();
    assert!(closing.iter().any(|gate| says(gate, "orders_closed", "unmet") && gate["status"] == "blocked"));
    assert!(closing.iter().any(|gate| says(gate, "money_in", "unmet") && gate["status"] == "blocked"));
    assert!(closing.iter().any(|gate| says(gate, "orders_closed", "met") && gate["status"] == "ready"));
}

#[test]
fn the_bid_waits_for_all_four_reviews_and_managing_runs_beside_delivering() {
    let reviews = ["solution_review", "delivery_review", "legal_review", "finance_review"];
    let line = told("opportunity.yaml", &json!({"id": "O", "case": {"stage": &reviews[..3]}}));
    let bid = gate(&line, "bid").unwrap();
    assert_eq!((&bid["status"], &bid["missing"]["stages"]), (&json!("incomplete"), &json!(["finance_review"])));
    let line = told("contract.yaml", &json!({"id": "C", "deliver_by": "2026-10-01", "case": {"stage": ["manage"]}}));
    assert_eq!(gate(&line, "finish").unwrap()["missing"]["stages"], json!(["deliver"]));
}

#[test]
fn what_was_done_for_a_lead_is_not_asked_again() {
    let asked = |origin: &str| {
        let line = told("opportunity.yaml", &json!({"id": "O", "origin": origin, "case": {"stage": "verify"}}));
        let initiate = gate(&line, "initiate").unwrap();
        items(&initiate["criteria"]).find(|criterion| criterion["id"] == "needs_confirmed").unwrap()["verdict"].clone()
    };
    assert_eq!((asked("lead"), asked("direct")), (json!("skipped"), json!("unknown")));
}

#[test]
fn an_outcome_may_be_one_of_three_and_may_lead_back() {
    let lead = workflow("lead.yaml");
    let outcomes: Vec<String> = lead.gates().get("qualify").unwrap().outcomes().keys().map(ToString::to_string).collect();
    assert_eq!(outcomes, ["convert", "nurture", "close"]);
    let order = workflow("order.yaml");
    let accept = order.gates().get("accept").unwrap().outcomes();
    let retest = order.gates().get("retest").unwrap().outcomes();
    let leads_to = |outcomes: &indexmap::IndexMap<_, tollgate::workflow::Outcome>, stage: &str| {
        outcomes.values().any(|outcome| format!("{:?}", outcome.way).contains(stage))
    };
    assert!(leads_to(accept, "rectify") && leads_to(retest, "accept"), "a failed acceptance is mended and tested again");
}

#[test]
fn a_demanded_obligation_of_a_conditional_go_holds_the_signature() {
    let deals = samples("opportunity.yaml");
    let signing: Vec<&Json> = deals.values().filter_map(|line| gate(line, "sign")).collect();
    let open = signing.iter().filter(|gate| !items(&gate["missing"]["obligations"]).collect::<Vec<_>>().is_empty());
    let statuses: Vec<&Json> = open.map(|gate| &gate["status"]).collect();
    assert!(!statuses.is_empty() && statuses.iter().all(|status| **status != "ready"), "{statuses:?}");
}

#[test]
fn a_red_line_beats_any_score() {
    let deals = samples("opportunity.yaml");
    let stopped: Vec<&Json> = deals.values().filter(|line| gate(line, "red_line").is_some_and(|gate| gate["status"] == "open")).collect();
    assert!(!stopped.is_empty());
    for line in stopped {
        assert_eq!(gate(line, "red_line").unwrap()["decided"], "stop");
        assert!(gate(line, "bid").is_none_or(|gate| gate["status"] == "skipped"), "the bid is no longer asked for");
    }
    let knocked_out = deals.values().flat_map(|line| items(&line["scores"])).find(|score| !score["knocked_out"].is_null()).unwrap();
    assert_eq!(knocked_out["total"], json!(0));
}

#[test]
fn all_three_responsibles_confirm_the_hand_over_and_stay_with_the_contract() {
    let record = json!({"id": "C", "ar": "ann", "sr": "bo", "fr": "cy", "case": {"stage": "hand_over"}});
    let line = told("contract.yaml", &record);
    let steps = &gate(&line, "hand_over").unwrap()["approval"]["steps"];
    let voters: Vec<&Json> = items(&steps[0]["voters"]).flat_map(|voter| items(&voter["users"])).collect();
    assert_eq!((&steps[0]["rule"], voters), (&json!("all"), vec![&json!("ann"), &json!("bo"), &json!("cy")]));
    let contract = workflow("contract.yaml");
    let leads: Vec<&str> =
        ["hand_over", "manage"].iter().map(|stage| contract.stages().get(*stage).unwrap().lead().unwrap().as_str()).collect();
    assert_eq!(leads, ["AR", "FR"], "the lead is handed over");
    assert!(contract.stages().get("manage").unwrap().support().iter().any(|role| role.as_str() == "AR"), "AR keeps duties");
}

#[test]
fn one_person_may_play_two_roles_and_the_submitter_never_approves() {
    let young = told("contract.yaml", &json!({"id": "C", "ar": "ann", "fr": "ann", "case": {"stage": "hand_over"}}));
    assert!(says(gate(&young, "hand_over").unwrap(), "two_people", "unmet"), "it is seen");
    // Where whoever asks is one of those who must agree, and no colleague can do it instead.
    let mut exceptions = vec![
        "three_streams hand_over", // both sides confirm the same contract, and one of them says that it is there
        "seven_steps offer",       // small discounts are the seller's own to give
        "ltb_bto_otd_dtc outside_work",
        "otd_alone outside_work", // planning has one person
    ];
    for (file, _) in SHIPPED {
        let workflow = workflow(file);
        for gate in workflow.gates().values() {
            let Decider::Approval(approval) = gate.decider() else { continue };
            let name = format!("{} {}", workflow.id(), gate.id());
            let before = exceptions.len();
            exceptions.retain(|exception| *exception != name);
            let excused = exceptions.len() < before;
            let separate = approval.separate.contains(&SeparateDoc::Submitter);
            assert!(separate != excused, "{name}: the submitter is kept apart: {separate}, is an exception: {excused}");
        }
    }
    assert_eq!(exceptions, Vec::<&str>::new(), "these are no gates with an approval");
}

#[test]
fn approvers_come_from_the_level_of_the_organisation() {
    let risk = json!({"solution": 1, "delivery": 1, "legal": 1, "finance": 1});
    let at = |amount: u64, region: &str| {
        let deal = json!({"id": "O", "amount": amount, "cost": 1, "region": region, "risk": risk, "case": {"stage": "verify"}});
        let line = told("opportunity.yaml", &deal);
        gate(&line, "initiate").unwrap()["approval"].clone()
    };
    let people = |approval: &Json| -> Vec<String> {
        let voters = items(&approval["steps"]).flat_map(|step| items(&step["voters"]).cloned().collect::<Vec<_>>());
        voters.flat_map(|voter| items(&voter["users"]).map(|user| user.as_str().unwrap().to_owned()).collect::<Vec<_>>()).collect()
    };
    let (office, region, company) = (at(1_000_000, "north"), at(30_000_000, "north"), at(60_000_000, "north"));
    assert_eq!((&office["level"], &region["level"], &company["level"]), (&json!("office"), &json!("region"), &json!("company")));
    // The head of the office and the president of the region, the team of the region, the team of the company and the chief executive.
    assert_eq!(people(&office), ["zhao.lei", "qian.kun"]);
    assert_eq!(people(&region), ["zhao.lei", "qian.kun", "qian.kun", "ma.chao", "xu.ning", "chen.jing"]);
    assert_eq!(people(&company), ["qian.kun", "sun.hao", "luo.bin", "he.jun", "tang.yue", "dong.rui", "dong.rui"]);
    // Another region has another president, at each level that asks one; the team of the region is the same for all.
    for (place, head, president) in
        [("east", "jiang.bo", "qian.kun"), ("south", "lu.han", "meng.fan"), ("overseas", "sofia.mendes", "ricardo.alves")]
    {
        assert_eq!(people(&at(1_000_000, place)), [head, president], "{place}");
        assert_eq!(people(&at(30_000_000, place))[1..], [president, "qian.kun", "ma.chao", "xu.ning", "chen.jing"], "{place}");
        assert_eq!(people(&at(60_000_000, place))[0], president, "{place}");
    }
    let bid = json!({"id": "O", "amount": 60_000_000, "cost": 1, "region": "overseas", "risk": risk, "special_terms": false, "case": {"stage": "legal_review"}});
    let bid = told("opportunity.yaml", &bid);
    let area = &gate(&bid, "bid").unwrap()["approval"]["steps"][1]["voters"][0]["users"];
    assert_eq!(area, &json!(["helene.moreau"]), "the president of the area");
    // A committee with a quorum and a veto, and steps in order.
    let steps: Vec<&Json> = items(&company["steps"]).collect();
    assert!(steps.len() >= 2 && steps.iter().any(|step| step["rule"] == "3 of" && step["veto"] == json!(["finance"])), "{company}");
}

#[test]
fn a_result_beyond_the_mandate_goes_one_level_up_or_is_blocked() {
    let deals = samples("opportunity.yaml");
    let signing: Vec<(&str, &Json)> = deals.iter().filter_map(|(key, line)| Some((key.as_str(), gate(line, "settle_price")?))).collect();
    let floor = |gate: &Json| says(gate, "above_hard_floor", "unmet") && gate["status"] == "blocked";
    assert!(signing.iter().any(|(_, gate)| floor(gate)), "far below the floor price nobody may agree");
    assert!(deals.values().filter_map(|line| gate(line, "sign")).any(floor), "nor sign");
    let level = |line: &Json, gate_name: &str| gate(line, gate_name).and_then(|gate| gate["approval"]["level"].as_str().map(str::to_owned));
    let place = |name: &str| ["office", "region", "company"].iter().position(|level| *level == name).expect("a level of authority");
    let raised = deals.values().any(|line| {
        let Some(asked) = level(line, "sign") else { return false };
        let table = items(&line["tables"]).find(|table| table["table"] == "authority").expect("a level comes from the table");
        place(&asked) > place(table["output"][0].as_str().expect("the table gives a level"))
    });
    assert!(raised, "no sample is raised above the level of its amount");
}

#[test]
fn money_of_a_milestone_is_asked_for_when_it_is_accepted() {
    let orders = samples("order.yaml");
    let accepted =
        orders.values().filter_map(|line| gate(line, "accept")).filter(|gate| gate["decided"] == "accept" && gate["status"] == "open");
    let started = accepted.flat_map(|gate| items(&gate["outcomes"])).filter(|outcome| outcome["outcome"] == "accept");
    let invoices: Vec<&Json> = started.flat_map(|outcome| items(&outcome["spawns"])).collect();
    assert!(!invoices.is_empty());
    for invoice in invoices {
        assert_eq!(invoice["status"], "starts", "{invoice}");
        assert_eq!((&invoice["workflow"], &invoice["values"]["basis"]), (&json!("collection"), &json!("acceptance")));
        assert!(invoice["values"]["due_on"].is_string() && invoice["values"]["milestone"].is_string(), "{invoice}");
    }
}

#[test]
fn service_brings_new_leads_by_renewal_and_cross_sell() {
    let mut sources: Vec<String> = Vec::new();
    for line in samples("service.yaml").values() {
        let spawns = items(&line["gates"]).flat_map(|gate| items(&gate["outcomes"])).flat_map(|outcome| items(&outcome["spawns"]));
        sources.extend(
            spawns
                .filter(|spawn| spawn["workflow"] == "lead" && spawn["status"] == "starts")
                .filter_map(|spawn| spawn["values"]["source"].as_str().map(str::to_owned)),
        );
    }
    assert!(sources.iter().any(|source| source == "renewal") && sources.iter().any(|source| source == "cross_sell"), "{sources:?}");
}

#[test]
fn reviews_are_due_five_working_days_before_the_bid() {
    let line = told("opportunity.yaml", &json!({"id": "O", "bid_due": "2026-11-20", "case": {"stage": "legal_review"}}));
    // Friday the 20th, at the end of work, less five working days.
    assert_eq!(line["stages"][0]["due"], "2026-11-13T10:00:00Z");
}

#[test]
fn amounts_in_other_currencies_are_held_against_the_rates_of_the_company() {
    let deals = samples("opportunity.yaml");
    let bids: Vec<&Json> = deals.values().filter_map(|line| gate(line, "bid")).collect();
    let converted = |verdict: &str| {
        bids.iter().any(|gate| {
            items(&gate["criteria"]).any(|criterion| {
                criterion["verdict"] == verdict
                    && criterion["values"].as_object().is_some_and(|values| values.contains_key("opportunity.quoted_amount"))
            })
        })
    };
    assert!(converted("met") && converted("unmet"));
}

#[test]
fn every_activity_has_somebody_who_does_it_and_many_have_helpers_and_listeners() {
    let (mut helped, mut told) = (0, 0);
    for (file, _) in SHIPPED {
        for (id, activity) in workflow(file).stages().values().flat_map(|stage| stage.activities()) {
            assert!(activity.role.is_some(), "{file}: nobody does {id}");
            helped += usize::from(!activity.helps.is_empty());
            told += usize::from(!activity.informs.is_empty());
        }
    }
    assert!(helped > 30 && told > 20, "{helped} have helpers, {told} inform somebody");
}

#[test]
fn leads_of_grade_a_come_first() {
    let orders: BTreeSet<(String, u64)> = samples("lead.yaml")
        .values()
        .filter_map(|line| {
            let grade = items(&line["scores"]).find(|score| score["card"] == "priority")?["grade"].as_str()?.to_owned();
            let order = items(&line["tables"]).find(|table| table["table"] == "priority")?["output"][0].as_u64()?;
            Some((grade, order))
        })
        .collect();
    assert_eq!(orders, BTreeSet::from([("A", 1), ("B", 2), ("C", 3)].map(|(grade, order)| (grade.to_owned(), order))), "one order each");
}
