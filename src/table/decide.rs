//! What a table answers for some inputs.
//!
//! It must not answer past a missing input: an answer is given only if every value of that input would give the same one.

use super::unary::kind;
use super::{Aggregate, CellFault, CellType, HitPolicy, Row, Table, sum};
use crate::names::ColumnId;
use crate::record::Value;
use std::sync::Arc;

/// What a table answers, and the rows that it stands on.
#[derive(Debug, Clone, PartialEq)]
pub struct Decision {
    /// The rows that matched, in file order. Under [`HitPolicy::First`] the one that answers; empty where inputs at fault or missing
    /// ones leave the answer open.
    pub rows: Vec<usize>,
    /// The answer.
    pub outcome: Outcome,
}

/// The answer of a table.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// No row matched. A table that counts answers 0 instead; lists and sums of no row have no answer either, as in DMN.
    None,
    /// One value per output column (unique, first, any).
    Row(Vec<Value>),
    /// The values of every row that matched, in file order (collect, rule-order).
    List(Vec<Vec<Value>>),
    /// The sum, the smallest, the largest or the count (the other ways to collect).
    Aggregate(Value),
    /// Rows matched that must not match together: several under unique, several that disagree under any.
    Conflict(Vec<usize>),
    /// The input columns, in order, whose values are missing and decide.
    Missing(Vec<usize>),
    /// The table could not be held against the inputs, or its sum not be kept.
    Fault(TableFault),
}

/// Why a table has no answer.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum TableFault {
    /// An input is of another kind than its column.
    #[error("the input `{column}` is {found} and must be {wanted}")]
    Unlike {
        /// The column.
        column: ColumnId,
        /// What the column takes, with its article.
        wanted: &'static str,
        /// What came, with its article.
        found: &'static str,
    },
    /// An input is not one of the values of its column.
    #[error("the input `{column}` is `{value}`, which is not one of its values")]
    Unlisted {
        /// The column.
        column: ColumnId,
        /// What came.
        value: Arc<str>,
    },
    /// A sum has more digits than can be kept exactly.
    #[error("the sum of `{column}` has more digits than can be kept exactly")]
    Overflow {
        /// The output column.
        column: ColumnId,
    },
}

/// How a row stands to some inputs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RowMatch {
    /// Every test passes.
    Yes,
    /// A test fails: that of this input column, the first one that does.
    No(usize),
    /// No test fails, but those of these input columns need a missing value.
    Open(Vec<usize>),
}

impl Table {
    /// What the table answers; `inputs` has one value per input column, and a value that is not there is missing.
    ///
    /// A missing input is strict, but not blind. A row that fails on another column is out whatever the missing value may be; a row
    /// that fails nowhere and needs the missing value is open. Under `first`, an open row before the first that surely matches makes
    /// the answer [`Outcome::Missing`]; under every other policy any open row does. So an answer other than `Missing` is the answer
    /// for every value that the missing inputs could have.
    #[must_use]
    pub fn decide(&self, inputs: &[Option<Value>]) -> Decision {
        let matched = self.check(inputs).and_then(|()| self.matched(inputs));
        match matched {
            Err(fault) => Decision { rows: Vec::new(), outcome: Outcome::Fault(fault) },
            Ok(Matched::Open(columns)) => Decision { rows: Vec::new(), outcome: Outcome::Missing(columns) },
            Ok(Matched::Rows(rows)) => {
                let outcome = self.answer(&rows);
                Decision { rows, outcome }
            }
        }
    }

    /// How every row stands to the inputs, for explanations.
    ///
    /// # Errors
    /// The fault that [`Table::decide`] answers, save that of a sum.
    pub fn trace(&self, inputs: &[Option<Value>]) -> Result<Vec<RowMatch>, TableFault> {
        self.check(inputs)?;
        self.rows().iter().map(|row| self.hold(row, inputs)).collect()
    }

    /// Faults come before matching: an input of the wrong kind is wrong for every row, so no order of rows or columns hides it.
    fn check(&self, inputs: &[Option<Value>]) -> Result<(), TableFault> {
        for (input, value) in self.inputs().iter().zip(inputs) {
            let Some(value) = value else { continue };
            if input.cell_type.accepts(value) {
                continue;
            }
            let column = input.name.clone();
            return Err(match (&input.cell_type, value) {
                (CellType::Enum(_), Value::Text(text)) => TableFault::Unlisted { column, value: Arc::clone(text) },
                (CellType::Int, Value::Decimal(_)) => TableFault::Unlike { column, wanted: "a whole number", found: "a fraction" },
                (cell_type, value) => TableFault::Unlike { column, wanted: cell_type.singular(), found: kind(value) },
            });
        }
        Ok(())
    }

    fn matched(&self, inputs: &[Option<Value>]) -> Result<Matched, TableFault> {
        let (mut rows, mut open) = (Vec::new(), Vec::new());
        for (index, row) in self.rows().iter().enumerate() {
            match self.hold(row, inputs)? {
                RowMatch::No(_) => {}
                RowMatch::Open(columns) => open.extend(columns),
                RowMatch::Yes => {
                    rows.push(index);
                    if self.hit() == HitPolicy::First {
                        break;
                    }
                }
            }
        }
        open.sort_unstable();
        open.dedup();
        Ok(if open.is_empty() { Matched::Rows(rows) } else { Matched::Open(open) })
    }

    fn hold(&self, row: &Row, inputs: &[Option<Value>]) -> Result<RowMatch, TableFault> {
        let mut open = Vec::new();
        for (column, (test, input)) in row.tests.iter().zip(self.inputs()).enumerate() {
            match test.matches(inputs.get(column).and_then(Option::as_ref)) {
                Ok(true) => {}
                Ok(false) => return Ok(RowMatch::No(column)),
                Err(CellFault::Missing) => open.push(column),
                Err(CellFault::Unlike { wanted, found }) => return Err(TableFault::Unlike { column: input.name.clone(), wanted, found }),
            }
        }
        Ok(if open.is_empty() { RowMatch::Yes } else { RowMatch::Open(open) })
    }

    fn answer(&self, rows: &[usize]) -> Outcome {
        if self.hit() == HitPolicy::Collect(Aggregate::Count) {
            return Outcome::Aggregate(Value::Int(i64::try_from(rows.len()).unwrap_or(i64::MAX)));
        }
        let Some((first, others)) = rows.split_first() else {
            return Outcome::None;
        };
        match self.hit() {
            HitPolicy::Unique if !others.is_empty() => Outcome::Conflict(rows.to_vec()),
            HitPolicy::Any if others.iter().any(|other| !self.agree(*first, *other)) => Outcome::Conflict(rows.to_vec()),
            HitPolicy::Unique | HitPolicy::First | HitPolicy::Any => Outcome::Row(self.values(*first).cloned().collect()),
            HitPolicy::Collect(aggregate @ (Aggregate::Sum | Aggregate::Min | Aggregate::Max)) => self.aggregate(aggregate, rows),
            HitPolicy::Collect(_) | HitPolicy::RuleOrder => {
                Outcome::List(rows.iter().map(|row| self.values(*row).cloned().collect()).collect())
            }
        }
    }

    /// The outputs of a row; all are there, as [`Table::new`] made sure.
    fn values(&self, row: usize) -> impl Iterator<Item = &Value> {
        self.rows().get(row).into_iter().flat_map(|row| row.outputs.iter().flatten())
    }

    fn agree(&self, a: usize, b: usize) -> bool {
        self.values(a).zip(self.values(b)).all(|(a, b)| a.same(b) == Ok(true))
    }

    fn aggregate(&self, aggregate: Aggregate, rows: &[usize]) -> Outcome {
        let mut values = rows.iter().filter_map(|row| self.values(*row).next());
        let result = match aggregate {
            Aggregate::Sum => {
                let first = values.next().cloned();
                first.map(|first| values.try_fold(first, |total, value| sum::add(&total, value)))
            }
            Aggregate::Min => values
                .reduce(|best, value| if value.order(best).is_ok_and(|order| order.is_lt()) { value } else { best })
                .cloned()
                .map(Some),
            _ => values
                .reduce(|best, value| if value.order(best).is_ok_and(|order| order.is_gt()) { value } else { best })
                .cloned()
                .map(Some),
        };
        match (result, self.outputs().first()) {
            (Some(Some(value)), _) => Outcome::Aggregate(value),
            (Some(None), Some(output)) => Outcome::Fault(TableFault::Overflow { column: output.name.clone() }),
            _ => Outcome::None,
        }
    }
}

/// What the rows came to, before the hit policy has its say.
enum Matched {
    Rows(Vec<usize>),
    Open(Vec<usize>),
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{Sources, Span};
    use crate::table::{Input, Output, UnaryTest, parse_output};

    /// A table of named columns; the cells of a row are its tests and then its outputs.
    fn table(hit: &str, inputs: &[(&str, CellType)], outputs: &[(&str, CellType)], rows: &[&[&str]]) -> Table {
        let place = Span::start_of(Sources::new().add("t.yaml", ""));
        let name = |text: &str| ColumnId::parse(text).unwrap();
        let row = |cells: &&[&str]| Row {
            tests: inputs.iter().zip(*cells).map(|((_, cell_type), cell)| UnaryTest::parse(cell, cell_type).unwrap()).collect(),
            outputs: outputs
                .iter()
                .zip(cells.iter().skip(inputs.len()))
                .map(|((_, cell_type), cell)| Some(parse_output(cell, cell_type).unwrap()))
                .collect(),
            place,
        };
        Table::new(
            place,
            inputs.iter().map(|(text, cell_type)| Input { name: name(text), cell_type: cell_type.clone() }).collect(),
            outputs.iter().map(|(text, cell_type)| Output { name: name(text), cell_type: cell_type.clone() }).collect(),
            rows.iter().map(row).collect(),
            hit.parse().unwrap(),
        )
        .unwrap()
    }

    fn levels() -> CellType {
        CellType::Enum(Arc::from(["office", "region", "company"].map(Arc::from)))
    }

    fn authority() -> Table {
        let inputs = [("amount", CellType::Number), ("margin", CellType::Number), ("risk", CellType::Int)];
        let rows: [&[&str]; 5] = [
            &[">= 50_000_000", "-", "-", "company"],
            &["-", "< 10", "-", "company"],
            &[">= 5_000_000", "-", "-", "region"],
            &["-", "-", ">= 6", "region"],
            &["-", "-", "-", "office"],
        ];
        table("first", &inputs, &[("level", levels())], &rows)
    }

    fn level(decision: &Decision) -> String {
        match &decision.outcome {
            Outcome::Row(values) => values[0].to_string(),
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn the_first_row_that_matches_answers() {
        let authority = authority();
        let decide = |amount: i64, margin: i64, risk: i64| authority.decide(&[amount, margin, risk].map(|n| Some(Value::Int(n))));
        assert_eq!(level(&decide(50_000_000, 30, 1)), "company");
        assert_eq!(level(&decide(4_000_000, 9, 1)), "company");
        assert_eq!(level(&decide(5_000_000, 10, 1)), "region");
        assert_eq!(decide(1, 10, 5), Decision { rows: vec![4], outcome: Outcome::Row(vec![Value::text("office")]) });
    }

    #[test]
    fn a_missing_input_matters_where_a_row_before_the_answer_needs_it() {
        let authority = authority();
        let some = |n: i64| Some(Value::Int(n));
        assert_eq!(level(&authority.decide(&[some(60_000_000), None, None])), "company");
        assert_eq!(authority.decide(&[some(6_000_000), None, some(1)]).outcome, Outcome::Missing(vec![1]));
        assert_eq!(level(&authority.decide(&[some(6_000_000), some(20), None])), "region");
        assert_eq!(authority.decide(&[]).outcome, Outcome::Missing(vec![0, 1, 2]));
        let trace = authority.trace(&[some(6_000_000), None, some(1)]).unwrap();
        assert_eq!(trace, [RowMatch::No(0), RowMatch::Open(vec![1]), RowMatch::Yes, RowMatch::No(2), RowMatch::Yes]);
    }

    #[test]
    fn an_input_of_another_kind_is_a_fault_wherever_it_stands() {
        let authority = authority();
        let fault = |inputs: [Option<Value>; 3]| match authority.decide(&inputs).outcome {
            Outcome::Fault(fault) => fault.to_string(),
            other => format!("{other:?}"),
        };
        let company = Some(Value::Int(60_000_000));
        assert_eq!(fault([company.clone(), Some(Value::text("20")), None]), "the input `margin` is a text and must be a number");
        let half = Some(Value::Decimal(rust_decimal::Decimal::new(65, 1)));
        assert_eq!(fault([company, None, half]), "the input `risk` is a fraction and must be a whole number");
        let kinds = table("first", &[("level", levels())], &[("points", CellType::Int)], &[&["not(office)", "1"]]);
        let Outcome::Fault(fault) = kinds.decide(&[Some(Value::text("ofice"))]).outcome else { panic!("a value outside the set passed") };
        assert_eq!(fault.to_string(), "the input `level` is `ofice`, which is not one of its values");
    }

    #[test]
    fn sums_are_exact_or_faults() {
        let amounts = |cells: [&str; 2]| {
            let rows: [&[&str]; 2] = [&["-", cells[0]], &["-", cells[1]]];
            table("collect(sum)", &[("x", CellType::Bool)], &[("fee", CellType::Number)], &rows).decide(&[]).outcome
        };
        assert_eq!(amounts(["0.1", "0.2"]), Outcome::Aggregate(Value::Decimal(rust_decimal::Decimal::new(3, 1))));
        let fault = TableFault::Overflow { column: ColumnId::parse("fee").unwrap() };
        assert_eq!(amounts(["79228162514264337593543950335", "0.5"]), Outcome::Fault(fault));
    }

    #[test]
    fn several_outputs_stay_together() {
        let outputs = [("who", CellType::User), ("days", CellType::Duration)];
        let rows: [&[&str]; 3] = [&["> 1", "li.si", "2 days"], &["> 2", "wang.wu", "1 day"], &["> 9", "zhang.san", "1 hour"]];
        let decide = |hit: &str| table(hit, &[("x", CellType::Int)], &outputs, &rows).decide(&[Some(Value::Int(5))]);
        let decision = decide("collect");
        assert_eq!(decision.rows, [0, 1]);
        let Outcome::List(list) = decision.outcome else { panic!("not a list") };
        assert_eq!(list.iter().flatten().map(Value::to_string).collect::<Vec<_>>(), ["li.si", "2 days", "wang.wu", "1 day"]);
        assert_eq!(decide("unique").outcome, Outcome::Conflict(vec![0, 1]));
        assert_eq!(decide("any").outcome, Outcome::Conflict(vec![0, 1]));
    }
}
