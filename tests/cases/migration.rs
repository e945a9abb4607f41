//! Cases that go over to another definition of their workflow, and back, by the command line.
//!
//! It must not ask the service: what is planned, done and refused is what people are told.

use crate::support::{Folder, Ran, tollgate};
use serde_json::Value as Json;
use tollgate::cli::Exit;

/// How permits are given at first: plans and site are looked at side by side.
pub(super) const FIRST: &str = "\
tollgate: 1
workflow: permit
title: Give a permit
record: permit
records:
  permit:
    key: id
    fields:
      id: {type: text, required: true}
      size: {type: int, min: 0}
      zone: {enum: [old, new]}
roles:
  desk: [dan, dot]
  experts: [eva, eli]
  head: [hal]
stages:
  draft: {start: true, lead: desk, within: 10 days}
  paper: {lead: desk, within: 4 days}
  plans: {lead: experts, within: 5 days}
  site: {lead: desk, within: 5 days}
  given: {end: given}
  denied: {end: denied}
gates:
  open:
    title: Look at it
    from: draft
    needs: size
    approve: {steps: [head], within: 3 days, overdue: {remind: 1 day}}
    outcomes:
      go: {to: [plans, site], lock: size}
      small: paper
      wait: {stay: true, within: 20 days, then: deny}
      deny: denied
  file: {title: Give a small one, from: paper, outcomes: {done: given}}
  both: {title: Give a large one, from: [plans, site], outcomes: {done: given}}
";

/// Later: one after the other, with other names, a shorter term and one zone less.
pub(super) fn second() -> String {
    let changed = [
        ("zone: {enum: [old, new]}", "zone: {enum: [new]}"),
        ("within: 10 days", "within: 8 days"),
        ("  paper: {lead", "  letter: {lead"),
        ("small: paper", "small: letter"),
        ("from: paper", "from: letter"),
        ("to: [plans, site]", "to: plans"),
        ("wait: {stay: true, within: 20 days, then: deny}\n      deny: denied", "refuse: denied"),
        (
            "  both: {title: Give a large one, from: [plans, site], outcomes: {done: given}}",
            "  read: {from: plans, outcomes: {done: site}}\n  look: {from: site, outcomes: {done: given}}",
        ),
    ];
    changed.iter().fold(FIRST.to_owned(), |text, (from, to)| {
        assert!(text.contains(from), "{from}");
        text.replace(from, to)
    })
}

/// A store with permits at every place.
struct Office {
    folder: Folder,
    first: String,
    second: String,
}

impl Office {
    fn new() -> Self {
        let folder = Folder::new();
        let office = Self { first: folder.file("first.yaml", FIRST), second: folder.file("second.yaml", second()), folder };
        let first = office.first.as_str();
        for number in 1..=8 {
            let (id, zone) = (format!("id=P-{number}"), if number == 6 { "zone=old" } else { "zone=new" });
            office.done("dan", &["case", "start", first, "--set", &id, "--set", "size=40", "--set", zone]);
        }
        // P-1 and P-6 stay where they began; P-2 and P-8 wait for a vote; the others are decided.
        for (case, outcome) in [("P-2", "go"), ("P-3", "go"), ("P-4", "small"), ("P-5", "wait"), ("P-7", "deny"), ("P-8", "deny")] {
            office.done("dan", &["case", "submit", case, "open", "--outcome", outcome]);
            if !["P-2", "P-8"].contains(&case) {
                office.done("hal", &["case", "decide", case, "open", "approve"]);
            }
        }
        office
    }

    fn run(&self, arguments: &[&str]) -> Ran {
        let store = format!("{}/cases.db", self.folder.path());
        tollgate(&[arguments, &["--store", &store]].concat())
    }

    /// On the second of March, which is the day of everything here.
    fn at(&self, arguments: &[&str]) -> Ran {
        self.run(&[arguments, &["--now", "2026-03-02T09:00:00Z"]].concat())
    }

    fn done(&self, by: &str, arguments: &[&str]) -> String {
        let ran = self.at(&[arguments, &["--as", by]].concat());
        assert_eq!(ran.exit, Exit::Clean, "{arguments:?}: {}{}", ran.out, ran.err);
        ran.out
    }

    /// What a migration tells, and how it ended.
    fn migrate(&self, arguments: &[&str]) -> String {
        let who: &[&str] = if arguments[0] == "apply" { &["--as", "olga"] } else { &[] };
        let ran = self.at(&[&["migrate"], arguments, who].concat());
        format!("{}{}{:?}\n", ran.out, ran.err, ran.exit)
    }

    /// How a case stands, without how much has happened to it.
    fn stands(&self, case: &str) -> Json {
        let ran = self.at(&["case", "show", case, "--format", "json"]);
        let mut told: Json = serde_json::from_str(&ran.out).unwrap_or_else(|error| panic!("{case}: {error}: {}", ran.err));
        told.as_object_mut().unwrap().shift_remove("revision").unwrap();
        told
    }

    fn digest(&self, case: &str) -> String {
        self.stands(case)["digest"].as_str().unwrap().to_owned()
    }

    /// How many events there are.
    fn verified(&self) -> String {
        self.run(&["audit", "verify"]).out
    }
}

#[test]
fn a_plan_says_where_each_open_case_lands_or_why_it_cannot_go() {
    let office = Office::new();
    let before = office.verified();
    let (first, second) = (office.first.as_str(), office.second.as_str());
    let plain = office.migrate(&["plan", first, second]);
    let named = office.migrate(&["plan", "any", second, "--map", "paper=letter"]);
    let by_digest = office.migrate(&["plan", &office.digest("P-1"), second, "--map", "paper=letter"]);
    assert_eq!(named, by_digest);
    let json = office.migrate(&["plan", "any", second, "--map", "paper=letter", "--format", "json"]);
    assert_eq!(office.verified(), before, "a plan changes nothing");
    insta::assert_snapshot!(format!("{plain}\n{named}\n{json}"));
}

#[test]
fn what_can_go_over_goes_and_the_rest_stays_as_it_was() {
    let office = Office::new();
    let second = office.second.as_str();
    let old = office.digest("P-1");
    let stuck = ["P-3", "P-5", "P-6", "P-7", "P-8"];
    let before = stuck.map(|case| office.stands(case));
    let applied = office.migrate(&["apply", "any", second, "--map", "paper=letter"]);
    let again = office.migrate(&["apply", "any", second, "--map", "paper=letter"]);
    assert_eq!(stuck.map(|case| office.stands(case)), before);
    let new = office.digest("P-1");
    assert!(old != new && office.digest("P-2") == new && office.digest("P-4") == new);
    // The vote that was under way is counted on the new definition, whose outcome leads elsewhere.
    let voted = office.done("hal", &["case", "decide", "P-2", "open", "approve"]);
    let filed = office.done("dan", &["case", "submit", "P-4", "file"]);
    let told: Vec<String> = ["P-2", "P-4"].iter().map(|case| office.at(&["case", "history", case]).out).collect();
    insta::assert_snapshot!(format!("{applied}\n{again}\n{voted}\n{filed}\n{}", told.join("\n")));
}

#[test]
fn the_way_back_leaves_nothing_behind_but_its_events() {
    let office = Office::new();
    let second = office.second.as_str();
    let old = office.digest("P-1");
    let gone = ["P-1", "P-2", "P-4"];
    let before = gone.map(|case| office.stands(case));
    let _ = office.migrate(&["apply", "any", second, "--map", "paper=letter"]);
    assert_ne!(gone.map(|case| office.stands(case)), before);
    // The definition that they began with is in the store: its file may be gone.
    std::fs::remove_file(&office.first).unwrap();
    let planned = office.migrate(&["plan", second, &old, "--map", "letter=paper"]);
    let back = office.migrate(&["apply", second, &old, "--map", "letter=paper"]);
    assert_eq!(gone.map(|case| office.stands(case)), before);
    let voted = office.done("hal", &["case", "decide", "P-2", "open", "approve"]);
    assert!(voted.contains("draft -> plans + site"), "{voted}");
    let history = office.at(&["case", "history", "P-4"]).out;
    insta::assert_snapshot!(format!("{planned}\n{back}\n{history}\n{}", office.verified()));
}

#[test]
fn a_way_that_is_not_there_is_refused_before_anything_goes_over() {
    let office = Office::new();
    let before = office.verified();
    let broken = office.folder.file("broken.yaml", FIRST.replace("start: true, ", ""));
    let other = office.folder.file("other.yaml", FIRST.replace("workflow: permit", "workflow: licence"));
    let told = [
        office.migrate(&["apply", "any", "nowhere.yaml"]),
        office.migrate(&["apply", &office.first, "0123abcd"]),
        office.migrate(&["apply", "any", "0123abcd", "--workflow", "permit"]),
        office.migrate(&["apply", "any", &broken]),
        office.migrate(&["apply", "any", &other]),
        office.migrate(&["apply", &office.first, &other]),
        office.migrate(&["apply", "any", &office.first]),
        office.migrate(&["apply", "any", &office.second, "--map", "paper"]),
    ];
    assert_eq!(office.verified(), before);
    insta::assert_snapshot!(told.join("\n").replace(&office.folder.path(), "."));
}
