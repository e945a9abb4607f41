//! The tollgate binary.
//!
//! It must not hold logic: arguments in, exit code out.

fn main() {}
