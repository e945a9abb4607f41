//! Counts terms forwards and backwards over a calendar.
//!
//! It must not search without an end: a calendar whose holidays cover decades is an answer, not a hang.

use super::clock::{local_of, moment_of};
use super::{Calendar, Hours, OutOfReach, Pause, Term, Unit};
use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveTime, TimeDelta, Utc};

/// How many days are searched for working time.
pub(super) const HORIZON: u32 = 20_000;

/// Which way a term is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Forth,
    Back,
}

/// A stretch of working time on one day.
struct Block {
    date: NaiveDate,
    begin: DateTime<Utc>,
    end: DateTime<Utc>,
}

impl Calendar {
    /// When a term ends that starts at a moment; see the [module](super) for what each unit means.
    ///
    /// # Errors
    /// [`OutOfReach`] when it does not end within 20,000 days of working time, or in a year that dates can express.
    pub fn add(&self, from: DateTime<Utc>, term: Term) -> Result<DateTime<Utc>, OutOfReach> {
        self.count(from, term, Way::Forth).ok_or(OutOfReach)
    }

    /// When a term ends that starts at a moment and stands still between some others: a pause puts its end off by as much time of the kind
    /// that the term counts, working time or any. A pause after the end changes nothing. Pauses must be in order and apart.
    ///
    /// # Errors
    /// As [`Self::add`].
    pub fn add_paused(&self, from: DateTime<Utc>, term: Term, pauses: &[Pause]) -> Result<DateTime<Utc>, OutOfReach> {
        let mut end = self.add(from, term)?;
        for (begins, ends) in pauses {
            let begins = (*begins).max(from);
            if begins >= end || *ends <= begins {
                continue;
            }
            let put_off = if term.is_working() {
                self.working_time(end, self.working_time_between(begins, *ends), Way::Forth)
            } else {
                end.checked_add_signed(*ends - begins)
            };
            end = put_off.ok_or(OutOfReach)?;
        }
        Ok(end)
    }

    /// When a term starts that ends at a moment: `5 working days` before a due date.
    ///
    /// # Errors
    /// [`OutOfReach`] when it does not start within 20,000 days of working time, or in a year that dates can express.
    pub fn subtract(&self, from: DateTime<Utc>, term: Term) -> Result<DateTime<Utc>, OutOfReach> {
        self.count(from, term, Way::Back).ok_or(OutOfReach)
    }

    /// The number of working days after the first day up to and including the second; negative when the second comes first.
    ///
    /// From a working day to the next it is 1, so counts over neighbouring spans add up.
    #[must_use]
    pub fn working_days_between(&self, from: NaiveDate, to: NaiveDate) -> i64 {
        if to < from {
            return -self.working_days_between(to, from);
        }
        let within = |date: &&NaiveDate| **date > from && **date <= to;
        let regular = self.working_weekdays_until(to) - self.working_weekdays_until(from);
        let free = self.holidays.iter().filter(within).filter(|date| self.is_working_weekday(**date)).count();
        let moved = self.working.iter().filter(within).filter(|date| !self.is_working_weekday(**date)).count();
        regular - i64::try_from(free).unwrap_or(0) + i64::try_from(moved).unwrap_or(0)
    }

    /// The n-th working day after a day; before it where `count` is negative; the day itself where it is 0.
    ///
    /// # Errors
    /// [`OutOfReach`] when it is not within 20,000 days, or in a year that dates can express.
    pub fn working_days_after(&self, from: NaiveDate, count: i64) -> Result<NaiveDate, OutOfReach> {
        let Some(skipped) = usize::try_from(count.unsigned_abs()).ok().and_then(|count| count.checked_sub(1)) else { return Ok(from) };
        let way = if count > 0 { Way::Forth } else { Way::Back };
        days_from(from, way).skip(1).filter(|day| self.is_working_day(*day)).nth(skipped).ok_or(OutOfReach)
    }

    /// The working time between two moments; none where the second comes first.
    ///
    /// Counts over neighbouring spans add up.
    #[must_use]
    pub fn working_time_between(&self, from: DateTime<Utc>, to: DateTime<Utc>) -> TimeDelta {
        let to = to.max(from);
        let blocks = self.blocks(from, Way::Forth).take_while(|block| block.begin < to);
        blocks.fold(TimeDelta::zero(), |sum, block| sum + (block.end.min(to) - block.begin.max(from)))
    }

    /// The day that the calendar's zone has at a moment.
    #[must_use]
    pub fn date_of(&self, moment: DateTime<Utc>) -> NaiveDate {
        local_of(moment, self.zone()).map_or_else(|| moment.date_naive(), |local| local.date())
    }

    /// The last second of a day in the calendar's zone; a deadline of whole days ends there.
    #[must_use]
    pub fn end_of_day(&self, date: NaiveDate) -> DateTime<Utc> {
        let next = date.succ_opt().and_then(|next| moment_of(next.and_time(NaiveTime::MIN), self.zone()));
        next.map_or(DateTime::<Utc>::MAX_UTC, |next| next - TimeDelta::seconds(1))
    }

    pub(super) fn is_working_weekday(&self, date: NaiveDate) -> bool {
        usize::try_from(date.weekday().num_days_from_monday()).ok().and_then(|day| self.weekdays.get(day)).is_some_and(|works| *works)
    }

    /// The number of working weekdays up to a day, from a Monday long ago.
    fn working_weekdays_until(&self, date: NaiveDate) -> i64 {
        let day = i64::from(date.num_days_from_ce()) - 1;
        let (weeks, rest) = (day.div_euclid(7), day.rem_euclid(7));
        let count = |days: i64| self.weekdays.iter().zip(0_i64..).filter(|(works, index)| **works && *index < days).count();
        let (in_week, in_rest) = (count(7), count(rest + 1));
        weeks * i64::try_from(in_week).unwrap_or(0) + i64::try_from(in_rest).unwrap_or(0)
    }

    fn count(&self, from: DateTime<Utc>, term: Term, way: Way) -> Option<DateTime<Utc>> {
        let count = i64::from(term.count());
        match term.unit() {
            Unit::Minute => shift(from, TimeDelta::try_minutes(count)?, way),
            Unit::Hour => shift(from, TimeDelta::try_hours(count)?, way),
            Unit::Day => self.days(from, u64::from(term.count()), way),
            Unit::Week => self.days(from, u64::from(term.count()) * 7, way),
            Unit::WorkingDay => self.working_days(from, term.count(), way),
            Unit::WorkingHour => self.working_time(from, TimeDelta::try_hours(count)?, way),
        }
    }

    fn days(&self, from: DateTime<Utc>, count: u64, way: Way) -> Option<DateTime<Utc>> {
        if count == 0 {
            return Some(from);
        }
        let local = local_of(from, self.zone())?;
        let days = Days::new(count);
        let moved = if way == Way::Forth { local.checked_add_days(days) } else { local.checked_sub_days(days) };
        moment_of(moved?, self.zone())
    }

    fn working_days(&self, from: DateTime<Utc>, count: u32, way: Way) -> Option<DateTime<Utc>> {
        let (date, start) = self.nearest_working_moment(from, way)?;
        if count == 0 {
            return Some(start);
        }
        let day = days_from(date, way).skip(1).filter(|date| self.is_working_day(*date)).nth(usize::try_from(count - 1).ok()?)?;
        let local = local_of(start, self.zone())?;
        // The close of a day that ends at midnight is shown as the next day.
        let day = if local.date() > date { day.succ_opt()? } else { day };
        moment_of(day.and_time(local.time()), self.zone())
    }

    fn working_time(&self, from: DateTime<Utc>, amount: TimeDelta, way: Way) -> Option<DateTime<Utc>> {
        let mut left = amount;
        for block in self.blocks(from, way) {
            // Only what lies on the way counts of the block that holds the start.
            let (first, last) = if way == Way::Forth { (block.begin.max(from), block.end) } else { (block.begin, block.end.min(from)) };
            if left <= last - first {
                return shift(if way == Way::Forth { first } else { last }, left, way);
            }
            left -= last - first;
        }
        None
    }

    /// The moment itself when it is in working time, to which both edges belong; otherwise the next such moment on the way. With the
    /// working day that it belongs to.
    fn nearest_working_moment(&self, from: DateTime<Utc>, way: Way) -> Option<(NaiveDate, DateTime<Utc>)> {
        let block = self.blocks(from, way).next()?;
        Some((block.date, if way == Way::Forth { block.begin.max(from) } else { block.end.min(from) }))
    }

    /// The blocks of working time on the way, beginning with the one that holds the moment, if any does.
    fn blocks(&self, from: DateTime<Utc>, way: Way) -> impl Iterator<Item = Block> {
        let today = local_of(from, self.zone()).map(|local| local.date());
        let days = today.into_iter().flat_map(move |today| days_from(today, way)).filter(|date| self.is_working_day(*date));
        let blocks = days.flat_map(move |date| {
            let mut blocks: Vec<Block> = self.hours().iter().filter_map(|hours| self.block(date, *hours)).collect();
            if way == Way::Back {
                blocks.reverse();
            }
            blocks
        });
        blocks.skip_while(move |block| if way == Way::Forth { block.end < from } else { block.begin > from })
    }

    fn block(&self, date: NaiveDate, (begin, end): Hours) -> Option<Block> {
        let end = if end == NaiveTime::MIN { date.succ_opt()?.and_time(end) } else { date.and_time(end) };
        Some(Block { date, begin: moment_of(date.and_time(begin), self.zone())?, end: moment_of(end, self.zone())? })
    }
}

fn shift(from: DateTime<Utc>, amount: TimeDelta, way: Way) -> Option<DateTime<Utc>> {
    if way == Way::Forth { from.checked_add_signed(amount) } else { from.checked_sub_signed(amount) }
}

/// The day and those on the way from it, as far as the search goes.
fn days_from(date: NaiveDate, way: Way) -> impl Iterator<Item = NaiveDate> {
    let step = move |day: &NaiveDate| if way == Way::Forth { day.succ_opt() } else { day.pred_opt() };
    std::iter::successors(Some(date), step).take(usize::try_from(HORIZON).unwrap_or(usize::MAX))
}
