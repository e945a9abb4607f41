//! `tollgate graph`: the picture of a workflow.
//!
//! It must not lay anything out; `diagram` does.

use super::inputs::{Loaded, workflow};
use super::io::{CommandError, Exit, Io};
use crate::diagram::{self, Diagram, DiagramNode, Edge, EdgeKind, Group, NodeKind};
use crate::workflow::{Deadline, Gate, Stage, Way, Workflow};
use clap::{Args, ValueEnum};
use std::collections::{HashMap, HashSet, VecDeque};
use std::path::PathBuf;

/// What to draw.
#[derive(Debug, Args)]
pub struct Graph {
    /// The workflow's file
    #[arg(value_name = "WORKFLOW")]
    workflow: PathBuf,
    /// How to draw it
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// How a workflow is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Lines for the terminal
    Text,
    /// A picture that stands alone
    Svg,
    /// A Mermaid flowchart, which GitHub and GitLab draw in comments
    Mermaid,
    /// A Graphviz graph
    Dot,
}

/// Draws a workflow.
pub fn run(args: &Graph, io: &mut Io<'_>) -> Result<Exit, CommandError> {
    let Some(Loaded { workflow, .. }) = workflow(&args.workflow, io)? else { return Ok(Exit::Findings) };
    let diagram = diagram(&workflow, &io.language);
    let text = match args.format {
        Format::Text => diagram::text(&diagram, io.width),
        Format::Svg => diagram::svg(&diagram),
        Format::Mermaid => diagram::mermaid(&diagram),
        Format::Dot => diagram::dot(&diagram),
    };
    io.out.write_all(text.as_bytes())?;
    Ok(Exit::Clean)
}

/// A workflow as nodes and edges: stages and gates, and an edge for each way in and out of a gate.
#[must_use]
pub fn diagram(workflow: &Workflow, language: &str) -> Diagram {
    let mut nodes = Vec::new();
    let mut index: HashMap<String, usize> = HashMap::new();
    for stage in workflow.stages().values() {
        index.insert(format!("stage {}", stage.id()), nodes.len());
        let kind = match (stage.end(), stage.is_start()) {
            (Some(_), _) => NodeKind::End,
            (None, true) => NodeKind::Start,
            (None, false) => NodeKind::Stage,
        };
        let title = stage.title().get(language).unwrap_or(stage.id().as_str()).to_owned();
        nodes.push(DiagramNode { id: format!("stage-{}", stage.id()), title, note: note(workflow, stage), kind });
    }
    for gate in workflow.gates().values() {
        index.insert(format!("gate {}", gate.id()), nodes.len());
        let title = gate.title().get(language).unwrap_or(gate.id().as_str()).to_owned();
        nodes.push(DiagramNode { id: format!("gate-{}", gate.id()), title, note: starts(gate), kind: NodeKind::Gate });
    }
    let at = |kind: &str, id: &str| index.get(&format!("{kind} {id}")).copied();
    let before = backwards(workflow);
    let mut edges = Vec::new();
    for gate in workflow.gates().values() {
        let Some(node) = at("gate", gate.id().as_str()) else { continue };
        for from in gate.from().iter().filter_map(|stage| at("stage", stage.as_str())) {
            edges.push(Edge { from, to: node, label: String::new(), kind: EdgeKind::Forward });
        }
        for (id, outcome) in gate.outcomes() {
            let label = outcome.title.get(language).unwrap_or(id.as_str()).to_owned();
            match &outcome.way {
                Way::Stay => edges.push(Edge { from: node, to: node, label, kind: EdgeKind::Stay }),
                Way::To { stages, .. } => {
                    for (stage, to) in stages.iter().filter_map(|stage| Some((stage, at("stage", stage.as_str())?))) {
                        let back = before.contains(&(gate.id().as_str(), stage.as_str()));
                        let kind = if back { EdgeKind::Back } else { EdgeKind::Forward };
                        edges.push(Edge { from: node, to, label: label.clone(), kind });
                    }
                }
            }
        }
    }
    let title = workflow.title().get(language).unwrap_or(workflow.id().as_str()).to_owned();
    Diagram { title, nodes, edges, groups: groups(workflow, language, &|stage| at("stage", stage)) }
}

/// Who leads a stage, and how long it may take.
fn note(workflow: &Workflow, stage: &Stage) -> String {
    let lead = stage.lead().map(ToString::to_string);
    let due = stage.deadline().map(|deadline| match deadline {
        Deadline::Entered(term) => term.to_string(),
        Deadline::Before(term, field) => format!("{term} before {field}"),
        Deadline::After(term, field) => format!("{term} after {field}"),
        Deadline::By(rule) => format!("by {}", workflow.rules().rule_text(*rule)),
    });
    lead.into_iter().chain(due).collect::<Vec<_>>().join(" · ")
}

/// Which workflows its outcomes start.
fn starts(gate: &Gate) -> String {
    let mut names: Vec<&str> = Vec::new();
    for spawn in gate.outcomes().values().flat_map(|outcome| &outcome.spawns) {
        if !names.contains(&spawn.workflow.as_str()) {
            names.push(spawn.workflow.as_str());
        }
    }
    if names.is_empty() { String::new() } else { format!("starts {}", names.join(", ")) }
}

/// The ways that lead back: to a stage that is no further from the starts than the gate is. An end is never a way back.
fn backwards(workflow: &Workflow) -> HashSet<(&str, &str)> {
    let depths = depths(workflow);
    let depth = |stage: &str| depths.get(stage).copied().unwrap_or(0);
    let mut back = HashSet::new();
    for gate in workflow.gates().values() {
        let own = gate.from().iter().map(|stage| depth(stage.as_str())).max().unwrap_or(0);
        for outcome in gate.outcomes().values() {
            let Way::To { stages, .. } = &outcome.way else { continue };
            let earlier = stages.iter().filter(|stage| workflow.stages().get(*stage).is_some_and(|stage| stage.end().is_none()));
            back.extend(earlier.filter(|stage| depth(stage.as_str()) <= own).map(|stage| (gate.id().as_str(), stage.as_str())));
        }
    }
    back
}

/// How many gates lie between each stage and the nearest start.
fn depths(workflow: &Workflow) -> HashMap<&str, usize> {
    let mut depths: HashMap<&str, usize> = workflow.starts().map(|stage| (stage.id().as_str(), 0)).collect();
    let mut waiting: VecDeque<&str> = workflow.starts().map(|stage| stage.id().as_str()).collect();
    while let Some(stage) = waiting.pop_front() {
        let next = depths.get(stage).copied().unwrap_or(0) + 1;
        for gate in workflow.gates().values().filter(|gate| gate.from().iter().any(|from| from.as_str() == stage)) {
            for outcome in gate.outcomes().values() {
                let Way::To { stages, .. } = &outcome.way else { continue };
                for reached in stages.iter().map(crate::names::StageId::as_str) {
                    if !depths.contains_key(reached) {
                        depths.insert(reached, next);
                        waiting.push_back(reached);
                    }
                }
            }
        }
    }
    depths
}

fn groups(workflow: &Workflow, language: &str, at: &dyn Fn(&str) -> Option<usize>) -> Vec<Group> {
    let order: HashMap<&str, usize> = workflow.groups().keys().enumerate().map(|(index, id)| (id.as_str(), index)).collect();
    let member = |stage: &&Stage, id: &str| stage.group().is_some_and(|group| group.as_str() == id);
    workflow
        .groups()
        .iter()
        .map(|(id, group)| {
            let stages = workflow.stages().values().filter(|stage| member(stage, id.as_str()));
            Group {
                title: group.title.get(language).unwrap_or(id.as_str()).to_owned(),
                nodes: stages.filter_map(|stage| at(stage.id().as_str())).collect(),
                parent: group.within.as_ref().and_then(|outer| order.get(outer.as_str()).copied()),
            }
        })
        .collect()
}
