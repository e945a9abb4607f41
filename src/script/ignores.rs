//! Comments in scripts that tell to ignore findings: `// tollgate: ignore[code] reason`.
//!
//! It must not read what they say; `document` does, for YAML files too.

use super::scan::{brackets, comment_length, quoted_length, token_length};
use crate::diagnostic::Diagnostics;
use crate::document::{Ignore, may_ignore, read_ignore};
use crate::source::{Sources, Span};
use std::ops::Range;

/// The comments in a text of the rule language that ignore findings: a script, or a block of text in a YAML file. What is wrong with
/// them is reported.
pub fn script_ignores(sources: &Sources, place: Span, diagnostics: &mut Diagnostics) -> Vec<Ignore> {
    let text = sources.text(place);
    if !may_ignore(text) {
        return Vec::new();
    }
    let span = |range: Range<usize>| place.within(range.start, range.end);
    let mut ignores = Vec::new();
    for comment in line_comments(text) {
        let Some(told) = read_ignore(sources, span(comment.clone()), diagnostics) else { continue };
        ignores.push(told.about(sources, span(comment.clone()), || item_after(text, comment.end).map(span)));
    }
    ignores
}

/// Every `//` comment, without the break of its line.
fn line_comments(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let comment = comment_length(rest);
        if let Some(length) = comment.filter(|_| rest.starts_with("//")) {
            let written = rest.get(..length).unwrap_or("").trim_end_matches('\r');
            found.push(at..at + written.len());
        }
        let blank = rest.chars().next().filter(|first| first.is_whitespace()).map(char::len_utf8);
        at += comment.or(blank).or_else(|| quoted_length(rest)).unwrap_or_else(|| token_length(rest)).max(1);
    }
    found
}

/// The function, or the line, that comes next after an offset.
fn item_after(text: &str, offset: usize) -> Option<Range<usize>> {
    let mut at = offset;
    loop {
        let rest = text.get(at..)?;
        let blank = rest.len() - rest.trim_start().len();
        match (blank, comment_length(rest)) {
            (0, None) => break,
            (0, Some(comment)) => at += comment,
            (blank, _) => at += blank,
        }
    }
    let rest = text.get(at..).filter(|rest| !rest.is_empty())?;
    let line = rest.find('\n').unwrap_or(rest.len());
    let is_function = rest.starts_with("fn ") || rest.starts_with("private ");
    let end = is_function.then(|| body_end(text, at)).flatten().unwrap_or(at + line);
    Some(at..end)
}

/// Where the body ends of the function that begins at an offset.
fn body_end(text: &str, from: usize) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, bracket) in brackets(text, from) {
        match bracket {
            '{' => depth += 1,
            '}' if depth <= 1 => return Some(at + 1),
            '}' => depth -= 1,
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_are_about_a_line_or_a_function() {
        let text = "let u = \"// tollgate: ignore[no-effect] no\"; /* // tollgate: ignore[no-effect] no */\r\n\
                    // tollgate: ignore[unused-function] kept for reports\r\n// more\r\nfn a(x) {\r\n  if x { `${f(\"}\")}` } else { 2 }\r\n}\r\n\
                    fn b(x) { x } // tollgate: ignore[unused-function] so is this\r\nfn c(x) {\r\n  // tollgate: ignore[no-effect] inner\r\n  x\r\n}\r\n";
        let mut sources = Sources::new();
        let id = sources.add("a.rhai", text);
        let mut found = Diagnostics::new();
        let ignores = script_ignores(&sources, Span::new(id, 0, text.len() as u32), &mut found);
        let told: Vec<(&str, &str)> = ignores.iter().map(|ignore| (&*ignore.reason, sources.text(ignore.covers).trim())).collect();
        assert!(found.is_empty());
        let wanted = [
            ("kept for reports", "fn a(x) {\r\n  if x { `${f(\"}\")}` } else { 2 }\r\n}"),
            ("so is this", "fn b(x) { x }"),
            ("inner", "x"),
        ];
        assert_eq!(told, wanted);
    }
}
