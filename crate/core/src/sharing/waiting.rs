//! Waiting for what another call computes.

use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use super::lead::{Lead, LeaseScope};
use super::note::Note;
use super::owner::turn_at_once;
use super::role::ActiveRole;
use super::session::session_of;
use super::store::SharedStore;
use super::waits::{Tell, Wait};
use crate::digest::Digest;
use crate::engine::Need;
use crate::lease::{Ending, Notice, Turn, Waiter};

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
        let Lead { scope, thread } = lead;
        let wait = Wait { key: *key, thread, scope, blocked, is_blocking, tell };
        let (waiter, note) = (wait.waiter(session_of(self.session)), wait.note());
        // Remembered first: an owner that comes now is told of it with the others. One that hears of it twice grants
        // something that nobody waits for, and gets it back.
        let id = self.waits.lock().begin(wait);
        if scope == LeaseScope::Process {
            self.wait_in_process(key, waiter(id));
            return id;
        }
        match self.reach(Need::Writing) {
            Ok(Some(ActiveRole::Owner(owner))) => owner.wait(*key, waiter(id)),
            Ok(Some(ActiveRole::Client(client))) => {
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
        if wait.scope == LeaseScope::Process {
            self.process_leases.lock().cancel(key, self.agent(thread), id);
        } else {
            match self.reach(Need::Reading) {
                Ok(Some(ActiveRole::Owner(owner))) => {
                    owner.leases.lock().cancel(key, self.agent(thread), id);
                }
                Ok(Some(ActiveRole::Client(client))) => {
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
        if let Some(turn) = turn_at_once(outcome) {
            self.turn_all(vec![Notice { key: *key, agent, id, turn }]);
        }
    }

    /// Tells calls that wait for leases of this process. What nobody waits for any more goes back.
    pub(super) fn turn_all(&self, notices: Vec<Notice>) {
        let mut notices = notices;
        while let Some(notice) = notices.pop() {
            if !self.turn_unless(&notice, || false) {
                let Notice { key, agent, .. } = notice;
                notices.extend(self.process_leases.lock().release(key, agent, Ending::Failed));
            }
        }
    }

    /// Tells a call of this process that its wait is over. False when it was granted a lease and waits no more: whoever
    /// granted it takes it back. A lease from an owner that has gone meanwhile is void: the wait goes on under the next
    /// one.
    pub(super) fn turn_unless(&self, notice: &Notice, has_gone: impl FnOnce() -> bool) -> bool {
        let mut waits = self.waits.lock();
        if notice.turn == Turn::Granted && has_gone() {
            return true;
        }
        let Some(wait) = waits.end(notice.id) else { return notice.turn != Turn::Granted };
        if notice.turn == Turn::Granted && wait.scope == LeaseScope::Store {
            // While the waits are locked: the next owner is told of the one or of the other.
            self.held.lock().begin(notice.key, notice.agent.thread);
        }
        drop(waits);
        (wait.tell)(notice.turn);
        true
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
