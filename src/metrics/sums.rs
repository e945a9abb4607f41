//! Counts while cases go by, and what they come to.
//!
//! It must not look at events.

use super::report::{Approver, Conversion, Counted, Exit, OpenVisits, Owner, ResultCount, StageReport, WorkflowReport};
use super::spans::Spans;
use crate::names::{GateId, OutcomeId, StageId, UserId, WorkflowId};
use crate::workflow::Workflow;
use indexmap::IndexMap;
use std::sync::Arc;

/// Of a workflow.
#[derive(Debug, Default)]
pub(super) struct WorkflowSums {
    pub(super) cases: usize,
    pub(super) open: usize,
    pub(super) overdue: usize,
    pub(super) time: Spans,
    pub(super) results: IndexMap<Arc<str>, Spans>,
    pub(super) stages: IndexMap<StageId, StageSums>,
    pub(super) conversions: IndexMap<WorkflowId, ConversionSums>,
}

/// Of a stage.
#[derive(Debug, Default)]
pub(super) struct StageSums {
    pub(super) entered: usize,
    /// How many there are, and with how many of these the case ended.
    pub(super) exits: IndexMap<(GateId, OutcomeId), (usize, usize)>,
    pub(super) abandoned: usize,
    pub(super) stayed: usize,
    pub(super) time: Spans,
    pub(super) cases: usize,
    pub(super) results: IndexMap<Arc<str>, usize>,
    pub(super) age: Spans,
    pub(super) overdue: usize,
}

/// Of the cases of another workflow.
#[derive(Debug, Default)]
pub(super) struct ConversionSums {
    pub(super) cases: usize,
    pub(super) children: usize,
    pub(super) time: Spans,
}

/// Of somebody who leads.
#[derive(Debug, Default)]
pub(super) struct OwnerSums {
    pub(super) open: usize,
    pub(super) overdue: usize,
    pub(super) decided: Spans,
}

/// Of somebody who is asked.
#[derive(Debug, Default)]
pub(super) struct ApproverSums {
    pub(super) asked: usize,
    pub(super) voted: Spans,
    pub(super) stood_in: usize,
    pub(super) lapsed: usize,
    pub(super) waiting: usize,
    pub(super) approved: usize,
    pub(super) rejected: usize,
    pub(super) abstained: usize,
}

impl WorkflowSums {
    /// Makes room for the stages of a workflow that are no ends, in their order, also for those where nobody comes.
    pub(super) fn know(&mut self, workflow: &Workflow) {
        for stage in workflow.stages().values().filter(|stage| stage.end().is_none()) {
            if !self.stages.contains_key(stage.id()) {
                self.stages.insert(stage.id().clone(), StageSums::default());
            }
        }
    }

    pub(super) fn report(self, workflow: WorkflowId) -> WorkflowReport {
        let mut results: Vec<Counted> = self.results.into_iter().map(|(result, spans)| Counted { result, time: spans.times() }).collect();
        results.sort_by_key(|counted| std::cmp::Reverse(counted.time.count));
        let conversion = |(to, sums): (WorkflowId, ConversionSums)| {
            let ConversionSums { cases, children, time } = sums;
            Conversion { to, cases, children, time: time.times() }
        };
        WorkflowReport {
            workflow,
            cases: self.cases,
            results,
            time: self.time.times(),
            open: self.open,
            overdue: self.overdue,
            stages: self.stages.into_iter().map(|(stage, sums)| sums.report(stage)).collect(),
            conversions: self.conversions.into_iter().map(conversion).collect(),
        }
    }
}

impl StageSums {
    fn report(self, stage: StageId) -> StageReport {
        let mut exits: Vec<Exit> =
            self.exits.into_iter().map(|((gate, outcome), (count, ended))| Exit { gate, outcome, count, ended }).collect();
        exits.sort_by_key(|exit| std::cmp::Reverse(exit.count));
        let mut results: Vec<ResultCount> = self.results.into_iter().map(|(result, count)| ResultCount { result, count }).collect();
        results.sort_by_key(|result| std::cmp::Reverse(result.count));
        StageReport {
            stage,
            entered: self.entered,
            exits,
            abandoned: self.abandoned,
            stayed: self.stayed,
            time: self.time.times(),
            cases: self.cases,
            results,
            open: OpenVisits { age: self.age.times(), overdue: self.overdue },
        }
    }
}

impl OwnerSums {
    pub(super) fn report(self, user: UserId) -> Owner {
        Owner { user, open: self.open, overdue: self.overdue, decided: self.decided.times() }
    }
}

impl ApproverSums {
    pub(super) fn report(self, user: UserId) -> Approver {
        let Self { asked, voted, stood_in, lapsed, waiting, approved, rejected, abstained } = self;
        Approver { user, asked, voted: voted.times(), stood_in, lapsed, waiting, approved, rejected, abstained }
    }
}
