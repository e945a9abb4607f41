//! What can be wrong with a YAML text, in words that say what to do.
//!
//! It must not find anything: it only puts into words what the reader noticed.

use super::core_schema::{Core, Elsewhere};
use super::node::Scalar;
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;
use granit_parser::ErrorKind;

const QUOTE_ALL: &str = "if this is one text, put the whole of it in quotes";

/// A second document in the same file.
pub(super) fn second_document(span: Span) -> Diagnostic {
    Diagnostic::new(Code::UnsupportedYaml, span, "a file holds one document, and a second one begins here")
        .help("put it into a file of its own")
}

/// `%YAML 1.1` and the like.
pub(super) fn other_version(span: Span, major: u32, minor: u32) -> Diagnostic {
    Diagnostic::new(Code::UnsupportedYaml, span, format!("the file says that it is YAML {major}.{minor}, and it is read as YAML 1.2"))
        .help("remove the `%YAML` line")
}

/// An alias that refers to nothing.
pub(super) fn unknown_alias(span: Span, name: &str) -> Diagnostic {
    Diagnostic::new(Code::UnsupportedYaml, span, format!("`*{name}` refers to an anchor that is not defined before it"))
        .help(format!("define `&{name}` earlier in the file; {QUOTE_ALL}"))
}

/// An alias inside of what it stands for.
pub(super) fn alias_of_itself(span: Span, alias: &str) -> Diagnostic {
    Diagnostic::new(Code::UnsupportedYaml, span, format!("`{alias}` stands inside of what it refers to")).help("write out what is meant")
}

/// A key that is a list or a map.
pub(super) fn key_not_scalar(span: Span) -> Diagnostic {
    Diagnostic::new(Code::UnsupportedYaml, span, "a key must be a text, and this is a list or a map")
        .help("if this is one text, put the whole of it in quotes, as in `\"[10..20)\": 60`")
}

/// A value without a key.
pub(super) fn key_missing(span: Span) -> Diagnostic {
    Diagnostic::new(Code::UnsupportedYaml, span, "a key is missing here").help("write the key before the `:`, or `\"\"` for an empty one")
}

/// `<<: *other`.
pub(super) fn merge_key(span: Span) -> Diagnostic {
    Diagnostic::new(Code::UnsupportedYaml, span, "maps are not merged by `<<`")
        .help("write the keys out, or use `\"<<\"` for a key of that name")
}

/// A tag that is not understood, or does not fit.
pub(super) fn tag(span: Span, tag: &str, known: bool) -> Diagnostic {
    if known {
        return Diagnostic::new(Code::UnsupportedYaml, span, format!("`{tag}` does not fit what is written after it"))
            .help("remove it; a number, `true` and `null` are read as such when they stand without quotes");
    }
    Diagnostic::new(Code::UnsupportedYaml, span, format!("`{tag}` is a tag in YAML, and this one is not known"))
        .help("a value that begins with `!` must stand in quotes as a whole, as in `'!application.closed'`")
}

/// Whether a tag of the core schema says the same as what is written.
pub(super) fn tag_fits(core_suffix: Option<&str>, scalar: &Scalar) -> bool {
    match (core_suffix, scalar.core()) {
        (Some("null"), Core::Null) | (Some("bool"), Core::Bool(_)) | (Some("float"), Core::Number(_)) => true,
        (Some("int"), Core::Number(text)) => !text.contains('.') && (text.starts_with("0x") || !text.contains(['e', 'E'])),
        _ => false,
    }
}

/// A key that was there before.
pub(super) fn duplicate_key(second: Span, first: Span, key: &str) -> Diagnostic {
    Diagnostic::new(Code::DuplicateKey, second, format!("key `{key}` is given twice"))
        .label("second")
        .related(first, "first")
        .help("remove or rename one of them; until then the first one counts")
}

/// Lists and maps inside each other beyond the limit.
pub(super) fn too_deep(span: Span, depth: usize) -> Diagnostic {
    Diagnostic::new(Code::NestingTooDeep, span, format!("lists and maps stand more than {depth} deep inside each other"))
        .help("flatten the document; if these brackets are text, put the whole of it in quotes")
}

/// More parts than the limit.
pub(super) fn too_many_nodes(span: Span, nodes: usize) -> Diagnostic {
    Diagnostic::new(Code::TooManyNodes, span, format!("the document has more than {nodes} keys and values, aliases written out"))
        .help("split it into several files; an alias counts as much as what it stands for")
}

/// A plain scalar that tools of YAML 1.1 read differently, if it is one.
pub(super) fn ambiguous(span: Span, text: &str) -> Option<Diagnostic> {
    let elsewhere = Elsewhere::of_plain(text)?;
    let here = if Core::of_plain(text) == Core::Text { "a text" } else { "a number" };
    let there = match elsewhere {
        Elsewhere::Bool(true) => "as `true`",
        Elsewhere::Bool(false) => "as `false`",
        Elsewhere::Octal => "as a number to the base of 8",
        Elsewhere::Grouped => "as a number",
        Elsewhere::Sexagesimal => "as a number to the base of 60",
        Elsewhere::Binary => "as a number to the base of 2",
        Elsewhere::Text => "as a text",
    };
    let diagnostic =
        Diagnostic::new(Code::AmbiguousScalar, span, format!("`{text}` is {here} here, and tools of YAML 1.1 read it {there}"));
    Some(match elsewhere {
        Elsewhere::Bool(value) => diagnostic.help(format!("quote it: `\"{text}\"`; or write `{value}`")).fix(span, format!("\"{text}\"")),
        Elsewhere::Grouped => {
            diagnostic.help(format!("quote it: `\"{text}\"`; or write the number without `_`")).edit(span, format!("\"{text}\""))
        }
        Elsewhere::Sexagesimal | Elsewhere::Binary => diagnostic.help(format!("quote it: `\"{text}\"`")).fix(span, format!("\"{text}\"")),
        Elsewhere::Octal => diagnostic.help(format!("quote it if it is a text: `\"{text}\"`; write a number without zeros before it")),
        Elsewhere::Text => diagnostic.help(format!("quote it if it is a text: `\"{text}\"`; write a number to the base of 10")),
    })
}

/// Whether an error may come from a quote that was not closed.
pub(super) fn is_about_quotes(kind: &ErrorKind) -> bool {
    matches!(kind, ErrorKind::InvalidQuotedScalarIndent | ErrorKind::DocumentIndicatorInQuotedScalar)
}

/// Whether an error may come from a bracket that was not closed.
pub(super) fn is_about_brackets(kind: &ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::ExpectedFlowMappingSeparator
            | ErrorKind::ExpectedFlowSequenceSeparator
            | ErrorKind::InvalidColonPlacement
            | ErrorKind::InvalidFlowScalarIndent
            | ErrorKind::BlockEntryInFlowCollection
    )
}

/// Broken syntax.
pub(super) fn syntax(kind: &ErrorKind, span: Span) -> Diagnostic {
    let (message, help) = words(kind);
    Diagnostic::new(Code::YamlSyntax, span, message).maybe_help(help.map(str::to_owned))
}

/// What the parser's error means to someone who writes a file, and what usually caused it.
fn words(kind: &ErrorKind) -> (String, Option<&'static str>) {
    let (message, help) = match kind {
        ErrorKind::MappingValueNotAllowed => (
            "no `:` is allowed here",
            "if this is one text that holds a `:`, put the whole of it in quotes; if it is a key, check its indentation",
        ),
        ErrorKind::InvalidColonPlacement => ("no `:` is allowed here", "check that the list or map before it is closed"),
        ErrorKind::ExpectedBlockMappingKey => (
            "the next key of the map was expected here",
            "check the indentation; a text that begins with a quote or a bracket must be quoted as a whole",
        ),
        ErrorKind::ExpectedBlockSequenceEntry => ("the next `-` of the list was expected here", "check the indentation"),
        ErrorKind::ExpectedFlowMappingSeparator => ("a `,` or `}` was expected here", QUOTE_ALL),
        ErrorKind::ExpectedFlowSequenceSeparator => ("a `,` or `]` was expected here", QUOTE_ALL),
        ErrorKind::SimpleKeyExpected | ErrorKind::InvalidSimpleKey => {
            ("this is neither a key nor a part of the value before it", "write `key: value`, with a space after the `:`")
        }
        ErrorKind::UnclosedFlowCollection { open } => return (format!("`{open}` is never closed"), Some(QUOTE_ALL)),
        ErrorKind::MismatchedFlowCollectionEnd { open, close } => return (format!("`{open}` is closed by `{close}`"), Some(QUOTE_ALL)),
        ErrorKind::MisplacedFlowCollectionEnd => ("this bracket closes nothing", QUOTE_ALL),
        ErrorKind::UnclosedQuotedScalar => ("this quote is never closed", "close it at the end of the text"),
        ErrorKind::InvalidQuotedScalarIndent => {
            ("a text in quotes goes on in a line that is not indented", "close the quote before this line, or indent the line")
        }
        ErrorKind::InvalidTrailingSingleQuotedScalar | ErrorKind::InvalidTrailingDoubleQuotedScalar => (
            "nothing may follow the closing quote",
            "put the whole of the text in quotes: `'...'` around a text with `\"` in it, and the other way round",
        ),
        ErrorKind::UnknownQuotedScalarEscape | ErrorKind::InvalidQuotedScalarHexEscape => (
            "this text in `\"` has an escape that is not known",
            "write `\\\\` for a backslash, or use `'...'`, where a backslash is only a backslash",
        ),
        ErrorKind::TabNotAllowed
        | ErrorKind::TabInBlockIndentation
        | ErrorKind::TabInIndentation
        | ErrorKind::TabInPlainScalar
        | ErrorKind::TabAtBlockScalarStart => ("a tab stands where only spaces may", "indent with spaces"),
        ErrorKind::InvalidBlockScalarHeader => (
            "`|` and `>` begin a block of text, and nothing may follow them in their line",
            "a value that begins with `>` or `|` must stand in quotes as a whole, as in `\">= 5\"`",
        ),
        ErrorKind::InvalidBlockScalarIndent => ("a line of this block of text is indented wrongly", "indent all its lines alike"),
        ErrorKind::MissingAnchorOrAliasName => ("`&` and `*` begin an anchor or an alias, and its name is missing", QUOTE_ALL),
        ErrorKind::BlockSequenceEntryNotAllowed => {
            ("a list cannot begin here", "begin it in the next line, or put a text that begins with `-` in quotes")
        }
        ErrorKind::CommentInterceptedScalar => {
            ("a comment stands inside of a text of several lines", "end the text before the comment, or quote a `#` that is part of it")
        }
        ErrorKind::CommentNotSeparated => ("a space is missing before this `#`", "write a space before a comment"),
        ErrorKind::UnexpectedCharacter { character } => return unexpected(*character),
        ErrorKind::UnexpectedEof
        | ErrorKind::UnexpectedEofFlowSequence
        | ErrorKind::UnexpectedEofFlowMapping
        | ErrorKind::UnexpectedEofImplicitFlowMapping
        | ErrorKind::UnexpectedEofBlockSequence
        | ErrorKind::UnexpectedEofBlockMapping => {
            ("the file ends before the document does", "check that every bracket and quote is closed")
        }
        other => return (in_house_style(&other.to_string()), None),
    };
    (message.to_owned(), Some(help))
}

fn unexpected(character: char) -> (String, Option<&'static str>) {
    match character {
        '`' => ("a text cannot begin with a backtick".to_owned(), Some(QUOTE_ALL)),
        '@' | '%' | '>' | '|' => (format!("a text cannot begin with `{character}`"), Some(QUOTE_ALL)),
        _ => (
            format!("the character U+{:04X} is not allowed", u32::from(character)),
            Some("remove it; in a text in `\"`, an escape such as `\\u0000` stands for it"),
        ),
    }
}

/// The parser's own words for what is too rare to have better ones.
fn in_house_style(message: &str) -> String {
    let mut characters = message.trim_end_matches('.').chars();
    let first: String = characters.next().into_iter().flat_map(char::to_lowercase).collect();
    (first + characters.as_str()).replace(['\'', '"'], "`")
}

#[cfg(test)]
mod tests {
    use super::super::node::Style;
    use super::*;

    #[test]
    fn rare_errors_keep_the_house_style() {
        let (message, help) = words(&ErrorKind::UnclosedVerbatimTag);
        assert_eq!(message, "while scanning a verbatim tag, did not find the expected `>`");
        assert_eq!(help, None);
        assert_eq!(in_house_style("No include resolver set for parser stack."), "no include resolver set for parser stack");
    }

    #[test]
    fn tags_fit_only_what_they_name() {
        let scalar = |text: &str, style| Scalar { text: text.into(), style };
        assert!(tag_fits(Some("int"), &scalar("12", Style::Plain)));
        assert!(tag_fits(Some("int"), &scalar("0x1E", Style::Plain)));
        assert!(!tag_fits(Some("int"), &scalar("1e3", Style::Plain)));
        assert!(!tag_fits(Some("int"), &scalar("12", Style::SingleQuoted)));
        assert!(tag_fits(Some("float"), &scalar("1.5", Style::Plain)));
        assert!(tag_fits(Some("null"), &scalar("", Style::Plain)));
        assert!(tag_fits(Some("bool"), &scalar("true", Style::Plain)));
        assert!(!tag_fits(Some("seq"), &scalar("x", Style::Plain)));
        assert!(!tag_fits(None, &scalar("x", Style::Plain)));
    }
}
