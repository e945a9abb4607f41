//! Texts as scalars: the plainest way to write each so that YAML reads it back unchanged, and no reader takes it for something else.
//!
//! It must not break texts over lines by itself: what is one line stays one line.

use super::core_schema::{Core, Elsewhere};

/// Whether a text can stand without quotes in a block, where commas and brackets mean nothing.
pub(in crate::document) fn is_plain(text: &str) -> bool {
    const NEVER_FIRST: &str = "-?:,[]{}#&*!|<>'\"%@`=";
    let first = text.chars().next();
    first.is_some_and(|first| !NEVER_FIRST.contains(first))
        && text.trim() == text
        && is_one_clean_line(text)
        && !text.contains(": ")
        && !text.contains(" #")
        && !text.ends_with(':')
        && !text.starts_with("...")
        && !is_taken_for_something_else(text)
}

/// Whether a text can stand without quotes inside of brackets.
pub(in crate::document) fn is_plain_in_brackets(text: &str) -> bool {
    // Other readers end a text in brackets at a colon, unless a letter or digit follows.
    let colons_stand =
        text.match_indices(':').all(|(at, _)| text.get(at + 1..).and_then(|rest| rest.chars().next()).is_some_and(char::is_alphanumeric));
    is_plain(text) && colons_stand && !text.contains([',', '[', ']', '{', '}'])
}

/// A text between quotes as it is; `None` where something in it would have to be escaped.
pub(in crate::document) fn quoted(text: &str) -> Option<String> {
    if !is_one_clean_line(text) {
        None
    } else if !text.contains(['"', '\\']) {
        Some(format!("\"{text}\""))
    } else if !text.contains('\'') {
        Some(format!("'{text}'"))
    } else {
        None
    }
}

/// Any text between quotes, with escapes.
pub(in crate::document) fn escaped(text: &str) -> String {
    let mut written = String::with_capacity(text.len() + 2);
    written.push('"');
    for character in text.chars() {
        match character {
            '"' => written.push_str("\\\""),
            '\\' => written.push_str("\\\\"),
            '\n' => written.push_str("\\n"),
            '\t' => written.push_str("\\t"),
            other if is_clean(other) => written.push(other),
            // All others lie below U+10000.
            other => written.push_str(&format!("\\u{:04x}", u32::from(other))),
        }
    }
    written.push('"');
    written
}

/// Whether the lines of a text can stand as they are in a block after `|-`, or after `|` if the text ends with a line break.
pub(in crate::document) fn is_block(text: &str) -> bool {
    let lines = text.strip_suffix('\n').unwrap_or(text);
    lines.contains('\n')
        && !lines.starts_with(char::is_whitespace)
        && !lines.ends_with(char::is_whitespace)
        && lines.chars().all(|character| character == '\n' || character == '\t' || is_clean(character))
}

/// Numbers, `true`, nothing, and what other tools read as one of them: YAML 1.1, or a sign before any number.
fn is_taken_for_something_else(text: &str) -> bool {
    let unsigned = text.trim_start_matches(['+', '-']);
    [text, unsigned].iter().any(|text| Core::of_plain(text) != Core::Text || Elsewhere::of_plain(text).is_some())
        || matches!(&*unsigned.to_ascii_lowercase(), ".inf" | ".nan")
}

fn is_one_clean_line(text: &str) -> bool {
    text.chars().all(is_clean)
}

/// Characters that stand for themselves everywhere: no control characters, no line breaks of any kind, no byte order mark.
fn is_clean(character: char) -> bool {
    !(character.is_control() || matches!(character, '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_stand_only_where_they_must() {
        for text in ["text", "5 working days", "a.b >= 20", "list(text)", "09:00-12:30", "2026-10-01", "验证", "a: b", "it's", "\""] {
            let plain = if is_plain_in_brackets(text) { text.to_owned() } else { quoted(text).unwrap_or_else(|| escaped(text)) };
            let expected = match text {
                "a: b" => "\"a: b\"",
                "\"" => "'\"'",
                other => other,
            };
            assert_eq!(plain, expected);
        }
        assert!(is_plain("f(a, b)") && !is_plain_in_brackets("f(a, b)"));
    }

    #[test]
    fn what_could_be_taken_for_something_else_is_never_plain() {
        for text in
            ["", "~", "null", "True", "12", "-0.5", "1e3", "0x1F", "+0xa", "yes", "NO", "1_000", "012", "9:30", ".inf", "-.NaN", "=", "<<"]
        {
            assert!(!is_plain(text), "{text}");
        }
        for text in
            ["a #b", "a: b", "a:", "- a", "> 5", "< 5", "[1..2]", "!a", "*a", "&a", "'a'", "\"a\"", "@a", "`a`", "...", "---", "a\tb", " a"]
        {
            assert!(!is_plain(text), "{text}");
        }
    }

    #[test]
    fn escapes_are_for_what_has_no_other_way() {
        assert_eq!(quoted("it's \"so\""), None);
        assert_eq!(escaped("it's \"so\"\u{7}\u{2028}🚀\\"), "\"it's \\\"so\\\"\\u0007\\u2028🚀\\\\\"");
        assert!(is_block("a\n  b\n") && is_block("a\n\n\tb") && !is_block("a") && !is_block("a\n") && !is_block("a\nb\n\n"));
        assert!(!is_block(" a\nb") && !is_block("a\r\nb"));
    }
}
