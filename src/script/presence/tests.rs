//! What the ways through rules tell, held against what the rules answer for records that lack fields.
//!
//! It must not know how the ways are followed.

use super::*;
use crate::diagnostic::Diagnostics;
use crate::document::{NodeKind, ScriptMap, parse_yaml};
use crate::record::{FieldType, Value};
use crate::script::tests::{frame, lead, record};
use crate::script::{Answer, Expected};
use crate::source::Sources;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

/// The fields that rules of these tests read, each with two values.
const FIELDS: &[&str] = &["employees", "need.urgency", "revenue", "name", "grade", "hot"];

/// Functions that guard, in the ways people do it.
const SCRIPT: &str = r#"
fn named(o) { has(o.name) && o.name.len() > 4 }
fn early(o) { if !has(o.employees) { return false; } o.employees > 3 }
fn late(o) { if has(o.need.urgency) { return o.need.urgency > 2; } o.hot }
fn alias(o) { let n = o.need; n.urgency > 2 }
fn or_else(n, other) { if n > 3 { return true; } other }
fn graded(o) { switch o.grade { "A" => has(o.name), _ => o.hot } }
fn looped(o) { let n = 0; for tag in ["a", "b"] { n += o.employees ?? 1; } n > 5 }
fn counted(o) { let n = 0; while n < 2 { n += 1; } n == 2 && o.hot }
fn done(o) { do { let n = o.revenue; } while has(o.revenue) && false; true }
"#;

/// Rules made from expressions, all in one program.
fn program(expressions: &[String]) -> (Rules, Vec<RuleId>) {
    let mut sources = Sources::new();
    let text: String = expressions.iter().enumerate().map(|(index, text)| format!("r{index}: |\n  {text}\n")).collect();
    let yaml = sources.add("w.yaml", &text);
    let script = sources.add("r.rhai", SCRIPT);
    let mut found = Diagnostics::new();
    let root = parse_yaml(&sources, yaml, &mut found).unwrap();
    let mut unit = Unit::new();
    unit.add_script(&sources, script, &mut found);
    let rules = expressions.iter().enumerate().map(|(index, _)| {
        let node = root.get(&format!("r{index}")).unwrap();
        let NodeKind::Scalar(scalar) = &node.kind else { panic!("a scalar") };
        unit.add_rule(&scalar.text, ScriptMap::new(node, &sources).unwrap(), node.span, Expected::Bool, &mut found)
    });
    let rules = rules.collect();
    assert!(!found.has_errors(), "{found:?}\n{text}");
    (Rules::new(unit, lead().name().clone()).unwrap(), rules)
}

fn presence(rules: &Rules, rule: RuleId, known: &Known) -> Presence {
    let record = lead();
    let case = Arc::new(ObjectType::new(indexmap::IndexMap::new()));
    rules.presence(rule, &Shapes { record: &record, case: &case, records: &|_| None }, known)
}

fn known(fields: &[&str]) -> Known {
    fields.iter().map(|field| ReadField::of_record(field)).collect()
}

/// One of the two values of a field.
fn value(field: &str, high: bool) -> Value {
    match lead().field(field).unwrap().field_type {
        FieldType::Int => Value::Int(if high { 9 } else { 1 }),
        FieldType::Bool => Value::Bool(high),
        FieldType::Enum(_) => Value::text(if high { "A" } else { "B" }),
        FieldType::Text => Value::text(if high { "Acme Ltd" } else { "Ac" }),
        _ => Value::Decimal(if high { 9 } else { 1 }.into()),
    }
}

/// A condition on one field's value, which holds for its high one.
fn atom(field: &str) -> String {
    match field {
        "hot" => "lead.hot".to_owned(),
        "grade" => "lead.grade == \"A\"".to_owned(),
        "name" => "lead.name.len() > 4".to_owned(),
        number => format!("lead.{number} > 4"),
    }
}

fn conditions() -> impl Strategy<Value = String> {
    let field = || select(FIELDS);
    let leaf = prop_oneof![
        3 => field().prop_map(atom),
        3 => field().prop_map(|field| format!("has(lead.{field})")),
        1 => Just("has(lead.need)".to_owned()),
        2 => any::<bool>().prop_map(|default| format!("(lead.hot ?? {default})")),
        2 => (select(&["employees", "need.urgency", "revenue"][..]), select(&["employees", "need.urgency", "3"][..])).prop_map(|(one, other)| {
            format!("(lead.{one} ?? {}) > 2", if other == "3" { "3".to_owned() } else { format!("lead.{other}") })
        }),
        1 => Just("(lead.name?.len() ?? 9) > 4".to_owned()),
        1 => Just("lead.name?.len() > 4".to_owned()),
        1 => Just("`${lead.name}!` == \"x!\"".to_owned()),
        1 => Just("lead[\"name\"] == \"Ac\"".to_owned()),
        1 => Just("[1, 2].some(|n| n > 1 && lead.employees > n)".to_owned()),
        1 => Just("[].all(|n| n > lead.employees)".to_owned()),
        1 => Just("[1, 2].filter(|n| has(lead.employees) && lead.employees > n).len() == 2".to_owned()),
        2 => select(&["named", "early", "late", "alias", "graded", "looped", "counted", "done"][..]).prop_map(|function| format!("{function}(lead)")),
    ];
    leaf.prop_recursive(4, 24, 3, move |inner| {
        prop_oneof![
            3 => (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a} && {b})")),
            3 => (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a} || {b})")),
            2 => inner.clone().prop_map(|a| format!("!({a})")),
            2 => (inner.clone(), inner.clone(), inner.clone()).prop_map(|(a, b, c)| format!("(if {a} {{ {b} }} else {{ {c} }})")),
            1 => (inner.clone(), inner.clone(), inner.clone()).prop_map(|(a, b, c)| format!("(switch lead.grade {{ \"A\" if {a} => {b}, _ => {c} }})")),
            1 => (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("or_else(if {a} {{ 5 }} else {{ 1 }}, {b})")),
            1 => (inner.clone(), inner).prop_map(|(a, b)| format!("({{ let ok = {a}; ok && {b} }})")),
        ]
    })
}

/// A rule: a condition, perhaps behind an early end.
fn rules() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => conditions(),
        1 => (conditions(), conditions(), conditions()).prop_map(|(a, b, c)| format!("if {a} {{ return {b}; }} {c}")),
        1 => (conditions(), conditions()).prop_map(|(a, b)| format!("let met = {a}; if !met {{ return false; }} {b}")),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// 64 programs of 32 rules, each held against 4 records: 8,192 answers.
    #[test]
    fn what_is_not_demanded_never_makes_a_rule_unknown(
        texts in prop::collection::vec(rules(), 32),
        records in prop::collection::vec((subsequence(FIELDS, 0..=FIELDS.len()), any::<u8>(), any::<u8>()), 4),
    ) {
        let (program, ids) = program(&texts);
        for (present, values, sure) in &records {
            let bit = |bits: u8, index: usize| bits >> index & 1 == 1;
            let there: Vec<(&str, Value)> = present.iter().enumerate().map(|(index, field)| (*field, value(field, bit(*values, index)))).collect();
            let sure: Vec<&str> = present.iter().enumerate().filter(|(index, _)| bit(*sure, *index)).map(|(_, field)| *field).collect();
            let (mut all, sure) = (known(present), known(&sure));
            // An object is there when a field inside of it is.
            if present.contains(&"need.urgency") {
                all.insert(ReadField::of_record("need"));
            }
            let frame = frame(&program, record(&there));
            for (id, text) in ids.iter().zip(&texts) {
                let told = presence(&program, *id, &sure);
                let answer = program.evaluate(*id, &frame);
                let _ = frame.take_reads();
                match &answer {
                    Answer::Missing(paths) => {
                        let named = |demand: &Demand| paths.iter().any(|path| path.as_str() == demand.field.written("lead"));
                        prop_assert!(told.demands.iter().any(named), "{text}\nwith {there:?}, sure {sure:?}: {paths:?}, but {:?}", told.demands);
                    }
                    Answer::Value(Value::Bool(met)) => {
                        let there_then = if *met { &told.met } else { &told.unmet };
                        let holds = there_then.as_ref().is_some_and(|fields| fields.is_subset(&all));
                        prop_assert!(holds, "{text}\nwith {there:?}, sure {sure:?}: {met}, but {there_then:?}");
                    }
                    other => prop_assert!(false, "{text}: {other:?}"),
                }
            }
        }
    }
}

/// The same condition, which holds where the field is missing.
fn guarded(field: &str) -> String {
    match field {
        "hot" => "(lead.hot ?? true)".to_owned(),
        "grade" => "(lead.grade ?? \"A\") == \"A\"".to_owned(),
        "name" => "(lead.name ?? \"Acme Ltd\").len() > 4".to_owned(),
        number => format!("(lead.{number} ?? 9) > 4"),
    }
}

/// Rules in which each field's value is asked for once, so that every way through them can be gone.
fn independent() -> impl Strategy<Value = String> {
    let shape = prop::collection::vec(0..8_usize, 5);
    (Just(FIELDS.to_vec()).prop_shuffle(), shape, prop::collection::vec(select(FIELDS), 5)).prop_map(|(fields, shape, guards)| {
        let mut fields = fields.into_iter();
        let mut text = atom(fields.next().unwrap());
        for (shape, guard) in shape.into_iter().zip(guards) {
            let Some(field) = fields.next() else { break };
            let next = atom(field);
            text = match shape {
                0 => format!("({text} && {next})"),
                1 => format!("({text} || {next})"),
                2 => format!("({next} && ({text}))"),
                3 => format!("(if {next} {{ {text} }} else {{ has(lead.{guard}) }})"),
                4 => format!("(has(lead.{guard}) && ({text}))"),
                5 => format!("(!has(lead.{guard}) || ({text}))"),
                6 => format!("(({text}) && {})", guarded(field)),
                _ => format!("!({text}) || {next}"),
            };
        }
        text
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    /// 12 programs of 6 rules against all 729 records that have or lack each field: every demand is real.
    #[test]
    fn for_every_demand_there_is_a_record_that_makes_the_rule_unknown(texts in prop::collection::vec(independent(), 6), sure in subsequence(FIELDS, 0..=2)) {
        let (program, ids) = program(&texts);
        let mut open: Vec<(usize, ReadField)> = Vec::new();
        for (index, id) in ids.iter().enumerate() {
            open.extend(presence(&program, *id, &known(&sure)).demands.into_iter().map(|demand| (index, demand.field)));
        }
        for code in 0..3_u32.pow(FIELDS.len() as u32) {
            let digit = |index: usize| code / 3_u32.pow(index as u32) % 3;
            let there: Vec<(&str, Value)> = FIELDS.iter().enumerate().filter(|(index, _)| digit(*index) > 0).map(|(index, field)| (*field, value(field, digit(index) == 2))).collect();
            if open.is_empty() || !sure.iter().all(|field| there.iter().any(|(name, _)| name == field)) {
                continue;
            }
            let frame = frame(&program, record(&there));
            open.retain(|(index, field)| {
                let answer = program.evaluate(ids[*index], &frame);
                let _ = frame.take_reads();
                !matches!(answer, Answer::Missing(paths) if paths.iter().any(|path| path.as_str() == field.written("lead")))
            });
        }
        let told: Vec<String> = open.iter().map(|(index, field)| format!("{}: {field}", texts[*index])).collect();
        prop_assert!(open.is_empty(), "sure {sure:?}: never unknown for\n{}", told.join("\n"));
    }
}

#[test]
fn what_a_rule_reads_is_told_through_functions_and_closures() {
    let texts = ["named(lead) || alias(lead)", "lead.tags.some(|tag| tag == lead.name)", "before.hot ?? false"].map(str::to_owned);
    let (program, ids) = program(&texts);
    let told: Vec<String> = ids
        .iter()
        .map(|id| presence(&program, *id, &Known::new()).reads.iter().map(|field| field.written("lead")).collect::<Vec<_>>().join(", "))
        .collect();
    assert_eq!(told, ["lead.name, lead.need.urgency", "lead.name, lead.tags", "before.hot"]);
}

#[test]
fn an_earlier_record_that_is_there_is_taken_to_be_whole() {
    let texts =
        ["before.hot", "has(before) && before.hot", "!has(before) || before.hot", "has(before.hot) && before.hot"].map(str::to_owned);
    let (program, ids) = program(&texts);
    let told: Vec<usize> = ids.iter().map(|id| presence(&program, *id, &Known::new()).demands.len()).collect();
    assert_eq!(told, [1, 0, 0, 0]);
}

#[test]
fn what_one_way_found_out_is_not_forgotten_where_ways_meet() {
    let texts = [
        "(!has(lead.revenue) || has(lead.grade)) && lead.revenue > 4 && lead.grade == \"A\"",
        "let known = if has(lead.grade) { lead.revenue > 4 } else { !has(lead.name) }; known && has(lead.name) && lead.grade == \"A\"",
        "(has(lead.grade) || has(lead.name)) && (has(lead.grade) || lead.name.len() > 4)",
    ]
    .map(str::to_owned);
    let (program, ids) = program(&texts);
    let demands = |id: &RuleId| presence(&program, *id, &Known::new()).demands;
    let told: Vec<String> =
        ids.iter().map(|id| demands(id).iter().map(|demand| demand.field.to_string()).collect::<Vec<_>>().join(", ")).collect();
    assert_eq!(told, ["revenue", "revenue", ""]);
}
