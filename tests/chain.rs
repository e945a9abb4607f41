//! The whole of Lead-to-Cash as cases: from a lead to the last payment, by commands alone.
//!
//! It must not reach into a store or a case but by the command line: what a user cannot do, it cannot do either. The commands stand in
//! `docs/lead-to-cash.sh`, which users run, too; it fails where a command is not refused that should be.

use crate::support::{Folder, Ran, lead_to_cash, tollgate};
use serde_json::Value as Json;
use tollgate::cli::Exit;

const LEAD: &str = "LD-260301";
const OPPORTUNITY: &str = "LD-260301/opportunity-1";
const CONTRACT: &str = "LD-260301/opportunity-1/contract-1";

/// A store in a folder of its own.
struct Chain {
    folder: Folder,
}

impl Chain {
    fn store(&self) -> String {
        format!("{}/cases.db", self.folder.path())
    }

    fn run(&self, arguments: &[&str]) -> Ran {
        let store = self.store();
        let mut all = arguments.to_vec();
        all.extend(["--store", store.as_str()]);
        tollgate(&all)
    }

    /// Carries a chapter of the script out; what its commands printed.
    fn play(&self, chapter: &str) -> String {
        let (worked, printed) = lead_to_cash(&[chapter], &self.store());
        assert!(worked, "{chapter}: {printed}");
        printed
    }

    fn show(&self, case: &str) -> Json {
        let ran = self.run(&["case", "show", case, "--format", "json", "--now", "2026-11-09T05:00:00Z"]);
        serde_json::from_str(&ran.out).unwrap_or_else(|error| panic!("{case}: {error}: {}", ran.err))
    }

    /// The active stages, or how it ended.
    fn place(&self, case: &str) -> String {
        let shown = self.show(case);
        let stages: Vec<&str> = shown["stages"].as_array().unwrap().iter().map(|stage| stage["stage"].as_str().unwrap()).collect();
        shown["ended"]["with"].as_str().map_or_else(|| stages.join(" "), |result| format!("ended: {result}"))
    }

    fn told(&self, command: &str, case: &str, now: &str) -> String {
        self.run(&["case", command, case, "--now", now]).out
    }
}

#[test]
fn a_lead_becomes_money() {
    let chain = Chain { folder: Folder::new() };
    let _ = chain.play("lead");
    assert_eq!(chain.place(LEAD), "ended: converted");
    assert_eq!(chain.place(OPPORTUNITY), "verify");
    let record = chain.show(OPPORTUNITY)["record"].clone();
    assert_eq!((record["id"].as_str(), record["lead_no"].as_str()), (Some("OP-260301"), Some(LEAD)));
    assert_eq!(chain.show(OPPORTUNITY)["parent"], LEAD);

    let _ = chain.play("opportunity");
    assert_eq!(chain.place(OPPORTUNITY), "solution_review delivery_review legal_review finance_review");

    let printed = chain.play("bid");
    assert!(printed.contains("refused at bid: no guarantee in sight"), "{printed}");
    assert_eq!(chain.place(OPPORTUNITY), "negotiate");
    assert_eq!(chain.show(OPPORTUNITY)["obligations"].as_array().unwrap().len(), 2);

    let _ = chain.play("sign");
    assert_eq!(chain.place(OPPORTUNITY), "ended: won");
    assert_eq!(chain.place(CONTRACT), "hand_over");

    // The lead moves from AR to FR with the hand-over.
    let before = chain.told("show", CONTRACT, "2026-04-27T02:00:00Z");
    assert!(before.contains("led by sun.lei (AR)"), "{before}");
    let _ = chain.play("hand_over");
    let after = chain.told("show", CONTRACT, "2026-04-28T03:00:00Z");
    assert!(after.contains("in manage") && after.contains("led by kong.fei (FR)"), "{after}");
    assert_eq!(chain.show(CONTRACT)["children"].as_array().unwrap().len(), 3);

    let printed = chain.play("change");
    assert!(printed.contains("hand_over: go by approval, again"), "{printed}");
    let contract = chain.show(CONTRACT);
    assert_eq!(contract["record"]["amount"], 24_400_000);
    assert_eq!(contract["children"].as_array().unwrap().len(), 4, "the orders are not born again");

    let _ = chain.play("orders");
    let orders: Vec<String> = (1..=3).map(|number| format!("{CONTRACT}/order-{number}")).collect();
    for order in &orders {
        assert_eq!(chain.place(order), "accept");
    }
    let printed = chain.play("acceptance");
    assert!(printed.contains("accept: rectify by rules") && printed.contains("rectify -> accept"), "{printed}");
    for order in &orders {
        assert_eq!(chain.place(order), "ended: closed");
    }

    let late = format!("{CONTRACT}/order-2/collection-1");
    let printed = chain.play("invoices");
    assert_eq!(printed.matches("ended: paid").count(), 3, "{printed}");
    assert_eq!(chain.place(&late), "collect");
    // Both branches of the execution are done, and the contract waits for its money.
    assert!(printed.contains("manage + deliver -> close"), "{printed}");

    let printed = chain.play("late");
    assert!(printed.contains("2026-09-14 15:59:59") && printed.contains("the stage collect is due; told sun.lei"), "{printed}");
    assert!(printed.contains("letter_and_stop by rules, collect -> dunning") && printed.contains("the stage dunning is due"), "{printed}");
    assert_eq!(chain.place(&late), "talks");

    let _ = chain.play("close");
    assert_eq!(chain.place(&late), "ended: paid");
    assert_eq!(chain.place(CONTRACT), "ended: closed");
    let open = chain.run(&["case", "list", "--now", "2026-11-09T05:00:00Z"]);
    assert_eq!(open.out, "", "nothing is left open");

    let now = "2026-11-09T05:00:00Z";
    let all = chain.run(&["case", "list", "--all", "--now", now]).out;
    let cases = [OPPORTUNITY, CONTRACT, late.as_str()];
    let told: Vec<String> =
        cases.iter().map(|case| format!("{}\n{}", chain.told("show", case, now), chain.told("history", case, now))).collect();
    let verified = chain.run(&["audit", "verify"]);
    assert_eq!(verified.exit, Exit::Clean, "{}{}", verified.out, verified.err);
    let looked = chain.play("look");
    assert!(looked.contains(&all) && looked.contains(&chain.told("show", CONTRACT, now)) && looked.contains(&verified.out), "{looked}");
    insta::assert_snapshot!(format!("{all}\n{}\n{}", told.join("\n"), verified.out));
}

/// A script that goes on whatever happens would prove nothing.
#[test]
fn a_chapter_stops_at_what_does_not_come_as_it_says() {
    let chain = Chain { folder: Folder::new() };
    let (worked, printed) = lead_to_cash(&["sign"], &chain.store());
    assert!(!worked, "{printed}");
    assert!(printed.contains("there is no store"), "{printed}");
    assert!(printed.contains("this must be refused, saying: `mandate_floor` is locked"), "{printed}");
    assert_eq!(printed.matches("+ tollgate").count(), 1, "{printed}");
    let _ = chain.play("lead");
    let (worked, printed) = lead_to_cash(&["lead", "opportunity"], &chain.store());
    assert!(!worked && printed.contains("the case `LD-260301` exists already"), "{printed}");
    assert_eq!(printed.matches("+ tollgate").count(), 1, "{printed}");
}

#[test]
fn a_chapter_that_is_not_there_is_named() {
    let chain = Chain { folder: Folder::new() };
    let (worked, printed) = lead_to_cash(&["lead", "harvest"], &chain.store());
    assert!(!worked && printed.contains("there is no chapter harvest; there are: lead opportunity"), "{printed}");
    assert!(!std::path::Path::new(&chain.store()).exists(), "nothing is done before");
}
