//! Weighs findings as the user wants: by the project's settings, and by the comments that ignore some of them.
//!
//! It must not find anything about a process; what it finds is about the comments.

use crate::diagnostic::{Diagnostic, Diagnostics, Ignored, Settings};
use crate::document::{Ignore, script_blocks, yaml_ignores};
use crate::script::script_ignores;
use crate::source::{SourceId, Sources, Span};
use std::collections::{HashMap, HashSet};

/// The comments of some files that ignore findings.
#[derive(Debug, Clone, Default)]
pub struct Ignores {
    by_source: HashMap<SourceId, Vec<Ignore>>,
    // Where a file is named that cannot hold comments itself.
    named: HashMap<SourceId, Vec<Span>>,
}

/// Findings as the user wants them.
#[derive(Debug, Clone, Default)]
pub struct Adjusted {
    /// The findings; those that are ignored are kept apart.
    pub found: Diagnostics,
    /// The codes in comments that something was found for, also if it is turned off.
    pub used: HashSet<Span>,
}

impl Ignores {
    /// The comments of the files; what is wrong with them is reported.
    pub fn read(sources: &Sources, files: impl IntoIterator<Item = SourceId>, diagnostics: &mut Diagnostics) -> Self {
        let mut ignores = Self::default();
        for id in files {
            let own = of_file(sources, id, diagnostics);
            if !own.is_empty() {
                ignores.by_source.insert(id, own);
            }
        }
        ignores
    }

    /// Notes where CSV files are named: what is found in them can be ignored there, for they hold no comments.
    pub fn name(&mut self, files: &HashMap<Span, SourceId>) {
        for (place, file) in files {
            let places = self.named.entry(*file).or_default();
            if !places.contains(place) {
                places.push(*place);
            }
        }
    }

    /// Every comment.
    pub fn iter(&self) -> impl Iterator<Item = &Ignore> {
        self.by_source.values().flatten()
    }

    /// The findings with the severities that the settings of their file give them, without those that are turned off or ignored.
    #[must_use]
    pub fn adjust<'s>(&self, found: Diagnostics, settings: impl Fn(SourceId) -> &'s Settings) -> Adjusted {
        let mut adjusted = Adjusted::default();
        for known in found.ignored() {
            adjusted.used.insert(known.by);
            adjusted.found.ignore(known.clone());
        }
        for mut finding in found {
            let ignore = self.of(&finding);
            adjusted.used.extend(ignore.iter().map(|(_, by)| *by));
            let Some(severity) = settings(finding.label.span.source).severity(finding.code) else { continue };
            finding.severity = severity;
            match ignore {
                Some((ignore, by)) => adjusted.found.ignore(Ignored { finding, reason: ignore.reason.clone(), by }),
                None => adjusted.found.push(finding),
            }
        }
        adjusted
    }

    /// The comment that ignores a finding, and the code in it.
    fn of(&self, finding: &Diagnostic) -> Option<(&Ignore, Span)> {
        let place = finding.label.span;
        let named = self.named.get(&place.source).into_iter().flatten().copied();
        std::iter::once(place).chain(named).find_map(|place| self.at(finding, place))
    }

    fn at(&self, finding: &Diagnostic, place: Span) -> Option<(&Ignore, Span)> {
        let covers = |ignore: &&Ignore| ignore.covers.start <= place.start && place.start <= ignore.covers.end;
        let own = self.by_source.get(&place.source)?.iter().filter(covers);
        let named = own.filter_map(|ignore| Some((ignore, ignore.codes.iter().find(|code| code.value == finding.code)?.span)));
        // Of several that are about the place, the nearest.
        named.min_by_key(|(ignore, _)| ignore.covers.end - ignore.covers.start)
    }
}

fn of_file(sources: &Sources, id: SourceId, diagnostics: &mut Diagnostics) -> Vec<Ignore> {
    let path = sources.path(id);
    let Some(source) = sources.get(id).filter(|_| sources.is_readable(id) && !path.ends_with(".csv")) else { return Vec::new() };
    if path.ends_with(".rhai") {
        let whole = Span::new(id, 0, u32::try_from(source.text().len()).unwrap_or(u32::MAX));
        return script_ignores(sources, whole, diagnostics);
    }
    let mut ignores = yaml_ignores(sources, id, diagnostics);
    for block in script_blocks(sources, id) {
        ignores.extend(script_ignores(sources, block, diagnostics));
    }
    ignores
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::{Code, Severity};

    /// A file with comments, one without, and the codes and severities of what is left of a finding at each mark (`^`).
    fn left(text: &str, csv_named_at: Option<&str>, code: Code, settings: &Settings) -> (Vec<String>, usize, usize) {
        let mut sources = Sources::new();
        let id = sources.add("a.yaml", text);
        let csv = sources.add("a.csv", "a,b\n1,2\n");
        let mut unread = Diagnostics::new();
        let mut ignores = Ignores::read(&sources, [id, csv], &mut unread);
        assert!(unread.is_empty());
        let at = |part: &str| text.find(part).map(|at| Span::new(id, at as u32, at as u32)).unwrap();
        ignores.name(&csv_named_at.map(|part| (at(part), csv)).into_iter().collect());
        let places = text.match_indices('^').map(|(at, _)| Span::new(id, at as u32, at as u32)).chain([Span::new(csv, 4, 5)]);
        let found = places.map(|place| Diagnostic::new(code, place, "x")).collect();
        let adjusted = ignores.adjust(found, |_| settings);
        let told = adjusted.found.iter().map(|found| {
            let at = sources.position(found.label.span);
            format!("{:?} {}:{}", found.severity, at.line, at.column)
        });
        (told.collect(), adjusted.found.ignored().len(), adjusted.used.len())
    }

    #[test]
    fn a_finding_in_a_csv_file_is_ignored_where_the_file_is_named() {
        let settings = Settings::new();
        let text = "a: ^\nrows: a.csv # tollgate: ignore[no-effect] as agreed\n";
        assert_eq!(left(text, Some("a.csv"), Code::NoEffect, &settings), (vec!["Warning 1:4".to_owned()], 1, 1));
        assert_eq!(left(text, None, Code::NoEffect, &settings).1, 0);
        assert_eq!(left(text, Some("a.csv"), Code::DeadEnd, &settings).1, 0);
    }

    #[test]
    fn the_nearest_comment_counts_and_what_is_turned_off_still_uses_it() {
        let text = "# tollgate: ignore[no-effect] all of it\na:\n  b: ^\n  c: ^ # tollgate: ignore[no-effect] this one\n  d: ^ # tollgate: ignore[no-end] other\ne: ^\n";
        let mut settings = Settings::new();
        assert_eq!(left(text, None, Code::NoEffect, &settings), (vec!["Warning 6:4".to_owned(), "Warning 2:1".to_owned()], 3, 2));
        settings.set(Code::NoEffect, Some(Severity::Error));
        assert_eq!(left(text, None, Code::NoEffect, &settings).0, ["Error 6:4", "Error 2:1"]);
        settings.set(Code::NoEffect, None);
        assert_eq!(left(text, None, Code::NoEffect, &settings), (Vec::new(), 0, 2));
    }
}
