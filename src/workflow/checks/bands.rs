//! Bands of points and of grades: values between two bands, bands that disagree, bands that never count, grades that there are not.
//!
//! It must not blame what is said on purpose: a value beyond all bands has 0 points, and a special band may stand before a general one.

use super::answers::needs_grade;
use super::inputs::{between_limits, of_field};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::document::{PointsDoc, ScorecardDoc, TotalDoc};
use crate::record::{Value, decimal_product, decimal_sum};
use crate::script::Asked;
use crate::source::Span;
use crate::table::{Bands, CellType, Grid, UnaryTest, ValueSet, Work};
use crate::workflow::{Points, Scorecard, Workflow};
use rust_decimal::Decimal;
use std::collections::BTreeSet;

/// How many totals are worked out before they are taken to be anything.
const TOTALS: usize = 20_000;

pub(super) fn check(workflow: &Workflow, diagnostics: &mut Diagnostics) {
    for (name, doc) in workflow.document().scorecards.iter() {
        let Some(card) = workflow.scorecards().get(&name.value) else { continue };
        for ((_, scored), (_, written)) in card.criteria.iter().zip(doc.criteria.iter()) {
            if let (Points::Bands(rule, bands), PointsDoc::Bands { of, bands: places }, Some(cell_type)) =
                (&scored.points, &written.points, &scored.kind)
            {
                let possible = of_field(workflow, workflow.rules().plain_field(*rule).as_deref(), cell_type);
                let places: Vec<Span> = places.iter().map(|(range, _)| range.span).collect();
                let bands = Ranged { what: "points", bands, places: &places, whole: of.span, cell_type };
                bands.holes(&possible, diagnostics);
                bands.overlaps(&possible, diagnostics);
            }
        }
        let places: Vec<Span> = doc.grades.iter().map(|(_, range)| range.span).collect();
        let grades = Ranged { what: "grade", bands: &card.grades, places: &places, whole: name.span, cell_type: &CellType::Number };
        grades.overlaps(&ValueSet::all(&CellType::Number), diagnostics);
        ungraded(workflow, name.value.as_str(), card, doc, &grades, diagnostics);
    }
    without_grades(workflow, diagnostics);
}

/// Bands with their places.
struct Ranged<'a, T> {
    what: &'static str,
    bands: &'a Bands<T>,
    places: &'a [Span],
    whole: Span,
    cell_type: &'a CellType,
}

impl<T: PartialEq> Ranged<'_, T> {
    fn tests(&self) -> impl Iterator<Item = &UnaryTest> {
        self.bands.iter().map(|(test, _)| test)
    }

    fn place(&self, band: usize) -> Span {
        self.places.get(band).copied().unwrap_or(self.whole)
    }

    /// A value that lies in no band although there are bands on both sides of it.
    fn hole(&self, possible: &ValueSet) -> Option<Value> {
        if !self.cell_type.has_order() {
            return None;
        }
        let between = between_limits(self.cell_type, self.tests()).intersection(possible, self.cell_type);
        let gaps = Grid::of_column(self.cell_type, &between, self.tests()).gaps(1, &mut Work::default());
        gaps.found.into_iter().next()?.into_iter().next()
    }

    fn holes(&self, possible: &ValueSet, diagnostics: &mut Diagnostics) {
        if let Some(value) = self.hole(possible) {
            let message = "a value between two bands lies in neither, and has 0 points";
            let finding = Diagnostic::new(Code::BandGap, self.whole, message).note(format!("example: a value of {value}"));
            diagnostics
                .push(finding.help("let one of the bands next to it include it: `[` and `]` include an end, `(` and `)` leave it out"));
        }
    }

    fn overlaps(&self, possible: &ValueSet, diagnostics: &mut Diagnostics) {
        let grid = Grid::of_column(self.cell_type, possible, self.tests());
        let mut work = Work::default();
        let masked = grid.masked(&mut work).found;
        for band in &masked {
            let Some((test, _)) = self.bands.iter().nth(band.row) else { continue };
            let mut finding = Diagnostic::new(Code::BandOverlap, self.place(band.row), format!("the band `{test}` never counts"))
                .label("bands above take all of it")
                .help("the first band that holds a value counts: move it up, or delete it");
            for row in band.by.iter().take(4) {
                finding = finding.related(self.place(*row), "counts first");
            }
            diagnostics.push(finding);
        }
        let given = |band: usize| self.bands.iter().nth(band).map(|(_, given)| given);
        let apart = |a: usize, b: usize| given(a) != given(b) && !grid.holds_all(a, b) && !grid.holds_all(b, a);
        for meeting in grid.meetings(apart, &mut work).found {
            if masked.iter().any(|masked| masked.row == meeting.second) {
                continue;
            }
            let shown = meeting.point.first().map(ToString::to_string).unwrap_or_default();
            let message =
                format!("two bands claim the same values and give different {}", if self.what == "grade" { "grades" } else { "points" });
            diagnostics.push(
                Diagnostic::new(Code::BandOverlap, self.place(meeting.second), message)
                    .related(self.place(meeting.first), "the other band, which counts")
                    .note(format!("example: a value of {shown}"))
                    .help("part them: `[` and `]` include an end, `(` and `)` leave it out"),
            );
        }
    }
}

/// Totals that have no grade.
fn ungraded(
    workflow: &Workflow,
    name: &str,
    card: &Scorecard,
    doc: &ScorecardDoc,
    grades: &Ranged<'_, std::sync::Arc<str>>,
    diagnostics: &mut Diagnostics,
) {
    if card.grades.is_empty() {
        return;
    }
    let graded = |total: &Decimal| card.grades.find(Some(&Value::Decimal(*total))).is_ok_and(|grade| grade.is_some());
    let between = between_limits(grades.cell_type, grades.tests());
    let totals = totals(card);
    let inner = match &totals {
        Some(totals) => {
            totals.iter().find(|total| between.contains(&Value::Decimal(**total)) && !graded(total)).copied().map(Value::Decimal)
        }
        None => grades.hole(&ValueSet::all(&CellType::Number)),
    };
    let help = "let one of the grades next to it include it: `[` and `]` include an end, `(` and `)` leave it out";
    if let Some(total) = inner {
        let message = format!("a total between two grades of `{name}` has none");
        diagnostics.push(Diagnostic::new(Code::BandGap, grades.whole, message).note(format!("example: a total of {total}")).help(help));
        return;
    }
    let knocked_out = card.criteria.values().any(|scored| scored.knock_out.is_some()).then_some(Decimal::ZERO);
    let outer = match &totals {
        Some(totals) => totals.iter().chain(&knocked_out).find(|total| !graded(total)).copied().map(Value::Decimal),
        None => knocked_out.filter(|total| !graded(total)).map(Value::Decimal).or_else(|| percents(doc, grades)),
    };
    if let Some(total) = outer
        && let Some(rule) = needs_grade(workflow, name)
    {
        let message = format!("some totals of `{name}` have no grade, and a rule breaks without one");
        let finding = Diagnostic::new(Code::BandGap, grades.whole, message).related(rule, "this rule needs a grade");
        let help = format!("add a grade, or say in the rule what counts then: `grade(\"{name}\") ?? ..`");
        diagnostics.push(finding.note(format!("example: a total of {total}")).help(help));
    }
}

/// A mean of 0 to 100 that has no grade, where points are nothing but points.
fn percents(doc: &ScorecardDoc, grades: &Ranged<'_, std::sync::Arc<str>>) -> Option<Value> {
    let usual = ValueSet::bounded(&CellType::Number, Some(Decimal::ZERO), Some(Decimal::ONE_HUNDRED));
    let between = between_limits(&CellType::Number, grades.tests());
    let above_all = between.complement(&CellType::Number).intersection(&usual, &CellType::Number) != ValueSet::none();
    if doc.total != TotalDoc::Mean || !above_all {
        return None;
    }
    Grid::of_column(&CellType::Number, &usual, grades.tests()).gaps(1, &mut Work::default()).found.into_iter().next()?.into_iter().next()
}

/// Every total that a scorecard can come to, where all of its points are in bands and there are not too many.
fn totals(card: &Scorecard) -> Option<BTreeSet<Decimal>> {
    let mut sums: BTreeSet<Decimal> = [Decimal::ZERO].into();
    for scored in card.criteria.values() {
        let Points::Bands(_, bands) = &scored.points else { return None };
        let kind = scored.kind.as_ref()?;
        let all = ValueSet::all(kind);
        let open = !Grid::of_column(kind, &all, bands.iter().map(|(test, _)| test)).gaps(1, &mut Work::default()).found.is_empty();
        let points: BTreeSet<Decimal> =
            bands.iter().map(|(_, points)| *points).chain(scored.missing).chain(open.then_some(Decimal::ZERO)).collect();
        if sums.len().saturating_mul(points.len()) > TOTALS {
            return None;
        }
        let weighted: Vec<Decimal> = points.iter().map(|points| decimal_product(*points, scored.weight)).collect::<Option<_>>()?;
        let added = sums.iter().flat_map(|sum| weighted.iter().map(move |points| decimal_sum(*sum, *points)));
        sums = added.collect::<Option<_>>()?;
    }
    sums.into_iter().map(|sum| sum.checked_div(card.divisor).map(|total| total.normalize())).collect()
}

/// Rules that ask for a grade of a scorecard that has no grades.
fn without_grades(workflow: &Workflow, diagnostics: &mut Diagnostics) {
    let rules = workflow.rules();
    for rule in rules.all() {
        let bare = |name: &str| workflow.scorecards().get(name).is_some_and(|card| card.grades.is_empty());
        let asked = rules.asks(rule).iter().find(|(asked, name)| *asked == Asked::Grade && bare(name));
        if let (Some((_, name)), Some(span)) = (asked, rules.rule_span(rule)) {
            let message = format!("the scorecard `{name}` has no grades, so `grade(\"{name}\")` never has a value");
            diagnostics.push(
                Diagnostic::new(Code::MissingGrades, span, message).help(format!("give it `grades`, or ask for `score(\"{name}\")`")),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Sources;
    use crate::table::Range;
    use proptest::prelude::*;
    use proptest::test_runner::{Config, TestRunner};
    use std::cell::Cell;
    use std::ops::Bound;

    #[test]
    fn ends_of_bands_are_the_outermost_values_they_name() {
        let test = |text: &str| UnaryTest::parse(text, &CellType::Number).unwrap();
        let set = between_limits(&CellType::Number, [test("< 3"), test("[5..7)"), test("-")].iter());
        let range = Range { low: Bound::Included(Value::Decimal(3.into())), high: Bound::Included(Value::Decimal(7.into())) };
        assert_eq!(set, ValueSet::Ranges(vec![range]));
    }

    /// Bands over 0 to 6, by shape and limits, with their points.
    fn drawn() -> impl Strategy<Value = (bool, Vec<(u8, i64, i64, i64)>)> {
        (any::<bool>(), prop::collection::vec((0_u8..9, 0_i64..6, 1_i64..4, 0_i64..2), 1..6))
    }

    fn bands(whole: bool, drawn: &[(u8, i64, i64, i64)]) -> Bands<i64> {
        let cell_type = if whole { CellType::Int } else { CellType::Number };
        let text = |shape: u8, low: i64, high: i64| match shape {
            0 => format!("< {low}"),
            1 => format!("<= {low}"),
            2 => format!("> {low}"),
            3 => format!(">= {low}"),
            4 => format!("[{low}..{high}]"),
            5 => format!("[{low}..{high})"),
            6 => format!("({low}..{high}]"),
            7 => low.to_string(),
            _ => format!("{low}, {high}"),
        };
        let band = |(shape, low, width, points): &(u8, i64, i64, i64)| {
            UnaryTest::parse(&text(*shape, *low, low + width), &cell_type).map(|test| (test, *points)).ok()
        };
        Bands::new(drawn.iter().filter_map(band).collect())
    }

    #[test]
    fn holes_and_bands_that_never_count_are_what_trying_every_value_shows() {
        let (holes, overlaps) = (Cell::new(0), Cell::new(0));
        let config = Config { cases: 10_000, failure_persistence: None, ..Config::default() };
        let run = TestRunner::new(config).run(&drawn(), |(whole, drawn)| {
            let bands = bands(whole, &drawn);
            let cell_type = if whole { CellType::Int } else { CellType::Number };
            let all = ValueSet::all(&cell_type);
            let place = Span::start_of(Sources::new().add("t.yaml", ""));
            let ranged = Ranged { what: "points", bands: &bands, places: &[], whole: place, cell_type: &cell_type };
            // Halves lie between the limits; of whole numbers there are none.
            let values = (-4..26).filter(|halves| !whole || halves % 2 == 0).map(|halves| Value::Decimal(Decimal::new(halves * 5, 1)));
            let tried: Vec<(Value, Vec<usize>)> = values
                .map(|value| {
                    let holding = bands.iter().enumerate().filter(|(_, (test, _))| test.matches(Some(&value)) == Ok(true));
                    let holding = holding.map(|(index, _)| index).collect();
                    (value, holding)
                })
                .collect();
            let limits = between_limits(&cell_type, ranged.tests());
            let hole = tried.iter().any(|(value, holding)| holding.is_empty() && limits.contains(value));
            prop_assert_eq!(ranged.hole(&all).is_some(), hole, "{:?}", bands);
            if let Some(value) = ranged.hole(&all) {
                prop_assert_eq!(bands.find(Some(&value)), Ok(None));
            }
            let given = |band: usize| bands.iter().nth(band).map(|(_, points)| *points);
            let dead = |band: usize| !tried.iter().any(|(_, holding)| holding.first() == Some(&band));
            let contains = |a: usize, b: usize| tried.iter().all(|(_, holding)| !holding.contains(&b) || holding.contains(&a));
            let both = |a: usize, b: usize| tried.iter().any(|(_, holding)| holding.contains(&a) && holding.contains(&b));
            let claim = |band: usize| {
                (0..band).any(|first| both(first, band) && given(first) != given(band) && !contains(first, band) && !contains(band, first))
            };
            let mut found = Diagnostics::new();
            ranged.overlaps(&all, &mut found);
            let expected = (0..bands.len()).filter(|band| dead(*band) || claim(*band)).count();
            prop_assert_eq!(found.len(), expected, "{:?} {:?}", bands, found);
            holes.set(holes.get() + u32::from(hole));
            overlaps.set(overlaps.get() + u32::from(expected > 0));
            Ok(())
        });
        run.unwrap();
        assert!((2_000..9_000).contains(&holes.get()) && (2_000..9_800).contains(&overlaps.get()), "{holes:?} {overlaps:?}");
    }
}
