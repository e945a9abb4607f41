//! What cells mean: every spelling and every mistake that is answered with advice, as people see them.
//!
//! It must not test matching; only how texts are read.

use super::{CellType, UnaryTest, parse_output};
use crate::diagnostic::Code;
use crate::source::Span;
use std::sync::Arc;

fn level() -> CellType {
    CellType::Enum(Arc::from([Arc::from("office"), Arc::from("region"), Arc::from("in review")]))
}

/// One line per cell of a list separated by bars: its canonical text, or what is wrong and under which characters.
fn read(cells: &str, cell_type: &CellType) -> String {
    let line = |cell: &str| match UnaryTest::parse(cell, cell_type) {
        Ok(test) => {
            assert_eq!(UnaryTest::parse(&test.to_string(), cell_type).as_ref(), Ok(&test));
            format!("{cell} => {test}")
        }
        Err(error) => {
            let place = cell.get(error.start..error.end).unwrap();
            let help = error.help.map_or(String::new(), |help| format!("; {help}"));
            format!("{cell} => {} at `{place}`: {}{help}", error.code, error.message)
        }
    };
    cells.split(['|', '\n']).map(str::trim).filter(|cell| !cell.is_empty()).map(line).collect::<Vec<_>>().join("\n")
}

#[test]
fn numbers() {
    let cells = r#"
        - | >= 5_000_000 | <10 | = 5 | == 5 | != 5 | 5 | -5 | -0 | 30% | < 12.50 | [1..10) | (1..10] | ]1..10[ | 1..10
        [ -3 .. -1.5 ] | [5..5] | 10, 20, > 50 | 10,20 | 1000,200 | not(5) | NOT (5, [7..9])
    "#;
    insta::assert_snapshot!(read(cells, &CellType::Number), @"
    - => -
    >= 5_000_000 => >= 5000000
    <10 => < 10
    = 5 => 5
    == 5 => 5
    != 5 => != 5
    5 => 5
    -5 => -5
    -0 => 0
    30% => 30
    < 12.50 => < 12.5
    [1..10) => [1..10)
    (1..10] => (1..10]
    ]1..10[ => (1..10)
    1..10 => [1..10]
    [ -3 .. -1.5 ] => [-3..-1.5]
    [5..5] => [5..5]
    10, 20, > 50 => 10, 20, > 50
    10,20 => 10, 20
    1000,200 => 1000, 200
    not(5) => not(5)
    NOT (5, [7..9]) => not(5, [7..9])
    ");
}

#[test]
fn texts_that_are_no_test_of_numbers() {
    let cells = r#"
        abc | "5" | 5,000,000 | < 1,000 | 10, , 20 | 10, - | > | != 5, != 6 | not(!= 5) | not() | not(5 | not(5), 6
        5, not(6) | [10..1] | (5..5) | [5..5) | [..5] | [1..5 | 1..5] | [5] | 1..2..3 | 1e6 | $5 | 1. | .5 | 1__0
        0.12345678901234567890123456789 | >= 5 and < 10 | ≥ 5 | > 5，< 2 | 5-10 | true | not(< 5, >= 5) | (1
    "#;
    insta::assert_snapshot!(read(cells, &CellType::Number), @r#"
    abc => cell-type at `abc`: `abc` is not a number; numbers are written `5_000_000`, `-0.25` or `30%`, comparisons `>= 5`, intervals `[5..10)`
    "5" => cell-type at `"5"`: `"5"` is not a number; numbers are written `5_000_000`, `-0.25` or `30%`, comparisons `>= 5`, intervals `[5..10)`
    5,000,000 => invalid-cell at `5,000,000`: `5,000,000` may be one number or a list; group digits with `_`, as in `5_000_000`; put a blank after each comma of a list
    < 1,000 => invalid-cell at `< 1,000`: `< 1,000` may be one number or a list; group digits with `_`, as in `5_000_000`; put a blank after each comma of a list
    10, , 20 => invalid-cell at ``: a value is missing here; a list is written `10, 20`
    10, - => invalid-cell at `-`: `-` stands for any value and cannot be part of a list
    > => invalid-cell at `>`: a value is missing after `>`
    != 5, != 6 => invalid-cell at `!= 5`: `!=` cannot be part of a list or of `not(..)`; a comma means or; `not(a, b)` is neither `a` nor `b`
    not(!= 5) => invalid-cell at `!= 5`: `!=` cannot be part of a list or of `not(..)`; a comma means or; `not(a, b)` is neither `a` nor `b`
    not() => invalid-cell at ``: a value is missing here; a list is written `10, 20`
    not(5 => invalid-cell at `not(5`: `not(5` does not end with the `)` of `not(`; `not(..)` holds for a whole cell; a text that begins so needs quotes
    not(5), 6 => invalid-cell at `not(5), 6`: `not(5), 6` does not end with the `)` of `not(`; `not(..)` holds for a whole cell; a text that begins so needs quotes
    5, not(6) => invalid-cell at `not(6)`: `not(..)` cannot be part of a list; it holds for a whole cell: `not(a, b)`
    [10..1] => invalid-cell at `[10..1]`: `[10..1]` begins above its end; write `[1..10]`
    (5..5) => invalid-cell at `(5..5)`: no value lies in `(5..5)`; `[` and `]` include the ends, `(` and `)` leave them out
    [5..5) => invalid-cell at `[5..5)`: no value lies in `[5..5)`; `[` and `]` include the ends, `(` and `)` leave them out
    [..5] => invalid-cell at `[..5]`: an end of `[..5]` is missing; an interval without an end is written `>= 1` or `< 10`
    [1..5 => invalid-cell at `[1..5`: `[1..5` is not an interval; an interval is written `[1..10]`, or `[1..10)` without its upper end
    1..5] => invalid-cell at `1..5]`: `1..5]` is not an interval; an interval is written `[1..10]`, or `[1..10)` without its upper end
    [5] => invalid-cell at `[5]`: `[5]` is not an interval; an interval is written `[1..10]`, or `[1..10)` without its upper end
    1..2..3 => invalid-cell at `1..2..3`: `1..2..3` is not an interval; an interval is written `[1..10]`, or `[1..10)` without its upper end
    1e6 => cell-type at `1e6`: `1e6` is not a number; numbers are written `5_000_000`, `-0.25` or `30%`, comparisons `>= 5`, intervals `[5..10)`
    $5 => cell-type at `$5`: `$5` is not a number; numbers are written `5_000_000`, `-0.25` or `30%`, comparisons `>= 5`, intervals `[5..10)`
    1. => cell-type at `1.`: `1.` is not a number; numbers are written `5_000_000`, `-0.25` or `30%`, comparisons `>= 5`, intervals `[5..10)`
    .5 => cell-type at `.5`: `.5` is not a number; numbers are written `5_000_000`, `-0.25` or `30%`, comparisons `>= 5`, intervals `[5..10)`
    1__0 => cell-type at `1__0`: `1__0` is not a number; numbers are written `5_000_000`, `-0.25` or `30%`, comparisons `>= 5`, intervals `[5..10)`
    0.12345678901234567890123456789 => invalid-cell at `0.12345678901234567890123456789`: `0.12345678901234567890123456789` has more digits than can be kept exactly
    >= 5 and < 10 => cell-type at `5 and < 10`: `5 and < 10` is not a number; numbers are written `5_000_000`, `-0.25` or `30%`, comparisons `>= 5`, intervals `[5..10)`
    ≥ 5 => cell-type at `≥ 5`: `≥ 5` is not a number; signs are written `<`, `<=`, `>`, `>=`, `=`, `!=`, `-`, `,`, `(` and `)`
    > 5，< 2 => cell-type at `5，< 2`: `5，< 2` is not a number; signs are written `<`, `<=`, `>`, `>=`, `=`, `!=`, `-`, `,`, `(` and `)`
    5-10 => cell-type at `5-10`: `5-10` is not a number; numbers are written `5_000_000`, `-0.25` or `30%`, comparisons `>= 5`, intervals `[5..10)`
    true => cell-type at `true`: `true` is not a number; numbers are written `5_000_000`, `-0.25` or `30%`, comparisons `>= 5`, intervals `[5..10)`
    not(< 5, >= 5) => invalid-cell at `not(< 5, >= 5)`: no value fits `not(< 5, >= 5)`; a row with this cell would never match
    (1 => invalid-cell at `(1`: `(1` is not an interval; an interval is written `[1..10]`, or `[1..10)` without its upper end
    "#);
}

#[test]
fn whole_numbers_know_their_gaps() {
    let cells = r#"
        > 2.5 | 2.0 | 2.5 | != 2.5 | (5..6) | (4.1..4.9) | [4.5..5.5] | not(<= 5, >= 6)
    "#;
    insta::assert_snapshot!(read(cells, &CellType::Int), @"
    > 2.5 => > 2.5
    2.0 => 2
    2.5 => cell-type at `2.5`: `2.5` is not a whole number; a whole number never equals a fraction; `<` and `>` may name one
    != 2.5 => cell-type at `2.5`: `2.5` is not a whole number; a whole number never equals a fraction; `<` and `>` may name one
    (5..6) => invalid-cell at `(5..6)`: no value lies in `(5..6)`; `[` and `]` include the ends, `(` and `)` leave them out
    (4.1..4.9) => invalid-cell at `(4.1..4.9)`: no value lies in `(4.1..4.9)`; `[` and `]` include the ends, `(` and `)` leave them out
    [4.5..5.5] => [4.5..5.5]
    not(<= 5, >= 6) => invalid-cell at `not(<= 5, >= 6)`: no value fits `not(<= 5, >= 6)`; a row with this cell would never match
    ");
}

#[test]
fn texts() {
    let cells = r#"
        open | 华为（深圳） | "a, b", c | not(a, b) | != a | = a b | GmbH (Berlin) | nothing | "-" | "" | true | 5 | "say \"hi\" \\"
        O'Neil | "not(a)" | -5
    "#;
    insta::assert_snapshot!(read(cells, &CellType::Text), @r#"
    open => open
    华为（深圳） => 华为（深圳）
    "a, b", c => "a, b", c
    not(a, b) => not(a, b)
    != a => != a
    = a b => a b
    GmbH (Berlin) => GmbH (Berlin)
    nothing => nothing
    "-" => "-"
    "" => ""
    true => true
    5 => 5
    "say \"hi\" \\" => "say \"hi\" \\"
    O'Neil => O'Neil
    "not(a)" => "not(a)"
    -5 => -5
    "#);
}

#[test]
fn texts_that_need_quotes() {
    let cells = r#"
        < 5 | a..c | [draft] | "open | say "hi" | “open” | 北京，上海 | a) | "a" b | "a\n" | not（a） | (a) | a,
    "#;
    insta::assert_snapshot!(read(cells, &CellType::Text), @r#"
    < 5 => cell-type at `< 5`: `< 5` asks for an order, and texts have none; list the values, or put a text in quotes: `"< 5"`
    a..c => cell-type at `a..c`: `a..c` asks for an order, and texts have none; list the values, or put a text in quotes: `"a..c"`
    [draft] => cell-type at `[draft]`: `[draft]` asks for an order, and texts have none; list the values, or put a text in quotes: `"[draft]"`
    "open => invalid-cell at `"open`: `"open` has no closing quote
    say "hi" => invalid-cell at `say "hi"`: `say "hi"` needs quotes; write `"say \"hi\""`
    “open” => invalid-cell at `“open”`: `“open”` needs quotes; write `"“open”"`
    北京，上海 => invalid-cell at `北京，上海`: `北京，上海` needs quotes; a list is separated by `,`; a text is written `"北京，上海"`
    a) => invalid-cell at `a)`: `a)` needs quotes; write `"a)"`
    "a" b => invalid-cell at `"a" b`: `"a" b` goes on after its quotes; write `\"` for a quote inside
    "a\n" => invalid-cell at `"a\n"`: `\` stands before `"` or `\` only; write `\\` for a backslash
    not（a） => invalid-cell at `not（a）`: `not（a）` does not end with the `)` of `not(`; `not(..)` holds for a whole cell; a text that begins so needs quotes
    (a) => cell-type at `(a)`: `(a)` asks for an order, and texts have none; list the values, or put a text in quotes: `"(a)"`
    a, => invalid-cell at ``: a value is missing here; a list is written `10, 20`
    "#);
}

#[test]
fn closed_sets_and_bools() {
    let cells = r#"
        office, in review | not(office) | "office" | ofice | Office | != zzz | > office | not(office, region, in review)
    "#;
    insta::assert_snapshot!(read(cells, &level()), @r#"
    office, in review => office, in review
    not(office) => not(office)
    "office" => office
    ofice => unknown-value at `ofice`: `ofice` is not one of the values of the column; did you mean `office`?
    Office => unknown-value at `Office`: `Office` is not one of the values of the column; did you mean `office`?
    != zzz => unknown-value at `zzz`: `zzz` is not one of the values of the column; known here: `office`, `region`, `in review`
    > office => cell-type at `> office`: `> office` asks for an order, and values of a closed set have none; list the values, or put a text in quotes: `"> office"`
    not(office, region, in review) => invalid-cell at `not(office, region, in review)`: no value fits `not(office, region, in review)`; a row with this cell would never match
    "#);
    let cells = r#"
        true | != true | not(false) | true, false | yes | < true | not(true, false)
    "#;
    insta::assert_snapshot!(read(cells, &CellType::Bool), @"
    true => true
    != true => != true
    not(false) => not(false)
    true, false => true, false
    yes => cell-type at `yes`: `yes` is not `true` or `false`; write one of the two words, without quotes
    < true => cell-type at `< true`: `< true` asks for an order, and bools have none; write `true` or `false`
    not(true, false) => invalid-cell at `not(true, false)`: no value fits `not(true, false)`; a row with this cell would never match
    ");
}

#[test]
fn days_moments_and_spans() {
    let cells = r#"
        2026-01-05 | date("2026-01-05") | < date( "2026-01-05" ) | [2026-01-05..2026-02-01)
        date("2026-01-05")..date("2026-02-01") | 2026-1-5 | 2026-02-30 | 05.01.2026 | (2026-01-05..2026-01-06)
        2026-01-05T10:00:00Z | date(2026-01-05)
    "#;
    insta::assert_snapshot!(read(cells, &CellType::Date), @r#"
    2026-01-05 => 2026-01-05
    date("2026-01-05") => 2026-01-05
    < date( "2026-01-05" ) => < 2026-01-05
    [2026-01-05..2026-02-01) => [2026-01-05..2026-02-01)
    date("2026-01-05")..date("2026-02-01") => [2026-01-05..2026-02-01]
    2026-1-5 => cell-type at `2026-1-5`: `2026-1-5` is not a date; days are written `2026-01-05`
    2026-02-30 => invalid-cell at `2026-02-30`: there is no day `2026-02-30`
    05.01.2026 => cell-type at `05.01.2026`: `05.01.2026` is not a date; days are written `2026-01-05`
    (2026-01-05..2026-01-06) => invalid-cell at `(2026-01-05..2026-01-06)`: no value lies in `(2026-01-05..2026-01-06)`; `[` and `]` include the ends, `(` and `)` leave them out
    2026-01-05T10:00:00Z => cell-type at `2026-01-05T10:00:00Z`: `2026-01-05T10:00:00Z` is not a date; days are written `2026-01-05`
    date(2026-01-05) => cell-type at `date(2026-01-05)`: `date(2026-01-05)` is not a date; days are written `2026-01-05`
    "#);
    let cells = r#"
        < 2026-01-05T10:00:00+08:00 | date and time("2026-01-05T10:00:00Z") | 2026-01-05 | 2026-01-05T10:00:00
        2026-01-05 10:00:00Z | 2026-12-31T23:59:60.250Z | (2026-01-05T10:00:00+08:00..2026-01-05T02:00:00Z)
    "#;
    insta::assert_snapshot!(read(cells, &CellType::DateTime), @r#"
    < 2026-01-05T10:00:00+08:00 => < 2026-01-05T10:00:00+08:00
    date and time("2026-01-05T10:00:00Z") => 2026-01-05T10:00:00Z
    2026-01-05 => cell-type at `2026-01-05`: `2026-01-05` is not a moment; moments are written with their offset from UTC: `2026-01-05T10:00:00+08:00`
    2026-01-05T10:00:00 => cell-type at `2026-01-05T10:00:00`: `2026-01-05T10:00:00` is not a moment; moments are written with their offset from UTC: `2026-01-05T10:00:00+08:00`
    2026-01-05 10:00:00Z => 2026-01-05T10:00:00Z
    2026-12-31T23:59:60.250Z => 2026-12-31T23:59:60.250Z
    (2026-01-05T10:00:00+08:00..2026-01-05T02:00:00Z) => invalid-cell at `(2026-01-05T10:00:00+08:00..2026-01-05T02:00:00Z)`: no value lies in `(2026-01-05T10:00:00+08:00..2026-01-05T02:00:00Z)`; `[` and `]` include the ends, `(` and `)` leave them out
    "#);
    let cells = r#"
        <= 3 days | 1 day 4 hours | 2 weeks | -3 days | [0 days..90 minutes] | 36 hours, > 1 week | 3 | 3 months
        5 working days | 4 hours 1 day | 1 day 1 day | 1.5 days | 99999999999999999999 days | 999999999999999999 weeks | -
    "#;
    insta::assert_snapshot!(read(cells, &CellType::Duration), @"
    <= 3 days => <= 3 days
    1 day 4 hours => 1 day 4 hours
    2 weeks => 14 days
    -3 days => -3 days
    [0 days..90 minutes] => [0 seconds..1 hour 30 minutes]
    36 hours, > 1 week => 1 day 12 hours, > 7 days
    3 => cell-type at `3`: `3` is not a duration; durations are written `3 days` or `1 day 4 hours`, in weeks, days, hours, minutes and seconds
    3 months => cell-type at `3 months`: `3 months` is not a duration; durations are written `3 days` or `1 day 4 hours`, in weeks, days, hours, minutes and seconds
    5 working days => cell-type at `5 working days`: `5 working days` is not a duration; durations are written `3 days` or `1 day 4 hours`, in weeks, days, hours, minutes and seconds
    4 hours 1 day => cell-type at `4 hours 1 day`: `4 hours 1 day` is not a duration; durations are written `3 days` or `1 day 4 hours`, in weeks, days, hours, minutes and seconds
    1 day 1 day => cell-type at `1 day 1 day`: `1 day 1 day` is not a duration; durations are written `3 days` or `1 day 4 hours`, in weeks, days, hours, minutes and seconds
    1.5 days => cell-type at `1.5 days`: `1.5 days` is not a duration; durations are written `3 days` or `1 day 4 hours`, in weeks, days, hours, minutes and seconds
    99999999999999999999 days => invalid-cell at `99999999999999999999 days`: `99999999999999999999 days` is too long
    999999999999999999 weeks => invalid-cell at `999999999999999999 weeks`: `999999999999999999 weeks` is too long
    - => -
    ");
}

#[test]
fn outputs_are_single_values() {
    let line = |(cell, cell_type): &(&str, CellType)| match parse_output(cell, cell_type) {
        Ok(value) => format!("{cell} => {} {value}", value.kind()),
        Err(error) => format!("{cell} => {}: {}; {}", error.code, error.message, error.help.unwrap_or_default()),
    };
    let cells = [
        ("5", CellType::Number),
        ("5", CellType::Int),
        ("5.0", CellType::Int),
        ("5.5", CellType::Int),
        ("30%", CellType::Number),
        ("5,000", CellType::Number),
        ("> 5", CellType::Number),
        ("1..2", CellType::Number),
        ("99999999999999999999", CellType::Int),
        ("Ask legal, then finance (twice)..", CellType::Text),
        ("\"-\"", CellType::Text),
        ("-", CellType::Text),
        ("", CellType::Text),
        ("> 5", CellType::Text),
        ("region", level()),
        ("regoin", level()),
        ("not(a)", CellType::Text),
        ("true", CellType::Bool),
        ("zhang.san", CellType::User),
        ("2026-01-05", CellType::Date),
        ("3 days", CellType::Duration),
    ];
    insta::assert_snapshot!(cells.iter().map(line).collect::<Vec<_>>().join("\n"), @r#"
    5 => decimal 5
    5 => int 5
    5.0 => int 5
    5.5 => cell-type: `5.5` is not a whole number; a whole number never equals a fraction; `<` and `>` may name one
    30% => decimal 30
    5,000 => cell-type: `5,000` is not a number; numbers are written `5_000_000`, `-0.25` or `30%`, comparisons `>= 5`, intervals `[5..10)`
    > 5 => cell-type: `> 5` is not a number; numbers are written `5_000_000`, `-0.25` or `30%`, comparisons `>= 5`, intervals `[5..10)`
    1..2 => cell-type: `1..2` is not a number; numbers are written `5_000_000`, `-0.25` or `30%`, comparisons `>= 5`, intervals `[5..10)`
    99999999999999999999 => invalid-cell: `99999999999999999999` has too many digits; 
    Ask legal, then finance (twice).. => text Ask legal, then finance (twice)..
    "-" => text -
    - => invalid-cell: an output needs a value; 
     => invalid-cell: an output needs a value; 
    > 5 => invalid-cell: `> 5` needs quotes; write `"> 5"`
    region => text region
    regoin => unknown-value: `regoin` is not one of the values of the column; did you mean `region`?
    not(a) => text not(a)
    true => bool true
    zhang.san => text zhang.san
    2026-01-05 => date 2026-01-05
    3 days => duration 3 days
    "#);
}

#[test]
fn an_error_points_into_the_cell() {
    let mut sources = crate::source::Sources::new();
    let source = sources.add("t.csv", "x;office, ofice;y");
    let error = UnaryTest::parse("office, ofice", &level()).unwrap_err();
    let finding = error.diagnostic(Span::new(source, 2, 15));
    assert_eq!((finding.code, sources.text(finding.label.span)), (Code::UnknownValue, "ofice"));
}
