//! An approval that is opened again because a value changed: what did not change may stay approved.
//!
//! It must not decide whether it is opened again, nor whether anything stays: that is for the file.

use super::act::Act;
use super::ledger::Ledger;
use super::plan::{Plan, StepPlan};

/// The new plan with what stays of the old one. With `keeps`, everything stays that was done, and counted, in a step which asks the same
/// people for the same votes; without it, nothing does. The acts of the old plan are over with it: the new plan starts with none.
#[must_use]
pub fn reopened(old: &Plan, acts: &[Act], new: Plan, keeps: bool) -> Plan {
    if !keeps {
        return new;
    }
    let counted = Ledger::replay(old, acts).counted;
    let mut used: Vec<usize> = Vec::new();
    let steps = new.steps.into_iter().enumerate().map(|(index, step)| {
        let mut same = old.steps.iter().enumerate().filter(|(place, old)| !used.contains(place) && asks_the_same(old, &step));
        let Some((place, _)) = same.next() else { return step };
        used.push(place);
        let kept = counted.iter().filter(|act| act.step() == place).map(|act| act.clone().moved_to(index)).collect();
        StepPlan { kept, ..step }
    });
    Plan { steps: steps.collect(), ..new }
}

/// Whether a plan asks for the same as another, whatever was kept in them.
#[must_use]
pub fn is_same(old: &Plan, new: &Plan) -> bool {
    let bare = |plan: &Plan| {
        let steps = plan.steps.iter().map(|step| StepPlan { kept: Vec::new(), ..step.clone() });
        Plan { steps: steps.collect(), ..plan.clone() }
    };
    bare(old) == bare(new)
}

fn asks_the_same(old: &StepPlan, new: &StepPlan) -> bool {
    old.voters == new.voters && old.votes == new.votes && old.veto == new.veto
}
