//! Working time: which days and hours count, and where a term such as `5 working days` ends.
//!
//! It must not read a clock: every moment is handed in.
//!
//! # What a term means
//! *Plain* terms go by the clock. Minutes and hours are elapsed time. A day keeps the time on the wall in the calendar's zone, so it
//! is an hour shorter or longer when the clocks change; a wall time that the change leaves out becomes the first moment after it, and
//! of one that happens twice the first is meant. A week is seven days.
//!
//! *Working* terms count only working time, which is the hours of a working day. A day is a working day when it is among the moved
//! working days, or has a working weekday and is no holiday.
//! - A working term that starts outside working time starts at the next working moment, as clocks of service levels do: what arrives
//!   on Saturday, or on Friday after hours, counts as if it arrived on Monday when work begins. `0 working days` is that moment.
//! - `n working days` keep the time on the wall: from Monday 10:00, `1 working day` ends on Tuesday 10:00. A moment when work begins
//!   or ends belongs to working time, so what arrives exactly at the close still counts for that day; midnight belongs to the day
//!   that it begins. Whoever wants the whole last
//!   day, as courts do, takes [`Calendar::end_of_day`] of the day on which the term ends.
//! - `n working hours` use up working time; they end when the last of it is used up, so the term that fills a day ends at its close
//!   and not when the next day begins.
//! - Counting back is the mirror image: it starts at the last working moment before.
//!
//! From a working moment, adding a term of working days and then subtracting it leads back to that moment.

mod clock;
mod count;
mod term;

pub use term::{Term, TermError, Unit};

use chrono::{DateTime, NaiveDate, NaiveTime, Utc, Weekday};
use chrono_tz::Tz;
use std::collections::BTreeSet;

/// Which days and hours count as working time, in one zone; the default is Monday to Friday, 09:00 to 18:00, UTC.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calendar {
    // INVARIANT: some weekday is set or some day is moved; at least one block of hours; blocks are in order and do not overlap;
    // no day is both a holiday and a moved working day.
    weekdays: [bool; 7],
    hours: Vec<Hours>,
    zone: Tz,
    holidays: BTreeSet<NaiveDate>,
    working: BTreeSet<NaiveDate>,
}

/// A calendar under construction.
#[derive(Debug, Clone)]
pub struct CalendarBuilder {
    weekdays: [bool; 7],
    hours: Vec<Hours>,
    zone: Tz,
    holidays: BTreeSet<NaiveDate>,
    working: BTreeSet<NaiveDate>,
}

/// A block of working hours: from its start to its end on the same day. An end at midnight is the end of that day.
pub type Hours = (NaiveTime, NaiveTime);

/// A time during which a term stands still: from its beginning to its end.
pub type Pause = (DateTime<Utc>, DateTime<Utc>);

/// Why a calendar cannot be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CalendarError {
    /// No weekday is a working day, and no other day is made one.
    #[error("no day of this calendar is a working day")]
    NoWorkingDay,
    /// No hours are working hours.
    #[error("the working days of this calendar have no working hours")]
    NoHours,
    /// A block of hours ends before it starts, or when it starts.
    #[error("the working hours {} end before they start", shown(.0))]
    ReversedHours(Hours),
    /// Two blocks of hours share time.
    #[error("the working hours {} overlap {}", shown(.1), shown(.0))]
    OverlappingHours(Hours, Hours),
    /// A day is both a holiday and a moved working day.
    #[error("{0} is a holiday and a working day at once")]
    HolidayAndWorkingDay(NaiveDate),
}

/// Why there is no answer: too few working days within the days that are searched, or a year that dates cannot express.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the term does not end within {} days of this calendar", count::HORIZON)]
pub struct OutOfReach;

impl Calendar {
    /// A calendar like the default one, to be changed.
    #[must_use]
    pub fn builder() -> CalendarBuilder {
        let nine_to_six = NaiveTime::from_hms_opt(9, 0, 0).zip(NaiveTime::from_hms_opt(18, 0, 0));
        CalendarBuilder {
            weekdays: [true, true, true, true, true, false, false],
            hours: nine_to_six.into_iter().collect(),
            zone: Tz::UTC,
            holidays: BTreeSet::new(),
            working: BTreeSet::new(),
        }
    }

    /// The zone of its hours and days.
    #[must_use]
    pub fn zone(&self) -> Tz {
        self.zone
    }

    /// The blocks of working hours in order.
    #[must_use]
    pub fn hours(&self) -> &[Hours] {
        &self.hours
    }

    /// Whether a day is a working day.
    #[must_use]
    pub fn is_working_day(&self, date: NaiveDate) -> bool {
        self.working.contains(&date) || (self.is_working_weekday(date) && !self.holidays.contains(&date))
    }
}

impl Default for Calendar {
    fn default() -> Self {
        let CalendarBuilder { weekdays, hours, zone, holidays, working } = Self::builder();
        Self { weekdays, hours, zone, holidays, working }
    }
}

impl CalendarBuilder {
    /// Replaces the working weekdays.
    #[must_use]
    pub fn weekdays(mut self, weekdays: impl IntoIterator<Item = Weekday>) -> Self {
        let chosen: Vec<Weekday> = weekdays.into_iter().collect();
        self.weekdays = WEEK.map(|weekday| chosen.contains(&weekday));
        self
    }

    /// Replaces the blocks of working hours, in any order.
    #[must_use]
    pub fn hours(mut self, hours: impl IntoIterator<Item = Hours>) -> Self {
        self.hours = hours.into_iter().collect();
        self
    }

    /// Sets the zone of hours and days.
    #[must_use]
    pub fn zone(mut self, zone: Tz) -> Self {
        self.zone = zone;
        self
    }

    /// Replaces the days that are no working days though their weekday is one.
    #[must_use]
    pub fn holidays(mut self, days: impl IntoIterator<Item = NaiveDate>) -> Self {
        self.holidays = days.into_iter().collect();
        self
    }

    /// Replaces the days that are working days though their weekday is none.
    #[must_use]
    pub fn working(mut self, days: impl IntoIterator<Item = NaiveDate>) -> Self {
        self.working = days.into_iter().collect();
        self
    }

    /// The calendar.
    ///
    /// # Errors
    /// When it would have no working time, when hours are reversed or overlap, or when a day is free and working at once.
    pub fn finish(mut self) -> Result<Calendar, CalendarError> {
        if self.working.is_empty() && !self.weekdays.contains(&true) {
            return Err(CalendarError::NoWorkingDay);
        }
        if self.hours.is_empty() {
            return Err(CalendarError::NoHours);
        }
        if let Some(reversed) = self.hours.iter().find(|hours| ends_at(hours) <= clock::seconds(hours.0)) {
            return Err(CalendarError::ReversedHours(*reversed));
        }
        self.hours.sort();
        for (earlier, later) in self.hours.iter().zip(self.hours.iter().skip(1)) {
            if ends_at(earlier) > clock::seconds(later.0) {
                return Err(CalendarError::OverlappingHours(*earlier, *later));
            }
        }
        if let Some(date) = self.holidays.intersection(&self.working).next() {
            return Err(CalendarError::HolidayAndWorkingDay(*date));
        }
        let CalendarBuilder { weekdays, hours, zone, holidays, working } = self;
        Ok(Calendar { weekdays, hours, zone, holidays, working })
    }
}

/// The weekdays in the order in which they are kept.
const WEEK: [Weekday; 7] = [Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri, Weekday::Sat, Weekday::Sun];

/// When a block ends, in seconds of the day.
fn ends_at(hours: &Hours) -> u32 {
    if hours.1 == NaiveTime::MIN { 86_400 } else { clock::seconds(hours.1) }
}

/// A block as people write it: `09:00-18:00`.
fn shown(hours: &Hours) -> String {
    let end = ends_at(hours);
    format!("{}-{:02}:{:02}", hours.0.format("%H:%M"), end / 3_600, end / 60 % 60)
}

#[cfg(test)]
mod tests;
