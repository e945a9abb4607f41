//! Claims about drawn conditions, held against what the rules say of drawn records.
//!
//! It must not use the analysis to tell what is right: only running the rules counts.

use super::tests::{Made, SCRIPT, record_type};
use super::*;
use crate::names::FieldName;
use crate::record::{Field, FieldType, Object, ObjectBuilder, ObjectType};
use crate::script::{Answer, Bindings};
use chrono::{DateTime, NaiveDate};

/// Numbers from a seed, so that what fails once fails again.
pub(super) struct Draw(pub(super) u64);

impl Draw {
    pub(super) fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % end
    }

    pub(super) fn of<'t>(&mut self, texts: &[&'t str]) -> &'t str {
        texts[self.below(texts.len())]
    }

    pub(super) fn condition(&mut self, depth: usize) -> String {
        if depth == 0 || self.below(6) == 0 {
            return self.atom(depth);
        }
        let next = depth - 1;
        match self.below(11) {
            0..=3 => format!("({} && {})", self.condition(next), self.condition(next)),
            4..=6 => format!("({} || {})", self.condition(next), self.condition(next)),
            7 => format!("!({})", self.condition(next)),
            8 => format!("(if {} {{ {} }} else {{ {} }})", self.condition(next), self.condition(next), self.condition(next)),
            9 => format!("(({}) == ({}))", self.condition(0), self.condition(0)),
            _ => self.atom(depth),
        }
    }

    fn atom(&mut self, depth: usize) -> String {
        let compare = self.of(&["==", "!=", "<", "<=", ">", ">="]);
        let equal = self.of(&["==", "!="]);
        match self.below(15) {
            0..=4 => format!("{} {compare} {}", self.number(depth.min(2)), self.number(0)),
            5 => format!("lead.e {equal} \"{}\"", self.of(&["a", "b", "c"])),
            6 => format!("lead.e {equal} lead.g"),
            7 => format!("lead.e in [\"{}\", \"{}\"]", self.of(&["a", "b"]), self.of(&["b", "c"])),
            8 => format!("lead.t {compare} \"{}\"", self.of(&["x", "y", ""])),
            9 => self.of(&["lead.b", "!lead.b", "(lead.b ?? true)", "lead.tags.is_empty()", "\"x\" in (lead.tags ?? [])"]).to_owned(),
            10 => format!("has(lead.{})", self.of(&["n", "m", "d", "b", "e", "day", "risk", "risk.r"])),
            11 => format!("{} {compare} {}", self.day(), self.day()),
            12 => format!("big({}, {})", self.number(0), self.number(0)),
            13 => format!("grade_of(lead) {equal} \"{}\"", self.of(&["high", "mid", "low"])),
            _ => format!("{} {compare} {}", self.number(0), self.number(0)),
        }
    }

    fn day(&mut self) -> &'static str {
        self.of(&[
            "lead.day",
            "lead.end",
            "today",
            "date(\"2026-05-01\")",
            "(lead.day ?? today)",
            "(lead.end + days(1))",
            "max(lead.day, lead.end)",
        ])
    }

    pub(super) fn number(&mut self, depth: usize) -> String {
        if depth == 0 {
            let field = self.of(&["lead.n", "lead.m", "lead.k", "lead.d", "lead.p", "lead.risk.r", "before.n"]);
            return match self.below(5) {
                0 | 1 => field.to_owned(),
                2 => format!("({field} ?? {})", self.of(&["0", "1", "3.5"])),
                _ => self.of(&["-1", "0", "1", "2", "3", "5", "2.5", "100", "6"]).to_owned(),
            };
        }
        let next = depth - 1;
        match self.below(9) {
            0 => format!("({} {} {})", self.number(next), self.of(&["+", "-", "*", "/"]), self.number(next)),
            1 => format!("(if {} {{ {} }} else {{ {} }})", self.atom(0), self.number(next), self.number(next)),
            2 => self.of(&["pick(lead)", "safe(lead)", "loops(lead)", "(lead.tags ?? []).len()"]).to_owned(),
            3 => format!("lim({})", self.number(next)),
            4 => format!("{}({}, {})", self.of(&["min", "max"]), self.number(next), self.number(next)),
            5 => format!("(-({}))", self.number(0)),
            6 => format!("abs({})", self.number(next)),
            _ => self.number(0),
        }
    }

    /// A record whose values lie where conditions change.
    pub(super) fn record(&mut self) -> Arc<Object> {
        let mut builder = ObjectBuilder::new(record_type().fields());
        let int = |draw: &mut Draw, low: i64, high: i64| Value::Int(low + draw.below((high - low + 1) as usize) as i64);
        let decimals = [-10, -5, 0, 1, 5, 10, 15, 20, 24, 25, 26, 30, 35, 50, 60, 1000, 1005];
        let days = ["2026-04-30", "2026-05-01", "2026-05-02", "2026-11-02", "2026-11-03"];
        for field in ["n", "m", "k", "d", "p", "e", "g", "t", "b", "day", "end", "tags", "risk.r"] {
            if self.below(6) == 0 {
                continue;
            }
            let decimal = decimals[self.below(decimals.len())];
            let value = match field {
                "n" => int(self, 0, 5),
                "k" => int(self, 0, 2),
                "m" | "risk.r" => int(self, -2, 7),
                "d" => Value::Decimal(Decimal::new(decimal, 1)),
                "p" => Value::Decimal(Decimal::new(decimal.abs().min(1000), 1)),
                "e" | "g" => Value::text(self.of(&["a", "b", "c"])),
                "t" => Value::text(self.of(&["x", "y", "z", "", "xx"])),
                "b" => Value::Bool(self.below(2) == 0),
                "tags" => Value::List((0..self.below(3)).map(|_| Value::text(self.of(&["x", "y"]))).collect()),
                _ => Value::Date(self.of(&days).parse::<NaiveDate>().unwrap()),
            };
            builder.set_path(field, value).unwrap();
        }
        Arc::new(builder.finish().0)
    }
}

pub(super) fn answer(made: &Made, rule: RuleId, record: &Arc<Object>, before: &Arc<Object>) -> Option<bool> {
    match run(made, rule, record, before) {
        Answer::Value(Value::Bool(value)) => Some(value),
        _ => None,
    }
}

pub(super) fn run(made: &Made, rule: RuleId, record: &Arc<Object>, before: &Arc<Object>) -> Answer {
    let case = ObjectType::new([(FieldName::parse("days_in_stage").unwrap(), Field::new(FieldType::Int))].into_iter().collect());
    let frame = made.rules.frame(Bindings {
        record: Arc::clone(record),
        before: Arc::clone(before),
        case: Arc::new(Object::empty(&Arc::new(case))),
        children: HashMap::new(),
        today: NaiveDate::from_ymd_opt(2026, 11, 2).unwrap(),
        now: DateTime::parse_from_rfc3339("2026-11-02T09:00:00+08:00").unwrap(),
        calendar: Arc::default(),
    });
    made.rules.evaluate(rule, &frame)
}

#[test]
fn what_is_claimed_of_drawn_conditions_no_drawn_record_contradicts() {
    let mut draw = Draw(0x5eed_2026_1102);
    let records: Vec<_> = (0..60).map(|_| draw.record()).collect();
    let (mut always, mut never, mut drawn, mut asked) = (0, 0, 0, 0);
    for _ in 0..42 {
        let texts: Vec<String> = (0..250)
            .map(|_| {
                let depth = 1 + draw.below(3);
                draw.condition(depth)
            })
            .collect();
        let made = Made::new(&texts, SCRIPT);
        let claims: Vec<(bool, bool)> = made.with(|logic| {
            let mut ask = |rule, met| logic.never(&[Asked { rule, met }]);
            made.ids.iter().map(|rule| (ask(*rule, true), ask(*rule, false))).collect()
        });
        for ((rule, text), (never_met, never_unmet)) in made.ids.iter().zip(&texts).zip(claims) {
            drawn += 1;
            never += usize::from(never_met);
            always += usize::from(never_unmet);
            if !never_met && !never_unmet {
                continue;
            }
            for (index, record) in records.iter().enumerate() {
                asked += 1;
                let answer = answer(&made, *rule, record, &records[(index + 7) % records.len()]);
                assert!(!(never_met && answer == Some(true)), "said to be never met: {text}\nby {record}");
                assert!(!(never_unmet && answer == Some(false)), "said to be always met: {text}\nby {record}");
            }
        }
    }
    assert!(drawn >= 10_000 && asked >= 50_000, "{drawn} conditions, {asked} answers");
    assert!(always >= 400 && never >= 800, "{always} always and {never} never met of {drawn}");
}

/// Conditions over fields with few values: here nothing is to be left open that is not.
#[test]
fn over_few_values_every_condition_is_decided_as_by_trying_all_of_them() {
    fn condition(draw: &mut Draw, depth: usize) -> String {
        if depth > 0 && draw.below(5) > 0 {
            let (a, b) = (condition(draw, depth - 1), condition(draw, depth - 1));
            return match draw.below(5) {
                0 | 1 => format!("({a} && {b})"),
                2 => format!("({a} || {b})"),
                3 => format!("!({a})"),
                _ => format!("(if {a} {{ {b} }} else {{ {} }})", condition(draw, depth - 1)),
            };
        }
        let compare = draw.of(&["==", "!=", "<", "<=", ">", ">="]);
        match draw.below(8) {
            0 | 1 => format!("lead.k {compare} {}", draw.of(&["0", "1", "2"])),
            2 => format!("lead.n {compare} {}", draw.of(&["0", "1", "4", "5", "2.5"])),
            3 => format!("lead.n {compare} lead.k"),
            4 => format!("lead.e == \"{}\"", draw.of(&["a", "b", "c"])),
            5 => "lead.b".to_owned(),
            6 => format!("has(lead.{})", draw.of(&["k", "n", "e", "b"])),
            _ => format!("(lead.k ?? {}) {compare} {}", draw.of(&["0", "2"]), draw.of(&["0", "1", "2"])),
        }
    }
    let mut records = Vec::new();
    let object_type = Arc::clone(record_type().fields());
    let optional = |values: Vec<Value>| std::iter::once(None).chain(values.into_iter().map(Some)).collect::<Vec<Option<Value>>>();
    for n in optional((0..6).map(Value::Int).collect()) {
        for k in optional((0..3).map(Value::Int).collect()) {
            for e in optional(["a", "b", "c"].map(Value::text).to_vec()) {
                for b in optional(vec![Value::Bool(false), Value::Bool(true)]) {
                    let mut builder = ObjectBuilder::new(&object_type);
                    for (field, value) in [("n", &n), ("k", &k), ("e", &e), ("b", &b)] {
                        if let Some(value) = value {
                            builder.set_path(field, value.clone()).unwrap();
                        }
                    }
                    records.push(Arc::new(builder.finish().0));
                }
            }
        }
    }
    let mut draw = Draw(0xfeed_0042);
    let texts: Vec<String> = (0..500).map(|_| condition(&mut draw, 3)).collect();
    let made = Made::new(&texts, "");
    let mut decided = 0;
    for (rule, text) in made.ids.iter().zip(&texts) {
        let (mut met, mut unmet) = (false, false);
        for record in &records {
            match answer(&made, *rule, record, &records[0]) {
                Some(true) => met = true,
                Some(false) => unmet = true,
                None => {}
            }
            if met && unmet {
                break;
            }
        }
        decided += usize::from(!met || !unmet);
        let told = made.with(|logic| (logic.never(&[Asked { rule: *rule, met: true }]), logic.never(&[Asked { rule: *rule, met: false }])));
        assert_eq!(told, (!met, !unmet), "{text}");
    }
    assert!(decided >= 50, "{decided} of them are always or never met");
}
