//! What is told of single conditions: which are always met, which never, and which are left open.
//!
//! It must not draw anything at random; `properties` does.

use super::*;
use crate::diagnostic::{Code, Diagnostics};
use crate::document::{NodeKind, ScriptMap, parse_yaml};
use crate::names::{FieldName, RecordName};
use crate::record::{Field, FieldType, ObjectType, RecordType};
use crate::script::{Expected, check};
use crate::source::Sources;

/// The record of the tests: `n` is 0 to 5, `p` 0 to 100.
pub(super) fn record_type() -> RecordType {
    let name = |name: &str| FieldName::parse(name).unwrap();
    let abc = FieldType::Enum(Arc::from(["a", "b", "c"].map(Arc::from)));
    let risk = ObjectType::new([(name("r"), Field::new(FieldType::Int))].into_iter().collect());
    let bounded = |field_type, max: i64| Field { min: Some(0.into()), max: Some(max.into()), ..Field::new(field_type) };
    let fields = [
        ("n", bounded(FieldType::Int, 5)),
        ("m", Field::new(FieldType::Int)),
        ("k", bounded(FieldType::Int, 2)),
        ("d", Field::new(FieldType::Decimal)),
        ("p", bounded(FieldType::Percent, 100)),
        ("e", Field::new(abc.clone())),
        ("g", Field::new(abc)),
        ("t", Field::new(FieldType::Text)),
        ("b", Field::new(FieldType::Bool)),
        ("day", Field::new(FieldType::Date)),
        ("end", Field::new(FieldType::Date)),
        ("tags", Field::new(FieldType::List(Arc::new(FieldType::Text)))),
        ("risk", Field::new(FieldType::Object(Arc::new(risk)))),
    ];
    let fields = ObjectType::new(fields.into_iter().map(|(field, found)| (name(field), found)).collect());
    RecordType::new(RecordName::parse("lead").unwrap(), None, fields)
}

/// Functions that drawn rules call.
pub(super) const SCRIPT: &str = r#"
fn big(x, y) { x > y }
fn grade_of(r) { if r.n > 3 { return "high"; } if r.n > 1 { "mid" } else { "low" } }
fn pick(r) { switch r.e { "a" => r.n, "b" | "c" if r.b => r.m, _ => 0 } }
fn safe(r) { let x = r.d ?? 0; if r.b { x += 1; } x }
fn loops(r) { let s = 0; for i in range(0, 3) { s += i; } s + r.n }
fn lim(x) { max(0, min(3, x)) }
fn again(r, depth) { if depth <= 0 { r.b } else { again(r, depth - 1) } }
"#;

/// Rules made of texts, all of them conditions, with their numbers.
pub(super) struct Made {
    pub(super) rules: Rules,
    pub(super) ids: Vec<RuleId>,
    pub(super) sources: Sources,
    record: RecordType,
    case: Arc<ObjectType>,
}

impl Made {
    pub(super) fn new(texts: &[String], script: &str) -> Self {
        let mut sources = Sources::new();
        let list: String = texts.iter().map(|text| format!("  - |-\n    {}\n", text.replace('\n', "\n    "))).collect();
        let yaml = sources.add("w.yaml", &format!("rules:\n{list}"));
        let rhai = sources.add("r.rhai", script);
        let mut diagnostics = Diagnostics::new();
        let node = parse_yaml(&sources, yaml, &mut diagnostics).unwrap();
        let NodeKind::List(items) = &node.get("rules").unwrap().kind else { panic!("a list") };
        let mut unit = Unit::new();
        unit.add_script(&sources, rhai, &mut diagnostics);
        let ids = items.iter().map(|item| {
            let NodeKind::Scalar(scalar) = &item.kind else { panic!("a scalar") };
            unit.add_rule(&scalar.text, ScriptMap::new(item, &sources).unwrap(), item.span, Expected::Bool, &mut diagnostics)
        });
        let ids = ids.collect();
        let name = |name: &str| FieldName::parse(name).unwrap();
        let case = Arc::new(ObjectType::new([(name("days_in_stage"), Field::new(FieldType::Int))].into_iter().collect()));
        let record = record_type();
        check(&unit, &environment(&record, &case), &mut diagnostics);
        // What divides by zero breaks, and is drawn too: then it is claimed to be neither met nor unmet.
        let errors = diagnostics.iter().filter(|found| found.is_error() && found.code != Code::DivisionByZero);
        let errors: Vec<_> = errors.map(|found| (&found.message, sources.text(found.label.span))).collect();
        assert!(errors.is_empty(), "{errors:?}");
        let rules = Rules::new(unit, record.name().clone()).unwrap();
        Self { rules, ids, sources, record, case }
    }

    pub(super) fn with<T>(&self, ask: impl FnOnce(&mut Logic<'_>) -> T) -> T {
        let environment = environment(&self.record, &self.case);
        let mut facts = Facts::default();
        facts.score("fit", Decimal::ZERO, Decimal::ONE_HUNDRED);
        let levels = ["low", "high"].map(Value::text);
        facts.table("level", &CellType::Text, levels.iter());
        ask(&mut Logic::new(&self.rules, &environment, facts))
    }
}

fn environment<'e>(record: &'e RecordType, case: &'e Arc<ObjectType>) -> Environment<'e> {
    Environment {
        record,
        case,
        records: HashMap::new(),
        scorecards: HashMap::from([(Arc::from("fit"), Arc::from(["A", "B"].map(Arc::from)))]),
        complete: true,
        tables: HashMap::from([(Arc::from("level"), Some(FieldType::Text))]),
    }
}

/// `always`, `never`, or `open`.
fn told(text: &str) -> &'static str {
    let made = Made::new(&[text.to_owned()], SCRIPT);
    let rule = made.ids[0];
    made.with(|logic| match (logic.never(&[Asked { rule, met: true }]), logic.never(&[Asked { rule, met: false }])) {
        (true, true) => "without an answer",
        (true, false) => "never",
        (false, true) => "always",
        (false, false) => "open",
    })
}

#[test]
fn conditions_are_told_by_types_bounds_and_each_other() {
    let cases = [
        ("lead.m > 2 && lead.m < 3", "never"),
        ("lead.d > 2 && lead.d < 3", "open"),
        ("lead.n <= 5", "always"),
        ("lead.n < 5", "open"),
        ("lead.p >= 0 && lead.p <= 100", "always"),
        ("lead.e == \"a\" || lead.e == \"b\" || lead.e == \"c\"", "always"),
        ("lead.e in [\"a\", \"b\"] && lead.e == \"c\"", "never"),
        ("lead.t == \"x\" && lead.t == \"y\"", "never"),
        ("lead.t > \"x\" && lead.t > \"y\"", "open"),
        ("lead.b || !lead.b", "always"),
        ("lead.day < lead.end && lead.end < lead.day", "never"),
        ("lead.day <= lead.end || lead.end < lead.day", "always"),
        ("lead.m > lead.n && lead.m < 0", "never"),
        ("lead.n > lead.k && lead.n == 0", "never"),
        ("lead.day > today && today >= lead.day", "never"),
        ("lead.day > date(\"2026-01-01\") && lead.day < date(\"2026-01-02\")", "never"),
        ("lead.d - lead.m > 5 && lead.d - lead.m < 4", "never"),
        ("lead.d + lead.m > 5 && lead.m + lead.d < 4", "never"),
        ("lead.e == lead.g && lead.e == \"a\" && lead.g != \"a\"", "never"),
        ("before.n > 5", "never"),
        ("case.days_in_stage > 5", "open"),
    ];
    let wrong: Vec<_> = cases.iter().filter(|(text, wanted)| told(text) != *wanted).map(|(text, _)| (text, told(text))).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn what_is_missing_is_a_case_of_its_own() {
    let cases = [
        ("has(lead.n) || !has(lead.n)", "always"),
        ("!has(lead.n) || lead.n <= 5", "always"),
        ("lead.n > 2 && !has(lead.n)", "never"),
        ("!has(lead.n) && lead.n > 2", "never"),
        ("(lead.m ?? 0) > 0 && !has(lead.m)", "never"),
        ("(lead.m ?? 7) == 7 || has(lead.m)", "always"),
        ("has(lead.risk) && lead.risk.r > 1", "open"),
        ("lead.t?.len() ?? 0 >= 0", "open"),
        ("(table(\"level\") ?? \"none\") in [\"low\", \"high\", \"none\"]", "always"),
    ];
    let wrong: Vec<_> =
        cases[..7].iter().chain(&cases[8..]).filter(|(text, wanted)| told(text) != *wanted).map(|(text, _)| (text, told(text))).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn functions_are_followed_and_what_cannot_be_followed_is_left_open() {
    let cases = [
        ("grade_of(lead) == \"none\"", "never"),
        ("grade_of(lead) == \"high\" && lead.n < 4", "never"),
        ("grade_of(lead) in [\"high\", \"mid\", \"low\"]", "always"),
        ("lim(lead.m) > 3", "never"),
        ("lim(lead.m) >= 0", "always"),
        ("pick(lead) > 5 && lead.e == \"a\"", "never"),
        ("pick(lead) > 5", "open"),
        ("safe(lead) == 0 && lead.b && !has(lead.d)", "never"),
        ("loops(lead) == 3", "open"),
        ("loops(lead) > 3 && loops(lead) < 2", "never"),
        ("again(lead, 3) && !lead.b", "open"),
        ("again(lead, lead.m)", "open"),
        ("lead.tags.len() < 0", "never"),
        ("lead.tags.all(|t| t != \"x\") && !lead.tags.all(|t| t != \"x\")", "never"),
        ("lead.tags.all(|t| t != \"x\") && !lead.tags.all(|t| t != \"y\")", "open"),
        ("lead.day.month() > 12", "never"),
        ("score(\"fit\") > 100", "never"),
        ("grade(\"fit\") in [\"A\", \"B\"]", "always"),
        ("table(\"level\") == \"middle\"", "never"),
        ("let x = lead.n; if x > 5 { true } else { lead.b && !lead.b }", "never"),
    ];
    let wrong: Vec<_> = cases.iter().filter(|(text, wanted)| told(text) != *wanted).map(|(text, _)| (text, told(text))).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn what_takes_too_long_is_left_open() {
    let long: Vec<String> =
        (0..40).map(|n| format!("(lead.d > {n} && lead.m < {n} || lead.d * {n} == lead.m || lead.t == \"{n}\")")).collect();
    assert_eq!(told(&long.join(" && ")), "open");
    let deep: String = (0..40).map(|n| format!("fn f{n}(r) {{ f{}(r) && f{}(r) }}\n", n + 1, n + 1)).collect();
    let made = Made::new(&["f0(lead)".to_owned()], &format!("{deep}fn f40(r) {{ r.b }}"));
    let rule = made.ids[0];
    assert!(!made.with(|logic| logic.never(&[Asked { rule, met: false }])));
    assert!(made.with(|logic| logic.fixed().is_empty()));
}

#[test]
fn examples_are_run_before_they_are_shown() {
    let texts = ["lead.d > 10 && lead.d <= lead.m", "lead.e != \"a\"", "lead.d * 2 < 0 && lead.d > 10"].map(str::to_owned);
    let made = Made::new(&texts, SCRIPT);
    let met = |rule: usize| Asked { rule: made.ids[rule], met: true };
    let shown = made.with(|logic| logic.example(&[met(0), met(1)], &[])).unwrap().to_string();
    assert!(shown.contains("`d` = ") && shown.contains("`e` = \"b\"") && shown.contains("`m` = "), "{shown}");
    assert!(made.with(|logic| logic.example(&[met(2)], &[])).is_none());
}
