//! What people see of six samples.
//!
//! It must not cover the whole of the look; the tests of the renderer do.

use super::sample::sample;
use tollgate::cli::render::{Style, human};

/// A sample's findings as a log file shows them.
fn look(name: &str) -> String {
    let (catalog, checked) = sample(name).checked();
    human(&checked.diagnostics, &catalog.sources, &Style { color: false, unicode: false, width: 100 })
}

#[test]
fn a_bracket_that_is_never_closed() {
    insta::assert_snapshot!(look("yaml-syntax.bracket"), @r"
    error[yaml-syntax]: a `,` or `}` was expected here
      --> tests/diagnostics/yaml-syntax.bracket.yaml:15:6
       |
    14 |   done: {end: done
       |         - the bracket opens here
    15 | gates:
       |      ^
       |
       = help: if this is one text, put the whole of it in quotes

    for more about a finding, run `tollgate explain yaml-syntax`
    1 error in 1 file
    ");
}

#[test]
fn outcomes_that_the_gate_does_not_have() {
    insta::assert_snapshot!(look("unknown-outcome"), @r"
    error[unknown-outcome]: the gate has no outcome `go`
      --> tests/diagnostics/unknown-outcome.yaml:21:43
       |
    21 |       - {when: order.amount > 0, outcome: go}
       |                                           ^^
       |
       = help: known here: `close`, `hold`

    error[unknown-outcome]: the gate has no outcome `killed`
      --> tests/diagnostics/unknown-outcome.yaml:22:9
       |
    22 |       - killed
       |         ^^^^^^
       |
       = help: known here: `close`, `hold`

    error[unknown-outcome]: the gate has no outcome `kill`
      --> tests/diagnostics/unknown-outcome.yaml:25:48
       |
    25 |       hold: {stay: true, within: 3 days, then: kill}
       |                                                ^^^^
       |
       = help: known here: `close`, `hold`

    for more about a finding, run `tollgate explain unknown-outcome`
    3 errors in 1 file
    ");
}

#[test]
fn a_place_inside_of_a_block() {
    insta::assert_snapshot!(look("rule-syntax.block"), @r"
    error[rule-syntax]: expecting `;` to terminate this statement
      --> tests/diagnostics/rule-syntax.block.yaml:22:30
       |
    22 |         order.amount > limit or order.express
       |                              ^^
       |
       = help: logic is written `&&`, `||` and `!`

    for more about a finding, run `tollgate explain rule-syntax`
    1 error in 1 file
    ");
}

#[test]
fn a_level_that_a_table_gives_from_afar() {
    insta::assert_snapshot!(look("unknown-level"), @r#"
    error[unknown-level]: the table `authority` can give the level `middle`, which has no steps
      --> tests/diagnostics/unknown-level.yaml:19:19
       |
    19 |       by: {table: authority}
       |                   ^^^^^^^^^
    ...
    29 |       - {amount: "> 3", level: middle}
       |                                ------ given here
       |
       = help: known here: `low`, `high`

    for more about a finding, run `tollgate explain unknown-level`
    1 error in 1 file
    "#);
}

#[test]
fn roles_with_too_few_members() {
    insta::assert_snapshot!(look("quorum-out-of-reach"), @r"
    error[quorum-out-of-reach]: a quorum of 4 is out of reach: `board` has 3 members
      --> tests/diagnostics/quorum-out-of-reach.yaml:22:29
       |
    14 |   board: [a, b, c]
       |   ----- the role
    ...
    22 |       - {of: board, quorum: 4}
       |                             ^

    error[quorum-out-of-reach]: a quorum of 2 is out of reach: `clerk` has 1 member
      --> tests/diagnostics/quorum-out-of-reach.yaml:23:29
       |
    13 |   clerk: [zhang.san]
       |   ----- the role
    ...
    23 |       - {of: clerk, quorum: 2}
       |                             ^

    error[quorum-out-of-reach]: all weights together are 3.5, and never reach 4
      --> tests/diagnostics/quorum-out-of-reach.yaml:24:53
       |
    24 |       - {weights: {clerk: 1, board: 2.5}, at_least: 4}
       |                                                     ^

    for more about a finding, run `tollgate explain quorum-out-of-reach`
    3 errors in 1 file
    ");
}

#[test]
fn functions_in_a_script() {
    insta::assert_snapshot!(look("unused-function"), @r"
    warning[unused-function]: function `is_large` with 1 argument is never called
     --> tests/diagnostics/unused-function/rules.rhai:5:4
      |
    5 | fn is_large(o) {
      |    ^^^^^^^^
      |
      = help: delete it, or call it from an expression of a workflow

    warning[unused-function]: function `is_small` with 2 arguments is never called
      --> tests/diagnostics/unused-function/rules.rhai:12:4
       |
    12 | fn is_small(o, limit) { o.amount < limit }
       |    ^^^^^^^^
       |
       = help: delete it, or call it from an expression of a workflow

    for more about a finding, run `tollgate explain unused-function`
    2 warnings in 1 file
    ");
}
