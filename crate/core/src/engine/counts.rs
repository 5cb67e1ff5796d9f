//! [`Counts`]: how many entries a store has and how many bytes they take, kept with every change.

use crate::codec::Frame;
use crate::error::Result;
use crate::store::Index;

use super::row;

/// Sums that steer eviction. Written in the batch of each change, so that they need not be counted on opening.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// How many entries.
    pub entries: u64,
    /// Bytes of their values; bytes that several share count for each.
    pub bytes: u64,
}

impl Counts {
    /// The counts of a store, counted anew where they are not written down.
    pub fn of(index: &Index) -> Result<Self> {
        if let Some(row) = index.get(row::COUNTS)?
            && let Ok(bytes) = <[u8; 16]>::try_from(row.as_ref())
        {
            return Ok(Self::decode(bytes));
        }
        let mut counts = Self::default();
        for row in index.scan(row::ENTRIES) {
            let (row, bytes) = row?;
            let frame = row::parse_entry(&row).and_then(|(_, key)| Frame::decode(&key, &bytes).ok());
            counts.replace(None, Some(frame.map_or(0, |frame| frame.byte_length())));
        }
        Ok(counts)
    }

    /// An entry of `old` bytes gives way to one of `new` bytes; `None` for no entry.
    pub fn replace(&mut self, old: Option<u64>, new: Option<u64>) {
        self.entries = (self.entries + u64::from(new.is_some())).saturating_sub(u64::from(old.is_some()));
        self.bytes = self.bytes.saturating_add(new.unwrap_or(0)).saturating_sub(old.unwrap_or(0));
    }

    /// The row's bytes: both numbers, little-endian.
    pub fn encode(self) -> [u8; 16] {
        let mut bytes = [0; 16];
        bytes[..8].copy_from_slice(&self.entries.to_le_bytes());
        bytes[8..].copy_from_slice(&self.bytes.to_le_bytes());
        bytes
    }

    fn decode(bytes: [u8; 16]) -> Self {
        let bits = u128::from_le_bytes(bytes);
        let [entries, bytes] = [bits, bits >> 64].map(|half| {
            let mut low = [0; 8];
            low.copy_from_slice(&half.to_le_bytes()[..8]);
            u64::from_le_bytes(low)
        });
        Self { entries, bytes }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_read_back() {
        let counts = Counts { entries: 7, bytes: u64::MAX - 1 };
        assert_eq!(Counts::decode(counts.encode()), counts);
    }

    #[test]
    fn replacing_counts_the_difference() {
        let mut counts = Counts::default();
        counts.replace(None, Some(10));
        counts.replace(Some(10), Some(4));
        assert_eq!(counts, Counts { entries: 1, bytes: 4 });
        counts.replace(Some(4), None);
        assert_eq!(counts, Counts::default());
    }
}
