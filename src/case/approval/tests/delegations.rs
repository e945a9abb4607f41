//! Delegations by example: dated, bounded, not handed on unless they say so, and never more than the delegator has.
//!
//! It must not draw anything at random.

use super::*;

fn one_of(holders: &str) -> Running {
    Running::new(at_high(vec![step(Votes::Any, vec![seat("manager", holders)])]))
}

fn denied(delegation: Delegation, minute: i64) -> (String, &'static str) {
    let mut case = one_of("ana");
    case.delegations = vec![delegation];
    case.minute = minute;
    let denied = case.approves_for("ben", "ana", 0).unwrap_err();
    (denied.to_string(), denied.code())
}

#[test]
fn both_names_and_the_delegation_are_on_record() {
    let mut case = one_of("ana");
    case.delegations = vec![delegation("ana", "ben"), delegation("carl", "ben")];
    case.approves_for("ben", "ana", 0).unwrap();
    let Act::Decided(recorded) = &case.acts[0] else { panic!() };
    assert_eq!((recorded.by.clone(), recorded.for_user.clone()), (user("ben"), Some(user("ana"))));
    assert_eq!(recorded.under, [delegation("ana", "ben")]);
    // It stays decided when nobody remembers the delegation.
    case.delegations.clear();
    assert_eq!(case.result(), Some(Ruling::Approved));
}

#[test]
fn a_delegation_has_a_beginning_and_an_end() {
    let dated = Delegation { starts: at(10), ends: at(20), ..delegation("ana", "ben") };
    let ended = "the delegation from `ana` to `ben` ended on 2026-11-02 08:20 UTC";
    let begins = "the delegation from `ana` to `ben` begins on 2026-11-02 08:10 UTC";
    assert_eq!(denied(dated.clone(), 19), (ended.to_owned(), "delegation-ended"));
    assert_eq!(denied(dated.clone(), 8), (begins.to_owned(), "delegation-not-begun"));
    for minute in [9, 18] {
        let mut case = one_of("ana");
        (case.delegations, case.minute) = (vec![dated.clone()], minute);
        case.approves_for("ben", "ana", 0).unwrap();
    }
}

#[test]
fn a_delegation_may_be_for_one_role_or_gate_and_up_to_a_level() {
    let limited = |limit: &str| Delegation { limit: Some(LevelId::parse(limit).unwrap()), ..delegation("ana", "ben") };
    assert_eq!(
        denied(limited("low"), 0),
        ("the delegation from `ana` to `ben` is for levels up to `low`".to_owned(), "delegation-limited")
    );
    let elsewhere = Delegation { gate: Some(GateId::parse("check").unwrap()), ..delegation("ana", "ben") };
    assert_eq!(denied(elsewhere, 0).1, "delegation-elsewhere");
    assert_eq!(denied(Delegation { role: Some(role("legal")), ..delegation("ana", "ben") }, 0).1, "delegation-role");
    assert_eq!(denied(delegation("ana", "carl"), 0), ("there is no delegation from `ana` to `ben`".to_owned(), "no-delegation"));
    for fit in [limited("high"), limited("highest"), Delegation { gate: Some(GateId::parse("grant").unwrap()), ..delegation("ana", "ben") }]
    {
        let mut case = one_of("ana");
        case.delegations = vec![fit];
        case.approves_for("ben", "ana", 0).unwrap();
    }
    // Where there are no levels, nothing shows that the limit is kept.
    let mut case = Running::new(plan(vec![step(Votes::Any, vec![seat("manager", "ana")])]));
    case.delegations = vec![limited("highest")];
    assert_eq!(case.approves_for("ben", "ana", 0).unwrap_err().code(), "delegation-limited");
}

#[test]
fn a_delegation_gives_only_what_the_delegator_has() {
    let mut case = one_of("dora");
    case.delegations = vec![delegation("ana", "ben")];
    assert_eq!(case.approves_for("ben", "ana", 0).unwrap_err().code(), "no-vote");
    // For one of two roles, and for no more.
    let both = step(Votes::All, vec![seat("legal", "ana"), seat("finance", "ana")]);
    let mut case = Running::new(plan(vec![both]));
    case.delegations = vec![Delegation { role: Some(role("legal")), ..delegation("ana", "ben") }];
    case.approves_for("ben", "ana", 0).unwrap();
    assert_eq!((case.result(), case.may(0)), (None, vec!["ana".to_owned(), "ben for ana".to_owned()]));
    case.approves("ana", 0).unwrap();
    assert_eq!(case.result(), Some(Ruling::Approved));
}

#[test]
fn a_delegation_is_handed_on_only_where_it_says_so() {
    let mut case = one_of("ana");
    case.delegations = vec![delegation("ana", "ben"), delegation("ben", "carl")];
    assert_eq!(case.approves_for("carl", "ana", 0).unwrap_err().code(), "no-delegation");
    case.delegations[0].transitive = true;
    assert_eq!(case.may(0), ["ana", "ben for ana", "carl for ana"]);
    case.approves_for("carl", "ana", 0).unwrap();
    let Act::Decided(recorded) = &case.acts[0] else { panic!() };
    assert_eq!(recorded.under, case.delegations);
}

#[test]
fn who_may_not_decide_does_not_hand_on_either() {
    let mut case = one_of("ana");
    case.plan.barred = vec![Barred { user: user("ben"), why: Why::Submitter }];
    case.delegations = vec![Delegation { transitive: true, ..delegation("ana", "ben") }, delegation("ben", "carl")];
    assert_eq!(case.approves_for("carl", "ana", 0).unwrap_err().code(), "no-delegation");
}

#[test]
fn delegations_in_a_circle_end() {
    let circle = [("ana", "ben"), ("ben", "carl"), ("carl", "ana"), ("carl", "ben"), ("ben", "ben")];
    let mut case = one_of("ana");
    case.delegations = circle.iter().map(|(from, to)| Delegation { transitive: true, ..delegation(from, to) }).collect();
    assert_eq!(case.may(0), ["ana", "ben for ana", "carl for ana"]);
}

#[test]
fn nobody_votes_twice() {
    let committee = || Running::new(plan(vec![step(Votes::Count(2), vec![seat("board", "ana ben carl")])]));
    // A member has a vote already, whether it was given or not.
    let mut case = committee();
    case.delegations = vec![delegation("ana", "ben"), delegation("ana", "dora"), delegation("carl", "dora")];
    assert_eq!(case.approves_for("ben", "ana", 0).unwrap_err().to_string(), "`ben` has a vote of their own in step 1, and gives no other");
    case.approves_for("dora", "ana", 0).unwrap();
    assert_eq!(case.approves_for("dora", "carl", 0).unwrap_err().to_string(), "`dora` votes for `ana` in step 1 already");
    // Two different roles are two different seats.
    let mut case = Running::new(plan(vec![step(Votes::All, vec![seat("legal", "ben"), seat("finance", "ana ben")])]));
    case.delegations = vec![delegation("ana", "ben"), delegation("ben", "dora"), delegation("ana", "dora")];
    assert_eq!(case.approves_for("ben", "ana", 0).unwrap_err().code(), "votes-for-themselves");
    let mut case = Running::new(plan(vec![step(Votes::All, vec![seat("legal", "ben"), seat("finance", "ana")])]));
    case.delegations = vec![delegation("ana", "ben")];
    case.approves("ben", 0).unwrap();
    case.approves_for("ben", "ana", 0).unwrap();
    assert_eq!(case.result(), Some(Ruling::Approved));
}

#[test]
fn what_the_delegator_said_stands() {
    let mut case = Running::new(plan(vec![step(Votes::Count(2), vec![seat("board", "ana ben carl")])]));
    case.delegations = vec![delegation("ana", "dora")];
    case.approves_for("dora", "ana", 0).unwrap();
    case.rejects("ana", 0).unwrap();
    let denied = case.approves_for("dora", "ana", 0).unwrap_err();
    assert_eq!(denied.to_string(), "`ana` decided in step 1 personally: nobody else can change that");
}

#[test]
fn a_signature_is_of_somebody_who_does_nothing_else_in_the_step() {
    let mut case = Running::new(plan(vec![step(Votes::Count(2), vec![seat("board", "ana ben carl")])]));
    case.delegations = vec![delegation("ana", "tom"), delegation("tom", "ben"), delegation("ana", "dora")];
    case.approves_for("dora", "ana", 0).unwrap();
    assert_eq!(case.adds("ben", "dora", Place::After, 0).unwrap_err().code(), "takes-part");
    case.adds("ben", "tom", Place::After, 0).unwrap();
    assert_eq!(case.approves_for("tom", "ana", 0).unwrap_err().code(), "votes-for-themselves");
    case.approves("carl", 0).unwrap();
    assert_eq!(case.approves_for("ben", "tom", 0).unwrap_err().code(), "votes-for-themselves");
    case.approves("tom", 0).unwrap();
    assert_eq!(case.result(), Some(Ruling::Approved));
}

#[test]
fn outside_of_an_approval_a_delegation_counts_in_its_time_and_without_a_limit() {
    let role = |name: &str| crate::names::RoleId::parse(name).unwrap();
    let whole = Delegation {
        from: user("ana"),
        to: user("ben"),
        role: Some(role("desk")),
        gate: None,
        limit: None,
        starts: at(1),
        ends: at(3),
        transitive: false,
        reason: None,
    };
    let told = [0, 1, 2, 3].map(|moment| whole.covers(&role("desk"), None, at(moment)));
    assert_eq!(told, [false, true, true, false]);
    assert!(!whole.covers(&role("other"), None, at(2)));
    let limited = Delegation { limit: Some(crate::names::LevelId::parse("region").unwrap()), ..whole };
    assert!(!limited.covers(&role("desk"), None, at(2)));
}
