//! What has to be deleted so that an item of a list, or a key with its value, is gone and the rest of the file stays as it is.
//!
//! It must not take a comment along, and must not leave an empty list or map behind in brackets.

use super::yaml::{Node, NodeKind, parse_yaml};
use crate::diagnostic::Diagnostics;
use crate::source::{Sources, Span};

/// The place to delete for the list item at a place, or for the key at a place with its value. `None` where more than layout would
/// have to be deleted: a comment in its line, or the last one of its list or map.
#[must_use]
pub fn removal(sources: &Sources, place: Span) -> Option<Span> {
    let text = sources.get(place.source)?.text();
    let tree = parse_yaml(sources, place.source, &mut Diagnostics::new())?;
    let (siblings, index, outer) = find(&tree, place)?;
    let own = *siblings.get(index)?;
    let before = index.checked_sub(1).and_then(|before| siblings.get(before));
    if siblings.len() < 2 {
        return None;
    }
    let is_flow = text.get(outer.start as usize..)?.starts_with(['[', '{']);
    if !is_flow {
        return whole_lines(text, own);
    }
    let is_comma = |start: u32, end: u32| text.get(start as usize..end as usize).is_some_and(|between| between.trim() == ",");
    match (before, siblings.get(index + 1)) {
        (Some(before), _) if is_comma(before.end, own.start) => Some(Span::new(own.source, before.end, own.end)),
        (None, Some(next)) if is_comma(own.end, next.start) => Some(Span::new(own.source, own.start, next.start)),
        _ => None,
    }
}

/// The items, or the keys with their values, of the list or map that holds the place, with the place's index among them.
fn find(node: &Node, place: Span) -> Option<(Vec<Span>, usize, Span)> {
    let (starts, spans, inner): (Vec<Span>, Vec<Span>, Vec<&Node>) = match &node.kind {
        NodeKind::Scalar(_) => return None,
        NodeKind::List(items) => {
            let spans: Vec<Span> = items.iter().map(|item| item.span).collect();
            (spans.clone(), spans, items.iter().collect())
        }
        NodeKind::Map(entries) => {
            let keys = entries.iter().map(|entry| entry.key.span).collect();
            let spans = entries.iter().map(|entry| entry.key.span.to(entry.value.span)).collect();
            (keys, spans, entries.iter().map(|entry| &entry.value).collect())
        }
    };
    match starts.iter().position(|known| *known == place) {
        // What an alias stands for was written elsewhere, and may be needed there.
        Some(index) if spans.iter().all(|span| node.span.start <= span.start && span.end <= node.span.end) => {
            Some((spans, index, node.span))
        }
        Some(_) => None,
        None => inner.into_iter().find_map(|node| find(node, place)),
    }
}

/// The lines of an item that stands in lines of its own, with their breaks.
fn whole_lines(text: &str, own: Span) -> Option<Span> {
    let (before, after) = (text.get(..own.start as usize)?, text.get(own.end as usize..)?);
    let start = before.rfind('\n').map_or(0, |at| at + 1);
    let lead = before.get(start..)?.trim();
    let blanks = after.len() - after.trim_start_matches([' ', '\t', '\r']).len();
    let is_end = after.get(blanks..)?.starts_with('\n');
    let end = own.end as usize + blanks + 1;
    ((lead.is_empty() || lead == "-") && is_end).then(|| Span::new(own.source, start as u32, end as u32))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The text after the removal of the last place of `item`.
    fn without(text: &str, item: &str) -> Option<String> {
        let mut sources = Sources::new();
        let id = sources.add("a.yaml", text);
        let at = text.rfind(item).unwrap();
        let gone = removal(&sources, Span::new(id, at as u32, (at + item.len()) as u32))?;
        let mut text = text.to_owned();
        text.replace_range(gone.start as usize..gone.end as usize, "");
        Some(text)
    }

    #[test]
    fn an_item_goes_with_its_comma_or_its_line() {
        assert_eq!(without("a: [x, y, z]\n", "z").as_deref(), Some("a: [x, y]\n"));
        assert_eq!(without("a: [x, y ,\n  z]\n", "x").as_deref(), Some("a: [y ,\n  z]\n"));
        assert_eq!(without("a:\n  - x\n  # about y\n  - y  \n  - z\n", "y").as_deref(), Some("a:\n  - x\n  # about y\n  - z\n"));
        assert_eq!(without("a:\r\n- x\r\n- y\r\n", "y").as_deref(), Some("a:\r\n- x\r\n"));
        assert_eq!(without("a:\n  b: 1\n  c:\n    d: 2\n  e: 3\n", "c").as_deref(), Some("a:\n  b: 1\n  e: 3\n"));
        assert_eq!(without("a: {b: 1, c: 2}\n", "b").as_deref(), Some("a: {c: 2}\n"));
    }

    #[test]
    fn nothing_else_is_taken_along() {
        assert_eq!(without("a: [x]\n", "x"), None);
        assert_eq!(without("a:\n  - x\n  - y # why\n", "y"), None);
        assert_eq!(without("a: [x, # why\n  y]\n", "y"), None);
        assert_eq!(without("a:\n  - x\n  - y", "y"), None);
        assert_eq!(without("- - x\n  - y\n", "x"), None);
    }
}
