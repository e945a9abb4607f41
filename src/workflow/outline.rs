//! What a picture shows of a workflow, also of one whose process is not sound.
//!
//! It must not let out anything by which a record could be judged: only a whole workflow does that.

use super::soundness::{MARKINGS, Verdict, Violation, Way, prove};
use super::{Gate, Group, Net, Role, Stage, Workflow, examine};
use crate::diagnostic::{Code, Diagnostics, Settings};
use crate::document::{Documents, Title};
use crate::names::{GateId, GroupId, RoleId, StageId, WorkflowId};
use crate::source::{SourceId, Sources};
use indexmap::IndexMap;

/// What is wrong with a process, and no obstacle to a picture of it.
const SOUNDNESS: &[Code] = &[Code::CannotComplete, Code::ImproperEnd, Code::EnteredTwice, Code::DeadOutcome];

/// The parts of a workflow that a picture shows.
#[derive(Debug, Clone, Copy)]
pub struct Outline<'w> {
    /// Its name.
    pub id: &'w WorkflowId,
    /// For people.
    pub title: &'w Title,
    /// The roles.
    pub roles: &'w IndexMap<RoleId, Role>,
    /// The groups of stages.
    pub groups: &'w IndexMap<GroupId, Group>,
    /// The stages in file order.
    pub stages: &'w IndexMap<StageId, Stage>,
    /// The gates in file order.
    pub gates: &'w IndexMap<GateId, Gate>,
    /// The workflow net.
    pub net: &'w Net,
}

/// A workflow in which nothing is wrong but its process, if that: enough for a picture of it.
#[derive(Debug)]
pub struct Sketch {
    workflow: Workflow,
    verdict: Verdict,
}

/// Reads a workflow for a picture of what is wrong with its process.
///
/// # Errors
/// All findings, when an error is about something else.
pub fn sketch(sources: &Sources, entry: SourceId) -> Result<Sketch, Diagnostics> {
    let examined = examine(sources, &Documents::new(), entry, &Settings::default());
    let of_soundness = examined.found.iter().filter(|found| found.is_error()).all(|found| SOUNDNESS.contains(&found.code));
    match examined.workflow {
        Some(workflow) if of_soundness => {
            let verdict = prove(workflow.graph().net(), MARKINGS);
            Ok(Sketch { workflow, verdict })
        }
        _ => Err(examined.found),
    }
}

impl Sketch {
    /// What is shown of it.
    #[must_use]
    pub fn outline(&self) -> Outline<'_> {
        self.workflow.outline()
    }

    /// What is said of its process.
    #[must_use]
    pub fn verdict(&self) -> &Verdict {
        &self.verdict
    }
}

impl Workflow {
    /// What a picture shows of it.
    #[must_use]
    pub fn outline(&self) -> Outline<'_> {
        Outline {
            id: &self.id,
            title: &self.title,
            roles: &self.roles,
            groups: &self.groups,
            stages: &self.stages,
            gates: &self.gates,
            net: self.graph.net(),
        }
    }
}

impl Violation {
    /// The code under which it is reported.
    #[must_use]
    pub fn code(&self) -> Code {
        match self {
            Violation::CannotComplete { .. } => Code::CannotComplete,
            Violation::ImproperEnd { .. } => Code::ImproperEnd,
            Violation::EnteredTwice { .. } => Code::EnteredTwice,
            Violation::DeadOutcome { .. } => Code::DeadOutcome,
        }
    }

    /// The way that shows it.
    #[must_use]
    pub fn way(&self) -> Option<&Way> {
        match self {
            Violation::CannotComplete { way, .. } | Violation::ImproperEnd { way, .. } | Violation::EnteredTwice { way, .. } => Some(way),
            Violation::DeadOutcome { closest, .. } => closest.as_ref(),
        }
    }
}
