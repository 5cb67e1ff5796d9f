//! Who leaves next: the entries used least recently, found by going through the index a few rows at a time.

use std::cmp::Ordering;
use std::collections::{BinaryHeap, VecDeque};

use super::access::Access;
use super::opened::Opened;
use super::row::{self, ENTRY_LENGTH};
use crate::clock::Timestamp;
use crate::codec::Frame;
use crate::digest::Digest;
use crate::error::Result;

/// An entry that leaves unless it is used before its turn.
#[derive(Debug, Clone, Copy)]
pub struct Victim {
    pub row: [u8; ENTRY_LENGTH],
    pub made_at: Timestamp,
    pub used_at: Timestamp,
    pub byte_length: u64,
}

impl Victim {
    /// The call.
    pub fn key(&self) -> Digest {
        let mut key = [0; Digest::LENGTH];
        key.copy_from_slice(&self.row[ENTRY_LENGTH - Digest::LENGTH..]);
        Digest::from_bytes(key)
    }
}

impl Ord for Victim {
    fn cmp(&self, other: &Self) -> Ordering {
        self.used_at.total_cmp(&other.used_at).then_with(|| self.row.cmp(&other.row))
    }
}

impl PartialOrd for Victim {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Victim {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Victim {}

/// What leaves of an entry.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Leaving {
    Nothing,
    /// Nothing is written of its uses.
    Entry,
    EntryAndUses,
}

/// Who leaves next, as far as that is known.
#[derive(Default)]
pub struct Eviction {
    pub found: VecDeque<Victim>,
    pub search: Option<Search>,
    /// When the youngest was used of those that left since the search began.
    pub left_until: Timestamp,
}

/// A way through the index in steps. Entries that come behind it, or are used meanwhile, are younger than all that it finds.
pub struct Search {
    /// The oldest so far, the youngest of them on top.
    oldest: BinaryHeap<Victim>,
    /// How many are sought.
    most: usize,
    /// The row where it goes on.
    next: Vec<u8>,
}

impl Search {
    /// Looks for the `most` entries that were used least recently.
    pub fn new(most: usize) -> Self {
        Self { oldest: BinaryHeap::new(), most, next: row::ENTRIES.to_vec() }
    }

    /// Looks at so many rows more. True at the end.
    ///
    /// # Errors
    ///
    /// Why the index cannot be read.
    pub fn step(&mut self, opened: &Opened, rows: usize) -> Result<bool> {
        let start = self.next.clone();
        let next = opened.index.visit_from(row::ENTRIES, &start, rows, |row, bytes| {
            if let Some((_, key)) = row::parse_entry(row) {
                self.consider(opened, row, key, bytes);
            }
        })?;
        let Some(next) = next else { return Ok(true) };
        self.next = next;
        Ok(false)
    }

    fn consider(&mut self, opened: &Opened, row: &[u8], key: Digest, bytes: &[u8]) {
        // What cannot be read is of no use, and goes first.
        let (made_at, byte_length) = Frame::sketch(bytes)
            .map_or((f64::NEG_INFINITY, 0), |frame| (frame.created_at, frame.byte_length()));
        let is_full = self.oldest.len() >= self.most;
        let youngest = self.oldest.peek().map_or(f64::INFINITY, |victim| victim.used_at);
        // It was used no earlier than it was made: most need not be looked up.
        if is_full && made_at >= youngest {
            return;
        }
        let used_at = opened.last_use(&key, made_at);
        if is_full && used_at >= youngest {
            return;
        }
        let Ok(row) = row.try_into() else { return };
        self.oldest.push(Victim { row, made_at, used_at, byte_length });
        if self.oldest.len() > self.most {
            self.oldest.pop();
        }
    }

    /// What was found, the oldest first.
    pub fn finish(self) -> VecDeque<Victim> {
        self.oldest.into_sorted_vec().into()
    }
}

impl Opened {
    /// When an entry was last used; when it was made, if never.
    pub fn last_use(&self, key: &Digest, made_at: Timestamp) -> Timestamp {
        self.last_use_after(key, made_at, self.access(key).unwrap_or_default())
    }

    fn last_use_after(&self, key: &Digest, made_at: Timestamp, written: Access) -> Timestamp {
        made_at.max(written.last).max(self.local.recent.lock().access(key).last)
    }

    /// What goes of a victim, unless something has happened to it since it was found. `bytes` are its row's value.
    pub fn leaving(&self, victim: &Victim, bytes: &[u8]) -> Leaving {
        let made_at = Frame::sketch(bytes).map_or(f64::NEG_INFINITY, |frame| frame.created_at);
        if made_at.total_cmp(&victim.made_at).is_ne() {
            return Leaving::Nothing;
        }
        let key = victim.key();
        let written = self.access(&key).ok();
        let used_at = self.last_use_after(&key, made_at, written.unwrap_or_default());
        if used_at.total_cmp(&victim.used_at).is_ne() {
            return Leaving::Nothing;
        }
        // One that was never used has nothing written of it: most of those that leave.
        let is_unused = written == Some(Access::default());
        if is_unused { Leaving::Entry } else { Leaving::EntryAndUses }
    }
}
