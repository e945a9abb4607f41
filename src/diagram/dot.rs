//! x

use super::Diagram;

/// x
#[must_use]
pub fn dot(diagram: &Diagram) -> String {
    String::new()
}
