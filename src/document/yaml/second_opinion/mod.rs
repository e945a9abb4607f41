//! Holds the tree against what another YAML library reads from the same text, over random documents and random texts.
//!
//! It must not trust either reader: documents are drawn first and then written, so that both can also be found wrong together.

mod writer;

use super::*;
use proptest::prelude::*;
use serde_yaml::Value;
use writer::{Meaning, meanings, write};

fn same(meaning: &Meaning, node: &Node) -> bool {
    match (meaning, &node.kind) {
        (Meaning::List(items), NodeKind::List(nodes)) => {
            items.len() == nodes.len() && items.iter().zip(nodes).all(|(item, node)| same(item, node))
        }
        (Meaning::Twice(item), NodeKind::List(nodes)) => nodes.len() == 2 && nodes.iter().all(|node| same(item, node)),
        (Meaning::Map(items), NodeKind::Map(entries)) => {
            items.len() == entries.len()
                && items.iter().zip(entries).all(|((key, value), entry)| **key == *entry.key.value && same(value, &entry.value))
        }
        (scalar, NodeKind::Scalar(read)) => match (scalar, read.core()) {
            (Meaning::Null, Core::Null) => true,
            (Meaning::Bool(expected), Core::Bool(value)) => *expected == value,
            (Meaning::Int(expected), Core::Number(raw)) => expected.to_string() == *raw,
            (Meaning::Decimal(expected), Core::Number(raw)) => **expected == *raw,
            (Meaning::Text(expected), Core::Text) => **expected == *read.text,
            _ => false,
        },
        _ => false,
    }
}

/// Whether the other library means the same. It reads a few plain scalars by other rules; those are told apart by the caller.
fn agrees(node: &Node, value: &Value) -> bool {
    match (&node.kind, value) {
        (NodeKind::List(nodes), Value::Sequence(values)) => {
            nodes.len() == values.len() && nodes.iter().zip(values).all(|(node, value)| agrees(node, value))
        }
        (NodeKind::Map(entries), Value::Mapping(map)) => {
            entries.len() == map.len()
                && entries
                    .iter()
                    .zip(map)
                    .all(|(entry, (key, value))| key.as_str() == Some(&entry.key.value) && agrees(&entry.value, value))
        }
        (NodeKind::Scalar(scalar), value) => match (scalar.core(), value) {
            (Core::Null, Value::Null) => true,
            (Core::Bool(ours), Value::Bool(theirs)) => ours == *theirs,
            (Core::Number(raw), Value::Number(number)) => {
                number.as_i64().is_some_and(|number| raw.parse() == Ok(number))
                    || number.as_f64().is_some_and(|number| raw.parse() == Ok(number))
            }
            (Core::Text, Value::String(text)) => *scalar.text == **text,
            _ => false,
        },
        _ => false,
    }
}

fn read(text: &str) -> (Sources, Option<Node>, Diagnostics) {
    let mut sources = Sources::new();
    let id = sources.add("random.yaml", text);
    let mut found = Diagnostics::new();
    let node = parse_yaml(&sources, id, &mut found);
    (sources, node, found)
}

/// What holds of the places in every tree without aliases.
fn check_places(node: &Node, sources: &Sources) -> Result<(), TestCaseError> {
    let written = sources.text(node.span);
    prop_assert_eq!(written.len() as u32, node.span.end - node.span.start, "a span must lie on characters of the text");
    prop_assert!(!written.ends_with([' ', '\t', '\n', '\r']), "{:?} ends in blanks", written);
    let inside = |span: Span| node.span.start <= span.start && span.end <= node.span.end;
    let mut reached = node.span.start;
    let mut follows = |span: Span| {
        let follows = reached <= span.start;
        reached = span.end;
        follows
    };
    match &node.kind {
        NodeKind::Scalar(scalar) => {
            if matches!(scalar.style, Style::Plain) && !scalar.text.contains('\n') && !written.contains(['\n', '\r']) {
                prop_assert_eq!(written, &*scalar.text);
            }
        }
        NodeKind::List(items) => {
            for item in items {
                prop_assert!(inside(item.span) && follows(item.span));
                check_places(item, sources)?;
            }
        }
        NodeKind::Map(entries) => {
            for entry in entries {
                prop_assert!(inside(entry.key.span) && follows(entry.key.span));
                prop_assert!(inside(entry.value.span) && follows(entry.value.span));
                check_places(&entry.value, sources)?;
            }
        }
    }
    Ok(())
}

fn has_alias(meaning: &Meaning) -> bool {
    match meaning {
        Meaning::Twice(_) => true,
        Meaning::List(items) => items.iter().any(has_alias),
        Meaning::Map(entries) => entries.iter().any(|(_, value)| has_alias(value)),
        _ => false,
    }
}

/// Texts that look like YAML often enough to reach every corner of the reader.
fn random_texts() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "a",
        "b: ",
        "- ",
        "\n",
        "\n  ",
        "\n    ",
        " ",
        "[",
        "]",
        "{",
        "}",
        ", ",
        ": ",
        "'",
        "\"",
        "|\n",
        ">-\n",
        "&x ",
        "*x",
        "!!str ",
        "!t ",
        "<<",
        "# c",
        "---\n",
        "...\n",
        "? ",
        "名",
        "\t",
        "\r\n",
        "\\",
        "~",
        "1",
        "%YAML 1.1\n",
        "\u{feff}",
        "\0",
        "null",
        "|2\n",
        "yes",
    ]);
    prop_oneof![prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat()), "\\PC{0,40}", any::<String>(),]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, ..ProptestConfig::default() })]

    #[test]
    fn two_readers_find_the_meaning_that_was_written(meaning in meanings(), choices in prop::collection::vec(any::<u8>(), 1..60)) {
        let text = write(&meaning, &choices);
        let (sources, node, found) = read(&text);
        prop_assert!(!found.has_errors(), "{:?}\n{}", found, text);
        let node = node.unwrap();
        prop_assert!(same(&meaning, &node), "{:#?}\n{}", node, text);
        let value: Value = serde_yaml::from_str(&text).map_err(|error| TestCaseError::fail(format!("{error}\n{text}")))?;
        prop_assert!(agrees(&node, &value), "{:#?}\n{:#?}\n{}", node, value, text);
        if !has_alias(&meaning) {
            check_places(&node, &sources)?;
        }
    }

    #[test]
    fn no_text_breaks_the_reader(text in random_texts()) {
        let (sources, node, found) = read(&text);
        prop_assert!(node.is_some() || found.has_errors());
        for found in found.iter() {
            let span = found.label.span;
            prop_assert_eq!(sources.text(span).len() as u32, span.end - span.start, "{:?}", found);
        }
        if let Some(node) = node.filter(|_| !text.contains('*')) {
            check_places(&node, &sources)?;
        }
    }

    #[test]
    fn script_maps_lead_to_the_character_they_name(text in random_texts()) {
        let (sources, node, _) = read(&format!("a: {text}"));
        let Some(node) = node.as_ref().and_then(|node| node.get("a")) else { return Ok(()) };
        let (Some(map), NodeKind::Scalar(scalar)) = (ScriptMap::new(node, &sources), &node.kind) else { return Ok(()) };
        for (line, value) in (1..).zip(scalar.text.split_terminator('\n')).filter(|_| !scalar.text.trim().is_empty()) {
            for (column, character) in (1..).zip(value.chars()) {
                prop_assert_eq!(sources.text(map.place(line, column)), character.to_string());
            }
        }
    }
}
