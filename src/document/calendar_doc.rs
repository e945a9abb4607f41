//! Calendars of working days as written.
//!
//! It must not count days; `calendar` does.

use super::reader::Reader;
use super::rule::Title;
use super::yaml::Node;
use crate::diagnostic::Code;
use crate::source::{Span, Spanned};
use chrono::{NaiveDate, NaiveTime, Weekday};
use serde::Serialize;
use std::sync::Arc;

/// A calendar.
#[derive(Debug, Clone, Serialize)]
pub struct CalendarDoc {
    /// For people.
    #[serde(skip_serializing_if = "Title::is_empty")]
    pub title: Title,
    /// The days of the week that are worked.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub weekdays: Vec<Spanned<Weekday>>,
    /// The hours of a day that are worked.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub hours: Vec<Spanned<(NaiveTime, NaiveTime)>>,
    /// The time zone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub zone: Option<Spanned<Arc<str>>>,
    /// Days that are not worked.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub holidays: Vec<Spanned<NaiveDate>>,
    /// Days that are worked although they would not be.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub working: Vec<Spanned<NaiveDate>>,
    /// Where it is written.
    #[serde(skip)]
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
    const LONGEST: i64 = 400;
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
            reader.report(Code::NoEffect, range.span, "these days are listed already", None);
        }
    }
    days
}
