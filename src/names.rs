//! Names of things, parsed once: whoever holds a `StageId` need not ask whether it is well formed.
//!
//! It must not know what the names refer to; whether a stage exists is for the checker.

use std::borrow::Borrow;
use std::fmt;
use std::sync::Arc;

/// Why a text is not a name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// The text is empty.
    #[error("a name cannot be empty")]
    Empty,
    /// A character cannot stand where it does.
    #[error("a name cannot hold `{0}`{1}")]
    Character(char, &'static str),
    /// The word means something else in expressions.
    #[error("`{0}` is a word of the rule language")]
    Reserved(String),
}

/// Words that an expression cannot use as a name: Rhai's own and those that tollgate gives a meaning.
const RESERVED: &[&str] = &[
    "true",
    "false",
    "let",
    "const",
    "is_shared",
    "if",
    "else",
    "switch",
    "do",
    "while",
    "until",
    "loop",
    "for",
    "in",
    "continue",
    "break",
    "fn",
    "private",
    "return",
    "throw",
    "try",
    "catch",
    "import",
    "export",
    "as",
    "global",
    "this",
    "Fn",
    "call",
    "curry",
    "type_of",
    "print",
    "debug",
    "eval",
    "is_def_var",
    "is_def_fn",
    "before",
    "case",
    "today",
    "now",
];

fn check(text: &str, dashes: bool) -> Result<(), NameError> {
    let mut characters = text.chars();
    let first = characters.next().ok_or(NameError::Empty)?;
    if !(first.is_alphabetic() || first == '_') {
        return Err(NameError::Character(first, " at its start"));
    }
    match characters.find(|c| !(c.is_alphanumeric() || *c == '_' || (dashes && *c == '-'))) {
        Some(found) => Err(NameError::Character(found, "")),
        None => Ok(()),
    }
}

fn check_identifier(text: &str) -> Result<(), NameError> {
    check(text, false)?;
    if RESERVED.contains(&text) { Err(NameError::Reserved(text.to_owned())) } else { Ok(()) }
}

fn check_id(text: &str) -> Result<(), NameError> {
    check(text, true)
}

fn check_user(text: &str) -> Result<(), NameError> {
    if text.trim().is_empty() { Err(NameError::Empty) } else { Ok(()) }
}

macro_rules! names {
    ($($(#[$doc:meta])* $name:ident by $check:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(Arc<str>);

        impl $name {
            /// Parses a name.
            ///
            /// # Errors
            /// Says which character is out of place, or that the text is empty.
            pub fn parse(text: &str) -> Result<Self, NameError> {
                $check(text)?;
                Ok(Self(Arc::from(text)))
            }

            /// The name as it was written.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Debug::fmt(&self.0, f)
            }
        }

        impl Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
                Self::parse(&text).map_err(serde::de::Error::custom)
            }
        }
    )*};
}

names! {
    /// A workflow, such as `application`.
    WorkflowId by check_id;
    /// A record type; also the variable by which expressions reach the record.
    RecordName by check_identifier;
    /// One field of a record or of a nested object.
    FieldName by check_identifier;
    /// A stage: where a case can be.
    StageId by check_id;
    /// A gate: how a case moves on.
    GateId by check_id;
    /// An outcome of a gate, such as `go` or `kill`.
    OutcomeId by check_id;
    /// A must-meet, should-meet or scored criterion.
    CriterionId by check_id;
    /// A role, such as responsible officer.
    RoleId by check_id;
    /// A decision table.
    TableId by check_identifier;
    /// An input or output column of a decision table.
    ColumnId by check_identifier;
    /// A scorecard.
    ScorecardId by check_id;
    /// A calendar of working days.
    CalendarId by check_id;
    /// A level of authority, such as office, region or company.
    LevelId by check_id;
    /// A document that an activity produces.
    DeliverableId by check_id;
    /// A piece of work inside a stage.
    ActivityId by check_id;
    /// A group of stages, up to six levels deep.
    GroupId by check_id;
    /// A business event that an outcome tells others of.
    EventName by check_id;
    /// Something that is still owed after an outcome, such as a bank guarantee.
    ObligationId by check_id;
    /// A person, as records and role lists name them.
    UserId by check_user;
    /// A case: a record on its way through a workflow.
    CaseId by check_user;
}

/// The way to a value inside a record: field names joined by dots, such as `risk.solution`.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FieldPath(Arc<str>);

impl FieldPath {
    /// Parses a path with dots, each of its parts a field name.
    ///
    /// # Errors
    /// Says what is wrong with the first part that is no name.
    pub fn parse(text: &str) -> Result<Self, NameError> {
        text.split('.').try_for_each(check_identifier)?;
        Ok(Self(Arc::from(text)))
    }

    /// The path of a field at the top of a record.
    #[must_use]
    pub fn root(name: &FieldName) -> Self {
        Self(Arc::clone(&name.0))
    }

    /// The path of a field inside the object at this path.
    #[must_use]
    pub fn join(&self, name: &FieldName) -> Self {
        Self(Arc::from(format!("{}.{name}", self.0)))
    }

    /// A path from a text whose parts are not checked, such as one that names what an expression reads (`before.amount`).
    #[must_use]
    pub fn from_text(text: &str) -> Self {
        Self(Arc::from(text))
    }

    /// The path with dots.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for FieldPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for FieldPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl Borrow<str> for FieldPath {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl serde::Serialize for FieldPath {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> serde::Deserialize<'de> for FieldPath {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_may_hold_dashes_and_chinese_but_identifiers_no_dashes() {
        assert!(StageId::parse("lab-review").is_ok());
        assert!(StageId::parse("检测决定").is_ok());
        assert_eq!(FieldName::parse("lab-due"), Err(NameError::Character('-', "")));
        assert_eq!(FieldName::parse("2nd"), Err(NameError::Character('2', " at its start")));
        assert_eq!(FieldName::parse("switch"), Err(NameError::Reserved("switch".to_owned())));
        assert_eq!(StageId::parse(""), Err(NameError::Empty));
        assert!(UserId::parse("zhang.san").is_ok());
    }
}
