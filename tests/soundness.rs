//! Soundness held against an exhaustive search that is written here once more, on thousands of random nets.
//!
//! It must not use anything of the prover but its answers.

pub(crate) mod naive;
pub(crate) mod nets;
mod wide;

use naive::{Naive, Step};
use nets::{net, random, stage};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use std::cell::Cell;
use std::collections::BTreeSet;
use tollgate::workflow::Net;
use tollgate::workflow::soundness::{MARKINGS, Verdict, Violation, Way, prove};

/// Runs a property on so many random nets; what it gives is counted.
fn on_random_nets(cases: u32, property: impl Fn(&Net, &Naive) -> Option<bool>) -> (u32, u32) {
    let (yes, no) = (Cell::new(0), Cell::new(0));
    let mut runner = TestRunner::new(Config { cases, failure_persistence: None, ..Config::default() });
    let result = runner.run(&any::<u64>(), |seed| {
        let net = random(seed);
        match property(&net, &Naive::new(&net)) {
            Some(true) => yes.set(yes.get() + 1),
            Some(false) => no.set(no.get() + 1),
            None => {}
        }
        Ok(())
    });
    if let Err(error) = result {
        panic!("{error}");
    }
    (yes.get(), no.get())
}

#[test]
fn every_property_agrees_with_an_exhaustive_search() {
    let (sound, unsound) = on_random_nets(12_000, |net, naive| {
        let verdict = prove(net, MARKINGS);
        match &verdict {
            Verdict::Proved => assert!(naive.is_sound(), "proved, but {naive:?}\n{net:?}"),
            Verdict::Unsound { violations, complete } => {
                assert!(complete, "small nets are seen whole");
                agree(net, naive, violations);
            }
            Verdict::Unproved => panic!("nets this small are decided: {net:?}"),
        }
        Some(naive.is_sound())
    });
    assert!(sound * 5 >= sound + unsound, "only {sound} of {} nets are sound: the test is going blind", sound + unsound);
    assert!(unsound * 5 >= sound + unsound, "only {unsound} of {} nets are unsound", sound + unsound);
}

#[test]
fn the_limit_is_the_one_that_the_pages_name() {
    let page = std::fs::read_to_string(crate::support::project("docs/language/soundness.md")).unwrap();
    let limit = format!("{},{:03} markings", MARKINGS / 1000, MARKINGS % 1000);
    assert_eq!(page.replace('\n', " ").matches(&limit).count(), 2, "{limit}");
}

#[test]
fn a_limit_that_is_reached_makes_no_answer_wrong() {
    let (decided, undecided) = on_random_nets(6_000, |net, naive| match prove(net, 3) {
        Verdict::Proved => {
            assert!(naive.is_sound(), "{net:?}");
            Some(true)
        }
        Verdict::Unsound { violations, .. } => {
            violations.iter().for_each(|violation| hold(net, naive, violation));
            Some(true)
        }
        Verdict::Unproved => Some(false),
    });
    assert!(decided > 1_000 && undecided > 50, "{decided} decided, {undecided} not");
}

#[test]
fn most_sound_nets_are_proved_without_going_through_them() {
    let (proved, not) = on_random_nets(3_000, |net, naive| {
        // No more than the start, the end and one marking between.
        (naive.is_sound() && naive.clean.len() > 3).then(|| prove(net, 24) == Verdict::Proved && naive.clean.len() > 3)
    });
    assert!(proved * 10 >= (proved + not) * 8, "{proved} of {}", proved + not);
}

/// All violations of a net that was seen whole.
fn agree(net: &Net, naive: &Naive, violations: &[Violation]) {
    violations.iter().for_each(|violation| hold(net, naive, violation));
    let ways: Vec<(&Way, Option<usize>)> = violations
        .iter()
        .filter_map(|violation| match violation {
            Violation::CannotComplete { way, .. } => Some((way, naive.hopeless)),
            Violation::ImproperEnd { way, .. } => Some((way, naive.improper)),
            Violation::EnteredTwice { way, .. } => Some((way, naive.twice)),
            Violation::DeadOutcome { .. } => None,
        })
        .collect();
    for (way, least) in &ways {
        assert!(way.shortest && Some(way.steps.len()) == *least, "{way:?} is not of length {least:?}\n{net:?}");
    }
    let expected = [naive.hopeless, naive.improper, naive.twice].iter().flatten().count();
    assert_eq!(ways.len(), expected, "{violations:?}\n{naive:?}\n{net:?}");
    let dead: BTreeSet<usize> = violations
        .iter()
        .filter_map(|violation| match violation {
            Violation::DeadOutcome { transition, .. } => Some(*transition),
            _ => None,
        })
        .collect();
    assert_eq!(dead, naive.dead, "{net:?}");
}

/// One violation, replayed on the net.
fn hold(net: &Net, naive: &Naive, violation: &Violation) {
    let why = || format!("{violation:?}\n{net:?}");
    let claims = |way: &Way, least: Option<usize>| {
        let least = least.unwrap_or_else(|| panic!("there is no such way: {}", why()));
        assert!(way.steps.len() >= least, "shorter than the shortest: {}", why());
        assert!(!way.shortest || way.steps.len() == least, "{}", why());
    };
    match violation {
        Violation::CannotComplete { way, stuck } => {
            let Step { marking, clean, .. } = naive.replay(way);
            assert!(clean && !naive.can_end(marking), "{}", why());
            assert_eq!(*stuck, naive.is_stuck(marking), "{}", why());
            claims(way, naive.hopeless);
        }
        Violation::ImproperEnd { way, end } => {
            let Step { marking, clean, .. } = naive.replay(way);
            assert!(clean && marking.count_ones() > 1 && way.active.contains(end) && net.ends().contains(end), "{}", why());
            claims(way, naive.improper);
        }
        Violation::EnteredTwice { way, stage } => {
            let Step { twice, .. } = naive.replay(way);
            assert_eq!(twice & naive.bit(stage), naive.bit(stage), "{}", why());
            claims(way, naive.twice);
        }
        Violation::DeadOutcome { transition, closest } => {
            assert!(naive.dead.contains(transition), "{}", why());
            if let Some(way) = closest {
                let needs = naive.moves[*transition].from;
                let most = naive.clean.keys().map(|marking| (marking & needs).count_ones()).max().unwrap();
                let Step { marking, .. } = naive.replay(way);
                assert_eq!((marking & needs).count_ones(), most, "{}", why());
            }
        }
    }
}

#[test]
fn a_fork_that_is_joined_in_part_is_shown_in_every_way() {
    let net = net("s", "won", &["s -> a b", "a -> won", "b -> c", "c -> b", "b c -> won"]);
    let Verdict::Unsound { violations, complete: true } = prove(&net, MARKINGS) else { panic!() };
    agree(&net, &Naive::new(&net), &violations);
    let told: Vec<String> = violations
        .iter()
        .map(|violation| match violation {
            Violation::CannotComplete { way, .. } => format!("cannot complete after {:?}", way.steps),
            Violation::ImproperEnd { way, end } => format!("{end} is improper after {:?}", way.steps),
            Violation::EnteredTwice { way, stage } => format!("{stage} is entered twice after {:?}", way.steps),
            Violation::DeadOutcome { transition, .. } => format!("{transition} is dead"),
        })
        .collect();
    assert_eq!(told, ["won is improper after [0, 1]", "4 is dead"]);
}
