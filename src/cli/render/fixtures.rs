//! Findings that the tests of all formats share.
//!
//! It must not hold findings that only one format cares about.

use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::source::{Sources, Span};

/// The first place of a text in a file.
pub(super) fn at(sources: &Sources, path: &str, text: &str) -> Span {
    let id = sources.find(path).unwrap();
    let start = sources.get(id).unwrap().text().find(text).unwrap();
    Span::new(id, start as u32, (start + text.len()) as u32)
}

/// Files by path and text.
pub(super) fn files(files: &[(&str, &str)]) -> Sources {
    let mut sources = Sources::new();
    for (path, text) in files {
        sources.add(path, text);
    }
    sources
}

/// One finding.
pub(super) fn only(diagnostic: Diagnostic) -> Diagnostics {
    std::iter::once(diagnostic).collect()
}

/// A misspelt field in a rule that holds Chinese text.
pub(super) fn chinese() -> (Diagnostics, Sources) {
    let sources = files(&[("申请表.yaml", "gates:\n  受理: {必须: '设备等级 == \"高\" && 申请表.金额 > 1'} # 好\n")]);
    let found = Diagnostic::new(Code::UnknownField, at(&sources, "申请表.yaml", "金额"), "`申请表` has no field `金额`")
        .label("没有这个字段")
        .related(at(&sources, "申请表.yaml", "设备等级"), "与此比较")
        .help("did you mean `合同金额`?");
    (only(found), sources)
}

/// A rule that is indented with tabs.
pub(super) fn tabs() -> (Diagnostics, Sources) {
    let sources = files(&[("rules.rhai", "fn worst(deal) {\n\t\tdeal.risk.\tlegl\n}\n")]);
    let found = Diagnostic::new(Code::UnknownField, at(&sources, "rules.rhai", "legl"), "`deal.risk` has no field `legl`");
    (only(found.help("did you mean `legal`?")), sources)
}

/// A file with the line ends of Windows.
pub(super) fn windows() -> (Diagnostics, Sources) {
    let sources = files(&[("a.yaml", "stages:\r\n  lab: {led: EX}\r\n  won: {end: won}\r\n")]);
    let found = Diagnostic::new(Code::UnknownKey, at(&sources, "a.yaml", "led"), "a stage has no key `led`");
    let found = found.help("did you mean `lead`?").edit(at(&sources, "a.yaml", "led"), "lead");
    (only(found), sources)
}

/// Two labels in one line.
pub(super) fn one_line() -> (Diagnostics, Sources) {
    let sources = files(&[("a.yaml", "lab: {lead: EX, within: 5 days, lead: CW}\n")]);
    let second = at(&sources, "a.yaml", "lead: CW").within(0, 4);
    let first = at(&sources, "a.yaml", "lead: EX").within(0, 4);
    let found = Diagnostic::new(Code::DuplicateKey, second, "key `lead` is given twice").label("second").related(first, "first");
    (only(found.help("remove or rename one of them; until then the first one counts")), sources)
}

/// A finding that another file explains.
pub(super) fn two_files() -> (Diagnostics, Sources) {
    let sources = files(&[
        ("workflows/lab.yaml", "tollgate: 1\nroles:\n  EX: [zhang.san]\n"),
        ("workflows/my common.yaml", "roles:\n  CW: [li.si]\n  EX: [wang.wu]\n"),
    ]);
    let first = at(&sources, "workflows/my common.yaml", "EX");
    let found = Diagnostic::new(Code::DuplicateDefinition, at(&sources, "workflows/lab.yaml", "EX"), "role `EX` is defined twice");
    (only(found.label("defined again here").related(first, "first defined here")), sources)
}

/// An empty file, which has no line to show.
pub(super) fn empty_file() -> (Diagnostics, Sources) {
    let sources = files(&[("empty.yaml", "")]);
    let place = Span::start_of(sources.find("empty.yaml").unwrap());
    (only(Diagnostic::new(Code::NoStart, place, "no stage is a start").label("here").help("give a stage `start: true`")), sources)
}

/// A finding whose file is not among the sources.
pub(super) fn no_source() -> (Diagnostics, Sources) {
    let (found, _) = empty_file();
    (found, Sources::new())
}

/// A warning whose remedy is an edit.
pub(super) fn warning() -> (Diagnostics, Sources) {
    let sources = files(&[("a.yaml", "stages:\n  lab: {lead: NO, within: 012 days}\n")]);
    let place = at(&sources, "a.yaml", "NO");
    let found = Diagnostic::new(Code::AmbiguousScalar, place, "`NO` is a text here, and tools of YAML 1.1 read it as `false`");
    (only(found.help("quote it: `\"NO\"`; or write `false`").edit(place, "\"NO\"")), sources)
}

/// Every case above.
pub(super) fn all() -> Vec<(Diagnostics, Sources)> {
    vec![chinese(), tabs(), windows(), one_line(), two_files(), empty_file(), no_source(), warning()]
}
