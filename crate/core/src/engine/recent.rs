//! [`Recent`]: what was used lately, kept in memory before the index or before the owner is asked.

use std::sync::Arc;

use super::access::{Access, PendingAccesses};
use super::buffer::Buffer;
use super::hot::{self, HotEntries};
use super::outcome::Hit;
use super::revision::{Revision, Validity};
use crate::clock::Timestamp;
use crate::digest::Digest;
use crate::store::Generation;

/// So many pending accesses are written in one batch.
const PENDING_ACCESSES: usize = 16 << 10;

/// Numbers as a client saw them before it asked.
#[derive(Debug, Clone, Copy)]
pub struct Seen {
    /// Of this process.
    pub revision: u64,
    /// Of all processes.
    pub generation: Option<u64>,
}

/// Hot entries, and the uses of entries that are not written down yet.
pub struct Recent {
    pub(super) hot: HotEntries,
    pub(super) pending: PendingAccesses,
    /// In a client: hot entries are true while the generation is this one.
    guard: Option<(Arc<Generation>, u64)>,
    /// Whether something is told of changes: a client of a store without shared memory keeps nothing.
    is_told: bool,
    /// What was learnt at another revision than that of now is not kept.
    revision: Arc<Revision>,
}

impl Recent {
    /// Nothing used yet.
    pub fn new(revision: Arc<Revision>) -> Self {
        Self {
            hot: HotEntries::new(hot::CAPACITY),
            pending: PendingAccesses::default(),
            guard: None,
            is_told: false,
            revision,
        }
    }

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
            buffers: hit.buffers,
        })
    }

    /// Begins anew for an owner, to whom changes are known.
    pub fn begin_as_owner(&mut self) {
        self.begin(None, true);
    }

    /// Begins anew for a client of a store with this generation; without one, nothing tells of changes.
    pub fn begin_as_client(&mut self, generation: Option<Arc<Generation>>) {
        let is_told = generation.is_some();
        self.begin(generation, is_told);
    }

    fn begin(&mut self, generation: Option<Arc<Generation>>, is_told: bool) {
        self.clear_hot();
        self.guard = generation.map(|generation| (Arc::clone(&generation), generation.current()));
        self.is_told = is_told;
        self.revision.raise();
    }

    /// Until when what is learnt from now on may be kept elsewhere; `None` where nothing would tell.
    pub fn validity(&self) -> Option<Validity> {
        let generation = self.guard.as_ref().map(|(generation, _)| Arc::clone(generation));
        self.is_told.then(|| Validity { revision: Arc::clone(&self.revision), generation })
    }

    /// What a client has to compare when it has heard from the owner.
    pub fn seen(&self) -> Seen {
        let generation = self.guard.as_ref().map(|(_, seen)| *seen);
        Seen { revision: self.revision.current(), generation }
    }

    /// Whether what a client learnt since it saw these numbers is true now.
    pub fn is_of(&self, before: Seen) -> bool {
        let unchanged = |(current, seen): &(Arc<Generation>, u64)| {
            before.generation == Some(*seen) && current.current() == *seen
        };
        self.guard.as_ref().is_some_and(unchanged)
    }

    /// Keeps an entry's structure bytes and which buffers it has, if these bytes are short and nothing was retracted since
    /// `revision`, when they were true.
    pub fn keep(
        &mut self,
        revision: u64,
        key: &Digest,
        created_at: Timestamp,
        duration_ms: f64,
        structure: &[u8],
        buffers: &[Buffer],
    ) {
        let Self { hot, pending, .. } = self;
        if structure.len() <= hot::LONGEST && revision == self.revision.current() {
            hot.insert(key, created_at, duration_ms, structure, buffers, pending);
        } else {
            hot.remove(key, pending);
        }
    }

    /// Keeps what a recall found, if its structure bytes came into `out`.
    pub fn keep_hit(&mut self, revision: u64, key: &Digest, hit: &Hit, out: &[u8]) {
        if let Some(length) = hit.length {
            let Hit { created_at, duration_ms, buffers, .. } = hit;
            self.keep(revision, key, *created_at, *duration_ms, &out[..length], buffers);
        }
    }

    /// Notes uses that were counted elsewhere.
    pub fn note_all(&mut self, uses: impl IntoIterator<Item = (Digest, Access)>) {
        for (key, access) in uses {
            self.pending.note(key, access);
        }
    }

    /// Notes one use.
    pub fn note(&mut self, key: &Digest, now: Timestamp) {
        self.pending.note(*key, Access { hits: 1, last: now });
    }

    /// Lets go of entries that were overwritten or dropped, and has everyone else let go of them: before anyone is told of
    /// the change.
    pub fn retract<'a>(&mut self, keys: impl IntoIterator<Item = &'a Digest>) {
        for key in keys {
            self.drop_hot(key);
        }
        self.revision.raise();
    }

    /// Lets go of an entry that is no longer true; its uses stay.
    pub fn drop_hot(&mut self, key: &Digest) {
        let Self { hot, pending, .. } = self;
        hot.remove(key, pending);
    }

    /// Lets go of entries that were dropped, and forgets their uses.
    pub fn forget(&mut self, keys: &[Digest]) {
        self.retract(keys);
        for key in keys {
            self.pending.forget(key);
        }
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

    /// Takes all uses; the entries stay.
    pub fn take_uses(&mut self) -> Vec<(Digest, Access)> {
        let Self { hot, pending, .. } = self;
        hot.hand_over_uses(pending);
        pending.take().collect()
    }

    /// Takes all uses, and lets go of all entries: nothing tells of changes from now on.
    pub fn take_all(&mut self) -> Vec<(Digest, Access)> {
        self.clear_hot();
        self.is_told = false;
        self.revision.raise();
        self.pending.take().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn recent() -> (Recent, Arc<Revision>) {
        let revision = Arc::<Revision>::default();
        (Recent::new(Arc::clone(&revision)), revision)
    }

    fn is_hot(recent: &mut Recent, key: &Digest) -> bool {
        recent.get(key, 0.0, &mut [0; 8]).is_some()
    }

    #[test]
    fn what_was_true_before_something_was_retracted_is_not_kept() {
        let (mut recent, revision) = recent();
        let key = Digest::from_bytes([1; 32]);
        let before = revision.current();
        recent.keep(before, &key, 0.0, 0.0, b"old", &[]);
        assert!(is_hot(&mut recent, &key));
        recent.retract([&key]);
        assert!(!is_hot(&mut recent, &key));
        recent.keep(before, &key, 0.0, 0.0, b"old", &[]);
        assert!(!is_hot(&mut recent, &key));
        recent.keep(revision.current(), &key, 0.0, 0.0, b"new", &[]);
        assert!(is_hot(&mut recent, &key));
    }

    // A client that asked for statistics had no validity from then on: each of its hits went to the core.
    #[test]
    fn who_tells_its_uses_goes_on_keeping() {
        let (mut recent, revision) = recent();
        recent.begin_as_owner();
        let key = Digest::from_bytes([1; 32]);
        recent.keep(revision.current(), &key, 0.0, 0.0, b"value", &[]);
        let before = revision.current();
        for now in [1.0, 2.0] {
            assert!(recent.get(&key, now, &mut [0; 64]).is_some());
            let uses = recent.take_uses();
            assert_eq!(uses.iter().map(|(_, access)| access.hits).sum::<u64>(), 1);
        }
        assert!(recent.take_uses().is_empty());
        assert!(recent.validity().is_some() && revision.current() == before);
    }

    #[test]
    fn what_is_kept_elsewhere_is_good_for_as_long_as_a_role_is() {
        let (mut recent, revision) = recent();
        assert!(recent.validity().is_none(), "there is no role yet");
        recent.begin_as_owner();
        assert!(recent.validity().is_some_and(|validity| validity.generation.is_none()));
        let before = revision.current();
        recent.take_all();
        assert!(recent.validity().is_none() && revision.current() > before);
        let before = revision.current();
        recent.begin_as_client(None);
        assert!(recent.validity().is_none(), "nothing tells such a client of changes");
        assert!(revision.current() > before);
    }
}
