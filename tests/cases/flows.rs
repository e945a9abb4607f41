//! Random small workflows: a random net, with whatever a designer can hang on its stages and gates.
//!
//! It must not know commands.

use crate::soundness::nets::random;
use crate::support::Choice;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;
use tollgate::diagnostic::Settings;
use tollgate::document::Documents;
use tollgate::source::Sources;
use tollgate::workflow::soundness::{MARKINGS, Verdict, prove};
use tollgate::workflow::{Cancel, Examined, Net, Transition, Workflow, examine};

/// A random workflow.
pub(crate) struct Flow {
    pub(crate) text: String,
    pub(crate) workflow: Arc<Workflow>,
    /// Whether its process is proved to be sound.
    pub(crate) sound: bool,
}

/// Everybody who holds a role whatever the record says, in the order of the file.
pub(crate) const ROLES: &[(&str, &[&str])] = &[
    ("desk", &["ana", "ben"]),
    ("legal", &["cy"]),
    ("finance", &["dee", "ben"]),
    ("board", &["ana", "cy", "dee", "eve"]),
    ("head", &["eve"]),
];

/// Everybody; the last two hold no role.
pub(crate) const USERS: &[&str] = &["ana", "ben", "cy", "dee", "eve", "oz", "fay", "gil"];

const LEADS: &[&str] = &["desk", "legal", "finance", "owner", "head"];
const TERMS: &[&str] = &["2 days", "8 hours", "3 working days", "30 minutes", "1 day before r.due", "2 working days after r.due"];

const HEAD: &str = "\
tollgate: 1
workflow: flow
record: r
calendar: office
records:
  r:
    key: id
    fields:
      id: text
      amount: {type: money, currency: EUR, min: 0}
      hot: bool
      owner: user
      note: text
      due: date
      terms: {fields: {days: int, place: text}}
  errand: {key: id, fields: {id: text, of: text}}
roles:
  owner: {assign: r.owner, default: [oz]}
  desk: [ana, ben]
  legal: [cy]
  finance: [dee, ben]
  board: [ana, cy, dee, eve]
  head: [eve]
calendars:
  office: {weekdays: [mon, tue, wed, thu, fri], hours: [\"09:00-12:00\", \"13:00-17:30\"], zone: Europe/Berlin}
tables:
  authority:
    hit: first
    in: {amount: r.amount}
    out: {level: {enum: [low, middle, high]}}
    rows:
      - {amount: \">= 10_000\", level: high}
      - {amount: \">= 1_000\", level: middle}
      - {level: low}
";

/// The workflow of a seed, where it compiles: nets of chance alone need not.
pub(crate) fn flow(seed: u64) -> Option<Flow> {
    let mut chance = Choice::new(seed ^ 0xF10A);
    let text = text(&random(seed), &mut chance);
    let mut sources = Sources::new();
    let entry = sources.add("flow.yaml", text.as_str());
    let Examined { workflow, found, .. } = examine(&sources, &Documents::new(), entry, &Settings::default());
    let Some(workflow) = workflow else {
        let said: Vec<String> =
            found.iter().filter(|found| found.is_error()).map(|found| format!("{}: {}", found.code, found.message)).collect();
        assert!(said.iter().all(|said| said.starts_with("duplicate") || said.starts_with("unused")), "{said:?}\n{text}");
        return None;
    };
    let sound = prove(workflow.graph().net(), MARKINGS) == Verdict::Proved;
    Some(Flow { text, workflow: Arc::new(workflow), sound })
}

fn text(net: &Net, chance: &mut Choice) -> String {
    let mut text = HEAD.to_owned();
    text.push_str("stages:\n");
    let mut hasty = Vec::new();
    for stage in net.stages() {
        let mut keys = Vec::new();
        if net.starts().contains(stage) {
            keys.push("start: true".to_owned());
        }
        if net.ends().contains(stage) {
            keys.push(format!("end: {stage}"));
            if chance.often(15) {
                keys.push("needs: note".to_owned());
            }
        } else {
            keys.push(format!("lead: {}", chance.of(LEADS)));
            if chance.often(45) {
                let term = chance.of(TERMS);
                if term.contains("hours") || term.contains("minutes") {
                    hasty.push(stage.clone());
                }
                keys.push(format!("within: {term}"));
                let others: Vec<_> = net.stages().iter().filter(|other| *other != stage && !net.ends().contains(other)).collect();
                if !term.contains("before") && !term.contains("after") && !others.is_empty() && chance.often(40) {
                    keys.push(format!("pause: {}", chance.of(&others)));
                }
            }
            if chance.often(45) {
                let optional = if chance.often(25) { ", optional: true" } else { "" };
                keys.push(format!(
                    "activities: {{work: {{role: {}, helps: [desk], deliverable: paper_{stage}{optional}}}}}",
                    chance.of(LEADS)
                ));
                if optional.is_empty() && chance.often(40) {
                    keys.push(format!("needs: [paper_{stage}]"));
                }
            }
        }
        let _ = writeln!(text, "  {stage}: {{{}}}", keys.join(", "));
    }
    text.push_str("gates:\n");
    let mut groups: Vec<Vec<&Transition>> = Vec::new();
    let together = chance.often(70);
    for transition in &net.transitions {
        match groups.iter_mut().find(|group| together && group.iter().any(|known| known.from == transition.from)) {
            Some(group) => group.push(transition),
            None => groups.push(vec![transition]),
        }
    }
    let last = groups.len().saturating_sub(1);
    for (number, group) in groups.iter().enumerate() {
        // Cases that go round by themselves every half an hour tell no more than those that do so every other day.
        let from = group.iter().flat_map(|transition| &transition.from);
        let slow = from.clone().all(|stage| !hasty.contains(stage)) && from.count() > 0;
        text.push_str(&gate(number, (number == last, slow), group, chance));
    }
    text
}

fn gate(number: usize, (last, slow): (bool, bool), ways: &[&Transition], chance: &mut Choice) -> String {
    let names = |stages: &[tollgate::names::StageId]| stages.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let mut text = format!("  g{number}:\n    from: [{}]\n", names(&ways.first().map(|way| way.from.clone()).unwrap_or_default()));
    if chance.often(25) {
        let _ = writeln!(text, "    submit: [{}]", if chance.often(50) { "owner, desk" } else { "board" });
    }
    if chance.often(20) {
        text.push_str("    must: {asked: {expect: r.amount < 50_000, waiver: head}, calm: {expect: r.hot == false, when: r.amount > 500, waiver: board}}\n");
    }
    if last && chance.often(50) {
        text.push_str("    demands: [remains]\n    when: r.amount > 0 || r.hot\n");
    }
    let mut decider = "submitter";
    match chance.below(10) {
        0 | 1 if ways.len() > 1 => {
            decider = "rules";
            text.push_str("    decide:\n      - {when: r.amount >= 5_000, outcome: o0}\n      - o1\n");
        }
        2..=7 => {
            decider = "approval";
            text.push_str(&approval(chance));
        }
        _ => {}
    }
    if slow && chance.often(40) {
        let _ = writeln!(text, "    overdue: {}", if decider == "rules" { "true" } else { "o0" });
    }
    text.push_str("    outcomes:\n");
    for (place, way) in ways.iter().enumerate() {
        let mut keys = vec![format!("to: [{}]", names(&way.to))];
        match &way.cancel {
            Cancel::Nothing => {}
            Cancel::All => keys.push("cancel: all".to_owned()),
            Cancel::Stages(stages) => keys.push(format!("cancel: [{}]", names(stages))),
        }
        if chance.often(25) {
            keys.push(format!("lock: [{}]", chance.of(&["amount", "amount, terms.days", "hot", "terms"])));
        }
        if last || chance.often(20) {
            keys.push("obligations: {remains: {title: Rest, role: finance, within: 2 days}, other: Something}".to_owned());
        }
        if chance.often(15) {
            keys.push("conditions: optional".to_owned());
        }
        if chance.often(15) {
            keys.push("emit: [told]".to_owned());
        }
        if chance.often(15) {
            keys.push("spawn: {errand: {when: r.amount > 100, fields: {of: r.id}}}".to_owned());
        }
        let _ = writeln!(text, "      o{place}: {{{}}}", keys.join(", "));
    }
    if decider != "rules" && chance.often(45) {
        let conditions = chance.of(&["conditions: required, ", "conditions: optional, ", ""]);
        let then = if chance.often(70) {
            format!("within: {}, then: o{}, ", chance.of(&["3 days", "4 working hours"]), chance.below(ways.len()))
        } else {
            String::new()
        };
        let _ = writeln!(text, "      wait: {{stay: true, {}}}", format!("{conditions}{then}").trim_end_matches(", "));
        text = text.replace("{stay: true, }", "{stay: true}");
    }
    text
}

fn approval(chance: &mut Choice) -> String {
    let steps = |chance: &mut Choice| {
        let count = 1 + chance.below(2);
        let steps: Vec<String> = (0..count).map(|_| step(chance)).collect();
        format!("[{}]", steps.join(", "))
    };
    let mut text = "    approve:\n".to_owned();
    match chance.below(4) {
        0 | 1 => {
            let _ = writeln!(
                text,
                "      by: {{table: authority}}\n      levels: {{low: {}, middle: {}, high: {}}}",
                steps(chance),
                steps(chance),
                steps(chance)
            );
        }
        _ => {
            let _ = writeln!(text, "      steps: {}", steps(chance));
        }
    }
    if chance.often(60) {
        let _ = writeln!(text, "      within: {}", chance.of(&["1 day", "2 working days", "90 minutes"]));
        match chance.below(4) {
            0 => text.push_str("      overdue: {remind: 1 day, escalate: 2 days}\n"),
            1 => text.push_str("      overdue: {remind: 4 hours}\n"),
            2 => text.push_str(chance.of::<&str>(&["      overdue: {lapse: 1 day, then: o0}\n", "      overdue: {lapse: 3 hours}\n"])),
            _ => {}
        }
    }
    if chance.often(40) {
        text.push_str("      again: changed\n");
    }
    if chance.often(60) {
        let _ = writeln!(
            text,
            "      separate: [{}]",
            chance.of(&["submitter", "lead", "submitter, lead", "submitter, lead, earlier-step", "earlier-step"])
        );
    }
    text
}

fn step(chance: &mut Choice) -> String {
    let within = if chance.often(25) { ", within: 5 hours" } else { "" };
    let veto = if chance.often(25) { ", veto: [legal]" } else { "" };
    let voters = match chance.below(7) {
        0 => "role: head".to_owned(),
        1 => "role: owner".to_owned(),
        2 => "all: [finance, desk]".to_owned(),
        3 => "any: [desk, head]".to_owned(),
        4 => format!("of: board, quorum: {}", 1 + chance.below(3)),
        5 => format!("of: board, percent: {}", chance.of(&["50", "66.7"])),
        _ => "weights: {desk: 1, finance: 2.5, head: 1}, at_least: 2".to_owned(),
    };
    format!("{{{voters}{veto}{within}}}")
}

/// Counts one more of a kind.
pub(crate) fn counted<K: Ord>(counts: &mut BTreeMap<K, usize>, key: K) {
    *counts.entry(key).or_default() += 1;
}
