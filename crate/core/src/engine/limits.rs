//! [`Limits`]: how much a store may hold.

use serde::{Deserialize, Serialize};

use super::counts::Counts;
use crate::clock::Timestamp;

/// How often a writer looks for entries that are too old, in milliseconds.
const AGE_CHECKED_EVERY: f64 = 60_000.0;

/// How much a store may hold; what is not limited is infinite.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Limits {
    /// Bytes of values, before compression.
    pub bytes: f64,
    /// Entries.
    pub entries: f64,
    /// Milliseconds since an entry was last used: those that reach it leave.
    pub age_ms: f64,
}

impl Limits {
    /// No limits.
    pub const NONE: Self =
        Self { bytes: f64::INFINITY, entries: f64::INFINITY, age_ms: f64::INFINITY };

    pub(super) fn allow(&self, counts: &Counts) -> bool {
        number(counts.bytes) <= self.bytes && number(counts.entries) <= self.entries
    }

    pub(super) fn times(&self, share: f64) -> Self {
        Self { bytes: self.bytes * share, entries: self.entries * share, age_ms: self.age_ms }
    }
}

/// What left a store.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reduced {
    /// How many entries.
    pub entries: u64,
    /// Bytes of their values.
    pub bytes: u64,
}

/// The limits in force.
pub(super) struct Enforced {
    limits: Limits,
    age_checked_at: Timestamp,
}

impl Enforced {
    pub const NONE: Self = Self { limits: Limits::NONE, age_checked_at: 0.0 };

    pub const fn set(&mut self, limits: Limits) {
        self.limits = limits;
    }

    /// The limits, if room has to be made at `now` in a store with these counts: they are exceeded, or it is time to look
    /// for entries that have become too old.
    pub fn due(&mut self, counts: &Counts, now: Timestamp) -> Option<Limits> {
        let is_age_due = self.limits.age_ms.is_finite()
            && (now - self.age_checked_at).abs() >= AGE_CHECKED_EVERY;
        if is_age_due {
            self.age_checked_at = now;
        }
        // Who is too old is only asked for now and then.
        let age_ms = if is_age_due { self.limits.age_ms } else { f64::INFINITY };
        let is_due = is_age_due || !self.limits.allow(counts);
        is_due.then_some(Limits { age_ms, ..self.limits })
    }
}

#[expect(clippy::cast_precision_loss, reason = "limits need no more than 53 bits")]
fn number(count: u64) -> f64 {
    count as f64
}
