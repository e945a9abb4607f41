//! A project of any size, always the same: workflows of eight stages with shared fragments, scripts, scorecards and tables in the file
//! and in CSV files, in which nothing is to be found.
//!
//! It must not know what is tested or measured with it.

use std::collections::BTreeMap;
use std::fmt::Write as _;

/// How large it is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Size {
    /// Workflows.
    pub(crate) workflows: usize,
    /// Tables of each workflow.
    pub(crate) tables: usize,
    /// Rows of each table; at least 15.
    pub(crate) rows: usize,
}

const KINDS: usize = 10;
const REGIONS: [&str; 5] = ["north", "south", "east", "west", "overseas"];
const CHANNELS: [&str; 5] = ["web", "partner", "fair", "phone", "visit"];
const PRIORITIES: [&str; 5] = ["lowest", "low", "usual", "high", "highest"];
const PEOPLE: [&str; 8] = ["ana", "ben", "chen", "dora", "emil", "fang", "gita", "hugo"];

/// Every file by its path.
pub(crate) fn project(size: Size) -> BTreeMap<String, String> {
    let mut files = BTreeMap::from([("flows/common.yaml".to_owned(), COMMON.to_owned())]);
    for kind in 0..KINDS.min(size.workflows) {
        files.insert(format!("flows/records/kind-{kind}.yaml"), RECORD.replace("KIND", &format!("kind_{kind}")));
        files.insert(format!("flows/rules/kind-{kind}.rhai"), SCRIPT.replace("KIND", &format!("kind {kind}")));
    }
    for number in 0..size.workflows {
        let kind = number % KINDS;
        let mut tables = String::new();
        let (mut musts, mut roles, mut supports) = (String::new(), String::new(), Vec::new());
        for table in 0..size.tables {
            let (columns, rows) = rows(table, number, size.rows);
            let (head, output) = head(table);
            let _ = write!(tables, "  t{table}:\n    title: {{en: Table {table}, zh: 表 {table}}}\n{head}");
            if table % 2 == 1 {
                let _ = writeln!(tables, "    rows: tables/flow-{number}-{table}.csv");
                let line = |cells: &Vec<String>| cells.iter().map(|cell| quoted(cell)).collect::<Vec<_>>().join(",");
                let lines: Vec<String> = std::iter::once(columns.join(",")).chain(rows.iter().map(line)).collect();
                files.insert(format!("flows/tables/flow-{number}-{table}.csv"), lines.join("\n") + "\n");
            } else {
                tables.push_str("    rows:\n");
                for row in rows {
                    let cells = columns.iter().zip(&row).filter(|(_, cell)| *cell != "-");
                    let cells: Vec<String> = cells.map(|(column, cell)| format!("{column}: {}", quoted(cell))).collect();
                    let _ = writeln!(tables, "      - {{{}}}", cells.join(", "));
                }
            }
            let criterion = match output {
                // The first table is the authority of an approval.
                "level" if table == 0 => continue,
                "level" => format!("table(\"t{table}\") != \"company\""),
                "grade" => format!("table(\"t{table}\") != \"c\""),
                "most" => format!("KIND.discount <= (table(\"t{table}\") ?? 0)"),
                "days" => format!("KIND.lead_time >= (table(\"t{table}\") ?? 0)"),
                _ => {
                    let _ = writeln!(roles, "  specialist_{table}: {{title: Specialist {table}, assign: {{table: t{table}}}}}");
                    supports.push(format!("specialist_{table}"));
                    continue;
                }
            };
            let _ = writeln!(musts, "      holds_{table}:\n        expect: {criterion}\n        hint: Ask the owner of table {table}");
        }
        let authority = if size.tables > 0 { "by: {table: t0}" } else { "by: level_of(KIND)" };
        let text = WORKFLOW
            .replace("ROLES", &roles)
            .replace("SUPPORT", &supports.join(", "))
            .replace("MUSTS", &musts)
            .replace("AUTHORITY", authority)
            .replace("TABLES", &tables)
            .replace("KIND", &format!("kind_{kind}"))
            .replace("NUMBER", &number.to_string());
        files.insert(format!("flows/flow-{number}.yaml"), text.replace("FILE", &format!("kind-{kind}")));
    }
    files
}

/// What a table asks and answers, and the name of its output.
fn head(table: usize) -> (&'static str, &'static str) {
    match table % 5 {
        0 => (
            "    hit: unique\n    in: {amount: KIND.amount, region: KIND.region}\n    out: {level: {enum: [office, region, company]}}\n",
            "level",
        ),
        1 => ("    hit: first\n    in: {amount: KIND.amount, margin: KIND.margin}\n    out: {grade: {enum: [a, b, c]}}\n", "grade"),
        2 => ("    in: {risk: KIND.risk}\n    out: {most: percent}\n", "most"),
        3 => ("    hit: unique\n    in: {due: KIND.due, priority: KIND.priority}\n    out: {days: int}\n", "days"),
        _ => ("    hit: unique\n    in: {margin: KIND.margin, channel: KIND.channel}\n    out: {person: user}\n", "person"),
    }
}

/// The columns of a table and its rows, which leave nothing out and claim nothing twice.
fn rows(table: usize, number: usize, rows: usize) -> (Vec<&'static str>, Vec<Vec<String>>) {
    // Each table has limits of its own.
    let own = number * 7 + table;
    let bands = rows / 5;
    let crossed = |limits: Vec<String>, groups: &[&str; 5], answer: &dyn Fn(usize, usize) -> String| {
        let pairs = (0..limits.len()).flat_map(|band| (0..5).map(move |group| (band, group)));
        pairs.map(|(band, group)| vec![limits[band].clone(), groups[group].to_owned(), answer(band, group)]).collect()
    };
    match table % 5 {
        0 => {
            let limit = |band: usize| thousands((band + 1) * (10_000 + own * 10));
            let level = |band: usize, _: usize| ["office", "region", "company"][band * 3 / bands].to_owned();
            (vec!["amount", "region", "level"], crossed(limits(bands, limit), &REGIONS, &level))
        }
        1 => {
            let mut found: Vec<Vec<String>> = (1..rows)
                .map(|row| {
                    let least = (rows - row) * (1_000 + own);
                    let grade = ["c", "b", "a"][row * 3 / rows];
                    vec![format!(">= {}", thousands(least)), "-".to_owned(), grade.to_owned()]
                })
                .collect();
            found.push(vec!["-".to_owned(), "-".to_owned(), "a".to_owned()]);
            if let Some(first) = found.first_mut() {
                first[1] = "< 50".to_owned();
            }
            (vec!["amount", "margin", "grade"], found)
        }
        2 => {
            let limit = |band: usize| (band + 1).to_string();
            let most = |band: usize| format!("{}.{}", rows - band, own % 10);
            let found = limits(rows, limit).into_iter().enumerate().map(|(band, risk)| vec![risk, most(band)]);
            (vec!["risk", "most"], found.collect())
        }
        3 => {
            let limit = |band: usize| format!("{}-{:02}-{:02}", 2027 + band / 12, band % 12 + 1, own % 28 + 1);
            let days = |band: usize, group: usize| (band + group).to_string();
            (vec!["due", "priority", "days"], crossed(limits(bands, limit), &PRIORITIES, &days))
        }
        _ => {
            let limit = |band: usize| format!("{}.{}", band * 5, own % 10);
            let person = |band: usize, group: usize| PEOPLE[(band + group + own) % PEOPLE.len()].to_owned();
            (vec!["margin", "channel", "person"], crossed(limits(bands, limit), &CHANNELS, &person))
        }
    }
}

/// Ranges that follow each other from nothing to everything.
fn limits(bands: usize, limit: impl Fn(usize) -> String) -> Vec<String> {
    let range = |band: usize| match band {
        0 => format!("< {}", limit(0)),
        last if last + 1 == bands => format!(">= {}", limit(last - 1)),
        band => format!("[{}..{})", limit(band - 1), limit(band)),
    };
    (0..bands).map(range).collect()
}

/// `1_234_500`, as people write amounts.
fn thousands(number: usize) -> String {
    let digits = number.to_string();
    let groups = digits.as_bytes().rchunks(3).rev().map(|group| String::from_utf8_lossy(group).into_owned());
    groups.collect::<Vec<_>>().join("_")
}

fn quoted(cell: &str) -> String {
    if cell.starts_with(char::is_alphanumeric) || cell == "-" { cell.to_owned() } else { format!("\"{cell}\"") }
}

const COMMON: &str = "\
# What all workflows share.
tollgate: 1
roles:
  engineer: {title: {en: Engineer, zh: 工程师}, members: [ivo, jana]}
  desk: {title: {en: Price desk, zh: 报价中心}, members: [kai, lena]}
  legal: {title: {en: Legal, zh: 法务}, members: [mara, nils]}
  delivery: {title: {en: Delivery, zh: 交付}, members: [olga, piet]}
  head: {title: {en: Head of the office, zh: 办事处主任}, members: [quin, rosa]}
  team: {title: {en: Decision team, zh: 决策团队}, members: [sven, tara, udo, vera]}
  president: {title: {en: President, zh: 总裁}, members: [wang]}
calendars:
  china:
    zone: Asia/Shanghai
    weekdays: [mon, tue, wed, thu, fri]
    hours: [\"09:00-12:00\", \"13:30-18:00\"]
    holidays: [2027-01-01, 2027-02-05..2027-02-11, 2027-05-01..2027-05-05, 2027-10-01..2027-10-07]
    working: [2027-01-30, 2027-02-20]
";

const RECORD: &str = "\
tollgate: 1
records:
  KIND:
    title: {en: Deal, zh: 商机}
    key: id
    fields:
      id: {title: {en: Number, zh: 编号}, type: text, required: true}
      customer: {title: {en: Customer, zh: 客户}, type: text, required: true}
      owner: {title: {en: Owner, zh: 负责人}, type: user, required: true}
      region: {enum: [north, south, east, west, overseas], required: true}
      channel: {enum: [web, partner, fair, phone, visit], required: true}
      priority: {enum: [lowest, low, usual, high, highest], required: true}
      amount: {title: {en: Amount, zh: 金额}, type: money, min: 0, required: true}
      margin: {type: percent, required: true}
      discount: {type: percent, min: 0, required: true}
      risk: {type: int, min: 0, required: true}
      delivery_risk: {type: int, min: 0, required: true}
      due: {type: date, required: true}
      lead_time: {type: int, min: 0, required: true}
      products: {type: list(text), required: true}
      signed: date
      loss_reason: text
";

const SCRIPT: &str = "\
// Rules for deals of KIND.

/// The worse of both risks.
fn worst_risk(deal) {
    if deal.risk > deal.delivery_risk { deal.risk } else { deal.delivery_risk }
}

/// How well a deal fits, from 0 to 100.
fn fit(deal) {
    let points = switch deal.priority {
        \"highest\" => 60,
        \"high\" => 40,
        \"usual\" => 20,
        _ => 0
    };
    if deal.region == \"overseas\" && deal.channel != \"partner\" { points -= 10; }
    if deal.products.len() > 3 { points += 40; }
    if points < 0 { 0 } else { points }
}

/// Whether every product has a name.
fn products_named(deal) {
    deal.products.len() > 0 && deal.products.all(|product| product != \"\")
}

/// What is left of the price.
fn net(deal) {
    deal.amount - deal.amount * deal.discount / 100
}
";

const WORKFLOW: &str = "\
tollgate: 1
workflow: flow_NUMBER
title: {en: Flow NUMBER, zh: 流程 NUMBER}
record: KIND
use: [common.yaml, records/FILE.yaml, rules/FILE.rhai]
calendar: china

roles:
  owner: {title: {en: Owner, zh: 负责人}, assign: KIND.owner}
ROLES
stages:
  intake:
    title: {en: Take in, zh: 受理}
    start: true
    lead: owner
    within: 5 working days
    needs: [customer, amount]
    activities:
      brief: {title: Write the brief, role: owner, deliverable: brief}
  qualify: {title: {en: Qualify, zh: 评估}, lead: owner, support: [engineer, SUPPORT], within: 10 working days}
  solution: {title: {en: Find the solution, zh: 方案}, lead: engineer, within: 30 days}
  pricing: {title: {en: Find the price, zh: 定价}, lead: desk, within: 30 days}
  contract: {title: {en: Write the contract, zh: 签约}, lead: legal, within: 20 working days}
  deliver: {title: {en: Deliver, zh: 交付}, lead: delivery, needs: [signed]}
  won: {title: {en: Won, zh: 赢单}, end: won}
  lost: {title: {en: Lost, zh: 输单}, end: lost, needs: loss_reason}

gates:
  admit:
    title: {en: Admit, zh: 受理决策}
    from: intake
    submit: owner
    needs: [brief]
    must:
      customer_known:
        expect: KIND.customer != \"\"
        hint: {en: Name the customer, zh: 请填写客户}
      risk_bearable:
        expect: worst_risk(KIND) < 8
        when: KIND.amount >= 1_000_000
        hint: {en: Lower the worst risk below 8, zh: 请降低风险}
    outcomes: {go: qualify, drop: lost}
  open:
    from: qualify
    must:
      products_named: {expect: products_named(KIND), hint: Name each product}
MUSTS
    should:
      margin_healthy: KIND.margin >= 20
    outcomes: {go: {to: [solution, pricing]}, drop: lost}
  decide:
    title: {en: Decide on the offer, zh: 投标决策}
    from: [solution, pricing]
    submit: desk
    must:
      price_covers: {expect: net(KIND) > 1_000, hint: The price is too low}
    score: {card: initiation, at_least: 60}
    approve:
      AUTHORITY
      levels:
        office: [head]
        region: [head, {of: team, quorum: 2}]
        company: [head, {of: team, quorum: 3}, president]
      within: 3 working days
      overdue: {remind: 1 working day, escalate: 2 working days}
    outcomes:
      go: {to: contract, lock: [amount, margin]}
      rework: {to: qualify}
      drop: lost
  sign:
    from: contract
    must:
      in_time: {expect: KIND.due >= today, hint: The day is over}
    outcomes: {go: deliver, drop: lost}
  accept:
    from: deliver
    outcomes: {go: won}

scorecards:
  initiation:
    title: {en: Initiation, zh: 立项评分}
    criteria:
      fit: {weight: 40, points: fit(KIND)}
      size: {weight: 60, bands: {of: KIND.amount, \"< 10_000\": 20, \"[10_000..1_000_000)\": 60, \">= 1_000_000\": 100}}
    grades: {A: \">= 80\", B: \"[50..80)\", C: \"< 50\"}

tables:
TABLES
";
