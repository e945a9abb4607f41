//! The closed list of everything tollgate can find wrong, one name each.
//!
//! It must not hold logic: a code is a name, a severity, an area, perhaps the mark `proof`, and a page under `docs/diagnostics`.

use super::Severity;
use std::fmt;
use std::str::FromStr;

/// What part of the user's work a code is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Area {
    /// Reading files and YAML.
    File,
    /// The shape of a document: keys and values.
    Shape,
    /// Names that must exist, and names that nobody uses.
    Name,
    /// Expressions and Rhai functions.
    Rule,
    /// Decision tables and scorecards.
    Table,
    /// Stages, gates and the ways between them.
    Graph,
    /// Roles, approvals and duties.
    Role,
    /// Records of a dry run.
    Record,
}

macro_rules! codes {
    ($($variant:ident $name:literal $severity:ident $area:ident $($proof:ident)?;)*) => {
        /// What kind of finding a diagnostic is. Names are stable: users write them into their files and CI jobs.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code {
            $(#[doc = concat!("See `docs/diagnostics/", $name, ".md`.")] $variant,)*
        }

        impl Code {
            /// Every code, in the order of the areas.
            pub const ALL: &'static [Code] = &[$(Code::$variant,)*];

            /// The name that users see, in kebab-case.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Code::$variant => $name,)* }
            }

            /// The severity that a finding of this code has unless the user says otherwise.
            #[must_use]
            pub fn severity(self) -> Severity {
                match self { $(Code::$variant => Severity::$severity,)* }
            }

            /// The part of the user's work that it is about.
            #[must_use]
            pub fn area(self) -> Area {
                match self { $(Code::$variant => Area::$area,)* }
            }

            /// Whether the user may change its severity, turn it off or ignore it: every warning about the files, and the errors that
            /// are marked as `proof` below. A workflow with such an error can still be made and evaluated; with any other it cannot.
            #[must_use]
            pub fn is_adjustable(self) -> bool {
                let proof: &[&str] = match self { $(Code::$variant => &[$(stringify!($proof))?],)* };
                // Findings about records have no severity: a run is told by `--fail-on` what they mean.
                self.area() != Area::Record && (self.severity() == Severity::Warning || !proof.is_empty())
            }

            /// The code's page: what it means, why it matters, an example and the way out. Markdown.
            #[must_use]
            pub fn explain(self) -> &'static str {
                match self { $(Code::$variant => include_str!(concat!("../../docs/diagnostics/", $name, ".md")),)* }
            }
        }
    };
}

codes! {
    MissingFile "missing-file" Error File;
    NotUtf8 "not-utf8" Error File;
    FileTooLarge "file-too-large" Error File;
    YamlSyntax "yaml-syntax" Error File;
    NestingTooDeep "nesting-too-deep" Error File;
    TooManyNodes "too-many-nodes" Error File;
    DuplicateKey "duplicate-key" Error File;
    UnsupportedYaml "unsupported-yaml" Error File;
    AmbiguousScalar "ambiguous-scalar" Warning File;
    FoldedRule "folded-rule" Error File;

    UnknownKey "unknown-key" Error Shape;
    MissingKey "missing-key" Error Shape;
    WrongShape "wrong-shape" Error Shape;
    InvalidValue "invalid-value" Error Shape;
    InvalidName "invalid-name" Error Shape;
    ConflictingKeys "conflicting-keys" Error Shape;
    UnsupportedVersion "unsupported-version" Error Shape;
    DuplicateDefinition "duplicate-definition" Error Shape;
    NoEffect "no-effect" Warning Shape;
    UnknownCode "unknown-code" Error Shape;
    FixedSeverity "fixed-severity" Error Shape;
    InvalidIgnore "invalid-ignore" Error Shape;
    UnusedIgnore "unused-ignore" Warning Shape;

    UnknownRecord "unknown-record" Error Name;
    UnknownField "unknown-field" Error Name;
    UnknownValue "unknown-value" Error Name;
    UnknownStage "unknown-stage" Error Name;
    UnknownOutcome "unknown-outcome" Error Name;
    UnknownRole "unknown-role" Error Name;
    UnknownTable "unknown-table" Error Name;
    UnknownScorecard "unknown-scorecard" Error Name;
    UnknownCalendar "unknown-calendar" Error Name;
    UnknownLevel "unknown-level" Error Name;
    UnknownGroup "unknown-group" Error Name;
    UnknownNeed "unknown-need" Error Name;
    UnknownObligation "unknown-obligation" Error Name;
    UnknownWorkflow "unknown-workflow" Warning Name;
    WrongRecord "wrong-record" Error Name;
    UnknownColumn "unknown-column" Error Name;
    UnusedRole "unused-role" Warning Name;
    UnusedTable "unused-table" Warning Name;
    UnusedScorecard "unused-scorecard" Warning Name;
    UnusedFunction "unused-function" Warning Name;
    UnusedCalendar "unused-calendar" Warning Name;
    UnusedLevel "unused-level" Warning Name;
    UnusedRecord "unused-record" Warning Name;
    UndemandedObligation "undemanded-obligation" Warning Name;
    EarlyDemand "early-demand" Warning Name;
    LateDeliverable "late-deliverable" Warning Name;

    RuleSyntax "rule-syntax" Error Rule;
    UnknownVariable "unknown-variable" Error Rule;
    UnknownFunction "unknown-function" Error Rule;
    WrongArity "wrong-arity" Error Rule;
    DuplicateFunction "duplicate-function" Error Rule;
    UnlikeComparison "unlike-comparison" Error Rule;
    InvalidOperand "invalid-operand" Error Rule;
    WrongResultType "wrong-result-type" Error Rule;
    RecordAssignment "record-assignment" Error Rule;
    UnreachableCode "unreachable-code" Warning Rule;
    UncoveredValue "uncovered-value" Warning Rule;
    DivisionByZero "division-by-zero" Error Rule;
    MixedTypes "mixed-types" Warning Rule;
    MaybeFraction "maybe-fraction" Warning Rule;
    MaybeMissing "maybe-missing" Warning Rule;
    ForbiddenConstruct "forbidden-construct" Error Rule;
    CyclicRule "cyclic-rule" Error Rule;
    AlwaysMet "always-met" Warning Rule;
    NeverMet "never-met" Warning Rule;

    InvalidCell "invalid-cell" Error Table;
    CellType "cell-type" Error Table;
    MissingOutput "missing-output" Error Table;
    WeightSum "weight-sum" Warning Table;
    AuthorityGap "authority-gap" Error Table proof;
    TableGap "table-gap" Warning Table;
    OverlappingRows "overlapping-rows" Error Table proof;
    DeadRow "dead-row" Warning Table;
    DuplicateRow "duplicate-row" Warning Table;
    ImpossibleCell "impossible-cell" Warning Table;
    UnprovedTable "unproved-table" Warning Table;
    AuthorityInversion "authority-inversion" Warning Table;
    BandGap "band-gap" Warning Table;
    BandOverlap "band-overlap" Warning Table;
    MissingGrades "missing-grades" Error Table proof;

    NoStart "no-start" Error Graph proof;
    NoEnd "no-end" Error Graph proof;
    UnreachableStage "unreachable-stage" Error Graph proof;
    DeadEnd "dead-end" Error Graph proof;
    NoPathToEnd "no-path-to-end" Error Graph proof;
    GateAfterEnd "gate-after-end" Error Graph proof;
    EndlessWait "endless-wait" Error Graph proof;
    CannotComplete "cannot-complete" Error Graph proof;
    ImproperEnd "improper-end" Error Graph proof;
    EnteredTwice "entered-twice" Error Graph proof;
    DeadOutcome "dead-outcome" Error Graph proof;
    UnprovedSoundness "unproved-soundness" Warning Graph;
    ContradictingCriteria "contradicting-criteria" Error Graph proof;
    AmbiguousDecision "ambiguous-decision" Error Graph proof;
    ShadowedDecision "shadowed-decision" Warning Graph;
    UndecidedRecord "undecided-record" Warning Graph;

    StageWithoutLead "stage-without-lead" Warning Role;
    GateWithoutDecider "gate-without-decider" Error Role proof;
    RoleWithoutHolder "role-without-holder" Error Role proof;
    ActivityWithoutRole "activity-without-role" Warning Role;
    QuorumOutOfReach "quorum-out-of-reach" Error Role proof;
    NoApprover "no-approver" Error Role proof;
    ApprovalGap "approval-gap" Warning Role;
    NoDeputy "no-deputy" Warning Role;
    RepeatedApprover "repeated-approver" Warning Role;
    ApprovalNotProved "approval-not-proved" Warning Role;
    SelfWaiver "self-waiver" Warning Role;
    EscalationWithoutTarget "escalation-without-target" Warning Role;
    HoldWithoutTerm "hold-without-term" Warning Role;

    MalformedRecord "malformed-record" Error Record;
    InvalidRecordValue "invalid-record-value" Error Record;
    MissingRecordValue "missing-record-value" Error Record;
    UnknownRecordStage "unknown-record-stage" Error Record;
    DuplicateRecordKey "duplicate-record-key" Error Record;
    MissingColumn "missing-column" Error Record;
    UnmappedColumn "unmapped-column" Warning Record;
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Code {
    type Err = ();

    fn from_str(name: &str) -> Result<Self, ()> {
        Code::ALL.iter().copied().find(|code| code.name() == name).ok_or(())
    }
}

impl serde::Serialize for Code {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Errors about tables, graphs, roles and scorecards without whose mending there is no workflow.
    const HOLD_UP: &[Code] = &[Code::InvalidCell, Code::CellType, Code::MissingOutput];

    #[test]
    fn every_error_of_a_proof_says_whether_it_can_be_lowered() {
        let is_proof = |code: &Code| matches!(code.area(), Area::Table | Area::Graph | Area::Role) && code.severity() == Severity::Error;
        for code in Code::ALL.iter().filter(|code| is_proof(code)) {
            let choice = (code.is_adjustable(), HOLD_UP.contains(code));
            assert!(choice.0 != choice.1, "`{code}`: mark it as `proof`, or list it here if no workflow can be made with it");
        }
        for code in Code::ALL.iter().filter(|code| !is_proof(code) && code.severity() == Severity::Error) {
            assert!(!code.is_adjustable(), "`{code}` is no proof about the process");
        }
    }
}
