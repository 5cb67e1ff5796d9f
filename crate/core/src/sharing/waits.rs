//! [`Waits`]: calls of this process that wait for another's run, whoever owns the store meanwhile.

use std::collections::HashMap;

use super::lead::LeaseScope;
use super::note::Note;
use crate::digest::Digest;
use crate::lease::{Agent, Session, Turn, Waiter};

/// Told once, from any thread.
pub type Tell = Box<dyn FnOnce(Turn) + Send>;

/// A call that waits.
pub struct Wait {
    pub key: Digest,
    pub thread: u32,
    pub scope: LeaseScope,
    /// Keys of the runs that it is nested in.
    pub blocked: Vec<Digest>,
    pub is_blocking: bool,
    pub tell: Tell,
}

impl Wait {
    /// As the table of leases knows it, once it has a number.
    pub fn waiter(&self, session: Session) -> impl FnOnce(u64) -> Waiter + use<> {
        let agent = Agent { session, thread: self.thread };
        let (blocked, is_blocking) = (self.blocked.clone(), self.is_blocking);
        move |id| Waiter { agent, id, blocked, is_blocking }
    }

    /// As the owner is told of it, once it has a number.
    pub fn note(&self) -> impl FnOnce(u64) -> Note + use<> {
        let (key, thread) = (self.key, self.thread);
        let (blocked, is_blocking) = (self.blocked.clone(), self.is_blocking);
        move |id| Note::Wait { key, thread, id, blocked, is_blocking }
    }
}

/// All waits that have not ended, by number.
#[derive(Default)]
pub struct Waits {
    pending: HashMap<u64, Wait>,
    last: u64,
}

impl Waits {
    /// Remembers a wait; says its number.
    pub fn begin(&mut self, wait: Wait) -> u64 {
        self.last += 1;
        self.pending.insert(self.last, wait);
        self.last
    }

    /// Ends a wait. `None` when it has ended already.
    pub fn end(&mut self, id: u64) -> Option<Wait> {
        self.pending.remove(&id)
    }

    /// Ends all waits for leases of other processes.
    pub fn end_shared(&mut self) -> Vec<Wait> {
        let ended = self.pending.extract_if(|_, wait| wait.scope == LeaseScope::Store);
        ended.map(|(_, wait)| wait).collect()
    }

    /// The numbers of one thread's waits.
    pub fn of_thread(&self, thread: u32) -> Vec<u64> {
        self.pending.iter().filter(|(_, wait)| wait.thread == thread).map(|(id, _)| *id).collect()
    }

    /// What `describe` makes of the waits for leases of other processes.
    pub fn shared<T>(&self, describe: impl Fn(u64, &Wait) -> T) -> Vec<T> {
        let shared = self.pending.iter().filter(|(_, wait)| wait.scope == LeaseScope::Store);
        shared.map(|(id, wait)| describe(*id, wait)).collect()
    }

    /// Whether nobody waits.
    pub fn is_empty(&self) -> bool {
        self.pending.is_empty()
    }
}
