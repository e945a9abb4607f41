//! What becomes of leads that nobody works on: time passes, and nobody presses a button.
//!
//! It must not test when the protection of a lead ends; `answers` does.

use crate::support::{Folder, project, tollgate};
use tollgate::cli::Exit;

fn run(folder: &Folder, arguments: &str, who: &str, now: &str) -> String {
    let store = format!("{}/cases.db", folder.path());
    let mut all: Vec<&str> = arguments.split(' ').collect();
    all.extend(["--now", now, "--store", &store]);
    if !who.is_empty() {
        all.extend(["--as", who]);
    }
    let ran = tollgate(&all);
    assert_eq!(ran.exit, Exit::Clean, "{arguments}\n{}{}", ran.out, ran.err);
    ran.out
}

#[test]
fn a_lead_that_nobody_works_on_goes_to_the_pool_by_itself() {
    let folder = Folder::new();
    let start = format!(
        "case start {} --set id=L-1 --set company=Northern --set contact=Wang --set phone=1380 --set region=north \
         --set industry=manufacturing --set source=enquiry --set need=Cloud --set product_line=cloud",
        project("workflows/lead.yaml")
    );
    run(&folder, &start, "lin.xiaoyu", "2026-03-02T01:00:00Z");
    run(&folder, "case submit L-1 distribute", "lin.xiaoyu", "2026-03-02T02:00:00Z");
    run(&folder, "case update L-1 --set claimed_on=2026-03-02", "sun.lei", "2026-03-02T03:00:00Z");
    let shown = run(&folder, "case show L-1", "", "2026-03-03T03:00:00Z");
    assert!(shown.contains("the stage verify is due, 2026-03-12 15:59:59; then the rules of recycle decide"), "{shown}");
    // The machine was off for a quarter: everything happens when it was due.
    insta::assert_snapshot!(run(&folder, "case tick", "", "2026-06-30T00:00:00Z"), @r"
    2026-03-12 15:59:59  L-1: the stage verify is due; told sun.lei
    2026-03-12 15:59:59  L-1: recycle: pool by rules, verify -> pool
    2026-04-11 15:59:59  L-1: the stage pool is due; told lin.xiaoyu, gao.feng
    ");
    // Too little is known of it for the rules: those who were told look at it.
    let shown = run(&folder, "case show L-1", "", "2026-06-30T00:00:00Z");
    assert!(shown.contains("in pool since 2026-03-12 15:59:59 (109 days)"), "{shown}");
}
