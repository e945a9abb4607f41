//! Stages and gates as a graph: what can be reached, what leads to an end.
//!
//! It must not let the graph library out; indices and its types stay in this file.

use super::{Cancel, Gate, Stage, Way};
use crate::names::{GateId, OutcomeId, StageId};
use indexmap::IndexMap;
use petgraph::algo::tarjan_scc;
use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::Dfs;
use std::collections::{HashMap, HashSet};

/// One way through a gate: a transition of the workflow net.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transition {
    /// The gate.
    pub gate: GateId,
    /// The outcome.
    pub outcome: OutcomeId,
    /// The stages that must be active, and end.
    pub from: Vec<StageId>,
    /// The stages that begin; those of `from` again, where the case stays.
    pub to: Vec<StageId>,
    /// What else ends.
    pub cancel: Cancel,
    /// Whether the case stays.
    pub stays: bool,
}

/// The workflow net: stages are places, outcomes of gates are transitions.
#[derive(Debug, Clone, Default)]
pub struct Net {
    /// Every transition in file order.
    pub transitions: Vec<Transition>,
    starts: Vec<StageId>,
    ends: Vec<StageId>,
    stages: Vec<StageId>,
}

/// The net with what is asked of it often, found out once.
#[derive(Debug)]
pub struct Graph {
    net: Net,
    reachable: HashSet<StageId>,
    ending: HashSet<StageId>,
}

impl Net {
    /// The net of these stages and gates. Unknown stages were left out when the gates were compiled.
    #[must_use]
    pub fn new(stages: &IndexMap<StageId, Stage>, gates: &IndexMap<GateId, Gate>) -> Self {
        let mut transitions = Vec::new();
        for gate in gates.values() {
            for (outcome, compiled) in gate.outcomes() {
                let (to, cancel, stays) = match &compiled.way {
                    Way::Stay => (gate.from().to_vec(), Cancel::Nothing, true),
                    Way::To { stages, cancel } => (stages.clone(), cancel.clone(), false),
                };
                transitions.push(Transition {
                    gate: gate.id().clone(),
                    outcome: outcome.clone(),
                    from: gate.from().to_vec(),
                    to,
                    cancel,
                    stays,
                });
            }
        }
        let named = |keep: fn(&Stage) -> bool| stages.values().filter(|stage| keep(stage)).map(|stage| stage.id().clone()).collect();
        Self { transitions, starts: named(Stage::is_start), ends: named(|stage| stage.end().is_some()), stages: named(|_| true) }
    }

    /// A net of parts, whatever they come from.
    #[must_use]
    pub fn of(stages: Vec<StageId>, starts: Vec<StageId>, ends: Vec<StageId>, transitions: Vec<Transition>) -> Self {
        Self { transitions, starts, ends, stages }
    }

    /// The stages.
    #[must_use]
    pub fn stages(&self) -> &[StageId] {
        &self.stages
    }

    /// The stages where cases start.
    #[must_use]
    pub fn starts(&self) -> &[StageId] {
        &self.starts
    }

    /// The stages where cases end.
    #[must_use]
    pub fn ends(&self) -> &[StageId] {
        &self.ends
    }

    /// The stages that a case can come to from a start, taking each stage on its own (a join may still never be complete).
    #[must_use]
    pub fn reachable(&self) -> HashSet<StageId> {
        self.walk(self.starts.iter(), false)
    }

    /// The stages from which an end can be come to, taking each stage on its own.
    #[must_use]
    pub fn ending(&self) -> HashSet<StageId> {
        self.leading_to(self.ends.iter())
    }

    /// The stages from which one of these can be come to.
    pub fn leading_to<'s>(&self, stages: impl Iterator<Item = &'s StageId>) -> HashSet<StageId> {
        self.walk(stages, true)
    }

    /// Whether an outcome that happens elsewhere may end a stage: it cancels it, and a fork leads to both.
    #[must_use]
    pub fn may_be_cancelled(&self, stage: &StageId) -> bool {
        let cancels = |it: &&Transition| match &it.cancel {
            Cancel::Nothing => false,
            Cancel::All => true,
            Cancel::Stages(stages) => stages.contains(stage),
        };
        let here = self.leading_to(std::iter::once(stage));
        self.transitions.iter().filter(cancels).any(|it| {
            let there = self.leading_to(it.from.iter());
            let both =
                |one: &StageId, fork: &Transition| here.contains(one) && fork.to.iter().any(|other| other != one && there.contains(other));
            self.transitions.iter().any(|fork| !fork.stays && fork.to.iter().any(|one| both(one, fork)))
        })
    }

    fn walk<'s>(&self, from: impl Iterator<Item = &'s StageId>, backwards: bool) -> HashSet<StageId> {
        let mut graph: DiGraph<&StageId, ()> = DiGraph::new();
        let nodes: HashMap<&StageId, NodeIndex> = self.stages.iter().map(|stage| (stage, graph.add_node(stage))).collect();
        for transition in self.transitions.iter().filter(|transition| !transition.stays) {
            for from in transition.from.iter().filter_map(|stage| nodes.get(stage)) {
                for to in transition.to.iter().filter_map(|stage| nodes.get(stage)) {
                    let (from, to) = if backwards { (*to, *from) } else { (*from, *to) };
                    graph.update_edge(from, to, ());
                }
            }
        }
        let mut found = HashSet::new();
        for start in from.filter_map(|stage| nodes.get(stage).copied()) {
            let mut search = Dfs::new(&graph, start);
            while let Some(node) = search.next(&graph) {
                if let Some(stage) = graph.node_weight(node) {
                    found.insert((*stage).clone());
                }
            }
        }
        found
    }
}

/// Nodes that lead to each other in circles, for each such circle two of them or more, by the edges between them.
pub(super) fn circles(edges: &[(usize, usize)]) -> Vec<Vec<usize>> {
    let mut graph: DiGraph<usize, ()> = DiGraph::new();
    let mut nodes: HashMap<usize, NodeIndex> = HashMap::new();
    for (from, to) in edges {
        let [from, to] = [from, to].map(|node| *nodes.entry(*node).or_insert_with(|| graph.add_node(*node)));
        graph.update_edge(from, to, ());
    }
    let found = tarjan_scc(&graph).into_iter().filter(|nodes| nodes.len() > 1);
    found.map(|nodes| nodes.into_iter().filter_map(|node| graph.node_weight(node).copied()).collect()).collect()
}

impl Graph {
    pub(super) fn new(net: Net) -> Self {
        Self { reachable: net.reachable(), ending: net.ending(), net }
    }

    /// The workflow net.
    #[must_use]
    pub fn net(&self) -> &Net {
        &self.net
    }

    /// Every way through every gate.
    #[must_use]
    pub fn transitions(&self) -> &[Transition] {
        &self.net.transitions
    }

    /// Whether a case can come to a stage.
    #[must_use]
    pub fn is_reachable(&self, stage: &StageId) -> bool {
        self.reachable.contains(stage)
    }

    /// Whether an end can be come to from a stage.
    #[must_use]
    pub fn can_end(&self, stage: &StageId) -> bool {
        self.ending.contains(stage)
    }
}
