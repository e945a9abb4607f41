//! Findings about approvals of whole files, against an enumeration of everybody who could do anything.
//!
//! It must not share code with the checks: it knows the files that it writes, and reads nothing but codes.

use crate::diagnostic::Code;
use crate::source::Sources;
use crate::workflow::compile;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use std::cell::Cell;
use std::collections::BTreeSet;

const CASES: u32 = 1_200;
const ROLES: usize = 4;
/// Four listed people, and the one whom the field names.
const OWNER: usize = 4;

/// A file: who holds each role, and what its one approval asks for.
#[derive(Debug, Clone)]
struct File {
    /// The last role has members; one of the others may be the owner, and one whomever the table names.
    members: Vec<BTreeSet<usize>>,
    owner: Option<usize>,
    table: Option<(usize, Vec<usize>)>,
    steps: Vec<Asked>,
    submit: Vec<usize>,
    lead: usize,
    separate: [bool; 3],
}

#[derive(Debug, Clone)]
enum Asked {
    All(BTreeSet<usize>),
    Any(BTreeSet<usize>),
    Quorum(usize, usize),
    Percent(usize, usize),
    Weights(BTreeSet<usize>, usize),
}

fn asked() -> impl Strategy<Value = Asked> {
    let roles = || proptest::collection::btree_set(0..ROLES, 1..=3);
    prop_oneof![
        3 => roles().prop_map(Asked::All),
        1 => roles().prop_map(Asked::Any),
        1 => (0..ROLES, 1..=2_usize).prop_map(|(role, count)| Asked::Quorum(role, count)),
        1 => (0..ROLES, 1..=100_usize).prop_map(|(role, share)| Asked::Percent(role, share)),
        1 => (roles(), 1..=3_usize).prop_map(|(roles, least)| Asked::Weights(roles.clone(), least.min(roles.len()))),
    ]
}

fn file() -> impl Strategy<Value = File> {
    let members = proptest::collection::vec(proptest::collection::btree_set(0..OWNER, 1..=3), ROLES);
    let table = prop::option::weighted(0.3, (1..ROLES, proptest::collection::vec(0..OWNER, 1..=3)));
    let steps = proptest::collection::vec(asked(), 1..=3);
    let submit = proptest::collection::vec(0..ROLES, 0..=2);
    (members, prop::option::weighted(0.4, Just(0)), table, steps, submit, 0..ROLES, any::<[bool; 3]>())
        .prop_map(|(members, owner, table, steps, submit, lead, separate)| File { members, owner, table, steps, submit, lead, separate })
}

impl File {
    fn text(&self) -> String {
        let people = |people: &BTreeSet<usize>| people.iter().map(|one| format!("p{one}")).collect::<Vec<_>>().join(", ");
        let roles = |roles: &BTreeSet<usize>| roles.iter().map(|role| format!("r{role}")).collect::<Vec<_>>().join(", ");
        let mut text =
            "tollgate: 1\nworkflow: order\nrecord: order\nrecords: {order: {fields: {id: text, n: int, owner: user}}}\nroles:\n".to_owned();
        for (role, members) in self.members.iter().enumerate() {
            text += &match &self.table {
                _ if self.owner == Some(role) => format!("  r{role}: {{assign: order.owner}}\n"),
                Some((found, _)) if *found == role => format!("  r{role}: {{assign: {{table: t}}}}\n"),
                _ => format!("  r{role}: [{}]\n", people(members)),
            };
        }
        text += &format!("stages:\n  a: {{start: true, lead: r{}}}\n  b: {{end: done}}\ngates:\n  g:\n    from: a\n", self.lead);
        if !self.submit.is_empty() {
            text += &format!("    submit: [{}]\n", roles(&self.submit.iter().copied().collect()));
        }
        text += "    outcomes: {go: b}\n    approve:\n      steps:\n";
        for step in &self.steps {
            text += &match step {
                Asked::All(all) => format!("        - {{all: [{}]}}\n", roles(all)),
                Asked::Any(any) => format!("        - {{any: [{}]}}\n", roles(any)),
                Asked::Quorum(role, count) => format!("        - {{of: r{role}, quorum: {count}}}\n"),
                Asked::Percent(role, share) => format!("        - {{of: r{role}, percent: {share}}}\n"),
                Asked::Weights(all, least) => {
                    let weights: Vec<String> = all.iter().map(|role| format!("r{role}: 1")).collect();
                    format!("        - {{weights: {{{}}}, at_least: {least}}}\n", weights.join(", "))
                }
            };
        }
        let names = ["submitter", "lead", "earlier-step"].iter().zip(self.separate).filter(|(_, is)| *is).map(|(name, _)| *name);
        text += &format!("      separate: [{}]\n", names.collect::<Vec<_>>().join(", "));
        if let Some((_, rows)) = &self.table {
            text += "tables:\n  t:\n    hit: first\n    in: {n: order.n}\n    out: {who: user}\n    rows:\n";
            for (index, one) in rows.iter().enumerate() {
                text += &format!("      - {{n: \"{index}\", who: p{one}}}\n");
            }
        }
        text
    }

    /// Who holds a role, for a record on which this row of the table answers.
    fn holders(&self, role: usize, row: Option<usize>) -> BTreeSet<usize> {
        match &self.table {
            _ if self.owner == Some(role) => BTreeSet::from([OWNER]),
            Some((found, _)) if *found == role => row.into_iter().collect(),
            _ => self.members[role].clone(),
        }
    }

    /// Whether everybody together can give the approval, for a row and a submitter.
    fn passes(&self, row: Option<usize>, submitter: Option<usize>) -> bool {
        let mut there: BTreeSet<usize> = (0..=OWNER).collect();
        if self.separate[1] {
            let leads = self.holders(self.lead, row);
            there.retain(|one| !leads.contains(one));
        }
        there.retain(|one| submitter != Some(*one));
        let there: Vec<usize> = there.into_iter().collect();
        if !self.separate[2] {
            let all = there.into_iter().collect();
            return self.steps.iter().all(|step| self.agrees(step, &all, row));
        }
        let choices = self.steps.len() + 1;
        (0..choices.pow(u32::try_from(there.len()).unwrap())).any(|mut code| {
            let mut voting = vec![BTreeSet::new(); choices];
            for one in &there {
                voting[code % choices].insert(*one);
                code /= choices;
            }
            self.steps.iter().zip(&voting).all(|(step, voting)| self.agrees(step, voting, row))
        })
    }

    fn agrees(&self, step: &Asked, voting: &BTreeSet<usize>, row: Option<usize>) -> bool {
        let votes = |role: &usize| self.holders(*role, row).intersection(voting).count();
        match step {
            Asked::All(roles) => roles.iter().all(|role| votes(role) > 0),
            Asked::Any(roles) => roles.iter().any(|role| votes(role) > 0),
            Asked::Quorum(role, count) => votes(role) >= *count,
            Asked::Percent(role, share) => votes(role) * 100 >= self.holders(*role, row).len() * share,
            Asked::Weights(roles, least) => roles.iter().filter(|role| votes(role) > 0).count() >= *least,
        }
    }

    /// For each row, whether each who may submit leaves somebody.
    fn answers(&self) -> Vec<Vec<bool>> {
        let rows = self.table.as_ref().map_or(vec![None], |(_, rows)| rows.iter().copied().map(Some).collect());
        let submit = if self.submit.is_empty() { vec![self.lead] } else { self.submit.clone() };
        rows.into_iter()
            .map(|row| {
                let submitters: BTreeSet<usize> = submit.iter().flat_map(|role| self.holders(*role, row)).collect();
                match self.separate[0] {
                    true => submitters.into_iter().map(|one| self.passes(row, Some(one))).collect(),
                    false => vec![self.passes(row, None)],
                }
            })
            .collect()
    }
}

#[test]
fn what_is_said_of_whole_files_is_what_an_enumeration_says() {
    let count = Cell::new((0_usize, 0_usize, 0_usize));
    let config = Config { cases: CASES, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let test = |file: File| {
        let mut sources = Sources::new();
        let entry = sources.add("order.yaml", &file.text());
        let codes: BTreeSet<Code> = match compile(&sources, entry) {
            Ok(warned) => warned.warnings.iter().map(|found| found.code).collect(),
            Err(found) => found.iter().map(|found| found.code).collect(),
        };
        prop_assert!(codes.iter().all(|code| code.area() != crate::diagnostic::Area::Shape), "{codes:?}\n{}", file.text());
        if codes.contains(&Code::QuorumOutOfReach) {
            return Ok(());
        }
        let answers = file.answers();
        let never = answers.iter().flatten().all(|passes| !passes);
        let always = answers.iter().flatten().all(|passes| *passes);
        let (shut, partly, open) = count.get();
        count.set((shut + usize::from(never), partly + usize::from(!never && !always), open + usize::from(always)));
        prop_assert_eq!(codes.contains(&Code::NoApprover), never, "{:?}\n{}", codes, file.text());
        prop_assert_eq!(codes.contains(&Code::ApprovalGap), !never && !always, "{:?}\n{}", codes, file.text());
        Ok(())
    };
    runner.run(&file(), test).unwrap();
    let (shut, partly, open) = count.get();
    assert!(shut > 150 && partly > 50 && open > 300, "{shut} can never be given, {partly} not always, {open} always");
}
