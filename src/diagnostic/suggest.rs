//! Finds the name that was probably meant.
//!
//! It must not guess wildly: a suggestion that is not close is worse than none.

/// The candidate nearest to `name`, if it is near: at most a third of the letters differ, and one in a name of two or more.
#[must_use]
pub fn suggest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let lowered = name.to_lowercase();
    let length = name.chars().count();
    let allowed = if length < 2 { 0 } else { (length / 3).max(1) };
    candidates
        .into_iter()
        .map(|candidate| (strsim::damerau_levenshtein(&lowered, &candidate.to_lowercase()), candidate))
        .filter(|(distance, candidate)| *distance <= allowed && *candidate != name)
        .min_by_key(|(distance, candidate)| (*distance, candidate.len(), *candidate))
        .map(|(_, candidate)| candidate)
}

/// A help text for an unknown name: the near candidate, or what there is to choose from when that is short, in the order given.
#[must_use]
pub fn did_you_mean<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let candidates: Vec<&str> = candidates.into_iter().collect();
    if let Some(near) = suggest(name, candidates.iter().copied()) {
        return Some(format!("did you mean `{near}`?"));
    }
    if candidates.is_empty() || candidates.len() > 12 {
        return None;
    }
    let quoted: Vec<String> = candidates.iter().map(|candidate| format!("`{candidate}`")).collect();
    Some(format!("known here: {}", quoted.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_names_are_suggested_and_far_ones_listed() {
        assert_eq!(suggest("amuont", ["amount", "customer"]), Some("amount"));
        assert_eq!(suggest("zzz", ["amount", "customer"]), None);
        assert_eq!(did_you_mean("zzz", ["amount"]).as_deref(), Some("known here: `amount`"));
        assert_eq!(did_you_mean("Amount", ["amount"]).as_deref(), Some("did you mean `amount`?"));
        assert_eq!(did_you_mean("x", []), None);
    }
}
