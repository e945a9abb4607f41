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
title: {en: Manage opportunities, zh: 管理机会点, "no": 'on'}
record: opportunity
use: ../rules/rich.rhai
calendar: office

records:
  opportunity:
    title: An opportunity
    key: id
    fields:
      id: text
      customer: {type: text, required: true, title: {en: 'The "customer"'}}
      owner: user
      origin: {enum: [lead, direct, "yes", "null", "12", "a, b"], title: 'It''s "its" origin'}
      amount: {type: money, currency: CNY, min: 0, max: "1_000_000_000.50"}
      margin: {type: percent, min: -12.50}
      probability: {type: decimal, max: 0.999999999999999999999}
      bid_due: date
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
  order: {fields: {id: text, opportunity: text}}

roles:
  AR: {title: {en: Account responsible, zh: 客户责任人}, assign: opportunity.owner, default: [zhang.san]}
  SR: {title: Solution responsible, assign: {table: team}}
  board: [li.si, wang.wu, "zhao, liu", '007']
  finance: {members: ada}

groups:
  selling: Selling
  early: {title: {en: Early, zh: 早期}, within: selling}
  bare:

stages:
  verify:
    title: Verify
    start: true
    group: early
    lead: AR
    support: [SR, finance]
    within: 5 working days
    needs: [customer, opportunity.risk.legal]
    activities:
      brief: {role: AR, helps: SR, informs: [finance, board], deliverable: brief_document, title: Write the brief}
      call: {role: SR, optional: true}
  bid: {lead: SR, within: 2 working days before opportunity.bid_due, needs: bid_due}
  check: {lead: finance, group: selling, due: "working_days_after(opportunity.bid_due, 2)"}
  "all": {lead: SR}
  won: {end: won}
  lost: {title: "Lost: ended", end: "no"}

gates:
  initiate:
    title: {en: Decide to initiate, zh: 立项决策}
    from: verify
    submit: [AR]
    needs: brief_document
    must:
      customer_known: opportunity.customer != ""
      listed: '"a" in opportunity.tags'
      quoted: '["lead", "direct"].contains(opportunity.origin)'
      both: |
        ["lead"].contains(opportunity.origin) || 'x' in opportunity.tags
      long: |
        // the worst of them
        worst_risk(opportunity) < 8
          && opportunity.customer != "a  b"

          && opportunity.hot	== true
      risk:
        title: Risk
        expect: worst_risk(opportunity) < 8
        when: opportunity.amount >= 1_000_000
        waiver: board
        hint: |
          Lower the worst risk below 8.

            Or ask the board: "please".
    should: {margin_healthy: opportunity.margin >= -20, worst: "worst_risk(opportunity) < 3"}
    score: {card: initiation, at_least: 60.5}
    approve:
      by: {table: authority}
      levels:
        office: {role: AR}
        region: [{all: [finance, SR]}, {of: board, quorum: 2, veto: finance, within: 1 working day, title: The board}]
        company:
          within: 5 working days
          steps:
            - any: [AR, SR]
            - {of: board, percent: 66.7}
            - {weights: {finance: 2, SR: 1.5}, at_least: 2.5}
            - finance
      within: 3 working days
      overdue: {remind: 1 working day, escalate: 2 working days}
      separate: [submitter, lead, earlier-step]
    outcomes:
      go: {to: [bid, check], title: {en: Go}, lock: [amount, opportunity.risk.legal]}
      hold: {stay: true, conditions: required, within: 90 days, then: kill}
      kill: lost
      try: {to: "all", conditions: optional, cancel: [bid, "all"]}
      split:
        to: won
        spawn:
          order: {fields: {id: opportunity.id, "opportunity": '"lost"'}}
          checks: {for_each: opportunity.tags, when: item != "x", record: order, fields: {id: item}}
  bid:
    from: [bid, check]
    when: record.hot
    approve: [{role: finance}, SR]
    outcomes: {win: won, lose: {to: lost, cancel: all}}
  all:
    from: all
    decide:
      - {when: opportunity.amount < 1_000, outcome: lose}
      - win
    outcomes: {win: won, lose: lost, retry: {to: verify}}
  direct:
    from: verify
    approve: {by: 'if opportunity.amount > 5 { "x" } else { "z" }', levels: {x: finance, z: [{role: AR}]}}
    outcomes: {go: [bid, check], stop: lost}
  steps:
    from: verify
    approve: {steps: {role: AR}, within: 1 day, overdue: {remind: 1 day}, separate: lead}
    outcomes: {stop: lost}

scorecards:
  initiation:
    title: Initiation
    criteria:
      fit: {weight: 39.5, points: opportunity.margin * 2, missing: 0, title: Fit}
      size: {weight: 60.5, bands: {"< 1_000_000": 20, of: opportunity.amount, "[1_000_000..10_000_000)": 60.25, ">= 10_000_000": 100.0}}
      legal: {weight: 0, points: '10', knock_out: opportunity.risk.legal > 8}
    grades: {A: ">= 80", B: "[50..80)", C: < 50}
  marks:
    total: sum
    criteria: {fit: {points: opportunity.margin}, size: {weight: 2, bands: {of: opportunity.amount, "> 5": 1}}}

tables:
  authority:
    title: Who decides
    hit: first
    in: {amount: opportunity.amount, margin: opportunity.margin}
    out: {level: {enum: [office, region, company]}}
    rows: authority.csv
  team:
    in: {origin: opportunity.origin, hot: opportunity.hot, worst: {value: worst_risk(opportunity), type: int}, margin: opportunity.margin}
    out: {who: user, share: percent}
    rows:
      - {origin: [lead, direct], hot: true, worst: "[1..5]", who: li.si, share: 50}
      - {origin: '"a, b"', who: "zhao, liu", share: 12.5, margin: }
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
