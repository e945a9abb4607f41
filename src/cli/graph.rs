//! `tollgate graph`: the picture of a workflow.
//!
//! It must not lay anything out; `diagram` does.

mod back;
mod notes;
mod trace;

use self::back::{Move, backwards};
use self::trace::{Marked, remark};
use super::inputs::{Loaded, sketch, workflow};
use super::io::{CommandError, Exit, Io};
use super::results::Words;
use crate::diagram::{self, Diagram, DiagramNode, Edge, EdgeKind, Group, NodeKind, Trace};
use crate::names::{GroupId, StageId};
use crate::workflow::{Gate, Outline, Way};
use clap::{Args, ValueEnum};
use std::collections::{HashMap, HashSet};
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
    /// Mark the way on which the process goes wrong; of several, the one of a code such as `improper-end`
    #[arg(long, value_name = "CODE", num_args = 0..=1, require_equals = true, default_missing_value = "")]
    counterexample: Option<String>,
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
    let Some(code) = &args.counterexample else {
        let Some(Loaded { workflow, .. }) = workflow(&args.workflow, io)? else { return Ok(Exit::Findings) };
        draw(&diagram(&workflow.outline(), &io.language, None), args.format, io)?;
        return Ok(Exit::Clean);
    };
    let Some(sketch) = sketch(&args.workflow, io)? else { return Ok(Exit::Findings) };
    let marked = Marked::of(&sketch, code)?;
    draw(&diagram(&sketch.outline(), &io.language, marked.as_ref()), args.format, io)?;
    if !io.quiet {
        writeln!(io.err, "{}", remark(sketch.verdict(), marked.as_ref()))?;
    }
    Ok(if marked.is_some() { Exit::Findings } else { Exit::Clean })
}

fn draw(diagram: &Diagram, format: Format, io: &mut Io<'_>) -> Result<(), CommandError> {
    let text = match format {
        Format::Text => diagram::text(diagram, io.width),
        Format::Svg => diagram::svg(diagram),
        Format::Mermaid => diagram::mermaid(diagram),
        Format::Dot => diagram::dot(diagram),
    };
    io.out.write_all(text.as_bytes())?;
    Ok(())
}

/// A workflow as nodes and edges: stages and gates, and an edge for each way in and out of a gate.
#[must_use]
fn diagram(workflow: &Outline<'_>, language: &str, marked: Option<&Marked<'_>>) -> Diagram {
    let mut nodes = Vec::new();
    let mut trace = Trace::default();
    let mut index: HashMap<String, usize> = HashMap::new();
    for stage in workflow.stages.values() {
        index.insert(format!("stage {}", stage.id()), nodes.len());
        let kind = match (stage.end(), stage.is_start()) {
            (Some(_), _) => NodeKind::End,
            (None, true) => NodeKind::Start,
            (None, false) => NodeKind::Stage,
        };
        let title = stage.title().get(language).unwrap_or(stage.id().as_str()).to_owned();
        let mut note = notes::stage(workflow, stage, language);
        if marked.is_some_and(|marked| marked.is_active(stage.id())) {
            trace.nodes.push(nodes.len());
            let active = Words::of(language).pick("active", "进行中");
            note = if note.is_empty() { active.to_owned() } else { format!("{active} · {note}") };
        }
        nodes.push(DiagramNode { id: format!("stage-{}", stage.id()), title, note, kind });
    }
    for gate in workflow.gates.values() {
        index.insert(format!("gate {}", gate.id()), nodes.len());
        if marked.is_some_and(|marked| marked.is_dead(gate.id())) {
            trace.nodes.push(nodes.len());
        }
        let title = gate.title().get(language).unwrap_or(gate.id().as_str()).to_owned();
        nodes.push(DiagramNode { id: format!("gate-{}", gate.id()), title, note: notes::gate(gate, language), kind: NodeKind::Gate });
    }
    let at = |kind: &str, id: &str| index.get(&format!("{kind} {id}")).copied();
    let before = ways_back(workflow);
    let mut edges = Vec::new();
    for gate in workflow.gates.values() {
        let Some(node) = at("gate", gate.id().as_str()) else { continue };
        for from in gate.from().iter().filter_map(|stage| at("stage", stage.as_str())) {
            if marked.is_some_and(|marked| marked.passes(gate.id())) {
                trace.edges.push(edges.len());
            }
            edges.push(Edge { from, to: node, label: String::new(), kind: EdgeKind::Forward });
        }
        for (id, outcome) in gate.outcomes() {
            let mut label = outcome.title.get(language).unwrap_or(id.as_str()).to_owned();
            let numbers = marked.map(|marked| marked.numbers(gate.id(), id)).unwrap_or_default();
            let first = edges.len();
            if !numbers.is_empty() {
                let numbers: Vec<String> = numbers.iter().map(ToString::to_string).collect();
                label = format!("{}) {label}", numbers.join(", "));
            }
            match &outcome.way {
                Way::Stay => edges.push(Edge { from: node, to: node, label, kind: EdgeKind::Stay }),
                Way::To { stages, .. } => {
                    for (stage, to) in stages.iter().filter_map(|stage| Some((stage, at("stage", stage.as_str())?))) {
                        let back = before.contains(&(gate.id().as_str(), id.as_str(), stage.as_str()));
                        let kind = if back { EdgeKind::Back } else { EdgeKind::Forward };
                        edges.push(Edge { from: node, to, label: label.clone(), kind });
                    }
                }
            }
            if !numbers.is_empty() {
                trace.edges.extend(first..edges.len());
            }
        }
    }
    let mut title = workflow.title.get(language).unwrap_or(workflow.id.as_str()).to_owned();
    if let Some(marked) = marked {
        title = format!("{title} · {}", marked.code());
    }
    Diagram { title, nodes, edges, groups: groups(workflow, language, &at), trace }
}

/// The ways that lead back, by gate, outcome and stage.
fn ways_back<'w>(workflow: &Outline<'w>) -> HashSet<(&'w str, &'w str, &'w str)> {
    let places: HashMap<&str, usize> = workflow.stages.keys().enumerate().map(|(place, id)| (id.as_str(), place)).collect();
    let all = |stages: &[StageId]| stages.iter().filter_map(|stage| places.get(stage.as_str()).copied()).collect();
    let mut moves = Vec::new();
    for gate in workflow.gates.values() {
        for (id, outcome) in gate.outcomes() {
            if let Way::To { stages, .. } = &outcome.way {
                moves.push(Move { gate: gate.id().as_str(), outcome: id.as_str(), from: all(gate.from()), to: all(stages) });
            }
        }
    }
    let name = |place: usize| workflow.stages.get_index(place).map(|(id, _)| id.as_str());
    let back = backwards(&moves, places.len());
    back.into_iter().filter_map(|(gate, outcome, stage)| Some((gate, outcome, name(stage)?))).collect()
}

/// The frames. A gate stands in the innermost one that holds every stage it leaves: it is where those end.
fn groups(workflow: &Outline<'_>, language: &str, at: &dyn Fn(&str, &str) -> Option<usize>) -> Vec<Group> {
    let place = |id: &GroupId| workflow.groups.get_index_of(id);
    let mut groups: Vec<Group> = workflow
        .groups
        .iter()
        .map(|(id, group)| Group {
            title: group.title.get(language).unwrap_or(id.as_str()).to_owned(),
            nodes: Vec::new(),
            parent: group.within.as_ref().and_then(place),
        })
        .collect();
    let stages = workflow.stages.values().map(|stage| (stage.group().cloned(), at("stage", stage.id().as_str())));
    let gates = workflow.gates.values().map(|gate| (around(workflow, gate), at("gate", gate.id().as_str())));
    for (group, node) in stages.chain(gates) {
        let group = group.as_ref().and_then(place).and_then(|place| groups.get_mut(place));
        if let Some((group, node)) = group.zip(node) {
            group.nodes.push(node);
        }
    }
    groups
}

/// The innermost group that holds every stage that a gate leaves.
fn around(workflow: &Outline<'_>, gate: &Gate) -> Option<GroupId> {
    let outer = |id: &GroupId| workflow.groups.get(id).and_then(|group| group.within.clone());
    let path = |stage: &StageId| {
        let first = workflow.stages.get(stage).and_then(|stage| stage.group().cloned());
        // A group lies in at most as many others as there are.
        std::iter::successors(first, outer).take(workflow.groups.len()).collect::<Vec<GroupId>>()
    };
    let paths: Vec<Vec<GroupId>> = gate.from().iter().map(path).collect();
    let (first, others) = paths.split_first()?;
    first.iter().find(|group| others.iter().all(|path| path.contains(group))).cloned()
}
