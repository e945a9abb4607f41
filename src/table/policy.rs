//! What happens when several rows of a table match.
//!
//! It must not match rows; `decide` does, by these policies.

use crate::diagnostic::did_you_mean;
use std::fmt;
use std::str::FromStr;

/// How the rows that match make one answer (DMN's hit policy).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum HitPolicy {
    /// At most one row may match; several are a conflict.
    Unique,
    /// The first row that matches answers.
    First,
    /// Several rows may match if they answer the same; otherwise they conflict.
    Any,
    /// All rows that match answer together.
    Collect(Aggregate),
    /// All rows that match answer, as a list in the order of the rows.
    RuleOrder,
}

/// What becomes of the answers of several rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Aggregate {
    /// A list in the order of the rows.
    List,
    /// The exact sum.
    Sum,
    /// The smallest.
    Min,
    /// The largest.
    Max,
    /// The number of rows.
    Count,
}

/// A text that names no hit policy.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a hit policy")]
pub struct HitPolicyError {
    /// What was written.
    pub text: String,
    /// What was probably meant, or what there is.
    pub help: Option<String>,
}

impl HitPolicy {
    /// Every policy.
    pub const ALL: &'static [HitPolicy] = &[
        HitPolicy::Unique,
        HitPolicy::First,
        HitPolicy::Any,
        HitPolicy::Collect(Aggregate::List),
        HitPolicy::Collect(Aggregate::Sum),
        HitPolicy::Collect(Aggregate::Min),
        HitPolicy::Collect(Aggregate::Max),
        HitPolicy::Collect(Aggregate::Count),
        HitPolicy::RuleOrder,
    ];

    /// The name as files have it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            HitPolicy::Unique => "unique",
            HitPolicy::First => "first",
            HitPolicy::Any => "any",
            HitPolicy::Collect(Aggregate::List) => "collect(list)",
            HitPolicy::Collect(Aggregate::Sum) => "collect(sum)",
            HitPolicy::Collect(Aggregate::Min) => "collect(min)",
            HitPolicy::Collect(Aggregate::Max) => "collect(max)",
            HitPolicy::Collect(Aggregate::Count) => "collect(count)",
            HitPolicy::RuleOrder => "rule-order",
        }
    }
}

/// Reads the name; `collect` alone collects a list, and blanks do not count.
impl FromStr for HitPolicy {
    type Err = HitPolicyError;

    fn from_str(text: &str) -> Result<Self, HitPolicyError> {
        let name: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        if name == "collect" {
            return Ok(HitPolicy::Collect(Aggregate::List));
        }
        HitPolicy::ALL.iter().copied().find(|policy| policy.name() == name).ok_or_else(|| HitPolicyError {
            text: text.to_owned(),
            help: did_you_mean(text.trim(), HitPolicy::ALL.iter().map(|policy| policy.name())),
        })
    }
}

impl fmt::Display for HitPolicy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl fmt::Display for Aggregate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Aggregate::List => "list",
            Aggregate::Sum => "sum",
            Aggregate::Min => "min",
            Aggregate::Max => "max",
            Aggregate::Count => "count",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_comes_back() {
        for policy in HitPolicy::ALL {
            assert_eq!(policy.to_string().parse(), Ok(*policy));
            if let HitPolicy::Collect(aggregate) = policy {
                assert_eq!(policy.name(), format!("collect({aggregate})"));
            }
        }
        assert_eq!("collect".parse(), Ok(HitPolicy::Collect(Aggregate::List)));
        assert_eq!("collect( sum )".parse(), Ok(HitPolicy::Collect(Aggregate::Sum)));
    }

    #[test]
    fn a_wrong_name_is_answered_with_what_was_meant() {
        let error = "frist".parse::<HitPolicy>().unwrap_err();
        assert_eq!((error.to_string().as_str(), error.help.as_deref()), ("`frist` is not a hit policy", Some("did you mean `first`?")));
        let error = "priority".parse::<HitPolicy>().unwrap_err();
        assert!(error.help.unwrap().starts_with("known here: `unique`"));
    }
}
