//! How many findings there are, and in how many files.
//!
//! It must not weigh them: what they mean for an exit code is for the command.

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::source::Sources;
use std::collections::HashSet;
use std::fmt;

/// The counts below a list of findings. Shown as `3 errors, 1 warning in 2 files`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct Summary {
    /// How many findings are errors.
    pub errors: usize,
    /// How many are warnings.
    pub warnings: usize,
    /// How many files they lie in.
    pub files: usize,
    /// How many findings comments tell to ignore; they are not among the others.
    pub ignored: usize,
}

impl Summary {
    /// Counts the findings.
    #[must_use]
    pub fn new(diagnostics: &Diagnostics, sources: &Sources) -> Self {
        let places = diagnostics.iter().map(|diagnostic: &Diagnostic| diagnostic.label.span.source);
        let files: HashSet<_> = places.filter(|id| sources.get(*id).is_some()).collect();
        Self { errors: diagnostics.errors(), warnings: diagnostics.warnings(), files: files.len(), ignored: diagnostics.ignored().len() }
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts = [counted(self.errors, "error"), counted(self.warnings, "warning")];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        if parts.is_empty() {
            f.write_str("no errors, no warnings")?;
        } else {
            f.write_str(&parts.join(", "))?;
            counted(self.files, "file").map_or(Ok(()), |files| write!(f, " in {files}"))?;
        }
        if self.ignored > 0 { write!(f, "; {} ignored by comments", self.ignored) } else { Ok(()) }
    }
}

fn counted(count: usize, word: &str) -> Option<String> {
    match count {
        0 => None,
        1 => Some(format!("1 {word}")),
        _ => Some(format!("{count} {word}s")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Code;
    use crate::source::Span;

    #[test]
    fn counts_read_like_a_sentence() {
        let shown = |errors, warnings, files| Summary { errors, warnings, files, ignored: 0 }.to_string();
        assert_eq!(shown(3, 1, 2), "3 errors, 1 warning in 2 files");
        assert_eq!(shown(1, 0, 1), "1 error in 1 file");
        assert_eq!(shown(0, 2, 1), "2 warnings in 1 file");
        assert_eq!(shown(1, 0, 0), "1 error");
        assert_eq!(shown(0, 0, 0), "no errors, no warnings");
        assert_eq!(Summary { errors: 1, warnings: 0, files: 1, ignored: 2 }.to_string(), "1 error in 1 file; 2 ignored by comments");
    }

    #[test]
    fn a_file_counts_once_and_only_where_a_finding_lies_in_it() {
        let mut sources = Sources::new();
        let (a, b) = (sources.add("a.yaml", "x"), sources.add("b.yaml", "y"));
        sources.add("c.yaml", "z");
        let mut found = Diagnostics::new();
        found.push(Diagnostic::new(Code::NoStart, Span::start_of(a), "one").related(Span::start_of(b), "there"));
        found.push(Diagnostic::new(Code::UnusedRole, Span::start_of(a), "two"));
        assert_eq!(Summary::new(&found, &sources), Summary { errors: 1, warnings: 1, files: 1, ignored: 0 });
    }
}
