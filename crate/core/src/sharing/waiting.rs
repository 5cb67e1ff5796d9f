//! Waiting for what another call computes, and hearing when it is over.

use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use super::client::Client;
use super::connection::{Broken, Reader};
use super::flight::{Lead, Reach, ask_done};
use super::owner::session_of;
use super::protocol::{Note, Request, Told};
use super::reached::Reached;
use super::serving;
use super::store::SharedStore;
use super::waits::{Tell, Wait};
use crate::digest::Digest;
use crate::engine::Need;
use crate::error::Error;
use crate::lease::{Ending, Notice, Turn, Waiter};

/// While somebody waits, an owner that says nothing for so long is asked whether it is there, and once more given up.
const HEARTBEAT: Duration = Duration::from_secs(1);
/// How often a thread that stands still looks whether it was ended, where it may be.
const ENDING_SEEN_WITHIN: Duration = Duration::from_millis(50);

impl SharedStore {
    /// Stands still until it is this thread's turn. [`Turn::Free`] when `patience` is over first, or the thread is to end:
    /// a thread that may be ended from outside is given a way to look whether it is.
    pub fn wait_here(
        &self,
        key: &Digest,
        lead: Lead,
        patience: Option<Duration>,
        must_end: Option<&dyn Fn() -> bool>,
    ) -> Turn {
        let (sender, receiver) = mpsc::sync_channel(1);
        let tell: Tell = Box::new(move |turn| {
            // Nobody hears when patience is over: then the wait was cancelled.
            let _ = sender.send(turn);
        });
        let id = self.wait(key, lead, Vec::new(), true, tell);
        let turn = hear(&receiver, patience, must_end).or_else(|| {
            self.cancel(id);
            // What was told in the last moment counts: it may be the lease.
            receiver.recv().ok()
        });
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

    pub(super) fn withdraw(&self, id: u64) -> Option<Wait> {
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
    pub(super) fn turn_all(&self, notices: Vec<Notice>) {
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
        self.turn_unless(notice, || false)
    }

    /// As [`Self::turn`]. A lease from an owner that has gone meanwhile is void: the wait goes on under the next one.
    fn turn_unless(&self, notice: &Notice, has_gone: impl FnOnce() -> bool) -> bool {
        let mut waits = self.waits.lock();
        if notice.turn == Turn::Granted && has_gone() {
            return true;
        }
        let Some(wait) = waits.end(notice.id) else { return notice.turn != Turn::Granted };
        if notice.turn == Turn::Granted && wait.reach == Reach::Shared {
            // While the waits are locked: the next owner is told of the one or of the other.
            self.hold(&notice.key, notice.agent.thread);
        }
        drop(waits);
        (wait.tell)(notice.turn);
        true
    }

    /// Listens to what the owner has to say, as long as it lives. Tells of the first time that it answered a
    /// [`Note::Ping`]; the sender is gone when it has ended before.
    pub(super) fn listen_to_owner(&self, client: &Arc<Client>, mut reader: Reader) -> Receiver<()> {
        let (store, client) = (self.me(), Arc::clone(client));
        let (answered, first_answer) = mpsc::sync_channel(1);
        let mut answered = Some(answered);
        let listening = move || {
            let mut is_asked = false;
            loop {
                let told = reader.receive::<Told>(Some(HEARTBEAT));
                let Some(store) = store.upgrade() else { return client.close() };
                match told {
                    Ok(Told::Pong) => {
                        is_asked = false;
                        if let Some(answered) = answered.take() {
                            let _ = answered.send(());
                        }
                    }
                    Ok(Told::Turn { key, thread, id, turn }) => {
                        is_asked = false;
                        let notice = Notice { key, agent: store.agent(thread), id, turn };
                        if !store.turn_unless(&notice, || client.is_closed()) {
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
                    Err(Broken::Ended | Broken::Malformed) => {
                        // First, since whoever waits for it keeps the state locked.
                        drop(answered);
                        return store.lost(&client);
                    }
                }
            }
        };
        // Where there can be no more threads, there is no answer either.
        let _ = thread::Builder::new().name("engram-session".to_owned()).spawn(listening);
        first_answer
    }
}

/// What is told; `None` when `patience` is over, or the thread is to end.
fn hear(
    told: &Receiver<Turn>,
    patience: Option<Duration>,
    must_end: Option<&dyn Fn() -> bool>,
) -> Option<Turn> {
    let Some(must_end) = must_end else {
        return match patience {
            None => told.recv().ok(),
            Some(patience) => told.recv_timeout(patience).ok(),
        };
    };
    let begun = Instant::now();
    loop {
        let left = patience.map_or(Duration::MAX, |all| all.saturating_sub(begun.elapsed()));
        match told.recv_timeout(left.min(ENDING_SEEN_WITHIN)) {
            Err(RecvTimeoutError::Timeout) if left > ENDING_SEEN_WITHIN && !must_end() => {}
            heard => return heard.ok(),
        }
    }
}
