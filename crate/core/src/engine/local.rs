//! [`Local`]: what a process has of a store by itself, whoever owns the index.

use std::sync::Arc;

use parking_lot::Mutex;

use super::outcome::Hit;
use super::recent::Recent;
use super::revision::Revision;
use super::statistics::{Statistics, StatisticsByName};
use super::values::Values;
use crate::clock::{self, Timestamp};
use crate::digest::Digest;
use crate::store::Blobs;

/// Kept from one role of the process to the next.
pub struct Local {
    /// Reads and writes values.
    pub values: Values,
    /// What was used lately.
    pub recent: Mutex<Recent>,
    /// Raised by `recent`.
    pub revision: Arc<Revision>,
    /// What calls of this process did that is not written down yet, by the names of their functions.
    pub statistics: Mutex<StatisticsByName>,
}

impl Local {
    /// Nothing used yet; `blobs` are the store's.
    #[must_use]
    pub fn new(blobs: Blobs) -> Self {
        Self::in_boot(blobs, clock::boot())
    }

    /// The same in a boot of the machine that the caller names, never 0: a test has the power fail.
    #[must_use]
    pub fn in_boot(blobs: Blobs, boot: u64) -> Self {
        let revision = Arc::<Revision>::default();
        let recent = Mutex::new(Recent::new(Arc::clone(&revision)));
        let statistics = Mutex::default();
        Self { values: Values::new(blobs, boot), recent, revision, statistics }
    }

    /// Takes what is not written down of what calls did.
    pub fn take_statistics(&self) -> Vec<(String, Statistics)> {
        std::mem::take(&mut *self.statistics.lock()).into_iter().collect()
    }

    /// A hot entry, if its buffers are there: its structure bytes are left in `out`, and the use is noted.
    pub fn hot(&self, key: &Digest, now: Timestamp, out: &mut [u8]) -> Option<Hit> {
        let hit = self.recent.lock().get(key, now, out)?;
        hit.buffers.iter().all(|buffer| self.values.blobs.is_readable(&buffer.blob)).then_some(hit)
    }
}
