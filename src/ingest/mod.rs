//! Records from files: CSV, JSON, JSON Lines, YAML and workbooks, one record after the other in bounded memory.
//!
//! It must not judge records by a workflow: it hands on typed values, what the source says about the case, and findings.

mod case;
mod csv;
mod draft;
mod duplicates;
mod error;
#[cfg(feature = "xlsx")]
mod excel;
mod finding;
mod flat;
mod format;
mod input;
mod json;
mod json_list;
mod keys;
mod plan;
mod records;
mod target;
mod tree;
mod yaml;

#[cfg(test)]
mod tests;

pub use case::CaseFields;
pub use error::IngestError;
pub use format::Format;
pub use plan::{Plan, PlanError};
pub use records::{IngestedRecord, Records, from_reader, open};
