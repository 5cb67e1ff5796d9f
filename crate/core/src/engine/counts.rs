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
    /// Changes since the store was opened.
    changes: u64,
}

/// So many changes may pass before the counts are written down.
const WRITTEN_EVERY: u64 = 256;

impl Counts {
    /// The counts of a store, counted anew where they are not written down.
    pub fn of(index: &Index) -> Result<Self> {
        if let Some(row) = index.get(row::COUNTS)?
            && let Ok(bytes) = <[u8; 16]>::try_from(row.as_ref())
        {
            return Ok(Self::decode(bytes));
        }
        Self::counted(index)
    }

    /// The counts of a store, counted anew.
    pub fn counted(index: &Index) -> Result<Self> {
        let mut recount = Recount::begin();
        loop {
            if let Some(counts) = recount.step(index)? {
                return Ok(Self { changes: 0, ..counts });
            }
        }
    }

    /// The counts after an entry of `old` bytes gave way to one of `new` bytes; `None` for no entry.
    #[must_use]
    pub fn replaced(mut self, old: Option<u64>, new: Option<u64>) -> Self {
        self.entries += u64::from(new.is_some());
        self.entries = self.entries.saturating_sub(u64::from(old.is_some()));
        self.bytes = self.bytes.saturating_add(new.unwrap_or(0)).saturating_sub(old.unwrap_or(0));
        self.changes += 1;
        self
    }

    /// Whether anything changed since the store was opened.
    pub const fn has_changed(&self) -> bool {
        self.changes > 0
    }

    /// Whether these counts are to be written down with the change that made them.
    pub const fn is_due(&self) -> bool {
        self.changes % WRITTEN_EVERY == 1
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
        Self { entries, bytes, changes: 0 }
    }
}

/// So many rows are counted before commits may go on.
pub(super) const TOGETHER: usize = 1000;

/// A way through all entries in steps, while they come and go.
pub struct Recount {
    /// What lies before `next`, as of now.
    counts: Counts,
    /// The row where it goes on.
    next: Vec<u8>,
}

impl Recount {
    pub fn begin() -> Self {
        // Other than what is written down, also where there is nothing.
        let counts = Counts { changes: 1, ..Counts::default() };
        Self { counts, next: row::ENTRIES.to_vec() }
    }

    /// Counts some rows more. All there is, at the end; it begins anew where the index cannot be read.
    ///
    /// # Errors
    ///
    /// Why the index cannot be read.
    pub fn step(&mut self, index: &Index) -> Result<Option<Counts>> {
        let Self { mut counts, next: start } = std::mem::replace(self, Self::begin());
        let next = index.visit_from(row::ENTRIES, &start, TOGETHER, |row, bytes| {
            counts = counts.replaced(None, Some(length_of(row, bytes)));
        })?;
        let Some(next) = next else { return Ok(Some(counts)) };
        *self = Self { counts, next };
        Ok(None)
    }

    /// Has it know that a row with a value of `old` bytes gave way to one of `new` bytes, `None` for no row.
    pub fn note(&mut self, row: &[u8], old: Option<u64>, new: Option<u64>) {
        if row < self.next.as_slice() {
            self.counts = self.counts.replaced(old, new);
        }
    }
}

/// For how many bytes an entry counts, by its row and its value; one that cannot be read for none.
fn length_of(row: &[u8], bytes: &[u8]) -> u64 {
    let frame = row::parse_entry(row).and_then(|(_, key)| Frame::decode(&key, bytes).ok());
    frame.map_or(0, |frame| frame.byte_length())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_read_back() {
        let counts = Counts { entries: 7, bytes: u64::MAX - 1, changes: 0 };
        assert_eq!(Counts::decode(counts.encode()), counts);
    }

    #[test]
    fn replacing_counts_the_difference() {
        let counts = Counts::default().replaced(None, Some(10)).replaced(Some(10), Some(4));
        assert_eq!((counts.entries, counts.bytes), (1, 4));
        let counts = counts.replaced(Some(4), None);
        assert_eq!((counts.entries, counts.bytes), (0, 0));
    }
}
