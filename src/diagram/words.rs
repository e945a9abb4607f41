//! Words on a picture: cleaning, measuring and wrapping them.
//!
//! It must not know where the words will stand, nor what they mean.

use unicode_width::UnicodeWidthChar;

/// The text on one line, without characters that a file or a terminal would take for commands.
pub(super) fn clean(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        if character.is_whitespace() || character.is_control() {
            if !out.is_empty() && !out.ends_with(' ') {
                out.push(' ');
            }
        } else if !is_unseen_command(character) {
            out.push(character);
        }
    }
    out.truncate(out.trim_end().len());
    out
}

/// Characters that turn the direction of writing, and those that XML does not know.
fn is_unseen_command(character: char) -> bool {
    matches!(character, '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{FFF0}'..='\u{FFFB}')
        || u32::from(character) & 0xFFFE == 0xFFFE
}

/// How many columns of a terminal the text takes.
pub(super) fn columns(text: &str) -> usize {
    text.chars().map(|c| c.width().unwrap_or(0)).sum()
}

/// How wide the text is in a proportional font, in units of its size; rather too wide than too narrow.
pub(super) fn ems(text: &str) -> f64 {
    text.chars().map(em).sum()
}

fn em(character: char) -> f64 {
    match character {
        'i' | 'j' | 'l' | 'I' | '.' | ',' | ':' | ';' | '\'' | '|' | '!' | ' ' => 0.32,
        'f' | 't' | 'r' | '(' | ')' | '[' | ']' | '/' | '-' | '`' => 0.42,
        'm' | 'w' | 'M' | 'W' | '@' | '%' => 0.95,
        'a'..='z' | '0'..='9' => 0.59,
        'A'..='Z' => 0.72,
        '·' => 0.6,
        '\u{2010}'..='\u{203F}' => 1.0,
        _ => match character.width() {
            Some(0) | None => 0.0,
            Some(1) => 0.7,
            Some(_) if u32::from(character) >= 0x1F000 => 1.35,
            Some(_) => 1.0,
        },
    }
}

/// Words broken into lines.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Block {
    /// The lines, none of them wider than `width`.
    pub(super) lines: Vec<String>,
    /// The width of the widest line.
    pub(super) width: f64,
}

impl Block {
    /// How many lines there are.
    pub(super) fn count(&self) -> f64 {
        super::lists::number(self.lines.len())
    }
}

/// Breaks cleaned words into at most `most` lines of about equal length, none wider than `limit`; what does not fit becomes `…`.
pub(super) fn wrap(text: &str, limit: f64, most: usize, measure: fn(&str) -> f64) -> Block {
    let pieces = pieces(text);
    let mut lines = fill(&pieces, limit, measure);
    if lines.len() > most {
        lines.truncate(most);
        if let Some(last) = lines.last_mut() {
            shorten(last, limit, measure);
        }
    } else {
        // The narrowest width that needs no further line makes the lines about equal.
        let longest = pieces.iter().map(|piece| measure(piece.trim_end())).fold(limit * 0.4, f64::max);
        let mut narrower = limit * 0.94;
        while narrower >= longest {
            let tried = fill(&pieces, narrower, measure);
            if tried.len() > lines.len() {
                break;
            }
            lines = tried;
            narrower -= limit * 0.06;
        }
    }
    let width = lines.iter().map(|line| measure(line)).fold(0.0, f64::max);
    Block { lines, width }
}

/// Cuts a line so that it fits with an ellipsis behind it.
fn shorten(line: &mut String, limit: f64, measure: fn(&str) -> f64) {
    while !line.is_empty() && measure(line) + measure("…") > limit {
        line.pop();
    }
    line.truncate(line.trim_end().len());
    line.push('…');
}

fn fill(pieces: &[String], limit: f64, measure: fn(&str) -> f64) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    for piece in pieces {
        if !line.is_empty() && measure(&line) + measure(piece.trim_end()) > limit {
            lines.push(std::mem::take(&mut line));
        }
        if measure(piece.trim_end()) <= limit {
            line.push_str(piece);
            continue;
        }
        for character in piece.chars() {
            if !line.is_empty() && measure(&line) + measure(character.encode_utf8(&mut [0; 4])) > limit {
                lines.push(std::mem::take(&mut line));
            }
            line.push(character);
        }
    }
    lines.push(line);
    for line in &mut lines {
        line.truncate(line.trim_end().len());
    }
    lines.retain(|line| !line.is_empty());
    lines
}

/// The parts between which a line may break; a space stays with the part before it.
fn pieces(text: &str) -> Vec<String> {
    let mut pieces = Vec::new();
    let mut piece = String::new();
    let mut before: Option<char> = None;
    for character in text.chars() {
        if before.is_some_and(|before| may_break(before, character)) {
            pieces.push(std::mem::take(&mut piece));
        }
        piece.push(character);
        before = Some(character);
    }
    if !piece.is_empty() {
        pieces.push(piece);
    }
    pieces
}

fn may_break(before: char, after: char) -> bool {
    if after == ' ' || is_closing(after) || is_opening(before) || after.width().unwrap_or(0) == 0 {
        return false;
    }
    before == ' ' || is_wide(before) || is_wide(after) || matches!(before, '-' | '/' | '_')
}

fn is_wide(character: char) -> bool {
    character.width() == Some(2)
}

fn is_closing(character: char) -> bool {
    "，。、；：！？）》」』】”’…,.;:!?)]}%".contains(character)
}

fn is_opening(character: char) -> bool {
    "（《「『【“‘([{".contains(character)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn in_columns(text: &str) -> f64 {
        f64::from(u32::try_from(columns(text)).unwrap())
    }

    fn lines(text: &str, limit: f64) -> Vec<String> {
        wrap(&clean(text), limit, 9, in_columns).lines
    }

    #[test]
    fn cleans_what_would_break_a_picture() {
        assert_eq!(clean("  a\n\tb\u{0}\u{1b}[31m\u{202E}c\u{FFFF} "), "a b [31mc");
        assert_eq!(clean("\n\n"), "");
    }

    #[test]
    fn breaks_latin_at_words_and_chinese_anywhere_but_before_a_stop() {
        insta::assert_debug_snapshot!(lines("Commercial and legal review", 12.0), @r#"
        [
            "Commercial",
            "and legal",
            "review",
        ]
        "#);
        assert_eq!(lines("条款合规评审。", 12.0), ["条款合规", "评审。"]);
        assert_eq!(lines("化验准备与送检人员安排", 14.0), ["化验准备与送", "检人员安排"]);
    }

    #[test]
    fn breaks_a_word_that_is_too_long_and_cuts_what_is_too_much() {
        assert_eq!(lines("abcdefghij", 4.0), ["abcd", "efgh", "ij"]);
        assert_eq!(wrap("one two three four", 6.0, 2, in_columns).lines, ["one", "two…"]);
        assert_eq!(wrap("", 6.0, 2, in_columns), Block::default());
    }

    proptest::proptest! {
        #[test]
        fn no_line_is_wider_than_asked(text in "\\PC{0,60}", limit in 4.0f64..30.0, most in 1usize..5) {
            let block = wrap(&clean(&text), limit, most, in_columns);
            proptest::prop_assert!(block.lines.len() <= most);
            for line in &block.lines {
                proptest::prop_assert!(in_columns(line) <= limit + 1e-9, "{line:?} is wider than {limit}");
                proptest::prop_assert!(!line.is_empty());
            }
        }
    }
}
