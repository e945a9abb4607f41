//! Records made up to see whether something can happen: what rules answer for them, and values that lead a rule to an answer.
//!
//! It must not conclude from a record that it could not find: what is not confirmed is not known.

use crate::names::FieldPath;
use crate::record::{Duration, Field, FieldType, Object, ObjectBuilder, Value, value_for_field};
use crate::script::{Answer, Asked, Bindings, Frame, Known, RuleId};
use crate::workflow::{DecisionTable, Workflow};
use chrono::NaiveDate;
use rust_decimal::Decimal;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// The fields of a made-up record that have a value, by their paths.
pub(super) type Fields = BTreeMap<String, Value>;

/// How often a rule may ask for one more field.
const MOST_FIELDS: usize = 24;

/// Ways to fill in what a rule reads besides the fields in question.
const WAYS: usize = 3;

/// How many records are made up to confirm the findings of one kind in one table.
const RECORDS: u32 = 2_000;

/// How many of them are drawn.
const DRAWS: usize = 200;

/// Whether two values are the same to a table.
fn same(a: &Value, b: &Value) -> bool {
    a.same(b) == Ok(true)
}

impl Workflow {
    /// What a rule answers for a record of these fields; what it asks for is given.
    fn tried(&self, rule: RuleId, fields: &Fields, given: &dyn Fn(Asked, &str) -> Known) -> Answer {
        let Some(frame) = self.made_up(fields) else { return Answer::Missing(Vec::new()) };
        for (asked, name) in self.rules().asks(rule) {
            frame.know(*asked, name, given(*asked, name));
        }
        self.rules().evaluate(rule, &frame)
    }

    fn made_up(&self, fields: &Fields) -> Option<Frame> {
        let mut builder = ObjectBuilder::new(self.record().fields());
        for (path, value) in fields {
            let value = value_for_field(value, self.record().field(path)?).ok()?;
            builder.set_path(path, value).ok()?;
        }
        let mut case = ObjectBuilder::new(self.case_type());
        for list in ["stages", "deliverables", "obligations"] {
            case.set_path(list, Value::List(Arc::from([]))).ok()?;
        }
        let today = NaiveDate::from_ymd_opt(2026, 1, 5)?;
        Some(self.rules().frame(Bindings {
            record: Arc::new(builder.finish().0),
            before: Arc::new(Object::empty(self.record().fields())),
            case: Arc::new(case.finish().0),
            children: HashMap::new(),
            today,
            now: today.and_hms_opt(9, 0, 0)?.and_utc().fixed_offset(),
            calendar: Arc::clone(self.calendar()),
        }))
    }

    /// The same, with fields that the rule finds missing filled in one after the other.
    pub(super) fn tried_filled(&self, rule: RuleId, fields: &mut Fields, way: usize, given: &dyn Fn(Asked, &str) -> Known) -> Answer {
        for _ in 0..MOST_FIELDS {
            let answer = self.tried(rule, fields, given);
            let Answer::Missing(paths) = &answer else { return answer };
            let before = fields.len();
            for path in paths.iter().filter_map(|path| self.own_path(path)) {
                if let Some(field) = self.record().field(&path) {
                    fill(&path, field, way, fields);
                }
            }
            if fields.len() == before {
                return answer;
            }
        }
        Answer::Missing(Vec::new())
    }

    fn own_path(&self, path: &FieldPath) -> Option<String> {
        let (first, rest) = path.as_str().split_once('.')?;
        (first == self.record().name().as_str() || first == "record").then(|| rest.to_owned())
    }

    /// Whether a rule breaks for want of one result: it breaks for a record when the result has no value, and does not where it has one.
    pub(super) fn breaks_without(&self, rule: RuleId, asked: Asked, name: &str, fields: &Fields) -> bool {
        (0..WAYS).any(|way| {
            let given = |there: bool| {
                move |of: Asked, other: &str| match (of == asked && other == name, there) {
                    (true, false) => Known::Value(None),
                    _ => self.some_result(of, other),
                }
            };
            let mut filled = fields.clone();
            let with = self.tried_filled(rule, &mut filled, way, &given(true));
            // A rule that breaks is said to be unknown as long as a field is missing, also one that it can do without.
            matches!(with, Answer::Value(_))
                && matches!(self.tried_filled(rule, &mut filled, way, &given(false)), Answer::Fault(_))
                && matches!(self.tried(rule, &filled, &given(true)), Answer::Value(_))
        })
    }

    /// A result such as others give.
    fn some_result(&self, asked: Asked, name: &str) -> Known {
        let value = match asked {
            Asked::Score => Some(Value::Int(50)),
            Asked::Grade => {
                self.scorecards().get(name).and_then(|card| card.grades.iter().next()).map(|(_, grade)| Value::Text(Arc::clone(grade)))
            }
            Asked::Table => self.tables().get(name).and_then(|table| {
                let outputs: Vec<Value> = table.table().rows().first()?.outputs.iter().flatten().cloned().collect();
                match outputs.as_slice() {
                    [one] => Some(one.clone()),
                    many => Some(Value::List(Arc::from(many))),
                }
            }),
        };
        Known::Value(value)
    }
}

/// A search for a record with certain inputs of a table. It ends after so many records.
pub(super) struct Search<'a> {
    workflow: &'a Workflow,
    table: &'a DecisionTable,
    left: u32,
    way: usize,
}

impl<'a> Search<'a> {
    pub(super) fn new(workflow: &'a Workflow, table: &'a DecisionTable) -> Self {
        Self { workflow, table, left: RECORDS, way: 0 }
    }

    /// What the inputs of the table are for a record; `None` where one of them is missing, breaks, or asks for other results.
    fn inputs_of(&mut self, fields: &mut Fields) -> Option<Vec<Value>> {
        self.left = self.left.checked_sub(1)?;
        let (workflow, way) = (self.workflow, self.way);
        let own = |rule: &RuleId| match workflow.rules().asks(*rule) {
            [] => match workflow.tried_filled(*rule, fields, way, &|_, _| Known::Value(None)) {
                Answer::Value(value) => Some(value),
                _ => None,
            },
            _ => None,
        };
        self.table.inputs().iter().map(own).collect()
    }

    /// Inputs of the table near those that are wanted, for which something holds, as a record really has them. Fields that are an input
    /// as they stand are set; numbers that other inputs are computed from are moved until they come out as wanted.
    pub(super) fn confirmed(&mut self, wanted: &[Value], holds: &dyn Fn(&[Value]) -> bool) -> Option<Vec<Value>> {
        let mut set = Fields::new();
        for (rule, value) in self.table.inputs().iter().zip(wanted) {
            if let Some(path) = self.workflow.rules().plain_field(*rule) {
                if set.get(&path).is_some_and(|known| !same(known, value)) {
                    return None;
                }
                set.insert(path, value.clone());
            }
        }
        for way in 0..WAYS {
            self.way = way;
            let mut fields = set.clone();
            for _ in 0..2 {
                let Some(found) = self.inputs_of(&mut fields) else { break };
                if holds(&found) {
                    return Some(found);
                }
                for (index, want) in wanted.iter().enumerate() {
                    if let Some(found) = self.moved(index, want, &set, &mut fields)
                        && holds(&found)
                    {
                        return Some(found);
                    }
                }
            }
        }
        self.drawn(&set, wanted.first()?, holds)
    }

    /// The inputs of a record drawn from values that fields could be tried with. Where several fields have to move at once, that finds
    /// what moving one after the other does not. The draws are the same every time.
    fn drawn(&mut self, set: &Fields, want: &Value, holds: &dyn Fn(&[Value]) -> bool) -> Option<Vec<Value>> {
        let mut state: u64 = 1;
        let mut draw = move |among: usize| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            usize::try_from(state >> 33).unwrap_or_default() % among.max(1)
        };
        let mut filled = set.clone();
        self.inputs_of(&mut filled)?;
        for _ in 0..DRAWS {
            let mut fields = set.clone();
            for path in filled.keys().filter(|path| !set.contains_key(*path)) {
                let candidates = self.workflow.record().field(path).map(|field| candidates(field, want)).unwrap_or_default();
                fields.extend(candidates.get(draw(candidates.len())).map(|value| (path.clone(), value.clone())));
            }
            if let Some(found) = self.inputs_of(&mut fields).filter(|found| holds(found)) {
                return Some(found);
            }
        }
        None
    }

    /// Moves the fields of a record, one after the other, until an input comes out as wanted.
    fn moved(&mut self, index: usize, want: &Value, set: &Fields, fields: &mut Fields) -> Option<Vec<Value>> {
        let rule = *self.table.inputs().get(index)?;
        let names = self.workflow.rules().mentions(rule)?;
        let read = |path: &String| path.rsplit('.').next().is_some_and(|last| names.contains(last)) && !set.contains_key(path);
        let free: Vec<String> = fields.keys().filter(|path| read(path)).cloned().collect();
        for path in free {
            let Some(field) = self.workflow.record().field(&path) else { continue };
            for value in candidates(field, want) {
                let before = fields.insert(path.clone(), value);
                if self.aim(index, want, &path, fields) {
                    return self.inputs_of(fields);
                }
                before.and_then(|before| fields.insert(path.clone(), before));
            }
        }
        None
    }

    /// Whether an input comes out as wanted; a number is led there by the slope of what it is computed from.
    fn aim(&mut self, index: usize, want: &Value, path: &str, fields: &mut Fields) -> bool {
        let mut at = |fields: &mut Fields| self.inputs_of(fields).and_then(|found| found.get(index).cloned());
        let Some(mut found) = at(fields) else { return false };
        for _ in 0..12 {
            if same(&found, want) {
                return true;
            }
            let (Some(start), Some(here), Some(goal)) = (fields.get(path).and_then(Value::number), found.number(), want.number()) else {
                return false;
            };
            let step = (start / Decimal::from(8)).round().max(Decimal::ONE);
            let Some(beside) = start.checked_add(step) else { return false };
            fields.insert(path.to_owned(), Value::Decimal(beside));
            let Some(there) = at(fields).and_then(|value| value.number()) else { return false };
            let rise = there.checked_sub(here).filter(|rise| !rise.is_zero());
            let next = rise.and_then(|rise| goal.checked_sub(here)?.checked_mul(step)?.checked_div(rise)?.checked_add(start));
            let Some(next) = next else { return false };
            fields.insert(path.to_owned(), Value::Decimal(next.round_dp(6).normalize()));
            match at(fields) {
                Some(value) => found = value,
                None => return false,
            }
        }
        same(&found, want)
    }
}

/// Values that a field could be tried with on the way to a wanted result.
fn candidates(field: &Field, want: &Value) -> Vec<Value> {
    let listed: Vec<Value> = match &field.field_type {
        FieldType::Bool => vec![Value::Bool(true), Value::Bool(false)],
        FieldType::Enum(values) => values.iter().map(|value| Value::Text(Arc::clone(value))).collect(),
        FieldType::Text | FieldType::User | FieldType::Date | FieldType::DateTime | FieldType::Duration => vec![want.clone()],
        _ => [0_i64, 1, 100, 1_000, 100_000, 100_000_000].into_iter().map(Value::Int).chain([want.clone()]).collect(),
    };
    listed.iter().filter_map(|value| value_for_field(value, field).ok()).collect()
}

/// Gives a field a value that it may well have; an object, its fields.
fn fill(path: &str, field: &Field, way: usize, fields: &mut Fields) {
    if let FieldType::Object(object) = &field.field_type {
        object.iter().for_each(|(name, inner)| fill(&format!("{path}.{name}"), inner, way, fields));
    } else if let Some(value) = example(field, way) {
        fields.entry(path.to_owned()).or_insert(value);
    }
}

/// A value that a field may well have.
fn example(field: &Field, way: usize) -> Option<Value> {
    let (number, day) = match way {
        0 => (1_000, 5),
        1 => (1, 1),
        _ => (5, 30),
    };
    let day = NaiveDate::from_ymd_opt(2026, 1, day)?;
    let value = match &field.field_type {
        FieldType::Text | FieldType::User => Value::text("somebody"),
        FieldType::Int | FieldType::Decimal | FieldType::Percent | FieldType::Money(_) => {
            let number = Decimal::from(number);
            let least = field.min.map_or(number, |min| min.max(number));
            Value::Decimal(field.max.map_or(least, |max| max.min(least)))
        }
        FieldType::Bool => Value::Bool(way.is_multiple_of(2)),
        FieldType::Date => Value::Date(day),
        FieldType::DateTime => Value::DateTime(day.and_hms_opt(9, 0, 0)?.and_utc().fixed_offset()),
        FieldType::Duration => Value::Duration(Duration::from_days(1)),
        FieldType::Enum(values) => Value::Text(Arc::clone(values.get(way % values.len().max(1))?)),
        FieldType::List(_) => Value::List(Arc::from([])),
        FieldType::Object(_) | FieldType::Children(_) => return None,
    };
    value_for_field(&value, field).ok()
}
