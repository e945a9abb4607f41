//! Diagrams for tests: a line, the opportunity process, frames in frames, and thirty stages.
//!
//! It must not be compiled into the program.

use super::{Diagram, DiagramNode, Edge, EdgeKind, Group, NodeKind};
use EdgeKind::{Back, Forward, Stay};
use NodeKind::{End, Gate, Stage, Start};

/// Stages without words, and arrows.
pub(super) fn plain(nodes: usize, edges: &[(usize, usize, EdgeKind)]) -> Diagram {
    let node = |place: usize| DiagramNode { id: format!("n{place}"), title: format!("N{place}"), note: String::new(), kind: Stage };
    let edge = |&(from, to, kind): &(usize, usize, EdgeKind)| Edge { from, to, label: String::new(), kind };
    Diagram { title: String::new(), nodes: (0..nodes).map(node).collect(), edges: edges.iter().map(edge).collect(), groups: Vec::new() }
}

fn diagram(title: &str, nodes: &[(&str, &str, &str, NodeKind)], edges: &[(&str, &str, &str, EdgeKind)]) -> Diagram {
    let place = |id: &str| nodes.iter().position(|node| node.0 == id).unwrap();
    let edge = |(from, to, label, kind): &(&str, &str, &str, EdgeKind)| Edge {
        from: place(from),
        to: place(to),
        label: (*label).into(),
        kind: *kind,
    };
    let node = |(id, title, note, kind): &(&str, &str, &str, NodeKind)| DiagramNode {
        id: (*id).into(),
        title: (*title).into(),
        note: (*note).into(),
        kind: *kind,
    };
    Diagram { title: title.into(), nodes: nodes.iter().map(node).collect(), edges: edges.iter().map(edge).collect(), groups: Vec::new() }
}

/// Three stages in a line.
pub(super) fn line() -> Diagram {
    let nodes = [
        ("draft", "Draft", "author · 3 working days", Start),
        ("check", "Check", "", Gate),
        ("review", "Peer review", "reviewer", Stage),
        ("accept", "Accept", "", Gate),
        ("publish", "Publish", "editor · 1 day", Stage),
        ("done", "Done", "", End),
    ];
    let edges = [
        ("draft", "check", "", Forward),
        ("check", "review", "go", Forward),
        ("review", "accept", "", Forward),
        ("accept", "publish", "go", Forward),
        ("accept", "draft", "rework", Back),
        ("publish", "done", "", Forward),
    ];
    diagram("Publish a paper", &nodes, &edges)
}

/// One of everything.
pub(super) fn small() -> Diagram {
    let nodes = [
        ("verify", "验证机会点", "AR", Start),
        ("initiate", "Decide to \"initiate\"", "", Gate),
        ("solution", "方案评审", "", Stage),
        ("legal", "Legal <review>", "", Stage),
        ("bid", "Bid & sign", "", Gate),
        ("won", "赢单", "", End),
        ("lost", "丢单", "", End),
    ];
    let edges = [
        ("verify", "initiate", "", Forward),
        ("initiate", "solution", "go", Forward),
        ("initiate", "legal", "go", Forward),
        ("initiate", "initiate", "hold", Stay),
        ("initiate", "lost", "kill", Forward),
        ("solution", "bid", "", Forward),
        ("legal", "bid", "", Forward),
        ("bid", "won", "won", Forward),
        ("bid", "lost", "lost", Forward),
        ("bid", "verify", "recycle", Back),
    ];
    let mut diagram = diagram("Sell\nit", &nodes, &edges);
    diagram.groups = vec![Group { title: "评审".into(), nodes: vec![2, 3], parent: None }];
    diagram
}

/// The opportunity process, with four reviews side by side.
pub(super) fn opportunity(chinese: bool) -> Diagram {
    let title = |zh: &'static str, en: &'static str| if chinese { zh } else { en };
    let nodes = [
        ("verify", title("验证机会点", "Verify opportunity"), title("AR · 5个工作日", "AR · 5 working days"), Start),
        ("initiate", title("立项决策", "Decide to initiate"), "", Gate),
        ("guide", title("标前引导", "Guide before the bid"), title("AR · 30天", "AR · 30 days"), Stage),
        ("prebid", title("标前决策", "Pre-bid decision"), "", Gate),
        ("solution", title("方案评审", "Solution review"), "SR", Stage),
        ("delivery", title("交付评审", "Delivery review"), "FR", Stage),
        ("legal", title("商务法务评审", "Commercial and legal review"), title("法务", "legal"), Stage),
        ("finance", title("财务评审", "Finance review"), title("财务", "finance"), Stage),
        ("bid", title("投标决策", "Bid decision"), title("SDT 地区部", "SDT region"), Gate),
        ("negotiate", title("谈判签约", "Negotiate and sign"), "AR", Stage),
        ("sign", title("签约决策", "Signing decision"), "", Gate),
        ("won", title("赢单", "Won"), "", End),
        ("lost", title("丢单", "Lost"), "", End),
    ];
    let edges = [
        ("verify", "initiate", "", Forward),
        ("initiate", "guide", "go", Forward),
        ("initiate", "initiate", "hold", Stay),
        ("initiate", "lost", "kill", Forward),
        ("guide", "prebid", "", Forward),
        ("prebid", "solution", "go", Forward),
        ("prebid", "delivery", "go", Forward),
        ("prebid", "legal", "go", Forward),
        ("prebid", "finance", "go", Forward),
        ("prebid", "prebid", "hold", Stay),
        ("prebid", "lost", "kill", Forward),
        ("prebid", "verify", "recycle", Back),
        ("solution", "bid", "", Forward),
        ("delivery", "bid", "", Forward),
        ("legal", "bid", "", Forward),
        ("finance", "bid", "", Forward),
        ("bid", "negotiate", "go", Forward),
        ("bid", "bid", "hold", Stay),
        ("bid", "lost", "kill", Forward),
        ("bid", "guide", "recycle", Back),
        ("negotiate", "sign", "", Forward),
        ("sign", "won", "won", Forward),
        ("sign", "lost", "lost", Forward),
        ("sign", "negotiate", "recycle", Back),
    ];
    diagram(title("管理机会点", "Manage opportunities"), &nodes, &edges)
}

/// The opportunity process in frames, three deep.
pub(super) fn framed() -> Diagram {
    let mut diagram = opportunity(true);
    let group = |title: &str, nodes: &[usize], parent| Group { title: title.into(), nodes: nodes.to_vec(), parent };
    diagram.groups = vec![
        group("L1 从线索到回款", &[], None),
        group("L2 管理机会点", &[0, 1, 2, 3], Some(0)),
        group("L2 投标", &[8], Some(0)),
        group("L3 技术评审", &[4, 5], Some(2)),
        group("L3 商务评审", &[6], Some(2)),
        group("L4 财务", &[7], Some(4)),
        group("L2 合同 & <签约>", &[9, 10], Some(0)),
    ];
    diagram
}

/// Thirty stages with loops and short cuts.
pub(super) fn thirty() -> Diagram {
    let mut diagram = plain(30, &[]);
    diagram.title = "Thirty stages".into();
    for (place, node) in diagram.nodes.iter_mut().enumerate() {
        node.title =
            format!("{} {}", ["Plan", "Build the solution", "Review", "调整与验收", "Hand over to operations"][place % 5], place + 1);
        node.kind = match place {
            0 => Start,
            29 => End,
            _ if place % 3 == 2 => Gate,
            _ => Stage,
        };
    }
    let mut edge = |from: usize, to: usize, label: &str, kind| diagram.edges.push(Edge { from, to, label: label.into(), kind });
    for from in 0..29 {
        edge(from, from + 1, if from % 3 == 2 { "go" } else { "" }, Forward);
    }
    for gate in (2..29).step_by(3) {
        edge(gate, gate, "hold", Stay);
        if gate > 5 {
            edge(gate, gate - 2 - gate % 5, "recycle", Back);
        }
        if gate % 2 == 0 && gate < 24 {
            edge(gate, gate + 4, "fast track", Forward);
        }
        if gate < 26 {
            edge(gate, 29, "kill", Forward);
        }
    }
    diagram
}

/// Streams side by side in frames six deep, with branches of unlike length, loops within and across, and detached boxes.
pub(super) fn tangled() -> Diagram {
    let nodes = [
        ("lead", "Lead", "marketing", Start),
        ("qualify", "Qualify", "", Gate),
        ("design", "Design the solution", "SR", Stage),
        ("design_ok", "Design review", "", Gate),
        ("price", "Price", "FR", Stage),
        ("price_ok", "Price review", "", Gate),
        ("terms", "Draft terms and conditions", "legal", Stage),
        ("risk", "Assess risk", "", Stage),
        ("bid", "Bid decision", "SDT", Gate),
        ("fast", "Fast track", "", Stage),
        ("contract", "Contract", "", Stage),
        ("deliver", "Deliver", "PM", Stage),
        ("invoice", "Invoice", "finance", Stage),
        ("accept", "Acceptance", "", Gate),
        ("paid", "Paid", "", End),
        ("lost", "Lost", "", End),
        ("archive", "Archive", "", Stage),
    ];
    let edges = [
        ("lead", "qualify", "", Forward),
        ("qualify", "design", "go", Forward),
        ("qualify", "price", "go", Forward),
        ("qualify", "terms", "go", Forward),
        ("qualify", "fast", "small", Forward),
        ("qualify", "lost", "kill", Forward),
        ("qualify", "qualify", "hold", Stay),
        ("design", "design_ok", "", Forward),
        ("design_ok", "design", "rework", Back),
        ("design_ok", "bid", "go", Forward),
        ("price", "price_ok", "", Forward),
        ("price_ok", "price", "rework", Back),
        ("price_ok", "bid", "go", Forward),
        ("terms", "risk", "", Forward),
        ("risk", "bid", "", Forward),
        ("bid", "contract", "go", Forward),
        ("bid", "price", "reprice", Back),
        ("bid", "terms", "renegotiate", Back),
        ("bid", "lost", "kill", Forward),
        ("fast", "contract", "", Forward),
        ("contract", "deliver", "", Forward),
        ("contract", "invoice", "", Forward),
        ("deliver", "accept", "", Forward),
        ("invoice", "accept", "", Forward),
        ("accept", "paid", "accepted", Forward),
        ("accept", "lost", "refused", Forward),
        ("accept", "deliver", "defects", Back),
    ];
    let mut diagram = diagram("Streams", &nodes, &edges);
    let group = |title: &str, nodes: &[usize], parent| Group { title: title.into(), nodes: nodes.to_vec(), parent };
    diagram.groups = vec![
        group("Bid", &[8], None),
        group("Technical", &[2, 3], Some(0)),
        group("Commercial", &[6, 7], Some(0)),
        group("Finance", &[4, 5], Some(2)),
        group("Fulfil", &[13], None),
        group("L2", &[], Some(4)),
        group("L3", &[], Some(5)),
        group("L4", &[], Some(6)),
        group("L5", &[11], Some(7)),
        group("L6 invoicing", &[12], Some(8)),
    ];
    diagram
}
