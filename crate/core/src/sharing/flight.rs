//! Single-flight: the leases of this process's threads, and waiting for those of others.

use std::sync::{Arc, mpsc};
use std::thread;
use std::time::Duration;

use super::client::{Client, PATIENCE};
use super::connection::{Broken, Reader};
use super::owner::{Owner, session_of};
use super::protocol::{Answer, Note, Request, Told};
use super::reached::Reached;
use super::serving;
use super::store::SharedStore;
use super::waits::{Tell, Wait};
use crate::digest::Digest;
use crate::engine::Need;
use crate::error::{Error, Result};
use crate::lease::{Agent, Ending, Notice, Turn, Waiter};

/// While somebody waits, an owner that says nothing for so long is asked whether it is there, and once more given up.
const HEARTBEAT: Duration = Duration::from_secs(1);

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

impl SharedStore {
    /// Takes the lease on a key. False: somebody else is computing it. Where the store cannot be reached, nobody is
    /// known to.
    pub fn acquire(&self, key: &Digest, lead: Lead) -> bool {
        if lead.reach == Reach::Process {
            return self.process_leases.lock().acquire(*key, self.agent(lead.thread));
        }
        let thread = lead.thread;
        let granted = self.with(
            Need::Writing,
            |owner| Ok(owner.leases.lock().acquire(*key, self.agent(thread))),
            |client| ask_missing(client, &Request::Acquire { key: *key, thread }),
        );
        match granted {
            Ok(granted) => {
                if granted {
                    self.hold(key, thread);
                }
                granted
            }
            Err(_) => true,
        }
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

    /// Stands still until it is this thread's turn. [`Turn::Free`] when `patience` is over first.
    pub fn wait_here(&self, key: &Digest, lead: Lead, patience: Option<Duration>) -> Turn {
        let (sender, receiver) = mpsc::sync_channel(1);
        let tell: Tell = Box::new(move |turn| {
            // Nobody hears when patience is over: then the wait was cancelled.
            let _ = sender.send(turn);
        });
        let id = self.wait(key, lead, Vec::new(), true, tell);
        let turn = match patience {
            None => receiver.recv().ok(),
            Some(patience) => receiver.recv_timeout(patience).ok().or_else(|| {
                self.cancel(id);
                // What was told in the last moment counts: it may be the lease.
                receiver.recv().ok()
            }),
        };
        turn.unwrap_or(Turn::Free)
    }

    /// Begins to wait for the run of a key. `tell` hears when it is over, from any thread. `blocked` are the keys of the
    /// runs that the waiting call is nested in.
    pub fn wait(
        &self,
        key: &Digest,
        lead: Lead,
        blocked: Vec<Digest>,
        is_blocking: bool,
        tell: Tell,
    ) -> u64 {
        let Lead { reach, thread } = lead;
        let wait = Wait { key: *key, thread, reach, blocked, is_blocking, tell };
        let (waiter, note) = (wait.waiter(session_of(self.session)), wait.note());
        // Remembered first: an owner that comes now is told of it with the others. One that hears of it twice grants
        // something that nobody waits for, and gets it back.
        let id = self.waits.lock().begin(wait);
        if reach == Reach::Process {
            self.wait_in_process(key, waiter(id));
            return id;
        }
        match self.reach(Need::Writing) {
            Ok(Some(Reached::Owner(owner))) => serving::wait(&owner, *key, waiter(id)),
            Ok(Some(Reached::Client(client))) => {
                // If it cannot be sent, the connection has ended, and the next owner is told.
                let _ = client.say(&note(id));
            }
            Ok(None) | Err(_) => self.end_wait(id, Turn::Free),
        }
        id
    }

    /// Ends a wait whose caller has no more patience: its turn is [`Turn::Free`], if it was told none yet.
    pub fn cancel(&self, id: u64) {
        if let Some(wait) = self.withdraw(id) {
            (wait.tell)(Turn::Free);
        }
    }

    fn withdraw(&self, id: u64) -> Option<Wait> {
        let wait = self.waits.lock().end(id)?;
        let (key, thread) = (wait.key, wait.thread);
        if wait.reach == Reach::Process {
            self.process_leases.lock().cancel(key, self.agent(thread), id);
        } else {
            match self.reach(Need::Reading) {
                Ok(Some(Reached::Owner(owner))) => {
                    owner.leases.lock().cancel(key, self.agent(thread), id);
                }
                Ok(Some(Reached::Client(client))) => {
                    let _ = client.say(&Note::Cancel { key, thread, id });
                }
                Ok(None) | Err(_) => {}
            }
        }
        Some(wait)
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

    fn end_wait(&self, id: u64, turn: Turn) {
        let wait = self.waits.lock().end(id);
        if let Some(wait) = wait {
            (wait.tell)(turn);
        }
    }

    fn wait_in_process(&self, key: &Digest, waiter: Waiter) {
        let (agent, id) = (waiter.agent, waiter.id);
        let outcome = self.process_leases.lock().wait(*key, waiter);
        if let Some(turn) = serving::turn_at_once(outcome) {
            self.turn_all(vec![Notice { key: *key, agent, id, turn }]);
        }
    }

    /// Tells calls that wait for leases of this process. What nobody waits for any more goes back.
    fn turn_all(&self, notices: Vec<Notice>) {
        let mut notices = notices;
        while let Some(notice) = notices.pop() {
            if !self.turn(&notice) {
                let Notice { key, agent, .. } = notice;
                notices.extend(self.process_leases.lock().release(key, agent, Ending::Failed));
            }
        }
    }

    /// Tells a call of this process that its wait is over. False when it was granted a lease and waits no more: whoever
    /// granted it takes it back.
    pub(super) fn turn(&self, notice: &Notice) -> bool {
        let wait = self.waits.lock().end(notice.id);
        let Some(wait) = wait else { return notice.turn != Turn::Granted };
        if notice.turn == Turn::Granted && wait.reach == Reach::Shared {
            self.hold(&notice.key, notice.agent.thread);
        }
        (wait.tell)(notice.turn);
        true
    }

    pub(super) const fn agent(&self, thread: u32) -> Agent {
        Agent { session: session_of(self.session), thread }
    }

    pub(super) fn hold(&self, key: &Digest, thread: u32) {
        self.held.lock().insert(*key, Held { thread, is_promised: false });
    }

    /// Forgets a lease. False when this thread did not hold it.
    pub(super) fn let_go(&self, key: &Digest, thread: u32) -> bool {
        let mut held = self.held.lock();
        let is_held = held.get(key).is_some_and(|held| held.thread == thread);
        is_held && held.remove(key).is_some()
    }

    /// Makes known to a new owner in this process what its threads hold and wait for.
    pub(super) fn restate_to_owner(&self, owner: &Owner) {
        for (key, held) in &*self.held.lock() {
            let agent = self.agent(held.thread);
            serving::restate(owner, *key, agent, held.is_promised);
        }
        let session = session_of(self.session);
        let waits = self.waits.lock().shared(|id, wait| (wait.key, wait.waiter(session)(id)));
        for (key, waiter) in waits {
            serving::wait(owner, key, waiter);
        }
    }

    /// Makes known to another process's owner what threads of this one hold and wait for.
    pub(super) fn restate_to_client(&self, client: &Client) -> Result<()> {
        for (key, held) in &*self.held.lock() {
            let Held { thread, is_promised } = *held;
            client.say(&Note::Restate { key: *key, thread, is_promised })?;
        }
        let waits = self.waits.lock().shared(|id, wait| wait.note()(id));
        for note in waits {
            client.say(&note)?;
        }
        client.say(&Note::Restated)
    }

    /// Listens to what the owner has to say, as long as it lives.
    pub(super) fn listen_to_owner(&self, client: &Arc<Client>, mut reader: Reader) {
        let (store, client) = (self.me(), Arc::clone(client));
        thread::spawn(move || {
            let mut is_asked = false;
            loop {
                let told = reader.receive::<Told>(Some(HEARTBEAT));
                let Some(store) = store.upgrade() else { return client.close() };
                match told {
                    Ok(Told::Pong) => is_asked = false,
                    Ok(Told::Turn { key, thread, id, turn }) => {
                        is_asked = false;
                        let notice = Notice { key, agent: store.agent(thread), id, turn };
                        if !store.turn(&notice) {
                            let request = Request::Release { key, thread, ending: Ending::Failed };
                            let _ = ask_done(&client, &request);
                        }
                    }
                    Err(Broken::Silent) if store.waits.lock().is_empty() => is_asked = false,
                    Err(Broken::Silent) if !is_asked => is_asked = client.say(&Note::Ping).is_ok(),
                    Err(Broken::Silent) => {
                        let error = Error::Unresponsive(store.location().to_owned());
                        return store.give_up(&client, &error);
                    }
                    Err(Broken::Ended | Broken::Malformed) => return store.lost(&client),
                }
            }
        });
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
