//! Diagrams for tests: a line, the application process, frames in frames, and thirty stages.
//!
//! It must not be compiled into the program.

use super::{Diagram, DiagramNode, Edge, EdgeKind, Group, NodeKind, Trace};
use EdgeKind::{Back, Forward, Stay};
use NodeKind::{End, Gate, Stage, Start};

/// Stages without words, and arrows.
pub(super) fn plain(nodes: usize, edges: &[(usize, usize, EdgeKind)]) -> Diagram {
    let node = |place: usize| DiagramNode { id: format!("n{place}"), title: format!("N{place}"), note: String::new(), kind: Stage };
    let edge = |&(from, to, kind): &(usize, usize, EdgeKind)| Edge { from, to, label: String::new(), kind };
    Diagram {
        title: String::new(),
        nodes: (0..nodes).map(node).collect(),
        edges: edges.iter().map(edge).collect(),
        groups: Vec::new(),
        trace: Trace::default(),
    }
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
    Diagram {
        title: title.into(),
        nodes: nodes.iter().map(node).collect(),
        edges: edges.iter().map(edge).collect(),
        groups: Vec::new(),
        trace: Trace::default(),
    }
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
        ("verify", "核对申请表", "CW", Start),
        ("register", "Decide to \"register\"", "", Gate),
        ("solution", "样品评审", "", Stage),
        ("legal", "Legal <review>", "", Stage),
        ("lab", "Lab & sign", "", Gate),
        ("won", "入选", "", End),
        ("lost", "落选", "", End),
    ];
    let edges = [
        ("verify", "register", "", Forward),
        ("register", "solution", "go", Forward),
        ("register", "legal", "go", Forward),
        ("register", "register", "hold", Stay),
        ("register", "lost", "kill", Forward),
        ("solution", "lab", "", Forward),
        ("legal", "lab", "", Forward),
        ("lab", "won", "won", Forward),
        ("lab", "lost", "lost", Forward),
        ("lab", "verify", "recycle", Back),
    ];
    let mut diagram = diagram("Sell\nit", &nodes, &edges);
    diagram.groups = vec![Group { title: "评审".into(), nodes: vec![2, 3], parent: None }];
    diagram
}

/// The application process, with four reviews side by side.
pub(super) fn application(chinese: bool) -> Diagram {
    let title = |zh: &'static str, en: &'static str| if chinese { zh } else { en };
    let nodes = [
        ("verify", title("核对申请表", "Verify application"), title("CW · 5个工作日", "CW · 5 working days"), Start),
        ("register", title("受理决定", "Decide to register"), "", Gate),
        ("guide", title("化验准备", "Guide before the lab"), title("CW · 30天", "CW · 30 days"), Stage),
        ("prelab", title("标前决策", "Pre-lab decision"), "", Gate),
        ("solution", title("样品评审", "Solution review"), "EX", Stage),
        ("delivery", title("产能评审", "Delivery review"), "FX", Stage),
        ("legal", title("条款合规评审", "Commercial and legal review"), title("合规", "legal"), Stage),
        ("finance", title("财务评审", "Finance review"), title("财务", "finance"), Stage),
        ("lab", title("检测决定", "Lab decision"), title("BRD 地区部", "BRD region"), Gate),
        ("interview", title("面谈发证", "Interview and sign"), "CW", Stage),
        ("sign", title("发证决定", "Signing decision"), "", Gate),
        ("won", title("入选", "Won"), "", End),
        ("lost", title("落选", "Lost"), "", End),
    ];
    let edges = [
        ("verify", "register", "", Forward),
        ("register", "guide", "go", Forward),
        ("register", "register", "hold", Stay),
        ("register", "lost", "kill", Forward),
        ("guide", "prelab", "", Forward),
        ("prelab", "solution", "go", Forward),
        ("prelab", "delivery", "go", Forward),
        ("prelab", "legal", "go", Forward),
        ("prelab", "finance", "go", Forward),
        ("prelab", "prelab", "hold", Stay),
        ("prelab", "lost", "kill", Forward),
        ("prelab", "verify", "recycle", Back),
        ("solution", "lab", "", Forward),
        ("delivery", "lab", "", Forward),
        ("legal", "lab", "", Forward),
        ("finance", "lab", "", Forward),
        ("lab", "interview", "go", Forward),
        ("lab", "lab", "hold", Stay),
        ("lab", "lost", "kill", Forward),
        ("lab", "guide", "recycle", Back),
        ("interview", "sign", "", Forward),
        ("sign", "won", "won", Forward),
        ("sign", "lost", "lost", Forward),
        ("sign", "interview", "recycle", Back),
    ];
    diagram(title("管理申请表", "Manage registrations"), &nodes, &edges)
}

/// The application process in frames, three deep.
pub(super) fn framed() -> Diagram {
    let mut diagram = application(true);
    let group = |title: &str, nodes: &[usize], parent| Group { title: title.into(), nodes: nodes.to_vec(), parent };
    diagram.groups = vec![
        group("L1 从来函到归档", &[], None),
        group("L2 管理申请表", &[0, 1, 2, 3], Some(0)),
        group("L2 检测", &[8], Some(0)),
        group("L3 技术评审", &[4, 5], Some(2)),
        group("L3 商务评审", &[6], Some(2)),
        group("L4 财务", &[7], Some(4)),
        group("L2 合同 & <发证>", &[9, 10], Some(0)),
    ];
    diagram
}

/// Thirty stages with loops and short cuts.
pub(super) fn thirty() -> Diagram {
    let mut diagram = plain(30, &[]);
    diagram.title = "Thirty stages".into();
    for (place, node) in diagram.nodes.iter_mut().enumerate() {
        node.title =
            format!("{} {}", ["Plan", "Build the solution", "Review", "调整与测试", "Hand over to operations"][place % 5], place + 1);
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
        ("examine", "Examine", "", Gate),
        ("design", "Design the solution", "EX", Stage),
        ("design_ok", "Design review", "", Gate),
        ("price", "Price", "FX", Stage),
        ("price_ok", "Price review", "", Gate),
        ("terms", "Draft terms and conditions", "legal", Stage),
        ("risk", "Assess risk", "", Stage),
        ("lab", "Lab decision", "BRD", Gate),
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
        ("lead", "examine", "", Forward),
        ("examine", "design", "go", Forward),
        ("examine", "price", "go", Forward),
        ("examine", "terms", "go", Forward),
        ("examine", "fast", "small", Forward),
        ("examine", "lost", "kill", Forward),
        ("examine", "examine", "hold", Stay),
        ("design", "design_ok", "", Forward),
        ("design_ok", "design", "rework", Back),
        ("design_ok", "lab", "go", Forward),
        ("price", "price_ok", "", Forward),
        ("price_ok", "price", "rework", Back),
        ("price_ok", "lab", "go", Forward),
        ("terms", "risk", "", Forward),
        ("risk", "lab", "", Forward),
        ("lab", "contract", "go", Forward),
        ("lab", "price", "reprice", Back),
        ("lab", "terms", "reinterview", Back),
        ("lab", "lost", "kill", Forward),
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
        group("Lab", &[8], None),
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
