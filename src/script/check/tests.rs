//! What the checker finds in rules beyond names: labels, ends, divisions, arguments, branches; each held against what the rule does.
//!
//! It must not test workflows: an expression, what is found, and what it answers.

use crate::record::Value;
use crate::script::tests::{answer, findings};
use std::sync::Arc;

/// Holds the code of the one finding, empty for none, and the beginning of the answer against an expression.
fn hold(cases: &[(&str, &str, &str)]) {
    let decimal = |text: &str| Value::Decimal(text.parse().unwrap());
    let values = [
        ("name", Value::text("Acme")),
        ("employees", Value::Int(5)),
        ("revenue", decimal("5")),
        ("grade", Value::text("A")),
        ("tags", Value::List(Arc::from([Value::text("x")]))),
        ("hot", Value::Bool(true)),
        ("need.urgency", Value::Int(3)),
    ];
    let mut slips = Vec::new();
    for (expression, code, told) in cases {
        let found = findings(expression, "");
        let codes: Vec<&str> = found.iter().filter_map(|finding| finding.split(' ').next()).collect();
        let wanted: Vec<&str> = code.split(' ').filter(|code| !code.is_empty()).collect();
        let answered = answer(expression, "", &values);
        if codes != wanted || !answered.starts_with(told) {
            slips.push(format!("{expression}\n  {found:?}\n  {answered}"));
        }
    }
    assert!(slips.is_empty(), "{}", slips.join("\n"));
}

#[test]
fn labels_that_never_match_are_found_and_so_are_values_without_a_case() {
    hold(&[
        ("switch lead.grade { \"A\" => true, _ => false }", "", "true"),
        ("switch lead.grade { \"A\" | \"B\" => true }", "", "true"),
        ("switch lead.employees { 5 => true, _ => false }", "", "true"),
        ("switch lead.employees { 1..9 => true, _ => false }", "", "true"),
        ("switch lead.revenue { 1..9 => true, _ => false }", "", "true"),
        ("switch (lead.grade) { \"A\" => if lead.hot { true } else { false } \"B\" => false }", "", "true"),
        ("switch lead.grade { \"B\" => lead.tags.all(|t| t == \"{\"), /* , */ \"A\" if lead.hot => true, _ => false }", "", "true"),
        ("switch lead.grade { \"C\" => true, _ => false }", "unknown-value", "false"),
        ("switch lead.grade { 1 => true, _ => false }", "unlike-comparison", "false"),
        ("switch lead.grade { 'A' => true, _ => false }", "unlike-comparison", "false"),
        ("switch lead.employees { \"5\" => true, _ => false }", "unlike-comparison", "false"),
        ("switch lead.employees { 5.0 => true, _ => false }", "unlike-comparison", "false"),
        ("switch lead.revenue { 5 => true, _ => false }", "unlike-comparison", "false"),
        ("switch lead.grade { \"A\" => true, \"A\" => false, _ => false }", "unreachable-code", "true"),
        ("switch lead.grade { \"A\" if !lead.hot => false, \"A\" => true, _ => false }", "", "true"),
        ("switch lead.grade { \"A\" if false => true, _ => false }", "", "false"),
        ("switch lead.grade { \"B\" => true }", "uncovered-value", "fault: the rule gives no value"),
        ("switch lead.hot { false => true }", "uncovered-value", "fault: the rule gives no value"),
        ("switch lead.employees { 1 => true }", "uncovered-value", "fault: the rule gives no value"),
        ("let n = 0; switch lead.grade { \"B\" => n += 1 } n == 0", "", "true"),
    ]);
}

#[test]
fn what_is_never_reached_is_found() {
    hold(&[
        ("return true; false", "unreachable-code", "true"),
        ("throw \"x\"; true", "unreachable-code", "fault: the rule threw"),
        ("loop { } true", "unreachable-code", "fault: stopped"),
        ("loop { break; } true", "", "true"),
        ("for x in [1] { if x > 0 { break; x += 1; } } true", "unreachable-code", "true"),
        ("if lead.hot { return true; } else { return false; } false", "unreachable-code", "true"),
        ("if lead.hot { return true; } false", "", "true"),
        ("if true { true } else { false }", "unreachable-code", "true"),
        // What is never met is told where conditions are solved.
        ("if false { false } else { true }", "", "true"),
        ("while false { let x = 1; } true", "unreachable-code", "true"),
        ("let n = 0; do { n += 1; } while n < 3; n == 3", "", "true"),
        ("for x in [1] { return true; } false", "", "true"),
    ]);
}

#[test]
fn division_is_exact_and_never_by_zero() {
    hold(&[
        // There is no integer division to warn of.
        ("7 / 2 == 3.5 && -7 / 2 == -3.5 && 6 / 2 == 3 && lead.employees / 2 == 2.5", "", "true"),
        ("7 % 3 == 1 && -7 % 3 == -1 && 7.5 % 2 == 1.5 && 2 ** -1 == 0.5", "", "true"),
        ("7 / (2 - 2) > 1", "division-by-zero", "fault: division by zero"),
        ("lead.employees / 0.0 > 1", "division-by-zero", "fault: division by zero"),
        ("lead.employees % (3 * 0) == 1", "division-by-zero", "fault: division by zero"),
        ("lead.employees / (lead.employees - 5) > 1", "", "fault: division by zero"),
    ]);
}

#[test]
fn whole_numbers_are_asked_for_where_a_decimal_breaks() {
    hold(&[
        ("days(lead.revenue) == days(5)", "maybe-fraction", "fault"),
        ("days(1) * lead.revenue == days(5)", "maybe-fraction", "fault"),
        ("lead.revenue * days(1) == days(5)", "maybe-fraction", "fault"),
        ("[1, 2][lead.employees / 5] == 2", "maybe-fraction", "true"),
        ("\"abc\".sub_string(1.0) == \"bc\"", "maybe-fraction", "fault"),
        ("round(2.5, 1.0) == 2.5", "maybe-fraction", "fault"),
        ("working_days_after(today, lead.revenue) > today", "maybe-fraction", "fault"),
        ("2 ** 0.5 > 1", "maybe-fraction", "fault"),
        ("2 ** 2.0 == 4", "", "true"),
        ("days(to_int(lead.revenue)) == days(5) && days(floor(lead.employees)) == days(5)", "", "true"),
        ("days([1, 2].sum()) == days(3)", "", "true"),
    ]);
}

#[test]
fn every_argument_is_held_against_what_a_function_takes() {
    hold(&[
        ("min(1, \"a\") == 1", "unlike-comparison", "fault"),
        ("max(true, false)", "invalid-operand", "fault"),
        ("sum([\"a\"]) == 1", "invalid-operand", "fault"),
        ("[1].index_of(\"a\") == 0", "unlike-comparison", "fault"),
        ("to_int(lead.hot) == 1", "invalid-operand", "fault"),
        ("to_int(today) == 1", "invalid-operand", "fault"),
        ("days_between(today, now) == 0", "invalid-operand", "fault"),
        ("lead.name.starts_with(1)", "invalid-operand", "fault"),
        ("[1].all(5)", "invalid-operand", "fault"),
        ("[1, 2].all(|a, b, c| true)", "wrong-arity", "fault"),
        ("[1, 2].all(|a, b| a > b) && [1, 2].all(|| true)", "", "true"),
    ]);
}

#[test]
fn a_record_is_not_changed_by_another_name_or_in_a_closure() {
    hold(&[
        ("let o = lead; o.name = \"z\"; true", "record-assignment", "fault"),
        ("let n = lead.need; n.urgency = 3; true", "record-assignment", "fault"),
        ("[1].all(|x| { lead.name = \"5\"; true })", "record-assignment", "fault"),
        ("[1].all(|x| { lead = 5; true })", "record-assignment", "true"),
        ("[1].all(|x| { let lead = 5; lead = 6; true })", "", "true"),
        // These two break nothing and change nothing: worse.
        ("lead.tags.push(\"y\"); lead.tags.len() == 1", "record-assignment", "true"),
        ("lead.tags[0] = \"q\"; lead.tags[0] == \"x\"", "record-assignment", "true"),
        ("let t = lead.tags; t.push(\"y\"); t.len() == 2", "", "true"),
    ]);
}

#[test]
fn branches_of_different_kinds_are_found_where_one_does_not_fit() {
    hold(&[
        ("(if lead.hot { \"x\" } else { 1 }) > 0", "mixed-types", "fault"),
        ("let x = if lead.hot { \"x\" } else { 1 }; x + 1 == 2", "mixed-types", "fault"),
        ("let x = switch lead.grade { \"A\" => today, _ => 1 }; x == 1", "mixed-types", "fault"),
        ("if !lead.hot { true }", "mixed-types", "fault: the rule gives no value"),
        ("if lead.hot { 5 } else { true }", "mixed-types", "5"),
        ("(if lead.hot { 5 } else { true }) && lead.hot", "mixed-types", "fault"),
        ("abs(if lead.hot { \"x\" } else { 1 }) > 0", "mixed-types", "fault"),
        ("(if lead.hot { 1 } else { 2.5 }) > 0 && (if lead.hot { lead.grade } else { \"x\" }) == \"A\"", "", "true"),
        ("((if !lead.hot { 5 }) ?? 3) == 3", "", "true"),
        ("`${if lead.hot { 1 } else { \"x\" }}` == \"1\"", "", "true"),
    ]);
}
