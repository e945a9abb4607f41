//! Mistakes made on purpose in every process that ships: each is found, at the place where it was made or shows.
//!
//! It must not be content with any finding: code, file and line are named.

use super::{SHIPPED, shipped};
use std::collections::BTreeMap;
use std::path::PathBuf;
use tollgate::catalog::{Catalog, check, load};
use tollgate::source::Sources;

/// A text of one file that is replaced, and the finding that tells of it.
struct Mistake {
    /// The workflow, by its path below `workflows`, as all paths here.
    workflow: &'static str,
    /// The file that is changed.
    file: &'static str,
    /// What stands there, once.
    before: &'static str,
    /// What is written instead.
    after: &'static str,
    /// The code, the file that it is found in, and how the line begins.
    found: (&'static str, &'static str, &'static str),
}

const fn mistake(
    workflow: &'static str,
    file: &'static str,
    before: &'static str,
    after: &'static str,
    found: (&'static str, &'static str, &'static str),
) -> Mistake {
    Mistake { workflow, file, before, after, found }
}

/// Five for each workflow: an outcome that leads elsewhere, a join that is gone (or a fork without one, where there is none), a row that
/// is gone, a role without people, a field with another name.
const MISTAKES: &[Mistake] = &[
    // collection.yaml
    mistake(
        "collection.yaml",
        "collection.yaml",
        "        to: awaiting_receipt",
        "        to: collect",
        ("unreachable-stage", "collection.yaml", "awaiting_receipt:"),
    ),
    mistake(
        "collection.yaml",
        "collection.yaml",
        "unblock: {title: {en: Unblock, zh: 解除冻结}, to: collect,",
        "unblock: {title: {en: Unblock, zh: 解除冻结}, to: [collect, dunning],",
        ("improper-end", "collection.yaml", "paid: &to_paid {title: {en: Paid, zh: 已结清}, to: paid, emit:"),
    ),
    mistake("collection.yaml", "tables/ageing.csv", "[61..90],up_to_90,10,\n", "", ("table-gap", "collection.yaml", "ageing:")),
    mistake(
        "collection.yaml",
        "common.yaml",
        "zh: 首席财务官}, members: [tang.yue]}",
        "zh: 首席财务官}, members: []}",
        ("role-without-holder", "common.yaml", "cfo: {title: {en: Chief financial officer, zh: 首席财务官}, membe"),
    ),
    mistake(
        "collection.yaml",
        "records/invoice.yaml",
        "      paid_amount: {",
        "      amount_paid: {",
        ("unknown-field", "collection.yaml", "expect: invoice.payments.map(|p| p.amount).sum() == (invoice"),
    ),
    // contract.yaml
    mistake(
        "contract.yaml",
        "contract.yaml",
        "to: close, emit: [contract_delivered]",
        "to: manage, emit: [contract_delivered]",
        ("unreachable-stage", "contract.yaml", "close:"),
    ),
    mistake(
        "contract.yaml",
        "contract.yaml",
        "    from: [manage, deliver]",
        "    from: manage",
        ("improper-end", "contract.yaml", "close:"),
    ),
    mistake(
        "contract.yaml",
        "tables/contract_change.csv",
        "[100_000..500_000],director,\"exactly 100,000 and exactly 500,000 belong here: the other bands say less than and more than\"\n",
        "",
        ("unused-level", "contract.yaml", "director: {steps: [sales_director], within: 2 working days}"),
    ),
    mistake(
        "contract.yaml",
        "contract.yaml",
        "members: [amy.fuchs]",
        "members: []",
        ("role-without-holder", "contract.yaml", "sales_director: {title: {en: Sales director, zh: 销售总监}, memb"),
    ),
    mistake(
        "contract.yaml",
        "records/contract.yaml",
        "      planned_cost: {",
        "      cost_planned: {",
        ("unknown-field", "contract.yaml", "expect: contract.change.amount >= contract.planned_cost"),
    ),
    // lead.yaml
    mistake(
        "lead.yaml",
        "lead.yaml",
        "to: pool, emit: [lead_pooled]",
        "to: closed, emit: [lead_pooled]",
        ("unreachable-stage", "lead.yaml", "pool: {title: {en: Pool of leads, zh: 线索公海}, lead: marketing"),
    ),
    mistake(
        "lead.yaml",
        "lead.yaml",
        "accept: {title: {en: Accept, zh: 受理}, to: verify,",
        "accept: {title: {en: Accept, zh: 受理}, to: [verify, nurture],",
        ("improper-end", "lead.yaml", "convert: &convert"),
    ),
    mistake("lead.yaml", "lead.yaml", "      - {silence: \"(30..60]\", left: 50}\n", "", ("table-gap", "lead.yaml", "decay:")),
    mistake(
        "lead.yaml",
        "common.yaml",
        "members: [lin.xiaoyu, gao.feng]",
        "members: []",
        ("role-without-holder", "common.yaml", "marketing: {title: {en: Marketing operations, zh: 营销运营}, mem"),
    ),
    mistake(
        "lead.yaml",
        "records/lead.yaml",
        "      last_contact: {",
        "      contact_last: {",
        ("unknown-field", "lead.yaml", "expect: days_between(lead.last_contact, today) <= 90"),
    ),
    // opportunity.yaml
    mistake(
        "opportunity.yaml",
        "opportunity.yaml",
        "to: contract_text, lock",
        "to: lost, lock",
        ("unreachable-stage", "opportunity.yaml", "contract_text:"),
    ),
    mistake(
        "opportunity.yaml",
        "opportunity.yaml",
        "    from: [solution_review, delivery_review, legal_review, finance_review]",
        "    from: [solution_review, delivery_review, legal_review]",
        ("improper-end", "opportunity.yaml", "kill: {title: {en: Do not bid, zh: 放弃投标}, to: lost, emit: [o"),
    ),
    mistake("opportunity.yaml", "tables/offices.csv", "west,yuan.mei,Chengdu\n", "", ("table-gap", "opportunity.yaml", "offices:")),
    mistake(
        "opportunity.yaml",
        "opportunity.yaml",
        "members: [gu.yan]",
        "members: []",
        ("role-without-holder", "opportunity.yaml", "audit: {title: {en: Internal audit, zh: 内部审计}, members: []}"),
    ),
    mistake(
        "opportunity.yaml",
        "records/opportunity.yaml",
        "      win_probability: {",
        "      probability: {",
        ("unknown-field", "opportunity.yaml", "expect: opportunity.win_probability >= 30"),
    ),
    // order.yaml
    mistake("order.yaml", "order.yaml", "to: customise, emit", "to: dispatch, emit", ("unreachable-stage", "order.yaml", "customise:")),
    mistake(
        "order.yaml",
        "order.yaml",
        "to: deliver, emit: [order_dispatched]",
        "to: [deliver, accept], emit: [order_dispatched]",
        ("improper-end", "order.yaml", "close: {title: {en: Close, zh: 关闭}, to: closed, emit: [order"),
    ),
    mistake("order.yaml", "tables/order_credit.csv", "-,-,-,pass,\n", "", ("table-gap", "order.yaml", "credit:")),
    mistake(
        "order.yaml",
        "order.yaml",
        "members: [qiu.ran, hana.sato]",
        "members: []",
        ("role-without-holder", "order.yaml", "quality: {title: {en: Quality, zh: 质量部}, members: []}"),
    ),
    mistake(
        "order.yaml",
        "records/order.yaml",
        "      promised_on: {",
        "      promised: {",
        ("unknown-field", "order.yaml", "due: working_days_after(order.promised_on, -5)"),
    ),
    // quotation.yaml
    mistake(
        "quotation.yaml",
        "quotation.yaml",
        "zh: 进入审核}, to: check",
        "zh: 进入审核}, to: released",
        ("unreachable-stage", "quotation.yaml", "check:"),
    ),
    mistake(
        "quotation.yaml",
        "quotation.yaml",
        "zh: 进入审核}, to: check",
        "zh: 进入审核}, to: [check, draft]",
        ("improper-end", "quotation.yaml", "withdraw: {title: {en: Withdraw, zh: 撤回}, to: withdrawn, emi"),
    ),
    mistake(
        "quotation.yaml",
        "tables/discount_authority.csv",
        "[25_000..100_000],(20..30],manager,\n",
        "",
        ("table-gap", "quotation.yaml", "discount_authority:"),
    ),
    mistake(
        "quotation.yaml",
        "quotation.yaml",
        "members: [nie.xin, qiu.lan]",
        "members: []",
        ("role-without-holder", "quotation.yaml", "price_desk: {title: {en: Price desk, zh: 报价中心}, members: []}"),
    ),
    mistake(
        "quotation.yaml",
        "records/quote.yaml",
        "      net_price: {",
        "      price_net: {",
        ("unknown-field", "quotation.yaml", "&& quote.line_net.sum() == quote.net_price"),
    ),
    // service.yaml
    mistake(
        "service.yaml",
        "service.yaml",
        "zh: 启动挽救}, to: recover",
        "zh: 启动挽救}, to: renewal",
        ("unreachable-stage", "service.yaml", "recover:"),
    ),
    mistake(
        "service.yaml",
        "service.yaml",
        "zh: 恢复正常}, to: in_service",
        "zh: 恢复正常}, to: [in_service, renewal]",
        ("improper-end", "service.yaml", "renew: &renewed"),
    ),
    mistake(
        "service.yaml",
        "service.yaml",
        "      - {service_level: standard, response_hours: 4, availability: 99.5}\n",
        "",
        ("table-gap", "service.yaml", "service_levels:"),
    ),
    mistake(
        "service.yaml",
        "service.yaml",
        "members: [fan.yi]",
        "members: []",
        ("role-without-holder", "service.yaml", "service_head: {title: {en: Head of service, zh: 服务总监}, membe"),
    ),
    mistake(
        "service.yaml",
        "records/subscription.yaml",
        "      auto_renew: {",
        "      renews: {",
        ("unknown-field", "rules/service.rhai", "!(s.auto_renew ?? false) && today > s.term_end && (!has(s.ke"),
    ),
    // stage-lists/five-stages.yaml
    mistake(
        "stage-lists/five-stages.yaml",
        "stage-lists/five-stages.yaml",
        "zh: 参与投标}, to: [commercial_part, technical_part]",
        "zh: 参与投标}, to: [commercial_part, negotiate]",
        ("improper-end", "stage-lists/five-stages.yaml", "walk_away: {title: {en: Walk away, zh: 放弃签约}, to: lost}"),
    ),
    mistake(
        "stage-lists/five-stages.yaml",
        "stage-lists/five-stages.yaml",
        "    from: [commercial_part, technical_part]",
        "    from: commercial_part",
        ("dead-end", "stage-lists/five-stages.yaml", "technical_part:"),
    ),
    mistake(
        "stage-lists/five-stages.yaml",
        "stage-lists/tables/signing.csv",
        "-,-,-,department,\n",
        "",
        ("table-gap", "stage-lists/five-stages.yaml", "signing:"),
    ),
    mistake(
        "stage-lists/five-stages.yaml",
        "stage-lists/departments.yaml",
        "members: [hou.liang, pei.rong]",
        "members: []",
        ("role-without-holder", "stage-lists/departments.yaml", "technical_support: {title: {en: Technical support, zh: 技术支持部"),
    ),
    mistake(
        "stage-lists/five-stages.yaml",
        "stage-lists/deal.yaml",
        "      discount: {",
        "      rebate: {",
        ("unknown-field", "stage-lists/five-stages.yaml", "expect: deal.discount <= table(\"price_room\")"),
    ),
    // stage-lists/three-streams.yaml
    mistake(
        "stage-lists/three-streams.yaml",
        "stage-lists/three-streams.yaml",
        "zh: 启动管理与交付}, to: [mce_manage, mce_deliver]",
        "zh: 启动管理与交付}, to: mce_manage",
        ("unreachable-stage", "stage-lists/three-streams.yaml", "mce_deliver:"),
    ),
    mistake(
        "stage-lists/three-streams.yaml",
        "stage-lists/three-streams.yaml",
        "    from: [mce_manage, mce_deliver]",
        "    from: mce_manage",
        ("dead-end", "stage-lists/three-streams.yaml", "mce_deliver:"),
    ),
    mistake(
        "stage-lists/three-streams.yaml",
        "tables/regions.csv",
        "overseas,ricardo.alves,Europe and Middle East: Lisbon\n",
        "",
        ("table-gap", "regions.yaml", "regions:"),
    ),
    mistake(
        "stage-lists/three-streams.yaml",
        "common.yaml",
        "members: [dong.rui]",
        "members: []",
        ("role-without-holder", "common.yaml", "ceo: {title: {en: Chief executive officer, zh: 首席执行官}, membe"),
    ),
    mistake(
        "stage-lists/three-streams.yaml",
        "stage-lists/deal.yaml",
        "      mandate: {",
        "      mandat: {",
        ("unknown-field", "stage-lists/three-streams.yaml", "go: {title: {en: Bid, zh: 同意投标}, to: mo_negotiate, lock: man"),
    ),
    // stage-lists/seven-steps.yaml
    mistake(
        "stage-lists/seven-steps.yaml",
        "stage-lists/seven-steps.yaml",
        "zh: 开票}, to: cash",
        "zh: 开票}, to: deliver",
        ("unreachable-stage", "stage-lists/parts/late-payment.yaml", "dunning:"),
    ),
    mistake(
        "stage-lists/seven-steps.yaml",
        "stage-lists/seven-steps.yaml",
        "zh: 放行}, to: deliver",
        "zh: 放行}, to: [deliver, cash]",
        ("improper-end", "stage-lists/seven-steps.yaml", "paid:"),
    ),
    mistake(
        "stage-lists/seven-steps.yaml",
        "stage-lists/tables/discounts.csv",
        "[500_000..5_000_000),(20..30],director,\n",
        "",
        ("authority-gap", "stage-lists/seven-steps.yaml", "discounts:"),
    ),
    mistake(
        "stage-lists/seven-steps.yaml",
        "stage-lists/seven-steps.yaml",
        "members: [fan.yi, olga.brandt]",
        "members: []",
        ("role-without-holder", "stage-lists/seven-steps.yaml", "desk: {title: {en: Order desk, zh: 订单专员}, members: []}"),
    ),
    mistake(
        "stage-lists/seven-steps.yaml",
        "stage-lists/deal.yaml",
        "      acceptance: {",
        "      accepted: {",
        ("unknown-field", "stage-lists/seven-steps.yaml", "- {when: 'deal.acceptance == \"passed\"', outcome: bill}"),
    ),
    // stage-lists/ltb-bto-otd-dtc.yaml
    mistake(
        "stage-lists/ltb-bto-otd-dtc.yaml",
        "stage-lists/parts/ltb.yaml",
        "zh: 中标}, to: admission",
        "zh: 中标}, to: stopped",
        ("unreachable-stage", "stage-lists/parts/bto.yaml", "to_order:"),
    ),
    mistake(
        "stage-lists/ltb-bto-otd-dtc.yaml",
        "stage-lists/parts/dtc.yaml",
        "rest: {title: {en: Collect the rest, zh: 余款转应收}, to: receivable}",
        "rest: {title: {en: Collect the rest, zh: 余款转应收}, to: [receivable, close_order]}",
        ("improper-end", "stage-lists/parts/dtc.yaml", "finish: {title: {en: Wind up, zh: 收尾完成}, from: wind_up, deci"),
    ),
    mistake(
        "stage-lists/ltb-bto-otd-dtc.yaml",
        "stage-lists/parts/dtc.yaml",
        "      - {open: \"[50_000..1_000_000)\", level: middle}\n",
        "",
        ("table-gap", "stage-lists/parts/dtc.yaml", "write_off:"),
    ),
    mistake(
        "stage-lists/ltb-bto-otd-dtc.yaml",
        "stage-lists/departments.yaml",
        "members: [bo.qing]",
        "members: []",
        ("role-without-holder", "stage-lists/departments.yaml", "planning: {title: {en: Supply planning, zh: 计划部}, members: ["),
    ),
    mistake(
        "stage-lists/ltb-bto-otd-dtc.yaml",
        "stage-lists/deal.yaml",
        "      prepaid: {",
        "      paid_before: {",
        ("unknown-field", "stage-lists/parts/dtc.yaml", "- {when: \"(record.prepaid ?? 0) > 0\", outcome: set_off}"),
    ),
    // stage-lists/otd-alone.yaml
    mistake(
        "stage-lists/otd-alone.yaml",
        "stage-lists/parts/otd.yaml",
        "zh: 安排加班}, to: overtime",
        "zh: 安排加班}, to: schedule",
        ("unreachable-stage", "stage-lists/parts/otd.yaml", "overtime: {title: {en: Extra shifts, zh: 加班生产}, group: otd_r"),
    ),
    mistake(
        "stage-lists/otd-alone.yaml",
        "stage-lists/parts/otd.yaml",
        "zh: 评审通过}, to: balance",
        "zh: 评审通过}, to: [balance, schedule]",
        ("improper-end", "stage-lists/parts/otd.yaml", "outcomes: {deliver: {title: {en: Delivered, zh: 已交付}, to: to"),
    ),
    mistake(
        "stage-lists/otd-alone.yaml",
        "tables/regions.csv",
        "overseas,ricardo.alves,Europe and Middle East: Lisbon\n",
        "",
        ("table-gap", "regions.yaml", "regions:"),
    ),
    mistake(
        "stage-lists/otd-alone.yaml",
        "stage-lists/departments.yaml",
        "members: [ning.shuang]",
        "members: []",
        ("role-without-holder", "stage-lists/departments.yaml", "service: {title: {en: Service, zh: 客户服务部}, members: []}"),
    ),
    mistake(
        "stage-lists/otd-alone.yaml",
        "stage-lists/otd-alone.yaml",
        "      requested_on: {",
        "      wanted_on: {",
        ("unknown-field", "stage-lists/parts/otd.yaml", "due: record.requested_on"),
    ),
];

/// The catalog of a workflow with one text changed. Nothing is written.
fn changed(mistake: &Mistake) -> Catalog {
    let mut catalog = load(&[PathBuf::from(shipped(mistake.workflow))]).unwrap();
    let changed = shipped(mistake.file);
    let mut sources = Sources::new();
    let mut times = 0;
    for (id, source) in catalog.sources.iter() {
        let (path, text) = (source.path(), source.text());
        if path == changed {
            times = text.matches(mistake.before).count();
        }
        let text = if path == changed { text.replace(mistake.before, mistake.after) } else { text.to_owned() };
        assert_eq!(sources.add(path, &text), id);
    }
    assert_eq!(times, 1, "{}: `{}` is not there once", mistake.file, mistake.before);
    catalog.sources = sources;
    catalog
}

#[test]
fn every_mistake_is_found_where_it_shows() {
    let mut missed = Vec::new();
    for mistake in MISTAKES {
        let catalog = changed(mistake);
        let found: Vec<String> = check(&catalog)
            .diagnostics
            .iter()
            .map(|found| {
                let (span, position) = (found.label.span, catalog.sources.position(found.label.span));
                let line = catalog.sources.get(span.source).unwrap().line(position.line).trim().to_owned();
                format!("{} {} {line}", found.code, catalog.sources.path(span.source))
            })
            .collect();
        let (code, file, line) = mistake.found;
        let wanted = format!("{code} {} {line}", shipped(file));
        if !found.iter().any(|found| found.starts_with(&wanted)) {
            missed
                .push(format!("{}: {:?} -> {:?}\n  wanted {wanted}\n  found  {found:#?}", mistake.workflow, mistake.before, mistake.after));
        }
    }
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}

#[test]
fn every_workflow_that_ships_has_five_mistakes() {
    let mut counts: BTreeMap<&str, usize> = SHIPPED.iter().map(|(workflow, _)| (*workflow, 0)).collect();
    MISTAKES.iter().for_each(|mistake| *counts.get_mut(mistake.workflow).unwrap() += 1);
    assert!(counts.values().all(|count| *count == 5), "{counts:?}");
}
