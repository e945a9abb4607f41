//! What is read from YAML texts, and where it stands.
//!
//! Nothing here is refused; that is for the tests beside it.

use super::*;

#[test]
fn spans_hold_what_was_written_and_nothing_after_it() {
    let read = read(concat!(
        "plain: two words  # comment\n",
        "single: 'it''s'   # comment\n",
        "double: \"a\\tb\" # x\n",
        "flow: [1, { k: v , z } ] # x\n",
        "long: one\n  two # x\n",
    ))
    .clean();
    assert_eq!((read.written("plain"), read.value("plain")), ("two words", "two words"));
    assert_eq!((read.written("single"), read.value("single")), ("'it''s'", "it's"));
    assert_eq!((read.written("double"), read.value("double")), ("\"a\\tb\"", "a\tb"));
    assert_eq!(read.written("flow"), "[1, { k: v , z } ]");
    assert_eq!(read.written("flow.0"), "1");
    assert_eq!(read.written("flow.1"), "{ k: v , z }");
    assert_eq!(read.written("flow.1.k"), "v");
    assert_eq!((read.written("long"), read.value("long")), ("one\n  two", "one two"));
}

#[test]
fn blocks_end_with_their_last_child() {
    let text = "# head\nstages:\n  verify:\n    lead: CW # who\n    needs:\n    - customer\n    - amount\n\n  # between\n\n  lab: {lead: EX}\n# tail\n";
    let read = read(text).clean();
    assert_eq!(read.sources.text(read.root().span), text.strip_prefix("# head\n").unwrap().strip_suffix("\n# tail\n").unwrap());
    assert_eq!(read.written("stages.verify"), "lead: CW # who\n    needs:\n    - customer\n    - amount");
    assert_eq!(read.written("stages.verify.needs"), "- customer\n    - amount");
    let NodeKind::Map(entries) = &read.at("stages").kind else { panic!() };
    let keys: Vec<&str> = entries.iter().map(|entry| read.sources.text(entry.key.span)).collect();
    assert_eq!(keys, ["verify", "lab"]);
}

#[test]
fn pairs_in_flow_lists_are_maps() {
    let read = read("a: [x: 1 , 'y' : 2, z]\n").clean();
    assert_eq!(read.written("a.0"), "x: 1");
    assert_eq!(read.written("a.1"), "'y' : 2");
    assert_eq!(read.value("a.1.y"), "2");
    assert_eq!(read.written("a.2"), "z");
}

#[test]
fn blocks_of_text_keep_their_value_and_lose_blanks_after_them_in_the_span() {
    let read = read(
        "a: |  # why\n  one\n    two\n\n\nb: >-\n  f\n  g\n# comment\nc: |+\n  x\n\nd: |\n\n\n  late\ne: |2\n    deep\nf: | # x\ng: >\n",
    )
    .clean();
    assert_eq!((read.written("a"), read.value("a")), ("one\n    two", "one\n  two\n"));
    assert_eq!((read.written("b"), read.value("b")), ("f\n  g", "f g"));
    assert_eq!((read.written("c"), read.value("c")), ("x", "x\n\n"));
    assert_eq!((read.written("d"), read.value("d")), ("late", "\n\nlate\n"));
    assert_eq!((read.written("e"), read.value("e")), ("  deep", "  deep\n"));
    assert_eq!((read.written("f"), read.value("f")), ("|", ""));
    assert_eq!((read.written("g"), read.value("g")), (">", ""));
    let styles: Vec<Style> = ["a", "b"]
        .map(|key| match &read.at(key).kind {
            NodeKind::Scalar(scalar) => scalar.style,
            _ => panic!(),
        })
        .to_vec();
    assert_eq!(styles, [Style::Literal, Style::Folded]);
}

#[test]
fn empty_values_stand_where_a_value_would() {
    let text = "a:\nb: # c\nc: {u, v: , w:}\nd:\n  - \n  -\n  - k :  \ne: ~\nf: ''\ng: &here\n'h' :\n";
    let read = read(text).clean();
    for (path, before) in [
        ("a", "a:"),
        ("b", "b:"),
        ("c.u", "{u"),
        ("c.v", "v:"),
        ("c.w", "w:"),
        ("d.0", "d:\n  -"),
        ("d.1", "- \n  -"),
        ("d.2.k", "k :"),
        ("g", "&here"),
        ("h", "'h' :"),
    ] {
        let node = read.at(path);
        assert!(node.is_null(), "{path}");
        assert_eq!(read.written(path), "", "{path}");
        let until = text.get(..node.span.start as usize).unwrap();
        assert!(until.ends_with(before), "{path}: {until:?}");
        assert_eq!(read.value(path), "");
    }
    assert!(read.at("e").is_null());
    assert_eq!(read.written("e"), "~");
    assert_eq!((read.at("f").is_null(), read.at("f").describe()), (false, "a text"));
    assert_eq!(read.written("d"), "- \n  -\n  - k :");
    let last = super::read("a:\n-  \n# c\n").clean();
    assert_eq!((last.written("a"), last.sources.text(last.root().span)), ("-", "a:\n-"));
}

#[test]
fn scalars_are_read_by_the_core_schema_and_quotes_make_text() {
    let read = read("- 12\n- '12'\n- true\n- \"true\"\n- null\n- |\n  12\n- 0.10\n- [x]\n- {v: w}\n- !!str 12\n- ! true\n- !!int 12\n- !!str\n- 2024-01-01\n").clean();
    let described: Vec<&str> = (0..14).map(|index| read.at(&index.to_string()).describe()).collect();
    assert_eq!(
        described,
        [
            "a number",
            "a text",
            "true or false",
            "a text",
            "nothing",
            "a text",
            "a number",
            "a list",
            "a map",
            "a text",
            "a text",
            "a number",
            "a text",
            "a text"
        ]
    );
    assert_eq!((read.value("6"), read.written("9"), read.value("12")), ("0.10", "12", ""));
}

#[test]
fn chinese_text_has_byte_spans() {
    let read = read("标题: {zh: 核对申请表, en: \"é\"} # 说明\n名: '受理' # 决策\n").clean();
    assert_eq!(read.written("标题"), "{zh: 核对申请表, en: \"é\"}");
    assert_eq!(read.written("标题.zh"), "核对申请表");
    assert_eq!(read.written("标题.en"), "\"é\"");
    assert_eq!(read.written("名"), "'受理'");
}

#[test]
fn windows_line_ends_and_a_byte_order_mark_do_not_shift_places() {
    let read = read("\u{feff}a: b\r\nc:\r\n  - d # x\r\n  - 'e'\r\nf: |\r\n  x\r\n  y\r\n\r\ng: one\r\n  two\r\nh:\r\n").clean();
    assert_eq!(read.written("a"), "b");
    assert_eq!(read.written("c"), "- d # x\r\n  - 'e'");
    assert_eq!((read.written("f"), read.value("f")), ("x\r\n  y", "x\ny\n"));
    assert_eq!(read.value("g"), "one two");
    assert_eq!((read.written("h"), read.at("h").is_null()), ("", true));
    assert!(read.sources.text(read.root().span).starts_with("a: b"));
}

#[test]
fn empty_files_are_empty_maps() {
    for text in ["", "\n\n", "# only a comment\n", "---\n", "--- # x\n...\n", "\u{feff}"] {
        assert_eq!(read(text).clean().root().kind, NodeKind::Map(Vec::new()), "{text:?}");
    }
    assert!(read("null\n").clean().root().is_null());
    assert_eq!(read("just text\n").clean().root().describe(), "a text");
}

#[test]
fn aliases_stand_for_what_they_refer_to() {
    let read = read("base: &base\n  lead: CW\n  needs: &needs [a, b]\nother: *base\nmore: *needs\n&k key: 1\nlast: {*k : *k }\n").clean();
    assert_eq!(read.value("other.lead"), "CW");
    assert_eq!(read.written("other.needs"), "[a, b]");
    assert_eq!(read.at("other.needs").span, read.at("base.needs").span);
    assert_eq!(read.value("more.1"), "b");
    assert_eq!(read.value("last.key"), "key");
    assert_eq!(read.sources.text(read.at("last").span), "{*k : *k }");
}
