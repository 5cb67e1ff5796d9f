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

    /// A record of the log: call key, hits and time, little-endian.
    pub fn record(&self, key: &Digest) -> [u8; RECORD] {
        let mut record = [0; RECORD];
        record[..Digest::LENGTH].copy_from_slice(key.as_bytes());
        record[Digest::LENGTH..Digest::LENGTH + 8].copy_from_slice(&self.hits.to_le_bytes());
        record[Digest::LENGTH + 8..].copy_from_slice(&self.last.to_le_bytes());
        record
    }

    /// Reads a row; accesses are of no consequence, so damage counts as never used.
    pub fn decode(bytes: &[u8]) -> Self {
        postcard::from_bytes(bytes).unwrap_or_default()
    }
}

/// Bytes of a record in the log of accesses.
const RECORD: usize = Digest::LENGTH + 16;

/// Reads a log. A last record that was cut short is left out.
pub fn read_log(bytes: &[u8]) -> PendingAccesses {
    let mut accesses = PendingAccesses::default();
    for record in bytes.chunks_exact(RECORD) {
        let (key, numbers) = record.split_at(Digest::LENGTH);
        let (hits, last) = numbers.split_at(8);
        if let (Ok(key), Ok(hits), Ok(last)) = (key.try_into(), hits.try_into(), last.try_into()) {
            let access = Access { hits: u64::from_le_bytes(hits), last: f64::from_le_bytes(last) };
            accesses.note(Digest::from_bytes(key), access);
        }
    }
    accesses
}

/// The index's merge function for rows of accesses.
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
    fn a_log_reads_back_without_what_was_cut_short() {
        let (one, two) = (Digest::from_bytes([1; 32]), Digest::from_bytes([2; 32]));
        let access = Access { hits: 3, last: 5.5 };
        let log = [access.record(&one), access.record(&two), access.record(&one)].concat();
        let accesses = read_log(&log[..log.len() - 1]);
        assert_eq!((accesses.of(&one), accesses.of(&two)), (access, access));
        assert_eq!(read_log(&log).of(&one).hits, 6);
    }

    #[test]
    fn damaged_accesses_count_as_never_used() {
        assert_eq!(Access::decode(&[255; 3]), Access::default());
    }
}
