//! x

use super::Diagram;

/// x
#[must_use]
pub fn text(diagram: &Diagram, width: usize) -> String {
    String::new()
}
