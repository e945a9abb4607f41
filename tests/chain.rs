//! The whole of Lead-to-Cash as cases: from a lead to the last payment, by commands alone.
//!
//! It must not reach into a store or a case but by the command line: what a user cannot do, it cannot do either.
//!
//! The commands stand in `tests/chain/`: a moment, who does it (`-` for the clock), and what follows `tollgate case`. A line after `!`
//! says that the command above it is refused, and a part of what is said about it.

use crate::support::{Folder, Ran, project, tollgate, words};
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
    fn run(&self, arguments: &[&str]) -> Ran {
        let store = format!("{}/cases.db", self.folder.path());
        let mut all = arguments.to_vec();
        all.extend(["--store", store.as_str()]);
        tollgate(&all)
    }

    /// Carries the commands of a file out; what each of them printed.
    fn play(&self, file: &str, names: &[(&str, &str)]) -> String {
        let text = std::fs::read_to_string(project(&format!("tests/chain/{file}.txt"))).unwrap();
        let text = names.iter().fold(text, |text, (name, value)| text.replace(name, value));
        let text = text.replace("{O}", OPPORTUNITY).replace("{C}", CONTRACT);
        let mut printed = String::new();
        let mut lines = text.lines().filter(|line| !line.starts_with('#')).peekable();
        while let Some(line) = lines.next() {
            let words = words(line);
            let (now, user) = (words[0].as_str(), words[1].as_str());
            let mut arguments = vec!["case"];
            let in_project = |word: &str| if word.starts_with("workflows/") { project(word) } else { word.to_owned() };
            let rest: Vec<String> = words[2..].iter().map(|word| in_project(word)).collect();
            arguments.extend(rest.iter().map(String::as_str));
            arguments.extend(["--now", now]);
            if user != "-" {
                arguments.extend(["--as", user]);
            }
            let ran = self.run(&arguments);
            let refused = lines.next_if(|line| line.starts_with('!')).map(|line| line.trim_start_matches('!').trim());
            match refused {
                None => assert_eq!(ran.exit, Exit::Clean, "{file}: {line}\n{}{}", ran.out, ran.err),
                Some(told) => {
                    assert_eq!(ran.exit, Exit::Findings, "{file}: {line}\n{}{}", ran.out, ran.err);
                    assert!(ran.err.contains(told), "{file}: {line}\n{}", ran.err);
                }
            }
            printed.push_str(&ran.out);
        }
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
    let _ = chain.play("1-lead", &[]);
    assert_eq!(chain.place(LEAD), "ended: converted");
    assert_eq!(chain.place(OPPORTUNITY), "verify");
    let record = chain.show(OPPORTUNITY)["record"].clone();
    assert_eq!((record["id"].as_str(), record["lead_no"].as_str()), (Some("OP-260301"), Some(LEAD)));
    assert_eq!(chain.show(OPPORTUNITY)["parent"], LEAD);

    let _ = chain.play("2-opportunity", &[]);
    assert_eq!(chain.place(OPPORTUNITY), "solution_review delivery_review legal_review finance_review");

    let printed = chain.play("3-bid", &[]);
    assert!(printed.contains("refused at bid: no guarantee in sight"), "{printed}");
    assert_eq!(chain.place(OPPORTUNITY), "negotiate");
    assert_eq!(chain.show(OPPORTUNITY)["obligations"].as_array().unwrap().len(), 2);

    let _ = chain.play("4-sign", &[]);
    assert_eq!(chain.place(OPPORTUNITY), "ended: won");
    assert_eq!(chain.place(CONTRACT), "hand_over");

    // The lead moves from AR to FR with the hand-over.
    let before = chain.told("show", CONTRACT, "2026-04-27T02:00:00Z");
    assert!(before.contains("led by sun.lei (AR)"), "{before}");
    let _ = chain.play("5-contract", &[]);
    let after = chain.told("show", CONTRACT, "2026-04-28T03:00:00Z");
    assert!(after.contains("in manage") && after.contains("led by kong.fei (FR)"), "{after}");
    assert_eq!(chain.show(CONTRACT)["children"].as_array().unwrap().len(), 3);

    let printed = chain.play("6-change", &[]);
    assert!(printed.contains("hand_over: go by approval, again"), "{printed}");
    let contract = chain.show(CONTRACT);
    assert_eq!(contract["record"]["amount"], 24_400_000);
    assert_eq!(contract["children"].as_array().unwrap().len(), 4, "the orders are not born again");

    let order = |number: usize| format!("{CONTRACT}/order-{number}");
    for number in 1..=3 {
        let _ = chain.play("7-order", &[("{X}", &order(number))]);
    }
    let printed = chain.play("8-rework", &[("{X}", &order(2))]);
    assert!(printed.contains("accept: rectify by rules") && printed.contains("rectify -> accept"), "{printed}");
    for (number, amount) in [(1, "7320000"), (2, "4880000"), (3, "4880000")] {
        let _ = chain.play("9-accept", &[("{X}", &order(number)), ("{AMOUNT}", amount)]);
        assert_eq!(chain.place(&order(number)), "ended: closed");
    }

    let invoices: Vec<String> = std::iter::once(format!("{CONTRACT}/collection-4"))
        .chain((1..=3).map(|number| format!("{}/collection-1", order(number))))
        .collect();
    for invoice in &invoices {
        let _ = chain.play("10-invoice", &[("{I}", invoice)]);
        assert_eq!(chain.place(invoice), "collect");
    }
    for (invoice, amount) in [(&invoices[0], "7320000"), (&invoices[1], "7320000"), (&invoices[3], "4880000")] {
        let paid = format!("paid_amount={amount}");
        let at = ["--now", "2026-07-23T02:00:00Z", "--as", "chen.jing"];
        let booked = chain.run(&[&["case", "update", invoice, "--set", &paid], at.as_slice()].concat());
        let settled = chain.run(&[&["case", "submit", invoice, "settle"], at.as_slice()].concat());
        assert!(settled.out.contains("ended: paid"), "{}{}{}", booked.err, settled.out, settled.err);
    }

    // Both branches of the execution are done, and the contract waits for its money.
    let at = ["--now", "2026-07-24T02:00:00Z", "--as", "kong.fei"];
    let planned = chain.run(&[&["case", "complete", CONTRACT, "plan"], at.as_slice()].concat());
    let finished = chain.run(&[&["case", "submit", CONTRACT, "finish"], at.as_slice()].concat());
    assert!(finished.out.contains("manage + deliver -> close"), "{}{}{}", planned.err, finished.out, finished.err);

    let late = invoices[2].as_str();
    let printed = chain.play("11-late", &[("{I}", late)]);
    assert!(printed.contains("2026-09-14 15:59:59") && printed.contains("the stage collect is due; told sun.lei"), "{printed}");
    assert!(printed.contains("letter_and_stop by rules, collect -> dunning") && printed.contains("the stage dunning is due"), "{printed}");
    assert_eq!(chain.place(late), "talks");

    let _ = chain.play("12-close", &[("{I}", late)]);
    assert_eq!(chain.place(late), "ended: paid");
    assert_eq!(chain.place(CONTRACT), "ended: closed");
    let open = chain.run(&["case", "list", "--now", "2026-11-09T05:00:00Z"]);
    assert_eq!(open.out, "", "nothing is left open");

    let verified = chain.run(&["audit", "verify"]);
    assert_eq!(verified.exit, Exit::Clean, "{}{}", verified.out, verified.err);
    let now = "2026-11-09T05:00:00Z";
    let all = chain.run(&["case", "list", "--all", "--now", now]).out;
    let cases = [OPPORTUNITY, CONTRACT, late];
    let told: Vec<String> =
        cases.iter().map(|case| format!("{}\n{}", chain.told("show", case, now), chain.told("history", case, now))).collect();
    insta::assert_snapshot!(format!("{all}\n{}\n{}", told.join("\n"), verified.out));
}
