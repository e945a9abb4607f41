//! Documents as their authors wrote them, with the place of every part.
//!
//! It must not judge meaning: whether a stage or a role exists is decided by whoever compiles the documents.

mod approval_doc;
mod calendar_doc;
mod documents;
mod effect_doc;
mod file_doc;
mod gate_doc;
mod ignores;
mod mapping_doc;
mod print;
mod project_doc;
mod reader;
mod record_doc;
mod removal;
mod resolve;
#[cfg(test)]
pub(crate) mod rich_example;
mod role_doc;
#[cfg(test)]
mod round_trip;
mod rule;
mod scorecard_doc;
mod stage_doc;
mod table_doc;
mod written;
mod yaml;

pub use approval_doc::{AgainDoc, ApprovalDoc, ByDoc, LevelDoc, OverdueDoc, SeparateDoc, StepDoc, VotersDoc};
pub use calendar_doc::CalendarDoc;
pub use documents::{Document, Documents};
pub use effect_doc::{LapseDoc, ObligationDoc, SpawnDoc};
pub use file_doc::{FORMAT_VERSION, FileDoc, FileKind};
pub use gate_doc::{CancelDoc, ConditionsDoc, CriterionDoc, DecideDoc, DecisionsDoc, GateDoc, OutcomeDoc, ScoreDoc};
pub use ignores::{Ignore, Told, may_ignore, read_ignore, script_blocks, yaml_ignores};
pub use mapping_doc::{ColumnDoc, DecimalMark, MappingDoc, Others, SourceDoc, ValueDoc};
pub use print::to_yaml;
pub use project_doc::{PROJECT_FILE, ProjectDoc};
pub use reader::Entries;
pub use record_doc::{FieldDoc, RecordDoc, SimpleType, TypeDoc};
pub use removal::removal;
pub use resolve::{Resolved, join_path, resolve};
pub use role_doc::{AssignDoc, RoleDoc};
pub use rule::{RuleDoc, Title};
pub use scorecard_doc::{PointsDoc, ScorecardDoc, ScoredDoc, TotalDoc};
pub use stage_doc::{ActivityDoc, GroupDoc, StageDoc};
pub use table_doc::{InputDoc, RowDoc, RowsDoc, TableDoc};
pub use written::{Writable, Written};
pub use yaml::{Core, Entry, Limits, Node, NodeKind, Scalar, ScriptMap, Style, parse_yaml, parse_yaml_with};
