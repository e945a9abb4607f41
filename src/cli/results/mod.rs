//! Results of evaluations as other programs and people read them: JSON lines, summaries, proofs.
//!
//! It must not evaluate.

mod line;
mod proof;
mod shown;
mod summary;
mod words;

pub use line::{LINE_VERSION, Origin, line};
pub use proof::{Told, tell};
pub use summary::Summary;
pub(crate) use summary::number;
pub use words::Words;
