//! Somebody is away, and somebody else decides in every case: through the service, on every store, and as the command line tells it.
//!
//! It must not look at the cases that keep it other than as at any case.

use super::service::{case, family, on_every_store};
use super::walk::{beginning, user};
use crate::support::{Choice as Chance, Folder, tollgate};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value as Json, json};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use tollgate::case::approval::{Act, Choice, Delegation, standing};
use tollgate::case::{Actor, Command, Happened, Occasion, Reason, decide, waiting};
use tollgate::cli::Exit;
use tollgate::export::{Exported, Form};
use tollgate::metrics::{Measured, Period};
use tollgate::names::{CaseId, GateId, LevelId, RoleId, WorkflowId};
use tollgate::service::{Beginning, Done, Family, Service, ServiceError, is_absence};
use tollgate::store::{Append, CaseStore, CommandKey, Entry, Listing, MemoryStore, Revision};

const ORDER: &str = "\
tollgate: 1
workflow: order
record: order
records:
  order: {key: id, fields: {id: text, amount: int}}
  errand: {key: id, fields: {id: text}}
roles: {desk: [ana, ben], boss: [mia, max], finance: [finn, fay, ana]}
stages:
  draft: {start: true, lead: desk}
  sent: {lead: desk}
  done: {end: done}
gates:
  approve:
    from: draft
    approve:
      by: 'if order.amount > 100 { \"high\" } else { \"low\" }'
      levels: {low: [finance], high: [{all: [boss, finance]}]}
      within: 2 days
      separate: submitter
    outcomes: {go: {to: sent, spawn: {errand: {fields: {id: order.id}}}}}
  close: {from: sent, outcomes: {close: {to: done}}}
";

const ERRAND: &str = "\
tollgate: 1
workflow: errand
record: errand
records: {errand: {key: id, fields: {id: text}}}
roles: {runner: [ray]}
stages: {begun: {start: true, lead: runner}, over: {end: over}}
gates: {finish: {from: begun, outcomes: {finish: over}}}
";

fn orders() -> Arc<Family> {
    let family = family(&[("order.yaml", ORDER), ("errand.yaml", ERRAND)]);
    assert!(family.get(&WorkflowId::parse("order").unwrap()).is_some(), "the workflow does not compile");
    family
}

fn at(hours: i64) -> DateTime<Utc> {
    beginning() + TimeDelta::hours(hours)
}

fn gate(name: &str) -> GateId {
    GateId::parse(name).unwrap()
}

/// A case that waits for its approval.
fn asked(service: &Service<'_>, family: &Arc<Family>, id: &str, amount: i64) {
    let (workflow, record) = (WorkflowId::parse("order").unwrap(), json!({ "id": id, "amount": amount }));
    let begun = Beginning { case: &case(id), workflow: &workflow, record: &record, stage: None };
    service.start(family, &begun, &Occasion::new(at(0), Actor::User(user("ben"))), None).unwrap();
    submit(service, id, "ben", 0).unwrap();
}

fn submit(service: &Service<'_>, id: &str, by: &str, hours: i64) -> Result<Done, ServiceError> {
    let command = Command::Submit { gate: gate("approve"), outcome: None, conditions: Vec::new() };
    service.carry_out(&case(id), &command, at(hours), &Actor::User(user(by)), None)
}

fn vote(service: &Service<'_>, id: &str, by: &str, absent: &str, hours: i64) -> Result<Done, ServiceError> {
    let for_user = (by != absent).then(|| user(absent));
    let command = Command::Vote { gate: gate("approve"), for_user, choice: Choice::Approve, outcome: None, comment: None };
    service.carry_out(&case(id), &command, at(hours), &Actor::User(user(by)), None)
}

fn away(from: &str, to: &str, starts: i64, ends: i64) -> Delegation {
    Delegation {
        from: user(from),
        to: user(to),
        role: None,
        gate: None,
        limit: None,
        starts: at(starts),
        ends: at(ends),
        transitive: false,
        reason: None,
    }
}

fn give(service: &Service<'_>, delegation: &Delegation, hours: i64) -> Result<tollgate::service::StandIn, ServiceError> {
    service.stand_in(delegation, at(hours), &Actor::User(delegation.from.clone()), None)
}

fn end(service: &Service<'_>, from: &str, to: &str, hours: i64) -> Result<Done, ServiceError> {
    service.end_stand_in(&user(from), &user(to), at(hours), None)
}

fn refused<T>(answer: Result<T, ServiceError>) -> String {
    match answer {
        Err(ServiceError::Refused(refusal)) => refusal.message,
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("it is granted"),
    }
}

fn kinds(service: &Service<'_>, id: &str) -> Vec<&'static str> {
    service.open(&case(id)).unwrap().events.iter().map(|event| event.what.kind()).collect()
}

#[test]
fn who_stands_in_decides_in_every_case_until_it_is_over_or_taken_back() {
    on_every_store(|service| {
        let family = orders();
        for id in ["O-1", "O-2", "O-3"] {
            asked(service, &family, id, 5);
        }
        assert_eq!(refused(vote(service, "O-1", "max", "finn", 1)), "there is no delegation from `finn` to `max`");
        give(service, &away("finn", "max", 2, 40), 1).unwrap();
        assert_eq!(refused(vote(service, "O-1", "max", "finn", 1)), "the delegation from `finn` to `max` begins on 2026-11-02 10:00 UTC");
        let done = vote(service, "O-1", "max", "finn", 3).unwrap();
        let Happened::Acted { act: Act::Decided(decision), .. } = &done.events[0].what else { panic!() };
        assert_eq!(
            (&decision.by, &decision.for_user, &decision.under),
            (&user("max"), &Some(user("finn")), &vec![away("finn", "max", 2, 40)])
        );
        // In a case that began later, too.
        asked(service, &family, "O-4", 5);
        vote(service, "O-4", "max", "finn", 4).unwrap();
        // Whoever has the store at hand hears at once that somebody else took it back.
        end(&Service::new(service.store()), "finn", "max", 5).unwrap();
        assert_eq!(refused(vote(service, "O-2", "max", "finn", 6)), "the delegation from `finn` to `max` ended on 2026-11-02 13:00 UTC");
        // What was decided stays decided, for whoever reads it later.
        assert!(Service::new(service.store()).open(&case("O-1")).unwrap().state.submissions().is_empty());
        give(service, &away("finn", "max", 6, 8), 6).unwrap();
        vote(service, "O-2", "max", "finn", 7).unwrap();
        assert_eq!(refused(vote(service, "O-3", "max", "finn", 8)), "the delegation from `finn` to `max` ended on 2026-11-02 13:00 UTC");
        kinds(service, "O-2")
    });
}

#[test]
fn who_is_away_is_kept_in_a_case_like_any_other() {
    on_every_store(|service| {
        asked(service, &orders(), "O-1", 5);
        let key = CommandKey::parse("k").unwrap();
        let (finn, first) = (Actor::User(user("finn")), away("finn", "max", 0, 9));
        let once = service.stand_in(&first, at(1), &finn, Some(&key)).unwrap();
        let again = service.stand_in(&first, at(1), &finn, Some(&key)).unwrap();
        assert!(!once.done.repeated && again.done.repeated && again.done.events.is_empty());
        give(service, &away("finn", "mia", 2, 9), 2).unwrap();
        end(service, "finn", "max", 3).unwrap();
        assert_eq!(kinds(service, "absence/finn"), ["started", "delegated", "delegated", "delegation_ended"]);
        assert_eq!(service.stand_ins(at(3)).unwrap(), [away("finn", "mia", 2, 9)]);
        assert_eq!(refused(end(service, "finn", "max", 4)), "`max` does not stand in for `finn` in every case");
        assert_eq!(refused(end(service, "fay", "max", 4)), "`max` does not stand in for `fay` in every case");
        // Nobody gives away what is another's, nobody stands in for himself, and nothing is given that is over.
        let by_max = service.stand_in(&away("finn", "ben", 4, 9), at(4), &Actor::User(user("max")), None);
        assert_eq!(refused(by_max), "how long `finn` is away is not up to `max`");
        let by_max = service.stand_in(&away("fay", "max", 4, 9), at(4), &Actor::User(user("max")), None);
        assert_eq!(refused(by_max), "`max` may not delegate what is for `fay`");
        assert!(service.load(&case("absence/fay")).unwrap().is_none(), "a refusal leaves nothing");
        assert_eq!(refused(give(service, &away("fay", "fay", 4, 9), 4)), "nobody stands in for himself");
        assert_eq!(refused(give(service, &away("fay", "ana", 1, 3), 4)), "a delegation ends after it starts, and not in the past");
        // Who stands in does not say how long; whoever is away may, and the next absence is a case of its own.
        let cancel = Command::Cancel { reason: Arc::from("back for good") };
        let by = |who: &str| service.carry_out(&case("absence/finn"), &cancel, at(5), &Actor::User(user(who)), None);
        assert_eq!(refused(by("mia")), "how long `finn` is away is not up to `mia`");
        by("finn").unwrap();
        assert_eq!(service.stand_ins(at(5)).unwrap(), []);
        give(service, &away("finn", "mia", 6, 9), 6).unwrap();
        assert_eq!(kinds(service, "absence/finn/2"), ["started", "delegated"]);
        // A person of that very name has another case.
        give(service, &away("finn/2", "mia", 6, 9), 6).unwrap();
        assert_eq!(service.stand_ins(at(6)).unwrap().len(), 2);
        assert_eq!(kinds(service, "absence/finn/2"), ["started", "delegated"]);
        kinds(service, "absence/finn/2/2")
    });
}

#[test]
fn a_delegation_is_for_what_some_workflow_knows() {
    on_every_store(|service| {
        asked(service, &orders(), "O-1", 5);
        let (role, level) = (|name: &str| RoleId::parse(name).ok(), |name: &str| LevelId::parse(name).ok());
        let given = |delegation: Delegation| give(service, &delegation, 1).map(|given| given.done.repeated);
        let finn = || away("finn", "max", 1, 9);
        assert_eq!(refused(given(Delegation { role: role("financ"), ..finn() })), "no workflow of these cases has the role `financ`");
        assert_eq!(refused(given(Delegation { gate: Some(gate("sign")), ..finn() })), "no workflow of these cases has the gate `sign`");
        assert_eq!(refused(given(Delegation { limit: level("top"), ..finn() })), "no workflow of these cases has the level `top`");
        let elsewhere = Delegation { gate: Some(gate("close")), limit: level("low"), ..finn() };
        assert_eq!(refused(given(elsewhere)), "no workflow of these cases has the gate `close` and the level `low`");
        let near = give(service, &Delegation { role: role("financ"), ..finn() }, 1).unwrap_err();
        let ServiceError::Refused(near) = near else { panic!() };
        assert_eq!((near.reason, near.help.as_deref()), (Reason::Unknown, Some("did you mean `finance`?")));
        // Also what cases that are still to be born know.
        given(Delegation { role: role("runner"), ..away("ray", "max", 1, 9) }).unwrap();
        given(Delegation { role: role("finance"), gate: Some(gate("approve")), limit: level("low"), ..finn() }).unwrap();
        asked(service, &orders(), "O-2", 500);
        assert_eq!(refused(vote(service, "O-2", "max", "finn", 2)), "the delegation from `finn` to `max` is for levels up to `low`");
        vote(service, "O-1", "max", "finn", 2).unwrap();
    });
}

#[test]
fn who_submits_for_somebody_else_is_on_record_with_both_names_and_neither_decides() {
    on_every_store(|service| {
        let family = orders();
        let (workflow, record) = (WorkflowId::parse("order").unwrap(), json!({ "id": "O-1", "amount": 5 }));
        let begun = Beginning { case: &case("O-1"), workflow: &workflow, record: &record, stage: None };
        service.start(&family, &begun, &Occasion::new(at(0), Actor::User(user("ana"))), None).unwrap();
        assert!(refused(submit(service, "O-1", "finn", 1)).starts_with("`finn` may not bring the case to the gate"));
        give(service, &away("ana", "finn", 1, 90), 1).unwrap();
        give(service, &away("ana", "fay", 1, 90), 1).unwrap();
        let done = submit(service, "O-1", "finn", 1).unwrap();
        assert_eq!(done.events[0].by, Actor::User(user("finn")));
        assert!(matches!(&done.events[0].what, Happened::Submitted { for_user: Some(absent), .. } if *absent == user("ana")));
        let mine = |who: &str| format!("`{who}` submitted this: somebody else must decide");
        assert_eq!(refused(vote(service, "O-1", "finn", "finn", 2)), mine("finn"));
        assert_eq!(refused(vote(service, "O-1", "ana", "ana", 2)), mine("ana"));
        assert_eq!(refused(vote(service, "O-1", "finn", "ana", 2)), mine("finn"));
        assert_eq!(refused(vote(service, "O-1", "fay", "ana", 2)), mine("ana"));
        // Whose submission it is may take it back, too.
        let recall =
            |by: &str| service.carry_out(&case("O-1"), &Command::Recall { gate: gate("approve") }, at(3), &Actor::User(user(by)), None);
        assert!(refused(recall("ben")).starts_with("`ben` may not take back"));
        recall("ana").unwrap();
        submit(service, "O-1", "finn", 4).unwrap();
        vote(service, "O-1", "fay", "fay", 5).unwrap();
        // Where nobody votes, the outcome says for whom it was.
        let close = Command::Submit { gate: gate("close"), outcome: None, conditions: Vec::new() };
        let done = service.carry_out(&case("O-1"), &close, at(6), &Actor::User(user("finn")), None).unwrap();
        assert!(matches!(&done.events[0].what, Happened::Decided(decided) if decided.for_user == Some(user("ana"))), "{:?}", done.events);
        kinds(service, "O-1")
    });
}

#[test]
fn two_who_stand_in_for_each_other_lose_nobody_and_are_told() {
    on_every_store(|service| {
        let family = orders();
        asked(service, &family, "O-1", 5);
        asked(service, &family, "O-2", 5);
        let on = |from: &str, to: &str| Delegation { transitive: true, ..away(from, to, 1, 30) };
        assert_eq!(give(service, &on("finn", "max"), 1).unwrap().ring, None);
        let ring = give(service, &on("max", "finn"), 1).unwrap().ring.unwrap();
        assert_eq!((ring.users, ring.starts, ring.ends), (vec![user("max"), user("finn")], at(1), at(30)));
        let longer = give(service, &on("max", "mia"), 1).unwrap();
        assert_eq!(longer.ring, None, "mia is there");
        let case_of = |id: &str| service.open(&case(id)).unwrap();
        let who = |id: &str| -> Vec<String> {
            let (opened, clock) = (case_of(id), Actor::Clock);
            let occasion = service.occasion(&opened, at(2), &clock).unwrap();
            let waits = waiting(&opened.workflow, &opened.state, &occasion);
            let one = |asked: &tollgate::case::Asked| match &asked.for_user {
                Some(absent) => format!("{} for {absent}", asked.user),
                None => asked.user.to_string(),
            };
            waits.iter().flat_map(|waiting| waiting.who.iter().map(one)).collect()
        };
        assert_eq!(who("O-1"), ["finn", "max for finn", "mia for finn", "fay", "ana"]);
        vote(service, "O-1", "finn", "finn", 2).unwrap();
        vote(service, "O-2", "mia", "finn", 2).unwrap();
        kinds(service, "O-2")
    });
}

#[test]
fn whom_a_timer_tells_does_not_depend_on_when_somebody_looks() {
    let told = |looks: &[i64]| {
        let store = MemoryStore::new();
        let service = Service::new(&store);
        asked(&service, &orders(), "O-1", 5);
        give(&service, &away("finn", "max", 1, 50), 1).unwrap();
        let mut happened = Vec::new();
        for hours in [47, 48, 49, 60, 300] {
            if looks.contains(&hours) {
                happened.extend(service.tick(at(hours)).unwrap().happened);
            }
            match hours {
                49 => drop(end(&service, "finn", "max", 49).unwrap()),
                60 => drop(give(&service, &away("fay", "mia", 1, 400), 60).unwrap()),
                _ => {}
            }
        }
        let told: Vec<_> = happened
            .into_iter()
            .map(|(_, event)| match event.what {
                Happened::FellDue { told, .. } => (event.at, told),
                other => panic!("{other:?}"),
            })
            .collect();
        told
    };
    let at_once = told(&[48, 300]);
    assert_eq!(at_once, [(at(48), ["finn", "max", "fay", "ana"].map(user).to_vec())]);
    for looks in [&[300][..], &[47, 60, 300], &[49, 300]] {
        assert_eq!(told(looks), at_once, "{looks:?}");
    }
}

#[test]
fn delegations_that_cannot_be_read_hold_up_no_case() {
    on_every_store(|service| {
        asked(service, &orders(), "O-1", 5);
        let listing = Listing {
            workflow: WorkflowId::parse("absence").unwrap(),
            due: Some(at(900)),
            ..service.store().listing(&case("O-1")).unwrap().unwrap()
        };
        let entries = vec![Entry { kind: Arc::from("unheard_of"), version: 1, body: Arc::from("{}") }];
        let unread =
            Append { case: case("absence/fay"), expected: Revision::NONE, key: None, at: at(0), by: user("fay"), entries, listing };
        service.store().append(&unread).unwrap();
        give(service, &away("finn", "max", 1, 9), 1).unwrap();
        vote(service, "O-1", "max", "finn", 2).unwrap();
        assert!(service.work(&user("max"), at(2), 9).is_ok());
        assert!(service.stand_ins(at(2)).is_err(), "whoever asks is told");
    });
}

#[test]
fn cases_that_keep_delegations_are_no_cases_of_the_company() {
    let store = MemoryStore::new();
    let service = Service::new(&store);
    let family = orders();
    asked(&service, &family, "O-1", 5);
    let period = Period { since: None, until: at(99) };
    let measured = |workflow: Option<&WorkflowId>| {
        Measured { service: &service, workflow, interrupted: &AtomicBool::new(false) }.report(period).unwrap()
    };
    let exported = |form, workflow: Option<&WorkflowId>| {
        let mut out = Vec::new();
        Exported { service: &service, workflow, interrupted: &AtomicBool::new(false) }.write(form, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    };
    let before = (measured(None), exported(Form::Xes, None), exported(Form::Ocel, None));
    give(&service, &away("finn", "max", 1, 9), 1).unwrap();
    assert_eq!((measured(None), exported(Form::Xes, None), exported(Form::Ocel, None)), before);
    for form in [Form::Jsonl, Form::Csv] {
        assert!(exported(form, None).contains("absence/finn"), "{form:?} holds every event");
    }
    let own = WorkflowId::parse("absence").unwrap();
    assert_eq!(measured(Some(&own)).workflows.len(), 1);
    assert!(exported(Form::Xes, Some(&own)).contains("absence/finn"));
    assert_eq!(store.work(&user("finn"), None, 9).unwrap().items.len(), 1, "the case that keeps it waits for nobody");
    // A workflow of the company may have the same name.
    assert!(is_absence(&case("absence/finn"), &own) && !is_absence(&case("A-7"), &own));
    assert!(!is_absence(&case("absence/finn"), &WorkflowId::parse("order").unwrap()));
    assert_eq!(service.tick(at(99)).unwrap().happened.len(), 1, "only the approval is due");
}

/// What is shown to somebody is what can be done: every vote of everybody for everybody is tried.
#[test]
fn a_worklist_shows_what_its_person_may_decide_and_all_of_it() {
    const PEOPLE: [&str; 7] = ["ana", "ben", "mia", "max", "finn", "fay", "gil"];
    let family = orders();
    let (mut for_others, mut own) = (0, 0);
    for seed in 0..40 {
        let mut chance = Chance::new(seed);
        let store = MemoryStore::new();
        let service = Service::new(&store);
        let cases: Vec<String> = (1..=5).map(|number| format!("O-{number}")).collect();
        for id in &cases {
            asked(&service, &family, id, if chance.often(60) { 500 } else { 5 });
        }
        let drawn = |chance: &mut Chance| Delegation {
            transitive: chance.often(40),
            role: chance.often(25).then(|| RoleId::parse(chance.of::<&str>(&["boss", "finance"])).unwrap()),
            limit: chance.often(15).then(|| LevelId::parse("low").unwrap()),
            ..away(chance.of::<&str>(&PEOPLE), chance.of::<&str>(&PEOPLE), chance.below(4) as i64, 2 + chance.below(20) as i64)
        };
        for _ in 0..6 {
            let _ = give(&service, &drawn(&mut chance), 1);
        }
        for _ in 0..3 {
            // What is handed on within a case, past somebody who has a vote there, is seen in that case only.
            let one = Delegation { transitive: false, ..drawn(&mut chance) };
            let by = Actor::User(one.from.clone());
            let _ = service.carry_out(&case(chance.of::<String>(&cases)), &Command::Delegate(one), at(1), &by, None);
        }
        for _ in 0..12 {
            let _ = vote(&service, chance.of::<String>(&cases), chance.of::<&str>(&PEOPLE), chance.of::<&str>(&PEOPLE), 2);
        }
        // What was given in a case only and has begun since is listed when the clock is looked at.
        let now = at(3);
        assert_eq!(service.tick(now).unwrap().happened, []);
        for who in PEOPLE {
            let list = service.work(&user(who), now, 99).unwrap();
            let votes = list.work.iter().filter(|work| &*work.wait.what == "decide at approve");
            let shown: Vec<CaseId> = votes.clone().map(|work| work.case.clone()).collect();
            let mut expected = Vec::new();
            for id in &cases {
                let opened = service.open(&case(id)).unwrap();
                let Some(submission) = opened.state.submissions().get(&gate("approve")) else { continue };
                let occasion = service.occasion(&opened, now, &Actor::User(user(who))).unwrap();
                let steps = standing(&submission.plan, &submission.acts, &[], now).steps;
                let said: BTreeSet<&str> = steps.iter().flat_map(|step| &step.votes).map(|vote| vote.voter.as_str()).collect();
                let may = |absent: &&str| {
                    let for_user = (*absent != who).then(|| user(absent));
                    let command = Command::Vote { gate: gate("approve"), for_user, choice: Choice::Approve, outcome: None, comment: None };
                    !said.contains(absent) && decide(&opened.workflow, Some(&opened.state), &command, &occasion).is_ok()
                };
                let may: Vec<&str> = PEOPLE.iter().copied().filter(may).collect();
                if !may.is_empty() {
                    expected.push(case(id));
                    let why = &votes
                        .clone()
                        .find(|work| work.case == case(id))
                        .unwrap_or_else(|| panic!("{seed}: {who}: {id}: {may:?}"))
                        .wait
                        .why;
                    let told = why.split_once(" for ").map(|(_, told)| told.split(" or ").collect::<Vec<_>>());
                    match told {
                        Some(told) => assert!(told.iter().all(|absent| may.contains(absent)), "{seed}: {who}: {id}: {why}, not {may:?}"),
                        None => assert!(may.contains(&who), "{seed}: {who}: {id}: {why}, not {may:?}"),
                    }
                    if why.contains(" for ") { for_others += 1 } else { own += 1 }
                }
            }
            assert_eq!(shown.iter().collect::<BTreeSet<_>>(), expected.iter().collect(), "{seed}: {who}");
            assert_eq!(shown.len(), expected.len(), "{seed}: {who}: nothing twice");
            // In order, and cut where it is asked for.
            let dues: Vec<_> = list.work.iter().map(|work| (work.wait.due.is_none(), work.wait.due, work.wait.since)).collect();
            assert!(dues.is_sorted());
            let cut = service.work(&user(who), now, 1).unwrap();
            assert_eq!((cut.work.len(), cut.more), (list.work.len().min(1), list.work.len() > 1));
        }
    }
    assert!(for_others > 40 && own > 40, "{for_others} for others, {own} own: the test is going blind");
}

#[test]
fn the_command_tells_of_rings_and_answers_programs() {
    let folder = Folder::new();
    let (workflow, store) = (folder.file("order.yaml", ORDER), format!("{}/cases.db", folder.path()));
    folder.file("errand.yaml", ERRAND);
    let run = |words: &str| tollgate(&words.split(' ').chain(["--store", &store]).collect::<Vec<_>>());
    assert_eq!(run("delegate max --until 2026-12-01 --as finn").exit, Exit::Failed, "there is no store");
    assert_eq!(run(&format!("case start {workflow} --set id=O-1 --set amount=5 --as ben")).exit, Exit::Clean);
    assert_eq!(run("case submit O-1 approve --as ben").exit, Exit::Clean);
    for incomplete in ["delegate max --as finn", "delegate --until 2026-12-01 --as finn", "delegate max --end --until 2026-12-01 --as finn"]
    {
        assert_eq!(run(incomplete).exit, Exit::Failed, "{incomplete}");
    }
    assert_eq!(run("delegate").err, "nobody stands in for anybody in every case at 2026-11-22 00:00, or will\n");
    let given = run("delegate max --until 2026-12-01 --role finance --transitive --reason leave --as finn");
    assert_eq!(given.out, "in every case: max may decide for finn as finance until 2026-12-01 00:00, and may hand it on\n");
    let ring = run("delegate finn --until 2026-11-30 --starts 2026-11-24 --as max");
    assert_eq!(ring.out, "in every case: finn may decide for max from 2026-11-24 00:00 until 2026-11-30 00:00\n");
    let warning = "warning: max, finn stand in for each other, and all of them are away from 2026-11-24 00:00 until 2026-11-30 00:00\n";
    assert_eq!((ring.exit, ring.err.as_str()), (Exit::Clean, warning));
    insta::assert_snapshot!(run("delegate").out, @r"
    max for finn  since 2026-11-22 00:00 until 2026-12-01 00:00  as finance, may hand it on: leave
    finn for max  from 2026-11-24 00:00 until 2026-11-30 00:00   everything
    ");
    let lines: Vec<Json> = run("delegate --format json").out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(
        lines.iter().map(|line| (line["to"].as_str(), line["begun"].as_bool())).collect::<Vec<_>>(),
        [(Some("max"), Some(true)), (Some("finn"), Some(false))]
    );
    let told: Json = serde_json::from_str(&run("delegate finn --until 2026-11-29 --as max --format json").out).unwrap();
    assert_eq!((&told["ring"]["users"], &told["events"][0]["kind"]), (&json!(["max", "finn"]), &json!("delegated")));
    let work: Json = serde_json::from_str(&run("work --for max --format json").out).unwrap();
    assert_eq!((&work["case"], &work["why"]), (&json!("O-1"), &json!("finance for finn")));
    let shown: Json = serde_json::from_str(&run("case show O-1 --format json").out).unwrap();
    let who = shown["waits"][0]["who"].as_array().unwrap();
    assert!(who.contains(&json!({ "user": "max", "role": "finance", "for": "finn" })), "{who:?}");
    assert!(run("case list").out.lines().all(|line| line.starts_with("O-1")));
    assert_eq!(run("case list --workflow absence").out.lines().count(), 2);
    assert_eq!(run("delegate --end max --as finn").out, "in every case: max no longer decides for finn\n");
    let again = run("delegate --end max --as finn --format json");
    assert_eq!(
        (again.exit, serde_json::from_str::<Json>(&again.out).unwrap()["refused"]["reason"].as_str()),
        (Exit::Findings, Some("unknown"))
    );
    assert_eq!(run("work --for max").err, "nothing waits for max\n");
    assert_eq!(run("audit verify").exit, Exit::Clean);
}
