//! The integration tests, in one binary.
//!
//! It must not hold tests itself: each file below is one subject.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "what the tests share stops at the first surprise, as the tests themselves may"
)]

mod cases;
mod chain;
mod checked;
mod cli;
mod diagnostics;
mod docs;
mod evaluation;
mod exports;
mod generated;
mod journeys;
mod layers;
mod library;
mod metrics;
mod reads;
mod repo;
mod robustness;
mod session;
mod soundness;
mod store;
mod support;
mod wishes;
