//! Places inside of expressions, led back to the file.
//!
//! Every character counts: a map that is nearly right is wrong.

use super::*;

fn script(text: &str, path: &str) -> (Read, Option<ScriptMap>) {
    let read = read(text).clean();
    let map = ScriptMap::new(read.at(path), &read.sources);
    (read, map)
}

/// Every character of the value must be found in the file.
fn assert_exact(text: &str, path: &str) {
    let (read, map) = script(text, path);
    let map = map.unwrap_or_else(|| panic!("{text:?} has no map"));
    for (line, value) in (1..).zip(read.value(path).split_terminator('\n')) {
        for (column, character) in (1..).zip(value.chars()) {
            assert_eq!(read.sources.text(map.place(line, column)), character.to_string(), "{text:?} {line}:{column}");
        }
        let end = map.place(line, value.chars().count() as u32 + 1);
        let rest = text.get(end.start as usize..).unwrap();
        assert!(end.start == end.end && rest.starts_with(['\n', '\r', '\'', '"', ' ', ',']), "{text:?} {line}");
        assert_eq!(map.offset(line, 10_000), end.start);
    }
    let last = read.value(path).split_terminator('\n').count() as u32;
    assert_eq!(map.offset(last + 7, 1), map.offset(last, 10_000), "past the last line is the end");
}

#[test]
fn places_in_scripts_lead_back_to_the_file() {
    for text in [
        "a: x > 0 # c\n",
        "a: 'x == \"é名\" '\n",
        "a: \"名称 != ''\" # c\n",
        "a: |\n  let x = 1;\n  if x > 0 {\n    \"名\"  \n\n  }\nb: c\n",
        "a: |-\n\n   \n   late\n\n    x\n",
        "a: |2\n      deep\n   two\n",
        "a: |2\n     \n   two\n",
        "a: |\r\n  one é\r\n\r\n  two\r\nb: c\r\n",
        "a: |+ # why\n one\n\n\nb: c\n",
        "a: !!str x > 0\n",
    ] {
        assert_exact(text, "a");
    }
    assert_exact("- - - |\n      deep\n       er\n", "0.0.0");
    assert_exact("a: {b: [x > 0, z]}\n", "a.b.0");
    assert_exact("a: &x application.名 > 0\nb: *x\n", "b");
}

#[test]
fn scripts_whose_places_cannot_be_kept_have_no_map() {
    for text in [
        "a: >\n  x\n  > 0\n",
        "a: one\n  two\n",
        "a: 'one\n  two'\n",
        "a: 'it''s'\n",
        "a: \"x == \\\"y\\\"\"\n",
        "a: \"one\\\n  two\"\n",
        "a: [x]\n",
        "a: {b: c}\n",
        "a: \"x\\ny\"\n",
    ] {
        assert!(script(text, "a").1.is_none(), "{text:?}");
    }
    let (read, map) = script("b:\na: |\n", "a");
    assert_eq!(map.unwrap().offset(1, 1), read.at("a").span.start);
}
