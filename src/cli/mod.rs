//! The command line: the edge that reads files, prints and draws.
//!
//! It must not judge: what is found or decided comes from the core, and is only shown here.

pub mod render;
