//! Tests of calendars: what each unit means at the edges, and what always holds.
//!
//! They must not repeat how terms are parsed, which has tests of its own.

use super::*;
use chrono::{DateTime, Days, TimeDelta, Timelike, Utc};
use proptest::prelude::*;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn time(text: &str) -> NaiveTime {
    NaiveTime::parse_from_str(text, "%H:%M").unwrap()
}

fn moment(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// When a term ends, in 2024, where 01-05 is a Friday; moments are given and shown as `01-05 09:00`.
fn add(calendar: &Calendar, from: &str, term: &str) -> String {
    let from = format!("2024-{}:00Z", from.replace(' ', "T"));
    calendar.add(moment(&from), Term::parse(term).unwrap()).unwrap().format("%m-%d %H:%M").to_string()
}

/// When a term starts, likewise.
fn subtract(calendar: &Calendar, from: &str, term: &str) -> String {
    let from = format!("2024-{}:00Z", from.replace(' ', "T"));
    calendar.subtract(moment(&from), Term::parse(term).unwrap()).unwrap().format("%m-%d %H:%M").to_string()
}

fn with_lunch() -> Calendar {
    Calendar::builder().hours([(time("13:00"), time("18:00")), (time("09:00"), time("12:00"))]).finish().unwrap()
}

#[test]
fn working_days_keep_the_time_on_the_wall() {
    let calendar = Calendar::default();
    assert_eq!(add(&calendar, "01-05 10:30", "1 working day"), "01-08 10:30");
    assert_eq!(add(&calendar, "01-05 10:30", "5 working days"), "01-12 10:30");
    assert_eq!(add(&calendar, "01-05 09:00", "1 working day"), "01-08 09:00");
    assert_eq!(add(&calendar, "01-05 18:00", "1 working day"), "01-08 18:00");
    assert_eq!(subtract(&calendar, "01-08 10:30", "1 working day"), "01-05 10:30");
}

#[test]
fn what_arrives_outside_working_time_counts_from_the_next_working_moment() {
    let calendar = Calendar::default();
    assert_eq!(add(&calendar, "01-05 20:00", "1 working day"), "01-09 09:00");
    assert_eq!(add(&calendar, "01-06 12:00", "1 working day"), "01-09 09:00");
    assert_eq!(add(&calendar, "01-08 07:00", "1 working day"), "01-09 09:00");
    assert_eq!(add(&calendar, "01-06 12:00", "0 working days"), "01-08 09:00");
    assert_eq!(add(&calendar, "01-06 12:00", "4 working hours"), "01-08 13:00");
    assert_eq!(add(&with_lunch(), "01-08 12:30", "1 working day"), "01-09 13:00");
    assert_eq!(subtract(&calendar, "01-06 12:00", "1 working day"), "01-04 18:00");
    assert_eq!(subtract(&calendar, "01-08 07:00", "0 working days"), "01-05 18:00");
}

#[test]
fn working_hours_use_up_working_time_and_end_at_the_close() {
    let calendar = with_lunch();
    assert_eq!(add(&calendar, "01-05 11:00", "2 working hours"), "01-05 14:00");
    assert_eq!(add(&calendar, "01-05 09:00", "3 working hours"), "01-05 12:00");
    assert_eq!(add(&calendar, "01-05 09:00", "8 working hours"), "01-05 18:00");
    assert_eq!(add(&calendar, "01-05 17:00", "2 working hours"), "01-08 10:00");
    assert_eq!(add(&calendar, "01-05 18:00", "1 working hour"), "01-08 10:00");
    assert_eq!(subtract(&calendar, "01-08 10:00", "2 working hours"), "01-05 17:00");
    assert_eq!(subtract(&calendar, "01-05 14:00", "4 working hours"), "01-05 09:00");
}

#[test]
fn working_time_between_two_moments_is_the_part_of_it_that_lies_between() {
    let between = |from: &str, to: &str| {
        let moment = |text: &str| moment(&format!("2024-{}:00Z", text.replace(' ', "T")));
        with_lunch().working_time_between(moment(from), moment(to)).num_minutes()
    };
    assert_eq!(between("01-05 10:00", "01-05 11:30"), 90);
    assert_eq!(between("01-05 11:30", "01-05 13:30"), 60);
    assert_eq!(between("01-05 17:00", "01-08 09:30"), 90);
    assert_eq!(between("01-01 00:00", "01-08 00:00"), 5 * 8 * 60);
    assert_eq!(between("01-06 10:00", "01-07 11:30"), 0);
    assert_eq!(between("01-05 11:30", "01-05 10:00"), 0);
}

#[test]
fn holidays_are_skipped_and_moved_days_worked() {
    let calendar = Calendar::builder().holidays([day("2024-01-08")]).working([day("2024-01-06")]).finish().unwrap();
    assert_eq!(add(&calendar, "01-05 10:00", "1 working day"), "01-06 10:00");
    assert_eq!(add(&calendar, "01-05 10:00", "2 working days"), "01-09 10:00");
    assert_eq!(calendar.working_days_between(day("2024-01-05"), day("2024-01-09")), 2);
    assert_eq!(calendar.working_days_between(day("2024-01-09"), day("2024-01-05")), -2);
    assert_eq!(calendar.working_days_between(day("2024-01-05"), day("2024-01-05")), 0);
}

#[test]
fn days_that_end_at_midnight_are_days_of_their_own() {
    let nights = Calendar::builder().hours([(time("20:00"), time("00:00"))]).holidays([day("2024-01-04")]).finish().unwrap();
    assert_eq!(add(&nights, "01-05 20:00", "4 working hours"), "01-06 00:00");
    assert_eq!(subtract(&nights, "01-06 00:00", "1 working day"), "01-04 00:00");
    assert_eq!(add(&nights, "01-06 00:00", "1 working day"), "01-09 20:00");
    let always = Calendar::builder().hours([(time("00:00"), time("00:00"))]).finish().unwrap();
    assert_eq!(add(&always, "01-05 00:00", "24 working hours"), "01-06 00:00");
    assert_eq!(add(&always, "01-05 12:00", "24 working hours"), "01-08 12:00");
    assert_eq!(add(&always, "01-04 00:00", "1 working day"), "01-05 00:00");
}

#[test]
fn plain_days_keep_the_time_on_the_wall_when_clocks_change_and_hours_do_not() {
    let calendar = Calendar::builder().zone(Tz::Europe__Berlin).finish().unwrap();
    let saturday = moment("2024-03-30T12:00:00+01:00");
    let after = |term: &str| calendar.add(saturday, Term::parse(term).unwrap()).unwrap();
    assert_eq!(after("1 day"), moment("2024-03-31T12:00:00+02:00"));
    assert_eq!(after("24 hours"), moment("2024-03-31T13:00:00+02:00"));
    assert_eq!(after("1 week"), moment("2024-04-06T12:00:00+02:00"));
    assert_eq!(after("90 minutes"), moment("2024-03-30T13:30:00+01:00"));
    let gone = moment("2024-03-30T02:30:00+01:00");
    assert_eq!(calendar.add(gone, Term::new(1, Unit::Day)), Ok(moment("2024-03-31T03:00:00+02:00")));
}

#[test]
fn working_hours_are_the_hours_of_the_zone() {
    let shanghai = Calendar::builder().zone(Tz::Asia__Shanghai).finish().unwrap();
    let friday_evening = moment("2024-01-05T18:30:00+08:00");
    assert_eq!(shanghai.add(friday_evening, Term::new(1, Unit::WorkingHour)), Ok(moment("2024-01-08T10:00:00+08:00")));
    assert_eq!(shanghai.date_of(moment("2024-01-05T17:00:00Z")), day("2024-01-06"));
    assert_eq!(shanghai.end_of_day(day("2024-01-05")), moment("2024-01-05T23:59:59+08:00"));
    // A night shift loses the hour that the clocks skip.
    let berlin =
        Calendar::builder().zone(Tz::Europe__Berlin).weekdays([Weekday::Sun]).hours([(time("00:00"), time("06:00"))]).finish().unwrap();
    let midnight = moment("2024-03-31T00:00:00+01:00");
    assert_eq!(berlin.add(midnight, Term::new(5, Unit::WorkingHour)), Ok(moment("2024-03-31T06:00:00+02:00")));
}

#[test]
fn a_calendar_without_working_time_in_sight_is_an_answer_and_not_a_hang() {
    let free = Calendar::builder().weekdays([]).working([day("1990-01-01")]).finish().unwrap();
    let today = moment("2024-01-05T10:00:00Z");
    assert_eq!(free.add(today, Term::new(1, Unit::WorkingDay)), Err(OutOfReach));
    assert_eq!(free.add(today, Term::new(1, Unit::WorkingHour)), Err(OutOfReach));
    assert_eq!(free.subtract(today, Term::new(1, Unit::WorkingHour)), Ok(moment("1990-01-01T17:00:00Z")));
    let calendar = Calendar::default();
    for unit in [Unit::Day, Unit::Week, Unit::WorkingHour, Unit::WorkingDay] {
        assert_eq!(calendar.add(today, Term::new(u32::MAX, unit)), Err(OutOfReach), "{unit:?}");
    }
    for edge in [DateTime::<Utc>::MAX_UTC, DateTime::<Utc>::MIN_UTC] {
        for unit in [Unit::Minute, Unit::Hour, Unit::Day, Unit::Week, Unit::WorkingHour, Unit::WorkingDay] {
            let _ = calendar.add(edge, Term::new(5, unit));
            let _ = calendar.subtract(edge, Term::new(5, unit));
        }
        let _ = calendar.end_of_day(calendar.date_of(edge));
    }
    assert!(calendar.working_days_between(NaiveDate::MIN, NaiveDate::MAX) > 130_000_000);
    assert_eq!(OutOfReach.to_string(), "the term does not end within 20000 days of this calendar");
}

#[test]
fn calendars_that_contradict_themselves_are_refused() {
    let refused = |builder: CalendarBuilder| builder.finish().unwrap_err().to_string();
    let hours = |hours: &[(&str, &str)]| Calendar::builder().hours(hours.iter().map(|(begin, end)| (time(begin), time(end))));
    assert_eq!(refused(Calendar::builder().weekdays([])), "no day of this calendar is a working day");
    assert_eq!(refused(hours(&[])), "the working days of this calendar have no working hours");
    assert_eq!(refused(hours(&[("18:00", "09:00")])), "the working hours 18:00-09:00 end before they start");
    assert_eq!(refused(hours(&[("09:00", "09:00")])), "the working hours 09:00-09:00 end before they start");
    assert_eq!(refused(hours(&[("20:00", "00:00"), ("09:00", "20:30")])), "the working hours 20:00-24:00 overlap 09:00-20:30");
    let both = Calendar::builder().holidays([day("2024-01-06")]).working([day("2024-01-06")]);
    assert_eq!(refused(both), "2024-01-06 is a holiday and a working day at once");
    assert!(hours(&[("09:00", "12:00"), ("12:00", "18:00")]).finish().is_ok());
}

/// Calendars with some free and some moved days in 2024, in zones whose clocks change outside working hours.
fn calendars() -> impl Strategy<Value = Calendar> {
    let days = || prop::collection::btree_set(0_u64..366, 0..40);
    let zones = prop::sample::select(vec![Tz::UTC, Tz::Asia__Shanghai, Tz::Europe__Berlin, Tz::America__New_York, Tz::Asia__Kolkata]);
    let week = prop::collection::vec(prop::sample::select(WEEK.to_vec()), 1..7);
    (zones, week, days(), days(), any::<bool>()).prop_map(|(zone, week, free, moved, lunch)| {
        let date = |number: &u64| day("2024-01-01") + Days::new(*number);
        let hours =
            if lunch { vec![(time("09:00"), time("12:00")), (time("13:30"), time("18:00"))] } else { vec![(time("08:00"), time("17:00"))] };
        Calendar::builder()
            .zone(zone)
            .weekdays(week)
            .hours(hours)
            .holidays(free.difference(&moved).map(date))
            .working(moved.iter().map(date))
            .finish()
            .unwrap()
    })
}

/// Moments of 2024 to the minute.
fn moments() -> impl Strategy<Value = DateTime<Utc>> {
    (0_i64..366 * 1_440).prop_map(|minutes| moment("2024-01-01T00:00:00Z") + TimeDelta::minutes(minutes))
}

proptest! {
    #[test]
    fn adding_and_then_subtracting_leads_back_to_a_working_moment(calendar in calendars(), from in moments(), count in 0_u32..60) {
        let days = Term::new(count, Unit::WorkingDay);
        let start = calendar.add(from, Term::new(0, Unit::WorkingDay)).unwrap();
        let end = calendar.add(start, days).unwrap();
        prop_assert_eq!(calendar.subtract(end, days), Ok(start));
        let again = calendar.subtract(start, days).unwrap();
        prop_assert_eq!(calendar.add(again, days), Ok(start));
        // At the close no working time is left, so hours lead back to the same working time, but perhaps to its other edge.
        let hours = Term::new(count, Unit::WorkingHour);
        let nearly = calendar.subtract(calendar.add(start, hours).unwrap(), hours).unwrap();
        let more = Term::new(1, Unit::WorkingHour);
        prop_assert_eq!(calendar.add(nearly, more), calendar.add(start, more));
    }

    #[test]
    fn later_moments_and_longer_terms_end_later(calendar in calendars(), a in moments(), b in moments(), count in 0_u32..60) {
        let (earlier, later) = (a.min(b), a.max(b));
        for unit in [Unit::Minute, Unit::Hour, Unit::WorkingHour, Unit::WorkingDay] {
            let (term, longer) = (Term::new(count, unit), Term::new(count + 1, unit));
            prop_assert!(calendar.add(earlier, term).unwrap() <= calendar.add(later, term).unwrap(), "{unit:?}");
            prop_assert!(calendar.subtract(earlier, term).unwrap() <= calendar.subtract(later, term).unwrap(), "{unit:?}");
            prop_assert!(calendar.add(a, term).unwrap() < calendar.add(a, longer).unwrap(), "{unit:?}");
            prop_assert!(calendar.add(a, term).unwrap() >= a, "{unit:?}");
        }
        // Days keep the time on the wall, so a clock that is set back may swap two moments of its hour, but not two days.
        let term = Term::new(count, Unit::Day);
        let ends = [earlier, later].map(|from| calendar.date_of(calendar.add(from, term).unwrap()));
        prop_assert!(ends[0] <= ends[1]);
    }

    #[test]
    fn counts_of_working_days_add_up_and_agree_with_the_days(calendar in calendars(), days in prop::array::uniform3(0_u64..500)) {
        let [a, b, c] = days.map(|number| day("2023-11-01") + Days::new(number));
        let between = |from, to| calendar.working_days_between(from, to);
        prop_assert_eq!(between(a, b) + between(b, c), between(a, c));
        let counted = a.iter_days().skip(1).take_while(|date| *date <= b).filter(|date| calendar.is_working_day(*date)).count();
        prop_assert_eq!(between(a, b).max(0), i64::try_from(counted).unwrap());
    }

    #[test]
    fn the_nth_working_day_after_a_day_is_that_many_working_days_away(calendar in calendars(), number in 0_u64..400, count in 0_i64..60) {
        let from = day("2023-11-01") + Days::new(number);
        let after = calendar.working_days_after(from, count).unwrap();
        prop_assert!(count == 0 || calendar.is_working_day(after));
        prop_assert_eq!(calendar.working_days_between(from, after), count);
        let before = calendar.working_days_after(from, -count).unwrap();
        prop_assert!(count == 0 || (before < from && calendar.is_working_day(before)));
        // Counted back from a working day, the way is as long; a free day lies between two.
        prop_assert!(!calendar.is_working_day(from) || calendar.working_days_between(before, from) == count);
    }

    #[test]
    fn a_term_of_working_days_is_that_many_working_days_long(calendar in calendars(), from in moments(), count in 0_u32..60) {
        let start = calendar.add(from, Term::new(0, Unit::WorkingDay)).unwrap();
        let end = calendar.add(start, Term::new(count, Unit::WorkingDay)).unwrap();
        let (first, last) = (calendar.date_of(start), calendar.date_of(end));
        prop_assert!(calendar.is_working_day(first) && calendar.is_working_day(last));
        prop_assert_eq!(calendar.working_days_between(first, last), i64::from(count));
        let wall = |moment: DateTime<Utc>| moment.with_timezone(&calendar.zone()).time().num_seconds_from_midnight();
        prop_assert_eq!(wall(start), wall(end));
    }

    #[test]
    fn a_term_with_pauses_uses_up_the_time_between_them(
        calendar in calendars(), from in moments(), count in 1_u32..200, working: bool, cuts in prop::collection::btree_set(0_i64..30_000, 0..8),
    ) {
        let cuts: Vec<_> = cuts.into_iter().map(|minutes| from + TimeDelta::minutes(minutes - 1_000)).collect();
        let pauses: Vec<Pause> = cuts.chunks_exact(2).map(|pair| (pair[0], pair[1])).collect();
        let term = Term::new(count, if working { Unit::WorkingHour } else { Unit::Hour });
        let Ok(end) = calendar.add_paused(from, term, &pauses) else { return Ok(()) };
        let time = |from: DateTime<Utc>, to: DateTime<Utc>| {
            if working { calendar.working_time_between(from, to) } else { to.max(from) - from }
        };
        let still = pauses.iter().fold(TimeDelta::zero(), |sum, (begins, ends)| sum + time((*begins).max(from), (*ends).min(end)));
        prop_assert_eq!(time(from, end) - still, TimeDelta::hours(i64::from(count)));
        prop_assert!(end >= calendar.add(from, term).unwrap());
    }

    #[test]
    fn working_time_adds_up_and_is_what_terms_of_working_hours_use_up(
        calendar in calendars(), three in prop::array::uniform3(moments()), hours in 1_u32..200,
    ) {
        let [mut first, mut middle, mut last] = three;
        if first > last {
            (first, last) = (last, first);
        }
        middle = middle.clamp(first, last);
        let between = |from, to| calendar.working_time_between(from, to);
        prop_assert_eq!(between(first, middle) + between(middle, last), between(first, last));
        let end = calendar.add(first, Term::new(hours, Unit::WorkingHour));
        if let Ok(end) = end {
            prop_assert_eq!(between(first, end), TimeDelta::hours(i64::from(hours)));
        }
    }

    #[test]
    fn the_end_of_a_day_is_its_last_second(calendar in calendars(), number in 0_u64..500) {
        let date = day("2023-11-01") + Days::new(number);
        let end = calendar.end_of_day(date);
        prop_assert_eq!(calendar.date_of(end), date);
        prop_assert_eq!(calendar.date_of(end + TimeDelta::seconds(1)), date.succ_opt().unwrap());
    }
}
