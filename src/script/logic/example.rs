//! A concrete record that shows what a finding says, and the proof by running the rules on it.
//!
//! It must not be shown unless the rules say of it what the finding says.

use super::state::State;
use super::terms::{Origin, TermId, Terms};
use super::{Asked, OneOf};
use crate::calendar::Calendar;
use crate::record::{Object, ObjectBuilder, ObjectType, Value, value_for_field};
use crate::script::check::Environment;
use crate::script::evaluate::{Answer, Rules};
use crate::script::frame::Bindings;
use chrono::{DateTime, FixedOffset, NaiveDate};
use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::sync::Arc;

/// A record, as far as it matters.
#[derive(Debug, Clone)]
pub struct Example {
    record: Arc<Object>,
    before: Arc<Object>,
    case: Arc<Object>,
    today: NaiveDate,
    /// What is shown, by what rules call it.
    shown: Vec<(String, Option<Value>)>,
}

impl Example {
    /// The record with these values; `None` where something is among them that no record has, such as a sum.
    pub(super) fn of(terms: &Terms, state: &State, values: &BTreeMap<TermId, Value>, environment: &Environment<'_>) -> Option<Self> {
        let mut record = Draft::new(environment.record.fields());
        let mut before = Draft::new(environment.record.fields());
        let mut case = Draft::new(environment.case);
        let mut today = NaiveDate::from_ymd_opt(2026, 1, 1)?;
        let mut shown = Vec::new();
        for term in state.terms() {
            let value = values.get(&term);
            match &terms.get(term)?.origin {
                Origin::Record(path) => shown.push((path.to_string(), Some(record.set(path, value?)?))),
                Origin::Before(path) => shown.push((format!("before.{path}"), Some(before.set(path, value?)?))),
                // Of a case's state only the days are free; its stages and papers come of what happened.
                Origin::Case(path) if &**path == "days_in_stage" => {
                    shown.push(("case.days_in_stage".to_owned(), Some(case.set(path, value?)?)));
                }
                Origin::Today => {
                    let Value::Date(day) = value? else { return None };
                    today = *day;
                    shown.push(("today".to_owned(), Some(value?.clone())));
                }
                Origin::Constant(_) => {}
                // What is computed follows from the fields; whether it does is found out by running the rules.
                Origin::Case(_) | Origin::Computed => {}
            }
        }
        for (term, present) in &state.present {
            if let (false, Origin::Record(path)) = (present, &terms.get(*term)?.origin) {
                shown.push((path.to_string(), None));
            }
        }
        shown.sort_by(|(a, _), (b, _)| a.cmp(b));
        shown.dedup();
        Some(Self { record: record.finish(), before: before.finish(), case: case.finish(), today, shown })
    }

    /// Whether the rules say of the record what is claimed.
    pub(super) fn confirms(&self, rules: &Rules, all: &[Asked], choices: &[&OneOf]) -> bool {
        let Some(now) = self.today.and_hms_opt(9, 0, 0).map(|moment| moment.and_utc().fixed_offset()) else { return false };
        let says = |asked: &Asked| self.answer(rules, asked, now) == Answer::Value(Value::Bool(asked.met));
        all.iter().all(says) && choices.iter().all(|choice| choice.iter().any(|all| all.iter().all(says)))
    }

    fn answer(&self, rules: &Rules, asked: &Asked, now: DateTime<FixedOffset>) -> Answer {
        let frame = rules.frame(Bindings {
            record: Arc::clone(&self.record),
            before: Arc::clone(&self.before),
            case: Arc::clone(&self.case),
            children: HashMap::new(),
            today: self.today,
            now,
            calendar: Arc::new(Calendar::default()),
        });
        rules.evaluate(asked.rule, &frame)
    }
}

/// As a note shows it: "`amount` = 5, `region` = "north"".
impl fmt::Display for Example {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.shown.is_empty() {
            return f.write_str("any record");
        }
        for (index, (name, value)) in self.shown.iter().enumerate() {
            f.write_str(if index == 0 { "" } else { ", " })?;
            match value {
                Some(Value::Text(text)) => write!(f, "`{name}` = \"{text}\"")?,
                Some(value) => write!(f, "`{name}` = {value}")?,
                None => write!(f, "no `{name}`")?,
            }
        }
        Ok(())
    }
}

/// An object that is filled value by value.
struct Draft {
    builder: ObjectBuilder,
    object_type: Arc<ObjectType>,
}

impl Draft {
    fn new(object_type: &Arc<ObjectType>) -> Self {
        Self { builder: ObjectBuilder::new(object_type), object_type: Arc::clone(object_type) }
    }

    /// Puts a value as the field holds it, and gives it back; `None` where the field cannot hold it.
    fn set(&mut self, path: &str, value: &Value) -> Option<Value> {
        let place = self.object_type.place(path)?;
        let fitting = value_for_field(value, place.field()).ok()?;
        self.builder.set(&place, fitting.clone()).ok()?;
        Some(fitting)
    }

    fn finish(self) -> Arc<Object> {
        Arc::new(self.builder.finish().0)
    }
}
