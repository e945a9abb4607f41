//! Comments that tell to ignore findings: `# tollgate: ignore[code] reason`.
//!
//! It must not know findings: it reads which codes a comment names, why, and what part of the file it is about.

use super::yaml::{Node, NodeKind, comments, parse_yaml};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, did_you_mean, suggest};
use crate::source::{SourceId, Sources, Span, Spanned};
use std::sync::Arc;

/// How the comments begin.
const MARK: &str = "tollgate:";
/// What they say.
const WORD: &str = "ignore";

/// A comment that ignores findings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ignore {
    /// The codes that it names, as far as they can be ignored.
    pub codes: Vec<Spanned<Code>>,
    /// Why.
    pub reason: Arc<str>,
    /// The comment, from its mark to the end of its line.
    pub comment: Span,
    /// What it is about: findings whose place begins in here.
    pub covers: Span,
}

/// What a comment names in its brackets, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    codes: Vec<Spanned<Code>>,
    reason: Arc<str>,
}

impl Told {
    /// With what it is about: its line up to itself or, on a line of its own, `item`.
    #[must_use]
    pub fn about(self, sources: &Sources, comment: Span, item: impl FnOnce() -> Option<Span>) -> Ignore {
        let before = line_before(sources, comment);
        let covers = if sources.text(before).trim().is_empty() { item().unwrap_or(before) } else { before };
        // A finding about the file as a whole lies at its beginning, where nothing but comments may stand.
        let head = Span::new(before.source, 0, before.start);
        let is_head = sources.text(head).lines().map(str::trim).all(|line| line.is_empty() || line.starts_with(['#', '/']));
        let covers = if is_head { head.to(covers) } else { covers };
        Ignore { codes: self.codes, reason: self.reason, comment, covers }
    }
}

impl Ignore {
    /// What is deleted so that the comment no longer names a code: the code, or all of the comment with the line that it leaves empty.
    #[must_use]
    pub fn without(&self, sources: &Sources, code: Span) -> Option<Span> {
        let list = self.codes.iter().position(|known| known.span == code)?;
        let text = sources.get(self.comment.source)?.text();
        let commas = sources.text(self.comment).split_once(']').map_or(0, |(head, _)| head.matches(',').count());
        if commas > 0 {
            // A code between them that is not known is mended first.
            let whole = commas + 1 == self.codes.len();
            return match (list.checked_sub(1).and_then(|before| self.codes.get(before)), self.codes.get(list + 1)) {
                (_, Some(next)) if whole => Some(Span::new(code.source, code.start, next.span.start)),
                (Some(before), None) if whole => Some(Span::new(code.source, before.span.end, code.end)),
                _ => None,
            };
        }
        let before = line_before(sources, self.comment);
        let blank = sources.text(before).trim_end_matches([' ', '\t']).len();
        let rest = text.get(self.comment.end as usize..).unwrap_or("");
        let (start, end) = match (blank, rest) {
            (0, rest) if rest.starts_with("\r\n") => (before.start, self.comment.end + 2),
            (0, rest) if rest.starts_with('\n') => (before.start, self.comment.end + 1),
            (blank, _) => (before.start + u32::try_from(blank).unwrap_or(0), self.comment.end),
        };
        Some(Span::new(code.source, start, end))
    }
}

/// Whether a text may hold such a comment: cheap, and never wrongly no.
#[must_use]
pub fn may_ignore(text: &str) -> bool {
    let before = |at: usize| text.get(..at).map_or("", |before| before.rsplit('\n').next().unwrap_or(""));
    text.match_indices(MARK).any(|(at, _)| before(at).contains('#') || before(at).contains("//"))
}

/// The comments of a YAML file that ignore findings; what is wrong with them is reported.
pub fn yaml_ignores(sources: &Sources, id: SourceId, diagnostics: &mut Diagnostics) -> Vec<Ignore> {
    let Some(text) = sources.get(id).map(|source| source.text()).filter(|text| may_ignore(text)) else { return Vec::new() };
    let tree = parse_yaml(sources, id, &mut Diagnostics::new());
    let mut ignores = Vec::new();
    for comment in comments(text, id) {
        let Some(told) = read_ignore(sources, comment, diagnostics) else { continue };
        ignores.push(told.about(sources, comment, || item_after(tree.as_ref()?, comment.end)));
    }
    ignores
}

/// The blocks of text in a YAML file that may hold comments of the rule language.
#[must_use]
pub fn script_blocks(sources: &Sources, id: SourceId) -> Vec<Span> {
    let mut blocks = Vec::new();
    if sources.get(id).is_some_and(|source| may_ignore(source.text()))
        && let Some(tree) = parse_yaml(sources, id, &mut Diagnostics::new())
    {
        walk(&tree, &mut |node| {
            let is_block = |style| style == super::yaml::Style::Literal;
            if matches!(&node.kind, NodeKind::Scalar(scalar) if is_block(scalar.style) && may_ignore(&scalar.text)) {
                blocks.push(node.span);
            }
        });
    }
    blocks
}

/// Reads one comment; `None` where it says nothing to tollgate, or nothing that has an effect.
pub fn read_ignore(sources: &Sources, comment: Span, diagnostics: &mut Diagnostics) -> Option<Told> {
    let written = sources.text(comment);
    let said = written.trim_start_matches(['#', '/', '!', ' ', '\t']).strip_prefix(MARK)?.trim_start();
    let word = said.get(..said.find(|c: char| !(c.is_alphanumeric() || c == '-' || c == '_')).unwrap_or(said.len()))?;
    let after = said.get(word.len()..)?.trim_start();
    let invalid = |message: String, help: &str| Diagnostic::new(Code::InvalidIgnore, comment, message).help(help);
    if word != WORD {
        // Prose may begin with the same mark; brackets after the word tell that something else was meant.
        let is_near = after.starts_with('[') && !word.is_empty();
        if is_near {
            let near =
                suggest(word, [WORD]).map_or_else(|| "the only one is `ignore`".to_owned(), |near| format!("did you mean `{near}`?"));
            diagnostics.push(invalid(format!("`{word}` is nothing that a comment can tell tollgate"), &near));
        }
        return None;
    }
    const FORM: &str = "write `tollgate: ignore[code] reason`; the code of a finding stands in brackets after its severity";
    let Some((list, reason)) = after.strip_prefix('[').and_then(|rest| rest.split_once(']')) else {
        diagnostics.push(invalid("the comment does not say in brackets what to ignore".to_owned(), FORM));
        return None;
    };
    let start = written.len() - after.len() + 1;
    let mut codes = Vec::new();
    let mut at = start;
    for part in list.split(',') {
        let name = part.trim();
        let from = at + part.len() - part.trim_start().len();
        let span = comment.within(from, from + name.len());
        at += part.len() + 1;
        if name.is_empty() {
            diagnostics.push(invalid("the comment names no code".to_owned(), FORM));
        } else if let Some(code) = known_code(name, span, "ignored", diagnostics) {
            codes.push(Spanned::new(code, span));
        }
    }
    let reason = reason.trim_start_matches([' ', '\t', ':', '-', '–', '—']).trim_end();
    if !reason.contains(char::is_alphanumeric) {
        let help = "say it after the bracket: `tollgate: ignore[code] reason`; without a reason nothing is ignored";
        diagnostics.push(invalid("the comment does not say why".to_owned(), help));
        return None;
    }
    (!codes.is_empty()).then(|| Told { codes, reason: Arc::from(reason) })
}

/// The code of a name, if there is one and the user may change it; `change` says what is wanted of it.
pub(super) fn known_code(name: &str, span: Span, change: &str, diagnostics: &mut Diagnostics) -> Option<Code> {
    let Ok(code) = name.parse::<Code>() else {
        let help = did_you_mean(name, Code::ALL.iter().map(|code| code.name()));
        let help = help.unwrap_or_else(|| "`tollgate explain` lists all codes".to_owned());
        diagnostics.push(Diagnostic::new(Code::UnknownCode, span, format!("there is no code `{name}`")).help(help));
        return None;
    };
    if !code.is_adjustable() {
        let why = match code.area() {
            crate::diagnostic::Area::Record => "findings about records have no severity; `--fail-on` says what they mean",
            _ => "it stays an error until it is mended",
        };
        diagnostics.push(Diagnostic::new(Code::FixedSeverity, span, format!("`{name}` cannot be {change}")).help(why));
        return None;
    }
    Some(code)
}

/// The part of a comment's line that stands before it.
fn line_before(sources: &Sources, comment: Span) -> Span {
    let before = sources.get(comment.source).and_then(|source| source.text().get(..comment.start as usize)).unwrap_or("");
    let start = before.rfind(['\n', '\r']).map_or(0, |at| at + 1);
    Span::new(comment.source, u32::try_from(start).unwrap_or(0), comment.start)
}

/// The key with its value, or the item of a list, that comes next after an offset: the largest that begins there.
fn item_after(tree: &Node, offset: u32) -> Option<Span> {
    let mut next: Option<Span> = None;
    let mut offer = |span: Span| {
        let better = |known: Span| (span.start, u32::MAX - span.end) < (known.start, u32::MAX - known.end);
        if span.start >= offset && next.is_none_or(better) {
            next = Some(span);
        }
    };
    walk(tree, &mut |node| match &node.kind {
        NodeKind::Map(entries) => entries.iter().for_each(|entry| offer(entry_span(entry.key.span, entry.value.span))),
        NodeKind::List(items) => items.iter().for_each(|item| offer(item.span)),
        NodeKind::Scalar(_) => {}
    });
    next
}

/// A key with its value; what an alias stands for was written elsewhere.
fn entry_span(key: Span, value: Span) -> Span {
    if value.start >= key.start { key.to(value) } else { key }
}

fn walk<'n>(node: &'n Node, visit: &mut dyn FnMut(&'n Node)) {
    visit(node);
    match &node.kind {
        NodeKind::Map(entries) => entries.iter().for_each(|entry| walk(&entry.value, visit)),
        NodeKind::List(items) => items.iter().for_each(|item| walk(item, visit)),
        NodeKind::Scalar(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each ignore with the codes, the reason and the text that it is about; and what is wrong.
    fn read(text: &str) -> (Vec<String>, Vec<String>) {
        let mut sources = Sources::new();
        let id = sources.add("a.yaml", text);
        let mut found = Diagnostics::new();
        let ignores = yaml_ignores(&sources, id, &mut found);
        let told = ignores.iter().map(|ignore| {
            let codes: Vec<&str> = ignore.codes.iter().map(|code| code.value.name()).collect();
            format!("{} | {} | {}", codes.join(" "), ignore.reason, sources.text(ignore.covers).trim())
        });
        let said = found.iter().map(|found| {
            let at = sources.position(found.label.span);
            format!("{} {}:{}", found.code, at.line, at.column)
        });
        (told.collect(), said.collect())
    }

    #[test]
    fn a_comment_at_the_end_is_about_its_line_and_one_above_about_the_item() {
        let (told, found) = read(
            "roles:\n  a: [x] # tollgate: ignore[unused-role] kept\n  # tollgate: ignore[ unused-role , no-effect ]: both\n  # a note\n\n  \
             b:\n    members: [y,\n      z]\n  c: [x]\nstages: [\n  {a: '# tollgate: ignore[no-effect] x'},\n  # tollgate: ignore[no-end] list\n  {b: 1}]\n\
             # tollgate: ignore[no-end] nothing comes",
        );
        assert_eq!(found, Vec::<String>::new());
        let wanted = [
            "unused-role | kept | a: [x]",
            "unused-role no-effect | both | b:\n    members: [y,\n      z]",
            "no-end | list | {b: 1}",
            "no-end | nothing comes | ",
        ];
        assert_eq!(told, wanted);
    }

    #[test]
    fn the_head_of_a_file_is_about_the_file_too() {
        let covers = |text: &str| {
            let mut sources = Sources::new();
            let id = sources.add("a.yaml", text);
            let ignores = yaml_ignores(&sources, id, &mut Diagnostics::new());
            sources.text(ignores.first().unwrap().covers).to_owned()
        };
        let head = "# (c) us\n\n# tollgate: ignore[no-effect] to come\n# more\na: 1";
        assert_eq!(covers(&format!("{head}\nb: 2\n")), head);
        assert_eq!(covers("a: 1 # tollgate: ignore[no-effect] to come\n"), "a: 1 ");
        assert_eq!(covers("a: 1\n# tollgate: ignore[no-effect] to come\nb: 2\n"), "b: 2");
    }

    #[test]
    fn what_is_wrong_is_said_and_prose_is_left_alone() {
        let (told, found) = read(
            "# tollgate: 1\n# tollgate: the workflow engine\n# tollgate: allow what you like\n# tollgate: ingore[no-end] x\n\
             # tollgate: ignore[no-end]\n# tollgate: ignore no-end\n# tollgate: ignore[no-ent, missing-column] y\n# tollgate: ignore[] z\n\
             # tollgate: ignore[no-end] - !\n# tollgate: ignore[unknown-role] no\na: 1\n",
        );
        assert_eq!(told, Vec::<String>::new());
        let wanted = [
            "invalid-ignore 4:1",
            "invalid-ignore 5:1",
            "invalid-ignore 6:1",
            "unknown-code 7:20",
            "fixed-severity 7:28",
            "invalid-ignore 8:1",
            "invalid-ignore 9:1",
            "fixed-severity 10:20",
        ];
        assert_eq!(found, wanted);
    }

    #[test]
    fn a_comment_goes_with_its_line_and_a_code_with_its_comma() {
        let without = |text: &str, index: usize| {
            let mut sources = Sources::new();
            let id = sources.add("a.yaml", text);
            let ignores = yaml_ignores(&sources, id, &mut Diagnostics::new());
            let ignore = ignores.first().unwrap();
            let gone = ignore.without(&sources, ignore.codes[index].span).unwrap();
            let mut text = text.to_owned();
            text.replace_range(gone.start as usize..gone.end as usize, "");
            text
        };
        assert_eq!(without("a: 1  # tollgate: ignore[no-end] x\r\nb: 2\r\n", 0), "a: 1\r\nb: 2\r\n");
        assert_eq!(without("a:\r\n  # tollgate: ignore[no-end] x\r\n  b: 2\r\n", 0), "a:\r\n  b: 2\r\n");
        assert_eq!(without("a: 1\n# tollgate: ignore[no-end] x", 0), "a: 1\n");
        assert_eq!(without("a: 1 # tollgate: ignore[no-end, no-start] x", 0), "a: 1 # tollgate: ignore[no-start] x");
        assert_eq!(without("a: 1 # tollgate: ignore[no-end, no-start] x", 1), "a: 1 # tollgate: ignore[no-end] x");
    }
}
