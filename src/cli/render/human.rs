//! Findings for people at a terminal, in the look of rustc.
//!
//! It must not decide about colour or width: the caller knows the terminal.

use super::patch;
use super::summary::Summary;
use super::window::{Window, glance, range};
use crate::diagnostic::{Diagnostic, Diagnostics, Label, Severity};
use crate::source::{Source, SourceId, Sources};
use annotate_snippets::renderer::{DEFAULT_ERROR_STYLE, DEFAULT_WARNING_STYLE, DecorStyle};
use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Origin, Renderer, Snippet, normalize_untrusted_str};

/// How findings look at a terminal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Style {
    /// Whether to write colours, as escape codes.
    pub color: bool,
    /// Whether to draw lines with box characters instead of ASCII.
    pub unicode: bool,
    /// The columns there are; longer lines of a file are cut on both sides of what matters.
    pub width: usize,
}

/// What a log file can show.
impl Default for Style {
    fn default() -> Self {
        Self { color: false, unicode: false, width: 120 }
    }
}

/// Every finding with the lines that it is about, and a last line with the counts; nothing where there is no finding.
#[must_use]
pub fn human(diagnostics: &Diagnostics, sources: &Sources, style: &Style) -> String {
    // An error is worth more words than a warning that may only follow from it.
    let Some(first) = diagnostics.iter().find(|diagnostic| diagnostic.is_error()).or(diagnostics.iter().next()) else {
        return String::new();
    };
    let renderer = renderer(style);
    let mut text = String::new();
    for diagnostic in diagnostics.iter() {
        text.push_str(&renderer.render(&report(diagnostic, sources, style.width)));
        text.push_str("\n\n");
    }
    let worst = diagnostics.iter().map(|diagnostic| diagnostic.severity).max();
    let summary = Summary::new(diagnostics, sources);
    text.push_str(&format!("for more about a finding, run `tollgate explain {}`\n", first.code));
    let fixable = diagnostics.iter().filter(|diagnostic| diagnostic.fixable).count();
    if fixable > 0 {
        text.push_str(&format!("`tollgate validate --fix` mends {fixable} of them\n"));
    }
    text.push_str(&painted(&summary.to_string(), worst, style.color));
    text.push('\n');
    text
}

fn renderer(style: &Style) -> Renderer {
    let renderer = if style.color { Renderer::styled() } else { Renderer::plain() };
    renderer.term_width(style.width).decor_style(if style.unicode { DecorStyle::Unicode } else { DecorStyle::Ascii })
}

fn painted(text: &str, worst: Option<Severity>, color: bool) -> String {
    let style = match worst {
        Some(Severity::Error) if color => DEFAULT_ERROR_STYLE,
        Some(Severity::Warning) if color => DEFAULT_WARNING_STYLE,
        _ => return text.to_owned(),
    };
    format!("{style}{text}{style:#}")
}

/// One finding: its places, file by file, its help, and its edits.
fn report<'a>(diagnostic: &'a Diagnostic, sources: &'a Sources, width: usize) -> Vec<Group<'a>> {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let mut group = Group::with_title(level.primary_title(&*diagnostic.message).id(diagnostic.code.name()));
    for (id, labels) in by_file(diagnostic) {
        group = places(group, sources.get(id), &labels, width);
    }
    group = group.elements(diagnostic.notes.iter().map(|note| Level::NOTE.message(normalize_untrusted_str(note))));
    let patch = patch::group(diagnostic, sources, width);
    if let (None, Some(help)) = (&patch, help(diagnostic, sources)) {
        group = group.element(Level::HELP.message(help));
    }
    std::iter::once(group).chain(patch).collect()
}

/// The labels of a finding by file, the primary one first; `true` marks it.
fn by_file(diagnostic: &Diagnostic) -> Vec<(SourceId, Vec<(bool, &Label)>)> {
    let mut files: Vec<(SourceId, Vec<(bool, &Label)>)> = Vec::new();
    let related = diagnostic.related.iter().map(|label| (false, label));
    for (primary, label) in std::iter::once((true, &diagnostic.label)).chain(related) {
        let id = label.span.source;
        match files.iter_mut().find(|(known, _)| *known == id) {
            Some((_, labels)) => labels.push((primary, label)),
            None => files.push((id, vec![(primary, label)])),
        }
    }
    files
}

fn places<'a>(group: Group<'a>, source: Option<&'a Source>, labels: &[(bool, &'a Label)], width: usize) -> Group<'a> {
    let Some(source) = source.filter(|source| !source.text().is_empty()) else { return without_text(group, source, labels) };
    let ranges = labels.iter().map(|(_, label)| range(source, label.span.start, label.span.end));
    let window = Window::around(source, ranges);
    let annotations = labels.iter().map(|(primary, label)| {
        let kind = if *primary { AnnotationKind::Primary } else { AnnotationKind::Context };
        let range = glance(source, range(source, label.span.start, label.span.end), width);
        let annotation = kind.span(window.inside(&range));
        if label.text.is_empty() { annotation } else { annotation.label(normalize_untrusted_str(&label.text)) }
    });
    let annotations: Vec<Annotation<'a>> = annotations.collect();
    group.element(
        Snippet::source(window.text).line_start(window.first_line).path(normalize_untrusted_str(source.path())).annotations(annotations),
    )
}

/// Labels in a file that is empty or not at hand: its name, and what would have stood at the places.
fn without_text<'a>(group: Group<'a>, source: Option<&'a Source>, labels: &[(bool, &'a Label)]) -> Group<'a> {
    let named = source.map(|source| Origin::path(normalize_untrusted_str(source.path())));
    let group = match named {
        Some(origin) => group.element(origin),
        None => group,
    };
    let texts = labels.iter().map(|(_, label)| &label.text).filter(|text| !text.is_empty());
    group.elements(texts.map(|text| Level::NOTE.message(normalize_untrusted_str(text))))
}

/// The help; where edits cannot be shown in their lines, they are put into words.
fn help(diagnostic: &Diagnostic, sources: &Sources) -> Option<String> {
    let words = || {
        let edits = diagnostic.edits.iter().map(|edit| patch::words(edit, sources)).collect::<Vec<_>>().join(", ");
        (!edits.is_empty()).then_some(edits)
    };
    diagnostic.help.clone().or_else(words).map(|help| normalize_untrusted_str(&help))
}

#[cfg(test)]
mod tests {
    use super::super::fixtures::{self, only};
    use super::*;
    use crate::diagnostic::Code;
    use crate::source::Span;
    use proptest::prelude::*;

    fn shown((found, sources): (Diagnostics, Sources)) -> String {
        human(&found, &sources, &Style::default())
    }

    #[test]
    fn wide_characters_are_underlined_in_their_columns() {
        insta::assert_snapshot!(shown(fixtures::chinese()), @r#"
        error[unknown-field]: `申请表` has no field `金额`
         --> 申请表.yaml:2:32
          |
        2 |   受理: {必须: '设备等级 == "高" && 申请表.金额 > 1'} # 好
          |                 -------- 与此比较              ^^^^ 没有这个字段
          |
          = help: did you mean `合同金额`?

        for more about a finding, run `tollgate explain unknown-field`
        1 error in 1 file
        "#);
    }

    #[test]
    fn tabs_do_not_shift_the_mark() {
        insta::assert_snapshot!(shown(fixtures::tabs()), @"
        error[unknown-field]: `deal.risk` has no field `legl`
         --> rules.rhai:2:14
          |
        2 |         deal.risk.    legl
          |                       ^^^^
          |
          = help: did you mean `legal`?

        for more about a finding, run `tollgate explain unknown-field`
        1 error in 1 file
        ");
    }

    #[test]
    fn windows_line_ends_are_not_seen() {
        insta::assert_snapshot!(shown(fixtures::windows()), @"
        error[unknown-key]: a stage has no key `led`
         --> a.yaml:2:9
          |
        2 |   lab: {led: EX}
          |         ^^^
          |
        help: did you mean `lead`?
          |
        2 |   lab: {lead: EX}
          |           +

        for more about a finding, run `tollgate explain unknown-key`
        1 error in 1 file
        ");
    }

    #[test]
    fn two_labels_in_one_line() {
        insta::assert_snapshot!(shown(fixtures::one_line()), @"
        error[duplicate-key]: key `lead` is given twice
         --> a.yaml:1:33
          |
        1 | lab: {lead: EX, within: 5 days, lead: CW}
          |       ---- first                ^^^^ second
          |
          = help: remove or rename one of them; until then the first one counts

        for more about a finding, run `tollgate explain duplicate-key`
        1 error in 1 file
        ");
    }

    #[test]
    fn a_label_in_another_file() {
        insta::assert_snapshot!(shown(fixtures::two_files()), @"
        error[duplicate-definition]: role `EX` is defined twice
         --> workflows/lab.yaml:3:3
          |
        3 |   EX: [zhang.san]
          |   ^^ defined again here
          |
         ::: workflows/my common.yaml:3:3
          |
        3 |   EX: [wang.wu]
          |   -- first defined here

        for more about a finding, run `tollgate explain duplicate-definition`
        1 error in 1 file
        ");
    }

    #[test]
    fn an_empty_file_is_named() {
        insta::assert_snapshot!(shown(fixtures::empty_file()), @"
        error[no-start]: no stage is a start
        --> empty.yaml
         = note: here
         = help: give a stage `start: true`

        for more about a finding, run `tollgate explain no-start`
        1 error in 1 file
        ");
    }

    #[test]
    fn a_finding_without_source_is_still_told() {
        insta::assert_snapshot!(shown(fixtures::no_source()), @"
        error[no-start]: no stage is a start
         |
         = note: here
         = help: give a stage `start: true`

        for more about a finding, run `tollgate explain no-start`
        1 error
        ");
    }

    #[test]
    fn an_edit_is_shown_as_lines_before_and_after() {
        insta::assert_snapshot!(shown(fixtures::warning()), @r#"
        warning[ambiguous-scalar]: `NO` is a text here, and tools of YAML 1.1 read it as `false`
         --> a.yaml:2:15
          |
        2 |   lab: {lead: NO, within: 012 days}
          |               ^^
          |
        help: quote it: `"NO"`; or write `false`
          |
        2 -   lab: {lead: NO, within: 012 days}
        2 +   lab: {lead: "NO", within: 012 days}
          |

        for more about a finding, run `tollgate explain ambiguous-scalar`
        1 warning in 1 file
        "#);
    }

    #[test]
    fn box_characters_where_they_are_wanted() {
        let (found, sources) = fixtures::one_line();
        insta::assert_snapshot!(human(&found, &sources, &Style { unicode: true, ..Style::default() }), @"
        error[duplicate-key]: key `lead` is given twice
          ╭▸ a.yaml:1:33
          │
        1 │ lab: {lead: EX, within: 5 days, lead: CW}
          │       ──── first                ━━━━ second
          │
          ╰ help: remove or rename one of them; until then the first one counts

        for more about a finding, run `tollgate explain duplicate-key`
        1 error in 1 file
        ");
    }

    #[test]
    fn escape_codes_only_where_colour_is_wanted() {
        for (found, sources) in fixtures::all() {
            let plain = human(&found, &sources, &Style::default());
            assert!(!plain.contains('\u{1b}'));
            let color = human(&found, &sources, &Style { color: true, ..Style::default() });
            assert!(color.contains("\u{1b}[1m") && color.ends_with("\u{1b}[0m\n"));
        }
    }

    #[test]
    fn escape_codes_of_the_users_are_not_obeyed() {
        let sources = fixtures::files(&[("a\u{1b}[31m.yaml", "x\u{1b}[31m: 1\n")]);
        let place = Span::start_of(sources.iter().next().unwrap().0);
        let evil = "\u{1b}[31m";
        let found = Diagnostic::new(Code::UnknownKey, place, evil).label(evil).help(evil).edit(place, evil);
        let text = shown((only(found), sources));
        assert!(!text.contains('\u{1b}'), "{text:?}");
    }

    #[test]
    fn a_long_line_is_cut_around_its_place() {
        let line = format!("{}amuont{}\n", "before ".repeat(80), " after".repeat(80));
        let sources = fixtures::files(&[("a.yaml", &line)]);
        let place = fixtures::at(&sources, "a.yaml", "amuont");
        let found = Diagnostic::new(Code::UnknownField, place, "`deal` has no field `amuont`").help("did you mean `amount`?");
        let text = shown((only(found.edit(place, "amount")), sources));
        insta::assert_snapshot!(text, @"
        error[unknown-field]: `deal` has no field `amuont`
         --> a.yaml:1:561
          |
        1 | ...re before before before before before before before amuont after after after after after after after after aft...
          |                                                        ^^^^^^
          |
          = help: did you mean `amount`?

        for more about a finding, run `tollgate explain unknown-field`
        1 error in 1 file
        ");
        assert!(text.lines().all(|line| line.len() <= 120));
    }

    #[test]
    fn a_counterexample_stands_between_place_and_help() {
        let sources = fixtures::files(&[("t.yaml", "amount: '< 5'\n")]);
        let place = fixtures::at(&sources, "t.yaml", "amount");
        let found =
            Diagnostic::new(Code::InvalidCell, place, "no row covers 5").note("example: amount = 5").note("way: a → b").help("add a row");
        insta::assert_snapshot!(human(&only(found.clone()), &sources, &Style::default()), @"
        error[invalid-cell]: no row covers 5
         --> t.yaml:1:1
          |
        1 | amount: '< 5'
          | ^^^^^^
          |
          = note: example: amount = 5
          = note: way: a → b
          = help: add a row

        for more about a finding, run `tollgate explain invalid-cell`
        1 error in 1 file
        ");
        assert!(super::super::github(&only(found.clone()), &sources).contains("note: example: amount = 5%0Anote: way"));
        assert!(super::super::sarif(&only(found), &sources).contains(r"no row covers 5\nnote: example: amount = 5\nnote: way"));
    }

    #[test]
    fn nothing_found_is_nothing_said() {
        assert_eq!(human(&Diagnostics::new(), &Sources::new(), &Style::default()), "");
    }

    fn texts() -> impl Strategy<Value = String> {
        let parts = vec!["a", "客", "\t", "\n", "\r\n", "\r", "  ", "é", "\u{1b}", "{}", "\u{feff}", "😀", "\u{301}"];
        prop::collection::vec(prop::sample::select(parts), 0..40).prop_map(|parts| parts.concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(512))]

        #[test]
        fn no_text_and_no_place_makes_it_panic(
            text in texts(),
            spans in prop::collection::vec((0u32..90, 0u32..90), 3),
            edits in prop::collection::vec((0u32..90, 0u32..9, "[a客\n\t ]{0,5}"), 0..3),
            width in prop::sample::select(vec![0, 7, 40, 100]),
            unicode: bool,
        ) {
            let mut sources = Sources::new();
            let id = sources.add("a.yaml", &text);
            let found = Diagnostic::new(Code::UnknownKey, Span::new(id, spans[0].0, spans[0].1), "message").label("one");
            let found = found.related(Span::new(id, spans[1].0, spans[1].1), "").related(Span::new(id, spans[2].0, spans[2].1), "two");
            let found = edits.iter().fold(found, |found, (start, length, text)| found.edit(Span::new(id, *start, start + length), text));
            let shown = human(&only(found), &sources, &Style { color: false, unicode, width });
            prop_assert!(shown.starts_with("error[unknown-key]: message\n"));
            prop_assert!(shown.ends_with("\n1 error in 1 file\n"));
        }
    }
}
