//! What must hold of cells and tables whatever they say, tried on drawn ones.
//!
//! It must not use the code under test to tell what is right: drawn tests are held against plain integers.

use super::*;
use crate::record::Duration;
use crate::source::Sources;
use chrono::{DateTime, NaiveDate, TimeDelta};
use proptest::prelude::*;
use rust_decimal::Decimal;
use std::sync::Arc;

/// A test about small integers, which stand for values of any type with an order.
#[derive(Debug, Clone)]
enum Spec {
    Any,
    Compare(&'static str, i64),
    Between(char, i64, i64, char),
    List(Vec<Spec>),
    Not(Vec<Spec>),
}

impl Spec {
    fn text(&self, write: &dyn Fn(i64) -> String) -> String {
        let join = |parts: &[Spec]| parts.iter().map(|part| part.text(write)).collect::<Vec<_>>().join(", ");
        match self {
            Spec::Any => "-".to_owned(),
            Spec::Compare(sign, operand) => format!("{sign}{}", write(*operand)),
            Spec::Between(open, low, high, close) => format!("{open}{}..{}{close}", write(*low), write(*high)),
            Spec::List(parts) => join(parts),
            Spec::Not(parts) => format!("not({})", join(parts)),
        }
    }

    fn holds(&self, value: i64) -> bool {
        match self {
            Spec::Any => true,
            Spec::Compare(sign, operand) => match *sign {
                "<" => value < *operand,
                "<=" => value <= *operand,
                ">" => value > *operand,
                ">=" => value >= *operand,
                "!=" => value != *operand,
                _ => value == *operand,
            },
            Spec::Between(open, low, high, close) => {
                (if *open == '[' { value >= *low } else { value > *low }) && (if *close == ']' { value <= *high } else { value < *high })
            }
            Spec::List(parts) => parts.iter().any(|part| part.holds(value)),
            Spec::Not(parts) => !parts.iter().any(|part| part.holds(value)),
        }
    }

    fn test(&self, cell_type: &CellType) -> Result<UnaryTest, CellError> {
        UnaryTest::parse(&self.text(&|n| literal(cell_type, n)), cell_type)
    }
}

fn part() -> impl Strategy<Value = Spec> {
    let sign = prop::sample::select(vec!["<", "<=", ">", ">=", "=", ""]);
    let open = prop::sample::select(vec!['[', '(', ']']);
    let close = prop::sample::select(vec![']', ')', '[']);
    prop_oneof![
        (sign, -6_i64..=6).prop_map(|(sign, operand)| Spec::Compare(sign, operand)),
        (open, -6_i64..=2, 2_i64..=5, close).prop_map(|(open, low, length, close)| Spec::Between(open, low, low + length, close)),
    ]
}

fn spec() -> impl Strategy<Value = Spec> {
    prop_oneof![
        1 => Just(Spec::Any),
        4 => part(),
        1 => (-6_i64..=6).prop_map(|operand| Spec::Compare("!=", operand)),
        2 => prop::collection::vec(part(), 2..4).prop_map(Spec::List),
        2 => prop::collection::vec(part(), 1..4).prop_map(Spec::Not),
    ]
}

/// Types with an order. Numbers are the dense one: integers stand for halves, so that there are values between.
fn ordered() -> impl Strategy<Value = CellType> {
    prop::sample::select(vec![CellType::Number, CellType::Int, CellType::Date, CellType::DateTime, CellType::Duration])
}

fn value(cell_type: &CellType, n: i64) -> Value {
    let moment = DateTime::parse_from_rfc3339("2026-01-05T01:00:00+08:00").unwrap();
    match cell_type {
        CellType::Number => Value::Decimal(Decimal::new(n * 5, 1)),
        CellType::Date => Value::Date(NaiveDate::from_ymd_opt(2026, 1, 1).unwrap() + TimeDelta::days(n)),
        CellType::DateTime => Value::DateTime(moment + TimeDelta::milliseconds(n * 1_800_000)),
        CellType::Duration => Value::Duration(Duration::from_seconds(n)),
        _ => Value::Int(n),
    }
}

fn literal(cell_type: &CellType, n: i64) -> String {
    value(cell_type, n).to_string()
}

/// Every type, for texts that may be anything.
fn every_type() -> Vec<CellType> {
    let level = CellType::Enum(Arc::from(["a", "b c", "-", "not(a)", "<5"].map(Arc::from)));
    let ordered = [CellType::Number, CellType::Int, CellType::Date, CellType::DateTime, CellType::Duration];
    ordered.into_iter().chain([CellType::Text, CellType::User, CellType::Bool, level]).collect()
}

/// Texts made of what cells are made of.
fn scraps() -> impl Strategy<Value = String> {
    let scraps = [
        "-",
        "5",
        "1_000",
        "0.5",
        "%",
        "<",
        ">=",
        "!=",
        "=",
        "..",
        "[",
        "]",
        "(",
        ")",
        ",",
        ", ",
        " ",
        "not(",
        "\"",
        "\\",
        "a",
        "b c",
        "true",
        "2026-01-05",
        "2026-02-30",
        "date(\"",
        "\")",
        "T10:00:00Z",
        "3 days",
        "4 hours",
        "é",
        "，",
        "（",
        "“",
    ];
    let parts = prop::collection::vec(prop::sample::select(scraps.to_vec()), 0..7).prop_map(|parts| parts.concat());
    prop_oneof![4 => parts, 1 => any::<String>()]
}

proptest! {
    #[test]
    fn a_test_holds_for_the_values_that_it_names(spec in spec(), cell_type in ordered()) {
        if let Ok(test) = spec.test(&cell_type) {
            prop_assert_eq!(UnaryTest::parse(&test.to_string(), &cell_type), Ok(test.clone()));
            let set = test.values(&cell_type);
            for n in -9..=9 {
                let value = value(&cell_type, n);
                prop_assert_eq!(test.matches(Some(&value)), Ok(spec.holds(n)), "{} on {}", test, value);
                prop_assert_eq!(set.contains(&value), spec.holds(n), "{} on {}", test, value);
            }
        } else {
            prop_assert!(!(-9..=9).any(|n| spec.holds(n)), "only a test that nothing passes may be refused: {:?}", spec);
        }
    }

    #[test]
    fn tests_allow_the_same_when_their_sets_are_equal(a in spec(), b in spec(), cell_type in ordered()) {
        // Halves of the integers: where the type is dense, the values between two neighbours tell apart what they alone do not.
        let dense = matches!(cell_type, CellType::Number | CellType::DateTime);
        if let (Ok(test_a), Ok(test_b)) = (a.test(&cell_type), b.test(&cell_type)) {
            let (set_a, set_b) = (test_a.values(&cell_type), test_b.values(&cell_type));
            let samples: Vec<Value> = if dense { between_and_at(&cell_type) } else { (-9..=9).map(|n| value(&cell_type, n)).collect() };
            let inside = |test: &UnaryTest, value: &Value| test.matches(Some(value)).unwrap();
            let same = samples.iter().all(|value| inside(&test_a, value) == inside(&test_b, value));
            prop_assert_eq!(set_a == set_b, same, "{} and {}: {:?} {:?}", test_a, test_b, set_a, set_b);
            let not_both = set_a.complement(&cell_type).union(&set_b.complement(&cell_type), &cell_type);
            prop_assert_eq!(set_a.intersection(&set_b, &cell_type), not_both.complement(&cell_type), "{} and {}", test_a, test_b);
            for value in &samples {
                let (in_a, in_b) = (inside(&test_a, value), inside(&test_b, value));
                prop_assert_eq!(set_a.complement(&cell_type).contains(value), !in_a);
                prop_assert_eq!(set_a.union(&set_b, &cell_type).contains(value), in_a || in_b);
                prop_assert_eq!(set_a.intersection(&set_b, &cell_type).contains(value), in_a && in_b);
            }
        }
    }

    #[test]
    fn a_set_that_is_not_empty_has_an_example_that_passes_the_test(spec in spec(), cell_type in ordered()) {
        let Ok(test) = spec.test(&cell_type) else { return Ok(()) };
        let set = test.values(&cell_type);
        match set.example(&cell_type) {
            Some(example) => prop_assert!(set.contains(&example) && test.matches(Some(&example)) == Ok(true), "{test}: {example}"),
            None => prop_assert!(set.is_empty(), "{test}"),
        }
        let rest = set.complement(&cell_type);
        prop_assert_eq!(rest.example(&cell_type).is_none(), rest.is_empty(), "not {}", test);
    }

    #[test]
    fn sets_of_texts_and_bools_follow_their_tests(
        left in prop::collection::vec(0_usize..4, 1..4), right in prop::collection::vec(0_usize..4, 1..4), inverted in any::<[bool; 2]>(),
    ) {
        let names = ["a", "b", "c", "d"];
        let closed = CellType::Enum(Arc::from(names.map(Arc::from)));
        let cell = |chosen: &[usize], inverted: bool| {
            let list = chosen.iter().map(|index| names[*index]).collect::<Vec<_>>().join(", ");
            if inverted { format!("not({list})") } else { list }
        };
        for cell_type in [CellType::Text, CellType::User, closed] {
            let a = UnaryTest::parse(&cell(&left, inverted[0]), &cell_type);
            let b = UnaryTest::parse(&cell(&right, inverted[1]), &cell_type);
            let (Ok(a), Ok(b)) = (a, b) else { continue };
            let (set_a, set_b) = (a.values(&cell_type), b.values(&cell_type));
            // `zzz` is a text that no cell names; a closed set does not have it.
            let others = if matches!(cell_type, CellType::Enum(_)) { None } else { Some("zzz") };
            let samples: Vec<Value> = names.into_iter().chain(others).map(Value::text).collect();
            let inside = |test: &UnaryTest, value: &Value| test.matches(Some(value)).unwrap();
            prop_assert_eq!(set_a == set_b, samples.iter().all(|value| inside(&a, value) == inside(&b, value)));
            let not_both = set_a.complement(&cell_type).union(&set_b.complement(&cell_type), &cell_type);
            prop_assert_eq!(set_a.intersection(&set_b, &cell_type), not_both.complement(&cell_type), "{} and {}", a, b);
            for value in &samples {
                prop_assert_eq!(set_a.contains(value), inside(&a, value));
                prop_assert_eq!(set_a.union(&set_b, &cell_type).contains(value), inside(&a, value) || inside(&b, value));
                prop_assert_eq!(set_a.intersection(&set_b, &cell_type).contains(value), inside(&a, value) && inside(&b, value));
            }
        }
    }

    #[test]
    fn any_text_is_read_or_refused_in_place(text in scraps()) {
        for cell_type in every_type() {
            match UnaryTest::parse(&text, &cell_type) {
                Ok(test) => prop_assert_eq!(UnaryTest::parse(&test.to_string(), &cell_type), Ok(test), "{:?}", text),
                Err(error) => prop_assert!(text.get(error.start..error.end).is_some(), "{:?} {:?}", text, error),
            }
            match parse_output(&text, &cell_type) {
                Ok(value) => prop_assert!(cell_type.accepts(&value), "{:?} {:?}", text, value),
                Err(error) => prop_assert!(text.get(error.start..error.end).is_some(), "{:?} {:?}", text, error),
            }
        }
    }

    #[test]
    fn every_text_can_be_named(text in any::<String>()) {
        let quoted = format!("not(x, {})", super::literal::Quoted(&text));
        let test = UnaryTest::parse(&quoted, &CellType::Text).unwrap();
        prop_assert_eq!(test.matches(Some(&Value::text(&text))), Ok(false));
        prop_assert_eq!(UnaryTest::parse(&test.to_string(), &CellType::Text), Ok(test));
    }
}

/// The values that the integers stand for, and those half way between them.
fn between_and_at(cell_type: &CellType) -> Vec<Value> {
    let moment = |n: i64| DateTime::parse_from_rfc3339("2026-01-05T01:00:00+08:00").unwrap() + TimeDelta::milliseconds(n * 900_000);
    let sample = |n: i64| if *cell_type == CellType::Number { Value::Decimal(Decimal::new(n * 25, 2)) } else { Value::DateTime(moment(n)) };
    (-19..=19).map(sample).collect()
}

/// A drawn table over columns of numbers, as integers and as what is tested.
#[derive(Debug, Clone)]
struct Drawn {
    rows: Vec<(Vec<Spec>, i64)>,
    hit: HitPolicy,
    table: Table,
}

fn drawn() -> impl Strategy<Value = Drawn> {
    let cell = || spec().prop_filter("a cell that nothing passes", |spec| spec.test(&CellType::Number).is_ok());
    (0_usize..4, prop::sample::select(HitPolicy::ALL.to_vec())).prop_flat_map(move |(width, hit)| {
        let row = (prop::collection::vec(prop_oneof![2 => Just(Spec::Any), 3 => cell()], width), 0_i64..3);
        prop::collection::vec(row, 0..6).prop_map(move |rows: Vec<(Vec<Spec>, i64)>| Drawn { table: table(width, hit, &rows), rows, hit })
    })
}

fn table(width: usize, hit: HitPolicy, rows: &[(Vec<Spec>, i64)]) -> Table {
    let place = Span::start_of(Sources::new().add("t.yaml", ""));
    let name = |text: String| ColumnId::parse(&text).unwrap();
    let inputs = (0..width).map(|index| Input { name: name(format!("in_{index}")), cell_type: CellType::Number }).collect();
    let outputs = vec![Output { name: name("points".to_owned()), cell_type: CellType::Int }];
    let row = |(specs, output): &(Vec<Spec>, i64)| Row {
        tests: specs.iter().map(|spec| spec.test(&CellType::Number).unwrap()).collect(),
        outputs: vec![Some(Value::Int(*output))],
        place,
    };
    Table::new(place, inputs, outputs, rows.iter().map(row).collect(), hit).unwrap()
}

impl Drawn {
    fn decide(&self, inputs: &[Option<i64>]) -> Decision {
        let values: Vec<Option<Value>> = inputs.iter().map(|n| n.map(|n| value(&CellType::Number, n))).collect();
        self.table.decide(&values)
    }

    /// The rows that match, when nothing is missing.
    fn matched(&self, inputs: &[i64]) -> Vec<usize> {
        let matches = |specs: &[Spec]| specs.iter().zip(inputs).all(|(spec, n)| spec.holds(*n));
        self.rows.iter().enumerate().filter(|(_, (specs, _))| matches(specs)).map(|(index, _)| index).collect()
    }

    /// The answer by the words of the policies.
    fn oracle(&self, inputs: &[i64]) -> Decision {
        let matched = self.matched(inputs);
        let points: Vec<i64> = matched.iter().map(|row| self.rows[*row].1).collect();
        let int = |n: i64| Outcome::Aggregate(Value::Int(n));
        let one = |n: i64| Outcome::Row(vec![Value::Int(n)]);
        let list = || Outcome::List(points.iter().map(|n| vec![Value::Int(*n)]).collect());
        let outcome = match self.hit {
            HitPolicy::Collect(Aggregate::Count) => int(points.len() as i64),
            _ if points.is_empty() => Outcome::None,
            HitPolicy::Unique if points.len() > 1 => Outcome::Conflict(matched.clone()),
            HitPolicy::Any if points.iter().any(|n| *n != points[0]) => Outcome::Conflict(matched.clone()),
            HitPolicy::Unique | HitPolicy::First | HitPolicy::Any => one(points[0]),
            HitPolicy::Collect(Aggregate::Sum) => int(points.iter().sum()),
            HitPolicy::Collect(Aggregate::Min) => int(*points.iter().min().unwrap()),
            HitPolicy::Collect(Aggregate::Max) => int(*points.iter().max().unwrap()),
            HitPolicy::Collect(Aggregate::List) | HitPolicy::RuleOrder => list(),
        };
        let rows = if self.hit == HitPolicy::First { matched.into_iter().take(1).collect() } else { matched };
        Decision { rows, outcome }
    }

    /// The input columns whose missing values leave the answer open.
    fn open(&self, inputs: &[Option<i64>]) -> Vec<usize> {
        let mut open = Vec::new();
        for (specs, _) in &self.rows {
            if specs.iter().zip(inputs).any(|(spec, n)| n.is_some_and(|n| !spec.holds(n))) {
                continue;
            }
            let needed = specs.iter().zip(inputs).enumerate().filter(|(_, (spec, n))| n.is_none() && !matches!(spec, Spec::Any));
            let before = open.len();
            open.extend(needed.map(|(column, _)| column));
            if open.len() == before && self.hit == HitPolicy::First {
                break;
            }
        }
        open.sort_unstable();
        open.dedup();
        open
    }
}

/// All ways to fill in what is missing, from values at, between and beyond the ends of the drawn tests.
fn fillings(inputs: &[Option<i64>]) -> Vec<Vec<i64>> {
    inputs.iter().fold(vec![vec![]], |fillings, input| {
        let choices: Vec<i64> = input.map_or_else(|| (-8..=10).step_by(2).chain([-5, -1, 3, 5]).collect(), |n| vec![n]);
        let extend = |filling: &Vec<i64>| choices.iter().map(|n| filling.iter().copied().chain([*n]).collect()).collect::<Vec<Vec<i64>>>();
        fillings.iter().flat_map(extend).collect()
    })
}

proptest! {
    #[test]
    fn hit_policies_do_what_their_words_say(drawn in drawn(), inputs in prop::collection::vec(-8_i64..=10, 3)) {
        let present: Vec<Option<i64>> = inputs.iter().copied().map(Some).collect();
        prop_assert_eq!(drawn.decide(&present), drawn.oracle(&inputs));
    }

    #[test]
    fn a_missing_value_leaves_open_what_depends_on_it_and_nothing_else(
        drawn in drawn(), inputs in prop::collection::vec(prop::option::of(-8_i64..=10), 3),
    ) {
        let inputs = &inputs[..drawn.table.inputs().len()];
        let decision = drawn.decide(inputs);
        let open = drawn.open(inputs);
        if let Outcome::Missing(columns) = &decision.outcome {
            prop_assert_eq!(columns, &open);
            prop_assert!(!columns.is_empty() && columns.iter().all(|column| inputs[*column].is_none()));
        } else {
            prop_assert_eq!(open, Vec::<usize>::new());
            for filling in fillings(inputs) {
                let filled: Vec<Option<i64>> = filling.iter().copied().map(Some).collect();
                prop_assert_eq!(&drawn.decide(&filled), &decision, "with {:?}", filling);
            }
        }
    }

    #[test]
    fn a_trace_agrees_with_the_decision(drawn in drawn(), inputs in prop::collection::vec(-8_i64..=10, 3)) {
        let values: Vec<Option<Value>> = inputs.iter().map(|n| Some(value(&CellType::Number, *n))).collect();
        let trace = drawn.table.trace(&values).unwrap();
        let matched = drawn.matched(&inputs);
        for (index, row) in trace.iter().enumerate() {
            match row {
                RowMatch::Yes => prop_assert!(matched.contains(&index)),
                RowMatch::No(column) => prop_assert!(!drawn.rows[index].0[*column].holds(inputs[*column])),
                RowMatch::Open(_) => prop_assert!(false, "nothing is missing"),
            }
        }
    }
}
