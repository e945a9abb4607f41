//! The nets of the processes that ship are proved sound, not merely found without a mistake.
//!
//! It must not repeat what the prover's own tests ask.

use super::{SHIPPED, shipped};
use std::path::PathBuf;
use tollgate::catalog::{check, load};
use tollgate::workflow::soundness::{MARKINGS, Verdict, prove};

#[test]
fn every_process_that_ships_is_proved_sound() {
    for (workflow, _) in SHIPPED {
        let catalog = load(&[PathBuf::from(shipped(workflow))]).unwrap();
        let checked = check(&catalog);
        let (_, compiled) = checked.workflows.into_iter().next().unwrap_or_else(|| panic!("{workflow}: {:?}", checked.diagnostics));
        let net = compiled.graph().net();
        assert!(!net.transitions.is_empty(), "{workflow} has no outcomes");
        assert_eq!(prove(net, MARKINGS), Verdict::Proved, "{workflow}");
    }
}
