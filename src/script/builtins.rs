//! The closed list of functions that rules can call: what each takes, gives and means.
//!
//! It must not implement them; `script::functions` does, and a test holds the two together.

/// What a function takes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Takes {
    /// A whole or decimal number.
    Number,
    /// A text.
    Text,
    /// A list.
    List,
    /// A list or a text.
    ListOrText,
    /// A day.
    Date,
    /// A day or a moment.
    DateOrDateTime,
    /// A span of time.
    Duration,
    /// Anything.
    Any,
    /// The name of a scorecard, in quotes.
    ScorecardName,
    /// The name of a table, in quotes.
    TableName,
    /// The name of a record type, in quotes.
    RecordName,
}

/// What a function gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gives {
    /// True or false.
    Bool,
    /// A whole number.
    Int,
    /// A number.
    Number,
    /// A text.
    Text,
    /// A day.
    Date,
    /// A moment.
    DateTime,
    /// A span of time.
    Duration,
    /// A list of texts.
    Texts,
    /// The type of the first argument.
    Same,
    /// One element of the first argument.
    Element,
    /// A list of what the closure gives.
    Mapped,
    /// The child records asked for.
    Children,
    /// Nothing: the function changes a local list.
    Nothing,
    /// Not known before it runs.
    Any,
}

/// One function of the list. In `x.f(y)` the value before the dot is the first argument.
#[derive(Debug, Clone, Copy)]
pub struct Builtin {
    /// Its name.
    pub name: &'static str,
    /// The fewest arguments.
    pub least: usize,
    /// The most arguments.
    pub most: usize,
    /// What the first argument must be.
    pub takes: Takes,
    /// What it gives.
    pub gives: Gives,
    /// What it means, in a line.
    pub meaning: &'static str,
    /// A condition that holds, on a Monday, the 2nd of November 2026.
    pub example: &'static str,
}

const fn f(
    name: &'static str,
    least: usize,
    most: usize,
    takes: Takes,
    gives: Gives,
    meaning: &'static str,
    example: &'static str,
) -> Builtin {
    Builtin { name, least, most, takes, gives, meaning, example }
}

/// Every function that rules can call besides those of their own scripts.
pub const BUILTINS: &[Builtin] = &[
    f("has", 1, 1, Takes::Any, Gives::Bool, "whether a field has a value; reading it this way is never unknown", "!has(case.stage)"),
    f("abs", 1, 1, Takes::Number, Gives::Same, "the number without its sign", "abs(-3) == 3"),
    f("min", 2, 2, Takes::Any, Gives::Same, "the smaller of two numbers, dates, moments, durations or texts", "min(3, 2.5) == 2.5"),
    f("max", 2, 2, Takes::Any, Gives::Same, "the larger of two numbers, dates, moments, durations or texts", "max(3, 2.5) == 3"),
    f("floor", 1, 1, Takes::Number, Gives::Number, "the whole number below", "floor(2.9) == 2"),
    f("ceiling", 1, 1, Takes::Number, Gives::Number, "the whole number above", "ceiling(2.1) == 3"),
    f(
        "round",
        1,
        2,
        Takes::Number,
        Gives::Number,
        "rounded to whole numbers, or to so many digits; halves go away from zero",
        "round(2.345, 2) == 2.35",
    ),
    f("to_int", 1, 1, Takes::Any, Gives::Int, "the whole number in a text, or of a decimal without fraction", r#"to_int("12") == 12"#),
    f("to_decimal", 1, 1, Takes::Any, Gives::Number, "the decimal in a text, or of a whole number", r#"to_decimal("1.50") == 1.5"#),
    f("to_text", 1, 1, Takes::Any, Gives::Text, "any value as a text", r#"to_text(12) == "12""#),
    f("to_string", 1, 1, Takes::Any, Gives::Text, "the same as `to_text`", r#"to_string(1.5) == "1.5""#),
    f("len", 1, 1, Takes::ListOrText, Gives::Int, "the number of elements or characters", "[1, 2].len() == 2"),
    f("is_empty", 1, 1, Takes::ListOrText, Gives::Bool, "whether there are no elements or characters", r#""".is_empty()"#),
    f(
        "contains",
        2,
        2,
        Takes::ListOrText,
        Gives::Bool,
        "whether a list has an element, or a text a part; also written `x in list`",
        "2 in [1, 2]",
    ),
    f("starts_with", 2, 2, Takes::Text, Gives::Bool, "whether a text begins with another", r#""CN-07".starts_with("CN")"#),
    f("ends_with", 2, 2, Takes::Text, Gives::Bool, "whether a text ends with another", r#""CN-07".ends_with("7")"#),
    f("to_upper", 1, 1, Takes::Text, Gives::Text, "in capital letters", r#""ab".to_upper() == "AB""#),
    f("to_lower", 1, 1, Takes::Text, Gives::Text, "in small letters", r#""AB".to_lower() == "ab""#),
    f("trim", 1, 1, Takes::Text, Gives::Text, "without spaces at both ends", r#"" a ".trim() == "a""#),
    f("sub_string", 2, 3, Takes::Text, Gives::Text, "from a character on, of a length", r#""abcd".sub_string(1, 2) == "bc""#),
    f("split", 2, 2, Takes::Text, Gives::Texts, "the parts between separators", r#""a-b".split("-").len() == 2"#),
    f(
        "index_of",
        2,
        2,
        Takes::ListOrText,
        Gives::Int,
        "where an element or part first is, from 0; -1 where it is not",
        r#"["a", "b"].index_of("b") == 1"#,
    ),
    f("all", 2, 2, Takes::List, Gives::Bool, "whether a condition holds for every element", "[1, 2].all(|n| n > 0)"),
    f("some", 2, 2, Takes::List, Gives::Bool, "whether a condition holds for one element at least", "[1, 2].some(|n| n > 1)"),
    f("filter", 2, 2, Takes::List, Gives::Same, "the elements for which a condition holds", "[1, 2].filter(|n| n > 1).len() == 1"),
    f("map", 2, 2, Takes::List, Gives::Mapped, "what a function gives for each element", "[1, 2].map(|n| n * 2) == [2, 4]"),
    f(
        "find",
        2,
        2,
        Takes::List,
        Gives::Element,
        "the first element for which a condition holds; use it with `??`",
        "([1, 2].find(|n| n > 5) ?? 0) == 0",
    ),
    f("push", 2, 2, Takes::List, Gives::Nothing, "adds an element to a local list", "let l = []; l.push(1); l.len() == 1"),
    f("sum", 1, 1, Takes::List, Gives::Number, "the exact sum of numbers; 0 for none", "[1, 2.5].sum() == 3.5"),
    f(
        "range",
        2,
        2,
        Takes::Number,
        Gives::Any,
        "the whole numbers from one to below another, for `for`",
        "let n = 0; for i in range(0, 3) { n += i; } n == 3",
    ),
    f("date", 1, 1, Takes::Text, Gives::Date, "a day from a text such as \"2026-01-31\"", r#"date("2026-01-31") < today"#),
    f(
        "datetime",
        1,
        1,
        Takes::Text,
        Gives::DateTime,
        "a moment from a text such as \"2026-01-31T09:00:00Z\"",
        r#"datetime("2026-01-31T09:00:00Z") < now"#,
    ),
    f("duration", 1, 1, Takes::Text, Gives::Duration, "a span of time from a text such as \"3 days\"", r#"duration("3 days") == days(3)"#),
    f("days", 1, 1, Takes::Number, Gives::Duration, "so many days as a span of time", "today + days(1) > today"),
    f("hours", 1, 1, Takes::Number, Gives::Duration, "so many hours as a span of time", "now - hours(2) < now"),
    f("in_days", 1, 1, Takes::Duration, Gives::Int, "the whole days of a span of time", "days(3).in_days() == 3"),
    f("in_hours", 1, 1, Takes::Duration, Gives::Int, "the whole hours of a span of time", "days(1).in_hours() == 24"),
    f("date_of", 1, 1, Takes::DateOrDateTime, Gives::Date, "the day of a moment, in the offset it was written in", "date_of(now) == today"),
    f("year", 1, 1, Takes::DateOrDateTime, Gives::Int, "the year", "today.year() == 2026"),
    f("month", 1, 1, Takes::DateOrDateTime, Gives::Int, "the month, from 1", "today.month() == 11"),
    f("day", 1, 1, Takes::DateOrDateTime, Gives::Int, "the day of the month", "today.day() == 2"),
    f("weekday", 1, 1, Takes::DateOrDateTime, Gives::Int, "the day of the week, 1 for Monday to 7", "today.weekday() == 1"),
    f(
        "days_between",
        2,
        2,
        Takes::Date,
        Gives::Int,
        "the days from one day to another; negative when the second is earlier",
        "days_between(today, today + days(7)) == 7",
    ),
    f(
        "working_days_between",
        2,
        2,
        Takes::Date,
        Gives::Int,
        "the working days after one day up to another, by the workflow's calendar",
        "working_days_between(today, today) == 0",
    ),
    f(
        "working_days_after",
        2,
        2,
        Takes::Date,
        Gives::Date,
        "the day so many working days after a day, or before it where the number is negative, by the workflow's calendar",
        "working_days_between(today, working_days_after(today, 3)) == 3",
    ),
    f("is_working_day", 1, 1, Takes::Date, Gives::Bool, "whether a day is worked, by the workflow's calendar", "is_working_day(today)"),
    f("score", 1, 1, Takes::ScorecardName, Gives::Number, "the points of a scorecard for this record", r#"score("fit") == 75"#),
    f("grade", 1, 1, Takes::ScorecardName, Gives::Text, "the grade of a scorecard for this record", r#"grade("fit") == "B""#),
    f(
        "table",
        1,
        1,
        Takes::TableName,
        Gives::Any,
        "what a decision table gives for this record; use `??` where no row may match",
        r#"table("authority") == "office""#,
    ),
    f("children", 1, 1, Takes::RecordName, Gives::Children, "the child records of a type", r#"children("order").len() == 0"#),
];

/// The function of a name.
#[must_use]
pub fn builtin(name: &str) -> Option<&'static Builtin> {
    BUILTINS.iter().find(|builtin| builtin.name == name)
}
