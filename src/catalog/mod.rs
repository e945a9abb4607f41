//! Workflow folders on disk as sources, and what is found in all of them together.
//!
//! It must not judge a file itself; it reads texts, finds out which belong together, and hands them to the core.

mod adjust;
mod check;
mod files;
mod fix;
mod load;
mod parallel;
mod project;
mod session;
mod spawns;

pub use check::{Checked, check};
pub use fix::{Change, FixError, Repaired, repair, write};
pub use load::{Catalog, CatalogError, load};
pub use session::Session;
