//! [`Access`]: how often and when an entry was last used. Kept in memory and merged into the index in batches.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;
use crate::digest::Digest;

/// Uses of one entry.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Access {
    /// How many hits.
    pub hits: u64,
    /// When the last one was; 0 for never.
    pub last: Timestamp,
}

impl Access {
    /// Both uses together.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self { hits: self.hits.saturating_add(other.hits), last: self.last.max(other.last) }
    }

    /// The row's bytes.
    pub fn encode(&self) -> Vec<u8> {
        postcard::to_stdvec(self).unwrap_or_default()
    }

    /// Reads a row; accesses are of no consequence, so damage counts as never used.
    pub fn decode(bytes: &[u8]) -> Self {
        postcard::from_bytes(bytes).unwrap_or_default()
    }
}

/// The index's merge function.
pub fn merge(existing: Option<&[u8]>, added: &mut dyn Iterator<Item = &[u8]>) -> Vec<u8> {
    let start = existing.map(Access::decode).unwrap_or_default();
    added.map(Access::decode).fold(start, Access::and).encode()
}

/// Accesses that the index has not seen yet.
#[derive(Debug, Default)]
pub struct PendingAccesses(HashMap<Digest, Access>);

impl PendingAccesses {
    /// Adds uses of an entry.
    pub fn note(&mut self, key: Digest, access: Access) {
        let pending = self.0.entry(key).or_default();
        *pending = pending.and(access);
    }

    /// Uses of an entry that are pending.
    pub fn of(&self, key: &Digest) -> Access {
        self.0.get(key).copied().unwrap_or_default()
    }

    /// Forgets an entry that is gone.
    pub fn forget(&mut self, key: &Digest) {
        self.0.remove(key);
    }

    /// How many entries have pending uses.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Takes all of them.
    pub fn take(&mut self) -> impl Iterator<Item = (Digest, Access)> + use<> {
        std::mem::take(&mut self.0).into_iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn merging_adds_hits_and_keeps_the_latest_time() {
        let encoded =
            [Access { hits: 2, last: 5.0 }.encode(), Access { hits: 1, last: 3.0 }.encode()];
        let merged = merge(Some(&encoded[0]), &mut std::iter::once(encoded[1].as_slice()));
        assert_eq!(Access::decode(&merged), Access { hits: 3, last: 5.0 });
    }

    #[test]
    fn damaged_accesses_count_as_never_used() {
        assert_eq!(Access::decode(&[255; 3]), Access::default());
    }
}
