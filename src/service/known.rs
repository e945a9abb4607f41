//! Whether a delegation for every case is for something that some workflow knows.
//!
//! It must not look at cases one by one: the store says what they go through.

use super::{Service, ServiceError, refused};
use crate::case::Reason;
use crate::case::approval::Delegation;
use crate::diagnostic::did_you_mean;
use crate::names::{GateId, LevelId, RoleId};
use crate::workflow::{Authority, Decider, Gate, Workflow};
use std::collections::BTreeSet;
use std::sync::Arc;

/// The names that were seen, for whoever mistyped one.
#[derive(Default)]
struct Seen {
    roles: BTreeSet<RoleId>,
    gates: BTreeSet<GateId>,
    levels: BTreeSet<LevelId>,
}

impl Service<'_> {
    /// Refuses a delegation for a role, a gate or a level of authority of which no workflow of the cases knows, nor one that they may start.
    pub(super) fn know(&self, delegation: &Delegation) -> Result<(), ServiceError> {
        let Delegation { role, gate, limit, .. } = delegation;
        if role.is_none() && gate.is_none() && limit.is_none() {
            return Ok(());
        }
        let mut seen = Seen::default();
        for (id, digest) in self.store.workflows()? {
            // What does not compile any more is said where its cases are read.
            let Ok((family, workflow)) = self.definitions.get(&digest, &id) else { continue };
            let mut reached = vec![workflow];
            let mut at = 0;
            while let Some(workflow) = reached.get(at).cloned() {
                if knows(&workflow, delegation) {
                    return Ok(());
                }
                seen.note(&workflow);
                let outcomes = workflow.gates().values().flat_map(|gate| gate.outcomes().values());
                for spawned in outcomes.flat_map(|outcome| &outcome.spawns).filter_map(|spawn| family.get(&spawn.workflow)) {
                    if !reached.iter().any(|known: &Arc<Workflow>| known.id() == spawned.id()) {
                        reached.push(spawned);
                    }
                }
                at += 1;
            }
        }
        let names = [
            role.as_ref().map(|role| format!("the role `{role}`")),
            gate.as_ref().map(|gate| format!("the gate `{gate}`")),
            limit.as_ref().map(|limit| format!("the level `{limit}`")),
        ];
        let names: Vec<String> = names.into_iter().flatten().collect();
        Err(refused(Reason::Unknown, format!("no workflow of these cases has {}", names.join(" and ")), seen.near(delegation)))
    }
}

impl Seen {
    fn note(&mut self, workflow: &Workflow) {
        self.roles.extend(workflow.roles().keys().cloned());
        self.gates.extend(workflow.gates().keys().cloned());
        self.levels.extend(workflow.gates().values().flat_map(levels).cloned());
    }

    /// What may have been meant by the first name that is not known.
    fn near(&self, delegation: &Delegation) -> Option<String> {
        let Delegation { role, gate, limit, .. } = delegation;
        let role = role.as_ref().filter(|role| !self.roles.contains(*role)).map(RoleId::as_str);
        let gate = gate.as_ref().filter(|gate| !self.gates.contains(*gate)).map(GateId::as_str);
        let limit = limit.as_ref().filter(|limit| !self.levels.contains(*limit)).map(LevelId::as_str);
        role.and_then(|role| did_you_mean(role, self.roles.iter().map(RoleId::as_str)))
            .or_else(|| gate.and_then(|gate| did_you_mean(gate, self.gates.iter().map(GateId::as_str))))
            .or_else(|| limit.and_then(|limit| did_you_mean(limit, self.levels.iter().map(LevelId::as_str))))
    }
}

/// Whether a delegation can be about cases of a workflow.
fn knows(workflow: &Workflow, delegation: &Delegation) -> bool {
    let Delegation { role, gate, limit, .. } = delegation;
    let mut gates = workflow.gates().values().filter(|known| gate.as_ref().is_none_or(|gate| known.id() == gate));
    role.as_ref().is_none_or(|role| workflow.roles().contains_key(role))
        && gates.any(|gate| limit.as_ref().is_none_or(|limit| levels(gate).any(|level| level == limit)))
}

/// The levels of authority of a gate.
fn levels(gate: &Gate) -> impl Iterator<Item = &LevelId> {
    let levels = match gate.decider() {
        Decider::Approval(approval) => match &approval.authority {
            Authority::Levels(_, levels) => Some(levels.keys()),
            Authority::Steps(_) => None,
        },
        _ => None,
    };
    levels.into_iter().flatten()
}
