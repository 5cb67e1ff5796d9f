//! [`Recent`]: what was used lately, kept in memory before the index or before the owner is asked.

use std::sync::Arc;

use super::access::{Access, PendingAccesses};
use super::hot::{self, HotEntries};
use super::lookup::Hit;
use crate::clock::Timestamp;
use crate::digest::Digest;
use crate::store::Generation;

/// So many pending accesses are written in one batch.
const PENDING_ACCESSES: usize = 16 << 10;

/// Hot entries, and the uses of entries that are not written down yet.
pub struct Recent {
    pub(super) hot: HotEntries,
    pub(super) pending: PendingAccesses,
    /// In a client: hot entries are true while the generation is this one.
    guard: Option<(Arc<Generation>, u64)>,
}

impl Default for Recent {
    fn default() -> Self {
        Self {
            hot: HotEntries::new(hot::CAPACITY),
            pending: PendingAccesses::default(),
            guard: None,
        }
    }
}

impl Recent {
    /// A hot entry, whose structure bytes are left in `out`; the use is noted.
    pub fn get(&mut self, key: &Digest, now: Timestamp, out: &mut [u8]) -> Option<Hit> {
        if let Some((generation, seen)) = &mut self.guard
            && generation.current() != *seen
        {
            *seen = generation.current();
            self.clear_hot();
            return None;
        }
        let Self { hot, pending, .. } = self;
        let hit = hot.get(key, now, out, pending)?;
        Some(Hit {
            created_at: hit.created_at,
            duration_ms: hit.duration_ms,
            length: Some(hit.length),
        })
    }

    /// Begins anew for an owner (`None`), to whom changes are known, or for a client of a store with this generation.
    pub fn guard(&mut self, generation: Option<Arc<Generation>>) {
        self.clear_hot();
        self.guard = generation.map(|generation| (Arc::clone(&generation), generation.current()));
    }

    /// The generation for which a client keeps entries: what it learnt of a later one is not kept.
    pub fn generation(&self) -> Option<u64> {
        self.guard.as_ref().map(|(_, seen)| *seen)
    }

    /// Whether what was learnt at this generation is true now.
    pub fn is_of(&self, generation: u64) -> bool {
        let guard = self.guard.as_ref();
        guard.is_some_and(|(current, seen)| *seen == generation && current.current() == *seen)
    }

    /// Keeps an entry's structure bytes, if they are short.
    pub fn keep(
        &mut self,
        key: &Digest,
        created_at: Timestamp,
        duration_ms: f64,
        structure: &[u8],
    ) {
        let Self { hot, pending, .. } = self;
        if structure.len() <= hot::LONGEST {
            hot.insert(key, created_at, duration_ms, structure, pending);
        } else {
            hot.remove(key, pending);
        }
    }

    /// Notes one use.
    pub fn note(&mut self, key: &Digest, now: Timestamp) {
        self.pending.note(*key, Access { hits: 1, last: now });
    }

    /// Lets go of an entry that is no longer true; its uses stay.
    pub fn drop_hot(&mut self, key: &Digest) {
        let Self { hot, pending, .. } = self;
        hot.remove(key, pending);
    }

    /// Forgets an entry that is gone.
    pub fn forget(&mut self, key: &Digest) {
        self.drop_hot(key);
        self.pending.forget(key);
    }

    /// Lets go of all hot entries; their uses stay.
    pub fn clear_hot(&mut self) {
        let Self { hot, pending, .. } = self;
        hot.clear(pending);
    }

    /// Uses that are not written down.
    pub(super) fn access(&self, key: &Digest) -> Access {
        self.pending.of(key).and(self.hot.access(key))
    }

    /// Takes the pending uses once there are many.
    pub fn take_if_many(&mut self) -> Vec<(Digest, Access)> {
        if self.pending.len() < PENDING_ACCESSES {
            return Vec::new();
        }
        self.pending.take().collect()
    }

    /// Takes all uses, and lets go of all entries.
    pub fn take_all(&mut self) -> Vec<(Digest, Access)> {
        self.clear_hot();
        self.pending.take().collect()
    }
}
