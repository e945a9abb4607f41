//! A workflow that uses every key of the file format, in short and long forms, for tests.
//!
//! It must not be taken for a good process: it is only complete.

use crate::source::{SourceId, Sources};

/// Sources with these texts in the places of the example's.
pub(crate) fn sources(workflow: &str, script: &str, csv: &str) -> (Sources, SourceId) {
    let mut sources = Sources::new();
    let id = sources.add("workflows/rich.yaml", workflow);
    sources.add("rules/rich.rhai", script);
    sources.add("workflows/authority.csv", csv);
    (sources, id)
}

/// The functions that the workflow uses.
pub(crate) const SCRIPT: &str = r#"// the worst of all risks
fn worst_risk(o) {
    let worst = max(o.risk.legal, o.risk.delivery); /* two are enough */
    if o.origin == "direct" { worst } else { worst + 1 }
}
"#;

/// The rows of one of its tables.
pub(crate) const CSV: &str = "#,amount,margin,level\n1,>= 50_000_000,,company\n,,,\n2,\">= 5_000_000, 1\",-,region\nrest,,,office\n";

/// The workflow.
pub(crate) const WORKFLOW: &str = r####"
# every key of the file format
tollgate: 1
workflow: rich
title: {en: Manage registrations, zh: 管理申请表, "no": 'on'}
record: application
use: ../rules/rich.rhai
calendar: office

records:
  application:
    title: An application
    key: id
    fields:
      id: text
      customer: {type: text, required: true, title: {en: 'The "customer"'}}
      owner: user
      origin: {enum: [lead, direct, "yes", "null", "12", "a, b"], title: 'It''s "its" origin'}
      amount: {type: money, currency: CNY, min: 0, max: "1_000_000_000.50"}
      margin: {type: percent, min: -12.50}
      probability: {type: decimal, max: 0.999999999999999999999}
      lab_due: date
      asked: datetime
      effort: duration
      hot: bool
      tags: list(text)
      colours: list(enum(red, dark green))
      money: {title: Plain money, type: money}
      orders: children(order)
      risk:
        title: Risks
        fields:
          legal: {type: int, min: 1, max: 9}
          delivery: int
          who: {fields: {name: text}}
  order: {fields: {id: text, application: text}}

roles:
  CW: {title: {en: Responsible officer, zh: 案件经办人}, assign: application.owner, default: [zhang.san]}
  EX: {title: Responsible examiner, assign: {table: team}}
  board: [li.si, wang.wu, "zhao, liu", '007']
  finance: {members: ada}
  clerk: [eva]

groups:
  selling: Selling
  early: {title: {en: Early, zh: 早期}, within: selling}
  bare:

stages:
  verify:
    title: Verify
    start: true
    group: early
    lead: CW
    support: [EX, finance]
    within: 5 working days
    pause: [check, lab]
    needs: [customer, application.risk.legal]
    activities:
      brief: {role: CW, helps: EX, informs: [finance, board], deliverable: brief_document, title: Write the brief}
      call: {role: EX, optional: true}
  lab: {lead: EX, within: 2 working days before application.lab_due, needs: lab_due}
  check: {lead: finance, group: selling, due: "working_days_after(application.lab_due, 2)"}
  "all": {lead: EX, within: 9 days}
  won: {end: won}
  lost: {title: "Lost: ended", end: "no"}

gates:
  register:
    title: {en: Decide to register, zh: 受理决定}
    from: verify
    submit: [CW]
    needs: brief_document
    must:
      customer_known: application.customer != ""
      listed: '"a" in application.tags'
      quoted: '["lead", "direct"].contains(application.origin)'
      both: |
        ["lead"].contains(application.origin) || 'x' in application.tags
      long: |
        // the worst of them
        worst_risk(application) < 8
          && application.customer != "a  b"

          && application.hot	== true
      risk:
        title: Risk
        expect: worst_risk(application) < 8
        when: application.amount >= 1_000_000
        waiver: board
        hint: |
          Lower the worst risk below 8.

            Or ask the board: "please".
    should: {margin_positive: application.margin >= -20, worst: "worst_risk(application) < 3"}
    score: {card: assessment, at_least: 60.5}
    approve:
      by: {table: authority}
      levels:
        office: {role: EX}
        region: [{all: [finance, EX]}, {of: board, quorum: 2, veto: finance, within: 1 working day, title: The board}]
        company:
          within: 5 working days
          steps:
            - any: [CW, EX]
            - {of: board, percent: 66.7}
            - {weights: {finance: 2.5, EX: 1.5}, at_least: 2.5}
            - clerk
      within: 3 working days
      overdue: {remind: 1 working day, escalate: 2 working days, lapse: 3 working days, then: kill}
      separate: [submitter, lead, earlier-step]
      again: changed
    outcomes:
      go: {to: [lab, check], title: {en: Go}, lock: [amount, application.risk.legal]}
      hold: {stay: true, conditions: required, within: 90 days, then: kill}
      kill: lost
      try: {to: "all", conditions: optional, cancel: [lab, "all"]}
      split:
        to: won
        emit: [sample_split, checked]
        obligations: {remains: Keep the rest, report: {title: A report, role: finance, within: 5 working days}, fee:}
        spawn:
          order: {fields: {id: application.id, "application": '"lost"'}}
          checks: {for_each: application.tags, when: item != "x", record: order, fields: {id: item}}
  lab:
    from: [lab, check]
    when: record.hot
    demands: [remains, fee, report]
    approve: [{role: finance}, EX]
    overdue: lose
    outcomes: {win: won, lose: {to: lost, cancel: all}}
  all:
    from: all
    decide:
      - {when: application.amount < 1_000, outcome: lose}
      - win
    overdue: true
    outcomes: {win: won, lose: lost, retry: {to: verify}}
  direct:
    from: verify
    approve: {by: 'if application.amount > 5 { "x" } else { "z" }', levels: {x: finance, z: [{role: CW}]}}
    outcomes: {go: [lab, check], stop: lost}
  steps:
    from: verify
    approve: {steps: {role: EX}, within: 1 day, overdue: {remind: 1 day}, separate: lead}
    outcomes: {stop: lost}

scorecards:
  assessment:
    title: Assessment
    criteria:
      fit: {weight: 39.5, points: application.margin * 2, missing: 0, title: Fit}
      size: {weight: 60.5, bands: {"< 1_000_000": 20, of: application.amount, "[1_000_000..10_000_000)": 60.25, ">= 10_000_000": 100.0}}
      legal: {weight: 0, points: '10', knock_out: application.risk.legal > 8}
    grades: {A: ">= 80", B: "[50..80)", C: < 50}
  marks:
    total: sum
    criteria: {fit: {points: application.margin}, size: {weight: 2, bands: {of: application.amount, "> 5": 1}}}

tables:
  authority:
    title: Who decides
    hit: first
    in: {amount: application.amount, margin: application.margin}
    out: {level: {enum: [office, region, company]}}
    rows: authority.csv
  team:
    in: {origin: application.origin, hot: application.hot, worst: {value: worst_risk(application), type: int}, margin: application.margin}
    out: {who: user, share: percent}
    rows:
      - {origin: [lead, direct], hot: true, worst: "[1..5]", who: li.si, share: 50}
      - {origin: '"a, b"', hot: true, who: "zhao, liu", share: 12.5, margin: }
      - {hot: false, worst: "-", who: '007', share: "1_0"}

calendars:
  office:
    title: {en: Office, zh: 办公室}
    weekdays: [mon, tuesday, Wed, thu, fri]
    hours: ["09:00-12:30", '13:30 - 18:00']
    zone: Asia/Shanghai
    holidays: [2026-10-01..2026-10-07, 2026-12-31, 2027-01-01, 2027-01-03]
    working: 2026-10-10
"####;
