//! Single-flight: the leases of this process's threads.

use std::sync::Arc;

use super::client::{Client, PATIENCE};
use super::owner::{Owner, session_of};
use super::protocol::{Answer, Note, Request};
use super::reached::Reached;
use super::serving;
use super::store::SharedStore;
use crate::digest::Digest;
use crate::engine::Need;
use crate::error::{Error, Result};
use crate::lease::{Agent, Ending};

/// How far a lease reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// All processes that share the store.
    Shared,
    /// The threads of this process.
    Process,
}

/// Who wants a lease, and how far it shall reach.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lead {
    /// How far.
    pub reach: Reach,
    /// Which thread of this process.
    pub thread: u32,
}

/// A lease of this process.
#[derive(Debug, Clone, Copy)]
pub struct Held {
    pub thread: u32,
    pub is_promised: bool,
}

impl Held {
    /// As the next owner is told of it.
    const fn note(self, key: Digest) -> Note {
        let Self { thread, is_promised } = self;
        Note::Restate { key, thread, is_promised }
    }
}

impl SharedStore {
    /// Takes the lease on a key. False: somebody else is computing it. Where the store cannot be reached, nobody is
    /// known to.
    pub fn acquire(&self, key: &Digest, lead: Lead) -> bool {
        if lead.reach == Reach::Process {
            return self.process_leases.lock().acquire(*key, self.agent(lead.thread));
        }
        let thread = lead.thread;
        let granted = self.with_reached(Need::Writing, |reached| match reached {
            Reached::Owner(owner) => {
                let granted = owner.leases.lock().acquire(*key, self.agent(thread));
                if granted {
                    self.hold(key, thread);
                }
                Ok(granted)
            }
            Reached::Client(client) => {
                let granted = ask_missing(client, &Request::Acquire { key: *key, thread })?;
                if granted {
                    self.hold_from(client, key, thread)?;
                }
                Ok(granted)
            }
        });
        granted.ok().flatten().unwrap_or(true)
    }

    /// The run that held the lease is over. Nothing happens if this thread does not hold it.
    pub fn release(&self, key: &Digest, lead: Lead, ending: Ending) {
        if lead.reach == Reach::Process {
            let agent = self.agent(lead.thread);
            let notices = self.process_leases.lock().release(*key, agent, ending);
            return self.turn_all(notices);
        }
        if self.let_go(key, lead.thread) {
            self.release_shared(key, lead.thread, ending);
        }
    }

    fn release_shared(&self, key: &Digest, thread: u32, ending: Ending) {
        // A store that cannot be reached knows nothing of the lease.
        let _ = self.with(
            Need::Reading,
            |owner| {
                owner.carry(|leases| leases.release(*key, self.agent(thread), ending));
                Ok(())
            },
            |client| ask_done(client, &Request::Release { key: *key, thread, ending }),
        );
    }

    /// The function of the lease's holder returned a promise: threads must not stand still for it.
    pub fn promised(&self, key: &Digest, lead: Lead) {
        let agent = self.agent(lead.thread);
        if lead.reach == Reach::Process {
            let notices = self.process_leases.lock().promised(*key, agent);
            return self.turn_all(notices);
        }
        match self.held.lock().get_mut(key) {
            Some(held) if held.thread == lead.thread => held.is_promised = true,
            _ => return,
        }
        let _ = self.with(
            Need::Reading,
            |owner| {
                owner.carry(|leases| leases.promised(*key, agent));
                Ok(())
            },
            |client| ask_done(client, &Request::Promised { key: *key, thread: lead.thread }),
        );
    }

    /// A JavaScript thread of this process has ended: nobody will tell how its runs went, or hear of its turns.
    pub fn end_thread(&self, thread: u32) {
        let waits = self.waits.lock().of_thread(thread);
        for id in waits {
            self.withdraw(id);
        }
        let keys: Vec<_> = {
            let held = self.held.lock();
            held.iter().filter(|(_, held)| held.thread == thread).map(|(key, _)| *key).collect()
        };
        for key in keys {
            self.release(&key, Lead { reach: Reach::Shared, thread }, Ending::Failed);
        }
        let notices = self.process_leases.lock().leave_agent(self.agent(thread));
        self.turn_all(notices);
    }

    pub(super) const fn agent(&self, thread: u32) -> Agent {
        Agent { session: session_of(self.session), thread }
    }

    pub(super) fn hold(&self, key: &Digest, thread: u32) {
        self.held.lock().insert(*key, Held { thread, is_promised: false });
    }

    /// Notes a lease that an owner granted. Where that has gone meanwhile, the next one was not told of it.
    ///
    /// # Errors
    ///
    /// [`Error::Disconnected`]: the lease is void.
    pub(super) fn hold_from(&self, client: &Arc<Client>, key: &Digest, thread: u32) -> Result<()> {
        // The state does not change while it is read, and so nothing is restated.
        let state = self.state.read();
        if !state.is_client(client) {
            return Err(Error::Disconnected);
        }
        self.hold(key, thread);
        Ok(())
    }

    /// Notes that the owner has ended a lease together with a commit. A next owner may have been told that it goes on.
    pub(super) fn let_go_at(&self, client: &Arc<Client>, key: &Digest, thread: u32) {
        let was_held = self.let_go(key, thread);
        let is_current = self.state.read().is_client(client);
        if was_held && !is_current {
            self.release_shared(key, thread, Ending::Committed);
        }
    }

    /// Forgets a lease. False when this thread did not hold it.
    pub(super) fn let_go(&self, key: &Digest, thread: u32) -> bool {
        let mut held = self.held.lock();
        let is_held = held.get(key).is_some_and(|held| held.thread == thread);
        is_held && held.remove(key).is_some()
    }

    /// Makes known to a new owner in this process what its threads hold and wait for.
    pub(super) fn restate_to_owner(&self, owner: &Owner) {
        let session = session_of(self.session);
        // Waits first: one whose turn comes in between is known as a lease too.
        let waits = self.waits.lock().shared(|id, wait| (wait.key, wait.waiter(session)(id)));
        let held: Vec<_> = self.held.lock().iter().map(|(key, held)| (*key, *held)).collect();
        for (key, held) in held {
            serving::restate(owner, key, self.agent(held.thread), held.is_promised);
        }
        for (key, waiter) in waits {
            serving::wait(owner, key, waiter);
        }
    }

    /// Makes known to another process's owner what threads of this one hold and wait for. Its first
    /// [`super::protocol::Told::Pong`] says that it has heard all of it.
    pub(super) fn restate_to_client(&self, client: &Client) -> Result<()> {
        // Waits first: one whose turn comes in between is known as a lease too.
        let waits = self.waits.lock().shared(|id, wait| wait.note()(id));
        let held: Vec<_> = self.held.lock().iter().map(|(key, held)| held.note(*key)).collect();
        for note in held.iter().chain(&waits).chain([&Note::Restated, &Note::Ping]) {
            client.say(note)?;
        }
        Ok(())
    }
}

pub(super) fn ask_missing(client: &Client, request: &Request<'_>) -> Result<bool> {
    client.ask(request, PATIENCE, |answer| match answer {
        Answer::Missing { granted } => Ok(granted),
        _ => Err(unexpected()),
    })
}

pub(super) fn ask_done(client: &Client, request: &Request<'_>) -> Result<()> {
    client.ask(request, PATIENCE, |answer| match answer {
        Answer::Done => Ok(()),
        _ => Err(unexpected()),
    })
}

/// The owner answered something else than what was asked.
pub(super) fn unexpected() -> Error {
    Error::Protocol("an answer to another question".to_owned())
}
