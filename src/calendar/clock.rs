//! The clock on the wall of a zone, and the moments that it shows.
//!
//! It must not know working time.

use chrono::{DateTime, Days, LocalResult, NaiveDateTime, NaiveTime, TimeDelta, TimeZone, Timelike, Utc};
use chrono_tz::Tz;

/// The moment at which the clock shows a time: the first where it shows it twice, the one after the gap where it never does.
///
/// `None` at the ends of the calendar that dates can express.
pub(super) fn moment_of(local: NaiveDateTime, zone: Tz) -> Option<DateTime<Utc>> {
    match zone.from_local_datetime(&local) {
        LocalResult::Single(moment) | LocalResult::Ambiguous(moment, _) => Some(moment.to_utc()),
        LocalResult::None => after_gap(local, zone),
    }
}

/// What the clock shows at a moment; `None` where the date cannot be expressed.
pub(super) fn local_of(moment: DateTime<Utc>, zone: Tz) -> Option<NaiveDateTime> {
    // Offsets are less than a day; a moment nearer than that to the ends of time has no local time.
    moment.checked_sub_days(Days::new(1))?;
    moment.checked_add_days(Days::new(1))?;
    Some(moment.with_timezone(&zone).naive_local())
}

/// The second of the day.
pub(super) fn seconds(time: NaiveTime) -> u32 {
    time.num_seconds_from_midnight()
}

/// The first moment at which the clock shows a later time than one that it jumps over.
fn after_gap(local: NaiveDateTime, zone: Tz) -> Option<DateTime<Utc>> {
    // No offset is as large as a day, so the jump is within a day of the same time in UTC; within two days there is but one.
    let mut before = local.and_utc().checked_sub_signed(TimeDelta::days(1))?;
    let mut after = local.and_utc().checked_add_signed(TimeDelta::days(1))?;
    while after - before > TimeDelta::seconds(1) {
        let middle = before + (after - before) / 2;
        if local_of(middle, zone)? < local {
            before = middle;
        } else {
            after = middle;
        }
    }
    // Clocks jump at whole seconds, which the halving may miss by a fraction.
    Some(after.with_nanosecond(0).unwrap_or(after))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(local: &str, zone: Tz) -> String {
        moment_of(local.parse().unwrap(), zone).unwrap().with_timezone(&zone).to_rfc3339()
    }

    #[test]
    fn a_time_that_the_clock_jumps_over_is_the_first_one_after() {
        assert_eq!(shown("2024-03-31T02:30:00", Tz::Europe__Berlin), "2024-03-31T03:00:00+02:00");
        assert_eq!(shown("2024-03-31T02:00:00.5", Tz::Europe__Berlin), "2024-03-31T03:00:00+02:00");
        assert_eq!(shown("2024-03-31T03:00:00", Tz::Europe__Berlin), "2024-03-31T03:00:00+02:00");
        // Samoa left out a whole day.
        assert_eq!(shown("2011-12-30T10:00:00", Tz::Pacific__Apia), "2011-12-31T00:00:00+14:00");
    }

    #[test]
    fn of_a_time_that_happens_twice_the_first_is_meant() {
        assert_eq!(shown("2024-10-27T02:30:00", Tz::Europe__Berlin), "2024-10-27T02:30:00+02:00");
    }

    #[test]
    fn the_ends_of_time_are_no_trap() {
        assert_eq!(local_of(DateTime::<Utc>::MAX_UTC, Tz::Pacific__Apia), None);
        assert_eq!(local_of(DateTime::<Utc>::MIN_UTC, Tz::America__New_York), None);
    }
}
