//! x

use super::Diagram;

/// x
#[must_use]
pub fn mermaid(diagram: &Diagram) -> String {
    String::new()
}
