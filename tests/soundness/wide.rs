//! Nets too wide to be gone through: proved all the same, or shown wrong all the same.
//!
//! It must not measure time; `benches` does.

use super::naive::Naive;
use super::nets::net;
use super::{hold, stage};
use tollgate::workflow::soundness::{Verdict, Violation, prove};
use tollgate::workflow::{Net, Transition};

/// Far fewer markings than any of these nets has.
const LIMIT: usize = 4_000;

/// So many branches of so many stages each, with a loop in each and an outcome from each stage that ends everything.
fn branches(count: usize, stages: usize) -> Vec<String> {
    let name = |branch: usize, stage: usize| format!("b{branch}x{stage}");
    let all = |stage: usize| (0..count).map(|branch| name(branch, stage)).collect::<Vec<_>>().join(" ");
    let mut lines = vec![format!("s -> {}", all(0)), "s -> lost".to_owned()];
    for branch in 0..count {
        for stage in 0..stages {
            lines.push(format!("{} -> {}", name(branch, stage), name(branch, stage + 1)));
            lines.push(format!("{} -> lost !", name(branch, stage)));
            lines.push(format!("{0} -> {0}", name(branch, stage)));
        }
        if stages > 1 {
            lines.push(format!("{} -> {}", name(branch, 1), name(branch, 0)));
        }
    }
    lines.push(format!("{} -> won", all(stages)));
    lines.push(format!("{} -> s", all(stages)));
    lines
}

fn verdict(lines: &[String]) -> (Net, Verdict) {
    let net = net("s", "won lost", lines);
    let verdict = prove(&net, LIMIT);
    (net, verdict)
}

#[test]
fn wide_parallel_work_is_proved() {
    for (count, stages) in [(1, 1), (2, 2), (17, 1), (17, 3), (30, 5)] {
        assert_eq!(verdict(&branches(count, stages)).1, Verdict::Proved, "{count} × {stages}");
    }
}

#[test]
fn work_that_only_the_end_of_all_ends_is_proved() {
    // Monitors beside the work, each with steps of its own; only what closes the case ends them.
    let mut lines = vec![format!("s -> work {}", (0..12).map(|at| format!("m{at}")).collect::<Vec<_>>().join(" "))];
    for at in 0..12 {
        lines.push(format!("m{at} -> n{at}"));
        lines.push(format!("n{at} -> m{at}"));
        lines.push(format!("n{at} -> lost !"));
    }
    lines.extend(["work -> check", "check -> work", "check -> won !", "check -> s !"].map(str::to_owned));
    assert_eq!(verdict(&lines).1, Verdict::Proved);
}

#[test]
fn long_processes_with_loops_are_proved() {
    let mut lines = vec!["s -> p0".to_owned()];
    for at in 0..200 {
        lines.push(format!("p{at} -> p{}", at + 1));
        lines.push(format!("p{at} -> p{}", at / 3));
        lines.push(format!("p{at} -> lost"));
    }
    lines.push("p200 -> won".to_owned());
    assert_eq!(verdict(&lines).1, Verdict::Proved);
}

/// What is wrong with a wide net: it is too large for the plain search, so each way is gone by hand.
fn wrong(lines: &[String]) -> Vec<String> {
    let (net, verdict) = verdict(lines);
    let Verdict::Unsound { violations, complete } = verdict else { panic!("{verdict:?}") };
    assert!(!complete);
    let mut told = Vec::new();
    for violation in violations {
        let (kind, way) = match violation {
            Violation::CannotComplete { way, stuck } => (if stuck { "stuck" } else { "for ever" }, Some(way)),
            Violation::ImproperEnd { way, .. } => ("improper", Some(way)),
            Violation::EnteredTwice { way, .. } => ("twice", Some(way)),
            Violation::DeadOutcome { closest, .. } => ("dead", closest),
        };
        let mut active = vec![stage("s")];
        let mut twice = false;
        for step in way.iter().flat_map(|way| &way.steps) {
            assert!(!twice, "a way goes on after a mistake");
            let Transition { from, to, cancel, .. } = &net.transitions[*step];
            assert!(from.iter().all(|needed| active.contains(needed)), "{kind}: step {step} is not possible");
            active.retain(|it| !from.contains(it) && *cancel == tollgate::workflow::Cancel::Nothing);
            twice = to.iter().any(|it| active.contains(it));
            active.extend(to.iter().filter(|it| !active.contains(it)).cloned().collect::<Vec<_>>());
        }
        if let Some(way) = way {
            active.sort_by_key(|it| net.stages().iter().position(|known| known == it));
            assert_eq!(way.active, active);
            assert!(kind != "twice" || twice);
            assert!(kind != "improper" || active.len() > 1 && active.iter().any(|it| net.ends().contains(it)));
        }
        told.push(kind.to_owned());
    }
    told
}

#[test]
fn a_join_that_forgets_a_branch_is_found_in_a_wide_net() {
    let mut lines = branches(17, 3);
    let at = lines.iter().position(|line| line.ends_with("-> won")).unwrap();
    lines[at] = lines[at].replace("b16x3 ", "");
    assert_eq!(wrong(&lines), ["improper"]);
}

#[test]
fn an_outcome_that_leaves_its_branch_is_found_in_a_wide_net() {
    let mut lines = branches(17, 3);
    let at = lines.iter().position(|line| line == "b5x1 -> b5x2").unwrap();
    lines[at] = "b5x1 -> b6x2".to_owned();
    let told = wrong(&lines);
    assert!(told.contains(&"twice".to_owned()), "{told:?}");
}

#[test]
fn a_dead_gate_is_found_in_a_wide_net() {
    let mut lines = branches(17, 3);
    lines.push("b3x1 b3x2 -> b3x3".to_owned());
    assert_eq!(wrong(&lines), ["dead"]);
}

#[test]
fn a_branch_that_waits_for_what_was_not_begun_is_found_in_a_wide_net() {
    // Without outcomes that end everything: with them, a case can always be given up.
    let mut lines: Vec<String> = branches(17, 3).into_iter().filter(|line| !line.ends_with('!')).collect();
    lines[0] = lines[0].replace("b16x0", "");
    lines.push("s -> b16x0".to_owned());
    let told = wrong(&lines);
    assert!(told.contains(&"stuck".to_owned()), "{told:?}");
}

#[test]
fn what_is_found_in_a_small_net_of_the_same_kind_holds_in_the_plain_search() {
    let mut lines = branches(3, 2);
    let at = lines.iter().position(|line| line.ends_with("-> won")).unwrap();
    lines[at] = lines[at].replace("b2x2 ", "");
    let (net, verdict) = verdict(&lines);
    let Verdict::Unsound { violations, .. } = verdict else { panic!() };
    violations.iter().for_each(|violation| hold(&net, &Naive::new(&net), violation));
}
