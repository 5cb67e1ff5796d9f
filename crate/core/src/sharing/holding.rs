//! What this process does with the leases that its threads hold, and tells each new owner of them.

use std::sync::Arc;

use super::client::Client;
use super::lead::{Lead, LeaseScope};
use super::note::Note;
use super::operation::release::Release;
use super::owner::Owner;
use super::session::session_of;
use super::store::SharedStore;
use crate::digest::Digest;
use crate::error::{Error, Result};
use crate::lease::{Agent, Ending};

impl SharedStore {
    /// A JavaScript thread of this process has ended: nobody will tell how its runs went, or hear of its turns.
    pub fn end_thread(&self, thread: u32) {
        let waits = self.waits.lock().of_thread(thread);
        for id in waits {
            self.withdraw(id);
        }
        let keys = self.held.lock().of_thread(thread);
        for key in keys {
            self.release(&key, Lead { scope: LeaseScope::Store, thread }, Ending::Failed);
        }
        let notices = self.process_leases.lock().leave_agent(self.agent(thread));
        self.turn_all(notices);
    }

    pub(super) const fn agent(&self, thread: u32) -> Agent {
        Agent { session: session_of(self.session), thread }
    }

    /// Notes a lease that an owner granted. Where that has gone meanwhile, the next one was not told of it.
    ///
    /// # Errors
    ///
    /// [`Error::Disconnected`]: the lease is void.
    pub(super) fn hold_from(&self, client: &Arc<Client>, key: &Digest, thread: u32) -> Result<()> {
        // The state does not change while it is read, and so nothing is restated.
        let state = self.role.read();
        if !state.is_client(client) {
            return Err(Error::Disconnected);
        }
        self.held.lock().begin(*key, thread);
        Ok(())
    }

    /// Notes that the owner has ended a lease together with a commit. A next owner may have been told that it goes on.
    pub(super) fn let_go_at(&self, client: &Arc<Client>, key: &Digest, thread: u32) {
        let was_held = self.held.lock().end(key, thread);
        let is_current = self.role.read().is_client(client);
        if was_held && !is_current {
            let _ = self.ask(&Release { key: *key, thread, ending: Ending::Committed });
        }
    }

    /// Makes known to a new owner in this process what its threads hold and wait for.
    pub(super) fn restate_to_owner(&self, owner: &Owner) {
        let session = session_of(self.session);
        // Waits first: one whose turn comes in between is known as a lease too.
        let waits = self.waits.lock().shared(|id, wait| (wait.key, wait.waiter(session)(id)));
        let held = self.held.lock().all();
        for (key, held) in held {
            owner.restate(key, self.agent(held.thread), held.is_promised);
        }
        for (key, waiter) in waits {
            owner.wait(key, waiter);
        }
    }

    /// Makes known to another process's owner what threads of this one hold and wait for. Its first
    /// [`super::note::Told::Pong`] says that it has heard all of it.
    pub(super) fn restate_to_client(&self, client: &Client) -> Result<()> {
        // Waits first: one whose turn comes in between is known as a lease too.
        let waits = self.waits.lock().shared(|id, wait| wait.note()(id));
        let held = self.held.lock().notes();
        for note in held.iter().chain(&waits).chain([&Note::Restated, &Note::Ping]) {
            client.say(note)?;
        }
        Ok(())
    }
}
