//! The comments of a YAML text, exactly: a `#` inside of a text is none.
//!
//! It must not read what they say.

use super::places::Places;
use crate::source::{SourceId, Span};
use granit_parser::{Event, Parser};

/// The most comments in a row that are read.
const MOST: usize = 100_000;

/// The place of every comment, from its `#` to the end of its line; of a broken text, those before the break.
pub(in crate::document) fn comments(text: &str, source: SourceId) -> Vec<Span> {
    let options = granit_parser::options! { emit_comments: true, emit_unresolved_aliases: true, max_buffered_comment_events: MOST };
    let places = Places { text, source };
    let events = Parser::new_from_str_with_options(text, options).map_while(Result::ok);
    let mut found: Vec<Span> =
        events.filter_map(|(event, place)| matches!(event, Event::Comment(..)).then(|| places.span(&place))).collect();
    found.sort_unstable();
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Sources;
    use proptest::prelude::*;

    fn found(text: &str) -> Vec<&str> {
        let id = Sources::new().add("a.yaml", text);
        comments(text, id).into_iter().map(|span| text.get(span.start as usize..span.end as usize).unwrap()).collect()
    }

    #[test]
    fn only_comments_are_found() {
        let text = "# one\r\na: 'x # no' # two\nb: \"y\n  # no\" # three\nc: |  # four\n  z # no\n  # no\n# five\nd: a#no # six\ne:\n  # seven\n  - f # 八\n  # nine\n  - {g: 1, # ten\n     h: [2] } # eleven\n# twelve";
        let numbers = ["one", "two", "three", "four", "five", "six", "seven", "八", "nine", "ten", "eleven", "twelve"]
            .map(|name| format!("# {name}"));
        assert_eq!(found(text), numbers);
    }

    #[test]
    fn many_comments_in_a_row_and_a_broken_end_are_no_reason_to_stop() {
        let text = format!("a:\n{}  b: 1\n# last\nc: [", "  # x\n".repeat(500));
        assert_eq!(found(&text).len(), 501);
        assert_eq!(found("# only"), ["# only"]);
        assert_eq!(found(""), Vec::<&str>::new());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(256))]

        /// What is found begins with `#`, ends with its line, and taking it away leaves the document the same.
        #[test]
        fn a_document_is_the_same_without_its_comments(parts in prop::collection::vec(prop::sample::select(vec![
            "a: 1\n", "b: 'x # y'\n", "# note\n", "c: |\n  text # no\n\n", "d: [1, # one\n  2]\n", "e: \"q#\" # two\n", "  # indented\n",
            "f: a#b #c\n", "g: >-\n  folded\n  # no\n", "h:\n  - x # 三\n  # four\n  - y\n", "i: a\n  # five\n", "\n",
        ]), 0..12)) {
            let text: String = parts.concat();
            let id = Sources::new().add("a.yaml", &text);
            let mut plain = text.clone();
            for span in comments(&text, id).iter().rev() {
                let range = span.start as usize..span.end as usize;
                let comment = text.get(range.clone()).unwrap();
                prop_assert!(comment.starts_with('#') && !comment.contains('\n'));
                plain.replace_range(range, "");
            }
            let read = |text: &str| {
                let mut sources = Sources::new();
                let id = sources.add("a.yaml", text);
                let node = super::super::parse_yaml(&sources, id, &mut crate::diagnostic::Diagnostics::new());
                node.map(|node| said(&node))
            };
            prop_assert_eq!(read(&text), read(&plain));
        }
    }

    /// A tree without its places.
    fn said(node: &super::super::Node) -> String {
        match &node.kind {
            super::super::NodeKind::Scalar(scalar) => format!("{:?}", scalar.text),
            super::super::NodeKind::List(items) => format!("[{}]", items.iter().map(said).collect::<Vec<_>>().join(",")),
            super::super::NodeKind::Map(entries) => {
                let entries = entries.iter().map(|entry| format!("{}:{}", entry.key.value, said(&entry.value)));
                format!("{{{}}}", entries.collect::<Vec<_>>().join(","))
            }
        }
    }
}
