//! The rules of the page on approvals, each by an example.
//!
//! It must not draw anything at random.

use super::*;

fn votes(state: &StepState) -> (String, String) {
    match state {
        StepState::Open { needed, have, .. } | StepState::Stuck { needed, have, .. } => (have.to_string(), needed.to_string()),
        other => panic!("{other:?}"),
    }
}

fn no(by: &str, veto: bool) -> StepState {
    StepState::Rejected { by: users(by), veto }
}

fn board() -> Plan {
    let mut step = step(Votes::Count(2), vec![seat("board", "mara finn omar")]);
    step.veto = vec![seat("finance", "finn")];
    plan(vec![step])
}

#[test]
fn two_of_three_with_a_veto_of_finance() {
    let mut case = Running::new(board());
    assert_eq!(case.may(0), ["mara", "finn", "omar"]);
    case.approves("mara", 0).unwrap();
    assert_eq!(votes(&case.state(0)), ("1".to_owned(), "2".to_owned()));
    case.approves("omar", 0).unwrap();
    assert_eq!(case.result(), Some(Ruling::Approved));
    // What is decided stays decided.
    assert_eq!(case.rejects("finn", 0).unwrap_err().to_string(), "it is approved already: nothing is left to decide");

    let mut case = Running::new(board());
    case.approves("mara", 0).unwrap();
    case.rejects("finn", 0).unwrap();
    assert_eq!(case.state(0), no("finn", true));

    // Without a veto, one no of three stops nothing; two do.
    let mut case = Running::new(board());
    case.rejects("mara", 0).unwrap();
    assert_eq!(case.result(), None);
    case.rejects("omar", 0).unwrap();
    assert_eq!(case.state(0), no("mara omar", false));
    assert_eq!(case.result(), Some(Ruling::Rejected));
}

#[test]
fn a_veto_needs_no_vote() {
    let mut step = step(Votes::Any, vec![seat("manager", "mara")]);
    step.veto = vec![seat("finance", "finn")];
    let mut case = Running::new(plan(vec![step]));
    assert_eq!(case.approves("finn", 0).unwrap_err().to_string(), "`finn` can stop step 1 by a no, and has no vote there");
    case.rejects("finn", 0).unwrap();
    assert_eq!(case.state(0), no("finn", true));
}

#[test]
fn steps_come_in_order() {
    let steps = vec![step(Votes::Any, vec![seat("manager", "mara nina")]), step(Votes::All, vec![seat("director", "dirk")])];
    let mut case = Running::new(plan(steps));
    assert_eq!(case.state(1), StepState::Waiting);
    let denied = case.approves("dirk", 1).unwrap_err();
    assert_eq!((denied.code(), &*denied.to_string()), ("not-your-turn", "not your turn: step 1 is still open, waiting for `mara`, `nina`"));
    case.approves("nina", 0).unwrap();
    assert_eq!(case.state(0), StepState::Approved);
    assert_eq!(case.rejects("mara", 0).unwrap_err().to_string(), "step 1 is decided already: it is the turn of step 2");
    case.rejects("dirk", 1).unwrap();
    assert_eq!((case.state(0), case.state(1)), (StepState::Approved, no("dirk", false)));
    assert_eq!(case.result(), Some(Ruling::Rejected));
}

#[test]
fn weights_add_up_and_a_role_weighs_once() {
    let weighted = || {
        let voters = vec![weighing("director", "dirk", 2), weighing("legal", "lea tom", 1), weighing("finance", "finn", 1)];
        Running::new(plan(vec![step(Votes::Weight(Decimal::from(3)), voters)]))
    };
    let mut case = weighted();
    case.approves("lea", 0).unwrap();
    case.approves("tom", 0).unwrap();
    assert_eq!(votes(&case.state(0)), ("1".to_owned(), "3".to_owned()));
    case.approves("dirk", 0).unwrap();
    assert_eq!(case.result(), Some(Ruling::Approved));

    // Without the director, legal and finance weigh 2 of 3.
    let mut case = weighted();
    case.rejects("dirk", 0).unwrap();
    assert_eq!(case.state(0), no("dirk", false));

    // Legal is lost only when nobody of it is left.
    let mut case = weighted();
    case.rejects("finn", 0).unwrap();
    case.rejects("lea", 0).unwrap();
    assert_eq!(case.result(), None);
    case.rejects("tom", 0).unwrap();
    assert_eq!(case.state(0), no("lea tom finn", false));
}

#[test]
fn a_share_is_rounded_up_and_counts_those_who_may_not_vote() {
    let percent = |percent: &str| plan(vec![step(Votes::Percent(percent.parse().unwrap()), vec![seat("board", "mara finn omar")])]);
    // 60 % of 3 is 1.8: two.
    assert_eq!(votes(&Running::new(percent("60")).state(0)), ("0".to_owned(), "2".to_owned()));
    // A third of 3, and a little more, is two; less than a third is one.
    assert_eq!(votes(&Running::new(percent("33.3333")).state(0)).1, "1");
    assert_eq!(votes(&Running::new(percent("33.3334")).state(0)).1, "2");
    // Mara submitted it: still two of three, and so both others.
    let barred = vec![Barred { user: user("mara"), why: Why::Submitter }];
    let mut case = Running::new(Plan { barred, ..percent("60") });
    assert_eq!(votes(&case.state(0)).1, "2");
    case.rejects("finn", 0).unwrap();
    assert_eq!(case.state(0), no("finn", false));
}

#[test]
fn one_person_with_two_roles_agrees_for_both() {
    let all = || plan(vec![step(Votes::All, vec![seat("legal", "lea"), seat("finance", "lea finn")])]);
    let mut case = Running::new(all());
    case.approves("lea", 0).unwrap();
    assert_eq!(case.result(), Some(Ruling::Approved));

    // A no of one of two holders is not the no of the role.
    let mut case = Running::new(all());
    case.rejects("finn", 0).unwrap();
    assert_eq!(case.result(), None);
    case.approves("lea", 0).unwrap();
    assert_eq!(case.result(), Some(Ruling::Approved));

    // In a committee everybody counts once, also who stands in it twice.
    let mut case = Running::new(plan(vec![step(Votes::Count(2), vec![seat("board", "lea finn")])]));
    case.approves("lea", 0).unwrap();
    case.approves("lea", 0).unwrap();
    assert_eq!(votes(&case.state(0)), ("1".to_owned(), "2".to_owned()));
}

#[test]
fn the_last_word_counts_while_the_step_is_open() {
    let mut case = Running::new(plan(vec![step(Votes::Count(2), vec![seat("board", "mara finn omar")])]));
    case.rejects("mara", 0).unwrap();
    case.approves("mara", 0).unwrap();
    case.rejects("finn", 0).unwrap();
    assert_eq!(case.result(), None);
    case.approves("omar", 0).unwrap();
    assert_eq!(case.result(), Some(Ruling::Approved));
}

#[test]
fn who_abstains_counts_for_neither() {
    let mut case = Running::new(plan(vec![step(Votes::Count(2), vec![seat("board", "mara finn")])]));
    case.says("mara", 0, Choice::Abstain).unwrap();
    let StepState::Stuck { why, may, .. } = case.state(0) else { panic!() };
    assert_eq!(why, Impasse::Abstained { by: users("mara") });
    // It is no rejection: whoever abstained may think again.
    assert_eq!(may.iter().map(|may| (may.user.as_str(), may.said)).collect::<Vec<_>>(), [("mara", Some(Choice::Abstain)), ("finn", None)]);
    case.approves("finn", 0).unwrap();
    assert_eq!(case.result(), None);
    case.approves("mara", 0).unwrap();
    assert_eq!(case.result(), Some(Ruling::Approved));
}

#[test]
fn who_submitted_does_not_decide_not_even_through_somebody_else() {
    let barred = vec![Barred { user: user("ben"), why: Why::Submitter }, Barred { user: user("lena"), why: Why::Lead }];
    let mut case = Running::new(Plan { barred, ..plan(vec![step(Votes::Any, vec![seat("manager", "ben mara lena")])]) });
    case.delegations = vec![delegation("ben", "carl"), delegation("mara", "ben"), delegation("mara", "carl")];
    let denied = case.approves("ben", 0).unwrap_err();
    assert_eq!((denied.code(), &*denied.to_string()), ("own-submission", "`ben` submitted this: somebody else must decide"));
    assert_eq!(case.approves("lena", 0).unwrap_err().code(), "own-stage");
    // Ben has nothing to delegate, and nothing comes to him.
    assert_eq!(case.approves_for("carl", "ben", 0).unwrap_err().code(), "own-submission");
    assert_eq!(case.approves_for("ben", "mara", 0).unwrap_err().code(), "own-submission");
    assert_eq!(case.may(0), ["mara", "carl for mara"]);
    case.approves_for("carl", "mara", 0).unwrap();
    assert_eq!(case.result(), Some(Ruling::Approved));
    let cast = &case.standing().steps[0].votes[0];
    assert_eq!((cast.by.as_str(), cast.voter.as_str()), ("carl", "mara"));
}

#[test]
fn nobody_approves_in_two_steps_that_are_kept_apart() {
    let second = || {
        let mut second = step(Votes::Any, vec![seat("director", "mara dirk")]);
        second.veto = vec![seat("finance", "mara")];
        second
    };
    let apart = || Plan { apart: true, ..plan(vec![step(Votes::Any, vec![seat("manager", "mara nina")]), second()]) };
    let mut case = Running::new(apart());
    case.delegations = vec![delegation("dirk", "mara"), delegation("dirk", "nina")];
    case.approves("mara", 0).unwrap();
    assert_eq!(case.approves("mara", 1).unwrap_err().to_string(), "`mara` approved in step 1 already: somebody else must decide");
    assert_eq!(case.approves_for("mara", "dirk", 1).unwrap_err().code(), "approved-earlier");
    // What is kept apart are approvals. A veto is none.
    let mut veto = Running { plan: apart(), acts: case.acts.clone(), delegations: Vec::new(), minute: case.minute };
    veto.rejects("mara", 1).unwrap();
    assert_eq!(veto.state(1), no("mara", true));
    case.approves_for("nina", "dirk", 1).unwrap();
    assert_eq!(case.result(), Some(Ruling::Approved));

    // Whoever gave the vote of somebody else has approved, too.
    let mut case = Running::new(Plan { apart: true, ..plan(vec![step(Votes::Any, vec![seat("manager", "nina")]), second()]) });
    case.delegations = vec![delegation("nina", "dirk")];
    case.approves_for("dirk", "nina", 0).unwrap();
    assert_eq!(case.approves("dirk", 1).unwrap_err().code(), "approved-earlier");
}

#[test]
fn too_few_are_left() {
    let second = step(Votes::All, vec![seat("director", "mara")]);
    let mut case = Running::new(Plan { apart: true, ..plan(vec![step(Votes::Any, vec![seat("manager", "mara nina")]), second]) });
    case.approves("mara", 0).unwrap();
    let StepState::Stuck { why: Impasse::TooFew, may, .. } = case.state(1) else { panic!() };
    assert_eq!((may, case.result()), (Vec::new(), None));
}

#[test]
fn a_seat_is_handed_over() {
    let barred = vec![Barred { user: user("ben"), why: Why::Submitter }];
    let two = || step(Votes::Count(2), vec![seat("board", "mara finn omar ben")]);
    let mut case = Running::new(Plan { barred, ..plan(vec![two(), two()]) });
    assert_eq!(case.transfers("mara", "ben", 0).unwrap_err().to_string(), "`ben` submitted this: somebody else must decide");
    assert_eq!(case.transfers("ben", "carl", 0).unwrap_err().code(), "own-submission");
    assert_eq!(case.transfers("mara", "finn", 0).unwrap_err().to_string(), "`finn` takes part in step 1 already: name somebody else");
    assert_eq!(case.transfers("carl", "dora", 0).unwrap_err().code(), "no-vote");
    case.transfers("mara", "carl", 0).unwrap();
    assert_eq!(
        case.approves("mara", 0).unwrap_err().to_string(),
        "`mara` has no vote in step 1: `carl`, `finn`, `omar`, `ben` may decide there"
    );
    // A step that is still to come can be handed over as well; what was decided cannot.
    case.transfers("omar", "dora", 1).unwrap();
    case.approves("carl", 0).unwrap();
    assert_eq!(
        case.transfers("carl", "dora", 0).unwrap_err().to_string(),
        "`carl` decided in step 1 already: there is nothing to hand over"
    );
    case.approves("finn", 0).unwrap();
    assert_eq!(case.may(1), ["mara", "finn", "dora"]);
}

#[test]
fn an_added_signer_signs_before_the_others() {
    let mut case = Running::new(plan(vec![step(Votes::Any, vec![seat("manager", "mara nina")])]));
    assert_eq!(case.adds("dirk", "tom", Place::Before, 0).unwrap_err().code(), "no-vote");
    assert_eq!(case.adds("mara", "nina", Place::Before, 0).unwrap_err().code(), "takes-part");
    case.adds("mara", "tom", Place::Before, 0).unwrap();
    let denied = case.approves("mara", 0).unwrap_err();
    assert_eq!((denied.code(), &*denied.to_string()), ("signers-first", "`tom` must sign step 1 first"));
    assert_eq!((case.may(0), votes(&case.state(0))), (vec!["tom".to_owned()], ("0".to_owned(), "1".to_owned())));
    case.approves("tom", 0).unwrap();
    // The signature is no vote of the step.
    assert_eq!(case.result(), None);
    case.approves("nina", 0).unwrap();
    assert_eq!(case.result(), Some(Ruling::Approved));
}

#[test]
fn an_added_signer_signs_after_the_others() {
    let after = || {
        let mut case = Running::new(plan(vec![step(Votes::Any, vec![seat("manager", "mara nina")])]));
        case.adds("mara", "tom", Place::After, 0).unwrap();
        assert_eq!(case.approves("tom", 0).unwrap_err().to_string(), "the votes of step 1 come first, waiting for `mara`, `nina`");
        case.approves("mara", 0).unwrap();
        assert_eq!((case.result(), case.may(0)), (None, vec!["tom".to_owned()]));
        assert_eq!(case.rejects("nina", 0).unwrap_err().to_string(), "the votes of step 1 are in: it waits for `tom` to sign");
        assert_eq!(case.adds("nina", "dora", Place::Before, 0).unwrap_err().code(), "votes-in");
        case
    };
    let mut case = after();
    case.approves("tom", 0).unwrap();
    assert_eq!(case.result(), Some(Ruling::Approved));
    let mut case = after();
    case.rejects("tom", 0).unwrap();
    assert_eq!(case.state(0), no("tom", false));
}

#[test]
fn nothing_is_dated_back() {
    let mut case = Running::new(board());
    case.approves("mara", 0).unwrap();
    case.minute = -10;
    let denied = case.approves("omar", 0).unwrap_err();
    assert_eq!(denied.to_string(), "it is dated 2026-11-02 07:51 UTC, before what was done last, on 2026-11-02 08:01 UTC");
}

#[test]
fn what_did_not_change_stays_approved() {
    let functions = || step(Votes::All, vec![seat("legal", "lea"), seat("finance", "finn")]);
    let manager = || step(Votes::Any, vec![seat("manager", "mara nina")]);
    let old = plan(vec![manager(), functions()]);
    let new = plan(vec![step(Votes::All, vec![seat("director", "dirk")]), functions(), manager()]);
    let mut case = Running::new(old.clone());
    case.approves("nina", 0).unwrap();
    case.approves("lea", 1).unwrap();

    let mut asked_again = Running::new(reopened(&old, &case.acts, new.clone(), false));
    assert_eq!(asked_again.plan, new);
    asked_again.approves("dirk", 0).unwrap();
    assert_eq!(asked_again.standing().steps[1].votes, Vec::new());

    let mut smart = Running::new(reopened(&old, &case.acts, new, true));
    smart.minute = 10;
    // Steps still come in order: what stays counts when its turn comes.
    assert_eq!(smart.state(1), StepState::Waiting);
    smart.approves("dirk", 0).unwrap();
    assert_eq!(votes(&smart.state(1)), ("1".to_owned(), "2".to_owned()));
    smart.approves("finn", 1).unwrap();
    assert_eq!((smart.state(2), smart.result()), (StepState::Approved, Some(Ruling::Approved)));
    assert_eq!(smart.standing().steps[2].votes[0].at, at(1));
}
