//! Reads days, moments and spans of time.
//!
//! It must not guess an order of day and month, nor which of two moments a clock that was set back shows.

use super::{Reading, ValueError};
use crate::record::Duration;
use crate::record::finding::quoted;
use chrono::{DateTime, Datelike, FixedOffset, LocalResult, NaiveDate, NaiveDateTime, NaiveTime, SecondsFormat, TimeZone, Timelike};
use chrono_tz::Tz;

/// A moment as it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Written {
    /// What a clock on the wall shows.
    Local(NaiveDateTime),
    /// With the offset of that clock.
    Offset(DateTime<FixedOffset>),
}

/// Reads a day, in ISO form or in one of the reading's formats.
///
/// A moment is accepted when it is midnight, as it is written or in the reading's zone: exports write days so.
pub(super) fn date(text: &str, reading: &Reading) -> Result<NaiveDate, ValueError> {
    if let Some(date) = iso_date(text) {
        return in_range(date, text);
    }
    let formats = &reading.date_formats;
    if let Some(date) = the_only(text, formats.iter().filter_map(|format| NaiveDate::parse_from_str(text, format).ok()))? {
        return in_range(date, text);
    }
    match written(text, reading)? {
        Some(moment) => midnight(moment, reading.zone)
            .ok_or_else(|| {
                ValueError::new(format!("{} has a time of day, but the field is a date", quoted(text)))
                    .help("a field of type `datetime` keeps the time")
            })
            .and_then(|date| in_range(date, text)),
        None => Err(ValueError::new(format!("{} is not a date", quoted(text))).help(date_help(text))),
    }
}

/// Reads a moment: RFC 3339, or without an offset in the reading's zone, or in one of the reading's formats.
pub(super) fn moment(text: &str, reading: &Reading) -> Result<DateTime<FixedOffset>, ValueError> {
    match written(text, reading)? {
        Some(Written::Offset(moment)) => in_range(moment.date_naive(), text).map(|_| moment),
        Some(Written::Local(local)) => in_range(local.date(), text).and_then(|_| in_zone(local, reading.zone, text)),
        None if iso_date(text).is_some() => {
            Err(ValueError::new(format!("{} has no time of day, but the field is a datetime", quoted(text)))
                .help(format!("write the time as well, such as `{text}T09:00:00`, or make it a field of type `date`")))
        }
        None => Err(ValueError::new(format!("{} is not a date with a time", quoted(text)))
            .help("write it as `2024-01-31T09:00:00Z`, or say in which format the source writes it")),
    }
}

/// Reads a span of time: `3 days`, `1 day 4 hours`, `P3DT4H`.
pub(super) fn duration(text: &str) -> Result<Duration, ValueError> {
    let (negative, unsigned) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest.trim_start()));
    let parts = if unsigned.starts_with('P') { iso_spans(unsigned) } else { word_spans(unsigned) };
    let Some(parts) = parts else {
        let error = ValueError::new(format!("{} is not a span of time", quoted(text)));
        let lowered = unsigned.to_lowercase();
        return Err(if lowered.contains("month") || lowered.contains("year") {
            error.help("months and years differ in length; write days or weeks")
        } else {
            error.help("write it as `3 days`, `1 day 4 hours` or `P3DT4H`")
        });
    };
    let total = parts.into_iter().try_fold(0_i64, |total, (count, size)| total.checked_add(count.checked_mul(size)?));
    match total {
        Some(seconds) => Ok(Duration::from_seconds(if negative { -seconds } else { seconds })),
        None => Err(ValueError::new(format!("{} is too long a span of time", quoted(text)))),
    }
}

/// Counts with the seconds of their units, from pairs of a number and a word.
fn word_spans(text: &str) -> Option<Vec<(i64, i64)>> {
    let mut spans: Vec<(i64, i64)> = Vec::new();
    let mut words = text.split_whitespace();
    while let Some(count) = words.next() {
        let size = match words.next()?.to_lowercase().as_str() {
            "week" | "weeks" => 604_800,
            "day" | "days" => 86_400,
            "hour" | "hours" => 3_600,
            "minute" | "minutes" => 60,
            "second" | "seconds" => 1,
            _ => return None,
        };
        push_span(&mut spans, count, size)?;
    }
    (!spans.is_empty()).then_some(spans)
}

/// The same from the ISO form, without its years and months, which have no fixed length.
fn iso_spans(text: &str) -> Option<Vec<(i64, i64)>> {
    let mut spans: Vec<(i64, i64)> = Vec::new();
    let mut in_day = false;
    let mut count = String::new();
    for character in text.strip_prefix('P')?.chars() {
        let size = match (character, in_day) {
            ('0'..='9', _) => {
                count.push(character);
                continue;
            }
            ('T', false) if count.is_empty() => {
                in_day = true;
                continue;
            }
            ('W', false) => 604_800,
            ('D', false) => 86_400,
            ('H', true) => 3_600,
            ('M', true) => 60,
            ('S', true) => 1,
            _ => return None,
        };
        push_span(&mut spans, &std::mem::take(&mut count), size)?;
    }
    let complete = count.is_empty() && !spans.is_empty() && !text.ends_with('T');
    complete.then_some(spans)
}

/// Units stand in order of their size, each once.
fn push_span(spans: &mut Vec<(i64, i64)>, count: &str, size: i64) -> Option<()> {
    let digits = !count.is_empty() && count.bytes().all(|byte| byte.is_ascii_digit());
    let in_order = spans.last().is_none_or(|(_, last)| *last > size);
    if !digits || !in_order {
        return None;
    }
    spans.push((count.parse().ok()?, size));
    Some(())
}

/// Whether a text has the shape of a pattern in which `9` stands for any digit.
fn has_shape(text: &str, pattern: &str) -> bool {
    text.len() == pattern.len()
        && text.bytes().zip(pattern.bytes()).all(|(byte, place)| if place == b'9' { byte.is_ascii_digit() } else { byte == place })
}

fn iso_date(text: &str) -> Option<NaiveDate> {
    if has_shape(text, "9999-99-99") { text.parse().ok() } else { None }
}

fn iso_time(text: &str) -> Option<NaiveTime> {
    let (clock, fraction) = text.split_once('.').map_or((text, None), |(clock, fraction)| (clock, Some(fraction)));
    let valid = match fraction {
        None => has_shape(clock, "99:99") || has_shape(clock, "99:99:99"),
        Some(fraction) => {
            has_shape(clock, "99:99:99") && (1..=9).contains(&fraction.len()) && fraction.bytes().all(|byte| byte.is_ascii_digit())
        }
    };
    // A leap second has more than a thousand million nanoseconds; it would break the order of moments.
    let time: NaiveTime = if valid { text.parse().ok()? } else { return None };
    (time.nanosecond() < 1_000_000_000).then_some(time)
}

fn iso_offset(text: &str) -> Option<FixedOffset> {
    let (east, digits) = match text.split_at_checked(1)? {
        ("+", digits) => (1, digits),
        ("-", digits) => (-1, digits),
        _ => return None,
    };
    if !(has_shape(digits, "99:99") || has_shape(digits, "9999") || has_shape(digits, "99")) {
        return None;
    }
    let (hours, minutes) = digits.split_at_checked(2)?;
    let minutes = minutes.trim_start_matches(':');
    let minutes: i32 = if minutes.is_empty() { 0 } else { minutes.parse().ok()? };
    let seconds = hours.parse::<i32>().ok()? * 3_600 + minutes * 60;
    if minutes < 60 { FixedOffset::east_opt(east * seconds) } else { None }
}

fn iso_moment(text: &str) -> Option<Written> {
    let (date, rest) = text.split_once(['T', 't', ' '])?;
    let date = iso_date(date)?;
    if let Some(clock) = rest.strip_suffix(['Z', 'z']).or_else(|| rest.strip_suffix(" UTC")) {
        return Some(Written::Offset(date.and_time(iso_time(clock)?).and_utc().fixed_offset()));
    }
    let Some(sign) = rest.find(['+', '-']) else { return Some(Written::Local(date.and_time(iso_time(rest)?))) };
    let (clock, offset) = rest.split_at_checked(sign)?;
    let local = date.and_time(iso_time(clock.trim_end())?);
    iso_offset(offset)?.from_local_datetime(&local).single().map(Written::Offset)
}

/// The moment that a text writes, in ISO form or in one of the reading's formats.
fn written(text: &str, reading: &Reading) -> Result<Option<Written>, ValueError> {
    if let Some(moment) = iso_moment(text) {
        return Ok(Some(moment));
    }
    let by_format = |format: &String| {
        let offset = DateTime::parse_from_str(text, format).ok().map(Written::Offset);
        let local = || NaiveDateTime::parse_from_str(text, format).ok();
        let day = || NaiveDate::parse_from_str(text, format).ok().map(|date| date.and_time(NaiveTime::MIN));
        offset.or_else(|| local().or_else(day).map(Written::Local))
    };
    the_only(text, reading.datetime_formats.iter().filter_map(by_format))
}

/// What all formats that fit agree on.
fn the_only<T: PartialEq>(text: &str, mut readings: impl Iterator<Item = T>) -> Result<Option<T>, ValueError> {
    let Some(first) = readings.next() else { return Ok(None) };
    if readings.all(|other| other == first) {
        return Ok(Some(first));
    }
    Err(ValueError::new(format!("{} can be read in two ways", quoted(text))).help("keep only the format that the source uses"))
}

/// The day, where the moment is its very beginning.
fn midnight(moment: Written, zone: Tz) -> Option<NaiveDate> {
    let (as_written, in_zone) = match moment {
        Written::Local(local) => (local, local),
        Written::Offset(moment) => (moment.naive_local(), moment.with_timezone(&zone).naive_local()),
    };
    [as_written, in_zone].into_iter().find(|local| local.time() == NaiveTime::MIN).map(|local| local.date())
}

fn in_zone(local: NaiveDateTime, zone: Tz, text: &str) -> Result<DateTime<FixedOffset>, ValueError> {
    match zone.from_local_datetime(&local) {
        LocalResult::Single(moment) => Ok(moment.fixed_offset()),
        LocalResult::Ambiguous(first, second) => {
            let shown = |moment: DateTime<Tz>| moment.to_rfc3339_opts(SecondsFormat::AutoSi, true);
            Err(ValueError::new(format!("{} happens twice in `{zone}`, where the clocks are set back", quoted(text))).help(format!(
                "write the offset: `{}` or `{}`",
                shown(first),
                shown(second)
            )))
        }
        LocalResult::None => {
            Err(ValueError::new(format!("{} does not happen in `{zone}`, where the clocks are set forward", quoted(text)))
                .help("write it with its offset, or in another zone"))
        }
    }
}

/// Years of two digits that were read as four, and the first day of the calendar that stands for no day at all, are no dates.
fn in_range(date: NaiveDate, text: &str) -> Result<NaiveDate, ValueError> {
    if (1000..=9999).contains(&date.year()) {
        return Ok(date);
    }
    Err(ValueError::new(format!("{} is in the year {}", quoted(text), date.year()))
        .help("write years with four digits, or read those of two with `%y`; where it means no date, name it as a text for missing values"))
}

/// What to do about a text that is no date.
fn date_help(text: &str) -> String {
    if has_shape(text, "9999-99-99") {
        return "there is no such day".to_owned();
    }
    let year_first = ["%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日", "%Y%m%d"];
    let likely = year_first.iter().find_map(|format| NaiveDate::parse_from_str(text, format).ok());
    match likely.filter(|date| in_range(*date, text).is_ok()) {
        Some(date) => format!("did you mean `{date}`? otherwise say in which format the source writes dates"),
        None => {
            let day_first = ["%d.%m.%Y", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%y", "%d/%m/%y"];
            let format = day_first.into_iter().find(|format| NaiveDate::parse_from_str(text, format).is_ok()).unwrap_or("%d/%m/%Y");
            format!("write it as `2024-01-31`, or name its format under `dates` of a mapping, such as `{format}`")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn reading(zone: Tz) -> Reading {
        Reading { zone, ..Reading::default() }
    }

    fn with_dates(formats: &[&str]) -> Reading {
        Reading { date_formats: formats.iter().map(|format| (*format).to_owned()).collect(), ..Reading::default() }
    }

    fn day(text: &str, reading: &Reading) -> Result<String, ValueError> {
        date(text, reading).map(|date| date.to_string())
    }

    fn at(text: &str, zone: Tz) -> Result<String, ValueError> {
        moment(text, &reading(zone)).map(|moment| moment.to_rfc3339_opts(SecondsFormat::AutoSi, true))
    }

    #[test]
    fn days_are_iso_or_of_a_given_format() {
        let iso = Reading::default();
        assert_eq!(day("2024-01-05", &iso).as_deref(), Ok("2024-01-05"));
        assert_eq!(day("05.01.2024", &with_dates(&["%d.%m.%Y"])).as_deref(), Ok("2024-01-05"));
        assert_eq!(day("2024年1月5日", &with_dates(&["%Y年%m月%d日"])).as_deref(), Ok("2024-01-05"));
        let help = |text| date(text, &iso).unwrap_err().help.unwrap();
        assert_eq!(help("2024/1/5"), "did you mean `2024-01-05`? otherwise say in which format the source writes dates");
        assert_eq!(help("05/01/2024"), "write it as `2024-01-31`, or name its format under `dates` of a mapping, such as `%d/%m/%Y`");
        assert!(help("02.11.2026").ends_with("such as `%d.%m.%Y`"));
        assert_eq!(help("2024-02-30"), "there is no such day");
    }

    #[test]
    fn formats_that_disagree_and_years_of_two_digits_are_errors() {
        let both = with_dates(&["%d/%m/%Y", "%m/%d/%Y"]);
        assert_eq!(day("13/04/2024", &both).as_deref(), Ok("2024-04-13"));
        assert_eq!(day("04/04/2024", &both).as_deref(), Ok("2024-04-04"));
        assert_eq!(day("03/04/2024", &both).unwrap_err().message, "`03/04/2024` can be read in two ways");
        assert_eq!(day("05/01/24", &with_dates(&["%d/%m/%Y"])).unwrap_err().message, "`05/01/24` is in the year 24");
        assert_eq!(day("05/01/24", &with_dates(&["%d/%m/%y"])).as_deref(), Ok("2024-01-05"));
        assert!(day("0001-01-01", &Reading::default()).is_err());
    }

    #[test]
    fn midnight_is_a_day_and_any_other_time_is_not() {
        let shanghai = reading(Tz::Asia__Shanghai);
        for text in
            ["2024-01-05 00:00:00", "2024-01-05T00:00", "2024-01-05T00:00:00.000Z", "2024-01-04T16:00:00Z", "2024-01-05T00:00:00+0800"]
        {
            assert_eq!(day(text, &shanghai).as_deref(), Ok("2024-01-05"), "{text}");
        }
        let error = date("2024-01-05 08:30:00", &shanghai).unwrap_err();
        assert_eq!(error.message, "`2024-01-05 08:30:00` has a time of day, but the field is a date");
    }

    #[test]
    fn moments_keep_their_offset_or_get_that_of_the_zone() {
        assert_eq!(at("2024-07-01T09:00:00Z", Tz::UTC).as_deref(), Ok("2024-07-01T09:00:00Z"));
        assert_eq!(at("2024-07-01T09:00:00.250-07:00", Tz::UTC).as_deref(), Ok("2024-07-01T09:00:00.250-07:00"));
        assert_eq!(at("2024-07-01T09:00:00.000+0000", Tz::UTC).as_deref(), Ok("2024-07-01T09:00:00Z"));
        assert_eq!(at("2024-07-01 09:00", Tz::Europe__Berlin).as_deref(), Ok("2024-07-01T09:00:00+02:00"));
        assert_eq!(at("2024-01-01 09:00:30 UTC", Tz::Europe__Berlin).as_deref(), Ok("2024-01-01T09:00:30Z"));
        for wrong in
            ["2024-07-01T24:00:00Z", "2024-06-30T23:59:60Z", "2024-07-01T9:00Z", "2024-07-01T09:00:00+25:00", "2024-07-01T", "T09:00"]
        {
            assert!(at(wrong, Tz::UTC).is_err(), "{wrong}");
        }
        assert_eq!(at("2024-07-01", Tz::UTC).unwrap_err().message, "`2024-07-01` has no time of day, but the field is a datetime");
    }

    #[test]
    fn moments_of_a_given_format_may_have_an_offset_or_no_time() {
        let formats = ["%d.%m.%Y %H:%M %z", "%d.%m.%Y %H:%M", "%d.%m.%Y"].map(str::to_owned).to_vec();
        let reading = Reading { datetime_formats: formats, zone: Tz::Europe__Berlin, ..Reading::default() };
        let read = |text: &str| moment(text, &reading).map(|moment| moment.to_rfc3339());
        assert_eq!(read("01.07.2024 09:00 +0100").as_deref(), Ok("2024-07-01T09:00:00+01:00"));
        assert_eq!(read("01.07.2024 09:00").as_deref(), Ok("2024-07-01T09:00:00+02:00"));
        assert_eq!(read("01.07.2024").as_deref(), Ok("2024-07-01T00:00:00+02:00"));
    }

    #[test]
    fn a_clock_that_is_set_back_or_forward_makes_a_local_time_unclear() {
        let twice = at("2024-10-27 02:30", Tz::Europe__Berlin).unwrap_err();
        assert_eq!(twice.message, "`2024-10-27 02:30` happens twice in `Europe/Berlin`, where the clocks are set back");
        assert_eq!(twice.help.as_deref(), Some("write the offset: `2024-10-27T02:30:00+02:00` or `2024-10-27T02:30:00+01:00`"));
        let never = at("2024-03-31 02:30", Tz::Europe__Berlin).unwrap_err();
        assert_eq!(never.message, "`2024-03-31 02:30` does not happen in `Europe/Berlin`, where the clocks are set forward");
    }

    #[test]
    fn spans_are_words_or_iso() {
        for (text, seconds) in [
            ("3 days", 259_200),
            ("1 day 4 hours", 100_800),
            ("2 Weeks", 1_209_600),
            ("90 minutes", 5_400),
            ("P3DT4H", 273_600),
            ("P2W", 1_209_600),
            ("PT30M", 1_800),
            ("-3 days", -259_200),
        ] {
            assert_eq!(duration(text), Ok(Duration::from_seconds(seconds)), "{text}");
        }
        for wrong in ["3", "days", "3 days 4", "4 hours 1 day", "1 day 1 day", "P", "PT", "P3DT", "P4H", "PT3D", "1.5 days", "-", "3days"] {
            assert!(duration(wrong).is_err(), "{wrong}");
        }
        assert_eq!(duration("2 months").unwrap_err().help.as_deref(), Some("months and years differ in length; write days or weeks"));
        assert!(duration("999999999999999999 weeks").unwrap_err().message.ends_with("too long a span of time"));
    }

    proptest! {
        #[test]
        fn spans_are_read_as_they_are_shown(seconds in -10_000_000_000_i64..10_000_000_000) {
            let span = Duration::from_seconds(seconds);
            prop_assert_eq!(duration(&span.to_string()), Ok(span));
        }

        #[test]
        fn moments_are_read_as_they_are_shown(seconds in -30_000_000_000_i64..250_000_000_000, offset in -840_i32..840) {
            let offset = FixedOffset::east_opt(offset * 60).unwrap();
            let moment = DateTime::from_timestamp(seconds, 0).unwrap().with_timezone(&offset);
            let text = moment.to_rfc3339();
            prop_assert_eq!(super::moment(&text, &Reading::default()), Ok(moment));
            let day = moment.date_naive();
            prop_assert_eq!(date(&day.to_string(), &Reading::default()), Ok(day));
        }
    }
}
