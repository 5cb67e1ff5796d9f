//! Who owns a store: taking the lock, joining whoever has it, and finding the next one when that has gone.

use std::sync::Arc;
use std::sync::mpsc::RecvTimeoutError;
use std::thread;
use std::time::{Duration, Instant};

use super::client::Client;
use super::connection::Reader;
use super::operation::contract::PATIENCE;
use super::owner::{Home, Owner};
use super::role::RoleState;
use super::store::SharedStore;
use crate::engine::{Engine, Mode, Need};
use crate::error::{Error, Result};
use crate::lease::Notice;
use crate::store::{Generation, SessionLock, Wanted};

/// How long a directory may be locked by somebody who does not listen yet, or no longer.
const JOIN_PATIENCE: Duration = Duration::from_secs(2);
/// The same, where it was waited for in vain already.
const REJOIN_PATIENCE: Duration = Duration::from_millis(20);
/// How long an owner that did not answer is waited for, in a thread of its own, before it is tried anew.
const RECOVERY_PATIENCE: Duration = Duration::from_mins(1);
/// Between two attempts to reach it.
const RECOVERY_PAUSE: Duration = Duration::from_millis(100);
/// Who only reads notices within this time that somebody wants to write.
const GIVE_WAY_WITHIN: Duration = Duration::from_millis(50);

impl SharedStore {
    /// Finds this process a role: owner if nobody is, client of whoever is.
    pub(super) fn establish(&self, state: &mut RoleState, need: Need) -> Result<()> {
        let patience = match state {
            RoleState::Idle { failure: None } => JOIN_PATIENCE,
            _ => REJOIN_PATIENCE,
        };
        let outcome = self.elect(need, patience);
        match outcome {
            Ok(found) => {
                *state = found;
                Ok(())
            }
            Err(error @ Error::Unresponsive(_)) => {
                self.wait_for_owner(state, error.clone());
                Err(error)
            }
            Err(error) => {
                *state = RoleState::failed(error.clone());
                self.stand_alone();
                Err(error)
            }
        }
    }

    fn elect(&self, need: Need, patience: Duration) -> Result<RoleState> {
        let begun = Instant::now();
        let mut pause = Duration::from_micros(500);
        let mut wanted = None;
        loop {
            let candidate = match self.mode() {
                Mode::ReadWrite => self.own_or_join(need),
                Mode::ReadOnly => self.join_or_read(),
            };
            match candidate {
                Err(Error::Busy(_)) if begun.elapsed() < patience => {
                    if self.mode() == Mode::ReadWrite && wanted.is_none() {
                        wanted = Wanted::announce(&self.layout);
                    }
                    thread::sleep(pause);
                }
                candidate => return candidate,
            }
            pause = (pause * 2).min(Duration::from_millis(5));
        }
    }

    fn own_or_join(&self, need: Need) -> Result<RoleState> {
        match self.own(need) {
            Err(Error::Busy(location)) => self.join().map_err(|error| match error {
                // Whoever has it has just begun, or is about to end, or only reads.
                Error::Disconnected => Error::Busy(location),
                error => error,
            }),
            owned => owned,
        }
    }

    /// Who only reads does not stand in the way of an owner.
    fn join_or_read(&self) -> Result<RoleState> {
        match self.join() {
            Err(Error::Disconnected) if Wanted::is_said(&self.layout) => {
                Err(Error::Busy(self.location().to_owned()))
            }
            Err(Error::Disconnected) => {
                let reading = self.own(Need::Reading)?;
                self.watch_for_writers();
                Ok(reading)
            }
            joined => joined,
        }
    }

    /// Lets go of a directory that was only read as soon as somebody wants to own it; asks that one from then on.
    fn watch_for_writers(&self) {
        let me = self.me();
        thread::spawn(move || {
            loop {
                thread::sleep(GIVE_WAY_WITHIN);
                let Some(store) = me.upgrade() else { return };
                if !matches!(&*store.role.read(), RoleState::Owner(_)) {
                    return;
                }
                if Wanted::is_said(&store.layout) {
                    return store.rest();
                }
            }
        });
    }

    fn own(&self, need: Need) -> Result<RoleState> {
        let engine = Engine::open(self.layout.clone(), self.mode(), need, Arc::clone(&self.local))?;
        engine.set_limits(*self.limits.lock());
        self.warn_of_set_aside(&engine);
        self.local.recent.lock().begin_as_owner();
        let owner = Owner::new(engine, self.layout.clone(), self.session, self.me());
        *self.session_lock.lock() = None;
        self.restate_to_owner(&owner);
        Ok(RoleState::Owner(owner))
    }

    fn join(&self) -> Result<RoleState> {
        let (client, reader) = self.connect(PATIENCE)?;
        self.take_up(client, reader)
    }

    fn connect(&self, patience: Duration) -> Result<(Client, Reader)> {
        self.show_life()?;
        Client::connect(&self.layout, self.session, patience)
    }

    /// Makes what this process holds and waits for known to the owner that it has reached.
    fn take_up(&self, client: Client, reader: Reader) -> Result<RoleState> {
        let client = Arc::new(client);
        self.guard_recent();
        // Listened to already: the owner may have to say more than a socket keeps.
        let heard = self.listen_to_owner(&client, reader);
        let outcome = self.restate_to_client(&client).and_then(|()| {
            // Requests take another connection than what is restated. One that ends a lease must not overtake it: the
            // owner would take the lease for held, and nobody would ever end it.
            heard.recv_timeout(PATIENCE).map_err(|error| match error {
                RecvTimeoutError::Timeout => Error::Unresponsive(self.location().to_owned()),
                RecvTimeoutError::Disconnected => Error::Disconnected,
            })
        });
        if outcome.is_err() {
            client.close();
        }
        outcome.map(|()| RoleState::Client(client))
    }

    /// A client keeps what it reads as long as the owner has not said that something changed.
    fn guard_recent(&self) {
        // Where there is no shared memory, nothing is kept.
        let generation = Generation::make(&self.layout).map(Arc::new);
        self.local.recent.lock().begin_as_client(generation);
    }

    /// From now on, who looks at the directory sees that this process is alive.
    fn show_life(&self) -> Result<()> {
        let mut lock = self.session_lock.lock();
        if lock.is_none() && self.mode() == Mode::ReadWrite {
            *lock = Some(SessionLock::new(&self.layout, &self.session_name)?);
        }
        Ok(())
    }

    /// An index that could not be opened is not deleted, and the user is told where it is.
    pub(super) fn warn_of_set_aside(&self, engine: &Engine) {
        if let Some(path) = engine.take_set_aside() {
            let warning = format!(
                "the index of the cache could not be opened and was set aside as {}; the cache starts empty",
                path.display()
            );
            *self.warning.lock() = Some(warning);
        }
    }

    /// Serves others, once the caller who opened the store has been helped.
    pub(super) fn begin_serving(&self, owner: &Arc<Owner>) {
        if self.mode() == Mode::ReadWrite {
            owner.listen();
        }
    }

    /// The owner has gone: the next one is found at once, since others wait for this process to say what it holds.
    pub(super) fn lost(&self, client: &Arc<Client>) {
        client.close();
        let mut state = self.role.write();
        if !state.is_client(client) {
            return;
        }
        *state = RoleState::IDLE;
        if !self.layout.exists() {
            return self.stand_alone();
        }
        if self.establish(&mut state, Need::Reading).is_ok()
            && let RoleState::Owner(owner) = &*state
        {
            let owner = Arc::clone(owner);
            drop(state);
            self.begin_serving(&owner);
        }
    }

    /// The owner does not answer: goes on without it, until it does.
    pub(super) fn give_up(&self, client: &Arc<Client>, error: &Error) {
        let mut state = self.role.write();
        if state.is_client(client) {
            client.close();
            self.wait_for_owner(&mut state, error.clone());
        }
    }

    fn wait_for_owner(&self, state: &mut RoleState, error: Error) {
        *state = RoleState::Waiting(error.clone());
        self.stand_alone();
        let me = self.me();
        let waiting = move || {
            while me.upgrade().is_some_and(|store| !store.has_recovered()) {
                thread::sleep(RECOVERY_PAUSE);
            }
        };
        let thread = thread::Builder::new().name("engram-recovery".to_owned());
        if thread.spawn(waiting).is_err() {
            // Nobody would end the waiting: the owner is tried again by a call.
            *state = RoleState::failed(error);
        }
    }

    /// One attempt to reach an owner that did not answer. True when there is nothing to wait for any more.
    fn has_recovered(&self) -> bool {
        let reached = self.connect(RECOVERY_PATIENCE);
        let mut state = self.role.write();
        if !matches!(*state, RoleState::Waiting(_)) {
            if matches!(*state, RoleState::Idle { .. } | RoleState::Closed) {
                self.stand_alone();
            }
            return true;
        }
        // Under the lock: whoever hears that this owner goes too must find that it is asked.
        match reached.and_then(|(client, reader)| self.take_up(client, reader)) {
            Err(Error::Unresponsive(_)) => false,
            Ok(joined) => {
                *state = joined;
                true
            }
            Err(_) => {
                *state = RoleState::IDLE;
                // The next owner need not wait for what this process may say.
                self.stand_alone();
                true
            }
        }
    }
}

impl Home for SharedStore {
    fn turn(&self, notice: &Notice) -> bool {
        self.turn_unless(notice, || false)
    }

    /// The directory was deleted or replaced: the next operation makes a new one.
    fn leave(&self, owner: &Arc<Owner>) {
        let mut state = self.role.write();
        if state.is_owner(owner) {
            *state = RoleState::IDLE;
            self.stand_alone();
            drop(state);
            owner.stop();
            self.local.recent.lock().take_all();
        }
    }
}
