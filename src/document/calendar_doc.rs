//! Calendars of working days as written.
//!
//! It must not count days; `calendar` does.

use super::reader::Reader;
use super::rule::Title;
use super::written::{Keys, Writable, Written};
use super::yaml::Node;
use crate::source::{Span, Spanned};
use chrono::{NaiveDate, NaiveTime, Weekday};
use std::sync::Arc;

/// The most days after its first that a range may have.
const LONGEST: i64 = 400;

/// A calendar.
#[derive(Debug, Clone)]
pub struct CalendarDoc {
    /// For people.
    pub title: Title,
    /// The days of the week that are worked.
    pub weekdays: Vec<Spanned<Weekday>>,
    /// The hours of a day that are worked.
    pub hours: Vec<Spanned<(NaiveTime, NaiveTime)>>,
    /// The time zone.
    pub zone: Option<Spanned<Arc<str>>>,
    /// Days that are not worked.
    pub holidays: Vec<Spanned<NaiveDate>>,
    /// Days that are worked although they would not be.
    pub working: Vec<Spanned<NaiveDate>>,
    /// Where it is written.
    pub span: Span,
}

impl CalendarDoc {
    pub(crate) fn read(reader: &mut Reader<'_>, place: Span, node: &Node) -> Option<Self> {
        let mut keys = reader.keys(node, "a calendar")?;
        let calendar = Self {
            title: keys.optional("title").map(|node| Title::read(reader, node)).unwrap_or_default(),
            weekdays: keys.optional("weekdays").map(|node| reader.list(node, weekday)).unwrap_or_default(),
            hours: keys.optional("hours").map(|node| reader.list(node, hours)).unwrap_or_default(),
            zone: keys.optional("zone").and_then(|node| reader.text(node, "a time zone")),
            holidays: keys.optional("holidays").map(|node| days(reader, node)).unwrap_or_default(),
            working: keys.optional("working").map(|node| days(reader, node)).unwrap_or_default(),
            span: place,
        };
        reader.finish(keys);
        Some(calendar)
    }
}

impl Writable for CalendarDoc {
    fn written(&self) -> Written {
        let Self { title, weekdays, hours, zone, holidays, working, span: _ } = self;
        let weekdays = texts(weekdays.iter().map(|day| day.value.to_string().to_lowercase()));
        let hours = texts(hours.iter().map(|hours| format!("{}-{}", hours.value.0.format("%H:%M"), hours.value.1.format("%H:%M"))));
        let keys = Keys::new().filled("title", title).filled("weekdays", &weekdays).filled("hours", &hours).given("zone", zone.as_ref());
        keys.filled("holidays", &texts(ranges(holidays))).filled("working", &texts(ranges(working))).map()
    }
}

fn texts(texts: impl IntoIterator<Item = String>) -> Written {
    Written::List(texts.into_iter().map(|text| Written::text(&text)).collect())
}

/// Days as [`days`] reads them: three or more that follow each other are a range.
fn ranges(days: &[Spanned<NaiveDate>]) -> Vec<String> {
    let mut runs: Vec<(NaiveDate, NaiveDate)> = Vec::new();
    for day in days {
        match runs.last_mut() {
            Some((first, last)) if last.succ_opt() == Some(day.value) && (day.value - *first).num_days() <= LONGEST => *last = day.value,
            _ => runs.push((day.value, day.value)),
        }
    }
    let written = runs.into_iter().flat_map(|(first, last)| match (last - first).num_days() {
        0 => vec![first.to_string()],
        1 => vec![first.to_string(), last.to_string()],
        _ => vec![format!("{first}..{last}")],
    });
    written.collect()
}

fn weekday(reader: &mut Reader<'_>, node: &Node) -> Option<Spanned<Weekday>> {
    reader.parsed(node, "a weekday", |text| {
        text.parse::<Weekday>().map_err(|_| format!("`{text}` is not a weekday; they are written like `mon` or `monday`"))
    })
}

fn hours(reader: &mut Reader<'_>, node: &Node) -> Option<Spanned<(NaiveTime, NaiveTime)>> {
    reader.parsed(node, "working hours", |text| {
        let time = |text: &str| NaiveTime::parse_from_str(text.trim(), "%H:%M").ok();
        let parts = text.split_once('-').and_then(|(from, to)| Some((time(from)?, time(to)?)));
        parts.ok_or_else(|| format!("`{text}` are not working hours; they are written like `09:00-12:30`"))
    })
}

/// Single days and ranges (`2026-10-01..2026-10-07`), each day on its own in the result.
fn days(reader: &mut Reader<'_>, node: &Node) -> Vec<Spanned<NaiveDate>> {
    let ranges = reader.list(node, |reader, node| {
        reader.parsed(node, "a day", |text| {
            let day = |text: &str| {
                text.trim().parse::<NaiveDate>().map_err(|_| format!("`{text}` is not a day; days are written like `2026-10-01`"))
            };
            let (from, to) = match text.split_once("..") {
                Some((from, to)) => (day(from)?, day(to)?),
                None => (day(text)?, day(text)?),
            };
            let length = to.signed_duration_since(from).num_days();
            if (0..=LONGEST).contains(&length) {
                Ok((from, length))
            } else {
                Err(format!("`{text}` is not a range of at most {LONGEST} days"))
            }
        })
    });
    let mut days: Vec<Spanned<NaiveDate>> = Vec::new();
    for range in ranges {
        let (from, length) = range.value;
        let mut new = false;
        for day in from.iter_days().take(usize::try_from(length + 1).unwrap_or(0)) {
            if !days.iter().any(|known| known.value == day) {
                days.push(Spanned::new(day, range.span));
                new = true;
            }
        }
        if !new {
            reader.report_twice(range.span, "these days are listed already");
        }
    }
    days
}
