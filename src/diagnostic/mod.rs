//! Findings about the user's files, as data: a code, places, a message and a way out.
//!
//! It must not render: a terminal, a JSON line and a SARIF log are all views made elsewhere.

mod code;
mod fix;
mod settings;
mod suggest;

pub use code::{Area, Code};
pub use fix::{Fixed, fixed};
pub use settings::{DEFAULT_ABSENCES, Settings};
pub use suggest::{did_you_mean, suggest};

use crate::source::{Sources, Span};
use std::sync::Arc;

/// How much a finding weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The files can be used, but something in them has no effect or is read differently elsewhere.
    Warning,
    /// The files cannot be used as they are.
    Error,
}

/// A place that belongs to a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// The place.
    pub span: Span,
    /// What is there, in a few words; empty where the message says it all.
    pub text: String,
}

/// A replacement of text that would mend a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// What is replaced; an empty span inserts.
    pub span: Span,
    /// What stands there afterwards.
    pub text: String,
}

/// One finding about the user's files.
///
/// Messages start in lower case, end without a period, quote user input in backticks and name no Rust type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// What kind of finding it is; its page is [`Code::explain`].
    pub code: Code,
    /// How much it weighs.
    pub severity: Severity,
    /// What is wrong, in one line.
    pub message: String,
    /// Where it is wrong.
    pub label: Label,
    /// Places that explain the finding, such as the first of two equal keys.
    pub related: Vec<Label>,
    /// What else is to be known, a line or a few each: a counterexample, a way through the stages.
    pub notes: Vec<String>,
    /// What to do about it.
    pub help: Option<String>,
    /// Replacements that would mend it.
    pub edits: Vec<Edit>,
    /// Whether the edits are its one safe answer, which a program may take without asking: they do not change what the files mean.
    pub fixable: bool,
}

/// A finding that a comment in the user's file tells to ignore.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ignored {
    /// The finding.
    pub finding: Diagnostic,
    /// Why it is ignored, in the user's words.
    pub reason: Arc<str>,
    /// The code in the comment.
    pub by: Span,
}

/// The findings of one run, collected instead of stopping at the first. Those that are ignored are kept apart: they do not count.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Diagnostics {
    found: Vec<Diagnostic>,
    ignored: Vec<Ignored>,
}

/// A value that was made in spite of warnings.
#[derive(Debug, Clone)]
pub struct Warned<T> {
    /// The value.
    pub value: T,
    /// What was noticed on the way; none of it is an error.
    pub warnings: Diagnostics,
}

impl Diagnostic {
    /// A finding of the code's own severity at a place.
    #[must_use]
    pub fn new(code: Code, span: Span, message: impl Into<String>) -> Self {
        Self {
            code,
            severity: code.severity(),
            message: message.into(),
            label: Label { span, text: String::new() },
            related: Vec::new(),
            notes: Vec::new(),
            help: None,
            edits: Vec::new(),
            fixable: false,
        }
    }

    /// Says what is at the place of the finding.
    #[must_use]
    pub fn label(mut self, text: impl Into<String>) -> Self {
        self.label.text = text.into();
        self
    }

    /// Adds a place that explains the finding.
    #[must_use]
    pub fn related(mut self, span: Span, text: impl Into<String>) -> Self {
        self.related.push(Label { span, text: text.into() });
        self
    }

    /// Adds what else is to be known, such as a counterexample: `example: amount = 5, margin = 3`.
    #[must_use]
    pub fn note(mut self, text: impl Into<String>) -> Self {
        self.notes.push(text.into());
        self
    }

    /// Says what to do.
    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.help = Some(text.into());
        self
    }

    /// Says what to do, where there is something to say.
    #[must_use]
    pub fn maybe_help(mut self, text: Option<String>) -> Self {
        self.help = text.or(self.help);
        self
    }

    /// Adds a replacement that would mend the finding.
    #[must_use]
    pub fn edit(mut self, span: Span, text: impl Into<String>) -> Self {
        self.edits.push(Edit { span, text: text.into() });
        self
    }

    /// Adds a replacement that mends the finding safely: it does not change what the files mean. All edits of a finding are applied
    /// together or not at all, so all of them must be safe then.
    #[must_use]
    pub fn fix(mut self, span: Span, text: impl Into<String>) -> Self {
        self.fixable = true;
        self.edit(span, text)
    }

    /// Says that deleting a place mends the finding safely, where there is such a place.
    #[must_use]
    pub fn maybe_removal(self, span: Option<Span>) -> Self {
        match span {
            Some(span) => self.fix(span, ""),
            None => self,
        }
    }

    /// Whether it says that a part of a file could not be read: then what is missing elsewhere may stand in that part.
    #[must_use]
    pub fn hides_a_part(&self) -> bool {
        self.is_error() && matches!(self.code.area(), Area::File | Area::Shape)
    }

    /// Whether it is an error.
    #[must_use]
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

impl Diagnostics {
    /// No findings.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a finding.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.found.push(diagnostic);
    }

    /// Adds all findings of another collection.
    pub fn append(&mut self, mut other: Diagnostics) {
        self.found.append(&mut other.found);
        self.ignored.append(&mut other.ignored);
    }

    /// Adds a finding that is ignored.
    pub fn ignore(&mut self, ignored: Ignored) {
        self.ignored.push(ignored);
    }

    /// The findings that are ignored; no other method counts them.
    #[must_use]
    pub fn ignored(&self) -> &[Ignored] {
        &self.ignored
    }

    /// Whether one of them is an error.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.found.iter().any(Diagnostic::is_error)
    }

    /// The number of errors.
    #[must_use]
    pub fn errors(&self) -> usize {
        self.found.iter().filter(|diagnostic| diagnostic.is_error()).count()
    }

    /// The number of warnings.
    #[must_use]
    pub fn warnings(&self) -> usize {
        self.found.len() - self.errors()
    }

    /// Whether nothing was found.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// The number of findings.
    #[must_use]
    pub fn len(&self) -> usize {
        self.found.len()
    }

    /// Every finding, in the order of [`Diagnostics::sort`] or of discovery.
    pub fn iter(&self) -> impl Iterator<Item = &Diagnostic> {
        self.found.iter()
    }

    /// Orders by path, place and code, and drops repetitions: a fragment that two workflows use is reported once.
    pub fn sort(&mut self, sources: &Sources) {
        let order = |a: &Diagnostic, b: &Diagnostic| {
            let path = |d: &Diagnostic| sources.path(d.label.span.source);
            let key = |d: &Diagnostic| (d.label.span.start, d.label.span.end, d.code);
            path(a).cmp(path(b)).then_with(|| key(a).cmp(&key(b))).then_with(|| a.message.cmp(&b.message))
        };
        self.found.sort_by(&order);
        self.found.dedup();
        self.ignored.sort_by(|a, b| order(&a.finding, &b.finding));
        self.ignored.dedup();
    }
}

impl Extend<Diagnostic> for Diagnostics {
    fn extend<I: IntoIterator<Item = Diagnostic>>(&mut self, iter: I) {
        self.found.extend(iter);
    }
}

impl IntoIterator for Diagnostics {
    type Item = Diagnostic;
    type IntoIter = std::vec::IntoIter<Diagnostic>;

    /// The findings that count; what is ignored is left behind.
    fn into_iter(self) -> Self::IntoIter {
        self.found.into_iter()
    }
}

impl FromIterator<Diagnostic> for Diagnostics {
    fn from_iter<I: IntoIterator<Item = Diagnostic>>(iter: I) -> Self {
        Self { found: iter.into_iter().collect(), ignored: Vec::new() }
    }
}
