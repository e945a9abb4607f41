//! Suggested edits as a person sees them: the lines before and after.
//!
//! It must not apply edits.

use super::window::{Window, range};
use crate::diagnostic::{Diagnostic, Edit};
use crate::source::{Source, SourceId, Sources};
use annotate_snippets::{Group, Level, Patch, Snippet, normalize_untrusted_str};

/// The edits of a finding under its help, file by file; `None` where there are none, or none that can be shown in their lines.
pub(super) fn group<'a>(diagnostic: &'a Diagnostic, sources: &'a Sources, width: usize) -> Option<Group<'a>> {
    let files = by_file(&diagnostic.edits);
    if files.is_empty() || !files.iter().all(|(id, edits)| sources.get(*id).is_some_and(|source| is_showable(source, edits, width))) {
        return None;
    }
    let title = diagnostic.help.as_deref().unwrap_or("this would mend it");
    let group = Group::with_title(Level::HELP.secondary_title(normalize_untrusted_str(title)));
    let snippets = files.into_iter().filter_map(|(id, edits)| Some(snippet(sources.get(id)?, &edits)));
    Some(group.elements(snippets))
}

/// An edit in words.
pub(super) fn words(edit: &Edit, sources: &Sources) -> String {
    let old = sources.text(edit.span);
    match (old.is_empty(), edit.text.is_empty()) {
        (true, _) => format!("insert `{}`", shortened(&edit.text)),
        (false, true) => format!("remove `{}`", shortened(old)),
        (false, false) => format!("replace `{}` by `{}`", shortened(old), shortened(&edit.text)),
    }
}

fn by_file(edits: &[Edit]) -> Vec<(SourceId, Vec<&Edit>)> {
    let mut files: Vec<(SourceId, Vec<&Edit>)> = Vec::new();
    for edit in edits {
        match files.iter_mut().find(|(id, _)| *id == edit.span.source) {
            Some((_, known)) => known.push(edit),
            None => files.push((edit.span.source, vec![edit])),
        }
    }
    files.iter_mut().for_each(|(_, edits)| edits.sort_by_key(|edit| edit.span));
    files
}

/// Whether the edits lie apart, change something, and lie in lines that fit the terminal.
fn is_showable(source: &Source, edits: &[&Edit], width: usize) -> bool {
    let apart = edits.windows(2).all(|pair| match pair {
        [one, next] => one.span.end < next.span.start,
        _ => true,
    });
    let sound = |edit: &&Edit| {
        let text = source.text().get(edit.span.start as usize..edit.span.end as usize);
        text.is_some_and(|old| *old != *edit.text) && edit.text.len() < width && fits(source, edit, width)
    };
    apart && edits.iter().all(sound)
}

fn fits(source: &Source, edit: &Edit, width: usize) -> bool {
    let (first, last) = (source.position(edit.span.start).line, source.position(edit.span.end).line);
    (first..=last).all(|line| unicode_width::UnicodeWidthStr::width(source.line(line)) <= width)
}

fn snippet<'a>(source: &'a Source, edits: &[&'a Edit]) -> Snippet<'a, Patch<'a>> {
    let range_of = |edit: &Edit| range(source, edit.span.start, edit.span.end);
    let window = Window::around(source, edits.iter().map(|edit| range_of(edit)));
    let patches: Vec<Patch<'a>> = edits.iter().map(|edit| Patch::new(window.inside(&range_of(edit)), &*edit.text)).collect();
    Snippet::source(window.text).line_start(window.first_line).path(normalize_untrusted_str(source.path())).patches(patches)
}

fn shortened(text: &str) -> String {
    let mut characters = text.chars();
    let mut short: String = characters.by_ref().take(60).collect();
    if characters.next().is_some() {
        short.push('…');
    }
    short
}
