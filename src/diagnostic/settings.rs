//! What the user wants of the checks: how much each code weighs, and how many people may be away.
//!
//! It must not read files, and must not let an error go that no workflow can be made with.

use super::{Code, Severity};
use std::collections::BTreeMap;

/// How many people may be away at once for approvals to be checked, where the user does not say.
pub const DEFAULT_ABSENCES: u32 = 1;

/// What the user wants of the checks. Without any wish, every code has its own severity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    // INVARIANT: adjustable codes only; none means that the code is turned off.
    severities: BTreeMap<Code, Option<Severity>>,
    absences: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Self { severities: BTreeMap::new(), absences: DEFAULT_ABSENCES }
    }
}

impl Settings {
    /// No wishes.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Gives a code another severity, or turns it off. False, and without effect, where the code is not adjustable.
    pub fn set(&mut self, code: Code, severity: Option<Severity>) -> bool {
        if code.is_adjustable() {
            self.severities.insert(code, severity);
        }
        code.is_adjustable()
    }

    /// The severity of a code; none where it is turned off.
    #[must_use]
    pub fn severity(&self, code: Code) -> Option<Severity> {
        self.severities.get(&code).copied().unwrap_or(Some(code.severity()))
    }

    /// Says how many people may be away at once.
    pub fn set_absences(&mut self, absences: u32) {
        self.absences = absences;
    }

    /// How many people may be away at once so that every approval can still be given.
    #[must_use]
    pub fn absences(&self) -> u32 {
        self.absences
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_has_its_own_severity_until_the_user_says_otherwise() {
        let mut settings = Settings::new();
        assert_eq!(settings.severity(Code::NoStart), Some(Severity::Error));
        assert!(settings.set(Code::NoStart, Some(Severity::Warning)) && settings.set(Code::UnusedRole, None));
        assert_eq!((settings.severity(Code::NoStart), settings.severity(Code::UnusedRole)), (Some(Severity::Warning), None));
        assert_eq!(settings.absences(), DEFAULT_ABSENCES);
    }

    #[test]
    fn what_no_workflow_can_be_made_with_stays_an_error() {
        let mut settings = Settings::new();
        for code in Code::ALL.iter().copied().filter(|code| !code.is_adjustable()) {
            assert!(!settings.set(code, None));
            assert_eq!(settings.severity(code), Some(code.severity()));
        }
    }
}
