//! [`Statistics`]: what the calls of a function did, in sum over all processes since the first.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;

/// Sums over calls of one function.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Statistics {
    /// Calls that found a usable entry.
    pub hits: u64,
    /// Calls that found none, and ran.
    pub misses: u64,
    /// Calls that shared another caller's run.
    pub joined: u64,
    /// Calls that found an entry that did not count any more.
    pub stale: u64,
    /// How long the runs took that were spared, in milliseconds.
    pub saved_ms: f64,
    /// Bytes of the values that were not computed again.
    pub saved_bytes: u64,
    /// When the first of these calls was noted.
    pub since: Timestamp,
}

impl Default for Statistics {
    fn default() -> Self {
        let [hits, misses, joined, stale, saved_bytes] = [0; 5];
        Self { hits, misses, joined, stale, saved_ms: 0.0, saved_bytes, since: f64::INFINITY }
    }
}

impl Statistics {
    /// Both sums together.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            hits: self.hits.saturating_add(other.hits),
            misses: self.misses.saturating_add(other.misses),
            joined: self.joined.saturating_add(other.joined),
            stale: self.stale.saturating_add(other.stale),
            saved_ms: self.saved_ms + other.saved_ms,
            saved_bytes: self.saved_bytes.saturating_add(other.saved_bytes),
            since: self.since.min(other.since),
        }
    }

    /// The row's bytes.
    pub fn encode(&self) -> Vec<u8> {
        postcard::to_stdvec(self).unwrap_or_default()
    }

    /// Reads a row; statistics are of no consequence, so damage counts as no calls.
    pub fn decode(bytes: &[u8]) -> Self {
        postcard::from_bytes(bytes).unwrap_or_default()
    }
}

/// The index's merge function for rows of statistics.
pub fn merge(existing: Option<&[u8]>, added: &mut dyn Iterator<Item = &[u8]>) -> Vec<u8> {
    let start = existing.map(Statistics::decode).unwrap_or_default();
    added.map(Statistics::decode).fold(start, Statistics::and).encode()
}

/// Sums by the name of the function that they are of.
pub type StatisticsByName = BTreeMap<String, Statistics>;

/// Adds to the sums of one function.
pub fn add(all: &mut StatisticsByName, name: String, one: Statistics) {
    let sum = all.entry(name).or_default();
    *sum = sum.and(one);
}

/// A record of the log: its length, four little-endian bytes, and what it says.
pub fn record(noted: &(String, Statistics)) -> Vec<u8> {
    let bytes = postcard::to_stdvec(noted).unwrap_or_default();
    let length = u32::try_from(bytes.len()).unwrap_or(0);
    [&length.to_le_bytes(), bytes.as_slice()].concat()
}

/// Reads a log, up to what was cut short or is no record.
pub fn read_log(mut bytes: &[u8]) -> Vec<(String, Statistics)> {
    let mut noted = Vec::new();
    while let Some((length, rest)) = bytes.split_first_chunk::<4>() {
        let length = u32::from_le_bytes(*length) as usize;
        let Some((record, rest)) = rest.split_at_checked(length) else { break };
        let Ok(one) = postcard::from_bytes(record) else { break };
        noted.push(one);
        bytes = rest;
    }
    noted
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn sample(hits: u64, since: f64) -> Statistics {
        Statistics { hits, saved_ms: 1.5, saved_bytes: 7, since, ..Statistics::default() }
    }

    #[test]
    fn merging_adds_and_keeps_the_earliest_time() {
        let encoded = [sample(2, 5.0).encode(), sample(1, 3.0).encode()];
        let merged = merge(Some(&encoded[0]), &mut std::iter::once(encoded[1].as_slice()));
        let sum = Statistics { saved_ms: 3.0, saved_bytes: 14, ..sample(3, 3.0) };
        assert_eq!(Statistics::decode(&merged), sum);
        assert_eq!(merge(None, &mut std::iter::empty()), Statistics::default().encode());
    }

    proptest! {
        #[test]
        fn a_log_reads_back_up_to_where_it_was_cut(names: Vec<String>, cut: prop::sample::Index) {
            let noted: Vec<_> = names.into_iter().map(|name| (name, sample(1, 2.0))).collect();
            let records: Vec<Vec<u8>> = noted.iter().map(record).collect();
            let bytes = records.concat();
            prop_assert_eq!(read_log(&bytes), noted.clone());
            let length = cut.index(bytes.len() + 1);
            let mut whole = 0;
            let kept = records.iter().take_while(|one| {
                whole += one.len();
                whole <= length
            });
            prop_assert_eq!(read_log(&bytes[..length]), &noted[..kept.count()]);
        }

        #[test]
        fn any_bytes_are_read_as_a_log(bytes: Vec<u8>) {
            let _ = read_log(&bytes);
        }
    }
}
