//! Findings as people and other programs read them: a terminal, JSON, SARIF, GitHub's log.
//!
//! It must not print or choose: each format is a function from findings to a text, and the caller decides where it goes.

#[cfg(test)]
mod fixtures;
mod github;
mod grid;
mod human;
mod json;
#[cfg(test)]
mod pages;
mod patch;
mod sarif;
mod sarif_log;
mod summary;
mod unified;
mod window;

pub use github::github;
pub use grid::Grid;
pub use human::{Style, human};
pub use json::{JSON_VERSION, json};
pub use sarif::sarif;
pub use summary::Summary;
pub use unified::unified;
