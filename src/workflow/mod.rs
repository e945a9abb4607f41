//! The checked, immutable workflow that records are judged against.
//!
//! It must not be made in any other way than by [`examine`] or, what was examined before, by [`compile_checked`], and must not hold anything of the files beyond places for explanations.

mod adjust;
mod checks;
mod compile;
mod demanded;
mod effect;
mod gate;
mod graph;
mod outline;
mod places;
mod scorecard;
pub mod soundness;
mod staffing;
mod stage;

pub use adjust::{Adjusted, Ignores};
pub use compile::{Examined, compile, compile_checked, compile_with, examine};
pub use demanded::{Demanded, Parts, Passing};
pub use effect::{Obligation, Spawn};
pub use gate::{Approval, Authority, By, Cancel, Criterion, Decider, Gate, Lapse, Level, Outcome, ScoreNeeded, Step, Voters, Way};
pub use graph::{Graph, Net, Transition};
pub use outline::{Outline, Sketch, sketch};
pub use places::RulePlace;
pub use scorecard::{DecisionTable, Points, Scorecard, Scored};
#[cfg(test)]
pub(crate) use staffing::can_be_given;
pub(crate) use stage::users_in;
pub use stage::{Activity, Assign, Deadline, Group, Need, Role, Stage};

use crate::calendar::Calendar;
use crate::document::{FileDoc, Title};
use crate::names::{
    DeliverableId, FieldPath, GateId, GroupId, ObligationId, RecordName, RoleId, ScorecardId, StageId, TableId, WorkflowId,
};
use crate::record::{ObjectType, RecordType};
use crate::script::Rules;
use crate::source::SourceId;
use indexmap::IndexMap;
use std::collections::HashMap;
use std::sync::Arc;

/// A compiled workflow. It never changes, and can be shared between threads.
#[derive(Debug)]
pub struct Workflow {
    id: WorkflowId,
    title: Title,
    digest: compile::Digest,
    record: Arc<RecordType>,
    records: IndexMap<RecordName, Arc<RecordType>>,
    field_titles: HashMap<FieldPath, Title>,
    case_type: Arc<ObjectType>,
    roles: IndexMap<RoleId, Role>,
    groups: IndexMap<GroupId, Group>,
    stages: IndexMap<StageId, Stage>,
    gates: IndexMap<GateId, Gate>,
    scorecards: IndexMap<ScorecardId, Scorecard>,
    tables: IndexMap<TableId, DecisionTable>,
    calendar: Arc<Calendar>,
    rules: Rules,
    graph: Graph,
    document: Arc<FileDoc>,
    sources: Vec<SourceId>,
}

impl Workflow {
    /// Its name.
    #[must_use]
    pub fn id(&self) -> &WorkflowId {
        &self.id
    }

    /// For people.
    #[must_use]
    pub fn title(&self) -> &Title {
        &self.title
    }

    /// The gates at which something follows by itself when a stage is overdue, in the order of the file.
    pub fn lapses<'w>(&'w self, stage: &'w StageId) -> impl Iterator<Item = (&'w Gate, &'w Lapse)> {
        self.gates.values().filter(move |gate| gate.from().contains(stage)).filter_map(|gate| Some((gate, gate.overdue()?)))
    }

    /// What identifies its meaning: equal for files that differ in layout and comments only. Lower-case hexadecimal.
    #[must_use]
    pub fn digest(&self) -> &str {
        self.digest.of(&self.document)
    }

    /// The type of the records that travel through it.
    #[must_use]
    pub fn record(&self) -> &Arc<RecordType> {
        &self.record
    }

    /// All record types, also of child records.
    #[must_use]
    pub fn records(&self) -> &IndexMap<RecordName, Arc<RecordType>> {
        &self.records
    }

    /// The fields of `case` in expressions.
    #[must_use]
    pub fn case_type(&self) -> &Arc<ObjectType> {
        &self.case_type
    }

    /// The roles.
    #[must_use]
    pub fn roles(&self) -> &IndexMap<RoleId, Role> {
        &self.roles
    }

    /// The groups of stages.
    #[must_use]
    pub fn groups(&self) -> &IndexMap<GroupId, Group> {
        &self.groups
    }

    /// The stages in file order.
    #[must_use]
    pub fn stages(&self) -> &IndexMap<StageId, Stage> {
        &self.stages
    }

    /// The gates in file order.
    #[must_use]
    pub fn gates(&self) -> &IndexMap<GateId, Gate> {
        &self.gates
    }

    /// The scorecards.
    #[must_use]
    pub fn scorecards(&self) -> &IndexMap<ScorecardId, Scorecard> {
        &self.scorecards
    }

    /// The decision tables.
    #[must_use]
    pub fn tables(&self) -> &IndexMap<TableId, DecisionTable> {
        &self.tables
    }

    /// The calendar of its terms.
    #[must_use]
    pub fn calendar(&self) -> &Arc<Calendar> {
        &self.calendar
    }

    /// The title of a field of its records, by a path with or without the record's name.
    #[must_use]
    pub fn field_title(&self, path: &FieldPath) -> Option<&Title> {
        let inner = path.as_str().split_once('.').filter(|(first, _)| *first == self.record.name().as_str());
        let inner = inner.and_then(|(_, rest)| self.field_titles.get(rest));
        inner.or_else(|| self.field_titles.get(path.as_str()))
    }

    /// The first activity that produces a deliverable.
    #[must_use]
    pub fn produced_by(&self, deliverable: &str) -> Option<&Activity> {
        let mut activities = self.stages.values().flat_map(|stage| stage.activities().values());
        activities.find(|activity| activity.deliverable.as_ref().is_some_and(|known| known.as_str() == deliverable))
    }

    /// What its activities produce, in file order; what several of them produce is there several times.
    pub fn deliverables(&self) -> impl Iterator<Item = &DeliverableId> {
        self.stages.values().flat_map(|stage| stage.activities().values()).filter_map(|activity| activity.deliverable.as_ref())
    }

    /// What its outcomes leave open, in file order; what several of them leave open is there several times.
    pub fn obligations(&self) -> impl Iterator<Item = (&ObligationId, &Obligation)> {
        self.gates.values().flat_map(|gate| gate.outcomes().values()).flat_map(|outcome| &outcome.obligations)
    }

    /// Its rules.
    #[must_use]
    pub fn rules(&self) -> &Rules {
        &self.rules
    }

    /// Its stages and gates as a graph.
    #[must_use]
    pub fn graph(&self) -> &Graph {
        &self.graph
    }

    /// The resolved form: everything that the files say, joined.
    #[must_use]
    pub fn document(&self) -> &FileDoc {
        &self.document
    }

    /// The sources that it was made of, the workflow's own file first.
    #[must_use]
    pub fn sources(&self) -> &[SourceId] {
        &self.sources
    }

    /// The stages at which cases start.
    pub fn starts(&self) -> impl Iterator<Item = &Stage> {
        self.stages.values().filter(|stage| stage.is_start())
    }
}
