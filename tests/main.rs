//! The integration tests, in one binary.
//!
//! It must not hold tests itself: each file below is one subject.

mod cli;
mod docs;
mod evaluation;
mod layers;
mod repo;
mod support;
