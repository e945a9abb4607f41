//! Workflow folders on disk as sources, and what is found in all of them together.
//!
//! It must not judge a file itself; it reads texts, finds out which belong together, and hands them to the core.

mod check;
mod load;
mod spawns;

pub use check::{Checked, check};
pub use load::{Catalog, CatalogError, load};
