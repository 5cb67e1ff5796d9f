//! Eviction: what exceeds the limits of a store leaves, least recently used first.

use std::collections::HashMap;

use super::access::Access;
use super::counts::Counts;
use super::limits::{Limits, Reduced};
use super::opened::Opened;
use super::row;
use super::state::Engine;
use crate::clock::Timestamp;
use crate::codec::Frame;
use crate::digest::Digest;
use crate::error::Result;

/// Eviction stops at this share of a limit, so that not every commit has to make room for itself.
const REDUCED_TO: f64 = 0.9;

/// An entry that may have to leave.
struct Candidate {
    row: Vec<u8>,
    used_at: Timestamp,
    byte_length: u64,
}

impl Engine {
    /// Drops what exceeds `limits`, least recently used first. Says what went.
    ///
    /// # Errors
    ///
    /// [`crate::error::Error::Closed`], [`crate::error::Error::ReadOnly`], or why the store cannot be written.
    pub fn reduce(&self, limits: &Limits, now: Timestamp) -> Result<Reduced> {
        let mut candidates = self.read(|opened| self.candidates(opened))?;
        candidates.sort_by(|a, b| a.used_at.total_cmp(&b.used_at));
        let mut left = Counts::default();
        for candidate in &candidates {
            left = left.replaced(None, Some(candidate.byte_length));
        }
        let mut reduced = Reduced::default();
        let mut rows = Vec::new();
        for candidate in candidates {
            if limits.allow(&left) && now - candidate.used_at < limits.age_ms {
                break;
            }
            left = left.replaced(Some(candidate.byte_length), None);
            reduced.entries += 1;
            reduced.bytes = reduced.bytes.saturating_add(candidate.byte_length);
            rows.push(candidate.row);
        }
        self.remove(&rows)?;
        Ok(reduced)
    }

    /// Makes room if a commit at `now` has exceeded the limits. A failure is not the caller's: it is met again.
    pub(super) fn enforce_limits(&self, now: Timestamp) {
        let due = {
            let mut enforced = self.limits.lock();
            let counts = self.read(|opened| Ok(*opened.publishing.lock())).ok();
            enforced.due(counts.as_ref(), now)
        };
        if let Some(limits) = due {
            let _ = self.reduce(&limits.times(REDUCED_TO), now);
        }
    }

    fn candidates(&self, opened: &Opened) -> Result<Vec<Candidate>> {
        let mut accesses = HashMap::new();
        for row in opened.index.scan(row::ACCESSES) {
            let (row, bytes) = row?;
            if let Some(key) = row::parse_access(&row) {
                accesses.insert(key, Access::decode(&bytes).last);
            }
        }
        let mut candidates = Vec::new();
        for row in opened.index.scan(row::ENTRIES) {
            let (row, bytes) = row?;
            let Some((_, key)) = row::parse_entry(&row) else { continue };
            let frame = Frame::decode(&key, &bytes).ok();
            let made_at = frame.as_ref().map_or(f64::NEG_INFINITY, |frame| frame.created_at);
            let byte_length = frame.map_or(0, |frame| frame.byte_length());
            let noted = accesses.get(&key).copied().unwrap_or(f64::NEG_INFINITY);
            let logged = opened.logged_access(&key).last;
            let used_at = made_at.max(noted).max(logged).max(self.last_use(&key));
            candidates.push(Candidate { row: row.into_vec(), used_at, byte_length });
        }
        Ok(candidates)
    }

    fn last_use(&self, key: &Digest) -> Timestamp {
        self.local.recent.lock().access(key).last
    }
}
