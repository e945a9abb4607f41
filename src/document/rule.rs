//! Titles and expressions as written: the two kinds of text that occur in every document.
//!
//! It must not parse expressions; `script` does.

use super::reader::Reader;
use super::yaml::{Node, NodeKind, ScriptMap, Style};
use crate::source::{Sources, Span};
use indexmap::IndexMap;
use std::sync::Arc;

/// An expression of the rule language inside of a YAML file.
#[derive(Debug, Clone)]
pub struct RuleDoc {
    /// The expression.
    pub text: Arc<str>,
    /// Where it stands.
    pub span: Span,
    /// The way from a place in the expression to a place in the file.
    pub map: ScriptMap,
}

/// A text for people: one for all languages, or one for each.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Title {
    // INVARIANT: the language of a text that is for all languages is empty, and then it is the only one.
    texts: IndexMap<Arc<str>, Arc<str>>,
}

/// How languages are written.
const LANGUAGES: &str = "languages are written like `en`, `zh` or `pt-BR`";

impl Title {
    /// A text for all languages.
    #[must_use]
    pub fn plain(text: &str) -> Self {
        Self { texts: IndexMap::from([(Arc::from(""), Arc::from(text))]) }
    }

    /// The text in a language: that language's, else English, else the first.
    #[must_use]
    pub fn get(&self, language: &str) -> Option<&str> {
        let found = self.texts.get(language).or_else(|| self.texts.get("")).or_else(|| self.texts.get("en"));
        found.or_else(|| self.texts.values().next()).map(|text| &**text)
    }

    /// Whether no text is given.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.texts.is_empty()
    }

    /// The text, if it is for all languages.
    pub(crate) fn for_all_languages(&self) -> Option<&Arc<str>> {
        self.texts.get("")
    }

    /// Languages with their texts, in file order.
    pub(crate) fn by_language(&self) -> impl Iterator<Item = (&Arc<str>, &Arc<str>)> {
        self.texts.iter()
    }

    pub(crate) fn read(reader: &mut Reader<'_>, node: &Node) -> Self {
        let NodeKind::Map(entries) = &node.kind else {
            return reader.text(node, "a title").map(|text| Self::plain(&text.value)).unwrap_or_default();
        };
        let mut texts = IndexMap::new();
        for entry in entries {
            let language = &entry.key.value;
            if !is_language(language) {
                // `{en: Above 5,000 EUR}` ends the text at its comma, and goes on with `000 EUR` as if it were the next language.
                let is_rest = entry.value.is_null();
                let help = if is_rest { "a comma ends a text inside of braces; put the text into quotes" } else { LANGUAGES };
                let help = Some(help.to_owned());
                reader.report(crate::diagnostic::Code::InvalidValue, entry.key.span, format!("`{language}` is not a language"), help);
            } else if let Some(text) = reader.text(&entry.value, "a title") {
                texts.insert(Arc::clone(language), text.value);
            }
        }
        Self { texts }
    }
}

fn is_language(text: &str) -> bool {
    let mut parts = text.split('-');
    parts.next().is_some_and(|first| (2..=3).contains(&first.len()) && first.chars().all(|c| c.is_ascii_lowercase()))
        && parts.all(|part| (2..=8).contains(&part.len()) && part.chars().all(|c| c.is_ascii_alphanumeric()))
}

/// The sign of a folded block that could as well keep its lines, which mean nothing to the rule language: outside of texts and comments.
pub(super) fn fold_sign(sources: &Sources, node: &Node) -> Option<Span> {
    let NodeKind::Scalar(scalar) = &node.kind else { return None };
    let written = sources.text(node.span);
    let is_whole = |line: &str| line.matches('"').count().is_multiple_of(2) && !line.contains(['`', '\'', '\\']);
    if scalar.style != Style::Folded || written.contains("//") || written.contains("/*") || !written.lines().all(is_whole) {
        return None;
    }
    let before = sources.get(node.span.source)?.text().get(..node.span.start as usize)?.trim_end();
    let line = before.rfind(['\n', '\r']).map_or(0, |at| at + 1);
    let at = line + before.get(line..)?.rfind('>')?;
    let rest = before.get(at + 1..)?.trim_start_matches(|c: char| c.is_ascii_digit() || c == '-' || c == '+').trim_start();
    let sign = u32::try_from(at).ok()?;
    (rest.is_empty() || rest.starts_with('#')).then(|| Span::new(node.span.source, sign, sign + 1))
}
