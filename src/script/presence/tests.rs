//! The ways through rules, and what is found on them.
//!
//! It must not evaluate: the differential tests do.
