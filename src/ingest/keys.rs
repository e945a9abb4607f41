//! Remembers the keys of the records so far, to find one that comes a second time.
//!
//! It must not keep the keys themselves: a source of millions of records has a bounded cost for each.

use sha2::{Digest, Sha256};
use std::collections::HashMap;

/// The keys so far, each with the line that it came from.
#[derive(Debug, Default)]
pub(super) struct Keys {
    // 128 bits of a digest: that two different keys share them is out of the question.
    lines: HashMap<[u8; 16], u64>,
}

impl Keys {
    /// Remembers a key; where it is known already, the line that it came from first.
    pub(super) fn first_line(&mut self, key: &str, line: u64) -> Option<u64> {
        let digest: [u8; 32] = Sha256::digest(key.as_bytes()).into();
        let (short, _) = digest.split_first_chunk::<16>()?;
        match self.lines.entry(*short) {
            std::collections::hash_map::Entry::Occupied(first) => Some(*first.get()),
            std::collections::hash_map::Entry::Vacant(slot) => {
                slot.insert(line);
                None
            }
        }
    }
}
