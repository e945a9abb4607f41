//! One approval with the people of one situation: who may bring it, who can give it, who must not be away.
//!
//! It must not say anything to people; it gives verdicts.

use super::{Ask, Person, Shared, Staff, share_out};
use std::collections::BTreeSet;

/// How many absences are tried for one approval.
const ABSENCES: usize = 4_000;

/// The steps of an approval, and who may not vote in it.
#[derive(Debug, Clone, Default)]
pub(in crate::workflow) struct Question {
    /// What each step asks for.
    pub(in crate::workflow) steps: Vec<Ask>,
    /// Those whose vote never counts, such as the leads of the stages.
    pub(in crate::workflow) barred: Staff,
    /// Whether nobody votes in two steps.
    pub(in crate::workflow) apart: bool,
    /// Those who may submit, where their vote does not count then; `None` is somebody who holds none of the roles that vote. One at least.
    pub(in crate::workflow) submitters: Vec<Option<Person>>,
    /// Those who may be away: who votes for every record.
    pub(in crate::workflow) listed: BTreeSet<Person>,
}

/// What holds for everybody who may submit.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::workflow) struct Verdict {
    /// Those after whose submission the approval can be given.
    pub(in crate::workflow) open: Vec<Option<Person>>,
    /// Those after whose submission it cannot be given.
    pub(in crate::workflow) blocked: Vec<Blocked>,
    /// Whether a search was cut short.
    pub(in crate::workflow) cut: bool,
}

/// A submission after which an approval cannot be given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::workflow) struct Blocked {
    /// Who submits, where their vote does not count then and the files name them.
    pub(in crate::workflow) submitter: Option<Person>,
    /// The first step that nobody is left for.
    pub(in crate::workflow) step: usize,
    /// Who may have voted in the steps before it.
    pub(in crate::workflow) before: Vec<Vec<Person>>,
}

impl Question {
    /// Asks for everybody who may submit, with some people away.
    pub(in crate::workflow) fn verdict(&self, away: &BTreeSet<Person>) -> Verdict {
        let mut verdict = Verdict::default();
        for submitter in &self.submitters {
            let mut barred = self.barred.clone();
            barred.people.extend(away.iter().chain(submitter).cloned());
            match share_out(&self.steps, &barred, self.apart) {
                Shared::Yes(_) => verdict.open.push(submitter.clone()),
                Shared::No(step, before) => verdict.blocked.push(Blocked { submitter: submitter.clone(), step, before }),
                Shared::Unknown => verdict.cut = true,
            }
        }
        verdict
    }

    /// The smallest sets of up to so many listed people without whom the approval cannot be given, whoever of the others submits.
    /// The flag says whether the search was cut short.
    pub(in crate::workflow) fn indispensable(&self, absences: u32) -> (Vec<BTreeSet<Person>>, bool) {
        let mut found: Vec<BTreeSet<Person>> = Vec::new();
        let (mut sizes, mut tried) = (vec![BTreeSet::new()], 0);
        for _ in 0..absences {
            let mut larger: Vec<BTreeSet<Person>> = Vec::new();
            for away in &sizes {
                for person in self.listed.iter().filter(|person| away.last().is_none_or(|last| last < *person)) {
                    let mut more: BTreeSet<Person> = away.clone();
                    more.insert(person.clone());
                    if found.iter().any(|fewer| fewer.is_subset(&more)) {
                        continue;
                    }
                    tried += 1;
                    if tried > ABSENCES {
                        return (found, true);
                    }
                    if self.fails_without(&more) { found.push(more) } else { larger.push(more) }
                }
            }
            sizes = larger;
        }
        (found, false)
    }

    /// Whether nobody who is there can submit so that the approval can be given. Where nobody is there to submit, nothing fails.
    fn fails_without(&self, away: &BTreeSet<Person>) -> bool {
        let there = |submitter: &&Option<Person>| submitter.as_ref().is_none_or(|person| !away.contains(person));
        let left = Self { submitters: self.submitters.iter().filter(there).cloned().collect(), ..self.clone() };
        let verdict = left.verdict(away);
        !left.submitters.is_empty() && !verdict.cut && verdict.open.is_empty()
    }
}
