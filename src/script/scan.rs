//! Where words, numbers, quoted texts, operators and comments end in a text of the rule language.
//!
//! It must not parse: it does not know what a text means, or whether it is allowed.

/// Operators of several characters, longer ones before those that they begin with.
const OPERATORS: &[&str] = &[
    "**=", "<<=", ">>=", "..=", "...", "===", "!==", "**", "<<", ">>", "..", "==", "!=", "<=", ">=", "&&", "||", "??", "?.", "?[", "+=",
    "-=", "*=", "/=", "%=", "^=", "|=", "&=", "=>", "::", "++", "--", "#{",
];

/// The length of the word, number, quoted text, operator or bracket that a text begins with; 0 only where the text is empty.
pub(super) fn token_length(text: &str) -> usize {
    let Some(first) = text.chars().next() else { return 0 };
    if first.is_alphabetic() || first == '_' {
        text.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(text.len())
    } else if first.is_ascii_digit() {
        number_length(text)
    } else if let Some(length) = quoted_length(text) {
        length
    } else {
        OPERATORS.iter().find(|operator| text.starts_with(**operator)).map_or(first.len_utf8(), |operator| operator.len())
    }
}

/// `1_000`, `0x1F`, `1.5`; of `1..5` and `5.abs()` only the first digits.
fn number_length(text: &str) -> usize {
    let digits = |text: &str| text.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(text.len());
    let whole = digits(text);
    let fraction = text.get(whole..).and_then(|rest| rest.strip_prefix('.')).filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    whole + fraction.map_or(0, |fraction| 1 + digits(fraction))
}

/// The length of the comment that a text begins with; a `//` comment ends before its line does, and `/*` comments nest.
pub(super) fn comment_length(text: &str) -> Option<usize> {
    if text.starts_with("//") {
        return Some(text.find('\n').unwrap_or(text.len()));
    }
    if !text.starts_with("/*") {
        return None;
    }
    let mut characters = text.char_indices().peekable();
    let mut depth = 0_usize;
    while let Some((at, character)) = characters.next() {
        match (character, characters.peek().map(|(_, next)| *next)) {
            ('/', Some('*')) => depth += 1,
            ('*', Some('/')) if depth == 1 => return Some(at + 2),
            ('*', Some('/')) => depth -= 1,
            _ => continue,
        }
        characters.next();
    }
    Some(text.len())
}

/// The length of the quoted text that a text begins with, or of all of it where the quote is never closed.
pub(super) fn quoted_length(text: &str) -> Option<usize> {
    let mut characters = text.char_indices();
    match characters.next()?.1 {
        '#' => raw_length(text),
        '`' => Some(template_length(text)),
        quote @ ('"' | '\'') => {
            while let Some((index, character)) = characters.next() {
                if character == '\\' {
                    characters.next();
                } else if character == quote {
                    return Some(index + 1);
                }
            }
            Some(text.len())
        }
        _ => None,
    }
}

/// `#"text"#`, with as many `#` as are needed, and without escapes.
fn raw_length(text: &str) -> Option<usize> {
    const MOST: usize = 100;
    let hashes = text.bytes().take(MOST).take_while(|byte| *byte == b'#').count();
    let body = text.get(hashes..)?.strip_prefix('"')?;
    let end = format!("\"{}", text.get(..hashes)?);
    Some(body.find(&end).map_or(text.len(), |at| hashes + 1 + at + end.len()))
}

/// A backtick text, in which `${..}` holds code, in which backtick texts can stand.
fn template_length(text: &str) -> usize {
    // One for each backtick text that is open: how many braces of code are open in it, none where its own characters stand.
    let mut open: Vec<usize> = Vec::new();
    let mut offset = 0;
    while let Some((rest, first)) = text.get(offset..).and_then(|rest| Some((rest, rest.chars().next()?))) {
        let code = open.last().is_none_or(|braces| *braces > 0);
        let passed = if code && first != '`' { comment_length(rest).or_else(|| quoted_length(rest)) } else { None };
        offset += passed.unwrap_or(first.len_utf8());
        match (first, open.last_mut()) {
            _ if passed.is_some() => {}
            ('`', _) if code => open.push(0),
            ('`', _) => {
                open.pop();
            }
            ('{', Some(braces)) if code => *braces += 1,
            ('}', Some(braces)) if code => *braces -= 1,
            ('$', Some(braces)) if !code && rest.starts_with("${") => {
                *braces = 1;
                offset += 1;
            }
            _ => {}
        }
        if open.is_empty() {
            return offset;
        }
    }
    text.len()
}

/// The brackets of a text from an offset on, leaving out those inside of quoted texts and comments.
pub(super) fn brackets(text: &str, from: usize) -> impl Iterator<Item = (usize, char)> {
    let mut offset = from;
    std::iter::from_fn(move || {
        loop {
            let rest = text.get(offset..)?;
            let first = rest.chars().next()?;
            let start = offset;
            if let Some(length) = comment_length(rest).or_else(|| quoted_length(rest)) {
                offset += length;
            } else {
                offset += first.len_utf8();
                if "()[]{}".contains(first) {
                    return Some((start, first));
                }
            }
        }
    })
}

/// A text with its layout and comments taken away: equal for texts that mean the same to the rule language.
#[must_use]
pub fn normalised(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let comment = comment_length(rest);
        let (token, after) = rest.split_at_checked(comment.unwrap_or_else(|| token_length(rest))).unwrap_or((rest, ""));
        if comment.is_none() {
            plain.push_str(token);
            plain.push(' ');
        }
        rest = after.trim_start();
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(text: &str) -> Vec<String> {
        let mut rest = text;
        std::iter::from_fn(|| {
            rest = rest.trim_start();
            let (token, after) = rest.split_at(token_length(rest));
            rest = after;
            (!token.is_empty()).then(|| token.to_owned())
        })
        .collect()
    }

    #[test]
    fn tokens_end_where_the_next_begins() {
        assert_eq!(tokens("a>=-1&&!b.c?.d??e"), ["a", ">=", "-", "1", "&&", "!", "b", ".", "c", "?.", "d", "??", "e"]);
        assert_eq!(
            tokens("1..5 1.5..=2 1_000.abs() x**2"),
            ["1", "..", "5", "1.5", "..=", "2", "1_000", ".", "abs", "(", ")", "x", "**", "2"]
        );
        assert_eq!(
            tokens(r###"#{a:"}\"" + 'x'} #"\"# ##"a"#b"## `v ${f(`}`)}` + 金额"###),
            ["#{", "a", ":", r#""}\"""#, "+", "'x'", "}", r##"#"\"#"##, r###"##"a"#b"##"###, "`v ${f(`}`)}`", "+", "金额"]
        );
        assert_eq!(tokens("\"never closed )"), ["\"never closed )"]);
    }

    #[test]
    fn comments_nest_and_hide_brackets() {
        assert_eq!(comment_length("/* a /* b */ c */ d"), Some("/* a /* b */ c */".len()));
        assert_eq!(comment_length("/* never closed"), Some("/* never closed".len()));
        assert_eq!(comment_length("// a\nb"), Some(4));
        assert_eq!(comment_length("/ a"), None);
        let found: Vec<char> = brackets("f(\")\", /* ( */ [1]) // }", 0).map(|(_, bracket)| bracket).collect();
        assert_eq!(found, ['(', '[', ']', ')']);
    }

    #[test]
    fn layout_and_comments_do_not_count_and_all_else_does() {
        let plain = normalised("fn f(x) { x>=-1 && x in 1..5 } ");
        for same in [
            "fn f(x){x >= - 1&&x in 1 .. 5}",
            "// what\nfn f ( x )\n{\n\tx >= -1 /* a /* b */ */ && x in 1..5\n}",
            "fn f(x) { x>=-1 && x in 1..5 }//",
        ] {
            assert_eq!(normalised(same), plain, "{same}");
        }
        for other in ["fn f(x) { x>=-1 && x in 1..6 }", "fn f(x) { x>=-1 || x in 1..5 }", "fn f(x) { x> =-1 && x in 1..5 }"] {
            assert_ne!(normalised(other), plain, "{other}");
        }
        for (one, other) in
            [("\"a b\"", "\"a  b\""), ("`a // b`", "`a`"), ("\"// a\"", "\"\""), (r##"#"\"# + " a""##, r##"#"\"# + "a""##), ("a b", "ab")]
        {
            assert_ne!(normalised(one), normalised(other), "{one}");
        }
    }
}
