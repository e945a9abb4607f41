//! The numbers and dates that the sources of the processes state: timers, terms, levels of authority, matrices, score cards.
//!
//! It must not use the samples: each question is put with a record of its own, on both sides of every limit.

use super::shipped;
use crate::support::{Folder, tollgate};
use serde_json::{Value as Json, json};
use tollgate::cli::Exit;

/// What records of a workflow are told as of a moment.
pub(super) fn told(workflow: &str, records: &[Json], now: &str) -> Vec<Json> {
    let folder = Folder::new();
    let lines: String = records.iter().map(|record| format!("{record}\n")).collect();
    let records = folder.file("records.jsonl", lines);
    let ran = tollgate(&["dry-run", &shipped(workflow), "--records", &records, "--format", "jsonl", "--now", now]);
    assert_eq!(ran.exit, Exit::Clean, "{}", ran.err);
    let lines: Vec<Json> = ran.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    for line in &lines {
        assert_eq!(line["findings"], json!([]), "{line}");
    }
    lines
}

/// The entry of a list that has a name under a key.
pub(super) fn named<'l>(list: &'l Json, key: &str, name: &str) -> &'l Json {
    list.as_array().unwrap().iter().find(|item| item[key] == name).unwrap_or_else(|| panic!("there is no {name} in {list}"))
}

pub(super) fn gate<'l>(line: &'l Json, name: &str) -> &'l Json {
    named(&line["gates"], "gate", name)
}

pub(super) fn score<'l>(line: &'l Json, card: &str) -> &'l Json {
    named(&line["scores"], "card", card)
}

/// A lead is protected for 10 days after it was claimed; an activity prolongs that to 3 days after it, but never beyond 20 days.
#[test]
fn a_lead_is_protected_for_ten_days_an_activity_adds_three_and_twenty_are_the_end() {
    let lead = |activity: Option<&str>| json!({"id": "L", "claimed_on": "2019-03-25", "last_activity": activity, "case": {"stage": "verify", "since": "2019-03-25"}});
    for (activity, recycled) in [
        (None, "2019-04-04"),
        (Some("2019-03-28"), "2019-04-04"),
        (Some("2019-04-02"), "2019-04-05"),
        (Some("2019-04-05"), "2019-04-08"),
        (Some("2019-04-11"), "2019-04-14"),
        (Some("2019-04-13"), "2019-04-14"),
    ] {
        let day: chrono::NaiveDate = recycled.parse().unwrap();
        let at = |day: chrono::NaiveDate| told("lead.yaml", &[lead(activity)], &format!("{day}T10:00:00+08:00")).remove(0);
        let (before, then) = (at(day.pred_opt().unwrap()), at(day));
        assert_eq!(before["stages"][0]["due"], format!("{recycled}T15:59:59Z"), "activity {activity:?}");
        assert_eq!(gate(&before, "recycle")["status"], "skipped", "the day before, activity {activity:?}");
        assert_eq!((&gate(&then, "recycle")["status"], &gate(&then, "recycle")["decided"]), (&json!("open"), &json!("pool")));
    }
}

/// Budget, authority, need, timing and fit, 1 to 5 points each: 20 to 25 hot, 15 to 19 warm, 12 to 14 marketing qualified, 8 to 11
/// developing; 12 are enough for sales.
#[test]
fn five_answers_of_a_lead_add_up_to_its_grade_and_twelve_points_are_enough() {
    // By facts: the points of each answer, from 1 to 5.
    let budgets = [json!(0), json!(10), json!(50), json!(80), json!(100)];
    let people = ["none", "user", "technical", "sponsor", "economic"];
    let pains = ["latent", "felt", "admitted", "vision", "our_vision"];
    let timings = ["2026-11-01", "2027-12-31", "2026-11-12", "2027-06-01", "2027-01-15"]; // 1 2 3 3 5
    let fits = ["none", "custom", "with_partner", "configured", "standard"];
    let lead = |[budget, person, pain, timing, fit]: [usize; 5]| {
        json!({
            "id": "L", "expected_amount": 100, "budget": budgets[budget - 1], "decision_maker": people[person - 1], "pain": pains[pain - 1],
            "purchase_by": timings[timing - 1], "solution_match": fits[fit - 1], "touches": 1, "claimed_on": "2026-11-01",
            "first_contact": "2026-11-02", "company": "C", "need": "N", "region": "north",
            "case": {"stage": "verify", "deliverables": ["call_record"]},
        })
    };
    for (answers, total, grade, outcome) in [
        ([5, 5, 5, 5, 5], 25, "hot", "convert"),
        ([5, 5, 5, 1, 4], 20, "hot", "convert"),
        ([5, 5, 4, 1, 4], 19, "warm", "convert"),
        ([3, 3, 3, 3, 3], 15, "warm", "convert"),
        ([3, 3, 3, 2, 3], 14, "mql", "convert"),
        ([3, 2, 2, 2, 3], 12, "mql", "convert"),
        ([3, 2, 2, 2, 2], 11, "developing", "nurture"),
        ([1, 2, 2, 1, 2], 8, "developing", "nurture"),
        ([1, 2, 2, 1, 1], 7, "cold", "close"),
        ([1, 1, 1, 1, 1], 5, "cold", "close"),
    ] {
        let line = &told("lead.yaml", &[lead(answers)], "2026-11-02T10:00:00+08:00")[0];
        let found = score(line, "bant");
        assert_eq!((&found["total"], &found["grade"]), (&json!(total), &json!(grade)), "{answers:?}");
        let qualify = gate(line, "qualify");
        assert_eq!((&qualify["status"], &qualify["decided"]), (&json!("open"), &json!(outcome)), "{answers:?}");
    }
}

/// Industry and size weigh 20 each, urgency and potential 30 each; grade A from 75 points, B from 50.
#[test]
fn a_lead_is_of_grade_a_from_seventy_five_points_and_of_grade_b_from_fifty() {
    for (industry, employees, urgency, potential, total, grade) in [
        ("carrier", 200, "pressing", 1_000_000, 75, "A"),
        ("finance", 199, "pressing", 5_000_000, 74, "B"),
        ("finance", 200, "planned", 999_999, 50, "B"),
        ("government", 199, "planned", 1_000_000, 49, "C"),
    ] {
        let lead = json!({
            "id": "L", "industry": industry, "employees": employees, "urgency": urgency, "potential": potential, "case": {"stage": "verify"},
        });
        let line = &told("lead.yaml", &[lead], "2026-11-02T10:00:00+08:00")[0];
        let found = score(line, "priority");
        assert_eq!((&found["total"], &found["grade"]), (&json!(total), &json!(grade)), "{industry}, {employees}, {urgency}, {potential}");
    }
}

/// Deals below 25,000, to 100,000 and above by discounts to 10, to 20, to 30 percent and above: twelve cells. The bands of the source
/// name whole percents and leave 10 to 11 to nobody; here each band begins where the one before it ends.
#[test]
fn each_of_the_twelve_cells_of_the_discount_matrix_has_its_approver() {
    // By list prices at which every discount below leaves a net price in the same band of sizes.
    let cells = [
        ("20000", ["rep", "rep", "manager", "director"]),
        ("80000", ["rep", "manager", "manager", "director"]),
        ("400000", ["manager", "manager", "director", "vp"]),
    ];
    let discounts = [(&["0", "5", "10"][..], 0), (&["10.01", "10.5", "20"], 1), (&["20.01", "30"], 2), (&["30.01", "60"], 3)];
    for (list, approvers) in cells {
        for (percents, cell) in discounts {
            for percent in percents {
                assert_eq!(discount_level(list, percent), approvers[cell], "{list} at {percent} %");
            }
        }
    }
    // Exactly 25,000 and exactly 100,000 are in the middle; what counts is what the customer pays.
    for (list, percent, level) in
        [("31249.9875", "20", "rep"), ("31250", "20", "manager"), ("100000", "0", "rep"), ("100000.01", "0", "manager")]
    {
        assert_eq!(discount_level(list, percent), level, "{list} at {percent} %");
    }
}

/// The level at which a quotation with this list price is approved with this discount.
fn discount_level(list: &str, percent: &str) -> String {
    use rust_decimal::Decimal;
    let (list, percent): (Decimal, Decimal) = (list.parse().unwrap(), percent.parse().unwrap());
    let net = list * (Decimal::ONE_HUNDRED - percent) / Decimal::ONE_HUNDRED;
    let number = |value: Decimal| serde_json::from_str::<Json>(&value.normalize().to_string()).unwrap();
    let quote =
        json!({"id": "Q", "list_price": number(list), "net_price": number(net), "valid_until": "2026-12-31", "case": {"stage": "check"}});
    let line = told("quotation.yaml", &[quote], "2026-11-02T10:00:00+08:00").remove(0);
    gate(&line, "release")["approval"]["level"].as_str().unwrap().to_owned()
}

/// Below 20 million the office decides, from 20 million the region, from 50 million the company; exactly 50 million belongs to the higher
/// of the two bands that claim it.
#[test]
fn the_level_of_authority_rises_at_twenty_and_at_fifty_million() {
    for (amount, level) in [
        ("19999999.99", "office"),
        ("20000000", "region"),
        ("20000000.01", "region"),
        ("49999999.99", "region"),
        ("50000000", "company"),
        ("50000000.01", "company"),
    ] {
        let amount: Json = serde_json::from_str(amount).unwrap();
        let risk = json!({"solution": 1, "delivery": 1, "legal": 1, "finance": 1});
        let deal = json!({"id": "O", "amount": amount, "cost": 1_000_000, "risk": risk, "case": {"stage": "verify"}});
        let line = &told("opportunity.yaml", &[deal], "2026-11-02T10:00:00+08:00")[0];
        assert_eq!(gate(line, "initiate")["approval"]["level"], level, "{amount}");
    }
}

/// What counts at the signature is the greater of the offer and the contract: an offer just below a limit does not stay there when the
/// contract grows. A contract of the company is reported to internal audit, whatever was offered.
#[test]
fn the_signature_is_given_at_the_level_of_the_greater_of_offer_and_contract() {
    for (offer, contract, level, audit) in [
        ("49000000", "49999999.99", "region", "skipped"),
        ("49000000", "50000000", "company", "unmet"),
        ("49000000", "60000000", "company", "unmet"),
        ("60000000", "49000000", "company", "unmet"),
        ("19000000", "19999999.99", "office", "skipped"),
        ("19000000", "20000000", "region", "skipped"),
    ] {
        let number = |text: &str| serde_json::from_str::<Json>(text).unwrap();
        let risk = json!({"solution": 1, "delivery": 1, "legal": 1, "finance": 1});
        let deal = json!({
            "id": "O", "amount": number(offer), "contract_amount": number(contract), "cost": 1_000_000, "risk": risk,
            "mandate_floor": 10_000_000, "mandate_discount": 20, "mandate_days": 60, "payment_days": 30,
            "case": {"stage": "contract_text"},
        });
        let line = &told("opportunity.yaml", &[deal], "2026-11-02T10:00:00+08:00")[0];
        let sign = gate(line, "sign");
        assert_eq!(sign["approval"]["level"], level, "{contract} for {offer}");
        assert_eq!(named(&sign["criteria"], "id", "audit_told")["verdict"], audit, "{contract} for {offer}");
    }
}

/// Eight parts, 0 to 3 points each, weighing 15, 15, 10, 10, 10, 15, 15 and 10 percent.
#[test]
fn eight_parts_weigh_fifteen_or_ten_percent_each() {
    let parts = [
        ("metrics", 15),
        ("economic_buyer", 15),
        ("decision_criteria", 10),
        ("decision_process", 10),
        ("paper_process", 10),
        ("identify_pain", 15),
        ("champion", 15),
        ("competition", 10),
    ];
    let total = |points: &dyn Fn(usize) -> u32| -> f64 {
        let answers: serde_json::Map<String, Json> =
            parts.iter().enumerate().map(|(place, (part, _))| ((*part).to_owned(), json!(points(place)))).collect();
        let deal = json!({"id": "O", "meddpicc": answers, "case": {"stage": "guide"}});
        let line = &told("opportunity.yaml", &[deal], "2026-11-02T10:00:00+08:00")[0];
        score(line, "meddpicc")["total"].as_f64().unwrap()
    };
    let near = |found: f64, wanted: f64| assert!((found - wanted).abs() < 1e-9, "{found} is not {wanted}");
    near(total(&|_| 3), 100.0);
    near(total(&|_| 2), 66.67);
    near(total(&|_| 1), 33.33);
    near(total(&|_| 0), 0.0);
    for (alone, (_, weight)) in parts.iter().enumerate() {
        near(total(&|place| if place == alone { 3 } else { 0 }), f64::from(*weight));
    }
}

/// Contracts below 100,000 are changed with the manager within 1 working day, to 500,000 with the director within 2, above with the
/// director, finance and the general manager within 5.
#[test]
fn a_changed_contract_has_one_two_or_five_working_days_by_its_amount() {
    for (amount, steps, due) in [
        (json!(80_000), 1, "2026-11-02T02:00:00Z"),
        (json!(99_999.99), 1, "2026-11-02T02:00:00Z"),
        (json!(100_000), 1, "2026-11-03T02:00:00Z"),
        (json!(300_000), 1, "2026-11-03T02:00:00Z"),
        (json!(500_000), 1, "2026-11-03T02:00:00Z"),
        (json!(500_000.01), 3, "2026-11-06T02:00:00Z"),
        (json!(800_000), 3, "2026-11-06T02:00:00Z"),
    ] {
        let contract = json!({
            "id": "C", "amount": amount, "change": {"amount": amount, "reason": "scope"}, "ar": "liu.yang", "sr": "fang.li", "fr": "ma.chao",
            "case": {"stage": ["manage", "deliver"], "submitted": "2026-10-30T10:00:00+08:00"},
        });
        let line = &told("contract.yaml", &[contract], "2026-11-02T12:00:00+08:00")[0];
        let approval = &gate(line, "change")["approval"];
        assert_eq!((&approval["due"], approval["steps"].as_array().unwrap().len()), (&json!(due), steps), "{amount}: {approval}");
        assert_eq!(approval["overdue"], json!(due < "2026-11-02T04:00:00Z"), "{amount}");
    }
}
