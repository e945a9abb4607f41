//! What is found wrong in YAML texts, word by word.
//!
//! Limits have tests of their own.

use super::*;
use crate::diagnostic::Severity;

#[test]
fn a_repeated_key_is_reported_and_the_first_kept() {
    let read = read("a: 1\nb: {x: 1, \"x\": 2}\na: 2\na: 3\n");
    assert_eq!(
        read.findings(),
        [
            "duplicate-key 2:11 [\"x\"] second key `x` is given twice; 2:5 [x] first -- remove or rename one of them; until then the first one counts",
            "duplicate-key 3:1 [a] second key `a` is given twice; 1:1 [a] first -- remove or rename one of them; until then the first one counts",
            "duplicate-key 4:1 [a] second key `a` is given twice; 1:1 [a] first -- remove or rename one of them; until then the first one counts",
        ]
    );
    assert_eq!((read.value("a"), read.value("b.x")), ("1", "1"));
    let NodeKind::Map(entries) = &read.root().kind else { panic!() };
    assert_eq!(entries.len(), 2);
}

#[test]
fn what_is_not_supported_is_reported_and_the_rest_is_read() {
    let rest = |text: &str| {
        let read = read(&format!("{text}\nrest: ok\n"));
        assert_eq!(read.value("rest"), "ok");
        read.finding()
    };
    let cases = [
        ("<<: {a: 1}", "1:1 [<<] maps are not merged by `<<`"),
        ("a: !thing x", "1:4 [!thing] `!thing` is a tag in YAML, and this one is not known"),
        ("a: !application.closed", "1:4 [!application.closed] `!application.closed` is a tag in YAML, and this one is not known"),
        ("a: !list [x]", "1:4 [!list] `!list` is a tag in YAML, and this one is not known"),
        ("a: !!timestamp 2024-01-01", "1:4 [!!timestamp] `!!timestamp` is a tag in YAML, and this one is not known"),
        ("a: !!int x", "1:4 [!!int] `!!int` does not fit what is written after it"),
        ("a: !!map [x]", "1:4 [!!map] `!!map` does not fit what is written after it"),
        ("[10..20): 60]: b", "1:1 [[10..20): 60]] a key must be a text, and this is a list or a map"),
        ("? {a: 1}\n: b", "1:3 [{a: 1}] a key must be a text, and this is a list or a map"),
        (": b", "1:1 [:] a key is missing here"),
        ("a: *later\nb: &later x", "1:4 [*later] `*later` refers to an anchor that is not defined before it"),
        ("a: &me [*me]", "1:9 [*me] `*me` stands inside of what it refers to"),
        ("%YAML 1.1\n---", "2:1 [---] the file says that it is YAML 1.1, and it is read as YAML 1.2"),
    ];
    for (text, expected) in cases {
        let found = rest(text);
        assert!(found.starts_with(&format!("unsupported-yaml {expected} -- ")), "{found}");
    }
    assert_eq!(read("\"<<\": x\n").clean().value("<<"), "x");
    read("%YAML 1.2\n---\na: b\n").clean();
}

#[test]
fn a_second_document_is_reported_and_the_first_read() {
    let read = read("a: 1\n---\nb: [\n");
    assert_eq!(read.value("a"), "1");
    assert_eq!(
        read.finding(),
        "unsupported-yaml 2:1 [---] a file holds one document, and a second one begins here -- put it into a file of its own"
    );
}

#[test]
fn scalars_that_other_tools_read_differently_are_warned_about() {
    let read = read(
        "on: x\nno: z\nc: [No, 'no', off]\nd: 012\ne: 1_000\nf: application.amount >= 1_000_000\ng: 12:30:00\nh: |\n  yes\ni: !!str yes\n",
    );
    assert_eq!(
        read.findings(),
        [
            "ambiguous-scalar 1:1 [on] `on` is a text here, and tools of YAML 1.1 read it as `true` -- quote it: `\"on\"`; or write `true`",
            "ambiguous-scalar 2:1 [no] `no` is a text here, and tools of YAML 1.1 read it as `false` -- quote it: `\"no\"`; or write `false`",
            "ambiguous-scalar 3:5 [No] `No` is a text here, and tools of YAML 1.1 read it as `false` -- quote it: `\"No\"`; or write `false`",
            "ambiguous-scalar 3:15 [off] `off` is a text here, and tools of YAML 1.1 read it as `false` -- quote it: `\"off\"`; or write `false`",
            "ambiguous-scalar 4:4 [012] `012` is a number here, and tools of YAML 1.1 read it as a number to the base of 8 -- quote it if it is a text: `\"012\"`; write a number without zeros before it",
            "ambiguous-scalar 5:4 [1_000] `1_000` is a text here, and tools of YAML 1.1 read it as a number -- quote it: `\"1_000\"`; or write the number without `_`",
            "ambiguous-scalar 7:4 [12:30:00] `12:30:00` is a text here, and tools of YAML 1.1 read it as a number to the base of 60 -- quote it: `\"12:30:00\"`",
        ]
    );
    assert!(read.found.iter().all(|found| found.severity == Severity::Warning));
    assert_eq!((read.at("d").describe(), read.at("e").describe()), ("a number", "a text"));
}

#[test]
fn edits_of_ambiguous_scalars_keep_the_value_and_end_the_warning() {
    let text = "on: No\nb: 1_000\nc: 12:30:00\n";
    let read = read(text);
    let mut edited = text.to_owned();
    let mut edits: Vec<_> = read.found.iter().flat_map(|found| found.edits.iter()).collect();
    edits.sort_by_key(|edit| std::cmp::Reverse(edit.span.start));
    assert_eq!(edits.len(), 4);
    for edit in edits {
        edited.replace_range(edit.span.start as usize..edit.span.end as usize, &edit.text);
    }
    let mended = super::read(&edited).clean();
    for key in ["on", "b", "c"] {
        assert_eq!(mended.value(key), read.value(key));
    }
}

#[test]
fn broken_syntax_is_told_in_plain_words_at_its_place() {
    let cases = [
        ("a: b: c\n", "1:5 [:] no `:` is allowed here"),
        ("a: x ? y : z\n", "1:10 [:] no `:` is allowed here"),
        ("a: [\"x\"].contains(y)\n", "1:9 [.] the next key of the map was expected here"),
        ("a:\n  b: c\n d: e\n", "3:2 [d] the next key of the map was expected here"),
        ("- a\nb: c\n", "2:1 [b] the next `-` of the list was expected here"),
        ("a: {b: c\nd: e\n", "2:2 [:] a `,` or `}` was expected here; 1:4 [{] the bracket opens here"),
        ("a: [b, c\nd: e\n", "2:2 [:] no `:` is allowed here; 1:4 [[] the bracket opens here"),
        ("a: [\n", "1:4 [[] `[` is never closed"),
        ("a: [b}\n", "1:4 [[] `[` is closed by `}`"),
        ("a: ]\n", "1:4 []] this bracket closes nothing"),
        ("a: 'x", "1:4 ['] this quote is never closed"),
        ("k: v\na: 'x\nb: c\n", "3:1 [b] a text in quotes goes on in a line that is not indented; 2:4 ['] the quote begins here"),
        ("a: \"x\" == y\n", "1:8 [=] nothing may follow the closing quote"),
        ("a: \"\\d+\"\n", "1:4 [\"] this text in `\"` has an escape that is not known"),
        ("a:\n\t- b\n", "2:2 [-] a tab stands where only spaces may"),
        ("a: >= 5\n", "1:4 [>] `|` and `>` begin a block of text, and nothing may follow them in their line"),
        ("a: *\n", "1:4 [*] `&` and `*` begin an anchor or an alias, and its name is missing"),
        ("a: - b\n", "1:4 [-] a list cannot begin here"),
        ("a: b #c\n  d\n", "1:6 [#] a comment stands inside of a text of several lines"),
        ("a: 'b'#c\n", "1:7 [#] a space is missing before this `#`"),
        ("a: b\nc\n", "2:1 [c] this is neither a key nor a part of the value before it"),
        ("a: @x\n", "1:4 [@] a text cannot begin with `@`"),
        ("a: `x`\n", "1:4 [`] a text cannot begin with a backtick"),
        ("a: é\u{7}b\n", "1:5 [\u{7}] the character U+0007 is not allowed"),
        ("a: b\0c\n", "1:5 [\0] the character U+0000 is not allowed"),
        ("a: '名\0'\n", "1:6 [\0] the character U+0000 is not allowed"),
    ];
    for (text, expected) in cases {
        let read = read(text);
        assert!(read.node.is_none(), "{text:?}");
        let found = read.finding();
        assert!(found.starts_with(&format!("yaml-syntax {expected} -- ")), "{text:?}: {found}");
    }
}
