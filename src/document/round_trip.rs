//! What is printed reads back as the same document, without findings, and stays as it is when printed again.
//!
//! It must not compile anything.

use super::rich_example::{CSV, SCRIPT, WORKFLOW, sources};
use super::{FileDoc, to_yaml};
use crate::diagnostic::Diagnostics;

/// Reads a workflow that must be without findings.
fn read(text: &str) -> FileDoc {
    let (sources, id) = sources(text, SCRIPT, CSV);
    let mut diagnostics = Diagnostics::new();
    let file = FileDoc::read(&sources, id, &mut diagnostics).expect("a workflow");
    let found: Vec<String> =
        diagnostics.iter().map(|found| format!("{}: {} `{}`", found.code, found.message, sources.text(found.label.span))).collect();
    assert!(found.is_empty(), "{found:#?}\n{text}");
    file
}

#[test]
fn what_is_printed_reads_back_the_same() {
    let printed = to_yaml(&read(WORKFLOW));
    let again = read(&printed);
    assert_eq!(to_yaml(&again), printed);
    assert_eq!(serde_json::to_value(&again).unwrap(), serde_json::to_value(read(&to_yaml(&again))).unwrap());
    insta::assert_snapshot!(printed, @r#"
    tollgate: 1
    workflow: rich
    title: {en: Manage registrations, zh: 管理申请表, "no": "on"}
    record: application
    calendar: office

    records:
      application:
        title: An application
        key: id
        fields:
          id: text
          customer: {title: {en: The "customer"}, type: text, required: true}
          owner: user
          origin: {title: It's "its" origin, enum: [lead, direct, "yes", "null", "12", "a, b"]}
          amount: {type: money, currency: CNY, min: 0, max: 1000000000.5}
          margin: {type: percent, min: -12.5}
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
      board: {members: [li.si, wang.wu, "zhao, liu", "007"]}
      finance: {members: [ada]}
      clerk: {members: [eva]}

    groups:
      selling: Selling
      early: {title: {en: Early, zh: 早期}, within: selling}
      bare: {}

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
          brief: {title: Write the brief, role: CW, helps: [EX], informs: [finance, board], deliverable: brief_document}
          call: {role: EX, optional: true}
      lab: {lead: EX, within: 2 working days before application.lab_due, needs: [lab_due]}
      check:
        group: selling
        lead: finance
        due: working_days_after(application.lab_due, 2)
      all: {lead: EX, within: 9 days}
      won: {end: won}
      lost: {title: "Lost: ended", end: "no"}

    gates:
      register:
        title: {en: Decide to register, zh: 受理决定}
        from: verify
        submit: [CW]
        needs: [brief_document]
        must:
          customer_known: application.customer != ""
          listed: '"a" in application.tags'
          quoted: '["lead", "direct"].contains(application.origin)'
          both: |-
            ["lead"].contains(application.origin) || 'x' in application.tags
          long: |-
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
        should: {margin_positive: application.margin >= -20, worst: worst_risk(application) < 3}
        score: {card: assessment, at_least: 60.5}
        approve:
          by: {table: authority}
          levels:
            office: [{role: EX}]
            region:
              - {all: [finance, EX]}
              - {title: The board, of: board, quorum: 2, veto: [finance], within: 1 working day}
            company:
              steps:
                - {any: [CW, EX]}
                - {of: board, percent: 66.7}
                - {weights: {finance: 2.5, EX: 1.5}, at_least: 2.5}
                - {role: clerk}
              within: 5 working days
          within: 3 working days
          overdue: {remind: 1 working day, escalate: 2 working days, lapse: 3 working days, then: kill}
          separate: [submitter, lead, earlier-step]
          again: changed
        outcomes:
          go: {title: {en: Go}, to: [lab, check], lock: [amount, application.risk.legal]}
          hold: {stay: true, conditions: required, within: 90 days, then: kill}
          kill: lost
          try: {to: all, cancel: [lab, all], conditions: optional}
          split:
            to: won
            spawn:
              order: {fields: {id: application.id, application: '"lost"'}}
              checks: {record: order, when: item != "x", for_each: application.tags, fields: {id: item}}
            emit: [sample_split, checked]
            obligations: {remains: Keep the rest, report: {title: A report, role: finance, within: 5 working days}, fee: {}}
      lab:
        from: [lab, check]
        when: record.hot
        demands: [remains, fee, report]
        approve: [{role: finance}, {role: EX}]
        overdue: lose
        outcomes: {win: won, lose: {to: lost, cancel: all}}
      all:
        from: all
        decide: [{when: application.amount < 1_000, outcome: lose}, win]
        overdue: true
        outcomes: {win: won, lose: lost, retry: verify}
      direct:
        from: verify
        approve:
          by: if application.amount > 5 { "x" } else { "z" }
          levels:
            x: [{role: finance}]
            z: [{role: CW}]
        outcomes: {go: [lab, check], stop: lost}
      steps:
        from: verify
        approve:
          steps: [{role: EX}]
          within: 1 day
          overdue: {remind: 1 day}
          separate: [lead]
        outcomes: {stop: lost}

    scorecards:
      assessment:
        title: Assessment
        criteria:
          fit: {title: Fit, weight: 39.5, points: application.margin * 2, missing: 0}
          size:
            weight: 60.5
            bands: {of: application.amount, "< 1_000_000": 20, "[1_000_000..10_000_000)": 60.25, ">= 10_000_000": 100}
          legal: {weight: 0, points: "10", knock_out: application.risk.legal > 8}
        grades: {A: ">= 80", B: "[50..80)", C: "< 50"}
      marks:
        total: sum
        criteria:
          fit: {points: application.margin}
          size: {weight: 2, bands: {of: application.amount, "> 5": 1}}

    tables:
      authority:
        title: Who decides
        hit: first
        in: {amount: application.amount, margin: application.margin}
        out:
          level: {enum: [office, region, company]}
        rows: authority.csv
      team:
        in:
          origin: application.origin
          hot: application.hot
          worst: {value: worst_risk(application), type: int}
          margin: application.margin
        out: {who: user, share: percent}
        rows:
          - {origin: "lead, direct", hot: true, worst: "[1..5]", who: li.si, share: 50}
          - {origin: '"a, b"', hot: true, who: "zhao, liu", share: 12.5, margin: "-"}
          - {hot: false, worst: "-", who: "007", share: "1_0"}

    calendars:
      office:
        title: {en: Office, zh: 办公室}
        weekdays: [mon, tue, wed, thu, fri]
        hours: [09:00-12:30, 13:30-18:00]
        zone: Asia/Shanghai
        holidays: [2026-10-01..2026-10-07, 2026-12-31, 2027-01-01, 2027-01-03]
        working: [2026-10-10]
    "#);
}
