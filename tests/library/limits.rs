//! The limits that the processes set themselves: ladders, credit, tracks and terms, each asked for on both sides.
//!
//! It must not use the samples; and what a source of the processes states belongs to `answers`.

use super::answers::{gate, named, score, told};
use chrono::{Days, NaiveDate};
use serde_json::{Value as Json, json};

const NOW: &str = "2026-11-02T10:00:00+08:00";

/// What a decision table gives for the record of a line.
fn output<'l>(line: &'l Json, table: &str) -> &'l Json {
    &named(&line["tables"], "table", table)["output"][0]
}

/// The verdict of a criterion of a gate.
fn verdict<'l>(line: &'l Json, at: &str, criterion: &str) -> &'l Json {
    &named(&gate(line, at)["criteria"], "id", criterion)["verdict"]
}

/// A number with its digits as they are written.
fn number(text: &str) -> Json {
    serde_json::from_str(text).unwrap()
}

/// An invoice in a stage, so many days after the first of June 2026, a Monday, on which it was due.
fn late(days: i64, class: &str, amount: &str, stage: &str) -> Json {
    let due = NaiveDate::from_ymd_opt(2026, 6, 1).unwrap();
    let today = if days < 0 { due - Days::new(days.unsigned_abs()) } else { due + Days::new(days.unsigned_abs()) };
    let invoice = json!({
        "id": "I", "due_on": due, "amount": number(amount), "customer_class": class, "exposure": 1, "credit_limit": 2, "oldest_open_days": 0,
        "overdue_exposure": 0, "regime": "two_way", "case": {"stage": stage, "deliverables": ["dunning_letter"]},
    });
    told("collection.yaml", &[invoice], &format!("{today}T10:00:00+08:00")).remove(0)
}

/// Call, letter, talks, court; later for key customers, sooner for new ones, lower for small sums.
#[test]
fn the_ladder_of_late_payment_is_climbed_rung_by_rung() {
    for (class, amount, days, action) in [
        ("regular", "100000", -10, "none"), // Friday, six working days ahead
        ("regular", "100000", -7, "call"),  // Monday, five of them
        ("regular", "100000", 3, "call"),   // Thursday
        ("regular", "100000", 4, "letter"), // Friday, the fourth working day
        ("regular", "100000", 15, "letter"),
        ("regular", "100000", 30, "letter"),
        ("regular", "100000", 31, "talks"),
        ("regular", "100000", 90, "talks"),
        ("regular", "100000", 91, "legal"),
        ("key", "100000", 15, "call"),
        ("key", "100000", 16, "letter"),
        ("key", "100000", 45, "letter"),
        ("key", "100000", 46, "talks"),
        ("key", "100000", 120, "talks"),
        ("key", "100000", 121, "legal"),
        ("new", "100000", 60, "talks"),
        ("new", "100000", 61, "legal"),
        ("regular", "9999.99", 30, "call"),
        ("regular", "10000", 30, "letter"),
        ("regular", "49999.99", 91, "talks"),
        ("regular", "50000", 91, "legal"),
    ] {
        let line = late(days, class, amount, "collect");
        assert_eq!(output(&line, "dunning"), action, "{class}, {amount}, {days} days late");
        let outcome = match action {
            "none" => "wait",
            "talks" | "legal" => "talk",
            other => other,
        };
        assert_eq!(gate(&line, "settle")["decided"], outcome, "{class}, {amount}, {days} days late");
    }
    // From rung to rung: the letter leads to talks from the 31st day on, and talks to court from the 91st.
    for (stage, at, days, status) in [
        ("dunning", "begin_talks", 30, "skipped"),
        ("dunning", "begin_talks", 31, "open"),
        ("talks", "sue", 90, "skipped"),
        ("talks", "sue", 91, "blocked"), // no record of the talks yet
    ] {
        let line = late(days, "regular", "100000", stage);
        assert_eq!(gate(&line, at)["status"], status, "{at}, {days} days late");
    }
}

/// Three-way with the invoice after the goods waits, before them is issued and blocked; two-way looks at no goods; consignment needs none.
#[test]
fn each_of_four_ways_of_checking_an_invoice_has_its_outcome() {
    for (regime, received, outcome) in [
        ("three_way_after", 99, "wait"),
        ("three_way_after", 100, "issue"),
        ("three_way_before", 99, "issue_blocked"),
        ("three_way_before", 100, "issue"),
        ("two_way", 0, "issue"),
        ("consignment", 0, "consign"),
    ] {
        let invoice = json!({
            "id": "I", "regime": regime, "amount": 100, "contract_amount": 200, "share": 50, "order_no": "O", "order_amount": 100,
            "received_value": received, "kind": "vat_ordinary", "bill_currency": "CNY", "case": {"stage": "invoicing"},
        });
        let line = &told("collection.yaml", &[invoice], NOW)[0];
        assert_eq!(gate(line, "issue")["decided"], outcome, "{regime}, {received} received");
    }
}

/// Each reason alone, on both sides of its limits, while the other two are in order.
#[test]
fn credit_stops_an_order_by_exposure_by_age_and_by_share() {
    let credit = |amount: &str, days_late: u64, overdue: &str| {
        let today = NaiveDate::from_ymd_opt(2026, 11, 2).unwrap();
        let account = json!({
            "credit_limit": 10_000, "receivables": 5_000, "open_orders": 0, "overdue": number(overdue), "oldest_due_on": today - Days::new(days_late),
        });
        let order = json!({"id": "O", "amount": number(amount), "account": account, "case": {"stage": "admit"}});
        output(&told("order.yaml", &[order], NOW)[0], "credit").as_str().unwrap().to_owned()
    };
    for (amount, answer) in [("5000", "pass"), ("5001", "hold"), ("10000", "hold"), ("10001", "stop")] {
        assert_eq!(credit(amount, 0, "0"), answer, "{amount} on 5,000 of 10,000");
    }
    for (days, answer) in [(30, "pass"), (31, "hold"), (90, "hold"), (91, "stop")] {
        assert_eq!(credit("1", days, "0"), answer, "{days} days late");
    }
    for (overdue, answer) in [("1000", "pass"), ("1000.50", "hold"), ("2500", "hold"), ("2500.50", "stop")] {
        assert_eq!(credit("1", 0, overdue), answer, "{overdue} of 5,000 overdue");
    }
}

/// Below 500,000 what is small, standard and asked for in the catalogue takes the light track.
#[test]
fn a_table_chooses_the_sales_model_and_small_deals_take_a_light_track() {
    let deals = super::lines(&super::shipped("stage-lists/seven-steps.yaml"), &super::shipped("stage-lists/samples/seven-steps.csv"), &[]);
    let tables: Vec<&Json> =
        deals.iter().flat_map(|line| line["tables"].as_array().unwrap()).filter(|table| table["table"] == "sales_model").collect();
    for model in ["direct", "channel", "hybrid"] {
        assert!(tables.iter().any(|table| table["output"] == json!([model])), "{model} is never chosen");
    }
    for (amount, kind, customised, outcome) in [
        ("499999", "standard", false, "light_track"),
        ("499999.99", "standard", false, "light_track"),
        ("500000", "standard", false, "full_track"),
        ("499999", "standard", true, "full_track"),
        ("499999", "high_tech", false, "full_track"),
    ] {
        let deal = json!({
            "id": "D", "amount": number(amount), "budget": number(amount), "product_kind": kind, "customised": customised, "own_team": true,
            "market_position": "leader", "partner": "P", "owner": "ann", "decision_maker": "executive", "pain": "vision",
            "purchase_by": "2026-12-01", "competition": "weak", "case": {"stage": "qualify"},
        });
        let line = &told("stage-lists/seven-steps.yaml", &[deal], NOW)[0];
        assert_eq!(gate(line, "qualification")["decided"], outcome, "{amount}, {kind}, customised {customised}");
    }
}

#[test]
fn a_former_owner_claims_a_lead_after_twelve_hours() {
    let lead = json!({
        "id": "L", "former_owner": "ann", "claimant": "ann", "pooled_at": "2026-11-02T10:00:00+08:00", "case": {"stage": "pool"},
    });
    for (now, found) in [("2026-11-02T21:59:59+08:00", "unmet"), ("2026-11-02T22:00:00+08:00", "met")] {
        assert_eq!(verdict(&told("lead.yaml", std::slice::from_ref(&lead), now)[0], "claim", "cooled_off"), found, "{now}");
    }
}

#[test]
fn what_a_customer_did_is_halved_after_thirty_and_again_after_sixty_days_of_silence() {
    let today = NaiveDate::from_ymd_opt(2026, 11, 2).unwrap();
    for (days, left) in [(30, 100), (31, 50), (60, 50), (61, 25)] {
        let lead = json!({"id": "L", "last_contact": today - Days::new(days), "behaviour": {"meetings": 4}, "case": {"stage": "nurture"}});
        let line = &told("lead.yaml", &[lead], NOW)[0];
        assert_eq!(output(line, "decay"), left, "{days} days");
        assert_eq!(score(line, "engagement")["criteria"]["behaviour"]["points"], left, "{days} days");
    }
}

/// Five working days are left for the bid, a chance of 30 percent is one, and audit has the report within three working days.
#[test]
fn a_bid_needs_five_working_days_and_a_chance_of_thirty_percent_and_audit_waits_three_days() {
    let reviews = ["solution_review", "delivery_review", "legal_review", "finance_review"];
    for (due, found) in [("2026-11-08", "unmet"), ("2026-11-09", "met")] {
        let deal = json!({"id": "O", "bid_due": due, "case": {"stage": reviews}});
        assert_eq!(verdict(&told("opportunity.yaml", &[deal], NOW)[0], "bid", "in_time"), found, "{due}");
    }
    for (chance, found) in [("29.99", "unmet"), ("30", "met")] {
        let deal = json!({"id": "O", "win_probability": number(chance), "case": {"stage": "guide"}});
        assert_eq!(verdict(&told("opportunity.yaml", &[deal], NOW)[0], "plan", "chance_real"), found, "{chance}");
    }
    for (reported, found) in [("2026-11-05", "met"), ("2026-11-06", "unmet")] {
        let deal = json!({
            "id": "O", "amount": 60_000_000, "cost": 1, "risk": {"solution": 1, "delivery": 1, "legal": 1, "finance": 1},
            "bid_decided_on": "2026-11-02", "audit_reported_on": reported, "case": {"stage": "contract_text"},
        });
        assert_eq!(verdict(&told("opportunity.yaml", &[deal], NOW)[0], "sign", "audit_in_time"), found, "{reported}");
    }
}

/// A change covers what is invoiced and what is collected, and what stood before it is held against it.
#[test]
fn a_changed_contract_covers_the_past_and_keeps_customer_and_business() {
    let at = |amount: u32, invoiced: u32, collected: u32, before: &str| {
        let contract = json!({
            "id": "C", "customer": "A", "business_kind": "project", "amount": 500, "invoiced": invoiced, "collected": collected,
            "change": {"amount": amount, "reason": "scope"},
            "case": {"stage": ["manage", "deliver"], "before": {"customer": before, "business_kind": "project"}},
        });
        told("contract.yaml", &[contract], NOW).remove(0)
    };
    for (amount, invoiced, collected, found) in [(99, 100, 0, "unmet"), (100, 100, 0, "met"), (99, 0, 100, "unmet"), (100, 0, 100, "met")] {
        let line = at(amount, invoiced, collected, "A");
        assert_eq!(verdict(&line, "change", "covers_the_past"), found, "{amount} after {invoiced} invoiced and {collected} collected");
    }
    for (before, found) in [("A", "met"), ("B", "unmet")] {
        let line = at(500, 0, 0, before);
        assert_eq!((verdict(&line, "change", "same_customer"), verdict(&line, "change", "same_business")), (&json!(found), &json!("met")));
    }
}
