//! Texts that are too deep, too long or too much once their aliases are written out.
//!
//! None of them may take long or overflow the stack.

use super::*;
use std::time::{Duration, Instant};

#[test]
fn nesting_is_bounded_with_and_without_aliases() {
    let nested = |depth: usize| format!("{}x{}\n", "[".repeat(depth), "]".repeat(depth));
    assert!(read(&nested(64)).clean().node.is_some());
    let refused = read(&nested(65));
    assert!(refused.node.is_none());
    assert_eq!(
        refused.finding(),
        "nesting-too-deep 1:65 [[] lists and maps stand more than 64 deep inside each other -- flatten the document; if these brackets are text, put the whole of it in quotes"
    );

    let through_aliases =
        |depth: usize| format!("- &a {}x{}\n- {}*a{}\n", "[".repeat(40), "]".repeat(40), "[".repeat(depth), "]".repeat(depth));
    assert!(read(&through_aliases(23)).clean().node.is_some());
    let refused = read(&through_aliases(24));
    assert!(refused.node.is_none());
    assert!(refused.finding().starts_with("nesting-too-deep 2:27 [*a]"), "{:?}", refused.findings());
}

#[test]
fn hostile_nesting_neither_overflows_nor_takes_long() {
    let blocks: String = (0..2000).map(|depth| format!("{}a:\n", " ".repeat(depth))).collect();
    for text in ["[".repeat(100_000), "{a: ".repeat(100_000), "- ".repeat(100_000), "? ".repeat(100_000), "[a: ".repeat(100_000), blocks] {
        let begun = Instant::now();
        let read = read(&text);
        assert_eq!((read.node.is_none(), read.codes()), (true, vec!["nesting-too-deep"]), "{:?}", text.get(..8));
        assert!(begun.elapsed() < Duration::from_secs(2), "{:?}", begun.elapsed());
    }
    let limits = Limits { depth: usize::MAX, ..Limits::default() };
    assert_eq!(read_with(&"[".repeat(100_000), &limits).codes(), ["nesting-too-deep"]);
    assert!(read_with(&format!("{}{}", "[".repeat(250), "]".repeat(250)), &limits).clean().node.is_some());
}

#[test]
fn a_billion_laughs_are_counted_and_never_written_out() {
    let mut text = "l0: &l0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]\n".to_owned();
    for level in 1..10 {
        let below = vec![format!("*l{}", level - 1); 9].join(", ");
        text += &format!("l{level}: &l{level} [{below}]\n");
    }
    let begun = Instant::now();
    let read = read(&text);
    assert!(begun.elapsed() < Duration::from_millis(500), "{:?}", begun.elapsed());
    assert!(read.node.is_none());
    assert!(read.finding().starts_with("too-many-nodes 6:"), "{:?}", read.findings());
    assert_eq!(read.sources.text(read.found.iter().next().unwrap().label.span), "*l4");
}

#[test]
fn the_number_of_nodes_is_bounded() {
    let limits = Limits { nodes: 6, ..Limits::default() };
    assert!(read_with("a: [1, 2, 3]\n", &limits).clean().node.is_some());
    let refused = read_with("a: [1, 2, 3, 4]\n", &limits);
    assert!(refused.node.is_none());
    assert!(
        refused.finding().starts_with("too-many-nodes 1:14 [4] the document has more than 6 keys and values"),
        "{:?}",
        refused.findings()
    );
    let refused = read_with("a: &a [1, 2]\nb: *a\n", &Limits { nodes: 8, ..Limits::default() });
    assert!(refused.finding().starts_with("too-many-nodes 2:4 [*a]"), "{:?}", refused.findings());
    assert!(read_with("a: &a [1, 2]\nb: *a\n", &Limits { nodes: 9, ..Limits::default() }).clean().node.is_some());
}

#[test]
fn large_files_are_refused_unread() {
    let text = "[".repeat(MAX_SOURCE_BYTES + 1);
    let begun = Instant::now();
    let refused = read(&text);
    assert!(begun.elapsed() < Duration::from_secs(2), "{:?}", begun.elapsed());
    assert!(refused.node.is_none());
    assert!(refused.finding().starts_with("file-too-large 1:1 [] the file has 8388609 bytes, and at most 8388608 are read"));
    assert!(read_with("a: b", &Limits { bytes: 4, ..Limits::default() }).clean().node.is_some());
    assert_eq!(read_with("a: bc", &Limits { bytes: 4, ..Limits::default() }).codes(), ["file-too-large"]);
}
