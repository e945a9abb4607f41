//! Applies the edits of findings that have one safe answer.
//!
//! It must not touch a byte outside of the edits, and must not apply a part of a finding's edits.

use super::{Diagnostic, Diagnostics, Edit};
use crate::source::{SourceId, Sources, Span};
use std::collections::{BTreeMap, HashMap};

/// Texts after one round of fixes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fixed {
    /// The texts that changed.
    pub texts: HashMap<SourceId, String>,
    /// How many findings were mended.
    pub count: usize,
}

/// Applies the edits of every fixable finding that lie apart from those of the findings before it. What has to wait is mended in the
/// next round, when the texts have been checked again.
#[must_use]
pub fn fixed(found: &Diagnostics, sources: &Sources) -> Fixed {
    let mut chosen: BTreeMap<Span, &str> = BTreeMap::new();
    let mut count = 0;
    for finding in found.iter().filter(|finding| finding.fixable && is_sound(finding, sources)) {
        let apart = |edit: &Edit| chosen.keys().all(|span| lie_apart(*span, edit.span));
        if finding.edits.iter().all(apart) {
            chosen.extend(finding.edits.iter().map(|edit| (edit.span, &*edit.text)));
            count += 1;
        }
    }
    let mut texts: HashMap<SourceId, String> = HashMap::new();
    // From the last place to the first, so that the places before it stay where they are.
    for (span, new) in chosen.iter().rev() {
        let Some(source) = sources.get(span.source) else { continue };
        let text = texts.entry(span.source).or_insert_with(|| source.text().to_owned());
        text.replace_range(span.start as usize..span.end as usize, new);
    }
    Fixed { texts, count }
}

/// Whether the edits change something, lie apart from each other, and lie in texts that hold what their files hold.
fn is_sound(finding: &Diagnostic, sources: &Sources) -> bool {
    let fits = |edit: &Edit| {
        let text = sources.get(edit.span.source).map(|source| source.text());
        let old = text.and_then(|text| text.get(edit.span.start as usize..edit.span.end as usize));
        sources.is_readable(edit.span.source) && old.is_some_and(|old| *old != *edit.text)
    };
    let among = |(index, edit): (usize, &Edit)| finding.edits.iter().skip(index + 1).all(|other| lie_apart(edit.span, other.span));
    !finding.edits.is_empty() && finding.edits.iter().all(fits) && finding.edits.iter().enumerate().all(among)
}

/// Two places that touch do not lie apart: what stands at their border would depend on the order.
fn lie_apart(one: Span, other: Span) -> bool {
    one.source != other.source || one.end < other.start || other.end < one.start
}

#[cfg(test)]
mod tests {
    use super::super::Code;
    use super::*;
    use proptest::prelude::*;

    fn finding(edits: &[(Span, &str)]) -> Diagnostic {
        let first = edits.first().unwrap().0;
        edits.iter().fold(Diagnostic::new(Code::AmbiguousScalar, first, "x"), |finding, (span, text)| finding.fix(*span, *text))
    }

    #[test]
    fn edits_that_meet_wait_for_the_next_round_and_suggestions_are_not_taken() {
        let mut sources = Sources::new();
        let id = sources.add("a.yaml", "one two three");
        let place = |start, end| Span::new(id, start, end);
        let suggestion = Diagnostic::new(Code::UnknownKey, place(4, 7), "x").edit(place(4, 7), "zwei");
        let found: Diagnostics = [
            finding(&[(place(0, 3), "1"), (place(8, 13), "3")]),
            finding(&[(place(3, 4), "-")]),
            suggestion,
            finding(&[(place(5, 6), "")]),
            finding(&[(place(10, 99), "")]),
        ]
        .into_iter()
        .collect();
        let fixed = fixed(&found, &sources);
        assert_eq!((fixed.texts[&id].as_str(), fixed.count), ("1 to 3", 2));
    }

    #[test]
    fn what_stands_for_a_file_that_could_not_be_read_is_left_alone() {
        let mut sources = Sources::new();
        let id = sources.add_unreadable("a.yaml", "one");
        let found: Diagnostics = std::iter::once(finding(&[(Span::new(id, 0, 3), "1")])).collect();
        assert_eq!(fixed(&found, &sources), Fixed::default());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(512))]

        #[test]
        fn bytes_outside_of_the_edits_stay(text in "[a-c客\n]{0,40}", edits in prop::collection::vec((0u32..60, 0u32..6, "[x-z]{0,3}"), 0..6)) {
            let mut sources = Sources::new();
            let id = sources.add("a.yaml", &text);
            let found: Diagnostics =
                edits.iter().map(|(start, length, new)| finding(&[(Span::new(id, *start, start + length), new)])).collect();
            let fixed = fixed(&found, &sources);
            // The letters of edits are not those of the text, so what is left without them must stand in the text in this order.
            let after = fixed.texts.get(&id).map_or(text.as_str(), |text| text.as_str());
            let kept: String = after.chars().filter(|c| !('x'..='z').contains(c)).collect();
            let mut rest = text.chars();
            prop_assert!(kept.chars().all(|kept| rest.any(|own| own == kept)));
            let most: usize = edits.iter().map(|(_, length, _)| *length as usize).sum();
            prop_assert!(kept.len() + most >= text.len());
        }
    }
}
