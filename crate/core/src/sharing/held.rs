//! [`HeldLeases`]: the leases of this process, whoever owns the store meanwhile.

use std::collections::HashMap;

use super::note::Note;
use crate::digest::Digest;

/// A lease that a thread of this process holds.
#[derive(Debug, Clone, Copy)]
pub struct Held {
    pub thread: u32,
    pub is_promised: bool,
}

/// All leases that have not ended, by key. Each ends once: whoever takes it out of here tells the owner.
#[derive(Default)]
pub struct HeldLeases(HashMap<Digest, Held>);

impl HeldLeases {
    /// A lease was granted.
    pub fn begin(&mut self, key: Digest, thread: u32) {
        self.0.insert(key, Held { thread, is_promised: false });
    }

    /// Ends a lease. False when this thread does not hold it, or holds it no longer.
    pub fn end(&mut self, key: &Digest, thread: u32) -> bool {
        self.is_held(key, thread) && self.0.remove(key).is_some()
    }

    /// Notes that a lease's run is asynchronous. False when this thread does not hold it.
    pub fn promise(&mut self, key: &Digest, thread: u32) -> bool {
        let held = self.0.get_mut(key).filter(|held| held.thread == thread);
        held.is_some_and(|held| {
            held.is_promised = true;
            true
        })
    }

    /// Forgets all leases: nobody knows of them any more.
    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// The keys that a thread holds.
    pub fn of_thread(&self, thread: u32) -> Vec<Digest> {
        self.0.iter().filter(|(_, held)| held.thread == thread).map(|(key, _)| *key).collect()
    }

    /// All leases, with their keys.
    pub fn all(&self) -> Vec<(Digest, Held)> {
        self.0.iter().map(|(key, held)| (*key, *held)).collect()
    }

    /// All leases, as the next owner is told of them.
    pub fn notes(&self) -> Vec<Note> {
        let note = |(key, Held { thread, is_promised }): (&Digest, &Held)| Note::Restate {
            key: *key,
            thread: *thread,
            is_promised: *is_promised,
        };
        self.0.iter().map(note).collect()
    }

    fn is_held(&self, key: &Digest, thread: u32) -> bool {
        self.0.get(key).is_some_and(|held| held.thread == thread)
    }
}
