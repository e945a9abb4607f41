//! Every approval can be given: by somebody, whoever submits, whomever a table names, and while one of the listed people is away.
//!
//! It must not ask about people whom the files do not name, and must not repeat what is said of a role or a quorum alone.

use super::people::{Approving, People, quoted, voters_of};
use super::roster::Situation;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::source::Span;
use crate::workflow::Voters;
use crate::workflow::staffing::{Ask, Blocked, Person, Question, Shared, Staff, Verdict, share_out};
use std::collections::BTreeSet;

pub(super) fn check(people: &People<'_>, absences: u32, diagnostics: &mut Diagnostics) {
    let explained: Vec<Span> =
        diagnostics.iter().filter(|found| found.code == Code::QuorumOutOfReach).map(|found| found.label.span).collect();
    let mut found = Diagnostics::new();
    for approving in people.approvals() {
        let within = |span: &Span| approving.docs.iter().any(|doc| doc.span.source == span.source && lies_in(*span, doc.span));
        if !explained.iter().any(within) {
            let mut one = Diagnostics::new();
            Check { people, approving: &approving, found: &mut one }.run(absences);
            // What can never be given need not be given by anybody in particular.
            let never = one.iter().any(|found| found.code == Code::NoApprover);
            found.extend(one.into_iter().filter(|found| !never || found.code == Code::NoApprover));
        }
    }
    diagnostics.append(found);
}

fn lies_in(inner: Span, outer: Span) -> bool {
    outer.start <= inner.start && inner.end <= outer.end
}

struct Check<'a> {
    people: &'a People<'a>,
    approving: &'a Approving<'a>,
    found: &'a mut Diagnostics,
}

impl<'a> Check<'a> {
    fn run(&mut self, absences: u32) {
        let usual = self.people.question(self.approving, Situation::Usual);
        let verdict = usual.verdict(&BTreeSet::new());
        let blanks = self.people.blanks(self.approving);
        let mut cut = verdict.cut;
        if verdict.open.is_empty() {
            let opens = |key: &&str| !self.verdict(Situation::Blank(key)).open.is_empty();
            match verdict.blocked.first() {
                Some(blocked) if !cut && blanks.iter().map(|(key, _)| *key).any(|key| opens(&key)) => {
                    self.report(Code::ApprovalGap, "", Situation::Usual, blocked, &usual, &BTreeSet::new());
                }
                Some(blocked) if !cut => {
                    self.report(Code::NoApprover, "", Situation::Usual, blocked, &usual, &BTreeSet::new());
                }
                _ => self.not_proved(),
            }
            return;
        }
        if let Some(first) = verdict.blocked.first() {
            self.report(Code::ApprovalGap, "", Situation::Usual, first, &usual, &BTreeSet::new());
            self.and_others(verdict.blocked.iter().filter_map(|blocked| blocked.submitter.as_ref()).map(|one| quoted([one])));
        }
        for (key, _) in blanks.iter().filter(|(_, may_be)| *may_be) {
            cut |= self.blank(key, &verdict);
        }
        for table in self.people.tables(self.approving) {
            let keys: Vec<&str> = blanks.iter().map(|(key, _)| *key).filter(|key| *key == table.as_str()).collect();
            let stands_in = keys.iter().any(|key| !self.verdict(Situation::Blank(key)).open.is_empty());
            cut |= self.rows(table, stands_in, &verdict);
        }
        let (away, too_many) = usual.indispensable(absences);
        self.absent(&usual, &away);
        if !usual.apart {
            cut |= self.repeated(&usual.barred);
        }
        if cut || too_many {
            self.not_proved();
        }
    }

    fn verdict(&self, situation: Situation<'_>) -> Verdict {
        self.people.question(self.approving, situation).verdict(&BTreeSet::new())
    }

    /// An assignment finds nobody, so that the defaults stand in.
    fn blank(&mut self, key: &str, usual: &Verdict) -> bool {
        let situation = Situation::Blank(key);
        let question = self.people.question(self.approving, situation);
        let verdict = question.verdict(&BTreeSet::new());
        if let Some(blocked) = fresh(&verdict, usual) {
            self.report(Code::ApprovalGap, &format!(" where `{key}` is missing"), situation, blocked, &question, &BTreeSet::new());
        }
        verdict.cut
    }

    /// A table finds other people for each record.
    fn rows(&mut self, table: &'a crate::names::TableId, stands_in: bool, usual: &Verdict) -> bool {
        let rows = self.people.roster.rows(table);
        let questions: Vec<Question> =
            (0..rows.len()).map(|row| self.people.question(self.approving, Situation::Row(table, row))).collect();
        let verdicts: Vec<Verdict> = questions.iter().map(|question| question.verdict(&BTreeSet::new())).collect();
        let shut = |verdict: &Verdict| !verdict.cut && verdict.open.is_empty();
        let all = !stands_in && verdicts.iter().all(shut);
        // A row with which nobody at all can approve says more than one that stops a single person.
        let worst = verdicts.iter().position(shut).or_else(|| verdicts.iter().position(|verdict| fresh(verdict, usual).is_some()));
        let Some(index) = worst else { return verdicts.iter().any(|verdict| verdict.cut) };
        if let (Some(row), Some(question), Some(verdict)) = (rows.get(index), questions.get(index), verdicts.get(index))
            && let Some(blocked) = fresh(verdict, usual).or(verdict.blocked.first())
        {
            let code = if all { Code::NoApprover } else { Code::ApprovalGap };
            let situation = format!(" where the table `{table}` names {}", quoted(&row.people));
            self.report(code, if all { "" } else { &situation }, Situation::Row(table, index), blocked, question, &BTreeSet::new());
        }
        verdicts.iter().any(|verdict| verdict.cut)
    }

    /// Somebody is away whom nobody can stand in for, though the files look as if somebody could.
    fn absent(&mut self, usual: &Question, away: &[BTreeSet<Person>]) {
        let hidden: Vec<&BTreeSet<Person>> = away.iter().filter(|away| !self.is_plain(away)).collect();
        let Some(first) = hidden.first() else { return };
        let there = |submitter: &&Option<Person>| submitter.as_ref().is_none_or(|person| !first.contains(person));
        let left = Question { submitters: usual.submitters.iter().filter(there).cloned().collect(), ..usual.clone() };
        if let Some(blocked) = left.verdict(first).blocked.first() {
            let are = if first.len() == 1 { "is" } else { "are" };
            self.report(Code::NoDeputy, &format!(" while {} {are} away", quoted(*first)), Situation::Usual, blocked, usual, first);
            self.and_others(hidden.iter().map(|away| quoted(*away)));
        }
    }

    /// Whether everybody can see it: a role whose only holders are away, or a committee that must be unanimous by its own words.
    fn is_plain(&self, away: &BTreeSet<Person>) -> bool {
        let plain = |staff: &Staff| !staff.is_open() && staff.people.is_subset(away);
        self.approving.steps.iter().any(|step| match (&step.voters, self.people.roster.ask(&step.voters, Situation::Usual)) {
            (Voters::Percent(_, percent), Ask::Of(staff, _)) => {
                *percent == rust_decimal::Decimal::ONE_HUNDRED && !staff.is_open() && !staff.people.is_disjoint(away)
            }
            (_, Ask::Each(staffs)) => staffs.iter().any(plain),
            (_, Ask::One(staffs)) => staffs.iter().all(plain),
            (_, Ask::Of(staff, _)) => plain(&staff),
            (_, Ask::Weight(staffs, _)) => staffs.iter().any(|(staff, _)| plain(staff)),
        })
    }

    /// Two votes that are asked of single people need the same person.
    fn repeated(&mut self, barred: &Staff) -> bool {
        let mut votes: Vec<(usize, Vec<&crate::names::RoleId>, Ask)> = Vec::new();
        for (index, step) in self.approving.steps.iter().enumerate() {
            let each: Vec<Vec<&crate::names::RoleId>> = match &step.voters {
                Voters::All(roles) => roles.iter().map(|role| vec![role]).collect(),
                Voters::Any(roles) => vec![roles.iter().collect()],
                // Whoever sits in a committee and signs alone as well is no surprise to anybody.
                Voters::Quorum(..) | Voters::Percent(..) | Voters::Weighted(..) => Vec::new(),
            };
            for mut roles in each {
                roles.sort_unstable();
                // A role that is asked twice is meant to be asked twice.
                if !votes.iter().any(|(_, known, _)| *known == roles) {
                    let staffs = roles.iter().map(|role| self.people.roster.possible(role, Situation::Usual)).collect();
                    votes.push((index, roles, Ask::One(staffs)));
                }
            }
        }
        let asks: Vec<Ask> = votes.iter().map(|(_, _, ask)| ask.clone()).collect();
        let (vote, before) = match share_out(&asks, barred, true) {
            Shared::Yes(_) => return false,
            Shared::Unknown => return true,
            Shared::No(vote, before) => (vote, before),
        };
        let Some((step, roles, ask)) = votes.get(vote) else { return false };
        let voter = ask.staffs().into_iter().flat_map(|staff| &staff.people).find(|person| !barred.people.contains(person));
        let Some(person) = voter else { return false };
        let first = before.iter().position(|voters| voters.contains(person)).and_then(|first| votes.get(first));
        let Some((other, _, _)) = first else { return false };
        let Some(place) = self.approving.place(*step, roles) else { return false };
        let message = format!("{} asks the same person twice", self.approving.name());
        let example = if step == other {
            format!("example: step {} = {one}, and {one} again", step + 1, one = quoted([person]))
        } else {
            format!("example: step {} = {one}, step {} = {one}", other + 1, step + 1, one = quoted([person]))
        };
        let help = "add a member to one of the roles, or say `separate: earlier-step` once there are enough people";
        self.found
            .push(Diagnostic::new(Code::RepeatedApprover, place, message).label("the second vote of one person").note(example).help(help));
        false
    }

    fn not_proved(&mut self) {
        let message =
            format!("whether {} can be given was not proved: there are too many ways to share out the votes", self.approving.name());
        let help = "ask fewer roles in one step";
        self.found.push(Diagnostic::new(Code::ApprovalNotProved, self.approving.span, message).help(help));
    }

    fn report(
        &mut self,
        code: Code,
        circumstance: &str,
        situation: Situation<'_>,
        blocked: &Blocked,
        question: &Question,
        away: &BTreeSet<Person>,
    ) {
        let Blocked { submitter, step, before } = blocked;
        let roles = self.approving.steps.get(*step).map(|step| voters_of(&step.voters)).unwrap_or_default();
        let Some(place) = self.approving.place(*step, &roles) else { return };
        let submits = match submitter {
            Some(person) if code == Code::ApprovalGap => {
                format!("{} {} submits", if circumstance.is_empty() { " if" } else { " and" }, quoted([person]))
            }
            _ => String::new(),
        };
        let message = format!("nobody can give {}{circumstance}{submits}", self.approving.name());
        let mut example: Vec<String> = Vec::new();
        if !away.is_empty() {
            example.push(format!("away = {}", quoted(away)));
        }
        if let Situation::Row(table, row) = situation
            && let Some(row) = self.people.roster.rows(table).get(row)
        {
            example.push(format!("row {} of `{table}` = {}", row.number, quoted(&row.people)));
        }
        example.extend(submitter.iter().map(|person| format!("submitter = {}", quoted([person]))));
        for (index, voters) in before.iter().enumerate() {
            let who = if voters.is_empty() { "somebody".to_owned() } else { quoted(voters) };
            example.push(format!("step {} = {who}", index + 1));
        }
        // Of a committee some may be left, and too few.
        let committee = self.approving.steps.get(*step).is_some_and(|step| !matches!(step.voters, Voters::All(_) | Voters::Any(_)));
        let (nobody, are) = if committee { ("too few", "are") } else { ("nobody", "is") };
        example.push(format!("step {} = {nobody}", step + 1));
        let mut finding = Diagnostic::new(code, place, message)
            .label(format!("{nobody} {are} left for step {}", step + 1))
            .note(format!("example: {}", example.join(", ")));
        for role in &roles {
            let reasons = self.people.reasons(self.approving, role, situation, blocked, away, question);
            if !reasons.is_empty() {
                finding = finding.note(format!("`{role}`: {}", reasons.join(", ")));
            }
        }
        let help = if question.apart || !question.barred.is_empty() || submitter.is_some() {
            "add a member to one of these roles, or change `separate`"
        } else {
            "add a member to one of these roles, or ask for fewer votes"
        };
        self.found.push(finding.help(help));
    }

    /// Adds to the last finding that it holds for others in the same way; the first of them is the finding's own.
    fn and_others(&mut self, all: impl Iterator<Item = String>) {
        let others: Vec<String> = all.skip(1).collect();
        let mut found = std::mem::take(self.found).into_iter().collect::<Vec<_>>();
        if let (Some(last), false) = (found.last_mut(), others.is_empty()) {
            last.notes.push(format!("the same holds for {}", others.join(", ")));
        }
        self.found.extend(found);
    }
}

/// A submission that stops in this situation, and not in every other one too.
fn fresh<'v>(verdict: &'v Verdict, usual: &Verdict) -> Option<&'v Blocked> {
    let known = |submitter: &Option<Person>| usual.blocked.iter().any(|blocked| blocked.submitter == *submitter);
    verdict.blocked.iter().find(|blocked| !known(&blocked.submitter))
}
