//! What rules answer: exact numbers, strict missing values, no silent `false`, limits.
//!
//! It must not test workflows: a record, an expression, an answer.

use super::*;
use crate::diagnostic::Diagnostics;
use crate::document::{Node, NodeKind, ScriptMap, parse_yaml};
use crate::names::{FieldName, RecordName};
use crate::record::{Field, FieldType, Object, ObjectBuilder, ObjectType, RecordType, Value};
use crate::source::Sources;
use chrono::{DateTime, NaiveDate};
use indexmap::IndexMap;
use std::collections::HashMap;
use std::sync::Arc;

fn object_type(fields: &[(&str, FieldType)]) -> ObjectType {
    let fields = fields.iter().map(|(name, field_type)| (FieldName::parse(name).unwrap(), Field::new(field_type.clone())));
    ObjectType::new(fields.collect::<IndexMap<_, _>>())
}

pub(super) fn lead() -> RecordType {
    let need = object_type(&[("budget", FieldType::Money(None)), ("urgency", FieldType::Int)]);
    let fields = object_type(&[
        ("name", FieldType::Text),
        ("employees", FieldType::Int),
        ("revenue", FieldType::Decimal),
        ("grade", FieldType::Enum(Arc::from([Arc::from("A"), Arc::from("B")]))),
        ("due", FieldType::Date),
        ("hot", FieldType::Bool),
        ("tags", FieldType::List(Arc::new(FieldType::Text))),
        ("need", FieldType::Object(Arc::new(need))),
    ]);
    RecordType::new(RecordName::parse("lead").unwrap(), None, fields)
}

pub(super) fn record(values: &[(&str, Value)]) -> Arc<Object> {
    let mut builder = ObjectBuilder::new(lead().fields());
    for (path, value) in values {
        builder.set_path(path, value.clone()).unwrap();
    }
    Arc::new(builder.finish().0)
}

/// Compiles `rule: <expression>` with an optional script, and returns the findings and the rules.
pub(super) fn compile(expression: &str, script: &str, expected: Expected) -> (Vec<String>, Option<(Rules, RuleId)>) {
    let mut sources = Sources::new();
    let yaml = sources.add("w.yaml", &format!("rule: |\n  {}\n", expression.replace('\n', "\n  ")));
    let rhai = sources.add("r.rhai", script);
    let mut diagnostics = Diagnostics::new();
    let node = parse_yaml(&sources, yaml, &mut diagnostics).unwrap();
    let node: &Node = node.get("rule").unwrap();
    let NodeKind::Scalar(scalar) = &node.kind else { panic!("a scalar") };
    let mut unit = Unit::new();
    unit.add_script(&sources, rhai, &mut diagnostics);
    let map = ScriptMap::new(node, &sources).unwrap();
    let rule = unit.add_rule(&scalar.text, map, node.span, expected, &mut diagnostics);
    let record = lead();
    let case = Arc::new(object_type(&[("stage", FieldType::Text)]));
    let environment = Environment {
        record: &record,
        case: &case,
        records: HashMap::new(),
        scorecards: HashMap::from([(Arc::from("fit"), Arc::from([Arc::from("A"), Arc::from("B")]))]),
        complete: true,
        tables: HashMap::new(),
    };
    check(&unit, &environment, &mut diagnostics);
    diagnostics.sort(&sources);
    let found = diagnostics
        .iter()
        .map(|d| {
            format!(
                "{} `{}`: {}{}",
                d.code,
                sources.text(d.label.span),
                d.message,
                d.help.as_ref().map(|h| format!(" ({h})")).unwrap_or_default()
            )
        })
        .collect();
    (found, Rules::new(unit, record.name().clone()).map(|rules| (rules, rule)))
}

pub(super) fn frame(rules: &Rules, record: Arc<Object>) -> Frame {
    let blank = Arc::new(Object::empty(lead().fields()));
    rules.frame(Bindings {
        record,
        before: blank,
        case: Arc::new(Object::empty(&Arc::new(object_type(&[("stage", FieldType::Text)])))),
        children: HashMap::new(),
        today: NaiveDate::from_ymd_opt(2026, 11, 2).unwrap(),
        now: DateTime::parse_from_rfc3339("2026-11-02T09:00:00+08:00").unwrap(),
        calendar: Arc::default(),
    })
}

/// Evaluates without looking at the findings: what the checker would refuse must still never be a silent `false`.
pub(super) fn answer(expression: &str, script: &str, values: &[(&str, Value)]) -> String {
    let (found, rules) = compile(expression, script, Expected::Any);
    let Some((rules, rule)) = rules else { return format!("{found:?}") };
    describe(&rules.evaluate(rule, &frame(&rules, record(values))))
}

pub(super) fn describe(answer: &Answer) -> String {
    match answer {
        Answer::Value(value) => value.to_string(),
        Answer::Missing(paths) => format!("missing {paths:?}"),
        Answer::Fault(fault) => format!("fault: {}", fault.message),
    }
}

#[test]
fn numbers_are_exact() {
    assert_eq!(answer("0.1 + 0.2 == 0.3", "", &[]), "true");
    assert_eq!(answer("7 / 2", "", &[]), "3.5");
    assert_eq!(answer("6 / 2", "", &[]), "3");
    assert_eq!(answer("2.345.round(2)", "", &[]), "2.35");
    assert_eq!(answer("10 / 4 == 2.5", "", &[]), "true");
    assert_eq!(answer("9223372036854775807 + 1", "", &[]), "fault: the number has too many digits to be exact");
    assert_eq!(answer("1 / 0", "", &[]), "fault: division by zero");
    assert_eq!(answer("2 ** 10 + 1", "", &[]), "1025");
    assert_eq!(answer("let x = 1; x += 0.5; x", "", &[]), "1.5");
}

#[test]
fn reading_a_missing_value_is_unknown_and_names_it() {
    assert_eq!(answer("lead.need.budget > 100", "", &[]), r#"missing ["lead.need.budget"]"#);
    assert_eq!(answer("before.employees > 100", "", &[]), r#"missing ["before.employees"]"#);
    assert_eq!(answer("lead.hot", "", &[]), r#"missing ["lead.hot"]"#);
    assert_eq!(answer("if lead.hot { 1 } else { 2 }", "", &[]), r#"missing ["lead.hot"]"#);
    assert_eq!(answer("!lead.hot", "", &[]), r#"missing ["lead.hot"]"#);
    assert_eq!(answer("switch lead.grade { \"A\" => 1, _ => 2 }", "", &[]), r#"missing ["lead.grade"]"#);
    assert_eq!(answer("`${lead.name}!`", "", &[]), r#"missing ["lead.name"]"#);
    assert_eq!(answer("\"a\" in lead.tags", "", &[]), r#"missing ["lead.tags"]"#);
    assert_eq!(answer("score(lead) > 5", "fn score(l) { l.employees * 2 }", &[]), r#"missing ["lead.employees"]"#);
    assert_eq!(answer("let n = lead.name; true", "", &[]), r#"missing ["lead.name"]"#);
}

#[test]
fn absence_is_handled_on_purpose_or_by_short_circuit() {
    assert_eq!(answer("(lead.need.budget ?? 0) > 100", "", &[]), "false");
    assert_eq!(answer("(lead.employees ?? lead.need.urgency ?? 7) == 7", "", &[]), "true");
    assert_eq!(answer("has(lead.need.budget)", "", &[]), "false");
    assert_eq!(answer("has(lead.need)", "", &[]), "false");
    assert_eq!(answer("has(lead.need)", "", &[("need.urgency", Value::Int(3))]), "true");
    assert_eq!(answer("has(before)", "", &[]), "false");
    assert_eq!(answer("has(lead.name) && lead.name.len() > 3", "", &[]), "false");
    assert_eq!(answer("true || lead.hot", "", &[]), "true");
    assert_eq!(answer("false || lead.hot", "", &[]), r#"missing ["lead.hot"]"#);
    assert_eq!(answer("lead.name?.len() ?? 0", "", &[]), "0");
    assert_eq!(answer("lead.name?.len() > 0", "", &[]), r#"missing ["lead.name"]"#);
}

#[test]
fn unlike_values_never_compare() {
    let values = [("employees", Value::Int(12)), ("name", Value::text("Acme")), ("hot", Value::Bool(true))];
    assert_eq!(answer("lead.employees > \"5\"", "", &values), "fault: cannot compare int with text");
    assert_eq!(answer("lead.employees == \"12\"", "", &values), "fault: cannot compare int with text");
    assert_eq!(answer("lead.name != 5", "", &values), "fault: cannot compare text with int");
    assert_eq!(answer("lead.hot > false", "", &values), "fault: values of kind bool have no order");
    assert_eq!(answer("lead.employees in [\"a\"]", "", &values), "fault: cannot compare text with int");
    assert_eq!(answer("lead.name + 5", "", &values), "fault: cannot apply `+` to text and int");
    assert_eq!(answer("lead == 5", "", &values), "fault: cannot compare object with int");
    assert_eq!(
        answer("lead.employees > limit()", "fn limit() { if true { \"5\" } else { 5 } }", &values),
        "fault: cannot compare int with text"
    );
    assert_eq!(answer("() == 5", "", &values), "fault: `==` has no value on its left side");
}

#[test]
fn a_closure_may_read_the_record_whose_list_it_goes_through() {
    let tags = Value::List(Arc::from([Value::text("x"), Value::text("yy")]));
    let values = [("name", Value::text("yy")), ("tags", tags)];
    assert_eq!(answer("lead.tags.some(|tag| tag == lead.name)", "", &values), "true");
    let script = "fn all_but_name(c) { c.tags.filter(|tag| tag != c.name).len() }";
    assert_eq!(answer("all_but_name(lead)", script, &values), "1");
    assert_eq!(answer("lead.tags.all(|tag| tag == lead.need.budget)", "", &values), "missing [\"lead.need.budget\"]");
    // What a closure changes is the variable itself, not a copy.
    assert_eq!(answer("let n = 0; for tag in lead.tags { let more = |x| { n += x; }; more.call(1); } n", "", &values), "2");
    let itself = answer("let l = [1, 2]; l.all(|n| n <= l.len())", "", &values);
    assert!(itself.starts_with("fault: a closure reads the list that is gone through"), "{itself}");
}

#[test]
fn a_quotient_that_does_not_come_out_even_can_be_reckoned_with() {
    assert_eq!(answer("round(100 - 7 / 18 * 250, 6)", "", &[]), "2.777778");
    assert_eq!(answer("round(200 / 3 * 90 + 200 / 3 * 10, 6)", "", &[]), "6666.666667");
}

#[test]
fn plain_rhai_would_have_answered_false() {
    // The oracle of what this module is for: the language's own operators close a gate without a word.
    let engine = rhai::Engine::new();
    assert!(!engine.eval::<bool>("() > 5").unwrap());
    assert!(!engine.eval::<bool>("\"12\" == 12").unwrap());
    assert!(!engine.eval::<bool>("let lead = #{}; lead.employees > 5").unwrap());
}

#[test]
fn a_rule_cannot_run_away_or_reach_out() {
    assert_eq!(answer("loop {}", "", &[]), "fault: stopped after 100000 operations");
    assert_eq!(answer("f(1)", "fn f(x) { f(x) }", &[]), "fault: functions call each other too deeply");
    assert_eq!(answer("let s = \"ab\"; loop { s += s; }", "", &[]), "fault: a text grew too large");
    assert_eq!(answer("let l = []; loop { l.push(1); }", "", &[]), "fault: a list grew too large");
    for reaching in ["sleep(1)", "timestamp()", "rand()", "open_file(\"x\")"] {
        assert!(answer(reaching, "", &[]).starts_with("fault: there is no function"), "{reaching}");
    }
    for forbidden in ["eval(\"1\")", "import \"x\" as x; 1", "print(1)"] {
        assert!(answer(forbidden, "", &[]).contains("rule-syntax"), "{forbidden}: {}", answer(forbidden, "", &[]));
    }
    assert!(answer("lead.name = \"x\"; true", "", &[]).starts_with("fault"));
    assert_eq!(answer("throw \"no\"", "", &[]), "fault: the rule threw: no");
}

#[test]
fn dates_and_builtins_work() {
    let due = Value::Date(NaiveDate::from_ymd_opt(2026, 11, 12).unwrap());
    let values = [("due", due), ("tags", Value::List(Arc::from([Value::text("a"), Value::text("b")]))), ("name", Value::text(" Ab "))];
    assert_eq!(answer("lead.due - today", "", &values), "10 days");
    assert_eq!(answer("lead.due - days(5) > today", "", &values), "true");
    assert_eq!(answer("(lead.due - today).in_days()", "", &values), "10");
    assert_eq!(answer("date(\"2026-11-12\") == lead.due", "", &values), "true");
    assert_eq!(answer("lead.tags.all(|t| t.len() == 1)", "", &values), "true");
    assert_eq!(answer("let n = 1; lead.tags.some(|t| t.len() > n)", "", &values), "false");
    assert_eq!(answer("lead.tags.find(|t| t == \"z\") ?? \"none\"", "", &values), "none");
    assert_eq!(answer("lead.name.trim().to_upper()", "", &values), "AB");
    assert_eq!(answer("sum([1, 2.5])", "", &values), "3.5");
    assert_eq!(answer("max(3, 2.5)", "", &values), "3");
    assert_eq!(answer("case", "", &values), "{}");
}

#[test]
fn every_builtin_does_what_its_example_says() {
    for builtin in BUILTINS {
        let (found, rules) = compile(builtin.example, "", Expected::Bool);
        let found: Vec<_> = found.into_iter().filter(|finding| !finding.starts_with("unknown-")).collect();
        assert_eq!(found, Vec::<String>::new(), "{}", builtin.name);
        let (rules, rule) = rules.unwrap();
        let frame = frame(&rules, record(&[]));
        frame.know(Asked::Score, "fit", Known::Value(Some(Value::Int(75))));
        frame.know(Asked::Grade, "fit", Known::Value(Some(Value::text("B"))));
        frame.know(Asked::Table, "authority", Known::Value(Some(Value::text("office"))));
        assert_eq!(describe(&rules.evaluate(rule, &frame)), "true", "{}: {}", builtin.name, builtin.example);
        assert!(builtin.example.contains(builtin.name) || builtin.name == "contains");
    }
}

pub(super) fn findings(expression: &str, script: &str) -> Vec<String> {
    compile(expression, script, Expected::Bool).0
}

#[test]
fn the_checker_finds_what_would_go_wrong() {
    insta::assert_snapshot!(
        [
            findings("lead.amuont > 5", ""),
            findings("lead.need.budgt > 5", ""),
            findings("lead.employees > \"5\"", ""),
            findings("lead.grade == \"C\"", ""),
            findings("lead.grade in [\"A\", \"D\"]", ""),
            findings("laed.hot", ""),
            findings("hotness(lead)", "fn hotnes(l) { l.hot }"),
            findings("hotness(lead)", "fn hotness(l, x) { l.hot && x }"),
            findings("hotness(lead)", "fn hotness(l) { let o = l.need; o.urgnecy > 3 }"),
            findings("lead.employees", ""),
            findings("lead.name + 5 == \"x\"", ""),
            findings("lead.tags.all(|t| t > 5)", ""),
            findings("lead.due > \"2026-01-01\"", ""),
            findings("lead.hot = true; true", ""),
            findings("try { lead.hot } catch { false }", ""),
            findings("score(\"fti\") > 5", ""),
            findings("lead.hot && ", ""),
            findings("lead.hot and lead.hot", ""),
            findings("true", "fn f() { 1 }\nfn f() { 2 }"),
            findings("f()", "let x = 1;\nfn f() { true }"),
        ]
        .map(|found| found.join("\n"))
        .join("\n")
    );
}

#[test]
fn each_function_of_a_script_is_checked_with_its_own_parameters() {
    let script =
        "fn large(amount) { amount > 100 }\nfn grown(earlier, later) { later > earlier }\nfn size(count) { if count > 5 { 2 } else { 1 } }";
    assert_eq!(
        findings("large(lead.need.budget) && grown(before.employees, lead.employees) && size(lead.employees) == 2", script),
        Vec::<String>::new()
    );
}

#[test]
fn a_proof_shows_every_part() {
    let (_, rules) = compile("lead.employees * 2 >= 50 && (lead.hot || lead.need.urgency > 3)", "", Expected::Bool);
    let (rules, rule) = rules.unwrap();
    let frame = frame(&rules, record(&[("employees", Value::Int(30)), ("hot", Value::Bool(false)), ("need.urgency", Value::Int(2))]));
    let proof = rules.prove(rule, &frame).unwrap();
    let mut lines = Vec::new();
    fn write(proof: &Proof, depth: usize, lines: &mut Vec<String>) {
        let answer = proof.answer.as_ref().map_or("not reached".to_owned(), describe);
        let wanted = proof.wanted.as_ref().map(|wanted| format!("   needs {wanted}")).unwrap_or_default();
        lines.push(format!("{}{} = {answer}{wanted}", "  ".repeat(depth), proof.text));
        proof.parts.iter().for_each(|part| write(part, depth + 1, lines));
    }
    write(&proof, 0, &mut lines);
    insta::assert_snapshot!(lines.join("\n"));
}

#[test]
fn a_rule_without_a_list_has_no_item_and_a_local_of_that_name_is_its_own() {
    let (found, _) = compile("item.amount > 1", "", Expected::Bool);
    assert_eq!(
        found,
        [
            "unknown-variable `item`: nothing here is called `item` (`item` is there in the `when` and `fields` of a spawn that has `for_each`)"
        ]
    );
    assert_eq!(answer("let item = 3; item + 1", "", &[]), "4");
    assert_eq!(answer("[1, 2, 3].filter(|item| item > 1).len()", "", &[]), "2");
}

#[test]
fn a_frame_with_an_item_answers_for_that_item_and_shares_what_is_known() {
    let (_, rules) = compile("item * 2 + score(\"fit\")", "", Expected::Any);
    let (rules, rule) = rules.unwrap();
    let frame = frame(&rules, record(&[]));
    frame.know(Asked::Score, "fit", Known::Value(Some(Value::Int(100))));
    assert_eq!(describe(&rules.evaluate(rule, &frame.with_item(Value::Int(4)))), "108");
    assert_eq!(describe(&rules.evaluate(rule, &frame.with_item(Value::Int(5)))), "110");
    assert!(matches!(rules.evaluate(rule, &frame), Answer::Fault(_)));
}

#[test]
fn what_is_given_for_a_field_is_held_against_its_values() {
    let grade = || Expected::Field(FieldType::Enum(Arc::from([Arc::from("A"), Arc::from("C")])));
    assert_eq!(compile("lead.grade", "", grade()).0, Vec::<String>::new());
    let (found, _) = compile("if lead.hot { \"A\" } else { lead.name ?? \"D\" }", "", grade());
    assert_eq!(found, ["unknown-value `\"D\"`: `D` is not one of the values that are possible here (known here: `A`, `C`)"]);
    let (found, _) = compile("lead.tags", "", Expected::Field(FieldType::List(Arc::new(FieldType::Int))));
    assert_eq!(found, ["wrong-result-type `lead.tags`: a value of type list(int) is needed here, but this gives list of text"]);
}
